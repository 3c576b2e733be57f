"""Training clips out of a user's own human tracks: random stretches, as a detector may see them or as it did see them.

Simulated: `data.noise.observe` looks at a stretch of human tracks. Real: the index of the same video, whose tracks are
matched to the human ones; a track belongs to the human track that most of its boxes lie on (IoU of at least `SAME`),
to nobody if most lie on none. What people did not look for (classes that they never name) is left out of it.

Shapes: R rows, T tracks of the detector, K human tracks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from data.dataset import Sample
from data.noise import NoiseSettings, observe
from data.noise_settings import Preset
from data.questions import ask
from data.vocabulary import coco_names
from pipeline.boxes import overlap
from pipeline.errors import InputError
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import ObjectIndex, read_index

SAME = 0.5
NOBODY = -1
NOT_ASKED = -2
"""Of a detector's track: of a class that people did not look for."""
STRETCH_S = (8.0, 120.0)
RATES = (1.0, 2.0, 2.0, 3.0, 5.0)
"""Sampled frames per second of simulated sight, as in the simulated world."""
SHORTEST_S = 4.0


@dataclass(frozen=True)
class OwnVideo:
    """human: what people marked. seen: the detector's index, or None; both have the same class names.

    owner: (largest track id of `seen` + 1,) the human track of each, `NOBODY` or `NOT_ASKED`. split_s: from here on,
    everything is held out.
    """

    name: str
    human: ObjectIndex
    seen: ObjectIndex | None
    owner: np.ndarray
    split_s: float

    def part(self, held_out: bool) -> tuple[float, float]:
        return (self.split_s, self.human.duration_s) if held_out else (0.0, self.split_s)

    def simulated(self, number: int, start_s: float, end_s: float, rng: np.random.Generator, noise: Preset) -> Sample:
        """The stretch through simulated noise, without questions."""
        clean, _ = cut(self.human, start_s, end_s, fps=float(rng.choice(RATES)))
        observed = observe(clean, rng, NoiseSettings.named(noise, rng))
        return Sample(number, observed.index, clean, observed.true_track, ())

    def real(self, number: int, start_s: float, end_s: float) -> Sample:
        """The stretch as the detector saw it, without questions."""
        clean, human_ids = cut(self.human, start_s, end_s, fps=1 / max(self.seen.step_s, 1e-3))
        keep = (self.owner == NOBODY) | np.isin(self.owner, human_ids)
        seen, seen_ids = cut(self.seen, start_s, end_s, keep=keep)
        owner = self.owner[seen_ids]
        true = np.where(owner >= 0, np.searchsorted(human_ids, np.maximum(owner, 0)), -1)
        return Sample(number, seen, clean, true.astype(np.int32), ())


def read_videos(
    tracks: Sequence[Path],
    *,
    fps: float,
    size: tuple[int, int],
    indexes: Sequence[Path] = (),
    class_name: str | None = None,
    held_out: float = 0.25,
) -> list[OwnVideo]:
    """A user's files. held_out: share of each video's time, at its end. Raises InputError for what can't be learned."""
    if indexes and len(indexes) != len(tracks):
        raise InputError(f"{len(indexes)} index files for {len(tracks)} files of tracks; give one for each, in order")
    out = []
    for number, path in enumerate(tracks):
        human = read_given_tracks(path, fps=fps, size=size, class_name=class_name)
        seen = read_index(indexes[number]) if indexes else None
        names = seen.class_names if seen is not None else coco_names()
        names = (*names, *(name for name in human.class_names if name not in names))
        human, seen = with_names(human, names), with_names(seen, names) if seen is not None else None
        split_s = human.duration_s * (1 - held_out)
        for what, seconds in (("learning", split_s), ("the held-out part", human.duration_s - split_s)):
            if seconds < SHORTEST_S:
                raise InputError(f"{path} has {seconds:.1f} s for {what}, it must be {SHORTEST_S:.0f} s at least")
        t = human.frame_t_s[human.row_frame]
        if not (t < split_s).any() or not (t >= split_s).any():
            raise InputError(f"{path} shows nothing before, or nothing after {split_s:.1f} s; give tracks of more time")
        owner = match_tracks(seen, human) if seen is not None else np.zeros(0, np.int64)
        out.append(OwnVideo(path.name, human, seen, owner, split_s))
    return out


def with_names(index: ObjectIndex, names: tuple[str, ...]) -> ObjectIndex:
    """The index with class ids that point into `names`."""
    place = np.array([names.index(name) for name in index.class_names], np.int32)
    return replace(index, class_names=names, class_id=place[index.class_id] if len(place) else index.class_id)


