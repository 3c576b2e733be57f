"""Standing questions to videos, growing files and streams that break."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import threading
import time
from pathlib import Path

import av
import pytest

from data.clock import clock
from pipeline import decoders, live_source, video
from pipeline.answer import main
from pipeline.errors import InputError
from pipeline.growing_file import GrowingFile, is_growing
from pipeline.live import Live, LiveSettings, Standing, run_live
from pipeline.live_source import LiveSource
from pipeline.object_index import read_index
from tests.blob_world import BlobDetector, straight, write_blob_video

COUNT = "How many squares appear?"
KEYS = ["t_s", "question", "text", "kind", "value", "confidence", "refused", "evidence", "warnings", "timing", "reason"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(live_source, "GROWTH_PATIENCE_S", 0.5)
    monkeypatch.setattr(live_source, "AGAIN_S", 0.05)


@pytest.fixture(scope="module")
def street(tmp_path_factory) -> Path:
    """6 s at 10 fps: red crosses from left to right, green comes at 2 s and goes at 5 s."""
    return write_blob_video(
        tmp_path_factory.mktemp("video") / "street.ts",
        {"red": straight((12, 40), (148, 40), 60), "green": straight((148, 90), (12, 90), 30, late=20)},
    )


@pytest.fixture
def blobs(monkeypatch):
    monkeypatch.setattr("pipeline.live.load_detector", lambda *_: BlobDetector())


def watch(source, answerer, *questions, **settings) -> tuple[list[dict], Live]:
    said: list[str] = []
    opened = LiveSource(str(source), said.append)
    settings = LiveSettings(**{"every_s": 1.0, **settings})
    live = Live(opened, BlobDetector(), Standing(questions, answerer), settings, say=said.append, title="street")
    live.said = said
    return list(live.lines()), live


def test_an_answer_is_printed_at_once_and_whenever_it_changes_with_the_track(street, answerer):
    lines, _ = watch(street, answerer, COUNT, "Why does it move?")
    refusals = [line for line in lines if line["refused"]]
    assert len(refusals) == 1 and refusals[0]["t_s"] == 0.0  # said once, and it does not change
    counts = [line for line in lines if line["question"] == COUNT]
    assert [line["value"] for line in counts] == [1, 2]
    assert list(counts[0]) == KEYS and counts[0]["reason"]["what"] == "first answer"
    reason = counts[1]["reason"]
    assert reason["what"] == "appeared" and reason["class_name"] == "square" and reason["text"].endswith("at 0:02")
    assert reason["t_s"] == pytest.approx(2.0, abs=0.3) and 2.0 < counts[1]["t_s"] <= 4.0
    assert reason["track_id"] in [piece["track_id"] for piece in counts[1]["evidence"]]
    json.dumps(lines)


def test_what_goes_on_is_the_reason_while_it_does(street, answerer):
    lines, _ = watch(street, answerer, "When does the last square leave?", every_s=2.0)
    assert [line["value"] for line in lines] == sorted(line["value"] for line in lines) and len(lines) >= 3
    assert lines[1]["reason"]["what"] in ("appeared", "went on") and lines[-1]["value"] == pytest.approx(6.0, abs=0.3)


def test_it_ends_where_it_is_told_to(street, answerer):
    lines, live = watch(street, answerer, COUNT, max_s=1.0)
    assert [line["value"] for line in lines] == [1] and live.clip.last_s < 1.0


def test_a_growing_file_is_followed_until_it_stops_growing(street, tmp_path, answerer):
    data, growing = street.read_bytes(), tmp_path / "growing.ts"
    pieces = [data[at : at + len(data) // 12] for at in range(0, len(data), len(data) // 12)]
    growing.write_bytes(pieces[0] + pieces[1])

    def write():
        for piece in pieces[2:]:
            time.sleep(0.1)
            with growing.open("ab") as file:
                file.write(piece)

    writer = threading.Thread(target=write)
    writer.start()
    lines, live = watch(growing, answerer, COUNT)
    writer.join()
    assert [line["value"] for line in lines] == [1, 2]
    assert live.clip.last_s == pytest.approx(5.8, abs=0.25)
    assert read_index(live.keep()).provenance["made_from"] == "live"


def test_a_recording_may_begin_with_an_empty_file(street, tmp_path, answerer):
    growing = tmp_path / "growing.ts"
    growing.touch()
    writer = threading.Timer(0.2, lambda: growing.write_bytes(street.read_bytes()))
    writer.start()
    lines, _ = watch(growing, answerer, COUNT)
    assert [line["value"] for line in lines] == [1, 2]
    growing.write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        LiveSource(str(growing), print)


def test_now_is_when_it_is_asked(street, answerer):
    question = "How many squares are there right now?"
    lines, _ = watch(street, answerer, question, "How many squares appear?", every_s=1.0)
    now = [line for line in lines if line["question"] == question]
    assert [line["value"] for line in now] == [1, 2, 1]  # green has gone
    assert all(f"at {clock(line['t_s'])}" in line["text"].lower() for line in now)


def test_only_what_can_be_read_meanwhile_counts_as_growing(street, tmp_path):
    fresh = Path(shutil.copy(street, tmp_path / "fresh.ts"))
    fresh.touch()
    assert is_growing(fresh, 60.0) and not is_growing(street, 1e-6)
    whole = write_blob_video(tmp_path / "whole.mp4", {"red": straight((12, 40), (148, 40), 10)})
    assert not is_growing(whole, 60.0)  # its table of contents is at the end
    parts = {"movflags": "frag_keyframe+empty_moov"}
    with av.open(str(whole)) as inside, av.open(str(tmp_path / "parts.mp4"), "w", options=parts) as outside:
        copy = outside.add_stream_from_template(inside.streams.video[0])
        for packet in inside.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                outside.mux(packet)
    assert is_growing(tmp_path / "parts.mp4", 60.0)


def test_closing_ends_the_waiting_for_more(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    file = GrowingFile(path, 60.0)
    assert file.read(10) == b"abc"
    threading.Timer(0.1, file.close).start()
    began = time.monotonic()
    assert file.read(10) == b"" and time.monotonic() - began < 5


def test_a_stream_that_drops_comes_back_also_after_the_readers_retries(street, answerer, monkeypatch):
    opened = []

    def connect(source):
        opened.append(source)
        if 2 < len(opened) < 8:  # more than the reader itself retries, and the first of ours
            raise av.error.ConnectionRefusedError(111, "Connection refused", source)
        return av.open(str(street))

    monkeypatch.setattr(decoders, "open_container", connect)
    monkeypatch.setattr(video, "RETRY_S", (0.01, 0.01))
    lines, live = watch("rtsp://camera/1", answerer, COUNT, max_s=14.0)
    assert len(opened) >= 8 and any("gives no pictures" in text for text in live.said)
    times = [frame for frame, _ in live.clip._open]
    assert all(a < b for a, b in itertools.pairwise(times)) and live.clip.last_s > 10
    assert lines[0]["value"] == 1 and lines[-1]["value"] >= 2


def test_a_source_that_never_was_there_is_one_sentence(answerer, tmp_path):
    for source, said in ((tmp_path / "none.mp4", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(InputError, match=said):
            run_live(str(source), [COUNT], weights=tmp_path, settings=LiveSettings())
    (tmp_path / "tracks.csv").write_text("frame,id,class,x,y,w,h\n")
    with pytest.raises(InputError, match="is finished already"):
        run_live(str(tmp_path / "tracks.csv"), [COUNT], weights=tmp_path, settings=LiveSettings())


BAD = [
    (["v.mp4", "--live"], "needs its questions"),
    (["v.mp4", "-", "--live"], "needs its questions"),
    (["v.mp4", COUNT, "--live", "--every", "0"], "--every is 0"),
    (["v.mp4", COUNT, "--live", "--every", "nan"], "--every is nan"),
    (["v.mp4", COUNT, "--live", "--keep-hours", "-1"], "--keep-hours is -1"),
    (["v.mp4", COUNT, "--live", "--max-seconds", "0"], "--max-seconds is 0"),
    (["v.mp4", COUNT, "--live", "--fps", "1000"], "--fps is 1000"),
    (["v.mp4", COUNT, "--live", "--save-evidence", "x"], "--save-evidence and --live"),
    (["v.mp4", COUNT, "--live", "--size", "4x4"], "--size and --live"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_bad_options_are_one_sentence(arguments, said):
    with pytest.raises(InputError, match=said):
        main(arguments)


def test_the_command_line(street, answerer, blobs, capsys):
    assert main([str(street), "", COUNT, "--live", "--every", "1", "--quiet"]) == 0  # a bad one does not stop the other
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["value"] for line in lines] == [None, 1, 2]
    assert main([str(street), "", "--live"]) == 2


def test_ctrl_c_keeps_what_was_live(street, answerer, blobs, monkeypatch, tmp_path, capsys):
    growing = Path(shutil.copy(street, tmp_path / "growing.ts"))
    growing.touch()
    shown = []

    def interrupt(line):
        shown.append(line)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("pipeline.live._show", interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # servers of other tests may have taken it
    try:
        assert main([str(growing), COUNT, "--live"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    kept = capsys.readouterr().err.split(" in ")[-1].strip()
    assert len(shown) == 1 and len(read_index(kept)) >= 1
