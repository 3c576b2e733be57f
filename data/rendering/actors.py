"""Actors: a figure and where it is over time.

A *stay* is one visit of one figure to the scene, K samples of a path; an actor may have several (it comes back).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from data.rendering.figure import Figure, Motion
from data.rendering.mesh import placed

CHANGE_S = 0.55
"""How long it takes to sit down, to lift a telephone …"""


@dataclass(frozen=True)
class Stay:
    """t_s: (K,) ascending. x, y, z: (K,) metres. heading: (K,) radians, without jumps. way: (K,) metres gone.
    doing: (begin, end, word) times at which it does something besides moving."""

    t_s: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    heading: np.ndarray
    way: np.ndarray
    doing: tuple[tuple[float, float, str], ...] = ()

    def motion(self, t_s: float, stride_m: float) -> Motion | None:
        """What it does at `t_s`; None before it comes and after it has gone."""
        if not self.t_s[0] <= t_s <= self.t_s[-1]:
            return None
        k = min(max(int(self.t_s.searchsorted(t_s, side="right")) - 1, 0), len(self.t_s) - 2)
        span = self.t_s[k + 1] - self.t_s[k]
        part = (t_s - self.t_s[k]) / max(span, 1e-9)
        at = lambda a: float(a[k] + (a[k + 1] - a[k]) * part)  # noqa: E731
        low, high = max(k - 1, 0), min(k + 2, len(self.t_s) - 1)
        speed = float((self.way[high] - self.way[low]) / max(self.t_s[high] - self.t_s[low], 1e-9))
        word, amount = "", 1.0
        for begin, end, doing in self.doing:
            if begin <= t_s <= end:
                word, amount = doing, float(np.clip(min(t_s - begin, end - t_s) / CHANGE_S, 0.0, 1.0))
        place = placed(at(self.x), at(self.y), at(self.z), at(self.heading))
        return Motion(place, at(self.way) / stride_m * 2 * np.pi, speed, t_s, word, amount)


@dataclass
class Actor:
    """A figure and its stays. name: for screenplays and messages."""

    figure: Figure
    stays: list[Stay] = field(default_factory=list)
    name: str = ""

    @property
    def is_still(self) -> bool:
        """Does it stand where it is from beginning to end?"""
        return (
            self.figure.bones == 1
            and len(self.stays) == 1
            and self.stays[0].t_s[0] < -1e5
            and self.figure.parts != ("",)
        )

    def motion(self, t_s: float) -> Motion | None:
        """What it does at `t_s`; None while it is away."""
        for stay in self.stays:
            found = stay.motion(t_s, self.figure.stride_m)
            if found is not None:
                return found
        return None


def still(
    figure: Figure, x: float, y: float, heading: float = 0.0, *, z: float = 0.0, doing: str = "", name: str = ""
) -> Actor:
    """Something that stays where it is for ever."""
    ends = np.array([-1e6, 1e6])
    flat = np.zeros(2)
    stay = Stay(ends, flat + x, flat + y, flat + z, flat + heading, flat, ((-2e6, 2e6, doing),) if doing else ())
    return Actor(figure, [stay], name)


def smooth_headings(
    t_s: np.ndarray, x: np.ndarray, y: np.ndarray, facing: Sequence[float | None], turn_s: float = 0.22
) -> np.ndarray:
    """(K,) headings along a path: the direction of movement, or `facing` where that is given, turned to gradually."""
    vx, vy = np.gradient(x, t_s), np.gradient(y, t_s)
    speed = np.hypot(vx, vy)
    wanted = np.arctan2(vy, vx)
    moving = np.flatnonzero(speed > 0.12)
    out = np.empty(len(x))
    now = wanted[moving[0]] if len(moving) else (next((f for f in facing if f is not None), 0.0))
    for k in range(len(x)):
        goal = facing[k] if facing[k] is not None else wanted[k] if speed[k] > 0.12 else now
        off = (goal - now + np.pi) % (2 * np.pi) - np.pi
        step = t_s[k] - t_s[k - 1] if k else 0.0
        now += off * (1 - np.exp(-step / turn_s))
        out[k] = now
    return out


def stay_of(
    t_s: np.ndarray, x: np.ndarray, y: np.ndarray, *, z: np.ndarray | None = None, heading: np.ndarray | None = None,
    facing: Sequence[float | None] | None = None, doing: Sequence[tuple[float, float, str]] = (),
) -> Stay:  # fmt: skip
    """A stay along sampled places; missing columns follow from the path."""
    if heading is None:
        heading = smooth_headings(t_s, x, y, facing if facing is not None else [None] * len(x))
    way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    return Stay(t_s, x, y, np.zeros(len(x)) if z is None else z, heading, way, tuple(doing))
