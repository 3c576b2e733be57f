"""The light of a scene: where the sun stands, how clear the sky is, and how the film is exposed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.rendering.camera import Camera

Vector = tuple[float, float, float]
SHADOWS_M = 42.0
"""Shadows are drawn up to this distance from the camera."""
TALLEST_CASTER_M = 22.0


@dataclass(frozen=True)
class Light:
    """sun_way: unit vector to the sun. Colours are linear light. haze: per metre. softness: of shadows, metres.
    clouds: 0 to 1. lamps: how bright lamps seem. noise: the sensor's, grey levels of 255."""

    sun_way: Vector
    sun_colour: Vector
    zenith: Vector
    horizon: Vector
    bounce: Vector
    haze: float
    exposure: float
    clouds: float
    saturation: float
    softness_m: float
    lamps: float
    noise: float
    cast: Vector = (1.0, 1.0, 1.0)
    vignette: float = 0.25
    blur: float = 0.0


def make_light(
    elevation: float, azimuth: float, *, overcast: float = 0.0, clouds: float = 0.35, exposure: float = 1.0,
    noise: float = 2.0, saturation: float = 1.0, haze: float = 0.0022,
) -> Light:  # fmt: skip
    """The light of a time of day. elevation, azimuth: of the sun, radians, azimuth anticlockwise from x."""
    low = np.clip(1 - elevation / 0.75, 0, 1)  # 1 at sunset
    way = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    warm = np.array([1.0, 0.93, 0.82]) * (1 - low**1.5) + np.array([1.0, 0.66, 0.36]) * low**1.5
    strength = (3.5 - 0.9 * low) * (1 - overcast) ** 1.5
    clear_top, clear_low = np.array([0.17, 0.33, 0.72]), np.array([0.58, 0.70, 0.86])
    evening = np.array([0.95, 0.66, 0.45])
    grey = np.array([0.62, 0.66, 0.72])
    horizon = (clear_low * (1 - 0.6 * low**2) + evening * 0.6 * low**2) * (1 - overcast) + grey * 1.05 * overcast
    zenith = clear_top * (1 - 0.25 * low) * (1 - overcast) + grey * 0.85 * overcast
    bounce = (np.array([0.26, 0.25, 0.22]) * (1 - overcast) + np.array([0.24, 0.24, 0.24]) * overcast) * (
        1 - 0.35 * low
    )
    return Light(
        sun_way=tuple(way),
        sun_colour=tuple(warm * strength),
        zenith=tuple(zenith),
        horizon=tuple(horizon),
        bounce=tuple(bounce),
        haze=haze * (1 + 1.5 * overcast),
        exposure=exposure * (0.53 + 0.45 * overcast + 0.12 * low),
        clouds=clouds if overcast < 0.6 else 0.95,
        saturation=saturation,
        softness_m=0.035 + 0.5 * overcast,
        lamps=0.3 + 0.5 * low,
        noise=noise,
    )


def draw_light(rng: np.random.Generator, yaw: float) -> Light:
    """Any time of day and weather. yaw: of the camera; mostly the sun stands beside or behind it."""
    overcast = float(np.clip(rng.normal(0.75, 0.2), 0, 1)) if rng.random() < 0.3 else float(rng.random() ** 3 * 0.4)
    elevation = float(rng.uniform(0.22, 1.15) if rng.random() < 0.6 else rng.uniform(0.22, 0.6))
    off = float(rng.normal(0, 1.0)) if rng.random() < 0.8 else float(rng.uniform(-np.pi, np.pi))
    light = make_light(
        elevation, yaw - np.pi / 2 + off, overcast=overcast, clouds=float(rng.random()),
        exposure=float(np.exp(rng.normal(0, 0.22))), noise=float(rng.uniform(0.5, 6) * rng.random()),
        saturation=float(rng.uniform(0.72, 1.1)), haze=float(0.0008 + 0.006 * rng.random() ** 3),
    )  # fmt: skip
    cast = np.exp(rng.normal(0, 0.022, 3))
    extra = {
        "cast": tuple(cast / cast.max()),
        "vignette": float(0.5 * rng.random()),
        "blur": float(1.5 * rng.random() ** 3),
    }
    return Light(**{**vars(light), **extra})


def sun_view(light: Light, camera: Camera) -> tuple[np.ndarray, float, float]:
    """(4, 4) from the world to the shadow map's clip coordinates; how many metres the map is wide, and deep."""
    t = np.tan(camera.fov / 2)
    aspect = camera.size[0] / camera.size[1]
    corners = []
    for sx in (-1, 1):
        for sy in (-1, 0, 1):
            way = np.array([sx * t * aspect, sy * t, 1.0]) @ camera.axes
            level = np.hypot(way[0], way[1])
            reach = SHADOWS_M / max(level, 0.2)
            if way[2] < -1e-4:
                reach = min(reach, camera.position[2] / -way[2])
            for s in (min(3.0, reach), reach):
                p = np.array(camera.position) + way * s
                corners += [(p[0], p[1], 0.0), (p[0], p[1], min(max(p[2], 0.0), 5.0) + 0.5)]
    corners = np.array(corners)
    ahead = -np.array(light.sun_way)
    right = np.cross(ahead, (0, 0, 1.0))
    right /= max(np.linalg.norm(right), 1e-6)
    up = np.cross(right, ahead)
    local = corners @ np.stack([right, up, ahead]).T
    low, high = local.min(0), local.max(0)
    low[2] -= TALLEST_CASTER_M / max(light.sun_way[2], 0.2)
    middle, half = (low + high) / 2, (high - low) / 2 + (0.5, 0.5, 2.0)
    out = np.eye(4)
    out[:3, :3] = np.stack([right / half[0], up / half[1], ahead / half[2]])
    out[:3, 3] = -middle / half
    return out, float(2 * max(half[0], half[1])), float(2 * half[2])
