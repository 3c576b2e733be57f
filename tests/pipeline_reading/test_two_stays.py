"""Which of two stays longer is read from its form; other questions are left alone."""

from __future__ import annotations

import pytest

from data.meaning import LAST, Event, Question
from data.wordings import wordings
from pipeline.asking.two_stays import stays_longer

NAMES = ("person", "bicycle", "car", "bus", "truck", "bottle", "dog")


def who(nth: int | str | None, thing: str = "person") -> Event:
    return Event(thing, "appears", nth)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("Did the first person stay longer than the last one?", who(1), who(LAST)),
        ("who stays longer, the second or the third person?", who(2), who(3)),
        ("is the fourth person shorter there than the sixth?", who(6), who(4)),
        ("How much longer did the fifth person stay compared with the fourth?", who(5), who(4)),
        ("was the bus there longer than the car?", who(None, "bus"), who(None, "car")),
        ("Which is seen for a longer time: the bus or the truck?", who(None, "bus"), who(None, "truck")),
    ],
)
def test_two_are_compared(text: str, one: Event, other: Event) -> None:
    assert stays_longer(text, NAMES, 139.0) == Question("stays_longer", event=one, other=other)


@pytest.mark.parametrize(
    "text",
    [
        "how many people stayed longer than 10 seconds",
        "are cars more numerous than dogs?",
        "who stays longest?",
        "did the bus come before the car?",
        "is the first person there longer than the first person?",
    ],
)
def test_others_are_left_to_the_reader(text: str) -> None:
    assert stays_longer(text, NAMES, 139.0) is None


def test_no_wording_of_another_family_is_taken_for_one() -> None:
    slots = {
        "X": "cars",
        "x": "car",
        "a x": "a car",
        "Y": "dogs",
        "y": "dog",
        "a y": "a dog",
        "T": "1:10",
        "nth": "third",
    }
    taken = number = 0
    for family in ("compare", "order", "longest", "duration", "lasts_longer", "order_leaves", "at_least"):
        for wording in wordings(family, "train"):
            text = wording.text
            for slot, said in (slots | {"N": "three", "M": "two", "D": "20 seconds"}).items():
                text = text.replace(f"{{{slot}}}", said)
            number += 1
            taken += stays_longer(text, NAMES, 139.0) is not None
    assert number > 2000 and taken <= 0.001 * number
