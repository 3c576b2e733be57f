"""Lengths and stretches of a question's times."""

from __future__ import annotations

import pytest

from pipeline.asking.mentions import find_mentions
from pipeline.asking.question_times import said_length, times_of

NAMES = ("person", "car", "bus")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("how many cars per minute", 60.0),
        ("cars/hour", 3600.0),
        ("count of cars in each 10 second block", 10.0),
        ("which quarter of an hour is the busiest", 900.0),
        ("hourly car counts", 3600.0),
        ("is the bus there for longer than half a minute", 30.0),
        ("bus there > 45 s?", 45.0),
        ("per 30 minutes, how many cars between 0:10 and 1:00:00", 1800.0),
        ("how many cars per minute in the first 10 minutes", 60.0),
        ("in which half of the video are there more cars", 300.0),
        ("first half or second half, when do more cars come", 300.0),
        ("did the bus stay beyond 3 mins", 180.0),
        ("break the car count down by half hour", 1800.0),
        ("how many cars are there", None),
    ],
)
def test_said_length(text: str, seconds: float | None) -> None:
    found = said_length(text, find_mentions(text, NAMES, 600.0), 600.0)
    assert (found.seconds if found else None) == seconds


def test_a_length_is_no_moment_and_a_stretch_stays_one() -> None:
    text = "how many cars per 30 seconds between 1:00 and 2:00?"
    assert times_of(text, find_mentions(text, NAMES, 600.0), "rate", "none", 600.0) == (30.0, (60.0, 120.0))
    text = "which 10 seconds have the most cars?"
    assert times_of(text, find_mentions(text, NAMES, 600.0), "when_most_seen", "none", 600.0) == (10.0, None)
    assert times_of(text, find_mentions(text, NAMES, 600.0), "count", "none", 600.0) == (None, (10.0, 10.0))


def test_both_ends_of_a_stretch_limit_what_comes_after() -> None:
    text = "between 1:00 and 2:00, how many new cars come?"
    assert times_of(text, find_mentions(text, NAMES, 600.0), "count_after", "none", 600.0) == (60.0, (60.0, 120.0))
