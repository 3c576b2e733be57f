"""What the page is made of: times as buttons, suggestions, the plot, texts, arguments."""

from __future__ import annotations

import json
import re
import string
import time
from html import escape
from types import SimpleNamespace

import numpy as np
import pytest

from data.meaning import NEVER, NONE, ClipView, Question, run
from demo.app import check_arguments, default_detectors, exposed, parse_arguments
from demo.events import settings
from demo.html_parts import chips_html, time_button, turn_html
from demo.page import called
from demo.texts import TEXTS, language_of, words
from demo.wording import error_of, warning_of
from pipeline.answers import Answer, Evidence
from pipeline.errors import InputError
from pipeline.seek_times import split_times
from pipeline.talking.session import Talk, Turn
from pipeline.talking.suggest import suggest_next, suggest_questions
from pipeline.telling.timeline_plot import MOST_KINDS, count_curve, is_detailed, timeline_figure

BUS = Evidence(3, "bus", 12.4, 30.2, 20.0, (0.5, 0.5, 0.2, 0.2))


def clip(objects: list[tuple[int, float, float]], duration_s: float, names=("person", "bus", "dog")) -> ClipView:
    """objects: (class, from, to), each in sight all the time."""
    objects = sorted(objects, key=lambda o: o[1])
    number = len(objects)
    a, b = (np.array([o[i] for o in objects], float) for i in (1, 2))
    return ClipView(
        class_names=names,
        duration_s=duration_s,
        step_s=0.2,
        aspect=0.5,
        edge_s=np.linspace(0, duration_s, 101),
        track_id=np.arange(number),
        class_id=np.array([o[0] for o in objects], int),
        start_s=a,
        end_s=b,
        seen_s=b - a,
        run_track=np.arange(number),
        run_a=a,
        run_b=b,
        row_frame=np.zeros(number, int),
        boxes_xywhn=np.full((number, 4), 0.5),
        row_ptr=np.arange(number + 1),
    )


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Three buses appear, the first at 0:12.", [("0:12", 12.4)]),  # the evidence knows it better
        ("0:00: a bus in view. 0:00–0:15: 3 people appear.", [("0:00", 0.0), ("0:00", 0.0), ("0:15", 15.0)]),
        ("After 1:24.8, one person is visible.", [("1:24.8", 84.8)]),
        ("It leaves at 1:02:05.", [("1:02:05", 3725.0)]),
        ("The ratio is 16:9 and the score 3:1.", []),
    ],
)
def test_every_time_in_a_sentence_is_found(text, times):
    pieces = list(split_times(text, Answer("?", text, "number", 3, 0.9, evidence=(BUS,))))
    assert "".join(words for words, _ in pieces) == text
    assert [(words, t_s) for words, t_s in pieces if t_s is not None] == times


def test_an_answer_is_escaped_whatever_it_holds():
    evil = "<img src=x onerror=alert(1)> at 0:12"
    answer = Answer(evil, evil, "number", 1, 0.9, evidence=(BUS,), warnings=("<b>",))
    html = turn_html(Talk("a<b", "sample"), 0, Turn(evil, answer), words("en"))
    assert "<img src=x" not in html and "<b>" not in html and 'data-t="12.400"' in html
    chips = chips_html([('"><script>', "<i>")], "Try")
    assert "&quot;&gt;" in chips and "<script>" not in chips and "<i>" not in chips
    assert 'title="go to 0:12"' in time_button(12.0, "0:12", words("en"))


def test_suggestions_are_only_about_what_is_there():
    view = clip([(0, 0, 9), (0, 3, 20), (0, 4, 15), (2, 5, 9)], 60.0)
    questions = [one.text for one in suggest_questions(view)]
    assert "How many people appear?" in questions and "When does the dog appear?" in questions
    assert not any("bus" in question for question in questions) and len(set(questions)) == len(questions)
    assert [one.text for one in suggest_questions(clip([], 60.0))] == ["What happens in this video?"]
    assert all(run(one.meaning, view).value not in (NEVER, NONE, 0, []) for one in suggest_questions(view))


