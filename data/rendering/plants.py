"""Trees, bushes, hedges, flowers and potted plants: clouds of single leaves around branches."""

# ruff: noqa: RUF005 (tuples are added to arrays here)
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.rendering import palette
from data.rendering.mesh import Colour, Material, Mesh, join
from data.rendering.shapes import ball, box, lathe, tube


def leaves(
    rng: np.random.Generator, centre: np.ndarray, normal: np.ndarray, size: np.ndarray, colour: np.ndarray
) -> Mesh:
    """One leaf (a kite of two triangles) at every centre (N, 3), lit as if it lay on a surface with that normal."""
    n = len(centre)
    u = rng.normal(size=(n, 3))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(u, normal + rng.normal(0, 0.5, (n, 3)))
    v /= np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-6)
    s = size[:, None]
    position = np.stack([centre - u * s, centre + v * s * 0.6, centre + u * s, centre - v * s * 0.6], 1).reshape(-1, 3)
    faces = (np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(n)[:, None, None]).reshape(-1, 3)
    lit = normal + rng.normal(0, 0.35, (n, 3))
    return Mesh.of(position, lit.repeat(4, 0), faces).painted(colour.repeat(4, 0), Material.LEAVES)


def _cloud(
    rng: np.random.Generator, centre: Sequence[float], radius: Sequence[float], many: int, size: float, colour: Colour
) -> Mesh:
    """Leaves in the outer part of an ellipsoid, darker below and inside."""
    way = rng.normal(size=(many, 3))
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    deep = rng.random(many) ** 0.45
    position = np.asarray(centre) + way * np.asarray(radius) * (0.45 + 0.60 * deep)[:, None]
    shade = (0.62 + 0.38 * deep) * (0.86 + 0.18 * way[:, 2]) * np.exp(rng.normal(0, 0.12, many))
    tint = np.asarray(colour) * shade[:, None] + rng.normal(0, 0.015, (many, 3))
    return leaves(rng, position, way + (0, 0, 0.25), size * np.exp(rng.normal(0, 0.2, many)), np.clip(tint, 0.02, 0.95))


def make_tree(rng: np.random.Generator, *, height: float | None = None, detail: float = 1.0) -> Mesh:
    """A broad-leaved tree, a poplar or a fir, its foot at 0. detail: more leaves."""
    kind = rng.random()
    height = height or rng.uniform(5.5, 10.0)
    autumn = rng.random() < 0.1
    colour = palette.pick(rng, palette.AUTUMN if autumn else palette.LEAVES, 0.08)
    bark = palette.pick(rng, ((0.36, 0.29, 0.22), (0.42, 0.38, 0.33), (0.28, 0.22, 0.17)), 0.02)
    if kind < 0.12:
        return _fir(rng, height, bark, detail)
    narrow = kind > 0.88
    crown = height * (0.16 if narrow else rng.uniform(0.24, 0.34))
    first = height * (0.18 if narrow else rng.uniform(0.30, 0.40))
    thick = 0.024 * height + 0.02
    lean = rng.normal(0, 0.15, 2)
    trunk = tube(
        [
            (0, 0, -0.1),
            (lean[0] * 0.2, lean[1] * 0.2, first * 0.5),
            (lean[0], lean[1], first),
            (lean[0] * 1.4, lean[1] * 1.4, height * 0.75),
        ],
        (thick * 1.5, thick, thick * 0.85, thick * 0.3),
        sides=10,
    )
    parts = [trunk.painted(bark, Material.BARK)]
    blobs = int(rng.integers(7, 11))
    middle = np.array([lean[0], lean[1], first + (height - first) * 0.52])
    for k in range(blobs):
        a = 2.4 * k + rng.uniform(0, 0.6)
        up = (k + 0.5) / blobs
        spread = crown * np.sqrt(max(0.05, 1 - (2 * up - 0.85) ** 2 * 0.9)) * 0.64
        c = middle + (spread * np.cos(a), spread * np.sin(a), (up - 0.46) * (height - first) * 0.86)
        r = crown * rng.uniform(0.50, 0.66)
        many = int(detail * (140 + 330 * r**1.5))
        parts.append(
            _cloud(
                rng,
                c,
                (r, r, r * rng.uniform(0.68, 0.85)),
                many,
                (0.11 + 0.03 * r + 0.04 * (detail < 0.9)) / max(1.0, detail) ** 0.5,
                palette.pick(rng, (colour,), 0.04),
            )
        )
        base = np.array([lean[0], lean[1], first * 0.95 + 0.2 * k / blobs * height])
        parts.append(
            tube([base, base * 0.4 + c * 0.6 - (0, 0, 0.1), c], (thick * 0.45, thick * 0.25, 0.02), sides=5).painted(
                bark, Material.BARK
            )
        )
    core = ball(middle, (crown * 0.42, crown * 0.42, (height - first) * (0.10 if narrow else 0.2)), rings=6, sides=8)
    parts.append(core.painted(palette.darker(colour, 0.38), Material.LEAVES))
    return join(parts)


