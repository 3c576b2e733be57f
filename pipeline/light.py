"""How much light a video has: brightness and contrast of its frames, measured by the way (`CameraMotion.light`).

Thresholds are measured with yolo26n on 40 pictures of five street and indoor videos (brightness 123 to 174, contrast
183 to 239), made darker, with a camera's noise, and flatter. Of the objects found with noise only, 80 % were found at
brightness 29, 76 % at 18, 62 % at 12 and 26 % at 7; 82 % at contrast 64, 70 % at 43, 42 % at 26 and 15 % at 18.
"""

from __future__ import annotations

from typing import Any

import numpy as np

DARK = 18
"""Mean brightness (0–255) below which a frame is dark: a quarter of the objects are missed, soon most of them."""
FLAT = 40
"""Contrast (0–255) below which a frame has hardly any: a third of the objects is missed, soon most of them."""


def measure_light(image: np.ndarray) -> tuple[int, int]:
    """(brightness, contrast) of a small picture (H, W, 3) uint8: its mean, and the range that holds 98 % of the pixels,
    of the colour where it is widest; each 0–255.

    The range and not the spread: one strong thing before a plain wall is contrast enough. Takes under 0.1 ms.
    """
    pixels = image[::2, ::2].reshape(-1, 3)
    contrast = 0
    for colour in pixels.T:
        share = np.cumsum(np.bincount(colour, minlength=256)) / len(pixels)
        low, high = np.searchsorted(share, (0.01, 0.99))
        contrast = max(contrast, int(high - low))
    return round(float(pixels.mean())), contrast


class LightMeter:
    """Adds up the light of frames, in bounded space."""

    def __init__(self) -> None:
        self.frames = self.dark = self.flat = 0
        self._brightness = self._contrast = 0
        self._dark_since: float | None = None
        self._longest = (0.0, 0.0)

    def add(self, t_s: float, light: tuple[int, int] | None) -> None:
        """One more frame, in order of time. light: its `measure_light`, None = unknown."""
        if light is None:
            return
        brightness, contrast = light
        self.frames += 1
        self._brightness += brightness
        self._contrast += contrast
        self.flat += contrast < FLAT and brightness >= DARK  # a dark picture is flat, too: it is called dark only
        if brightness < DARK:
            self.dark += 1
            self._dark_since = t_s if self._dark_since is None else self._dark_since
            if t_s - self._dark_since >= self._longest[1] - self._longest[0]:
                self._longest = self._dark_since, t_s
        else:
            self._dark_since = None

    def summary(self) -> dict[str, Any]:
        """For an index's provenance; {} where nothing was measured.

        brightness, contrast: means, 0–255. dark_share, flat_share: of the frames. darkest_s: longest dark stretch.
        """
        if not self.frames:
            return {}
        out: dict[str, Any] = {
            "brightness": round(self._brightness / self.frames, 1),
            "contrast": round(self._contrast / self.frames, 1),
            "dark_share": round(self.dark / self.frames, 4),
            "flat_share": round(self.flat / self.frames, 4),
        }
        if self.dark:
            out["darkest_s"] = [round(t, 2) for t in self._longest]
        return out
