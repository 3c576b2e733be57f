"""The typed records that pass between the stages: frames, and what is seen in them.

Shapes: N objects of one frame, A appearance dimensions.
Boxes are `xywhn`: centre x, centre y, width, height, each divided by the picture's width or height.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

APPEARANCE_DIM = 96
"""A: length of an appearance vector (`pipeline.appearance`)."""


def to_keep(appearance: np.ndarray) -> np.ndarray:
    """(N, A) what an index keeps of looks: the colours, which the model reads."""
    return appearance[:, :APPEARANCE_DIM]


def to_tell_apart(appearance: np.ndarray) -> np.ndarray:
    """(N, B) what tells who is who: the learned part of looks where there is one, else all of them."""
    return appearance[:, APPEARANCE_DIM:] if appearance.shape[1] > APPEARANCE_DIM else appearance


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture.

    t_s: presentation time in seconds, counted from the first picture of the video.
    image: (H, W, 3) uint8, RGB, upright (rotation metadata already applied).
    """

    t_s: float
    image: np.ndarray


@dataclass(frozen=True, slots=True)
class FrameObjects:
    """What is seen in one frame.

    t_s: the frame's presentation time, seconds.
    boxes_xywhn: (N, 4) float32.
    class_id: (N,) int32, position in the detector's list of class names.
    score: (N,) float32, 0–1.
    track_id: (N,) int32, -1 where no identity has been given yet.
    appearance: (N, A) float32 unit vectors; a row of zeros where nothing is known. Learned looks
    (`pipeline.learned_looks`) stand behind them, as further columns: (N, A + B).
    """

    t_s: float
    boxes_xywhn: np.ndarray
    class_id: np.ndarray
    score: np.ndarray
    track_id: np.ndarray
    appearance: np.ndarray

    def __len__(self) -> int:
        return len(self.score)
