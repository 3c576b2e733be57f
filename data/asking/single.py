"""Proposers for questions about one object or by single objects: longest, returns, direction, sides, where."""

from __future__ import annotations

from random import Random

import numpy as np

from data.asking.scene import Proposal, Scene
from data.asking.visibility import ends_of
from data.meaning import NONE, Question
from data.meaning.parts import INF, Cut, union_of
from data.meaning.places import side_distances
from data.vocabulary import THING

SIDES = frozenset({"left", "right"})


def stays(family: str) -> object:
    """Proposer for longest and shortest: the winner is ahead of every other kind by a clear margin."""
    longest = family == "longest"

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        if len(scene.present) < 2:
            return None
        stretch = scene.stretch(rng, scene.edges(THING)) if rng.random() < 0.35 else None
        question = Question(family, stretch=ends_of(stretch))
        truth = scene.run(question)
        if truth.value == NONE or len(truth.acceptable) > 2 or not scene.named(truth):
            return None
        view = scene.view
        cut = Cut.of(view, *(question.stretch or (-INF, INF)))
        time = np.bincount(cut.track, cut.b - cut.a, len(view))
        seen = cut.visible(view)
        right = np.array([name in truth.acceptable for name in view.labels[1]])
        others, mine = time[seen & ~right], time[seen & right]
        if not len(others):
            return None
        best, rival = (mine.max(), others.max()) if longest else (mine.min(), others.min())
        gap = (best - rival) if longest else (rival - best)
        if gap < 2 * scene.margin_s or gap < 0.12 * max(best, rival) or min(best, rival) < scene.least_s:
            return None
        agree = len(truth.acceptable) == 1 and rng.random() < 0.4 and _kinds_agree(scene, cut, truth.value, longest)
        return Proposal(question, truth, stretch, kinds_agree=agree)

    return propose


def _kinds_agree(scene: Scene, cut: Cut, answer: str, longest: bool) -> bool:
    """Would the time of all objects of a kind together choose the same kind?"""
    view, time = scene.view, {}
    for c in set(view.class_id[cut.track].tolist()):
        spans = union_of(cut.only(view.class_id == c), view)
        time[view.class_names[c]] = sum(b - a for a, b in spans)
    best = max(time, key=time.get) if longest else min(time, key=time.get)
    rivals = [t for name, t in time.items() if name != answer]
    gap = abs(time[answer] - (max(rivals) if longest else min(rivals))) if rivals else INF
    return best == answer and gap > 2 * scene.margin_s


def returns(scene: Scene, rng: Random) -> Proposal | None:
    """Comes back after certainly more than two seconds, or certainly never; as often yes as no."""
    found = _comeback_classes(scene)
    if not found and not scene.spare("no return", rng, 0.12):
        return None
    want = bool(found) and rng.random() < 0.4
    for _ in range(1 if want else 4):
        x = rng.choice(found) if want else scene.term(rng, thing=0)
        if x is None or len(scene.tracks(x)) > 60:
            return None
        gaps = [gap for track in scene.tracks(x) for gap in scene.gaps(track)]
        if any(gap >= 2 + scene.margin_s for gap in gaps) if want else not gaps:
            question = Question("returns", x=x)
            return Proposal(question, scene.run(question))
    return None


def returns_when(scene: Scene, rng: Random) -> Proposal | None:
    """When it comes back; every return is right."""
    found = _comeback_classes(scene)
    x = rng.choice(found) if found and rng.random() < 0.88 else None
    if x is None:
        if not scene.spare("returns never", rng, 0.35 if found else 0.1):
            return None
        x = scene.term(rng, thing=0)
    if x is None or len(scene.tracks(x)) > 60:
        return None
    gaps = [gap for track in scene.tracks(x) for gap in scene.gaps(track)]
    if any(gap < 2 + scene.margin_s for gap in gaps) or len(gaps) > 3:
        return None
    question = Question("returns_when", x=x)
    return Proposal(question, scene.run(question))


def _comeback_classes(scene: Scene) -> list[str]:
    long_gone = [track for track, gaps in scene.all_gaps.items() if max(gaps) >= 2 + scene.margin_s]
    return [name for name in scene.view.names(long_gone) if name in scene.present]


