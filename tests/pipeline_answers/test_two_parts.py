"""Several questions in one text are taken apart where each is whole, and answered in one answer."""

import pytest

from data.meaning import Question
from pipeline.answers import Answer, Evidence
from pipeline.comparing.two_parts import joined, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("When does the bus come and when does it leave?", ("When does the bus come?", "when does it leave?")),
        ("How many people leave, and how many stay?", ("How many people leave?", "how many people stay?")),
        (
            "How many people come in the first half and how many in the second?",
            ("How many people come in the first half?", "how many people in the second half?"),
        ),
        (
            "How many bicycles are there and when does the first come?",
            ("How many bicycles are there?", "when does the first one come?"),
        ),
        ("how many cars and how many buses are there?", ("how many cars?", "how many buses are there?")),
        ("Which came first, the bus or the dog, and when?", ("Which came first, the bus or the dog?", "when?")),
        (
            "How many people are there? When does the first one leave? And who stays longest?",
            ("How many people are there?", "When does the first one leave?", "who stays longest?"),
        ),
        (
            "Are there more bottles at 10s than at 20s?",
            ("how many bottles are there at 10s?", "how many bottles are there at 20s?"),
        ),
        (
            "were fewer people visible in the first minute than in the second?",
            ("how many people are there in the first minute?", "how many people are there in the second minute?"),
        ),
        (
            "Is the number of bottles at the start the same as at the end?",
            ("how many bottles are there at the start?", "how many bottles are there at the end?"),
        ),
        (
            "are there as many bottles at the end as at the start?",
            ("how many bottles are there at the end?", "how many bottles are there at the start?"),
        ),
        (
            "Does the middle bottle leave before the right one?",
            ("when is the middle bottle taken away?", "when is the right bottle taken away?"),
        ),
        (
            "is the left cup put back after the right cup",
            ("when is the left cup put back?", "when is the right cup put back?"),
        ),
        ("does the left bottle leave before the bus?", None),
        ("Are there more cars than buses at 0:10?", None),
        ("Are there more than two cars at 0:10?", None),
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


def test_a_number_at_two_times_compared() -> None:
    one, two = (Answer("?", f"At 0:{t}, {n} cars are visible.", "number", n, 0.9) for t, n in ((10, 4), (20, 3)))
    more = joined("Are there more cars at 0:10 than at 0:20?", [one, two])
    assert (more.kind, more.value) == ("yes_no", True)
    assert more.text == "Yes: at 0:10, 4 cars are visible. At 0:20, 3 cars are visible."
    assert joined("are there fewer cars at 0:10 than at 0:20", [one, two]).value is False
    assert joined("are there more cars at 0:10 than at 0:20", [one, one]).value is False
    same = joined("are there as many cars at the end as at the start?", [one, one])
    assert same.value is True and same.text.startswith("Yes: at 0:10")
    assert joined("is the number of cars at 0:10 the same as at 0:20?", [one, two]).value is False
    refused = Answer("?", "I can't.", "refusal", None, 0.9, True)
    assert joined("are there more cars at 0:10 than at 0:20", [one, refused]).value == 4


@pytest.mark.parametrize(
    ("question", "times", "so"),
    [
        ("Does the middle bottle leave before the right one?", (17.8, 32.2), True),
        ("Does the middle bottle leave after the right one?", (17.8, 32.2), False),
        ("Does the middle bottle leave before the right one?", (17.8, "never"), True),
        ("Does the middle bottle leave after the right one?", (17.8, "never"), False),
        ("Does the middle bottle leave before the right one?", ("never", "never"), False),
    ],
)
def test_two_that_only_their_places_tell_apart(question, times, so) -> None:
    both = joined(question, [Answer("?", f"The bottle goes at {t}.", "time", t, 0.8) for t in times])
    assert (both.kind, both.value) == ("yes_no", so)
    assert both.text.startswith("Yes: the bottle goes" if so else "No: the bottle goes")
