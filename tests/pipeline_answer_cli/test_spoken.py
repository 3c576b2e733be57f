"""What a conversation keeps between questions, and what it does with odd ones; the clip of `test_follow_words`."""

from __future__ import annotations

import pytest

from tests.pipeline_answer_cli.test_follow_words import clip, qa

__all__ = ["clip", "qa"]


@pytest.mark.parametrize(
    "question",
    ["When do they leave?", "How many of them are there?", "What are they doing?",
     "Are there {} cars when the car stops?",
     "How many cars? " + "-" * 40 + " thanks", "ever zero together?", "and the second time?", "are you sure?"],
)  # fmt: skip
def test_odd_first_questions_break_nothing(qa, question) -> None:
    assert qa.ask(question).text
    assert qa.ask("How many cars appear?").value == 3


def test_two_counts_in_one_question_are_independent(qa) -> None:
    both = qa.ask("How many cars are there at 0:02, and how many at 0:04?")
    assert both.text == "At 0:02, one car is visible. At 0:04, two cars are visible."


def test_parts_of_a_comparison_do_not_go_on_from_each_other(qa) -> None:
    qa.ask("How many cars appear?")
    ways = qa.ask("do more cars go left or right?")
    assert ways.value == "right"
    assert "most" not in ways.text and qa.ask("are you sure?").value == "right"
    assert qa.ask("and people?").value in ("equal", "left", "right")


def test_those_alone_are_forgotten_with_another_thing(qa) -> None:
    qa.ask("How many cars are visible at 0:02?")
    assert qa.ask("how many of them leave?").value == 1
    assert qa.ask("and bicycles?").value == 0
    assert qa.ask("How many cars leave?").value == 3


def test_of_none_there_are_none(qa) -> None:
    assert qa.ask("How many cars are there at 0:11?").value == 0
    assert qa.ask("how many of them went left?").value == 0


def test_what_was_asked_in_one_go_is_not_spoken_of(qa) -> None:
    qa.ask("When does the second car appear?")
    qa.ask_many(["How many bicycles are there, and when does the person come?"])
    assert qa.ask("when did it leave?").understood.nth == 2


def test_no_and_halves_and_sides(qa) -> None:
    assert qa.ask("Was nobody there in the first half?").value is False
    assert qa.ask("Does the second car leave?").value is True
    assert qa.ask("Do more cars come from the left than from the right?").value in (True, False)
    assert qa.ask("Is the bicycle there?").value is True
