"""What was there without being found: the ends of runs put off, gaps closed (`models.unseen`).

A *run* is an unbroken stretch of sightings of one track. Its two ends are described, the network says how long the
thing was there beyond each and whether it was there in the gap to the next run (`pipeline.judge_tracks.look_beyond`),
and `completed` writes the sightings that are missing, on a straight line. Identities play no part in it, so it is done
once per clip, for all worlds.

Shapes: R rows by track and time, V runs, E features of an end, G gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.object_index import ObjectIndex
from pipeline.tokens import FEATURES, TrackRows, features_of

NEAR_S = 1.0
"""Speed and score at an end are those of the nearest second."""
NO_DETECTOR = 0.98
"""No detector is as sure as this of many things: such scores are of tracks that were made, or given, without one."""
MADE_SCORE = 0.0
"""Of a sighting that was not made: any other of the same object goes before it."""
SHRUNK = 0.999
"""Size of a box that was not found, against the last one that was: the picture to show is of one that was."""

END_FEATURES = (
    *FEATURES,
    "begins", "out_x", "out_y", "leaves_soon", "leaves_later", "near_score", "run_score", "run_top", "track_score",
    "track_top", "run_lasts", "track_lasts", "step", "outer", "room", "clip_score", "clip_top", "clip_whole",
    "clip_exact",
)  # fmt: skip


@dataclass(frozen=True)
class Runs:
    """begin, stop: (V,) first and last row of each run. track: (V,), goes_on: (V,) bool, is there a further run of the
    same track."""

    begin: np.ndarray
    stop: np.ndarray
    track: np.ndarray
    goes_on: np.ndarray

    def __len__(self) -> int:
        return len(self.begin)

    @staticmethod
    def of(rows: TrackRows) -> Runs:
        """The runs of all tracks, by track and time."""
        begins = rows.first.copy()
        begins[1:] |= np.diff(rows.frame) > 1
        begin = np.flatnonzero(begins)
        stop = np.append(begin[1:], len(begins))[: len(begin)] - 1
        track = rows.track[begin]
        return Runs(begin, stop, track, np.append(track[1:] == track[:-1], False)[: len(begin)])


def _inner(rows: TrackRows, runs: Runs) -> np.ndarray:
    """(V, 2) the row of each run that is the nearest second away from its beginning and from its end."""
    near = max(1, round(NEAR_S / max(rows.step_s, 1e-3)))
    return np.stack([np.minimum(runs.begin + near, runs.stop), np.maximum(runs.stop - near, runs.begin)], 1)


@dataclass(frozen=True)
class Unseen:
    """before_s, after_s: (V,) seconds that a run's thing was there before and behind it. bridged: (V,) bool: also all
    through the gap to the next run."""

    before_s: np.ndarray
    after_s: np.ndarray
    bridged: np.ndarray

    def __len__(self) -> int:
        return len(self.before_s)


def room_of(index: ObjectIndex, rows: TrackRows, runs: Runs) -> np.ndarray:
    """(V, 2) seconds without a sighting before and behind each run: to the track's next run, or to the clip's end."""
    if not len(runs):
        return np.zeros((0, 2))
    starts, ends = rows.t_s[runs.begin], rows.t_s[runs.stop]
    room = np.stack([starts - index.frame_t_s[0], index.frame_t_s[-1] - ends], 1)
    gaps = np.flatnonzero(runs.goes_on)
    room[gaps, 1] = room[gaps + 1, 0] = starts[gaps + 1] - ends[gaps] - rows.step_s
    return np.maximum(room, 0.0)


def ends_of(index: ObjectIndex, rows: TrackRows, runs: Runs) -> np.ndarray:
    """(V, 2, E) float32 `END_FEATURES` of the beginning and the end of each run."""
    begin, stop, track = runs.begin, runs.stop, runs.track
    out = np.zeros((len(runs), 2, len(END_FEATURES)), np.float32)
    if not len(runs):
        return out
    step_s = max(rows.step_s, 1e-3)
    box, score = index.boxes_xywhn[rows.row].astype(np.float64), index.score[rows.row].astype(np.float64)
    end, inner = np.stack([begin, stop], 1), _inner(rows, runs)
    away_s = np.maximum(np.abs(rows.t_s[end] - rows.t_s[inner]), 1e-3)[..., None]
    speed = (box[end, :2] - box[inner, :2]) / away_s
    leaves_s = _leaves_s(box[end], speed)
    total = np.append(0.0, np.cumsum(score))

    def mean(first: np.ndarray, last: np.ndarray) -> np.ndarray:
        return (total[last + 1] - total[first]) / (last + 1 - first)

    first, last = rows.begin[:-1], rows.begin[1:] - 1
    top = np.maximum.reduceat(score, first)
    columns = {
        "begins": np.array([1.0, 0.0]),
        "out_x": np.tanh(5 * speed[..., 0]),
        "out_y": np.tanh(5 * speed[..., 1]),
        "leaves_soon": np.exp(-leaves_s / 0.4),
        "leaves_later": np.exp(-leaves_s / 2.0),
        "near_score": np.stack([mean(begin, inner[:, 0]), mean(inner[:, 1], stop)], 1),
        "run_score": mean(begin, stop)[:, None],
        "run_top": np.maximum.reduceat(score, begin)[:, None],
        "track_score": mean(first, last)[track][:, None],
        "track_top": top[track][:, None],
        "run_lasts": np.log1p(rows.t_s[stop] - rows.t_s[begin])[:, None] / 4,
        "track_lasts": np.log1p(rows.t_s[last] - rows.t_s[first])[track][:, None] / 4,
        "step": np.log(step_s) / 2,
        "outer": np.stack([begin == first[track], stop == last[track]], 1),
        "room": np.log1p(room_of(index, rows, runs)) / 4,
        "clip_score": mean(first, last).mean(),
        "clip_top": top.mean(),
        "clip_whole": rows.sighted.mean(),
        "clip_exact": np.sqrt((score > NO_DETECTOR).mean()),
    }
    out[..., : len(FEATURES)] = features_of(index, rows, end.ravel()).reshape(len(runs), 2, -1)
    for name, column in columns.items():
        out[..., END_FEATURES.index(name)] = column
    return out


def _leaves_s(box: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """(V, 2) seconds until a box that moves on as it did has left the picture, 1e3 at most. box: xywhn."""
    half = box[..., 2:] / 2
    far = np.where(speed > 0, 1 - box[..., :2] + half, box[..., :2] + half)  # to where nothing of it is to be seen
    still = np.abs(speed) < 1e-4
    return np.where(still, 1e3, np.minimum(far / np.where(still, 1.0, np.abs(speed)), 1e3)).min(-1)


def completed(index: ObjectIndex, rows: TrackRows, unseen: Unseen) -> tuple[ObjectIndex, TrackRows]:
    """The index with the sightings that are missing, and its rows; tracks keep their places in `rows`."""
    runs = Runs.of(rows)
    behind, ahead, bridge = _frames_of(index, rows, runs, unseen)
    nowhere = np.zeros(len(runs), bool)
    made = _beyond(index, rows, runs, ahead, -1, nowhere), _beyond(index, rows, runs, behind, 1, bridge)
    row, frame, box = (np.concatenate(parts) for parts in zip(*made, strict=True))
    if not len(row):
        return index, rows
    source = rows.row[row]
    frames = np.concatenate([index.row_frame, frame])
    order = np.lexsort((np.concatenate([index.track_id, index.track_id[source]]), frames))

    def joined(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        return np.concatenate([old, new.astype(old.dtype)])[order]

    whole = replace(
        index,
        offsets=np.searchsorted(frames[order], np.arange(len(index) + 1)).astype(np.int64),
        boxes_xywhn=joined(index.boxes_xywhn, box),
        class_id=joined(index.class_id, index.class_id[source]),
        track_id=joined(index.track_id, index.track_id[source]),
        score=joined(index.score, np.full(len(row), MADE_SCORE)),
    )
    return whole, rows.arranged(whole)


def _frames_of(
    index: ObjectIndex, rows: TrackRows, runs: Runs, unseen: Unseen
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(V,) sightings to make behind each run and before it, and whether those behind it reach the next run."""
    step_s = max(rows.step_s, 1e-3)
    first, last = rows.frame[runs.begin], rows.frame[runs.stop]
    ahead = np.minimum(np.round(unseen.before_s / step_s).astype(np.int64), first)
    behind = np.minimum(np.round(unseen.after_s / step_s).astype(np.int64), len(index) - 1 - last)
    bridge = np.zeros(len(runs), bool)
    gaps = np.flatnonzero(runs.goes_on)
    gap = first[gaps + 1] - last[gaps] - 1
    bridge[gaps] = unseen.bridged[gaps] | (behind[gaps] + ahead[gaps + 1] >= gap)
    behind[gaps] = np.where(bridge[gaps], gap, behind[gaps])
    ahead[gaps + 1] = np.where(bridge[gaps], 0, ahead[gaps + 1])
    return behind, ahead, bridge


