"""Building an index: identities, resuming after kill -9, finding a finished one, two processes, a full disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import pipeline.journal
from pipeline.build_index import IndexSettings, build_index
from pipeline.errors import InputError
from pipeline.object_index import read_index
from tests.blob_world import BlobDetector, straight, write_blob_video

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))


@pytest.fixture
def street(tmp_path):
    """6 s at 10 fps: red crosses from left to right, green comes at 2 s, both hidden from each other."""
    return write_blob_video(
        tmp_path / "street.mp4",
        {"red": straight((12, 40), (148, 40), 60), "green": straight((148, 90), (12, 90), 30, late=20)},
    )


def build(video, out, **settings):
    return build_index(video, out, IndexSettings(**settings), detector=BlobDetector(), quiet=True)


def test_what_appears_is_found_with_its_times(street, tmp_path):
    index = build(street, tmp_path / "out").index
    tracks = index.tracks
    assert len(tracks) == 2
    assert index.duration_s == pytest.approx(6.0, abs=0.11)
    assert tracks.start_s == pytest.approx([0.0, 2.0], abs=0.21)
    assert tracks.end_s == pytest.approx([5.8, 4.8], abs=0.21)
    assert len(index) == 30  # 6 s at 5 frames a second
    first = index.frame(0)
    assert first.boxes_xywhn[0] == pytest.approx([12 / 160, 40 / 120, 19 / 160, 25 / 120], abs=0.03)


def test_a_finished_index_is_found_again_also_under_another_name(street, tmp_path):
    out = tmp_path / "out"
    first = build(street, out)
    renamed = street.rename(tmp_path / "renamed.mp4")
    detector = BlobDetector()
    again = build_index(renamed, out, detector=detector, quiet=True)
    assert again.was_there and again.path == first.path
    assert detector.frames_seen == 0


def test_other_settings_and_other_content_make_another_index(street, tmp_path):
    out = tmp_path / "out"
    paths = {build(street, out).path, build(street, out, fps=2.0).path}
    changed = write_blob_video(tmp_path / "street2.mp4", {"blue": straight((12, 60), (148, 60), 30)})
    changed.replace(street)  # the same name, another video
    paths.add(build(street, out).path)
    assert len(paths) == 3


def test_a_damaged_index_is_made_again(street, tmp_path):
    first = build(street, tmp_path / "out")
    first.path.write_bytes(first.path.read_bytes()[:100])
    again = build(street, tmp_path / "out")
    assert not again.was_there and len(read_index(again.path).tracks) == 2


def test_no_working_files_are_left(street, tmp_path):
    build(street, tmp_path / "out")
    assert [p.suffix for p in (tmp_path / "home" / "work").iterdir()] in ([], [".lock"])
    assert len(list((tmp_path / "out").iterdir())) == 1


SLOW_RUN = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs are started with it ignored
from pipeline.build_index import build_index
from tests.blob_world import BlobDetector
build_index(Path(sys.argv[1]), Path(sys.argv[2]), detector=BlobDetector(wait_s=0.15), quiet=True)
"""


def start_slow_run(video, out):
    return subprocess.Popen([sys.executable, "-c", SLOW_RUN, str(video), str(out)], cwd=ROOT, stderr=subprocess.PIPE)


def wait_for_journal(home: Path, size: int) -> None:
    for _ in range(600):
        if any(p.stat().st_size > size for p in home.glob("work/*/journal.bin")):
            return
        time.sleep(0.05)
    raise AssertionError("the run wrote nothing in 30 s")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_goes_on_and_ends_in_the_same_content(street, tmp_path, how):
    whole = build(street, tmp_path / "whole").index
    run = start_slow_run(street, tmp_path / "out")
    wait_for_journal(tmp_path / "home", 1500)
    run.send_signal(how)
    run.wait(20)
    detector = BlobDetector()
    resumed = build_index(street, tmp_path / "out", detector=detector, quiet=True)
    assert resumed.resumed_s > 0 and 0 < detector.frames_seen < 30
    for name in ("frame_t_s", "offsets", "boxes_xywhn", "class_id", "track_id", "score", "key_t_s", "key_appearance"):
        np.testing.assert_array_equal(getattr(resumed.index, name), getattr(whole, name), err_msg=name)


def test_two_processes_do_not_index_one_video_at_once(street, tmp_path):
    run = start_slow_run(street, tmp_path / "out")
    try:
        wait_for_journal(tmp_path / "home", 100)
        with pytest.raises(InputError, match="being indexed by another process"):
            build(street, tmp_path / "out")
    finally:
        run.kill()
        run.wait()


