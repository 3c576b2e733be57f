"""Questions about standing still have a plain form; why, and for whom, something stops is none of it."""

from __future__ import annotations

import pytest

from data.meaning import Question
from data.vocabulary import coco_names
from pipeline.asking.stops import stops_form

NAMES = tuple(coco_names())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("How long did the first bus stand at the stop?", Question("stands", x="bus", nth=1)),
        ("how long was the truck waiting?", Question("stands", x="truck")),
        ("how long the second car stays stopped", Question("stands", x="car", nth=2)),
        ("how long is the first bus parked?", Question("stands", x="bus", nth=1)),
        ("When did the dog stop?", Question("stops_when", x="dog")),
        ("when does the bus come to a standstill?", Question("stops_when", x="bus")),
        ("Did the motorcycle ever stop?", Question("stops", x="motorcycle")),
        ("did any vehicle stop?", Question("stops", x="vehicle")),
        ("Does the second bus stop at the crossing?", Question("stops", x="bus", nth=2)),
    ],
)
def test_standing_still_is_asked(text, question) -> None:
    assert stops_form(text, NAMES, 90.0) == question


@pytest.mark.parametrize(
    "text",
    [
        "Why did the bus stop?",
        "Did the car stop for the children?",
        "Does the dog stop barking?",
        "How long did the bus stay?",
        "How long are two people standing there?",
        "When does the bus stop being visible?",
        "how many buses stop?",
        "Is there a bus stop?",
    ],
)
def test_anything_else_is_left_to_the_reader(text) -> None:
    assert stops_form(text, NAMES, 90.0) is None
