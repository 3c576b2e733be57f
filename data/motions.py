"""How things come, go and move: arrivals in bursts and lulls, paths through a scene, things that stand.

A *visit* is one stay of one object before one camera: a path of `KNOTS` points, walked on straight lines in the world
(`data.world_cameras`), with stops where two knots share a place. V visits. World coordinates of a perspective camera
are (X, Z): across and away, in camera heights; of a flat one (X, Y): picture heights, right and down, of the foot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.small_arrays import changes, positions
from data.world_cameras import FAR_FOCUS, Cameras

KNOTS = 6
LONGEST_VISIT_S = 150.0


@dataclass(frozen=True)
class Visits:
    """V visits. thing: (V,) object number. camera: (V,). start_s: (V,). knot_s: (V, KNOTS) seconds since start_s.

    x, z: (V, KNOTS) world coordinates. height, width: (V,) at d = 1, picture heights. nearness: (V,) breaks ties of
    depth. sway: (V,) how far the box swings while it walks, share of its height. phase: (V,) radians.
    """

    thing: np.ndarray
    camera: np.ndarray
    start_s: np.ndarray
    knot_s: np.ndarray
    x: np.ndarray
    z: np.ndarray
    height: np.ndarray
    width: np.ndarray
    nearness: np.ndarray
    sway: np.ndarray
    phase: np.ndarray

    def __len__(self) -> int:
        return len(self.thing)

    @property
    def end_s(self) -> np.ndarray:
        return self.start_s + self.knot_s[:, -1]

    def take(self, which: np.ndarray) -> Visits:
        """The visits `which` (positions or mask)."""
        return Visits(*(column[which] for column in vars(self).values()))

    @staticmethod
    def join(parts: list[Visits]) -> Visits:
        """All visits of `parts`, in order."""
        return Visits(*map(np.concatenate, zip(*(vars(part).values() for part in parts), strict=True)))


@dataclass(frozen=True)
class Things:
    """N objects. cls: (N,) position among the shown classes. size, aspect, speed: (N,) as in `world_kinds.Build`."""

    cls: np.ndarray
    size: np.ndarray
    aspect: np.ndarray
    speed: np.ndarray

    def __len__(self) -> int:
        return len(self.cls)


def draw_arrivals(rng: np.random.Generator, begin_s: float, end_s: float, many: int) -> np.ndarray:
    """(many,) sorted times: a Markov-modulated Poisson process of lulls, ordinary stretches and bursts."""
    span = end_s - begin_s
    dwell = np.exp(rng.uniform(np.log(4), np.log(max(8.0, min(span, 1800.0)))))
    states = int(span / dwell * 1.5) + 6
    length = rng.exponential(dwell, states)
    kind = rng.integers(0, 3, states)
    rate = np.array([rng.choice((0.0, 0.1, 0.5)), 1.0, np.exp(rng.uniform(0, 2.3))])[kind]
    edge = begin_s + np.append(0.0, length.cumsum())
    mass = np.append(0.0, np.cumsum(rate * length))
    whole = np.interp(end_s, edge, mass)
    if whole <= 0:
        return np.sort(rng.uniform(begin_s, end_s, many))
    return np.interp(np.sort(rng.random(many)) * whole, mass, edge)


def _world(
    cameras: Cameras, camera: np.ndarray, x: np.ndarray, d: np.ndarray, y: np.ndarray, aspect: float
) -> tuple[np.ndarray, np.ndarray]:
    """World coordinates of picture points: x in widths, d below the horizon (perspective) or the foot's y (flat)."""
    flat = cameras.flat[camera]
    across = (x - 0.5) * aspect
    return np.where(flat, across, across / d), np.where(flat, y, FAR_FOCUS / d)


