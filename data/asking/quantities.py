"""Proposers for questions about the fewest at once, yes-or-no questions about a number, when it is so, and means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from data.asking.scene import Proposal, Scene
from data.asking.visibility import ends_of, limit, peak_holds
from data.meaning import NEVER, Question, Truth

MOST_ASKED = 30
"""Nobody asks whether there are at least so many, or more."""


def at_least(family: str) -> Callable[[Scene, Random], Proposal | None]:
    """Proposer for at_least, at_most, exactly, of the whole clip or at once; as often yes as no, near the number that
    there is."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        for _ in range(4):
            x = scene.term(rng, thing=0.05)
            if x is None:
                return None
            if (found := _asked(scene, rng, family, x)) is not None:
                return found
        return None

    return propose


def _asked(scene: Scene, rng: Random, family: str, x: str) -> Proposal | None:
    at_once, kind = family.endswith("_at_once"), family.removesuffix("_at_once")
    stretch, events = limit(scene, rng, scene.edges(x), 0.3)
    if at_once and (events or not peak_holds(scene, x, stretch)):
        return None
    if not at_once and not (scene.solid(x) if events else scene.solid_in(x, stretch)):
        return None
    number = "max_at_once" if at_once else "count"
    found = scene.run(Question(number, x=x, stretch=ends_of(stretch), **events)).value
    near = max(1, round(0.2 * found))
    if rng.random() < (0.56 if kind == "at_least" else 0.5):
        wanted = found + {"at_least": -1, "at_most": 1, "exactly": 0}[kind] * rng.randrange(near)
    else:
        other = -1 if kind == "at_most" or (family == "exactly" and rng.random() < 0.5) else 1
        wanted = found + other * (1 + rng.randrange(near))
    if not 2 <= wanted < MOST_ASKED or (found == 1 and rng.random() < 0.5):
        return None
    if kind == "at_most" and found < 3:  # the answer could only be yes
        return None
    question = Question(family, x=x, stretch=ends_of(stretch), nth=wanted, **events)
    return Proposal(question, scene.run(question), stretch)


def when_number(family: str) -> Callable[[Scene, Random], Proposal | None]:
    """Proposer for when_number and when_at_least; only where that is a small part of the time, or never."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        for _ in range(5):
            x = scene.term(rng, thing=0.15)
            if x is None:
                return None
            stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
            most = scene.run(Question("max_at_once", x=x, stretch=ends_of(stretch))).value
            never = scene.spare(f"{family} never", rng, 0.2)
            if most < 2 and not never:
                continue
            wanted = max(2, most + 1) if never else rng.randrange(2, min(most, MOST_ASKED - 1) + 1)
            question = Question(family, x=x, stretch=ends_of(stretch), nth=wanted)
            truth = scene.run(question)
            if truth.value == NEVER:
                if never:
                    return Proposal(question, truth, stretch)
                continue
            low, high = ends_of(stretch) or (0.0, scene.duration_s)
            brief = sum(b - a for a, b in truth.acceptable) <= 0.5 * (high - low)
            if brief and len(truth.acceptable) <= 3 and _lasts(scene, truth):
                return Proposal(question, truth, stretch)
        return None

    return propose


def mean_at_once(scene: Scene, rng: Random) -> Proposal | None:
    """The mean number in sight."""
    x = scene.term(rng, thing=0.15)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    question = Question("mean_at_once", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value < 0.3 and not scene.spare("mean 0", rng, 0.4):
        return None
    return Proposal(question, truth, stretch)


def mean_stay(scene: Scene, rng: Random) -> Proposal | None:
    """The mean visible time of several X."""
    x = scene.term(rng, thing=0.05)
    if x is None or len(scene.tracks(x)) < 2:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.25 else None
    if not scene.solid_in(x, stretch):
        return None
    question = Question("mean_stay", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    return Proposal(question, truth, stretch) if len({e.track_id for e in truth.evidence}) > 1 else None


def min_at_once(scene: Scene, rng: Random) -> Proposal | None:
    """The smallest number; it must hold long enough that a coarser reader sees it. Mostly 0, so seldom that."""
    for _ in range(6):
        x = scene.term(rng, thing=0.2)
        if x is None:
            return None
        stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.7 else None
        question = Question("min_at_once", x=x, stretch=ends_of(stretch))
        truth = scene.run(question)
        usual = truth.value < 2 and not scene.spare(f"fewest {truth.value}", rng, (0.25, 0.5)[truth.value])
        if not usual and _lasts(scene, scene.run(replace(question, family="when_fewest"))):
            return Proposal(question, truth, stretch)
    return None


def when_fewest(scene: Scene, rng: Random) -> Proposal | None:
    """When the fewest X are visible; only where that is a small part of the time."""
    for _ in range(4):
        x = scene.term(rng, thing=0.2)
        if x is None:
            return None
        stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.4 else None
        question = Question("when_fewest", x=x, stretch=ends_of(stretch))
        truth = scene.run(question)
        low, high = ends_of(stretch) or (0.0, scene.duration_s)
        if truth.value == NEVER or len(truth.acceptable) > 3 or not _lasts(scene, truth):
            continue
        if sum(b - a for a, b in truth.acceptable) <= 0.4 * (high - low):
            return Proposal(question, truth, stretch)
    return None


def _lasts(scene: Scene, when: Truth) -> bool:
    """The fewest are there for long enough at a time. when: the truth of when_fewest."""
    return bool(when.acceptable) and max(b - a for a, b in when.acceptable) >= scene.least_s
