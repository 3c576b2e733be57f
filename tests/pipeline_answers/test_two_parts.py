"""Several questions in one text are taken apart where each is whole, and answered in one answer."""

import pytest

from data.meaning import Question
from pipeline.answers import Answer, Evidence
from pipeline.two_parts import joined, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("When does the bus come and when does it leave?", ("When does the bus come?", "when does it leave?")),
        ("How many people leave, and how many stay?", ("How many people leave?", "how many of them stay?")),
        ("how many cars and how many buses are there?", ("how many cars?", "how many buses are there?")),
        ("Which came first, the bus or the dog, and when?", ("Which came first, the bus or the dog?", "when?")),
        (
            "How many people are there? When does the first one leave? And who stays longest?",
            ("How many people are there?", "When does the first one leave?", "who stays longest?"),
        ),
        ("How long is it between when the bus comes and when it leaves?", None),
        ("What happens and when?", None),
        ("Did anything come in the end, and what was it?", None),
        ("Did they come in crowds? How many at once?", None),
        ("How many cars and buses are there?", None),
        ("Is there a dog?", None),
    ],
)
def test_parts(text, parts) -> None:
    assert parts_of(text) == (parts or (text,))


def test_one_answer_holds_what_all_say() -> None:
    def piece(track: int, start_s: float) -> Evidence:
        return Evidence(track, "car", start_s, start_s + 5, start_s, (0.5, 0.5, 0.1, 0.1))

    one = Answer("a", "Two cars appear.", "number", 2, 0.9, evidence=(piece(1, 4.0), piece(2, 9.0)), warnings=("dark",),
                 timing={"answer_s": 1.0}, understood=Question("count", x="car"))  # fmt: skip
    two = Answer("b", "A car is last seen at 0:14.", "time", 14.0, 0.6, evidence=(piece(2, 9.0), piece(3, 1.0)),
                 warnings=("dark", "small"), timing={"answer_s": 2.0})  # fmt: skip
    both = joined("a and b", [one, two])
    assert both.text == "Two cars appear. A car is last seen at 0:14."
    assert (both.question, both.kind, both.value, both.confidence) == ("a and b", "number", 2, 0.6)
    assert [e.track_id for e in both.evidence] == [3, 1, 2] and both.warnings == ("dark", "small")
    assert both.timing["answer_s"] == 3.0 and both.understood == one.understood
