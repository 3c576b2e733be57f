"""Claims that begin with an article, polite questions, and a choice of two halves."""

from __future__ import annotations

import pytest

from pipeline.asking.plain_moments import typed_out
from pipeline.comparing.claims import checked, claim_of
from pipeline.telling.answers_text import side_of_middle


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The witness states that a car came first. Is that true?", "a car came first"),
        ("If I am not mistaken, both carts moved down; would you be so kind as to confirm this?",
         "both carts moved down"),
        ("A witness swears the bike was gone when the truck rolled in. Does his story hold?",
         "the bike was gone when the truck rolled in"),
        ("It is to verify: all the trains go right.", "all the trains go right"),
        ("Can I write in my report that no car came?", "no car came"),
        ("The cart appears before the bus, doesn't it?", "The cart appears before the bus"),
        ("I say that after 0:18 more bicycles than cars came by. True?",
         "after 0:18 more bicycles than cars came by"),
    ],
)  # fmt: skip
def test_what_is_claimed(text, claim):
    assert claim_of(text) == claim
    assert checked(claim) == f"Is it true that {claim[0].lower()}{claim[1:]}?"


@pytest.mark.parametrize(
    ("polite", "plain"),
    [
        ("I should be most grateful if you could tell me how many cars came.", "how many cars came."),
        ("Would you please establish whether the car came?", "Is it true that the car came?"),
        ("Could you see a dog?", "Could you see a dog?"),
        ("Please state when the bus came.", "when the bus came."),
        ("How many left by the eighth second?", "How many left by 8 seconds?"),
        ("Who is there before second seven?", "Who is there before 7 seconds?"),
    ],
)
def test_a_polite_question_is_the_question(polite, plain):
    assert typed_out(polite) == plain


def test_a_half_where_a_half_is_asked_for():
    assert side_of_middle("Is the cup on the left or the right half?", 0.64) == "right"
    assert side_of_middle("Is the cup left, right or in the middle?", 0.64) is None
    assert side_of_middle("Where is the cup?", 0.64) is None