def _ends(
    rng: np.random.Generator,
    cameras: Cameras,
    camera: np.ndarray,
    height: np.ndarray,
    width: np.ndarray,
    side: np.ndarray,
    aspect: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One end of each path: (x, d, y), picture coordinates. side: (V,) -1 left, 1 right."""
    v = len(camera)
    kind = (rng.random((v, 1)) > np.cumsum(cameras.ends[camera], 1)).sum(1).clip(max=4)
    u = rng.random((v, 4))
    flat, horizon, reach = cameras.flat[camera], cameras.horizon[camera], cameras.reach[camera]
    far, near = cameras.far[camera], cameras.near[camera]
    d = np.where(flat, 1.0, far * (near / far) ** u[:, 0])
    tall = height >= 0.8  # its head is above the horizon: no way out over the lower edge
    kind = np.where((kind == 3) & tall & ~flat, 0, kind)
    distant = np.maximum(0.5 * far, 0.012 / height)
    d = np.where((kind == 2) & ~flat, np.minimum(d, distant), d)
    over = (1.0 - horizon) / np.maximum(1 - height, 0.1) * 1.02
    d = np.where((kind == 3) & ~flat, over, d)
    pick = (u[:, 1] * cameras.door_x.shape[1]).astype(int)
    door_d = far * (near / far) ** cameras.door_y[camera, pick]
    d = np.where((kind == 1) & ~flat, door_d, d)
    half = 0.5 * width * d / aspect
    inner = -reach + (1 + 2 * reach) * u[:, 2]
    x = np.where(kind == 0, np.where(side < 0, -reach - half - 0.004, 1 + reach + half + 0.004), inner)
    x = np.where(kind == 1, cameras.door_x[camera, pick] + 0.01 * (u[:, 3] - 0.5), x)
    x = np.where((kind == 2) & ~flat, 0.5 + (inner - 0.5) * 0.7, x)
    low = np.minimum(height, 0.9)
    y = low + (1.08 - low) * u[:, 0]
    y = np.where(kind == 1, low + (1 - low) * cameras.door_y[camera, pick], y)
    y = np.where(kind == 3, np.where(u[:, 3] < 0.5, -0.004, 1.004 + height), y)
    return x, d, y


def _knots(first: np.ndarray, inner: np.ndarray, last: np.ndarray) -> np.ndarray:
    """(V, KNOTS) first, the two inner ones twice each, last. inner: (V, 2)."""
    out = np.empty((len(first), KNOTS))
    out[:, 0], out[:, -1] = first, last
    out[:, 1:3], out[:, 3:5] = inner[:, :1], inner[:, 1:]
    return out


def draw_crossings(
    rng: np.random.Generator,
    cameras: Cameras,
    things: Things,
    thing: np.ndarray,
    camera: np.ndarray,
    start_s: np.ndarray,
    party: np.ndarray,
    *,
    aspect: float,
) -> Visits:
    """Paths from one end to another of what moves by itself; members of one party share their path.

    thing, camera, start_s, party: (V,); party: number of the group that walks together, ascending.
    """
    v = len(thing)
    height = cameras.scale[camera] * things.size[thing]
    width = height * things.aspect[thing]
    # every party draws one path: its first member's
    leads = changes(party)
    first, of = positions(leads), leads.cumsum() - 1
    cam, h, w = camera[first], height[first], width[first]
    p = len(first)
    side = np.where(rng.random(p) < 0.5, -1, 1)
    sides = np.append(side, np.where(rng.random(p) < 0.8, -side, side))
    ends = _ends(rng, cameras, *(np.concatenate((a, a)) for a in (cam, h, w)), sides, aspect)
    (x0, x1), (d0, d1), (y0, y1) = (end.reshape(2, p) for end in ends)
    along = rng.random(p) < 0.6  # most cross at about one distance
    both = (d0 > cameras.far[cam] * 0.99) & (d1 > cameras.far[cam] * 0.99) & (d1 <= cameras.near[cam]) & along
    d1 = np.where(both, np.clip(d0 * np.exp(rng.normal(0, 0.12, p)), cameras.far[cam], cameras.near[cam]), d1)
    inside_y = (y1 > 0) & (y1 < 1.08) & along
    y1 = np.where(inside_y, np.clip(y0 + rng.normal(0, 0.05, p), np.minimum(h, 0.9), 1.06), y1)
    half1 = 0.5 * w * d1 / aspect
    x1 = np.where(x1 < -cameras.reach[cam], -cameras.reach[cam] - half1 - 0.004, x1)
    x1 = np.where(x1 > 1 + cameras.reach[cam], 1 + cameras.reach[cam] + half1 + 0.004, x1)
    bend = np.where(rng.random((p, 1)) < cameras.calm[cam][:, None] + 0.1, 0.22, 0.02)
    off = rng.normal(0, 1, (p, 2, 2)) * bend[:, :, None]
    third = np.array([1 / 3, 2 / 3]) + rng.uniform(-0.12, 0.12, (p, 2))
    mid_x = x0[:, None] + (x1 - x0)[:, None] * third + off[:, :, 0] * np.maximum(w / aspect, 0.25)[:, None]
    mid_d = d0[:, None] * (d1 / d0)[:, None] ** third * np.exp(np.clip(off[:, :, 1], -0.5, 0.5))
    mid_y = y0[:, None] + (y1 - y0)[:, None] * third + off[:, :, 1] * 0.5
    x, d, y = _knots(x0, mid_x, x1), _knots(d0, mid_d, d1), _knots(y0, mid_y, y1)
    wx, wz = _world(cameras, cam[:, None], x, d, y, aspect)
    slow = np.where(cameras.flat[cam] & (cameras.scale[cam] > 0.25), 0.6, 1.0)  # close-ups are of people who linger
    speed = slow * things.speed[thing[first]] * h * np.exp(rng.normal(0, 0.35, p))
    leg = np.hypot(wx[:, 1:] - wx[:, :-1], wz[:, 1:] - wz[:, :-1]) / speed[:, None]
    total = leg.sum(1)
    longest = LONGEST_VISIT_S * rng.uniform(0.15, 1, p)
    leg *= (total.clip(0.7, longest) / np.maximum(total, 1e-9))[:, None]
    stop = np.exp(rng.normal(np.log(4), 1.0, (p, 2))) * (rng.random((p, 2)) < 0.5 * cameras.calm[cam][:, None])
    leg[:, 1], leg[:, 3] = np.minimum(stop[:, 0], 60), np.minimum(stop[:, 1], 60)
    knot_s = np.zeros((p, KNOTS))
    leg.cumsum(1, out=knot_s[:, 1:])
    # members: beside each other, a little before or behind
    apart = rng.normal(0, 1, (v, 3))
    lone = np.bincount(of)[of] == 1
    apart[lone] = 0
    flat = cameras.flat[camera]
    sx, sz = wx[of] + apart[:, :1] * width[:, None] * 1.1, wz[of] + apart[:, 1:2] * width[:, None] * 0.5
    sz = np.where(flat[:, None], sz, np.maximum(sz, 0.2))
    return Visits(
        thing=thing,
        camera=camera,
        start_s=start_s + np.abs(apart[:, 2]) * 0.4,
        knot_s=knot_s[of],
        x=sx,
        z=sz,
        height=height,
        width=width,
        nearness=rng.random(v) * 1e-3,
        sway=np.abs(rng.normal(0, 0.02, v)),
        phase=rng.uniform(0, 6.3, v),
    )


def draw_traffic(
    rng: np.random.Generator,
    cameras: Cameras,
    things: Things,
    thing: np.ndarray,
    camera: np.ndarray,
    start_s: np.ndarray,
    *,
    aspect: float,
) -> Visits:
    """What a dashcam meets: parked things and walkers that come nearer, oncoming traffic, cars ahead.

    The path is relative to where the camera is when the visit begins (`Cameras.advance` comes on top).
    """
    v = len(thing)
    height = cameras.scale[camera] * things.size[thing]
    width = height * things.aspect[thing]
    kind = np.searchsorted(np.cumsum((0.55, 0.2, 0.15)), rng.random(v))  # roadside, oncoming, ahead, crosses the road
    lane = rng.uniform(1.2, 4.5, v) * np.where(rng.random(v) < 0.5, -1, 1)
    lane = np.where(kind == 1, -rng.uniform(0.9, 2.2, v), np.where(kind == 2, rng.normal(0, 0.25, v), lane))
    away = FAR_FOCUS / np.minimum(cameras.far[camera], 0.5) * rng.uniform(0.45, 1, v)
    own = np.where(kind == 1, rng.uniform(2, 10, v), 0.0)
    lasts = np.where(kind == 1, away / np.maximum(own, 1), rng.uniform(6, 40, v))
    x = np.repeat(lane[:, None], KNOTS, 1)
    z = away[:, None] - own[:, None] * lasts[:, None] * np.linspace(0, 1, KNOTS)
    ahead = rng.uniform(2.5, 14, (v, 1)) * np.exp(np.cumsum(rng.normal(0, 0.18, (v, KNOTS)), 1))
    z = np.where(kind[:, None] == 2, ahead, z)
    walk = things.speed[thing] * height * rng.uniform(0.5, 1.2, v) * -np.sign(lane)
    walkers = (kind == 3) | ((kind == 0) & (rng.random(v) < 0.3))
    x += np.where(walkers, walk * lasts * np.where(kind == 3, 1, 0.3), 0)[:, None] * np.linspace(0, 1, KNOTS)
    return Visits(
        thing=thing,
        camera=camera,
        start_s=start_s,
        knot_s=lasts[:, None] * np.linspace(0, 1, KNOTS),
        x=x,
        z=z,
        height=height,
        width=width,
        nearness=np.where(kind == 2, -1.0, rng.random(v) * 1e-3),  # below 0: goes with the camera
        sway=np.abs(rng.normal(0, 0.01, v)),
        phase=rng.uniform(0, 6.3, v),
    )


def draw_standing(
    rng: np.random.Generator,
    cameras: Cameras,
    things: Things,
    thing: np.ndarray,
    camera: np.ndarray,
    *,
    aspect: float,
    end_s: float,
) -> Visits:
    """Things that stand where they are from the start; some are taken away and put back, up to three times."""
    n = len(thing)
    height = cameras.scale[camera] * things.size[thing]
    width = height * things.aspect[thing]
    flat, far, near, reach = (a[camera] for a in (cameras.flat, cameras.far, cameras.near, cameras.reach))
    u = rng.random((n, 3))
    d = np.where(flat, 1.0, far * (near / far) ** u[:, 0])
    spread = np.where(cameras.shift[-1, camera, 0] != 0, 0.3, 0.0) + reach
    x = 0.03 - spread + (0.94 + 2 * spread) * u[:, 1]
    low = np.minimum(height, 0.95)
    y = low + (1.0 - low) * u[:, 2]
    wx, wz = _world(cameras, camera, x, d, y, aspect)
    # presence: up to four stretches, cut by three absences; the first begins before the clip
    moved = (rng.random(n) < 0.25) * rng.integers(1, 4, n)
    times = np.sort(rng.uniform(0.05, 1.0, (n, 6)), 1) * end_s
    later = np.minimum(times[:, 1::2], times[:, ::2] + np.exp(rng.normal(np.log(6), 1, (n, 3))))
    later = np.maximum(later, times[:, ::2] + 2.0)
    slot = np.arange(3)
    gone = np.where(slot < moved[:, None], times[:, ::2], np.inf)
    back = np.where(slot < moved[:, None], later, np.inf)
    for_good = (rng.random(n) < 0.2) & (moved > 0)
    back[for_good, np.maximum(moved - 1, 0)[for_good]] = np.inf
    begin = np.column_stack([np.full(n, -1.0), back])
    stop = np.column_stack([gone, np.full(n, end_s + 1.0)])
    stop = np.minimum(stop, end_s + 1.0)
    late = rng.random(n) < 0.12  # set down in the course of the clip
    begin[late, 0] = rng.uniform(0.0, 0.8, int(late.sum())) * end_s
    row, col = np.nonzero((begin < stop - 0.3) & (begin < end_s))
    many = len(row)
    begin, stop = begin[row, col], stop[row, col]
    order = np.lexsort((begin, row))
    row, begin, stop = row[order], begin[order], stop[order]
    follows = np.zeros(many, bool)
    follows[1:] = (row[1:] == row[:-1]) & (begin[1:] < stop[:-1] + 0.5)
    begin[follows] = np.minimum(stop[positions(follows) - 1] + 1.0, stop[follows] - 0.1)
    # carried in and out in about a second, or gone from one picture to the next
    carried = rng.random((many, 2)) < 0.5
    lasts = np.maximum(stop - begin, 0.1)
    quick = np.minimum(rng.uniform(0.4, 1.2, (many, 2)), lasts[:, None] * 0.3)
    inner = np.column_stack([quick[:, 0], lasts - quick[:, 1]])
    knot_s = _knots(np.zeros(many), inner, lasts)
    aside = (np.where(rng.random((many, 2)) < 0.5, -0.8, 0.8) * aspect) / np.where(flat, 1.0, d)[row][:, None]
    x_home = wx[row] + rng.normal(0, 0.04, many) * width[row] * (begin > 0)
    x_knot = np.repeat(x_home[:, None], KNOTS, 1)
    x_knot[:, 0] += aside[:, 0] * (carried[:, 0] & (begin > 0))
    x_knot[:, -1] += aside[:, 1] * (carried[:, 1] & (stop < end_s))
    return Visits(
        thing=thing[row],
        camera=camera[row],
        start_s=begin,
        knot_s=knot_s,
        x=x_knot,
        z=np.repeat(wz[row][:, None], KNOTS, 1),
        height=height[row],
        width=width[row],
        nearness=rng.random(n)[row] * 1e-3,
        sway=np.zeros(many),
        phase=np.zeros(many),
    )
