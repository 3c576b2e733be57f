"""Things that stand about: benches, chairs, pots, balls, signals, hydrants, signs, parasols."""

from __future__ import annotations

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure, Motion, rigid
from data.rendering.luggage import suitcase, umbrella
from data.rendering.mesh import Material, Mesh, join, jointed, pitch, turn_z
from data.rendering.plants import potted
from data.rendering.shapes import ball, box, boxes, drum, lathe, panel, rod, tube


def _thing(mesh: Mesh, name: str, radius: float, length: float | None = None) -> Figure:
    return Figure(mesh.bound(0), (name,), 1, rigid, radius, length or 2 * radius)


def make_bench(rng: np.random.Generator) -> Figure:
    """A park bench of wood or metal; who sits on it looks along x."""
    wood = palette.pick(
        rng, ((0.52, 0.34, 0.20), (0.42, 0.28, 0.18), (0.30, 0.42, 0.28), (0.62, 0.46, 0.30), (0.35, 0.35, 0.37)), 0.06
    )
    wide = rng.uniform(1.5, 2.0)
    parts = [boxes([[x, 0, 0.445] for x in (-0.12, 0.0, 0.12, 0.24)], [[0.10, wide, 0.035]])]
    if rng.random() < 0.85:
        parts.append(boxes([[-0.20 - 0.05 * k, 0, 0.58 + 0.14 * k] for k in range(3)], [[0.035, wide, 0.105]]))
    out = [join(parts).painted(wood, Material.WOOD)]
    iron = (0.13, 0.14, 0.14)
    for y in (-0.42 * wide, 0.42 * wide):
        for a, b in (
            ((0.25, y, 0), (0.24, y, 0.43)),
            ((-0.2, y, 0), (-0.17, y, 0.43)),
            ((-0.17, y, 0.42), (-0.33, y, 0.90)),
            ((-0.22, y, 0.64), (0.24, y, 0.64)),
            ((0.24, y, 0.42), (0.24, y, 0.64)),
        ):
            out.append(rod(a, b, 0.024, sides=6).painted(iron, Material.METAL, 0.3))
    return _thing(join(out), "bench", 0.45, wide)


def make_chair(rng: np.random.Generator) -> Figure:
    """A café chair; who sits on it looks along x."""
    colour = palette.pick(
        rng, ((0.5, 0.32, 0.18), (0.85, 0.85, 0.83), (0.15, 0.15, 0.16), (0.66, 0.16, 0.14), (0.16, 0.36, 0.46)), 0.05
    )
    solid = rng.random() < 0.5
    parts = [box((0, 0, 0.45), (0.42, 0.42, 0.035))]
    for x in (-0.18, 0.18):
        for y in (-0.18, 0.18):
            parts.append(rod((x * 1.1, y * 1.1, 0), (x, y, 0.44), 0.017))
            if x < 0:
                parts.append(rod((x, y, 0.44), (x - 0.06, y, 0.86), 0.017))
    if solid:
        parts.append(box((-0.225, 0, 0.72), (0.03, 0.40, 0.28)))
    else:
        parts += [box((-0.20 - 0.022 * k, 0, 0.60 + 0.11 * k), (0.02, 0.38, 0.05)) for k in range(3)]
    return _thing(join(parts).painted(colour, Material.WOOD, 0.2), "chair", 0.28)


def make_suitcase(rng: np.random.Generator) -> Figure:
    """Standing alone."""
    return _thing(suitcase(rng), "suitcase", 0.25)


def make_ball(rng: np.random.Generator) -> Figure:
    """A football, basketball or beach ball; the phase is the way rolled, metres."""
    radius = rng.uniform(0.11, 0.15)
    kind = rng.random()
    mesh = ball((0, 0, 0), radius, rings=18, sides=26)
    way = mesh.position / np.linalg.norm(mesh.position, axis=1, keepdims=True)
    if kind < 0.55:
        golden = (1 + 5**0.5) / 2
        corner = np.array([(0, s, t * golden) for s in (1, -1) for t in (1, -1)])
        corner = np.concatenate([corner, corner[:, [2, 0, 1]], corner[:, [1, 2, 0]]]) / np.hypot(1, golden)
        colour = np.where((way @ corner.T).max(1)[:, None] > 0.935, (0.08, 0.08, 0.09), (0.94, 0.94, 0.93))
    elif kind < 0.75:
        seam = np.minimum.reduce([np.abs(way[:, 0]), np.abs(way[:, 1]), np.abs(np.abs(way[:, 2]) - 0.6)])
        colour = np.where(seam[:, None] < 0.07, (0.12, 0.08, 0.06), (0.82, 0.42, 0.16))
    else:
        slices = np.floor((np.arctan2(way[:, 1], way[:, 0]) + np.pi) / (np.pi / 3)).astype(int) % 3
        three = np.array([palette.cloth(rng), (0.95, 0.95, 0.94), palette.cloth(rng)])
        colour = three[slices]
    mesh = mesh.painted(colour, Material.MATTE, 0.4).moved((0, 0, radius))

    def pose(motion: Motion) -> np.ndarray:
        return jointed(motion.place, (0, 0, radius), pitch(-motion.phase / radius))[None]

    return Figure(mesh.bound(0), ("sports ball",), 1, pose, radius, 2 * radius, stride_m=2 * np.pi)


def make_potted_plant(rng: np.random.Generator) -> Figure:
    """A pot with leaves or flowers."""
    mesh, radius = potted(rng)
    return _thing(mesh, "potted plant", radius)


