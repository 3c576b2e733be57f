"""Colours as they are met in a street."""

from __future__ import annotations

import colorsys

import numpy as np

from data.rendering.mesh import Colour

SKIN: tuple[Colour, ...] = (
    (0.96, 0.82, 0.73), (0.93, 0.76, 0.65), (0.88, 0.70, 0.56), (0.79, 0.60, 0.46), (0.65, 0.47, 0.34),
    (0.50, 0.35, 0.26), (0.38, 0.26, 0.20),
)  # fmt: skip
HAIR: tuple[Colour, ...] = (
    (0.10, 0.08, 0.07), (0.17, 0.12, 0.09), (0.30, 0.20, 0.13), (0.45, 0.31, 0.18), (0.72, 0.56, 0.32),
    (0.55, 0.54, 0.53), (0.80, 0.79, 0.77), (0.48, 0.22, 0.12),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = (
    (0.17, 0.23, 0.36), (0.25, 0.33, 0.48), (0.13, 0.14, 0.17), (0.30, 0.29, 0.28), (0.62, 0.54, 0.42),
    (0.78, 0.74, 0.66), (0.36, 0.30, 0.24), (0.22, 0.26, 0.22), (0.40, 0.48, 0.60), (0.86, 0.86, 0.85),
)  # fmt: skip
SHOES: tuple[Colour, ...] = (
    (0.10, 0.09, 0.09), (0.92, 0.92, 0.91), (0.35, 0.22, 0.14), (0.55, 0.55, 0.57), (0.70, 0.16, 0.15),
)  # fmt: skip
CAR: tuple[Colour, ...] = (
    (0.90, 0.91, 0.92), (0.72, 0.74, 0.76), (0.42, 0.44, 0.47), (0.10, 0.11, 0.12), (0.66, 0.10, 0.10),
    (0.12, 0.24, 0.50), (0.20, 0.42, 0.66), (0.16, 0.32, 0.22), (0.82, 0.64, 0.12), (0.85, 0.40, 0.12),
    (0.74, 0.68, 0.56), (0.36, 0.12, 0.16), (0.55, 0.68, 0.66),
)  # fmt: skip
BUS: tuple[Colour, ...] = (
    (0.80, 0.13, 0.12), (0.93, 0.76, 0.14), (0.14, 0.36, 0.66), (0.90, 0.91, 0.90), (0.16, 0.52, 0.36),
    (0.92, 0.50, 0.14), (0.55, 0.70, 0.30),
)  # fmt: skip
FUR: tuple[Colour, ...] = (
    (0.13, 0.11, 0.10), (0.42, 0.27, 0.15), (0.68, 0.50, 0.30), (0.88, 0.82, 0.72), (0.90, 0.89, 0.86),
    (0.50, 0.48, 0.46), (0.55, 0.32, 0.14), (0.30, 0.26, 0.22),
)  # fmt: skip
PLASTER: tuple[Colour, ...] = (
    (0.90, 0.85, 0.74), (0.86, 0.74, 0.58), (0.82, 0.62, 0.50), (0.90, 0.88, 0.84), (0.74, 0.78, 0.76),
    (0.88, 0.78, 0.62), (0.70, 0.74, 0.80), (0.86, 0.70, 0.66), (0.78, 0.76, 0.66),
)  # fmt: skip
BRICK: tuple[Colour, ...] = ((0.58, 0.32, 0.24), (0.66, 0.42, 0.30), (0.50, 0.30, 0.26), (0.70, 0.56, 0.42))
ROOF: tuple[Colour, ...] = ((0.56, 0.28, 0.20), (0.34, 0.34, 0.37), (0.46, 0.25, 0.20), (0.42, 0.40, 0.38))
LEAVES: tuple[Colour, ...] = (
    (0.27, 0.38, 0.16), (0.33, 0.43, 0.20), (0.23, 0.34, 0.17), (0.39, 0.45, 0.21), (0.29, 0.37, 0.21),
)  # fmt: skip
AUTUMN: tuple[Colour, ...] = ((0.72, 0.50, 0.14), (0.70, 0.34, 0.12), (0.58, 0.52, 0.16))


def pick(rng: np.random.Generator, colours: tuple[Colour, ...], spread: float = 0.03) -> Colour:
    """One of the colours, a little varied."""
    colour = np.array(colours[rng.integers(len(colours))])
    return tuple(np.clip(colour * np.exp(rng.normal(0, spread)) + rng.normal(0, spread / 3, 3), 0.02, 0.97))


def cloth(rng: np.random.Generator) -> Colour:
    """The colour of a shirt or a jacket: greys, blues, and now and then a strong one."""
    kind = rng.random()
    if kind < 0.16:
        return tuple(np.full(3, rng.uniform(0.84, 0.95)))
    if kind < 0.34:
        return tuple(np.full(3, rng.uniform(0.08, 0.4)) * (1, 1, rng.uniform(1, 1.15)))
    hue = rng.random() if kind > 0.55 else rng.normal(0.6, 0.06) % 1
    return colorsys.hsv_to_rgb(hue, 0.25 + 0.5 * rng.random() ** 1.3, rng.uniform(0.32, 0.88))


def darker(colour: Colour, by: float) -> Colour:
    """Times `by`, cut to what a screen shows."""
    return tuple(np.clip(np.array(colour) * by, 0, 1))
