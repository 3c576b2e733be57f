"""How sure an answer is: what is doubtful about it as numbers (`doubts_of_answer`), and `Calibration` to a chance.

The chance is a small network's, fitted on simulated clips of every noise (`pipeline.calibrate`) and kept as JSON.

Shapes: F features, K tracks of the clip.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.meaning import FAMILIES, Question
from data.vocabulary import THING, covered
from pipeline.answers import About, Doubts, Evidence
from pipeline.clip_memory import ClipMemory
from pipeline.domain import is_footage
from pipeline.given_tracks import is_given
from pipeline.small_network import SmallNetwork

SPOTLESS = 0.001
"""So little doubt is as good as none: what tells true tracks from a good detector's."""
FOOTAGE_SLOPE, FOOTAGE_OFFSET = 0.75, 1.2
"""Of log-odds. Of 785 questions about five real videos 0.85 to 0.94 were right where the network said 0.36 to 0.78 on
average (LOG.md); nearer to it than what fits them best (0.68, 1.71), as other footage may be harder."""
GROUPS = ("count", "object", "time", "duration", "word", "list", "yes_no", "refusal")
FORMAT = "longtake-calibration-2"


def about_question(question: Question, memory: ClipMemory, evidence: tuple[Evidence, ...]) -> About:
    """What is believed of the tracks that a question is about, and of those that its answer rests on."""
    belief, index = memory.belief, memory.index
    shown = {piece.track_id for piece in evidence}
    size = {
        "shown": len(shown),
        "tracks": len(belief),
        "duration_s": index.duration_s,
        "footage": is_footage(index.provenance),
    }
    if is_given(index) or not len(belief):
        return About(given=is_given(index), **size)
    terms = question.things - {THING}
    classes = sorted({c for term in terms for c in covered(term, index.class_names)})
    meant_K = belief.classes[:, classes].sum(1) if terms else np.ones(len(belief))
    named_K = np.minimum(meant_K, 1 - meant_K) if terms else 1 - belief.classes.max(1)
    new_K, real_K = belief.same[:, 0], belief.real
    score_K, whole_K, size_K = memory.track_facts
    weight_K = meant_K * real_K + 1e-6
    rests = np.isin(memory.rows.track_id, list(shown))
    return About(
        given=False,
        unreal=float((meant_K * np.minimum(real_K, 1 - real_K)).sum()),
        again=float((meant_K * real_K * np.minimum(new_K, 1 - new_K)).sum()),
        misnamed=float((real_K * named_K).sum()),
        number=float((meant_K * real_K).sum()),
        score=float(np.average(score_K, weights=weight_K)),
        whole=float(np.average(whole_K, weights=weight_K)),
        size=float(np.average(size_K, weights=weight_K)),
        least_score=float(score_K[rests].min(initial=1.0)),
        best_score=float(score_K[rests].max()) if rests.any() else 1.0,
        least_real=float(real_K[rests].min(initial=1.0)),
        mean_real=float(real_K[rests].mean()) if rests.any() else 1.0,
        **size,
    )


def log_odds(p: float, least: float = 0.02) -> float:
    """Log-odds of a chance, bounded: 0 and 1 are `least` away from certain."""
    return math.log((p + least) / (1 - p + least))


def as_on_footage(sure: float) -> float:
    """What a chance that was learned from simulated clips is on real footage, where a detector misses and mistakes less
    of what is asked after than simulated ones do (`FOOTAGE_SLOPE`)."""
    return 1 / (1 + math.exp(-(FOOTAGE_SLOPE * log_odds(sure) + FOOTAGE_OFFSET)))


def confidence_features(question: Question, doubts: Doubts, pieces: int) -> list[float]:
    """What the confidence is worked out from: log-odds of the doubts, how much evidence, what kind of answer, what is
    believed of the tracks. pieces: of evidence."""
    kind = FAMILIES.get(question.family, "refusal")
    group = {"number": "count", "text": "list"}.get(kind, kind)
    about = doubts.about
    rests = [
        log_odds(doubts.agreement),
        log_odds(doubts.clarity),
        log_odds(doubts.clarity, SPOTLESS),
        log_odds(doubts.clarity, SPOTLESS) * log_odds(doubts.sharpness),
        log_odds(doubts.clarity) * (group in ("count", "list")),
        log_odds(doubts.sharpness),
        log_odds(doubts.wholeness),
        math.log1p(pieces) * (group == "count"),
        math.log1p(pieces) * (group in ("list", "object")),
        float(about.given),
        *(math.log1p(x) for x in (about.unreal, about.again, about.misnamed, about.number)),
        about.score,
        about.whole,
        math.log(about.size + 1e-3),
        about.least_score,
        about.least_real,
        about.mean_real,
        *(math.log1p(x) for x in (about.shown, about.tracks, about.duration_s)),
    ]
    if group == "refusal":  # rests on the words alone
        rests = [0.0] * len(rests)
    two_steps = question.event is not None or question.after is not None or question.before is not None
    return [log_odds(doubts.read), *rests, float(two_steps), *(float(group == name) for name in GROUPS)]


def with_family(question: Question, doubts: Doubts, pieces: int, families: Sequence[str]) -> list[float]:
    """(F,) `confidence_features`, and one more for each of `families`: is it this one?"""
    return [*confidence_features(question, doubts, pieces), *(float(question.family == name) for name in families)]


@dataclass(frozen=True)
class Calibration:
    """network: gives the log-odds of being right. families: names of those that have a feature each, behind the
    others."""

    network: SmallNetwork
    families: tuple[str, ...]

    def __call__(self, question: Question, doubts: Doubts, pieces: int) -> float:
        """The chance that an answer is right. pieces: of evidence."""
        sure = float(1 / (1 + np.exp(-self.network(with_family(question, doubts, pieces, self.families))[0])))
        return as_on_footage(sure) if doubts.about.footage else sure

    @staticmethod
    def load(path: Path) -> Calibration | None:
        """From a file; None where there is none, or one of another version."""
        if not path.is_file():
            return None
        kept = json.loads(path.read_text())
        if kept.get("format") != FORMAT:
            return None
        return Calibration(SmallNetwork.from_json(kept), tuple(kept["families"]))

    def as_json(self, **further: Any) -> str:
        """The text of the file, numbers rounded. further: facts about the fit."""
        return (
            json.dumps({"format": FORMAT, **further, "families": list(self.families), **self.network.as_json()}) + "\n"
        )
