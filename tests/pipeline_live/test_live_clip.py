"""The stream's own index: it equals that of the whole clip while that is short, and stays small for days."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from pipeline.build_index import build_index
from pipeline.clip_batch import ClipInput
from pipeline.clip_memory import ClipMemory
from pipeline.live_clip import LiveClip
from pipeline.live_memory import LiveMemory
from pipeline.motion import CameraMotion
from pipeline.object_index import read_index, write_index
from pipeline.records import APPEARANCE_DIM, FrameObjects
from pipeline.see_frames import see_frames
from pipeline.tokens import TrackRows
from pipeline.unseen import Runs, Unseen
from pipeline.video import VideoReader
from tests.blob_world import BlobDetector, straight, write_blob_video
from tests.pipeline_live.conftest import take_at_their_word

NAMES = ("car", "person")
LOOKS = np.random.default_rng(0).normal(size=(97, APPEARANCE_DIM)).astype(np.float32)
LOOKS /= np.linalg.norm(LOOKS, axis=1, keepdims=True)


class GivenIds:
    """In the place of the online tracker: identities that the frames bring with them."""

    def update(self, objects, shift_xyn):
        return objects.track_id

    def forget_closed(self):
        pass


def frame(t_s: float, ids: list[int], places: list[float]) -> FrameObjects:
    n = len(ids)
    boxes = np.array([[x, 0.2 + 0.1 * (i % 6), 0.05, 0.08] for i, x in zip(ids, places, strict=True)], np.float32)
    return FrameObjects(
        t_s, boxes.reshape(-1, 4), np.array(ids, np.int32) % 2, np.full(n, 0.9, np.float32), np.array(ids, np.int32),
        LOOKS[np.array(ids, np.int64) % 97],
    )  # fmt: skip


def clip_of(**settings) -> LiveClip:
    clip = LiveClip(class_names=NAMES, step_s=1.0, size_wh=(1280, 720), **settings)
    clip._tracker = GivenIds()
    return clip


def feed(clip: LiveClip, until_s: float, *, begin_s: float = 0.0, step_s: float = 1.0, every_s: float = 20.0) -> None:
    """Every `every_s` a new object crosses the picture in 15 s; number 0 is parked from the beginning."""
    for k in range(round(begin_s / step_s), round(until_s / step_s)):
        t_s = k * step_s
        born = int(t_s // every_s)
        crossing = t_s - born * every_s < 15
        ids, places = [0], [0.5]
        if crossing:
            ids.append(born + 1)
            places.append(0.1 + 0.8 * (t_s - born * every_s) / 15)
        clip.add(frame(t_s, ids, places))


def test_a_short_stream_is_indexed_as_the_whole_video(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    paths = {"red": straight((12, 40), (148, 40), 60), "green": straight((148, 90), (12, 90), 30, late=20)}
    street = write_blob_video(tmp_path / "street.mp4", paths)
    whole = build_index(street, tmp_path / "out", detector=BlobDetector(), quiet=True).index
    for settle_s in (300.0, 1.5):  # also where the open stretch ends in mid-video
        clip = LiveClip(class_names=BlobDetector.class_names, step_s=0.2, size_wh=(160, 120), settle_s=settle_s)
        with VideoReader.open(street, "pyav") as reader:
            for batch in see_frames(reader.frames(fps=5, max_side=640), BlobDetector(), CameraMotion()):
                for seen in batch:
                    clip.add(seen.objects, seen.shift_xyn)
        index = clip.index()
        np.testing.assert_array_equal(index.frame_t_s, whole.frame_t_s)
        np.testing.assert_array_equal(index.offsets, whole.offsets)
        np.testing.assert_array_equal(index.track_id, whole.track_id)
        np.testing.assert_allclose(index.boxes_xywhn, whole.boxes_xywhn, atol=0.011)


def test_objects_keep_their_numbers_from_index_to_index():
    clip = clip_of(settle_s=60.0)
    seen: dict[int, float] = {}
    for until_s in range(30, 600, 30):
        feed(clip, until_s, begin_s=until_s - 30)
        tracks = clip.index().tracks
        for track, start_s in zip(tracks.track_id.tolist(), tracks.start_s.tolist(), strict=True):
            assert seen.setdefault(track, start_s) == start_s  # one number, one beginning, for ever
    assert len(seen) == len(tracks) == 1 + 29
    parked = tracks.track_id.tolist().index(0)
    assert tracks.seen_s[parked] == pytest.approx(570) and len(clip._pieces) >= 7


def test_the_index_of_many_pieces_is_sound(tmp_path):
    clip = clip_of(settle_s=60.0)
    feed(clip, 400)
    index = clip.index({"made_from": "live"}, ["a warning"])
    assert (np.diff(index.offsets) >= 0).all() and index.offsets[-1] == len(index.track_id)
    for k in range(len(index)):
        assert (np.diff(index.track_id[index.offsets[k] : index.offsets[k + 1]]) > 0).all()
    assert (np.diff(index.key_track_id) >= 0).all() and np.bincount(index.key_track_id).max() <= 8
    write_index(index, tmp_path / "live.index.safetensors")
    again = read_index(tmp_path / "live.index.safetensors")
    np.testing.assert_array_equal(again.track_id, index.track_id)
    assert again.warnings == ("a warning",)


def test_days_take_no_more_memory_than_one():
    """Four days at a frame a minute, an object every five."""
    day, clip = 24 * 3600.0, clip_of(settle_s=7200.0, keep_s=24 * 3600.0)
    sizes, frames = [], []
    for n in range(4):
        feed(clip, (n + 1) * day, begin_s=n * day, step_s=60.0, every_s=300.0)
        index = clip.index()
        sizes.append(len(pickle.dumps(clip)))
        frames.append(len(clip))
    assert sizes[3] < 1.1 * sizes[1] and frames[3] <= frames[1] + 120 and frames[3] * 60 < day + 2 * 7200 + 60
    assert len(clip._number) < 60 and len(clip._open) <= 241
    assert index.tracks.start_s.min() == clip.folded.before_s >= 3 * day - 4 * 3600
    # every object is either kept or counted, the parked one is kept
    folded, kept = sum(clip.folded.objects.values()), len(index.tracks)
    assert 280 < kept < 350 and folded + kept == 4 * 288 + 1
    assert set(clip.folded.objects) == set(NAMES)


@pytest.mark.parametrize("limit", [{"most_tracks": 40}, {"most_rows": 3000}])
def test_too_much_is_folded_before_its_time(limit):
    clip = clip_of(settle_s=100.0, **limit)
    feed(clip, 4000)
    index = clip.index()
    assert len(index.tracks) <= 40 + 12 if "most_tracks" in limit else len(index.track_id) <= 3000 + 400
    assert clip.folded.before_s > 2000 and 0 in index.track_id


def test_a_crowd_settles_sooner(monkeypatch):
    monkeypatch.setattr("pipeline.live_clip.MOST_OPEN_ROWS", 50)
    clip = clip_of()
    feed(clip, 200)
    assert clip._open_rows <= 51 and len(clip.index().tracks) == 11


def test_the_online_tracker_forgets_closed_tracks_and_goes_on_counting():
    from pipeline.track import OnlineTracker

    tracker, ids = OnlineTracker(class_names=NAMES, step_s=0.2), set()
    for k in range(600):
        t_s = 0.2 * k
        if t_s % 10 < 4:
            got = tracker.update(frame(t_s, [2 * int(t_s // 10)], [0.2 + 0.1 * (t_s % 10)]))
            ids |= set(got.tolist())
        else:
            tracker.update(frame(t_s, [], []))
        if k % 50 == 49:
            tracker.forget_closed()
    assert ids == set(range(12)) and len(tracker._ids) <= 1


def read_at_its_word(index) -> ClipMemory:
    belief = take_at_their_word(None, [ClipInput.of(index)], None)[0]
    number = len(belief)
    belief.earlier[1:, 0] = np.arange(number - 1)  # everybody may be the one before
    belief.same[:] = [0.75, 0.25]
    read_at_its_word.most = max(read_at_its_word.most, number)
    return ClipMemory(index, belief, "model")


@pytest.mark.parametrize("every_s", [100, 1500])
def test_the_memory_of_a_long_stream_is_read_in_part_and_stays_whole(every_s):
    clip, memory = clip_of(settle_s=100.0), LiveMemory(read_at_its_word, most_read=40)
    read_at_its_word.most = 0
    for until_s in range(every_s, 3001, every_s):
        feed(clip, until_s, begin_s=until_s - every_s)
        index = clip.index()
        read = memory.read(index)
        assert len(read.belief) == len(index.tracks) and (read.belief.real == 1).all()
    ids = index.tracks.track_id
    earlier = read.belief.earlier[:, 0]
    assert (earlier[2:] == np.arange(1, len(ids) - 1)).mean() > 0.95 and (read.belief.same[:, 0] == 0.75).all()
    assert read_at_its_word.most <= 42 or every_s == 1500  # more than that at once were read in one go
    begun = read_at_its_word.most
    assert memory.read(clip.index()).belief is read.belief and read_at_its_word.most == begun  # nothing is new


def test_who_is_forgotten_is_nobodys_earlier_self():
    clip, memory = clip_of(settle_s=100.0, keep_s=600.0), LiveMemory(read_at_its_word, most_read=10)
    read_at_its_word.most = 0
    for until_s in range(100, 3001, 100):
        feed(clip, until_s, begin_s=until_s - 100)
        index = clip.index()
        read = memory.read(index)
        assert read.belief.earlier.max() < len(read.belief) == len(index.tracks)
    assert len(memory._kept) <= len(index.tracks)
    assert len(read.view(0)) <= len(index.tracks)


def test_what_was_missed_is_told_of_the_whole_stream():
    def all_ends(index) -> Unseen:
        number = len(Runs.of(TrackRows.of(index)))
        return Unseen(*np.full((2, number), index.step_s), np.zeros(number, bool))

    clip, memory = clip_of(settle_s=100.0), LiveMemory(read_at_its_word, most_read=20, unseen=all_ends)
    read_at_its_word.most = 0
    for until_s in range(100, 1501, 100):
        feed(clip, until_s, begin_s=until_s - 100)
        index = clip.index()
        read = memory.read(index)
    assert read_at_its_word.most <= 22 < len(index.tracks)  # it was read in part
    assert len(read.unseen) == len(Runs.of(read.rows))
    whole = read.whole[0]
    assert len(whole.track_id) > len(index.track_id) and len(read.view(0)) == len(index.tracks)
    assert memory.read(clip.index()).unseen is read.unseen  # nothing is new
