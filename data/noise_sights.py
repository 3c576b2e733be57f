"""`Sights`: detections on their way from the simulated detector to the index, as flat arrays. R rows."""

from __future__ import annotations

from dataclasses import dataclass, fields

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
        return Sights(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def join(parts: list[Sights]) -> Sights:
        return Sights(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Sights)))

    def pieces(self) -> int:
        return int(self.piece.max(initial=-1)) + 1


def cut_to_picture(centre: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(R, 4) xywhn of boxes cut to the picture, at least 0.002 wide and high."""
    low, high = np.clip(centre - size / 2, 0, 0.998), np.clip(centre + size / 2, 0.002, 1)
    high = np.maximum(high, low + 0.002)
    return np.concatenate([(low + high) / 2, high - low], 1)
