"""Buses and lorries."""

from __future__ import annotations

import numpy as np

from data.rendering import palette
from data.rendering.figure import Figure
from data.rendering.mesh import Colour, Material, Mesh, join
from data.rendering.shapes import box, boxes, drum, hull, panel, rod
from data.rendering.wheels import car_wheel, rolling

DARK = (0.06, 0.06, 0.065)
PANE = (0.05, 0.06, 0.07)


def make_bus(rng: np.random.Generator, colour: Colour | None = None) -> Figure:
    """A city bus of 9 to 12 m, its doors on the right; some have two floors."""
    double = rng.random() < 0.18
    length, width = rng.uniform(8.8, 12.2), 2.5
    height = 4.25 if double else rng.uniform(2.95, 3.2)
    colour = colour or palette.pick(rng, palette.BUS, 0.05)
    stripe = palette.darker(colour, 0.55) if rng.random() < 0.5 else (0.92, 0.92, 0.9)
    radius, half = 0.48, length / 2
    axles = ((half - 2.55, radius, True), (-half + 2.9, radius, False))
    parts = [_bus_body(length, width, height, colour, stripe, double, axles).bound(0)]
    wheel = car_wheel(radius, 0.30, (0.55, 0.56, 0.58), 8)
    for bone, (x, r, _) in enumerate(axles, 1):
        for side in (1, -1):
            parts.append(wheel.moved((x, side * (width / 2 - 0.12), r)).bound(bone))
    return Figure(join(parts), ("bus",), 3, rolling(axles), width / 2, length, stride_m=2 * np.pi)


def _bus_body(
    length: float,
    width: float,
    height: float,
    colour: Colour,
    stripe: Colour,
    double: bool,
    axles: tuple[tuple[float, float, bool], ...],
) -> Mesh:
    half, w = length / 2, width / 2
    shell = hull(
        [
            (-half, 0.42, height - 0.30, w * 0.95),
            (-half + 0.10, 0.34, height - 0.12, w),
            (-half + 0.4, 0.32, height, w),
            (half - 0.45, 0.32, height, w),
            (half - 0.12, 0.34, height - 0.12, w),
            (half, 0.42, height - 0.34, w * 0.95),
        ],
        sides=24,
        square=9.0,
    )
    parts = [shell.painted(colour, Material.PAINT, 0.5)]
    floors = [(1.02, 2.05), (2.72, 3.70)] if double else [(1.12, 2.42)]
    for low, high in floors:
        count = int(length / 1.45)
        pitch_x = (length - 1.5) / count
        for side in (1, -1):
            band = box((-0.1, side * (w + 0.004), (low + high) / 2), (length - 1.2, 0.03, high - low + 0.08))
            parts.append(band.painted(DARK, Material.MATTE, 0.5))
            x = -half + 0.75 + pitch_x * (np.arange(count) + 0.5)
            centre = np.column_stack([x, np.full(count, side * (w + 0.014)), np.full(count, (low + high) / 2)])
            parts.append(
                boxes(centre, np.array([[pitch_x - 0.10, 0.03, high - low - 0.06]])).painted(PANE, Material.GLASS, 0.9)
            )
        parts.append(
            box((half - 0.012, 0, (low + high) / 2 - 0.08), (0.06, width * 0.88, high - low + 0.2)).painted(
                PANE, Material.GLASS, 0.9
            )
        )
        parts.append(
            box((-half + 0.012, 0, (low + high) / 2 + 0.1), (0.05, width * 0.78, high - low - 0.3)).painted(
                PANE, Material.GLASS, 0.9
            )
        )
    for side in (1, -1):
        parts.append(
            box((0, side * (w + 0.003), 0.86), (length - 0.5, 0.025, 0.16)).painted(stripe, Material.PAINT, 0.4)
        )
        parts.append(
            box((half, side * w * 0.72, 0.72), (0.06, 0.34, 0.18)).painted((0.93, 0.94, 0.95), Material.GLASS, 0.8)
        )
        parts.append(
            box((-half, side * w * 0.78, 0.95), (0.05, 0.22, 0.42)).painted((0.66, 0.06, 0.05), Material.MATTE, 0.6)
        )
        parts.append(
            rod((half - 0.1, side * w, height - 0.5), (half + 0.18, side * (w + 0.16), height - 0.75), 0.025).painted(
                DARK
            )
        )
        parts.append(box((half + 0.18, side * (w + 0.18), height - 1.0), (0.08, 0.20, 0.38)).painted(DARK))
        for x, radius, _ in axles:
            parts.append(
                drum(radius * 1.16, 0.05, sides=22).moved((x, side * (w - 0.036), radius)).painted((0.03, 0.03, 0.03))
            )
    for x in (half - 1.1, 0.35):  # doors
        door = boxes([[x - 0.32, -w - 0.02, 1.36], [x + 0.32, -w - 0.02, 1.36]], [[0.58, 0.03, 1.95]])
        parts.append(door.painted(PANE, Material.GLASS, 0.9))
        parts.append(box((x, -w - 0.012, 1.36), (1.36, 0.03, 2.08)).painted(DARK))
    sign = box((half + 0.02, 0, height - 0.36), (0.04, width * 0.66, 0.26))
    digits = boxes(
        np.column_stack([np.full(7, half + 0.045), np.linspace(-0.6, 0.6, 7), np.full(7, height - 0.36)]),
        [[0.01, 0.11, 0.15]],
    )
    parts += [sign.painted(DARK), digits.painted((1.0, 0.72, 0.2), Material.LAMP)]
    parts.append(box((half - 0.0, 0, 0.46), (0.08, width * 0.92, 0.22)).painted(palette.darker(colour, 0.6)))
    parts.append(box((0.5, 0, height + 0.08), (2.2, 1.5, 0.2)).painted((0.82, 0.82, 0.82)))
    return join(parts)


