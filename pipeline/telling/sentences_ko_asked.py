"""What a Korean sentence is made of: the question with its evidence and clip, stretches and events in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.clock import clock
from data.meaning import LAST, Event, Question
from data.vocabulary import THING, covered
from pipeline.answers import Evidence
from pipeline.telling.english import asked_time
from pipeline.telling.sentences_ko_words import at_asked, length_words, named, ordinal, topic, with_particle


@dataclass(frozen=True)
class Clip:
    """What a sentence needs to know besides the answer.

    class_names, duration_s: of the clip. event_times: when the question's events happen, seconds, None for never.
    """

    class_names: tuple[str, ...] = ()
    duration_s: float = 0.0
    event_times: Mapping[Event, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question with what is known around it. pieces: the evidence in time order."""

    q: Question
    pieces: tuple[Evidence, ...]
    clip: Clip

    def of(self, term: str) -> tuple[Evidence, ...]:
        names = {self.clip.class_names[i] for i in covered(term, self.clip.class_names)} | {term}
        return tuple(e for e in self.pieces if term == THING or e.class_name in names)

    def which(self, term: str, pieces: Sequence[Evidence]) -> str:
        """Of a kind, what the first of `pieces` is: "(트럭)"."""
        return f"({named(pieces[0].class_name)})" if pieces and pieces[0].class_name != term else ""

    def first(self, t_s: float | None, words: str = "처음 보이는 때는 {}입니다") -> str:
        """A second sentence with the first moment; nothing where that is just when the stretch begins."""
        begin_s = self.q.stretch[0] if self.q.stretch else -math.inf
        begin_s = max(begin_s, self.clip.event_times.get(self.q.after) or -math.inf)
        return "" if t_s is None or 0 < t_s <= begin_s else ". " + words.format(clock(max(t_s, 0.0)))

    @property
    def limit(self) -> str:
        """The stretch as words, "" for the whole clip: "0:30부터 1:10까지"."""
        parts = [stretch_words(*self.q.stretch, self.clip.duration_s)] if self.q.stretch is not None else []
        parts += [self.beside(e, later) for later, e in ((True, self.q.after), (False, self.q.before)) if e]
        return ", ".join(part for part in parts if part)

    def beside(self, event: Event, later: bool) -> str:
        """Such as "두 번째 버스가 떠난(0:42) 뒤에"."""
        when = ""
        if event in self.clip.event_times:
            t_s = self.clip.event_times[event]
            when = "(그런 일은 없음)" if t_s is None else f"({clock(max(t_s, 0.0))})"
        return event_words(event, later, when)

    def reference(self, later: bool) -> str:
        """What a question about before or after refers to."""
        if self.q.event is not None:
            return self.beside(self.q.event, later)
        return f"{asked_time(self.q.t_s or 0.0)} {'이후에' if later else '전에'}"

    def lead(self, text: str) -> str:
        return f"{self.limit} {text}".strip()

    def never(self, verb: str) -> str:
        """Such as "자동차는 한 번도 보이지 않습니다". verb: "보이지", "나오지"."""
        x = self.q.x or THING
        who = "아무것도" if x == THING else topic(x)
        return self.lead(f"{who} {verb} 않습니다" if self.limit or x == THING else f"{who} 한 번도 {verb} 않습니다")

    def the(self) -> str:
        """The object that the question means: "두 번째 자동차"."""
        return f"{ordinal(self.q.nth or 1)} {named(self.q.x or THING)}"

    def the_one(self, particle: str = "은") -> str:
        """The same with a particle, and of a kind with what it is."""
        which = self.which(self.q.x or THING, self.of(self.q.x or THING))
        return with_particle(self.the() + which, particle, self.the())

    def some(self, particle: str = "은") -> str:
        """The object that the question means, where it means a certain one; else the kind."""
        x = self.q.x or THING
        which = self.which(x, self.of(x))
        return self.the_one(particle) if self.q.nth is not None else with_particle(named(x) + which, particle, named(x))

    def absent(self) -> str:
        if self.q.nth in (None, 1, LAST):
            return self.never("보이지")
        return self.lead(f"{with_particle(self.the(), '은')} 보이지 않습니다")


def stretch_words(t0: float, t1: float, duration_s: float) -> str:
    if t0 <= 0 and t1 >= duration_s:
        return ""
    if t0 == t1:
        return at_asked(t0)
    if t1 >= duration_s:
        return f"{asked_time(t0)} 이후에"
    if t0 <= 0:
        is_round = t1 == int(t1) and (t1 <= 60 or t1 % 60 == 0) and t1 > 1
        return f"처음 {length_words(t1)} 동안" if is_round else f"{asked_time(t1)} 전에"
    return f"{asked_time(t0)}부터 {asked_time(t1)}까지"


def event_words(event: Event, later: bool, when: str = "") -> str:
    """Such as "두 번째 버스가 나온 뒤에", "마지막 버스가 떠나기 전에". when: put behind the verb."""
    nth = event.nth or (1 if event.change == "appears" else LAST)
    who = with_particle(f"{ordinal(nth)} {named(event.thing)}", "이")
    stem = "나" if event.change == "appears" else "떠나"
    verb = {("나", True): "나온", ("나", False): "나오기", ("떠나", True): "떠난", ("떠나", False): "떠나기"}[
        stem, later
    ]
    return f"{who} {verb}{when} {'뒤에' if later else '전에'}"
