"""How right is an index? `python -m pipeline.check_index CLIP.mp4 …` compares indexes with the truth beside the clips.

The truth of CLIP.mp4 is CLIP.csv (`frame,id,class,x,y,w,h[,confidence]`, boxes in pixels, frames from 0, confidence =
the share of an object that can be seen; rendered clips bring theirs). A true object and a track belong together where
they share most frames with boxes that overlap, one to one over the whole clip (Hungarian method, as in IDF1). Told are,
per clip and in all: objects and tracks of each class, true objects without a track, tracks without an object (false
ones, and pieces of broken identities), and how far first and last sights are off. Objects that are never large, long or
well enough in sight to be found are told apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.boxes import overlap
from pipeline.errors import InputError, run_cli
from pipeline.object_index import ObjectIndex

SAME_PLACE_IOU = 0.3
"""Boxes that overlap less are of different things: half-hidden things have boxes that differ this much."""
TRUTH_FPS = 5.0
LEAST_SHARED = 0.1
"""A track must be on an object for this share of the shorter of both lives."""


@dataclass(frozen=True)
class Sight:
    """What was made of one true object. first_off_s, last_off_s: found minus true, seconds, None if it was not found.

    pieces: tracks that lie on it. taken_for: class of its track. side_px: at its largest, root of the area.
    """

    object_id: str
    class_name: str
    first_s: float
    last_s: float
    seen_s: float
    side_px: float
    found: bool
    taken_for: str | None = None
    first_off_s: float | None = None
    last_off_s: float | None = None
    pieces: int = 0


@dataclass(frozen=True)
class ClipCheck:
    """One clip. objects: true ones that count. minor: true ones that are too small or too short to count.

    extra: tracks without an object that counts: (class, first s, last s, what they are).
    """

    name: str
    duration_s: float
    classes: dict[str, tuple[int, int]]
    objects: list[Sight]
    minor: list[Sight]
    extra: list[tuple[str, float, float, str]]

    @property
    def there_are(self) -> int:
        return sum(true for true, _ in self.classes.values())

    @property
    def made(self) -> int:
        return sum(made for _, made in self.classes.values())

    @property
    def wrong(self) -> int:
        """Sum over classes of |tracks − objects|."""
        return sum(abs(true - made) for true, made in self.classes.values())

    @property
    def worst_s(self) -> float:
        """Largest error of a first or last sight, seconds; 0 where nothing was found."""
        return max((abs(e) for s in self.objects if s.found for e in (s.first_off_s, s.last_off_s)), default=0.0)


@dataclass(frozen=True)
class Least:
    """What a true object must reach to count: seconds in sight, and side (root of the area) in pixels.

    visible: share of an object that must be seen for it to be in sight.
    """

    seen_s: float = 0.6
    side_px: float = 12.0
    visible: float = 0.25


@dataclass
class _Pairing:
    """On which true object each track lies. shared: (K, M) frames in which object k and track m are in one place."""

    shared: np.ndarray
    life: np.ndarray
    made_life: np.ndarray
    match: dict[int, int] = field(default_factory=dict)


def check_index(truth: ObjectIndex, index: ObjectIndex, name: str, least: Least | None = None) -> ClipCheck:
    """Compare an index with the truth of its clip (`pipeline.given_tracks.read_given_tracks`)."""
    least = least or Least()
    truth = _in_sight(truth, least.visible)
    ids = truth.provenance.get("original_ids") or [str(k) for k in range(len(truth.tracks))]
    table, made = truth.tracks, index.tracks
    side_px = np.zeros(int(truth.track_id.max(initial=-1)) + 1)
    area = truth.boxes_xywhn[:, 2] * truth.boxes_xywhn[:, 3] * truth.width * truth.height
    np.maximum.at(side_px, truth.track_id, np.sqrt(area))
    side_px = side_px[table.track_id]
    counts = (table.seen_s >= least.seen_s - 1e-6) & (side_px >= least.side_px)
    pairing = _pair(truth, index)
    sights: list[Sight] = []
    for k in range(len(table)):
        m = pairing.match.get(k)
        first_s, last_s = float(table.start_s[k]), float(table.end_s[k])
        facts = (str(ids[table.track_id[k]]), truth.class_names[table.class_id[k]], first_s, last_s,
                 float(table.seen_s[k]), float(side_px[k]))  # fmt: skip
        if m is None:
            sights.append(Sight(*facts, False))
            continue
        pieces = int((pairing.shared[k] >= LEAST_SHARED * np.minimum(pairing.life[k], pairing.made_life)).sum())
        sights.append(
            Sight(
                *facts,
                found=True,
                taken_for=index.class_names[made.class_id[m]],
                first_off_s=float(made.start_s[m]) - first_s,
                last_off_s=float(made.end_s[m]) - last_s,
                pieces=pieces,
            )
        )
    on_minor = {m for k, m in pairing.match.items() if not counts[k]}
    matched = {m for k, m in pairing.match.items() if counts[k]}
    extra, classes = [], {}
    for m in range(len(made)):
        if m not in matched:
            what = _what(pairing, m, sights, m in on_minor)
            class_name = index.class_names[made.class_id[m]]
            extra.append((class_name, float(made.start_s[m]), float(made.end_s[m]), what))
    of_true = [truth.class_names[c] for c in table.class_id[counts]]
    of_made = [index.class_names[made.class_id[m]] for m in range(len(made)) if m not in on_minor]
    for class_name in sorted({*of_true, *of_made}):
        classes[class_name] = (of_true.count(class_name), of_made.count(class_name))
    objects = [s for s, c in zip(sights, counts, strict=True) if c]
    minor = [s for s, c in zip(sights, counts, strict=True) if not c]
    return ClipCheck(name, index.duration_s, classes, objects, minor, extra)


def _in_sight(truth: ObjectIndex, visible: float) -> ObjectIndex:
    """The truth without the rows in which too little of an object is seen."""
    keep = truth.score >= visible
    return replace(
        truth,
        offsets=np.concatenate([[0], np.cumsum(keep)])[truth.offsets],
        boxes_xywhn=truth.boxes_xywhn[keep],
        class_id=truth.class_id[keep],
        track_id=truth.track_id[keep],
        score=truth.score[keep],
    )


def _pair(truth: ObjectIndex, index: ObjectIndex) -> _Pairing:
    """Objects and tracks one to one, so that the frames that they share are the most."""
    true_of = {int(t): k for k, t in enumerate(truth.tracks.track_id)}
    made_of = {int(t): m for m, t in enumerate(index.tracks.track_id)}
    shared = np.zeros((len(true_of), len(made_of)))
    life, made_life = np.zeros(len(true_of)), np.zeros(len(made_of))
    for t in range(len(index)):
        at = min(round(np.interp(index.frame_t_s[t], truth.frame_t_s, np.arange(len(truth)))), len(truth) - 1)
        rows, mine = slice(*truth.offsets[at : at + 2]), slice(*index.offsets[t : t + 2])
        k = np.array([true_of[i] for i in truth.track_id[rows].tolist()], int)
        m = np.array([made_of[i] for i in index.track_id[mine].tolist()], int)
        life[k] += 1
        made_life[m] += 1
        if len(k) and len(m):
            over = overlap(truth.boxes_xywhn[rows], index.boxes_xywhn[mine])
            shared[np.ix_(k, m)] += (over >= SAME_PLACE_IOU) * (0.5 + 0.5 * over)  # the better of two boxes counts
    pairing = _Pairing(shared, life, made_life)
    for k, m in zip(*linear_sum_assignment(-shared), strict=True):
        if shared[k, m] >= LEAST_SHARED * max(min(life[k], made_life[m]), 1):
            pairing.match[int(k)] = int(m)
    return pairing


def _what(pairing: _Pairing, m: int, sights: list[Sight], on_minor: bool) -> str:
    """In words, what a track without an object is."""
    if on_minor:
        return "an object that is too small or too short to count"
    if len(sights):
        k = int(pairing.shared[:, m].argmax())
        if pairing.shared[k, m] >= LEAST_SHARED * max(pairing.made_life[m], 1):
            return f"a piece of {sights[k].class_name} {sights[k].object_id}"
    return "nothing"


# -------------------------------------------------------------------------------------------------------- the command


def table_lines(checks: Sequence[ClipCheck], *, every_object: bool = True) -> list[str]:
    """The comparison as people read it."""
    lines = []
    for check in checks:
        lines.append(f"{check.name}: {check.duration_s:.1f} s, {check.there_are} objects, {check.made} tracks")
        lines += [
            f"  {name:<16s}{true:>5d} there,{made:>5d} made{'' if true == made else '   ✗'}"
            for name, (true, made) in check.classes.items()
        ]
        for s in check.objects if every_object else ():
            if not s.found:
                lines.append(f"    ✗ {s.class_name} {s.object_id}: {s.first_s:.1f}–{s.last_s:.1f} s, not found "
                             f"(in sight for {s.seen_s:.1f} s, {s.side_px:.0f} px at its largest)")  # fmt: skip
                continue
            wrong = s.pieces > 1 or s.taken_for != s.class_name
            lines.append(
                f"    {'✗' if wrong else ' '} {s.class_name} {s.object_id}: {s.first_s:.1f}–{s.last_s:.1f} s, first "
                f"{s.first_off_s:+.1f} s, last {s.last_off_s:+.1f} s"
                + (f", in {s.pieces} pieces" if s.pieces > 1 else "")
                + (f", taken for {s.taken_for}" if s.taken_for != s.class_name else "")
            )
        lines += [f"    ✗ {name} {a:.1f}–{b:.1f} s: {what}" for name, a, b, what in check.extra if every_object]
    found = [s for check in checks for s in check.objects if s.found]
    there, wrong = sum(c.there_are for c in checks), sum(c.wrong for c in checks)
    lines.append(
        f"{len(checks)} clip{'s' * (len(checks) != 1)}: {there} objects, {sum(c.made for c in checks)} tracks, "
        f"identities off by {wrong} ({wrong / max(there, 1):.1%}), {there - len(found)} objects not found"
    )
    if found:
        for what, name in (("first", "first_off_s"), ("last", "last_off_s")):
            off = np.abs([getattr(s, name) for s in found])
            lines.append(
                f"{what} sight off by {off.mean():.2f} s on average, {off.max():.2f} s at worst, within 0.5 s for "
                f"{(off <= 0.5).mean():.0%}"
            )
    return lines


def summary(checks: Sequence[ClipCheck]) -> dict[str, Any]:
    """The comparison for programs: all clips together, and each."""
    there, wrong = sum(c.there_are for c in checks), sum(c.wrong for c in checks)
    return {
        "objects": there,
        "tracks": sum(c.made for c in checks),
        "off_by": wrong,
        "off_share": wrong / max(there, 1),
        "not_found": sum(not s.found for c in checks for s in c.objects),
        "worst_s": max((c.worst_s for c in checks), default=0.0),
        "clips": [
            {**asdict(c), "there_are": c.there_are, "made": c.made, "wrong": c.wrong, "worst_s": c.worst_s}
            for c in checks
        ],
    }


Judge = Callable[[ObjectIndex], ObjectIndex]


def check_clip(
    video: Path, settings: Any, least: Least, truth_fps: float = TRUTH_FPS, *, judge: Judge = lambda index: index
) -> ClipCheck:
    """Index a clip, or find its index, and compare it with the CSV beside it. Raises InputError.

    settings: `pipeline.open_clip.ClipSettings`. truth_fps: what the CSV counts its frames in. judge: compare the index
    as this makes it of it.
    """
    from pipeline.given_tracks import read_given_tracks
    from pipeline.open_clip import open_clip
    from pipeline.video import VideoReader

    csv = video.with_suffix(".csv")
    if not csv.is_file():
        raise InputError(f"{video} has no truth beside it: {csv.name} is missing")
    with VideoReader.open(video) as reader:
        info = reader.info
    truth = read_given_tracks(csv, fps=truth_fps, size=(info.width, info.height))
    if settings.detector != "truth":
        return check_index(truth, judge(open_clip(video, settings, quiet=True).index), video.name, least)
    from pipeline.build_index import DEFAULT_FPS, IndexSettings, build_index
    from pipeline.detectors.truth_detector import TruthDetector

    detector = TruthDetector(_in_sight(truth, least.visible))
    how = IndexSettings(fps=settings.fps or DEFAULT_FPS)
    made = build_index(video, settings=how, detector=detector, quiet=True).index
    return check_index(truth, judge(made), video.name, least)


def answers_judge() -> Judge:
    """What answers rest on: the index after the bundled model has judged its tracks (`pipeline.repair`)."""
    from pipeline.answerer import Answerer

    answerer = Answerer.load()

    def judge(index: ObjectIndex) -> ObjectIndex:
        return answerer.read(index).index_of(0)

    return judge


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.check_index", description=__doc__)
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP", help="videos with their truth, CLIP.csv, beside")
    parser.add_argument("--detector", default="bundled",
                        help="as in pipeline.index (default bundled), or truth: perfect boxes, tracked")  # fmt: skip
    parser.add_argument("--input-px", type=int, metavar="PX", help="longer side that the detector sees")
    parser.add_argument("--fps", type=float, help="frames looked at per second (default 5)")
    parser.add_argument("--truth-fps", type=float, default=TRUTH_FPS, metavar="F",
                        help=f"rate that the CSV counts frames in (default {TRUTH_FPS:g}, as data.render)")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures, too")
    parser.add_argument("--least-seconds", type=float, default=Least.seen_s, metavar="S",
                        help=f"objects seen for less don't count (default {Least.seen_s})")  # fmt: skip
    parser.add_argument("--least-px", type=float, default=Least.side_px, metavar="PX",
                        help=f"nor those never as large (root of the area; default {Least.side_px:g})")  # fmt: skip
    parser.add_argument("--judged", action="store_true", help="as the model judges the tracks for an answer")
    parser.add_argument("--brief", action="store_true", help="no line per object")
    args = parser.parse_args(arguments)
    from pipeline.open_clip import ClipSettings

    least = Least(args.least_seconds, args.least_px)
    settings = ClipSettings(detector=args.detector, input_px=args.input_px, fps=args.fps)
    judged = {"judge": answers_judge()} if args.judged else {}
    checks = [check_clip(clip, settings, least, args.truth_fps, **judged) for clip in args.clips]
    if args.json:
        text = json.dumps(summary(checks), indent=1, ensure_ascii=False) + "\n"
        try:
            args.json.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot write {args.json}: {error}") from error
    print("\n".join(table_lines(checks, every_object=not args.brief)))
    return 0


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
