"""The memory of a stream, at a cost that does not grow with it (`LiveMemory`).

Only the part of the clip in which the newest `MOST_READ` objects began is read anew; of older ones it stays as it was
read last. So up to so many objects the memory is that of the whole clip, and in longer streams somebody who comes back
is compared with the last `MOST_READ` objects only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pipeline.clip_memory import ClipMemory
from pipeline.object_index import ObjectIndex
from pipeline.repair import TrackBelief
from pipeline.unseen import Unseen

MOST_READ = 400
"""Objects that are read anew for every answer: about a second on one core."""


class _Kept(NamedTuple):
    """What is believed of one object. earlier: (J,) numbers of those that it may be, -1 none."""

    real: float
    same: np.ndarray
    earlier: np.ndarray
    classes: np.ndarray


class LiveMemory:
    """Keeps what is believed of the objects of one stream."""

    def __init__(
        self,
        read: Callable[[ObjectIndex], ClipMemory],
        most_read: int = MOST_READ,
        unseen: Callable[[ObjectIndex], Unseen] | None = None,
    ):
        """read, unseen: of a whole clip (as of `Answerer`)."""
        self._read, self._unseen, self._most_read = read, unseen, most_read
        self._kept: dict[int, _Kept] = {}
        self._last: ClipMemory | None = None

    def read(self, index: ObjectIndex) -> ClipMemory:
        """The memory of the stream so far; `index` comes from one `LiveClip`."""
        last = self._last
        if last is not None and _same_sightings(last.index, index):  # only time has passed
            self._last = ClipMemory(index, last.belief, last.model, last.read_s, last.unseen)
            return self._last
        ids, starts = index.tracks.track_id, index.tracks.start_s
        from_s = float(starts[-self._most_read]) if len(ids) > self._most_read else -np.inf
        part = _from(index, from_s)
        if not self._kept.keys() >= set(ids.tolist()) - set(part.tracks.track_id.tolist()):
            part = index  # very many at once: some were never read
        memory = self._read(part)
        if part is not index:
            self._keep(part, memory.belief, from_s)
            belief = self._joined(ids, len(index.class_names))
            unseen = None if self._unseen is None else self._unseen(index)
            memory = ClipMemory(index, belief, memory.model, memory.read_s, unseen)
        elif len(ids) > self._most_read // 4:  # soon too long: what is believed by now will stay
            self._keep(part, memory.belief, -np.inf)
        self._last = memory
        return memory

    def _keep(self, part: ObjectIndex, belief: TrackBelief, from_s: float) -> None:
        ids = part.tracks.track_id
        numbers = np.append(ids, -1)
        began_before = part.tracks.start_s <= from_s
        for k, track in enumerate(ids.tolist()):
            if began_before[k] and track in self._kept:  # its beginning is not in this part
                continue
            self._kept[track] = _Kept(belief.real[k], belief.same[k], numbers[belief.earlier[k]], belief.classes[k])

    def _joined(self, ids: np.ndarray, classes: int) -> TrackBelief:
        """The belief of the whole clip; who is forgotten is nobody's earlier self."""
        self._kept = {track: self._kept[track] for track in ids.tolist() if track in self._kept}
        place = {track: k for k, track in enumerate(ids.tolist())} | {-1: -1}
        wide = max((len(kept.earlier) for kept in self._kept.values()), default=1)
        real, same = np.zeros(len(ids)), np.zeros((len(ids), 1 + wide))
        earlier, chance = np.full((len(ids), wide), -1), np.zeros((len(ids), classes))
        for track, kept in self._kept.items():
            k, size = place[track], len(kept.earlier)
            real[k], chance[k] = kept.real, kept.classes
            same[k, : len(kept.same)] = kept.same
            earlier[k, :size] = [place.get(n, -1) for n in kept.earlier.tolist()]
        return TrackBelief(real, same, earlier, chance)


def _same_sightings(a: ObjectIndex, b: ObjectIndex) -> bool:
    return np.array_equal(a.track_id, b.track_id) and np.array_equal(a.boxes_xywhn, b.boxes_xywhn)


def _from(index: ObjectIndex, t_s: float) -> ObjectIndex:
    """The index from a time on; itself if that is all of it."""
    frame = int(np.searchsorted(index.frame_t_s, t_s))
    if frame == 0:
        return index
    row = int(index.offsets[frame])
    keys = np.isin(index.key_track_id, index.track_id[row:])
    return replace(
        index,
        frame_t_s=index.frame_t_s[frame:],
        offsets=index.offsets[frame:] - row,
        boxes_xywhn=index.boxes_xywhn[row:],
        class_id=index.class_id[row:],
        track_id=index.track_id[row:],
        score=index.score[row:],
        key_track_id=index.key_track_id[keys],
        key_t_s=index.key_t_s[keys],
        key_appearance=index.key_appearance[keys],
    )
