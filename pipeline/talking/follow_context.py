"""What a follow-up question goes on from: `FollowContext`, and how it is read in the end: `FollowUp`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from data.clock import seconds_of
from data.meaning import NEVER, NONE, ClipView, Event, Question, run
from data.meaning.parts import event_time
from data.meaning.question import PINNED
from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import THING
from pipeline.answers import Answer, Evidence
from pipeline.asking.mentions import Mentions, find_mentions
from pipeline.asking.question_words import question_words
from pipeline.telling.english import many
from pipeline.telling.sentence_parts import peak_of, stay_of

_LEAD = re.compile(
    r"(?:(?:and|but|or|also|now|so|ok|okay|well|then|what about|how about|what of|(?:the )?same(?: (?:for|with"
    r"|again))?|no|sorry"
    r"|thanks?|thank you|great|good|nice|cool|hm+|alright|fine|make (?:that|it)|yes|yeah|yep|right(?= (?:and|so"
    r"|then)\b)"
    r"|actually|rather|i (?:meant|mean)|not (?:that|this)(?: one)?|only(?= (?:in|from|between|after|before|at|on"
    r"|the)\b))\b"
    r"[\s,:]*)+",
    re.I,
)
_TAIL = re.compile(r"(?:[\s?!.,]|\b(?:too|as well|instead|please)\b)+$", re.I)


@dataclass(frozen=True)
class FollowUp:
    """text: to be understood instead of what was asked; or question: ready to be run; or answer: what was said before,
    in other words. note: how it was understood.

    thing, nth: the object that a pronoun in `text` stands for. whole: is `text` a question that stands for itself?
    said: what `question` says in full, where the fragment says more than it holds.
    among: the tracks of the objects that alone are meant; None: all.
    """

    text: str = ""
    question: Question | None = None
    answer: Answer | None = None
    note: str | None = None
    thing: str | None = None
    nth: int | None = None
    whole: bool = False
    said: str = ""
    among: tuple[int, ...] | None = None

    def pinned(self, question: Question) -> Question:
        """`question`, as `text` was understood, about the very object that the pronoun stands for."""
        if self.nth is None:
            return question
        if question.x == self.thing and question.family in PINNED:
            question = replace(question, nth=self.nth)
        for part in ("event", "after", "before"):
            event = getattr(question, part)
            if event is not None and event.thing == self.thing:
                question = replace(question, **{part: event._replace(nth=self.nth)})
        return question

    def doubt(self, question: Question) -> str | None:
        """What `question`, as `text` was understood, leaves out of what the pronoun said."""
        if self.nth is None or question.x != self.thing or question.family in PINNED:
            return None
        return f"this answer is about all {many(self.thing)} together"


class Antecedent(NamedTuple):
    """What an answer was about. nth: which one by first appearance, None where it is the only one or not one.

    objects: how many are meant. piece: of the evidence, where it is one object.
    """

    term: str
    nth: int | None
    objects: int
    piece: Evidence | None


class FollowContext:
    """A text, the answer before it, and the clip."""

    def __init__(self, text: str, previous: Answer | None, class_names: tuple[str, ...], duration_s: float,
                 view: ClipView, about: tuple[str, int] | None, among: tuple[int, ...] | None = None,
                 earlier: Answer | None = None, said_before: str = ""):  # fmt: skip
        self.text, self.previous, self.about, self.among, self.earlier = text, previous, about, among, earlier
        self.said_before = said_before
        self.class_names, self.duration_s, self.view = class_names, duration_s, view
        self.q = previous.understood if previous is not None else None
        self.answered = previous is not None and not previous.refused and self.q is not None
        self.bare = _TAIL.sub("", text.strip())
        lead = _LEAD.match(self.bare)
        self.lead, self.rest = (lead[0], self.bare[lead.end() :]) if lead else ("", self.bare)

    def mentions(self, text: str) -> Mentions:
        return find_mentions(text, self.class_names, self.duration_s)

    def named(self, text: str) -> bool:
        """Does a text name any certain thing itself?"""
        return any(term.term != THING for term in self.mentions(text).terms)

    def asks(self, question: Question, extra: str = "") -> FollowUp:
        return FollowUp(question=question, note=f"understood as: {question_words(question, self.duration_s)}?{extra}")

    def says(self, text: str, kind: str, value: object, note: str) -> FollowUp:
        """What the answer before says already, in other words: no question is asked anew."""
        said = replace(self.previous, question=self.text, text=text, kind=kind, value=value, likely=None)
        return FollowUp(answer=said, note=note)

    def unclear(self, why: str) -> FollowUp:
        before = ""
        if self.answered:
            before = f"; the question before was understood as: {question_words(self.q, self.duration_s)}?"
        return FollowUp(question=Question("refuse_unclear"), note=why + before)

    # ---------------------------------------------------------------------------------------------- what was spoken of

    def antecedent(self) -> Antecedent | None:
        if not self.answered:
            return None
        q, value = self.q, self.previous.value
        term = q.x
        if self.previous.kind == "object":
            term = value if value != NONE else None
        elif self.previous.kind == "list" and len(value) == 1:
            term = value[0]
        if term is None and q.other is not None:  # of two events, the one that was named last
            return Antecedent(q.other.thing, q.other.nth if isinstance(q.other.nth, int) else None, 1, None)
        if term is None:
            return None
        names = {self.class_names[i] for i in np.unique(self.view.class_id[self.view.mask(term)])}
        pieces = [e for e in self.previous.evidence if e.class_name in names]
        tracks = list(dict.fromkeys(e.track_id for e in pieces))
        if q.family in ("longest", "shortest") and len(tracks) > 1:  # the one that the sentence names
            tracks = [stay_of(pieces, q.family)[0]]
            pieces = [e for e in pieces if e.track_id == tracks[0]]
        if len(tracks) != 1:
            if isinstance(q.nth, int) and q.family in PINNED and (self.about is None or self.about[0] != term):
                return Antecedent(term, q.nth, 1, None)  # "the first bicycle never comes back"
            if self.about is None or self.about[0] != term:
                return Antecedent(term, None, len(tracks), None)
            mine = self.view.track_id[self.view.mask(term)].tolist()
            if not 0 < self.about[1] <= len(mine):  # a fourth of two was spoken of
                return Antecedent(term, None, len(tracks), None)
            track = mine[self.about[1] - 1]
            return Antecedent(*self.about, 1, next((e for e in pieces if e.track_id == track), None))
        term = pieces[0].class_name
        mine = self.view.track_id[self.view.mask(term)].tolist()
        nth = mine.index(tracks[0]) + 1 if tracks[0] in mine and len(mine) > 1 else None
        return Antecedent(term, nth, 1, pieces[0])

    def moment(self) -> tuple[Event | None, float | None]:
        """When the answer before plays: (event, None), (None, seconds), or neither."""
        if not self.answered:
            return None, None
        value, about = self.previous.value, self.antecedent()
        if self.previous.kind == "time" and value != NEVER:
            if about is not None and self.q.family in ("when_appears", "when_leaves") and self.q.stretch is None:
                return Event(about.term, self.q.family.removeprefix("when_"), about.nth), None
            return None, float(value)
        if self.q.family in ("count_at", "where_at") or (self.q.stretch and self.q.stretch[0] == self.q.stretch[1]):
            if self.q.t_s is None and self.q.stretch is None:
                return None, self.previous.evidence[0].t_s if self.previous.evidence else None
            return None, self.q.t_s if self.q.t_s is not None else self.q.stretch[0]
        if about is not None and about.piece is not None:
            return Event(about.term, "appears", about.nth), None
        return None, None

    def set_spoken_of(self, term: str) -> tuple[int, ...] | None:
        """The tracks of those that the answer before counted or listed, where these are not all; None for all."""
        if self.q.family not in _OF_A_SET:
            return self.among
        if self.q.stretch is not None and self.q.stretch[0] >= self.duration_s - 1.0:
            return self.among  # "how many are there at the end? how many of them had left?"
        mine = set(self.view.track_id[self.view.mask(term)].tolist())
        tracks = tuple(dict.fromkeys(e.track_id for e in self.previous.evidence if e.track_id in mine))
        if not tracks and self.previous.value == 0:
            return ()  # of none
        return tracks if tracks and (len(tracks) < len(mine) or self.among is not None) else None

    def span_spoken_of(self) -> tuple[float, float] | None:
        """From when to when what was said plays, seconds; a moment is both. None where that is not clear."""
        q, value, pieces = self.q, self.previous.value, self.previous.evidence
        if self.previous.kind == "time" and isinstance(value, float):
            return value, value
        if q.t_s is not None and q.family in ("count_at", "where_at"):
            return q.t_s, q.t_s
        if q.family in _OF_A_BREAK and (span := SPAN.search(self.previous.text)):
            return seconds_of(span["a"]), seconds_of(span["b"])
        if q.family in _OF_NONE and q.x is not None:  # when there was none, where that is one time
            spans = run(Question("when_fewest", x=q.x, stretch=q.stretch), self.view).acceptable
            return spans[0] if len(spans) == 1 and isinstance(spans[0], tuple) else None
        if q.family == "max_at_once" and pieces:
            peak_s = peak_of(pieces)[1]
            return peak_s, peak_s
        if q.stretch is not None:
            return q.stretch
        times = [event_time(event, self.view) for event in q.events]
        if times and None not in times:
            return min(times), max(times)
        if pieces and len({piece.track_id for piece in pieces}) == 1:
            return min(piece.start_s for piece in pieces), max(piece.end_s for piece in pieces)
        return None


SPAN = re.compile(r"\((?P<a>\d[\d:]*)–(?P<b>\d[\d:]*)\)")
_OF_A_BREAK = frozenset(("longest_gap", "shortest_gap", "longest_absent"))
_OF_NONE = frozenset(("absent", "share_absent", "when_fewest"))
_OF_A_SET = frozenset(
    (
        *("count", "count_between", "count_at", "count_before", "count_after", "count_left", "list", "when_each"),
        *("stays_each", "when_each_leaves", "visits"),
    )
)


def number_of(said: str) -> int:
    """Of a number in words or digits."""
    word = said.lower()
    return WORDS[word] if word in WORDS else int(word)


_N = rf"(?:\d+|{'|'.join(WORDS)})"
_PART = re.compile(
    rf"(?:(?:only )?(?:in|during) )?the (?:(?P<nth>{'|'.join(ORDINALS)}|last|next|other|same)(?: (?:one|part|{_N}))?"
    rf"(?: (?:seconds|minutes))?|{_N}(?: (?:seconds|minutes))? after (?:that|those))",
    re.I,
)


def part_of(c: FollowContext, stretch: tuple[float, float] | None, text: str) -> tuple[float, float] | None:
    """ "In the second", after the first minute: as long a part as was asked about, seconds; None where it is none."""
    found = _PART.fullmatch(text)
    if found is None or stretch is None or stretch[0] >= stretch[1]:
        return None
    t0, t1 = stretch
    length, word = t1 - t0, (found["nth"] or "next").lower()
    begins = {"next": t1, "other": 0.0 if t0 > 0 else length, "same": t0, "last": c.duration_s - length}
    begin = begins[word] if word in begins else (ORDINALS[word] - 1) * length
    return (begin, min(begin + length, c.duration_s)) if begin < c.duration_s else None
