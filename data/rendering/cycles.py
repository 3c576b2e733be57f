"""Bicycles and motorcycles, alone or ridden. A ridden one is two objects, the person and the cycle, as in COCO.

Bones: 0 to 13 the rider's (as in people.py), 14 the frame, 15 and 16 the wheels, 17 the cranks.
"""

# ruff: noqa: RUF005 (tuples are added to arrays here)
from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure, Motion, Pose
from data.rendering.gait import HIP, bones, reach_angles
from data.rendering.mesh import Colour, Material, Mesh, join, jointed, pitch
from data.rendering.people import BONES, body, draw_dress
from data.rendering.shapes import ball, box, drum, hull, ring, rod, tube
from data.rendering.wheels import RUBBER, car_wheel, thin_wheel

FRAME, FRONT, BACK, CRANKS = BONES, BONES + 1, BONES + 2, BONES + 3
WHEEL_M, BASE_M = 0.34, 1.04
SADDLE = np.array([-0.24, 0.0, 0.92])
BOTTOM = np.array([-0.06, 0.0, 0.29])
CRANK_M = 0.165


def make_bicycle(rng: np.random.Generator, *, ridden: bool = True) -> Figure:
    """A bicycle, with its rider or parked."""
    colour = palette.cloth(rng)
    metal = (0.62, 0.62, 0.64)
    sport = rng.random() < 0.4
    cycle = join(
        [
            _frame(colour, sport).bound(FRAME),
            _cranks().bound(CRANKS),
            thin_wheel(WHEEL_M, 0.016 if sport else 0.021, metal).moved((BASE_M / 2, 0, WHEEL_M)).bound(FRONT),
            thin_wheel(WHEEL_M, 0.016 if sport else 0.021, metal).moved((-BASE_M / 2, 0, WHEEL_M)).bound(BACK),
        ]
    )
    wheels = (WHEEL_M, BASE_M / 2, -BASE_M / 2)
    if not ridden:
        return _alone(cycle, "bicycle", wheels, rng)
    dress = draw_dress(rng, carries=(), child=0.0)
    dress = replace(
        dress,
        legs="trousers" if dress.legs == "skirt" else dress.legs,
        coat=False,
        height=float(np.clip(dress.height, 1.6, 1.9)),
    )
    rider = body(dress).moved(scale=dress.height / 1.75)
    mesh = join([rider, cycle.of_part(1)])
    return Figure(
        mesh,
        ("person", "bicycle"),
        CRANKS + 1,
        _riding(dress.height / 1.75, wheels, sport),
        0.35,
        1.8,
        stride_m=2 * np.pi,
        details={"scale": dress.height / 1.75},
    )


def _frame(colour: Colour, sport: bool) -> Mesh:
    front, back = np.array([BASE_M / 2, 0, WHEEL_M]), np.array([-BASE_M / 2, 0, WHEEL_M])
    head, stem = np.array([0.37, 0, 0.80]), np.array([0.34, 0, 0.96])
    seat = SADDLE + (0.04, 0, -0.16)
    tubes = [(head + (0.02, 0, -0.12), BOTTOM, 0.021), (seat, BOTTOM, 0.018), (seat, head, 0.018)]
    if not sport:
        tubes[2] = (seat + (0.03, 0, -0.28), head + (0.01, 0, -0.06), 0.018)
    parts = [rod(a, b, r) for a, b, r in tubes]
    for y in (-0.05, 0.05):
        parts += [
            rod(BOTTOM + (0, y * 0.6, 0), back + (0, y, 0), 0.010),
            rod(seat, back + (0, y, 0), 0.009),
            rod(head + (0.03, y * 0.9, -0.16), front + (0, y, 0), 0.013),
        ]
    parts.append(rod(stem, head + (0.035, 0, -0.18), 0.019))
    painted = [join(parts).painted(colour, Material.PAINT, 0.6)]
    bar = stem + ((0.08, 0, 0.0) if sport else (0.0, 0, 0.08))
    painted.append(rod(bar + (0, -0.27, 0), bar + (0, 0.27, 0), 0.013).painted((0.15, 0.15, 0.16), Material.METAL, 0.4))
    painted.append(rod(stem, bar, 0.014).painted((0.3, 0.3, 0.3), Material.METAL, 0.4))
    painted.append(rod(seat, SADDLE, 0.014).painted((0.5, 0.5, 0.52), Material.METAL, 0.5))
    saddle = hull(
        [(-0.13, -0.03, 0.02, 0.075), (-0.02, -0.03, 0.015, 0.06), (0.14, -0.02, 0.01, 0.02)], sides=10, square=2.5
    )
    painted.append(saddle.moved(SADDLE).painted((0.08, 0.07, 0.07)))
    if not sport:
        for x in (front[0], back[0]):
            guard = ring(WHEEL_M + 0.045, 0.008, wide=0.032, sides=24, around=4)
            keep = (guard.position[guard.faces][:, :, 2] > 0.10).all(1)
            painted.append(
                replace(guard, faces=guard.faces[keep])
                .moved((x, 0, WHEEL_M))
                .painted(palette.darker(colour, 0.7), Material.PAINT, 0.4)
            )
        painted.append(box((-0.52, 0, 0.74), (0.34, 0.12, 0.015)).painted((0.2, 0.2, 0.2)))
        painted.append(ball((0.44, 0, 0.86), 0.04, rings=5, sides=8).painted((0.9, 0.9, 0.85), Material.GLASS, 0.6))
    return join(painted)


