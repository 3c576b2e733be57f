"""`ClipMemory`: a clip as the model remembers it, made once by reading the tokens; every question is asked of it.

It holds what is believed of every track (`TrackBelief`) and, drawn from it, a few *worlds*: the clip with its tracks
put together into objects. On disk it lies beside the index and is some ten numbers per track.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from data.meaning import ClipView
from pipeline.errors import InputError
from pipeline.given_tracks import with_usual_classes
from pipeline.object_index import ObjectIndex, write_aside
from pipeline.repair import TrackBelief, World, likeliest_world, random_world, repaired
from pipeline.tokens import TrackRows
from pipeline.unseen import Runs, Unseen, completed

FORMAT = "longtake-memory-3"
SUFFIX = ".memory.safetensors"
WORLDS = 12
"""Random worlds besides the likeliest one."""
MOST_ROWS = 3_000_000
"""Sightings in all worlds together: of very long clips there are fewer worlds, never less than `FEWEST`."""
FEWEST = 2
KEPT_CLASSES = 4


@dataclass(frozen=True)
class ClipMemory:
    """index: the clip. belief: of its tracks. model: digest of the weights that read it. read_s: seconds it took.

    unseen: when its things were there without being found; None: never, as of given tracks.
    """

    index: ObjectIndex
    belief: TrackBelief
    model: str = ""
    read_s: float = 0.0
    unseen: Unseen | None = None
    _views: dict[int, ClipView] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def rows(self) -> TrackRows:
        return TrackRows.of(self.index)

    @cached_property
    def whole(self) -> tuple[ObjectIndex, TrackRows]:
        """The index with what was there without being found, and its rows, tracks in the order of `rows`."""
        if self.unseen is None:
            return self.index, self.rows
        kept = _restored_unseen(_stored_unseen(self.unseen))  # as a file would give it back
        return completed(self.index, self.rows, kept)

    @cached_property
    def clarity(self) -> float:
        """How sure the beliefs are, 0-1: mean over tracks of being real or not, of one class, new or not."""
        b = self.belief
        if not len(b):
            return 1.0
        either = [np.maximum(p, 1 - p) for p in (b.real, b.same[:, 0])]
        return float((either[0] * either[1] * b.classes.max(1)).mean())

    @cached_property
    def track_facts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(K,) each: mean score of a track's sightings; of the frames from its first to its last, the share in which
        it is sighted; its side in the picture (root of the mean area)."""
        rows = self.rows
        number = np.bincount(rows.track, minlength=len(rows.track_id))
        score = np.bincount(rows.track, self.index.score[rows.row], len(number)) / np.maximum(number, 1)
        area = np.prod(self.index.boxes_xywhn[rows.row, 2:], axis=1)
        size = np.sqrt(np.bincount(rows.track, area, len(number)) / np.maximum(number, 1))
        return score, rows.sighted, size

    @property
    def sharpness(self) -> float:
        """Mean score of the sightings, of each track alike; 1 where there are none."""
        return float(self.track_facts[0].mean()) if len(self.rows.track_id) else 1.0

    @property
    def wholeness(self) -> float:
        """Of the frames from a track's first to its last sight, the share in which it is sighted; mean over tracks."""
        return float(self.track_facts[1].mean()) if len(self.rows.track_id) else 1.0

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """The likeliest one first. The same memory gives the same worlds."""
        rng = np.random.default_rng(len(self.belief))
        affordable = MOST_ROWS // max(len(self.index.track_id), 1) - 1
        number = int(np.clip(affordable, FEWEST, WORLDS))
        belief = as_kept(self.belief)
        worlds = [likeliest_world(belief, self.rows.track_class), *(random_world(belief, rng) for _ in range(number))]
        return tuple(worlds)

    @cached_property
    def distinct(self) -> tuple[int, ...]:
        """For each world, the first one that is equal to it: equal worlds are looked at once."""
        keys = [(w.object_of.tobytes(), w.class_of.tobytes()) for w in self.worlds]
        return tuple(keys.index(key) for key in keys)

    def view(self, world: int) -> ClipView:
        """The clip in one of its worlds."""
        world = self.distinct[world]
        if world not in self._views:
            self._views[world] = ClipView.of(self.index_of(world))
        return self._views[world]

    def among(self, tracks: Sequence[int]) -> ClipMemory:
        """The same memory as if there were only some objects, named by their tracks in the likeliest world."""
        place = {int(track): k for k, track in enumerate(self.rows.track_id)}
        mine = [place[track] for track in tracks if track in place]
        views = {}
        for world in set(self.distinct):
            first = self.worlds[world].object_of[mine]
            kept = {int(self.rows.track_id[k]) for k in first if k >= 0}
            view = self.view(world)
            views[world] = view.only(np.isin(view.track_id, list(kept)))
        few = replace(self, _views=views)
        vars(few).update(worlds=self.worlds, distinct=self.distinct, rows=self.rows, whole=self.whole)
        return few

    def index_of(self, world: int) -> ObjectIndex:
        """The index as it would be in one of the worlds."""
        return repaired(*self.whole, self.worlds[world])

    def write(self, path: Path) -> None:
        """Write the belief to `path`, whole or not at all."""
        arrays = _stored(self.belief) | ({} if self.unseen is None else _stored_unseen(self.unseen))
        head = {"format": FORMAT, "model": self.model, "classes": len(self.index.class_names), "read_s": self.read_s}
        head["clip"] = clip_mark(self.index)
        arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        write_aside(path, lambda aside: save_file(arrays, aside, {"memory": json.dumps(head)}))

    @staticmethod
    def read(path: Path, index: ObjectIndex, model: str) -> ClipMemory | None:
        """The memory in `path` if it was made from this very index by the same weights, else None."""
        try:
            with safe_open(path, "numpy") as file:
                head = json.loads(file.metadata()["memory"])
                if (head["format"], head["model"], head["clip"]) != (FORMAT, model, clip_mark(index)):
                    return None
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            belief = _restored(arrays, head["classes"])
            unseen = _restored_unseen(arrays)
        except (OSError, SafetensorError, KeyError, ValueError, TypeError):
            return None
        if len(belief) != len(np.unique(index.track_id)) or head["classes"] != len(index.class_names):
            return None
        memory = ClipMemory(index, belief, model, head["read_s"], unseen)
        return memory if unseen is None or len(unseen) == len(Runs.of(memory.rows)) else None


