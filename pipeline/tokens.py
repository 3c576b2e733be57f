"""What the model reads of a clip: object tokens, one frame token per moment, and the facts that answers copy.

A track gives a token where it comes into sight and where it goes out of it, and in between once a second at first, then
ever less often (steps of a tenth of its age): what a parked car does in its second hour says little. Every number is
bounded at any length of clip.

Shapes: N tokens, K tracks (by first sight), S features, A appearance, R rows of the index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.boxes import overlap_of_pairs
from pipeline.object_index import ObjectIndex

FRAME = -1
"""`track` of a frame token."""
STEP_S = 1.0
AGE_STEP = 0.1
GAP_S = 2.0
"""Unseen for longer, a track has gone out of sight (an object that comes back after this long *returns*)."""

FEATURES = (
    "is_frame", "score", "mean_score", "top_score", "sightings", "age", "hidden", "comes", "goes",
    "x", "y", "width", "height", "left", "right", "top", "bottom", "speed_x", "speed_y", "net_x", "net_y",
    "others", "overlap", "overlap_score", "overlap_same",
)  # fmt: skip


@dataclass(frozen=True)
class ObjectTokens:
    """Tokens in time order; of one moment, the frame token first.

    t_s: (N,) float64 seconds. track: (N,) position of the track, `FRAME` for frame tokens. class_id: (N,), -1 likewise.
    features: (N, S) float32. look: (N, A) float32 unit vectors, zero where unknown.
    track_id, track_class: (K,). first_token, last_token: (K,) positions.
    """

    t_s: np.ndarray
    track: np.ndarray
    class_id: np.ndarray
    features: np.ndarray
    look: np.ndarray
    track_id: np.ndarray
    track_class: np.ndarray
    first_token: np.ndarray
    last_token: np.ndarray

    def __len__(self) -> int:
        return len(self.t_s)

    @staticmethod
    def of(index: ObjectIndex, rows: TrackRows | None = None) -> ObjectTokens:
        """Tokens of an index."""
        rows = TrackRows.of(index) if rows is None else rows
        chosen = np.flatnonzero(_chosen(rows))
        features = features_of(index, rows, chosen)
        t = rows.t_s[chosen]
        moments = np.unique(t)
        order = np.lexsort((rows.track[chosen], t))
        chosen, features, t = chosen[order], features[order], t[order]
        place = np.searchsorted(moments, t) + 1 + np.arange(len(t))  # frame tokens go in between
        total = len(t) + len(moments)
        frame_at = np.ones(total, bool)
        frame_at[place] = False

        def spread(values: np.ndarray, empty: float) -> np.ndarray:
            out = np.full((total, *values.shape[1:]), empty, values.dtype)
            out[place] = values
            return out

        track = spread(rows.track[chosen].astype(np.int64), FRAME)
        all_features = spread(features, 0.0)
        all_features[frame_at, FEATURES.index("is_frame")] = 1
        counts = np.bincount(np.searchsorted(moments, t), minlength=len(moments))
        all_features[frame_at, FEATURES.index("others")] = np.log1p(counts) / 3
        all_features[frame_at, FEATURES.index("hidden")] = np.log1p(np.diff(moments, prepend=moments[:1])) / 4
        t_all = spread(t, 0.0)
        t_all[frame_at] = moments
        number = len(rows.track_id)
        first, last = np.full(number, total), np.full(number, -1)
        np.minimum.at(first, rows.track[chosen], place)
        np.maximum.at(last, rows.track[chosen], place)
        return ObjectTokens(
            t_s=t_all,
            track=track,
            class_id=spread(rows.class_id[chosen].astype(np.int64), -1),
            features=all_features,
            look=spread(_looks(index, rows, chosen), 0.0),
            track_id=rows.track_id,
            track_class=rows.track_class,
            first_token=first,
            last_token=last,
        )


@dataclass(frozen=True)
class TrackRows:
    """The rows of an index by track (in order of first sight) and time.

    row: (R,) row of the index. track: (R,) position. frame, t_s, class_id: (R,). first: (R,) is it the track's first.
    begin: (K + 1,) where each track's rows begin. track_id, track_class: (K,).
    """

    row: np.ndarray
    track: np.ndarray
    frame: np.ndarray
    t_s: np.ndarray
    class_id: np.ndarray
    first: np.ndarray
    begin: np.ndarray
    track_id: np.ndarray
    track_class: np.ndarray
    step_s: float

    @staticmethod
    def of(index: ObjectIndex) -> TrackRows:
        order = np.lexsort((index.row_frame, index.track_id))
        ids, begin = np.unique(index.track_id[order], return_index=True)
        rank = np.lexsort((ids, index.row_frame[order][begin]))
        position = np.empty(len(ids), np.int64)
        position[rank] = np.arange(len(ids))
        return TrackRows._sorted(index, position[np.searchsorted(ids, index.track_id)], ids[rank])

    def arranged(self, index: ObjectIndex) -> TrackRows:
        """The rows of an index with the same tracks but other sightings; tracks keep their places."""
        by_id = np.argsort(self.track_id)
        track = by_id[np.searchsorted(self.track_id[by_id], index.track_id)]
        return TrackRows._sorted(index, track, self.track_id)

    @staticmethod
    def _sorted(index: ObjectIndex, track: np.ndarray, track_id: np.ndarray) -> TrackRows:
        """track: (R,) place of the track of each row of the index. track_id: (K,)."""
        order = np.lexsort((index.row_frame, track))
        track, frame = track[order], index.row_frame[order]
        first = np.ones(len(track), bool)
        first[1:] = track[1:] != track[:-1]
        begin = np.append(np.flatnonzero(first), len(track))
        class_id = index.class_id[order]
        return TrackRows(
            row=order,
            track=track,
            frame=frame,
            t_s=index.frame_t_s[frame],
            class_id=class_id,
            first=first,
            begin=begin,
            track_id=track_id,
            track_class=class_id[begin[:-1]].astype(np.int64),
            step_s=index.step_s,
        )

    @property
    def sighted(self) -> np.ndarray:
        """(K,) of the frames from a track's first sight to its last, the share in which it is sighted."""
        first, last = self.begin[:-1], self.begin[1:] - 1
        return (last - first + 1) / (self.frame[last] - self.frame[first] + 1)

    def since_first(self, values: np.ndarray) -> np.ndarray:
        """(R, …) each row's value minus that of its track's first row."""
        return values - values[self.begin[:-1]][self.track]