def make_truck(rng: np.random.Generator, kind: str | None = None) -> Figure:
    """A lorry with a box, a flat bed with goods, a tipper or a tank."""
    kind = kind or str(rng.choice(("box", "box", "flat", "tipper", "tank")))
    length, width = rng.uniform(5.8, 8.6), rng.uniform(2.1, 2.45)
    cab_high = rng.uniform(2.3, 2.75)
    half, w, radius = length / 2, width / 2, 0.46
    cab, other = palette.pick(rng, palette.CAR, 0.05), palette.cloth(rng)
    cab_long = 1.75
    axles = ((half - 1.15, radius, True), (-half + 1.35, radius, False), (-half + 2.35, radius, False))[
        : 3 if length > 7 else 2
    ]
    parts = [_cab(half, w, cab_high, cab_long, cab)]
    bed = (-half, half - cab_long - 0.15)
    middle, span = sum(bed) / 2, bed[1] - bed[0]
    parts.append(box((middle, 0, 0.82), (span + 0.2, width * 0.42, 0.24)).painted(DARK))
    parts += _load(rng, kind, middle, span, w, other)
    for x, r, _ in axles:
        for side in (1, -1):
            if x < 0:
                parts.append(box((x, side * (w - 0.2), 2 * r + 0.09), (2.3 * r, 0.42, 0.04)).painted(DARK))
    for side in (1, -1):
        parts.append(box((middle, side * (w - 0.06), 0.62), (span * 0.34, 0.05, 0.34)).painted((0.4, 0.4, 0.42)))
        parts.append(
            box((-half - 0.03, side * w * 0.75, 0.72), (0.05, 0.34, 0.14)).painted(
                (0.66, 0.06, 0.05), Material.MATTE, 0.5
            )
        )
    parts.append(box((-half - 0.02, 0, 0.55), (0.08, width * 0.9, 0.10)).painted((0.5, 0.5, 0.5)))
    parts = [join(parts).bound(0)]
    wheel = car_wheel(radius, 0.30, (0.60, 0.60, 0.62), 8)
    for bone, (x, r, _) in enumerate(axles, 1):
        for side in (1, -1):
            parts.append(wheel.moved((x, side * (w - 0.12), r)).bound(bone))
    return Figure(join(parts), ("truck",), len(axles) + 1, rolling(axles), w, length, stride_m=2 * np.pi)


