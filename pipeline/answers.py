"""`Answer` and its `Evidence`: what people get, in Python and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from data.meaning import Question

KINDS = ("yes_no", "number", "object", "time", "duration", "word", "list", "text", "refusal")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One interval in which one object is seen, and its best moment.

    start_s, end_s, t_s: seconds. box_xywhn: at `t_s`, centre x, centre y, width, height as shares of the picture.
    """

    track_id: int
    class_name: str
    start_s: float
    end_s: float
    t_s: float
    box_xywhn: tuple[float, float, float, float]


class About(NamedTuple):
    """What is believed of the tracks that a question is about; the defaults are those of given tracks.

    given: taken at their word. footage: found in video by a detector of real things. unreal, again, misnamed: how many
    of them may be none, one that was there before, of another class (sums of chances). number: how many there are.
    score, whole, size: mean score of their sightings, share of their life in which they are sighted, side in the
    picture (root of the area). least_score, best_score, least_real, mean_real: of those that the answer rests on.
    shown: how many those are. tracks, duration_s: of a clip.
    """

    given: bool = True
    unreal: float = 0.0
    again: float = 0.0
    misnamed: float = 0.0
    number: float = 0.0
    score: float = 1.0
    whole: float = 1.0
    size: float = 0.1
    least_score: float = 1.0
    best_score: float = 1.0
    least_real: float = 1.0
    mean_real: float = 1.0
    shown: int = 0
    tracks: int = 0
    duration_s: float = 0.0
    footage: bool = False


class Doubts(NamedTuple):
    """What a confidence is worked out from, each 0-1: how surely the question was read; the share of worlds that agree
    with the answer; how sure the beliefs about the clip's tracks are; the mean score of their sightings; the share of
    the time between its first and last sight in which a track is sighted. about: of the tracks in question. spread: of
    a number, the least and the most of what the worlds say, as log1p of it less log1p of the answer."""

    read: float = 1.0
    agreement: float = 1.0
    clarity: float = 1.0
    sharpness: float = 1.0
    wholeness: float = 1.0
    about: About = About()
    spread: tuple[float, float] = (0.0, 0.0)


NO_DOUBTS = Doubts()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question about one clip.

    text: one sentence. kind: of `KINDS`. value: bool, int, seconds, class name, word, list of class names or text;
    "never" for a time that does not exist, "none" for an object or word that does not, None where refused.
    confidence: calibrated chance of being right, 0-1. evidence: what it rests on, in time order. warnings: doubts and
    readings ("no class 'lorry'; read as 'truck'"). timing: seconds spent (index_s, memory_s, answer_s).
    understood: the question as it was read, None where nothing was. doubts: what the confidence is made from.
    likely: of an answer that counts, the (least, most) between which the true number lies in nine of ten cases.
    composed: does it say what several answers, or one before it, say together? `understood` is the first one's then.
    """

    question: str
    text: str
    kind: str
    value: Any
    confidence: float
    refused: bool = False
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[str, ...] = ()
    timing: Mapping[str, float] = field(default_factory=dict)
    understood: Question | None = None
    doubts: Doubts = NO_DOUBTS
    likely: tuple[int, int] | None = None
    composed: bool = False

    @property
    def has_range(self) -> bool:
        """Is another number likely than the one that is answered?"""
        return not self.refused and self.likely is not None and self.likely[0] != self.likely[1]

    @property
    def is_timeline(self) -> bool:
        """Does its text tell all that happens, in lines of its own?"""
        return self.kind == "text" and (self.understood is None or self.understood.family == "describe")

    def as_json(self) -> dict[str, Any]:
        """JSON values only, as DESIGN.md section 3 names them; seconds and confidence to a thousandth."""
        out = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if f.name not in ("understood", "doubts", "composed")
        }
        if self.likely is None:  # a field of counts only
            del out["likely"]
        out["evidence"] = [
            dataclasses.asdict(e) | {"box_xywhn": [round(float(v), 4) for v in e.box_xywhn]} for e in self.evidence
        ]
        return _plain(out)

    def __str__(self) -> str:
        from pipeline.telling.answers_text import answer_lines

        return "\n".join(answer_lines(self))

    def _repr_html_(self) -> str:
        from pipeline.telling.answers_html import answer_html

        return answer_html(self)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return round(value, 4) if isinstance(value, float) else value
