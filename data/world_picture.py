"""Visits projected into the picture: boxes, what hides them, and which of them count as visible.

R rows, sorted by (frame, thing); V visits; F frames; C cameras.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from data.motions import Visits
from data.overlaps import frame_offsets, hidden_share
from data.small_arrays import changes, positions, steps
from data.world_cameras import FAR_FOCUS, Cameras

LEAST_SEEN = 0.2
"""An object counts as visible while at least this share of what lies in the picture is not hidden."""
LEAST_INSIDE = 0.1
"""… and at least this share of it lies in the picture (of what can, if it is larger than the picture)."""
LEAST_SIDE_PX = 6.0
BRIDGED_S = 1.0
"""Shorter occlusions count as visible, as human annotators (and the index, `pipeline.assemble.FILL_S`) have it."""
SIGHTS_THAT_COUNT = 2
"""An object seen in fewer sampled frames is left out, as human annotators do."""
_BLOCK_ROWS = 150_000


@dataclass(frozen=True)
class Rows:
    """R projected boxes, sorted by (frame, thing). xyxy: (4, R), cut to the picture. inside: share in the picture."""

    visit: np.ndarray
    thing: np.ndarray
    frame: np.ndarray
    xyxy: np.ndarray
    inside: np.ndarray
    nearness: np.ndarray

    def take(self, which: np.ndarray) -> Rows:
        return Rows(
            self.visit[which], self.thing[which], self.frame[which], self.xyxy[:, which], self.inside[which],
            self.nearness[which],
        )  # fmt: skip


def project_visits(visits: Visits, cameras: Cameras, t_s: np.ndarray, aspect: float, *, max_rows: int) -> Rows:
    """All rows of the visits in the picture, hidden or not; of fewer things if there would be more than `max_rows`."""
    first = t_s.searchsorted(visits.start_s)
    count = t_s.searchsorted(visits.end_s, side="right") - first
    whole = int(count.sum())
    if whole > max_rows:  # every k-th thing stays away, always the same ones
        share = max_rows / whole
        stays = (visits.thing * 0.6180339887498949) % 1.0 < share * 0.95
        count = np.where(stays, count, 0)
    at = np.append(0, count.cumsum())
    blocks = at.searchsorted(np.arange(0, at[-1] + _BLOCK_ROWS, _BLOCK_ROWS))
    blocks = sorted({0, len(visits), *np.minimum(blocks, len(visits)).tolist()})
    parts = [
        _project(visits, cameras, t_s, aspect, np.arange(a, b), first[a:b], count[a:b]) for a, b in pairwise(blocks)
    ]
    visit, frame, xyxy, inside, nearness = (
        parts[0] if len(parts) == 1 else [np.concatenate(p, -1) for p in zip(*parts, strict=True)]
    )
    thing = visits.thing[visit]
    key = frame * (int(visits.thing.max(initial=0)) + 1) + thing
    order = key.argsort(kind="stable")
    return Rows(visit, thing, frame, xyxy, inside, nearness).take(order[changes(key[order])])


def _project(
    visits: Visits,
    cameras: Cameras,
    t_s: np.ndarray,
    aspect: float,
    which: np.ndarray,
    first: np.ndarray,
    count: np.ndarray,
) -> tuple[np.ndarray, ...]:
    """Rows of the visits `which`: visit, frame, xyxy (4, R) cut to the picture, share inside, nearness."""
    visit = which.repeat(count)
    frame = np.repeat(first - count.cumsum() + count, count) + np.arange(count.sum())
    if len(cameras) > 1:
        shown = cameras.shot[frame] == visits.camera[visit]
        visit, frame = visit[shown], frame[shown]
    camera = visits.camera[visit]
    tau = t_s[frame] - visits.start_s[visit]
    knots = visits.knot_s.shape[1]
    leg = np.zeros(len(visit), np.int64)
    for k in range(1, knots - 1):
        leg += tau >= visits.knot_s[visit, k]
    a = visit * knots + leg
    t0, t1 = visits.knot_s.ravel()[a], visits.knot_s.ravel()[a + 1]
    part = np.clip((tau - t0) / np.maximum(t1 - t0, 1e-9), 0, 1)
    x0, z0 = visits.x.ravel()[a], visits.z.ravel()[a]
    x_step, z_step = visits.x.ravel()[a + 1] - x0, visits.z.ravel()[a + 1] - z0
    x, z = x0 + part * x_step, z0 + part * z_step
    flat, horizon = cameras.flat[camera], cameras.horizon[camera]
    if cameras.ego.any():
        z = z - np.where(
            cameras.ego[camera] & (visits.nearness[visit] >= 0), _driven(visits, cameras, t_s)(visit, frame), 0.0
        )
    ahead = flat | (z > 0.05)
    d = np.where(flat, 1.0, FAR_FOCUS / np.where(flat, 1.0, np.maximum(z, 0.05)))
    moving = np.minimum(1.0, 20 * (np.abs(x_step) + np.abs(z_step)))
    sway = visits.sway[visit] * moving * np.sin(visits.phase[visit] + 7.0 * t_s[frame])
    h = visits.height[visit] * d
    w = visits.width[visit] * d * (1 + 3 * sway) / aspect
    shift = cameras.shift[frame, camera]
    cx = 0.5 + x * d / aspect - shift[:, 0]
    foot = np.where(flat, z, horizon + d) - shift[:, 1] + sway * h
    raw = np.stack([cx - w / 2, foot - h, cx + w / 2, foot])
    cut = raw.clip(0.0, 1.0)
    area = np.maximum((cut[2] - cut[0]) * (cut[3] - cut[1]), 0.0)
    # of a thing larger than the picture, as much of it as can be in the picture at once
    inside = area / np.maximum(np.minimum(w, 1.0) * np.minimum(h, 1.0), 1e-12)
    keep = ahead & (inside > LEAST_INSIDE)
    nearness = np.where(flat & (visits.height[visit] < 0.15), 0.0, foot) + visits.nearness[visit]
    return visit[keep], frame[keep], cut[:, keep], np.minimum(inside[keep], 1.0), nearness[keep]


def _driven(visits: Visits, cameras: Cameras, t_s: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Function (visit, frame) → distance driven since the visit began."""
    at_start = np.zeros(len(visits))
    for k in positions(cameras.ego):
        mine = visits.camera == k
        path = cameras.advance[:, k]
        speed = (path[1] - path[0]) / max(t_s[1] - t_s[0], 1e-9)
        start = visits.start_s[mine]
        at_start[mine] = np.interp(start, t_s, path) + np.minimum(start, 0) * speed
    return lambda visit, frame: cameras.advance[frame, visits.camera[visit]] - at_start[visit]


