"""Which parts the families of questions have: things, a reference, an ordinal, a moment at the clip's edge."""

from __future__ import annotations

from data.meaning.question import MEASURED, NUMBERED, PINNED

NEEDS_X = frozenset(
    (
        *("exists", "count", "count_at", "count_before", "count_after", "max_at_once", "compare", "when_appears"),
        *("when_leaves", "when_most", "order", "together", "together_list", "duration", "returns", "returns_when"),
        *("direction", "enters_from", "leaves_to", "where_at"),
        *("min_at_once", "when_fewest", "count_left", "order_leaves", "away", "absent", "visits"),
        *("count_returns", "leaves", "leaves_when", "count_leavings", "longest_absent", "duration_together"),
        *("stands", "stops", "stops_when"),
        *("mean_at_once", "mean_stay", *NUMBERED, *(MEASURED - {"stays_longer"}), "appears"),
    )
)
NEEDS_Y = frozenset(("compare", "order", "together", "order_leaves", "share_of", "duration_together"))
TAKES_REFERENCE = frozenset(("count_before", "count_after", "next_after", "previous_before"))
TAKES_NTH = PINNED | {"nth"}
ANY_OF_THEM = PINNED - {"when_appears", "direction", "enters_from", "leaves_to", "where_at"}
"""Families in which no ordinal means any of them, not the first."""
AT_THE_END = frozenset(
    (
        *("exists", "count", "count_at", "where_at", "list", "describe", "together", "together_list", "compare"),
        *("max_at_once", "min_at_once", "at_least", "at_least_at_once", "exactly", "at_most"),
    )
)
"""What can be asked about the first and the last moment; "what came last, at the end?" cannot."""
