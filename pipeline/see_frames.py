"""Frames in, what is seen in them out: detection runs in its own threads, so that the detector waits for nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from pipeline.detect import Detector
from pipeline.journal import SeenFrame
from pipeline.motion import CameraMotion
from pipeline.records import Frame


def see_frames(frames: Iterator[Frame], detector: Detector, motion: CameraMotion) -> Iterator[list[SeenFrame]]:
    """Objects (no identities yet), camera motion and light of each frame, in order, in the detector's batches.

    All frames have one size. It is a few batches behind `frames`, so that decoding and detection overlap.
    """
    first = next(frames, None)
    if first is None:
        return
    detector.open(first.image.shape[:2])
    frames = chain([first], frames)
    workers = detector.parallel
    with ThreadPoolExecutor(workers, thread_name_prefix="detector") as pool:
        waiting: deque = deque()
        while batch := list(islice(frames, detector.batch)):
            found = pool.submit(detector.detect, batch)
            waiting.append((found, [(motion.shift(frame.image), motion.light) for frame in batch]))
            if len(waiting) > workers:
                yield _joined(*waiting.popleft())
        while waiting:
            yield _joined(*waiting.popleft())


def _joined(found, measured) -> list[SeenFrame]:
    return [SeenFrame(objects, *motion) for objects, motion in zip(found.result(), measured, strict=True)]
