"""Refusals in words: why a question is not answered, and what can be asked instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.telling.english import finished, listed, many, one

_CAN = "ask what appears, when, where, for how long, how often or in which order"


def refusal(
    kind: str,
    thing: str | None,
    class_names: Sequence[str],
    closest: str | None = None,
    about: str | None = None,
    given: bool = False,
    asked: str = "",
    seen: str | None = None,
) -> str:
    """Why a question is not answered, and what can be asked instead.

    kind: of `data.meaning.REFUSALS`. thing: as the question names it ("dragon", "women"), None where it names nothing.
    closest: the known class or kind nearest to `thing`. about: a sentence that can be said instead, such as
    `sentence`'s answer for the closest class; it is appended. given: no detector, but the user's own tracks name the
    classes. asked: the question. seen: a class that the clip shows, to ask about. Raises ValueError for another kind.
    """
    if kind not in _REFUSALS:
        raise ValueError(f"{kind!r} is no refusal; known are {', '.join(_REFUSALS)}")
    why, instead = _REFUSALS[kind](thing, tuple(class_names), closest)
    if kind in ("refuse_attribute", "refuse_action"):
        why = next((reason for asks, reason in _NOT_IN_PICTURES if asks.search(asked)), why)
    if seen is not None and closest is None:
        instead = instead.replace(_example(tuple(class_names), None), _example(tuple(class_names), seen))
    if given and kind == "refuse_unknown":
        why = f"there is no {repr(thing) if thing else 'such thing'} among the classes of these tracks"
        instead = instead.replace("it knows", "they have")
    if about and kind != "refuse_unclear":
        said = about.strip().rstrip(".")
        instead = said[:1].lower() + said[1:] if said[1:2].islower() or said[1:2] == " " else said
    return finished(f"{why}; {instead}")


_NOT_IN_PICTURES = tuple(
    (re.compile(rf"\b(?:{words})\b", re.I), why)
    for words, why in (
        (r"how fast|speed(?:s|ing)?|km/?h|kph|mph|miles (?:per|an) hour|velocity",
         "I can't tell how fast things go, as pictures have no metres"),
        (r"how (?:tall|heavy|big|large|wide|far)|weighs?|weight|met(?:re|er)s|feet tall",
         "I can't measure sizes, weights or distances, as pictures have no metres"),
        (r"hot|cold|warm|temperature|smells?|tastes?", "I can't tell heat, smell or taste from pictures"),
    )
)  # fmt: skip
"""What is asked for, and why no picture tells it."""


def _example(class_names: tuple[str, ...], known: str | None) -> str:
    """A question that can be asked: of `known` where it is given, else of people or of the first class."""
    term = known or ("person" if "person" in class_names or not class_names else class_names[0])
    return f"for example, 'How many {many(term)} appear?'"


def _refuse_unknown(thing: str | None, names: tuple[str, ...], closest: str | None) -> tuple[str, str]:
    why = f"I can't detect {repr(thing) if thing else 'that'} with this detector"
    kinds = f"{len(names):,} kinds of thing"
    if closest and len(names) > 1:
        return why, f"of the {kinds} that it knows, {one(closest)} is the closest"
    if len(names) < 2:
        return why, f"it knows only {one(names[0])}" if names else "it names no kinds of thing"
    return why, f"it knows {kinds}{': ' if len(names) <= 3 else ', for example '}{listed(names[:3])}"


def _refuse_attribute(thing: str | None, names: tuple[str, ...], closest: str | None) -> tuple[str, str]:
    why = "I can't tell colours, makes, ages or sexes"
    if thing in names:
        why = f"I can't tell one {one(thing)} from another by colour, make, age or the like"
    elif thing and closest:
        why = f"I can't tell {thing} from other {many(closest)}"
    return why, f"ask, {_example(names, closest)}"


def _refuse_other(why: str) -> Callable[[str | None, tuple[str, ...], str | None], tuple[str, str]]:
    def write(thing: str | None, names: tuple[str, ...], closest: str | None) -> tuple[str, str]:
        return why, f"{_CAN}, {_example(names, closest)}"

    return write


def _refuse_unclear(thing: str | None, names: tuple[str, ...], closest: str | None) -> tuple[str, str]:
    return "I don't understand the question", f"ask, {_example(names, closest)}"


_REFUSALS = {
    "refuse_unknown": _refuse_unknown,
    "refuse_cause": _refuse_other("I can't tell why things happen"),
    "refuse_action": _refuse_other("I can't tell what anyone is doing"),
    "refuse_speech": _refuse_other("I can't hear what is said, I only see the pictures"),
    "refuse_text": _refuse_other("I can't read writing in the picture"),
    "refuse_attribute": _refuse_attribute,
    "refuse_unclear": _refuse_unclear,
}
"""Kind → (why not, what instead)."""
