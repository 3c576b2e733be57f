"""Properties of clean simulated clips."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields

import numpy as np
import pytest

from data.motions import draw_arrivals
from data.overlaps import frame_offsets, frame_pairs, hidden_share
from data.world import WorldSettings, make_clip
from data.world_cameras import STAGES
from data.world_looks import draw_looks, vary_looks
from pipeline.object_index import ObjectIndex, read_index, write_index


def bytes_of(index: ObjectIndex) -> bytes:
    """Everything that an index holds."""
    parts = [getattr(index, f.name) for f in fields(index)]
    return b"".join(p.tobytes() if isinstance(p, np.ndarray) else repr(p).encode() for p in parts)


def of_stage(stage: str, **settings) -> WorldSettings:
    """Clips before one kind of camera."""
    weights = tuple(float(s == stage) for s in STAGES)
    return WorldSettings(**{"stages": weights, "cuts": 0.0, "loops": 0.0, "empty": 0.0, **settings})


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not():
    once, again = ([bytes_of(make_clip(seed)) for seed in range(40)] for _ in range(2))
    assert once == again
    assert len(set(once)) == 40


@pytest.mark.parametrize("stage", STAGES)
def test_rows_are_boxes_in_the_picture_sorted_by_frame_and_track(stage):
    shown = 0
    for seed in range(25):
        clip = make_clip(seed, of_stage(stage))
        low, high = (
            clip.boxes_xywhn[:, :2] - clip.boxes_xywhn[:, 2:] / 2,
            clip.boxes_xywhn[:, :2] + clip.boxes_xywhn[:, 2:] / 2,
        )
        assert (low > -1e-5).all() and (high < 1 + 1e-5).all()
        assert (clip.boxes_xywhn[:, 2:] > 0).all()
        key = clip.row_frame * 10_000 + clip.track_id
        assert (np.diff(key) > 0).all()  # sorted, and no object twice in one frame
        assert clip.offsets[0] == 0 and clip.offsets[-1] == len(clip.score)
        assert (np.diff(clip.frame_t_s) > 0).all() and clip.frame_t_s[-1] <= clip.duration_s
        assert ((clip.score > 0) | (clip.score <= 1)).all()
        assert np.array_equal(np.unique(clip.track_id), np.arange(len(clip.key_t_s)))
        shown += len(clip.key_t_s)
    assert shown > 100


def test_objects_have_one_class_one_look_and_at_least_two_sights():
    for seed in range(40):
        clip = make_clip(seed)
        pairs = np.unique(np.stack([clip.track_id, clip.class_id]), axis=1)
        assert pairs.shape[1] == len(clip.tracks)
        assert (np.bincount(clip.track_id) >= 2).all()
        assert np.array_equal(clip.key_track_id, np.arange(len(clip.tracks)))
        assert clip.class_id.max(initial=0) < len(clip.class_names)
        if len(clip.tracks):
            np.testing.assert_allclose(np.linalg.norm(clip.key_appearance, axis=1), 1, atol=1e-5)
            assert np.array_equal(clip.tracks.track_id, np.sort(clip.tracks.track_id))  # numbered by first sight


def test_a_loop_shows_the_same_objects_again_under_the_same_ids():
    looped = [
        make_clip(seed, WorldSettings(duration_s=(120, 120), loops=1.0, objects_per_min=(30, 30))) for seed in range(8)
    ]
    for clip in looped:
        n = clip.provenance["loops"]
        assert n >= 2 and len(clip) % n == 0
        rows, frames = len(clip.score) // n, len(clip) // n
        for k in range(1, n):
            part = slice(k * rows, (k + 1) * rows)
            assert np.array_equal(clip.track_id[part], clip.track_id[:rows])
            assert np.array_equal(clip.boxes_xywhn[part], clip.boxes_xywhn[:rows])
            assert np.array_equal(clip.row_frame[part], clip.row_frame[:rows] + k * frames)
        assert len(clip.key_track_id) == len(np.unique(clip.track_id[:rows]))


def test_ten_hours_are_made_in_bounded_memory():
    settings = of_stage("street", duration_s=(36_000, 36_000), fps=(2.0,), objects_per_min=(100, 100), sparseness=0.05)
    tracemalloc.start()
    clip = make_clip(1, settings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(clip) == 72_000
    assert 300_000 < len(clip.score) <= settings.max_rows
    assert peak < 600e6


def test_a_clip_never_has_more_rows_than_asked_for_nor_more_objects_at_once():
    for seed in range(20):
        clip = make_clip(seed, WorldSettings(objects_per_min=(400, 400), max_rows=3000, most_at_once=12))
        assert len(clip.score) <= 3000
        assert np.diff(clip.offsets).max() <= 12


def test_clips_cover_what_real_footage_shows():
    """Medians and tails of the human tracks lie inside of what is simulated (percentiles in LOG.md)."""
    clips = [make_clip(seed) for seed in range(120)]
    stay = np.concatenate([c.tracks.end_s - c.tracks.start_s for c in clips])
    height = np.concatenate([c.boxes_xywhn[:, 3] for c in clips])
    crowd = np.array([np.diff(c.offsets).max() for c in clips])
    assert np.percentile(stay, 10) < 3 < np.median(stay) < 15 < np.percentile(stay, 90)
    assert np.percentile(height, 10) < 0.05 and np.percentile(height, 90) > 0.25
    assert np.percentile(crowd, 10) < 4 and np.percentile(crowd, 95) > 15
    loops, cuts = (
        np.mean([bool(f(c.provenance)) for c in clips]) for f in (lambda p: p["loops"] > 1, lambda p: p["cuts"])
    )
    assert 0 < loops < 0.15 and 0.02 < cuts < 0.3


def test_some_objects_come_back_some_stand_throughout_and_some_stretches_are_empty():
    clips = [make_clip(seed, WorldSettings(duration_s=(40, 120), loops=0.0)) for seed in range(120)]
    back = objects = whole = 0
    empty = []
    for clip in clips:
        t, order = clip.frame_t_s, np.argsort(clip.track_id, kind="stable")
        gap = np.diff(t[clip.row_frame[order]])[np.diff(clip.track_id[order]) == 0]
        back += int((gap > 2.0).sum())
        objects += len(clip.tracks)
        whole += int(((clip.tracks.start_s == t[0]) & (clip.tracks.end_s == t[-1])).sum())
        empty.append(np.mean(np.diff(clip.offsets) == 0))
    assert 0.05 < back / objects < 1.0
    assert 0.02 < whole / objects < 0.3
    assert 0.05 < np.mean(empty) < 0.4


def test_no_name_is_special():
    """Over many clips every part of the vocabulary is shown, and no name holds a large share of all objects."""
    shown: dict[str, int] = {}
    for seed in range(150):
        clip = make_clip(seed, WorldSettings(duration_s=(20, 30), coco_share=0.0))
        for c in clip.tracks.class_id:
            shown[clip.class_names[c]] = shown.get(clip.class_names[c], 0) + 1
    assert len(shown) > 300
    assert max(shown.values()) < 0.05 * sum(shown.values())
    given = make_clip(3, WorldSettings(class_names=("zorp", "blick")))
    assert given.class_names == ("zorp", "blick")


def test_a_clip_survives_the_index_file(tmp_path):
    clip = make_clip(7)
    write_index(clip, tmp_path / "clip.index.safetensors")
    read = read_index(tmp_path / "clip.index.safetensors")
    assert np.array_equal(read.track_id, clip.track_id) and read.class_names == clip.class_names


def test_arrivals_are_sorted_within_the_stretch_and_bursty():
    rng = np.random.default_rng(0)
    spread = []
    for _ in range(200):
        t = draw_arrivals(rng, -10.0, 110.0, 60)
        assert (np.diff(t) >= 0).all() and t.min() >= -10 and t.max() <= 110
        count = np.histogram(t, 24, (-10, 110))[0]
        spread.append(count.var() / count.mean())
    assert np.median(spread) > 1.5  # a Poisson process has 1


def test_hidden_share_agrees_with_painting_the_boxes():
    rng = np.random.default_rng(1)
    frame = np.sort(rng.integers(0, 12, 60))
    low = rng.integers(0, 30, (2, 60))
    xyxy = np.concatenate([low, low + rng.integers(3, 12, (2, 60))]).astype(float)
    near = rng.random(60)
    hidden = hidden_share(xyxy, near, frame_offsets(frame, 12))
    for k in range(60):
        x0, y0, x1, y1 = xyxy[:, k].astype(int)
        covered = np.zeros((50, 50))
        for j in np.flatnonzero((frame == frame[k]) & (near > near[k])):
            a0, b0, a1, b1 = xyxy[:, j].astype(int)
            covered[b0:b1, a0:a1] += 1
        part = covered[y0:y1, x0:x1]
        assert hidden[k] == pytest.approx(min(1.0, part.sum() / part.size))
    pairs = {(int(i), int(j)) for a, b in frame_pairs(frame_offsets(frame, 12)) for i, j in zip(a, b, strict=True)}
    assert pairs == {(i, j) for i in range(60) for j in range(i + 1, 60) if frame[i] == frame[j]}


def test_looks_are_as_alike_as_on_real_street_video():
    rng = np.random.default_rng(0)
    other, same = [], []
    for _ in range(60):
        look = draw_looks(rng, np.zeros(8, np.int64))
        assert (look >= 0).all()
        once, again = (vary_looks(rng, look, np.full(8, 0.18)) for _ in range(2))
        assert (once >= 0).all()
        np.testing.assert_allclose(np.linalg.norm(once, axis=1), 1, atol=1e-5)
        other += list((once @ again.T)[np.triu_indices(8, 1)])
        same += list((once * again).sum(1))
    assert 0.74 < np.median(other) < 0.86 and np.percentile(other, 90) < 0.92
    assert 0.93 < np.median(same) < 0.98
