"""Learning to write queries, from a small pool to a file that the answerer reads."""

from __future__ import annotations

import json
from dataclasses import asdict
from random import Random

import pytest

from data.query_pool import CLASSES, DURATION_S, USUAL, main, pair_of, read, read_pool, recombined, spread
from models.question_encoder import SentenceEncoder
from pipeline import train
from pipeline.errors import InputError
from pipeline.learn_queries import Pairs, batch_of
from pipeline.queries.learned import QUERIES, QueryWriter
from pipeline.ship import ship_queries

ASKED = (
    "How many people came in from the left?",
    "How many cars left before the first bus came?",
    "How long is it from the bus leaving until the car comes?",
    "Do the car and the bus move in opposite directions?",
)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    path = tmp_path_factory.mktemp("pool") / "pool.jsonl"
    pairs = [pair_of(one, read(one), "asked") for one in ASKED] + [pair_of("what a nice day", None, "reworded")]
    path.write_text("".join(json.dumps(asdict(pair)) + "\n" for pair in pairs))
    return path


def test_a_pool_is_read_as_it_was_written(pool) -> None:
    pairs = read_pool(pool)
    assert [pair.source for pair in pairs] == ["asked"] * 4 + ["reworded"] and pairs[-1].words == (USUAL,)
    assert pairs[0].words[0] == "Count" and pairs[0].text == "how many cats came in from the left?"


def test_parts_of_questions_are_put_into_others(monkeypatch) -> None:
    monkeypatch.setattr("data.query_pool.questions_asked", lambda: ASKED)
    assert {rule for rule, _, _ in spread(ASKED[1]).parts} >= {"who", "stretch", "vp"}
    source = recombined(Random(1))
    made = [next(source) for _ in range(12)]
    assert all(pair.source == "recombined" for pair in made)
    assert len({pair.words for pair in made}) > 3


def test_no_pool_is_one_sentence(tmp_path) -> None:
    with pytest.raises(InputError, match="no pool of questions"):
        Pairs.read([tmp_path / "none.jsonl"], tmp_path)
    with pytest.raises(InputError, match="needs --pool"):
        train.main(["--part", "queries", "--out", str(tmp_path / "run")])


def test_what_was_learned_is_written_by_the_shipped_file(pool, tmp_path) -> None:
    run, words = tmp_path / "run", ["--part", "queries", "--pool", str(pool), "--quiet", "--minutes", "2", "--fp32"]
    assert train.main([*words, "--out", str(run), "--samples", "150", "--batch", "20", "--lr", "1e-3"]) == 0
    assert json.loads((run / "state.json").read_text())["samples"] >= 150
    assert ship_queries(run, tmp_path / "out") > 1e6
    writer = QueryWriter.load(tmp_path / "out" / QUERIES, SentenceEncoder.bundled())
    assert writer.words == tuple(json.loads((run / "words.json").read_text()))
    written = writer(ASKED[0], CLASSES, DURATION_S)  # too little was learned for it to be right
    assert written is None or 0 <= written.sure <= 1


def test_there_may_be_no_file(tmp_path) -> None:
    assert QueryWriter.load(tmp_path / QUERIES, SentenceEncoder.bundled()) is None


def test_a_batch_ends_every_row(pool, tmp_path) -> None:
    pairs = Pairs.read([pool], tmp_path)
    every = [pair for ones in pairs.learnt.values() for pair in ones]
    batch = batch_of(every, {word: k for k, word in enumerate(pairs.words)}, SentenceEncoder.bundled())
    assert (batch.words_BT[:, 0] == 0).all() and (batch.words_BT[:, -1] == 1).all()
    assert batch.slots_BL[0].max() == 1 and batch.mask_BL.any(1).all()


def test_the_command_writes_a_pool(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("data.query_pool.questions_asked", lambda: ASKED)
    monkeypatch.setattr("data.query_pool.reworded", lambda: iter(()))
    assert main(["--n", "3", "--out", str(tmp_path / "pool.jsonl")]) == 0
    assert [pair.source for pair in read_pool(tmp_path / "pool.jsonl")] == ["asked"] * 4 + ["recombined"] * 3
