"""Questions about single visits, told by when things are seen."""

from __future__ import annotations

import pytest

from pipeline.answers import About, Answer, Doubts, Evidence
from pipeline.comparing.two_parts import joined, parts_of

KNOWN = Doubts(about=About(duration_s=140.0))


def pieces(*spans: tuple[int, float, float], name: str = "person") -> tuple[Evidence, ...]:
    return tuple(Evidence(track, name, a, b, a, (0.5, 0.5, 0.1, 0.1)) for track, a, b in spans)


def said(kind: str, value: object, text: str, evidence: tuple[Evidence, ...] = ()) -> Answer:
    return Answer("?", text, kind, value, 0.8, evidence=evidence, doubts=KNOWN, likely=(1, 9))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Which person is visible at 1:50?", ("from when to when was each person there?",)),
        ("Which person, counted in order of appearance, is visible at 1:50?",
         ("from when to when was each person there?",)),
        ("were two bottles ever taken away at the same time?", ("how often does a bottle appear?",)),
        ("Did two bottles leave at the same time?", ("how often does a bottle appear?",)),
        ("After the middle bottle comes back, how long until the left bottle returns?",
         ("when does the middle bottle come back?", "how often does the left bottle appear?")),
        ("How many seconds after the first bottle disappears is a bottle put back?",
         ("when does the first bottle first go away?", "how often does a bottle appear?")),
        ("For what percentage of the video are exactly three bottles visible?",
         ("how long are exactly three bottles visible?",)),
        ("Which wumpus is visible at 1:50?", None),
        ("Did two bottles leave?", None),
    ],
)  # fmt: skip
def test_parts(text, parts) -> None:
    assert parts_of(text) == (parts or (text,))


def test_which_one_is_there_is_told_by_its_number() -> None:
    seen = pieces((7, 6.0, 19.7), (3, 92.0, 120.0), (9, 22.7, 45.0))
    both = joined("Which person is visible at 1:50?", [said("text", "…", "Three people.", seen)])
    assert (both.value, both.text) == ("the third person", "At 1:50: the third person.")
    assert [piece.track_id for piece in both.evidence] == [3] and both.likely is None
    nobody = joined("Which person is visible at 0:21?", [said("text", "…", "Three people.", seen)])
    assert nobody.value == "no person"
    from_the_start = pieces((1, 0.0, 9.0), (2, 0.0, 9.0))
    assert joined("Which bottle is visible at 0:05?", [said("text", "…", "Two.", from_the_start)]).text == "Two."


def test_two_leave_at_once() -> None:
    seen = pieces((1, 0.0, 17.8), (2, 0.0, 18.2), (3, 5.0, 140.0), (1, 28.0, 140.0))
    left = joined("Did two people leave at the same time?", [said("number", 4, "…", seen)])
    assert (left.kind, left.value) == ("yes_no", True) and "0:18" in left.text
    came = joined("Did two people come at the same time?", [said("number", 4, "…", seen)])
    assert came.value is False


def test_how_long_until_it_is_back() -> None:
    left = pieces((1, 0.0, 7.0), (1, 11.4, 17.8), (1, 27.4, 40.0), name="bottle")
    question = "After the middle bottle comes back, how long until the left bottle returns?"
    both = joined(question, [said("time", 22.1, "It is back."), said("number", 3, "…", left)])
    assert both.kind == "duration" and both.value == pytest.approx(5.3) and "0:27" in both.text
    never = joined(question, [said("time", 30.0, "It is back."), said("number", 3, "There.", left)])
    assert never.text == "It is back. There."


def test_a_share_of_the_whole() -> None:
    both = joined(
        "For what percentage of the video are exactly three bottles visible?", [said("duration", 70.0, "So.")]
    )
    assert both.kind == "number" and both.value == 0.5 and both.text.startswith("50% of the time: ")
