"""Proposers for questions about order and time: first, last, nth, when, next, previous, order, before and after."""

from __future__ import annotations

from random import Random

import numpy as np

from data.asking.scene import Proposal, Scene
from data.asking.visibility import ends_of
from data.meaning import LAST, NEVER, NONE, Question, Truth
from data.meaning.parts import INF, Cut
from data.phrasing import Stretch
from data.small_arrays import positions
from data.vocabulary import THING, covered


def _certain(scene: Scene, truth: Truth) -> bool:
    """No other kind first appears so close to the answer that the order is doubtful; at most two kinds tie."""
    if truth.value == NONE or len(truth.acceptable) > 2 or not scene.named(truth) or not truth.evidence:
        return False
    view = scene.view
    first = view.labels[0].index(truth.evidence[0].track_id)
    near = np.abs(view.start_s - view.start_s[first]) <= scene.margin_s
    return set(view.names(positions(near))) <= set(truth.acceptable)


def _agree(scene: Scene, truth: Truth, among: np.ndarray) -> bool:
    """Is the answer's object the first of its kind, and so is each of `among` (positions)?"""
    classes = scene.view.class_id[among].tolist()
    return len(truth.acceptable) == 1 and len(set(classes)) == len(classes)


def newcomer(family: str) -> object:
    """Proposer for first, last and nth."""

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        if len(scene.present) < 2:
            return None
        edges = scene.edges(THING)
        stretch = scene.stretch(rng, edges) if rng.random() < (0.6 if family == "first" else 0.4) else None
        low, high = ends_of(stretch) or (-INF, INF)
        starts = scene.view.start_s
        new = positions((starts >= low) & (starts <= high))
        if len(set(scene.view.class_id[new].tolist())) < 2:
            return None
        nth = rng.randrange(2, min(len(new), 7) + 1) if family == "nth" else None
        question = Question(family, stretch=ends_of(stretch), nth=nth)
        truth = scene.run(question)
        if not _certain(scene, truth) or (nth is not None and len({e.track_id for e in truth.evidence}) > 2):
            return None
        if family == "last":
            last = scene.view.class_id[new[-1]]
            agree = len(truth.acceptable) == 1 and not (scene.view.class_id[new[:-1]] == last).any()
        else:
            agree = _agree(scene, truth, new[: nth or 1])
        return Proposal(question, truth, stretch, kinds_agree=agree)

    return propose


