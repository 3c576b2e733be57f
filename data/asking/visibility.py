"""Proposers for questions about what is visible: exists, counts, most at once, together, duration, lists."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np

from data.asking.scene import Proposal, Scene
from data.meaning import NEVER, Event, Question, Truth
from data.meaning.parts import INF, Cut
from data.meaning.visible import peak
from data.phrasing import Stretch

AT_A_MOMENT = 0.2
"""Share of the questions of `exists` that are limited in time and ask about a moment."""


def ends_of(stretch: Stretch | None) -> tuple[float, float] | None:
    """Both ends of a stretch, seconds."""
    return None if stretch is None else (stretch.t0, stretch.t1)


def limit(scene: Scene, rng: Random, edges: list[float], share: float) -> tuple[Stretch | None, dict[str, Event]]:
    """Perhaps a stretch, or a limit by an event; both with ends away from `edges`."""
    draw = rng.random()
    if draw < share:
        return scene.stretch(rng, edges), {}
    if draw < share + 0.08 and (found := scene.event(rng)) is not None:
        event, at = found
        side = "after" if rng.random() < 0.6 else "before"
        if scene.safe(at, edges):
            return None, {side: event}
    return None, {}


def exists(scene: Scene, rng: Random) -> Proposal | None:
    """As often no as yes; a no is a known thing that never shows, or one that shows at another time."""
    want = rng.random() < 0.46
    if not want and rng.random() < 0.6 and (x := scene.absent_term(rng)):
        stretch = scene.stretch(rng, []) if rng.random() < 0.25 else None
        question = Question("exists", x=x, stretch=ends_of(stretch))
        return Proposal(question, scene.run(question), stretch)
    x = scene.term(rng, thing=0)
    if x is None:
        return None
    poor = not scene.absent  # nothing that never shows: then a yes needs a stretch as much as a no
    for _ in range(5):
        stretch, events = limit(scene, rng, scene.edges(x), 0.5 if want and not poor else 0.92)
        if (not want or poor) and stretch is None and not events:
            continue
        if stretch is not None and rng.random() < AT_A_MOMENT:
            t_s = float(int(stretch.t0 + rng.random() * (stretch.t1 - stretch.t0)))
            stretch = Stretch("at", t_s, t_s, t_s) if scene.safe(t_s, scene.edges(x)) and t_s > 0 else stretch
        question = Question("exists", x=x, stretch=ends_of(stretch), **events)
        truth = scene.run(question)
        seen = sum(e.end_s - e.start_s for e in truth.evidence)
        if want and poor and not scene.spare("yes", rng, 0.3):
            return None
        long_enough = seen >= scene.least_s or (stretch is not None and stretch.how == "at")
        if truth.value == want and (not want or long_enough):
            return Proposal(question, truth, stretch)
    return None


def count(scene: Scene, rng: Random) -> Proposal | None:
    """Different X in the clip, or in a stretch ("count_between" says so with both its ends)."""
    x = scene.absent_term(rng) if rng.random() < 0.08 else scene.term(rng, thing=0.08)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    return _counted(scene, rng, x, stretch, "count")


def count_between(scene: Scene, rng: Random) -> Proposal | None:
    """Different X visible at some time between two times."""
    x = scene.term(rng, thing=0.08)
    stretch = scene.stretch(rng, scene.edges(x), ("between",)) if x else None
    return _counted(scene, rng, x, stretch, "count_between") if stretch else None


def _counted(scene: Scene, rng: Random, x: str, stretch: Stretch | None, words: str) -> Proposal | None:
    question = Question("count" if stretch is None else "count_between", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value < 2 and not scene.spare(f"{words} {truth.value}", rng, 0.35 if truth.value == 0 else 0.6):
        return None
    if not scene.solid_in(x, stretch):
        return None
    if stretch is not None and stretch.t0 > 0 and stretch.t1 >= scene.duration_s:
        # "after 2:00" might mean newcomers only: ask where both readings give the same number
        new = scene.view.start_s[scene.tracks(x)]
        if int((new >= stretch.t0).sum()) != truth.value:
            return None
    return Proposal(question, truth, stretch, family=words)


def count_at(scene: Scene, rng: Random) -> Proposal | None:
    """X visible at a moment."""
    x = scene.term(rng, thing=0.08)
    for _ in range(4):
        t_s = scene.time(rng, scene.edges(x)) if x else None
        if t_s is None:
            return None
        question = Question("count_at", x=x, t_s=t_s)
        truth = scene.run(question)
        if truth.value > 1 or scene.spare(f"at {truth.value}", rng, 0.35 if truth.value == 0 else 0.6):
            return Proposal(question, truth)
    return None


def max_at_once(scene: Scene, rng: Random) -> Proposal | None:
    """The largest number; it must hold long enough that a coarser reader sees it."""
    x = scene.absent_term(rng) if rng.random() < 0.04 else scene.term(rng, thing=0.1)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    question = Question("max_at_once", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value < 2 and not scene.spare(f"most {truth.value}", rng, 0.3 if truth.value == 0 else 0.45):
        return None
    return Proposal(question, truth, stretch) if peak_holds(scene, x, stretch) else None


def peak_holds(scene: Scene, x: str, stretch: Stretch | None) -> bool:
    """The most X at once are there long enough for a coarser reader to see it."""
    cut = _cut(scene, stretch).of_term(x, scene.view)
    most, moments = peak(scene.view, cut)
    return not most or max(b - a for a, b in moments) >= scene.least_s


def when_most(scene: Scene, rng: Random) -> Proposal | None:
    """When most X are visible; only where that is a small part of the time."""
    x = scene.absent_term(rng) if rng.random() < 0.05 else scene.term(rng, thing=0.1)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    question = Question("when_most", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value == NEVER:
        return Proposal(question, truth, stretch) if stretch is None else None
    low, high = ends_of(stretch) or (0.0, scene.duration_s)
    share = sum(b - a for a, b in truth.acceptable) / (high - low)
    single = len(scene.tracks(x)) == 1
    if share > 0.4 or len(truth.acceptable) > 3 or single or not peak_holds(scene, x, stretch):
        return None
    return Proposal(question, truth, stretch)


def compare(scene: Scene, rng: Random) -> Proposal | None:
    """More X than Y; as often yes as no."""
    pair = scene.pair(rng)
    if pair is None:
        return None
    x, y = pair
    both = sorted(scene.edges(x) + scene.edges(y))
    stretch = scene.stretch(rng, both) if rng.random() < 0.35 else None
    want = rng.random() < 0.54
    for a, b in ((x, y), (y, x)):
        question = Question("compare", x=a, y=b, stretch=ends_of(stretch))
        truth = scene.run(question)
        if truth.value == want and truth.evidence and scene.solid_in(a, stretch) and scene.solid_in(b, stretch):
            return Proposal(question, truth, stretch)
    return None


def _cut(scene: Scene, stretch: Stretch | None) -> Cut:
    return Cut.of(scene.view, *(ends_of(stretch) or (-INF, INF)))


def _overlap(a: Cut, b: Cut) -> float:
    """Longest time (negative: shortest distance) that a run of one and a run of the other have in common, seconds."""
    if not len(a.run) or not len(b.run):
        return -INF
    return float((np.minimum(a.b[:, None], b.b) - np.maximum(a.a[:, None], b.a)).max())


def together(scene: Scene, rng: Random) -> Proposal | None:
    """Both visible at once, certainly, or certainly not; as often yes as no."""
    want = rng.random() < 0.57
    if not want and rng.random() < 0.5 and (x := scene.absent_term(rng)) and (y := scene.term(rng, thing=0)):
        x, y = (x, y) if rng.random() < 0.5 else (y, x)
        stretch = scene.stretch(rng, scene.edges(x) or scene.edges(y)) if rng.random() < 0.3 else None
        question = Question("together", x=x, y=y, stretch=ends_of(stretch))
        truth = scene.run(question)
        return Proposal(question, truth, stretch) if not truth.value else None
    for _ in range(4 if want else 10):
        pair = scene.pair(rng)
        if pair is None:
            return None
        x, y = pair
        stretch = None
        if rng.random() < 0.65:
            stretch = scene.stretch(rng, sorted(scene.edges(x) + scene.edges(y)))
        cut = _cut(scene, stretch)
        common = _overlap(cut.of_term(x, scene.view), cut.of_term(y, scene.view))
        if (common >= scene.least_s) if want else (common < -scene.margin_s):
            question = Question("together", x=x, y=y, stretch=ends_of(stretch))
            return Proposal(question, scene.run(question), stretch)
    return None


def together_list(scene: Scene, rng: Random) -> Proposal | None:
    """Other kinds in sight while X is; each certainly, or certainly not."""
    x = scene.term(rng, thing=0, kind=0.15)
    if x is None or len(scene.present) < 2:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.15 else None
    mine, cut = scene.view.mask(x), _cut(scene, stretch)
    for c in set(scene.view.class_id[~mine].tolist()):
        common = _overlap(cut.of_term(x, scene.view), cut.only((scene.view.class_id == c) & ~mine))
        if -scene.margin_s <= common < scene.least_s:
            return None
    question = Question("together_list", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    seen = scene.run(Question("exists", x=x, stretch=ends_of(stretch))).value
    if not seen or len(truth.value) > 6 or not scene.named(Truth(0, truth.value, [], "list")):
        return None
    return Proposal(question, truth, stretch) if truth.value or scene.spare("alone", rng, 0.3) else None


def duration(scene: Scene, rng: Random) -> Proposal | None:
    """Total time with at least one X."""
    x = scene.absent_term(rng) if rng.random() < 0.06 else scene.term(rng)
    if x is None:
        return None
    stretch, events = limit(scene, rng, scene.edges(x), 0.33)
    question = Question("duration", x=x, stretch=ends_of(stretch), **events)
    truth = scene.run(question)
    low, high = ends_of(stretch) or (0.0, scene.duration_s)
    if not truth.value and not scene.spare("no time", rng, 0.3):
        return None
    if truth.value > 0.93 * (high - low) and not scene.spare("all the time", rng, 0.4):
        return None
    return Proposal(question, truth, stretch)


def list_kinds(scene: Scene, rng: Random) -> Proposal | None:
    """Kinds in the order of first sight; no two so close that their order is doubtful."""
    if len(scene.present) < 2:
        return None
    all_edges = scene.edges("thing")
    stretch, events = limit(scene, rng, all_edges, 0.5)
    return _listed(scene, rng, Question("list", stretch=ends_of(stretch), **events), stretch)


def describe(scene: Scene, rng: Random) -> Proposal | None:
    """What happens."""
    if not scene.present or rng.random() < 0.5:
        return None
    stretch = scene.stretch(rng, scene.edges("thing"), ("between",)) if rng.random() < 0.4 else None
    question = Question("describe", stretch=ends_of(stretch))
    truth = scene.run(question)
    fits = 0 < len(truth.acceptable) <= 8 and scene.named(truth)
    return Proposal(question, truth, stretch) if fits else None


def _listed(scene: Scene, rng: Random, question: Question, stretch: Stretch | None) -> Proposal | None:
    truth = scene.run(question)
    if not scene.named(Truth(0, truth.value, [], "list")) or len(truth.value) > 7:
        return None
    if len(truth.value) < 2 and not scene.spare(f"list {len(truth.value)}", rng, 0.2 + 0.2 * len(truth.value)):
        return None
    first: dict[str, float] = {}
    seen: dict[str, float] = {}
    for e in truth.evidence:
        first[e.class_name] = min(first.get(e.class_name, INF), e.start_s)
        seen[e.class_name] = seen.get(e.class_name, 0.0) + e.end_s - e.start_s
    times = sorted(set(first.values()))
    apart = all(b - a > scene.margin_s for a, b in pairwise(times))
    return Proposal(question, truth, stretch) if apart and min(seen.values(), default=1e9) >= scene.least_s else None
