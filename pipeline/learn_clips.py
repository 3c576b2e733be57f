"""Learning to judge tracks: samples of the simulated world as batches, the loss, and how far it carries.

The truth behind every noisy track is known: which object it is, or none. So all three heads learn from every track, and
no question is needed: what the tracks are does not depend on what is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from data.dataset import Lengths, Sample, SampleSettings, groups_from, make_sample
from data.meaning import ClipView, judge, run
from data.symbolic import answer
from models.clip_reader import ClipBatch, ClipReader, TrackLogits
from pipeline.class_votes import ClassVotes
from pipeline.clip_batch import ClipInput, NameTable, collate
from pipeline.judge_tracks import believe
from pipeline.repair import likeliest_world, repaired
from pipeline.tokens import TrackRows

LENGTHS = (Lengths(0, (10.0, 100.0), (100.0, 1200.0), 0.08),)
TRAINING = SampleSettings(noise="draw", clean_share=0.15, questions=0, lengths=LENGTHS, max_rows=8_000)
WITHOUT_LOOKS = 0.12
"""Share of samples without any appearance, as given tracks are."""
WITHOUT_VOTES = 0.12
"""Share of samples of which only the most frequent class of a track is known, as live ones are."""
FORGOTTEN = -1e3
"""Logit of a candidate that is none, or that a reader with a short memory can't point at."""
GROUP = 64
"""Clips that are made at a time and sorted by length, so that batches have little padding."""


class ClipTargets(NamedTuple):
    """real_BK: 0 or 1. same_BK1J: which places are right (new, or a candidate). asked_BK: is `same` known. class_BK:
    true class, -1 where unknown."""

    real_BK: Tensor
    same_BK1J: Tensor
    asked_BK: Tensor
    class_BK: Tensor


def targets_of(sample: Sample, clip: ClipInput) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of one clip, not padded: real (K,), same (K, 1 + J), asked (K,), class (K,)."""
    true = sample.true_track[clip.tokens.track_id]
    earlier = clip.pairs.earlier
    real = true >= 0
    right = (earlier >= 0) & (true[np.maximum(earlier, 0)] == true[:, None]) & real[:, None]
    order = np.arange(len(true))
    first = np.full(int(true.max(initial=-1)) + 2, len(true))
    np.minimum.at(first, true, order)
    is_new = real & (first[true] == order)
    same = np.concatenate([is_new[:, None], right], 1)
    view = ClipView.of(sample.clean)
    class_of = np.full(int(max(view.track_id.max(initial=-1), true.max(initial=-1))) + 2, -1)
    class_of[view.track_id] = view.class_id
    return real, same, real & same.any(1), np.where(real, class_of[true], -1)


def batch_of(samples: list[tuple[Sample, ClipInput]], names: NameTable, segment: int) -> tuple[ClipBatch, ClipTargets]:
    """Clips with their targets, padded."""
    batch = collate([clip for _, clip in samples], names, segment)
    b, k, j = batch.earlier_BKJ.shape
    real, same = torch.zeros(b, k), torch.zeros(b, k, 1 + j, dtype=torch.bool)
    asked, class_of = torch.zeros(b, k, dtype=torch.bool), torch.full((b, k), -1)
    for row, pair in enumerate(samples):
        r, s, a, c = map(torch.from_numpy, targets_of(*pair))
        real[row, : len(r)], same[row, : len(r), : s.shape[1]] = r.float(), s
        asked[row, : len(r)], class_of[row, : len(r)] = a, c
    return batch, ClipTargets(real, same, asked, class_of)


class ClipBatches(IterableDataset):
    """Endless batches of (ClipBatch, ClipTargets, samples used), from sample `start` on; every `stride`-th group."""

    def __init__(self, seed: int, names: NameTable, *, settings: SampleSettings, tokens: int, start: int, rank: int = 0,
                 world: int = 1, appearance: bool = True):  # fmt: skip
        self.seed, self.names, self.settings, self.tokens = seed, names, settings, tokens
        self.start, self.rank, self.world, self.appearance = start, rank, world, appearance

    def __iter__(self) -> Iterator[tuple[ClipBatch, ClipTargets, int]]:
        skip = self.start // self.world % GROUP  # of an interrupted group
        for group in groups_from(self.start, GROUP, self.rank, self.world):
            rng = np.random.default_rng((self.seed, group))
            clips = []
            for number in range(group * GROUP, (group + 1) * GROUP):
                sample = make_sample(self.seed, number, self.settings)
                if rng.random() < WITHOUT_LOOKS or not self.appearance:
                    sample = replace(sample, seen=blind_to_looks(sample.seen))
                if rng.random() < WITHOUT_VOTES:
                    sample = replace(sample, seen=replace(sample.seen, votes=ClassVotes.none()))
                clips.append((sample, ClipInput.of(sample.seen)))
            clips.sort(key=lambda pair: len(pair[1].tokens))
            batches, part = [], []
            for pair in clips:
                if part and (len(part) + 1) * max(len(pair[1].tokens), 32) > self.tokens:
                    batches.append(part)
                    part = []
                part.append(pair)
            batches.append(part)
            for place in rng.permutation(len(batches)):
                segment = int(rng.choice((64, 96, 128, 192)))
                if skip > 0:
                    skip -= len(batches[place])
                    continue
                yield *batch_of(batches[place], self.names, segment), len(batches[place]) * self.world


def blind_to_looks(index):
    """The index without appearance."""
    return replace(index, key_appearance=np.zeros_like(index.key_appearance))


def clip_loss(logits: TrackLogits, batch: ClipBatch, targets: ClipTargets) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean over tracks of the three losses."""
    here = batch.tracks_BK
    real = F.binary_cross_entropy_with_logits(logits.real_BK[here], targets.real_BK[here])
    right = targets.same_BK1J & (logits.same_BK1J > FORGOTTEN)  # what a short memory has lost is not learned from
    asked = targets.asked_BK & right.any(-1)
    same = logits.same_BK1J.log_softmax(-1).masked_fill(~right, -1e4)
    same = -same[asked].logsumexp(-1).mean() if asked.any() else real * 0
    known = targets.class_BK >= 0
    classes = F.cross_entropy(logits.classes_BKC[known], targets.class_BK[known]) if known.any() else real * 0
    return real + same + classes, {"real": real.detach(), "same": same.detach(), "class": classes.detach()}