def when_appears(scene: Scene, rng: Random) -> Proposal | None:
    """First (or n-th) appearance; in a stretch only where nothing of it is in sight before."""
    if rng.random() < 0.06 and (x := scene.absent_term(rng)):
        question = Question("when_appears", x=x)
        return Proposal(question, scene.run(question))
    x = scene.term(rng, thing=0)
    if x is None:
        return None
    tracks = scene.tracks(x)
    nth = rng.randrange(2, min(len(tracks), 6) + 1) if len(tracks) > 1 and rng.random() < 0.4 else None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.3 else None
    question = Question("when_appears", x=x, nth=nth, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value == NEVER:
        seen = scene.run(Question("exists", x=x, stretch=question.stretch)).value
        return Proposal(question, truth, stretch) if not seen and scene.spare("never", rng, 0.3) else None
    if truth.value < scene.margin_s and not scene.spare("from the start", rng, 0.35):
        return None
    if stretch is not None:
        cut = Cut.of(scene.view, stretch.t0, stretch.t1).only(scene.view.mask(x))
        if float(cut.a.min()) < scene.run(Question("when_appears", x=x, stretch=question.stretch)).value:
            return None
        if len(cut.run) != len(set(cut.track.tolist())):
            return None
    if nth is not None:
        starts = scene.view.start_s[tracks]
        if np.count_nonzero(np.abs(starts - truth.value) <= scene.margin_s) > 1:
            return None
    track = scene.view.labels[0].index(truth.evidence[0].track_id)
    return None if scene.weak[track] else Proposal(question, truth, stretch)


def when_leaves(scene: Scene, rng: Random) -> Proposal | None:
    """The last time that any X is visible; of what is still there at the end, when it is last *seen*."""
    if rng.random() < 0.05 and (x := scene.absent_term(rng)):
        question = Question("when_leaves", x=x)
        return Proposal(question, scene.run(question), seen_only=True)
    x = scene.term(rng, thing=0)
    if x is None:
        return None
    stretch = scene.stretch(rng, scene.edges(x)) if rng.random() < 0.25 else None
    question = Question("when_leaves", x=x, stretch=ends_of(stretch))
    truth = scene.run(question)
    if truth.value == NEVER:
        return None
    at_end = truth.value >= min((stretch.t1 if stretch else INF), scene.duration_s) - scene.margin_s
    if at_end and not scene.spare("to the end", rng, 0.3):
        return None
    return Proposal(question, truth, stretch, seen_only=at_end or stretch is not None)


def order(scene: Scene, rng: Random) -> Proposal | None:
    """First X before first Y; as often yes as no."""
    pair = scene.pair(rng)
    if pair is None:
        return None
    starts = [float(scene.view.start_s[scene.tracks(term)[0]]) for term in pair]
    if abs(starts[0] - starts[1]) <= scene.margin_s:
        return None
    early, late = pair if starts[0] < starts[1] else pair[::-1]
    x, y = (early, late) if rng.random() < 0.5 else (late, early)
    question = Question("order", x=x, y=y)
    return Proposal(question, scene.run(question))


def _reference(scene: Scene, rng: Random, starts: np.ndarray) -> tuple[dict[str, object], float, bool] | None:
    """An event or a time that no start (but the event's own) is close to: (fields, seconds, is it an appearance)."""
    if rng.random() < 0.6:
        found = scene.event(rng)
        if found is None:
            return None
        event, at = found
        near = np.abs(starts - at) <= scene.margin_s
        own = event.change == "appears"
        if np.count_nonzero(near) > own or (near.any() and not (starts[near] == at).all()):
            return None
        return {"event": event}, at, own
    t_s = scene.time(rng, np.sort(starts).tolist())
    return None if t_s is None else ({"t_s": t_s}, t_s, False)


def _shares(scene: Scene, x: str, y: str) -> bool:
    return bool(set(covered(x, scene.class_names)) & set(covered(y, scene.class_names)))


def counted_from(family: str) -> object:
    """Proposer for count_before and count_after; now and then with a stretch on the other side of the event."""
    later = family == "count_after"

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        x = scene.term(rng, thing=0.1)
        if x is None or not scene.solid(x):
            return None
        starts = scene.view.start_s[scene.tracks(x)]
        found = _reference(scene, rng, scene.view.start_s)
        if found is None:
            return None
        fields, at, appearance = found
        if appearance and _shares(scene, x, fields["event"].thing) and (not later or fields["event"].nth == LAST):
            return None  # "how many buses came before the third bus?" needs no video
        stretch = None
        if "event" in fields and rng.random() < 0.3:
            low, high = (at, scene.duration_s) if later else (0.0, at)
            t_s = scene.time(rng, sorted(starts.tolist()), low + scene.margin_s, high - scene.margin_s)
            if t_s is not None:
                span = (0.0, t_s) if later else (t_s, scene.duration_s)
                stretch = Stretch("before" if later else "after", *span, t_s)
        question = Question(family, x=x, stretch=ends_of(stretch), **fields)
        truth = scene.run(question)
        if truth.value < 2 and not scene.spare(f"{family} {truth.value}", rng, 0.45 if truth.value == 0 else 0.8):
            return None
        return Proposal(question, truth, stretch)

    return propose


def neighbour(family: str) -> object:
    """Proposer for next_after and previous_before."""
    later = family == "next_after"

    def propose(scene: Scene, rng: Random) -> Proposal | None:
        if len(scene.present) < 2:
            return None
        starts = scene.view.start_s
        found = _reference(scene, rng, starts)
        if found is None:
            return None
        fields, at, appearance = found
        question = Question(family, **fields)
        truth = scene.run(question)
        if truth.value == NONE:
            return Proposal(question, truth) if scene.spare(f"{family} none", rng, 0.25) else None
        if not _certain(scene, truth):
            return None
        event = question.event
        if event is not None and not appearance and not later:
            own = scene.view.mask(event.thing)
            answer = scene.view.track_id == truth.evidence[0].track_id
            if bool((own & answer).any()):
                return None
        side = positions(starts > at) if later else positions(starts < at)
        if later:
            seen = set(scene.view.class_id[starts <= at].tolist())
            agree = len(truth.acceptable) == 1 and int(scene.view.class_id[side[0]]) not in seen
        else:
            last = scene.view.class_id[side[-1]]
            agree = len(truth.acceptable) == 1 and not (scene.view.class_id[side[:-1]] == last).any()
        return Proposal(question, truth, kinds_agree=agree)

    return propose
