"""What a real camera adds to a picture: noise of the sensor."""

from __future__ import annotations

from functools import cache

import numpy as np


@cache
def _grain() -> np.ndarray:
    """(512, 512, 3) float32 noise of unit strength, a little softer than white."""
    rng = np.random.Generator(np.random.PCG64(9))
    white = rng.standard_normal((512, 512, 3)).astype(np.float32)
    soft = (white + 0.5 * np.roll(white, 1, 0) + 0.5 * np.roll(white, 1, 1)) / np.sqrt(1.5)
    grey = soft.mean(2, keepdims=True) * np.sqrt(3)
    return 0.6 * soft + 0.6 * grey


def add_noise(image: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """(H, W, 3) uint8 with noise. strength: grey levels in the middle tones; dark parts have more."""
    if strength <= 0.05:
        return image
    height, width = image.shape[:2]
    grain = _grain()
    shift = rng.integers(0, 512, 2)
    tile = np.tile(np.roll(grain, shift, (0, 1)), (height // 512 + 1, width // 512 + 1, 1))[:height, :width]
    tile = tile if rng.random() < 0.5 else tile[::-1, ::-1]
    level = image.astype(np.float32)
    return np.clip(level + tile * (strength * (1.25 - level / 510)), 0, 255).round().astype(np.uint8)