def test_follow_ups_fit_the_answer():
    count = Answer("?", "", "number", 1, 0.9, evidence=(BUS,), understood=Question("count", x="bus"))
    assert "When did it appear?" in suggest_next(count)
    assert suggest_next(Answer("?", "", "refusal", None, 0.9, True)) == []
    assert suggest_next(Answer("?", "", "number", 0, 0.9, understood=Question("count", x="bus"))) == []


def test_the_plot_stays_quick_for_ten_hours_and_five_thousand_objects():
    rng = np.random.default_rng(0)
    begin = rng.uniform(0, 35_000, 5000)
    view = clip([(int(k % 3), a, a + 30) for k, a in enumerate(begin)], 36_000.0)
    evidence = [Evidence(k, "bus", float(a), float(a) + 30, float(a), (0.5,) * 4) for k, a in enumerate(begin[:2000])]
    began = time.perf_counter()
    text = json.dumps(timeline_figure(view, evidence))
    assert time.perf_counter() - began < 2.0  # 0.1 s on an idle machine
    assert len(text) < 600_000 and not is_detailed(view, None)
    near = timeline_figure(view, (), (1000.0, 2000.0))
    inside = int(((view.end_s >= 1000) & (view.start_s <= 2000)).sum())
    assert is_detailed(view, (1000.0, 2000.0))
    assert sum(len(trace["x"]) for trace in near["data"] if trace["type"] == "bar") == 2 * inside  # from-to, and seen
    assert near["layout"]["xaxis"]["range"] == [1000.0, 2000.0]


def test_the_curve_counts_what_is_in_sight():
    view = clip([(0, 0, 10), (0, 5, 8), (1, 2, 4)], 10.0)
    edges, counts = count_curve(view, np.flatnonzero(view.class_id == 0), 0, 10, 10)
    assert counts.tolist() == [1, 1, 1, 1, 1, 2, 2, 2, 1, 1] and edges[5] == 5


def test_the_evidence_is_marked_and_every_bar_knows_its_moment():
    view = clip([(1, 12.4, 30.2), (0, 1, 5)], 60.0)
    proof = [Evidence(1, "bus", 12.4, 30.2, 20, (0.5,) * 4)]
    bars = [trace for trace in timeline_figure(view, proof)["data"] if trace["type"] == "bar"]
    assert [bar["customdata"] for bar in bars if bar.get("name") == "evidence"] == [[12.4]]
    assert all(len(bar["customdata"]) == len(bar["x"]) for bar in bars)
    assert not timeline_figure(None)["data"] and not timeline_figure(clip([], 0.0))["data"]


def test_kinds_without_a_row_are_counted_in_the_plot():
    names = tuple(f"kind {k}" for k in range(30))

    def rows(kinds: int) -> list[str]:
        view = clip([(k, 0, 5) for k in range(kinds)], 60.0, names)
        return timeline_figure(view, more="and {n} more")["layout"]["yaxis"]["ticktext"]

    assert len(rows(MOST_KINDS)) == MOST_KINDS and len(rows(MOST_KINDS + 1)) == MOST_KINDS + 1
    assert rows(MOST_KINDS + 5)[-1] == "and 5 more" and len(rows(MOST_KINDS + 5)) == MOST_KINDS + 1


def test_the_clips_doubts_stand_under_the_player_and_not_under_every_answer():
    doubt, own = "the file is damaged after 3 s; the rest is missing", "'it' is read as 'the bus'"
    talk = Talk("a.mp4", "upload")
    talk._qa = SimpleNamespace(warnings=(doubt,), index=None)
    turn = Turn("?", Answer("?", "Two.", "text", None, 0.3, warnings=(own, "this is a guess (30% sure)", doubt)))
    html = turn_html(talk, 0, turn, words("en"))
    assert html.count("Note: ") == 1 and escape(own) in html
    assert warning_of(doubt, words("en")) == "The file is damaged after 3 s; the rest is missing."
    assert "3초" in warning_of(doubt, words("ko"))


