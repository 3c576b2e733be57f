"""`ObjectIndex`: what one clip shows, where and when; one safetensors file per clip.

On disk (format 1) a track is kept as *key rows*: both ends of every stretch in which it was seen, one every
`KEY_STEP_S` in between, and more where a straight line would miss the box by more than `KEY_ERROR`. Between two key
rows of one stretch the box moves on that line, which holds an hour of ordinary street video at 5 fps under 2 MB. Each
row takes 10 bytes; appearance is kept per track, a new vector only when the look changed. The file is written aside
and renamed; reading takes 0.05 s for ten hours.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from pipeline.class_votes import ClassVotes
from pipeline.errors import InputError
from pipeline.records import APPEARANCE_DIM, FrameObjects

FORMAT = "longtake-index-1"
SUFFIX = ".index.safetensors"
KEY_STEP_S = 0.5
"""Usual longest time between two kept rows of one stretch, seconds."""
MOST_STEPS = 240
KEY_ERROR = 0.01
"""Largest error of a box between two kept rows, as a share of the picture."""


@dataclass(frozen=True)
class ObjectIndex:
    """Everything that was seen in one clip, as flat arrays. F frames, R rows (sightings), M appearance keys.

    class_names: the detector's names; `class_id` points into them.
    duration_s, width, height: of the video, upright, pixels.
    frame_t_s: (F,) float64, presentation times of the sampled frames.
    offsets: (F + 1,) int64; the rows of frame k are offsets[k]:offsets[k + 1], sorted by track.
    boxes_xywhn: (R, 4) float32. class_id, track_id: (R,) int32. score: (R,) float32.
    key_track_id: (M,) int32; key_t_s: (M,) float64; key_appearance: (M, A) float32 unit vectors.
    provenance: how it was made (detector, tracker, settings, digest): JSON values.
    warnings: what the reader should know (damage, fallbacks).
    votes: what else the detector took each track for.
    """

    class_names: tuple[str, ...]
    duration_s: float
    width: int
    height: int
    frame_t_s: np.ndarray
    offsets: np.ndarray
    boxes_xywhn: np.ndarray
    class_id: np.ndarray
    track_id: np.ndarray
    score: np.ndarray
    key_track_id: np.ndarray
    key_t_s: np.ndarray
    key_appearance: np.ndarray
    provenance: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    votes: ClassVotes = field(default_factory=ClassVotes.none)

    def __len__(self) -> int:
        """Number of sampled frames."""
        return len(self.frame_t_s)

    @cached_property
    def row_frame(self) -> np.ndarray:
        """(R,) int64: the frame that each row belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @cached_property
    def step_s(self) -> float:
        """Usual time between two sampled frames, seconds."""
        return float(np.median(np.diff(self.frame_t_s))) if len(self) > 1 else 0.0

    def frame(self, k: int) -> FrameObjects:
        """The objects of sampled frame k."""
        rows = slice(int(self.offsets[k]), int(self.offsets[k + 1]))
        return FrameObjects(
            t_s=float(self.frame_t_s[k]),
            boxes_xywhn=self.boxes_xywhn[rows],
            class_id=self.class_id[rows],
            score=self.score[rows],
            track_id=self.track_id[rows],
            appearance=self.appearance_of(self.track_id[rows], float(self.frame_t_s[k])),
        )

    def frames(self) -> Iterator[FrameObjects]:
        """All sampled frames in order."""
        return (self.frame(k) for k in range(len(self)))

    def appearance_of(self, track_id: np.ndarray, t_s: float) -> np.ndarray:
        """(N, A): the newest appearance key of each track at or before `t_s` (the first one if all are later)."""
        out = np.zeros((len(track_id), APPEARANCE_DIM), np.float32)
        for row, track in enumerate(track_id):
            lo, hi = np.searchsorted(self.key_track_id, [track, track + 1])
            if lo < hi:
                key = max(lo, lo + int(np.searchsorted(self.key_t_s[lo:hi], t_s, side="right")) - 1)
                out[row] = self.key_appearance[key]
        return out

    @cached_property
    def tracks(self) -> TrackTable:
        """One row per object: class, first and last sight, seconds seen."""
        return TrackTable.of(self)


