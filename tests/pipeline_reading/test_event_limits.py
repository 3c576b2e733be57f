"""What no program knows as an event is asked for first, and its time put in its place."""

from __future__ import annotations

import pytest

from pipeline.answers import Answer, Evidence
from pipeline.asking.event_limits import TIME, event_limit


@pytest.mark.parametrize(
    ("text", "asks", "rest"),
    [
        ("How many people are there when the bus stops?", "when does the bus stop?",
         "How many people are there at {}?"),
        ("After the dog comes back, what comes next?", "when does the dog come back?", "what comes next after {}?"),
        ("Where is the dog when it comes back?", "when does the dog come back?", "Where is the dog at {}?"),
        ("How many cars pass before the dog leaves for the second time?",
         "when does the dog leave for the second time?", "How many cars pass before {}?"),
        ("who comes while the first bus is standing at the stop?", "how long does the first bus stand still?",
         "who comes between {}?"),
    ],
)  # fmt: skip
def test_an_event_that_limits(text, asks, rest) -> None:
    assert event_limit(text) == (asks, rest.replace("{}", TIME))


@pytest.mark.parametrize(
    "text",
    [
        "When does the bus stop?",
        "Does the dog come back before the bus stops?",
        "How long does it take until the dog comes back?",
        "How many people come after the bus leaves?",
        "how many boats had gone by the time the tape stops",
        "What is the reason that the bus came back?",
    ],
)
def test_what_is_no_such_limit(text) -> None:
    assert event_limit(text) is None


def test_the_time_takes_its_place() -> None:
    limit = event_limit("How many people are there when the bus stops?")
    assert limit.at(Answer("?", "", "time", 23.42, 0.9)) == "How many people are there at 23.4 seconds?"
    assert limit.at(Answer("?", "", "time", "never", 0.9)) is None
    stands = event_limit("How many people come while the bus is standing?")
    spans = tuple(Evidence(1, "bus", a, b, a, (0.5, 0.5, 0.1, 0.1)) for a, b in ((2.0, 4.0), (10.0, 22.5)))
    said = stands.at(Answer("?", "", "duration", 14.5, 0.9, evidence=spans))
    assert said == "How many people come between 10.0 and 22.5 seconds?"