def test_a_full_disk_is_one_sentence_and_loses_nothing(street, tmp_path, monkeypatch):
    real_fsync, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real_fsync(descriptor)

    monkeypatch.setattr(pipeline.journal, "SYNC_EVERY_S", 0.0)
    monkeypatch.setattr(pipeline.journal.os, "fsync", full)
    with pytest.raises(InputError, match=r"No space left on device.*goes on"):
        build(street, tmp_path / "out")
    monkeypatch.setattr(pipeline.journal.os, "fsync", real_fsync)
    detector = BlobDetector()
    again = build_index(street, tmp_path / "out", detector=detector, quiet=True)
    assert len(again.index.tracks) == 2 and detector.frames_seen < 30


def test_a_folder_that_cannot_be_written_is_one_sentence(street, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InputError, match="cannot write"):
        build(street, tmp_path / "file" / "out")


def test_only_the_beginning_when_asked(street, tmp_path):
    built = build_index(street, tmp_path / "out", detector=BlobDetector(), quiet=True, max_s=2.0)
    assert built.index.frame_t_s[-1] <= 2.0 and built.index.duration_s == pytest.approx(2.2, abs=0.21)


@pytest.mark.parametrize("fps", [0, -1, 1000, float("nan")])
def test_a_wrong_rate_is_refused(street, tmp_path, fps):
    with pytest.raises(InputError, match="--fps"):
        build(street, tmp_path / "out", fps=fps)


@pytest.mark.parametrize("frames", [1, 2, 30])
def test_a_video_without_objects_has_an_empty_index(tmp_path, frames):
    video = write_blob_video(tmp_path / "empty.mp4", {"red": [None] * frames})
    index = build(video, tmp_path / "out").index
    assert len(index.tracks) == 0 and len(index) >= 1


def test_a_single_picture_keeps_its_objects(tmp_path):
    video = write_blob_video(tmp_path / "one.mp4", {"red": [(80, 60)]})
    assert len(build(video, tmp_path / "out").index.tracks) == 1


def test_a_slow_rate_keeps_what_is_seen_once(tmp_path):
    video = write_blob_video(tmp_path / "slow.mp4", {"red": [(80, 60)] * 12 + [None] * 28})
    assert len(build(video, tmp_path / "out", fps=0.5).index.tracks) == 1


def test_a_file_that_changes_meanwhile_is_refused_and_nothing_wrong_is_kept(street, tmp_path):
    class Toucher(BlobDetector):
        def detect(self, frames):
            os.utime(street, (1, 1))
            return super().detect(frames)

    with pytest.raises(InputError, match="changed while it was being indexed"):
        build_index(street, tmp_path / "out", detector=Toucher(), quiet=True)
    detector = BlobDetector()
    assert len(build_index(street, tmp_path / "out", detector=detector, quiet=True).index.tracks) == 2
    assert detector.frames_seen == 30


def test_an_index_in_the_cache_folder_is_used_for_another_folder(street, tmp_path):
    build_index(street, None, detector=BlobDetector(), quiet=True)
    detector = BlobDetector()
    again = build_index(street, tmp_path / "elsewhere", detector=detector, quiet=True)
    assert again.was_there and again.path.parent == tmp_path / "elsewhere" and again.path.is_file()
    assert detector.frames_seen == 0


def test_whole_and_fractional_rates_are_the_same_rate(street, tmp_path):
    build(street, tmp_path / "out", fps=5)
    assert build(street, tmp_path / "out", fps=5.0).was_there


def test_addresses_are_read_and_their_passwords_forgotten(street, tmp_path):
    import functools
    import http.server
    import threading

    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(street.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://user:s3cret@127.0.0.1:{server.server_address[1]}/street.mp4"
        built = build_index(address, tmp_path / "out", detector=BlobDetector(), quiet=True)
        server.shutdown()
    assert len(built.index.tracks) == 2
    assert "s3cret" not in built.path.name and "s3cret" not in str(built.index.provenance)
    assert build_index(street.as_uri(), tmp_path / "out", detector=BlobDetector(), quiet=True).index.duration_s > 5


def test_a_name_that_is_not_utf8(street, tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    try:
        street.rename(odd)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert len(build(odd, tmp_path / "out").index.tracks) == 2


def test_a_lock_that_cannot_be_made_is_one_sentence(street, tmp_path, monkeypatch):
    import pipeline.build_index as module

    def refuse(*args, **kw):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.FileLock, "acquire", refuse)
    with pytest.raises(InputError, match="set LONGTAKE_HOME to another folder"):
        build(street, tmp_path / "out")
