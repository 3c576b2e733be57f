"""What a detector and a tracker make of a clean clip: `observe(clean, rng, settings)`.

Every object has a score that walks in time (a first-order autoregression in log-odds): small, hidden or cut objects
score low, some are never sure. Where the score falls below what the detector keeps, the sighting is lost, so that
misses come in bursts and depend on size, occlusion and score together, as they do in real footage. Identities are
broken, swapped and merged in `data.noise_identity`. Works on simulated clips and on human tracks alike.

R rows in the order (track, frame) unless said otherwise; T noisy tracks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data.noise_detector import AT_BORDER, detect, drop_weak
from data.noise_identity import break_identities, merge_identities, swap_identities
from data.noise_mistakes import class_partners, confuse_classes, invent, see_double
from data.noise_settings import NoiseSettings
from data.noise_sights import Sights
from data.overlaps import frame_offsets
from data.small_arrays import changes, positions, steps
from data.world_looks import draw_looks, vary_looks
from pipeline.assemble import FILL_S, LOOKS_PER_TRACK, NEW_LOOK_COSINE
from pipeline.boxes import at_edge
from pipeline.class_kinds import group_of_classes
from pipeline.class_votes import ClassVotes
from pipeline.object_index import KEY_STEP_S, ObjectIndex

__all__ = ["NoiseSettings", "Observed", "observe"]


@dataclass(frozen=True)
class Observed:
    """index: as detector, tracker and linker would have written it; its track ids are 0 … T-1 by first sight.

    true_track: (T,) int32, the clean track that most of the noisy track's sightings belong to; -1: an invented object.
    """

    index: ObjectIndex
    true_track: np.ndarray


@lru_cache(maxsize=64)
def _groups(class_names: tuple[str, ...]) -> np.ndarray:
    return group_of_classes(class_names)


def observe(clean: ObjectIndex, rng: np.random.Generator, settings: NoiseSettings | None = None) -> Observed:
    """The clip as this project's detector, tracker and linker would have written it. Deterministic in `rng`."""
    settings = settings or NoiseSettings.real()
    ids = np.unique(clean.track_id)
    if settings.off:
        return Observed(clean, ids.astype(np.int32))
    group = _groups(clean.class_names)
    partner = class_partners(rng, group)
    sights = detect(clean, ids, rng, settings)
    t_s = clean.frame_t_s
    sights = break_identities(sights, t_s, clean.step_s, rng, settings)
    sights = drop_weak(sights, clean.step_s, settings)
    sights = confuse_classes(sights, partner, clean.step_s, rng, settings)
    sights = Sights.join([sights, see_double(sights, partner, rng, settings)])
    sights = Sights.join([sights, *invent(clean, sights, partner, rng, settings)])
    identity = np.arange(sights.pieces())
    identity = merge_identities(sights, identity, t_s, group, rng, settings)
    owner = swap_identities(sights, identity[sights.piece], len(t_s), group, rng, settings)
    return _write(clean, ids, sights, owner, rng, settings)


# ------------------------------------------------------------------------------------------------------- to the record


