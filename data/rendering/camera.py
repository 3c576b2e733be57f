"""A fixed camera in perspective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAR_M, FAR_M = 0.4, 420.0


@dataclass(frozen=True)
class Camera:
    """position: metres. yaw: radians, anticlockwise from y (0 looks along y). pitch: radians, below 0 looks down.
    fov: vertical field of view, radians. size: (width, height) of the picture, pixels."""

    position: tuple[float, float, float]
    yaw: float
    pitch: float
    fov: float
    size: tuple[int, int]

    @property
    def axes(self) -> np.ndarray:
        """(3, 3) rows: right, up, ahead."""
        cp, sp, cy, sy = np.cos(self.pitch), np.sin(self.pitch), np.cos(self.yaw), np.sin(self.yaw)
        ahead = np.array([-sy * cp, cy * cp, sp])
        right = np.array([cy, sy, 0.0])
        return np.stack([right, np.cross(right, ahead), ahead])

    @property
    def view_projection(self) -> np.ndarray:
        """(4, 4) from the world to clip coordinates, as OpenGL has it."""
        right, up, ahead = self.axes
        view = np.eye(4)
        view[:3, :3] = (right, up, -ahead)
        view[:3, 3] = -view[:3, :3] @ np.array(self.position)
        f = 1 / np.tan(self.fov / 2)
        projection = np.zeros((4, 4))
        projection[0, 0], projection[1, 1] = f * self.size[1] / self.size[0], f
        projection[2, 2] = (FAR_M + NEAR_M) / (NEAR_M - FAR_M)
        projection[2, 3] = 2 * FAR_M * NEAR_M / (NEAR_M - FAR_M)
        projection[3, 2] = -1
        return projection @ view

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(N, 2) pixels and (N,) distance ahead in metres. points: (N, 3). Pixels of points behind mean nothing."""
        clip = points @ self.view_projection[:, :3].T + self.view_projection[:, 3]
        w = np.maximum(clip[:, 3], 1e-6)
        width, height = self.size
        return np.stack([(clip[:, 0] / w + 1) / 2 * width, (1 - clip[:, 1] / w) / 2 * height], 1), clip[:, 3]

    def ground(self, x: float, y: float) -> np.ndarray | None:
        """(2,) where the ray through a place of the picture (0 to 1 from the top left) meets the ground; None: sky."""
        t = np.tan(self.fov / 2)
        aspect = self.size[0] / self.size[1]
        way = np.array([(2 * x - 1) * t * aspect, (1 - 2 * y) * t, 1.0]) @ self.axes
        if way[2] > -1e-3:
            return None
        return np.array(self.position[:2]) + way[:2] * (self.position[2] / -way[2])
