"""Numbers in yes-or-no questions: when there is one, how many make a yes, and whether at one moment."""

import pytest

from data.meaning import ClipView, Question, run
from data.vocabulary import coco_names
from pipeline.asking.mentions import find_mentions
from pipeline.asking.quantities import asked_quantity, never_more, put_right, said_number, says_just, with_amount
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


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("never 3 or more dogs together?", "at_most", 2),
        ("fewer than four cars at once", "at_most", 3),
        ("at most four cars", "at_most", 4),
        ("do they add up to less than six", "at_most", 5),
        ("no more than five cars", "at_most", 5),
        ("more than four cars", "at_least", 5),
        ("exactly 4 beds, not more, just 4", "exactly", 4),
        ("does one frame hold more than one car", "at_least", 2),
        ("two cars and three dogs", "at_least", None),
    ],
)
def test_the_number_that_is_said(text, kind, number) -> None:
    assert said_number(text, (), kind) == number


def test_what_tells_the_kinds_apart() -> None:
    assert put_right("at_least", "no more than five cars?") == "at_most"
    assert put_right("at_most_at_once", "were no fewer than two cars in view at once?") == "at_least_at_once"
    assert put_right("at_most", "it was two or more, wasn't it?") == "at_least"
    assert put_right("at_least_at_once", "there was never a moment with five people or more?") == "at_most_at_once"
    assert put_right("at_least", "tell me yes or no if there are above sixteen") == "at_least"
    assert put_right("at_least", "nine were allowed. was that limit ever broken?") == "at_least"
    assert put_right("at_least", "did no fewer than 3 dogs come, once we are beyond 1:10?") == "at_least"
    assert put_right("exactly_at_once", "are there ever three people at once?") == "at_least_at_once"
    assert put_right("exactly_at_once", "are there ever just three people at once?") == "exactly_at_once"


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("Is there always a dog?", "exists", "always"),
        ("Is somebody there the whole time?", "exists", "always"),
        ("Is there a dog?", "exists", "exists"),
        ("Is the dog always there?", "refuse_attribute", "always"),
        ("Is the dog always asleep?", "refuse_action", "refuse_action"),
        ("Were there always fewer than five cars?", "at_least", "at_most_at_once"),
        ("How long are all three dogs there?", "exactly", "duration_at_least"),
        ("How often does the dog come back?", "visits", "count_returns"),
        ("How many times does the dog come, each time it is back counts", "visits", "visits"),
        ("Are there ever fewer than two cars?", "at_most_at_once", "ever_at_most"),
        ("Are there never more than two cars?", "at_most_at_once", "at_most_at_once"),
        ("How long are two cars there together?", "duration", "duration_at_least"),
        ("How long is a car there?", "duration", "duration"),
    ],
)
def test_words_of_amount_make_another_family(text, intent, meant) -> None:
    assert with_amount(intent, text, find_mentions(text, coco_names(), 60.0)) == meant


def test_a_largest_number() -> None:
    assert never_more("No more than five cars in the clip?") and never_more("at no instant more than 6 trucks?")
    assert never_more("never three or more dogs?") and not never_more("Are there more than five cars?")
    text = "when are only two bottles left"
    assert says_just(text, find_mentions(text, coco_names(), 60.0).terms[0])


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