@dataclass(frozen=True)
class TrackTable:
    """One row per object (K of them), sorted by first sight.

    track_id, class_id: (K,) int32. start_s, end_s: (K,) float64, first and last sight.
    seen_s: (K,) float64, time in sight (gaps left out). sightings: (K,) int64. score: (K,) mean.
    """

    track_id: np.ndarray
    class_id: np.ndarray
    start_s: np.ndarray
    end_s: np.ndarray
    seen_s: np.ndarray
    sightings: np.ndarray
    score: np.ndarray

    def __len__(self) -> int:
        return len(self.track_id)

    @staticmethod
    def of(index: ObjectIndex) -> TrackTable:
        """Summarise the rows of `index`."""
        ids, inverse, count = np.unique(index.track_id, return_inverse=True, return_counts=True)
        frame = index.row_frame
        first, last = np.full(len(ids), len(index)), np.full(len(ids), -1)
        np.minimum.at(first, inverse, frame)
        np.maximum.at(last, inverse, frame)
        class_id = np.zeros(len(ids), np.int32)
        class_id[inverse] = index.class_id
        score = np.bincount(inverse, index.score, len(ids)) / np.maximum(count, 1)
        frame_s = np.diff(index.frame_t_s, append=index.frame_t_s[-1:] + index.step_s) if len(index) else np.zeros(0)
        seen_s = np.bincount(inverse, np.minimum(frame_s, 2 * index.step_s)[frame], len(ids))
        start_s, end_s = index.frame_t_s[first], index.frame_t_s[last]
        order = np.lexsort((ids, start_s))
        return TrackTable(*(a[order] for a in (ids.astype(np.int32), class_id, start_s, end_s, seen_s, count, score)))


# ---------------------------------------------------------------------------------------------------------- the file


def write_index(index: ObjectIndex, path: Path) -> None:
    """Write `index` to `path`, whole or not at all. Raises InputError on a full disk or a folder without permission."""
    rows, begins = _key_rows(index)
    frame = index.row_frame[rows]
    tracks = np.unique(index.track_id)
    class_of = np.zeros(len(tracks), np.uint16)
    class_of[np.searchsorted(tracks, index.track_id)] = index.class_id
    arrays = {
        "frame_t_s": index.frame_t_s.astype(np.float64),
        "stretch_rows": np.diff(np.append(np.flatnonzero(begins), len(rows))).astype(np.uint32),
        "stretch_frame": frame[begins].astype(np.uint32),
        "stretch_track": np.searchsorted(tracks, index.track_id[rows[begins]]).astype(np.uint32),
        "row_step": np.where(begins, 0, np.diff(frame, prepend=0)).astype(np.uint8),
        "row_box": np.round(np.clip(index.boxes_xywhn[rows], 0, 1) * 65535).astype(np.uint16),
        "row_score": np.round(index.score[rows] * 255).astype(np.uint8),
        "track_id": tracks.astype(np.int32),
        "track_class": class_of,
        "key_track_id": index.key_track_id.astype(np.int32),
        "key_t_s": index.key_t_s.astype(np.float64),  # float32 would move a key past its own frame
        "key_appearance": np.round(index.key_appearance * 127).astype(np.int8),
        "vote_track_id": index.votes.track_id.astype(np.int32),
        "vote_class": index.votes.class_id.astype(np.uint16),
        "vote_share": np.round(index.votes.share * 255).astype(np.uint8),
    }
    head = {
        "format": FORMAT,
        "class_names": list(index.class_names),
        "duration_s": index.duration_s,
        "width": index.width,
        "height": index.height,
        "provenance": dict(index.provenance),
        "warnings": list(index.warnings),
    }
    # one entry only: safetensors writes several in an order that changes from run to run
    metadata = {"index": json.dumps(head, ensure_ascii=False, sort_keys=True)}
    write_aside(path, lambda aside: save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, aside, metadata))