def _fir(rng: np.random.Generator, height: float, bark: Colour, detail: float) -> Mesh:
    parts = [tube([(0, 0, -0.1), (0, 0, height * 0.9)], (0.16, 0.03), sides=8).painted(bark, Material.BARK)]
    many = int(2200 * detail)
    z = height * (0.12 + 0.88 * rng.random(many) ** 1.25)
    angle = rng.uniform(0, 2 * np.pi, many)
    tier = 0.75 + 0.25 * (1 - (z * 1.6 % 1))
    r = 0.26 * (height * 1.02 - z) * tier * (0.55 + 0.45 * rng.random(many) ** 0.5)
    way = np.column_stack([np.cos(angle), np.sin(angle), np.full(many, 0.3)])
    position = np.column_stack([r * np.cos(angle), r * np.sin(angle), z - 0.12 * r])
    tint = np.array([0.14, 0.27, 0.16]) * np.exp(rng.normal(0, 0.16, (many, 1)))
    parts.append(leaves(rng, position, way, np.full(many, 0.14), tint))
    return join(parts)


def make_bush(rng: np.random.Generator, radius: float) -> Mesh:
    """A round bush; some flower."""
    colour = palette.pick(rng, palette.LEAVES, 0.08)
    parts = [
        _cloud(rng, (0, 0, radius * 0.62), (radius, radius, radius * 0.72), int(900 * radius**1.3 + 120), 0.06, colour),
        ball((0, 0, radius * 0.5), (radius * 0.72, radius * 0.72, radius * 0.6), rings=6, sides=9).painted(
            palette.darker(colour, 0.42), Material.LEAVES
        ),
    ]
    if rng.random() < 0.4:
        flower = np.array(
            [(0.92, 0.42, 0.55), (0.95, 0.92, 0.88), (0.90, 0.75, 0.2), (0.65, 0.38, 0.75)][rng.integers(4)]
        )
        way = rng.normal(size=(60, 3))
        way[:, 2] = np.abs(way[:, 2])
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        parts.append(
            leaves(
                rng,
                (0, 0, radius * 0.62) + way * np.array([radius, radius, radius * 0.74]) * 1.04,
                way,
                np.full(60, 0.05),
                np.tile(flower, (60, 1)),
            )
        )
    return join(parts)


def make_hedge(rng: np.random.Generator, length: float, *, height: float = 1.0, thick: float = 0.6) -> Mesh:
    """A clipped hedge along x, its middle at 0."""
    colour = np.array(palette.pick(rng, palette.LEAVES, 0.06)) * 0.85
    many = int(length * (2 * height + thick) * 75)
    face = rng.random(many) * (2 * height + thick)
    x = rng.uniform(-length / 2, length / 2, many)
    front, top = face < height, face > 2 * height
    y = np.where(front, -thick / 2, np.where(top, face - 2 * height - thick / 2, thick / 2)) + rng.normal(0, 0.03, many)
    z = np.where(front, face, np.where(top, height, face - height)) + rng.normal(0, 0.03, many)
    normal = np.where(front[:, None], (0, -1, 0.1), np.where(top[:, None], (0, 0, 1), (0, 1, 0.1)))
    tint = colour * (np.exp(rng.normal(0, 0.15, many)) * (0.72 + 0.28 * z / height))[:, None]
    core = box((0, 0, height / 2 - 0.03), (length - 0.05, thick - 0.08, height - 0.06))
    leafy = leaves(
        rng, np.column_stack([x, y, z]), normal.astype(float), np.full(many, 0.065), np.clip(tint, 0.02, 0.9)
    )
    return join([core.painted(tuple(colour * 0.5), Material.LEAVES), leafy])


