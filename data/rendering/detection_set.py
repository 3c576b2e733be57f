"""A set of pictures with boxes for a detector, in Ultralytics' YOLO form.

A box goes around all of an object, hidden parts too, cut to the picture (as the boxes of the simulated world do), and
is written where at least `LEAST_SEEN` of what lies in the picture is to be seen, both sides reach `LEAST_SIDE_PX`, and
the root of its area `LEAST_PX`: what is smaller is noise to learn from and not asked for (`pipeline.check_index`).
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from data.rendering.drawing import Stage, open_gl
from data.rendering.figure import CLASSES
from data.rendering.film import add_noise
from data.rendering.layout import KINDS, make_layout
from data.rendering.light import draw_light
from data.rendering.scatter import draw_camera, scatter
from data.rendering.scene import Sight, find_sights, number_figures, pose_all
from data.rendering.story_moments import PER_STORY, PER_VALIDATION_STORY, story_moment
from data.rendering.visibility import cut_box, is_visible
from pipeline.errors import InputError

VALIDATION_SEED = 1_000_000_007
LEAST_PX = 12.0
"""Root of the area from which an object is to be found, pixels of the picture (as in `pipeline.check_index`)."""
PER_PLACE = 2
"""Pictures of one place, each with another camera, light and figures."""
BLOCK = 20
"""Of every so many pictures to learn from, the first are scattered, the last `PER_STORY` are moments of one story; all
of those to measure with are moments of stories, as the detector is for clips."""


def write_detection_set(
    folder: Path, scenes: int, seed: int, size: tuple[int, int], *, workers: int = 1, validation: float = 0.107,
    quiet: bool = False,
) -> int:  # fmt: skip
    """Write pictures, labels and data.yaml; what is there already stays. Returns how many pictures were made.

    scenes: pictures in all. validation: share of them for validation, of other seeds, figures, cameras and light.
    Raises InputError where drawing is not possible or the folder cannot be written.
    """
    held = max(1, round(scenes * validation))
    jobs = [("val", k) for k in range(held)] + [("train", k) for k in range(scenes - held)]
    try:
        for kind in ("images", "labels"):
            for split in ("train", "val"):
                (folder / kind / split).mkdir(parents=True, exist_ok=True)
        names = "".join(f"  {k}: {name}\n" for k, name in enumerate(CLASSES))
        (folder / "data.yaml").write_text(
            f"path: {folder.resolve()}\ntrain: images/train\nval: images/val\nnames:\n{names}"
        )
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror or error}") from error
    jobs = [job for job in jobs if not _paths(folder, *job)[0].exists()]
    tasks = [(folder, split, k, seed, size) for split, k in jobs]
    with tqdm(total=len(tasks), unit="picture", disable=quiet) as bar:
        for _ in run_tasks(_write_one, tasks, workers, chunk=BLOCK):
            bar.update()
    return len(tasks)


def run_tasks(job: Callable[[Any], None], tasks: list[Any], workers: int, chunk: int = 1) -> Iterator[None]:
    """`job` of each task, here or in `workers` processes, `chunk` tasks at a time; yields as they are done."""
    if workers <= 1:
        yield from map(job, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(job, tasks, chunksize=chunk)


def _paths(folder: Path, split: str, k: int) -> tuple[Path, Path]:
    return folder / "images" / split / f"{k:06d}.jpg", folder / "labels" / split / f"{k:06d}.txt"


@cache
def _stage(size: tuple[int, int]) -> Stage:
    return Stage(open_gl(), size)


def _write_one(task: tuple[Path, str, int, int, tuple[int, int]]) -> None:
    """One picture: the label first, so that a picture that is there has its label."""
    folder, split, k, seed, size = task
    image, sights, names, quality = draw_scene(seed, k, size, validation=split == "val")
    picture, label = _paths(folder, split, k)
    label.write_text("".join(label_lines(sights, names, size)))
    data = io.BytesIO()
    Image.fromarray(image).save(data, "jpeg", quality=quality)
    aside = picture.with_suffix(f".{os.getpid()}.tmp")
    aside.write_bytes(data.getvalue())
    aside.replace(picture)


def draw_scene(
    seed: int, k: int, size: tuple[int, int], *, validation: bool = False
) -> tuple[np.ndarray, list[Sight], tuple[str, ...], int]:
    """Picture `k` of a set: (H, W, 3) uint8, its sights, the objects' class names, and a JPEG quality."""
    rng = np.random.Generator(np.random.PCG64([seed, k, VALIDATION_SEED if validation else 0, 1]))
    moment = k % BLOCK - (BLOCK - PER_STORY)
    if validation:
        story = divmod(k, PER_VALIDATION_STORY)
        image, sights, names, noise = story_moment(seed, *story, size, validation=True)
    elif moment >= 0:
        image, sights, names, noise = story_moment(seed, k // BLOCK, moment, size, validation=False)
    else:
        image, sights, names, noise = _draw_scattered(rng, seed, k, size)
    image = add_noise(image, rng, noise)
    if not validation and rng.random() < 0.08:
        image = np.repeat(image @ np.array([[0.299], [0.587], [0.114]]), 3, 2).astype(np.uint8)
    return image, sights, names, int(rng.integers(70, 96))


def _draw_scattered(
    rng: np.random.Generator, seed: int, k: int, size: tuple[int, int]
) -> tuple[np.ndarray, list[Sight], tuple[str, ...], float]:
    place = np.random.Generator(np.random.PCG64([seed, k // PER_PLACE]))
    layout = make_layout(place, KINDS[int(place.choice(3, p=(0.55, 0.27, 0.18)))])
    camera = draw_camera(rng, layout, size)
    light = draw_light(rng, camera.yaw)
    moment = scatter(rng, layout, camera)
    cast = number_figures(moment.figures)
    stage = _stage(size)
    stage.load(layout.scenery, cast.meshes, cast.bones)
    stage.aim(camera, light)
    bones = pose_all(cast, moment.motions)
    drawn = stage.draw(bones)
    return drawn.image, find_sights(cast, stage, camera, bones, drawn), cast.class_name, light.noise


def label_lines(sights: list[Sight], names: tuple[str, ...], size: tuple[int, int]) -> Iterator[str]:
    """One line "class centre-x centre-y width height" (shares of the picture) per visible object."""
    for sight in sights:
        if names[sight.object_id] in CLASSES and is_visible(sight, size):
            box = cut_box(sight, size) / (*size, *size)
            centre, extent = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
            if np.sqrt(np.prod(extent * size)) < LEAST_PX:
                continue
            yield (
                " ".join([str(CLASSES.index(names[sight.object_id])), *(f"{v:.6f}" for v in (*centre, *extent))]) + "\n"
            )
