"""Proposers for questions about shares, rates, breaks, single stays and lists with times."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

from data.asking.quantities import MOST_ASKED
from data.asking.scene import Proposal, Scene
from data.asking.visibility import ends_of
from data.meaning import NEVER, Question
from data.meaning.absence import absences
from data.meaning.arrivals import RETURN_AFTER_S
from data.meaning.parts import INF, Cut, union_of
from data.phrasing import Stretch
from data.vocabulary import THING, covered, kinds_above

Proposer = Callable[[Scene, Random], Proposal | None]
UNITS_S = (10, 15, 20, 30, 60, 60, 60, 120, 300, 600, 900, 1800, 3600, 3600)
MOST_BLOCKS, MOST_LISTED, MOST_CHANGES = 40, 25, 40
"""Nobody wants longer tables."""


def _limited(scene: Scene, rng: Random, x: str, share: float = 0.25) -> Stretch | None:
    return scene.stretch(rng, scene.edges(x)) if rng.random() < share else None


def _some_nth(scene: Scene, rng: Random, x: str) -> int | None:
    """Now and then one certain X of several."""
    number = min(len(scene.tracks(x)), 6)
    return rng.randrange(1, number + 1) if number > 1 and rng.random() < 0.3 else None


def share(family: str) -> Proposer:
    """Proposer for share and share_absent: seldom of all the time, or of none."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        for _ in range(4):
            x = scene.term(rng, thing=0.08)
            if x is None:
                return None
            nth = _some_nth(scene, rng, x)
            stretch = _limited(scene, rng, x) if nth is None else None
            question = Question(family, x=x, nth=nth, stretch=ends_of(stretch))
            truth = scene.run(question)
            if 0.05 < truth.value < 0.95 or scene.spare(f"{family} all", rng, 0.3):
                return Proposal(question, truth, stretch)
        return None

    return propose


def share_at_least(scene: Scene, rng: Random) -> Proposal | None:
    """The share of the time with so many at once."""
    for _ in range(4):
        x = scene.term(rng, thing=0.1)
        if x is None:
            return None
        most = scene.run(Question("max_at_once", x=x)).value
        if most < 2:
            continue
        stretch = _limited(scene, rng, x)
        wanted = rng.randrange(2, min(most, MOST_ASKED - 1) + 1)
        question = Question("share_at_least", x=x, nth=wanted, stretch=ends_of(stretch))
        return Proposal(question, scene.run(question), stretch)
    return None


def share_of(scene: Scene, rng: Random) -> Proposal | None:
    """Of a kind that is there, the share of one of its sorts."""
    for _ in range(4):
        x = rng.choice(scene.present) if scene.present else None
        if x is None:
            return None
        above = [kind for kind in kinds_above(x) if len(scene.tracks(kind)) > 1]
        y = rng.choice(above) if above and rng.random() < 0.8 else THING
        if y != THING and set(covered(x, scene.class_names)) == set(covered(y, scene.class_names)):
            continue
        stretch = _limited(scene, rng, y, 0.2)
        if not scene.solid_in(y, stretch):
            continue
        question = Question("share_of", x=x, y=y, stretch=ends_of(stretch))
        return Proposal(question, scene.run(question), stretch)
    return None


def _unit(scene: Scene, rng: Random, least: float) -> float | None:
    """A length of time of which the clip holds so many, and not too many."""
    fitting = [s for s in UNITS_S if least * s <= scene.duration_s <= MOST_BLOCKS * s]
    return float(rng.choice(fitting)) if fitting else None


def rate(scene: Scene, rng: Random) -> Proposal | None:
    """How many X in so long."""
    x, unit_s = scene.term(rng, thing=0.08), _unit(scene, rng, 0.2)
    if x is None or unit_s is None:
        return None
    stretch = _limited(scene, rng, x, 0.2)
    question = Question("rate", x=x, t_s=unit_s, stretch=ends_of(stretch))
    return Proposal(question, scene.run(question), stretch)


