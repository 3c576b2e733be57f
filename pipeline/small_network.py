"""A small network of tanh layers in plain arrays: what makes the confidence, and the range of a number.

It is fitted by `pipeline.calibrate`, kept as JSON, and computed by numpy in microseconds.

Shapes: F features, O outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_OFF = 5.0
"""A feature further from its mean than so many deviations counts as this far."""


def scaled(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(…, F) features as the networks take them, `MOST_OFF` at most."""
    return np.clip((features - mean) / scale, -MOST_OFF, MOST_OFF)


@dataclass(frozen=True)
class SmallNetwork:
    """mean, scale: (F,) of the features. layers: (weights (in, out), biases (out,)) of each layer."""

    mean: np.ndarray
    scale: np.ndarray
    layers: tuple[tuple[np.ndarray, np.ndarray], ...]

    def __call__(self, features: np.ndarray | list[float]) -> np.ndarray:
        """(O,) outputs for (F,) features."""
        x = scaled(np.asarray(features, np.float64), self.mean, self.scale)
        for number, (weights, biases) in enumerate(self.layers):
            x = (np.tanh(x) if number else x) @ weights + biases
        return x

    def as_json(self) -> dict[str, Any]:
        """JSON values, numbers rounded."""

        def rounded(values: np.ndarray) -> list[Any]:
            return np.round(values, 5).tolist()

        layers = [[rounded(weights), rounded(biases)] for weights, biases in self.layers]
        return {"mean": rounded(self.mean), "scale": rounded(self.scale), "layers": layers}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> SmallNetwork:
        """What `as_json` gave."""
        layers = tuple((np.array(weights), np.array(biases)) for weights, biases in kept["layers"])
        return SmallNetwork(np.array(kept["mean"]), np.array(kept["scale"]), layers)
