"""`VideoQA` from Python: videos, kept indexes, timelines, notebooks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import Answer, VideoQA
from tests.blob_world import straight, write_blob_video
from tests.test_index_cli import detector  # noqa: F401 (a fixture)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def qa(weights, tracks, sense) -> VideoQA:
    return VideoQA.open(tracks, fps=5, size=(1280, 720), weights=weights, quiet=True)


def test_importing_the_package_imports_nothing():
    program = "import sys, pipeline; pipeline.__all__; print(len([m for m in sys.modules if m in ('numpy', 'torch')]))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_unknown_names_are_attribute_errors():
    import pipeline

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pipeline.nothing


def test_batch_and_single_questions_agree(qa):
    questions = ["How many cars appear?", "", "Is there a dog?", "What happens in this video?", "Why did he run?"]
    batch = qa.ask_many(questions)
    single = [qa.ask(question) for question in questions]
    assert [(a.question, a.text, a.value, a.evidence) for a in batch] == [
        (a.question, a.text, a.value, a.evidence) for a in single
    ]
    assert all(isinstance(a, Answer) for a in batch) and qa.ask_many([]) == []


def test_answers_print_and_show_in_notebooks(qa):
    answer = qa.ask("How many cars appear?")
    assert str(answer).startswith("Two cars appear, the first at 0:01.\nsure (95%)\n  car")
    html = answer._repr_html_()
    assert "Two cars appear" in html and html.count("<tr>") == 3
    nasty = qa.ask_many(["<script>alert(1)</script>"])[0]
    assert "<script>" not in nasty._repr_html_()


def test_the_timeline_is_records_and_a_table(qa):
    timeline = qa.timeline()
    assert [(row.class_name, row.objects, row.at_most) for row in timeline] == [("car", 2, 2), ("dog", 1, 1)]
    assert timeline["dog"].spans_s == ((4.0, 7.0),) and timeline["car"].first_s == 1.0 and len(timeline) == 2
    assert "yard.csv: 0:08" in str(timeline) and str(timeline).count("\n") == 3
    assert timeline._repr_html_().count("<tr>") == 3
    with pytest.raises(KeyError):
        timeline["bus"]


def test_a_description_is_printed_line_by_line(qa):
    lines = str(qa.ask("What happens in this video?")).splitlines()
    assert lines[:3] == ["0:01: a car appears.", "0:03: a car appears.", "0:04: a dog appears."]


def test_a_clip_without_objects(tmp_path, weights, sense):
    empty = tmp_path / "empty.csv"
    empty.write_text("frame,id,class,x,y,w,h\n")
    qa = VideoQA.open(empty, fps=5, size=(640, 480), weights=weights, quiet=True)
    assert qa.ask("What happens in this video?").text == "Nothing is seen."
    assert str(qa.timeline()).endswith("nothing is seen") and "nothing is seen" in qa.timeline()._repr_html_()


def test_a_video_is_indexed_once_and_again_when_it_changes(detector, weights, sense, tmp_path, monkeypatch):  # noqa: F811
    video = write_blob_video(tmp_path / "street.mp4", {"red": straight((12, 40), (148, 40), 40)})

    def open_video() -> VideoQA:
        return VideoQA.open(video, detector=detector, weights=weights, quiet=True)

    first = open_video()
    assert first.clip.index_s > 0 and first.clip.video == video and first.clip.path.is_file()
    with monkeypatch.context() as patched:  # found without the detector's libraries
        patched.setattr("pipeline.build_index.build_index", lambda *_, **__: pytest.fail("indexed again"))
        assert open_video().clip.path == first.clip.path
        by_index = VideoQA.open(first.clip.path, weights=weights, quiet=True)
        assert by_index.clip.video is None
    write_blob_video(video, {"red": straight((12, 40), (148, 40), 30)})
    changed = open_video()
    assert changed.clip.path != first.clip.path
    assert any("has changed since it was indexed" in warning for warning in changed.ask("Is there a dog?").warnings)
    assert len(changed.save_evidence(changed.ask("Is there a dog?"), tmp_path / "out")) >= 1


def test_an_index_finds_its_video_beside_it_unless_that_has_changed(detector, weights, sense, tmp_path):  # noqa: F811
    video = write_blob_video(tmp_path / "street.mp4", {"red": straight((12, 40), (148, 40), 40)})
    made = VideoQA.open(video, detector=detector, weights=weights, quiet=True)
    beside = tmp_path / "copy.index.safetensors"
    beside.write_bytes(made.clip.path.read_bytes())
    assert VideoQA.open(beside, weights=weights, quiet=True).clip.video == video
    write_blob_video(video, {"red": straight((12, 40), (148, 40), 30)})
    changed = VideoQA.open(beside, weights=weights, quiet=True).clip
    assert changed.video is None and "has changed since this index was made" in changed.notes[0]
