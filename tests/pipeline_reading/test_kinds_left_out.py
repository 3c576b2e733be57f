"""Which kinds a question leaves out, and what is left of it."""

from __future__ import annotations

import pytest

from pipeline.asking.kinds_left_out import kinds_left_out

NAMES = ("person", "bicycle", "car", "bus", "truck", "train")


@pytest.mark.parametrize(
    ("text", "rest", "terms"),
    [
        ("Apart from cars, what stays longest?", "What stays longest?", ("car",)),
        ("Leaving people out of it, which object has the longest time on screen?",
         "Which object has the longest time on screen?", ("person",)),
        ("Bikes aside, what comes next after the bus left?", "What comes next after the bus left?", ("bicycle",)),
        ("Cars don't count: what is on screen for the shortest time?", "What is on screen for the shortest time?",
         ("car",)),
        ("If you disregard people and bikes, what was the last thing to appear?",
         "What was the last thing to appear?", ("person", "bicycle")),
        ("Which kinds turn up besides people? Give them in order.", "Which kinds turn up? Give them in order.",
         ("person",)),
        ("what thing that's not a person is visible the longest", "What thing is visible the longest", ("person",)),
        ("What is the second non-car object to enter?", "What is the second object to enter?", ("car",)),
        ("what is the last thing that appears and it is not a car?", "What is the last thing that appears?", ("car",)),
    ],
)  # fmt: skip
def test_what_is_left(text, rest, terms):
    found = kinds_left_out(text, NAMES, 60.0)
    assert found is not None
    assert (found.rest.replace("?.", "?"), found.terms) == (rest, terms)


@pytest.mark.parametrize(
    "text",
    [
        "Apart from cars, what comes after the first car?",  # needs the cars
        "Apart from that, what comes?",
        "Besides dragons, what is there?",
        "How many cars are there?",
        "Who comes besides the bus driver?",
        "Set the table aside, please.",
        "What percentage of the things are non-car objects?",  # of all things
        "Is the first thing that appears something other than a person?",
        "At the busiest moment, how many non-car objects are visible?",
        "When the second object appears, how many non-car objects are visible?",
        "What thing that is not a person or a car is visible longest?",
        "Is there another vehicle besides the bus?",
        "Does the bus come in besides the car?",
        "Who walks past ignoring the bus?",
    ],
)
def test_nothing_is_left_out(text):
    assert kinds_left_out(text, NAMES, 60.0) is None
