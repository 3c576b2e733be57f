"""Multiple choice: which option the answerer's own answer means, if any does.

The question is answered as it stands, from what was seen; its value then picks the option that says the same: yes and
no, numbers in words, digits and ranges, things by any of their names, directions and sides, times, lengths of time,
lists. If no option says it, or several do, nothing is chosen here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from data.meaning import NONE
from data.time_amounts import WORDS, find_amounts
from data.time_reading import AT_AN_EDGE, find_times
from data.vocabulary import covered, find_term
from pipeline.answers import Answer

TIME_SLACK_S, TIME_SLACK = 2.0, 0.02
"""A time picks the nearest option within this many seconds, or this share of the clip."""
LENGTH_SLACK = 0.15


@dataclass(frozen=True)
class Chosen:
    """index: of the option, None if none was chosen. fitting: all that say the answer."""

    index: int | None
    fitting: tuple[int, ...] = ()


def choose(answer: Answer, options: Sequence[str], duration_s: float) -> Chosen:
    """The option that says what the answer says."""
    if answer.refused or answer.kind in ("refusal", "text"):
        return Chosen(None)
    low = [_plain(option) for option in options]
    names = _names_in(answer.value)
    if answer.kind in ("time", "duration") and not isinstance(answer.value, str):
        return _nearest(answer, low, duration_s)
    if answer.kind == "number" and (_is_share(answer) or not float(answer.value).is_integer()):
        return _nearest_number(answer, low)
    fits: dict[str, Callable[[Any, str], bool]] = {
        "yes_no": lambda value, text: _yes_no(text) is value,
        "number": lambda value, text: _says_number(text, float(value)),
        "object": partial(_says_thing, names=names),
        "word": lambda value, text: _direction(text) == value or (value == NONE and _nothing(text)),
        "list": partial(_says_list, names=names),
        "time": lambda value, text: _nothing(text),
        "duration": lambda value, text: _nothing(text),
    }
    fitting = tuple(k for k, text in enumerate(low) if fits[answer.kind](answer.value, text))
    if len(fitting) > 1 and answer.kind == "object":  # "truck" goes before "vehicle"
        exact = tuple(k for k in fitting if _terms(low[k], names) == [answer.value])
        fitting = exact or fitting
    return Chosen(fitting[0] if len(fitting) == 1 else None, fitting)


_WHICH = re.compile(r"\b(?:which|what)\b.*\b(?:of the following|of these|among (?:the|these)|below)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|n't|isn't|doesn't|does not|without)\b|n't\b", re.IGNORECASE)


def option_things(text: str, options: Sequence[str]) -> tuple[list[str] | None, bool]:
    """For "which of the following appears?": the thing that each option names, and is the one asked for that does not.

    None where the question is no such question, or an option names no single known thing.
    """
    if not _WHICH.search(text):
        return None, False
    found = [_terms(_plain(option)) for option in options]
    return ([terms[0] for terms in found] if all(len(t) == 1 for t in found) else None), bool(_NOT.search(text))


# ------------------------------------------------------------------------------------------------------- what texts say


def _plain(option: str) -> str:
    return " ".join(option.lower().replace("’", "'").split()).strip(" .!")


def _yes_no(text: str) -> bool | None:
    if re.match(r"(?:no|nope|false|not|never|incorrect|it does not|it doesn't|there (?:is|are) no)\b", text):
        return False
    return True if re.match(r"(?:yes|yeah|yep|true|correct|it does|there (?:is|are))\b", text) else None


def _nothing(text: str) -> bool:
    said = r"(?:none|nothing|no one|nobody|never|nowhere|it (?:does|did|never)(?:n't| not)?|does not|doesn't)\b"
    return bool(re.match(said, text)) or "not appear" in text or "not visible" in text


_NUMBER = r"(\d[\d,]*(?:\.\d+)?|" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")(?![\w:])"


def _number(text: str) -> float:
    return float(WORDS[text]) if text in WORDS else float(text.replace(",", ""))


def _says_number(text: str, value: float) -> bool:
    text = re.sub(r"\b(?:no|none|never|zero)\b(?! (?:more|fewer|less))", "0", text)
    text = re.sub(r"\bonce\b", "1", re.sub(r"\btwice\b", "2", text))
    text = re.sub(rf"\b({'|'.join(list(WORDS)[20:])})-({'|'.join(list(WORDS)[1:10])})\b",
                  lambda m: str(WORDS[m[1]] + WORDS[m[2]]), text)  # fmt: skip
    between = re.search(rf"(?<![\w.]){_NUMBER} ?(?:-|–|to|and) ?{_NUMBER}", text)
    if between:
        return _number(between[1]) <= value <= _number(between[2])
    found = re.findall(rf"(?<![\w.:]){_NUMBER}", text)
    if len(found) != 1:
        return False
    number = _number(found[0])
    if re.search(r"\b(?:more than|over|above|greater than)\b|>(?! ?=)", text):
        return value > number
    if re.search(r"\b(?:fewer than|less than|under|below)\b|<(?! ?=)", text):
        return value < number
    if re.search(r"\b(?:at least|or more|no fewer than|no less than)\b|≥|>=|\+", text):
        return value >= number
    if re.search(r"\b(?:at most|or fewer|or less|up to|no more than)\b|≤|<=", text):
        return value <= number
    return value == number


_COMPARES = re.compile(r"\b(?:more|fewer|less|over|above|under|below|at least|at most|up to)\b|[<>≥≤]")
_SKIPPED = ("thing", "side")
_PEOPLE = frozenset(
    (
        *("man", "men", "woman", "women", "boy", "boys", "girl", "girls", "child", "children", "kid", "kids"),
        *("lady", "ladies", "guy", "guys", "gentleman", "adult", "adults", "human", "humans"),
        *("pedestrian", "pedestrians", "passer-by", "passers-by", "someone", "somebody"),
    )
)
"""Whether a person is one of these is not seen; as an option they can only mean a person."""
_LONGEST = 4


def _names_in(value: Any) -> frozenset[str]:
    """The class names of an answer, which no list of words need hold."""
    return frozenset(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _terms(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """The things that a text names, in their order: the longest names first. names: class names of this clip."""
    words, out, at = re.findall(r"[a-z'-]+", text), [], 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            term = "person" if phrase in _PEOPLE else phrase if phrase in names else find_term(phrase)
            if term and term not in _SKIPPED:
                out.append(term)
                at += size
                break
        else:
            at += 1
    return out


def _says_thing(value: str, text: str, names: frozenset[str] = frozenset()) -> bool:
    if value == NONE:
        return _nothing(text)
    terms = _terms(text, names)
    return len(set(terms)) == 1 and (terms[0] == value or bool(covered(terms[0], (value,))))


_DIRECTIONS = {
    "left": r"left(?:wards?|most)?|left-hand", "right": r"right(?:wards?|most)?|right-hand",
    "up": r"up(?:wards?)?", "down": r"down(?:wards?)?", "top": r"top|above|upper", "bottom": r"bottom|below|lower",
    "centre": r"centre|center|middle|central",
    "still": r"still|stationary|not mov\w*|motionless|doesn't move|does not move|stays? (?:in place|put)",
}  # fmt: skip
_TOWARDS = re.compile(
    r"from (?:the )?(?:left|right|top|bottom|up|down)(?:-hand)?(?: side)?(?: of \w+ \w+)? "
    r"(?:to|towards?) (?:the )?(\w+)"
)


def _direction(text: str) -> str | None:
    """The one direction, side or third that a text names; of "from left to right" where it leads."""
    goal = _TOWARDS.search(text)
    text = goal[1] if goal else text
    found = [name for name, words in _DIRECTIONS.items() if re.search(rf"\b(?:{words})\b", text)]
    if goal and found in (["top"], ["bottom"]):
        return "up" if found == ["top"] else "down"
    return found[0] if len(found) == 1 else None


def _says_list(value: list[str], text: str, names: frozenset[str] = frozenset()) -> bool:
    """All of what the option names was seen, in the option's order; all of it if the option names less than two."""
    if not value:
        return _nothing(text)
    terms = _terms(text, names)
    if not terms:
        return False
    if len(terms) == 1:
        return len(value) == 1 and _says_thing(value[0], text, names)
    places = [next((k for k, name in enumerate(value) if covered(term, (name,))), None) for term in terms]
    return None not in places and places == sorted(set(places))