def _cranks() -> Mesh:
    gear = drum(0.09, 0.012, sides=16).moved(BOTTOM + (0, -0.06, 0)).painted((0.2, 0.2, 0.2), Material.METAL, 0.4)
    arms = []
    for side in (1, -1):
        end = BOTTOM + (side * CRANK_M, side * 0.10, 0)
        arms += [rod(BOTTOM + (0, side * 0.075, 0), end, 0.012), box(end + (0, side * 0.04, 0), (0.10, 0.08, 0.022))]
    return join([gear, join(arms).painted((0.35, 0.35, 0.36), Material.METAL, 0.4)])


def _cycle_bones(motion: Motion, wheels: tuple[float, float, float]) -> list[np.ndarray]:
    radius, front, back = wheels
    turn = pitch(-motion.phase / radius)
    return [
        motion.place,
        jointed(motion.place, (front, 0, radius), turn),
        jointed(motion.place, (back, 0, radius), turn),
    ]


def _riding(scale: float, wheels: tuple[float, float, float], sport: bool) -> Pose:
    def pose(motion: Motion) -> np.ndarray:
        crank = -motion.phase / WHEEL_M / 2.3
        if motion.speed < 0.3:
            crank = -0.9
        frame = _cycle_bones(motion, wheels)
        hip = (SADDLE + (0.03, 0, 0.07)) / scale
        bow = 0.55 if sport else 0.22
        angles = {"bow": 0.0, "lean": bow, "drop": hip[2] - HIP, "forward": hip[0], "head": 0.75 * bow}
        for s, side in (("l", 1), ("r", -1)):
            pedal = BOTTOM + side * CRANK_M * np.array([np.cos(crank), 0, np.sin(crank)])
            ankle = (pedal + (-0.07, 0, 0.115)) / scale
            thigh, knee = reach_angles(ankle[0] - hip[0], hip[2] - ankle[2])
            angles |= {
                f"thigh_{s}": thigh,
                f"knee_{s}": knee,
                f"arm_{s}": 0.98 + 0.20 * sport,
                f"elbow_{s}": 0.30,
                f"out_{s}": 0.02,
            }
        rider = bones(motion, angles, scale)
        return np.concatenate([rider, np.stack([*frame, jointed(motion.place, BOTTOM, pitch(crank))])])

    return pose


def _alone(mesh: Mesh, name: str, wheels: tuple[float, float, float], rng: np.random.Generator) -> Figure:
    """Parked, a little inclined."""
    lean = float(rng.uniform(0.05, 0.13)) * (1 if rng.random() < 0.5 else -1)
    c, s = np.cos(lean), np.sin(lean)
    tilt = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    mesh = replace(mesh, bone=np.maximum(mesh.bone - FRAME, 0))

    def pose(motion: Motion) -> np.ndarray:
        leaning = replace(motion, place=jointed(motion.place, (0, 0, 0), tilt))
        return np.stack([*_cycle_bones(leaning, wheels), leaning.place])

    return Figure(mesh, (name,), 4, pose, 0.3, 1.8, stride_m=2 * np.pi)