@dataclass
class ClipEvaluation:
    """Fixed clips, on which the judged tracks are compared with the truth, and programs run on the repaired clips.

    appearance: False hides all looks. samples: further clips, in place of simulated ones with `clips=0`.
    """

    names: NameTable
    clips: int = 120
    noise: str = "real"
    seed: int = 70_001
    seconds: tuple[float, float] = (20.0, 120.0)
    samples: list[tuple[Sample, ClipInput]] = field(default_factory=list)
    appearance: bool = True

    def __post_init__(self):
        settings = SampleSettings(
            noise=self.noise, clean_share=0.0, lengths=(Lengths(0, self.seconds, self.seconds, 0.0),), split="held_out"
        )
        for number in range(self.clips):
            sample = make_sample(self.seed, number, settings)
            if not self.appearance:
                sample = replace(sample, seen=blind_to_looks(sample.seen))
            self.samples.append((sample, ClipInput.of(sample.seen)))
        self.symbolic = self._symbolic()

    def _symbolic(self) -> dict[str, float]:
        right = defaultdict(list)
        for sample, _ in self.samples:
            view = ClipView.of(sample.seen)
            for one in sample.questions:
                right[one.family].append(judge(answer(one.question, view)[0], one.truth, sample.clean.step_s))
        return _means(right)

    def __call__(self, model: ClipReader) -> dict[str, float]:
        """Metrics of `model`: the heads, the programs on its likeliest worlds ("all", families) and the gain."""
        model.eval()
        hit: dict[str, list[Any]] = defaultdict(list)
        right: dict[str, list[bool]] = defaultdict(list)
        for at in range(0, len(self.samples), 8):
            part = self.samples[at : at + 8]
            for (sample, clip), belief in zip(part, believe(model, [c for _, c in part], self.names), strict=True):
                real, same, asked, class_of = targets_of(sample, clip)
                _count_hits(hit, clip, belief, real, same, asked, class_of)
                world = likeliest_world(belief, clip.tokens.track_class)
                view = ClipView.of(repaired(sample.seen, TrackRows.of(sample.seen), world))
                for one in sample.questions:
                    value = run(one.question, view).value
                    right[one.family].append(judge(value, one.truth, sample.clean.step_s))
        model.train()
        means = _means(right)
        out = {name: float(np.mean(values)) for name, values in hit.items() if values}
        out |= {f"gain/{f}": means[f] - self.symbolic[f] for f in means}
        return out | {"all": means["all"], "symbolic": self.symbolic["all"]}


def _means(right: dict[str, list[bool]]) -> dict[str, float]:
    out = {family: float(np.mean(values)) for family, values in sorted(right.items())}
    return out | {"all": float(np.mean([v for values in right.values() for v in values]))}


def _count_hits(hit, clip, belief, real, same, asked, class_of) -> None:
    hit["false_found"] += (belief.real[~real] < 0.5).tolist()
    hit["real_kept"] += (belief.real[real] >= 0.5).tolist()
    pointed = belief.same.argmax(1)
    ok = same[np.arange(len(same)), pointed]
    again = asked & ~same[:, 0]
    hit["again_found"] += ok[again].tolist()
    hit["new_kept"] += ok[asked & same[:, 0]].tolist()
    guess = belief.classes.argmax(1)
    wrong = real & (class_of != clip.tokens.track_class)
    hit["class_mended"] += (guess[wrong] == class_of[wrong]).tolist()
    hit["class_kept"] += (guess[real & ~wrong] == class_of[real & ~wrong]).tolist()


def clip_batches(
    seed: int, names: NameTable, *, workers: int, tokens: int, start: int, appearance: bool = True, **rank: int
):
    """A loader of batches; with one worker they come in the same order however often the run is interrupted."""
    batches = ClipBatches(seed, names, settings=TRAINING, tokens=tokens, start=start, appearance=appearance, **rank)
    ahead = {"prefetch_factor": 8} if workers else {}
    return DataLoader(batches, batch_size=None, num_workers=workers, **ahead)
