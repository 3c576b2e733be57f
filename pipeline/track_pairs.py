"""Which earlier tracks may be the same object as a track, and what speaks for it.

For each track the `MOST` likeliest of the tracks that began before it (by look, place and class: a rough choice, the
model decides) and what is known of the pair. Times are differences and places are relative to the object's own size, so
nothing here depends on how long the clip is.

Shapes: K tracks (by first sight), C candidates per track, P pair features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.boxes import overlap_of_pairs
from pipeline.class_kinds import group_of_classes
from pipeline.object_index import ObjectIndex
from pipeline.tokens import TrackRows, pairs_in_frames

MOST = 24
BLOCK = 512

APART_FRAMES, APART_IOU = 3, 0.1
"""Two tracks whose boxes lay apart in so many frames are two objects, however alike they look."""

PAIR_FEATURES = (
    "look_last_first", "look_mean", "look_best", "gap", "is_gap", "together", "together_share", "together_iou",
    "distance", "ahead_distance", "width_ratio", "height_ratio", "same_class", "same_group", "still", "left_at_edge",
    "came_at_edge", "mean_score", "earlier_mean_score", "lasts", "earlier_lasts", "same_place_iou",
    "votes_agree",
)  # fmt: skip


@dataclass(frozen=True)
class TrackPairs:
    """earlier: (K, C) position of the candidate, -1 where there is none. features: (K, C, P) float32."""

    earlier: np.ndarray
    features: np.ndarray

    @staticmethod
    def of(index: ObjectIndex, rows: TrackRows | None = None, most: int = MOST) -> TrackPairs:
        rows = TrackRows.of(index) if rows is None else rows
        facts = _Facts.of(index, rows)
        number = len(rows.track_id)
        together = _together(index, rows)
        width = max(min(most, number - 1), 1)
        earlier = np.full((number, width), -1, np.int64)
        features = np.zeros((number, width, len(PAIR_FEATURES)), np.float32)
        for start in range(1, number, BLOCK):
            k = np.arange(start, min(start + BLOCK, number))
            block = _likeliest(facts, together, k, width)
            earlier[k] = block
            a, b = np.nonzero(block >= 0)
            features[k[a], b] = _pair_features(facts, together, k[a], block[a, b])
        return TrackPairs(earlier, features)


@dataclass(frozen=True)
class _Facts:
    """Of every track: first and last time, box and look, mean look, velocity at its end, and so on."""

    start: np.ndarray
    end: np.ndarray
    first: np.ndarray
    last: np.ndarray
    velocity: np.ndarray
    speed: np.ndarray
    look_first: np.ndarray
    look_last: np.ndarray
    look_mean: np.ndarray
    looks: np.ndarray
    class_id: np.ndarray
    votes: np.ndarray
    shares: np.ndarray
    group: np.ndarray
    score: np.ndarray
    count: np.ndarray

    @staticmethod
    def of(index: ObjectIndex, rows: TrackRows) -> _Facts:
        begin, end = rows.begin[:-1], rows.begin[1:] - 1
        box = index.boxes_xywhn[rows.row].astype(np.float64)
        earlier = np.maximum(end - 5, begin)
        dt = np.maximum(rows.t_s[end] - rows.t_s[earlier], 1e-3)
        velocity = np.where((end > begin)[:, None], (box[end, :2] - box[earlier, :2]) / dt[:, None], 0.0)
        size = np.sqrt(box[end, 2] * box[end, 3]) + 1e-4
        count = np.diff(rows.begin)
        score = np.bincount(rows.track, index.score[rows.row], len(begin)) / np.maximum(count, 1)
        looks = _looks_of(index, rows.track_id)
        group = group_of_classes(index.class_names) if len(index.class_names) else np.zeros(0, np.int64)
        mean = looks.sum(1)
        mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        last = _last_look(looks)
        votes, shares = _all_votes(index, rows)
        return _Facts(
            start=rows.t_s[begin],
            end=rows.t_s[end],
            first=box[begin],
            last=box[end],
            velocity=velocity,
            speed=np.abs(velocity).max(1, initial=0) / size,
            look_first=looks[:, 0],
            look_last=last,
            look_mean=mean,
            looks=looks,
            class_id=rows.track_class,
            votes=votes,
            shares=shares,
            group=group[rows.track_class] if len(rows.track_class) else rows.track_class,
            score=score,
            count=count,
        )


MOST_LOOKS = 6


def _looks_of(index: ObjectIndex, track_id: np.ndarray) -> np.ndarray:
    """(K, 6, A) looks of each track, oldest first, zeros behind."""
    width = index.key_appearance.shape[1] if index.key_appearance.ndim == 2 else 1
    out = np.zeros((len(track_id), MOST_LOOKS, width), np.float32)
    low = np.searchsorted(index.key_track_id, track_id)
    high = np.searchsorted(index.key_track_id, track_id, side="right")
    for n in range(MOST_LOOKS):
        # the first ones, but the newest in the last place
        at = np.where(n == MOST_LOOKS - 1, high - 1, low + n)
        has = (low + n) < high
        out[has, n] = index.key_appearance[at[has]]
    return out


def _last_look(looks: np.ndarray) -> np.ndarray:
    known = looks.any(2).sum(1)
    return looks[np.arange(len(looks)), np.maximum(known - 1, 0)]


def _together(index: ObjectIndex, rows: TrackRows) -> dict[str, np.ndarray]:
    """Pairs of tracks seen in one frame: sorted keys (later * K + earlier), frames in common, their mean IoU."""
    number = len(rows.track_id)
    track_of_row = np.empty(len(rows.track), np.int64)
    track_of_row[rows.row] = rows.track
    stride = max(1, len(rows.track) // 200_000)  # of long clips every so many rows: enough for a mean
    which, other, iou = pairs_in_frames(index, rows.row[::stride])
    mine, theirs = rows.track[::stride][which], track_of_row[other]
    keep = mine > theirs
    key, inverse = np.unique(mine[keep] * number + theirs[keep], return_inverse=True)
    frames = np.bincount(inverse, minlength=len(key)).astype(np.float64)
    return {"key": key, "frames": frames * stride, "iou": np.bincount(inverse, iou[keep], len(key)) / frames}


def _find(together: dict[str, np.ndarray], key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(frames in common, mean IoU) of pairs, 0 where they never were in one frame."""
    if not len(together["key"]):
        return np.zeros(key.shape), np.zeros(key.shape)
    at = np.minimum(np.searchsorted(together["key"], key), len(together["key"]) - 1)
    hit = together["key"][at] == key
    return together["frames"][at] * hit, together["iou"][at] * hit