def _cab(half: float, w: float, high: float, long: float, colour: Colour) -> Mesh:
    back = half - long
    body = hull(
        [
            (back, 0.55, high, w * 0.97),
            (half - 0.45, 0.55, high, w * 0.97),
            (half - 0.16, 0.50, high - 0.14, w * 0.96),
            (half - 0.02, 0.48, 1.5, w * 0.95),
            (half, 0.52, 1.1, w * 0.94),
        ],
        sides=24,
        square=9.0,
    )
    parts = [body.painted(colour, Material.PAINT, 0.6)]
    z0, z1 = 1.5, high - 0.25
    x0, x1 = half + 0.012, half - 0.14
    screen = np.array([[x0, -w * 0.86, z0], [x0, w * 0.86, z0], [x1 + 0.02, w * 0.82, z1], [x1 + 0.02, -w * 0.82, z1]])

    parts.append(panel(screen).painted(PANE, Material.GLASS, 0.9))
    for side in (1, -1):
        parts.append(
            box((half - 0.75, side * w * 0.972, (z0 + z1) / 2 + 0.02), (0.9, 0.03, z1 - z0)).painted(
                PANE, Material.GLASS, 0.9
            )
        )
        parts.append(
            box((half - 0.02, side * w * 0.70, 0.80), (0.08, 0.32, 0.18)).painted(
                (0.93, 0.93, 0.93), Material.GLASS, 0.8
            )
        )
        parts.append(box((half - 0.22, side * (w + 0.14), 1.85), (0.09, 0.18, 0.42)).painted(DARK))
        parts.append(
            rod((half - 0.22, side * w * 0.95, 2.05), (half - 0.22, side * (w + 0.14), 2.05), 0.02).painted(DARK)
        )
        arch = drum(0.56, 0.05, sides=20).moved((half - 1.15, side * (w - 0.05), 0.50))
        parts.append(arch.painted((0.03, 0.03, 0.03)))
    parts.append(box((half, 0, 1.12), (0.05, w * 1.3, 0.34)).painted(DARK, Material.MATTE, 0.3))
    parts.append(box((half - 0.03, 0, 0.52), (0.16, w * 1.86, 0.26)).painted(palette.darker(colour, 0.5)))
    return join(parts)


def _load(rng: np.random.Generator, kind: str, middle: float, span: float, w: float, colour: Colour) -> list[Mesh]:
    if kind == "box":
        high = rng.uniform(1.9, 2.4)
        shade = (0.88, 0.88, 0.87) if rng.random() < 0.55 else colour
        body = box((middle, 0, 0.98 + high / 2), (span, 2 * w, high)).painted(shade, Material.PAINT, 0.2)
        sign = boxes([[middle, s * (w + 0.01), 0.98 + high * 0.55] for s in (1, -1)], [[span * 0.55, 0.02, high * 0.3]])
        edge = boxes(
            [[middle, s * w, 0.98 + z] for s in (1, -1) for z in (0.03, high - 0.03)], [[span + 0.02, 0.05, 0.08]]
        )
        return [body, sign.painted(palette.cloth(rng)), edge.painted((0.5, 0.5, 0.52), Material.METAL, 0.3)]
    floor = box((middle, 0, 1.02), (span, 2 * w, 0.12)).painted((0.36, 0.30, 0.25), Material.WOOD)
    if kind == "tank":
        tank = hull(
            [
                (middle - span / 2, 1.35, 2.3, w * 0.6),
                (middle - span / 2 + 0.25, 1.1, 2.55, w * 0.9),
                (middle + span / 2 - 0.25, 1.1, 2.55, w * 0.9),
                (middle + span / 2, 1.35, 2.3, w * 0.6),
            ],
            square=2.2,
        )
        return [floor, tank.painted((0.80, 0.81, 0.82), Material.PAINT, 0.8)]
    wall = 0.85 if kind == "tipper" else 0.42
    sides = boxes([[middle, s * (w - 0.03), 1.08 + wall / 2] for s in (1, -1)], [[span, 0.06, wall]])
    ends = boxes([[middle + s * (span / 2 - 0.03), 0, 1.08 + wall / 2] for s in (1, -1)], [[0.06, 2 * w, wall]])
    out = [floor, sides.painted(colour, Material.PAINT, 0.2), ends.painted(colour, Material.PAINT, 0.2)]
    if kind == "tipper":
        heap = hull(
            [
                (middle - span / 2 + 0.1, 1.2, 1.7, w * 0.8),
                (middle, 1.2, 2.25, w * 0.9),
                (middle + span / 2 - 0.1, 1.2, 1.7, w * 0.8),
            ],
            square=2.0,
        )
        return [*out, heap.painted((0.45, 0.36, 0.26), Material.GRAVEL)]
    for _ in range(int(rng.integers(2, 6))):
        size = rng.uniform((0.5, 0.5, 0.4), (1.4, 1.1, 1.1))
        x = middle + rng.uniform(-0.5, 0.5) * max(span - size[0] - 0.2, 0.1)
        out.append(
            box((x, rng.uniform(-0.3, 0.3) * w, 1.08 + size[2] / 2), size).painted((0.62, 0.47, 0.30), Material.WOOD)
        )
    return out
