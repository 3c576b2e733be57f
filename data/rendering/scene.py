"""A scene to draw: figures of one clip numbered through, and the truth of one frame as the renderer sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.rendering.camera import NEAR_M, Camera
from data.rendering.drawing import Drawn, Stage
from data.rendering.figure import Figure, Motion
from data.rendering.mesh import Mesh


@dataclass(frozen=True)
class Cast:
    """A figures numbered through, O objects. meshes: (A) with the bones and objects of the whole scene. first_bone,
    first_object: (A). class_name, actor: (O). faces: (O, 2) first index into the face buffer and how many. bones: in
    all, with the one that stays where it is."""

    figures: tuple[Figure, ...]
    meshes: tuple[Mesh, ...]
    first_bone: np.ndarray
    first_object: np.ndarray
    class_name: tuple[str, ...]
    actor: np.ndarray
    faces: np.ndarray
    bones: int


def number_figures(figures: Sequence[Figure]) -> Cast:
    """Give every figure its bones and objects; faces are ordered by object."""
    meshes, first_bone, first_object, names, actor, faces = [], [], [], [], [], []
    bone, index = 1, 0
    for a, figure in enumerate(figures):
        mesh = figure.mesh
        part = mesh.part[mesh.faces[:, 0]].astype(int)
        order = part.argsort(kind="stable")
        count = np.bincount(part, minlength=len(figure.parts))
        first_bone.append(bone)
        first_object.append(len(names))
        meshes.append(replace(mesh, bone=mesh.bone + bone, part=mesh.part + (len(names) + 1), faces=mesh.faces[order]))
        for name, many in zip(figure.parts, count, strict=True):
            names.append(name)
            actor.append(a)
            faces.append((index, 3 * int(many)))
            index += 3 * int(many)
        bone += figure.bones
    return Cast(
        tuple(figures), tuple(meshes), np.array(first_bone, int), np.array(first_object, int), tuple(names),
        np.array(actor, int), np.array(faces, int).reshape(-1, 2), bone,
    )  # fmt: skip


def pose_all(cast: Cast, motions: Sequence[Motion | None]) -> np.ndarray:
    """(B, 3, 4) bones of one frame; zeros for who is away (None)."""
    out = np.zeros((cast.bones, 3, 4), np.float32)
    out[0, :, :3] = np.eye(3)
    for figure, first, motion in zip(cast.figures, cast.first_bone, motions, strict=True):
        if motion is not None:
            out[first : first + figure.bones] = figure.pose(motion)
    return out


def present_faces(cast: Cast, bones: np.ndarray) -> list[tuple[int, int]]:
    """(first, how many) face indices of the figures that have bones, neighbours in one piece."""
    out: list[tuple[int, int]] = []
    end = 0
    for first_bone, first_object, figure in zip(cast.first_bone, cast.first_object, cast.figures, strict=True):
        last = first_object + len(figure.parts) - 1
        begin, stop = int(cast.faces[first_object, 0]), int(cast.faces[last].sum())
        if bones[first_bone].any():
            if out and end == begin:
                out[-1] = (out[-1][0], stop - out[-1][0])
            else:
                out.append((begin, stop - begin))
            end = stop
    return out


def changed_parts(
    cast: Cast, camera: Camera, sun_way: Sequence[float], bones: np.ndarray
) -> list[tuple[int, int, int, int]] | None:
    """Rectangles of the picture, pixels, in which the figures with bones (and their shadows) lie; None: anywhere.

    A shadow falls on the way from a point, away from the sun, to the ground: both ends are in the rectangle.
    """
    width, height = camera.size
    sun = np.asarray(sun_way)
    out: list[list[int]] = []
    for mesh, first in zip(cast.meshes, cast.first_bone, strict=True):
        bone = bones[first]
        if not bone.any():
            continue
        low, high = mesh.position.min(0) - REACH_M, mesh.position.max(0) + REACH_M
        if mesh.position.shape[0] < 40:  # a leash: its bone stretches it
            low, high = mesh.position.min(0), mesh.position.max(0)
        corner = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        corner = corner @ bone[:, :3].T + bone[:, 3]
        fall = np.maximum(corner[:, 2:], 0.0) / max(float(sun[2]), 0.05)
        points = np.concatenate([corner, corner - fall * sun])
        pixel, ahead = camera.project(points)
        if (ahead < NEAR_M).any():
            return None
        edge = np.concatenate([pixel.min(0) - 0.05 * width, pixel.max(0) + 0.05 * width])
        box = np.clip(edge, 0, (width, height, width, height)).astype(int).tolist()
        if box[2] > box[0] and box[3] > box[1]:
            out.append(box)
    return _merged(out)


def _merged(boxes: list[list[int]]) -> list[tuple[int, int, int, int]]:
    """Rectangles that overlap become one."""
    merged = True
    while merged:
        merged = False
        for k in range(len(boxes)):
            for j in range(k + 1, len(boxes)):
                a, b = boxes[k], boxes[j]
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                    boxes[k] = [min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])]
                    del boxes[j]
                    merged = True
                    break
            if merged:
                break
    return [tuple(box) for box in boxes]


REACH_M = 0.3
"""A limb reaches so far beyond the figure at rest."""


@dataclass(frozen=True)
class Sight:
    """What is to be seen of one object in one frame.

    box: (4,) xyxy, pixels, of all of it, hidden parts too, not cut to the picture. seen: share of its silhouette in
    the picture that nothing hides. inside: share of the box in the picture (of what can be, if it is larger).
    """

    object_id: int
    box: np.ndarray
    seen: float
    inside: float


def find_sights(cast: Cast, stage: Stage, camera: Camera, bones: np.ndarray, drawn: Drawn) -> list[Sight]:
    """The sights of one frame, of all objects of which something lies in the picture, hidden or not."""
    out = []
    stage.pose(bones)  # what stands still is drawn once, and has no bones while frames are drawn
    count = np.bincount(drawn.object_px.ravel(), minlength=len(cast.class_name) + 1)[1:]
    width, height = camera.size
    vp = camera.view_projection.astype(np.float32)
    for a, mesh in enumerate(cast.meshes):
        first = cast.first_bone[a]
        if not bones[first].any():
            continue
        clip = _moved(mesh, bones) @ vp[:, :3].T + vp[:, 3]
        number = mesh.part.astype(int) - 1
        for name in range(cast.first_object[a], cast.first_object[a] + len(cast.figures[a].parts)):
            mine = clip if len(cast.figures[a].parts) == 1 else clip[number == name]
            box = _box(mine, width, height)
            if box is None:
                continue
            cut = np.array([max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)])
            if (cut[2:] <= cut[:2]).any():
                continue
            possible = min(box[2] - box[0], width) * min(box[3] - box[1], height)
            inside = float(min(1.0, (cut[2] - cut[0]) * (cut[3] - cut[1]) / max(possible, 1e-9)))
            seen = 0.0
            if count[name]:
                whole = stage.silhouette_px(tuple(cut), int(cast.faces[name, 0]), int(cast.faces[name, 1]))
                seen = min(1.0, float(count[name]) / max(whole, 1))
            out.append(Sight(name, box, seen, inside))
    return out


def _moved(mesh: Mesh, bones: np.ndarray) -> np.ndarray:
    """(V, 3) vertices in the world."""
    first, second = mesh.bone[:, 0].astype(int), mesh.bone[:, 1].astype(int)
    if first[0] == first[-1] and (first == first[0]).all() and (mesh.weight > 0.999).all():
        m = bones[first[0]]
        return mesh.position @ m[:, :3].T + m[:, 3]
    m = bones[first]
    mixed = np.flatnonzero(mesh.weight < 0.999)
    m[mixed] = m[mixed] * mesh.weight[mixed, None, None] + bones[second[mixed]] * (1 - mesh.weight[mixed, None, None])
    return np.einsum("vij,vj->vi", m[:, :, :3], mesh.position) + m[:, :, 3]


def _box(clip: np.ndarray, width: int, height: int) -> np.ndarray | None:
    """(4,) xyxy pixels around points in clip coordinates; None if all lie behind the camera."""
    ahead = clip[:, 3] > NEAR_M
    if not ahead.any():
        return None
    if not ahead.all():
        clip = clip[ahead]
    x = (clip[:, 0] / clip[:, 3] + 1) / 2 * width
    y = (1 - clip[:, 1] / clip[:, 3]) / 2 * height
    return np.array([x.min(), y.min(), x.max(), y.max()])