_PARTS = (
    (r"\b(?:beginning|start|opening|outset)\b", (0.0, 1 / 3)),
    (r"\b(?:middle|midway|halfway)\b", (1 / 3, 2 / 3)),
    (r"\b(?:end|ending|finish|close)\b", (2 / 3, 1.0)),
)


def _nearest(answer: Answer, options: Sequence[str], duration_s: float) -> Chosen:
    """The option nearest to a time or a length of time, if it is near enough and no other is as near."""
    value = float(answer.value)
    if answer.kind == "time":
        slack = max(TIME_SLACK_S, TIME_SLACK * duration_s)
        gaps = [_time_gap(text, value, duration_s) for text in options]
    else:
        slack = max(TIME_SLACK_S, LENGTH_SLACK * value)
        gaps = [_length_gap(text, value, duration_s) for text in options]
    best = min((gap for gap in gaps if gap is not None), default=None)
    if best is None or best > slack:
        return Chosen(None)
    fitting = tuple(k for k, gap in enumerate(gaps) if gap is not None and gap <= best + 1e-6)
    return Chosen(fitting[0] if len(fitting) == 1 else None, fitting)


def _is_share(answer: Answer) -> bool:
    return answer.understood is not None and answer.understood.family.startswith("share")


def _nearest_number(answer: Answer, options: Sequence[str]) -> Chosen:
    """The option nearest to a mean, a rate or a share (in percent), if it is near enough; else one that says it."""
    value = float(answer.value) * (100 if _is_share(answer) else 1)
    gaps = []
    for text in options:
        said = re.findall(rf"(?<![\w.:]){_NUMBER}", text)
        gaps.append(abs(_number(said[0]) - value) if len(said) == 1 and not _COMPARES.search(text) else None)
    best = min((gap for gap in gaps if gap is not None), default=None)
    if best is None or best > max(LENGTH_SLACK * value, 0.5):
        fitting = tuple(k for k, text in enumerate(options) if _says_number(text, value))
    else:
        fitting = tuple(k for k, gap in enumerate(gaps) if gap is not None and gap <= best + 1e-6)
    return Chosen(fitting[0] if len(fitting) == 1 else None, fitting)


def _time_gap(text: str, value: float, duration_s: float) -> float | None:
    """Seconds between a time and what the option says; 0 inside of a stretch."""
    times = [time for time in find_times(text, duration_s) if not AT_AN_EDGE.match(text, time[0])]  # a part, of three
    if not times:
        part = next((where for words, where in _PARTS if re.search(words, text)), None)
        if part is None:
            return None
        times = [(0, 0, (part[0] * duration_s, part[1] * duration_s))]
    gaps = []
    for _, _, time in times:
        low, high = time if isinstance(time, tuple) else (time, time)
        gaps.append(max(low - value, value - high, 0.0))
    return min(gaps)


def _length_gap(text: str, value: float, duration_s: float) -> float | None:
    amounts = find_amounts(text, duration_s)
    if len(amounts) == 2 and re.search(r"\b(?:to|and)\b|-|–", text):
        low, high = sorted(a.seconds for a in amounts)
        return max(low - value, value - high, 0.0)
    return abs(amounts[0].seconds - value) if len(amounts) == 1 else None
