"""Statements that are to be checked are found in a text, and put as questions."""

from __future__ import annotations

import pytest

from pipeline.comparing.claims import (
    asked_in_each,
    checked,
    claim_of,
    denied,
    parts_of_claim,
    statements_of,
    turns,
)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("I was told that all the trains went to the right. True?", "all the trains went to the right"),
        ("The report says the bus had left before 35 seconds. Is that correct?", "the bus had left before 35 seconds"),
        ("Supposedly nobody was seen during the last minute. Is that so?", "nobody was seen during the last minute"),
        ("There were four cars, right?", "There were four cars"),
        ("They say two bicycles came. Can you confirm that?", "two bicycles came"),
        ("One bicycle went off and came back. How long was it away?", None),
        ("How many cars came, right?", None),
        ("Is it true that a car came?", None),
        ("Does the car go to the right?", None),
    ],
)
def test_a_claim_is_told_from_a_question(text, claim):
    assert claim_of(text) == claim


def test_what_is_denied_and_what_turns_a_claim():
    assert denied("it is false that the bus left") == "the bus left" and denied("the bus left") is None
    assert turns("only the bus left") and turns("cars never came") and not turns("a car came")
    assert parts_of_claim("the bus left and then the car came") == []
    assert len(parts_of_claim("a car came; " * 100)) <= 4


def test_both_halves_of_a_claim_name_their_things():
    assert parts_of_claim("exactly two bicycles came and neither stayed for a minute") == [
        ("exactly two bicycles came", "none of the bicycles stayed for a minute")
    ]
    assert checked("The bus left early.") == "Is it true that the bus left early?"


def test_options_that_are_statements_or_times():
    asked, false = statements_of(
        "What can be said about the cars?", ["Exactly one of them moves left", "None of them moves"]
    )
    assert asked == ["Is it true that exactly one of the cars moves left?", "Is it true that none of the cars moves?"]
    assert not false and statements_of("Which of these is wrong?", ["a car comes first", "a bus comes first"])[1]
    assert statements_of("Which is true?", ["a car", "a bus"]) is None
    each = asked_in_each("In which of these intervals can a truck be seen?", ["0:05-0:10", "0:12-0:20"])
    assert each == ["can a truck be seen between 0:05 and 0:10?", "can a truck be seen between 0:12 and 0:20?"]
    assert asked_in_each("In which of these are the most cars seen?", ["0:05-0:10", "0:12-0:20"]) is None
    assert asked_in_each("In which of these is a car seen?", ["a street", "a yard"]) is None
