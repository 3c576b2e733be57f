"""What was typed becomes one clean line, or one sentence that says why not."""

from __future__ import annotations

import pytest

from data.meaning import FAMILIES, Event, Question
from pipeline.asking.asked_text import at_the_time, readable
from pipeline.asking.question_words import question_words
from pipeline.errors import InputError


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("How many cars?", "How many cars?"),
        ("How many\x00 cars\nappear?\r\n", "How many cars appear?"),  # control characters, injected newlines
        ("How many \x1b[31mcars\x1b[0m?", "How many cars?"),  # colours of a terminal
        ("How many cars? 🚗🚗", "How many cars?"),  # decoration
        ("How many 🚗?", "How many automobile?"),  # a thing
        ("Was there a 🐶 😀", "Was there a dog"),
        ("Is there a 🍾?", "Is there a bottle?"),  # BOTTLE WITH POPPING CORK
        ("a dog\udc80?", "a dog?"),  # no UTF-8
        ("café people?", "café people?"),
        ("car", "car"),
    ],
)
def test_readable_questions(typed, read):
    assert readable(typed) == read


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        (" \n\t\x07", "empty"),
        ("?!…", "no words"),
        ("😀😀😀", "no words"),
        ("x" * 10_000, "10,000 characters"),
        ("有几辆车?", "English"),
        ("сколько машин?", "English"),
        ("كم عدد السيارات؟", "English"),
        ("Wie viele Autos gibt es?", "English"),
        ("¿Cuántos coches aparecen?", "English"),
        ("Combien de voitures?", "English"),
    ],
)
def test_unreadable_questions(typed, why):
    with pytest.raises(InputError, match=why) as caught:
        readable(typed)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("How many people are there right now?", "How many people are there at 0:42?"),
        ("is anybody there now", "is anybody there at 0:42"),
        ("How many cars are currently visible?", "How many cars are visible at 0:42?"),
        ("At the moment, is there a dog?", "is there a dog at 0:42?"),
        ("Now, how many cars appear?", "Now, how many cars appear?"),
        ("Right now?", "Right now?"),
    ],
)
def test_now_is_a_time(asked, read):
    assert at_the_time(asked, "0:42") == read


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_read_back(family):
    question = Question(family, x="car", y="dog", t_s=65.0, nth=2, after=Event("bus", "leaves"), stretch=(30.0, 70.0))
    words = question_words(question, 300.0)
    assert "{" not in words and words.endswith("between 0:30 and 1:10 and after the last bus leaves")
    assert "  " not in question_words(Question(family), 300.0)
