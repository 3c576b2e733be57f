"""DESIGN.md, section 3, "Scoring": when an answer is right, and temporal IoU with half a step of slack."""

from __future__ import annotations

import pytest

from data.meaning import NEVER, REFUSED, Evidence, Truth, evidence_iou, judge

TIME = Truth(10.0, [10.0], [], "time")
PEAK = Truth(3.0, [(3.0, 5.0), (9.0, 9.5)], [], "time")
LONG = Truth(100.0, [100.0], [], "duration")
LIST = Truth(["a", "b", "c"], [["a", "b"], ["c"]], [], "list")
WITH = Truth(["a", "b"], [["a", "b"]], [], "list")
CLASS = Truth("bus", ["bus", "dog"], [], "object")
NO = Truth(REFUSED, [REFUSED], [], "refusal")

CASES = [
    (11.0, TIME, 0.5, True),  # within a second
    (11.1, TIME, 0.5, False),
    (11.9, TIME, 2.0, True),  # within one coarse step
    (NEVER, TIME, 0.5, False),
    (NEVER, Truth(NEVER, [NEVER], [], "time"), 0.5, True),
    (0.0, Truth(NEVER, [NEVER], [], "time"), 0.5, False),
    (5.9, PEAK, 0.5, True),  # any moment of the maximum
    (7.0, PEAK, 0.5, False),
    (109.0, LONG, 0.5, True),  # within ten per cent
    (111.0, LONG, 0.5, False),
    (0.9, Truth(0.0, [0.0], [], "duration"), 0.5, True),
    (["b", "a", "c"], LIST, 0.5, True),  # a tie, in any order
    (["a", "c", "b"], LIST, 0.5, False),
    (["a", "b"], LIST, 0.5, False),
    (["a", "b", "c", "c"], LIST, 0.5, False),
    (["b", "a"], WITH, 0.5, True),  # a set
    ("abc", LIST, 0.5, False),
    ([], Truth([], [], [], "list"), 0.5, True),
    ("dog", CLASS, 0.5, True),  # all of a tie
    ("Bus", CLASS, 0.5, True),
    ("cat", CLASS, 0.5, False),
    (True, Truth(True, [True], [], "yes_no"), 0.5, True),
    (1, Truth(True, [True], [], "yes_no"), 0.5, False),  # a number is no yes
    (3, Truth(3, [3], [], "number"), 0.5, True),
    (3.0, Truth(3, [3], [], "number"), 0.5, True),
    (True, Truth(1, [1], [], "number"), 0.5, False),
    (None, NO, 0.5, True),
    (REFUSED, NO, 0.5, True),
    (3, NO, 0.5, False),  # an answer where none is possible
    (None, TIME, 0.5, False),  # a refusal where one is
    (REFUSED, CLASS, 0.5, False),
    ("0:01: a bus and two dogs.", Truth("", ["bus", "dog"], [], "text"), 0.5, True),
    ("0:01: a bus.", Truth("", ["bus", "dog"], [], "text"), 0.5, False),
]


@pytest.mark.parametrize("predicted, truth, step_s, right", CASES)
def test_judge(predicted, truth, step_s, right) -> None:
    assert judge(predicted, truth, step_s) is right


def shown(*spans: tuple[float, float]) -> list[Evidence]:
    return [Evidence(k, "bus", a, b) for k, (a, b) in enumerate(spans)]


def iou(predicted, true, step_s=0.0, any_sighting=False) -> float:
    return evidence_iou(shown(*predicted), Truth(True, [True], shown(*true), "yes_no", any_sighting), step_s)


def test_evidence_iou() -> None:
    assert iou([(0, 10)], [(0, 10)]) == 1
    assert iou([(0, 10)], [(5, 15)]) == pytest.approx(1 / 3)
    assert iou([(0, 6), (4, 10)], [(0, 10)]) == 1  # of unions
    assert iou([(0, 10)], [(20, 30)]) == 0
    assert iou([], []) == 1
    assert iou([], [(0, 1)]) == 0 == iou([(0, 1)], [])
    assert iou([(0.25, 10.25)], [(0, 10)], step_s=0.5) == 1  # half a step late
    assert iou([(0.5, 10.5)], [(0, 10)], step_s=0.5) < 1
    assert iou([(0.1, 0.2)], [(0, 0.3)], step_s=1.0) == 1  # shorter than a step


def test_any_one_sighting_proves_a_yes() -> None:
    assert iou([(20, 25)], [(0, 10), (20, 30)], any_sighting=True) == 1
    assert iou([(25, 35)], [(0, 10), (20, 30)], any_sighting=True) == 0.5