def _likeliest(facts: _Facts, together: dict[str, np.ndarray], k: np.ndarray, width: int) -> np.ndarray:
    """(len(k), width) candidates, best first."""
    j = np.arange(k[-1])
    look = facts.look_mean[k] @ facts.look_mean[j].T
    gap = np.maximum(facts.start[k][:, None] - facts.end[j][None], 0)
    place = np.abs(facts.first[k][:, None, :2] - facts.last[j][None, :, :2]).max(2)
    group = facts.group[k][:, None] == facts.group[j][None]
    score = 4 * look - 2 * np.minimum(place, 0.5) - 0.25 * np.log1p(gap) + 0.7 * group
    frames, iou = _find(together, k[:, None] * len(facts.start) + j[None])
    score = score - 2.0 * ((frames > 0) & (iou < 0.2))
    score[(j[None] >= k[:, None]) | ((frames >= APART_FRAMES) & (iou < APART_IOU))] = -np.inf
    take = min(width, len(j))
    best = np.argpartition(-score, take - 1, axis=1)[:, :take] if take < len(j) else np.tile(j, (len(k), 1))
    value = np.take_along_axis(score, best, 1)
    order = np.argsort(-value, axis=1, kind="stable")
    best = np.where(np.isfinite(np.take_along_axis(value, order, 1)), np.take_along_axis(best, order, 1), -1)
    return np.pad(best, ((0, 0), (0, width - take)), constant_values=-1)


def _pair_features(facts: _Facts, together: dict[str, np.ndarray], k: np.ndarray, j: np.ndarray) -> np.ndarray:
    """(M, P) of pairs: j came first."""
    first, last = facts.first[k], facts.last[j]
    gap = facts.start[k] - facts.end[j]
    frames, iou = _find(together, k * len(facts.start) + j)
    height = np.maximum(np.maximum(first[:, 3], last[:, 3]), 1e-3)
    width = np.maximum(np.maximum(first[:, 2], last[:, 2]), 1e-3)
    size = np.sqrt(height * width)
    ahead = last[:, :2] + facts.velocity[j] * np.clip(gap, 0, 3)[:, None]
    best = np.einsum("mia,mja->mij", facts.looks[j], facts.looks[k]).max((1, 2), initial=-1)
    columns = (
        np.einsum("ma,ma->m", facts.look_last[j], facts.look_first[k]),
        np.einsum("ma,ma->m", facts.look_mean[j], facts.look_mean[k]),
        best,
        np.log1p(np.maximum(gap, 0)) / 3,
        gap > 0,
        np.log1p(frames) / 3,
        frames / np.maximum(np.minimum(facts.count[k], facts.count[j]), 1),
        iou,
        np.log1p(np.hypot(*(first[:, :2] - last[:, :2]).T) / size),
        np.log1p(np.hypot(*(first[:, :2] - ahead).T) / size),
        np.abs(np.log(np.maximum(first[:, 2], 1e-3) / np.maximum(last[:, 2], 1e-3))),
        np.abs(np.log(np.maximum(first[:, 3], 1e-3) / np.maximum(last[:, 3], 1e-3))),
        facts.class_id[k] == facts.class_id[j],
        facts.group[k] == facts.group[j],
        np.exp(-facts.speed[j]),
        _at_edge(last),
        _at_edge(first),
        facts.score[k],
        facts.score[j],
        np.log1p(facts.end[k] - facts.start[k]) / 4,
        np.log1p(facts.end[j] - facts.start[j]) / 4,
        overlap_of_pairs(first, last),
        _agreement(facts, k, j),
    )
    return np.stack([np.asarray(column, np.float32) for column in columns], 1)


def _all_votes(index: ObjectIndex, rows: TrackRows) -> tuple[np.ndarray, np.ndarray]:
    """(K, 1 + V) classes that each track was taken for, its own first, and the shares of its sightings."""
    others, shares = index.votes.table(rows.track_id)
    own = 1 - shares.sum(1, keepdims=True)
    return np.concatenate([rows.track_class[:, None], others], 1), np.concatenate([own, shares], 1)


def _agreement(facts: _Facts, k: np.ndarray, j: np.ndarray) -> np.ndarray:
    """(M,) how much of what two tracks were taken for is the same: the sum of the smaller shares, 0 to 1."""
    same = (facts.votes[k][:, :, None] == facts.votes[j][:, None, :]) & (facts.votes[k][:, :, None] >= 0)
    return (np.minimum(facts.shares[k][:, :, None], facts.shares[j][:, None, :]) * same).sum((1, 2))


def _at_edge(box: np.ndarray) -> np.ndarray:
    near = np.concatenate([box[:, :2] - box[:, 2:] / 2, 1 - box[:, :2] - box[:, 2:] / 2], 1).min(1)
    return np.exp(-np.maximum(near, 0) / 0.02)
