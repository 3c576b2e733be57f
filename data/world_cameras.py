"""The cameras of a simulated clip, how they move, and which of them is on the air (scene cuts).

Two projections. *Perspective*: a thing whose foot stands d picture heights below the horizon is at distance 1 / d (in
camera heights), and its height, its width and its speed in the picture are proportional to d. *Flat* (from above, or a
close-up): d = 1 everywhere. F frames, C cameras; x in picture widths, y in picture heights, from the top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Stage = Literal["street", "close", "overhead", "dashcam", "pan"]
STAGES: tuple[Stage, ...] = ("street", "close", "overhead", "dashcam", "pan")
FAR_FOCUS = 1.2
"""Focal length in picture heights: how much slower things move in depth than across."""
DOORS = 3


@dataclass(frozen=True)
class Cameras:
    """C cameras over F frames.

    stage: (C) names. flat, ego: (C,) bool. horizon: (C,) y. far, near: (C,) range of d where things stand.
    scale: (C,) height of a thing of size 1 at d = 1. reach: (C,) widths that the scene goes on beyond either side.
    door_x, door_y: (C, DOORS) where one comes out of a house. ends: (C, 5) how often a path begins or ends at a side,
    a door, far away, at the near or far edge, or anywhere. calm: (C,) share of things that stop or turn.
    shift: (F, C, 2) how far the scene has moved to the left and up. advance: (F, C) distance driven, camera heights.
    shot: (F,) the camera on the air. cut_s: times of the cuts, the first is 0.
    """

    stage: tuple[Stage, ...]
    flat: np.ndarray
    ego: np.ndarray
    horizon: np.ndarray
    far: np.ndarray
    near: np.ndarray
    scale: np.ndarray
    reach: np.ndarray
    door_x: np.ndarray
    door_y: np.ndarray
    ends: np.ndarray
    calm: np.ndarray
    shift: np.ndarray
    advance: np.ndarray
    shot: np.ndarray
    cut_s: np.ndarray

    def __len__(self) -> int:
        return len(self.stage)


_END_WEIGHTS = {  # side, door, far, edge, anywhere
    "street": (5.0, 1.0, 1.2, 0.8, 0.3),
    "close": (5.0, 0.7, 0.0, 1.5, 0.2),
    "overhead": (2.0, 1.2, 0.0, 2.0, 0.8),
    "dashcam": (1.0, 0.0, 1.0, 0.0, 0.0),
    "pan": (5.0, 1.0, 0.8, 0.5, 0.3),
}


def draw_cameras(rng: np.random.Generator, t_s: np.ndarray, stages: tuple[Stage, ...], *, cuts: bool) -> Cameras:
    """Draw cameras with the given stages over the frame times `t_s` (F,), cutting from one to another if `cuts`."""
    c = len(stages)
    is_ = {stage: np.array([s == stage for s in stages]) for stage in STAGES}
    flat = is_["close"] | is_["overhead"]
    horizon = np.where(flat, 0.0, rng.uniform(-0.25, 0.42, c))
    horizon[is_["dashcam"]] = rng.uniform(0.35, 0.52)
    near = np.where(flat, 1.0, rng.uniform(1.0, 1.15, c) - horizon)
    far = np.where(flat, 1.0, near * rng.uniform(0.15, 0.6, c))
    height = np.exp(rng.normal(np.log(0.16), 0.5, c))
    height = np.where(is_["close"], rng.uniform(0.3, 0.85, c), np.where(is_["overhead"], height * 0.27, height))
    scale = height.clip(0.02, 0.9) / np.sqrt(near * far)
    scale[is_["dashcam"]] = rng.uniform(0.8, 1.4)
    far[is_["dashcam"]] = rng.uniform(0.025, 0.06) / scale[is_["dashcam"]]
    weights = np.array([_END_WEIGHTS[s] for s in stages])
    ends = rng.gamma(1.5, size=weights.shape) * weights + 1e-3 * weights + 1e-9
    shift = np.zeros((len(t_s), c, 2))
    advance = np.zeros((len(t_s), c))
    reach = np.where(is_["pan"], rng.uniform(0.2, 1.2, c), 0.0)
    for k, stage in enumerate(stages):
        if stage == "pan":
            shift[:, k, 0] = _sweep(rng, t_s) * reach[k]
        elif stage == "overhead" and rng.random() < 0.5:
            shift[:, k] = _drift(rng, t_s)
        elif stage == "dashcam":
            advance[:, k] = _drive(rng, t_s)
        if stage in ("dashcam", "overhead", "pan") or rng.random() < 0.2:
            shift[:, k] += _shake(rng, t_s)
    shot, cut_s = _cut(rng, t_s, c) if cuts else (np.zeros(len(t_s), np.int64), np.zeros(1))
    return Cameras(
        stage=stages,
        flat=flat,
        ego=is_["dashcam"],
        horizon=horizon,
        far=far,
        near=near,
        scale=scale,
        reach=reach,
        door_x=rng.uniform(0.08, 0.92, (c, DOORS)),
        door_y=rng.random((c, DOORS)),
        ends=ends / ends.sum(1, keepdims=True),
        calm=rng.uniform(0.0, 0.5, c) + 0.25 * is_["close"],
        shift=shift,
        advance=advance,
        shot=shot,
        cut_s=cut_s,
    )


def _knots(rng: np.random.Generator, end_s: float, mean_s: float) -> np.ndarray:
    """Times 0 … beyond `end_s`, exponential steps of `mean_s` on average."""
    many = int(end_s / mean_s * 1.5) + 8
    return np.append(0.0, np.cumsum(rng.exponential(mean_s, many) + 0.2 * mean_s))


def _sweep(rng: np.random.Generator, t_s: np.ndarray) -> np.ndarray:
    """A pan between -1 and 1: holds, and moves at some speed, or swings from side to side."""
    knot_s = _knots(rng, t_s[-1], rng.uniform(3, 20))
    if rng.random() < 0.5:
        goal = rng.uniform(-1, 1, len(knot_s))
        goal[1::2] = goal[: len(goal) - 1 : 2][: len(goal[1::2])]  # hold, then go on
    else:
        goal = np.where(np.arange(len(knot_s)) % 2, 1.0, -1.0) * rng.uniform(0.5, 1, len(knot_s))
    return np.interp(t_s, knot_s, goal)


def _drift(rng: np.random.Generator, t_s: np.ndarray) -> np.ndarray:
    """(F, 2) a drone's flight: stretches of hovering and of flying on, picture widths and heights."""
    knot_s = _knots(rng, t_s[-1], 8.0)
    step = rng.normal(0, 0.35, (len(knot_s), 2)) * (rng.random((len(knot_s), 1)) < 0.6)
    path = step.cumsum(0)
    return np.stack([np.interp(t_s, knot_s, path[:, axis]) for axis in (0, 1)], 1)


