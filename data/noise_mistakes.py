"""What the simulated detector sees wrongly: confused classes, things seen twice, things that aren't there."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from data.noise_settings import NoiseSettings
from data.noise_sights import Sights, cut_to_picture
from data.small_arrays import positions
from pipeline.object_index import ObjectIndex


def class_partners(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    """(C, 2) the classes that each class is taken for in this clip: one of its group, if it has one, and any other."""
    c = len(group)
    anyone = rng.permutation(c)
    order = np.lexsort((rng.random(c), group))
    nearby = np.empty(c, np.int64)
    nearby[order] = np.roll(order, 1)
    first = np.searchsorted(group[order], group[order])  # the first of a group takes its last
    last = np.searchsorted(group[order], group[order], side="right") - 1
    at_first = np.arange(c) == first
    nearby[order[at_first]] = order[last[at_first]]
    nearby = np.where(nearby == np.arange(c), anyone, nearby)
    return np.stack([nearby, anyone], 1)


WAVERS = (0.9, 2.6)
"""Of the beta distribution of the share of sightings in which an object that wavers is taken for the other class: 0.26
on average, more than half for one in eight. Vehicles on a motorway: LOG.md."""
WAVER_MEMORY_S = 1.0
ALONE_WAVERS = 0.15
"""A class that no other is like wavers so much less often: a person is a person."""


def confuse_classes(
    sights: Sights, partner: np.ndarray, step_s: float, rng: np.random.Generator, settings: NoiseSettings
) -> Sights:
    """Wrong classes: of whole pieces, of the objects that waver between two kinds, and of single sightings.

    Objects waver for as long as they are seen, whatever becomes of their identity; rows in the order (piece, frame).
    """
    pieces = sights.pieces()
    kind = (rng.random(pieces) < settings.tell_apart).astype(int)
    wrong = rng.random(pieces) < settings.wrong_class
    of, first, thing = np.unique(sights.true, return_index=True, return_inverse=True)
    alone = (partner[:, 0] == partner[:, 1])[sights.class_id[first]]
    wavers = rng.random(len(of)) < settings.wavers * np.where(alone, ALONE_WAVERS, 1.0)
    limit = ndtri(np.where(wavers, rng.beta(*WAVERS, len(of)), settings.flip))
    level = rng.standard_normal(len(sights.piece))
    rows = positions(wavers[thing])
    rho = np.exp(-step_s / WAVER_MEMORY_S)
    if len(rows):
        level[rows] = lfilter([np.sqrt(1 - rho**2)], [1.0, -rho], level[rows])
    flipped = level < limit[thing]
    other = partner[sights.class_id, kind[sights.piece]]
    class_id = np.where(wrong[sights.piece] != flipped, other, sights.class_id)
    return Sights(sights.piece, sights.true, sights.frame, sights.box, class_id, sights.score)


def see_double(sights: Sights, partner: np.ndarray, rng: np.random.Generator, settings: NoiseSettings) -> Sights:
    """Second boxes around some objects for part of their life, as another piece."""
    pieces = sights.pieces()
    chosen = positions(rng.random(pieces) < settings.doubles)
    number = np.full(pieces, -1)
    number[chosen] = pieces + np.arange(len(chosen))
    rows = positions(number[sights.piece] >= 0)
    if not len(rows):
        return sights.take(rows)
    count = np.bincount(sights.piece, minlength=pieces)
    start = sights.piece.searchsorted(np.arange(pieces))
    place = (rows - start[sights.piece[rows]]) / count[sights.piece[rows]]
    window = np.sort(rng.random((pieces, 2)), 1)[sights.piece[rows]]
    rows = rows[(place >= window[:, 0]) & (place <= window[:, 1] + 0.1)]
    part = sights.take(rows)
    off = rng.normal(0, 0.12, (pieces, 2))[part.piece]
    grow = np.exp(rng.normal(-0.1, 0.2, (pieces, 2)))[part.piece]
    box = cut_to_picture(part.box[:, :2] + off * part.box[:, 2:], part.box[:, 2:] * grow)
    other = (rng.random(pieces) < 0.4)[part.piece]
    class_id = np.where(other, partner[part.class_id, 1], part.class_id)
    return Sights(number[part.piece], part.true, part.frame, box, class_id, part.score * 0.75)


def invent(
    clean: ObjectIndex, sights: Sights, partner: np.ndarray, rng: np.random.Generator, settings: NoiseSettings
) -> list[Sights]:
    """Objects that aren't there: short ones, flickers, and ones that come and go in one place throughout the clip."""
    minutes = clean.duration_s / 60
    frames, step_s = len(clean), max(clean.step_s, 1e-3)
    short, flickers = rng.poisson(minutes * settings.false_per_min), rng.poisson(minutes * settings.flickers_per_min)
    lasting = rng.poisson(settings.persistent_false)
    n = short + flickers + lasting
    if n == 0 or frames == 0:
        return []
    least = settings.least_sightings(step_s)
    long = np.maximum(np.ceil(rng.exponential(settings.false_s, n) / step_s).astype(int), least)
    long[short : short + flickers] = rng.integers(1, 3, flickers)
    long[short + flickers :] = frames
    long = np.minimum(long, frames)
    begin = (rng.random(n) * (frames - long + 1)).astype(int)
    owner = np.repeat(np.arange(n), long)
    frame = np.arange(long.sum()) - np.repeat(long.cumsum() - long, long) + begin.repeat(long)
    # on and off: the lasting ones are there for some of the time, in stretches of seconds
    rho = np.exp(-step_s / 3.0)
    walk = lfilter([np.sqrt(1 - rho**2)], [1.0, -rho], rng.standard_normal(len(owner)))
    level = np.append(np.full(short + flickers, -9.0), rng.uniform(-0.3, 1.8, lasting))
    on = walk > level[owner]
    owner, frame = owner[on], frame[on]
    shown = np.unique(sights.class_id) if len(sights.class_id) else np.zeros(1, np.int64)
    base = shown[rng.integers(0, len(shown), n)]
    pick = rng.random(n)
    any_class = rng.integers(0, len(clean.class_names), n)
    cls = np.where(pick < 0.35, base, np.where(pick < 0.65, partner[base, (pick < 0.5).astype(int)], any_class))
    usual = sights.box[:, 2:].mean(0) if len(sights.box) else np.array([0.05, 0.1])
    size = np.clip(usual * np.exp(rng.normal(-0.4, 0.7, (n, 2))), 0.01, 0.8)
    centre = rng.random((n, 2))
    if len(sights.box):  # half of them on or beside something real
        near = rng.integers(0, len(sights.box), n)
        beside = sights.box[near, :2] + rng.normal(0, 0.5, (n, 2)) * sights.box[near, 2:]
        centre = np.where(rng.random((n, 1)) < 0.5, beside, centre)
    centre = centre.clip(size / 2, 1 - size / 2)
    drift = rng.normal(0, 0.02, (n, 2)) * (rng.random((n, 1)) < 0.4)
    t = (frame - begin[owner]) * step_s
    at = centre[owner] + drift[owner] * np.minimum(t, 10)[:, None]
    box = cut_to_picture(at + rng.normal(0, 0.03, (len(owner), 2)) * size[owner], size[owner])
    score = np.clip(rng.normal(0.44, 0.1, n)[owner] + rng.normal(0, 0.08, len(owner)), settings.keep_score, 0.9)
    return [Sights(sights.pieces() + owner, np.full(len(owner), -1), frame, box, cls[owner], score)]
