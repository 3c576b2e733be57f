"""How far back a reader finds an object again: right pointers by distance, and the effective context length.

Long simulated clips, in which objects go out of sight and come back. Asked are the tracks that continue an earlier
object; the distance is from the end of its latest earlier track to this track's beginning, in seconds and in tokens.
Blind, no pointer is right (the right one is one of dozens), so half-way between blind and the best bin is half of the
best bin. The *effective context length* is the distance at which the share falls below it (after Dai et al. 2019,
section 4.4, who compare gains in perplexity).

Shapes: Q continuing tracks.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from data.dataset import Lengths, Sample, SampleSettings, make_sample
from data.noise_settings import Preset
from data.world import WorldSettings
from models.clip_reader import ClipReader
from pipeline.clip_batch import ClipInput, NameTable
from pipeline.judge_tracks import believe
from pipeline.learn_clips import blind_to_looks, targets_of

LEAST = 8
"""A bin of fewer tracks says nothing."""
EDGES = {"seconds": (0.0, *(2.0**k for k in range(1, 11))), "tokens": (1.0, *(2.0**k for k in range(2, 15)))}
"""Bins double in width."""
WORLD = WorldSettings(cuts=0.5)
"""Clips with cuts between cameras show the same objects again after long absences more often."""


@dataclass(frozen=True)
class Found:
    """Tracks that continue an earlier object. seconds, tokens: (Q,) distance. right: (Q,) is the pointer right."""

    seconds: np.ndarray
    tokens: np.ndarray
    right: np.ndarray

    @staticmethod
    def join(parts: list[Found]) -> Found:
        empty = Found(*np.zeros((3, 0)))
        return Found(*(np.concatenate([getattr(p, name) for p in [empty, *parts]]) for name in vars(empty)))


@dataclass(frozen=True)
class Reach:
    """By distance. bins: from, to, tracks, share right. best: share of the best bin. length: effective context length,
    None where the share never falls half-way; longest: where the last bin that counts ends."""

    unit: str
    bins: tuple[tuple[float, float, int, float], ...]
    best: float
    length: float | None
    longest: float

    def __str__(self) -> str:
        sign = " s" if self.unit == "seconds" else " tokens"
        if not self.best:
            return "nothing is found again"
        return f"beyond {self.longest:.0f}{sign}" if self.length is None else f"{self.length:.3g}{sign}"

    def to_json(self) -> dict[str, Any]:
        """JSON values only."""
        keys = ("from", "to", "tracks", "right")
        return {**vars(self), "bins": [dict(zip(keys, one, strict=True)) for one in self.bins]}


def distances(sample: Sample, clip: ClipInput) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(Q,) position, seconds and tokens to the latest earlier track of the same object, of every track that has one.

    Tracks that begin while the earlier one is still seen (one object seen twice) are left out: nobody came back.
    """
    true, tokens = sample.true_track[clip.tokens.track_id], clip.tokens
    begin_s, end_s = tokens.t_s[tokens.first_token], tokens.t_s[tokens.last_token]
    out = []
    newest: dict[int, int] = {}
    for k, thing in enumerate(true.tolist()):
        if thing < 0:
            continue
        if thing in newest:
            j = newest[thing]
            out.append((k, begin_s[k] - end_s[j], tokens.first_token[k] - tokens.last_token[j]))
        if thing not in newest or end_s[k] >= end_s[newest[thing]]:
            newest[thing] = k
    found = np.array(out, float).reshape(-1, 3)
    found = found[found[:, 1] > 0]
    return found[:, 0].astype(np.int64), found[:, 1], found[:, 2]


class ContextEvaluation:
    """Fixed long clips. appearance: False hides all looks."""

    def __init__(
        self,
        names: NameTable,
        *,
        clips: int = 60,
        seconds: tuple[float, float] = (300.0, 900.0),
        noise: Preset = "hard",
        seed: int = 80_001,
        max_rows: int = 20_000,
        appearance: bool = True,
    ):
        self.names = names
        settings = SampleSettings(
            world=WORLD, noise=noise, clean_share=0.0, questions=0, split="held_out", max_rows=max_rows,
            lengths=(Lengths(0, seconds, seconds, 0.0),),
        )  # fmt: skip
        self.clips: list[tuple[Sample, ClipInput]] = []
        for number in range(clips):
            sample = make_sample(seed, number, settings)
            sample = sample if appearance else replace(sample, seen=blind_to_looks(sample.seen))
            self.clips.append((sample, ClipInput.of(sample.seen)))

    def __call__(self, model: ClipReader) -> tuple[Found, float]:
        """What `model` finds again, and how many tokens it reads a second."""
        training = model.training
        model.eval()
        parts, read, begun = [], 0, time.perf_counter()
        for sample, clip in self.clips:
            belief = believe(model, [clip], self.names)[0]
            read += len(clip.tokens)
            at, seconds, tokens = distances(sample, clip)
            _, same, _, _ = targets_of(sample, clip)
            pointed = belief.same[at].argmax(1) if len(at) else at
            # a track whose object is not among the candidates is one that is not found
            right = same[at, pointed] & (pointed > 0)
            parts.append(Found(seconds, tokens, right.astype(float)))
        model.train(training)
        return Found.join(parts), read / max(time.perf_counter() - begun, 1e-9)


def reach(found: Found, unit: str = "seconds") -> Reach:
    """Shares by distance, and the effective context length.

    From the best bin on, the first bin at or under half of its share decides; the length lies between the middles
    (geometric) of this bin and the one before it, on a straight line in log distance.
    """
    edges, distance = EDGES[unit], getattr(found, unit)
    bins = []
    for low, high in pairwise(edges):
        inside = (distance >= low) & (distance < high)
        if inside.sum() >= LEAST:
            bins.append((low, high, int(inside.sum()), float(found.right[inside].mean())))
    if not bins:
        return Reach(unit, (), 0.0, None, 0.0)
    shares = [share for *_, share in bins]
    best = int(np.argmax(shares))
    half = shares[best] / 2
    length = None
    for k in range(best + 1, len(bins)) if half else ():
        if shares[k] <= half:
            (a, b), (c, d) = bins[k - 1][:2], bins[k][:2]
            before, after = np.log(np.sqrt(max(a, b / 4) * b)), np.log(np.sqrt(c * d))
            part = (shares[k - 1] - half) / (shares[k - 1] - shares[k])
            length = float(np.exp(before + part * (after - before)))
            break
    return Reach(unit, tuple(bins), shares[best], length, bins[-1][1])
