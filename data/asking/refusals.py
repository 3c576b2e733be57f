"""Proposers for what can't be answered: things without a class, causes, actions, speech, text, attributes, noise."""

from __future__ import annotations

from functools import lru_cache
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
    known, above, parts = _known(scene.class_names)
    if x in known or x in above or not known.isdisjoint(kinds_above(x)):
        return False
    words = {x, *(word for pair in noun(x).synonyms for word in pair)}
    if any(find_term(word, scene.class_names) in known for word in words):
        return False
    return not any(word in parts or not known.isdisjoint(word.split()) for word in words)


@lru_cache(2000)
def _known(class_names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The detector's names, the kinds above them, and the words that the names are made of."""
    above = frozenset(kind for name in class_names for kind in kinds_above(name))
    return frozenset(class_names), above, frozenset(word for name in class_names for word in name.split())


def refused(family: str) -> object:
    """Proposer for one of the refusals about causes, actions, speech, text, attributes and noise."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0, kind=0.1) or "person"
        question = Question(family, x=None if family == "refuse_unclear" else x)
        return Proposal(question, scene.run(question))

    return propose
