"""Proposers for questions about leaving and being away."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

import numpy as np

from data.asking.scene import Proposal, Scene
from data.asking.visibility import ends_of, limit
from data.meaning import NONE, Question
from data.meaning.absence import absences
from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.leaving import STILL_THERE_S, clip_ends, leavers
from data.meaning.parts import INF, Cut, union_of
from data.vocabulary import THING

Proposer = Callable[[Scene, Random], Proposal | None]


def _may_have_left(scene: Scene, mask: np.ndarray) -> bool:
    """Is there any of them of which a step decides whether it is still there at the end?"""
    line = clip_ends(scene.view) - STILL_THERE_S
    return bool((mask & (np.abs(scene.view.end_s - line) <= scene.margin_s)).any())


def leaver(family: str) -> Proposer:
    """Proposer for first_leaves and last_leaves: no other kind leaves nearly as early, or as late."""
    first = family == "first_leaves"

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        view = scene.view
        everything = np.ones(len(view), bool)
        if len(scene.present) < 2 or _may_have_left(scene, everything):
            return None
        stretch = scene.stretch(rng, scene.edges(THING)) if rng.random() < 0.35 else None
        question = Question(family, stretch=ends_of(stretch))
        gone = leavers(everything, view, Cut.of(view, *(ends_of(stretch) or (-INF, INF))))
        truth = scene.run(question)
        if len(set(view.class_id[gone].tolist())) < 2 or truth.value == NONE or not scene.named(truth):
            return None
        at = view.end_s[gone[0 if first else -1]]
        near = gone[np.abs(view.end_s[gone] - at) <= scene.margin_s]
        if not set(view.names(near)) <= set(truth.acceptable) or len(truth.acceptable) > 2:
            return None
        return Proposal(question, truth, stretch)

    return propose


def count_left(scene: Scene, rng: Random) -> Proposal | None:
    """How many X leave."""
    x = scene.term(rng, thing=0.08)
    if x is None or not scene.solid(x) or _may_have_left(scene, scene.view.mask(x)):
        return None
    stretch, events = limit(scene, rng, scene.edges(x), 0.35)
    question = Question("count_left", x=x, stretch=ends_of(stretch), **events)
    truth = scene.run(question)
    if truth.value < 2 and not scene.spare(f"left {truth.value}", rng, 0.35 if truth.value == 0 else 0.6):
        return None
    return Proposal(question, truth, stretch)


def order_leaves(scene: Scene, rng: Random) -> Proposal | None:
    """Last X gone before the last Y; as often yes as no."""
    pair = scene.pair(rng)
    if pair is None:
        return None
    ends = [float(scene.view.end_s[scene.tracks(term)].max()) for term in pair]
    if abs(ends[0] - ends[1]) <= scene.margin_s:
        return None
    if any(_may_have_left(scene, scene.view.mask(term)) for term in pair):
        return None
    if min(ends) > clip_ends(scene.view) - STILL_THERE_S:  # both are still there
        return None
    early, late = pair if ends[0] < ends[1] else pair[::-1]
    x, y = (early, late) if rng.random() < 0.5 else (late, early)
    question = Question("order_leaves", x=x, y=y)
    return Proposal(question, scene.run(question))


def away(scene: Scene, rng: Random) -> Proposal | None:
    """How long none of the X was there before they came back."""
    for _ in range(4):
        x = scene.term(rng, thing=0)
        if x is None:
            return None
        union = union_of(Cut.of(scene.view, -INF, INF).of_term(x, scene.view), scene.view)
        gaps = [a - b for b, a in absences(union)]
        near = [a - b for (_, b), (a, _) in pairwise(union)]
        if any(abs(gap - RETURN_AFTER_S) <= scene.margin_s for gap in near):
            continue
        if not gaps and not scene.spare("never away", rng, 0.3):
            continue
        question = Question("away", x=x)
        return Proposal(question, scene.run(question))
    return None


def absent(scene: Scene, rng: Random) -> Proposal | None:
    """How long no X is there in all."""
    x = scene.absent_term(rng) if rng.random() < 0.05 else scene.term(rng, thing=0.1)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.35 else None
    question = Question("absent", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    low, high = ends_of(stretch) or (0.0, scene.duration_s)
    if truth.value < 0.07 * (high - low) and not scene.spare("never absent", rng, 0.3):
        return None
    if truth.value > 0.93 * (high - low) and not scene.spare("always absent", rng, 0.3):
        return None
    return Proposal(question, truth, stretch)


def visits(scene: Scene, rng: Random) -> Proposal | None:
    """How many times an X is there."""
    x = scene.absent_term(rng) if rng.random() < 0.05 else scene.term(rng, thing=0)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    gaps = [gap for track in scene.tracks(x) for gap in scene.gaps(track)]
    if any(abs(gap - RETURN_AFTER_S) <= scene.margin_s for gap in gaps) or not scene.solid_in(x, stretch):
        return None
    question = Question("visits", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value < 2 and not scene.spare(f"visits {truth.value}", rng, 0.3 if truth.value == 0 else 0.6):
        return None
    return Proposal(question, truth, stretch)