def _chosen(rows: TrackRows) -> np.ndarray:
    """(R,) bool: rows that become tokens."""
    if not len(rows.track):
        return np.zeros(0, bool)
    age = rows.since_first(rows.t_s)
    # the number of the step that an age falls in: one a second, then ten for every e-fold
    turn = STEP_S / AGE_STEP
    step = np.where(age < turn, age / STEP_S, turn / STEP_S + np.log(np.maximum(age, turn) / turn) / AGE_STEP)
    step = np.floor(step + 1e-6)
    new_step = np.ones(len(age), bool)
    new_step[1:] = step[1:] != step[:-1]
    comes, goes, _ = _ends(rows)
    return rows.first | new_step | comes | goes


def _ends(rows: TrackRows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Does a stretch in sight begin, does one end at each row; seconds unseen before it."""
    gap = np.zeros(len(rows.track))
    gap[1:] = np.where(rows.first[1:], 0, np.maximum(np.diff(rows.t_s) - rows.step_s, 0))
    comes = rows.first | (gap >= GAP_S - 1e-6)
    goes = np.append(comes[1:], True)
    return comes, goes, gap


def features_of(index: ObjectIndex, rows: TrackRows, chosen: np.ndarray) -> np.ndarray:
    """(N, S) float32 `FEATURES` of some rows. chosen: (N,) positions in `rows`."""
    box = index.boxes_xywhn[rows.row].astype(np.float64)
    score = index.score[rows.row].astype(np.float64)
    number = np.arange(len(rows.track)) - rows.begin[:-1][rows.track] + 1
    total = np.cumsum(score)
    before = np.concatenate(([0.0], total))[rows.begin[:-1]][rows.track]
    top = np.maximum.accumulate(score + 2.0 * rows.track) - 2.0 * rows.track  # tracks are sorted: restarts by itself
    comes, goes, gap = _ends(rows)
    c = chosen
    earlier = np.maximum(c - 5, rows.begin[:-1][rows.track[c]])  # about a second back
    dt = np.maximum(rows.t_s[c] - rows.t_s[earlier], 1e-3)
    speed = (box[c, :2] - box[earlier, :2]) / dt[:, None]
    speed[earlier == c] = 0
    net = rows.since_first(box[:, :2])[c]
    x, y, w, h = box[c].T
    overlap, overlap_score, overlap_same, others = _overlaps(index, rows.row[c])
    columns = {
        "score": score[c],
        "mean_score": ((total - before) / number)[c],
        "top_score": top[c],
        "sightings": np.log1p(number[c]) / 5,
        "age": np.log1p(rows.since_first(rows.t_s)[c]) / 4,
        "hidden": np.log1p(gap[c]) / 4,
        "comes": comes[c],
        "goes": goes[c],
        "x": 2 * x - 1,
        "y": 2 * y - 1,
        "width": np.log(np.maximum(w, 1e-3)) / 4 + 0.6,
        "height": np.log(np.maximum(h, 1e-3)) / 4 + 0.6,
        "left": np.exp(-np.maximum(x - w / 2, 0) / 0.02),
        "right": np.exp(-np.maximum(1 - x - w / 2, 0) / 0.02),
        "top": np.exp(-np.maximum(y - h / 2, 0) / 0.02),
        "bottom": np.exp(-np.maximum(1 - y - h / 2, 0) / 0.02),
        "speed_x": np.tanh(5 * speed[:, 0]),
        "speed_y": np.tanh(5 * speed[:, 1]),
        "net_x": np.tanh(3 * net[:, 0]),
        "net_y": np.tanh(3 * net[:, 1]),
        "others": np.log1p(others) / 3,
        "overlap": overlap,
        "overlap_score": overlap_score,
        "overlap_same": overlap_same,
    }
    out = np.zeros((len(c), len(FEATURES)), np.float32)
    for k, name in enumerate(FEATURES):
        if name in columns:
            out[:, k] = columns[name]
    return out


def pairs_in_frames(index: ObjectIndex, row: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(which, other, iou): each of `row` with every other row of its frame. which: positions in `row`; other: rows."""
    frame = index.row_frame[row]
    count = np.diff(index.offsets)[frame]
    which = np.repeat(np.arange(len(row)), count)
    step = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    other = index.offsets[frame][which] + step
    keep = other != row[which]
    which, other = which[keep], other[keep]
    return which, other, overlap_of_pairs(index.boxes_xywhn[row[which]], index.boxes_xywhn[other])


def _overlaps(index: ObjectIndex, row: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of the box that overlaps each of `row` most: IoU, its score minus the row's, is it of the same class; and how
    many others are in the frame."""
    which, other, iou = pairs_in_frames(index, row)
    best = np.full(len(row), -1)
    order = np.argsort(iou, kind="stable")
    best[which[order]] = order  # the last written has the highest
    has = best >= 0
    overlap, difference, same = np.zeros((3, len(row)))
    there = other[best[has]]
    overlap[has] = iou[best[has]]
    touching = overlap[has] > 0
    difference[has] = (index.score[there] - index.score[row[has]]) * touching
    same[has] = (index.class_id[there] == index.class_id[row[has]]) & touching
    return overlap, difference, same, np.bincount(which, minlength=len(row))


def _looks(index: ObjectIndex, rows: TrackRows, chosen: np.ndarray) -> np.ndarray:
    """(N, A) the newest look of each chosen row's track at its time."""
    width = index.key_appearance.shape[1] if index.key_appearance.ndim == 2 else 0
    out = np.zeros((len(chosen), width), np.float32)
    if not len(index.key_t_s):
        return out
    track_id = rows.track_id[rows.track[chosen]]
    # keys are sorted by (track, time): one search in a number that orders both
    span = float(index.frame_t_s[-1]) + 10.0
    keys = index.key_track_id * span + np.clip(index.key_t_s, 0, span - 5)
    at = np.searchsorted(keys, track_id * span + np.clip(rows.t_s[chosen], 0, span - 5) + 1e-6, side="right") - 1
    first = np.searchsorted(index.key_track_id, track_id)
    at = np.maximum(at, first)
    known = at < len(index.key_track_id)
    known[known] &= index.key_track_id[at[known]] == track_id[known]
    out[known] = index.key_appearance[at[known]]
    return out
