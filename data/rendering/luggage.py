"""What people carry: backpack, handbag, suitcase, umbrella. Sizes are for a bearer of 1.75 m."""

from __future__ import annotations

import numpy as np

from data.rendering import palette
from data.rendering.mesh import Material, Mesh, join
from data.rendering.shapes import box, drum, loft, rod, stack, tube

CHEST, FOREARM, HELD = 1, 12, 13


def backpack(rng: np.random.Generator, wide: float) -> Mesh:
    """On the back, with straps."""
    colour = palette.cloth(rng)
    deep, tall = rng.uniform(0.08, 0.11), rng.uniform(0.42, 0.5)
    x = -0.10 * (0.5 + 0.5 * wide) - deep - 0.02
    low = 1.46 - tall
    bag = stack(
        [
            (low, deep * 0.9, 0.14, x),
            (low + 0.04, deep, 0.155, x),
            (1.40, deep * 0.9, 0.15, x),
            (1.455, deep * 0.6, 0.11, x + 0.01),
        ],
        sides=14,
        square=3.4,
    )
    pocket = stack([(low + 0.04, 0.035, 0.11, x - deep), (low + 0.20, 0.03, 0.11, x - deep)], sides=12, square=3.4)
    parts = [bag.painted(colour, Material.CLOTH), pocket.painted(palette.darker(colour, 0.8), Material.CLOTH)]
    for y in (-0.10, 0.10):
        strap = tube(
            [
                (-0.07, y, 1.44),
                (0.02, y, 1.485),
                (0.105 * wide, y, 1.36),
                (0.09 * wide, y * 1.3, 1.15),
                (-0.06, y * 1.5, 1.08),
            ],
            0.022,
            sides=6,
            flat=0.5,
        )
        parts.append(strap.painted(palette.darker(colour, 0.7)))
    return join(parts).bound(CHEST)


def handbag(rng: np.random.Generator, wide: float) -> Mesh:
    """In the right hand, or hanging from the shoulder."""
    del wide
    colour = palette.pick(
        rng, ((0.35, 0.2, 0.12), (0.1, 0.1, 0.1), (0.7, 0.15, 0.2), (0.85, 0.8, 0.7), (0.2, 0.3, 0.45))
    )
    w, h = rng.uniform(0.13, 0.17), rng.uniform(0.2, 0.27)
    bag = stack([(-h - 0.14, w, 0.05), (-h - 0.10, w * 1.03, 0.06), (-0.16, w * 0.82, 0.04)], sides=14, square=3.2)
    handle = tube(
        [(-w * 0.6, 0, -0.16), (-w * 0.35, 0, -0.02), (0, 0, 0.0), (w * 0.35, 0, -0.02), (w * 0.6, 0, -0.16)],
        0.010,
        sides=6,
    )
    return join([bag.painted(colour, Material.MATTE, 0.3), handle.painted(palette.darker(colour, 0.7))]).bound(HELD)


def suitcase(rng: np.random.Generator) -> Mesh:
    """A trolley that stands upright on the ground at 0, its handle drawn out."""
    colour = palette.cloth(rng)
    w, d, h = rng.uniform(0.19, 0.24), rng.uniform(0.11, 0.14), rng.uniform(0.52, 0.68)
    shell = stack(
        [(0.06, d, w), (0.08, d * 1.02, w * 1.02), (h, d * 1.02, w * 1.02), (h + 0.025, d * 0.9, w * 0.95)],
        sides=20,
        square=6.0,
    )
    parts = [shell.painted(colour, Material.PAINT, 0.3)]
    for z in np.linspace(0.16, h - 0.08, 5):
        parts.append(box((0, 0, z), (2.08 * d, 2.08 * w, 0.012)).painted(palette.darker(colour, 0.8)))
    for y in (-0.6 * w, 0.6 * w):
        parts.append(
            rod((-d * 0.8, y, h), (-d * 0.8, y, h + 0.38), 0.009).painted((0.6, 0.6, 0.62), Material.METAL, 0.6)
        )
        for x in (-0.7 * d, 0.7 * d):
            parts.append(drum(0.035, 0.025, sides=10).moved((x, y, 0.035)).painted((0.1, 0.1, 0.1)))
    parts.append(
        rod((-d * 0.8, -0.65 * w, h + 0.38), (-d * 0.8, 0.65 * w, h + 0.38), 0.016).painted((0.12, 0.12, 0.12))
    )
    return join(parts)


def carried_suitcase(rng: np.random.Generator, wide: float) -> Mesh:
    """Drawn along behind the right hand."""
    del wide
    mesh = suitcase(rng)
    tall = float(mesh.position[:, 2].max())
    lean = 0.55
    turn = np.array([[np.cos(lean), 0, np.sin(lean)], [0, 1, 0], [-np.sin(lean), 0, np.cos(lean)]])
    mesh = mesh.moved((0.1, 0, -tall), None).moved(turn=turn)
    low = float(mesh.position[:, 2].min())
    mesh = mesh.moved((-0.02, 0, -0.80 - low))
    return mesh.bound(HELD)


def umbrella(rng: np.random.Generator, *, radius: float = 0.55, rise: float = 0.22) -> Mesh:
    """Open, its canopy's rim at height 0."""
    colour, other = palette.cloth(rng), palette.cloth(rng)
    ribs = 8
    angle = np.arange(ribs * 2) * np.pi / ribs
    rings = []
    for part in (1.0, 0.8, 0.55, 0.28, 0.03):
        r = radius * part * np.where(np.arange(ribs * 2) % 2, 0.965, 1.0)
        rings.append(np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(ribs * 2, rise * (1 - part**2))]))

    canopy = loft(np.array(rings), caps=False)
    slice_ = (np.arange(len(canopy)) % (ribs * 2)) // 2 % 2
    two = rng.random() < 0.35
    canopy = canopy.painted(np.where((slice_[:, None] == 1) & two, other, colour), Material.CLOTH)
    return join([canopy, rod((0, 0, rise), (0, 0, rise + 0.05), 0.008).painted((0.2, 0.2, 0.2))])


def held_umbrella(rng: np.random.Generator, wide: float) -> Mesh:
    """Over the head, its stick in the right hand."""
    del wide
    stick = rod((0, 0, -0.1), (0, 0.05, 0.82), 0.009).painted((0.25, 0.2, 0.18))
    return join([umbrella(rng).moved((0.02, 0.08, 0.62)), stick]).bound(HELD)
