"""Cars: a lower body, a glass house and a roof, lofted along x, on four wheels. The middle of the car is at x = 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure
from data.rendering.mesh import Colour, Material, Mesh, join
from data.rendering.shapes import ball, box, drum, loft, panel, rod
from data.rendering.wheels import car_wheel, rolling


@dataclass(frozen=True)
class Shape:
    """One kind of car, metres. hood, belt, deck, roof: heights. x positions from the front (0) to the back (1):
    screen: foot and head of the windscreen; rear: head and foot of the rear window."""

    length: float
    width: float
    hood: float
    belt: float
    deck: float
    roof: float
    screen: tuple[float, float]
    rear: tuple[float, float]
    wheel: float


SHAPES = {
    "hatchback": Shape(4.0, 1.74, 0.86, 0.94, 0.96, 1.47, (0.25, 0.40), (0.90, 0.985), 0.31),
    "saloon": Shape(4.6, 1.80, 0.85, 0.93, 0.98, 1.44, (0.27, 0.41), (0.72, 0.86), 0.32),
    "estate": Shape(4.7, 1.82, 0.86, 0.95, 0.98, 1.48, (0.26, 0.40), (0.90, 0.985), 0.33),
    "suv": Shape(4.5, 1.88, 1.03, 1.10, 1.12, 1.70, (0.25, 0.37), (0.90, 0.975), 0.37),
    "van": Shape(4.9, 1.92, 1.05, 1.12, 1.14, 1.95, (0.13, 0.28), (0.955, 0.99), 0.34),
    "small": Shape(3.5, 1.64, 0.90, 0.96, 0.98, 1.52, (0.20, 0.36), (0.90, 0.985), 0.28),
}


def make_car(rng: np.random.Generator, kind: str | None = None, colour: Colour | None = None) -> Figure:
    """A car of some kind and colour."""
    kind = kind or str(rng.choice(tuple(SHAPES), p=(0.26, 0.26, 0.12, 0.2, 0.08, 0.08)))
    base = SHAPES[kind]
    vary = np.exp(rng.normal(0, 0.02, 3))
    s = Shape(
        base.length * vary[0],
        base.width * vary[1],
        base.hood,
        base.belt,
        base.deck,
        base.roof * vary[2],
        base.screen,
        base.rear,
        base.wheel,
    )
    colour = colour or palette.pick(rng, palette.CAR, 0.06)
    front, back = 0.19 * s.length, 0.79 * s.length
    axles = ((s.length / 2 - front, s.wheel, True), (s.length / 2 - back, s.wheel, False))
    rim = (0.68, 0.69, 0.71) if rng.random() < 0.75 else (0.22, 0.22, 0.23)
    parts = [car_body(s, colour, axles).bound(0)]
    wheel = car_wheel(s.wheel, 0.21, rim, int(rng.choice((5, 6, 7))))
    for bone, (x, radius, _) in enumerate(axles, 1):
        for side in (1, -1):
            parts.append(wheel.moved((x, side * (s.width / 2 - 0.085), radius)).bound(bone))
    return Figure(join(parts), ("car",), 3, rolling(axles), s.width / 2, s.length, stride_m=2 * np.pi)


def car_body(s: Shape, colour: Colour, axles: tuple[tuple[float, float, bool], ...]) -> Mesh:
    """Everything but the wheels."""
    half = s.length / 2
    at = lambda part: half - part * s.length  # noqa: E731
    w = s.width / 2
    low = 0.22
    stations = [  # part of the length, height of the upper edge, half width
        (0.0, 0.56, 0.80),
        (0.012, 0.66, 0.88),
        (0.04, s.hood - 0.14, 0.94),
        (0.10, s.hood - 0.05, 0.985),
        (s.screen[0] - 0.02, s.hood + 0.01, 1.0),
        (s.screen[0] + 0.06, s.belt - 0.005, 1.0),
        (0.60, s.belt + 0.01, 1.0),
        (min(s.rear[1], 0.955) - 0.03, (s.belt + s.deck) / 2 + 0.01, 0.99),
        (0.955, s.deck - 0.015, 0.96),
        (0.985, s.deck - 0.12, 0.91),
        (1.0, 0.62, 0.86),
    ]
    rings = []
    for part, top, share in sorted(stations):
        x, hw = at(part), w * share
        bottom = low + (0.10 if part < 0.03 or part > 0.97 else 0.0)
        rings.append(
            [
                (x, y * hw, bottom + z * (top - bottom))
                for y, z in (
                    (0.80, 0.0),
                    (0.94, 0.06),
                    (1.0, 0.30),
                    (0.995, 0.55),
                    (0.985, 0.80),
                    (0.945, 0.94),
                    (0.80, 1.0),
                    (0.3, 1.018),
                    (-0.3, 1.018),
                    (-0.80, 1.0),
                    (-0.945, 0.94),
                    (-0.985, 0.80),
                    (-0.995, 0.55),
                    (-1.0, 0.30),
                    (-0.94, 0.06),
                    (-0.80, 0.0),
                )
            ]
        )
    lower = loft(np.array(rings)).painted(colour, Material.PAINT, 0.7)
    return join([lower, *_house(s, colour, at, w), *_arches(s, axles, w), *_trim(s, colour, at, w)])


def _house(s: Shape, colour: Colour, at, w: float) -> list[Mesh]:
    """The glass house, its pillars and the roof."""
    foot, head = w * 0.93, w * 0.74 if s.roof < 1.65 else w * 0.82
    z0, z1 = s.belt - 0.04, s.roof - 0.045
    x = [at(s.screen[0]), at(s.screen[1]), at(s.rear[0]), at(s.rear[1])]
    base = [s.hood - 0.02, z1, z1, s.deck - 0.03]

    def rim(y_low: float, y_high: float, lift: float) -> np.ndarray:
        return np.array(
            [
                [(x[0] + lift, y, base[0]) for y in (-y_low * 0.9, -y_low * 0.5, y_low * 0.5, y_low * 0.9)],
                [(x[1] + lift, y, z1) for y in (-y_high * 0.96, -y_high * 0.5, y_high * 0.5, y_high * 0.96)],
                [(x[2], y, z1) for y in (-y_high * 0.96, -y_high * 0.5, y_high * 0.5, y_high * 0.96)],
                [(x[3], y, base[3]) for y in (-y_low * 0.9, -y_low * 0.5, y_low * 0.5, y_low * 0.9)],
            ]
        )

    glass = (0.055, 0.065, 0.075)
    upper = rim(foot, head, 0.0)
    parts = []
    for k in (0, 2):  # the two screens
        a, b = upper[k], upper[k + 1]
        grid = np.stack([a, b])
        parts.append(_sheet(grid).painted(glass, Material.GLASS, 0.9))
    for side in (1, -1):
        corner = [
            (x[0], side * foot * 0.985, base[0]),
            (x[3], side * foot * 0.985, base[3]),
            (x[2], side * head, z1),
            (x[1], side * head, z1),
        ]
        lower = [(x[0] - 0.05, side * foot, z0), (x[3] + 0.05, side * foot, z0)]
        window = [lower[0], lower[1], corner[2], corner[3]]
        parts.append(panel(window if side < 0 else window[::-1]).painted(glass, Material.GLASS, 0.9))
        for a, b, thick in (
            (corner[0], corner[3], 0.035),
            (corner[1], corner[2], 0.05 if s.rear[1] - s.rear[0] > 0.1 else 0.07),
            (corner[3], corner[2], 0.04),
            (_between(lower[0], lower[1], 0.50), _between(corner[3], corner[2], 0.46), 0.036),
        ):
            parts.append(rod(a, b, thick, sides=7).painted(colour, Material.PAINT, 0.7))
    roof = []
    for part in np.linspace(0, 1, 5):
        xr = x[1] + (x[2] - x[1]) * part + (0.03 if part == 0 else -0.03 if part == 1 else 0)
        rise = s.roof - z1 - 0.01 + 0.02 * np.sin(np.pi * part)
        roof.append(
            [
                (xr, y * head, z1 + rise * up)
                for y, up in ((-1.0, 0.0), (-0.9, 0.7), (-0.5, 1.0), (0.5, 1.0), (0.9, 0.7), (1.0, 0.0))
            ]
        )
    parts.append(loft(np.array(roof)).painted(colour, Material.PAINT, 0.7))
    return parts


def _between(a, b, part: float) -> tuple[float, ...]:
    return tuple(np.array(a) * (1 - part) + np.array(b) * part)


def _sheet(grid: np.ndarray) -> Mesh:
    """A surface over a grid of points (R, C, 3)."""
    r, c, _ = grid.shape
    row, col = np.mgrid[0 : r - 1, 0 : c - 1]
    a = (row * c + col).ravel()
    quads = np.stack([a, a + 1, a + c + 1, a + c], 1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    p = grid.reshape(-1, 3)
    normal = np.cross(p[1] - p[0], p[c] - p[0])
    if normal[2] < 0:
        normal = -normal
    return Mesh.of(p, np.tile(normal, (len(p), 1)), faces)


def _arches(s: Shape, axles, w: float) -> list[Mesh]:
    out = []
    for x, radius, _ in axles:
        for side in (1, -1):
            arch = drum(radius * 1.16, 0.05, sides=22).moved((x, side * (w - 0.032), radius + 0.02))
            out.append(arch.painted((0.03, 0.03, 0.035)))
    return out


def _trim(s: Shape, colour: Colour, at, w: float) -> list[Mesh]:
    """Lamps, bumpers, grille, plates, mirrors, handles and the seams of the doors."""
    dark = (0.06, 0.06, 0.065)
    out = [
        box((0, 0, 0.25), (s.length * 0.96, s.width * 0.97, 0.10)).painted(dark),
        box((at(0.0) - 0.01, 0, 0.50), (0.05, w * 1.0, 0.13)).painted(dark, Material.MATTE, 0.3),
        box((at(0.0) - 0.02, 0, 0.34), (0.09, w * 1.5, 0.10)).painted(dark),
        box((at(1.0) + 0.02, 0, 0.38), (0.08, w * 1.6, 0.12)).painted(dark),
        box((at(0.0) + 0.012, 0, 0.42), (0.02, 0.46, 0.10)).painted((0.9, 0.9, 0.86)),
        box((at(1.0) - 0.012, 0, 0.58), (0.02, 0.46, 0.10)).painted((0.9, 0.88, 0.70)),
    ]
    for side in (1, -1):
        lamp = ball((at(0.022), side * w * 0.70, 0.62), (0.09, 0.19, 0.075), rings=6, sides=10)
        out.append(lamp.painted((0.93, 0.94, 0.95), Material.GLASS, 0.9))
        tail = box((at(0.99), side * w * 0.78, 0.76), (0.10, 0.20, 0.15))
        out.append(tail.painted((0.66, 0.05, 0.05), Material.MATTE, 0.7))
        mirror = ball((at(s.screen[0] + 0.075), side * (w + 0.07), s.belt + 0.06), (0.07, 0.09, 0.07), rings=5, sides=8)
        out.append(mirror.painted(colour, Material.PAINT, 0.6))
        for part in (s.screen[0] + 0.045, 0.53, 0.765):
            out.append(
                box((at(part), side * w * 0.988, 0.62), (0.012, 0.025, s.belt - 0.42)).painted(
                    palette.darker(colour, 0.35)
                )
            )
        for part in (0.49, 0.72):
            out.append(
                box((at(part), side * w * 0.99, s.belt - 0.12), (0.17, 0.03, 0.025)).painted(
                    palette.darker(colour, 0.6), Material.METAL, 0.4
                )
            )
        out.append(box((at(0.52), side * w * 0.97, 0.27), (s.length * 0.48, 0.05, 0.08)).painted(dark))
    return out
