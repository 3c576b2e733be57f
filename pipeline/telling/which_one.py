"""Which one of several that stand side by side an answer is about: "the second bottle (the right one)"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.meaning import ClipView, Question
from data.meaning.limits import standing
from data.meaning.places import net_motion
from data.meaning.question import LIMITED
from pipeline.answers import Evidence

_NAMES = {2: ("left", "right"), 3: ("left", "centre", "right")}
"""More than three have no names of their own."""
_WORDS = {"left": "the left one", "centre": "the middle one", "right": "the right one"}
FAMILIES = LIMITED | {"leaves_when"}


def which_one(question: Question, evidence: Sequence[Evidence], view: ClipView) -> str | None:
    """Such as "the right one": the place of the one object that an answer rests on among its kind, where two or three
    of that kind stand there from the start and none else of it is seen; else None."""
    if question.family not in FAMILIES or question.side is not None or len({piece.track_id for piece in evidence}) != 1:
        return None
    return place_of(evidence[0].track_id, evidence[0].class_name, view)


def place_of(track_id: int, class_name: str, view: ClipView) -> str | None:
    """The same of one object and its class."""
    mine = view.mask(class_name)
    number = int(mine.sum())
    if number not in _NAMES or (view.start_s[mine] > view.edge_s[0] + 1e-6).any():
        return None
    if any(net_motion(view, track) != ["still"] for track in np.flatnonzero(mine).tolist()):
        return None  # what was lifted and put back still has its place
    place = int(np.flatnonzero(view.track_id == track_id)[0])
    found = [name for name in _NAMES[number] if standing(name, view, mine)[place]]
    return _WORDS[found[0]] if len(found) == 1 else None
