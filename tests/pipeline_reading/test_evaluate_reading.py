"""Exams of understanding: programs that mean the same are the same, others are not; the exams can be read."""

import json
from importlib.resources import files

import pytest

from data.meaning import LAST, Event, Question
from pipeline.errors import InputError
from pipeline.evaluate_reading import main, read_exam, same_meaning

BUS_LEAVES = Event("bus", "leaves")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Question("count", x="car", stretch=(0, 60)), Question("count_between", x="car", stretch=(0.5, 60.4)), True),
        (Question("count", x="car", stretch=(0.0, 600.0)), Question("count", x="car"), True),
        (Question("count", x="car", stretch=(0.0, 60.0)), Question("count", x="car", stretch=(0.0, 90.0)), False),
        (Question("next_after", t_s=60.0), Question("first", stretch=(60.0, 600.0)), True),
        (Question("count_before", x="car", t_s=60.0), Question("count", x="car", stretch=(0.0, 60.0)), True),
        (Question("count_after", x="car", t_s=60.0), Question("count", x="car", stretch=(60.0, 600.0)), False),
        (Question("nth", nth=1), Question("first", x="thing"), True),
        (Question("nth", nth=2), Question("nth", nth=3), False),
        (Question("next_after", event=BUS_LEAVES), Question("next_after", event=Event("bus", "leaves", 1)), False),
        (
            Question("next_after", event=Event("bus", "appears")),
            Question("next_after", event=Event("bus", "appears", 1)),
            True,
        ),
        (Question("together", x="dog", y="cat"), Question("together", x="cat", y="dog"), True),
        (Question("together", x="dog", y="dog"), Question("at_least_at_once", x="dog", nth=2), True),
        (Question("compare", x="dog", y="cat"), Question("compare", x="cat", y="dog"), False),
        (Question("when_leaves", x="car", nth=1), Question("when_leaves", x="car"), False),
        (Question("when_leaves", x="car", nth=LAST), Question("when_leaves", x="car", nth=LAST), True),
        (Question("refuse_unknown", x="dragon"), Question("refuse_unknown"), True),
        (Question("refuse_unknown", x="dragon"), Question("refuse_cause"), False),
    ],
)
def test_same_meaning(a: Question, b: Question, same: bool) -> None:
    assert same_meaning(a, b, 600.0) is same
    assert same_meaning(b, a, 600.0) is same


@pytest.mark.parametrize("name", sorted(path.name for path in (files("data") / "wordings" / "exam").iterdir()))
def test_the_exams_can_be_read(name: str) -> None:
    questions = read_exam(files("data") / "wordings" / "exam" / name)
    is_short = name.endswith(("4.jsonl", "5.jsonl"))  # of some families only
    assert len(questions) >= (170 if is_short else 250) and len({one.text for one in questions}) == len(questions)
    families = [one.programs[0].family for one in questions]
    assert len(set(families)) >= (24 if is_short else 34)
    assert is_short or min(families.count(family) for family in set(families)) >= 3


def test_the_share_understood_is_printed_and_misread_ones_are_shown(tmp_path, capsys) -> None:
    exam = tmp_path / "exam.jsonl"
    lines = [
        {"question": "How many cars appear?", "family": "count", "x": "car"},
        {"question": "How many cars appear?", "family": "count", "x": "bus"},
    ]
    exam.write_text("\n".join(map(json.dumps, lines)))
    assert main([str(exam), "--misread"]) == 0
    out = capsys.readouterr().out
    assert "2 questions, 0.500 understood" in out and "meant      count x=bus" in out
    assert main([str(exam), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["understood"] == 0.5


@pytest.mark.parametrize("line", ['{"question": "?"}', '{"question": "?", "family": "guess"}', "x", "[]"])
def test_a_bad_line_is_named(tmp_path, line: str) -> None:
    exam = tmp_path / "exam.jsonl"
    exam.write_text('{"question": "Is there a car?", "family": "exists", "x": "car"}\n' + line)
    with pytest.raises(InputError, match="line 2"):
        read_exam(exam)
