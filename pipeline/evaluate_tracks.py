"""`python -m pipeline.evaluate_tracks`: how well do identities hold? Identities made against those that there are.

Part 1 shows human tracks to the tracker through a simulated detector (misses, jitter, scores, looks as unlike and as
alike as measured on street video), at several sampling rates, and reports HOTA, AssA and IDF1 (TrackEval) before and
after offline linking. Part 2 indexes the real videos that have a timeline, and compares objects, first and last sights.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.noise_detector import seen_share
from data.world_looks import change_looks, draw_looks
from pipeline.assemble import SightingStore
from pipeline.boxes import overlap
from pipeline.errors import InputError, run_cli
from pipeline.link import LinkPolicy, link_tracklets
from pipeline.object_index import ObjectIndex
from pipeline.records import FrameObjects
from pipeline.track import OnlineTracker


@dataclass(frozen=True)
class Score:
    """Of one clip, or the mean over clips (counts: the sum). hota, assa, idf1: 0–1."""

    hota: float
    assa: float
    idf1: float
    there_are: int
    made: int
    wrong: int  # sum over clips of |made - there are|

    def __str__(self) -> str:
        return (
            f"HOTA {self.hota:.3f}  AssA {self.assa:.3f}  IDF1 {self.idf1:.3f}  identities {self.made:4d} of "
            f"{self.there_are:4d}, off by {self.wrong / max(self.there_are, 1):4.0%}"
        )


MISSED, MISSED_SMALL, SMALL_PX = 0.1, 0.3, 25
JITTER = 0.04


def simulate_detector(clip: ObjectIndex, rng: np.random.Generator) -> ObjectIndex:
    """The clip as a detector might see it: the same rows less the missed ones, with jitter, scores and looks."""
    rows = len(clip.score)
    height_px = clip.boxes_xywhn[:, 3] * clip.height
    seen = rng.random(rows) > np.where(height_px < SMALL_PX, MISSED_SMALL, MISSED)
    boxes = clip.boxes_xywhn.astype(np.float64)
    boxes[:, :2] += rng.normal(0, JITTER, (rows, 2)) * boxes[:, 2:]
    boxes[:, 2:] *= np.exp(rng.normal(0, JITTER, (rows, 2)))
    look = simulate_looks(clip, rng)
    keep = np.flatnonzero(seen)
    return replace(
        clip,
        offsets=np.concatenate([[0], np.cumsum(seen)])[clip.offsets],
        boxes_xywhn=np.clip(boxes[keep], 0, 1).astype(np.float32),
        class_id=clip.class_id[keep],
        track_id=np.arange(len(keep), dtype=np.int32),
        score=np.clip(rng.normal(0.65, 0.18, len(keep)), 0.11, 0.98).astype(np.float32),
        key_track_id=np.arange(len(keep), dtype=np.int32),
        key_t_s=clip.frame_t_s[clip.row_frame[keep]],
        key_appearance=look[keep],
    )


LOOK_CHANGE, LOOK_MEMORY_S, LOOK_LASTING = 0.22, 5.0, 0.9
LOOK_CUT = 4.0
"""How looks change, fitted on the sightings of five real videos (LOG.md, 2026-11-28): slowly, little between sightings,
and far more where an object is cut by the picture's edge or hidden."""


def simulate_looks(clip: ObjectIndex, rng: np.random.Generator) -> np.ndarray:
    """(R, A) float32 unit vectors: what the object of every row looks like at that moment."""
    tracks, first, who = np.unique(clip.track_id, return_index=True, return_inverse=True)
    own = draw_looks(rng, clip.class_id[first], variety=rng.uniform(0.6, 1.1))
    amount = LOOK_CHANGE * np.exp(rng.normal(0, 0.4, len(tracks)))[who] * (1 + LOOK_CUT * (1 - seen_share(clip)))
    lasting = rng.normal(size=own.shape)
    last_s = np.full(len(tracks), -np.inf)
    change = np.empty((len(who), own.shape[1]), np.float32)
    for k, t_s in enumerate(clip.frame_t_s):
        at = slice(clip.offsets[k], clip.offsets[k + 1])
        mine = who[at]
        rho = np.exp(-(t_s - last_s[mine]) / LOOK_MEMORY_S)[:, None]
        lasting[mine] = rho * lasting[mine] + np.sqrt(1 - rho**2) * rng.normal(size=(len(mine), own.shape[1]))
        last_s[mine] = t_s
        change[at] = np.sqrt(LOOK_LASTING) * lasting[mine]
    change += np.sqrt(1 - LOOK_LASTING) * rng.normal(size=change.shape)
    return change_looks(own[who], amount, change)


