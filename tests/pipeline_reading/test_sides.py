"""The side that a question limits its things to: which one, how, and what is left to be read."""

import pytest

from data.meaning import Event, Question, Side
from pipeline.asking.sides import of_side, said_side


@pytest.mark.parametrize(
    ("text", "side", "rest"),
    [
        ("How many cars come in from the left?", ("enters_from", "left"), "How many cars appear?"),
        ("how many people walk to the right", ("direction", "right"), "how many people appear"),
        ("count vehicles going left to right", ("direction", "right"), "count vehicles"),
        ("How many cows left the frame at the top edge?", ("leaves_to", "top"), "How many cows appeared?"),
        (
            "how many cars went left in the first minute",
            ("direction", "left"),
            "how many cars appeared in the first minute",
        ),
        ("Did anybody walk out of frame to the left?", ("leaves_to", "left"), "Did anybody appear?"),
        ("how many skiers move down the picture", ("direction", "down"), "how many skiers appear"),
        ("is there a bus that goes left to right", ("direction", "right"), "is there a bus that appears"),
        (
            "When does the second car from the right show up?",
            ("enters_from", "right"),
            "When does the second car show up?",
        ),
        ("how many people are on the left at 0:30", ("inside", "left"), "how many people are there at 0:30"),
        ("What is on the left at 0:10?", ("inside", "left"), "What is visible at 0:10?"),
        ("When is nobody on the right?", ("inside", "right"), "When is nobody there?"),
        ("does the bus turn up on the left", ("inside", "left"), "does the bus appear"),
        ("Is a dog in the left half of the frame?", ("inside", "left half"), "Is a dog there?"),
        ("is there anybody in the middle of the picture", ("inside", "centre"), "is there anybody"),
        ("how many cars are parked on the right", ("inside", "right"), "how many cars are there"),
        ("boats sailing from top to bottom?", ("direction", "down"), "boats ?"),
        ("how many cars are parked?", ("direction", "still"), "how many cars are there?"),
        ("How many cars did not move at all?", ("direction", "still"), "How many cars appear?"),
        ("how many parked cars are there", ("direction", "still"), "how many cars are there"),
        ("is there a stationary truck?", ("direction", "still"), "is there a truck?"),
    ],
)
def test_a_side_is_taken_out(text, side, rest) -> None:
    found = said_side(text)
    assert found is not None and tuple(found.side) == side and found.rest == rest
    assert found.words in text


@pytest.mark.parametrize(
    "text",
    [
        "How long is the car parked?",
        "How many people left?",
        "Did my toothbrush left on the table go first?",
        "Does the bus go left or right?",
        "From which side does the dog come?",
        "Which way does the car move?",
        "What does the second bottle from the left do?",
        "How many cars are parked on the right side of the road?",
        "Which things come, in the right order?",
        "Were there upwards of three cars?",
        "Who came in right after the dog?",
        "Is the bus on the left, in the centre or on the right?",
        "Is there a cup in the bottom left corner?",
        "When did somebody roll up?",
        "Do more cars go left than right?",
        "How many people come in from the left and go out on the right?",
        "What left the picture first?",
    ],
)
def test_what_names_no_one_side(text) -> None:
    assert said_side(text) is None


def test_going_out_is_what_is_asked_when() -> None:
    left = Side("leaves_to", "left")
    second = of_side(Question("when_appears", x="car", nth=2), left, 60.0)
    assert second == Question("when_leaves", x="car", nth=2, side=left)
    assert of_side(Question("when_appears", x="car"), left, 60.0).nth == 1
    assert of_side(Question("first"), left, 60.0).family == "first_leaves"
    assert of_side(Question("count", x="car"), left, 60.0) == Question("count", x="car", side=left)
    after = of_side(Question("count_after", x="car", t_s=20.0), Side("enters_from", "top"), 60.0)
    assert (after.family, after.stretch, after.t_s) == ("count_between", (20.0, 60.0), None)
    event = Event("bus", "appears")
    before = of_side(Question("previous_before", event=event), Side("enters_from", "top"), 60.0)
    assert before == Question("last", before=event, side=Side("enters_from", "top"))
    assert of_side(Question("where_at", x="car", t_s=1.0), left, 60.0) is None
    assert of_side(Question("count_at", x="car", t_s=1.0), Side("inside", "left"), 60.0).side == Side("inside", "left")
    assert of_side(Question("count_at", x="car", t_s=1.0), left, 60.0) is None
    assert of_side(Question("when_appears", x="car"), Side("enters_from", "top"), 60.0).family == "when_appears"
