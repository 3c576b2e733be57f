"""What a composed question is made of: whom it means, when, and what is asked of them.

Only records; `objects`, `times` and `measures` work them out on a `ClipView`, `told` says them in words.

    who       objects of a kind that pass tests: "people who came in from the left and stayed under ten seconds"
    moment    a time, or something that happens: "when the second bus leaves"
    stretch   moments with a length: "while no car is there"
    amount    a number or length that can be compared: how many, how long
    question  an amount, a comparison, a share, a time, a yes or no
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

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
    """Is visible at the same time as one of others (every: as each of them)."""

    who: Who


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


Condition = Number | Both | Away


# ------------------------------------------------------------------------------------------------------ what is asked


@dataclass(frozen=True, slots=True)
class Count:
    """How many objects."""

    who: Who


@dataclass(frozen=True, slots=True)
class Stay:
    """How long one object is visible; of several, their "mean", "median", "longest", "shortest", "total" or "range"."""

    who: Who
    how: Literal["one", "mean", "median", "longest", "shortest", "total", "range"] = "one"


@dataclass(frozen=True, slots=True)
class Time:
    """How long a condition holds: in "all", the "longest" or "shortest" time without a break; or how many "spells"."""

    condition: Condition
    when: Stretch | None = None
    how: Literal["all", "longest", "shortest", "spells", "mean"] = "all"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long it is from one arrival to the next: the "longest", "shortest" or "mean" time."""

    who: Who
    how: Literal["longest", "shortest", "mean"]


@dataclass(frozen=True, slots=True)
class Absence:
    """How long one is away before it is back; of several absences their "mean", "longest", "shortest" or "total"."""

    who: Who
    how: Literal["one", "mean", "longest", "shortest", "total"]


@dataclass(frozen=True, slots=True)
class Apart:
    """How long it is from one moment to another. signed: less than nothing where the second comes first."""

    a: Moment
    b: Moment


@dataclass(frozen=True, slots=True)
class Most:
    """The largest (smallest) number visible at once, or its mean."""

    who: Who
    when: Stretch | None = None
    how: Literal["most", "fewest", "mean"] = "most"


@dataclass(frozen=True, slots=True)
class Length:
    """So many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Sum:
    parts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the objects of `of`, the share that passes tests; "part" of a term."""

    part: Who
    of: Who


@dataclass(frozen=True, slots=True)
class Less:
    """By how much one amount is larger than another."""

    a: Amount
    b: Amount


Amount = Count | Stay | Time | Waits | Absence | Apart | Most | Length | Sum | Share | Less


@dataclass(frozen=True, slots=True)
class Compare:
    """Is one amount more (fewer, …) than another?"""

    a: Amount
    relation: Relation
    b: Amount


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times one amount is the other."""

    a: Amount
    b: Amount


@dataclass(frozen=True, slots=True)
class Exist:
    """Is there one?"""

    who: Who


@dataclass(frozen=True, slots=True)
class Every:
    """Do all of them pass a test?"""

    who: Who
    test: Test


@dataclass(frozen=True, slots=True)
class Mostly:
    """Do more than half of them pass a test?"""

    who: Who
    test: Test


@dataclass(frozen=True, slots=True)
class Alike:
    """Do all of them go the same way, come from, or leave to, the same side?"""

    who: Who
    what: Literal["direction", "enters", "leaves"]


@dataclass(frozen=True, slots=True)
class Holds:
    """Does a condition ever hold (always: all the time), in a stretch?"""

    condition: Condition
    when: Stretch | None = None
    always: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """When something happens, a condition holds."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class Sooner:
    """Does one moment come before another?"""

    a: Moment
    b: Moment


@dataclass(frozen=True, slots=True)
class Which:
    """Which of some things has most (fewest) of an amount, or happens first. by: and by how much?"""

    options: tuple[tuple[str, Amount | Moment], ...]
    far: Literal["most", "fewest"] = "most"
    by: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """Things by an amount, most first (or fewest)."""

    options: tuple[tuple[str, Amount | Moment], ...]
    far: Literal["most", "fewest"] = "most"


@dataclass(frozen=True, slots=True)
class What:
    """What one object is: its class."""

    who: Who


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of which some object is meant (none: no object); one: a single kind is asked for."""

    who: Who
    none: bool = False
    one: bool = False


@dataclass(frozen=True, slots=True)
class KindBy:
    """The kind that has most (fewest) of an amount, which is of any thing, and worked out kind by kind."""

    amount: Amount
    far: Literal["most", "fewest"] = "most"


@dataclass(frozen=True, slots=True)
class KindsOf:
    """The kinds of which there are so many."""

    who: Who
    relation: Relation
    n: int


@dataclass(frozen=True, slots=True)
class Way:
    """The way that one goes, the side that it comes from or leaves to; of several, the way of most."""

    who: Who
    what: Literal["direction", "enters", "leaves"]
    majority: bool = False


@dataclass(frozen=True, slots=True)
class Busiest:
    """The stretch of a fixed length, counted from the clip's start, in which most (fewest) of `who` appear (seen: are
    visible)."""

    who: Who
    length_s: float
    far: Literal["most", "fewest"] = "most"
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Does the number grow or shrink from a moment to another?"""

    who: Who
    a: Moment
    b: Moment


@dataclass(frozen=True, slots=True)
class Spells:
    """All the times when a condition holds."""

    condition: Condition
    when: Stretch | None = None


Query = (
    Amount | Compare | Ratio | Exist | Every | Mostly | Alike | Holds | When | Sooner | Which | Ranked | What
    | Kinds | KindBy | KindsOf | Way | Busiest | Trend | Spells
)  # fmt: skip


def parts_of(part: Any) -> Iterator[Any]:
    """A query and everything in it, what is outside before what it holds, in the order of the fields."""
    yield part
    if is_dataclass(part):
        for one in fields(part):
            yield from parts_of(getattr(part, one.name))
    elif isinstance(part, tuple | list):
        for each in part:
            yield from parts_of(each)


def rebuilt(part: Any, change: Callable[[Any], Any]) -> Any:
    """A part of a query with what it holds changed, each field or member."""
    if is_dataclass(part):
        return replace(part, **{one.name: change(getattr(part, one.name)) for one in fields(part)})
    return tuple(map(change, part)) if isinstance(part, tuple) else part
