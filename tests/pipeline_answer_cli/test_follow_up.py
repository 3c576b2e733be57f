"""Follow-up questions: each row is a question, what is asked next, and what that means."""

from __future__ import annotations

import pytest

from data.meaning import LAST, Event, Question
from pipeline.asking.left_out import MISREAD
from pipeline.video_qa import VideoQA

CARS = "How many cars appear?"
SECOND = "When does the second car appear?"
CASES = [
    # another thing, also a kind or a misspelled one; the family and the stretch stay
    (CARS, "and dogs?", Question("count", x="dog")),
    (CARS, "What about vehicles", Question("count", x="vehicle")),
    (CARS, "dogs?", Question("count", x="dog")),
    (CARS, "and doggs?", Question("count", x="dog")),
    (
        "How many cars are visible between 0:02 and 0:06?",
        "and dogs?",
        Question("count_between", x="dog", stretch=(2, 6)),
    ),
    (SECOND, "and the dog?", Question("when_appears", x="dog")),
    ("What appears first?", "and dogs?", Question("when_appears", x="dog")),
    # another time
    (CARS, "and after 0:04?", Question("count_between", x="car", stretch=(4.0, 8.0))),
    (CARS, "and between 0:02 and 0:06?", Question("count_between", x="car", stretch=(2.0, 6.0))),
    (CARS, "and at 0:04?", Question("count_at", x="car", t_s=4.0)),
    (SECOND, "and after 0:04?", Question("when_appears", x="car", nth=2, stretch=(4.0, 8.0))),
    ("What appears after the dog leaves?", "and after 0:02?", Question("next_after", t_s=2.0)),
    # an event as a limit
    (CARS, "and after the dog leaves?", Question("count_after", x="car", event=Event("dog", "leaves"))),
    (CARS, "and before the second car?", Question("count_before", x="car", event=Event("car", "appears", 2))),
    ("Is there a dog?", "and after the first car left?", Question("exists", x="dog", after=Event("car", "leaves", 1))),
    # another one
    (SECOND, "and the first one?", Question("when_appears", x="car", nth=1)),
    (SECOND, "what about the last?", Question("when_appears", x="car", nth=LAST)),
    ("What appears first?", "and the second?", Question("nth", nth=2)),
    (CARS, "and the second one?", Question("when_appears", x="car", nth=2)),
    ("Is there a dog?", "and the last one?", Question("when_appears", x="dog", nth=LAST)),
    # something else about the same thing
    (CARS, "how long?", Question("duration", x="car")),
    ("Is there a dog?", "when?", Question("when_appears", x="dog")),
    ("Is there a dog?", "how many?", Question("count", x="dog")),
    (SECOND, "where was it?", Question("where_at", x="car", nth=2, t_s=3.0)),
    (SECOND, "and where was it then?", Question("where_at", x="car", nth=2, t_s=3.0)),
    # what comes next
    ("What appears first?", "and then?", Question("next_after", event=Event("car", "appears", 1))),
    (SECOND, "what came before that?", Question("previous_before", event=Event("car", "appears", 2))),
    (SECOND, "and the one before?", Question("when_appears", x="car", nth=1)),
    (SECOND, "and the next one?", Question("when_appears", x="car", nth=3)),
    (
        "How many cars are visible between 0:02 and 0:06?",
        "and after that?",
        Question("count_between", x="car", stretch=(6.0, 8.0)),
    ),
    (
        "How many cars are visible between 0:02 and 0:06?",
        "before that?",
        Question("count_between", x="car", stretch=(0.0, 2.0)),
    ),
    (
        "What appears after the dog leaves?",
        "and the second one?",
        Question("nth", nth=2, after=Event("dog", "leaves", LAST)),
    ),
    # the other end
    ("What is visible longest?", "and the shortest?", Question("shortest")),
    ("What is visible longest?", "what about the one that is shortest?", Question("shortest")),
    (CARS, "and the longest?", Question("longest", x="car")),
    ("Is there a dog at 0:02?", "and who came next?", Question("next_after", x="person", t_s=2.0)),
    ("Is there a dog at 0:02?", "what came before that?", Question("previous_before", t_s=2.0)),
    # an ordinal one of those before
    (CARS, "when did the last one leave?", Question("when_leaves", x="car", nth=LAST)),
    (CARS, "and when did the second one of them leave?", Question("when_leaves", x="car", nth=2)),
    # pronouns: the very object that was spoken of
    (SECOND, "when did it leave?", Question("when_leaves", x="car", nth=2)),
    (SECOND, "and when did that one leave?", Question("when_leaves", x="car", nth=2)),
    ("Is there a dog?", "when did it leave?", Question("when_leaves", x="dog")),
    (CARS, "when did they leave?", Question("when_leaves", x="car")),
    ("What appears first?", "when did it leave?", Question("when_leaves", x="car", nth=1)),
]


