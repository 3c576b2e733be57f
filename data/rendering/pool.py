"""Figures made once and used in many scenes: the k-th person, car … is the same in every scene."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from data.rendering import animals, cars, cycles, heavy, things
from data.rendering.figure import Figure
from data.rendering.people import draw_dress, make_person

Maker = Callable[[np.random.Generator], Figure]

MAKERS: dict[str, Maker] = {
    "person": make_person,
    "backpacker": lambda rng: make_person(rng, draw_dress(rng, carries=("backpack",))),
    "shopper": lambda rng: make_person(rng, draw_dress(rng, carries=("handbag",))),
    "traveller": lambda rng: make_person(rng, draw_dress(rng, carries=("suitcase",))),
    "sheltered": lambda rng: make_person(rng, draw_dress(rng, carries=("umbrella",))),
    "unladen": lambda rng: make_person(rng, draw_dress(rng, carries=())),
    "child": lambda rng: make_person(rng, draw_dress(rng, carries=(), child=1.0)),
    "cyclist": cycles.make_bicycle,
    "bicycle": lambda rng: cycles.make_bicycle(rng, ridden=False),
    "motorcyclist": cycles.make_motorcycle,
    "motorcycle": lambda rng: cycles.make_motorcycle(rng, ridden=False),
    "car": cars.make_car,
    "bus": heavy.make_bus,
    "truck": heavy.make_truck,
    "dog": animals.make_dog,
    "cat": animals.make_cat,
    "bird": animals.make_bird,
    "bench": things.make_bench,
    "chair": things.make_chair,
    "table": things.make_table,
    "suitcase": things.make_suitcase,
    "sports ball": things.make_ball,
    "potted plant": things.make_potted_plant,
    "umbrella": things.make_parasol,
    "traffic light": things.make_traffic_light,
    "fire hydrant": things.make_hydrant,
    "stop sign": things.make_stop_sign,
}
"""What can be put into a scene. A cyclist is a person on a bicycle: two objects."""

_ORDER = {name: k for k, name in enumerate(MAKERS)}


@lru_cache(maxsize=2500)
def make_figure(name: str, k: int) -> Figure:
    """The k-th figure of a kind."""
    return MAKERS[name](np.random.Generator(np.random.PCG64([_ORDER[name], k, 5])))
