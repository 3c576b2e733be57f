"""Questions about some of a kind: who they are is asked for first."""

from __future__ import annotations

import pytest

from pipeline.asking.those_who import those_who


@pytest.mark.parametrize(
    ("text", "asks", "rest", "without"),
    [
        ("Of the people who were there at the very beginning, how many were still around at the end?",
         "how many people were there at the very beginning?", "how many people were still around at the end?", False),
        ("Counting only bicycles that weren't there at the beginning, how many per minute ride in?",
         "how many bicycles were there at the beginning?", "how many bicycles per minute ride in?", True),
        ("Ignoring everybody who was standing there from the first frame on, how many pedestrians came along later?",
         "how many people was there at the start?", "how many pedestrians came along later?", True),
        ("Which left first, looking at only the cars that came before 0:10?",
         "how many cars came before 0:10?", "Which cars left first?", False),
        ("How many people come in from the left and then leave on the right side?",
         "how many people come in from the left?", "How many people leave on the right side?", False),
        ("How many cars that came in on the left left at the bottom?",
         "how many cars came in on the left?", "How many cars leave at the bottom?", False),
        ("Which way does the person who comes in from the left leave?",
         "how many people come in from the left?", "Which way does the person leave?", False),
    ],
)  # fmt: skip
def test_who_is_meant(text, asks, rest, without) -> None:
    some = those_who(text)
    assert (some.asks, some.rest, some.without) == (asks, rest, without)


@pytest.mark.parametrize(
    "text",
    ["How many people are there?", "Of the cars, how many leave?", "How many people who were there left?",
     "Which dragons that were there at the start, how many left?"],
)  # fmt: skip
def test_what_is_about_all_of_a_kind(text) -> None:
    assert those_who(text) is None
