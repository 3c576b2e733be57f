"""The parts of a question that a model reads: intents, roles of words, ordinals, events; what look-up says of words.

Kept apart from `data.question_pool`, which makes training data of them and so needs the whole simulated world.
"""

from __future__ import annotations

import numpy as np

from data.meaning import FAMILIES, LAST, REFUSALS
from data.meaning.question import RULED
from pipeline.asking.mentions import Mentions

_LATER = (
    *("min_at_once", "when_fewest", "at_least", "at_least_at_once"),
    *("first_leaves", "last_leaves", "count_left", "order_leaves", "away", "absent", "visits", "exactly"),
    *("exactly_at_once", "at_most", "at_most_at_once", "when_number", "when_at_least", "mean_at_once", "mean_stay"),
    *("share", "share_absent", "share_at_least", "share_of", "rate", "when_most_come", "when_most_seen", "count_each"),
    *("counts_change", "longest_gap", "shortest_gap", "mean_gap", "mean_interval", "count_empty", "longest_visit"),
    *("lasts_longer", "lasts_shorter", "when_each", "when_each_leaves", "stays_each", "stays_ranked", "when_at_most"),
)
INTENTS = (
    *(family for family in FAMILIES if family not in ("count_between", *_LATER, *RULED)),
    *(refusal for refusal in REFUSALS if refusal != "refuse_unknown"),
    *_LATER,
)
"""What a question may ask, in the order of the model's answers: what was taught later comes last. A count between two
times is a count that mentions a stretch; that a thing is unknown is decided by looking it up."""
ROLES = ("none", "x", "y", "event")
NTHS = (None, *range(1, 13), LAST)
EVENT_PARTS = ("none", "event", "after", "before", "while")
"""What an event is to a question: its reference, or a limit ("while": after it appears, before it leaves)."""
CHANGES = ("appears", "leaves")
HEADS = {
    "intent": len(INTENTS), "nth": len(NTHS), "event": len(EVENT_PARTS), "change": 2, "event_nth": len(NTHS),
    "beyond": 2,
}  # fmt: skip
"""What is told of a question as a whole. beyond: does a number limit what is asked for ("more than two": 1), or belong
to it ("two or more": 0)?"""
FEATURES = ("known term", "unknown term", "moment", "stretch", "begins")


def piece_features(mentions: Mentions, spans_L2: np.ndarray) -> np.ndarray:
    """(L, 5) 0 or 1: what each piece of text is part of (`FEATURES`)."""
    out = np.zeros((len(spans_L2), len(FEATURES)), np.uint8)
    for term in mentions.terms:
        inside = inside_span(spans_L2, term.start, term.end)
        out[inside, 0 if term.known else 1] = 1
        out[inside.argmax(), 4] |= inside.any()
    for time in mentions.times:
        inside = inside_span(spans_L2, time.start, time.end)
        out[inside, 3 if time.is_stretch else 2] = 1
        out[inside.argmax(), 4] |= inside.any()
    return out


def inside_span(spans_L2: np.ndarray, start: int, end: int) -> np.ndarray:
    """(L,) bool: which pieces of text lie in characters [start, end)."""
    return (spans_L2[:, 0] >= start) & (spans_L2[:, 1] <= end) & (spans_L2[:, 1] > spans_L2[:, 0])
