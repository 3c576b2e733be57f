"""A value of the kind that a question asks for."""

from __future__ import annotations

import pytest

from data.meaning import Question
from pipeline.answers import Answer, Evidence
from pipeline.telling.as_asked import as_asked

PIECES = (
    Evidence(3, "bus", 4.0, 6.0, 5.0, (0.5, 0.5, 0.1, 0.1)),
    Evidence(3, "bus", 9.0, 12.0, 10.0, (0.5, 0.5, 0.1, 0.1)),
)


def answered(text, family):
    return as_asked(Answer(text, "So it is.", "object", "bus", 0.8, evidence=PIECES[:1], understood=Question(family)))


@pytest.mark.parametrize(
    ("text", "family", "kind", "value"),
    [
        ("when does the last newcomer step into view?", "last", "time", 4.0),
        ("the last one to come in: at what time?", "last", "time", 4.0),
        ("At what time does the first one leave?", "first_leaves", "time", 6.0),
        ("What was the last thing to come in?", "last", "object", "bus"),
        ("When the bus had left, what came first?", "first", "object", "bus"),
        ("Who left first, and when?", "first_leaves", "object", "bus"),
    ],
)
def test_a_time_where_a_time_is_asked_for(text, family, kind, value):
    answer = answered(text, family)
    assert (answer.kind, answer.value) == (kind, value)


def test_a_length_where_the_longest_is_named_first():
    text = "Of the buses, the one that stayed longest: how long was it there?"
    answer = Answer(text, "So it is.", "object", "bus", 0.8, evidence=PIECES, understood=Question("longest", x="bus"))
    assert (as_asked(answer).kind, as_asked(answer).value) == ("duration", 5.0)
