"""Proposers for questions about the fewest at once, and yes-or-no questions about a number."""

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
    """Proposer for at_least and at_least_at_once; as often yes as no, near the number that there is."""
    number = {"at_least": "count", "at_least_at_once": "max_at_once"}[family]

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0.05)
        if x is None:
            return None
        stretch, events = limit(scene, rng, scene.edges(x), 0.3)
        found = scene.run(Question(number, x=x, stretch=ends_of(stretch), **events)).value
        near = max(1, round(0.2 * found))
        wanted = found - rng.randrange(near) if rng.random() < 0.56 else found + 1 + rng.randrange(near)
        if not 2 <= wanted < MOST_ASKED or (found == 1 and rng.random() < 0.5):
            return None
        if family == "at_least" and not (scene.solid(x) if events else scene.solid_in(x, stretch)):
            return None
        if family == "at_least_at_once" and (events or not peak_holds(scene, x, stretch)):
            return None
        question = Question(family, x=x, stretch=ends_of(stretch), nth=wanted, **events)
        return Proposal(question, scene.run(question), stretch)

    return propose


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
