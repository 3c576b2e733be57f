"""Where things are: a street, a park or a square of strips along x, with lanes, ways to walk, and what stands fixed.

The middle of the road (or of the main path) is at y = 0, the camera stands at y below 0 and looks towards y above 0.
Everything is on the plane z = 0. Metres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np

from data.rendering import palette
from data.rendering.buildings import make_house, make_kiosk, make_skyline
from data.rendering.mesh import Colour, Material, Mesh, join, turn_z
from data.rendering.plants import make_bush, make_flower_bed, make_hedge, make_tree, make_tufts
from data.rendering.shapes import ball, box, boxes, lathe, rod, tube

Kind = Literal["street", "park", "square"]
KINDS: tuple[Kind, ...] = ("street", "park", "square")
HALF_M = 75.0
"""The scene goes so far to either side."""


@dataclass(frozen=True)
class Lane:
    """A line that vehicles follow along x. way: 1 to the right, -1 to the left. cycles: for bicycles only."""

    y: float
    way: int
    cycles: bool = False


@dataclass(frozen=True)
class Walk:
    """A strip on which people walk along x, free of fixed things between y0 and y1."""

    y0: float
    y1: float


@dataclass
class Layout:
    """A place. crossings: x where people cross the road. obstacles: (x, y, radius) of what is fixed. greens: (y0, y1)
    of lawns. parking: (y, way) of parked cars. shelves: (y, heading) of lines where benches stand. fronts: y of the
    houses' fronts, if any. road: (y0, y1), if any."""

    kind: Kind
    lanes: list[Lane] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    crossings: list[float] = field(default_factory=list)
    obstacles: list[tuple[float, float, float]] = field(default_factory=list)
    greens: list[tuple[float, float]] = field(default_factory=list)
    parking: list[tuple[float, int]] = field(default_factory=list)
    shelves: list[tuple[float, float]] = field(default_factory=list)
    front: float | None = None
    road: tuple[float, float] | None = None
    near: float = -8.0
    parts: list[Mesh] = field(default_factory=list)

    @property
    def scenery(self) -> Mesh:
        """Everything that is fixed, as one mesh."""
        return join(self.parts)

    def is_free(self, x: float, y: float, radius: float) -> bool:
        """Is there room for a circle?"""
        return all((x - a) ** 2 + (y - b) ** 2 > (radius + r) ** 2 for a, b, r in self.obstacles)

    def put(self, mesh: Mesh, x: float, y: float, radius: float, heading: float = 0.0) -> None:
        """Put a fixed thing somewhere."""
        self.parts.append(mesh.moved((x, y, 0), turn_z(heading) if heading else None))
        self.obstacles.append((x, y, radius))


def _pool(make: Callable[[np.random.Generator], object]) -> Callable[[int], object]:
    """Make the k-th of a kind once; the same k is the same thing."""

    @lru_cache(maxsize=64)
    def kept(k: int) -> object:
        return make(np.random.Generator(np.random.PCG64([k, 77])))

    return kept


pooled_tree = _pool(lambda rng: make_tree(rng))
_far_tree = _pool(lambda rng: make_tree(rng, detail=0.35))
pooled_bush = _pool(lambda rng: make_bush(rng, rng.uniform(0.4, 1.0)))
_house = _pool(lambda rng: (w := rng.uniform(8, 15), make_house(rng, w)))
_POOL = 40


def make_layout(rng: np.random.Generator, kind: Kind | None = None) -> Layout:
    """A place of the given kind."""
    kind = kind or KINDS[int(rng.choice(3, p=(0.55, 0.27, 0.18)))]
    layout = Layout(kind)
    {"street": _street, "park": _park, "square": _square}[kind](rng, layout)
    return layout


