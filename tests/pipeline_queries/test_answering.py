"""Composed questions asked as people ask: of a clip from Python, in a conversation, and over question sets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.answerer import Answerer
from pipeline.answers import Answer
from pipeline.clip_memory import ClipMemory
from pipeline.queries.answering import composed_answer, is_plain, terms_of
from pipeline.queries.reading import read_query
from pipeline.queries.told import told
from tests.data.small_worlds import clip_of

NAMES = ("bus", "car", "person")


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer.load()


@pytest.fixture(scope="module")
def memory(answerer) -> ClipMemory:
    """50 s: a bus 10–20 s; cars 5–12 s (to the right), 15–30 s (to the left), 40–50 s; a person all the time, one 12–14
    and 18–20 s. Tracks as if given."""
    index = clip_of(
        [
            ("bus", [(20, 40)], (0.05, 0.5), (0.95, 0.5)),
            ("car", [(10, 24)], (0.05, 0.6), (0.95, 0.6)),
            ("car", [(30, 60)], (0.95, 0.6), (0.05, 0.6)),
            ("car", [(80, 100)], (0.5, 0.6), (0.5, 0.6)),
            ("person", [(0, 100)], (0.2, 0.3), (0.2, 0.3)),
            ("person", [(24, 28), (36, 40)], (0.3, 0.95), (0.3, 0.05)),
        ]
    )
    return answerer.read(replace(index, provenance={"original_ids": [str(k) for k in range(6)]}))


def ask(answerer: Answerer, memory: ClipMemory, text: str) -> Answer:
    return answerer.answer(memory, [text])[0]


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("How many cars come in while the bus is there?", 1, "One car appears while the bus is visible."),
        ("How many of the cars were in view with the bus?", 2, "Two cars are visible together with the bus."),
        ("What fraction of the cars had left before the bus was gone?", 1 / 3,
         "33% of the cars (one of three) leave before the bus leaves (at 0:20)."),
        ("Did any of the cars stay longer than the bus?", True, "Yes, one car is visible for longer than the bus."),
        ("Is it true that every car came in from the left?", False, "No, one of three cars appears on the left."),
        ("How long after the bus left did the next car arrive?", 20.0,
         "From when the bus leaves until the first car that appears after the bus leaves (at 0:20) appears it is 20 "
         "seconds."),
        ("What's the difference between the longest and the shortest stay of a car?", 8.0,
         "The difference between the longest and the shortest visible time of cars is 8 seconds."),
        ("Leaving aside the people, what stayed in view the longest?", "car",
         "The longest-staying thing other than people is a car."),
        ("Do more cars go to the left or to the right?", "equal",
         "Both alike: left one, right one."),
        ("How many cars did not move?", 1, ""),
        ("In how many separate spells were cars on screen?", 3, ""),
        ("Had the bus already gone when the second car turned up?", False,
         "No, no bus leaves before the second car appears (at 0:15)."),
    ],
)  # fmt: skip
def test_values_and_sentences(answerer, memory, text, value, said):
    answer = ask(answerer, memory, text)
    assert answer.value == pytest.approx(value) if isinstance(value, float) else answer.value == value
    assert answer.text == said or (not said and not answer.composed)  # else as usual
    assert answer.confidence > 0.5


def test_what_both_readings_say_alike_is_said_as_usual(answerer, memory):
    answer = ask(answerer, memory, "How many cars come in from the left?")
    assert answer.value == 1 and not answer.composed and answer.likely is not None


def test_evidence_is_of_those_that_count_and_of_then(answerer, memory):
    answer = ask(answerer, memory, "How many of the cars were in view with the bus?")
    assert sorted({piece.track_id for piece in answer.evidence}) == [1, 2]
    one = ask(answerer, memory, "How long are a car and the bus visible together?")
    assert one.value == pytest.approx(7.0)
    assert all(piece.start_s >= 10.0 - 1e-6 and piece.end_s <= 20.0 + 1e-6 for piece in one.evidence)


def test_plain_questions_are_left_to_the_reader(answerer, memory):
    for text in ("How many cars are there?", "When does the bus leave?", "Is there a car?"):
        query = read_query(text, NAMES, 50.0)
        assert query is None or is_plain(query)
        assert not ask(answerer, memory, text).composed


def test_a_question_that_cannot_be_put_to_the_clip(answerer, memory):
    query = read_query("What is the median stay of the cars that move upwards?", NAMES, 50.0)
    assert query is not None and composed_answer("?", query, memory, answerer.confidence) is None


def test_every_kind_of_query_can_be_told(memory):
    from pipeline.queries.measures import found

    texts = [
        "How many times as long as the bus was the first car in view?",
        "Rank cars, people and buses by how many of each there were.",
        "Which came first, the bus or the car?",
        "Which way do most of the cars go?",
        "Did all the cars come in from the same side?",
        "List all the gaps when no car was in view.",
        "When does the longest stretch without a car begin?",
        "Did the crowd grow or shrink between 0:05 and 0:19?",
        "For what share of the first 20 seconds is the bus visible?",
        "By how many do the people outnumber the cars at 0:15?",
        "What was the longest wait between one car turning up and the next?",
        "On average, how many cars are visible while the bus is there?",
        "Was there ever a spell of more than five seconds with no cars?",
        "Do all the cars enter from the left and move to the right?",
        "How many people were there all the time?",
    ]
    for text in texts:
        query = read_query(text, NAMES, 50.0)
        assert query is not None, text
        said = told(query, found(query, memory.view(0)), memory.view(0))
        assert said.endswith((".", "!", "?")) and "None" not in said and "Who(" not in said, said
        assert set(terms_of(query)) <= {*NAMES, "thing"}


def test_it_goes_on_in_a_conversation(answerer, memory, tmp_path):
    from pipeline.open_clip import OpenClip
    from pipeline.video_qa import VideoQA

    qa = VideoQA(OpenClip(memory.index, tmp_path / "a.index.safetensors", None, 0.0), memory, answerer)
    assert qa.ask("How many cars come in while the bus is there?").value == 1
    again = qa.ask("and people?")
    assert again.value == 1 and "understood as: How many people come in" in again.warnings[0]
    assert qa.ask("How many cars come in while the bus is there?").value == 1
    assert qa.ask("and after 0:12?").value == 1 and qa.ask("and after 0:16?").value == 0
