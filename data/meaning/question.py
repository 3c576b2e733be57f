"""The typed question, its truth and its evidence. A *term* is a class name or a kind (`data.vocabulary`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["yes_no", "number", "object", "time", "duration", "word", "list", "text", "refusal"]

FAMILIES: dict[str, Kind] = {
    "exists": "yes_no", "count": "number", "count_between": "number", "count_at": "number", "count_before": "number",
    "count_after": "number", "max_at_once": "number", "compare": "yes_no", "first": "object", "last": "object",
    "nth": "object", "when_appears": "time", "when_leaves": "time", "when_most": "time", "next_after": "object",
    "previous_before": "object", "order": "yes_no", "together": "yes_no", "together_list": "list",
    "duration": "duration", "longest": "object", "shortest": "object", "returns": "yes_no", "returns_when": "time",
    "direction": "word", "enters_from": "word", "leaves_to": "word", "where_at": "word", "list": "list",
    "describe": "text", "min_at_once": "number", "when_fewest": "time", "at_least": "yes_no",
    "at_least_at_once": "yes_no", "first_leaves": "object", "last_leaves": "object", "count_left": "number",
    "order_leaves": "yes_no", "away": "duration", "absent": "duration", "visits": "number", "exactly": "yes_no",
    "exactly_at_once": "yes_no", "at_most": "yes_no", "at_most_at_once": "yes_no", "when_number": "time",
    "when_at_least": "time", "mean_at_once": "number", "mean_stay": "duration",
    "leaves": "yes_no", "leaves_when": "time", "count_leavings": "number", "longest_absent": "duration",
    "time_between": "duration", "happens_before": "yes_no",
    "count_returns": "number", "duration_at_least": "duration", "always": "yes_no", "ever_at_most": "yes_no",
    "share": "number", "share_absent": "number", "share_of": "number", "rate": "number", "when_most_come": "time",
    "when_most_seen": "time", "longest_gap": "duration", "shortest_gap": "duration", "mean_gap": "duration",
    "count_empty": "number", "longest_visit": "duration", "lasts_longer": "yes_no", "lasts_shorter": "yes_no",
    "stays_longer": "yes_no", "when_each": "text", "when_each_leaves": "text", "stays_each": "text",
    "stays_ranked": "text", "count_each": "text", "counts_change": "text", "appears": "yes_no", "when_at_most": "time",
    "share_at_least": "number", "mean_interval": "duration", "duration_exactly": "duration",
    "duration_together": "duration", "stands": "duration", "stops": "yes_no", "stops_when": "time",
}  # fmt: skip
"""Every family that has an answer, and the kind of its value."""

MEASURED = frozenset(
    (
        *("share", "share_absent", "share_of", "rate", "when_most_come", "when_most_seen"),
        *("longest_gap", "shortest_gap", "mean_gap", "mean_interval", "count_empty"),
        *("longest_visit", "lasts_longer", "lasts_shorter", "stays_longer", "when_each", "when_each_leaves"),
        *("stays_each", "stays_ranked", "count_each", "counts_change", "share_at_least"),
    )
)
"""Families about shares, rates, breaks, single stays, and all of a kind one by one."""

RULED = frozenset(
    (
        "stays_longer",
        *("count_returns", "duration_at_least", "always", "ever_at_most", "leaves", "leaves_when", "count_leavings"),
        *("longest_absent", "time_between", "happens_before", "appears", "duration_exactly", "duration_together"),
        *("stands", "stops", "stops_when"),
    )
)
"""Families without wordings of their own: single words make them of others ("how often does it come *back*?")."""

REFUSALS = ("refuse_unknown", "refuse_cause", "refuse_action", "refuse_speech", "refuse_text", "refuse_attribute", "refuse_unclear")  # fmt: skip  # noqa: E501

LIMITED = frozenset(
    (
        *("first", "last", "nth", "next_after", "previous_before", "longest", "shortest", "list"),
        *("first_leaves", "last_leaves"),
    )
)
"""Families that ask for any thing, unless the words limit them: "which animal came first?"."""

PINNED = frozenset(
    (
        *("when_appears", "when_leaves", "direction", "enters_from", "leaves_to", "where_at", "returns"),
        *("returns_when", "duration", "away", "visits", "count_returns", "leaves"),
        *("leaves_when", "count_leavings", "share", "share_absent", "longest_visit", "lasts_longer", "lasts_shorter"),
        *("stands", "stops", "stops_when"),
    )
)
"""Families that can be about one certain object."""

NUMBERED = frozenset(
    (
        *("at_least", "at_least_at_once", "exactly", "exactly_at_once", "at_most", "at_most_at_once"),
        *("when_number", "when_at_least", "when_at_most", "duration_at_least", "share_at_least", "always"),
        *("ever_at_most", "duration_exactly"),
    )
)
"""Families whose `nth` is a number of things."""

OF_A_LENGTH = frozenset(("rate", "when_most_come", "when_most_seen", "count_each", "lasts_longer", "lasts_shorter"))
"""Families whose `t_s` is a length of time."""

AT_MOST = frozenset(("at_most", "at_most_at_once", "ever_at_most", "when_at_most"))
"""Of these, the families in which it is the largest number that makes a yes ("fewer than three": 2)."""

JUST = frozenset(("exactly", "exactly_at_once", "when_number", "duration_exactly"))
"""Of these, the families in which it is the number itself."""

SIDED = frozenset(
    (
        *("exists", "count", "count_between", "list", "first", "last", "nth", "when_appears", "when_leaves", "visits"),
        *("at_least", "exactly", "at_most", "count_left", "first_leaves", "last_leaves", "longest", "shortest"),
        *("max_at_once", "duration", "mean_stay", "leaves", "leaves_when"),
    )
)
"""Families that can be about the things of one side or direction only."""

IN_MOTION = SIDED | frozenset(
    (
        *("rate", "share_of", "count_at", "mean_at_once", "longest_gap", "shortest_gap", "mean_gap", "longest_absent"),
        *("when_fewest", "min_at_once", "absent", "count_empty", "when_most"),
    )
)
"""Families that can be about what moves, or what stays still."""

PLACED = frozenset(
    (
        *("exists", "count", "count_between", "count_at", "max_at_once", "min_at_once", "when_most", "when_fewest"),
        *("when_appears", "when_leaves", "duration", "absent", "visits", "list", "first", "last", "longest"),
        *("shortest", "compare", "mean_at_once", "mean_stay", "away", "returns", "returns_when", "count_returns"),
        *("leaves", "leaves_when", "count_leavings", "longest_absent", *NUMBERED),
    )
)
"""Families that can be about what is seen in a part of the picture only."""

LAST = "last"
NEVER = "never"
"""Value of a time that does not exist: the thing never shows (or never returns)."""
NONE = "none"
"""Value of an object or word that does not exist: nothing comes next, the thing is not in sight."""
REFUSED = "refused"


class Side(NamedTuple):
    """Which things are meant: those that come in from a side ("enters_from") or go out at one ("leaves_to"), in the
    stretch asked about; whose net motion goes that way, that are "moving" (also there and back) or stay "still"
    ("direction"); that are the left or right one of their kind, or the one between ("stands"); that are visible for
    "longer 15" than so many seconds in all, or "shorter" ("stays"); or all, but only while their box's centre is in
    that third, or half, of the picture ("inside").

    What is there from the start has not come in, and what is still there at the end has not gone out.
    """

    how: Literal["enters_from", "leaves_to", "direction", "inside", "stands", "stays"]
    word: str


PARTS = ("left", "right", "top", "bottom", "centre", "left half", "right half", "top half", "bottom half")
"""Words of "inside"; those of the others are left, right, top, bottom, and up, down for "direction"."""


class Event(NamedTuple):
    """One appearance or leaving. Ordinals count objects by first appearance: "the second bus leaves" is the leaving of
    the bus that appeared second. `nth` None: the first to appear, or the last leaving of any ("after Y leaves");
    `LAST`: the latest newcomer appears, or the last of them has left.
    """

    thing: str
    change: Literal["appears", "leaves"]
    nth: int | Literal["last"] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a program.

    x, y: terms. stretch: (t0, t1) seconds, both ends inside; None: the whole clip.
    after, before: events that limit the stretch further ("while …, after the last bus has left").
    event, other: the two events of time_between and happens_before; of stays_longer, whose they are (nth None: all).
    event or t_s: what count_before/after, next_after and previous_before refer to; t_s also of count_at, where_at
    (None there: wherever it was longest); a length in seconds for rate, when_most_come, when_most_seen, count_each (per
    so long) and lasts_longer, lasts_shorter (than so long).
    nth: which X by first appearance (in the stretch), from 1, or `LAST`; in family nth: which newcomer; in the families
    of `NUMBERED`: how many X.
    side: only the X (or things) of that side; of `SIDED` families.
    """

    family: str
    x: str | None = None
    y: str | None = None
    stretch: tuple[float, float] | None = None
    event: Event | None = None
    nth: int | Literal["last"] | None = None
    t_s: float | None = None
    after: Event | None = None
    before: Event | None = None
    side: Side | None = None
    other: Event | None = None

    @property
    def events(self) -> list[Event]:
        """All events that it names."""
        return [event for event in (self.event, self.other, self.after, self.before) if event is not None]

    @property
    def things(self) -> set[str]:
        """All that it names: x, y and whose events."""
        return {self.x, self.y, *(event.thing for event in self.events)} - {None}


class Evidence(NamedTuple):
    """One interval in which one object is seen, cut to the stretch asked about. Seconds."""

    track_id: int
    class_name: str
    start_s: float
    end_s: float


class Truth(NamedTuple):
    """The right answer.

    value: bool, int, seconds, class name, word, list of class names, text; `NEVER`, `NONE`, `REFUSED`.
    acceptable: everything that is as right as `value`: values; for a time, or a mean, also (from, to); for a list the
        groups of ties in their order (one group: any order); for a text the class names that it must name.
    evidence: intervals of the objects that the answer rests on. kind: of the value.
    any_sighting: a "yes" that any one of these sightings proves.
    """

    value: Any
    acceptable: list[Any]
    evidence: list[Evidence]
    kind: Kind
    any_sighting: bool = False
