"""A figure: a mesh with bones that shows one object, or several that move together (a rider and the bicycle)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data.rendering.mesh import Mesh

CLASSES = (
    "person", "bicycle", "car", "motorcycle", "bus", "truck", "traffic light", "fire hydrant", "stop sign", "bench",
    "bird", "cat", "dog", "backpack", "umbrella", "handbag", "suitcase", "sports ball", "chair", "potted plant",
)  # fmt: skip
"""What the rendered world shows, in COCO's words and order."""


@dataclass(frozen=True)
class Motion:
    """What a figure does at one moment.

    place: (3, 4), where it stands and faces. phase: radians of its gait, wheels or wings. speed: metres a second.
    t_s: seconds, for what goes on while it stands. doing: a word that the figure knows. amount: how far it has begun
    to do it, 0 to 1.
    """

    place: np.ndarray
    phase: float = 0.0
    speed: float = 0.0
    t_s: float = 0.0
    doing: str = ""
    amount: float = 1.0


Pose = Callable[[Motion], np.ndarray]
"""Motion → (B, 3, 4) bones in the world."""


@dataclass(frozen=True)
class Figure:
    """mesh: bones and parts numbered from 0. parts: class name of each part. bones: how many. radius, length: metres
    that it takes on the ground, across and along. stride_m: way for one turn of the phase. details: sizes that the
    pose needs."""

    mesh: Mesh
    parts: tuple[str, ...]
    bones: int
    pose: Pose
    radius: float
    length: float
    stride_m: float = 1.0
    details: dict[str, Any] = field(default_factory=dict)


def rigid(motion: Motion) -> np.ndarray:
    """The pose of what has one bone."""
    return motion.place[None]
