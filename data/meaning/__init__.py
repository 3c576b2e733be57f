"""What questions mean (DESIGN.md, section 3): typed questions, run on a clip, give a truth with its evidence.

view = ClipView.of(index)                                  # an ObjectIndex: clean world, noisy view, human tracks
truth = run(Question("count_after", x="person", event=Event("bus", "leaves", LAST)), view)
judge(7, truth, view.step_s)                               # → True or False
"""

from data.meaning.clip_view import ClipView
from data.meaning.judging import evidence_iou, judge
from data.meaning.programs import run
from data.meaning.question import (
    FAMILIES,
    LAST,
    NEVER,
    NONE,
    REFUSALS,
    REFUSED,
    Event,
    Evidence,
    Question,
    Side,
    Truth,
)

__all__ = [
    "FAMILIES", "LAST", "NEVER", "NONE", "REFUSALS", "REFUSED",
    "ClipView", "Event", "Evidence", "Question", "Side", "Truth", "evidence_iou", "judge", "run",
]  # fmt: skip
