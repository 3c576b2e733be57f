"""The second time that something comes, goes, or is away."""

from __future__ import annotations

import pytest

from data.meaning import ClipView, Question, Side, run
from pipeline.asking.occurrences import said_of_that_time, said_time, that_time, without_time
from tests.data.small_worlds import clip_of

LEFT, RIGHT = (0.2, 0.5), (0.8, 0.5)
VIEW = ClipView.of(
    clip_of(
        [
            ("dog", [(5, 10), (20, 30), (50, 60)], LEFT, LEFT),
            ("bus", [(8, 15)], LEFT, RIGHT),
            ("bus", [(40, 48)], RIGHT, LEFT),
        ],
        frames=80,
        step_s=1.0,
    )
)


@pytest.mark.parametrize(
    ("text", "nth", "rest"),
    [
        ("When does the dog appear for the second time?", 2, "When does the dog appear?"),
        ("Which way did it go on its third visit?", 3, "Which way did it go?"),
        ("For the second time, when does the dog come?", 2, "when does the dog come?"),
        ("for the fourth appearance what we have", None, "for the fourth appearance what we have"),
        ("How long is the left bottle missing the first time?", 1, "How long is the left bottle missing?"),
        ("When does the dog come for the first time?", None, "When does the dog come for the first time?"),
        ("the last time you can see any vehicle is when", None, "the last time you can see any vehicle is when"),
        ("the second time of day", None, "the second time of day"),
    ],
)
def test_which_time_is_said(text, nth, rest) -> None:
    assert said_time(text) == nth and without_time(text) == rest


@pytest.mark.parametrize(
    ("question", "nth", "value"),
    [
        (Question("when_appears", x="dog"), 2, 20.0),
        (Question("when_appears", x="dog"), 3, 50.0),
        (Question("when_appears", x="bus"), 2, 40.0),
        (Question("returns_when", x="dog"), 2, 50.0),
        (Question("when_leaves", x="dog"), 2, 30.0),
        (Question("leaves_when", x="dog"), 1, 10.0),
        (Question("duration", x="dog"), 2, 10.0),
        (Question("away", x="dog"), 1, 10.0),
        (Question("away", x="dog"), 2, 20.0),
        (Question("direction", x="bus"), 2, "left"),
    ],
)
def test_that_time(question, nth, value) -> None:
    asked, told = that_time(question, nth, VIEW)
    assert (
        run(asked, VIEW).value == pytest.approx(value)
        if not isinstance(value, str)
        else run(asked, VIEW).value == value
    )
    assert question.x in told


def test_what_has_no_such_time() -> None:
    assert that_time(Question("when_appears", x="dog"), 4, VIEW) is None
    assert that_time(Question("returns_when", x="dog"), 3, VIEW) is None
    assert that_time(Question("when_appears", x="cat"), 1, VIEW) is None
    assert that_time(Question("count", x="dog"), 2, VIEW) is None
    assert that_time(Question("when_appears", x="dog", stretch=(0.0, 9.0)), 2, VIEW) is None
    moving = Question("when_appears", x="bus", side=Side("direction", "left"))
    assert run(that_time(moving, 1, VIEW)[0], VIEW).value == 40.0 and that_time(moving, 2, VIEW) is None


def test_it_is_said_without_its_stretch() -> None:
    assert (
        said_of_that_time("After 0:27.3, the left bottle first comes back at 0:28.")
        == "The left bottle comes back at 0:28."
    )
    assert said_of_that_time("A dog is last seen at 0:30.") == "A dog is last seen at 0:30."
