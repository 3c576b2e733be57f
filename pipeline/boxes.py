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


def overlap_of_pairs(a_xywhn: np.ndarray, b_xywhn: np.ndarray) -> np.ndarray:
    """(N,) intersection over union of box a and box b of each pair: (N, 4) each."""
    low = np.maximum(a_xywhn[:, :2] - a_xywhn[:, 2:] / 2, b_xywhn[:, :2] - b_xywhn[:, 2:] / 2)
    high = np.minimum(a_xywhn[:, :2] + a_xywhn[:, 2:] / 2, b_xywhn[:, :2] + b_xywhn[:, 2:] / 2)
    common = np.prod(np.maximum(high - low, 0), axis=1)
    union = np.prod(a_xywhn[:, 2:], axis=1) + np.prod(b_xywhn[:, 2:], axis=1) - common
    return common / np.maximum(union, 1e-9)


def at_edge(box_xywhn: np.ndarray, margin: float) -> np.ndarray:
    """(N,) bool: does each box (N, 4) come so near to the picture's edge, a share of the picture?"""
    low, high = box_xywhn[:, :2] - box_xywhn[:, 2:] / 2, box_xywhn[:, :2] + box_xywhn[:, 2:] / 2
    return (low < margin).any(1) | (high > 1 - margin).any(1)
