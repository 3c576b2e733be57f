"""Houses along a street: walls, windows, shop fronts, awnings, roofs; and the far town behind them."""

# ruff: noqa: RUF005 (tuples are added to arrays here)
from __future__ import annotations

import numpy as np

from data.rendering import palette
from data.rendering.mesh import Colour, Material, Mesh, join
from data.rendering.shapes import box, boxes, lathe, panel

GLASS = (0.10, 0.13, 0.16)


def make_house(rng: np.random.Generator, width: float, depth: float = 9.0) -> tuple[Mesh, float]:
    """A house from x = 0 to `width`, its front at y = 0 towards -y; the mesh and its height in metres."""
    storeys = int(rng.integers(2, 5))
    ground = rng.uniform(3.2, 3.8)
    storey = rng.uniform(2.8, 3.2)
    height = ground + storey * (storeys - 1) + 0.4
    brick = rng.random() < 0.3
    wall = palette.pick(rng, palette.BRICK if brick else palette.PLASTER, 0.04)
    trim = (0.92, 0.90, 0.86) if rng.random() < 0.6 else palette.darker(wall, 0.72)
    body = box((width / 2, depth / 2, height / 2), (width, depth, height))
    parts = [body.painted(wall, Material.BRICK if brick else Material.PLASTER)]
    parts.append(box((width / 2, -0.06, height - 0.12), (width, 0.34, 0.24)).painted(trim))
    parts.append(box((width / 2, -0.03, ground + 0.02), (width, 0.14, 0.16)).painted(trim))
    parts += _windows(rng, width, ground, storey, storeys, trim)
    parts += _ground_floor(rng, width, ground, wall, trim)
    parts += _roof(rng, width, depth, height)
    return join(parts), height


def _windows(
    rng: np.random.Generator, width: float, ground: float, storey: float, storeys: int, trim: Colour
) -> list[Mesh]:
    columns = max(2, int(width / rng.uniform(2.1, 2.9)))
    wide, high = rng.uniform(0.95, 1.25), storey * rng.uniform(0.50, 0.60)
    x = (np.arange(columns) + 0.5) * width / columns
    z = ground + storey * np.arange(storeys - 1) + storey * 0.5 + 0.08
    grid = np.stack(np.meshgrid(x, z), -1).reshape(-1, 2)
    n = len(grid)
    if not n:
        return []
    at = lambda y, dz=0.0, dx=0.0: np.column_stack([grid[:, 0] + dx, np.full(n, y), grid[:, 1] + dz])  # noqa: E731
    blind = rng.random(n) < 0.25
    shade = np.where(blind[:, None], (0.78, 0.74, 0.66), GLASS) * np.exp(rng.normal(0, 0.15, (n, 1)))
    parts = [
        boxes(at(-0.015), np.array([[wide + 0.24, 0.05, high + 0.24]])).painted(trim),
        boxes(at(-0.035), np.array([[wide, 0.03, high]])).painted(
            np.clip(shade, 0, 1).repeat(24, 0), Material.GLASS, 0.6
        ),
        boxes(at(-0.05), np.array([[0.05, 0.03, high]])).painted((0.93, 0.92, 0.9)),
        boxes(at(-0.05, high * 0.18), np.array([[wide, 0.03, 0.05]])).painted((0.93, 0.92, 0.9)),
        boxes(at(-0.10, -high / 2 - 0.10), np.array([[wide + 0.34, 0.22, 0.09]])).painted(trim),
    ]
    if rng.random() < 0.35:
        colour = palette.pick(
            rng, ((0.24, 0.38, 0.30), (0.30, 0.36, 0.46), (0.50, 0.28, 0.22), (0.42, 0.44, 0.42)), 0.05
        )
        for side in (1, -1):
            parts.append(
                boxes(at(-0.05, 0, side * (wide * 0.5 + 0.32)), np.array([[0.46, 0.06, high + 0.1]])).painted(
                    colour, Material.WOOD
                )
            )
    elif rng.random() < 0.35:
        iron = (0.12, 0.12, 0.13)
        pick = grid[rng.random(n) < 0.5]
        if len(pick):
            m = len(pick)
            floor = np.column_stack([pick[:, 0], np.full(m, -0.5), pick[:, 1] - high / 2 - 0.12])
            parts.append(boxes(floor, np.array([[wide + 0.9, 1.0, 0.14]])).painted(trim))
            parts.append(boxes(floor + (0, -0.48, 0.95), np.array([[wide + 0.9, 0.04, 0.05]])).painted(iron))
            bars = np.arange(-8, 9) * (wide + 0.85) / 17
            posts = (floor[:, None] + np.stack([bars, np.full(17, -0.48), np.full(17, 0.5)], 1)[None]).reshape(-1, 3)
            parts.append(boxes(posts, np.array([[0.025, 0.025, 0.9]])).painted(iron))
    return parts


