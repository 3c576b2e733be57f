"""Between which numbers the true one probably lies: `LikelyRange`, for answers that count.

What a detector never found is in no count, so that a crowd's is too low nine times in ten, and no correction makes it
right: the likeliest number stays the one that was counted. How many more there may be can be told, though. A small
network gives the range in which the truth lies in about nine of ten cases (LOG.md), from what the confidence is worked
out from, what the worlds say, and the number itself; `pipeline.calibrate` fits it on simulated clips and keeps it in
calibration.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.meaning import Question
from pipeline.answers import Doubts
from pipeline.confidence import with_family
from pipeline.small_network import SmallNetwork

COUNTED = frozenset(
    (
        *("count", "count_between", "count_at", "count_before", "count_after", "count_left", "count_empty", "visits"),
        *("max_at_once", "min_at_once"),
    )
)
"""Families whose value is a whole number of things or visits."""
LOW, HIGH = 0.08, 0.85
"""The truth is below, or not above, the two ends of the range in so many cases."""


def range_features(
    question: Question, doubts: Doubts, pieces: int, value: float, families: Sequence[str]
) -> list[float]:
    """(F,) what the range is worked out from. pieces: of evidence. value: the number that is answered."""
    return [*with_family(question, doubts, pieces, families), *doubts.spread, math.log1p(value)]


@dataclass(frozen=True)
class LikelyRange:
    """network: gives the two ends as log1p of the truth less log1p of the answer. families: as of `range_features`."""

    network: SmallNetwork
    families: tuple[str, ...]

    def __call__(self, question: Question, doubts: Doubts, pieces: int, value: object) -> tuple[int, int] | None:
        """(least, most), the answer among them; None for what is no count."""
        if question.family not in COUNTED or not isinstance(value, int | float) or isinstance(value, bool):
            return None
        low, high = self.network(range_features(question, doubts, pieces, float(value), self.families)).tolist()
        least, most = (max(0, round(math.expm1(math.log1p(value) + end))) for end in (low, high))
        return min(least, int(value)), max(most, int(value))

    @staticmethod
    def load(path: Path) -> LikelyRange | None:
        """From a calibration.json; None where it holds none, or one of another version."""
        kept = json.loads(path.read_text()).get("likely") if path.is_file() else None
        if kept is None:
            return None
        network, families = SmallNetwork.from_json(kept), tuple(kept["families"])
        made_for = len(range_features(Question("count"), Doubts(), 0, 0.0, families))
        return LikelyRange(network, families) if len(network.mean) == made_for else None
