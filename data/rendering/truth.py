"""The truth of a rendered clip: which objects are visible when and where, by the rules of the simulated world.

The renderer says how much of each object is seen (`scene.find_sights`); what counts as visible, and that short
occlusions do, is `data.world_picture`'s. F frames, O objects.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from data.rendering.figure import CLASSES
from data.rendering.scene import Sight
from data.world_picture import BRIDGED_S, LEAST_INSIDE, LEAST_SEEN, LEAST_SIDE_PX, SIGHTS_THAT_COUNT

HEADER = ("frame", "id", "class", "x", "y", "w", "h", "confidence")


class Truth:
    """Collects the sights of one frame after another; `rows` are what counts."""

    def __init__(self, names: Sequence[str], size: tuple[int, int], fps: float) -> None:
        self.names, self.size, self.fps = tuple(names), size, fps
        self.frames: list[list[Sight]] = []

    def add(self, sights: list[Sight]) -> None:
        """The next frame."""
        self.frames.append(sights)

    def rows(self) -> list[tuple[Any, ...]]:
        """(frame, id, class, x, y, w, h, confidence), pixels, of every visible object; ids count by first sight.
        confidence: the share of the object that is seen."""
        shape = (len(self.frames), len(self.names))
        inside, seen, box = np.zeros(shape), np.zeros(shape), np.zeros((*shape, 4))
        for f, sights in enumerate(self.frames):
            for sight in sights:
                inside[f, sight.object_id], seen[f, sight.object_id] = sight.inside, sight.seen
                box[f, sight.object_id] = np.clip(sight.box, 0, (*self.size, *self.size))
        big = ((box[..., 2:] - box[..., :2]) >= LEAST_SIDE_PX).all(-1)
        there = inside > LEAST_INSIDE
        visible = bridge((seen >= LEAST_SEEN) & there & big, there, BRIDGED_S * self.fps) & big
        visible[:, visible.sum(0) < SIGHTS_THAT_COUNT] = False
        visible[:, [name not in CLASSES for name in self.names]] = False
        number: dict[int, int] = {}
        out = []
        for f, o in zip(*np.nonzero(visible), strict=True):
            k = number.setdefault(int(o), len(number))
            x0, y0, x1, y1 = box[f, o].tolist()
            out.append((int(f), k, self.names[o], x0, y0, x1 - x0, y1 - y0, seen[f, o] * inside[f, o]))
        return sorted(out, key=lambda row: row[:2])

    def write_csv(self, path: Path) -> int:
        """Write the tracks; returns how many objects there are."""
        rows = self.rows()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        for frame, number, name, x, y, w, h, score in rows:
            writer.writerow(
                (frame, number, name, f"{x:.1f}", f"{y:.1f}", f"{w:.1f}", f"{h:.1f}", f"{max(score, 0.001):.3f}")
            )
        path.write_text(text.getvalue(), "utf-8")
        return len({row[1] for row in rows})


def bridge(visible: np.ndarray, there: np.ndarray, most_frames: float) -> np.ndarray:
    """(F, O) `visible`, and between two visible frames at most `most_frames` apart, if it never left the picture."""
    out = visible.copy()
    for o in np.flatnonzero(visible.any(0)):
        lit = np.flatnonzero(visible[:, o])
        for a, b in pairwise(lit):
            if 1 < b - a <= most_frames + 1e-6 and there[a:b, o].all():
                out[a:b, o] = True
    return out


def write_questions(tracks: Path, path: Path, *, fps: float, size: tuple[int, int], many: int, seed: int) -> int:
    """Questions with answers about a track file, half in known wordings and half in held-out ones."""
    from data.questions import ask, to_row
    from pipeline.given_tracks import read_given_tracks

    index = read_given_tracks(tracks, fps=fps, size=size, class_name="person")
    rng = np.random.Generator(np.random.PCG64([seed, 30]))
    asked, said = [], set()
    for split, share in (("held_out", many - many // 2), ("train", many)):
        for one in ask(index, rng, many, split):
            if len(asked) >= (share if split == "held_out" else many):
                break
            if one.question not in said:
                said.add(one.question)
                asked.append(one)
    rows = [to_row(one, k, path.name.split(".")[0], round(fps, 4), size) for k, one in enumerate(asked)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return len(rows)
