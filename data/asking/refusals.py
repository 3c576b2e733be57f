"""Proposers for what can't be answered: things without a class, causes, actions, speech, text, attributes, noise."""

from __future__ import annotations

from random import Random

from data.asking.scene import Proposal, Scene
from data.meaning import Question
from data.vocabulary import coco_names, find_term, kinds_above, noun, other_names

ASKED_OF_UNKNOWN = ("exists", "count", "when_appears", "max_at_once", "duration", "when_leaves", "when_most", "returns")


def unknown(scene: Scene, rng: Random) -> Proposal | None:
    """A question like any other, about a thing that the detector has no class for."""
    for _ in range(6):
        x = rng.choice(coco_names()) if rng.random() < 0.35 else rng.choice(other_names())
        if _is_unknown(scene, x):
            question = Question("refuse_unknown", x=x)
            return Proposal(question, scene.run(question), family=rng.choice(ASKED_OF_UNKNOWN))
    return None


def _is_unknown(scene: Scene, x: str) -> bool:
    """Neither a known class, nor one of a known kind, nor above or like one."""
    known = set(scene.class_names)
    if x in known or known & set(kinds_above(x)) or any(x in kinds_above(name) for name in known):
        return False
    words = {x, *(word for pair in noun(x).synonyms for word in pair)}
    if any(find_term(word, scene.class_names) in known for word in words):
        return False
    return not any(word in name.split() or name in word.split() for name in known for word in words)


def refused(family: str) -> object:
    """Proposer for one of the refusals about causes, actions, speech, text, attributes and noise."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0, kind=0.1) or "person"
        question = Question(family, x=None if family == "refuse_unclear" else x)
        return Proposal(question, scene.run(question))

    return propose
