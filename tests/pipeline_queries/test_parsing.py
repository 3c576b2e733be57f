"""Looking a word ahead changes no tree, and is safe from several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from lark.exceptions import LarkError

from pipeline.queries import parsing
from pipeline.queries.tidy import tidied
from pipeline.queries.words import tokens_of

NAMES = ("person", "bicycle", "car", "bus")
TEXTS = (
    "After the bus has gone and before the first car comes along, how many bicycles show up?",
    "Of the people who came in from the left after the bus had gone, how many stayed for less than ten seconds?",
    "Which kinds never appear before 0:30?",
    "By how much does the mean visible time of people exceed that of cars?",
    "In the first minute, do more new bicycles or more new people come into view?",
)


def words_of(text: str) -> list:
    return tidied(tokens_of(text, NAMES, 300.0))


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_tree_as_without_looking_ahead(text, monkeypatch):
    ahead = parsing.parse(words_of(text))
    every = parsing._all_rules()
    monkeypatch.setattr(parsing, "_rules_before", lambda kind: every)
    assert parsing.parse(words_of(text)) == ahead


def test_words_without_a_place_are_refused():
    with pytest.raises(LarkError):
        parsing.parse(words_of("bus the how many before of"))
    with pytest.raises(LarkError):
        parsing.parse([])


def test_many_threads_read_alike():
    alone = [parsing.parse(words_of(text)) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: parsing.parse(words_of(text)), TEXTS * 4))
    assert together == alone * 4
