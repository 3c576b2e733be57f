"""Words of leaving and being away make what they say of an intent that was misread, and of no other."""

import pytest

from data.meaning import Event, Question
from data.vocabulary import coco_names
from pipeline.asking.corrected_intent import corrected_intent
from pipeline.asking.measure_words import measure_intent
from pipeline.asking.mentions import find_mentions
from pipeline.asking.sides import said_side
from pipeline.asking.two_events import two_events, which_first

COCO = coco_names()


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("How many people had left by then?", "count_before", "count_left"),
        ("How many people are left?", "count", "count"),
        ("How often does a bottle leave?", "visits", "count_leavings"),
        ("How many times is a bottle taken away?", "count", "count_leavings"),
        ("How often does the dog come back?", "visits", "visits"),
        ("When is a bottle first taken away?", "when_appears", "leaves_when"),
        ("Is a bottle taken away?", "refuse_action", "leaves"),
        ("Does anyone leave?", "refuse_action", "leaves"),
        ("Does the dog leave and come back?", "returns", "returns"),
        ("Does a dog ever disappear?", "returns", "leaves"),
        ("How long was the dog gone?", "duration", "away"),
        ("How long is the dog there?", "duration", "duration"),
        ("How many cyclists went past after that?", "count_left", "count_after"),
        ("How long is nobody there?", "duration", "absent"),
        ("What is the longest time nobody is around?", "duration", "longest_absent"),
        ("Is the cup left or right?", "direction", "where_at"),
        ("Is the cup moving left or right?", "direction", "direction"),
    ],
)
def test_an_intent_put_right(text, intent, meant) -> None:
    assert corrected_intent(intent, text, find_mentions(text, COCO, 60.0), alone=True) == meant


@pytest.mark.parametrize(
    ("text", "family", "one", "other"),
    [
        ("How much time passes between the first person leaving and the second arriving?", "time_between",
         Event("person", "leaves", 1), Event("person", "appears", 2)),
        ("how long was it between the first and the second person", "time_between",
         Event("person", "appears", 1), Event("person", "appears", 2)),
        ("how long after the first person left did the second come in", "time_between",
         Event("person", "leaves", 1), Event("person", "appears", 2)),
        ("Does person 2 leave before person 4?", "happens_before",
         Event("person", "leaves", 2), Event("person", "leaves", 4)),
        ("Did the second bus come after the first dog left?", "happens_before",
         Event("dog", "leaves", 1), Event("bus", "appears", 2)),
    ],
)  # fmt: skip
def test_two_events(text, family, one, other) -> None:
    assert two_events(text, COCO, 60.0) == Question(family, event=one, other=other)


@pytest.mark.parametrize(
    "text",
    [
        "Does the bus appear before the car?",
        "How many people came before the second bus left?",
        "How long between 0:10 and 0:30 is a dog visible?",
        "Did a white truck come by before the second bus?",
        "Does the same person leave and come back before the bus leaves?",
        "When does the second person leave?",
    ],
)
def test_one_event_is_left_to_the_reader(text) -> None:
    assert two_events(text, COCO, 60.0) is None


@pytest.mark.parametrize(
    ("text", "side", "rest"),
    [
        ("how many people stay longer than 15 seconds?", ("stays", "longer 15"), "how many people appear?"),
        ("does anyone stay longer than half a minute", ("stays", "longer 30"), "does anyone appear"),
        ("how many cars are visible for at least 10 seconds in the first minute", ("stays", "longer 10"),
         "how many cars are visible in the first minute"),
        ("how many people remain for less than a minute and a half", ("stays", "shorter 90"), "how many people appear"),
        ("how long was the left bottle gone?", ("stands", "left"), "how long was the bottle gone?"),
        ("is the middle bottle always there", ("stands", "centre"), "is the bottle always there"),
    ],
)  # fmt: skip
def test_some_of_several(text, side, rest) -> None:
    found = said_side(text)
    assert (tuple(found.side), found.rest) == (side, rest)


