"""What an object looks like: colour histograms of its upper, middle and lower third, one unit vector per box.

On real street video this tells people apart far better than the detector's own neck features pooled over the box, and
costs a fraction of them (LOG.md, 2026-11-21): a detector is trained to see every person as the same thing. It needs
nothing from the network, so it is the same for every detector and every backend.

L*a*b* histograms (12 + 10 + 10 bins per third), square root taken, so that the dot product of two vectors is the
Bhattacharyya coefficient.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.records import APPEARANCE_DIM

THIRDS = 3
BINS = (12, 10, 10)
RANGE = ((0, 256), (98, 158), (98, 158))
PATCH_WH = (24, 48)
SIDE_MARGIN = 1 / 6
"""Share of the box's width left out on either side: mostly background."""

_CHANNEL_START = np.cumsum((0, *BINS[:-1]))
assert THIRDS * sum(BINS) == APPEARANCE_DIM


def _bin_table() -> np.ndarray:
    """(256, 3): the histogram bin of every byte value of every channel."""
    value = np.arange(256)
    columns = [
        np.clip((value - low) * bins // (high - low), 0, bins - 1) + start
        for bins, (low, high), start in zip(BINS, RANGE, _CHANNEL_START, strict=True)
    ]
    return np.stack(columns, 1).astype(np.int32)


_BIN = _bin_table()


def describe_appearance(image: np.ndarray, boxes_xywhn: np.ndarray) -> np.ndarray:
    """Appearance vectors of the boxes in one picture.

    image: (H, W, 3) uint8 RGB. boxes_xywhn: (N, 4). Returns (N, A) float32 unit vectors, zeros for an empty box.
    """
    height, width = image.shape[:2]
    out = np.zeros((len(boxes_xywhn), APPEARANCE_DIM), np.float32)
    patches, rows = [], []
    for row, (cx, cy, w, h) in enumerate(boxes_xywhn):
        inner = w * (0.5 - SIDE_MARGIN)
        x0, x1 = max(0, int((cx - inner) * width)), min(width, int(np.ceil((cx + inner) * width)))
        y0, y1 = max(0, int((cy - h / 2) * height)), min(height, int(np.ceil((cy + h / 2) * height)))
        if x1 > x0 and y1 > y0:
            shrink = cv2.INTER_AREA if y1 - y0 > PATCH_WH[1] else cv2.INTER_LINEAR
            patches.append(cv2.resize(image[y0:y1, x0:x1], PATCH_WH, interpolation=shrink))
            rows.append(row)
    if not rows:
        return out
    lab = cv2.cvtColor(np.concatenate(patches), cv2.COLOR_RGB2LAB).reshape(len(rows) * THIRDS, -1, 3)
    bins = np.stack([_BIN[lab[..., c], c] for c in range(3)], -1) + sum(BINS) * np.arange(len(lab))[:, None, None]
    count = np.bincount(bins.ravel(), minlength=len(lab) * sum(BINS)).reshape(len(rows), APPEARANCE_DIM)
    out[rows] = np.sqrt(count / (THIRDS * lab.shape[1] * 3))
    return out
