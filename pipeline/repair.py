"""What the clip may really have held: tracks judged by the model, put together into objects.

The reader gives every track a chance of being real, of being each earlier track, and of being of each class. A *world*
is one draw of all these decisions; the likeliest one and a few random ones together say how sure an answer is.

Shapes: K tracks (by first sight), J candidates, C classes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.object_index import ObjectIndex
from pipeline.tokens import TrackRows

REAL_FROM = 0.35
"""Chance of being real from which a track counts: leaving a real object out costs more answers than one too many."""
OWN_CLASS = 0.2
"""Added to the chance of the class that the detector gave, before the likeliest is taken: the same for classes."""
LINKED_FROM = 0.7
"""Chance of being an earlier object from which a track is taken for it. The linker of the index has joined what is
plain already, and one wrong join costs a count as much as one missed one, but hides an object altogether (LOG.md)."""


@dataclass(frozen=True)
class TrackBelief:
    """What is believed of each track. real: (K,) chance. same: (K, 1 + J) chances, of being new first.

    earlier: (K, J) positions, -1 none. classes: (K, C) chances.
    """

    real: np.ndarray
    same: np.ndarray
    earlier: np.ndarray
    classes: np.ndarray

    def __len__(self) -> int:
        return len(self.real)


APART = 0.1
"""Odds of two tracks being one object are multiplied by this where the linker has kept them apart by looks that are
learned (`pipeline.learned_looks`): the model sees their colours only (LOG.md)."""


def as_linked(belief: TrackBelief, index: ObjectIndex) -> TrackBelief:
    """The belief, less ready to join tracks where the linker has told them apart by better looks than it sees."""
    detector = index.provenance.get("detector")
    if not isinstance(detector, dict) or "looks" not in detector:
        return belief
    same = belief.same * np.where(np.arange(belief.same.shape[1]) == 0, 1.0, APART)
    return replace(belief, same=same / same.sum(1, keepdims=True))


@dataclass(frozen=True)
class World:
    """One way it may have been. object_of: (K,) first track of each track's object, -1 where it is none. class_of:
    (K,) class of the object that begins at a track, -1 elsewhere."""

    object_of: np.ndarray
    class_of: np.ndarray


def likeliest_world(belief: TrackBelief, own_class: np.ndarray | None = None) -> World:
    """Every decision by itself, at the thresholds that answer most questions right (tuned on simulated clips; LOG.md).

    own_class: (K,) the detector's class of every track; without it, classes are taken at their likeliest.
    """
    if not len(belief):
        return _world(belief, belief.real >= REAL_FROM, np.zeros(0, np.int64), None)
    if own_class is not None:
        classes = belief.classes.copy()
        classes[np.arange(len(belief)), own_class] += OWN_CLASS
        belief = replace(belief, classes=classes)
    same = np.where(belief.same[:, 0] <= 1 - LINKED_FROM, belief.same[:, 1:].argmax(1), -1)
    return _world(belief, belief.real >= REAL_FROM, same, None)


def random_world(belief: TrackBelief, rng: np.random.Generator) -> World:
    """One draw of all decisions."""
    draw = rng.random((len(belief), 1))
    same = (belief.same.cumsum(1) < draw).sum(1).clip(max=belief.same.shape[1] - 1) - 1
    return _world(belief, rng.random(len(belief)) < belief.real, same, rng)


def _world(belief: TrackBelief, real: np.ndarray, same: np.ndarray, rng: np.random.Generator | None) -> World:
    number = len(belief)
    object_of = np.full(number, -1)
    for k in np.flatnonzero(real):
        candidate = belief.earlier[k, same[k]] if same[k] >= 0 else -1
        # a pointer to what is no object here points at nothing: the track begins an object
        object_of[k] = object_of[candidate] if candidate >= 0 and object_of[candidate] >= 0 else k
    kept = object_of >= 0
    total = np.zeros_like(belief.classes)
    np.add.at(total, object_of[kept], np.log(np.maximum(belief.classes[kept], 1e-9)))
    class_of = np.full(number, -1)
    firsts = np.unique(object_of[kept])
    if len(firsts):
        if rng is not None:
            total[firsts] += rng.gumbel(size=(len(firsts), total.shape[1]))
        class_of[firsts] = total[firsts].argmax(1)
    return World(object_of, class_of)


def repaired(index: ObjectIndex, rows: TrackRows, world: World) -> ObjectIndex:
    """The index as it would be in `world`: an object has the id of its first track; of two boxes of one object in one
    frame, the surer one stays."""
    object_of_row = world.object_of[rows.track]
    keep = np.flatnonzero(object_of_row >= 0)
    first, row = object_of_row[keep], rows.row[keep]
    track_id = rows.track_id[first]
    frame = index.row_frame[row]
    order = np.lexsort((-index.score[row], track_id, frame))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(frame[order]) != 0) | (np.diff(track_id[order]) != 0)
    order = order[new]
    row = row[order]
    offsets = np.searchsorted(frame[order], np.arange(len(index) + 1)).astype(np.int64)
    return replace(
        index,
        offsets=offsets,
        boxes_xywhn=index.boxes_xywhn[row],
        class_id=world.class_of[first[order]].astype(np.int32),
        track_id=track_id[order].astype(np.int32),
        score=index.score[row],
    )