def make_flower_bed(rng: np.random.Generator, length: float, wide: float) -> Mesh:
    """Earth with flowers of one or two colours, along x around 0."""
    many = int(length * wide * 90)
    colours = np.array(
        [(0.88, 0.18, 0.22), (0.95, 0.78, 0.18), (0.93, 0.90, 0.92), (0.58, 0.30, 0.72), (0.95, 0.50, 0.62)]
    )
    two = colours[rng.choice(5, 2, replace=False)]
    at = np.column_stack(
        [
            rng.uniform(-length / 2, length / 2, many),
            rng.uniform(-wide / 2, wide / 2, many),
            rng.uniform(0.14, 0.3, many),
        ]
    )
    tint = two[(at[:, 1] * 3 + rng.normal(0, 0.3, many) > 0).astype(int)] * np.exp(rng.normal(0, 0.1, (many, 1)))
    green = np.column_stack(
        [
            rng.uniform(-length / 2, length / 2, many * 2),
            rng.uniform(-wide / 2, wide / 2, many * 2),
            rng.uniform(0.04, 0.2, many * 2),
        ]
    )
    up = np.array([0, 0, 1.0])
    return join(
        [
            box((0, 0, 0.03), (length, wide, 0.06)).painted((0.25, 0.18, 0.13), Material.GRAVEL),
            leaves(
                rng,
                green,
                np.tile(up, (many * 2, 1)),
                np.full(many * 2, 0.055),
                np.tile((0.25, 0.40, 0.15), (many * 2, 1)),
            ),
            leaves(rng, at, np.tile(up, (many, 1)), np.full(many, 0.042), np.clip(tint, 0.02, 0.97)),
        ]
    )


def make_tufts(rng: np.random.Generator, at: np.ndarray, colour: Colour) -> Mesh:
    """Blades of grass at the places (N, 2)."""
    n = len(at)
    bend = rng.normal(0, 0.05, (n, 2))
    tall = rng.uniform(0.05, 0.15, n)
    side = rng.normal(0, 1, (n, 2))
    side *= 0.012 / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    ground = np.zeros((n, 1))
    position = np.stack(
        [np.hstack([at - side, ground]), np.hstack([at + side, ground]), np.column_stack([at + bend, tall])], 1
    )
    tint = np.asarray(colour) * np.exp(rng.normal(0.05, 0.18, (n, 1)))
    normal = np.tile((0, 0, 1.0), (3 * n, 1))
    return Mesh.of(position.reshape(-1, 3), normal, np.arange(3 * n)).painted(
        np.clip(tint, 0, 1).repeat(3, 0), Material.LEAVES
    )


def potted(rng: np.random.Generator) -> tuple[Mesh, float]:
    """A pot with a bush, a small tree or flowers; the mesh and its radius."""
    r = rng.uniform(0.16, 0.34)
    tall = r * rng.uniform(1.3, 2.2)
    clay = palette.pick(rng, ((0.66, 0.36, 0.24), (0.42, 0.42, 0.42), (0.85, 0.83, 0.78), (0.25, 0.28, 0.32)), 0.06)
    pot = lathe(
        [
            (r * 0.7, 0),
            (r * 0.95, tall * 0.9),
            (r * 1.05, tall * 0.9),
            (r * 1.05, tall),
            (r * 0.85, tall),
            (r * 0.85, tall * 0.93),
        ]
    )
    colour = palette.pick(rng, palette.LEAVES, 0.1)
    kind = rng.random()
    top = r * rng.uniform(1.3, 1.9)
    if kind < 0.4:
        stem = tube([(0, 0, tall * 0.9), (0, 0, tall + top)], 0.025, sides=6).painted((0.36, 0.27, 0.2), Material.BARK)
        crown = [stem, _cloud(rng, (0, 0, tall + top * 1.5), (top * 0.7, top * 0.7, top * 0.7), 320, 0.06, colour)]
    else:
        crown = [_cloud(rng, (0, 0, tall + top * 0.42), (top * 0.85, top * 0.85, top * 0.62), 380, 0.06, colour)]
    if kind > 0.6:
        many = 70
        way = rng.normal(size=(many, 3))
        way[:, 2] = np.abs(way[:, 2])
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        flower = np.array([(0.9, 0.2, 0.3), (0.95, 0.8, 0.25), (0.95, 0.9, 0.95), (0.75, 0.4, 0.8)][rng.integers(4)])
        crown.append(
            leaves(
                rng, (0, 0, tall + top * 0.42) + way * top * 0.85, way, np.full(many, 0.045), np.tile(flower, (many, 1))
            )
        )
    return join([pot.painted(clay, Material.MATTE, 0.1), *crown]), r * 1.6
