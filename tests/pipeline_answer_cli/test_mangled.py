"""Whatever is typed gets an answer or one clear sentence: exam questions with words lost, swapped, run together, asked
as one long conversation."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import InputError
from tests.pipeline_answer_cli.test_follow_words import clip, qa

__all__ = ["clip", "qa"]
EXAM = Path(__file__).resolve().parents[2] / "data" / "wordings" / "exam"
GOES_ON = (
    "are you sure?", "which one?", "list them", "and the second time?", "how many of them left?", "no, the other one",
    "show me", "and after that?", "what about bicycles?", "on average?", "and before 0:05?", "where was it?",
    "how long?", "compared to the left half?", "and then?", "none of them?", "why?", "together?", "more than 3?",
    "in the first half?",
)  # fmt: skip
ASKED = 150


def mangled(questions: list[str], rng: Random) -> str:
    """One of the questions, whole or damaged, or something that goes on from the one before."""
    words, how = rng.choice(questions).split(), rng.random()
    if how < 0.3:
        return rng.choice(GOES_ON)
    if how < 0.5:
        return " ".join(words)
    if how < 0.7:
        return " ".join(word for word in words if rng.random() < 0.8)
    if how < 0.9:
        other = rng.choice(questions).split()
        return " ".join((*words[: rng.randint(1, len(words))], *other[rng.randrange(len(other)) :]))
    return " ".join(rng.sample(words, len(words)))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_is_typed_breaks_a_conversation(qa, seed) -> None:
    rows = [json.loads(line) for name in ("dev", "dev3", "dev5") for line in (EXAM / f"{name}.jsonl").open()]
    questions, rng = [row["question"] for row in rows if row["question"].split()], Random(seed)
    for _ in range(ASKED):
        asked = mangled(questions, rng)
        try:
            answer = qa.ask(asked)
        except InputError as error:
            assert not asked.strip() and str(error), asked
        else:
            assert answer.text and str(answer) and 0.0 <= answer.confidence <= 1.0, asked
