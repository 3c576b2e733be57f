"""People, videos and limits, without a server."""

from __future__ import annotations

import csv
import io
import shutil
import time
import zipfile

import numpy as np
import pytest

from demo.html_parts import chat_html, status_html
from demo.texts import words
from pipeline.build_index import build_index
from pipeline.detectors.files import NotHere
from pipeline.errors import InputError
from pipeline.index_job import IndexJob, Slots
from pipeline.media import Pictures, moment
from pipeline.open_clip import ClipSettings
from pipeline.talking.conversation_file import evidence_csv, write_conversation
from pipeline.talking.session import is_hardly_seen, is_text, size_words
from tests.blob_world import BlobDetector
from tests.demo.conftest import DETECTOR


def settled(check, timeout_s: float = 20.0) -> bool:
    end = time.monotonic() + timeout_s
    while not check() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(check())


def test_a_stopped_job_goes_on_and_ends_in_the_same_index(studio, footage, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "once"))
    whole = build_index(footage / "yard.mp4", detector=BlobDetector(), quiet=True).index
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "twice"))
    DETECTOR.wait_s = 0.1
    job = IndexJob(footage / "yard.mp4", ClipSettings(), studio.answerer, Slots())
    job.start()
    assert settled(lambda: 0.5 < job.state.t_s < 5)
    job.stop()
    assert job.wait(20).stage == "stopped" and job.opened is None
    DETECTOR.wait_s = 0.0
    job.start()
    job.start()  # twice does no harm
    assert job.wait(20).stage == "ready"
    assert (job.opened[0].index.boxes_xywhn == whole.boxes_xywhn).all()
    assert job.opened[0].index.provenance["digest"] == whole.provenance["digest"]