def add_strip(layout: Layout, y0: float, y1: float, colour: Colour, material: Material, z: float = 0.0) -> None:
    """Ground from y0 to y1, in pieces: long triangles would lose precision."""
    x = np.linspace(-220, 220, 23)
    y = np.linspace(y0, y1, max(2, int((y1 - y0) / 12) + 2))
    grid = np.stack(np.meshgrid(x, y), -1).reshape(len(y), len(x), 2)
    r, c = len(y), len(x)
    a = (np.arange(r - 1)[:, None] * c + np.arange(c - 1)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + c + 1], 1), np.stack([a, a + c + 1, a + c], 1)])
    points = np.concatenate([grid.reshape(-1, 2), np.full((r * c, 1), z)], 1)
    layout.parts.append(Mesh.of(points, np.tile((0, 0, 1.0), (r * c, 1)), faces).painted(colour, material))


def add_kerb(layout: Layout, y: float) -> None:
    n = 110
    x = (np.arange(n) - n / 2 + 0.5) * 2.0
    centre = np.column_stack([x, np.full(n, y), np.full(n, 0.03)])
    layout.parts.append(boxes(centre, np.array([[1.985, 0.16, 0.10]])).painted((0.62, 0.61, 0.58), Material.SLABS))


def _grass_colour(rng: np.random.Generator) -> Colour:
    return palette.pick(rng, ((0.35, 0.41, 0.22), (0.33, 0.38, 0.20), (0.41, 0.44, 0.26), (0.37, 0.44, 0.24)), 0.04)


def add_lawn(rng: np.random.Generator, layout: Layout, y0: float, y1: float, colour: Colour) -> None:
    add_strip(layout, y0, y1, colour, Material.GRASS)
    layout.greens.append((y0, y1))
    near = max(y0, layout.near - 4), min(y1, layout.near + 16)
    if near[1] > near[0]:
        many = int(min(5000, 34 * 26 * (near[1] - near[0])))
        at = np.column_stack([rng.normal(0, 12, many), rng.uniform(*near, many)])
        layout.parts.append(make_tufts(rng, at, palette.darker(colour, 0.92)))


def add_road(rng: np.random.Generator, layout: Layout, middle: float, lanes: int, lane_m: float, cycle: float) -> None:
    """Asphalt, marks and lanes; driving is on the right."""
    half = lanes * lane_m / 2 + cycle
    y0, y1 = middle - half, middle + half
    grey = rng.uniform(0.30, 0.42)
    add_strip(layout, y0, y1, (grey, grey, grey * 1.02), Material.ASPHALT, 0.004)
    layout.road = (y0, y1)
    white = (0.86, 0.86, 0.83)
    marks = []
    dash, gap = (3.0, 4.5) if rng.random() < 0.6 else (2.0, 2.0)
    x = np.arange(-100, 100, dash + gap)
    for k in range(1, lanes):
        y = middle - lanes * lane_m / 2 + k * lane_m
        marks.append(
            boxes(np.column_stack([x, np.full(len(x), y), np.full(len(x), 0.0)]), np.array([[dash, 0.14, 0.024]]))
        )
    for side in (1, -1):
        y = middle + side * (lanes * lane_m / 2 - (0.0 if cycle else 0.25))
        if cycle or rng.random() < 0.5:
            marks.append(box((0, y, 0), (240, 0.12, 0.024)))
    layout.parts += [m.painted(white, Material.LINES) for m in marks]
    for k in range(lanes):
        y = middle - lanes * lane_m / 2 + (k + 0.5) * lane_m
        layout.lanes.append(Lane(y, 1 if k < lanes / 2 else -1))
    if cycle:
        for side in (1, -1):
            y = middle + side * (half - cycle / 2)
            layout.lanes.append(Lane(y, -side, cycles=True))
            if rng.random() < 0.5:
                band = box((0, y, 0), (240, cycle - 0.3, 0.014))
                layout.parts.append(band.painted((0.55, 0.27, 0.22), Material.ASPHALT))
    for x in rng.uniform(-30, 30, 4):
        layout.parts.append(
            boxes([[x, middle + rng.uniform(-1, 1) * half * 0.8, 0.0]], [[0.6, 0.6, 0.018]]).painted(
                (0.20, 0.20, 0.20), Material.METAL
            )
        )