def thin_out(clip: ObjectIndex, fps: float) -> ObjectIndex:
    """The clip looked at `fps` times a second instead of at every frame."""
    step = max(1, round(1 / (fps * clip.step_s))) if clip.step_s else 1
    frames = np.arange(0, len(clip), step)
    rows = np.concatenate([np.arange(clip.offsets[k], clip.offsets[k + 1]) for k in frames] or [np.zeros(0, np.int64)])
    counts = np.diff(clip.offsets)[frames]
    return replace(
        clip,
        frame_t_s=clip.frame_t_s[frames],
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        boxes_xywhn=clip.boxes_xywhn[rows],
        class_id=clip.class_id[rows],
        track_id=clip.track_id[rows],
        score=clip.score[rows],
    )


def played_again(clip: ObjectIndex, times: int) -> ObjectIndex:
    """The clip shown `times` times, one after another; its objects are the same ones each time."""
    span_s = clip.frame_t_s[-1] + clip.step_s if len(clip) else 0.0
    rows = len(clip.score)
    return replace(
        clip,
        duration_s=clip.duration_s + (times - 1) * span_s,
        frame_t_s=np.concatenate([clip.frame_t_s + k * span_s for k in range(times)]),
        offsets=np.concatenate([[0], *(clip.offsets[1:] + k * rows for k in range(times))]),
        boxes_xywhn=np.tile(clip.boxes_xywhn, (times, 1)),
        class_id=np.tile(clip.class_id, times),
        track_id=np.tile(clip.track_id, times),
        score=np.tile(clip.score, times),
    )


def track_and_link(clip: ObjectIndex, policy: LinkPolicy | None = None) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Per frame, the online ids and the linked ids of a clip's detections (its own ids are ignored)."""
    tracker = OnlineTracker(class_names=clip.class_names, step_s=clip.step_s or 0.2)
    with tempfile.TemporaryDirectory() as folder:
        store = SightingStore(Path(folder) / "looks.bin")
        online = []
        for k in range(len(clip)):
            rows = slice(clip.offsets[k], clip.offsets[k + 1])
            objects = FrameObjects(
                t_s=float(clip.frame_t_s[k]),
                boxes_xywhn=clip.boxes_xywhn[rows],
                class_id=clip.class_id[rows],
                score=clip.score[rows],
                track_id=np.full(rows.stop - rows.start, -1, np.int32),
                appearance=clip.key_appearance[rows],
            )
            online.append(tracker.update(objects))
            store.add(objects, online[-1])
        _, sightings = store.sightings()
        owner = link_tracklets(
            sightings,
            class_names=clip.class_names,
            aspect=clip.width / clip.height,
            duration_s=clip.duration_s,
            policy=policy,
        ).owner
        store.close()
    linked, at = [], 0
    for ids in online:
        mine = np.full(len(ids), -1, np.int32)
        mine[ids >= 0] = owner[at : at + (ids >= 0).sum()]
        at += int((ids >= 0).sum())
        linked.append(mine)
    return online, linked


def score_ids(truth: ObjectIndex, seen: ObjectIndex, ids: Sequence[np.ndarray]) -> Score:
    """Score identities with TrackEval's HOTA and Identity metrics. Raises InputError if TrackEval is missing."""
    try:
        from trackeval.metrics import HOTA, Identity
    except ImportError as error:
        raise InputError('TrackEval is not installed; pip install "longtake[test]"') from error
    true_ids, true_boxes, made_ids, made_boxes = [], [], [], []
    for k in range(len(truth)):
        rows, mine = slice(*truth.offsets[k : k + 2]), slice(*seen.offsets[k : k + 2])
        known = ids[k] >= 0
        true_ids.append(truth.track_id[rows])
        true_boxes.append(truth.boxes_xywhn[rows])
        made_ids.append(ids[k][known])
        made_boxes.append(seen.boxes_xywhn[mine][known])
    there_are, made = (np.unique(np.concatenate(each)) for each in (true_ids, made_ids))
    data = {
        "num_timesteps": len(truth),
        "num_gt_ids": len(there_are),
        "num_tracker_ids": len(made),
        "num_gt_dets": sum(map(len, true_ids)),
        "num_tracker_dets": sum(map(len, made_ids)),
        "gt_ids": [np.searchsorted(there_are, each) for each in true_ids],
        "tracker_ids": [np.searchsorted(made, each) for each in made_ids],
        "similarity_scores": [overlap(a, b) for a, b in zip(true_boxes, made_boxes, strict=True)],
    }
    hota = HOTA().eval_sequence(data)
    identity = Identity({"PRINT_CONFIG": False}).eval_sequence(data)
    return Score(
        float(hota["HOTA"].mean()),
        float(hota["AssA"].mean()),
        float(identity["IDF1"]),
        len(there_are),
        len(made),
        abs(len(there_are) - len(made)),
    )


