"""Small random clips as `ObjectIndex`: a few objects that come, go, return and move; made without data/world.py."""

from __future__ import annotations

import numpy as np

from data.vocabulary import coco_names, other_names
from pipeline.object_index import ObjectIndex
from pipeline.records import APPEARANCE_DIM


def clip_of(
    tracks: list[tuple[str, list[tuple[int, int]], tuple[float, float], tuple[float, float]]],
    *,
    frames: int = 100,
    step_s: float = 0.5,
    class_names: tuple[str, ...] | None = None,
    size: tuple[int, int] = (1280, 720),
) -> ObjectIndex:
    """A clip from (class, runs of frames [a, b), centre of the first box, centre of the last box) per object."""
    names = class_names or tuple(dict.fromkeys(name for name, *_ in tracks))
    rows = []
    for k, (name, runs, (x0, y0), (x1, y1)) in enumerate(tracks):
        seen = [frame for a, b in runs for frame in range(a, b)]
        for frame in seen:
            part = (frame - seen[0]) / max(seen[-1] - seen[0], 1)
            rows.append((frame, k, names.index(name), x0 + part * (x1 - x0), y0 + part * (y1 - y0)))
    table = np.array(sorted(rows), np.float64).reshape(-1, 5)
    boxes = np.concatenate((table[:, 3:], np.full((len(table), 2), 0.08)), axis=1).astype(np.float32)
    return ObjectIndex(
        class_names=names,
        duration_s=frames * step_s,
        width=size[0],
        height=size[1],
        frame_t_s=np.arange(frames) * step_s,
        offsets=np.searchsorted(table[:, 0], np.arange(frames + 1)).astype(np.int64),
        boxes_xywhn=boxes,
        class_id=table[:, 2].astype(np.int32),
        track_id=table[:, 1].astype(np.int32),
        score=np.ones(len(table), np.float32),
        key_track_id=np.zeros(0, np.int32),
        key_t_s=np.zeros(0),
        key_appearance=np.zeros((0, APPEARANCE_DIM), np.float32),
    )


def random_clip(
    seed: int, *, objects: int = 20, frames: int = 240, step_s: float = 0.5, classes: int = 6, coarse: int = 1
) -> ObjectIndex:
    """A random clip. coarse: starts and ends fall on multiples of so many frames, so that ties are common."""
    rng = np.random.default_rng(seed)
    pool = coco_names() if rng.random() < 0.5 else other_names()
    names = tuple(str(name) for name in rng.choice(pool, 2 * classes, replace=False))
    if rng.random() < 0.4:
        names = tuple(dict.fromkeys(("person", "car", "bus", "dog", *names[4:])))
    tracks = []
    for _ in range(int(rng.integers(0 if coarse > 1 else 2, objects + 1))):
        begin = 0 if rng.random() < 0.2 else int(rng.integers(0, frames - 4)) // coarse * coarse
        end = frames if rng.random() < 0.2 else begin + 2 + int(rng.exponential(frames / 6)) // coarse * coarse
        end, runs, at = min(max(end, begin + 2), frames), [], begin
        while at < end:
            stop = min(at + 1 + int(rng.exponential(frames / 5)), end)
            runs.append((at, stop))
            at = stop + int(rng.integers(1, 14))
        first = rng.uniform(0.04, 0.96, 2)
        if rng.random() < 0.6:
            side, along = rng.integers(4), rng.uniform(0.2, 0.8)
            first = np.array(((0.05, along), (0.95, along), (along, 0.05), (along, 0.95))[side])
        last = first if rng.random() < 0.2 else rng.uniform(0.04, 0.96, 2)
        name = names[int(rng.integers(min(classes, len(names))))]
        tracks.append((name, runs, tuple(first.tolist()), tuple(last.tolist())))
    return clip_of(tracks, frames=frames, step_s=step_s, class_names=names)
