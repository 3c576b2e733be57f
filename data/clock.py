"""Times as people write them: `clock`, and back: `seconds_of`."""

from __future__ import annotations

import re


def clock(t_s: float) -> str:
    """Seconds to the nearest whole one: 65.0 → "1:05", 26.9 → "0:27", 3725.4 → "1:02:05"."""
    whole = nearest_second(t_s)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


_WITH_TENTHS = re.compile(r"\b((?:\d+:)?\d+:\d\d)(\.\d+)")


def in_whole_seconds(text: str) -> str:
    """A sentence with its times to the nearest second: "at 3:07.3, four people are visible" → "at 3:07, …"."""
    return _WITH_TENTHS.sub(lambda found: clock(seconds_of(found[1]) + float(found[2])), text)


def seconds_of(said: str) -> float:
    """A clock time without tenths: "1:05" → 65.0."""
    out = 0.0
    for part in said.split(":"):
        out = 60 * out + int(part)
    return out


def nearest_second(t_s: float) -> int:
    """Halves are rounded up; a little less than a half, as floats are, too."""
    return int(t_s + 0.5 + 1e-6)