def cut(
    index: ObjectIndex, start_s: float, end_s: float, *, fps: float | None = None, keep: np.ndarray | None = None
) -> tuple[ObjectIndex, np.ndarray]:
    """A stretch of the clip, its time counted from 0, its tracks numbered 0 … T-1; and the old number of each.

    fps: sampled frames per second at most. keep: (largest id + 1,) bool, tracks that stay.
    """
    t = index.frame_t_s
    frames = np.flatnonzero((t >= start_s - 1e-9) & (t < end_s))
    if fps and index.step_s:
        frames = frames[:: max(1, round(1 / (fps * index.step_s)))]
    count = np.diff(index.offsets)[frames]
    place = np.repeat(np.arange(len(frames)), count)
    rows = np.repeat(index.offsets[frames] - np.cumsum(count) + count, count) + np.arange(len(place))
    if keep is not None:
        stays = keep[index.track_id[rows]]
        rows, place = rows[stays], place[stays]
    ids, track_id = np.unique(index.track_id[rows], return_inverse=True)
    keys = np.isin(index.key_track_id, ids) & (index.key_t_s < end_s)
    part = replace(
        index,
        duration_s=float(min(end_s, index.duration_s) - start_s),
        frame_t_s=t[frames] - start_s,
        offsets=np.searchsorted(place, np.arange(len(frames) + 1)).astype(np.int64),
        boxes_xywhn=index.boxes_xywhn[rows],
        class_id=index.class_id[rows],
        track_id=track_id.astype(np.int32),
        score=index.score[rows],
        key_track_id=np.searchsorted(ids, index.key_track_id[keys]).astype(np.int32),
        key_t_s=np.maximum(index.key_t_s[keys] - start_s, 0.0),
        key_appearance=index.key_appearance[keys],
    )
    return part, ids


def match_tracks(seen: ObjectIndex, human: ObjectIndex) -> np.ndarray:
    """(largest id of `seen` + 1,) the human track of each detector's track, `NOBODY` or `NOT_ASKED`."""
    tracks, people = int(seen.track_id.max(initial=-1)) + 1, int(human.track_id.max(initial=-1)) + 1
    votes = np.zeros((tracks, people + 1), np.int64)  # the last column: on nobody
    nearest = np.searchsorted(human.frame_t_s, seen.frame_t_s - human.step_s / 2).clip(max=len(human) - 1)
    known = np.abs(human.frame_t_s[nearest] - seen.frame_t_s) <= 0.51 * max(human.step_s, 1e-3)
    for k in np.flatnonzero(known):
        mine, theirs = slice(*seen.offsets[k : k + 2]), slice(*human.offsets[nearest[k] : nearest[k] + 2])
        iou = overlap(seen.boxes_xywhn[mine].astype(float), human.boxes_xywhn[theirs].astype(float))
        on = np.full(len(iou), people)
        a, b = linear_sum_assignment(-iou)
        good = iou[a, b] >= SAME
        on[a[good]] = human.track_id[theirs][b[good]]
        votes[seen.track_id[mine], on] += 1
    owner = votes.argmax(1)
    class_of = np.full(tracks, -1)
    class_of[seen.track_id] = seen.class_id
    nobody = (owner == people) | (votes.sum(1) == 0)
    asked = np.isin(class_of, np.unique(human.class_id)) & (votes.sum(1) > 0)
    return np.where(~nobody, owner, np.where(asked, NOBODY, NOT_ASKED))


def training_clips(videos: Sequence[OwnVideo], rng: np.random.Generator) -> Iterator[Sample]:
    """Endless stretches of the parts to learn from; half of them real where there is an index."""
    length = np.array([video.split_s for video in videos])
    number = 0
    while True:
        video = videos[rng.choice(len(videos), p=length / length.sum())]
        low, high = (min(bound, video.split_s) for bound in STRETCH_S)
        stretch = low * (high / low) ** rng.random()
        start_s = rng.uniform(0, video.split_s - stretch) if video.split_s > stretch else 0.0
        if video.seen is not None and rng.random() < 0.5:
            sample = video.real(number, start_s, start_s + stretch)
        else:
            sample = video.simulated(number, start_s, start_s + stretch, rng, "draw")
        number += 1
        if len(sample.seen.track_id):
            yield sample


def held_out_clips(videos: Sequence[OwnVideo], most: int, seed: int, questions: int = 16) -> list[Sample]:
    """Up to `most` fixed stretches with questions in held-out wordings: each once as the detector saw it, if known, and
    then through simulated noise, time and again."""
    windows = []
    for video in videos:
        start_s, end_s = video.part(held_out=True)
        edges = np.linspace(start_s, end_s, max(1, round((end_s - start_s) / 45)) + 1)
        windows += [(video, a, b) for a, b in pairwise(edges)]
    out: list[Sample] = []
    for number in range(most):
        video, start_s, end_s = windows[number % len(windows)]
        rng = np.random.default_rng((seed, number))
        if video.seen is not None and number < len(windows):
            sample = video.real(number, start_s, end_s)
        else:
            sample = video.simulated(number, start_s, end_s, rng, "real")
        if len(sample.clean.track_id):
            asked = ask(sample.clean, rng, questions, "held_out")
            out.append(replace(sample, questions=tuple(asked)))
    return out