def _ground_floor(rng: np.random.Generator, width: float, ground: float, wall: Colour, trim: Colour) -> list[Mesh]:
    shop = rng.random() < 0.62
    parts = [box((width / 2, -0.03, 0.22), (width, 0.10, 0.44)).painted(palette.darker(wall, 0.62), Material.PLASTER)]
    door_x = rng.uniform(0.12, 0.88) * width
    door = palette.pick(
        rng, ((0.36, 0.22, 0.14), (0.16, 0.28, 0.24), (0.45, 0.12, 0.12), (0.15, 0.2, 0.32), (0.2, 0.2, 0.2)), 0.05
    )
    parts += [
        box((door_x, -0.04, 1.2), (1.35, 0.10, 2.4)).painted(trim),
        box((door_x, -0.08, 1.12), (1.05, 0.08, 2.2)).painted(door, Material.WOOD, 0.2),
        box((door_x, -0.11, 1.75), (0.62, 0.05, 0.6)).painted(GLASS, Material.GLASS, 0.6),
        box((door_x, -0.35, 0.07), (1.5, 0.6, 0.14)).painted((0.6, 0.6, 0.58)),
    ]
    spans = [(0.35, door_x - 0.9), (door_x + 0.9, width - 0.35)]
    if shop:
        colour = palette.cloth(rng)
        front = palette.darker(colour, 0.6)
        parts.append(box((width / 2, -0.10, ground - 0.42), (width - 0.3, 0.16, 0.52)).painted(front, Material.WOOD))
        letters = int(rng.integers(5, 12))
        x = width / 2 + (np.arange(letters) - letters / 2) * 0.32
        size = np.column_stack(
            [rng.uniform(0.1, 0.22, letters), np.full(letters, 0.03), rng.uniform(0.18, 0.3, letters)]
        )
        parts.append(
            boxes(np.column_stack([x, np.full(letters, -0.20), np.full(letters, ground - 0.42)]), size).painted(
                (0.95, 0.92, 0.80)
            )
        )
        for a, b in spans:
            if b - a < 1.0:
                continue
            parts.append(box(((a + b) / 2, -0.03, 1.62), (b - a, 0.08, 2.25)).painted(front, Material.WOOD))
            panes = max(1, int((b - a) / 1.5))
            for k in range(panes):
                w = (b - a) / panes
                parts.append(
                    box((a + (k + 0.5) * w, -0.06, 1.62), (w - 0.12, 0.06, 2.1)).painted(
                        (0.17, 0.16, 0.14), Material.GLASS, 0.7
                    )
                )
            if rng.random() < 0.7:
                parts.append(_awning(a, b, ground - 0.75, colour))
        return parts
    for a, b in spans:
        count = int((b - a) / 2.2)
        for k in range(count):
            x = a + (k + 0.5) * (b - a) / count
            parts += [
                box((x, -0.02, 1.85), (1.3, 0.06, 1.7)).painted(trim),
                box((x, -0.04, 1.85), (1.08, 0.05, 1.46)).painted(GLASS, Material.GLASS, 0.6),
                box((x, -0.07, 1.85), (0.05, 0.03, 1.46)).painted((0.93, 0.92, 0.9)),
                box((x, -0.10, 0.96), (1.4, 0.22, 0.09)).painted(trim),
            ]
    return parts


def _awning(a: float, b: float, z: float, colour: Colour) -> Mesh:
    """Striped cloth over a shop window."""
    stripes = max(3, int((b - a) / 0.45))
    edge = np.linspace(a, b, stripes + 1)
    parts = []
    for k in range(stripes):
        shade = colour if k % 2 else (0.93, 0.92, 0.88)
        x0, x1 = edge[k], edge[k + 1]
        parts.append(
            panel([(x0, -1.25, z - 0.45), (x1, -1.25, z - 0.45), (x1, -0.1, z), (x0, -0.1, z)]).painted(
                shade, Material.CLOTH
            )
        )
        parts.append(
            panel([(x0, -1.25, z - 0.68), (x1, -1.25, z - 0.68), (x1, -1.25, z - 0.45), (x0, -1.25, z - 0.45)]).painted(
                shade, Material.CLOTH
            )
        )
    return join(parts)


