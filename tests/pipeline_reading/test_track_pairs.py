"""Pairs of tracks: candidates begin earlier and are the likeliest, and what is said of a pair equals a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import track_pairs
from pipeline.class_kinds import group_of_classes
from pipeline.object_index import ObjectIndex
from pipeline.tokens import TrackRows
from pipeline.track_pairs import PAIR_FEATURES, TrackPairs
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip, with_looks
from tests.pipeline_reading.test_tokens import iou, sightings

INDEX = looking_clip(11, objects=24, frames=160)


def looks_of(index: ObjectIndex, track: int) -> np.ndarray:
    return index.key_appearance[index.key_track_id == track].astype(float)


def edge(box: np.ndarray) -> float:
    x, y, w, h = box
    return float(np.exp(-max(min(x - w / 2, y - h / 2, 1 - x - w / 2, 1 - y - h / 2), 0) / 0.02))


def expected_features(index: ObjectIndex, late: int, early: int) -> dict[str, float]:
    """Of two tracks by id, in plain words."""
    rows = {track: sightings(index, track) for track in (late, early)}
    t = {track: index.frame_t_s[index.row_frame[r]] for track, r in rows.items()}
    boxes = {track: index.boxes_xywhn[r].astype(float) for track, r in rows.items()}
    first, last = boxes[late][0], boxes[early][-1]
    gap = t[late][0] - t[early][-1]
    frames = {track: dict(zip(index.row_frame[r].tolist(), r.tolist(), strict=True)) for track, r in rows.items()}
    common = sorted(frames[late].keys() & frames[early].keys())
    ious = [iou(index.boxes_xywhn[frames[late][f]], index.boxes_xywhn[frames[early][f]]) for f in common]
    back = max(len(t[early]) - 6, 0)
    dt = t[early][-1] - t[early][back]
    velocity = (boxes[early][-1, :2] - boxes[early][back, :2]) / dt if dt > 0 else np.zeros(2)
    ahead = last[:2] + velocity * np.clip(gap, 0, 3)
    size = np.sqrt(max(first[2], last[2]) * max(first[3], last[3]))
    mine, theirs = looks_of(index, late), looks_of(index, early)

    def kept(looks: np.ndarray) -> np.ndarray:  # the first five and the newest
        return looks if len(looks) <= 6 else np.concatenate([looks[:5], looks[-1:]])

    def mean(looks: np.ndarray) -> np.ndarray:
        total = kept(looks).sum(0)
        return total / np.linalg.norm(total) if len(looks) else np.zeros(index.key_appearance.shape[1])

    cosines = (kept(theirs) @ kept(mine).T).flatten().tolist()
    if min(len(mine), 6) < 6 or min(len(theirs), 6) < 6:
        cosines.append(0.0)  # a missing look is like nothing
    group = group_of_classes(index.class_names)
    classes = [int(index.class_id[rows[track][0]]) for track in (late, early)]
    speed = np.abs(velocity).max() / (np.sqrt(last[2] * last[3]) + 1e-4)
    votes = taken_for(index, late)
    return {
        "look_last_first": float(theirs[-1] @ mine[0]) if len(mine) and len(theirs) else 0.0,
        "look_mean": float(mean(mine) @ mean(theirs)),
        "look_best": max(cosines),
        "gap": np.log1p(max(gap, 0)) / 3,
        "is_gap": float(gap > 0),
        "together": np.log1p(len(common)) / 3,
        "together_share": len(common) / min(len(t[late]), len(t[early])),
        "together_iou": float(np.mean(ious)) if ious else 0.0,
        "distance": np.log1p(np.hypot(*(first[:2] - last[:2])) / size),
        "ahead_distance": np.log1p(np.hypot(*(first[:2] - ahead)) / size),
        "width_ratio": abs(np.log(first[2] / last[2])),
        "height_ratio": abs(np.log(first[3] / last[3])),
        "same_class": float(classes[0] == classes[1]),
        "same_group": float(group[classes[0]] == group[classes[1]]),
        "still": np.exp(-speed),
        "left_at_edge": edge(last),
        "came_at_edge": edge(first),
        "mean_score": float(index.score[rows[late]].mean()),
        "earlier_mean_score": float(index.score[rows[early]].mean()),
        "lasts": np.log1p(t[late][-1] - t[late][0]) / 4,
        "earlier_lasts": np.log1p(t[early][-1] - t[early][0]) / 4,
        "same_place_iou": iou(first, last),
        "votes_agree": sum(min(share, taken_for(index, early).get(name, 0)) for name, share in votes.items()),
    }


def taken_for(index: ObjectIndex, track: int) -> dict[int, float]:
    """What a track was taken for: class → share of its sightings."""
    own = int(index.class_id[index.track_id == track][0])
    mine = index.votes.track_id == track
    others = dict(zip(index.votes.class_id[mine].tolist(), index.votes.share[mine].tolist(), strict=True))
    return {own: 1 - sum(others.values()), **others}


def test_features_equal_a_plain_loop() -> None:
    rows = TrackRows.of(INDEX)
    pairs = TrackPairs.of(INDEX, rows)
    checked = 0
    for k, places in enumerate(pairs.earlier.tolist()):
        for place, j in enumerate(places):
            if j >= 0:
                found = dict(zip(PAIR_FEATURES, pairs.features[k, place].astype(float).tolist(), strict=True))
                assert found == pytest.approx(
                    expected_features(INDEX, int(rows.track_id[k]), int(rows.track_id[j])), abs=2e-4
                ), (k, j)
                checked += 1
    together = pairs.features[..., PAIR_FEATURES.index("together")]
    assert checked > 80 and (together > 0).any() and (together[pairs.earlier >= 0] == 0).any()


def seen_apart(late: int, early: int) -> bool:
    """In three frames or more both were there, in different places."""
    found = expected_features(INDEX, late, early)
    return round(np.expm1(3 * found["together"])) >= 3 and found["together_iou"] < 0.1


@pytest.mark.parametrize("most", [1, 4, 100])
def test_candidates_are_earlier_tracks_each_once(most) -> None:
    rows = TrackRows.of(INDEX)
    start = [INDEX.frame_t_s[INDEX.row_frame[INDEX.track_id == track]].min() for track in rows.track_id]
    pairs = TrackPairs.of(INDEX, rows, most)
    assert pairs.earlier.shape[1] == min(most, len(start) - 1)
    for k, places in enumerate(pairs.earlier.tolist()):
        known = [j for j in places if j >= 0]
        possible = [j for j in range(k) if not seen_apart(int(rows.track_id[k]), int(rows.track_id[j]))]
        assert len(set(known)) == len(known) == min(len(possible), most) and set(known) <= set(possible)
        assert all(j < k and start[j] <= start[k] for j in known)
        assert places == known + [-1] * (len(places) - len(known))
    assert not pairs.features[pairs.earlier < 0].any()


def test_few_candidates_are_the_likeliest_of_many(monkeypatch) -> None:
    many = TrackPairs.of(INDEX)
    few = TrackPairs.of(INDEX, most=3)
    assert np.array_equal(few.earlier, many.earlier[:, :3])
    assert np.array_equal(few.features, many.features[:, :3])
    monkeypatch.setattr(track_pairs, "BLOCK", 5)  # worked out in blocks, with the same result
    blocks = TrackPairs.of(INDEX)
    assert np.array_equal(blocks.earlier, many.earlier) and np.allclose(blocks.features, many.features)


def test_the_broken_track_of_one_object_comes_first() -> None:
    """It went out of sight and came back under a new number, at the same place; others are far away."""
    tracks = [("car", [(0, 20)], (0.5, 0.5), (0.6, 0.5)), ("car", [(25, 40)], (0.62, 0.5), (0.7, 0.5))]
    far = [("dog", [(k, 60)], (0.1, 0.1 + 0.1 * k), (0.1, 0.1 + 0.1 * k)) for k in range(6)]
    index = clip_of([*far, *tracks], frames=60)
    rows = TrackRows.of(index)
    late = rows.track_id.tolist().index(7)
    assert rows.track_id[TrackPairs.of(index, rows).earlier[late, 0]] == 6


@pytest.mark.parametrize("number", [0, 1])
def test_none_and_one_track_have_no_candidates(number) -> None:
    clip = clip_of([("dog", [(2, 9)], (0.2, 0.2), (0.8, 0.8))] * number, frames=10, class_names=("dog",))
    pairs = TrackPairs.of(with_looks(clip))
    assert pairs.earlier.shape == (number, 1) and (pairs.earlier == -1).all()
    assert pairs.features.shape == (number, 1, len(PAIR_FEATURES)) and not pairs.features.any()