def _drive(rng: np.random.Generator, t_s: np.ndarray) -> np.ndarray:
    """(F,) distance driven: speeds of 1.5 to 10 camera heights a second, with stops."""
    knot_s = _knots(rng, t_s[-1], 6.0)
    speed = rng.uniform(1.5, 10, len(knot_s)) * (rng.random(len(knot_s)) < 0.8)
    step = np.diff(t_s, prepend=t_s[:1])
    return np.cumsum(np.interp(t_s, knot_s, speed) * step)


def _shake(rng: np.random.Generator, t_s: np.ndarray) -> np.ndarray:
    """(F, 2) a hand or a mast in the wind."""
    size = 0.012 * rng.random() ** 2
    wave = np.sin(t_s[:, None] * rng.uniform(0.3, 4, 4) + rng.uniform(0, 6.3, 4))
    return size * (wave[:, :2] + wave[:, 2:])


def _cut(rng: np.random.Generator, t_s: np.ndarray, cameras: int) -> tuple[np.ndarray, np.ndarray]:
    """(F,) the camera on the air, and the times of the cuts: there and back again, or once through."""
    cut_s = _knots(rng, t_s[-1], max(float(np.exp(rng.uniform(np.log(3), np.log(40)))), t_s[-1] / 400))
    cut_s = cut_s[cut_s <= t_s[-1]]
    if rng.random() < 0.5:
        order = np.arange(len(cut_s)) % cameras
    else:
        order = np.cumsum(rng.integers(1, max(cameras, 2), len(cut_s))) % cameras
    return order[cut_s.searchsorted(t_s, side="right") - 1], cut_s
