"""The option that says what the answer says, and none where none or several do."""

from __future__ import annotations

import pytest

from data.meaning import Question
from pipeline.answers import Answer
from pipeline.scoring.choices import choose, option_things

CASES = [
    ("number", 3, ["Two.", "Three.", "Four.", "Five."], 1),  # words
    ("number", 21, ["20", "twenty-one", "22"], 1),
    ("number", 0, ["None.", "One."], 0),
    ("number", 7, ["1-5", "6 to 10", "more than 10"], 1),  # ranges
    ("number", 12, ["1-5", "6 to 10", "more than 10"], 2),
    ("number", 1, ["Twice", "Once", "3 times"], 1),
    ("number", 3, ["three men", "three women"], None),  # several fit
    ("number", 9, ["1", "2", "3"], None),
    ("yes_no", True, ["No.", "Yes, it does."], 1),
    ("yes_no", False, ["There is a dog", "There is no dog"], 1),
    ("yes_no", True, ["Maybe", "Perhaps"], None),
    ("object", "truck", ["A car.", "A lorry.", "The bus"], 1),  # synonyms
    ("object", "bicycle", ["bikes", "cars"], 0),
    ("object", "truck", ["a vehicle", "an animal"], 0),  # kinds
    ("object", "truck", ["a vehicle", "a truck"], 1),  # the name goes before its kind
    ("object", "person", ["a man", "a dog"], 0),
    ("object", "person", ["a man", "a woman"], None),  # can't be told apart
    ("object", "none", ["Nothing.", "A car."], 0),
    ("word", "right", ["From right to left.", "From left to right."], 1),
    ("word", "up", ["from bottom to top", "from top to bottom"], 0),
    ("word", "centre", ["In the middle", "On the left"], 0),
    ("word", "still", ["It is not moving.", "To the left"], 0),
    ("word", "left", ["Leftward", "Rightwards"], 0),
    ("time", 65.2, ["0:30", "At 1:05.", "2:00"], 1),
    ("time", 15.0, ["from 0:10 to 0:20", "from 0:20 to 0:30"], 0),
    ("time", 95.0, ["At the beginning.", "In the middle.", "At the end."], 2),
    ("time", 50.0, ["0:10", "1:30"], None),  # none is near
    ("time", "never", ["It never appears", "0:10"], 0),
    ("duration", 31.0, ["10 seconds", "30 seconds", "1 minute"], 1),
    ("duration", 40.0, ["10 seconds", "1 minute"], None),
    ("list", ["dog", "car", "person"], ["car, dog, person", "dog, car, person"], 1),  # order
    ("list", ["dog", "car", "person"], ["person, dog", "dog → person"], 1),  # some of all
    ("list", ["dog"], ["A cat", "A dog"], 1),
    ("list", [], ["Nothing", "A dog"], 0),
]


@pytest.mark.parametrize(("kind", "value", "options", "wanted"), CASES)
def test_the_answer_picks_the_option(kind, value, options, wanted):
    assert choose(Answer("", "", kind, value, 0.9), options, 100.0).index == wanted


@pytest.mark.parametrize(("kind", "value", "options", "wanted"), CASES)
def test_the_order_of_the_options_does_not_matter(kind, value, options, wanted):
    turned = choose(Answer("", "", kind, value, 0.9), options[::-1], 100.0).index
    assert turned == (None if wanted is None else len(options) - 1 - wanted)


def test_shares_and_means_pick_the_nearest_number():
    share = Answer("", "", "number", 0.774, 0.9, understood=Question("share", x="person"))
    assert choose(share, ["25 percent", "50%", "77%", "about 90 percent"], 60.0).index == 2
    assert choose(share, ["less than 50%", "between 50 and 80 %", "more than 80%"], 60.0).index == 1
    rate = Answer("", "", "number", 2.59, 0.9, understood=Question("rate", x="person", t_s=60.0))
    assert choose(rate, ["1", "2.6", "5", "10"], 60.0).index == 1
    assert choose(rate, ["10", "20"], 60.0).index is None


def test_a_refusal_picks_nothing():
    assert choose(Answer("", "", "refusal", None, 0.9, True), ["None", "0"], 10.0).index is None


def test_which_of_the_following():
    assert option_things("Which of the following appears?", ["A dog.", "Lorries."]) == (["dog", "truck"], False)
    assert option_things("Which of the following does not appear?", ["A dog", "A car"]) == (["dog", "car"], True)
    assert option_things("Which of these is seen?", ["A dog", "Happiness"])[0] is None
    assert option_things("What appears first?", ["A dog", "A car"])[0] is None
