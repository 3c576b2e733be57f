"""A tiny untrained model that takes every track at its word, and sense for the questions that the tests ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.meaning import Question
from data.time_reading import find_times
from pipeline.answerer import Answerer
from pipeline.asking.understand import QuestionUnderstanding, Understood
from pipeline.repair import TrackBelief
from pipeline.unseen import Runs, Unseen
from tests.pipeline_answer_cli.conftest import own_home, weights  # noqa: F401 (fixtures)

MEANINGS = {
    "How many squares appear?": Question("count", x="square"),
    "Is there a square?": Question("exists", x="square"),
    "How many squares at once?": Question("max_at_once", x="square"),
    "When does the last square leave?": Question("when_leaves", x="square"),
    "Why does it move?": Question("refuse_cause"),
}


def take_at_their_word(model, clips, names, *_) -> list[TrackBelief]:
    out = []
    for clip in clips:
        k = len(clip.tokens.track_id)
        classes = np.eye(len(clip.class_names))[clip.tokens.track_class]
        out.append(TrackBelief(np.ones(k), np.tile([1.0, 0.0], (k, 1)), np.full((k, 1), -1), classes))
    return out


def nothing_beyond(model, index, rows) -> Unseen:
    number = len(Runs.of(rows))
    return Unseen(np.zeros(number), np.zeros(number), np.zeros(number, bool))


@pytest.fixture
def answerer(weights: Path, monkeypatch) -> Answerer:  # noqa: F811
    def meaning(text: str, duration_s: float) -> Question:
        times = find_times(text, duration_s)
        at = Question("count_at", x="square", t_s=times[0][2]) if times else Question("refuse_unclear")
        return MEANINGS.get(text, at)

    def understand(self, texts, class_names, duration_s):
        return [Understood(meaning(text, duration_s), 0.95) for text in texts]

    monkeypatch.setattr(QuestionUnderstanding, "__call__", understand)
    monkeypatch.setattr("pipeline.answerer.believe", take_at_their_word)
    monkeypatch.setattr("pipeline.answerer.look_beyond", nothing_beyond)
    loaded = Answerer.load(weights)
    monkeypatch.setattr(Answerer, "load", staticmethod(lambda *_, **__: loaded))
    return loaded
