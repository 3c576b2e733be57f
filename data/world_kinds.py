"""What kinds of thing a clip shows, and how each is built and moves.

Sizes are relative to a person's height; speeds are in own heights a second, as measured on human tracks (LOG.md).
Names that are not COCO's get a build of their kind or a random one, so that no name tells how its bearer behaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from data import vocabulary


@dataclass(frozen=True, slots=True)
class Build:
    """How things of one kind look and move.

    size: height relative to a person's. aspect: width / height of the box in square pixels. speed: median, own heights
    per second when moving. still: chance that one of them stands where it is for the whole clip.
    """

    size: float
    aspect: float
    speed: float
    still: float


BUILDS = {
    "person": Build(1.0, 0.42, 0.7, 0.04),
    "car": Build(0.85, 1.6, 1.9, 0.20),
    "lorry": Build(1.6, 1.8, 1.2, 0.10),
    "bicycle": Build(0.65, 1.1, 1.6, 0.15),
    "small animal": Build(0.3, 1.3, 1.5, 0.10),
    "large animal": Build(0.9, 1.3, 0.7, 0.10),
    "bird": Build(0.25, 1.2, 3.0, 0.10),
    "aircraft": Build(1.6, 2.6, 0.8, 0.05),
    "carried": Build(0.35, 0.9, 1.2, 0.40),
    "small thing": Build(0.22, 0.8, 0.8, 0.80),
    "bottle": Build(0.25, 0.38, 0.8, 0.85),
    "furniture": Build(0.7, 1.2, 0.5, 0.96),
    "screen": Build(0.5, 1.5, 0.5, 0.95),
    "post": Build(0.9, 0.4, 0.6, 0.95),
}
_OF_NAME = {
    "person": "person", "bicycle": "bicycle", "motorcycle": "bicycle", "skateboard": "carried", "car": "car",
    "truck": "lorry", "bus": "lorry", "train": "lorry", "boat": "lorry", "airplane": "aircraft", "bird": "bird",
    "kite": "bird", "frisbee": "bird", "sports ball": "bird", "cat": "small animal", "dog": "small animal",
    "traffic light": "post", "fire hydrant": "post", "stop sign": "post", "parking meter": "post",
    "potted plant": "post", "bottle": "bottle", "wine glass": "bottle", "vase": "bottle", "toothbrush": "bottle",
}  # fmt: skip
_OF_KIND = {
    "vehicle": "car", "animal": "large animal", "accessory": "carried", "piece of sports equipment": "carried",
    "kitchen item": "small thing", "food item": "small thing", "piece of furniture": "furniture",
    "appliance": "screen", "electronic device": "screen", "indoor item": "small thing", "street thing": "post",
    "person": "person", "piece of clothing": "carried", "tool": "small thing", "musical instrument": "carried",
    "toy": "small thing", "household object": "small thing", "plant": "post",
}  # fmt: skip
_NAMES = tuple(BUILDS)
_TABLE = np.array([[b.size, b.aspect, b.speed, b.still] for b in BUILDS.values()])
USUAL_COCO = (
    ("person", 8.0), ("car", 5.0), ("bicycle", 1.5), ("bus", 1.0), ("truck", 1.2), ("dog", 1.0), ("motorcycle", 1.0),
    ("chair", 0.8), ("bottle", 0.8), ("cup", 0.7), ("backpack", 0.7), ("handbag", 0.5), ("bird", 0.6), ("cat", 0.5),
    ("bench", 0.5), ("suitcase", 0.4), ("potted plant", 0.4), ("laptop", 0.3), ("horse", 0.3), ("boat", 0.3),
)  # fmt: skip
"""What real footage mostly shows: half of the clips with COCO's names draw from these."""


@dataclass(frozen=True)
class Cast:
    """The classes of one clip. C names the detector knows, S of them are shown.

    class_names: (C) the detector's list. shown: (S,) positions in it. share: (S,) how often each is drawn, sum 1.
    build: (S, 4) size, aspect, speed, still as in `Build`.
    """

    class_names: tuple[str, ...]
    shown: np.ndarray
    share: np.ndarray
    build: np.ndarray


@cache
def _build_of(name: str) -> int:
    """Position in `BUILDS` of what a name stands for; -1 where nothing is known."""
    family = _OF_NAME.get(name)
    if family is None:
        above = vocabulary.kinds_above(name) if name in _known_names() else ()
        family = next((_OF_KIND[kind] for kind in above if kind in _OF_KIND), None)
    return _NAMES.index(family) if family else -1


@cache
def _known_names() -> frozenset[str]:
    return frozenset(vocabulary.coco_names() + vocabulary.other_names())


@cache
def _pools() -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """COCO's names, all names as an array of objects, and the weights of `USUAL_COCO` over COCO's names."""
    coco = vocabulary.coco_names()
    usual = dict(USUAL_COCO)
    weight = np.array([usual.get(name, 0.0) for name in coco])
    return coco, np.array(coco + vocabulary.other_names(), object), weight / weight.sum()


def draw_cast(rng: np.random.Generator, *, coco_share: float, class_names: tuple[str, ...] | None = None) -> Cast:
    """Draw the detector's list of names and which of them the clip shows.

    coco_share: share of clips with COCO's 80 names; the others have 4 to 150 nouns from the whole vocabulary.
    class_names: a list to use instead.
    """
    coco, everything, usual = _pools()
    weight = None
    known = rng.random()
    if class_names is None:
        if known < coco_share:
            class_names = coco
            weight = usual if rng.random() < 0.5 else None
        else:
            many = round(4 * (150 / 4) ** rng.random())
            class_names = tuple(everything[rng.choice(len(everything), many, replace=False)])
    many = min(1 + rng.geometric(0.2), 16, len(class_names))
    if weight is not None:
        many = min(many, int((weight > 0).sum()))
    shown = rng.choice(len(class_names), many, replace=False, p=weight)
    share = rng.gamma(1.3, size=many) + 0.08
    if weight is not None:
        share *= weight[shown] ** 0.7
    family = np.array([_build_of(class_names[c]) for c in shown])
    stranger = (family < 0) | ((rng.random(many) < 0.5) & (weight is None))
    family = np.where(stranger, rng.integers(len(_NAMES), size=many), family)
    build = _TABLE[family] * np.exp(rng.normal(0, (0.15, 0.12, 0.2, 0.0), (many, 4)))
    return Cast(class_names, shown, share / share.sum(), build)
