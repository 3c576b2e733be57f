"""Follow-ups that go back to what was said; the clip: cars at 1–5 s and 3–8 s, a dog at 4–7 s."""

from __future__ import annotations

import pytest

from data.meaning import Event, Question
from data.meaning.question import Side
from pipeline.video_qa import VideoQA

SECOND = "When does the second car appear?"
MOST = Question("max_at_once", x="car")
LEFT = Question("leaves", x="car", side=Side("inside", "left"))
SAID = {
    "How many cars at once, at most?": MOST,
    "Does the car on the left leave?": LEFT,
    "Are there more cars than dogs?": Question("compare", x="car", y="dog"),
    "Does the car come before the dog?": Question("order", x="car", y="dog"),
    "Which car stays longest?": Question("longest", x="car"),
    "How long are there two cars?": Question("duration_at_least", x="car", nth=2),
    "How long is the longest time without a dog?": Question("longest_absent", x="dog"),
    "How many cars in the first 2 seconds?": Question("count_between", x="car", stretch=(0.0, 2.0)),
    "Which way do cars move?": Question("direction", x="car"),
}


@pytest.fixture
def qa(weights, tracks, sense, monkeypatch) -> VideoQA:
    from tests.pipeline_answer_cli.conftest import MEANINGS

    for text, question in SAID.items():
        monkeypatch.setitem(MEANINGS, text, question)
    return VideoQA.open(tracks, fps=5, size=(1280, 720), weights=weights, quiet=True)


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        ("How many cars at once, at most?", "how long was that?", Question("duration_exactly", x="car", nth=2)),
        ("How many cars at once, at most?", "from when to when?", Question("when_number", x="car", nth=2)),
        ("How many cars at once, at most?", "and the lowest?", Question("min_at_once", x="car")),
        ("Does the car on the left leave?", "how often?", Question("count_leavings", x="car", side=LEFT.side)),
        ("Does the car on the left leave?", "and the one on the right?",
         Question("leaves", x="car", side=Side("inside", "right"))),
        ("Does the car come before the dog?", "how much later did the other one come?",
         Question("time_between", event=Event("car", "appears", 1), other=Event("dog", "appears", 1))),
        ("How long are there two cars?", "only one?", Question("duration_exactly", x="car", nth=1)),
        ("How many cars in the first 2 seconds?", "and in the second?",
         Question("count_between", x="car", stretch=(2.0, 4.0))),
        ("How many cars in the first 2 seconds?", "and in total?", Question("count", x="car")),
        ("How many cars in the first 2 seconds?", "how many at most?",
         Question("max_at_once", x="car", stretch=(0.0, 2.0))),
        (SECOND, "no, I meant the first one", Question("when_appears", x="car", nth=1)),
        (SECOND, "the first one?", Question("when_appears", x="car", nth=1)),
        (SECOND, "what about dogs?", Question("when_appears", x="dog")),
        (SECOND, "what else was there at the same time?", Question("together_list", x="car")),
        ("How many cars appear?", "only in the second half", Question("count_between", x="car", stretch=(4.0, 8.0))),
        ("What is visible together with the dog?", "and how many cars?",
         Question("count", x="car", after=Event("dog", "appears"), before=Event("dog", "leaves"))),
    ],
)  # fmt: skip
def test_what_they_mean(qa, before, asked, meant) -> None:
    qa.ask(before)
    answer = qa.ask(asked)
    assert answer.understood == meant and not answer.refused


def test_sure_and_shown(qa) -> None:
    first = qa.ask(SECOND)
    sure = qa.ask("are you sure?")
    assert sure.value == first.value and "the second car appears at 0:03" in sure.text and sure.text.startswith("I am ")
    shown = qa.ask("show me")
    assert shown.text == "Look at these: car at 0:03 (0:03–0:08)."
    assert qa.ask("when did it leave?").understood.nth == 2, "what was spoken of is still the same"


def test_when_a_break_was_and_all_of_them(qa) -> None:
    qa.ask("How long is the longest time without a dog?")
    when = qa.ask("when was that?")
    assert (when.text, when.kind, when.value) == ("From 0:00 to 0:04.", "time", 0.0)
    qa.ask("Which way do cars move?")
    both = qa.ask("both of them?")
    assert both.value is True and both.text == "Yes: of all 2 cars: right."


def test_a_number_is_no_follow_up_of_another_family(qa) -> None:
    qa.ask("What appears first?")
    assert qa.ask("only two?").refused
