"""A clip before it is drawn: place, camera, light, and who comes when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from data.rendering.actors import Actor, still
from data.rendering.camera import Camera
from data.rendering.figure import Figure, Motion
from data.rendering.gait import person_pose
from data.rendering.layout import Lane, Layout
from data.rendering.light import Light
from data.rendering.mesh import Mesh
from data.rendering.scatter import visible_span
from data.rendering.shapes import rod
from data.rendering.street_life import Driver, Go, Wait, Walker, play

COLLAR = (0.34, 0.0, 0.60)


@dataclass
class Staging:
    """A place with everybody in it. Add to it, then `perform`."""

    layout: Layout
    camera: Camera
    light: Light
    duration_s: float
    extras: list[Actor] = field(default_factory=list)
    walkers: list[Walker] = field(default_factory=list)
    drivers: list[Driver] = field(default_factory=list)
    made: list[Actor] = field(default_factory=list)

    def edge(self, y: float, side: int, room: float = 0.8) -> float:
        """x just outside the picture at y. side: -1 left, 1 right."""
        span = visible_span(self.camera, y) or (-30.0, 30.0)
        return (span[0] - room) if side < 0 else (span[1] + room)

    def inside(self, rng: np.random.Generator, y: float, margin: float = 2.0) -> float:
        """Some x in the picture at y, at least `margin` from its sides where there is room for that."""
        low, high = self.edge(y, -1, -margin), self.edge(y, 1, -margin)
        return float(rng.uniform(low, high)) if low < high else (low + high) / 2

    def stand(self, figure: Figure, x: float, y: float, heading: float = 0.0, doing: str = "", name: str = "") -> Actor:
        """Something that stays there from beginning to end."""
        actor = still(figure, x, y, heading, doing=doing, name=name)
        self.extras.append(actor)
        self.layout.obstacles.append((x, y, figure.radius))
        return actor

    def walk(
        self, actor: Actor, start_s: float, x: float, y: float, legs: list[Go | Wait], speed: float = 1.3, *,
        ghost: bool = False,
    ) -> Walker:  # fmt: skip
        """Somebody sets out."""
        if all(actor is not other for other in self.made):
            self.made.append(actor)
        walker = Walker(actor, start_s, x, y, legs, speed, min(actor.figure.radius, 0.35), ghost)
        self.walkers.append(walker)
        return walker

    def drive(
        self, actor: Actor, lane: Lane, start_s: float, speed: float, stops: list[tuple[float, float]] | None = None
    ) -> None:
        """A vehicle passes along its lane; start_s is when it comes into the picture."""
        if all(actor is not other for other in self.made):
            self.made.append(actor)
        room = actor.figure.length / 2 + 2.0
        begin, end = self.edge(lane.y, -lane.way, room), self.edge(lane.y, lane.way, room)
        self.drivers.append(Driver(actor, lane, start_s, begin, end, speed, stops or ()))

    def leash(self, owner: Actor, dog: Actor) -> None:
        """A line from the owner's right hand to the dog's collar."""
        owner.figure.details["holds"] = "leash"
        self.extras.append(still(_leash(owner, dog), 0, 0, name="leash"))

    def perform(self) -> list[Actor]:
        """Let everybody move; all actors with their stays."""
        play(self.layout, self.walkers, self.drivers, self.duration_s)
        return [*self.extras, *(actor for actor in self.made if actor.stays)]


def _leash(owner: Actor, dog: Actor) -> Figure:
    mesh: Mesh = rod((0, 0, 0), (1, 0, 0), 0.011, sides=5).painted((0.55, 0.12, 0.12)).bound(0)

    def pose(motion: Motion) -> np.ndarray:
        one, other = owner.motion(motion.t_s), dog.motion(motion.t_s)
        if one is None or other is None:
            return np.zeros((1, 3, 4))
        hand = owner.figure.pose(one)[13][:, 3]
        head = dog.figure.pose(other)[1]
        collar = head[:, :3] @ (np.array(COLLAR) * dog.figure.details.get("scale", 1.0)) + head[:, 3]
        way = collar - hand
        aside = np.cross(way, (0, 0, 1.0))
        aside /= max(float(np.linalg.norm(aside)), 1e-6)
        up = np.cross(aside, way / max(float(np.linalg.norm(way)), 1e-6))
        return np.column_stack([way, aside, up, hand])[None]

    return Figure(mesh, ("",), 1, pose, 0.01, 0.01)


def own_copy(figure: Figure) -> Figure:
    """A figure whose details may be changed without changing others'."""
    details = dict(figure.details)
    made = replace(figure, details=details)
    return replace(made, pose=person_pose(details)) if figure.parts[0] == "person" and "swing" in details else made