def test_a_files_name_is_written_as_it_is():
    assert error_of(InputError("holiday.MP4 is empty; choose another"), words("en")).startswith("holiday.MP4 is")
    assert error_of(InputError("my walk.mp4 is text"), words("en")) == "my walk.mp4 is text."
    assert error_of(InputError("give the path"), words("en")) == "Give the path."


def test_nobody_is_told_where_detectors_are_kept():
    assert called(["bundled", "/far/a/yolo.pt"]) == {"bundled": "bundled", "yolo.pt": "/far/a/yolo.pt"}
    assert len(called(["/a/yolo.pt", "/b/yolo.pt"])) == 2
    offered = called(["/far/a/yolo.pt", "bundled"])
    assert settings(offered, "", 5, "cpu").detector == settings(offered, "/far/a/yolo.pt", 5, "cpu").detector
    assert settings(offered, "yolo.pt", 5, "cpu").detector == "/far/a/yolo.pt"
    with pytest.raises(InputError, match=r"'other.pt'; known are yolo\.pt, bundled$"):
        settings(offered, "other.pt", 5, "cpu")


@pytest.mark.parametrize(("here", "first"), [(True, "yolo26n.pt"), (False, "bundled")])
def test_the_first_detector_needs_no_network(here, first, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path))
    if here:
        (tmp_path / "detectors").mkdir()
        (tmp_path / "detectors" / "yolo26n.pt").touch()
    assert default_detectors()[0] == first and {"bundled", "yolo26n.pt"} < set(default_detectors())


def test_the_plot_is_what_plotly_draws():
    graph_objects = pytest.importorskip("plotly.graph_objects")
    view = clip([(1, 12.4, 30.2), (0, 1, 5), (0, 2, 9)], 60.0)
    proof = [Evidence(1, "bus", 12.4, 30.2, 20, (0.5,) * 4)]
    graph_objects.Figure(timeline_figure(view, proof), skip_invalid=False)  # raises for what plotly does not know
    names = timeline_figure(view, named=lambda name: f"<{name}>")["layout"]["yaxis"]["ticktext"]
    assert names == ["‹person› 2", "‹bus› 1"]


def test_both_languages_have_every_text_with_the_same_gaps():
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert TEXTS["en"].keys() == TEXTS["ko"].keys()
    assert all(gaps(TEXTS["en"][key]) == gaps(TEXTS["ko"][key]) for key in TEXTS["en"])
    assert all(re.search("[가-힣]", text) for key, text in TEXTS["ko"].items() if key not in ("until",))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("de,ko;q=0.2,en;q=0.7", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
        ("x;q=y,ko", "ko"),
    ],
)
def test_the_browsers_language_is_taken(header, language):
    assert language_of(header) == language


def test_who_can_reach_it_is_said(tmp_path):
    assert exposed(parse_arguments([])) == []
    open_to_all = " ".join(exposed(parse_arguments(["--host", "0.0.0.0", "--root", str(tmp_path)])))
    assert "WITHOUT a password" in open_to_all and str(tmp_path) in open_to_all and "not encrypted" in open_to_all
    assert "public address" in exposed(parse_arguments(["--share", "--auth", "a:b"]))[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--root", "/nowhere/at/all"], "no folder"),
        (["--auth", "ann"], "USER:PASSWORD"),
        (["--jobs", "0"], "above 0"),
        (["--max-upload", "-1"], "above 0"),
        (["--weights", "/nowhere"], "no model"),
    ],
)
def test_arguments_that_make_no_sense(given, words):
    with pytest.raises(InputError, match=words):
        check_arguments(parse_arguments(given))


def test_mcp_without_its_packages_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"longtake\[mcp\]"):
        check_arguments(parse_arguments(["--mcp"]))
