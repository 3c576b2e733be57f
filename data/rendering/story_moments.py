"""Moments of stories for a detector to learn from: what a rendered clip shows, but of many clips, far apart in time.

`scatter` puts anything anywhere, so that rare kinds are seen often; stories have what clips have: the camera of a clip,
people behind each other because they walk past each other, parked cars, riders, birds that land.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data.rendering.clip import Shooting
from data.rendering.scene import Sight
from data.rendering.story import Crowd, make_story

PER_STORY = 12
"""Pictures of one story to learn from; they are cheap one after another."""
PER_VALIDATION_STORY = 4
STORY_S = 60.0
DENSE = Crowd(per_min=(9.0, 60.0), evenness=0.35, laden=0.8)
"""To learn from: more to see in a picture, and rare kinds and what people carry more often, than in clips."""
OTHERS = Crowd(first_figure=10_000)
"""To measure with: as in clips, with figures that are in no picture to learn from."""
FIRST_SEED = 10_000_019
"""Seeds of these stories lie far beyond those that anybody would give to `data.render --seed`."""


class _Shot(NamedTuple):
    """The story that is on the graphics device."""

    key: tuple
    shooting: Shooting


_last: list[_Shot] = []


def _shooting(seed: int, story: int, size: tuple[int, int], validation: bool) -> Shooting:
    key = (seed, story, size, validation)
    if not _last or _last[0].key != key:
        while _last:
            _last.pop().shooting.stage.gl.release()
        number = (2 * seed + validation + 1) * FIRST_SEED + story
        crowd, any_light = (OTHERS, story % 2 == 1) if validation else (DENSE, True)
        staging = make_story(number, size, STORY_S, crowd=crowd, any_light=any_light)
        _last.append(_Shot(key, Shooting(staging)))
    return _last[0].shooting


def story_moment(
    seed: int, story: int, moment: int, size: tuple[int, int], *, validation: bool
) -> tuple[np.ndarray, list[Sight], tuple[str, ...], float]:
    """One of the moments of a story, from 0 on: `PER_STORY`, for validation `PER_VALIDATION_STORY`.

    Returns (H, W, 3) uint8 without noise, its sights, the objects' class names, and how noisy the picture shall be.
    Raises InputError where drawing is not possible.
    """
    shooting = _shooting(seed, story, size, validation)
    rng = np.random.Generator(np.random.PCG64([seed, story, moment, 2 + validation]))
    moments = PER_VALIDATION_STORY if validation else PER_STORY
    drawn, bones = shooting.draw((moment + rng.random()) / moments * STORY_S)
    return drawn.image, shooting.sights(drawn, bones), shooting.cast.class_name, shooting.staging.light.noise