def hide_rows(
    rng: np.random.Generator,
    rows: Rows,
    cameras: Cameras,
    visits: Visits,
    t_s: np.ndarray,
    width: int,
    height: int,
) -> tuple[Rows, np.ndarray]:
    """Rows of what can be seen, and the share of it (R,) that is."""
    box = rows.xyxy
    hidden = hidden_share(box, rows.nearness, frame_offsets(rows.frame, len(t_s)))
    camera = visits.camera[rows.visit]
    from_above = np.array([stage == "overhead" for stage in cameras.stage])
    hidden *= np.where(from_above[camera], 0.2, 1.0)  # boxes overlap, but hardly anything hides anything
    for k in range(len(cameras)):
        for x, y, w, h, near in _fixed_things(rng, cameras, k):
            left = x - cameras.shift[rows.frame, k, 0]
            over = np.minimum(box[2], left + w) - np.maximum(box[0], left)
            down = np.minimum(box[3], y + h) - np.maximum(box[1], y)
            area = np.maximum((box[2] - box[0]) * (box[3] - box[1]), 1e-12)
            cover = np.maximum(over, 0) * np.maximum(down, 0) / area
            hidden += np.where((camera == k) & (rows.nearness < near), cover, 0.0)
    seen = 1 - np.minimum(hidden, 1.0)
    big = ((box[2] - box[0]) * width >= LEAST_SIDE_PX) & ((box[3] - box[1]) * height >= LEAST_SIDE_PX)
    keep = _bridge((seen >= LEAST_SEEN) & big, rows, t_s) & big
    sights = np.bincount(rows.thing[keep], minlength=int(visits.thing.max(initial=0)) + 1)
    keep &= sights[rows.thing] >= SIGHTS_THAT_COUNT
    return rows.take(keep), (seen * rows.inside)[keep]


def _bridge(seen: np.ndarray, rows: Rows, t_s: np.ndarray) -> np.ndarray:
    """(R,) `seen`, and also the rows between two seen ones of one stay that are at most `BRIDGED_S` apart."""
    if seen.all() or not seen.any():
        return seen
    order = rows.thing.argsort(kind="stable")  # by thing, then by frame
    lit = positions(seen[order])
    thing, frame = rows.thing[order[lit]], rows.frame[order[lit]]
    whole = steps(lit) == steps(frame)  # nothing but hidden rows in between: it never left the picture
    short = (steps(thing) == 0) & whole & (steps(t_s[frame]) <= BRIDGED_S + 1e-6)
    change = np.zeros(len(seen) + 1, np.int64)
    change[lit[:-1][short]] += 1
    change[lit[1:][short]] -= 1
    filled = seen.copy()
    filled[order] |= np.cumsum(change[:-1]) > 0
    return filled


def _fixed_things(rng: np.random.Generator, cameras: Cameras, k: int) -> list[tuple[float, ...]]:
    """Posts, trees and parked lorries that hide what is behind them: (left, top, width, height, nearness)."""
    if cameras.stage[k] not in ("street", "pan") or rng.random() < 0.5:
        return []
    out = []
    for _ in range(int(rng.integers(1, 4))):
        reach = cameras.reach[k]
        foot = cameras.horizon[k] + cameras.near[k] * rng.uniform(0.3, 1.0)
        post = rng.random() < 0.6
        w, h = (rng.uniform(0.01, 0.05), 1.5) if post else (rng.uniform(0.08, 0.3), rng.uniform(0.15, 0.5))
        out.append((rng.uniform(-reach, 1 + reach - w), foot - h, w, h, foot))
    return out
