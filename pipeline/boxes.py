"""Geometry of boxes."""

from __future__ import annotations

import numpy as np


def overlap(a_xywhn: np.ndarray, b_xywhn: np.ndarray) -> np.ndarray:
    """(N, M) intersection over union of the boxes a (N, 4) and b (M, 4), centre x, centre y, width, height."""
    low_a, high_a, low_b, high_b = (box[:, :2] + s * box[:, 2:] / 2 for box in (a_xywhn, b_xywhn) for s in (-1, 1))
    side = np.minimum(high_a[:, None], high_b[None]) - np.maximum(low_a[:, None], low_b[None])
    common = np.clip(side, 0, None).prod(-1)
    union = a_xywhn[:, 2:].prod(1)[:, None] + b_xywhn[:, 2:].prod(1)[None] - common
    return common / np.maximum(union, 1e-12)
