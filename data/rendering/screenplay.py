"""Clips that somebody has composed: who comes when, from which side, and what they do.

`street` (90 s) is the bundled sample: two buses, a dog that comes back, people who cross, a ball, pigeons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data.rendering import palette
from data.rendering.actors import Actor
from data.rendering.buildings import make_kiosk
from data.rendering.camera import Camera
from data.rendering.cars import make_car
from data.rendering.figure import Figure
from data.rendering.flight import fly_in
from data.rendering.heavy import make_bus, make_truck
from data.rendering.layout import (
    Layout,
    Walk,
    add_houses,
    add_kerb,
    add_lawn,
    add_road,
    add_strip,
    add_tree_row,
    add_zebra,
    lamp_post,
    pooled_bush,
)
from data.rendering.light import make_light
from data.rendering.mesh import Colour, Material
from data.rendering.people import draw_dress, make_person
from data.rendering.plants import make_flower_bed, make_tree
from data.rendering.pool import make_figure
from data.rendering.staging import Staging, own_copy
from data.rendering.street_life import Go, Wait
from pipeline.errors import InputError

LEFT, RIGHT = -1, 1
TOWARDS, AWAY = -np.pi / 2, np.pi / 2
"""Headings: towards the camera, and away from it."""


@dataclass(frozen=True)
class Enter:
    """Somebody comes at `at_s` from a side (or is at x) at depth y, and takes these ways; the last leaves at `leaves`.

    who: a key of the play's cast. leaves: side and y of the exit; None: stays until the end.
    """

    who: str
    at_s: float
    start: float
    y: float
    legs: tuple[Go | Wait, ...] = ()
    leaves: tuple[int, float] | None = None
    speed: float = 1.3
    inside: bool = False


@dataclass(frozen=True)
class Pass:
    """A vehicle comes in at `at_s`. way: 1 to the right. stop: (x, seconds)."""

    who: str
    at_s: float
    way: int
    speed: float = 7.5
    stops: tuple[tuple[float, float], ...] = ()


def _someone(seed: int, **looks) -> Callable[[], Figure]:
    """A person of a seed with some looks chosen. carries=(…) as in `draw_dress`."""

    def make() -> Figure:
        rng = np.random.Generator(np.random.PCG64([seed, 1]))
        carries = looks.pop("carries", ())
        dress = replace(draw_dress(rng, carries=carries, child=0.0), **looks)
        return make_person(rng, dress)

    return make


def _vehicle(make: Callable[..., Figure], seed: int, *args, **named) -> Callable[[], Figure]:
    return lambda: make(np.random.Generator(np.random.PCG64([seed, 2])), *args, **named)


def _pooled(name: str, k: int) -> Callable[[], Figure]:
    return lambda: own_copy(make_figure(name, k))


RED: Colour = (0.74, 0.15, 0.14)
WHITE: Colour = (0.92, 0.91, 0.88)
STREET_CAST: dict[str, Callable[[], Figure]] = {
    "lady": _someone(
        11,
        skin=palette.SKIN[1],
        female=True,
        legs="dress",
        top=(0.80, 0.30, 0.26),
        hair_style="long",
        hat=None,
        coat=False,
        top_material=Material.CLOTH,
        carries=("handbag",),
    ),
    "caller": _someone(
        12,
        female=False,
        top=(0.22, 0.30, 0.42),
        bottom=(0.62, 0.55, 0.43),
        legs="trousers",
        hat=None,
        coat=True,
        hair_style="short",
    ),
    "student": _someone(
        13,
        skin=palette.SKIN[2],
        female=False,
        top=(0.85, 0.66, 0.22),
        bottom=(0.18, 0.24, 0.38),
        legs="trousers",
        carries=("backpack",),
        coat=False,
    ),
    "passenger": _someone(
        14, female=True, top=(0.30, 0.52, 0.48), bottom=(0.16, 0.16, 0.18), legs="trousers", hair_style="bun", hat=None
    ),
    "walker": _someone(
        15,
        skin=palette.SKIN[0],
        hair=palette.HAIR[4],
        female=True,
        top=(0.46, 0.56, 0.74),
        bottom=(0.24, 0.25, 0.29),
        legs="trousers",
        hair_style="tail",
        hat=None,
        coat=False,
    ),
    "he": _someone(
        16,
        female=False,
        top=WHITE,
        bottom=(0.25, 0.33, 0.48),
        legs="trousers",
        hat=None,
        coat=False,
        top_material=Material.CLOTH,
    ),
    "she": _someone(
        17,
        skin=palette.SKIN[1],
        hair=palette.HAIR[2],
        female=True,
        top=(0.90, 0.78, 0.50),
        legs="skirt",
        bottom=(0.28, 0.40, 0.34),
        hair_style="bob",
        hat=None,
        coat=False,
    ),
    "traveller": _someone(
        18,
        female=False,
        top=(0.35, 0.36, 0.38),
        bottom=(0.20, 0.20, 0.22),
        legs="trousers",
        coat=True,
        carries=("suitcase",),
        hat=None,
    ),
    "jogger": _someone(
        19,
        skin=palette.SKIN[3],
        hair=palette.HAIR[1],
        female=True,
        top=(0.92, 0.40, 0.46),
        bottom=(0.14, 0.15, 0.18),
        legs="shorts",
        sleeves="short",
        hair_style="tail",
        hat=None,
        coat=False,
        top_material=Material.CLOTH,
    ),
    "reader": _someone(
        20,
        female=False,
        top=(0.46, 0.24, 0.22),
        bottom=(0.36, 0.34, 0.32),
        legs="trousers",
        hat=(0.30, 0.30, 0.32),
        coat=False,
    ),
    "neighbour": _someone(
        22, female=True, top=(0.56, 0.36, 0.52), bottom=(0.70, 0.66, 0.58), legs="trousers", hair_style="bob", hat=None
    ),
    "late": _someone(23, female=False, top=(0.26, 0.44, 0.30), bottom=(0.24, 0.26, 0.34), legs="trousers", hat=None),
    "child": _someone(
        24,
        skin=palette.SKIN[2],
        height=1.22,
        child=True,
        female=False,
        top=(0.24, 0.50, 0.78),
        bottom=(0.60, 0.52, 0.40),
        legs="shorts",
        sleeves="short",
        coat=False,
        hat=RED,
    ),
    "dog": _pooled("dog", 21),
    "cat": _pooled("cat", 3),
    "ball": _pooled("sports ball", 1),
    "cyclist": _pooled("cyclist", 8),
    "rider": _pooled("motorcyclist", 6),
    "red bus": _vehicle(make_bus, 3, RED),
    "blue bus": _vehicle(make_bus, 9, (0.16, 0.38, 0.62)),
    "lorry": _vehicle(make_truck, 5, "box"),
    "yellow car": _vehicle(make_car, 6, "hatchback", (0.88, 0.70, 0.16)),
    "white car": _vehicle(make_car, 7, "saloon", (0.90, 0.91, 0.92)),
    "green car": _vehicle(make_car, 8, "suv", (0.20, 0.36, 0.28)),
    "silver car": _vehicle(make_car, 9, "estate", (0.66, 0.68, 0.70)),
    "parked red": _vehicle(make_car, 10, "small", (0.66, 0.16, 0.14)),
    "parked blue": _vehicle(make_car, 12, "estate", (0.18, 0.32, 0.52)),
    "bench": _pooled("bench", 4),
    "pot": _pooled("potted plant", 7),
}
ZEBRA_X = 5.6
STOP_X = -4.5
NEAR_KERB, FAR_KERB = -5.3, 7.4
STREET: tuple[Enter | Pass, ...] = (
    Enter("lady", -3.0, LEFT, -8.3, leaves=(RIGHT, -8.0)),
    Enter("caller", -1.0, 1.5, 9.6, (Wait(73, "phone", TOWARDS),), (LEFT, 9.4), inside=True),
    Enter("reader", -1.0, -1.9, -6.15, (Wait(47, "sit down", TOWARDS), Go(-1.9, -6.6)), (RIGHT, -8.4), inside=True),
    Pass("yellow car", 2.5, 1),
    Pass("red bus", 8.0, 1, 7.0, ((STOP_X, 8.0),)),
    Enter(
        "student",
        15.2,
        STOP_X + 0.35,
        -2.4,
        (Go(STOP_X + 0.4, -5.6), Go(STOP_X + 1.5, -7.2)),
        (RIGHT, -7.0),
        inside=True,
    ),
    Enter(
        "passenger",
        16.8,
        STOP_X + 0.35,
        -2.4,
        (Go(STOP_X + 0.3, -5.6), Go(STOP_X - 0.6, -6.8)),
        (LEFT, -7.4),
        1.15,
        inside=True,
    ),
    Pass("cyclist", 15.0, -1, 4.2),
    Pass("white car", 19.0, -1),
    Enter("walker", 26.0, RIGHT, -7.7, (Go(1.0, -7.8), Wait(2.5)), (LEFT, -7.8), 1.25),
    Pass("lorry", 31.0, -1, 6.0),
    Enter("child", 34.5, LEFT, -8.9, leaves=(RIGHT, -9.0), speed=1.75),
    Enter("ball", 34.2, LEFT, -8.75, leaves=(RIGHT, -8.85), speed=1.8),
    Enter(
        "he",
        36.0,
        LEFT,
        9.0,
        (Go(ZEBRA_X - 0.5, FAR_KERB), Go(ZEBRA_X - 0.5, NEAR_KERB, crosses=True), Go(ZEBRA_X - 1, -7.0)),
        (LEFT, -6.6),
    ),
    Enter(
        "she",
        36.1,
        LEFT,
        9.8,
        (Go(ZEBRA_X + 0.4, FAR_KERB), Go(ZEBRA_X + 0.4, NEAR_KERB, crosses=True), Go(ZEBRA_X - 0.1, -7.7)),
        (LEFT, -7.5),
        1.33,
    ),
    Pass("green car", 45.0, 1, 7.0),
    Enter(
        "traveller",
        53.0,
        RIGHT,
        -7.9,
        (Go(ZEBRA_X - 0.3, NEAR_KERB), Go(ZEBRA_X - 0.3, FAR_KERB, crosses=True), Go(ZEBRA_X - 1.5, 9.0)),
        (LEFT, 8.9),
    ),
    Pass("rider", 50.5, 1, 8.5),
    Pass("silver car", 58.0, -1),
    Enter("walker", 60.0, LEFT, -7.8, leaves=(RIGHT, -7.6), speed=1.25),
    Enter("jogger", 66.0, RIGHT, -8.8, leaves=(LEFT, -8.7), speed=2.9),
    Pass("blue bus", 69.0, -1, 6.8),
    Enter("neighbour", 70.0, RIGHT, 9.3, leaves=(LEFT, 9.2), speed=1.35),
    Enter("cat", 73.0, RIGHT, -8.6, (Go(1.2, -8.4), Wait(5.0, "sit")), (LEFT, -8.6), 1.0),
    Enter("late", 80.0, LEFT, -8.0, (Go(-2.2, -7.0), Wait(30, "phone", TOWARDS)), None, 1.4),
    Pass("cyclist", 79.0, 1, 4.4),
    Pass("yellow car", 83.0, -1),
)
"""The dog goes with the walker, on a leash; three pigeons come at 50 s."""
PIGEONS = ((49.0, -0.8, -7.9, 10.6), (49.8, 0.2, -8.4, 10.3), (50.3, 0.9, -7.6, 9.6))


def stage_play(name: str, size: tuple[int, int]) -> Staging:
    """The staging of a play. Raises InputError for one that is not known."""
    if name != "street":
        raise InputError(f'no screenplay "{name}"; known is street')
    layout = street_place()
    camera = Camera((-0.5, -19.0, 4.3), -0.07, -0.155, 0.70, size)
    light = make_light(0.50, -2.45, clouds=0.42, noise=0.8, exposure=1.08)
    staging = Staging(layout, camera, light, 90.0)
    actors = {who: Actor(make(), name=who) for who, make in STREET_CAST.items()}
    for who, x, y, heading in (
        ("parked red", -8.6, 5.8, np.pi),
        ("parked blue", 11.4, 5.8, np.pi),
        ("bench", -1.9, -5.75, TOWARDS),
        ("pot", 3.4, 11.0, 0.0),
    ):
        staging.stand(actors[who].figure, x, y, heading, name=who)
    for cue in STREET:
        if isinstance(cue, Pass):
            _pass(staging, actors[cue.who], cue)
        else:
            _enter(staging, actors, cue)
    staging.leash(actors["walker"], actors["dog"])
    rng = np.random.Generator(np.random.PCG64(90))
    for k, (at_s, x, y, seconds) in enumerate(PIGEONS):
        bird = Actor(make_figure("bird", 5 + k), [fly_in(rng, at_s, (x, y), seconds)], "pigeon")
        staging.made.append(bird)
    return staging


def _pass(staging: Staging, actor: Actor, cue: Pass) -> None:
    cycles = "bicycle" in actor.figure.parts
    lane = next(lane for lane in staging.layout.lanes if lane.way == cue.way and lane.cycles == cycles)
    staging.drive(actor, lane, cue.at_s, cue.speed, list(cue.stops))


def _enter(staging: Staging, actors: dict[str, Actor], cue: Enter) -> None:
    x = cue.start if cue.inside else staging.edge(cue.y, int(cue.start))
    legs: list[Go | Wait] = list(cue.legs)
    if cue.leaves:
        legs.append(Go(staging.edge(cue.leaves[1], cue.leaves[0]), cue.leaves[1]))
    staging.walk(actors[cue.who], cue.at_s, x, cue.y, legs, cue.speed, ghost=cue.who == "ball")
    if cue.who == "walker":  # the dog, half a step ahead and nearer to the camera
        ahead = 0.7 * (1 if cue.leaves and cue.leaves[0] == RIGHT else -1)
        beside = [
            replace(leg, x=leg.x + ahead, y=leg.y - 0.6) if isinstance(leg, Go) else Wait(leg.seconds, "sit")
            for leg in legs
        ]
        staging.walk(actors["dog"], cue.at_s, x + ahead, cue.y - 0.6, beside, cue.speed, ghost=True)


def street_place() -> Layout:
    """A street with a bus stop, a crossing, parked cars, trees and old houses."""
    rng = np.random.Generator(np.random.PCG64(31))
    layout = Layout("street", near=-9.6)
    add_road(rng, layout, 0.0, 2, 3.25, 1.45)
    stone: Colour = (0.66, 0.64, 0.60)
    add_strip(layout, 4.7, 6.9, (0.44, 0.43, 0.42), Material.COBBLES, 0.003)
    add_strip(layout, 6.9, 11.6, stone, Material.SLABS)
    add_strip(layout, -9.6, -4.7, stone, Material.SLABS)
    add_kerb(layout, 6.98)
    add_kerb(layout, -4.78)
    add_kerb(layout, -9.6)
    add_zebra(layout, ZEBRA_X)
    layout.walks = [Walk(8.4, 11.0), Walk(-9.2, -6.2)]
    add_lawn(rng, layout, -40.0, -9.65, (0.36, 0.42, 0.22))
    add_houses(rng, layout, 11.6)
    add_tree_row(rng, layout, 7.7, 9.5, skip=0.0)
    layout.put(make_tree(np.random.Generator(np.random.PCG64(14)), height=9.0, detail=2.2), 8.3, -5.6, 0.3, 1.0)
    pillar, radius = make_kiosk(np.random.Generator(np.random.PCG64(2)))
    layout.put(pillar, 3.2, -6.75, radius)
    layout.put(lamp_post(np.random.Generator(np.random.PCG64(4))), -7.6, -5.2, 0.12)
    layout.put(lamp_post(np.random.Generator(np.random.PCG64(4))), -12.0, 7.5, 0.12)
    for x, length in ((-4.6, 3.2), (4.0, 3.6)):
        layout.put(make_flower_bed(rng, length, 1.0), x, -10.6, 0.1)
    for x, k in ((-7.2, 2), (0.0, 5), (7.4, 8)):
        layout.put(pooled_bush(k), x, -10.8, 0.1)
    return layout
