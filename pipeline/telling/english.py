"""Small words of English answers: numbers, ordinals, articles, negatives, lists, times, lengths of time.

Numbers up to twelve are words, larger ones digits; times are on the clock, cut to the second, as players show them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from data.clock import clock
from data.meaning import LAST
from data.time_amounts import ORDINAL_WORDS
from data.times import number_word
from data.vocabulary import THING, noun, with_article

MOST_WORDED = 12
"""The largest number that is written as a word."""
SPELLED = {"tv": ("TV", "TVs")}
"""Class names that people write differently: singular, plural."""


def length_words(seconds: float) -> str:
    """Such as "12 seconds", "1 minute 5 seconds", "2 hours"; tenths below ten seconds."""
    if seconds < 0.95:
        return "less than a second"
    if seconds < 9.95:
        tenths = round(seconds, 1)
        return f"{tenths:g} second{'s' * (tenths != 1)}"
    whole = math.floor(seconds + 0.5)
    parts = ((whole // 3600, "hour"), (whole // 60 % 60, "minute"), (whole % 60, "second"))
    return " ".join(f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n)


def mean_words(value: float) -> str:
    """A mean or a rate: 2.59 → "2.6", 0.171 → "0.17"."""
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def percent(share: float) -> str:
    """0.774 → "77%"; what is neither nothing nor all is never said to be."""
    if 0 < share < 0.005:
        return "less than 1%"
    return "more than 99%" if 0.995 < share < 1 else f"{100 * share:.0f}%"


def number(n: int) -> str:
    return number_word(n) if 0 <= n <= MOST_WORDED else f"{n:,}"


def ordinal(n: int | str) -> str:
    if n == LAST:
        return "last"
    if 1 <= n <= len(ORDINAL_WORDS):
        return ORDINAL_WORDS[n - 1]
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def one(term: str) -> str:
    return SPELLED[term][0] if term in SPELLED else noun(term).singular


def many(term: str) -> str:
    return SPELLED[term][1] if term in SPELLED else noun(term).plural


def a_thing(term: str) -> str:
    """Such as "a car", "something"."""
    return "something" if term == THING else with_article(one(term))


def no_thing(term: str, new: bool = False) -> str:
    """Such as "no car", "no new car", "nothing", "nobody new"."""
    if term in (THING, "person"):
        return ("nothing" if term == THING else "nobody") + " new" * new
    return f"no {'new ' * new}{one(term)}"


def counted(n: int, term: str) -> str:
    return f"{number(n)} {one(term) if n == 1 else many(term)}"


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def at_clock(t_s: float) -> str:
    return f"at {clock(max(t_s, 0.0))}"


def asked_time(t_s: float) -> str:
    """A time of the question, with the tenths that it may have: "1:05", "1:05.5"."""
    tenths = round(max(t_s, 0.0) * 10) / 10
    part = round(tenths % 1 * 10)
    return clock(math.floor(tenths + 0.01)) + (f".{part}" if part else "")


def capital(text: str) -> str:
    """`text` with its first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """`text` with its first letter in lower case: what stood alone goes on from something."""
    return text[:1].lower() + text[1:]


def finished(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    text = capital(text)
    return text if text.endswith((".", "!", "?")) else text + "."