def make_motorcycle(rng: np.random.Generator, *, ridden: bool = True) -> Figure:
    """A motorcycle or a scooter, with its rider or parked."""
    colour, scooter = palette.pick(rng, palette.CAR, 0.06), rng.random() < 0.35
    radius, base = (0.24, 1.28) if scooter else (0.315, 1.42)
    wheels = (radius, base / 2, -base / 2)
    frame = _scooter(colour, radius, base) if scooter else _motorcycle(colour, radius, base)
    wheel = car_wheel(radius, 0.13, (0.45, 0.45, 0.47), 5)
    cycle = join(
        [
            frame.bound(FRAME),
            wheel.moved((base / 2, 0, radius)).bound(FRONT),
            wheel.moved((-base / 2, 0, radius)).bound(BACK),
        ]
    )
    if not ridden:
        return _alone(cycle, "motorcycle", wheels, rng)
    dress = replace(
        draw_dress(rng, carries=(), child=0.0), legs="trousers", sleeves="long", hat=None, hair_style="bald"
    )
    helmet = ball((0.02, 0, 1.655), (0.135, 0.115, 0.132), rings=10, sides=14).painted(
        palette.pick(rng, palette.CAR), Material.PAINT, 0.8
    )
    visor = ball((0.075, 0, 1.645), (0.092, 0.095, 0.055), rings=8, sides=12).painted(
        (0.05, 0.05, 0.06), Material.GLASS, 0.9
    )
    scale = float(np.clip(dress.height, 1.6, 1.9)) / 1.75
    rider = join([body(dress), join([helmet, visor]).bound(2)]).moved(scale=scale)
    mesh = join([rider, cycle.of_part(1)])

    def pose(motion: Motion) -> np.ndarray:
        seat = np.array([-0.22, 0, 0.86 if not scooter else 0.80]) / scale
        pegs = (np.array([0.05, 0, 0.36]) if not scooter else np.array([0.28, 0, 0.38])) / scale
        thigh, knee = reach_angles(pegs[0] - seat[0], seat[2] - pegs[2])
        bow = 0.28 if not scooter else 0.04
        angles = {"lean": bow, "drop": seat[2] - HIP, "forward": seat[0], "head": 0.6 * bow, "aside": 0.0}
        for s in "lr":
            angles |= {
                f"thigh_{s}": thigh,
                f"knee_{s}": knee,
                f"spread_{s}": 0.20,
                f"arm_{s}": 0.80 + bow * 0.3,
                f"elbow_{s}": 0.42,
                f"out_{s}": 0.08,
            }
        rider_bones = bones(motion, angles, scale)
        return np.concatenate([rider_bones, np.stack([*_cycle_bones(motion, wheels), motion.place])])

    return Figure(mesh, ("person", "motorcycle"), CRANKS + 1, pose, 0.4, 2.1, stride_m=2 * np.pi)


