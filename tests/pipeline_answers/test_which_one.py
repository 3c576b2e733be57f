"""Which of several that stand side by side, and facts of the clip itself."""

from __future__ import annotations

import pytest

from data.meaning import ClipView, Question
from pipeline.answers import Evidence
from pipeline.asking.clip_facts import clip_fact
from pipeline.telling.answers_text import beside_the_middle, said_true_or_false
from pipeline.telling.which_one import which_one
from tests.data.small_worlds import clip_of


def row(*places: float, moves: bool = False, late: int = 0):
    tracks = [("bottle", [(late * (k == 0), 40)], (x, 0.5), (0.5 if moves else x, 0.5)) for k, x in enumerate(places)]
    return ClipView.of(clip_of([*tracks, ("dog", [(3, 9)], (0.1, 0.5), (0.9, 0.5))], frames=40, step_s=1.0))


def of(track: int, name: str = "bottle") -> tuple[Evidence, ...]:
    return (Evidence(track, name, 0.0, 9.0, 1.0, (0.5, 0.5, 0.1, 0.1)),)


def test_it_is_named_by_its_place() -> None:
    three, two, longest = row(0.5, 0.8, 0.2), row(0.3, 0.7), Question("longest", x="bottle")
    assert [which_one(longest, of(int(k)), three) for k in three.track_id[:3]] == [
        "the middle one", "the right one", "the left one",
    ]  # fmt: skip
    assert [which_one(longest, of(int(k)), two) for k in two.track_id[:2]] == ["the left one", "the right one"]


def test_it_is_not_named_where_places_tell_nothing() -> None:
    longest = Question("longest", x="bottle")
    assert which_one(longest, of(0), row(0.1, 0.3, 0.6, 0.8)) is None  # four have no names
    assert which_one(longest, of(0), row(0.2, 0.8, moves=True)) is None
    assert which_one(longest, of(0), row(0.2, 0.8, late=5)) is None
    assert which_one(longest, (*of(0), *of(1)), row(0.2, 0.8)) is None
    assert which_one(Question("count", x="bottle"), of(0), row(0.2, 0.8)) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("How long is the clip?", "duration", 40.0),
        ("how long does this video last", "duration", 40.0),
        ("What is the total length of the recording?", "duration", 40.0),
        ("What is the resolution of the video?", "word", None),
    ],
)
def test_facts_of_the_clip_are_certain(text, kind, value) -> None:
    index = clip_of([("dog", [(3, 9)], (0.1, 0.5), (0.9, 0.5))], frames=40, step_s=1.0)
    fact = clip_fact(text, index)
    assert fact.kind == kind and fact.confidence == 1.0
    assert fact.value == (value if value is not None else f"{index.width}×{index.height}")
    for other in ("How long is the dog in the clip?", "How long is the first half of the clip empty?"):
        assert clip_fact(other, index) is None


def test_true_or_false_is_answered_so() -> None:
    assert said_true_or_false("Yes, a dog comes back.", True) == "True: a dog comes back."
    assert said_true_or_false("The bus (at 0:08) appears before the truck.", False).startswith("False: the bus")


def test_left_or_right_of_the_middle_where_only_these_are_asked() -> None:
    said = "At 0:05, the cup is in the centre."
    assert (
        beside_the_middle(said, "is it left or right?", 0.6)
        == "At 0:05, the cup is in the centre, right of the middle."
    )
    assert beside_the_middle(said, "left, middle or right?", 0.6) == said
    assert beside_the_middle(said, "where is it?", 0.4) == said
