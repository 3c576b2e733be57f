"""`Sights`: detections on their way from the simulated detector to the index, as flat arrays. R rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sights:
    """What was detected. piece: (R,) unbroken identity that a row belongs to. true: (R,) clean track, -1 invented.

    frame: (R,). box: (R, 4) xywhn. class_id, score: (R,).
    """

    piece: np.ndarray
    true: np.ndarray
    frame: np.ndarray
    box: np.ndarray
    class_id: np.ndarray
    score: np.ndarray

    def take(self, which: np.ndarray) -> Sights:
        return Sights(*(column[which] for column in vars(self).values()))

    @staticmethod
    def join(parts: list[Sights]) -> Sights:
        return Sights(*map(np.concatenate, zip(*(vars(part).values() for part in parts), strict=True)))

    def pieces(self) -> int:
        return int(self.piece.max(initial=-1)) + 1


def cut_to_picture(centre: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(R, 4) xywhn of boxes cut to the picture, at least 0.002 wide and high."""
    low, high = (centre - size / 2).clip(0, 0.998), (centre + size / 2).clip(0.002, 1)
    high = np.maximum(high, low + 0.002)
    return np.concatenate([(low + high) / 2, high - low], 1)