def _one(scene: Scene, rng: Random) -> tuple[str, int | None, int] | None:
    """A single object that words can name: (term, its ordinal or None for the only one, position)."""
    x = scene.term(rng, thing=0, kind=0.12)
    if x is None:
        return None
    tracks = scene.tracks(x)
    if len(tracks) == 1:
        return x, None, tracks[0]
    k = rng.randrange(min(len(tracks), 4))
    starts = scene.view.start_s[tracks]
    if np.count_nonzero(np.abs(starts - starts[k]) <= scene.margin_s) > 1:
        return None
    return x, k + 1, tracks[k]


def direction(scene: Scene, rng: Random) -> Proposal | None:
    """Clearly one way, or clearly still."""
    for _ in range(3):
        found = _one(scene, rng)
        if found is None:
            continue
        x, nth, k = found
        view = scene.view
        a, b = view.boxes_xywhn[view.row_ptr[k], :2], view.boxes_xywhn[view.row_ptr[k + 1] - 1, :2]
        big, small = sorted((abs(float(b[0] - a[0])), abs(float(b[1] - a[1])) * view.aspect), reverse=True)
        still = big < 0.03
        if scene.weak[k] or (not still and (big < 0.08 or big < 1.4 * small)):
            continue
        if still and not scene.spare("still", rng, 0.5):
            continue
        question = Question("direction", x=x, nth=nth)
        truth = scene.run(question)
        return Proposal(question, truth, sides_only=truth.value in SIDES, unique=nth is None)
    return None


def side(family: str) -> object:
    """Proposer for enters_from and leaves_to: a box that certainly comes in, or goes out, over one side."""
    first = family == "enters_from"

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        view = scene.view
        for _ in range(4):
            found = _one(scene, rng)
            if found is None:
                continue
            x, nth, k = found
            there = view.start_s[k] <= scene.margin_s if first else view.end_s[k] >= view.duration_s - scene.margin_s
            row = view.row_ptr[k] if first else view.row_ptr[k + 1] - 1
            near = sorted(side_distances(view.boxes_xywhn[row], view.aspect).values())
            if there or near[0] > 0.1 or near[1] - near[0] < 0.04 or scene.weak[k]:
                continue
            question = Question(family, x=x, nth=nth)
            truth = scene.run(question)
            return Proposal(question, truth, sides_only=truth.value in SIDES, unique=nth is None)
        return None

    return propose


def _where(scene: Scene, x: str) -> Proposal | None:
    """In which third, of the only X, which is never in another one."""
    view, tracks = scene.view, scene.tracks(x)
    if len(tracks) != 1 or scene.weak[tracks[0]]:
        return None
    rows = slice(view.row_ptr[tracks[0]], view.row_ptr[tracks[0] + 1])
    thirds = np.floor(view.boxes_xywhn[rows, 0] * 3)
    question = Question("where_at", x=x)
    return Proposal(question, scene.run(question), unique=True) if (thirds == thirds[0]).all() else None


def where_at(scene: Scene, rng: Random) -> Proposal | None:
    """In which third, well inside it, also a little before and after; the only X in sight, or the n-th."""
    view = scene.view
    for _ in range(4):
        x = scene.term(rng, thing=0, kind=0.12)
        if x is None:
            return None
        if rng.random() < 0.2:
            if (anywhere := _where(scene, x)) is not None:
                return anywhere
            continue
        t_s = scene.time(rng, scene.edges(x))
        if t_s is None:
            continue
        now = (view.run_a <= t_s) & (t_s < view.run_b) & view.mask(x)[view.run_track]
        tracks = view.run_track[now].tolist()
        if not tracks:
            continue
        k, nth, everyone = tracks[0], None, scene.tracks(x)
        if len(tracks) > 1:
            k = rng.choice(tracks[:4])
            nth = everyone.index(k) + 1
            starts = view.start_s[everyone]
            if nth > 4 or np.count_nonzero(np.abs(starts - view.start_s[k]) <= scene.margin_s) > 1:
                continue
        rows = slice(view.row_ptr[k], view.row_ptr[k + 1])
        times = view.edge_s[view.row_frame[rows]]
        near = view.boxes_xywhn[rows, 0][np.abs(times - t_s) <= scene.margin_s]
        thirds = set(np.floor(np.concatenate((near - 0.03, near + 0.03)) * 3).clip(0, 2).tolist())
        if len(thirds) != 1 or (thirds == {1.0} and rng.random() < 0.3):
            continue
        question = Question("where_at", x=x, nth=nth, t_s=t_s)
        truth = scene.run(question)
        return Proposal(question, truth, sides_only=truth.value in SIDES, unique=nth is None)
    return None
