"""`Scene`: one clip with what a proposer needs: terms to ask about, times that decide nothing, stretches, events.

Nothing that decides an answer may be borderline: a written time, an event and the starts and ends that it is compared
with lie more than `margin_s` apart; what is seen for less than `least_s` is not asked about.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from math import exp, log
from random import Random
from typing import NamedTuple

import numpy as np

from data.meaning import LAST, ClipView, Event, Question, Truth, run
from data.meaning.parts import INF, Cut
from data.phrasing import Stretch
from data.small_arrays import positions
from data.vocabulary import THING, UNASKED_KINDS, covered, kinds_above
from data.wordings import Split, phrases

STEP_FLOOR_S = 0.5
"""A coarser reader of the same video samples at about this step: margins hold for it too."""
MARGIN_S = 0.3
UNNAMED = frozenset({"misc", "other", "unknown", "dontcare", "ignore"})
"""Classes that annotators use for what has no name: never asked about, never an answer."""
HOWS = {
    "between": 40, "after": 14, "before": 14, "first": 9, "last": 8, "after_first": 2, "before_last": 2, "following": 2,
    "leading": 1, "minute": 2, "part": 6,
}  # fmt: skip
EVERYDAY = frozenset(
    ("person", "car", "bicycle", "bus", "truck", "dog", "motorcycle", "chair", "bottle", "cup", "backpack", "handbag",
     "bird", "cat", "bench", "suitcase", "potted plant", "laptop", "horse", "boat", "traffic light", "book", "bowl")
)  # fmt: skip
"""What most footage shows: asked about more often where it is absent, so that a rare name is no sign of a "no"."""
_HOW_NAMES, _HOW_WEIGHTS = tuple(HOWS), tuple(accumulate(HOWS.values()))
LENGTHS_S = (5, 10, 15, 20, 30, 40, 45, 60, 90, 120, 150, 180, 240, 300, 600, 900, 1800, 3600, 7200)


class Proposal(NamedTuple):
    """A question whose answer is certain, and what its words may take for granted (see `phrasing.Saying`)."""

    question: Question
    truth: Truth
    stretch: Stretch | None = None
    kinds_agree: bool = False
    sides_only: bool = False
    seen_only: bool = False
    unique: bool = False
    family: str | None = None


class Scene:
    """One clip. Lists are cached: proposers ask for the same things again and again."""

    def __init__(self, view: ClipView, split: Split) -> None:
        self.view = view
        self.split: Split = split
        self.duration_s = view.duration_s
        step = max(view.step_s, STEP_FLOOR_S)
        self.margin_s = step + MARGIN_S
        self.lengths_s = [s for s in LENGTHS_S if 0.05 * self.duration_s <= s <= 0.8 * self.duration_s]
        self.least_s = max(2 * view.step_s, STEP_FLOOR_S)
        self.class_names = view.class_names
        names = view.class_names
        number = np.bincount(view.class_id, minlength=len(names)).tolist() if len(view) else [0] * len(names)
        self.unnamed = {c for c, name in enumerate(names) if name.lower() in UNNAMED}
        self.present = [name for c, name in enumerate(names) if number[c] and c not in self.unnamed]
        absent = [name for c, name in enumerate(names) if not number[c] and c not in self.unnamed]
        self.kinds = _askable_kinds(tuple(self.present), names)
        above_present = {*self.present, *(kind for name in self.present for kind in kinds_above(name))}
        self.absent = [name for name in absent if name not in above_present]
        self.absent_kinds = [kind for kind in _askable_kinds(tuple(self.absent), names) if kind not in above_present]
        self.absent_usual = [name for name in self.absent if name in EVERYDAY]
        self.weak = view.seen_s < self.least_s
        self._edges: dict[str, list[float]] = {}
        self._tracks: dict[str, list[int]] = {}
        self._spared: set[str] = set()

    # ------------------------------------------------------------------------------------------------------- terms

    def spare(self, answer: str, rng: Random, share: float) -> bool:
        """May a dull answer be asked for? Once per clip at most, with chance `share`: clips that have nothing else to
        ask about would be full of them."""
        if answer in self._spared:
            return False
        self._spared.add(answer)
        return rng.random() < share

    def term(self, rng: Random, thing: float = 0.05, kind: float = 0.22) -> str | None:
        """Something that is seen in the clip: a class, a kind, or with small chance "thing"."""
        if not self.present:
            return None
        draw = rng.random()
        if draw < thing and len(self.present) > 1 and not self.unnamed:
            return THING
        if draw < thing + kind and self.kinds:
            found = rng.choice(self.kinds)
            if " " not in found or rng.random() < 0.4:  # "vehicles" come more easily than "pieces of sports equipment"
                return found
        return rng.choice(self.present)

    def absent_term(self, rng: Random) -> str | None:
        """Something known that is never seen."""
        if self.absent_kinds and rng.random() < 0.15:
            return rng.choice(self.absent_kinds)
        if self.absent_usual and rng.random() < 0.7:
            return rng.choice(self.absent_usual)
        return rng.choice(self.absent) if self.absent else None

    def pair(self, rng: Random) -> tuple[str, str] | None:
        """Two terms that are seen and share nothing."""
        for _ in range(4):
            x, y = self.term(rng, thing=0), self.term(rng, thing=0)
            if x and y and x != y and not set(covered(x, self.class_names)) & set(covered(y, self.class_names)):
                return x, y
        return None

    def tracks(self, term: str) -> list[int]:
        """Positions of the objects that a term means, by first appearance."""
        found = self._tracks.get(term)
        if found is None:
            found = self._tracks[term] = positions(self.view.mask(term)).tolist()
        return found

    def edges(self, term: str) -> list[float]:
        """When something of a term begins or stops to be visible, sorted."""
        found = self._edges.get(term)
        if found is None:
            view = self.view
            runs = view.mask(term)[view.run_track]
            times = np.concatenate((view.run_a[runs], view.run_b[runs]))
            times.sort()
            found = self._edges[term] = times.tolist()
        return found

    def solid(self, term: str) -> bool:
        """No object of the term is seen too briefly to be counted."""
        return not np.count_nonzero(self.weak & self.view.mask(term))

    def solid_in(self, term: str, stretch: Stretch | None) -> bool:
        """The same in a stretch."""
        if stretch is None:
            return self.solid(term)
        cut = Cut.of(self.view, stretch.t0, stretch.t1).of_term(term, self.view)
        time = np.bincount(cut.track, cut.b - cut.a, len(self.view))
        return bool((time[cut.track] >= self.least_s).all())

    def named(self, truth: Truth) -> bool:
        """No class without a name among the right answers."""
        return not self.unnamed or not any(str(name).lower() in UNNAMED for name in truth.acceptable)

    def run(self, question: Question) -> Truth:
        """The truth on this clip."""
        return run(question, self.view)

    # ------------------------------------------------------------------------------------------------------- times

    def safe(self, t_s: float, edges: Sequence[float]) -> bool:
        """Nothing in the sorted `edges` lies within the margin of `t_s`."""
        i = bisect_left(edges, t_s - self.margin_s)
        return i == len(edges) or edges[i] > t_s + self.margin_s

    def time(self, rng: Random, edges: Sequence[float], low: float = 0.0, high: float = INF) -> float | None:
        """A time that people would write, away from `edges`, inside (low, high)."""
        low, high = max(low, 0.0), min(high, self.duration_s)
        near = [e for e in (rng.choice(edges) for _ in range(2)) if low < e < high] if edges else []
        for _ in range(6):
            if near and rng.random() < 0.5:
                t_s = rng.choice(near) + rng.choice((-1, 1)) * self.margin_s * (1 + 6 * rng.random())
            else:
                t_s = low + rng.random() * (high - low)
            t_s = self.round(t_s, rng)
            if low < t_s < high and self.safe(t_s, edges):
                return t_s
        return None

    def round(self, t_s: float, rng: Random) -> float:
        """To a second, or to five, ten, thirty, sixty where the clip is long enough; now and then to a half."""
        draw = rng.random()
        if self.duration_s < 60:
            size = 1.0 if draw < 0.8 else 5.0 if draw < 0.95 else 0.5
        else:
            size = 1.0 if draw < 0.45 else 5.0 if draw < 0.65 else 10.0 if draw < 0.8 else 30.0 if draw < 0.92 else 60.0
            if self.duration_s > 3600 and draw > 0.95:
                size = 300.0
        return float(round(t_s / size) * size)

    def stretch(self, rng: Random, edges: Sequence[float], hows: Sequence[str] = ()) -> Stretch | None:
        """A stretch whose ends are away from `edges`. hows: only these ways of saying it."""
        if self.duration_s < 6 * self.margin_s:
            return None
        for _ in range(6):
            how = rng.choice(hows) if hows else _draw_how(rng)
            found = self._draw(how, rng, edges)
            if found is None or found.how not in phrases("stretch", self.split):
                continue
            ends = [t for t in (found.t0, found.t1) if 0 < t < self.duration_s]
            if ends and found.t1 - found.t0 > 2 * self.margin_s and all(self.safe(t, edges) for t in ends):
                return found
        return None

    def _draw(self, how: str, rng: Random, edges: Sequence[float]) -> Stretch | None:
        d = self.duration_s
        if how == "between":
            length = exp(rng.uniform(log(4 * self.margin_s), log(0.8 * d)))
            middle = rng.choice(edges) if edges and rng.random() < 0.6 else rng.random() * d
            t0 = self.round(middle - rng.random() * length, rng)
            t1 = self.round(t0 + length, rng)
            return Stretch(how, t0, t1) if 0 < t0 < t1 < d else None
        if how in ("after", "before"):
            t_s = self.round(d * (0.08 + 0.84 * rng.random()), rng)
            if not 0 < t_s < d:
                return None
            return Stretch(how, t_s, d, t_s) if how == "after" else Stretch(how, 0.0, t_s, t_s)
        if how == "part":
            how = rng.choice(_parts(self.split))
            low, high = (_share(text) for text in how.split()[1:])
            return Stretch(how, d * low, d * high)
        if how == "minute":
            n = rng.randrange(2, 5)
            return Stretch(f"minute {n}", 60.0 * (n - 1), 60.0 * n) if 60 * n <= d else None
        if not self.lengths_s:
            return None
        size = float(rng.choice(self.lengths_s))
        if how in ("following", "leading"):
            t_s = self.round(rng.random() * d, rng)
            t0, t1 = (t_s, t_s + size) if how == "following" else (t_s - size, t_s)
            return Stretch(how, t0, t1, t_s, size) if 0 < t0 < t1 < d else None
        t0, t1 = {
            "first": (0.0, size), "last": (d - size, d), "after_first": (size, d), "before_last": (0.0, d - size),
        }[how]  # fmt: skip
        return Stretch(how, t0, t1, None, size)

    # ------------------------------------------------------------------------------------------------------ events

    def event(self, rng: Random) -> tuple[Event, float] | None:
        """An appearance or leaving that the words make certain, and its time."""
        view = self.view
        for _ in range(5):
            thing = self.term(rng, thing=0, kind=0.15)
            if thing is None:
                return None
            tracks = self.tracks(thing)
            appears, last = rng.random() < 0.5, rng.random() < (0.15 if len(tracks) > 1 else 0.0)
            k = len(tracks) - 1 if last else 0 if rng.random() < 0.55 else rng.randrange(min(len(tracks), 5))
            times = (view.start_s if appears else view.end_s)[tracks].tolist()
            if not appears and (last or rng.random() < 0.4):  # the last of them leaves
                at = max(times)
                if at < self.duration_s - self.margin_s:
                    return Event(thing, "leaves", LAST if len(tracks) > 1 else None), at
                continue
            at = times[k]
            lonely = all(abs(t - at) > self.margin_s for i, t in enumerate(times) if i != k)
            if not lonely or self.weak[tracks[k]]:
                continue
            if appears:
                if at > self.margin_s:
                    nth = LAST if last else None if k == 0 and rng.random() < 0.5 else k + 1
                    return Event(thing, "appears", nth), at
            elif at < self.duration_s - self.margin_s and sorted(times).index(at) == k and not self.gaps(tracks[k]):
                return Event(thing, "leaves", k + 1), at
        return None

    def gaps(self, track: int) -> list[float]:
        """The absences of an object, seconds, without those that are certainly no leaving."""
        return self.all_gaps.get(track, [])

    @cached_property
    def all_gaps(self) -> dict[int, list[float]]:
        """`gaps` of every object that has any."""
        track, out = self.view.run_track, {}
        away = self.view.run_a[1:] - self.view.run_b[:-1]
        found = positions((track[1:] == track[:-1]) & (away > 2.0 - self.margin_s))
        for k, gap in zip(track[found].tolist(), away[found].tolist(), strict=True):
            out.setdefault(k, []).append(gap)
        return out


@lru_cache(4096)
def _askable_kinds(names: tuple[str, ...], class_names: tuple[str, ...]) -> list[str]:
    """Kinds above some classes that people ask for, whose name is not part of another known class's name."""
    kinds = dict.fromkeys(kind for name in names for kind in kinds_above(name))
    asked = [kind for kind in kinds if kind not in UNASKED_KINDS and kind != THING and kind not in class_names]
    all_names = "\n".join(class_names) + "\n"
    return [kind for kind in asked if f" {kind}\n" not in all_names or not _ends_another(kind, class_names)]


def _ends_another(kind: str, class_names: tuple[str, ...]) -> bool:
    own = covered(kind, class_names)
    return any(name.endswith(" " + kind) and c not in own for c, name in enumerate(class_names))


def _draw_how(rng: Random) -> str:
    """As `rng.choices` with the weights of `HOWS`, without its checks."""
    return _HOW_NAMES[bisect(_HOW_WEIGHTS, rng.random() * _HOW_WEIGHTS[-1], 0, len(_HOW_NAMES) - 1)]


@cache
def _parts(split: Split) -> list[str]:
    return [how for how in phrases("stretch", split) if how.startswith("part")]


@cache
def _share(text: str) -> float:
    above, _, below = text.partition("/")
    return int(above) / int(below or 1)
