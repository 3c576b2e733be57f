"""Whom a composed question means, and when: objects that pass tests, moments, stretches, conditions (of `algebra`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.queries.algebra import Amount, Length

Change = Literal["appears", "leaves", "goes", "returns", "same", "named"]
"""Goes: leaves, for good or not. While a question is read, same: as the verb that it limits ("before the bus did");
named: as that verb, if it limits one ("before the bus")."""
Relation = Literal["more", "least", "exactly", "most", "fewer"]
"""More than, at least, exactly, at most, fewer than."""


# ------------------------------------------------------------------------------------------------------------------ who


@dataclass(frozen=True, slots=True)
class Who:
    """Objects. term: class or kind; also: further ones. tests: all of which they pass. but: terms that are not meant.
    pick: which of them only: a number in the order in which they appear, or leave (-1 the last); "longest" or
    "shortest" by visible time. said: "the two people": so many there are said to be."""

    term: str
    tests: tuple[Test, ...] = ()
    but: tuple[str, ...] = ()
    pick: int | Literal["longest", "shortest"] | None = None
    order: Literal["appears", "leaves", "returns"] = "appears"
    said: int | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comes:
    """First appears, in a stretch, at a side of the picture."""

    when: Stretch | None = None
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Goes:
    """Is gone for good, in a stretch, at a side of the picture."""

    when: Stretch | None = None
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """Is seen again after an absence, in a stretch. gone: the stretch in which the absence begins."""

    when: Stretch | None = None
    gone: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Heads:
    """Moves that way on the whole: left, right, up, down, "still", "moving"."""

    word: str


@dataclass(frozen=True, slots=True)
class Stays:
    """Is visible for so long in all: relation to a length, or between two lengths."""

    relation: Relation
    length: Amount
    upto: Amount | None = None


@dataclass(frozen=True, slots=True)
class AwayFor:
    """Is away for so long, before coming back."""

    relation: Relation
    length: Length


@dataclass(frozen=True, slots=True)
class There:
    """Is visible at some time in a stretch (throughout: all through it)."""

    when: Stretch
    throughout: bool = False


@dataclass(frozen=True, slots=True)
class With:
    """Is visible at the same time as one of others, in a stretch."""

    who: Who
    when: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Not:
    test: Test


@dataclass(frozen=True, slots=True)
class AllOf:
    """Several tests as one."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several tests at least."""

    tests: tuple[Test, ...]


Test = Comes | Goes | Returns | Heads | Stays | AwayFor | There | With | Not | AllOf | AnyOf


# ----------------------------------------------------------------------------------------------------------------- when


@dataclass(frozen=True, slots=True)
class At:
    """So many seconds into the clip."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Edge:
    """The clip's start (0), its end (1), or a share of it between."""

    share: float


@dataclass(frozen=True, slots=True)
class Happens:
    """When the first of `who` appears, the last of them leaves (of one that is picked: it), the first returns. last:
    when the last of them appears; first: when the first of them leaves."""

    who: Who
    change: Change
    other_end: bool = False


@dataclass(frozen=True, slots=True)
class Shifted:
    moment: Moment
    by_s: float


@dataclass(frozen=True, slots=True)
class Begins:
    """When a condition holds for the first time (last: ends for the last time; longest: begins to hold for the longest
    time; over: ends to do so), in a stretch."""

    condition: Condition
    last: bool = False
    when: Stretch | None = None
    longest: bool = False
    over: bool = False


Moment = At | Edge | Happens | Shifted | Begins


@dataclass(frozen=True, slots=True)
class Between:
    """From a moment to another; None: the clip's own start or end. open: without its ends ("after", "before")."""

    start: Moment | None
    end: Moment | None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Then:
    """Just one moment."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class While:
    """As long as a condition holds."""

    condition: Condition


Stretch = Between | Then | While


@dataclass(frozen=True, slots=True)
class Number:
    """A condition: so many of `who` are visible at once ("exactly" 0: none)."""

    who: Who
    relation: Relation
    n: int


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions at the same time."""

    a: Condition
    b: Condition


@dataclass(frozen=True, slots=True)
class Away:
    """A condition: one of `who` has left, and is to come back."""

    who: Who


@dataclass(frozen=True, slots=True)
class Outnumbers:
    """A condition: more of `who` are visible at once than of `others`."""

    who: Who
    others: Who


Condition = Number | Both | Away | Outnumbers
