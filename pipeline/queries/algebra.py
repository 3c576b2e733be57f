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

from pipeline.queries.whom_and_when import (
    AllOf,
    AnyOf,
    At,
    Away,
    AwayFor,
    Begins,
    Between,
    Both,
    Change,
    Comes,
    Condition,
    Edge,
    Goes,
    Happens,
    Heads,
    Moment,
    Not,
    Number,
    Outnumbers,
    Relation,
    Returns,
    Shifted,
    Stays,
    Stretch,
    Test,
    Then,
    There,
    While,
    Who,
    With,
)

__all__ = [
    "Absence",
    "Alike",
    "AllOf",
    "Amount",
    "AnyOf",
    "Apart",
    "At",
    "Away",
    "AwayFor",
    "Begins",
    "Between",
    "Both",
    "Busiest",
    "Change",
    "Comes",
    "Compare",
    "Condition",
    "Count",
    "Edge",
    "Every",
    "Exist",
    "Goes",
    "Happens",
    "Heads",
    "Holds",
    "KindBy",
    "Kinds",
    "KindsOf",
    "Length",
    "Less",
    "Moment",
    "Most",
    "Mostly",
    "Not",
    "Number",
    "Outnumbers",
    "Query",
    "Ranked",
    "Ratio",
    "Relation",
    "Returns",
    "SameWay",
    "Share",
    "Shifted",
    "Sooner",
    "Spells",
    "Stay",
    "Stays",
    "Stretch",
    "Sum",
    "Test",
    "Then",
    "There",
    "Time",
    "Trend",
    "Waits",
    "Way",
    "What",
    "When",
    "Where",
    "Which",
    "While",
    "Who",
    "With",
    "parts_of",
    "rebuilt",
]

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
class Where:
    """In which third of the picture one is, at a moment; None: when it appears."""

    who: Who
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way that one goes, the side that it comes from or leaves to; of several, the way of most."""

    who: Who
    what: Literal["direction", "enters", "leaves"]
    majority: bool = False


@dataclass(frozen=True, slots=True)
class SameWay:
    """Are two ways the same (opposite: each other's opposite)?"""

    a: Way
    b: Way
    opposite: bool = False


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
    | Kinds | KindBy | KindsOf | Where | Way | SameWay | Busiest | Trend | Spells
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
