"""What a chance learned from simulated clips is on real footage, and on what it is that."""

from __future__ import annotations

import itertools

import pytest

from data.meaning import Question
from pipeline.answerer import WEIGHTS
from pipeline.answers import About, Doubts
from pipeline.confidence import Calibration, as_on_footage
from pipeline.domain import is_footage


def test_it_is_higher_and_keeps_the_order():
    chances = [0.02, 0.2, 0.4, 0.6, 0.8, 0.95]
    found = [as_on_footage(p) for p in chances]
    assert all(a < b for a, b in itertools.pairwise(found))
    assert all(later > sooner for sooner, later in zip(chances, found, strict=True))
    assert max(found) < 0.97


@pytest.mark.parametrize(
    ("provenance", "is_it"),
    [
        ({}, False),  # given tracks
        ({"detector": {"name": "yolo26n.pt", "sha256": "0"}}, True),
        ({"detector": {"name": "bundled"}}, False),
    ],
)
def test_footage_is_what_a_detector_of_real_things_saw(provenance, is_it):
    assert is_footage(provenance) == is_it


def test_only_answers_about_footage_are_surer():
    sure = Calibration.load(WEIGHTS / "calibration.json")
    about = About(given=False, number=2.0, score=0.8, whole=0.9, shown=2, tracks=4, duration_s=60.0)
    doubts = Doubts(0.97, 0.6, 0.9, 0.8, 0.8, about)
    simulated = sure(Question("count", x="car"), doubts, 2)
    seen = sure(Question("count", x="car"), doubts._replace(about=about._replace(footage=True)), 2)
    assert seen == pytest.approx(as_on_footage(simulated))
