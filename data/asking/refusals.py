"""Proposers for what can't be answered: things without a class, causes, actions, speech, text, attributes, noise."""

from __future__ import annotations

from random import Random

from data.asking.scene import Proposal, Scene
from data.meaning import Question
from data.vocabulary import coco_names, is_strange, other_names

ASKED_OF_UNKNOWN = ("exists", "count", "when_appears", "max_at_once", "duration", "when_leaves", "when_most", "returns")


def unknown(scene: Scene, rng: Random) -> Proposal | None:
    """A question like any other, about a thing that the detector has no class for."""
    for _ in range(6):
        x = rng.choice(coco_names()) if rng.random() < 0.35 else rng.choice(other_names())
        if is_strange(x, scene.class_names):
            question = Question("refuse_unknown", x=x)
            return Proposal(question, scene.run(question), family=rng.choice(ASKED_OF_UNKNOWN))
    return None


def refused(family: str) -> object:
    """Proposer for one of the refusals about causes, actions, speech, text, attributes and noise."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0, kind=0.1) or "person"
        question = Question(family, x=None if family == "refuse_unclear" else x)
        return Proposal(question, scene.run(question))

    return propose
