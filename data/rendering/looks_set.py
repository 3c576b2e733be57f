"""Crops of objects that come again, for `pipeline.train --part looks`: who is who is known, because they are drawn.

Each story gives one file, `NNNNNN.npz`: every visible object at `PER_STORY` moments, cut out with a margin that
training jitters in. Figures are other ones in every story, and none of those that rendered clips show.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from tqdm import tqdm

from data.rendering.clip import Shooting
from data.rendering.detection_set import LEAST_PX, run_tasks
from data.rendering.figure import CLASSES
from data.rendering.film import add_noise
from data.rendering.story import FIGURES_OF_A_STORY, Crowd, make_story
from data.rendering.visibility import cut_box, is_visible
from pipeline.errors import InputError
from pipeline.learned_looks import cut_out

PER_STORY = 20
STORY_S = 60.0
SIDE_PX, MARGIN = 80, 0.125
"""Side of a stored crop, and the share of the box that is added on each side of it."""
FIRST_SEED, FIRST_FIGURE = 70_000_027, 50_000


def write_looks_set(folder: Path, stories: int, seed: int, size: tuple[int, int], *, workers: int = 1) -> int:
    """Write one file per story; what is there already stays. Returns how many were made.

    Raises InputError where drawing is not possible or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror or error}") from error
    tasks = [(folder, k, seed, size) for k in range(stories) if not _path(folder, k).exists()]
    for _ in tqdm(run_tasks(_write_story, tasks, workers), total=len(tasks), unit="story"):
        pass
    return len(tasks)


def _path(folder: Path, story: int) -> Path:
    return folder / f"{story:06d}.npz"


def _write_story(task: tuple[Path, int, int, tuple[int, int]]) -> None:
    folder, story, seed, size = task
    number = FIRST_SEED + 1_000_003 * seed + story
    rng = np.random.Generator(np.random.PCG64([seed, story, 6]))
    many = float(np.exp(rng.uniform(*np.log((12.0, 60.0)))))
    crowd = Crowd(per_min=(many, many), evenness=0.5, laden=0.5, first_figure=FIRST_FIGURE + FIGURES_OF_A_STORY * story)
    shooting = Shooting(make_story(number, size, STORY_S, crowd=crowd, any_light=story % 3 == 0))
    crops, who, kind = [], [], []
    for t_s in np.sort(rng.uniform(0, STORY_S, PER_STORY)):
        drawn, bones = shooting.draw(float(t_s))
        image = add_noise(drawn.image, rng, shooting.staging.light.noise)
        for sight in shooting.sights(drawn, bones):
            name = shooting.cast.class_name[sight.object_id]
            box = cut_box(sight, size)
            px = float(np.sqrt(np.prod(box[2:] - box[:2])))
            if name in CLASSES and px >= LEAST_PX and is_visible(sight, size):
                crops.append(cut_out(image, box, SIDE_PX, MARGIN))
                who.append(sight.object_id)
                kind.append(CLASSES.index(name))
    shooting.stage.gl.release()
    aside = _path(folder, story).with_suffix(f".{os.getpid()}.tmp")
    with aside.open("wb") as file:
        np.savez(
            file,
            crop=np.array(crops, np.uint8).reshape(-1, SIDE_PX, SIDE_PX, 3),
            object_id=np.array(who, np.int32),
            class_id=np.array(kind, np.int16),
        )
    aside.replace(_path(folder, story))
