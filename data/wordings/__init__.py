"""The hand-written wordings, by family, split into training and held out (README.md says how they were made)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Split = Literal["train", "held_out"]

_KINDS = re.compile(
    r"(?:new|\{nth\}|last|final|next|different|latest|newest|previous|recent)(?: new| final)? (?:\w+ )?"
    r"(?:kind|type|class|sort|categor)|\bkinds\b|\btypes\b|\bclasses\b|categor|taxon|species|which class|each new kind"
    r"|class came|new class|class w/|, class$|different (?:\w+ )?thing|new kind"
)
_KINDS_BY_STAY = re.compile(r"kind|type|class|categor|\bsort\b")
_WHOLE = re.compile(
    r"whole|entire|entirety|full|complete|total|altogether|all together|overall|throughout|all told|all up|all in all"
    r"|start to|start and|beginning to|from the beginning|at the end|to the end|to end|by the end|in all\b|for good"
    r"|until the end"
    r"|the lot\b|rest of|remainder|at all\b|ever\b|never|any time|all time|at any|at some"
    r"|at some stage|recording period|survey"
    r"|finally|in sum|flight|deployment|comes? to an end|finishes|ends?,|by the time|so far|watch from|the start"
)
_LEFT_RIGHT = re.compile(r"left.*right|left side|the right or|left, right|right or left")
_NOT_ONLY_SIDES = re.compile(
    r"\bup\b|down|top|bottom|still|stay|put|stationary|at all|what$|what\?|where$|where\?|none|cent|middle|\bmove or|"
    r"sideways|other way|doesn.t move|third|some direction|in the picture$|which edge|which side|on which|or where"
    r"|left, right|if not"
)
_SEEN = re.compile(r"seen|visible|sighting|observ|detect|view|recorded|caught|glimpse|spot|still|until|latest|see")
_DEFINITE = re.compile(r"\b(?:the|that|same|my) \{([xy])\}", re.IGNORECASE)
_INNER_STOP = re.compile(r"[.?!:;] +\S")
_TAIL = re.compile(
    r"(?:yes or no|y/n|true or \w+|true/false|t/f|dear|love|mate|pls|plz|please|right|go|quick|number|correct|please\W+"
    r"|is it"
    r"|yes/no|true|yeah|nah|not|list|exact\w*|chat|thanks?|thank you.*|sir|lol|how many"
    r"|how many\W+|when|=|:|\)|what|which)\W*$"
)

_WHO = re.compile(r"\W*(?:(?:and|so|but|ok|okay) )*who\b(?! (?:or|and) what)|.*, who\b", re.I)
_ENDS_WITH_NUMBER = re.compile(r"\{[NM]\}\W*$")
"""A stretch behind it would be read with the number: "just 2 until 89 secs"."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One line with slots, and what must hold for it to be unambiguous.

    id: "count/train/017". slots: of {X} {x} {a x} {Y} {y} {a y} {T} {T0} {T1} {nth} {E} {E_np}, {N}
    (at least so many) or {M} (more than so many).
    definite: names the x or y in "the {x}", so there must be only one. kinds: counts kinds, not objects ("the third
    kind of thing"), so both readings must agree. whole: says that it means the whole clip. sides_only: offers only left
    and right. seen: asks when something is last *seen*, so it fits what is still there at the end.
    who: asks who, so it means people where it names nothing.
    front: a stretch of time can only be put before it. attachable: a stretch can be put before or behind it.
    """

    id: str
    text: str
    slots: frozenset[str]
    definite: frozenset[str]
    kinds: bool
    whole: bool
    sides_only: bool
    seen: bool
    front: bool
    attachable: bool
    who: bool


def _lines(name: str, split: Split) -> list[str]:
    text = (files(__package__) / split / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip()]


@cache
def wordings(family: str, split: Split) -> tuple[Wording, ...]:
    """All lines of one file: a family's name, or order_reversed, list_between."""
    return tuple(_wording(f"{family}/{split}/{n:03d}", line, family) for n, line in enumerate(_lines(family, split)))


def _wording(name: str, line: str, family: str) -> Wording:
    low = line.lower()
    kinds = _KINDS_BY_STAY if family in ("last", "longest", "shortest") else _KINDS
    several = bool(_INNER_STOP.search(line))
    whole = bool(_WHOLE.search(low))
    return Wording(
        id=name,
        text=line,
        slots=frozenset(re.findall(r"\{([^}]+)\}", line)),
        definite=frozenset(_DEFINITE.findall(re.sub(r"first \{[xy]\}", "", line))),
        kinds=bool(kinds.search(low)),
        whole=whole,
        sides_only=(bool(_LEFT_RIGHT.search(low)) and not _NOT_ONLY_SIDES.search(low)) or "the other one" in low,
        seen=bool(_SEEN.search(low)),
        front=bool(_TAIL.search(low)) or several or bool(_ENDS_WITH_NUMBER.search(line)),
        who=bool(_WHO.match(line)),
        attachable=not whole and len(line) < 130 and not (several and low.count(".") > 1),
    )


@cache
def phrases(name: Literal["stretch", "event", "event_np", "while"], split: Split) -> dict[str, tuple[str, ...]]:
    """Phrases by what they say: "after", "part 1/2 1" … of a stretch; "appears first" … of an event; "while"."""
    out: dict[str, list[str]] = {}
    for line in _lines(name, split):
        what, _, text = line.partition("\t")
        out.setdefault(what, []).append(text)
    return {what: tuple(texts) for what, texts in out.items()}