def busiest(family: str) -> Proposer:
    """Proposer for when_most_come and when_most_seen: no two blocks are alike."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        for _ in range(5):
            x, unit_s = scene.term(rng, thing=0.15), _unit(scene, rng, 2)
            if x is None or unit_s is None:
                return None
            question = Question(family, x=x, t_s=unit_s)
            truth = scene.run(question)
            if truth.value != NEVER and len(truth.acceptable) == 1:
                return Proposal(question, truth)
        return None

    return propose


def count_each(scene: Scene, rng: Random) -> Proposal | None:
    """A table of newcomers."""
    x, unit_s = scene.term(rng, thing=0.08), _unit(scene, rng, 2)
    if x is None or unit_s is None:
        return None
    stretch = _limited(scene, rng, x, 0.15)
    question = Question("count_each", x=x, t_s=unit_s, stretch=ends_of(stretch))
    truth = scene.run(question)
    return Proposal(question, truth, stretch) if truth.evidence else None


def counts_change(scene: Scene, rng: Random) -> Proposal | None:
    """The number of X over time, where it changes, and not too often."""
    x = scene.term(rng, thing=0.08)
    if x is None:
        return None
    stretch = _limited(scene, rng, x, 0.2)
    question = Question("counts_change", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    return Proposal(question, truth, stretch) if 1 < len(truth.acceptable) <= MOST_CHANGES else None


def gap(family: str) -> Proposer:
    """Proposer for the longest, shortest and mean gap, and for how often there is none: no gap is nearly too short to
    be one."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        for _ in range(4):
            x = scene.term(rng, thing=0.2)
            if x is None:
                return None
            union = union_of(Cut.of(scene.view, -INF, INF).of_term(x, scene.view), scene.view)
            ends = [(0.0, 0.0), *union, (scene.duration_s, scene.duration_s)]
            near = [a - b for (_, b), (a, _) in pairwise(ends)]
            if any(abs(length - RETURN_AFTER_S) <= scene.margin_s for length in near):
                continue
            if not absences(union) and not scene.spare(f"{family} none", rng, 0.2):
                continue
            question = Question(family, x=x)
            return Proposal(question, scene.run(question))
        return None

    return propose


def mean_interval(scene: Scene, rng: Random) -> Proposal | None:
    """From one newcomer to the next, of three or more."""
    x = scene.term(rng, thing=0.08)
    if x is None or len(scene.tracks(x)) < 3 or not scene.solid(x):
        return None
    question = Question("mean_interval", x=x)
    return Proposal(question, scene.run(question))


def longest_visit(scene: Scene, rng: Random) -> Proposal | None:
    """The longest unbroken stay."""
    x = scene.term(rng, thing=0.08)
    if x is None:
        return None
    gaps = [length for track in scene.tracks(x) for length in scene.gaps(track)]
    if any(abs(length - RETURN_AFTER_S) <= scene.margin_s for length in gaps):
        return None
    question = Question("longest_visit", x=x, nth=_some_nth(scene, rng, x))
    return Proposal(question, scene.run(question))


def lasts(family: str) -> Proposer:
    """Proposer for lasts_longer and lasts_shorter: one certain X, and a length that is not nearly its own."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        more = rng.random() < 0.5
        for _ in range(5):
            x = scene.term(rng, thing=0)
            if x is None:
                return None
            number = len(scene.tracks(x))
            nth = None if number == 1 else rng.randrange(1, min(number, 6) + 1)
            stay_s = scene.run(Question("duration", x=x, nth=nth)).value
            lengths = [
                s
                for s in (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1800, 3600)
                if 0.2 * stay_s < s < 5 * stay_s and abs(s - stay_s) > max(0.15 * stay_s, 2 * scene.margin_s)
            ]
            fitting = [length for length in lengths if (length > stay_s) == more]
            if not fitting:
                continue
            question = Question(family, x=x, nth=nth, t_s=float(rng.choice(fitting)))
            return Proposal(question, scene.run(question), unique=number == 1)
        return None

    return propose


def listed(family: str) -> Proposer:
    """Proposer for when_each, when_each_leaves, stays_each, stays_ranked: of two X or more, and not too many."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0.08)
        if x is None or not scene.solid(x):
            return None
        stretch = _limited(scene, rng, x, 0.2) if family in ("when_each", "stays_each") else None
        question = Question(family, x=x, stretch=ends_of(stretch))
        truth = scene.run(question)
        number = len(str(truth.value).split(", "))
        return Proposal(question, truth, stretch) if 2 <= number <= MOST_LISTED else None

    return propose


def when_at_most(scene: Scene, rng: Random) -> Proposal | None:
    """When so few are there; only where that is a part of the time."""
    for _ in range(5):
        x = scene.term(rng, thing=0.15)
        if x is None:
            return None
        most = scene.run(Question("max_at_once", x=x)).value
        if most < 2:
            continue
        wanted = rng.randrange(1, min(most, MOST_ASKED))
        question = Question("when_at_most", x=x, nth=wanted)
        truth = scene.run(question)
        if truth.value == NEVER or max(b - a for a, b in truth.acceptable) < scene.least_s:
            continue
        low = min(a for a, _ in truth.acceptable)
        if low > 2.0 or scene.spare("few from the start", rng, 0.2):  # else "at 0:00" would mostly be right
            return Proposal(question, truth)
    return None
