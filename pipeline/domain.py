"""Does a video look like what the bundled detector has learned? It knows only rendered scenes (`models/weights`).

On what it knows, a detector is sure of much of what it reports; on other pictures it reports little, and is unsure of
most. So the number of sure detections for each unsure one tells, and costs nothing: it is counted while a video is
indexed, and kept with the index. `python -m pipeline.domain CLIP …` measures it (figures behind the constants: LOG.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.detectors.files import BUNDLED
from pipeline.errors import InputError, run_cli
from pipeline.records import FrameObjects
from pipeline.storage import file_digest

SURE, UNSURE = 0.7, 0.35
"""Scores from which on a detection is sure, and below which it is unsure."""
LEAST_SURE = 0.5
"""Sure detections for each unsure one, up to which a video is not of the detector's world: five real videos have 0.00
to 0.19, rendered ones 1.25 and more (LOG.md)."""
LEAST_FOUND = 5
"""Fewer detections tell nothing."""
LEAST_FRAMES = 10
"""Where in so many frames fewer than `LEAST_FOUND` things are found, the video is not of its world, either."""
RENDERED = "rendered"

WARNING = (
    "the bundled detector knows only rendered scenes, and this video doesn't look like one: its counts mean little; "
    "use --detector yolo26n.pt"
)


class DomainMeter:
    """Counts how sure a detector is, frame by frame, in bounded space."""

    def __init__(self) -> None:
        self.frames = self.found = self.sure = self.unsure = 0

    def add(self, objects: FrameObjects) -> None:
        """One more frame, with all that was found in it, tracked or not."""
        self.frames += 1
        self.found += len(objects)
        self.sure += int((objects.score >= SURE).sum())
        self.unsure += int((objects.score < UNSURE).sum())

    def summary(self, detector: Mapping[str, Any]) -> dict[str, Any]:
        """For an index's provenance. detector: provenance of the detector.

        frames; found, sure, unsure: detections. only: "rendered" where the detector knows only rendered scenes.
        """
        out: dict[str, Any] = {name: getattr(self, name) for name in ("frames", "found", "sure", "unsure")}
        return {**out, "only": RENDERED} if is_bundled(detector) else out


def is_bundled(detector: Mapping[str, Any]) -> bool:
    """Is this the detector that comes with Longtake, by whatever name? detector: its provenance."""
    if detector.get("name") == "bundled":
        return True
    return detector.get("sha256") is not None and detector["sha256"] == _digest_of(BUNDLED)


@cache
def _digest_of(path: Path) -> str | None:
    """None where there is no such file."""
    return file_digest(path) if path.is_file() else None


def is_footage(provenance: Mapping[str, Any]) -> bool:
    """Is an index made from video by a detector of real things (not from given tracks, not by the bundled one)?"""
    detector = provenance.get("detector")
    return isinstance(detector, dict) and bool(detector) and not is_bundled(detector)


OUTSIDE_ITS_WORLD = 0.3
"""Answers about what a detector has never learned to see are no surer than this: a guess."""


def domain_doubt(provenance: Mapping[str, Any]) -> str | None:
    """One sentence where a detector has seen what it doesn't know; None where all is well or nothing is known."""
    domain = provenance.get("domain")
    if not isinstance(domain, dict) or domain.get("only") != RENDERED:
        return None
    frames, found, sure, unsure = (domain.get(name, 0) for name in ("frames", "found", "sure", "unsure"))
    if found < LEAST_FOUND:
        return WARNING if frames >= LEAST_FRAMES else None
    return WARNING if sure <= LEAST_SURE * unsure else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of clips, and whether they would be warned of."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.domain", description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP", help="videos, rendered and others")
    parser.add_argument("--detector", default="bundled", help="as in pipeline.index (default bundled)")
    args = parser.parse_args(arguments)
    from pipeline.open_clip import ClipSettings, open_clip

    width = max(len(clip.name) for clip in args.clips)
    print(f"{'clip':{width}s}  frames  found a frame  sure for an unsure  in its world")
    for clip in args.clips:
        made = open_clip(clip, ClipSettings(detector=args.detector), quiet=True).index.provenance
        domain = made.get("domain")
        if not isinstance(domain, dict):
            raise InputError(f"the index of {clip} is of an older version; delete it, and index the clip again")
        doubt = domain_doubt({"domain": {**domain, "only": RENDERED}})
        print(
            f"{clip.name:{width}s}  {domain['frames']:6d}  {domain['found'] / max(domain['frames'], 1):13.2f}  "
            f"{domain['sure'] / max(domain['unsure'], 1):18.2f}  {'no' if doubt else 'yes'}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