def write_aside(path: Path, write: Any) -> None:
    """Call `write(temporary_path)`, flush it to the disk, and rename it to `path`. Raises InputError when it can't."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            aside = Path(folder) / path.name
            write(aside)
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            aside.chmod(0o666 & ~mask)
            aside.replace(path)
    except (OSError, SafetensorError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC
        way_out = "free some space or choose another folder" if full else "choose a folder that you can write to"
        raise InputError(f"cannot write {path}: {error}; {way_out}") from error


def read_index(path: Path | str) -> ObjectIndex:
    """Read an index file. Raises InputError if it is missing, of another format, or damaged."""
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"{path} is a folder; give an index file in it" if path.is_dir() else f"no such index file: {path}"
        )
    try:
        with safe_open(path, framework="numpy") as file:
            head = dict(json.loads((file.metadata() or {}).get("index", "{}")))
            if head.get("format") != FORMAT:
                found = head.get("format", "no Longtake format")
                raise InputError(f"{path} is not an index that this version reads ({found}); index the video again")
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        if not isinstance(head["provenance"], dict) or stored["track_class"].max(initial=0) > len(head["class_names"]):
            raise ValueError("its parts contradict each other")
        return _expand(head, stored)
    except (SafetensorError, KeyError, ValueError, IndexError, TypeError, OSError) as error:
        raise InputError(f"{path} is not a readable index ({error}); index the video again") from error


def _key_rows(index: ObjectIndex) -> tuple[np.ndarray, np.ndarray]:
    """Rows to keep, (K,) positions in `index` by track, then frame; and (K,) bool: does a stretch of seeing begin here.

    No two kept rows of a stretch are more than `MOST_STEPS` frames apart.
    """
    frame = index.row_frame
    by_track = np.lexsort((frame, index.track_id))
    track, at = index.track_id[by_track], frame[by_track]
    if not len(by_track):
        return by_track, np.zeros(0, bool)
    starts = np.ones(len(by_track), bool)
    starts[1:] = (track[1:] != track[:-1]) | (at[1:] != at[:-1] + 1)
    ends = np.append(starts[1:], True)
    run_begin = np.maximum.accumulate(np.where(starts, np.arange(len(by_track)), 0))
    slot = np.floor((index.frame_t_s[at] - index.frame_t_s[at[run_begin]]) / KEY_STEP_S + 1e-6)
    keep = starts | ends | ((at - at[run_begin]) % MOST_STEPS == 0)
    keep[1:] |= slot[1:] != slot[:-1]
    box, t_s = index.boxes_xywhn[by_track], index.frame_t_s[at]
    while (off := _off_the_line(box, t_s, keep)).size:
        keep[off] = True
    return by_track[keep], starts[keep]


def _off_the_line(box: np.ndarray, t_s: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Of every stretch between two kept rows, the row that is farthest off the line, if by more than `KEY_ERROR`."""
    kept = np.flatnonzero(keep)
    left = np.cumsum(keep) - 1
    right = np.minimum(left + 1, len(kept) - 1)
    t0, t1 = t_s[kept[left]], t_s[kept[right]]
    part = np.divide(t_s - t0, t1 - t0, out=np.zeros(len(t_s)), where=t1 > t0)[:, None]
    error = np.abs(box - (box[kept[left]] * (1 - part) + box[kept[right]] * part)).max(1)
    error[keep] = 0
    worst = np.lexsort((-error, left))
    worst = worst[np.diff(left[worst], prepend=-1) > 0]
    return worst[error[worst] > KEY_ERROR]


def _expand(head: dict[str, Any], stored: dict[str, np.ndarray]) -> ObjectIndex:
    """Fill the rows between the key rows, by straight lines in time."""
    t_s = stored["frame_t_s"]
    stretch = np.repeat(np.arange(len(stored["stretch_rows"])), stored["stretch_rows"])
    starts = np.diff(stretch, prepend=-1) > 0
    walked = np.cumsum(stored["row_step"].astype(np.int64))
    key_frame = walked + (stored["stretch_frame"].astype(np.int64) - walked[starts])[stretch]
    step = np.ones(len(key_frame), np.int64)  # rows that key row i stands for: up to the next one of its stretch
    if len(key_frame) > 1:
        step[:-1] = np.where(starts[1:], 1, key_frame[1:] - key_frame[:-1])
    source = np.repeat(np.arange(len(key_frame)), step)
    within = np.arange(len(source)) - np.repeat(np.cumsum(step) - step, step)
    frame = key_frame[source] + within
    after = np.where(step[source] > 1, np.minimum(source + 1, len(key_frame) - 1), source)
    span = t_s[key_frame[after]] - t_s[key_frame[source]]
    part = np.divide(t_s[frame] - t_s[key_frame[source]], span, out=np.zeros(len(frame)), where=span > 0)[:, None]
    box = stored["row_box"].astype(np.float32) / 65535
    score = stored["row_score"].astype(np.float32) / 255
    boxes = (box[source] * (1 - part) + box[after] * part).astype(np.float32)
    scores = (score[source] * (1 - part[:, 0]) + score[after] * part[:, 0]).astype(np.float32)
    track_row = stored["stretch_track"].astype(np.int64)[stretch[source]]
    order = np.lexsort((track_row, frame))
    appearance = stored["key_appearance"].astype(np.float32)
    return ObjectIndex(
        class_names=tuple(head["class_names"]),
        duration_s=float(head["duration_s"]),
        width=int(head["width"]),
        height=int(head["height"]),
        frame_t_s=t_s,
        offsets=np.searchsorted(frame[order], np.arange(len(t_s) + 1)).astype(np.int64),
        boxes_xywhn=boxes[order],
        class_id=stored["track_class"].astype(np.int32)[track_row[order]],
        track_id=stored["track_id"][track_row[order]],
        score=scores[order],
        key_track_id=stored["key_track_id"],
        key_t_s=stored["key_t_s"].astype(np.float64),
        key_appearance=appearance / np.maximum(np.linalg.norm(appearance, axis=1, keepdims=True), 1e-6),
        provenance=head["provenance"],
        warnings=tuple(head["warnings"]),
        votes=_votes(stored),
    )


def _votes(stored: dict[str, np.ndarray]) -> ClassVotes:
    """The votes of an index file; none in files written before there were any."""
    if "vote_track_id" not in stored:
        return ClassVotes.none()
    share = stored["vote_share"].astype(np.float32) / 255
    return ClassVotes(stored["vote_track_id"], stored["vote_class"].astype(np.int32), share)