def test_what_is_no_choice_among_several() -> None:
    assert said_side("does the third person stay longer than 15 seconds?") is None
    assert said_side("in the right order") is None


def test_which_of_two_events_comes_first() -> None:
    for text in ("What comes first, the second person leaving or the third person arriving?",
                 "which happened first: the second person leaves or the third person arrives"):  # fmt: skip
        assert two_events(text, COCO, 60.0) == Question(
            "happens_before", event=Event("person", "leaves", 2), other=Event("person", "appears", 3)
        )
    assert two_events("Which comes first, the bus or the dog?", COCO, 60.0) is None
    assert two_events("Which came earlier: the second person or the fourth person?", COCO, 60.0) == Question(
        "happens_before", event=Event("person", "appears", 2), other=Event("person", "appears", 4)
    )


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("How many seconds passed between the first person going and the next one coming?",
         Event("person", "leaves", 1), Event("person", "appears", 2)),
        ("As the fifth person leaves, how long until somebody else walks in?",
         Event("person", "leaves", 5), Event("person", "appears", 6)),
        ("How long was nobody there between the fourth visitor and the fifth visitor?",
         Event("person", "leaves", 4), Event("person", "appears", 5)),
    ],
)  # fmt: skip
def test_how_long_from_one_to_the_next(text, one, other) -> None:
    assert two_events(text, COCO, 60.0) == Question("time_between", event=one, other=other)


def test_which_of_two_things_comes_first() -> None:
    assert which_first("Which came first, the bus or the dog?", COCO, 60.0) == Question("order", x="bus", y="dog")
    assert which_first("which left first: a car or a truck", COCO, 60.0) == Question("order_leaves", x="car", y="truck")
    for text in ("Which came first, the second bus or the dog?", "which came first, the bus or the bus?",
                 "which came first, the bus, the dog or the cat?", "Which came first?"):  # fmt: skip
        assert which_first(text, COCO, 60.0) is None


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("how often does a bottle disappear", "count_empty", "count_leavings"),
        ("how many times is a bottle taken away?", "count_empty", "count_leavings"),
        ("how often is there no bottle left", "count_empty", "count_empty"),
        ("What is the shortest time anybody stays?", "shortest_gap", "shortest"),
        ("the longest stay of a person", "longest_gap", "longest_visit"),
        ("how long is the shortest break between two visits?", "shortest_gap", "shortest_gap"),
    ],
)
def test_going_away_is_no_emptiness(text, intent, meant) -> None:
    assert measure_intent(intent, text) == meant


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("which comes first, the bicycle or the truck?", "first", "order"),
        ("which leaves first, the bicycle or the truck?", "first_leaves", "order_leaves"),
        ("which car comes first?", "first", "first"),
        ("how many bottles are left right after 18 seconds", "count_after", "count_at"),
        ("how many bottles are visible after 0:18?", "count_after", "count"),
        ("how many new bottles are visible after 0:18?", "count_after", "count_after"),
        ("how many bottles come after 0:18?", "count_after", "count_after"),
        ("when is the bottle on the shelf taken?", "when_leaves", "leaves_when"),
        ("does the cup move?", "refuse_action", "direction"),
        ("does the cup move the spoon?", "refuse_action", "refuse_action"),
        ("do you see a person somewhere?", "refuse_action", "exists"),
        ("Make a stroke each time a person comes in. How many strokes?", "when_each", "visits"),
        ("every time a dog arrives add one. what do you make it", "when_each", "visits"),
        ("give me every time somebody walks in", "when_each", "when_each"),
        ("Does anyone come close to the bottles?", "refuse_attribute", "refuse_action"),
        ("Is the dog brown?", "refuse_attribute", "refuse_attribute"),
        ("What's on the table?", "refuse_text", "list"),
        ("What's on the sticker in the car's rear window?", "refuse_text", "refuse_text"),
        ("show me the moments when nobody is there", "when_leaves", "when_fewest"),
    ],
)
def test_what_is_only_seen(text, intent, meant) -> None:
    found = find_mentions(text, COCO, 60.0)
    assert corrected_intent(intent, text, found, alone=True) == meant
