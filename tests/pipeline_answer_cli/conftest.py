"""A tiny untrained model, and a clip of tracks. What questions mean is looked up where a test needs sense."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from data.meaning import LAST, Event, Question
from pipeline.answerer import Answerer
from pipeline.asking.understand import QuestionUnderstanding
from tests import small_model

weights = small_model.weights
MEANINGS = {
    "How many cars appear?": Question("count", x="car"),
    "How many cars are visible between 0:02 and 0:06?": Question("count_between", x="car", stretch=(2.0, 6.0)),
    "Is there a dog?": Question("exists", x="dog"),
    "Is there a dog at 0:02?": Question("exists", x="dog", stretch=(2.0, 2.0)),
    "What appears first?": Question("first"),
    "When does the second car appear?": Question("when_appears", x="car", nth=2),
    "When did the second car leave?": Question("when_leaves", x="car", nth=2),
    "when did the second car leave?": Question("when_leaves", x="car", nth=2),
    "when did the last car leave?": Question("when_leaves", x="car", nth=LAST),
    "when did the cars leave?": Question("when_leaves", x="car"),
    "when did the car leave?": Question("when_leaves", x="car"),
    "when did the dog leave?": Question("when_leaves", x="dog"),
    "when did it leave?": Question("when_leaves", x="thing"),
    "How long was the car visible?": Question("duration", x="car"),
    "Was the car there together with the dog?": Question("together", x="car", y="dog"),
    "What happens in this video?": Question("describe"),
    "How many dragons appear?": Question("refuse_unknown", x="dragons"),
    "What is visible together with the dog?": Question("together_list", x="dog"),
    "What is visible longest?": Question("longest"),
    "Why did the car run?": Question("refuse_cause"),
    "Why did he run?": Question("refuse_cause"),
    "What appears after the dog leaves?": Question("next_after", event=Event("dog", "leaves", LAST)),
}
"""The clip: cars at 1–5 s and 3–8 s, a dog at 4–7 s; 8 s at 5 frames a second."""


def write_tracks(path: Path) -> Path:
    rows = []
    for track, name, begin, end, x in ((7, "car", 5, 25, 0), (8, "car", 15, 40, 900), (9, "dog", 20, 35, 600)):
        rows += [(frame, track, name, x + 4 * (frame - begin), 300, 100, 80) for frame in range(begin, end)]
    lines = ["frame,id,class,x,y,w,h", *(",".join(map(str, row)) for row in sorted(rows))]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))


@cache
def _loaded(folder: Path) -> Answerer:
    return _LOAD(folder)


_LOAD = Answerer.load


@pytest.fixture
def sense(monkeypatch):
    """Questions mean what `MEANINGS` says, everything else is unclear; the model is loaded once."""

    monkeypatch.setattr(QuestionUnderstanding, "__call__", small_model.looked_up(MEANINGS))
    monkeypatch.setattr(Answerer, "load", staticmethod(lambda folder, **_: _loaded(folder)))


@pytest.fixture
def tracks(tmp_path) -> Path:
    return write_tracks(tmp_path / "yard.csv")


@pytest.fixture
def ask(weights, tracks, sense):
    """Run the command line on the tracks."""
    from pipeline.answer import main

    def run(*arguments: str) -> int:
        return main([str(tracks), *arguments, "--fps", "5", "--size", "1280x720", "--weights", str(weights), "--quiet"])

    return run