@pytest.fixture
def qa(weights, tracks, sense, monkeypatch) -> VideoQA:
    from tests.pipeline_answer_cli.conftest import MEANINGS

    monkeypatch.setitem(MEANINGS, "when did the first car leave?", Question("when_leaves", x="car", nth=1))
    return VideoQA.open(tracks, fps=5, size=(1280, 720), weights=weights, quiet=True)


@pytest.mark.parametrize(("before", "asked", "meant"), CASES)
def test_follow_ups_mean(qa, before, asked, meant):
    assert not qa.ask(before).refused
    answer = qa.ask(asked)
    assert answer.understood == meant and not answer.refused
    assert answer.question == asked
    assert any("understood as" in w or "is read as" in w for w in answer.warnings)


def test_a_chain_goes_on_from_the_newest_answer(qa):
    said = [qa.ask(q).value for q in (CARS, "and dogs?", "when?", "and then?")]
    assert said == [2, 1, 4.0, "none"]


def test_a_pronoun_stands_for_the_same_object_all_along(qa):
    qa.ask(SECOND)
    qa.ask("when did it leave?")
    pair = qa.ask("Was it there together with the dog?")
    assert "this answer is about all cars together" in pair.warnings and pair.confidence <= MISREAD
    assert qa.ask("when did it leave?").understood.nth == 2


def test_unclear_references_say_what_was_understood(qa):
    assert "unclear what 'it' refers to" in qa.ask("when did it leave?").warnings[0]
    qa.ask(CARS)
    unclear = qa.ask("and?")
    assert unclear.refused and "the question before was understood as: how many cars appear?" in unclear.warnings[0]
    assert qa.ask("what about the other end?").warnings[0].startswith("it is unclear what 'the other end' changes")
    many = qa.ask("when did it leave?")
    assert many.warnings == ("'it' is read as 'the car' (the answer before was about 2 of them)",)


def test_a_refusal_is_not_about_all_of_them(qa):
    qa.ask(SECOND)
    assert "this answer is about all cars together" not in qa.ask("Why did it run?").warnings


def test_unknown_things_are_refused_and_the_thread_is_kept(qa):
    qa.ask(CARS)
    assert qa.ask("and dragons?").understood == Question("refuse_unknown", x="dragons")
    assert qa.ask("and dogs?").value == 1


def test_an_unknown_thing_can_be_put_right(qa):
    assert qa.ask("How many dragons appear?").refused
    assert qa.ask("and cars?").value == 2


def test_questions_that_stand_for_themselves_are_left_alone(qa):
    qa.ask(CARS)
    for question in (
        "Is there a dog?",
        "What happens in this video?",
        "What appears first?",
        "When is it the busiest?",
    ):
        assert qa.ask(question).warnings == ()


def test_a_batch_knows_no_follow_ups(qa):
    assert [a.refused for a in qa.ask_many([CARS, "and dogs?"])] == [False, True]
