"""Numbers in yes-or-no questions: when there is one, how many make a yes, and whether at one moment."""

import pytest

from data.meaning import ClipView, Question, run
from data.vocabulary import coco_names
from pipeline.mentions import find_mentions
from pipeline.quantities import asked_quantity
from tests.data.small_worlds import random_clip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Are there more than two people?", ("at_least", 3, False)),
        ("Were there ever at least 5 cars at once?", ("at_least", 5, True)),
        ("is there more than one dog in the video", ("at_least", 2, False)),
        ("Tell me whether three different buses are there at the same time.", ("at_least", 3, True)),
        ("Do twelve or more people appear?", ("at_least", 12, False)),
        ("How many of the two people leave?", None),
        ("Is there one bus?", None),
        ("Are there exactly two dogs?", ("exactly", 2, False)),
        ("Is there just one bus?", ("exactly", 1, False)),
        ("Are only 3 people visible at any moment?", ("exactly", 3, True)),
        ("Is there a second bus?", None),
        ("Are there fewer than three cars?", ("at_most", 2, False)),
        ("Is it true that no more than three cars are there at once?", ("at_most", 3, True)),
        ("Are there at most 4 dogs?", ("at_most", 4, False)),
        ("Do two or fewer people appear?", ("at_most", 2, False)),
        ("Are there no fewer than three cars?", ("at_least", 3, False)),
        ("Two people?", None),
    ],
)
def test_asked_quantity(text, expected) -> None:
    thing = find_mentions(text, coco_names(), 60.0).terms[0]
    found = asked_quantity(text, thing, together=False)
    assert (tuple(found) if found else None) == expected


def test_together_makes_it_one_moment() -> None:
    text = "Are two dogs visible?"
    thing = find_mentions(text, coco_names(), 60.0).terms[0]
    assert asked_quantity(text, thing, together=True).at_once


@pytest.mark.parametrize("seed", range(6))
def test_enough_is_what_the_number_says(seed) -> None:
    view = ClipView.of(random_clip(seed))
    name = view.class_names[int(view.class_id[0])]
    for family, number in (("at_least", "count"), ("at_least_at_once", "max_at_once")):
        exact = run(Question(number, x=name), view)
        assert exact.value >= 1
        for nth in (1, exact.value, exact.value + 1):
            found = run(Question(family, x=name, nth=nth), view)
            assert (found.value, found.kind) == (nth <= exact.value, "yes_no")
            assert found.evidence == exact.evidence