def mean_score(scores: Sequence[Score]) -> Score:
    mean = [float(np.mean([getattr(s, name) for s in scores])) for name in ("hota", "assa", "idf1")]
    return Score(*mean, *(sum(getattr(s, name) for s in scores) for name in ("there_are", "made", "wrong")))


def human_clips(real: Path, most: int) -> Iterator[tuple[str, ObjectIndex]]:
    """(set, clip) of the human tracks in `real/tracks` that have any rows, at most `most` of a set."""
    from pipeline.given_tracks import read_given_tracks

    taken: dict[str, int] = {}
    for clip in json.loads((real / "tracks" / "index.json").read_text()):
        name = clip["set"]
        if not clip["boxes"] or clip["seconds"] > 200 or taken.get(name, 0) >= most:
            continue
        taken[name] = taken.get(name, 0) + 1
        path = real / "tracks" / name / f"{clip['seq']}.csv"
        yield name, read_given_tracks(path, fps=clip["fps"], size=(clip["width"], clip["height"]))


def report_human_tracks(real: Path, rates: Sequence[float], most: int, seed: int, times: int = 1) -> None:
    clips = list(human_clips(real, most))
    for fps in rates:
        before: dict[str, list[Score]] = {}
        after: dict[str, list[Score]] = {}
        for number, (name, clip) in enumerate(clips):
            truth = played_again(thin_out(clip, fps), times)
            seen = simulate_detector(truth, np.random.default_rng([seed, number]))
            online, linked = track_and_link(seen)
            before.setdefault(name, []).append(score_ids(truth, seen, online))
            after.setdefault(name, []).append(score_ids(truth, seen, linked))
        for name in before:
            print(f"{fps:4g} fps  {name:6s} {len(before[name]):3d} clips  online  {mean_score(before[name])}")
            print(f"{'':26s}linked  {mean_score(after[name])}", flush=True)


def report_timelines(real: Path, detector: str, rates: Sequence[float]) -> None:
    from pipeline.build_index import IndexSettings, build_index
    from pipeline.detect import DetectorSettings

    timelines = json.loads((real / "videos" / "timelines.json").read_text())
    for video, truth in timelines.items():
        if not isinstance(truth, dict):
            continue
        name = truth["intervals"][0][0]
        for fps in rates:
            settings = IndexSettings(fps=fps, detector=DetectorSettings(detector=detector))
            index = build_index(real / "videos" / video, settings=settings, quiet=True).index
            tracks = index.tracks
            mine = tracks.class_id == index.class_names.index(name)
            objects = len({label for _, label, *_ in truth["intervals"]})
            print(f"{fps:4g} fps  {video}: {mine.sum()} objects of class {name}, there are {objects}")
            errors = []
            for _, _, start_s, end_s in truth["intervals"]:
                starts, ends = _stretches(index, name)
                errors.append((np.abs(starts - start_s).min(), np.abs(ends - end_s).min()))
            worst, mean = np.max(errors, 0), np.mean(errors, 0)
            print(
                f"          stretches: beginning off by {mean[0]:.2f} s on average, {worst[0]:.2f} s at worst; "
                f"end {mean[1]:.2f} s, {worst[1]:.2f} s",
                flush=True,
            )


def _stretches(index: ObjectIndex, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Beginnings and ends of all unbroken stretches in which objects of a class are visible, seconds."""
    rows = np.flatnonzero(index.class_id == index.class_names.index(name))
    rows = rows[np.lexsort((index.row_frame[rows], index.track_id[rows]))]
    frame, track = index.row_frame[rows], index.track_id[rows]
    begins = np.ones(len(rows), bool)
    begins[1:] = (track[1:] != track[:-1]) | (frame[1:] != frame[:-1] + 1)
    ends = np.append(begins[1:], True)
    return index.frame_t_s[frame[begins]], index.frame_t_s[frame[ends]] + index.step_s


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_tracks", description=__doc__)
    parser.add_argument("--real", type=Path, required=True, help="folder with tracks/ and videos/ of known truth")
    parser.add_argument("--fps", type=float, nargs="+", default=[2, 5, 10], help="sampling rates to compare")
    parser.add_argument("--clips", type=int, default=40, help="at most this many clips of each set of tracks")
    parser.add_argument("--loops", type=int, default=1, metavar="N", help="show each clip of tracks N times over")
    parser.add_argument("--detector", help="also index the videos with a timeline, with this detector")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    if not (args.real / "tracks" / "index.json").is_file():
        raise InputError(f"{args.real} holds no tracks/index.json; give the folder with the real footage")
    report_human_tracks(args.real, args.fps, args.clips, args.seed, max(args.loops, 1))
    if args.detector:
        report_timelines(args.real, args.detector, args.fps)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
