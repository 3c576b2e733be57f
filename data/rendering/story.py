"""A clip that nobody has written: who comes when, from where, and what they do there, from a seed.

Arrivals in bursts and lulls, kinds as frequent as in real footage, and who comes back, are the simulated world's
(`data.motions`, `data.world_kinds`); lanes, pavements, crossings and benches are the place's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.motions import draw_arrivals
from data.rendering.actors import Actor
from data.rendering.camera import Camera
from data.rendering.flight import fly_in
from data.rendering.layout import Layout, Walk, make_layout
from data.rendering.light import draw_light, make_light
from data.rendering.pool import make_figure
from data.rendering.staging import Staging, own_copy
from data.rendering.street_life import Go, Wait
from data.world_kinds import USUAL_COCO

PER_MIN = (9.0, 24.0)
"""Arrivals a minute, drawn log-uniformly: few enough that a small detector can keep them apart."""
FIGURES_OF_A_STORY = 300


@dataclass(frozen=True)
class Crowd:
    """Who comes. per_min: arrivals a minute, drawn log-uniformly. evenness: exponent of the kinds' usual shares (below
    1, rare kinds come more often). laden: share of people who carry something large. first_figure: figures are those
    numbered from here on."""

    per_min: tuple[float, float] = PER_MIN
    evenness: float = 1.0
    laden: float = 0.3
    first_figure: int = 0


USUAL = Crowd()


def make_story(
    seed: int, size: tuple[int, int], duration_s: float, *, crowd: Crowd = USUAL, any_light: bool = False
) -> Staging:
    """Place, camera, light and everybody's coming and going. any_light: as `draw_light` has it, not only fine days."""
    rng = np.random.Generator(np.random.PCG64([seed, 0x73746F72]))
    layout = make_layout(rng)
    camera = _camera(rng, layout, size)
    azimuth = camera.yaw - np.pi / 2 + float(rng.choice((-1, 1)) * rng.uniform(0.3, 1.2))
    overcast = float(rng.uniform(0.5, 1.0)) if rng.random() < 0.2 else 0.0
    light = make_light(
        float(rng.uniform(0.38, 0.95)),
        azimuth,
        overcast=overcast,
        clouds=float(rng.uniform(0.2, 0.6)),
        noise=float(rng.uniform(0.5, 2)),
    )
    if any_light:
        light = draw_light(rng, camera.yaw)
    story = Story(rng, Staging(layout, camera, light, duration_s), crowd)
    story.furnish()
    story.populate()
    return story.staging


def _camera(rng: np.random.Generator, layout: Layout, size: tuple[int, int]) -> Camera:
    fov = float(rng.uniform(0.62, 0.85))
    high = float(rng.uniform(2.8, 5.5))
    y = layout.near - rng.uniform(4.5, 9.0)
    pitch = -float(np.arctan2(high - 0.9, max(-y - 1.0, 10.0)))
    return Camera(
        (float(rng.uniform(-8, 8)), float(y), high), float(np.clip(rng.normal(0, 0.2), -0.4, 0.4)), pitch, fov, size
    )


