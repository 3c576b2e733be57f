"""An index against the truth of its clip: what is right is called right, and every kind of mistake is named."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline import build_index, check_index
from pipeline.check_index import Least
from pipeline.errors import InputError
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import ObjectIndex
from tests.blob_world import BlobDetector, write_blob_video

FPS, SIZE = 10, (640, 384)


def clip(tmp_path, tracks: dict[tuple[str, str], list[tuple[int, int, int]]], name: str = "t.csv") -> ObjectIndex:
    """tracks: (id, class) → stretches (first frame, last frame, left edge in pixels); boxes of 60×80 pixels."""
    lines = ["frame,id,class,x,y,w,h"]
    for (number, class_name), stretches in tracks.items():
        for first, last, x in stretches:
            lines += [f"{k},{number},{class_name},{x},100,60,80" for k in range(first, last + 1)]
    (tmp_path / name).write_text("\n".join(lines) + "\n")
    return read_given_tracks(tmp_path / name, fps=FPS, size=SIZE, duration_s=20)


TRUE = {("a", "person"): [(10, 60, 50)], ("b", "car"): [(30, 120, 400)], ("c", "person"): [(100, 150, 200)]}


@pytest.fixture
def truth(tmp_path) -> ObjectIndex:
    return clip(tmp_path, TRUE)


def checked(truth: ObjectIndex, made: ObjectIndex) -> check_index.ClipCheck:
    return check_index.check_index(truth, made, "clip")


def test_a_perfect_index_is_right(truth):
    check = checked(truth, truth)
    assert check.classes == {"car": (1, 1), "person": (2, 2)}
    assert (check.wrong, check.worst_s, check.extra) == (0, 0.0, [])
    assert [(s.object_id, s.found, s.pieces, s.taken_for) for s in check.objects] == [
        ("a", True, 1, "person"), ("b", True, 1, "car"), ("c", True, 1, "person")
    ]  # fmt: skip
    assert "identities off by 0 (0.0%), 0 objects not found" in check_index.table_lines([check])[-3]


def test_the_order_and_the_names_of_tracks_do_not_matter(truth, tmp_path):
    made = clip(tmp_path, {("z", "person"): TRUE["c", "person"], ("y", "car"): TRUE["b", "car"],
                           ("x", "person"): TRUE["a", "person"]}, "m.csv")  # fmt: skip
    assert checked(truth, made).wrong == 0 and checked(truth, made).worst_s == 0


def test_a_broken_identity_is_one_too_many(truth, tmp_path):
    made = clip(tmp_path, {**TRUE, ("b", "car"): [(30, 80, 400)], ("d", "car"): [(85, 120, 400)]}, "m.csv")
    check = checked(truth, made)
    assert check.classes["car"] == (1, 2) and check.wrong == 1
    assert next(s for s in check.objects if s.object_id == "b").pieces == 2
    assert [(name, what) for name, *_, what in check.extra] == [("car", "a piece of car b")]


def test_two_identities_in_one_are_one_too_few(truth, tmp_path):
    made = clip(tmp_path, {("a", "person"): [(10, 60, 50), (100, 150, 200)], ("b", "car"): TRUE["b", "car"]}, "m.csv")
    check = checked(truth, made)
    assert check.classes["person"] == (2, 1) and sum(not s.found for s in check.objects) == 1


def test_late_and_long_sights_are_measured(truth, tmp_path):
    made = clip(tmp_path, {**TRUE, ("c", "person"): [(107, 153, 200)]}, "m.csv")
    check = checked(truth, made)
    late = next(s for s in check.objects if s.object_id == "c")
    assert (round(late.first_off_s, 3), round(late.last_off_s, 3)) == (0.7, 0.3)
    assert check.worst_s == pytest.approx(0.7)


def test_a_wrong_class_and_a_false_track_are_named(truth, tmp_path):
    others = {key: TRUE[key] for key in TRUE if key != ("b", "car")}
    made = clip(tmp_path, {**others, ("b", "truck"): TRUE["b", "car"], ("e", "dog"): [(0, 40, 560)]}, "m.csv")
    check = checked(truth, made)
    assert next(s for s in check.objects if s.object_id == "b").taken_for == "truck"
    assert check.classes["car"] == (1, 0) and check.classes["truck"] == (0, 1)
    assert [(name, what) for name, *_, what in check.extra] == [("dog", "nothing")]


def test_what_is_too_small_or_short_does_not_count_either_way(truth, tmp_path):
    seen = clip(tmp_path, {**TRUE, ("f", "person"): [(70, 72, 500)]}, "with.csv")
    for made in (truth, seen):
        check = checked(seen, made)
        assert check.wrong == 0 and [s.object_id for s in check.minor] == ["f"]
    assert check_index.check_index(seen, truth, "clip", Least(seen_s=0.1)).wrong == 1
    assert check_index.check_index(seen, truth, "clip", Least(side_px=100)).there_are == 0


def test_what_is_hidden_is_not_in_sight(tmp_path):
    """The first ten frames of a show a tenth of it: an index that begins after them is right."""
    lines = ["frame,id,class,x,y,w,h,confidence"]
    lines += [f"{k},a,person,50,100,60,80,{0.1 if k < 20 else 1.0}" for k in range(10, 61)]
    (tmp_path / "hidden.csv").write_text("\n".join(lines) + "\n")
    hidden = read_given_tracks(tmp_path / "hidden.csv", fps=FPS, size=SIZE, duration_s=20)
    made = clip(tmp_path, {("a", "person"): [(20, 60, 50)]}, "m.csv")
    assert checked(hidden, made).worst_s == 0
    assert check_index.check_index(hidden, made, "clip", Least(visible=0.0)).worst_s == pytest.approx(1.0)


def test_times_are_compared_not_frame_numbers(truth):
    """An index that looks at every second frame is as right, to within a step."""
    frames = np.arange(0, len(truth), 2)
    rows = np.concatenate([np.arange(truth.offsets[k], truth.offsets[k + 1]) for k in frames])
    thin = replace(
        truth,
        frame_t_s=truth.frame_t_s[frames],
        offsets=np.concatenate([[0], np.cumsum(np.diff(truth.offsets)[frames])]),
        boxes_xywhn=truth.boxes_xywhn[rows],
        class_id=truth.class_id[rows],
        track_id=truth.track_id[rows],
        score=truth.score[rows],
    )
    check = checked(truth, thin)
    assert check.wrong == 0 and check.worst_s <= 0.1 + 1e-9


@pytest.fixture
def blobs(tmp_path, monkeypatch):
    """A clip of two blobs with its truth beside it, and a detector that finds them."""
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(build_index, "load_detector", lambda settings=None: BlobDetector())
    walk = [(20 + 2 * k, 40) if k >= 10 else None for k in range(40)]
    stay = [(120, 90) if k < 30 else None for k in range(40)]
    video = write_blob_video(tmp_path / "blobs.mp4", {"red": walk, "blue": stay}, fps=10)
    lines = ["frame,id,class,x,y,w,h"]
    for number, path in enumerate((walk, stay)):
        lines += [f"{k},{number},square,{p[0] - 9},{p[1] - 12},19,25" for k, p in enumerate(path) if p]
    video.with_suffix(".csv").write_text("\n".join(lines) + "\n")
    return video


def test_the_command_indexes_compares_and_writes_figures(blobs, tmp_path, capsys):
    out = tmp_path / "figures.json"
    assert check_index.main([str(blobs), "--json", str(out), "--truth-fps", "10"]) == 0
    figures = json.loads(out.read_text())
    assert (figures["objects"], figures["tracks"], figures["off_by"], figures["not_found"]) == (2, 2, 0, 0)
    assert figures["worst_s"] <= 0.21 and figures["clips"][0]["name"] == "blobs.mp4"
    shown = capsys.readouterr().out
    assert "2 there,    2 made" in shown and "✗" not in shown


def test_the_truths_own_rate_can_be_given(blobs, tmp_path):
    lines = blobs.with_suffix(".csv").read_text().splitlines()
    doubled = [f"{2 * int(line.split(',', 1)[0])},{line.split(',', 1)[1]}" for line in lines[1:]]
    blobs.with_suffix(".csv").write_text("\n".join([lines[0], *doubled]) + "\n")
    out = tmp_path / "figures.json"
    check_index.main([str(blobs), "--json", str(out), "--truth-fps", "20"])
    assert json.loads(out.read_text())["worst_s"] <= 0.21


def test_perfect_boxes_instead_of_a_detector(blobs, tmp_path, monkeypatch):
    monkeypatch.setattr(build_index, "load_detector", None)  # none is needed
    out = tmp_path / "figures.json"
    assert check_index.main([str(blobs), "--json", str(out), "--truth-fps", "10", "--detector", "truth"]) == 0
    figures = json.loads(out.read_text())
    assert (figures["objects"], figures["off_by"], figures["not_found"]) == (2, 0, 0)


def test_wrong_input_is_said(blobs, tmp_path):
    with pytest.raises(InputError, match="cannot write"):
        check_index.main([str(blobs), "--json", str(tmp_path / "no" / "f.json")])
    blobs.with_suffix(".csv").unlink()
    with pytest.raises(InputError, match=r"no truth beside it: blobs.csv is missing"):
        check_index.main([str(blobs)])


def test_what_the_judge_makes_of_an_index_is_compared(blobs, tmp_path, monkeypatch):
    def nothing_is_real(index: ObjectIndex) -> ObjectIndex:
        return replace(
            index, offsets=np.zeros_like(index.offsets), boxes_xywhn=index.boxes_xywhn[:0],
            class_id=index.class_id[:0], track_id=index.track_id[:0], score=index.score[:0],
        )  # fmt: skip

    monkeypatch.setattr(check_index, "answers_judge", lambda: nothing_is_real)
    out = tmp_path / "figures.json"
    check_index.main([str(blobs), "--json", str(out), "--truth-fps", "10", "--judged"])
    figures = json.loads(out.read_text())
    assert figures["clips"][0]["made"] == 0 and figures["clips"][0]["there_are"] > 0


def test_the_bundled_model_can_judge(truth):
    judged = check_index.answers_judge()(truth)
    assert len(judged) == len(truth) and set(judged.track_id.tolist()) <= set(truth.track_id.tolist())
