"""The index of a stream that never ends, in bounded memory (`LiveClip`).

    frames ─► online tracker ─► open stretch ─(identities fixed)─► settled pieces ─(too old, too many)─► folded

- The *open stretch* is the last five to ten minutes, as sightings with their looks. It is linked as a whole clip is
  (`pipeline.link`), anew for every index, so an identity in it may still change.
- A *settled piece* is five minutes whose identities are fixed. It holds what an index holds; an object that goes on
  keeps its number.
- *Folded* is what is older than `keep_s` or more than `MOST_TRACKS` or `MOST_ROWS`, the oldest pieces first. What is
  lost then: the objects' times, places and looks, so questions are answered from `Folded.before_s` on; an object that
  goes on begins there, and one that comes back counts as new. What is left: how many objects of each class there were.

Between settled pieces nothing is linked any more: somebody who is away for over five minutes has a new number when he
comes back, and only the model may still see that he is the same.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipeline.assemble import LOOKS_PER_TRACK, NEW_LOOK_COSINE, assemble_index
from pipeline.link import LinkPolicy, link_tracklets
from pipeline.object_index import ObjectIndex
from pipeline.records import APPEARANCE_DIM, FrameObjects
from pipeline.track import OnlineTracker
from pipeline.tracklets import Sightings

KEEP_S = 24 * 3600.0
SETTLE_S = 300.0
"""Length of a settled piece, seconds: links over longer gaps are hardly ever made (`LinkPolicy.gap_s`)."""
MOST_OPEN_ROWS = 100_000
"""Sightings in the open stretch; a crowd settles sooner. Linking so many takes seconds."""
MOST_TRACKS, MOST_ROWS = 4_000, 1_000_000
"""Objects and sightings that are kept: about 300 MB while a question is answered."""


@dataclass
class Folded:
    """What is left of what was forgotten. before_s: time before which nothing is known; objects: how many per class."""

    before_s: float = 0.0
    objects: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Piece:
    """A settled stretch. frame_t_s: (F,); counts: (F,) rows per frame; the rows and keys as in an `ObjectIndex`."""

    frame_t_s: np.ndarray
    counts: np.ndarray
    boxes_xywhn: np.ndarray
    class_id: np.ndarray
    track_id: np.ndarray
    score: np.ndarray
    key_track_id: np.ndarray
    key_t_s: np.ndarray
    key_appearance: np.ndarray

    @staticmethod
    def of(index: ObjectIndex, frames: int) -> _Piece:
        """The first `frames` frames of an index."""
        rows = int(index.offsets[frames])
        keys = index.key_t_s < (index.frame_t_s[frames] if frames < len(index) else np.inf)
        return _Piece(
            index.frame_t_s[:frames].copy(),
            np.diff(index.offsets[: frames + 1]),
            index.boxes_xywhn[:rows].copy(),
            index.class_id[:rows].copy(),
            index.track_id[:rows].copy(),
            index.score[:rows].copy(),
            index.key_track_id[keys],
            index.key_t_s[keys],
            index.key_appearance[keys],
        )


class LiveClip:
    """A stream so far. Feed frames with `add`; `index` is the clip from `folded.before_s` until now."""

    def __init__(
        self,
        *,
        class_names: tuple[str, ...],
        step_s: float,
        size_wh: tuple[int, int],
        keep_s: float = KEEP_S,
        settle_s: float = SETTLE_S,
        most_tracks: int = MOST_TRACKS,
        most_rows: int = MOST_ROWS,
        policy: LinkPolicy | None = None,
    ):
        """class_names: the detector's. step_s: usual time between frames. size_wh: picture, pixels. keep_s: how long
        anything is remembered; settle_s, most_tracks, most_rows: as above. policy: what the linker believes."""
        self.folded = Folded()
        self.last_s = -1.0
        self._class_names, self._step_s, self._size_wh = class_names, step_s, size_wh
        self._keep_s, self._settle_s = keep_s, min(settle_s, keep_s)
        self._most_tracks, self._most_rows, self._policy = most_tracks, most_rows, policy
        self._tracker = OnlineTracker(class_names=class_names, step_s=step_s)
        self._open: list[tuple[float, FrameObjects]] = []  # with online ids; looks as int8
        self._open_rows = 0
        self._pieces: deque[_Piece] = deque()
        self._number: dict[int, int] = {}  # online id → object, of the open stretch
        self._numbers = 0

    def __len__(self) -> int:
        """Frames that are kept."""
        return len(self._open) + sum(len(piece.frame_t_s) for piece in self._pieces)

    def add(self, objects: FrameObjects, shift_xyn: tuple[float, float] = (0.0, 0.0)) -> None:
        """The next frame's detections; shift_xyn: camera motion since the frame before (`pipeline.motion`)."""
        ids = self._tracker.update(objects, shift_xyn)
        rows = np.flatnonzero(ids >= 0)
        kept = FrameObjects(
            t_s=objects.t_s,
            boxes_xywhn=objects.boxes_xywhn[rows],
            class_id=objects.class_id[rows],
            score=objects.score[rows],
            track_id=ids[rows],
            appearance=np.round(objects.appearance[rows] * 127).astype(np.int8),
        )
        self._open.append((objects.t_s, kept))
        self._open_rows += len(rows)
        self.last_s = objects.t_s
        full = self._open_rows > MOST_OPEN_ROWS and len(self._open) > 1
        if full or objects.t_s - self._open[0][0] >= 2 * self._settle_s:
            self._settle()
            self._fold()

    def index(self, provenance: Mapping[str, Any] | None = None, warnings: Iterable[str] = ()) -> ObjectIndex:
        """All that is kept, as one clip. Object numbers are the same from index to index."""
        now = self._linked()
        whole = [*self._pieces, _Piece.of(now, len(now))]

        def joined(name: str) -> np.ndarray:
            return np.concatenate([getattr(piece, name) for piece in whole])

        keys = _few_keys(joined("key_track_id"), joined("key_t_s"), joined("key_appearance"))
        return replace(
            now,
            frame_t_s=joined("frame_t_s"),
            offsets=np.concatenate(([0], np.cumsum(joined("counts")))).astype(np.int64),
            boxes_xywhn=joined("boxes_xywhn"),
            class_id=joined("class_id"),
            track_id=joined("track_id"),
            score=joined("score"),
            key_track_id=keys[0],
            key_t_s=keys[1],
            key_appearance=keys[2],
            provenance=dict(provenance or {}),
            warnings=tuple(warnings),
        )

    def _linked(self) -> ObjectIndex:
        """The open stretch, linked, with the objects' own numbers."""
        t_s = np.array([t for t, _ in self._open])
        seen = self._sightings(t_s)
        span_s = float(t_s[-1] - t_s[0]) + self._step_s if len(t_s) else self._step_s
        aspect = self._size_wh[0] / self._size_wh[1]
        linked = link_tracklets(
            seen, class_names=self._class_names, aspect=aspect, duration_s=span_s, policy=self._policy, may_repeat=False
        )
        index = assemble_index(
            t_s,
            seen,
            class_names=self._class_names,
            duration_s=max(self.last_s, 0.0) + self._step_s,
            size_wh=self._size_wh,
            provenance={},
            linked=linked,
        )
        number = self._numbered(seen.tracklet, linked.owner)
        track_id, key_track = number[index.track_id], number[index.key_track_id]
        rows = np.lexsort((track_id, index.row_frame))
        keys = np.lexsort((index.key_t_s, key_track))
        return replace(
            index,
            boxes_xywhn=index.boxes_xywhn[rows],
            class_id=index.class_id[rows],
            track_id=track_id[rows],
            score=index.score[rows],
            key_track_id=key_track[keys],
            key_t_s=index.key_t_s[keys],
            key_appearance=index.key_appearance[keys],
        )

    def _sightings(self, t_s: np.ndarray) -> Sightings:
        if not self._open_rows:
            empty = np.zeros(0, np.int32)
            looks = np.zeros((0, APPEARANCE_DIM), np.int8)
            return Sightings(empty, np.zeros(0), np.zeros((0, 4), np.float32), empty, empty, np.zeros(0), looks)
        frames = [kept for _, kept in self._open]
        frame = np.repeat(np.arange(len(frames), dtype=np.int32), [len(kept) for kept in frames])
        names = ("boxes_xywhn", "class_id", "track_id", "score", "appearance")
        return Sightings(frame, t_s[frame], *(np.concatenate([getattr(f, name) for f in frames]) for name in names))

    def _numbered(self, tracklet: np.ndarray, owner: np.ndarray) -> np.ndarray:
        """(K,) number of each linked object: that of its earliest tracklet that has one, which no other object has."""
        objects = int(owner.max(initial=-1)) + 1
        pairs = np.unique(np.stack([owner, tracklet], 1)[owner >= 0], axis=0)
        number, taken = np.full(objects, -1, np.int32), set()
        parts = np.split(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(1, objects)))
        for k, mine in enumerate(parts[:objects]):
            known = (self._number.get(t) for t in mine.tolist())
            old = min((n for n in known if n is not None and n not in taken), default=None)
            if old is None:
                old, self._numbers = self._numbers, self._numbers + 1
            taken.add(old)
            number[k] = old
            self._number.update(dict.fromkeys(mine.tolist(), old))
        return number

    def _settle(self) -> None:
        """Fix the identities of the first half of the open stretch."""
        index = self._linked()
        middle = (self._open[0][0] + self._open[-1][0]) / 2
        frames = int(np.clip(np.searchsorted(index.frame_t_s, middle), 1, len(self._open) - 1))
        self._pieces.append(_Piece.of(index, frames))
        self._open = self._open[frames:]
        self._open_rows = sum(len(kept) for _, kept in self._open)
        alive = set(np.concatenate([kept.track_id for _, kept in self._open]).tolist())
        self._number = {tracklet: number for tracklet, number in self._number.items() if tracklet in alive}
        self._tracker.forget_closed()

    def _fold(self) -> None:
        """Forget the oldest pieces, as far as the limits ask for it."""
        rows = sum(len(piece.track_id) for piece in self._pieces)
        tracks = Counter[int]()  # in how many pieces each is
        for piece in self._pieces:
            tracks.update(np.unique(piece.track_id).tolist())
        while self._pieces:
            piece = self._pieces[0]
            old = piece.frame_t_s[-1] < self.last_s - self._keep_s
            if not (old or rows > self._most_rows or len(tracks) > self._most_tracks):
                return
            self._pieces.popleft()
            rows -= len(piece.track_id)
            going_on = set(self._number.values())
            ids, first = np.unique(piece.track_id, return_index=True)
            for track, class_id in zip(ids.tolist(), piece.class_id[first].tolist(), strict=True):
                tracks[track] -= 1
                if not tracks[track]:
                    del tracks[track]
                    if track not in going_on:
                        self.folded.objects[self._class_names[class_id]] += 1
            after = self._pieces[0].frame_t_s if self._pieces else [self._open[0][0]]
            self.folded.before_s = float(after[0])


def _few_keys(track: np.ndarray, t_s: np.ndarray, look: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Looks of all pieces by track and time, without those that say nothing new; at most `LOOKS_PER_TRACK` each."""
    order = np.lexsort((t_s, track))
    track, t_s, look = track[order], t_s[order], look[order]
    same = np.zeros(len(track), bool)
    same[1:] = track[1:] == track[:-1]
    alike = np.zeros(len(track), bool)
    alike[1:] = np.einsum("nd,nd->n", look[1:], look[:-1]) > NEW_LOOK_COSINE
    keep = ~(same & alike)
    begin = np.maximum.accumulate(np.where(same, 0, np.arange(len(track))))
    kept = np.cumsum(keep)
    keep &= kept - kept[begin] < LOOKS_PER_TRACK
    return track[keep], t_s[keep], look[keep]
