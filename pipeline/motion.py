"""Camera motion between two sampled frames: one shift of the whole picture, by phase correlation (OpenCV).

Enough for pans, drones and cars at the few frames a second that an index samples, and about 0.5 ms a frame. Turning
and zooming are not modelled; a shift that does not explain the picture (a cut, a crowd) counts as no motion.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.light import measure_light

SMALL_WIDTH = 160
MIN_SHIFT = 0.004
"""Shifts below this share of the picture are noise of a fixed camera."""
MUST_EXPLAIN = 0.75
"""A shift counts only if it brings the difference of the two pictures down to this share: something big that moves in
front of a fixed camera shifts the correlation peak, but not the background."""


class CameraMotion:
    """Feed frames in order; each call returns the shift since the frame before.

    light: brightness and contrast of the last frame (`pipeline.light`), by the way: the small picture is there.
    """

    def __init__(self) -> None:
        self.light: tuple[int, int] = (0, 0)
        self._before: np.ndarray | None = None
        self._window: np.ndarray | None = None

    def shift(self, image: np.ndarray) -> tuple[float, float]:
        """(dx, dy) by which still things moved in the picture, in picture widths and heights.

        image: (H, W, 3) uint8 RGB; all frames of one clip have one size.
        """
        small_height = max(8, round(SMALL_WIDTH * image.shape[0] / image.shape[1]))
        small = cv2.resize(image, (SMALL_WIDTH, small_height), interpolation=cv2.INTER_AREA)
        self.light = measure_light(small)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
        before, self._before = self._before, grey
        if before is None or before.shape != grey.shape:
            self._window = cv2.createHanningWindow(grey.shape[::-1], cv2.CV_32F)
            return 0.0, 0.0
        (dx, dy), _ = cv2.phaseCorrelate(before.copy(), grey.copy(), self._window)  # it writes into its arguments
        shift = float(dx / grey.shape[1]), float(dy / grey.shape[0])
        if max(map(abs, shift)) < MIN_SHIFT or not _explains(before, grey, round(dx), round(dy)):
            return 0.0, 0.0
        return shift


def _explains(before: np.ndarray, after: np.ndarray, dx: int, dy: int) -> bool:
    """Does moving `before` by whole pixels make it clearly more like `after`, where the two overlap?"""
    height, width = after.shape
    if abs(dx) >= width // 2 or abs(dy) >= height // 2:
        return False
    now = after[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)]
    moved = before[max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)]
    stayed = np.abs(after - before).mean()
    return bool(np.abs(now - moved).mean() < MUST_EXPLAIN * stayed)