def test_only_so_many_jobs_run_at_once_and_the_same_video_never_twice(studio, footage, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    copy = shutil.copy(footage / "yard.mp4", tmp_path / "copy.mp4")
    DETECTOR.wait_s = 0.1
    slots = Slots(2)
    jobs = [
        IndexJob(path, ClipSettings(), studio.answerer, slots) for path in (footage / "yard.mp4", tmp_path / "copy.mp4")
    ]
    for job in jobs:
        job.start()
    assert settled(lambda: "waiting" in [job.state.stage for job in jobs])
    DETECTOR.wait_s = 0.0
    seen = DETECTOR.frames_seen
    assert [job.wait(20).stage for job in jobs] == ["ready", "ready"], copy
    assert DETECTOR.frames_seen - seen <= 30  # the second one found the index of the first


def test_early_answers_are_improved(studio, footage, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    DETECTOR.wait_s = 0.2
    person = studio.person("a")
    talk = studio.open_server(person, "yard.mp4", ClipSettings())
    turn = talk.ask("How many squares appear?", studio.answerer)
    assert turn.until_s is not None and 2.0 <= turn.until_s < 6
    DETECTOR.wait_s = 0.0
    assert talk.job.wait(20).stage == "ready"
    assert talk.improve(studio.answerer) and turn.until_s is None and turn.version >= 1 and turn.answer.value == 2
    assert not talk.improve(studio.answerer)


def test_a_failed_job_says_why_without_the_servers_paths(studio, tmp_path):
    job = IndexJob(tmp_path / "gone.mp4", ClipSettings(), studio.answerer, Slots(), "holiday.mp4")
    job.start()
    state = job.wait(20)
    assert state.stage == "failed" and "holiday.mp4" in state.error and str(tmp_path) not in state.error


def test_who_leaves_takes_their_files_along(studio, footage, tmp_path):
    person = studio.person("a")
    upload = shutil.copy(footage / "yard.mp4", tmp_path / "mine.mp4")
    talk = studio.open_upload(person, tmp_path / "mine.mp4", ClipSettings())
    assert not (tmp_path / "mine.mp4").exists() and talk.source.is_file(), upload
    folder = person.folder
    studio.leave("a")
    assert not folder.exists() and studio.talk(talk.token) is None
    assert talk.job.wait(20).is_over


def test_only_so_many_videos_are_kept_open(studio):
    person = studio.person("a")
    first = studio.open_server(person, "yard.mp4", ClipSettings())
    for _ in range(studio.limits.talks):
        last = studio.open_server(person, "inside/deep.mp4", ClipSettings())
    assert len(person.talks) == studio.limits.talks
    assert studio.talk(first.token) is None and studio.talk(last.token) is last


@pytest.mark.parametrize(
    ("name", "words"),
    [("notes.mp4", "is text"), ("noise.mp4", "not a video"), ("link.mp4", "no video"), ("..", "no video")],
)
def test_bad_files_are_refused(studio, name, words):
    with pytest.raises(InputError, match=words) as refused:
        studio.open_server(studio.person("a"), name, ClipSettings())
    assert str(studio.root) not in str(refused.value)


def test_limits_are_said(studio, footage, tmp_path, monkeypatch):
    (tmp_path / "large.mp4").write_bytes(b"\0" * (2**20 + 1))
    with pytest.raises(InputError, match=r"larger than 1 MB"):
        studio.open_upload(studio.person("a"), tmp_path / "large.mp4", ClipSettings())
    assert not (tmp_path / "large.mp4").exists()
    object.__setattr__(studio.limits, "hours", 0.001)
    with pytest.raises(InputError, match="takes videos of up to"):
        studio.open_server(studio.person("a"), "yard.mp4", ClipSettings())
    studio.root = None
    with pytest.raises(InputError, match="--root"):
        studio.open_server(studio.person("a"), "yard.mp4", ClipSettings())


def test_the_conversation_as_a_zip(studio, tmp_path):
    talk = studio.open_sample(studio.person("a"))
    talk.ask("How many buses are there?", studio.answerer)
    talk.ask("=1+1", studio.answerer)
    archive = zipfile.ZipFile(write_conversation(talk, tmp_path))
    assert {"conversation.json", "evidence.csv", "pictures/01_01.jpg"} <= set(archive.namelist())
    talk.ask("How many people appear?", studio.answerer)
    talk.turns[-1].question = "ignored"
    rows = list(csv.DictReader(io.StringIO(evidence_csv(talk.turns))))
    assert {row["question_number"] for row in rows} == {"1", "3"} and not any(
        r["question"].startswith("=") for r in rows
    )


def test_pictures_of_evidence_and_of_a_moment(studio, footage):
    talk = studio.open_server(studio.person("a"), "yard.mp4", ClipSettings())
    assert talk.job.wait(20).stage == "ready"
    talk.ask("How many squares appear?", studio.answerer)
    pictures = Pictures()
    assert pictures.evidence(talk, 0, 0)[:2] == b"\xff\xd8" and pictures.evidence(talk, 0, 1) != pictures.evidence(
        talk, 0, 0
    )
    assert pictures.evidence(talk, 0, 2) is None and pictures.evidence(talk, 7, 0) is None
    assert moment(talk, 3.0)[:2] == b"\xff\xd8" and moment(talk, 3.0) != moment(talk, 0.0)
    assert moment(talk, 1e6)[:2] == b"\xff\xd8"
    assert not is_hardly_seen(talk)
    talk.clear()
    assert pictures.evidence(talk, 0, 0) is None


def test_a_detector_that_cannot_be_had_is_said_without_the_servers_paths(studio, footage, monkeypatch, capsys):
    def refuse(settings):
        raise NotHere("the detector far.pt is not here; put it at /srv/detectors/far.pt")

    monkeypatch.setattr("pipeline.build_index.load_detector", refuse)
    shutil.copy(footage / "yard.mp4", footage / "unseen.mp4")
    talk = studio.open_server(studio.person("a"), "unseen.mp4", ClipSettings(detector="far.pt", fps=3.0))
    state = talk.job.wait(20)
    assert state.stage == "failed" and state.is_detector_missing and "/srv" not in state.error
    assert "/srv/detectors" in capsys.readouterr().err
    page = status_html(talk, words("en"), "bundled")
    assert "The detector far.pt is not on this server" in page and 'data-again="bundled"' in page
    assert "검출기 far.pt" in status_html(talk, words("ko"), "bundled")
    assert "already" not in chat_html(talk, words("en"))
    again = studio.open_again(studio.person("a"), ClipSettings(detector="other.pt"))
    assert again.job.wait(20).is_detector_missing
    assert studio.person("a").talks == [again] and studio.talk(talk.token) is None and again.source == talk.source
    with pytest.raises(InputError, match="open one first"):
        studio.open_again(studio.person("b"), ClipSettings())


def test_only_the_pictures_that_are_looked_at_are_made(studio, monkeypatch):
    talk = studio.open_sample(studio.person("a"))
    talk.ask("How many people appear?", studio.answerer)
    made = []

    def made_of(evidence, **_):
        made.extend(evidence)
        return [(piece, np.zeros((90, 160, 3), np.uint8)) for piece in evidence]

    monkeypatch.setattr("pipeline.media.evidence_frames", made_of)
    pictures = Pictures()
    assert pictures.evidence(talk, 0, 2)[:2] == b"\xff\xd8" == pictures.evidence(talk, 0, 2)[:2] and len(made) == 1
    assert pictures.evidence(talk, 0, 99) is None


def test_words_of_sizes_and_text():
    assert [size_words(n) for n in (10, 2048, 4 * 2**30)] == ["10 bytes", "2 KB", "4 GB"]
    assert is_text("#EXTM3U\nhttp://host/ü.ts\n".encode()) and is_text(b"<?xml version='1.0'?><MPD/>")
    assert not is_text(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom") and not is_text(
        b"RIFF\xa0\x0f\xff\x00AVI LIST" + b"\0" * 99
    )


def test_a_page_that_is_loaded_again_finds_everything_there(studio, footage):
    object.__setattr__(studio.limits, "grace_s", 0.4)
    talk = studio.open_sample(studio.person("before"))
    talk.ask("How many buses are there?", studio.answerer)
    assert not studio.rejoin("copy", talk.token)  # of a tab that is still open
    studio.leave("before")
    assert studio.rejoin("after", talk.token) and studio.person("after").current is talk and len(talk.turns) == 1
    time.sleep(0.6)
    assert studio.talk(talk.token) is talk and not studio.person("before").talks
    studio.leave("after")
    assert settled(lambda: studio.talk(talk.token) is None)
    assert not studio.rejoin("late", talk.token) and not studio.rejoin("late", "") and not studio.rejoin("late", "x")
