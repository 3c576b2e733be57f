"""The shapes that figures and houses are made of: boxes, tubes, lofts, balls, wheels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from data.rendering.mesh import Mesh, join

_CUBE_NORMAL = np.repeat(np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float), 4, 0)


@cache
def _cube() -> tuple[np.ndarray, np.ndarray]:
    """(24, 3) corners of the unit cube around 0, four per face, and its (12, 3) triangles."""
    corners = []
    for axis in range(3):
        for sign in (1, -1):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                p = np.zeros(3)
                p[axis], p[u], p[v] = sign, a * sign, b
                corners.append(p / 2)
    faces = [[4 * f + a, 4 * f + b, 4 * f + c] for f in range(6) for a, b, c in ((0, 1, 2), (0, 2, 3))]
    return np.array(corners), np.array(faces)


def boxes(centre: np.ndarray, size: np.ndarray) -> Mesh:
    """Many boxes. centre, size: (N, 3); vertices in blocks of 24."""
    centre, size = np.atleast_2d(np.asarray(centre, float)), np.atleast_2d(np.asarray(size, float))
    corner, face = _cube()
    n = max(len(centre), len(size))
    position = (centre[:, None] + corner * size[:, None]).reshape(-1, 3)
    faces = (face[None] + 24 * np.arange(n)[:, None, None]).reshape(-1, 3)
    return Mesh.of(position, np.tile(_CUBE_NORMAL, (n, 1)), faces)


def box(centre: Sequence[float], size: Sequence[float]) -> Mesh:
    """One box."""
    return boxes(np.array([centre]), np.array([size]))


def panel(corners: Sequence[Sequence[float]]) -> Mesh:
    """A flat convex polygon, seen from the side on which its corners go round anticlockwise."""
    p = np.asarray(corners, float)
    normal = np.cross(p[1] - p[0], p[2] - p[0])
    faces = [[0, k, k + 1] for k in range(1, len(p) - 1)]
    return Mesh.of(p, np.tile(normal, (len(p), 1)), np.array(faces))


def loft(rings: np.ndarray, *, caps: bool = True, closed: bool = False) -> Mesh:
    """A skin over rings of points (K, S, 3). caps: flat ends. closed: the last ring meets the first."""
    k, s, _ = rings.shape
    row = np.arange(k if closed else k - 1)[:, None] * s
    a = np.arange(s)
    b = (a + 1) % s
    following = (row + s) % (k * s)
    quads = np.stack([row + a, row + b, following + b, following + a], -1).reshape(-1, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    position = rings.reshape(-1, 3)
    normal = _smooth(position, faces)
    middle = rings.mean(1, keepdims=True)
    inward = ((rings - middle).reshape(-1, 3) * normal).sum() < 0
    if inward:
        faces, normal = faces[:, ::-1], -normal
    parts = [Mesh.of(position, normal, faces)]
    if caps and not closed:
        for at, inner in ((0, min(1, k - 1)), (k - 1, max(k - 2, 0))):
            outward = middle[at, 0] - middle[inner, 0]
            parts.append(_cap(rings[at], outward))
    return join(parts)


def _cap(ring: np.ndarray, outward: np.ndarray) -> Mesh:
    s = len(ring)
    faces = np.array([[0, k, k + 1] for k in range(1, s - 1)])
    normal = np.cross(ring[1] - ring[0], ring[s // 2] - ring[0])
    if normal @ outward < 0:
        faces, normal = faces[:, ::-1], -normal
    return Mesh.of(ring, np.tile(normal, (s, 1)), faces)


def _smooth(position: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) normals, the mean of the faces around."""
    a, b, c = (position[faces[:, k]] for k in range(3))
    face_normal = np.cross(b - a, c - a)
    out = np.zeros_like(position)
    for k in range(3):
        for axis in range(3):
            out[:, axis] += np.bincount(faces[:, k], face_normal[:, axis], len(position))
    return out


@cache
def _round(sides: int, square: float) -> np.ndarray:
    """(S, 2) points of a superellipse: square 2 is a circle, 4 nearly a square."""
    angle = (np.arange(sides) + 0.5) * 2 * np.pi / sides
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.sign(c) * np.abs(c) ** (2 / square), np.sign(s) * np.abs(s) ** (2 / square)], 1)


def stack(sections: Sequence[Sequence[float]], *, sides: int = 12, square: float = 2.0, caps: bool = True) -> Mesh:
    """An upright body of sections (z, half depth in x, half width in y, x of the middle[, y of the middle])."""
    rows = [tuple(section) + (0.0,) * (5 - len(section)) for section in sections]
    shape = _round(sides, square)
    rings = [
        np.column_stack([shape[:, 0] * rx + cx, shape[:, 1] * ry + cy, np.full(sides, z)]) for z, rx, ry, cx, cy in rows
    ]
    return loft(np.array(rings), caps=caps)


