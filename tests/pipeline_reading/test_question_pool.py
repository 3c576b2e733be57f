"""Labels of questions by hand, features of pieces, and pools on disk."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import numpy as np
import pytest

from data.meaning import LAST, Event, Question, Truth
from data.question_parts import CHANGES, EVENT_PARTS, INTENTS, NTHS, ROLES, piece_features
from data.question_pool import UNSURE, Pool, intent_of, labels_of, read_text
from data.questions import AskedQuestion
from data.vocabulary import coco_names
from data.wordings import wordings
from pipeline.asking.mentions import find_mentions, with_stand_ins

COCO = coco_names()


def asked_of(text: str, question: Question, wording_id: str = "", family: str = "") -> AskedQuestion:
    family = family or question.family
    return AskedQuestion(text, question, Truth(None, [], [], "number"), family, wording_id or f"{family}/train/1")


def pieces(text: str) -> np.ndarray:
    """(L, 2) one piece per word or mark, between [CLS] and [SEP]."""
    return np.array([(0, 0), *(m.span() for m in re.finditer(r"\w+|[^\w\s]", text)), (0, 0)])


def labelled(asked: AskedQuestion, natural: tuple[int, ...] = (), class_names=COCO):
    """(labels, role names of the words that have one, those unsure)."""
    text, mentions = with_stand_ins(asked.text, find_mentions(asked.text, class_names, 300.0), natural)
    spans = pieces(text)
    labels = labels_of(asked, text, mentions, spans)
    assert labels.roles[0] == labels.roles[-1] == UNSURE
    words = [text[a:b] for a, b in spans.tolist()][1:-1]
    roles = [(word, ROLES[role]) for word, role in zip(words, labels.roles[1:-1], strict=True) if role > 0]
    unsure = [word for word, role in zip(words, labels.roles[1:-1], strict=True) if role == UNSURE]
    return labels, roles, unsure


def heads(intent: str, nth=None, part="none", change=None, event_nth=UNSURE, beyond=UNSURE) -> tuple[int, ...]:
    change = UNSURE if change is None else CHANGES.index(change)
    nth = UNSURE if nth == UNSURE else NTHS.index(nth)
    event_nth = UNSURE if event_nth == UNSURE else NTHS.index(event_nth)
    return INTENTS.index(intent), nth, EVENT_PARTS.index(part), change, event_nth, beyond


def test_one_thing() -> None:
    labels, roles, unsure = labelled(asked_of("How many lorries are there?", Question("count", x="truck")))
    assert labels.heads == heads("count") and roles == [("cats", "x")] and not unsure


def test_a_number_is_a_limit_or_what_is_asked_for() -> None:
    for family, split in (("at_least", "train"), ("at_most_at_once", "train"), ("when_at_least", "held_out")):
        said = {"N": 0, "M": 1}
        for line, wording in enumerate(wordings(family, split)[:60]):
            asked = asked_of("Cars?", Question(family, x="car", nth=3), f"{family}/{split}/{line}")
            slots = set(wording.slots & set(said))
            assert labelled(asked)[0].heads[-1] == (said[slots.pop()] if len(slots) == 1 else UNSURE)
    exact = asked_of("Exactly three cars?", Question("exactly", x="car", nth=3))
    assert labelled(exact)[0].heads[-1] == UNSURE


def test_thing_and_event() -> None:
    question = Question("count_after", x="car", event=Event("bus", "leaves", 2))
    labels, roles, _ = labelled(asked_of("How many cars after the second bus leaves?", question))
    assert labels.heads == heads("count_after", None, "event", "leaves", 2)
    assert roles == [("cats", "x"), ("dog", "event")]


def test_limits_and_ordinals() -> None:
    question = Question("when_appears", x="car", nth=LAST, before=Event("dog", "appears"))
    labels, roles, _ = labelled(asked_of("When does the last car come before the dog?", question))
    assert labels.heads == heads("when_appears", LAST, "before", "appears", None)
    assert roles == [("cat", "x"), ("dog", "event")]


def test_a_count_in_a_stretch_is_a_count() -> None:
    question = Question("count_between", x="car", stretch=(0, 60))
    assert labelled(asked_of("Cars in the first minute?", question))[0].heads == heads("count")


def test_two_things_the_first_of_which_is_x() -> None:
    question = Question("together", x="dog", y="car")
    _, roles, _ = labelled(asked_of("Is a car seen with a dog?", question))
    assert roles == [("cat", "x"), ("dog", "y")]
    _, roles, _ = labelled(asked_of("Are there more cars than dogs?", Question("compare", x="dog", y="car")))
    assert roles == [("cats", "y"), ("dogs", "x")]  # here the order means something


def test_one_thing_named_twice() -> None:
    question = Question("count_after", x="car", event=Event("car", "appears", 1))
    _, roles, unsure = labelled(asked_of("How many cars after the first car?", question))
    assert roles == [] and unsure == ["cats", "cat"]
    _, roles, unsure = labelled(asked_of("How many follow the first car?", question))
    assert roles == [] and unsure == ["cat"]
    _, roles, unsure = labelled(asked_of("Cars: how many cars?", Question("count", x="car")))
    assert roles == [("cats", "x"), ("cats", "x")] and not unsure


def test_an_unrecognised_thing_keeps_its_role() -> None:
    _, roles, _ = labelled(asked_of("How many traffic lights?", Question("count", x="traffic light")), natural=(0,))
    assert roles == [("traffic", "x"), ("lights", "x")]


def test_an_unrecognised_thing_is_a_whole_word() -> None:
    question = Question("next_after", event=Event("hat", "appears"))
    _, roles, _ = labelled(asked_of("What comes after the hat?", question), natural=(0,), class_names=("hat", "car"))
    assert roles == [("hat", "event")]


def test_refusals() -> None:
    cause = asked_of("Why did the car stop?", Question("refuse_cause", x="car"))
    labels, roles, unsure = labelled(cause)
    assert labels.heads == heads("refuse_cause") and not roles and len(unsure) == 6
    unknown = asked_of("How many wumpuses?", Question("refuse_unknown", x="wumpus"), "count_between/train/3")
    assert intent_of(unknown) == "count"
    labels, roles, _ = labelled(unknown)
    assert labels.heads == heads("count", UNSURE)
    assert not roles or roles == [("wumpuses", "x")]


def test_what_is_not_in_the_text_is_not_learned() -> None:
    _, roles, unsure = labelled(asked_of("How many of them?", Question("count", x="car")))
    assert not roles and unsure == ["How", "many", "of", "them", "?"]


def test_features_of_pieces() -> None:
    text = "the hot dog or a wumpus hat at 1:05, in the first minute"
    found = piece_features(find_mentions(text, COCO, 300.0), pieces(text))
    words = ["", *(m.group() for m in re.finditer(r"\w+|[^\w\s]", text)), ""]
    marked = {feature: [w for w, on in zip(words, found[:, k], strict=True) if on] for k, feature in
              enumerate(("known", "unknown", "moment", "stretch", "begins"))}  # fmt: skip
    assert marked["known"] == ["hot", "dog"] and marked["unknown"] == ["hat"]
    assert marked["moment"][-3:] == ["1", ":", "05"] and marked["stretch"][-2:] == ["first", "minute"]
    assert marked["begins"][:2] == ["hot", "hat"] and len(marked["begins"]) == 4


def test_now_and_then_a_thing_goes_unrecognised() -> None:
    asked, rng = asked_of("Do cars follow buses?", Question("order", x="car", y="bus")), Random(0)
    read = [read_text(asked, COCO, 300.0, rng) for _ in range(600)]
    natural = [(text, mentions) for text, mentions in read if len(mentions.terms) == 1]
    assert 30 < len(natural) < 95
    assert {text for text, _ in natural} == {"Do cars follow dogs?", "Do cats follow buses?"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two finished parts and one that was interrupted; question n of a part has n + 3 pieces and says so everywhere."""
    for number, size in enumerate((5, 9, 4)):
        path = tmp_path / f"part-{number:04d}"
        path.mkdir()
        lengths = np.arange(size) + 3
        label = np.repeat(np.arange(size), lengths)
        states = np.repeat(label[:, None].astype(np.float32), 4, 1).view(np.uint32) >> 16
        np.save(path / "states.npy", states.astype(np.uint16))
        np.save(path / "offsets.npy", np.concatenate(([0], lengths.cumsum())))
        np.save(path / "features.npy", np.ones((len(label), 5), np.uint8))
        np.save(path / "roles.npy", (label % 3).astype(np.int8))
        np.save(path / "heads.npy", np.repeat(np.arange(size)[:, None], 5, 1).astype(np.int16))
        if number < 2:
            (path / "done").write_text(json.dumps({}))
    return tmp_path


def test_a_pool_gives_every_question_whole(folder) -> None:
    pool = Pool(folder)
    assert len(pool) == 14
    seen = []
    for batch in pool.all(size=4):
        for row, number in enumerate(batch["heads"][:, 0].tolist()):
            mask = batch["mask"][row]
            assert mask.sum() == number + 3 and mask[: number + 3].all()
            assert (batch["states"][row][mask].float() == number).all()
            assert (batch["roles"][row][mask] == number % 3).all() and (batch["roles"][row][~mask] == UNSURE).all()
            seen.append(number)
    assert sorted(seen) == sorted([*range(5), *range(9)])
    random = pool.batches(4, np.random.default_rng(0))
    sizes = {len(next(random)["heads"]) for _ in range(20)}
    assert sizes <= {1, 4}
    with pytest.raises(FileNotFoundError, match="no finished part"):
        Pool(folder / "part-0002")
