"""Draws a staging: frames for a video, the truth beside them, or a sheet of stills."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

from data.rendering.actors import Actor
from data.rendering.drawing import Drawn, Stage, open_gl
from data.rendering.figure import CLASSES
from data.rendering.film import add_noise
from data.rendering.scene import Cast, Sight, changed_parts, find_sights, number_figures, pose_all, present_faces
from data.rendering.staging import Staging
from data.rendering.truth import Truth
from data.rendering.visibility import cut_box, is_visible
from pipeline.errors import InputError


class Shooting:
    """A staging on the graphics device, to be drawn at any time."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging
        self.actors: list[Actor] = staging.perform()
        self.cast: Cast = number_figures([actor.figure for actor in self.actors])
        self.stage = Stage(open_gl(), staging.camera.size)
        self.stage.load(staging.layout.scenery, self.cast.meshes, self.cast.bones)
        still = [actor.motion(0.0) if actor.is_still else None for actor in self.actors]
        self.still_bones = pose_all(self.cast, still)
        self.stage.aim(staging.camera, staging.light, self.still_bones)

    def draw(self, t_s: float) -> tuple[Drawn, np.ndarray]:
        """The picture at `t_s`, and the bones of everything in it."""
        moving = pose_all(self.cast, [None if actor.is_still else actor.motion(t_s) for actor in self.actors])
        changed = changed_parts(self.cast, self.staging.camera, self.staging.light.sun_way, moving)
        bones = moving + self.still_bones
        bones[0] = moving[0]
        return self.stage.draw(moving, changed, present_faces(self.cast, moving)), bones

    def sights(self, drawn: Drawn, bones: np.ndarray) -> list[Sight]:
        """What is to be seen of every object."""
        return find_sights(self.cast, self.stage, self.staging.camera, bones, drawn)


def film(
    staging: Staging, *, fps: int, truth_fps: int, video: Path | None, seed: int, crf: int = 25, quiet: bool = False
) -> Truth:
    """Draw the whole clip; write it as H.264 if `video` names a file. Returns the truth at `truth_fps`."""
    shooting = Shooting(staging)
    size = staging.camera.size
    every = fps // truth_fps
    truth = Truth(shooting.cast.class_name, size, truth_fps)
    frames = math.ceil(staging.duration_s * fps - 1e-6)
    rng = np.random.Generator(np.random.PCG64([seed, 4]))

    def pictures() -> Iterator[np.ndarray]:
        for k in tqdm(range(frames), unit="frame", disable=quiet):
            if video is None and k % every:
                continue
            drawn, bones = shooting.draw(k / fps)
            if k % every == 0:
                truth.add(shooting.sights(drawn, bones))
            yield add_noise(drawn.image, rng, staging.light.noise)

    if video is None:
        for _ in pictures():
            pass
    else:
        write_video(video, pictures(), size, fps, crf)
    return truth


def write_video(path: Path, pictures: Iterator[np.ndarray], size: tuple[int, int], fps: int, crf: int) -> None:
    """H.264, yuv420p. Raises InputError where the file cannot be written."""
    import av

    aside = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        container = av.open(str(aside), "w", options={"movflags": "faststart"})
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error
    with container:
        stream = container.add_stream("libx264", rate=Fraction(fps))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": "medium", "g": str(fps * 10), "threads": "1"}
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    aside.replace(path)


def contact_sheet(
    staging: Staging, many: int, path: Path, *, boxes: bool = True, times: list[float] | None = None
) -> None:
    """`many` stills at equal distances (or at `times`), with their boxes, on one page."""
    shooting = Shooting(staging)
    width, height = staging.camera.size
    times = times or [staging.duration_s * (k + 0.5) / many for k in range(many)]
    columns = min(4, max(1, round(math.sqrt(len(times)))))
    rows = math.ceil(len(times) / columns)
    sheet = Image.new("RGB", (columns * width, rows * height))
    for k, t_s in enumerate(times):
        drawn, bones = shooting.draw(t_s)
        image = Image.fromarray(drawn.image)
        if boxes:
            draw_boxes(image, shooting, shooting.sights(drawn, bones), f"{t_s:.1f} s")
        sheet.paste(image, ((k % columns) * width, (k // columns) * height))
    try:
        sheet.save(path)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error


def draw_boxes(image: Image.Image, shooting: Shooting, sights: list[Sight], title: str = "") -> None:
    """Boxes with class and number of the visible objects, in place."""
    pen = ImageDraw.Draw(image)
    for sight in sights:
        name = shooting.cast.class_name[sight.object_id]
        if name in CLASSES and is_visible(sight, shooting.staging.camera.size):
            colour = tuple(int(255 * v) for v in colorsys.hsv_to_rgb(sight.object_id * 0.381 % 1, 0.75, 1))
            box = cut_box(sight, shooting.staging.camera.size)
            pen.rectangle(box.tolist(), outline=colour)
            pen.text((box[0] + 2, max(box[1] - 11, 0)), f"{name} {sight.object_id}", fill=colour)
    if title:
        pen.text((6, 4), title, fill=(255, 255, 255), stroke_width=2, stroke_fill=(0, 0, 0))