def add_zebra(layout: Layout, x: float) -> None:
    assert layout.road is not None
    y0, y1 = layout.road
    y = np.arange(y0 + 0.45, y1 - 0.3, 1.0)
    centre = np.column_stack([np.full(len(y), x), y, np.zeros(len(y))])
    layout.parts.append(boxes(centre, np.array([[3.2, 0.5, 0.026]])).painted((0.88, 0.88, 0.85), Material.LINES))
    layout.crossings.append(x)


def add_houses(rng: np.random.Generator, layout: Layout, y: float) -> None:
    """A row of fronts at y, with a gap now and then."""
    x = -HALF_M - 25
    layout.front = y
    while x < HALF_M + 25:
        width, (mesh, _) = _house(int(rng.integers(_POOL)))
        if rng.random() < 0.09:
            tree = pooled_tree(int(rng.integers(_POOL)))
            layout.parts.append(tree.moved((x + 2.5, y + 3, 0)))
            x += 5
        layout.parts.append(mesh.moved((x, y + (0 if rng.random() < 0.7 else rng.uniform(0, 0.8)), 0)))
        x += width
    layout.parts.append(make_skyline(rng, -150, 150, y + 28))


def add_tree_row(rng: np.random.Generator, layout: Layout, y: float, gap: float, *, skip: float = 0.15) -> None:
    first = rng.uniform(0, gap)
    for x in np.arange(-HALF_M + first, HALF_M, gap):
        if rng.random() < skip or any(abs(x - c) < 3.5 for c in layout.crossings):
            continue
        pool = pooled_tree if abs(x) < 34 else _far_tree
        layout.put(pool(int(rng.integers(_POOL))), x + rng.normal(0, 0.3), y, 0.45, rng.uniform(0, 6.3))
        if layout.kind == "street":
            layout.parts.append(box((x, y, 0.0), (1.3, 1.3, 0.03)).painted((0.34, 0.27, 0.2), Material.GRAVEL))


def lamp_post(rng: np.random.Generator) -> Mesh:
    """A street lamp, its arm towards -y."""
    high = rng.uniform(4.5, 6.5)
    iron = (0.16, 0.20, 0.18) if rng.random() < 0.6 else (0.5, 0.52, 0.52)
    parts = [
        tube([(0, 0, 0), (0, 0, 0.9)], (0.10, 0.08), sides=10),
        tube([(0, 0, 0.8), (0, 0, high)], (0.055, 0.04), sides=8),
    ]
    if rng.random() < 0.5:
        parts.append(tube([(0, 0, high - 0.1), (0, -0.5, high + 0.25), (0, -1.3, high + 0.3)], 0.035, sides=6))
        head = box((0, -1.5, high + 0.27), (0.22, 0.6, 0.1)).painted((0.85, 0.85, 0.8))
    else:
        head = ball((0, 0, high + 0.2), 0.22, rings=8, sides=12).painted((0.95, 0.94, 0.88), Material.MATTE, 0.6)
    return join([join(parts).painted(iron, Material.METAL, 0.3), head])


