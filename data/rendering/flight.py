"""Birds: they come flying, hop and peck, and fly away."""

from __future__ import annotations

import numpy as np

from data.rendering.actors import Stay, smooth_headings


def fly_in(
    rng: np.random.Generator, start_s: float, place: tuple[float, float], seconds: float, *, high: float = 5.0
) -> Stay:
    """A bird lands at `place`, stays there for some seconds, and leaves; the stay is 2.5 s longer at either end."""
    step, air_s = 0.1, 2.6
    side = rng.choice((-1, 1), 2)
    far = rng.uniform(9, 14, 2)
    t = np.arange(0, 2 * air_s + seconds, step)
    x, y, z = np.empty(len(t)), np.empty(len(t)), np.zeros(len(t))
    here = np.array(place)
    hop = here.copy()
    goal, doing = here.copy(), []
    ahead = 0.0
    for k, now in enumerate(t):
        if now < air_s:
            part = now / air_s
            x[k], y[k] = place[0] + side[0] * far[0] * (1 - part) ** 1.3, place[1] + 3.0 * (1 - part)
            z[k] = high * (1 - part) ** 1.6
        elif now < air_s + seconds:
            if rng.random() < 0.06:
                goal = here + rng.normal(0, 0.5, 2)
            off = goal - hop
            if np.hypot(*off) > 0.05 and (now % 1.2) < 0.7:
                hop = hop + off / np.hypot(*off) * 0.28 * step
            elif ahead < now and rng.random() < 0.05:
                doing.append((start_s + now, start_s + now + 0.9, "peck"))
                ahead = now + 1.2
            x[k], y[k] = hop
        else:
            part = (now - air_s - seconds) / air_s
            x[k], y[k] = hop[0] + side[1] * far[1] * part**1.2, hop[1] + 2.0 * part
            z[k] = high * 1.2 * part**0.9
    heading = smooth_headings(t, x, y, [None] * len(t), 0.15)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    doing += [(start_s - 1, start_s + air_s, "fly"), (start_s + air_s + seconds, start_s + t[-1] + 1, "fly")]
    return Stay(t + start_s, x, y, z, heading, way, tuple(doing))
