"""What an object looks like, by a network that has learned who is who (`models.looks`): for drawn scenes only.

It was trained on drawn objects (`pipeline.train --part looks`), where it tells strangers apart far better than colour
histograms do; on real footage it does so worse (LOG.md). So the bundled detector, which knows drawn scenes only, takes
its looks from here, and every other one from `pipeline.appearance`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path

import cv2
import numpy as np

from pipeline.appearance import describe_appearance
from pipeline.storage import file_digest

LOOKS = Path(__file__).resolve().parents[1] / "models" / "weights" / "looks.safetensors"
CROP_PX = 64
"""Side that a box is brought to, whatever its shape: people become as wide as tall."""
LOOK_DIM = 65
"""B: 64 learned numbers, and one that all looks share."""
ALIKE = 0.75
"""Cosine that looks have which have nothing in common: about that of two strangers' histograms, so that whatever
compares looks may compare these. They share a constant component; the learned ones are orthogonal to it."""


class LearnedLooks:
    """Create with `LearnedLooks.bundled`; call with a picture and boxes, as `describe_appearance` is."""

    def __init__(self, path: Path):
        """path: safetensors of `models.looks.LookReader`; read at the first picture, as torch takes a second to
        import."""
        self._path, self.digest = path, file_digest(path)

    @staticmethod
    @cache
    def bundled() -> LearnedLooks:
        """With the weights that come with this project."""
        return LearnedLooks(LOOKS)

    @cached_property
    def _read(self) -> Callable[[np.ndarray], np.ndarray]:
        """(N, CROP_PX, CROP_PX, 3) uint8 to (N, A) unit vectors."""
        import torch
        from safetensors.torch import load_file

        from models.looks import LookReader

        model = LookReader()
        model.load_state_dict({name: tensor.float() for name, tensor in load_file(self._path).items()})
        model = model.eval().to(memory_format=torch.channels_last)

        @torch.inference_mode()
        def read(crops: np.ndarray) -> np.ndarray:
            return model(torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255).numpy()

        return read

    def __call__(self, image: np.ndarray, boxes_xywhn: np.ndarray) -> np.ndarray:
        """(N, A + B) float32: colours as everywhere, and behind them learned looks; each part a unit vector.

        image: (H, W, 3) uint8 RGB. boxes_xywhn: (N, 4).
        """
        colours = describe_appearance(image, boxes_xywhn)
        learned = np.zeros((len(boxes_xywhn), LOOK_DIM), np.float32)
        if not len(boxes_xywhn):
            return np.concatenate([colours, learned], 1)
        size = np.array(image.shape[1::-1])
        centre, half = boxes_xywhn[:, :2] * size, boxes_xywhn[:, 2:] * size / 2
        corners = np.concatenate([centre - half, centre + half], 1)
        crops = np.stack([cut_out(image, box, CROP_PX) for box in corners])
        looks = self._read(crops)
        learned[:, :-1] = np.sqrt(1 - ALIKE) * looks
        learned[:, -1] = np.sqrt(ALIKE)
        return np.concatenate([colours, learned], 1)


def cut_out(image: np.ndarray, box_xyxy: np.ndarray, side_px: int, margin: float = 0.0) -> np.ndarray:
    """(side_px, side_px, 3) uint8: what lies in a box, whatever its shape; beyond the picture its edge goes on.

    box_xyxy: (4,) pixels. margin: share of the box that is added on each side of it.
    """
    x0, y0, x1, y1 = box_xyxy
    x0, x1 = x0 - margin * (x1 - x0), x1 + margin * (x1 - x0)
    y0, y1 = y0 - margin * (y1 - y0), y1 + margin * (y1 - y0)
    step = np.maximum(np.array([x1 - x0, y1 - y0]) / side_px, 1e-6)
    warp = np.array([[step[0], 0, x0], [0, step[1], y0]])
    if (step > 1.5).any():  # smooth before it is made smaller, as resizing by area would
        left, top = max(int(x0), 0), max(int(y0), 0)
        part = image[top : int(np.ceil(y1)) + 1, left : int(np.ceil(x1)) + 1]
        if part.size:
            image = cv2.blur(part, (max(1, round(step[0])), max(1, round(step[1]))))
            warp = warp - np.array([[0, 0, left], [0, 0, top]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, warp, (side_px, side_px), flags=how, borderMode=cv2.BORDER_REPLICATE)