def _small_things(rng: np.random.Generator, layout: Layout, y: float) -> None:
    """Lamps, bins, bollards, posts with signs along a kerb."""
    gap = rng.uniform(14, 24)
    for x in np.arange(-HALF_M + rng.uniform(0, gap), HALF_M, gap):
        if layout.is_free(x, y, 0.8):
            layout.put(lamp_post(rng), x, y, 0.15)
    for _ in range(int(rng.integers(2, 7))):
        x = rng.uniform(-25, 25)
        if not layout.is_free(x, y, 0.9):
            continue
        kind = rng.random()
        if kind < 0.4:
            litter = lathe([(0.2, 0), (0.24, 0.75), (0.27, 0.76), (0.27, 0.82), (0.1, 0.84)])
            layout.put(
                litter.painted((0.2, 0.3, 0.25) if rng.random() < 0.5 else (0.45, 0.46, 0.47), Material.METAL, 0.2),
                x,
                y,
                0.3,
            )
        elif kind < 0.7:
            post = join(
                [
                    rod((0, 0, 0), (0, 0, 2.5), 0.035, sides=8).painted((0.55, 0.56, 0.57), Material.METAL, 0.3),
                    box((0, -0.03, 2.3), (0.55, 0.03, 0.55)).painted(
                        palette.pick(rng, ((0.15, 0.32, 0.62), (0.9, 0.9, 0.9), (0.85, 0.7, 0.1)))
                    ),
                ]
            )
            layout.put(post, x, y, 0.1, rng.uniform(-0.5, 0.5))
        else:
            for k in range(4):
                bollard = lathe([(0.09, 0), (0.08, 0.8), (0.05, 0.88), (0.01, 0.9)]).painted(
                    (0.22, 0.23, 0.23), Material.METAL, 0.2
                )
                if layout.is_free(x + 1.5 * k, y, 0.5):
                    layout.put(bollard, x + 1.5 * k, y, 0.12)


def _street(rng: np.random.Generator, layout: Layout) -> None:
    lanes = int(rng.choice((2, 2, 2, 3, 4)))
    lane_m = rng.uniform(3.0, 3.5)
    cycle = 1.6 if rng.random() < 0.45 else 0.0
    near_park, far_park = rng.random() < 0.25, rng.random() < 0.4
    add_road(rng, layout, 0.0, lanes, lane_m, cycle)
    assert layout.road is not None
    y0, y1 = layout.road
    grey = rng.uniform(0.56, 0.70)
    slab = (grey, grey * 0.98, grey * 0.94)
    pave = Material.SLABS if rng.random() < 0.7 else Material.COBBLES
    wide_near, wide_far = rng.uniform(3.4, 5.2), rng.uniform(3.2, 5.5)
    bays = 2.2
    if far_park:
        add_strip(layout, y1, y1 + bays, (0.44, 0.43, 0.42), Material.COBBLES, 0.003)
        layout.parking.append((y1 + bays / 2, -1))
        y1 += bays
    if near_park:
        add_strip(layout, y0 - bays, y0, (0.44, 0.43, 0.42), Material.COBBLES, 0.003)
        layout.parking.append((y0 - bays / 2, 1))
        y0 -= bays
    if rng.random() < 0.75:
        for x in rng.uniform(-14, 14, 1 if rng.random() < 0.8 else 2):
            add_zebra(layout, float(x))
    add_strip(layout, y1, y1 + wide_far, slab, pave)
    add_strip(layout, y0 - wide_near, y0, slab, pave)
    add_kerb(layout, y1 + 0.08)
    add_kerb(layout, y0 - 0.08)
    layout.near = y0 - wide_near
    layout.walks = [Walk(y1 + 1.5, y1 + wide_far - 0.5), Walk(y0 - wide_near + 0.5, y0 - 1.4)]
    layout.shelves = [(y1 + wide_far - 0.55, -np.pi / 2), (y0 - 1.0, -np.pi / 2 if rng.random() < 0.5 else np.pi / 2)]
    green = rng.random() < 0.28
    grass = _grass_colour(rng)
    edge = y1 + wide_far
    if green:  # a park on the other side
        add_lawn(rng, layout, edge, edge + 26, grass)
        if rng.random() < 0.6:
            for x in np.arange(-70, 70, 10.0):
                layout.put(make_hedge(rng, 9.0, height=rng.uniform(0.7, 1.2)), x, edge + 0.4, 0.0)
        for _ in range(34):
            x, y = rng.uniform(-HALF_M, HALF_M), edge + rng.uniform(3, 24)
            layout.put(
                (pooled_tree if abs(x) < 20 else _far_tree)(int(rng.integers(_POOL))), x, y, 0.6, rng.uniform(0, 6.3)
            )
        layout.parts.append(make_skyline(rng, -150, 150, edge + 34))
    else:
        add_houses(rng, layout, edge)
    if rng.random() < 0.7:
        add_tree_row(rng, layout, y1 + 0.85, rng.uniform(8, 15))
    if rng.random() < 0.3:
        add_tree_row(rng, layout, y0 - 0.8, rng.uniform(12, 20), skip=0.4)
    _small_things(rng, layout, y1 + 0.7)
    if rng.random() < 0.5:
        _small_things(rng, layout, y0 - 0.6)
    if rng.random() < 0.4:
        mesh, radius = make_kiosk(rng)
        x = rng.uniform(-12, 12)
        y = y1 + wide_far - radius - 0.2
        if layout.is_free(x, y, radius) and wide_far > 3.8 + radius:
            layout.put(mesh, x, y, radius)
    before = (grass, Material.GRASS) if rng.random() < 0.5 else (slab, pave)
    add_strip(layout, layout.near - 60, layout.near, *before, -0.01)
    add_strip(layout, edge + 20, edge + 300, (0.42, 0.48, 0.30), Material.GRASS, -0.05)