def _write(
    clean: ObjectIndex,
    ids: np.ndarray,
    sights: Sights,
    owner: np.ndarray,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> Observed:
    """The noisy index: one class per track, ids by first sight, a few appearance keys per track."""
    width = int(owner.max(initial=0)) + 1
    key = sights.frame * width + owner
    order = key.argsort(kind="stable")
    order = order[changes(key[order])]  # one row per identity and frame
    sights, owner = sights.take(order), owner[order]
    first = np.full(width, len(owner))
    np.minimum.at(first, owner, np.arange(len(owner)))
    rank = np.empty(width, np.int64)
    rank[first.argsort(kind="stable")] = np.arange(width)
    track, n = rank[owner], int((first < len(owner)).sum())
    of_class = _most_common(track, sights.class_id, n)
    true = _most_common(track, sights.true, n).astype(np.int32)
    votes = ClassVotes.of(track, sights.class_id, of_class, len(clean.class_names))
    key_track, key_t, key_look = _looks(clean, ids, sights, track, rng, settings)
    track, frame, box, score = _fill(sights, track, clean.frame_t_s)
    index = ObjectIndex(
        class_names=clean.class_names,
        duration_s=clean.duration_s,
        width=clean.width,
        height=clean.height,
        frame_t_s=clean.frame_t_s,
        offsets=frame_offsets(frame, len(clean)),
        boxes_xywhn=box.astype(np.float32),
        class_id=of_class[track].astype(np.int32),
        track_id=track.astype(np.int32),
        score=score.astype(np.float32),
        key_track_id=key_track.astype(np.int32),
        key_t_s=key_t,
        key_appearance=key_look,
        provenance={**clean.provenance, "made_from": "simulated detector and tracker"},
        warnings=clean.warnings,
        votes=votes,
    )
    return Observed(index, true)


def _fill(sights: Sights, track: np.ndarray, t_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Track, frame, box and score of all rows, sorted by frame and track, as they come out of an index file.

    Gaps of up to `FILL_S` are closed, and between two kept rows (both ends of a stretch, and one every `KEY_STEP_S`)
    everything is on a straight line.
    """
    frames = len(t_s)
    order = np.argsort(track * frames + sights.frame)
    track, frame = track[order], sights.frame[order]
    t = t_s[frame]
    goes_on = (steps(track) == 0) & (steps(t) <= FILL_S)
    starts, ends = np.append(True, ~goes_on)[: len(track)], np.append(~goes_on, True)[: len(track)]
    begin_s = t[np.maximum.accumulate(np.where(starts, np.arange(len(track)), 0))]
    slot = np.floor((t - begin_s) / KEY_STEP_S + 1e-6)
    kept = positions(starts | ends | changes(slot))
    order, track, frame, ends = order[kept], track[kept], frame[kept], ends[kept]
    box, score = sights.box[order], sights.score[order]
    count = np.where(ends, 1, np.diff(frame, append=0))
    row = np.repeat(np.arange(len(track)), count)
    step = np.arange(len(row)) - np.repeat(count.cumsum() - count, count)
    after = np.where(ends[row], row, np.minimum(row + 1, len(track) - 1))
    part = step / count[row]
    frame = frame[row] + step
    order = np.argsort(frame * (int(track.max(initial=0)) + 1) + track[row])
    row, after, part, frame = row[order], after[order], part[order], frame[order]
    box = box[row] + (box[after] - box[row]) * part[:, None]
    return track[row], frame, box, score[row] + (score[after] - score[row]) * part


def _most_common(track: np.ndarray, value: np.ndarray, n: int) -> np.ndarray:
    """(n,) the commonest value (≥ -1) of each track's rows; the smallest of a tie."""
    width = int(value.max(initial=0)) + 2
    pair = track * width + value + 1
    pair.sort()
    begin = positions(changes(pair))
    pair, count = pair[begin], np.diff(begin, append=len(pair))
    order = np.lexsort((-pair, count))  # the last written wins: highest count, then smallest value
    out = np.full(n, -1, np.int64)
    out[pair[order] // width] = pair[order] % width - 1
    return out


KEY_EVERY_S = 3.0
ODD_CHANGE, ODD_AT_EDGE = 2.3, 3.0
"""An odd look is so many times as different, and so many times as frequent at the picture's edge."""


def _looks(
    clean: ObjectIndex,
    ids: np.ndarray,
    sights: Sights,
    track: np.ndarray,
    rng: np.random.Generator,
    settings: NoiseSettings,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Appearance keys as `pipeline.assemble` keeps them: the first look of a track, others where the look changed."""
    t = clean.frame_t_s[sights.frame]
    order = np.argsort(sights.piece * len(clean) + sights.frame)
    piece = sights.piece[order]
    starts = np.ones(len(piece), bool)
    starts[1:] = piece[1:] != piece[:-1]
    again = rng.random(len(piece)) < clean.step_s / KEY_EVERY_S / (1 + clean.duration_s / 600)
    rows = order[starts | again]
    looks = _clean_looks(clean, ids, rng)
    true = sights.true[rows]
    base = looks[np.where(true < 0, len(ids), ids.searchsorted(true))]
    invented = positions(true < 0)
    if len(invented):
        of_piece, which = np.unique(sights.piece[rows[invented]], return_inverse=True)
        base[invented] = draw_looks(rng, np.zeros(len(of_piece), np.int64))[which]
    change = settings.look_change * np.exp(rng.normal(0, 0.35, sights.pieces()))[sights.piece[rows]]
    change = change * np.exp(rng.normal(0, 0.3, len(rows)))
    often = settings.odd_look * np.where(at_edge(sights.box[rows], AT_BORDER), ODD_AT_EDGE, 1.0)
    change = change * np.where(rng.random(len(rows)) < often, ODD_CHANGE, 1.0)
    change *= 0.4 + 0.6 * min(clean.provenance.get("variety", 1.0), 1.0)  # steady light makes all looks alike
    change *= 0.3 if clean.provenance.get("loops", 1) > 1 else 1.0  # the same pictures again
    look = vary_looks(rng, base, change) if len(rows) else base
    by = np.lexsort((t[rows], track[rows]))
    owner, when, look = track[rows][by], t[rows][by], look[by].astype(np.float32)
    first = owner.searchsorted(owner)
    keep = np.einsum("nd,nd->n", look, look[first]) <= NEW_LOOK_COSINE
    keep |= np.arange(len(owner)) == first
    made = keep.cumsum()
    keep &= made - made[first] < LOOKS_PER_TRACK
    return owner[keep], when[keep], look[keep]


def _clean_looks(clean: ObjectIndex, ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N + 1, A) the true look of every clean track (drawn where it has none), and a row of zeros for -1."""
    first = clean.key_track_id.searchsorted(ids)
    known = (first < len(clean.key_track_id)) if len(clean.key_track_id) else np.zeros(len(ids), bool)
    known[known] &= clean.key_track_id[first[known]] == ids[known]
    looks = np.zeros((len(ids) + 1, clean.key_appearance.shape[1] if len(clean.key_appearance) else 96), np.float32)
    looks[positions(known)] = clean.key_appearance[first[known]]
    blank = positions(~looks[:-1].any(1))
    if len(blank):
        class_of = np.zeros(len(ids), np.int64)
        class_of[ids.searchsorted(clean.track_id)] = clean.class_id
        looks[blank] = draw_looks(rng, np.unique(class_of[blank], return_inverse=True)[1])
    return looks
