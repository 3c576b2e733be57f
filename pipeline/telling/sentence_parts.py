"""What a sentence is made from: the question, its evidence, and the phrases that recur in answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.meaning import LAST, Event, Question, Side
from data.meaning import Evidence as Interval
from data.meaning.arrivals import RETURN_AFTER_S
from data.time_reading import last_moment
from data.vocabulary import THING, covered
from pipeline.answers import Evidence
from pipeline.telling.english import (
    a_thing,
    asked_time,
    at_clock,
    length_words,
    no_thing,
    one,
    ordinal,
    percent,
)

STILL_THERE_S = 0.5
"""Seen so shortly before the end, a thing has not left."""


def from_the_start(seen: Sequence[Evidence], limit: str) -> bool:
    """Is it there when the clip begins? Then it came from nowhere. limit: the stretch asked about, in words."""
    return bool(seen) and not limit and seen[0].start_s <= 0


def to_the_end(seen: Sequence[Evidence], limit: str, duration_s: float) -> bool:
    """Is it still there when the clip ends? Then it left to nowhere."""
    return bool(seen) and not limit and seen[-1].end_s >= duration_s - STILL_THERE_S


@dataclass(frozen=True)
class Asked:
    """A question with what is known around it. pieces: the evidence in time order."""

    q: Question
    pieces: tuple[Evidence, ...]
    class_names: tuple[str, ...]
    duration_s: float
    event_times: Mapping[Event, float | None]
    only_one: frozenset[str]
    nth_of: Mapping[int, int]

    def of(self, term: str) -> tuple[Evidence, ...]:
        """The evidence that shows a term."""
        names = {self.class_names[i] for i in covered(term, self.class_names)} | {term}
        return tuple(e for e in self.pieces if term == THING or e.class_name in names)

    def nobody(self, new: bool) -> str:
        """Such as "nothing new", or "no animal" where only animals are asked for."""
        return "nothing" + " new" * new if self.q.x is None else no_thing(self.q.x, new=new)

    def which(self, term: str, pieces: Sequence[Evidence]) -> str:
        """Of a kind, what the first of `pieces` is: " (a truck)"; else nothing."""
        return f" ({a_thing(pieces[0].class_name)})" if pieces and pieces[0].class_name != term else ""

    def first(self, t_s: float | None, words: str = "first ") -> str:
        """Such as ", first at 0:12"; nothing where that is just when the stretch asked about begins."""
        begin_s = self.q.stretch[0] if self.q.stretch else -math.inf
        begin_s = max(begin_s, self.event_times.get(self.q.after) or -math.inf)
        return "" if t_s is None or 0 < t_s <= begin_s else f", {words}{at_clock(t_s)}"

    def event(self, event: Event) -> str:
        """Such as "the second bus appears (at 0:42)"."""
        if event.nth in (None, 1, LAST) and event.thing in self.only_one:
            who = f"the {one(event.thing)}"
        else:
            default = 1 if event.change == "appears" else LAST
            who = f"the {ordinal(event.nth or default)} {one(event.thing)}"
        when = ""
        if event in self.event_times:
            t_s = self.event_times[event]
            when = " (which never happens)" if t_s is None else f" ({at_clock(t_s)})"
        return f"{who} {event.change}{when}"

    def reference(self) -> str:
        """What a question about before or after refers to: "3:00", "the bus leaves"."""
        return self.event(self.q.event) if self.q.event is not None else asked_time(self.q.t_s or 0.0)

    @property
    def limit(self) -> str:
        """The stretch as words, "" for the whole clip: "between 0:30 and 1:10", "after the bus leaves"."""
        parts = [self._stretch()] if self.q.stretch is not None else []
        parts += [f"{w} {self.event(e)}" for w, e in (("after", self.q.after), ("before", self.q.before)) if e]
        limit = " and ".join(part for part in parts if part)
        if self.q.side is None or self.q.side.how not in ("inside", "stays", "stands"):
            return limit
        only = limit_words(self.q.side, self.q.x)
        return f"{limit}, {only}" if limit else only

    def _stretch(self) -> str:
        t0, t1 = self.q.stretch
        end = max(self.duration_s, 0.0)
        if t0 <= 0 and t1 >= end:
            return ""
        if t0 == t1:
            return self.at(t0)
        if t1 >= end:
            last_s = end - t0
            if abs(t0 - round(t0)) > 0.05 and abs(last_s - round(last_s)) < 0.05 and last_s > 0.9:
                return f"in the last {_span(round(last_s))}"
            return f"after {asked_time(t0)}"
        if t0 <= 0:
            is_round = t1 == int(t1) and (t1 <= 60 or t1 % 60 == 0)
            return f"in the first {_span(t1)}" if is_round and t1 > 1 else f"before {asked_time(t1)}"
        return f"between {asked_time(t0)} and {asked_time(t1)}"

    def at(self, t_s: float) -> str:
        """Such as "at 1:05", "at the end"."""
        return "at the end" if abs(t_s - last_moment(self.duration_s)) < 0.01 else f"at {asked_time(t_s)}"

    def share_words(self, seconds: float) -> str:
        """Such as " (77% of the time)", where a question is about the whole clip."""
        if self.limit or self.duration_s <= 0:
            return ""
        return f" ({percent(min(seconds / self.duration_s, 1.0))} of the time)"

    def lead(self, text: str) -> str:
        """`text` with the stretch in front: "Between 0:30 and 1:10, four people are visible"."""
        if self.q.side is not None and self.q.side.how == "stays" and text.endswith("visible"):
            return f"{text} {self.limit}"  # "two people are visible for longer than 20 seconds"
        return f"{self.limit}, {text}" if self.limit else text

    def never(self, subject: str, verb: str, short: str) -> str:
        """Such as "no car ever appears"; with a stretch "no car appears after 3:00". verb after "ever", short alone."""
        return f"{subject} {short} {self.limit}" if self.limit else f"{subject} {verb}"

    def invisible(self) -> str:
        return self.never(no_thing(self.q.x), "is ever visible", "is visible")

    def the(self, *, new: bool = False) -> str:
        """The object that the question means: "the second car"; "the car" where there is only one."""
        x, nth = self.q.x, self.q.nth
        if nth in (None, 1, LAST) and x in self.only_one:
            return f"the {one(x)}"
        return f"the {ordinal(nth or 1)} {'new ' * (new and bool(self.limit))}{one(x)}"

    def some(self) -> str:
        """The object that the question means, where it means a certain one; else the kind: "a car"."""
        return a_thing(self.q.x) if self.q.nth is None else self.the()

    def absent(self) -> str:
        """The object that the question means is never in sight (in the stretch)."""
        if self.q.nth in (None, 1, LAST):
            return self.invisible()
        return self.never(f"no {ordinal(self.q.nth)} {one(self.q.x)}", "is ever visible", "is visible")


def limit_words(side: Side, term: str | None) -> str:
    """Which things alone count: "in the left half of the picture", "for longer than 20 seconds"."""
    if side.how == "stands":
        return f"counting only the {one(term or THING)} {standing_words(side.word)}"
    if side.how == "stays":
        how, seconds = side.word.split()
        return f"for {'longer' if how == 'longer' else 'less'} than {length_words(float(seconds))}"
    return part_words(side.word)


def standing_words(word: str) -> str:
    """Where the left, right or middle one of several stands."""
    return {"left": "on the left", "right": "on the right"}.get(word, "in the middle")


def part_words(part: str) -> str:
    """Such as "on the left of the picture", "in the left half of the picture"."""
    where = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom"}
    return f"{where.get(part, f'in the {part}')} of the picture"


def _span(seconds: float) -> str:
    """Such as "minute", "20 seconds", behind "the first"."""
    return {1: "second", 60: "minute", 3600: "hour"}.get(seconds) or length_words(seconds)


def objects_in(pieces: Sequence[Evidence]) -> int:
    return len({e.track_id for e in pieces})


def begin_of(pieces: Sequence[Evidence]) -> float | None:
    return pieces[0].start_s if pieces else None


def peak_of(pieces: Sequence[Evidence | Interval]) -> tuple[int, float]:
    """The most objects in sight at once, and when first, seconds."""
    changes = sorted([(e.start_s, 1) for e in pieces] + [(e.end_s, -1) for e in pieces])
    most, best_s, now = 0, 0.0, 0
    for t_s, change in changes:
        now += change
        if now > most:
            most, best_s = now, t_s
    return most, best_s


def stay_of(pieces: Sequence[Evidence], which: str) -> tuple[int, float]:
    """Which of the tracks in sight (at least one) is so for the "longest" or "shortest" time; the time, seconds."""
    times: dict[int, float] = {}
    for e in pieces:
        times[e.track_id] = times.get(e.track_id, 0.0) + e.end_s - e.start_s
    return (max if which == "longest" else min)(times.items(), key=lambda item: item[1])


def comeback_of(pieces: Sequence[Evidence]) -> float | None:
    """When an object is first in sight again after a long enough absence, seconds."""
    ends: dict[int, float] = {}
    for e in pieces:
        if e.start_s - ends.get(e.track_id, math.inf) >= RETURN_AFTER_S - 1e-6:
            return e.start_s
        ends[e.track_id] = max(e.end_s, ends.get(e.track_id, -math.inf))
    return None
