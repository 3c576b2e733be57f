"""Meshes: triangles with colour, material and bones, and how to join, move and paint them.

V vertices, T triangles. Metres; x forward (figures) or along the street, y to the left or away, z up.
A vertex is moved by two bones, blended by `weight`; `part` says to which object of a figure it belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 1, as a screen shows them (sRGB)."""


class Material(IntEnum):
    """What a surface is made of; the shader paints each with its own pattern."""

    MATTE = 0
    ASPHALT = 1
    SLABS = 2
    GRASS = 3
    BRICK = 4
    PLASTER = 5
    TILES = 6
    GLASS = 7
    PAINT = 8
    LEAVES = 9
    BARK = 10
    STRIPES = 11
    CHECKS = 12
    METAL = 13
    LAMP = 14
    SKIN = 15
    GRAVEL = 16
    WOOD = 17
    HAIR = 18
    CLOTH = 19
    COBBLES = 20
    LINES = 21
    WINDOWS = 22


@dataclass(frozen=True)
class Mesh:
    """position, normal, colour: (V, 3). look: (V, 2) material and gloss (0 to 1). bone: (V, 2). weight: (V,) of the
    first bone. part: (V,). faces: (T, 3) vertex numbers."""

    position: np.ndarray
    normal: np.ndarray
    colour: np.ndarray
    look: np.ndarray
    bone: np.ndarray
    weight: np.ndarray
    part: np.ndarray
    faces: np.ndarray

    def __len__(self) -> int:
        return len(self.position)

    @staticmethod
    def of(position: np.ndarray, normal: np.ndarray, faces: np.ndarray) -> Mesh:
        """A grey mesh on bone 0."""
        v = len(position)
        length = np.linalg.norm(normal, axis=1, keepdims=True)
        return Mesh(
            position=np.asarray(position, np.float32),
            normal=(normal / np.maximum(length, 1e-9)).astype(np.float32),
            colour=np.full((v, 3), 0.6, np.float32),
            look=np.zeros((v, 2), np.float32),
            bone=np.zeros((v, 2), np.float32),
            weight=np.ones(v, np.float32),
            part=np.zeros(v, np.float32),
            faces=np.asarray(faces, np.int32).reshape(-1, 3),
        )

    def painted(self, colour: Colour | np.ndarray, material: Material = Material.MATTE, gloss: float = 0.0) -> Mesh:
        """In another colour (one, or one per vertex) and material."""
        look = np.empty((len(self), 2), np.float32)
        look[:] = (material, gloss)
        full = np.empty((len(self), 3), np.float32)
        full[:] = colour
        return replace(self, colour=full, look=look)

    def moved(self, by: Sequence[float] = (0, 0, 0), turn: np.ndarray | None = None, scale: float = 1.0) -> Mesh:
        """Scaled, turned by a rotation (3, 3), then moved."""
        position, normal = self.position * np.float32(scale), self.normal
        if turn is not None:
            turn = np.asarray(turn, np.float32)
            position, normal = position @ turn.T, normal @ turn.T
        return replace(self, position=position + np.asarray(by, np.float32), normal=normal)

    def stretched(self, by: Sequence[float]) -> Mesh:
        """Scaled by another factor along every axis. A negative one mirrors."""
        by = np.asarray(by, np.float32)
        normal = self.normal / by
        normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        faces = self.faces if np.prod(by) > 0 else self.faces[:, ::-1]
        return replace(self, position=self.position * by, normal=normal, faces=faces)

    def bound(self, bone: int, other: int | None = None, weight: np.ndarray | None = None) -> Mesh:
        """On one bone, or between two: `weight` (V,) is the share of the first."""
        pair = np.empty((len(self), 2), np.float32)
        pair[:] = (bone, bone if other is None else other)
        full = np.ones(len(self), np.float32) if weight is None else np.asarray(weight, np.float32)
        return replace(self, bone=pair, weight=full)

    def of_part(self, part: int) -> Mesh:
        """As part `part` of its figure."""
        return replace(self, part=np.full(len(self), part, np.float32))


def join(meshes: Sequence[Mesh]) -> Mesh:
    """All meshes as one."""
    first = np.cumsum([0, *(len(m) for m in meshes)])
    columns = ("position", "normal", "colour", "look", "bone", "weight", "part")
    joined = {name: np.concatenate([getattr(m, name) for m in meshes]) for name in columns}
    return Mesh(**joined, faces=np.concatenate([m.faces + k for m, k in zip(meshes, first, strict=False)]))


def turn_x(angle: float) -> np.ndarray:
    """(3, 3) rotation about x: a roll to the right (y goes to z)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def turn_z(angle: float) -> np.ndarray:
    """(3, 3) rotation about z, anticlockwise from above."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def pitch(angle: float) -> np.ndarray:
    """(3, 3) rotation about y that swings what hangs down forward (towards x)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])


# ------------------------------------------------------------------------------------------------------------- bones


def placed(x: float, y: float, z: float = 0.0, heading: float = 0.0) -> np.ndarray:
    """(3, 4) placement of a figure that faces `heading` (radians, anticlockwise from x)."""
    out = np.zeros((3, 4))
    out[:, :3], out[:, 3] = turn_z(heading), (x, y, z)
    return out


def jointed(parent: np.ndarray, pivot: Sequence[float], turn: np.ndarray) -> np.ndarray:
    """(3, 4) bone that is turned about `pivot` (where the joint is at rest) against its parent."""
    pivot = np.asarray(pivot)
    out = np.empty((3, 4))
    out[:, :3] = parent[:, :3] @ turn
    out[:, 3] = parent[:, :3] @ (pivot - turn @ pivot) + parent[:, 3]
    return out


def shifted(parent: np.ndarray, by: Sequence[float]) -> np.ndarray:
    """(3, 4) bone that is moved against its parent."""
    out = parent.copy()
    out[:, 3] += parent[:, :3] @ np.asarray(by)
    return out
