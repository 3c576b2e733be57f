"""The simulated detector: which rows of a clean clip are found, with what score and box.

R rows in the order (track, frame).
"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from data.noise_settings import NoiseSettings
from data.noise_sights import Sights, cut_to_picture
from data.overlaps import hidden_share
from data.small_arrays import positions
from data.world import MADE_FROM
from pipeline.object_index import ObjectIndex

AT_BORDER = 0.015
"""A box that comes this near to the picture's edge may be cut by it."""


def detect(clean: ObjectIndex, ids: np.ndarray, rng: np.random.Generator, settings: NoiseSettings) -> Sights:
    """The rows that the detector finds, with their scores and boxes; `piece` is the number of the clean track."""
    order = clean.track_id.argsort(kind="stable")
    track = ids.searchsorted(clean.track_id[order])
    frame = clean.row_frame[order]
    box = clean.boxes_xywhn[order].astype(np.float64)
    t = clean.frame_t_s[frame]
    n, rows, step_s = len(ids), len(order), max(clean.step_s, 1e-3)
    # the frames of a loop are the same pictures, in which a detector finds the same: row r repeats row r % (R / loops)
    same = order % max(rows // clean.provenance.get("loops", 1), 1)
    visible = seen_share(clean)[order]
    long_side = np.maximum(box[:, 3], box[:, 2] * clean.width / clean.height)
    rho = np.exp(-step_s / max(settings.memory_s, 1e-3))
    walk = np.zeros(rows)
    first = order[order == same]
    walk[first] = lfilter([np.sqrt(1 - rho**2)], [1.0, -rho], rng.standard_normal(len(first))) if rows else 0.0
    walk = walk[same]
    odds = settings.sureness + rng.normal(0, settings.object_spread, n)[track] + settings.frame_spread * walk
    odds += settings.size_loss * np.minimum(np.log(long_side / 0.2), 0.7)
    odds -= settings.hidden_loss * (1 - visible) ** 1.3
    score = 0.96 / (1 + np.exp(-odds))
    found = score >= settings.keep_score
    found &= ~_outages(track, same, t, step_s, rng, settings)
    begin = track.searchsorted(np.arange(n))
    stop = track.searchsorted(np.arange(n), side="right") - 1
    late, early = rng.exponential(1.0, (2, n)) * np.array([[settings.late_s], [settings.early_s]])
    late[t[begin] <= clean.frame_t_s[0]] = 0  # it had been found before the clip began
    early[t[stop] >= clean.frame_t_s[-1]] = 0
    found &= (t >= (t[begin] + late)[track]) & (t <= (t[stop] - early)[track])
    sure = positions(found & (score >= settings.start_score))
    first = np.full(n, rows)
    np.minimum.at(first, track[sure], sure)
    found &= np.arange(rows) >= first[track]
    box = _blur(box, track, same, visible, score, rng, settings)
    keep = positions(found)
    return Sights(
        track[keep], ids[track[keep]], frame[keep], box[keep], clean.class_id[order][keep].astype(np.int64), score[keep]
    )


def seen_share(clean: ObjectIndex) -> np.ndarray:
    """(R,) how much of each object is seen, in the order of `clean`: its own word for it, or judged from the boxes.

    Given tracks say nothing: there a box that stands lower in the picture hides those behind it, and a box at the
    picture's edge that is narrower or lower than this object usually is, is cut.
    """
    if clean.provenance.get("made_from") == MADE_FROM:
        return clean.score.astype(np.float64)
    x, y, w, h = clean.boxes_xywhn.T.astype(np.float64)
    xyxy = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    seen = 1 - 0.85 * hidden_share(xyxy, xyxy[3], clean.offsets)
    at_side = (xyxy[0] < AT_BORDER) | (xyxy[2] > 1 - AT_BORDER)
    at_edge = (xyxy[1] < AT_BORDER) | (xyxy[3] > 1 - AT_BORDER)
    _, track, count = np.unique(clean.track_id, return_inverse=True, return_counts=True)
    shape = np.bincount(track, w / np.maximum(h, 1e-9)) / count  # width for height: the size may change with distance
    usual = shape[track]
    seen *= np.where(at_side, np.minimum(1, w / np.maximum(usual * h, 1e-9)), 1.0)
    seen *= np.where(at_edge & ~at_side, np.minimum(1, usual * h / np.maximum(w, 1e-9)), 1.0)
    return seen.clip(0.05, 1)


def _outages(
    track: np.ndarray,
    same: np.ndarray,
    t: np.ndarray,
    step_s: float,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> np.ndarray:
    """(R,) bool: nothing is found here, for no reason that the picture shows."""
    begins = rng.random(len(track))[same] < settings.outages_per_min / 60 * step_s
    if not begins.any():
        return begins
    until = np.where(begins, t + rng.exponential(settings.outage_s, len(t))[same] + step_s / 2, -1.0)
    far = float(t.max()) + 1e3
    return np.maximum.accumulate(until + track * far) - track * far > t


def _blur(
    box: np.ndarray,
    track: np.ndarray,
    same: np.ndarray,
    visible: np.ndarray,
    score: np.ndarray,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> np.ndarray:
    """Boxes as detected: jitter that grows with doubt, a bias per object, and partly hidden objects cropped."""
    n = int(track.max(initial=-1)) + 1
    spread = settings.jitter * (1 - score)[:, None] ** 1.2 + 0.0015
    noise = rng.standard_normal((len(box), 4))[same] * spread
    size = box[:, 2:] * np.exp(noise[:, 2:] + rng.normal(0, 0.5 * settings.jitter, (n, 2))[track])
    centre = box[:, :2] + noise[:, :2] * 0.6 * box[:, 2:]
    crops = rng.random(n) < settings.crop
    sign = np.where(rng.random(n) < 0.5, -0.5, 0.5)
    lost = np.where(crops[track] & (visible < 0.8), 0.8 * (1 - visible), 0.0)
    upright = (rng.random(n) < 0.4)[track]
    centre[:, 1] -= np.where(upright, lost * 0.5 * size[:, 1], 0)
    centre[:, 0] += np.where(upright, 0, lost * sign[track] * size[:, 0])
    size[:, 1] *= np.where(upright, 1 - lost, 1)
    size[:, 0] *= np.where(upright, 1, 1 - lost)
    return cut_to_picture(centre, size)


def drop_weak(sights: Sights, step_s: float, settings: NoiseSettings) -> Sights:
    """Without the pieces that the linker takes for flickers; pieces renumbered densely."""
    pieces = sights.pieces()
    count = np.bincount(sights.piece, minlength=pieces)
    top = np.zeros(pieces)
    np.maximum.at(top, sights.piece, sights.score)
    real = (count >= settings.least_sightings(step_s)) & (top >= settings.min_top_score)
    kept = sights.take(real[sights.piece])
    number = real.cumsum() - 1
    return Sights(number[kept.piece], kept.true, kept.frame, kept.box, kept.class_id, kept.score)
