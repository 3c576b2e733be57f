"""Vehicles' wheels, and the pose of what rolls on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.rendering.figure import Motion, Pose
from data.rendering.mesh import Colour, Material, Mesh, join, jointed, pitch, turn_z
from data.rendering.shapes import box, drum, ring, rod

RUBBER = (0.055, 0.055, 0.06)


def car_wheel(radius: float, wide: float, rim: Colour, spokes: int = 5) -> Mesh:
    """A wheel around 0, its axle along y."""
    parts = [
        ring(radius, radius * 0.20, wide=wide / 2, sides=22, around=8).painted(RUBBER),
        drum(radius * 0.68, wide * 0.8, sides=18).painted((0.13, 0.13, 0.14)),
    ]
    for side in (1, -1):
        parts.append(
            drum(radius * 0.18, wide * 0.10, sides=10)
            .moved((0, side * wide * 0.43, 0))
            .painted(rim, Material.METAL, 0.5)
        )
        for k in range(spokes):
            a = 2 * np.pi * k / spokes
            spoke = box((0, 0, radius * 0.40), (radius * 0.19, wide * 0.12, radius * 0.56)).moved(turn=pitch(a))
            parts.append(spoke.moved((0, side * wide * 0.40, 0)).painted(rim, Material.METAL, 0.5))
        parts.append(
            ring(radius * 0.70, radius * 0.05, wide=wide * 0.06, sides=18, around=4).moved((0, side * wide * 0.41, 0))
            .painted(rim, Material.METAL, 0.5)
        )  # fmt: skip
    return join(parts)


def thin_wheel(radius: float, tyre: float, rim: Colour, spokes: int = 10) -> Mesh:
    """A bicycle's wheel around 0."""
    parts = [
        ring(radius, tyre, sides=26, around=6).painted(RUBBER),
        ring(radius - 2 * tyre, tyre * 0.6, sides=26, around=4).painted(rim, Material.METAL, 0.6),
        drum(tyre * 1.2, 0.07, sides=8).painted(rim, Material.METAL, 0.6),
    ]
    for k in range(spokes):
        a = 2 * np.pi * k / spokes
        end = ((radius - 2 * tyre) * np.cos(a), 0, (radius - 2 * tyre) * np.sin(a))
        parts.append(
            rod((0, 0.02 * (-1) ** k, 0), end, 0.0035, sides=3).painted((0.62, 0.62, 0.64), Material.METAL, 0.5)
        )
    return join(parts)


def rolling(axles: Sequence[tuple[float, float, bool]]) -> Pose:
    """Bone 0 is the body, one more per axle (x, radius, does it steer). details of the motion: phase is the way
    driven, metres; `doing` "left" or "right" turns what steers."""

    def pose(motion: Motion) -> np.ndarray:
        out = [motion.place]
        for x, radius, steers in axles:
            angle = {"left": 0.35, "right": -0.35}.get(motion.doing, 0.0) if steers else 0.0
            turned = jointed(motion.place, (x, 0, radius), turn_z(angle)) if angle else motion.place
            out.append(jointed(turned, (x, 0, radius), pitch(-motion.phase / radius)))
        return np.stack(out)

    return pose