def _park(rng: np.random.Generator, layout: Layout) -> None:
    grass = _grass_colour(rng)
    sand = palette.pick(rng, ((0.74, 0.64, 0.48), (0.66, 0.60, 0.52), (0.52, 0.52, 0.52), (0.70, 0.56, 0.44)), 0.04)
    half = rng.uniform(1.6, 2.8)
    layout.near = -rng.uniform(6.0, 10.0)
    stuff = Material.GRAVEL if rng.random() < 0.7 else Material.ASPHALT
    add_strip(layout, -half, half, sand, stuff, 0.003)
    layout.walks = [Walk(-half + 0.2, half - 0.2)]
    layout.lanes = [Lane(half * 0.45, -1, cycles=True), Lane(-half * 0.45, 1, cycles=True)]
    back = rng.uniform(9, 18)
    add_lawn(rng, layout, layout.near - 50, -half, grass)
    add_lawn(rng, layout, half, half + back, grass)
    layout.shelves = [(half + 0.7, -np.pi / 2)]
    end = half + back
    if rng.random() < 0.55:  # a second path, and sometimes a road behind it
        add_strip(layout, end, end + 2.6, sand, stuff, 0.002)
        layout.walks.append(Walk(end + 0.2, end + 2.4))
        end += 2.6
    if rng.random() < 0.45:
        kept, layout.road = layout.road, None
        add_strip(layout, end, end + 2.0, grass, Material.GRASS)
        middle = end + 2.0 + 3.3
        add_road(rng, layout, middle, 2, 3.3, 0.0)
        add_kerb(layout, middle - 3.4)
        add_kerb(layout, middle + 3.4)
        layout.road = kept
        end = middle + 3.3
        add_strip(layout, end, end + 3.5, (0.62, 0.61, 0.58), Material.SLABS)
        layout.walks.append(Walk(end + 0.4, end + 3.0))
        add_houses(rng, layout, end + 3.5)
    else:
        add_lawn(rng, layout, end, end + 220, grass)
        for _ in range(46):
            x, y = rng.uniform(-90, 90), end + rng.uniform(1, 45)
            layout.put(
                (pooled_tree if abs(x) < 16 else _far_tree)(int(rng.integers(_POOL))), x, y, 0.6, rng.uniform(0, 6.3)
            )
        layout.parts.append(make_skyline(rng, -160, 160, end + 90))
    roads = [lane.y for lane in layout.lanes if not lane.cycles]
    for _ in range(int(rng.integers(6, 16))):
        x, y = rng.uniform(-40, 40), half + rng.uniform(2.0, back - 1.2)
        if layout.is_free(x, y, 2.5) and all(abs(y - r) > 3 for r in roads):
            layout.put(pooled_tree(int(rng.integers(_POOL))), x, y, 0.5, rng.uniform(0, 6.3))
    for _ in range(int(rng.integers(2, 7))):
        x, y = rng.uniform(-22, 22), half + rng.uniform(2.0, back - 1)
        if layout.is_free(x, y, 1.2):
            layout.put(pooled_bush(int(rng.integers(_POOL))), x, y, 0.9)
    for _ in range(int(rng.integers(0, 3))):
        x = rng.uniform(-18, 18)
        length = rng.uniform(2, 5)
        y = half + rng.uniform(1.4, 2.2)
        if layout.is_free(x, y, length / 2):
            layout.put(make_flower_bed(rng, length, rng.uniform(0.9, 1.6)), x, y, length / 2)
    for x in np.arange(-60 + rng.uniform(0, 16), 60, 16):
        if layout.is_free(x, half + 0.4, 0.6):
            layout.put(lamp_post(rng), x, half + 0.4, 0.15)
    if rng.random() < 0.4:  # a near tree that hides what passes behind it
        x = rng.uniform(4, 9) * rng.choice((-1, 1))
        layout.put(pooled_tree(int(rng.integers(_POOL))), x, -half - rng.uniform(1, 2), 0.45)


