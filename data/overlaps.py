"""Pairs of boxes of one frame, in blocks of bounded memory: what hides what, and which boxes cross.

R rows sorted by frame; offsets (F + 1,) as in `ObjectIndex`. Boxes are xyxy here, any unit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.small_arrays import positions, steps

BLOCK_PAIRS = 400_000


def frame_pairs(offsets: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of (i, j) row positions, i < j, of all pairs of rows within one frame."""
    count = steps(offsets)
    frames = positions(count > 1)
    pairs = np.cumsum(count[frames] * (count[frames] - 1) // 2)
    at = 0
    while at < len(frames):
        done = pairs[at - 1] if at else 0
        stop = max(at + 1, int(pairs.searchsorted(done + BLOCK_PAIRS, side="right")))
        yield _pairs(offsets, frames[at:stop])
        at = stop


def _pairs(offsets: np.ndarray, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    begin, stop = offsets[frames], offsets[frames + 1]
    count = stop - begin
    rows = np.repeat(begin - count.cumsum() + count, count) + np.arange(count.sum())
    left = stop.repeat(count) - rows - 1  # partners that follow in the same frame
    i = rows.repeat(left)
    within = np.arange(len(i)) - np.repeat(left.cumsum() - left, left)
    return i, i + within + 1


def common_area(xyxy: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """(P,) area that the boxes i and j share. xyxy: (4, R), one row per edge."""
    w = np.minimum(xyxy[2, i], xyxy[2, j]) - np.maximum(xyxy[0, i], xyxy[0, j])
    h = np.minimum(xyxy[3, i], xyxy[3, j]) - np.maximum(xyxy[1, i], xyxy[1, j])
    return np.maximum(w, 0) * np.maximum(h, 0)


def hidden_share(xyxy: np.ndarray, nearness: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """(R,) share of every box that nearer boxes of its frame cover (their areas added up, at most 1).

    xyxy: (4, R). nearness: (R,) larger is nearer to the camera.
    """
    rows = xyxy.shape[1]
    hidden = np.zeros(rows)
    area = np.maximum((xyxy[2] - xyxy[0]) * (xyxy[3] - xyxy[1]), 1e-12)
    for i, j in frame_pairs(offsets):
        apart = (xyxy[0, i] >= xyxy[2, j]) | (xyxy[0, j] >= xyxy[2, i])
        i, j = i[~apart], j[~apart]
        common = common_area(xyxy, i, j)
        back = np.where(nearness[i] < nearness[j], i, j)
        hidden += np.bincount(back, common / area[back], rows)
    return np.minimum(hidden, 1.0)


def frame_offsets(frame: np.ndarray, frames: int) -> np.ndarray:
    """(F + 1,) int64 offsets of rows sorted by frame."""
    return frame.searchsorted(np.arange(frames + 1)).astype(np.int64)
