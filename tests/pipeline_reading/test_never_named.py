"""Things that given tracks have none of: answered as never there, and said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.vocabulary import coco_names, with_usual_names
from pipeline.answerer import Answerer
from pipeline.asking.never_named import LOOKED_FOR
from pipeline.given_tracks import own_names, read_given_tracks, with_usual_classes

ROWS = "frame,id,class,x,y,w,h\n" + "".join(f"{k},1,pedestrian,{10 + k},20,30,60\n" for k in range(50))


@pytest.fixture(scope="module")
def answerer():
    return Answerer.load()


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("tracks") / "walk.csv"
    path.write_text(ROWS)
    return read_given_tracks(path, fps=5.0, size=(640, 360))


@pytest.fixture(scope="module")
def ask(answerer, index):
    memory = answerer.read(index)
    return lambda question: answerer.answer(memory, [question])[0]


@pytest.mark.parametrize(
    ("question", "value"),
    [("Does a bus pass?", False), ("How many dogs are there?", 0), ("When does the first car come?", "never")],
)
def test_what_the_tracks_name_none_of_was_never_there_and_that_is_said(ask, question, value):
    answer = ask(question)
    assert not answer.refused and answer.value == value and answer.confidence <= LOOKED_FOR
    assert any("taken as looked for" in note for note in answer.warnings)


def test_what_they_name_is_said_without_a_note(ask):
    answer = ask("How many people are there?")
    assert answer.value == 1 and not any("looked for" in note for note in answer.warnings)


def test_what_nobody_looks_for_is_refused_with_their_own_classes(ask):
    answer = ask("Is there a dragon?")
    assert answer.refused and "only pedestrian" in answer.text


def test_usual_names_add_no_second_name_for_what_is_there():
    names = with_usual_names(("pedestrian", "car"))
    assert names[:2] == ("pedestrian", "car") and "person" not in names and "bus" in names
    assert with_usual_names(("vehicle",)).count("car") == 0  # one of the kind
    assert set(with_usual_names(coco_names())) == set(coco_names())


def test_only_given_tracks_get_them(index):
    assert own_names(with_usual_classes(index)) == index.class_names == ("pedestrian",)
    found = replace(index, provenance={})
    assert with_usual_classes(found) is found


def test_tracks_may_go_by_another_word(ask):
    """ "pedestrian" is what the file says; "people" are asked after."""
    answer = ask("Which object is seen first?")
    assert answer.value == "pedestrian"
