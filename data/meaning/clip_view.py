"""`ClipView`: an ObjectIndex arranged by object, made once per clip, on which every question's program runs.

Shapes: F frames, K objects (tracks, by first appearance, ties by id), V runs (unbroken stretches of being visible, by
object and time), R rows (sightings, by object and time). A row at frame k means: visible from frame k's time until
frame k + 1's, [t_k, t_(k+1)). The last frame lasts one usual step, or until the end of the clip.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from data.small_arrays import positions, steps
from data.vocabulary import covered
from pipeline.object_index import ObjectIndex


class _Clip(NamedTuple):
    """What a `ClipView` holds of the clip as a whole, in its order."""

    class_names: tuple[str, ...]
    duration_s: float
    step_s: float
    aspect: float
    edge_s: np.ndarray


@dataclass(frozen=True, slots=True)
class ClipView:
    """One clip by object.

    class_names: what the detector knows. aspect: height / width. step_s: usual time between frames.
    edge_s: (F + 1,) frame k is [edge_s[k], edge_s[k + 1]).
    track_id, class_id: (K,); start_s, end_s: (K,) first and last time visible; seen_s: (K,) time visible.
    run_track: (V,) position of the object; run_a, run_b: (V,) seconds, [a, b).
    row_frame: (R,); boxes_xywhn: (R, 4); object k's rows are row_ptr[k]:row_ptr[k + 1].
    cuts: cache of `parts.Cut`.
    """

    class_names: tuple[str, ...]
    duration_s: float
    step_s: float
    aspect: float
    edge_s: np.ndarray
    track_id: np.ndarray
    class_id: np.ndarray
    start_s: np.ndarray
    end_s: np.ndarray
    seen_s: np.ndarray
    run_track: np.ndarray
    run_a: np.ndarray
    run_b: np.ndarray
    row_frame: np.ndarray
    boxes_xywhn: np.ndarray
    row_ptr: np.ndarray
    cuts: dict[tuple[Any, ...], Any] = field(default_factory=dict, compare=False)
    _masks: dict[str, np.ndarray] = field(default_factory=dict, compare=False)
    _labels: list[Any] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        return len(self.track_id)

    @staticmethod
    def of(index: ObjectIndex) -> ClipView:
        """Arrange `index` by object. An object's class is the most frequent one of its rows (of equals, the lowest)."""
        order = index.track_id.argsort(kind="stable")
        return ClipView._arranged(
            _Clip(
                index.class_names,
                index.duration_s,
                index.step_s,
                index.height / index.width,
                _edges(index.frame_t_s, index.duration_s, index.step_s),
            ),
            index.track_id[order],
            index.row_frame[order],
            index.class_id[order],
            index.boxes_xywhn[order],
        )

    @staticmethod
    def _arranged(
        clip: _Clip, track: np.ndarray, frame: np.ndarray, class_of_row: np.ndarray, boxes_xywhn: np.ndarray
    ) -> ClipView:
        """From rows that are sorted by track and then by frame."""
        new = np.ones(len(track) + 1, bool)  # does an object begin at this row (one past the end: yes)
        np.not_equal(track[1:], track[:-1], out=new[1:-1])
        bounds = positions(new)
        first = bounds[:-1]
        rank = np.lexsort((track[first], frame[first]))
        position = np.empty(len(first), np.int64)
        position[rank] = np.arange(len(first))

        rows = steps(bounds)
        by_rank = np.argsort(position.repeat(rows), kind="stable")  # rows, now by first appearance
        frame = frame[by_rank]
        rows = rows[rank]
        row_ptr = np.concatenate(([0], rows.cumsum()))
        begins = np.ones(len(frame) + 1, bool)  # does a run begin at this row
        np.greater(frame[1:], frame[:-1] + 1, out=begins[1:-1])
        begins[row_ptr] = True
        at = positions(begins)
        edge_s = clip.edge_s
        run_a, run_b = edge_s[frame[at[:-1]]], edge_s[frame[at[1:] - 1] + 1]
        run_track = row_ptr.searchsorted(at[:-1], side="right") - 1
        return ClipView(
            *clip,
            track_id=track[first][rank],
            class_id=_majority(class_of_row[by_rank], row_ptr, len(clip.class_names)),
            start_s=edge_s[frame[row_ptr[:-1]]],
            end_s=edge_s[frame[row_ptr[1:] - 1] + 1],
            seen_s=np.bincount(run_track, run_b - run_a, len(rows)),
            run_track=run_track,
            run_a=run_a,
            run_b=run_b,
            row_frame=frame,
            boxes_xywhn=boxes_xywhn[by_rank],
            row_ptr=row_ptr,
        )

    def sightings(self, keep: np.ndarray) -> ClipView:
        """The same clip as if only some sightings had been made. keep: (R,) bool."""
        number = steps(self.row_ptr)
        track, class_of_row = self.track_id.repeat(number)[keep], self.class_id.repeat(number)[keep]
        order = track.argsort(kind="stable")
        return ClipView._arranged(
            _Clip(self.class_names, self.duration_s, self.step_s, self.aspect, self.edge_s),
            track[order],
            self.row_frame[keep][order],
            class_of_row[order],
            self.boxes_xywhn[keep][order],
        )

    def only(self, keep: np.ndarray) -> ClipView:
        """The same clip with some of its objects. keep: (K,) bool."""
        place = keep.cumsum() - 1  # of what is kept, among what is kept
        runs = keep[self.run_track]
        number = steps(self.row_ptr)
        rows = keep.repeat(number)
        return replace(
            self,
            track_id=self.track_id[keep],
            class_id=self.class_id[keep],
            start_s=self.start_s[keep],
            end_s=self.end_s[keep],
            seen_s=self.seen_s[keep],
            run_track=place[self.run_track[runs]],
            run_a=self.run_a[runs],
            run_b=self.run_b[runs],
            row_frame=self.row_frame[rows],
            boxes_xywhn=self.boxes_xywhn[rows],
            row_ptr=np.concatenate(([0], number[keep].cumsum())),
            cuts={},
            _masks={},
            _labels=[],
        )

    @property
    def labels(self) -> list[Any]:
        """Track id and class name of each object."""
        if not self._labels:
            names = [self.class_names[c] for c in self.class_id.tolist()]
            self._labels.extend((self.track_id.tolist(), names))
        return self._labels

    def mask(self, term: str) -> np.ndarray:
        """(K,) bool: which objects a term means. Cached; don't write into it."""
        found = self._masks.get(term)
        if found is None:
            table = np.zeros(len(self.class_names) + 1, bool)
            table[list(covered(term, self.class_names))] = True
            found = self._masks[term] = table[self.class_id]
        return found

    def names(self, tracks: np.ndarray) -> list[str]:
        """Class names of some objects, each once, in their order."""
        return [self.class_names[c] for c in dict.fromkeys(self.class_id[tracks].tolist())]


def _edges(frame_t_s: np.ndarray, duration_s: float, step_s: float) -> np.ndarray:
    if not len(frame_t_s):
        return np.zeros(1)
    last = float(frame_t_s[-1])
    end = min(last + step_s, duration_s) if step_s > 0 else duration_s
    return np.append(frame_t_s, end if end > last else last + (step_s or 1.0))


def _majority(class_of_row: np.ndarray, row_ptr: np.ndarray, classes: int) -> np.ndarray:
    """(K,) int64: each object's most frequent class."""
    if not len(class_of_row):
        return np.zeros(len(row_ptr) - 1, np.int64)
    first = class_of_row[row_ptr[:-1]].astype(np.int64)
    track = np.repeat(np.arange(len(first)), steps(row_ptr))
    mixed = class_of_row != first[track]
    for k in np.unique(track[mixed]).tolist():
        first[k] = np.bincount(class_of_row[row_ptr[k] : row_ptr[k + 1]], minlength=classes).argmax()
    return first
