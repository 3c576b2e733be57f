"""Object tokens: which sightings become tokens, their order, their features against plain loops, bounded for hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.object_index import ObjectIndex
from pipeline.tokens import AGE_STEP, FEATURES, FRAME, GAP_S, ObjectTokens, TrackRows
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip

CLIPS = [looking_clip(seed, objects=n, frames=f, step_s=s) for seed, n, f, s in ((1, 25, 150, 0.5), (2, 8, 300, 0.2))]


def column(tokens: ObjectTokens, name: str) -> np.ndarray:
    return tokens.features[:, FEATURES.index(name)]


def sightings(index: ObjectIndex, track: int) -> np.ndarray:
    """Rows of one track, in time order."""
    return np.flatnonzero(index.track_id == track)


def iou(one: np.ndarray, two: np.ndarray) -> float:
    low = [max(a[k] - a[k + 2] / 2 for a in (one, two)) for k in (0, 1)]
    high = [min(a[k] + a[k + 2] / 2 for a in (one, two)) for k in (0, 1)]
    common = max(high[0] - low[0], 0) * max(high[1] - low[1], 0)
    return common / (one[2] * one[3] + two[2] * two[3] - common)


@pytest.mark.parametrize("index", CLIPS)
def test_tokens_are_in_time_order_with_the_frame_token_first(index) -> None:
    tokens = ObjectTokens.of(index)
    assert (np.diff(tokens.t_s) >= 0).all()
    moments, begin = np.unique(tokens.t_s, return_index=True)
    frames = np.flatnonzero(tokens.track == FRAME)
    assert np.array_equal(frames, begin) and np.array_equal(tokens.t_s[frames], moments)
    assert np.array_equal(column(tokens, "is_frame") == 1, tokens.track == FRAME)
    assert (tokens.class_id[frames] == -1).all() and not tokens.look[frames].any()
    keys = list(zip(tokens.t_s, tokens.track, strict=True))
    assert len(set(keys)) == len(keys) and keys == sorted(keys)  # a track once per moment
    count = [np.count_nonzero((tokens.t_s == t) & (tokens.track >= 0)) for t in moments]
    assert column(tokens, "others")[frames] == pytest.approx(np.log1p(count) / 3, abs=1e-6)


@pytest.mark.parametrize("index", CLIPS)
def test_tracks_come_by_first_sight_with_their_first_and_last_token(index) -> None:
    tokens = ObjectTokens.of(index)
    first_frame = {int(k): int(index.row_frame[index.track_id == k].min()) for k in np.unique(index.track_id)}
    assert tokens.track_id.tolist() == sorted(first_frame, key=lambda k: (first_frame[k], k))
    for k, track in enumerate(tokens.track_id.tolist()):
        rows = sightings(index, track)
        seen = index.frame_t_s[index.row_frame[rows]]
        mine = np.flatnonzero(tokens.track == k)
        assert (tokens.first_token[k], tokens.last_token[k]) == (mine[0], mine[-1])
        assert tokens.t_s[mine[0]] == seen[0] and tokens.t_s[mine[-1]] == seen[-1]
        assert tokens.track_class[k] == index.class_id[rows[0]]


@pytest.mark.parametrize("index", CLIPS)
def test_every_coming_and_going_is_a_token_and_few_others(index) -> None:
    tokens = ObjectTokens.of(index)
    for k, track in enumerate(tokens.track_id.tolist()):
        rows = sightings(index, track)
        seen = index.frame_t_s[index.row_frame[rows]]
        gap = np.diff(seen) - index.step_s
        comes = [seen[0], *seen[1:][gap >= GAP_S - 1e-6]]
        goes = [*seen[:-1][gap >= GAP_S - 1e-6], seen[-1]]
        mine = tokens.track == k
        assert tokens.t_s[mine & (column(tokens, "comes") == 1)].tolist() == comes
        assert tokens.t_s[mine & (column(tokens, "goes") == 1)].tolist() == goes
        hidden = {t: np.log1p(max(d, 0)) / 4 for t, d in zip(seen[1:], gap, strict=True)}
        for at in np.flatnonzero(mine):
            expected = hidden.get(tokens.t_s[at], 0.0) if tokens.t_s[at] != seen[0] else 0.0
            assert column(tokens, "hidden")[at] == pytest.approx(expected, abs=1e-5)
        age = seen[-1] - seen[0]
        steps = min(age, 10) + max(np.log(max(age, 10) / 10), 0) / AGE_STEP
        assert mine.sum() <= steps + len(comes) + len(goes) + 1
        unseen = np.diff(tokens.t_s[mine])
        assert (unseen <= np.maximum(1.0, AGE_STEP * (tokens.t_s[mine][1:] - seen[0])) + 2 * index.step_s + 15).all()


@pytest.mark.parametrize("index", CLIPS)
def test_features_equal_a_plain_loop(index) -> None:
    tokens = ObjectTokens.of(index)
    for at in np.flatnonzero(tokens.track >= 0).tolist():
        track = int(tokens.track_id[tokens.track[at]])
        frame = int(np.flatnonzero(index.frame_t_s == tokens.t_s[at])[0])
        in_frame = range(int(index.offsets[frame]), int(index.offsets[frame + 1]))
        row = next(r for r in in_frame if index.track_id[r] == track)
        mine = [r for r in sightings(index, track).tolist() if r <= row]
        box, scores = index.boxes_xywhn[row].astype(float), index.score[mine].astype(float)
        first = index.boxes_xywhn[mine[0]].astype(float)
        others = [r for r in in_frame if r != row]
        overlaps = [iou(box, index.boxes_xywhn[r].astype(float)) for r in others]
        most = max(overlaps, default=0.0)
        expected = {
            "score": scores[-1],
            "mean_score": scores.mean(),
            "top_score": scores.max(),
            "sightings": np.log1p(len(mine)) / 5,
            "age": np.log1p(tokens.t_s[at] - index.frame_t_s[index.row_frame[mine[0]]]) / 4,
            "x": 2 * box[0] - 1,
            "left": np.exp(-max(box[0] - box[2] / 2, 0) / 0.02),
            "bottom": np.exp(-max(1 - box[1] - box[3] / 2, 0) / 0.02),
            "net_x": np.tanh(3 * (box[0] - first[0])),
            "net_y": np.tanh(3 * (box[1] - first[1])),
            "others": np.log1p(len(others)) / 3,
            "overlap": most,
        }
        if most > 0:
            there = others[int(np.argmax(overlaps))]
            expected["overlap_score"] = float(index.score[there]) - scores[-1]
            expected["overlap_same"] = float(index.class_id[there] == index.class_id[row])
        else:
            expected |= {"overlap_score": 0.0, "overlap_same": 0.0}
        earlier = mine[max(len(mine) - 6, 0)]
        dt = tokens.t_s[at] - index.frame_t_s[index.row_frame[earlier]]
        moved = box[:2] - index.boxes_xywhn[earlier, :2]
        expected["speed_x"] = np.tanh(5 * moved[0] / dt) if dt > 0 else 0.0
        expected["speed_y"] = np.tanh(5 * moved[1] / dt) if dt > 0 else 0.0
        found = {name: float(column(tokens, name)[at]) for name in expected}
        assert found == pytest.approx(expected, abs=2e-5), (at, track)


@pytest.mark.parametrize("index", CLIPS)
def test_looks_are_the_newest_known_at_that_time(index) -> None:
    tokens = ObjectTokens.of(index)
    assert np.abs(tokens.look).sum() > 0
    for at in np.flatnonzero(tokens.track >= 0).tolist():
        track = tokens.track_id[tokens.track[at]]
        expected = index.appearance_of(np.array([track]), float(tokens.t_s[at]))[0]
        assert np.array_equal(tokens.look[at], expected)


def test_numbers_stay_bounded_over_ten_hours() -> None:
    frames, step_s = 36_000, 1.0
    parked = ("car", [(0, frames)], (0.3, 0.3), (0.3, 0.3))
    blinking = ("bird", [(k, k + 1) for k in range(0, frames, 40)], (0.0, 0.5), (1.0, 0.5))
    late = ("dog", [(frames - 2, frames)], (0.9, 0.9), (0.1, 0.1))
    back = ("cat", [(0, 3), (frames - 5, frames)], (0.9, 0.9), (0.1, 0.1))
    tokens = ObjectTokens.of(clip_of([parked, blinking, late, back], frames=frames, step_s=step_s))
    assert np.isfinite(tokens.features).all() and np.abs(tokens.features).max() < 3
    assert np.count_nonzero(tokens.track == 0) < 100  # the parked car says little
    goes = column(tokens, "goes") == 1
    assert np.count_nonzero(goes & (tokens.track == tokens.track_id.tolist().index(1))) == 900


def test_track_numbers_and_times_of_any_size() -> None:
    """Large ids (of given tracks) and a late start change neither tokens nor looks."""
    index = CLIPS[0]
    moved = replace(
        index,
        frame_t_s=index.frame_t_s + 30_000,
        duration_s=index.duration_s + 30_000,
        track_id=index.track_id * 1000 + 2_000_000,
        key_track_id=index.key_track_id * 1000 + 2_000_000,
        key_t_s=index.key_t_s + 30_000,
    )
    one, other = ObjectTokens.of(index), ObjectTokens.of(moved)
    assert np.allclose(one.features, other.features, atol=1e-4)
    assert np.array_equal(one.look, other.look) and np.array_equal(one.last_token, other.last_token)


def test_a_clip_without_objects_has_no_tokens() -> None:
    empty = clip_of([], class_names=("car",))
    tokens, rows = ObjectTokens.of(empty), TrackRows.of(empty)
    assert len(tokens) == 0 and tokens.features.shape == (0, len(FEATURES)) and len(tokens.track_id) == 0
    assert rows.begin.tolist() == [0]
