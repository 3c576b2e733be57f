"""What tracking needs to know of a class besides its name: what it is mistaken for, and whether it moves by itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

CONFUSED: tuple[frozenset[str], ...] = (
    frozenset({"car", "truck", "bus", "van", "train", "lorry"}),
    frozenset({"motorcycle", "bicycle"}),
    frozenset({"dog", "cat", "horse", "sheep", "cow", "bear", "elephant", "zebra", "giraffe"}),
    frozenset({"bird", "kite", "airplane"}),
    frozenset({"cup", "bottle", "vase", "wine glass", "bowl"}),
    frozenset({"chair", "couch", "bench"}),
    frozenset({"backpack", "handbag", "suitcase"}),
    frozenset({"tv", "laptop"}),
)
"""Classes that detectors mistake for each other: within one group, a track may change its class."""

PASSIVE = frozenset(
    [
        "bench",
        "backpack",
        "umbrella",
        "handbag",
        "tie",
        "suitcase",
        "frisbee",
        "sports ball",
        "kite",
        "baseball bat",
        "baseball glove",
        "skateboard",
        "surfboard",
        "tennis racket",
        "bottle",
        "wine glass",
        "cup",
        "fork",
        "knife",
        "spoon",
        "bowl",
        "banana",
        "apple",
        "sandwich",
        "orange",
        "broccoli",
        "carrot",
        "hot dog",
        "pizza",
        "donut",
        "cake",
        "chair",
        "couch",
        "potted plant",
        "bed",
        "dining table",
        "toilet",
        "tv",
        "laptop",
        "mouse",
        "remote",
        "keyboard",
        "cell phone",
        "microwave",
        "oven",
        "toaster",
        "sink",
        "refrigerator",
        "book",
        "clock",
        "vase",
        "scissors",
        "teddy bear",
        "hair drier",
        "toothbrush",
        "traffic light",
        "fire hydrant",
        "stop sign",
        "parking meter",
        "box",
        "bag",
        "parcel",
        "package",
        "crate",
        "barrel",
        "tool",
        "plate",
        "can",
    ]
)
"""Things that somebody else moves. Found again in its old place, such a thing was put back; a person found where
another stood is another person. Classes not listed count as moving by themselves: fewer links, no wrong ones."""


def group_of_classes(class_names: tuple[str, ...]) -> np.ndarray:
    """(C,) int32: the group of every class; classes that are never confused have a group of their own."""
    group = np.arange(len(class_names), dtype=np.int32)
    for confused in CONFUSED:
        members = [i for i, name in enumerate(class_names) if name in confused]
        group[members] = min(members, default=0)
    return group


def passive_classes(class_names: tuple[str, ...]) -> np.ndarray:
    """(C,) bool: does somebody else move it."""
    return np.array([name in PASSIVE for name in class_names], bool)


PASSES_BY = frozenset({"car", "truck", "bus", "van", "train", "lorry", "motorcycle", "airplane", "boat"})
"""What goes somewhere else: it comes back more seldom than people and animals do."""


class ClassKinds(NamedTuple):
    """What the linker knows of a detector's classes. group: (C,) int. passive, passes_by: (C,) bool, does somebody else
    move it, does it usually pass by for good."""

    group: np.ndarray
    passive: np.ndarray
    passes_by: np.ndarray

    @staticmethod
    def of(class_names: tuple[str, ...]) -> ClassKinds:
        passes_by = np.array([name in PASSES_BY for name in class_names], bool)
        return ClassKinds(group_of_classes(class_names), passive_classes(class_names), passes_by)
