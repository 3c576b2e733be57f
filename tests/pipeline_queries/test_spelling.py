"""Queries as rows of words, and questions with stand-ins."""

from __future__ import annotations

import pytest

from data.query_pool import CLASSES, DURATION_S, questions_asked
from pipeline.queries import algebra as q
from pipeline.queries.reading import read_query
from pipeline.queries.slots import slotted
from pipeline.queries.spelling import Unspellable, spelled, unspelled


def see(text):
    return slotted(text, CLASSES, DURATION_S)


def test_things_numbers_and_times_get_stand_ins() -> None:
    seen = see("How many lorries came after 1:05, before the second bus and the third lorry?")
    assert seen.text == "how many cats came after 1:00, before the third dog and the fourth cat?"
    assert [(slot.name, slot.value) for slot in seen.slots] == [
        ("class0", "truck"), ("clock0", 65.0), ("ordinal0", 2), ("class1", "bus"), ("ordinal1", 3), ("class0", "truck"),
    ]  # fmt: skip
    assert all(seen.text[slot.start : slot.end] for slot in seen.slots)


def test_words_that_nobody_knows_stay_as_they_are() -> None:
    assert see("Frobnicate the bus, won't you?").text == "frobnicate the cat, wo n't you?"


def test_what_names_too_much_has_no_stand_ins() -> None:
    assert see("cars, buses, trucks, trains, carts, people and dogs?") is None


@pytest.mark.parametrize("question", [one for one in questions_asked() if read_query(one, CLASSES, DURATION_S)][::23])
def test_a_query_is_what_its_words_say(question) -> None:
    query, seen = read_query(question, CLASSES, DURATION_S), see(question)
    again = unspelled(spelled(query, seen), seen)
    assert type(again) is type(query)
    if not any(isinstance(part, q.Which | q.Ranked) for part in q.parts_of(query)):  # their options are named anew
        assert again == query


def test_other_things_and_times_give_the_same_words() -> None:
    one = "How many people came in from the left after the second bus had gone?"
    other = "How many cars came in from the left after the fourth dog had gone?"
    words = [spelled(read_query(text, CLASSES, DURATION_S), see(text)) for text in (one, other)]
    assert words[0] == words[1]


def test_a_time_may_follow_from_two_that_are_named() -> None:
    text = "How many people come in the third minute?"
    words = spelled(read_query(text, CLASSES, DURATION_S), see(text))
    assert "ordinal0*length0" in words and "ordinal0-1*length0" in words
    assert unspelled(words, see("How many dogs come in the second hour?")) == q.Count(
        q.Who("dog", (q.Comes(q.Between(q.At(3600.0), q.At(7200.0))),))
    )


def test_what_is_not_named_cannot_be_spelled() -> None:
    with pytest.raises(Unspellable):
        spelled(q.Count(q.Who("giraffe")), see("How many dogs?"))


@pytest.mark.parametrize("words", ["", "Count", "Count .who", ") )", "Count .who Who .term class7 ) )", "Nonsense )",
                                   "Count .who Who .term class0 ) ) )", "'left", "Count .what None )"])  # fmt: skip
def test_words_that_spell_nothing_are_no_query(words) -> None:
    assert unspelled(words.split(), see("How many dogs?")) is None
