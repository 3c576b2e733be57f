"""Learning how long things were there unseen: ends and gaps of simulated clips, the loss, and what it is good for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from data.dataset import Lengths, Sample, SampleSettings, groups_from, make_sample
from data.meaning import ClipView, judge, run
from models.unseen import MOST_S, UnseenReader
from pipeline.judge_tracks import look_beyond
from pipeline.object_index import ObjectIndex
from pipeline.tokens import TrackRows
from pipeline.unseen import Runs, completed, ends_of, room_of

TRAINING = SampleSettings(
    noise="draw", clean_share=0.25, questions=0, lengths=(Lengths(0, (10.0, 100.0), (100.0, 1200.0), 0.05),),
    max_rows=8_000,
)  # fmt: skip
GROUP = 32
"""Clips of one batch."""
STEEP_S = 0.3
"""Errors below this count by their square: a second is what an answer may be off by."""


class UnseenBatch(NamedTuple):
    """Runs of some clips. ends_V2E; beyond_V2: seconds that there were, of `room_V2` at most. gaps_Q: runs before a
    gap; bridged_Q: was it there for most of it. true_V: runs of real things."""

    ends_V2E: Tensor
    beyond_V2: Tensor
    gaps_Q: Tensor
    bridged_Q: Tensor
    true_V: Tensor


def targets_of(sample: Sample, rows: TrackRows, runs: Runs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """beyond (V, 2) seconds, bridged (V,) share of the gap behind a run that it was there, true (V,) bool."""
    clean, seen = sample.clean, sample.seen
    width = int(max(clean.track_id.max(initial=-1), sample.true_track.max(initial=-1))) + 1
    frames = len(clean)
    there = np.zeros((width + 1, frames + 2), bool)  # one frame of absence at either end
    there[clean.track_id, clean.row_frame + 1] = True
    true = sample.true_track[rows.track_id[runs.track]]
    real = true >= 0
    absent = ~there
    place = np.arange(frames + 2)
    # the last absence at or before each frame, the first at or behind it
    before = np.maximum.accumulate(np.where(absent, place, -1), 1)
    behind = np.minimum.accumulate(np.where(absent, place, frames + 2)[:, ::-1], 1)[:, ::-1]
    first, last = rows.frame[runs.begin] + 1, rows.frame[runs.stop] + 1
    beyond = np.stack([first - before[true, first] - 1, behind[true, last] - last - 1], 1)
    beyond_s = np.minimum(np.maximum(beyond, 0) * seen.step_s, room_of(seen, rows, runs))
    total = np.cumsum(there, 1)
    share = np.zeros(len(first))
    gaps = np.flatnonzero(runs.goes_on)
    between = total[true[gaps], first[gaps + 1] - 1] - total[true[gaps], last[gaps]]
    share[gaps] = between / np.maximum(first[gaps + 1] - last[gaps] - 1, 1)
    return beyond_s, share, real


def batch_of(samples: list[Sample]) -> UnseenBatch:
    """The runs of some samples."""
    parts: list[list[np.ndarray]] = [[], [], [], [], []]
    number = 0
    for sample in samples:
        rows = TrackRows.of(sample.seen)
        runs = Runs.of(rows)
        beyond, share, real = targets_of(sample, rows, runs)
        gaps = np.flatnonzero(runs.goes_on & real)
        for part, values in zip(
            parts, (ends_of(sample.seen, rows, runs), beyond, gaps + number, share[gaps] > 0.5, real), strict=True
        ):
            part.append(values)
        number += len(runs)
    ends, beyond, gaps, bridged, real = (np.concatenate(part) for part in parts)
    return UnseenBatch(*map(torch.from_numpy, (ends, beyond.astype(np.float32), gaps, bridged, real)))


def unseen_loss(model: UnseenReader, batch: UnseenBatch) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean over the ends of real things, and over their gaps."""
    told, there = model(batch.ends_V2E, batch.gaps_Q)
    ends = F.smooth_l1_loss(told[batch.true_V], batch.beyond_V2[batch.true_V].clamp(max=MOST_S), beta=STEEP_S)
    gaps = ends * 0
    if len(batch.gaps_Q):
        gaps = F.binary_cross_entropy_with_logits(there, batch.bridged_Q.float())
    return ends + gaps, {"ends": ends.detach(), "gaps": gaps.detach()}


class UnseenBatches(IterableDataset):
    """Endless batches of `GROUP` clips, from sample `start` on."""

    def __init__(self, seed: int, *, start: int, rank: int = 0, world: int = 1):
        self.seed, self.start, self.rank, self.world = seed, start, rank, world

    def __iter__(self) -> Iterator[tuple[UnseenBatch, int]]:
        for group in groups_from(self.start, GROUP, self.rank, self.world):
            numbers = range(group * GROUP, (group + 1) * GROUP)
            yield batch_of([make_sample(self.seed, number, TRAINING) for number in numbers]), GROUP * self.world


def unseen_batches(seed: int, *, workers: int, start: int, **rank: int) -> DataLoader:
    """A loader of batches; with one worker they come in the same order however often the run is interrupted."""
    ahead = {"prefetch_factor": 4} if workers else {}
    return DataLoader(UnseenBatches(seed, start=start, **rank), batch_size=None, num_workers=workers, **ahead)


@dataclass
class UnseenEvaluation:
    """Fixed clips: how far off ends are, and what the symbolic program makes of completed tracks."""

    clips: int = 120
    noise: str = "real"
    seed: int = 70_001
    seconds: tuple[float, float] = (20.0, 120.0)
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self):
        lengths = (Lengths(0, self.seconds, self.seconds, 0.0),)
        settings = SampleSettings(noise=self.noise, clean_share=0.0, lengths=lengths)
        self.samples = [make_sample(self.seed, number, settings) for number in range(self.clips)]
        self.raw = self._programs([sample.seen for sample in self.samples])

    def _programs(self, seen: list[ObjectIndex]) -> float:
        right = []
        for sample, index in zip(self.samples, seen, strict=True):
            view = ClipView.of(index)
            right += [judge(run(q.question, view).value, q.truth, sample.clean.step_s) for q in sample.questions]
        return float(np.mean(right))

    def __call__(self, model: UnseenReader) -> dict[str, float]:
        """`off_s`: mean error of the ends (`was_off_s` as found); `bridges`: gaps judged right; `all`: programs right
        on completed tracks, `symbolic` on those that were found."""
        model.eval()
        off, was, bridges, whole = [], [], [], []
        for sample in self.samples:
            rows = TrackRows.of(sample.seen)
            runs = Runs.of(rows)
            beyond, share, real = targets_of(sample, rows, runs)
            unseen = look_beyond(model, sample.seen, rows)
            told = np.stack([unseen.before_s, unseen.after_s], 1)
            off.append(np.abs(told - beyond)[real])
            was.append(beyond[real])
            gaps = runs.goes_on & real
            bridges.append((unseen.bridged == (share > 0.5))[gaps])
            whole.append(completed(sample.seen, rows, unseen)[0])
        model.train()
        return {
            "all": self._programs(whole),
            "symbolic": self.raw,
            "off_s": float(np.concatenate(off).mean()),
            "was_off_s": float(np.concatenate(was).mean()),
            "bridges": float(np.concatenate(bridges).mean()),
        }
