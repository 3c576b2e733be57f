"""Single moments for a detector to learn from: figures scattered over a place, before any camera, in any light."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.rendering.camera import Camera
from data.rendering.figure import Figure, Motion
from data.rendering.layout import Layout
from data.rendering.mesh import placed
from data.rendering.pool import make_figure

POOL = {"person": 400, "car": 150}
_OTHER_POOL = 60
RARE = (
    ("bus", 2.0),
    ("truck", 2.0),
    ("cyclist", 3.0),
    ("bicycle", 2.0),
    ("motorcyclist", 1.5),
    ("motorcycle", 1.6),
    ("dog", 4.0),
    ("cat", 2.5),
    ("bird", 2.5),
    ("bench", 1.5),
    ("chairs", 1.8),
    ("suitcase", 1.6),
    ("sports ball", 2.0),
    ("potted plant", 1.2),
    ("traffic light", 1.0),
    ("fire hydrant", 1.1),
    ("stop sign", 1.0),
    ("backpacker", 1.8),
    ("shopper", 1.4),
    ("traveller", 1.4),
    ("sheltered", 1.4),
    ("umbrella", 0.8),
)
"""Guests of a scene beside walkers and cars, and how often."""
_IN_LANE = ("bus", "truck", "car", "motorcyclist")


@dataclass
class Moment:
    """Figures and what each does."""

    figures: list[Figure] = field(default_factory=list)
    motions: list[Motion] = field(default_factory=list)


def draw_camera(rng: np.random.Generator, layout: Layout, size: tuple[int, int]) -> Camera:
    """Somewhere in front of the scene, at a height of 1.5 to 9 m, across the street or along it."""
    fov = float(rng.uniform(0.55, 1.05))
    high = float(np.exp(rng.uniform(np.log(1.6), np.log(9.0))))
    if layout.kind == "street" and rng.random() < 0.25:
        yaw = float(rng.choice((-1, 1)) * rng.uniform(0.75, 1.3))
        y = layout.near + rng.uniform(0.3, 2.5)
        high = float(rng.uniform(2.3, 7.0))
        focus = rng.uniform(12, 30)
    else:
        yaw = float(np.clip(rng.normal(0, 0.33), -0.8, 0.8))
        y = layout.near - rng.uniform(0.0, 7.0)
        focus = rng.uniform(6, 16) - y - 8
    pitch = -float(np.arctan2(high - rng.uniform(0.3, 1.3), max(focus, 5.0)))
    return Camera((float(rng.uniform(-15, 15)), float(y), high), yaw, pitch, fov, size)


def visible_span(camera: Camera, y: float) -> tuple[float, float] | None:
    """The x between which the ground at y is before the camera; None if it lies behind."""
    away = y - camera.position[1]
    if away < 0.5:
        if abs(camera.yaw) < 0.7 or away < -4:
            return None
        side = -np.sign(camera.yaw)
        ends = camera.position[0] + side * np.array([4.0, 40.0])
        return float(ends.min()), float(ends.max())
    half = np.arctan(np.tan(camera.fov / 2) * camera.size[0] / camera.size[1]) + 0.03
    ends = [camera.position[0] - away * np.tan(np.clip(camera.yaw + s * half, -1.5, 1.5)) for s in (1, -1)]
    low, high = (float(np.clip(e, camera.position[0] - 48, camera.position[0] + 48)) for e in ends)
    return (low, high) if high > low + 0.3 else None


class Scatter:
    """Puts figures onto a layout, each on free ground before the camera."""

    def __init__(self, rng: np.random.Generator, layout: Layout, camera: Camera) -> None:
        self.rng, self.layout, self.camera = rng, layout, camera
        self.moment = Moment()
        self.taken: list[tuple[float, float, float]] = [(camera.position[0], camera.position[1], 2.4)]
        self.in_lane: list[tuple[float, float, float]] = []

    def figure(self, name: str) -> Figure:
        """Some figure of a kind."""
        return make_figure(name, int(self.rng.integers(POOL.get(name, _OTHER_POOL))))

    def free(self, x: float, y: float, radius: float) -> bool:
        """Is there room for a circle?"""
        near = all((x - a) ** 2 + (y - b) ** 2 > (radius + r) ** 2 for a, b, r in self.taken)
        return near and self.layout.is_free(x, y, radius)

    def add(
        self, figure: Figure, x: float, y: float, heading: float, *, z: float = 0.0, take: float | None = None, **motion
    ) -> None:
        """Put a figure down."""
        phase = float(self.rng.uniform(0, 2 * np.pi))
        speed, doing = motion.get("speed", 0.0), motion.get("doing", "")
        self.moment.figures.append(figure)
        self.moment.motions.append(
            Motion(placed(x, y, z, heading), phase=phase, speed=speed, t_s=float(self.rng.uniform(0, 30)), doing=doing)
        )
        self.taken.append((x, y, figure.radius if take is None else take))

    def spot(self, radius: float, strips: list[tuple[float, float]], near: float = 0.0) -> tuple[float, float] | None:
        """Free ground on one of the strips. near: 1 prefers the ground close to the camera."""
        for _ in range(14):
            if not strips:
                return None
            y0, y1 = strips[int(self.rng.integers(len(strips)))]
            low = max(y0, self.camera.position[1] + 2.0) if abs(self.camera.yaw) < 0.7 else y0
            if y1 - low < 0.1:
                continue
            part = self.rng.random() ** (1 + 1.5 * near)
            y = low + part * (min(y1, low + 26) - low)
            span = visible_span(self.camera, y)
            if span is None:
                continue
            x = float(self.rng.uniform(*span))
            if self.free(x, y, radius):
                return x, y
        return None

    def walkers(self, many: int) -> None:
        """People who walk, run, stand, or sit."""
        rng = self.rng
        strips = [(w.y0, w.y1) for w in self.layout.walks]
        if self.layout.kind != "street":
            strips += self.layout.greens[:2]
        elif self.layout.crossings and self.layout.road:
            strips += [self.layout.road] * (rng.random() < 0.3)
        while many > 0:
            kind = rng.random()
            size = 1 if kind < 0.68 else int(rng.integers(2, 5))
            spot = self.spot(0.3 if size == 1 else 0.7, strips, 0.9)
            many -= size
            if spot is None:
                continue
            x, y = spot
            along = rng.random() < 0.8
            heading = (
                float((0 if rng.random() < 0.5 else np.pi) + rng.normal(0, 0.12))
                if along
                else float(rng.uniform(0, 2 * np.pi))
            )
            stands = rng.random() < 0.24
            speed = (
                0.0
                if stands
                else float(np.clip(rng.normal(1.3, 0.25), 0.6, 2.0))
                if rng.random() < 0.9
                else float(rng.uniform(2.6, 3.6))
            )
            for k in range(size):
                figure = self.figure("person")
                if stands and size > 1:  # a ring of people who talk
                    a = 2 * np.pi * k / size + heading
                    px, py, facing = x + 0.55 * np.cos(a), y + 0.55 * np.sin(a), a + np.pi
                else:
                    px, py = x - np.sin(heading) * 0.6 * k, y + np.cos(heading) * 0.6 * k
                    facing = heading
                doing = ""
                if stands:
                    doing = str(rng.choice(("", "phone", "talk", "wave"), p=(0.45, 0.25, 0.25, 0.05)))
                if self.layout.is_free(px, py, 0.25):
                    self.add(figure, px, py, facing + float(rng.normal(0, 0.1)), speed=speed, doing=doing, take=0.3)

    def vehicle(self, name: str) -> None:
        """In a lane, or parked at its side."""
        rng = self.rng
        figure = self.figure(name)
        parked = [(y, way) for y, way in self.layout.parking] if name in ("car", "motorcycle", "truck") else []
        lanes = [(lane.y, lane.way) for lane in self.layout.lanes if not lane.cycles]
        if not lanes:
            return
        for _ in range(8):
            stands = bool(parked) and rng.random() < 0.5
            y, way = (parked if stands else lanes)[int(rng.integers(len(parked if stands else lanes)))]
            span = visible_span(self.camera, y)
            if span is None:
                continue
            y += float(rng.normal(0, 0.12))
            x = float(rng.uniform(span[0] - figure.length / 2, span[1] + figure.length / 2))
            heading = (0.0 if way > 0 else np.pi) + float(rng.normal(0, 0.015))
            half = figure.length / 2
            clear = all(abs(x - a) > half + h + 1.0 or abs(y - b) > 2.0 for a, b, h in self.in_lane)
            clear &= all(abs(x - a) > half + r or abs(y - b) > figure.radius + r for a, b, r in self.taken)
            if clear and all(
                abs(x - a) > half + r or abs(y - b) > figure.radius + r for a, b, r in self.layout.obstacles
            ):
                self.in_lane.append((x, y, half))
                self.add(figure, x, y, heading, speed=0.0 if stands else 7.0, take=0.0)
                return

    def guest(self, name: str) -> None:
        """One of the rarer kinds, where it belongs."""
        rng, layout = self.rng, self.layout
        walks = [(w.y0, w.y1) for w in layout.walks]
        ground = walks + layout.greens[:2]
        if name in _IN_LANE:
            self.vehicle(name)
        elif name == "cyclist":
            cycle = [(lane.y - 0.2, lane.y + 0.2) for lane in layout.lanes if lane.cycles or rng.random() < 0.4]
            spot = self.spot(0.9, cycle or walks, 0.3)
            if spot:
                way = next((lane.way for lane in layout.lanes if abs(lane.y - spot[1]) < 0.6), 1)
                self.add(self.figure(name), *spot, 0.0 if way > 0 else np.pi, speed=4.0, take=0.9)
        elif name == "chairs":
            self._cafe()
        elif name == "bird":
            self._birds(ground)
        elif name == "bench":
            self._bench()
        elif name in ("traffic light", "stop sign", "fire hydrant"):
            edge = (
                [(layout.road[0] - 0.9, layout.road[0] - 0.4), (layout.road[1] + 0.3, layout.road[1] + 0.9)]
                if layout.road
                else walks
            )
            spot = self.spot(0.3, edge, 0.4)
            if spot:
                to_camera = float(np.arctan2(self.camera.position[1] - spot[1], self.camera.position[0] - spot[0]))
                heading = to_camera + float(rng.normal(0, 0.6)) if rng.random() < 0.8 else float(rng.uniform(0, 6.3))
                self.add(self.figure(name), *spot, heading)
        elif name in ("dog", "cat", "backpacker", "shopper", "traveller", "sheltered"):
            spot = self.spot(0.4, ground, 0.9)
            if spot:
                speed = float(rng.uniform(0.8, 2.2)) if rng.random() < 0.7 else 0.0
                heading = (
                    float(rng.choice((0, np.pi)) + rng.normal(0, 0.5))
                    if rng.random() < 0.7
                    else float(rng.uniform(0, 6.3))
                )
                doing = "sit" if name in ("dog", "cat") and not speed and rng.random() < 0.6 else ""
                self.add(
                    self.figure(name),
                    *spot,
                    heading,
                    speed=min(speed, 1.6 if name not in ("dog", "cat") else 3.0),
                    doing=doing,
                )
        else:
            strips = (
                ground
                if name in ("sports ball", "suitcase")
                else [(w.y0, w.y0 + 0.6) for w in layout.walks] + [(w.y1 - 0.6, w.y1) for w in layout.walks]
            )
            spot = self.spot(0.5, strips, 0.9)
            if spot:
                z = float(rng.uniform(0, 1.2)) if name == "sports ball" and rng.random() < 0.2 else 0.0
                self.add(self.figure(name), *spot, float(rng.uniform(0, 2 * np.pi)), z=z)

    def _cafe(self) -> None:
        """A table with chairs around it, a parasol over it, people on some chairs."""
        rng = self.rng
        spot = self.spot(1.3, [(w.y0, w.y1) for w in self.layout.walks], 0.5)
        if spot is None:
            return
        x, y = spot
        self.add(self.figure("table"), x, y, 0.0, take=0.4)
        if rng.random() < 0.4:
            self.add(self.figure("umbrella"), x + 0.05, y + 0.45, 0.0, take=0.0)
        chairs = int(rng.integers(1, 5))
        chair = self.figure("chair")
        turn = float(rng.uniform(0, 6.3))
        for k in range(chairs):
            a = turn + 2 * np.pi * k / max(chairs, 2)
            cx, cy = x + 0.78 * np.cos(a), y + 0.78 * np.sin(a)
            self.add(chair, cx, cy, a + np.pi + float(rng.normal(0, 0.2)), take=0.3)
            if rng.random() < 0.4:
                self.add(self.figure("unladen"), cx, cy, a + np.pi, doing="sit", take=0.3)
        self.taken.append((x, y, 1.2))

    def _birds(self, ground: list[tuple[float, float]]) -> None:
        rng = self.rng
        spot = self.spot(0.3, ground, 1.0)
        if spot is None:
            return
        kind = self.figure("bird")
        for _ in range(int(rng.integers(1, 7))):
            x, y = spot + rng.normal(0, 0.7, 2)
            if rng.random() < 0.3:
                self.add(
                    kind,
                    x,
                    y,
                    float(rng.uniform(0, 6.3)),
                    z=float(rng.uniform(0.5, 4.0)),
                    speed=5.0,
                    doing="fly",
                    take=0.0,
                )
            elif self.free(x, y, 0.15):
                doing = "peck" if rng.random() < 0.35 else ""
                self.add(kind, x, y, float(rng.uniform(0, 6.3)), speed=float(rng.choice((0.0, 0.3))), doing=doing)

    def _bench(self) -> None:
        rng = self.rng
        lines = self.layout.shelves
        y, heading = lines[int(rng.integers(len(lines)))]
        span = visible_span(self.camera, y)
        if span is None:
            return
        for _ in range(8):
            x = float(rng.uniform(*span))
            if not self.free(x, y, 1.0):
                continue
            bench = self.figure("bench")
            self.add(bench, x, y, heading + float(rng.normal(0, 0.05)), take=0.95)
            seats = [s for s in (-0.5, 0.0, 0.5) if rng.random() < 0.25]
            for s in seats:
                px, py = (
                    x - np.sin(heading) * s + 0.06 * np.cos(heading),
                    y + np.cos(heading) * s + 0.06 * np.sin(heading),
                )
                self.add(self.figure("unladen"), px, py, heading + float(rng.normal(0, 0.1)), doing="sit", take=0.0)
            return


def scatter(rng: np.random.Generator, layout: Layout, camera: Camera) -> Moment:
    """A moment of the place: from an empty street to a crowd."""
    made = Scatter(rng, layout, camera)
    names, weight = zip(*RARE, strict=True)
    odds = np.array(weight) / sum(weight)
    for _ in range(int(rng.integers(2, 9))):
        made.guest(str(rng.choice(names, p=odds)))
    for _ in range(int(rng.poisson(2.5)) + int(2 * len(layout.parking) * rng.random())):
        made.vehicle(str(rng.choice(_IN_LANE, p=(0.13, 0.13, 0.64, 0.10))))
    crowd = rng.random()
    made.walkers(
        int(rng.integers(0, 4))
        if crowd < 0.18
        else int(rng.integers(3, 13))
        if crowd < 0.75
        else int(rng.integers(13, 40))
    )
    return made.moment