class Story:
    """Fills a staging from a random generator."""

    def __init__(self, rng: np.random.Generator, staging: Staging, crowd: Crowd = USUAL) -> None:
        self.rng, self.staging, self.layout, self.crowd = rng, staging, staging.layout, crowd
        self.benches: list[tuple[float, float, float]] = []

    def actor(self, name: str) -> Actor:
        """Somebody new of a kind."""
        number = self.crowd.first_figure + int(self.rng.integers(FIGURES_OF_A_STORY))
        return Actor(own_copy(make_figure(name, number)), name=name)

    def furnish(self) -> None:
        """Things that stand: parked cars, benches, pots, signals."""
        rng, staging, layout = self.rng, self.staging, self.layout
        for y, way in layout.parking:
            x = staging.edge(y, -1) + rng.uniform(0, 6)
            while x < staging.edge(y, 1):
                car = self.actor("car")
                near_crossing = any(abs(x - c) < 6 for c in layout.crossings)
                if rng.random() < 0.5 and not near_crossing and layout.is_free(x, y, 1.5):
                    staging.stand(car.figure, x, y, 0.0 if way > 0 else np.pi)
                x += 6.0
        for y, heading in layout.shelves[: 1 + int(rng.integers(2))]:
            x = staging.inside(rng, y)
            if layout.is_free(x, y, 1.2) and all(abs(x - c) > 3 for c in layout.crossings):
                staging.stand(self.actor("bench").figure, x, y, heading)
                self.benches.append((x, y, heading))
        walk = layout.walks[0]
        for _ in range(int(rng.integers(0, 3))):
            x, y = staging.inside(rng, walk.y1, 1.0), walk.y1 + 0.1
            if layout.is_free(x, y, 0.7) and layout.kind != "park":
                staging.stand(self.actor("potted plant").figure, x, y)
        if layout.crossings and layout.road and rng.random() < 0.5:
            x, y = layout.crossings[0] - 2.4, layout.road[1] + 0.7
            if layout.is_free(x, y, 0.3):
                staging.stand(self.actor("traffic light").figure, x, y, np.pi)
        if layout.road and rng.random() < 0.3:
            x, y = rng.uniform(-6, 6), layout.road[0] - 0.7
            if layout.is_free(x, y, 0.4):
                staging.stand(self.actor("fire hydrant").figure, x, y, -np.pi / 2)

    def populate(self) -> None:
        """Everybody who comes by."""
        rng, end_s = self.rng, self.staging.duration_s
        per_min = float(np.exp(rng.uniform(*np.log(self.crowd.per_min))))
        many = 2 + rng.poisson(per_min * (end_s + 15) / 60)
        usual = dict(USUAL_COCO)
        has_road = any(not lane.cycles for lane in self.layout.lanes)
        kinds = ["person", "bicycle", "dog", "bird", "cat", "ball"]
        weight = [usual["person"], usual["bicycle"], usual["dog"], usual["bird"], 0.5 * usual["cat"], 0.5]
        if has_road:
            kinds += ["car", "bus", "truck", "motorcycle"]
            weight += [usual[k] for k in kinds[-4:]]
        odds = np.array(weight) ** self.crowd.evenness
        odds /= odds.sum()
        returning = rng.random() ** 2 * 0.5
        absence = np.log(rng.uniform(3, 8 + end_s / 6))
        for arrival_s in draw_arrivals(rng, -15.0, end_s - 2.0, many):
            kind = str(rng.choice(kinds, p=odds))
            left_s = getattr(self, f"_{kind}")(float(arrival_s))
            if kind == "person" and left_s is not None and rng.random() < returning:
                actor, gone_s = left_s
                back_s = gone_s + 1.0 + float(np.exp(rng.normal(absence, 0.8)))
                if back_s < end_s - 3:
                    self._route(actor, back_s)

    # ----------------------------------------------------------------------------------------------------- on foot

    def _strips(self) -> list[Walk]:
        low = self.staging.camera.position[1] + 3.0
        return [Walk(max(w.y0, low), w.y1) for w in self.layout.walks if w.y1 > low + 0.3]

    def _walk(self) -> Walk:
        """One of the ways, the nearest mostly."""
        strips = sorted(self._strips(), key=lambda w: w.y0)
        return strips[0] if self.rng.random() < 0.6 else strips[int(self.rng.integers(len(strips)))]

    def _person(self, at_s: float) -> tuple[Actor, float]:
        odds = np.array((1 - self.crowd.laden, *(self.crowd.laden * np.array((0.4, 0.4, 0.2)))))
        kind = str(self.rng.choice(("unladen", "backpacker", "shopper", "traveller"), p=odds))
        first = self.actor(kind)
        gone_s = self._route(first, at_s)
        if self.rng.random() < 0.2:  # in company: the same way beside the first
            walker = self.staging.walkers[-1]
            legs = [
                Go(g.x, g.y + 0.75, g.crosses, g.speed) if isinstance(g, Go) else Wait(g.seconds, "talk", g.face)
                for g in walker.legs
            ]
            if not any(isinstance(g, Wait) and g.doing == "sit down" for g in walker.legs):
                self.staging.walk(self.actor("unladen"), at_s, walker.x, walker.y + 0.75, legs, walker.speed)
        return first, gone_s

    def _route(self, actor: Actor, at_s: float) -> float:
        """A way through the place; returns about when it has left."""
        rng, staging = self.rng, self.staging
        strips = self._strips()
        walk = self._walk()
        side = int(rng.choice((-1, 1)))
        y = float(rng.uniform(walk.y0, walk.y1))
        x, start_y = staging.edge(y, side), y
        speed = float(np.clip(rng.normal(1.3, 0.2), 0.8, 1.9)) if rng.random() < 0.93 else float(rng.uniform(2.6, 3.4))
        legs: list[Go | Wait] = []
        goal = -side if rng.random() < 0.85 else side
        seat = self.benches[int(rng.integers(len(self.benches)))] if self.benches else None
        if seat and rng.random() < 0.13 and speed < 2:
            bx, by, heading = seat
            seat_x, seat_y = (
                bx + rng.choice((-0.45, 0.45)) * abs(np.sin(heading)) + 0.42 * np.cos(heading),
                by + 0.42 * np.sin(heading),
            )
            if walk.y0 - 1.5 < seat_y < walk.y1 + 1.5:
                legs += [Go(seat_x, seat_y), Wait(float(rng.uniform(6, 20)), "sit down", heading)]
        elif rng.random() < 0.3 and speed < 2:
            stop_y = float(rng.uniform(walk.y0, walk.y1))
            legs += [Go(staging.inside(rng, stop_y), stop_y)]
            legs += [
                Wait(float(np.exp(rng.normal(1.6, 0.6))), str(rng.choice(("phone", "", "wave"), p=(0.6, 0.3, 0.1))))
            ]
        road, crossings = self.layout.road, self.layout.crossings
        if road and crossings and len(strips) > 1 and rng.random() < 0.35:
            other = strips[1] if walk is strips[0] else strips[0]
            cx = crossings[int(rng.integers(len(crossings)))] + float(rng.uniform(-1.1, 1.1))
            up = other.y0 > walk.y0
            near, far = (road[0] - 0.5, road[1] + 0.5) if up else (road[1] + 0.5, road[0] - 0.5)
            y = float(rng.uniform(other.y0, other.y1))
            legs += [Go(cx, start_y), Go(cx, near), Go(cx, far, crosses=True), Go(cx, y)]
        else:
            y = float(np.clip(y + rng.normal(0, 0.5), walk.y0, walk.y1))
        legs.append(Go(staging.edge(y, goal), y))
        staging.walk(actor, at_s, x, start_y, legs, speed)
        return at_s + self._lasts(x, legs, speed)

    def _lasts(self, x: float, legs: list[Go | Wait], speed: float) -> float:
        total, y = 0.0, None
        for leg in legs:
            if isinstance(leg, Wait):
                total += leg.seconds
            else:
                total += (abs(leg.x - x) + (abs(leg.y - y) if y is not None else 0)) / speed
                x, y = leg.x, leg.y
        return total + 3.0

    def _dog(self, at_s: float) -> None:
        rng, staging = self.rng, self.staging
        dog = self.actor("dog")
        if rng.random() < 0.6:
            owner = self.actor("unladen")
            self._route(owner, at_s)
            walker = staging.walkers[-1]
            walker.legs = [g for g in walker.legs if isinstance(g, Go) or g.doing != "sit down"]
            ahead = 0.5 * np.sign(walker.legs[-1].x - walker.x)
            legs = [
                Go(g.x + ahead, g.y - 0.55, g.crosses, g.speed) if isinstance(g, Go) else Wait(g.seconds, "sit")
                for g in walker.legs
            ]
            staging.walk(dog, at_s, walker.x + ahead, walker.y - 0.55, legs, walker.speed, ghost=True)
            staging.leash(owner, dog)
            return
        walk = self._walk()
        side = int(rng.choice((-1, 1)))
        y = float(rng.uniform(walk.y0, walk.y1))
        legs: list[Go | Wait] = []
        for part in np.sort(rng.uniform(0.15, 0.85, int(rng.integers(1, 4)))):
            y2 = float(rng.uniform(walk.y0, walk.y1))
            legs += [
                Go(staging.edge(y2, side) * (1 - part) + staging.edge(y2, -side) * part, y2),
                Wait(float(rng.uniform(1, 4))),
            ]
        legs.append(Go(staging.edge(y, -side), y))
        staging.walk(dog, at_s, staging.edge(y, side), y, legs, float(rng.uniform(1.2, 2.4)))

    def _cat(self, at_s: float) -> None:
        rng, staging = self.rng, self.staging
        walk = self._walk()
        y, side = walk.y1 - 0.2, int(rng.choice((-1, 1)))
        stop = staging.inside(rng, y)
        legs = [Go(stop, y), Wait(float(rng.uniform(3, 12)), "sit"), Go(staging.edge(y, -side), y)]
        staging.walk(self.actor("cat"), at_s, staging.edge(y, side), y, legs, 0.9)

    def _bird(self, at_s: float) -> None:
        rng = self.rng
        walk = self._walk()
        y = float(rng.uniform(walk.y0, walk.y1))
        x = self.staging.inside(rng, y)
        for _ in range(int(rng.integers(1, 4))):
            bird = self.actor("bird")
            place = (x + float(rng.normal(0, 0.6)), y + float(rng.normal(0, 0.4)))
            bird.stays.append(fly_in(rng, at_s + float(rng.uniform(0, 1.5)), place, float(rng.uniform(5, 25))))
            self.staging.made.append(bird)

    def _ball(self, at_s: float) -> None:
        """A child runs after a ball that it kicks."""
        rng, staging = self.rng, self.staging
        walk = self._walk()
        side = int(rng.choice((-1, 1)))
        y = float(rng.uniform(walk.y0, walk.y1))
        x0, x1 = staging.edge(y, side), staging.edge(y, -side)
        staging.walk(
            self.actor("sports ball"), at_s, x0 - 1.2 * side, y, [Go(x1 - 4.0 * side, y + 0.3)], 2.0, ghost=True
        )
        staging.walk(self.actor("child"), at_s, x0, y, [Go(x1, y + 0.2)], 1.95)

    # -------------------------------------------------------------------------------------------------- on wheels

    def _lane_vehicle(self, name: str, at_s: float, speed: float, cycles: bool = False) -> None:
        lanes = [lane for lane in self.layout.lanes if lane.cycles == cycles]
        if not lanes:
            lanes = [lane for lane in self.layout.lanes if not lane.cycles]
        low = self.staging.camera.position[1] + 2.5
        lanes = [lane for lane in lanes if lane.y > low]
        if lanes:
            lane = lanes[int(self.rng.integers(len(lanes)))]
            self.staging.drive(self.actor(name), lane, at_s, float(speed * np.exp(self.rng.normal(0, 0.12))))

    def _car(self, at_s: float) -> None:
        self._lane_vehicle("car", at_s, 8.0)

    def _bus(self, at_s: float) -> None:
        self._lane_vehicle("bus", at_s, 6.5)

    def _truck(self, at_s: float) -> None:
        self._lane_vehicle("truck", at_s, 6.5)

    def _motorcycle(self, at_s: float) -> None:
        self._lane_vehicle("motorcyclist", at_s, 8.5)

    def _bicycle(self, at_s: float) -> None:
        self._lane_vehicle("cyclist", at_s, 4.0, cycles=True)
