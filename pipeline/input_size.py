"""How large pictures must be for the detector: as small as shows nearly all that larger ones show.

A few pictures of the video are looked at in several sizes before it is indexed. Where large things are to be seen,
larger pictures find no more (often less), at two to four times the cost; in a street full of small people they find
half as many again (LOG.md).
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from itertools import islice

import numpy as np

from pipeline.detect import MOST_ENLARGED, Detector
from pipeline.detectors.habits import SURE_SCORE, USUAL_PX
from pipeline.errors import InputError
from pipeline.records import Frame
from pipeline.video import VideoReader

LARGER_PX = (960, 1280)
"""Longer sides that are tried besides `USUAL_PX`."""
LOOKS = 16
"""Pictures looked at, spread evenly over the video."""
WORTH_IT, WORTH_IT_EACH = 1.15, 0.5
"""A larger picture must find so many times as much, and so many objects more in each picture."""
NEARLY_ALL = 0.9
"""Share of what the best size finds that a smaller, cheaper one must find to be taken."""


def fit_to_video(
    detector: Detector, reader: VideoReader, max_s: float | None = None, *, quiet: bool = True
) -> Detector:
    """The detector at the size that this video, up to `max_s`, needs; itself where its size is given."""
    if detector.input_px is not None:
        return detector
    info = reader.info
    tried = [px for px in LARGER_PX if px <= MOST_ENLARGED * max(info.width, info.height)]
    if detector.has_fixed_size or info.is_live or not info.duration_s or not tried:
        return detector.at(detector.usual_px)
    frames = _spread(reader, min(info.duration_s, max_s or info.duration_s), tried[-1])
    if not frames:
        return detector.at(USUAL_PX)
    px = choose_size({px: _found(detector.at(px), frames) for px in (USUAL_PX, *tried)}, len(frames))
    if px != USUAL_PX and not quiet:
        print(f"small things to see: looking at {px} pixels (--input-px {USUAL_PX} is faster)", file=sys.stderr)
    return detector.at(px)


def choose_size(found: dict[int, int], pictures: int) -> int:
    """found: input size → objects found in all `pictures`. Returns the size to take."""
    base, best = found[USUAL_PX], max(found.values())
    if best < max(WORTH_IT * base, base + WORTH_IT_EACH * pictures):
        return USUAL_PX
    return min(px for px, number in found.items() if number >= NEARLY_ALL * best)


def _found(detector: Detector, frames: Sequence[Frame]) -> int:
    """Objects that are surely found in all frames."""
    return sum(int(np.count_nonzero(detector.detect([frame])[0].score >= SURE_SCORE)) for frame in frames)


def _spread(reader: VideoReader, duration_s: float, max_side: int) -> list[Frame]:
    """Pictures spread evenly over the video; those that can't be read are left out."""
    frames: list[Frame] = []
    for at_s in (np.arange(LOOKS) + 0.5) / LOOKS * duration_s:
        with contextlib.suppress(InputError):
            frames += islice(reader.frames(max_side=max_side, start_s=float(at_s), prefetch=0), 1)
    sizes = [frame.image.shape for frame in frames]
    return [frame for frame in frames if frame.image.shape == max(set(sizes), key=sizes.count)]
