"""How badly a detector and a tracker see: `NoiseSettings`, its presets and random draws.

`real()` is fitted on YOLO26n with this project's tracker and linker (LOG.md, `data/compare_real.py`); `easy()` and
`hard()` lie on either side, and `draw()` goes somewhat beyond both, one property at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

import numpy as np

from pipeline.errors import InputError

Preset = Literal["none", "easy", "real", "hard", "draw"]


@dataclass(frozen=True)
class NoiseSettings:
    """One detector and tracker. Rates are per object or per minute, lengths in seconds, shares 0–1.

    off: nothing is changed at all.
    sureness: log-odds of the score of a whole object a fifth of the picture high. object_spread, frame_spread: how far
    objects, and the frames of one object, differ. memory_s: how long a bad moment lasts. size_loss: log-odds lost per
    e-fold below that size; hidden_loss: lost by a fully hidden object.
    keep_score, start_score: below it a sighting is lost; a track needs one sighting above it to begin.
    outages_per_min, outage_s: moments in which an object is not found for no visible reason.
    late_s, early_s: how much later a track begins, how much earlier it ends than the object is visible, on average.
    jitter: noise of box edges as a share of the box, at score 0. crop: share of tracks that shrink to the visible part.
    wrong_class: share of tracks with a wrong class throughout; wavers: share of objects that are now of one kind, now
    of another; flip: share of single sightings of the others. tell_apart: chance that a wrong class is none of those
    that detectors usually confuse.
    false_per_min, false_s: invented objects, how often and how long; persistent_false: per clip, on and off throughout.
    flickers_per_min: one- or two-frame tracks that the linker failed to drop. doubles: share of objects seen twice.
    break_at_gap: chance that a short gap gives a new identity; break_after_s: the gap at which that is mostly reached;
    break_far: the same for absences of a minute and more; breaks_per_min: new identities for no reason.
    swap: chance that two that cross change identities. merge: share of tracks given to an object that left before.
    look_change: how different an object looks from one time to another (0.18: like people in the street); odd_look: how
    often it looks far more different (cut by the picture's edge, turned, in another light).
    min_seen_s, min_top_score: weaker tracks are dropped, as the linker does (`pipeline.link.LinkPolicy`).
    """

    off: bool = False
    sureness: float = 1.65
    object_spread: float = 0.7
    frame_spread: float = 0.65
    memory_s: float = 0.35
    size_loss: float = 0.65
    hidden_loss: float = 4.5
    keep_score: float = 0.12
    start_score: float = 0.27
    outages_per_min: float = 0.5
    outage_s: float = 0.8
    late_s: float = 0.2
    early_s: float = 0.15
    jitter: float = 0.06
    crop: float = 0.4
    wrong_class: float = 0.025
    wavers: float = 0.3
    flip: float = 0.004
    tell_apart: float = 0.2
    false_per_min: float = 0.7
    false_s: float = 1.5
    persistent_false: float = 0.3
    flickers_per_min: float = 0.1
    doubles: float = 0.015
    break_at_gap: float = 0.15
    break_after_s: float = 1.5
    break_far: float = 0.6
    breaks_per_min: float = 0.1
    swap: float = 0.04
    merge: float = 0.04
    look_change: float = 0.18
    odd_look: float = 0.12
    min_seen_s: float = 0.55
    min_top_score: float = 0.45

    @staticmethod
    def none() -> NoiseSettings:
        """Clean tokens."""
        return NoiseSettings(off=True)

    @staticmethod
    def real() -> NoiseSettings:
        """As measured on real footage."""
        return NoiseSettings()

    def least_sightings(self, step_s: float) -> int:
        """Sightings that a track needs at this sampling step, seconds."""
        return max(2, math.ceil(self.min_seen_s / max(step_s, 1e-3) - 1e-6))

    @staticmethod
    def easy() -> NoiseSettings:
        """Big objects, good light."""
        return NoiseSettings(**_EASY)

    @staticmethod
    def hard() -> NoiseSettings:
        """Small objects, bad light, crowds."""
        return NoiseSettings(**_HARD)

    @staticmethod
    def draw(rng: np.random.Generator) -> NoiseSettings:
        """From a bit easier than `easy` to a bit harder than `hard`; the properties go together in part."""
        part = np.clip(rng.random() + rng.normal(0, 0.3, len(_EASY)), -0.25, 1.25)
        low, high, geometric, least, most = _range_table()
        value = np.where(geometric, low * (high / low) ** part, low + (high - low) * part)
        value = np.clip(value, least, most).tolist()
        return NoiseSettings(
            **dict(zip(_EASY, value, strict=True)), min_seen_s=(0.35, 0.55, 0.55, 0.75)[rng.integers(4)]
        )

    @staticmethod
    def named(name: str, rng: np.random.Generator) -> NoiseSettings:
        """The preset called `name`. Raises InputError for an unknown one."""
        if name == "draw":
            return NoiseSettings.draw(rng)
        presets = {"none": NoiseSettings.none, "easy": NoiseSettings.easy, "real": NoiseSettings.real}
        presets["hard"] = NoiseSettings.hard
        if name not in presets:
            raise InputError(f"unknown noise {name!r}; choose none, easy, real, hard or draw")
        return presets[name]()


_EASY = {
    "sureness": 2.6, "object_spread": 0.4, "frame_spread": 0.4, "memory_s": 0.2, "size_loss": 0.5, "hidden_loss": 3.5,
    "keep_score": 0.1, "start_score": 0.25, "outages_per_min": 0.1, "outage_s": 0.5, "late_s": 0.08, "early_s": 0.06,
    "jitter": 0.04, "crop": 0.2, "wrong_class": 0.01, "wavers": 0.1, "flip": 0.001, "tell_apart": 0.1,
    "false_per_min": 0.2, "false_s": 1.0, "persistent_false": 0.05, "flickers_per_min": 0.02, "doubles": 0.004,
    "break_at_gap": 0.08, "break_after_s": 3.0, "break_far": 0.35, "breaks_per_min": 0.03, "swap": 0.01, "merge": 0.01,
    "look_change": 0.13, "odd_look": 0.05, "min_top_score": 0.4,
}  # fmt: skip
_HARD = {
    "sureness": 0.6, "object_spread": 0.9, "frame_spread": 0.9, "memory_s": 0.7, "size_loss": 0.85, "hidden_loss": 5.5,
    "keep_score": 0.18, "start_score": 0.32, "outages_per_min": 2.0, "outage_s": 1.5, "late_s": 0.45, "early_s": 0.4,
    "jitter": 0.10, "crop": 0.7, "wrong_class": 0.09, "wavers": 0.5, "flip": 0.03, "tell_apart": 0.4,
    "false_per_min": 3.0, "false_s": 2.5, "persistent_false": 0.9, "flickers_per_min": 1.0, "doubles": 0.05,
    "break_at_gap": 0.4, "break_after_s": 0.8, "break_far": 0.9, "breaks_per_min": 0.5, "swap": 0.1, "merge": 0.08,
    "look_change": 0.32, "odd_look": 0.2, "min_top_score": 0.48,
}  # fmt: skip
_SHARES = frozenset(
    ("keep_score", "start_score", "crop", "wrong_class", "wavers", "flip", "odd_look", "tell_apart", "doubles",
     "break_at_gap", "break_far", "swap", "merge", "min_top_score")
)  # fmt: skip
assert _EASY.keys() == _HARD.keys() <= {f.name for f in fields(NoiseSettings)}


@cache
def _range_table() -> tuple[np.ndarray, ...]:
    """Per property of a draw: easy and hard value, are the steps geometric, least and greatest value."""
    low, high = np.array(list(_EASY.values())), np.array(list(_HARD.values()))
    odds = np.array([name == "sureness" for name in _EASY])
    share = np.array([name in _SHARES for name in _EASY])
    return low, high, ~odds, np.where(odds, -1.0, 0.0), np.where(share, 0.9, np.inf)