def _roof(rng: np.random.Generator, width: float, depth: float, height: float) -> list[Mesh]:
    colour = palette.pick(rng, palette.ROOF, 0.05)
    if rng.random() < 0.3:
        return [
            box((width / 2, 0.3, height + 0.3), (width, 0.4, 0.6)).painted(
                palette.darker(colour, 1.2), Material.PLASTER
            )
        ]
    rise = rng.uniform(1.8, 3.2)
    parts = [
        panel(
            [
                (-0.1, -0.4, height - 0.1),
                (width + 0.1, -0.4, height - 0.1),
                (width + 0.1, depth / 2, height + rise),
                (-0.1, depth / 2, height + rise),
            ]
        ),
        panel(
            [
                (-0.1, depth / 2, height + rise),
                (width + 0.1, depth / 2, height + rise),
                (width + 0.1, depth, height),
                (-0.1, depth, height),
            ]
        ),
    ]
    out = [p.painted(colour, Material.TILES) for p in parts]
    for x in (0.02, width - 0.02):
        gable = panel([(x, 0, height), (x, depth, height), (x, depth / 2, height + rise)])
        out.append(gable.painted((0.75, 0.70, 0.62), Material.PLASTER))
    for _ in range(int(rng.integers(0, 3))):
        x = rng.uniform(1, width - 1)
        out.append(box((x, depth * 0.35, height + rise), (0.7, 0.6, 1.8)).painted((0.50, 0.32, 0.26), Material.BRICK))
    for _ in range(int(rng.integers(0, 4))):
        x, part = rng.uniform(1, width - 1), 0.4
        y, z = part * depth / 2, height + rise * part
        out += [
            box((x, y - 0.1, z + 0.35), (1.1, 0.9, 1.3)).painted((0.85, 0.82, 0.76), Material.PLASTER),
            box((x, y - 0.56, z + 0.42), (0.8, 0.05, 0.85)).painted(GLASS, Material.GLASS, 0.6),
        ]
    return out


def make_skyline(rng: np.random.Generator, x0: float, x1: float, y: float) -> Mesh:
    """Far, plain houses behind the near ones."""
    parts, x = [], x0
    while x < x1:
        w, h = rng.uniform(8, 18), rng.uniform(9, 24)
        colour = palette.pick(rng, palette.PLASTER, 0.05)
        parts.append(
            box((x + w / 2, y + rng.uniform(0, 12), h / 2), (w, 10, h)).painted(
                palette.darker(colour, 0.9), Material.WINDOWS
            )
        )
        x += w * rng.uniform(0.9, 1.5)
    return join(parts)


def make_kiosk(rng: np.random.Generator) -> tuple[Mesh, float]:
    """A small kiosk, an advertising pillar or a bus shelter's like; the mesh and its radius, metres."""
    kind = rng.random()
    colour = palette.cloth(rng)
    if kind < 0.45:
        pillar = lathe(
            [(0.66, 0.0), (0.66, 0.3), (0.58, 0.32), (0.58, 2.6), (0.68, 2.62), (0.68, 2.75), (0.2, 3.15), (0.03, 3.3)],
            sides=20,
        )
        z = pillar.position[:, 2:]
        tint = np.where((z > 0.31) & (z < 2.61), (0.86, 0.80, 0.66), (0.20, 0.33, 0.28))
        parts = [pillar.painted(tint)]
        for _ in range(9):
            a, zc = rng.uniform(0, 2 * np.pi), rng.uniform(0.9, 2.1)
            w, h = rng.uniform(0.3, 0.55), rng.uniform(0.5, 0.9)
            poster = box((0.565, 0, zc), (0.06, w, h)).moved(
                turn=np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
            )
            parts.append(poster.painted(palette.cloth(rng)))
        return join(parts), 0.75
    w, d, h = 2.4, 1.8, 2.5
    parts = [
        box((0, 0, h / 2), (w, d, h)).painted(palette.darker(colour, 0.75), Material.PAINT, 0.2),
        box((0, 0, h + 0.1), (w + 0.5, d + 0.7, 0.2)).painted(palette.darker(colour, 0.5)),
    ]
    for side in (1, -1):
        parts += [
            box((0, side * (d / 2 + 0.01), 1.65), (w * 0.72, 0.04, 0.95)).painted(
                (0.16, 0.15, 0.13), Material.GLASS, 0.6
            ),
            box((0, side * (d / 2 + 0.14), 1.12), (w * 0.8, 0.3, 0.05)).painted((0.9, 0.88, 0.84)),
            _small_awning(w, d, side, colour),
        ]
    return join(parts), 1.6


def _small_awning(w: float, d: float, side: int, colour: Colour) -> Mesh:
    mesh = _awning(-w / 2, w / 2, 2.45, colour)
    turn = np.eye(3) if side < 0 else np.diag([-1.0, -1.0, 1.0])
    return mesh.moved((0, d / 2, 0) if side > 0 else (0, -d / 2, 0), turn)