def _beyond(
    index: ObjectIndex, rows: TrackRows, runs: Runs, number: np.ndarray, way: int, bridge: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row at the end, frame and box of what is missing: `number` (V,) sightings per run, behind (1) or before (-1).

    Across a bridge boxes lie on the line to the next run; else they go on as the nearest second did, and leave the
    picture only in part.
    """
    end = runs.stop if way > 0 else runs.begin
    inner = _inner(rows, runs)[:, int(way > 0)]
    box = index.boxes_xywhn[rows.row].astype(np.float64)
    away = np.maximum(np.abs(rows.frame[end] - rows.frame[inner]), 1)[:, None]
    each = (box[end] - box[inner]) / away * [1, 1, 0, 0]
    over = np.flatnonzero(bridge)
    each[over] = (box[runs.begin[over + 1]] - box[end[over]]) / (number[over] + 1)[:, None]
    run = np.repeat(np.arange(len(end)), number)
    step = np.arange(len(run)) - np.repeat(np.cumsum(number) - number, number) + 1
    made = box[end][run] + each[run] * step[:, None]
    made[:, :2] = np.clip(made[:, :2], 0.0, 1.0)
    made[:, 2:] *= SHRUNK
    return end[run], rows.frame[end][run] + way * step, _cut(made)


def _cut(box: np.ndarray) -> np.ndarray:
    """(N, 4) xywhn cut to the picture."""
    low, high = np.clip(box[:, :2] - box[:, 2:] / 2, 0, 1), np.clip(box[:, :2] + box[:, 2:] / 2, 0, 1)
    return np.concatenate([(low + high) / 2, np.maximum(high - low, 1e-3)], 1)