def _stored(belief: TrackBelief) -> dict[str, np.ndarray]:
    """The arrays of the file: of the classes only the likeliest."""
    top = np.argsort(-belief.classes, axis=1)[:, :KEPT_CLASSES] if len(belief) else np.zeros((0, 1), int)
    return {
        "real": belief.real.astype(np.float32),
        "same": belief.same.astype(np.float16),
        "earlier": belief.earlier.astype(np.int32),
        "class_top": top.astype(np.int32),
        "class_chance": np.take_along_axis(belief.classes, top, 1).astype(np.float32),
    }


def _restored(arrays: dict[str, np.ndarray], number: int) -> TrackBelief:
    classes = np.full((len(arrays["real"]), number), 1e-6)
    np.put_along_axis(classes, arrays["class_top"].astype(np.int64), arrays["class_chance"].astype(np.float64), 1)
    real, same = arrays["real"].astype(np.float64), arrays["same"].astype(np.float64)
    return TrackBelief(real, same, arrays["earlier"].astype(np.int64), classes)


def _stored_unseen(unseen: Unseen) -> dict[str, np.ndarray]:
    return {
        "before_s": unseen.before_s.astype(np.float16),
        "after_s": unseen.after_s.astype(np.float16),
        "bridged": unseen.bridged,
    }


def _restored_unseen(arrays: dict[str, np.ndarray]) -> Unseen | None:
    if "bridged" not in arrays:
        return None
    return Unseen(arrays["before_s"].astype(np.float64), arrays["after_s"].astype(np.float64), arrays["bridged"])


def as_kept(belief: TrackBelief) -> TrackBelief:
    """A belief as a file would give it back, so that answers are the same before and after a restart."""
    return _restored(_stored(belief), belief.classes.shape[1])


def clip_mark(index: ObjectIndex) -> int:
    """Tells one index from another: checksum of its frames, tracks and classes."""
    mark = 0
    for array in (index.frame_t_s, index.offsets, index.track_id, index.class_id):
        mark = zlib.crc32(np.ascontiguousarray(array).view(np.uint8), mark)
    return mark


def memory_path(index_path: Path) -> Path:
    """Where the memory of an index lies."""
    name = index_path.name.removesuffix(".index.safetensors")
    return index_path.with_name(name + SUFFIX)


def as_told(index: ObjectIndex) -> ClipMemory:
    """The memory of a clip whose tracks are taken at their word (human tracks): every one is real and an object."""
    index = with_usual_classes(index)
    number = len(np.unique(index.track_id))
    rows = TrackRows.of(index)
    if len(rows.track_class) != number:
        raise InputError("the index holds tracks without sightings; build it again")
    classes = np.zeros((number, max(len(index.class_names), 1)))
    classes[np.arange(number), rows.track_class] = 1.0
    same = np.tile([1.0, 0.0], (number, 1))
    return ClipMemory(index, TrackBelief(np.ones(number), same, np.full((number, 1), -1), classes))
