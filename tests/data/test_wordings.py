"""Every family has enough wordings of both splits, with the right slots, and none twice."""

from __future__ import annotations

import difflib
import re
from random import Random

import pytest

from data.meaning import FAMILIES, REFUSALS
from data.meaning.question import NUMBERED, RULED
from data.time_reading import AT_AN_EDGE
from data.times import find_times
from data.vocabulary import coco_names, noun, with_article
from data.wordings import phrases, wordings

REVERSED = ("order_reversed", "order_leaves_reversed")
UNWRITTEN = RULED | {"refuse_unknown"}
FILES = (*(f for f in (*FAMILIES, *REFUSALS) if f not in UNWRITTEN), *REVERSED, "list_between")
SLOTS = {"X", "x", "a x", "Y", "y", "a y", "T", "T0", "T1", "nth", "E", "E_np", "N", "M", "U", "D"}
NEEDS = {
    "count_between": {"T0", "T1"}, "list_between": {"T0", "T1"}, "count_at": {"T"}, "nth": {"nth"},
}  # fmt: skip
TWO = ("compare", "order", "order_leaves", *REVERSED, "together", "share_of")
EVENTS = ("count_before", "count_after", "next_after", "previous_before")
NO_THING = (
    *("first", "last", "nth", "list", "list_between", "longest", "shortest", "describe", *EVENTS[2:]),
    *("first_leaves", "last_leaves"),
)


def plain(line: str) -> str:
    return re.sub(r"[^a-z{} _0-9]+", " ", line.lower()).strip() or line


@pytest.mark.parametrize("family", FILES)
def test_counts_and_share(family: str) -> None:
    train, held_out = wordings(family, "train"), wordings(family, "held_out")
    assert len(train) >= 60
    assert len(held_out) >= 12


@pytest.mark.parametrize("family", FILES)
def test_slots(family: str) -> None:
    for split in ("train", "held_out"):
        for line in wordings(family, split):
            assert line.slots <= SLOTS, line
            assert line.text.count("{") == line.text.count("}") == len(re.findall(r"\{[^{}]+\}", line.text)), line
            assert NEEDS.get(family, set()) <= line.slots, line
            assert ("T0" in line.slots) == ("T1" in line.slots), line
            if family in TWO:
                assert line.slots & {"X", "x", "a x"} and line.slots & {"Y", "y", "a y"}, line
            elif family in FAMILIES and family not in NO_THING:
                assert line.slots & {"X", "x", "a x"}, line
            elif family in FAMILIES:
                assert not line.slots & {"X", "x", "a x", "Y", "y", "a y"}, line
            assert len(line.slots & {"N", "M"}) == (family in NUMBERED), line
            if family in EVENTS:
                assert len(line.slots & {"E", "E_np", "T"}) == 1, line
            assert "mark point" not in line.text and "{T} point" not in line.text


def test_no_line_twice_and_held_out_lines_are_new() -> None:
    for family in FILES:
        train = [plain(line.text) for line in wordings(family, "train")]
        held_out = [plain(line.text) for line in wordings(family, "held_out")]
        assert len(set(train + held_out)) == len(train) + len(held_out), family
        for line in held_out:
            assert not any(
                matcher.real_quick_ratio() > 0.9 and matcher.quick_ratio() > 0.9 and matcher.ratio() > 0.9
                for matcher in (difflib.SequenceMatcher(None, line, other) for other in train)
            ), line


def test_wordings_hold_no_times_of_their_own() -> None:
    """Filled with names only, no line that lacks a time slot says a time."""
    rng = Random(0)
    for family in FILES:
        for split in ("train", "held_out"):
            for line in wordings(family, split):
                if line.slots & {"T", "T0", "E", "E_np", "U", "D"} or family in REFUSALS:
                    continue
                words = noun(rng.choice(coco_names()))
                values = {"X": words.plural, "x": words.singular, "a x": with_article(words.singular), "nth": "second"}
                values |= {"N": "3", "M": "two"}
                values |= {key.replace("x", "y").replace("X", "Y"): value for key, value in values.items()}
                text = re.sub(r"\{([^}]+)\}", lambda m, values=values: values[m[1]], line.text)
                times = [time for time in find_times(text, 1000.0) if not AT_AN_EDGE.match(text, time[0])]
                assert times == [], line


@pytest.mark.parametrize("name", ["event", "event_np"])
@pytest.mark.parametrize("split", ["train", "held_out"])
def test_events_say_their_ordinal(name, split) -> None:
    found = phrases(name, split)
    for what, lines in found.items():
        change, which = what.split()
        assert change in ("appears", "leaves") and which in ("first", "last", "nth", "the")
        for line in lines:
            assert ("{nth}" in line) == (which == "nth"), line
            assert ("{x}" in line) != ("{a x}" in line), line
    assert {"appears first", "appears nth", "leaves last", "leaves nth"} <= set(found)


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_a_while_names_its_thing_once(split) -> None:
    lines = phrases("while", split)["while"]
    assert len(lines) >= 25
    for line in lines:
        assert ("{a x}" in line) or "{x}" in line, line


def test_stretches() -> None:
    train, held_out = phrases("stretch", "train"), phrases("stretch", "held_out")
    every = [line for lines in train.values() for line in lines]
    new = [line for lines in held_out.values() for line in lines]
    assert len(every) >= 100 and len(new) >= 30
    assert not {plain(line) for line in every} & {plain(line) for line in new}
