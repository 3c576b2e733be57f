"""Who comes new: the longest time without, until the next, more coming than going, rises, shares."""

from __future__ import annotations

import pytest

from pipeline.answers import About, Answer, Doubts, Evidence
from pipeline.comparing.two_parts import joined, parts_of


def arrivals(*starts: float, kind: str = "text") -> Answer:
    pieces = tuple(Evidence(k, "car", t, t + 2.0, t, (0.5, 0.5, 0.1, 0.1)) for k, t in enumerate(starts))
    return Answer("?", "So it is.", kind, "so", 0.8, evidence=pieces, doubts=Doubts(about=About(duration_s=60.0)))


def number(n: int) -> Answer:
    return Answer("?", "So it is.", "number", n, 0.8)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What's the longest time without a new car arriving?", ("when does each car appear?",)),
        ("How long is the longest period in which nothing new turned up?", ("when does each thing appear?",)),
        ("Once the truck had gone, how many seconds was it until the next car came into view?",
         ("when does the truck leave?", "when does each car appear?")),
        ("Between 0:20 and 0:30, is the number of cars coming bigger than the number going, or the other way round?",
         ("how many new cars appear Between 0:20 and 0:30?", "how many cars leave Between 0:20 and 0:30?")),
        ("By how much did the number of people on the square rise from 0:05 to 0:25?",
         ("how many people are visible at 0:05?", "how many people are visible at 0:25?")),
        ("Did more cars arrive in the first 30 seconds or between 0:40 and 1:10?",
         ("how many cars appear in the first 30 seconds?", "how many new cars appear between 0:40 and 1:10?")),
        ("What percentage of all pedestrians was still present at the end of the footage?",
         ("how many pedestrians are still present at the end of the footage?", "how many pedestrians appear?")),
        ("How many times does the number of bottles go down?", ("how does the number of bottles change?",)),
        ("What percentage of the time is a car visible?", None),
        ("What share of the vehicles are buses?", None),
    ],
)  # fmt: skip
def test_parts(text, parts) -> None:
    assert parts_of(text) == (parts or (text,))


def test_the_longest_time_without_and_until_the_next() -> None:
    longest = joined("What's the longest time without a new car arriving?", [arrivals(1.0, 4.0, 30.0)])
    assert (longest.kind, longest.value) == ("duration", 26.0)
    assert longest.text == "26 seconds, from 0:04 to 0:30; after the last one, at 0:30, none comes for 30 seconds."
    gone = Answer("?", "So it is.", "time", 6.0, 0.9)
    text = "Once the truck had gone, how many seconds was it until the next car came?"
    assert joined(text, [gone, arrivals(1.0, 4.0, 30.0)]).value == 24.0
    assert joined(text, [gone, arrivals(1.0, 4.0)]).value == "never"


def test_numbers() -> None:
    more = "Between 0:20 and 0:30, is the number of cars coming bigger than the number going?"
    assert joined(more, [number(15), number(20)]).value is False
    assert joined("By how much did the number of people rise from 0:05 to 0:25?", [number(18), number(24)]).value == 6
    came = joined("Did more cars arrive in the first 30 seconds or between 0:40 and 1:10?", [number(43), number(63)])
    assert came.value == "between 0:40 and 1:10"
    share = joined("What percentage of the cars first shows up after 0:10?", [number(10), number(12)])
    assert round(share.value, 3) == 0.833
    change = Answer("?", "So it is.", "text", "0:00 3, 0:07 2, 0:11 3, 0:18 1", 0.8)
    assert joined("How many times does the number of bottles go down?", [change]).value == 2