def _motorcycle(colour: Colour, radius: float, base: float) -> Mesh:
    dark, steel = (0.10, 0.10, 0.11), (0.55, 0.55, 0.57)
    front, head = np.array([base / 2, 0, radius]), np.array([0.42, 0, 0.93])
    parts = [
        hull(
            [(-0.10, 0.74, 0.86, 0.10), (0.05, 0.70, 0.98, 0.15), (0.25, 0.70, 1.00, 0.155), (0.40, 0.76, 0.92, 0.09)],
            sides=14,
            square=2.6,
        ).painted(colour, Material.PAINT, 0.8),
        hull(
            [(-0.78, 0.84, 0.92, 0.06), (-0.55, 0.76, 0.86, 0.12), (-0.2, 0.70, 0.82, 0.14), (-0.02, 0.72, 0.84, 0.10)],
            sides=12,
            square=3.0,
        ).painted((0.08, 0.08, 0.08)),
        hull(
            [(-0.80, 0.70, 0.82, 0.05), (-0.45, 0.62, 0.76, 0.11), (-0.12, 0.58, 0.74, 0.12)], sides=12, square=3.0
        ).painted(colour, Material.PAINT, 0.7),
        hull(
            [(-0.22, 0.26, 0.60, 0.15), (0.05, 0.22, 0.64, 0.18), (0.26, 0.30, 0.60, 0.14)], sides=12, square=3.5
        ).painted(dark, Material.METAL, 0.4),
        tube(
            [(0.2, -0.16, 0.40), (0.1, -0.2, 0.26), (-0.3, -0.2, 0.30), (-0.78, -0.2, 0.42)],
            (0.03, 0.03, 0.04, 0.055),
            sides=8,
        ).painted(steel, Material.METAL, 0.8),
        rod((-0.1, 0, 0.5), (-base / 2, 0.06, radius), 0.035).painted(dark),
        rod((-0.1, 0, 0.5), (-base / 2, -0.06, radius), 0.035).painted(dark),
        rod((-0.4, 0.1, 0.68), (-base / 2, 0.1, radius), 0.03).painted(steel, Material.METAL, 0.7),
        ball((0.53, 0, 0.88), (0.10, 0.10, 0.11), rings=7, sides=10).painted((0.9, 0.9, 0.88), Material.GLASS, 0.8),
        box((-0.82, 0, 0.80), (0.05, 0.14, 0.06)).painted((0.7, 0.06, 0.05), Material.MATTE, 0.6),
        hull(
            [(0.45, 0.62, 0.66, 0.05), (base / 2, 0.64, 0.68, 0.07), (base / 2 + 0.2, 0.55, 0.59, 0.05)], sides=8
        ).painted(colour, Material.PAINT, 0.7),
    ]
    for y in (-0.085, 0.085):
        parts.append(rod(head + (0, y, 0), front + (0, y, 0), 0.026).painted(steel, Material.METAL, 0.7))
    parts += _handlebar(head + (-0.06, 0, 0.13), 0.36)
    return join(parts)


def _scooter(colour: Colour, radius: float, base: float) -> Mesh:
    dark = (0.10, 0.10, 0.11)
    head = np.array([0.44, 0, 0.95])
    parts = [
        hull(
            [(-0.78, 0.50, 0.72, 0.09), (-0.5, 0.36, 0.74, 0.18), (-0.12, 0.34, 0.72, 0.16), (-0.05, 0.36, 0.5, 0.15)],
            sides=14,
            square=3.0,
        ).painted(colour, Material.PAINT, 0.8),
        hull(
            [(-0.72, 0.74, 0.82, 0.10), (-0.3, 0.72, 0.82, 0.15), (-0.05, 0.70, 0.78, 0.11)], sides=12, square=3.0
        ).painted((0.08, 0.07, 0.07)),
        box((0.14, 0, 0.30), (0.5, 0.30, 0.06)).painted(dark),
        hull(
            [(0.36, 0.28, 0.95, 0.17), (0.44, 0.30, 1.0, 0.19), (0.50, 0.40, 0.95, 0.12)], sides=14, square=3.0
        ).painted(colour, Material.PAINT, 0.8),
        ball((0.50, 0, 0.90), (0.07, 0.09, 0.08), rings=6, sides=10).painted((0.9, 0.9, 0.88), Material.GLASS, 0.8),
        rod((0.46, 0, 0.6), (base / 2, 0, radius), 0.035).painted(dark),
        hull(
            [(base / 2 - 0.22, 0.42, 0.48, 0.07), (base / 2, 0.46, 0.54, 0.09), (base / 2 + 0.2, 0.36, 0.44, 0.06)],
            sides=10,
        ).painted(colour, Material.PAINT, 0.7),
        box((-0.80, 0, 0.66), (0.05, 0.16, 0.07)).painted((0.7, 0.06, 0.05), Material.MATTE, 0.6),
        box((-base / 2 + 0.1, 0.14, 0.28), (0.4, 0.1, 0.12)).painted(RUBBER),
    ]
    parts += _handlebar(head + (-0.04, 0, 0.12), 0.32)
    return join(parts)


def _handlebar(at: np.ndarray, half: float) -> list[Mesh]:
    dark = (0.08, 0.08, 0.08)
    out = [rod(at + (0, -half, 0), at + (0, half, 0), 0.017).painted(dark)]
    for side in (1, -1):
        out.append(rod(at + (0.02, side * half * 0.7, 0), at + (0.05, side * half * 0.85, 0.16), 0.008).painted(dark))
        out.append(ball(at + (0.05, side * half * 0.9, 0.18), (0.012, 0.06, 0.035), rings=5, sides=8).painted(dark))
    return out
