"""Queries that the bundled network writes, where the grammar reads nothing; and what stands against them."""

from __future__ import annotations

import pytest

from data.query_pool import CLASSES, DURATION_S
from pipeline.answerer import WEIGHTS, Answerer
from pipeline.given_tracks import read_given_tracks
from pipeline.queries import algebra as q
from pipeline.queries.learned import QUERIES, QueryWriter, invents, neglects, says_all
from pipeline.queries.reading import read_query
from pipeline.queries.slots import slotted


@pytest.fixture(scope="module")
def answerer():
    return Answerer.load()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("cyclists in from top, out through bottom, count",
         q.Count(q.Who("bicycle", (q.Comes(side="top"), q.Goes(side="bottom"))))),
        ("people on foot, total visible time > 1 minute: how many are there?",
         q.Count(q.Who("person", (q.Stays("more", q.Length(60.0)),)))),
        ("At what point does the longest-visible car go out of view?",
         q.When(q.Happens(q.Who("car", pick="longest"), "leaves"))),
        ("Count the cars, count the people, whole recording. How much higher is the car count?",
         q.Less(q.Count(q.Who("car")), q.Count(q.Who("person")))),
    ],
)  # fmt: skip
def test_what_the_grammar_does_not_read_is_written(answerer, text, query) -> None:
    assert read_query(text, CLASSES, DURATION_S) is None
    written = answerer.queries(text, CLASSES, DURATION_S)
    assert written.query == query and 0.2 < written.sure < written.right <= 0.9


@pytest.fixture(scope="module")
def memory(answerer, tmp_path_factory):
    """Two people from the top to the bottom, one from the left to the right; a car stands."""
    rows = ["frame,id,class,x,y,w,h"]
    for frame in range(60):
        rows += [f"{frame},1,person,300,{5 * frame + 2},20,40", f"{frame},4,car,500,150,60,40"]
        rows += [f"{frame},2,person,200,{5 * frame + 2},20,40"] if frame > 20 else []
        rows += [f"{frame},3,person,{10 * frame + 2},200,20,40"] if frame < 60 else []
    path = tmp_path_factory.mktemp("tracks") / "walk.csv"
    path.write_text("\n".join(rows) + "\n")
    return answerer.read(read_given_tracks(path, fps=5.0, size=(640, 360)))


def test_such_a_question_is_answered_and_no_surer_than_such_answers_are(answerer, memory) -> None:
    text = "Count the people, count the cars, whole recording. How much higher is the people count?"
    answer = answerer.answer(memory, [text])[0]
    assert answer.value == 2 and answer.confidence <= 0.9


def test_what_no_detector_knows_is_not_left_out(answerer, memory) -> None:
    answer = answerer.answer(memory, ["is there a dinosaur hiding behind the car, yes?"])[0]
    assert answer.refused or answer.confidence <= 0.5 or answer.value is False


def test_without_the_network_the_usual_answer_stands(memory) -> None:
    alone = Answerer.load()
    alone.queries = None
    assert alone.answer(memory, ["how many people are there?"])[0].value == 3


def test_what_is_named_must_be_written() -> None:
    seen = slotted("How many cars before 1:05?", CLASSES, DURATION_S)
    assert says_all(["Count", "class0", "clock0"], seen) and not says_all(["Count", "class0"], seen)
    assert not says_all(["Count", "clock0"], seen)


def test_sides_are_not_invented() -> None:
    assert invents(["Comes", ".side", "'top"], "how many cats at the northern gate?")
    assert not invents(["Comes", ".side", "'top"], "how many cats over the upper edge?")
    assert not invents(["Count", "'more"], "how many cats?")


def test_words_that_turn_a_question_are_not_passed_over() -> None:
    assert neglects(["Every", "Heads", "'left"], "does every cat bar one go left?")
    assert neglects(["Compare", "'more"], "are there fewer cats than dogs?")
    assert not neglects(["Compare", "'fewer"], "are there fewer cats than dogs?")


def test_the_bundled_file_is_read_as_it_is(answerer) -> None:
    again = QueryWriter.load(WEIGHTS / QUERIES, answerer.understanding.encoder)
    assert again.words == answerer.queries.words and len(again.words) > 100
