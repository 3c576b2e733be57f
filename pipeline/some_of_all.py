"""Questions about some of a clip's objects: which they are is asked for first, the rest of them alone.

"Of the people who came from the left, how many stayed?" is asked of those people, "apart from cars, what stays
longest?" of everything but cars; "where is the truck when the bus leaves?" of the moment at which the bus leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from data.clock import in_whole_seconds
from pipeline.answers import Answer
from pipeline.asking.event_limits import EVENT_FAMILIES, EventLimit
from pipeline.asking.kinds_left_out import KindsLeftOut
from pipeline.asking.those_who import COUNTS, ThoseWho
from pipeline.clip_memory import ClipMemory
from pipeline.telling.doubts import without_doubt
from pipeline.telling.english import listed, lower_first, many

Ask = Callable[[ClipMemory, str], Answer]
"""The answer to a question that another one needs."""


def of_those(memory: ClipMemory, text: str, some: ThoseWho, ask: Ask) -> Answer | None:
    """The answer to a question about some of a kind; None where it can't be told which they are."""
    who = ask(memory, some.asks)
    if who.understood is None or who.understood.family not in COUNTS or who.understood.x != some.term:
        return None
    tracks = {piece.track_id for piece in who.evidence}
    if some.without:
        view = memory.view(0)
        tracks = set(view.track_id[view.mask(some.term)].tolist()) - tracks
    answer = ask(memory.among(sorted(tracks)), some.rest)
    told = without_doubt(who.text).rstrip(".")
    note = f"asked of all {'but' if some.without else 'of'} those: {lower_first(told)}"
    said, notes = answer.text, (note, *answer.warnings)
    if not tracks and not some.without and said.endswith("is ever visible."):
        said, notes = f"{told}.", answer.warnings  # there are none of those: that says more
    sure = min(answer.confidence, who.confidence)
    return replace(answer, question=text, text=said, confidence=sure, warnings=notes)


def without_kinds(memory: ClipMemory, text: str, left: KindsLeftOut, ask: Ask) -> Answer | None:
    """The answer to a question that leaves kinds out; None where what is left of it is refused."""
    view = memory.view(0)
    out = np.any([view.mask(term) for term in left.terms], axis=0)
    answer = ask(memory.among(sorted({int(track) for track in view.track_id[~out]})), left.rest)
    if answer.refused:
        return None
    note = f"asked of everything but {listed([many(term) for term in left.terms])}"
    return replace(answer, question=text, warnings=(note, *answer.warnings))


def at_event(memory: ClipMemory, text: str, limit: EventLimit, ask: Ask) -> Answer | None:
    """The answer to a question that an event limits, once its time is known; None where it can't be told."""
    event = ask(memory, limit.asks)
    if event.refused or event.understood is None or event.understood.family not in EVENT_FAMILIES:
        return None
    if (rest := limit.at(event)) is None:  # it never happens
        return replace(event, question=text)
    answer = ask(memory, rest)
    told = without_doubt(event.text).rstrip(".")
    return replace(
        answer,
        question=text,
        text=in_whole_seconds(answer.text),
        confidence=min(answer.confidence, event.confidence),
        warnings=(f"asked of then: {lower_first(told)}", *answer.warnings),
    )