def _square(rng: np.random.Generator, layout: Layout) -> None:
    grey = rng.uniform(0.55, 0.72)
    stone = palette.pick(
        rng,
        (
            (grey, grey * 0.97, grey * 0.91),
            (grey * 0.98, grey * 0.86, grey * 0.74),
            (grey * 0.85, grey * 0.86, grey * 0.88),
        ),
        0.02,
    )
    far = rng.uniform(8, 16)
    layout.near = -9.0
    add_strip(layout, -70, far, stone, Material.SLABS if rng.random() < 0.5 else Material.COBBLES)
    layout.walks = [Walk(-7.0, far - 5.0), Walk(-5.0, 2.0)]
    layout.lanes = [Lane(rng.uniform(-1, 2), int(rng.choice((-1, 1))), cycles=True)]
    layout.shelves = [(far - 3.5, -np.pi / 2), (rng.uniform(-1, far - 5), float(rng.choice((-1, 1))) * np.pi / 2)]
    add_houses(rng, layout, far)
    add_strip(layout, far + 20, far + 300, (0.42, 0.48, 0.30), Material.GRASS, -0.05)
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(-20, 20), rng.uniform(0, far - 3)
        if layout.is_free(x, y, 2.5):
            layout.put(pooled_tree(int(rng.integers(_POOL))), x, y, 0.5)
            layout.parts.append(box((x, y, 0.02), (1.8, 1.8, 0.08)).painted((0.34, 0.27, 0.2), Material.GRAVEL))
    for _ in range(int(rng.integers(1, 3))):
        mesh, radius = make_kiosk(rng)
        x, y = rng.uniform(-14, 14), rng.uniform(1, far - 3)
        if layout.is_free(x, y, radius + 0.5):
            layout.put(mesh, x, y, radius, float(rng.choice((0, 0.2, -0.2))))
    if rng.random() < 0.4:
        x = rng.uniform(-8, 8)
        fountain = lathe(
            [
                (2.2, 0),
                (2.2, 0.5),
                (2.0, 0.5),
                (1.9, 0.3),
                (0.4, 0.3),
                (0.3, 1.3),
                (0.9, 1.5),
                (0.8, 1.55),
                (0.15, 1.5),
                (0.1, 2.2),
                (0.01, 2.2),
            ],
            sides=24,
        )
        y = rng.uniform(2, far - 4)
        if layout.is_free(x, y, 2.6):
            layout.put(fountain.painted((0.66, 0.64, 0.60), Material.PLASTER), x, y, 2.4)
    _small_things(rng, layout, far - 4.2)
