"""How people write times, stretches and lengths of time; `find_times` (time_reading.py) reads them back.

A writer only uses a form that says exactly its seconds: "the two-minute mark" is 120.0, "1:05" is 65.0.
"""

from __future__ import annotations

from random import Random

from data.time_amounts import ONES, TENS
from data.time_reading import Span, find_times

__all__ = ["Span", "find_times", "number_word", "write_length", "write_time"]


def number_word(n: int) -> str:
    """0–999 in words: 95 → "ninety-five", 120 → "one hundred and twenty"."""
    if n < 20:
        return ONES[n]
    if n < 100:
        tens = TENS[n // 10 - 2]
        return tens if n % 10 == 0 else f"{tens}-{ONES[n % 10]}"
    rest = n % 100
    return f"{ONES[n // 100]} hundred" + (f" and {number_word(rest)}" if rest else "")


def _count(n: int, rng: Random) -> str:
    return number_word(n) if n < 100 and rng.random() < 0.5 else str(n)


def _units(n: int, word: str) -> str:
    return word if n == 1 else word + "s"


def write_clock(t_s: float, rng: Random) -> str:
    """Such as "1:05", "01:05", "0:01:05", "1:02:05", "0:12.5"."""
    whole = int(t_s)
    part = f"{t_s - whole:.1f}"[1:] if t_s != whole else ""
    h, m, s = whole // 3600, whole // 60 % 60, whole % 60
    if h:
        if h == 1 and rng.random() < 0.15:
            return f"{whole // 60}:{s:02d}{part}"
        return f"{h}:{m:02d}:{s:02d}{part}" if rng.random() < 0.8 else f"{h:02d}:{m:02d}:{s:02d}{part}"
    form = rng.random()
    if form < 0.7:
        return f"{m}:{s:02d}{part}"
    if form < 0.9:
        return f"{m:02d}:{s:02d}{part}"
    return f"{'0' if form < 0.95 else '00'}:{m:02d}:{s:02d}{part}"


def write_compact(t_s: float, rng: Random) -> str:
    """A form without blanks, for "1:05-2:30" and tables: "1:05", "65s", "1m5s"."""
    whole = int(t_s)
    form = rng.random()
    if t_s != whole or form < 0.6:
        return write_clock(t_s, rng)
    if whole <= 300 and form < 0.8:
        return f"{whole}s"
    h, m, s = whole // 3600, whole // 60 % 60, whole % 60
    small = f"{s:02d}s" if m and form < 0.9 else f"{s}s"
    return (f"{h}h" if h else "") + (f"{m}m" if m or h else "") + (small if s or not (m or h) else "")


def write_time(t_s: float, rng: Random, duration_s: float | None = None) -> str:
    """A noun phrase for the point `t_s` (a multiple of 0.5 s), usable after "at", "before", "from".

    duration_s: if known and `t_s` is exactly its half, "halfway" is among the forms.
    """
    form = rng.random()
    if duration_s is not None and t_s == duration_s / 2 and form < 0.25:
        return rng.choice(("halfway", "the halfway point", "the halfway mark", "the middle of the video"))
    if form < 0.42:
        clock = write_clock(t_s, rng)
        return clock if form < 0.39 else f"{rng.choice(('timestamp', 'time'))} {clock}"
    if form < 0.55:
        return write_compact(t_s, rng)
    if t_s != int(t_s):
        return f"{t_s:g} {rng.choice(('seconds', 's', 'sec', 'secs'))}" if t_s < 300 else write_clock(t_s, rng)
    if form < 0.68 and (mark := _mark(int(t_s), rng)):
        return mark
    if t_s % 60 == 0 and form < 0.7:
        return f"minute {int(t_s) // 60}"
    if form < 0.82:
        return write_spoken(t_s, rng)
    spoken = _loosely_spoken(int(t_s), rng) or write_spoken(t_s, rng)
    place = ("in", "in", "into the video", "into the clip", "into the recording", "into the footage", "into the film")
    return f"{spoken} {rng.choice(place)}"


def write_spoken(t_s: float, rng: Random) -> str:
    """Such as "95 seconds", "one minute five", "1 min 35 s", "two minutes and ten seconds"."""
    whole = int(t_s)
    h, m, s = whole // 3600, whole // 60 % 60, whole % 60
    form = rng.random()
    if whole < 60 or (whole <= 180 and form < 0.35):
        second = _units(whole, "second")
        return f"{_count(whole, rng)} {rng.choice((second, second, 'secs', 'sec', 's'))}"
    if h == 0 and s and form < 0.55:
        return f"{number_word(m)} {_units(m, 'minute')} {number_word(s)}"
    if form < 0.72:
        parts = [f"{n} {unit}" for n, unit in ((h, "h"), (m, "min"), (s, "s" if form < 0.64 else "sec")) if n]
        return " ".join(parts)
    words = rng.random() < 0.5
    parts = [
        f"{number_word(n) if words else n} {_units(n, unit)}"
        for n, unit in ((h, "hour"), (m, "minute"), (s, "second"))
        if n
    ]
    return (" and " if rng.random() < 0.6 else " ").join(parts)


def _loosely_spoken(whole: int, rng: Random) -> str:
    """Such as "half a minute", "a minute and a half", "two and a half minutes"; "" where none fits."""
    fixed = {30: "half a minute", 60: "a minute", 90: "a minute and a half", 900: "a quarter of an hour"}
    fixed |= {1800: "half an hour", 3600: "an hour", 5400: "an hour and a half"}
    if whole in fixed:
        return fixed[whole]
    if whole % 60 == 30 and 60 < whole < 3600:
        return f"{_count(whole // 60, rng)} and a half minutes"
    if whole % 60 == 0 and whole < 3600:
        return f"{_count(whole // 60, rng)} {rng.choice(('minutes', 'minutes', 'mins'))}"
    return ""


def _mark(whole: int, rng: Random) -> str:
    """Such as "the two-minute mark", "the 95-second mark"; "" where none fits."""
    for unit, size, most in (("hour", 3600, 24), ("minute", 60, 180), ("second", 1, 120)):
        if whole and whole % size == 0 and whole // size <= most:
            n = whole // size
            word = number_word(n) if n < 60 and rng.random() < 0.6 else str(n)
            unit = {"minute": "min", "second": "sec"}.get(unit, unit) if rng.random() < 0.1 else unit
            return f"the {word}{'-' if rng.random() < 0.8 else ' '}{unit} mark"
    return ""


def write_unit(d_s: float, rng: Random) -> str:
    """A length that fits behind "per", "each", "which": "minute", "10 minutes", "half hour", "15 min"."""
    fixed = {1: "second", 60: "minute", 3600: "hour", 1800: "half hour", 900: "quarter of an hour", 86400: "day"}
    whole = int(d_s)
    if whole in fixed and rng.random() < (0.9 if whole in (1, 60, 3600, 86400) else 0.5):
        return fixed[whole]
    return write_length(d_s, rng, whole=True) if whole not in (60, 3600) else f"1 {fixed[whole]}"


def write_length(d_s: float, rng: Random, *, whole: bool = False) -> str:
    """A length for "the first …": "minute", "thirty seconds", "2 mins", "minute and a half"; whole: one that stands for
    itself ("one minute", "half a minute")."""
    return _length(int(d_s), rng, _WHOLE if whole else _PARTS)


_PARTS = {60: "minute", 30: "half minute", 90: "minute and a half", 3600: "hour", 900: "quarter of an hour",
          1800: "half hour"}  # fmt: skip
_WHOLE = {60: "a minute", 30: "half a minute", 90: "a minute and a half", 3600: "an hour", 900: "a quarter of an hour",
          1800: "half an hour"}  # fmt: skip


def _length(whole: int, rng: Random, fixed: dict[int, str]) -> str:
    if whole in fixed and rng.random() < 0.5:
        return fixed[whole]
    if whole % 3600 == 0:
        return f"{_count(whole // 3600, rng)} {_units(whole // 3600, 'hour')}"
    if whole % 60 == 0:
        n = whole // 60
        return f"{_count(n, rng)} {rng.choice((_units(n, 'minute'), _units(n, 'minute'), _units(n, 'min'), 'min'))}"
    if whole % 60 == 30 and whole > 60 and rng.random() < 0.4:
        return f"{_count(whole // 60, rng)} and a half minutes"
    if whole <= 120:
        return f"{_count(whole, rng)} {rng.choice(('seconds', 'seconds', 'secs', 'sec', 's'))}"
    return write_spoken(whole, rng)
