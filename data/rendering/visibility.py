"""Which sights count as visible, by the rules of the simulated world (`data.world_picture`)."""

from __future__ import annotations

import numpy as np

from data.rendering.scene import Sight
from data.world_picture import LEAST_INSIDE, LEAST_SEEN, LEAST_SIDE_PX


def is_visible(sight: Sight, size: tuple[int, int]) -> bool:
    """Is enough of it seen, and is it large enough?"""
    box = cut_box(sight, size)
    big = (box[2:] - box[:2] >= LEAST_SIDE_PX).all()
    return bool(big and sight.seen >= LEAST_SEEN and sight.inside >= LEAST_INSIDE)


def cut_box(sight: Sight, size: tuple[int, int]) -> np.ndarray:
    """(4,) xyxy pixels of the box, cut to the picture."""
    return np.clip(sight.box, 0, (*size, *size))
