"""Figures with known answers, and the report in its three forms."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.report import main
from pipeline.scoring.blind_guess import blind_right
from pipeline.scoring.metrics import (
    calibration_error,
    clip_interval,
    compare_paired,
    count_errors,
    risk_coverage,
    swap_test,
)
from pipeline.scoring.report_figures import time_error


def test_intervals_are_by_clip():
    right = [True] * 50 + [False] * 50
    low, high = clip_interval(right, [str(k) for k in range(100)])
    assert 0.38 < low < 0.45 and 0.55 < high < 0.62
    low, high = clip_interval(right, ["a"] * 50 + ["b"] * 50)  # two clips: it may be all or nothing
    assert (low, high) == (0.0, 1.0)
    assert np.isnan(clip_interval(right, ["a"] * 100)).all()


def test_calibration_and_risk():
    confidence = np.repeat([0.2, 0.8], 500)
    right = np.r_[np.arange(500) % 5 == 0, np.arange(500) % 5 != 0]
    assert calibration_error(confidence, right) < 0.01
    assert calibration_error(confidence, ~right) == pytest.approx(0.6, abs=0.01)
    coverage, kept = risk_coverage(confidence, right)
    assert kept[499] == pytest.approx(0.8) and kept[-1] == pytest.approx(0.5) and coverage[-1] == 1.0
    one, other = risk_coverage([0.5] * 4, [1, 1, 0, 0])[1], risk_coverage([0.5] * 4, [0, 0, 1, 1])[1]
    assert (one == other).all()  # equal confidences have no order


def test_paired_tests_are_exact():
    paired = compare_paired([True] * 8 + [False] * 2, [False] * 8 + [True] * 2, [str(k) for k in range(10)])
    assert (paired.only_first, paired.only_second) == (8, 2) and paired.difference == pytest.approx(0.6)
    assert paired.mcnemar == pytest.approx(2 * (1 + 10 + 45) / 1024) == paired.by_clip
    alike = compare_paired([True] * 8, [False] * 8, ["one clip"] * 8)
    assert alike.mcnemar < 0.01 and alike.by_clip == 1.0  # one clip tells nothing about others
    assert compare_paired([True], [True], ["a"]).mcnemar == 1.0
    assert swap_test([1.0] * 40, [str(k) for k in range(40)]) < 0.001


def test_counts_and_times():
    assert count_errors([1, 2, 5], [1, 3, 3]) == {"mae": 1.0, "rmse": pytest.approx(1.29, abs=0.01),
                                                  "off_by_one": pytest.approx(2 / 3)}  # fmt: skip
    truth = {"value": 3.0, "acceptable": [[3.0, 5.0], 9.0, "never"]}
    assert [time_error({"value": v, "truth": truth}) for v in (4, 1, 8, "never")] == [0.0, 2.0, 1.0, None]


def _result(k: int, **more) -> dict:
    kind, value = more.pop("kind", "number"), more.pop("value", 2)
    truth = {"value": more.pop("true", 2), "acceptable": None, "evidence": None, "any_sighting": False}
    return {
        "key": f"k{k}", "id": f"q{k}", "set": "s", "video": f"v{k % 4}", "question": "How many cars?", "family": kind,
        "kind": kind, "value": value, "truth": truth, "right": value == truth["value"], "confidence": 0.5 + k % 5 / 10,
        "refused": False, "iou": 0.5, "evidence": [], "step_s": 0.2, "video_s": 30.0 * (1 + k % 4), "index_s": 1.0,
        "memory_s": 0.5, "answer_s": 0.01, "baselines": {"raw": {"right": k % 2 == 0}, "symbolic": {"right": True}},
        **more,
    }  # fmt: skip


def test_the_blind_guesser_learns_from_other_videos_only():
    always_two = [_result(k) for k in range(8)]
    assert blind_right(always_two) == [True] * 8
    own_answer = [_result(k, true=k % 4, value=k % 4) for k in range(8)]
    assert blind_right(own_answer) == [False] * 8  # each answer is found in its own video only
    letters = [_result(k, kind="choice", true=1, value=None, options=["a", "b"], right=True) for k in range(4)]
    assert blind_right(letters) == [True] * 4
    times = [_result(k, kind="time", true=30.0 * (1 + k % 4), value=0.0) for k in range(8)]
    assert blind_right(times) == [True] * 8  # the end of the clip
    assert blind_right([_result(0, right=None)]) == [None]


def _write(path: Path, results: list[dict]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in results))
    return path


@pytest.fixture
def results(tmp_path) -> Path:
    ones = [_result(k, value=2 + (k % 3 == 0)) for k in range(24)]
    ones += [_result(24, kind="time", value=3.5, true=3.0, right=True)]
    ones += [_result(25, kind="refusal", value=None, true="refused", refused=True, right=True)]
    ones += [_result(26, kind="choice", value=2, true=1, options=["a", "b"], how="guess", chosen=0, right=False)]
    ones += [_result(27, kind="open", value="x", right=None)]
    ones += [{"key": "k28", "id": "q28", "video": "<b>|v9", "error": "it is broken"}]
    return _write(tmp_path / "a.jsonl", ones)


def test_a_report_in_three_forms(results, tmp_path, capsys):
    files = [tmp_path / name for name in ("r.md", "r.html", "r.json")]
    arguments = [x for pair in zip(("--markdown", "--html", "--json"), map(str, files), strict=True) for x in pair]
    assert main([str(results), *arguments]) == 0
    said = capsys.readouterr().out
    for title in ("In all", "Beside the baselines", "Families", "Lengths", "Counts and times", "Evidence", "Confidence",
                  "Multiple choice", "Speed", "Failed videos"):  # fmt: skip
        assert title.upper() in said
        assert f"## {title}" in files[0].read_text() and f"<h2>{title}</h2>" in files[1].read_text()
    figures = {row["measure"]: row["value"] for row in json.loads(files[2].read_text())["In all"]}
    assert (figures["questions"], figures["failed"], figures["not scored here"]) == (29, 1, 1)
    assert figures["accuracy"] == pytest.approx(18 / 27)
    page = files[1].read_text()
    assert page.count("<svg") == 4 and "<b>|v9" not in page and "&lt;b&gt;" in page and "http-equiv" not in page
    assert "&lt;b>\\|v9" in files[0].read_text()


def test_two_results_are_compared_by_question(results, tmp_path, capsys):
    other = _write(tmp_path / "b.jsonl", [_result(k, value=2) for k in range(20)])
    main([str(results), "--against", str(other)])
    said = capsys.readouterr().out
    assert "COMPARED, QUESTION BY QUESTION" in said and "this: a.jsonl; other: b.jsonl" in said
    row = next(line for line in said.splitlines() if line.startswith("all "))
    assert row.split()[1:8] == ["20", "0.650", "1.000", "-0.350", row.split()[5], row.split()[6], "0"]
    nothing = _write(tmp_path / "c.jsonl", [_result(99)])
    with pytest.raises(InputError, match="no question in common"):
        main([str(results), "--against", str(nothing)])


def test_a_set_without_any_answer_and_no_file(tmp_path, capsys):
    only_failures = _write(tmp_path / "f.jsonl", [{"key": "a", "id": "1", "video": "v", "error": "broken"}])
    assert main([str(only_failures), "--html", str(tmp_path / "f.html")]) == 0
    assert "broken" in capsys.readouterr().out
    with pytest.raises(InputError, match="holds no results"):
        main([str(_write(tmp_path / "e.jsonl", []))])
    with pytest.raises(InputError, match="cannot read"):
        main([str(tmp_path / "none.jsonl")])
    twice = _write(tmp_path / "t.jsonl", [_result(1), {**_result(1), "key": "other"}])
    with pytest.raises(InputError, match="answered twice"):
        main([str(twice)])


def test_shards_are_reported_together(tmp_path, capsys):
    one = _write(tmp_path / "1.jsonl", [_result(k) for k in range(4)])
    two = _write(tmp_path / "2.jsonl", [_result(k) for k in range(4, 8)])
    main([str(one), str(two)])
    assert "questions 8 videos 4" in " ".join(capsys.readouterr().out.split())