def hull(sections: Sequence[Sequence[float]], *, sides: int = 16, square: float = 4.0, caps: bool = True) -> Mesh:
    """A body that lies along x: sections (x, z below, z above, half width)."""
    shape = _round(sides, square)
    rings = [
        np.column_stack([np.full(sides, x), shape[:, 0] * w, (top + low) / 2 + shape[:, 1] * (top - low) / 2])
        for x, low, top, w in sections
    ]
    return loft(np.array(rings), caps=caps)


def tube(
    path: Sequence[Sequence[float]],
    radius: float | Sequence[float],
    *,
    sides: int = 10,
    flat: float = 1.0,
    caps: bool = True,
) -> Mesh:
    """A tube along points (K, 3). flat: its thickness across against along."""
    p = np.asarray(path, float)
    r = np.broadcast_to(np.asarray(radius, float), (len(p),))
    way = np.gradient(p, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    mean = way.mean(0)
    aside = np.array([0.0, 1.0, 0.0]) if abs(mean[1]) < 0.8 * np.linalg.norm(mean) else np.array([1.0, 0.0, 0.0])
    u = np.cross(way, aside)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(way, u)
    shape = _round(sides, 2.0)
    rings = p[:, None] + (shape[:, 0, None] * u[:, None] + flat * shape[:, 1, None] * v[:, None]) * r[:, None, None]
    return loft(rings, caps=caps)


def rod(a: Sequence[float], b: Sequence[float], radius: float, *, sides: int = 6) -> Mesh:
    """A thin straight tube."""
    return tube([a, b], radius, sides=sides)


@cache
def _ball(rings: int, sides: int) -> Mesh:
    polar = np.linspace(0.04, np.pi - 0.04, rings)
    shape = _round(sides, 2.0)
    points = np.stack([np.column_stack([shape * np.sin(a), np.full(sides, np.cos(a))]) for a in polar])
    mesh = loft(points, caps=True)
    return Mesh.of(mesh.position, mesh.position.copy(), mesh.faces)


def ball(centre: Sequence[float], radius: float | Sequence[float], *, rings: int = 8, sides: int = 10) -> Mesh:
    """A ball, or an ellipsoid of three radii."""
    return _ball(rings, sides).stretched(np.broadcast_to(np.asarray(radius, float), (3,))).moved(centre)


def dome(
    centre: Sequence[float], radius: Sequence[float], *, low: float = 0.0, rings: int = 6, sides: int = 12
) -> Mesh:
    """The upper part of an ellipsoid, down to `low` (share of its vertical radius, -1 to 1)."""
    polar = np.linspace(0.06, np.arccos(low), rings)
    shape = _round(sides, 2.0)
    points = np.stack([np.column_stack([shape * np.sin(a), np.full(sides, np.cos(a))]) for a in polar])
    mesh = loft(points, caps=True)
    return mesh.stretched(radius).moved(centre)


def ring(radius: float, thick: float, *, wide: float | None = None, sides: int = 20, around: int = 6) -> Mesh:
    """A tyre that stands in the x-z plane around 0. thick: radius of the tube; wide: the same along its axis y."""
    wide = thick if wide is None else wide
    angle = np.arange(sides) * 2 * np.pi / sides
    shape = _round(around, 3.0 if around > 6 else 2.0)
    r = radius - thick + shape[:, 0] * thick
    points = np.stack([np.column_stack([r * np.cos(a), shape[:, 1] * wide, r * np.sin(a)]) for a in angle])
    mesh = loft(points, caps=False, closed=True)
    centre = np.column_stack([np.cos(angle), np.zeros(sides), np.sin(angle)]).repeat(around, 0) * (radius - thick)
    return Mesh.of(mesh.position, (mesh.position - centre) / (thick, wide, thick), _facing(mesh, centre))


def _facing(mesh: Mesh, centre: np.ndarray) -> np.ndarray:
    """Triangles that go round anticlockwise seen from outside."""
    a, b, c = (mesh.position[mesh.faces[:, k]] for k in range(3))
    wrong = (np.cross(b - a, c - a) * (a - centre[mesh.faces[:, 0]])).sum(1) < 0
    return np.where(wrong[:, None], mesh.faces[:, ::-1], mesh.faces)


def drum(radius: float, wide: float, *, sides: int = 18) -> Mesh:
    """A flat cylinder around the y axis: a wheel's disc."""
    shape = _round(sides, 2.0)
    rings = np.stack(
        [
            np.column_stack([shape[:, 0] * radius, np.full(sides, y), shape[:, 1] * radius])
            for y in (-wide / 2, wide / 2)
        ]
    )
    return loft(rings, caps=True)


def lathe(profile: Sequence[Sequence[float]], *, sides: int = 14) -> Mesh:
    """A turned body around z: profile of (radius, z)."""
    return stack([(z, r, r) for r, z in profile], sides=sides)