def make_parasol(rng: np.random.Generator) -> Figure:
    """A big umbrella on a stand, over a table."""
    radius = rng.uniform(1.1, 1.6)
    parts = [
        umbrella(rng, radius=radius, rise=0.5).moved((0, 0, 2.15)),
        rod((0, 0, 0), (0, 0, 2.65), 0.024).painted((0.5, 0.36, 0.22), Material.WOOD),
        box((0, 0, 0.05), (0.5, 0.5, 0.1)).painted((0.5, 0.5, 0.5)),
    ]
    return _thing(join(parts), "umbrella", 0.3)


def make_traffic_light(rng: np.random.Generator) -> Figure:
    """Three lamps that face x, on a post; one of them is lit."""
    high = rng.uniform(2.5, 3.4)
    dark = (0.10, 0.11, 0.11) if rng.random() < 0.75 else (0.72, 0.60, 0.12)
    lit = int(rng.integers(3))
    parts = [
        tube([(0, 0, 0), (0, 0, high)], 0.06, sides=10).painted((0.40, 0.42, 0.42), Material.METAL, 0.3),
        box((0.12, 0, high - 0.15), (0.20, 0.34, 0.98)).painted(dark, Material.MATTE, 0.2),
        box((0.03, 0, high - 0.15), (0.02, 0.50, 1.12)).painted((0.08, 0.08, 0.08)),
    ]
    for k, (bright, dull) in enumerate(
        (
            ((1.0, 0.16, 0.10), (0.26, 0.06, 0.05)),
            ((1.0, 0.72, 0.12), (0.26, 0.18, 0.05)),
            ((0.16, 0.95, 0.42), (0.05, 0.22, 0.12)),
        )
    ):
        z = high + 0.15 - 0.30 * k
        lamp = drum(0.115, 0.03, sides=16).moved(turn=turn_z(np.pi / 2)).moved((0.225, 0, z))
        parts.append(lamp.painted(bright if k == lit else dull, Material.LAMP if k == lit else Material.MATTE, 0.4))
        parts.append(box((0.28, 0, z + 0.125), (0.14, 0.25, 0.015)).painted(dark))
    return _thing(join(parts), "traffic light", 0.15)


def make_hydrant(rng: np.random.Generator) -> Figure:
    """A fire hydrant."""
    colour = palette.pick(rng, ((0.74, 0.12, 0.10), (0.86, 0.68, 0.12), (0.70, 0.18, 0.12), (0.30, 0.45, 0.62)), 0.05)
    parts = [
        lathe(
            [
                (0.17, 0.0),
                (0.17, 0.05),
                (0.115, 0.06),
                (0.115, 0.52),
                (0.15, 0.53),
                (0.15, 0.57),
                (0.125, 0.58),
                (0.10, 0.68),
                (0.03, 0.73),
                (0.03, 0.78),
                (0.01, 0.78),
            ]
        )
    ]
    for side in (1, -1):
        parts.append(drum(0.06, 0.1, sides=12).moved((0, side * 0.15, 0.42)))
    parts.append(drum(0.075, 0.1, sides=12).moved(turn=turn_z(np.pi / 2)).moved((0.14, 0, 0.38)))
    return _thing(join(parts).painted(colour, Material.PAINT, 0.4), "fire hydrant", 0.2)


def make_stop_sign(rng: np.random.Generator) -> Figure:
    """A red octagon that faces x, with a white rim and bars for its letters."""
    high = rng.uniform(2.1, 2.6)
    angle = (np.arange(8) + 0.5) * np.pi / 4
    face = lambda r, x: panel(np.column_stack([np.full(8, x), r * np.cos(angle), high + r * np.sin(angle)]))  # noqa: E731
    parts = [
        tube([(0, 0, 0), (0, 0, high + 0.2)], 0.035, sides=8).painted((0.55, 0.56, 0.57), Material.METAL, 0.3),
        face(0.40, 0.045).painted((0.92, 0.92, 0.91)),
        face(0.37, 0.05).painted((0.74, 0.08, 0.09)),
        face(0.40, 0.035).painted((0.45, 0.46, 0.46)),
    ]
    for k in range(4):  # S T O P, in strokes
        y = 0.133 * k - 0.20
        strokes = {
            0: (
                (0, 0.10, 0.09, 0.025),
                (0, 0, 0.09, 0.025),
                (0, -0.10, 0.09, 0.025),
                (0.033, 0.05, 0.025, 0.1),
                (-0.033, -0.05, 0.025, 0.1),
            ),
            1: ((0, 0.10, 0.10, 0.025), (0, 0, 0.025, 0.22)),
            2: ((0.035, 0, 0.025, 0.22), (-0.035, 0, 0.025, 0.22), (0, 0.10, 0.08, 0.025), (0, -0.10, 0.08, 0.025)),
            3: ((0.035, 0, 0.025, 0.22), (-0.035, 0.05, 0.025, 0.1), (0, 0.10, 0.08, 0.025), (0, 0.0, 0.08, 0.025)),
        }[k]
        centre = np.array([(0.052, y - dy, high + dz) for dy, dz, _, _ in strokes])
        parts.append(boxes(centre, np.array([(0.004, w, h) for _, _, w, h in strokes])).painted((0.93, 0.93, 0.92)))
    return _thing(join(parts), "stop sign", 0.15)


def make_table(rng: np.random.Generator) -> Figure:
    """A café table. It is no object of its own: a class name is missing, it only hides others."""
    high, r = 0.74, rng.uniform(0.34, 0.42)
    top = lathe([(r, 0.0), (r, 0.03)], sides=20).moved((0, 0, high)).painted((0.80, 0.78, 0.74), Material.WOOD, 0.2)
    foot = lathe([(0.22, 0), (0.2, 0.03), (0.03, 0.06), (0.03, high)], sides=12).painted(
        (0.2, 0.2, 0.2), Material.METAL, 0.3
    )
    return _thing(join([top, foot]), "", r)
