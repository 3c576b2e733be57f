"""Follow-up questions: "and buses?", "when did it leave?", "and after 1:00?", read with the answer before.

Rules, no learning. A fragment changes one part of the question before (its thing, its time, its ordinal, what it asks);
a pronoun is replaced by the thing that the answer before was about. How it was understood is said in a note.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from data.meaning import FAMILIES, LAST, ClipView, Event, Question
from data.meaning.question import PINNED
from data.time_amounts import ORDINALS
from data.vocabulary import THING, find_term
from pipeline.answers import Answer
from pipeline.asking.mentions import Mentions, guess_term
from pipeline.asking.question_words import the_words
from pipeline.comparing.forms import comparison_in
from pipeline.talking.follow_again import AGAIN
from pipeline.talking.follow_context import Antecedent, FollowContext, FollowUp
from pipeline.talking.follow_parts import COUNTS, with_thing, with_time
from pipeline.talking.follow_words import put_in_full
from pipeline.telling.english import asked_time, many, one

MOST_FRAGMENT_WORDS = 8
WHEN = {"max_at_once": "when_most", "min_at_once": "when_fewest", "returns": "returns_when", "leaves_to": "when_leaves"}
_ONE = r"(?:(?:what|how) about )?the (?:{0}|(?:one|thing) {1}(?: (?:that|it|this))?)(?: (?:one|thing))?"
_COMES = r"(?:what|which one|(?P<who>who))(?: else)?(?: comes| came| appears| appeared| happens| happened| is| was)?"
_NEXT = re.compile(
    rf"(?:and |so |ok |okay )*(?:then|(?:then )?{_COMES} (?:then|next|after (?:that|it|this))|next|after (?:that|it)"
    r"|afterwards|later(?: on)?|since then"
    rf"|(?P<one>{_ONE.format('next|following', 'after')}))",
    re.I,
)
_BEFORE = re.compile(
    rf"(?:and |so )*(?:{_COMES} (?:before (?:that|it|this)|just before|previously)|before (?:that|it)"
    rf"|(?P<one>{_ONE.format('previous|preceding', 'before')}))",
    re.I,
)
_REST = re.compile(
    r"(?:and |so |ok |okay )*(?:(?:after|before) (?:that|it|this)|afterwards|later(?: on)?|since then|beforehand)", re.I
)
_OTHER_END = re.compile(
    r"(?:the )?(?:one )?(?:that |who )?(?:is |was )?(?P<end>longest|shortest|first|last|most|fewest|least"
    r"|highest|lowest"
    r"|maximum|minimum|largest|smallest)(?: (?:one|number))?",
    re.I,
)
_OF_THAT_NUMBER = ("when_number", "duration_exactly")
_ENDS = {
    "longest": {"shortest": "longest", "shortest_gap": "longest_gap"},
    "shortest": {"longest": "shortest", "longest_gap": "shortest_gap", "longest_absent": "shortest_gap"},
    "first": {"last_leaves": "first_leaves", "last": "first"},
    "last": {"first_leaves": "last_leaves", "first": "last"},
    "most": {"when_fewest": "when_most"} | dict.fromkeys(("min_at_once", *_OF_THAT_NUMBER), "max_at_once"),
    "fewest": {"when_most": "when_fewest"} | dict.fromkeys(("max_at_once", *_OF_THAT_NUMBER), "min_at_once"),
}
_ENDS |= dict.fromkeys(("highest", "maximum", "largest"), _ENDS["most"])
_ENDS |= dict.fromkeys(("least", "lowest", "minimum", "smallest"), _ENDS["fewest"])
_SWITCH = re.compile(
    r"(?P<when>(?:and |since |at )*(?:when|(?:what|which) (?:time|second|moment))(?: exactly)?(?: (?:was|is)"
    r" (?:that|it|this))?)"
    r"|(?P<long>(?:and |for )*how long(?: (?:was|is) (?:that|it|this))?)"
    r"|(?P<many>(?:and )*how (?:many|often)(?: of (?:them|those|these))?(?: (?:are|were|is|was) (?:there|they))?)"
    r"|(?P<where>(?:and )*where(?: exactly)?(?: (?:was|is) (?:it|that|this|he|she))?(?: then)?)",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?P<one>(?:that|this|the same) (?:one|thing|object)|the one"
    r"|it(?!'?s? (?:true|possible|right|correct|that|the case)\b)"
    r"(?! (?:(?:the|at its|so|very|most|ever) )*(?:busy|busiest|crowded|full|fullest|quiet|quietest|empty|emptiest)\b)"
    r"|its(?! times?\b)|(?:(?<=did )|(?<=does )|(?<=was ))(?:that|this))\b"
    r"|\b(?P<many>(?:those|these|the same)(?: ones| things| objects)|the ones|(?<!in which )they|them"
    r"|their(?! times?\b)|those|these)\b"
    r"|\b(?P<person>he|she|him|her|his)\b",
    re.I,
)
_SAME_TIME = re.compile(
    r"\b(?:in|during|within|over|for) (?:that|the same|this) (?:time|stretch|period|part|interval|span|while)\b", re.I
)
_EVENT = re.compile(
    r"(?P<side>after|since|before|until)\s+(?:the\s+|a\s+|an\s+)?(?P<nth>\w+\s+)??\0\s*(?P<verb>[\w ]*)", re.I
)
_ORDINAL_ONE = re.compile(rf"\bthe (?P<nth>{'|'.join([*ORDINALS, 'last'])}) one\b(?: of (?:them|those|these)\b)?", re.I)
_LEAVES = re.compile(r"\b(?:leav|left|gone|goes|go|went|disappear|exit|depart|vanish)", re.I)
_FILLER = "a an the any some of in at on for from to and is are was were it's one ones more during between within by"


def follow_up(
    text: str,
    previous: Answer | None,
    *,
    class_names: tuple[str, ...],
    duration_s: float,
    view: ClipView,
    about: tuple[str, int] | None = None,
    among: tuple[int, ...] | None = None,
    earlier: Answer | None = None,
    said_before: str = "",
) -> FollowUp | None:
    """How `text` is to be read after the answer `previous`; None where it stands for itself.

    view: the clip in its likeliest world. about: (thing, nth) that the last pronoun stood for.
    among: the tracks that the answer before was asked of, None: all. earlier: the answer before that one.
    said_before: the question before, in full.
    """
    rules = _Rules(text, previous, class_names, duration_s, view, about, among, earlier, said_before)
    again = [partial(rule, rules) for rule in AGAIN]
    for rule in (*again, rules.neighbour, rules.switch, rules.fragment, partial(put_in_full, rules), rules.pronoun):
        found = rule()
        if found is not None:
            return found
    return None


class _Rules(FollowContext):
    """The rules, each None where it is not for the text."""

    def neighbour(self) -> FollowUp | None:
        """ "and then?", "what came before that?" """
        later, earlier = _NEXT.fullmatch(self.bare), _BEFORE.fullmatch(self.bare)
        if not (later or earlier) or self.previous is None:
            return None
        if (later or earlier)["one"] and (about := self.antecedent()) is not None and isinstance(about.nth, int):
            nth = about.nth + (1 if later else -1)
            if nth > 0 and self.q.family in PINNED:
                return self.asks(replace(self.q, x=about.term, nth=nth))
        if (rest := self.rest_of_clip(later is not None)) is not None:
            return self.asks(rest)
        event, t_s = self.moment()
        if event is None and t_s is None:
            return self.unclear("the answer before names no moment to go on from")
        who = "person" if (later or earlier)["who"] else None
        return self.asks(Question("next_after" if later else "previous_before", x=who, event=event, t_s=t_s))

    def rest_of_clip(self, later: bool) -> Question | None:
        """The question before about what lies after its stretch ("and after that?"), or before it."""
        stretch = self.q.stretch if self.answered else None
        if stretch is None or stretch[0] == stretch[1] or not _REST.fullmatch(self.bare):
            return None
        t0, t1 = (stretch[1], self.duration_s) if later else (0.0, stretch[0])
        return replace(self.q, stretch=(t0, t1)) if t0 < t1 else None

    def switch(self) -> FollowUp | None:
        """ "when?", "how long?", "how many?", "where?" about the same thing."""
        found = _SWITCH.fullmatch(self.bare)
        if not found or self.previous is None:
            return None
        about = self.antecedent()
        if about is None:
            return self.unclear(f"it is unclear what '{self.bare}' asks about; name the thing")
        q = Question("exists", x=about.term, stretch=self.q.stretch, after=self.q.after, before=self.q.before)
        if found["when"]:
            family = WHEN.get(self.q.family, "when_appears")
            nth = about.nth if self.q.family not in ("exists", *COUNTS) else None
            pinned = nth if family in PINNED else None
            moment = q.stretch is not None and q.stretch[0] == q.stretch[1]
            limits = {} if pinned or moment else {"stretch": q.stretch, "after": q.after, "before": q.before}
            return self.asks(Question(family, x=about.term, nth=pinned, **limits))
        if found["long"]:
            return self.asks(replace(q, family="duration"), self.of_all(about))
        if found["many"]:
            if "often" in found["many"].lower():
                return self.asks(replace(q, family="visits"), self.of_all(about))
            return self.asks(replace(q, family="count" if q.stretch is None else "count_between"))
        if about.piece is None:
            return self.unclear(f"{about.objects or 'no'} {many(about.term)} are meant, so there is no one place")
        at_s = float(self.previous.value) if self.previous.kind == "time" else about.piece.t_s
        at_s = min(max(at_s, about.piece.start_s), max(about.piece.end_s - 1e-3, about.piece.start_s))
        return self.asks(Question("where_at", x=about.term, nth=about.nth, t_s=at_s))

    def fragment(self) -> FollowUp | None:
        """ "and buses?", "and after 1:00?", "what about the second one?" """
        if self.previous is None or len(self.rest.split()) > MOST_FRAGMENT_WORDS:
            return None
        if not self.rest:
            return self.unclear(f"it is unclear what '{self.text.strip()}' asks") if self.lead else None
        if self.answered and (end := _OTHER_END.fullmatch(self.rest)):
            word = end["end"].lower()
            if self.q.family in _ENDS[word]:
                return self.asks(replace(self.q, family=_ENDS[word][self.q.family], nth=None))
            if word in FAMILIES and word not in ("first", "last"):  # of what was spoken of
                return self.asks(Question(word, x=self.q.x, stretch=self.q.stretch))
        found = self.mentions(self.rest)
        if len(found.terms) > 1 or len(found.times) > 1:
            return None
        words = re.findall(r"[\w'’-]+", _blanked(self.rest, found))
        nths = [ORDINALS.get(w.lower(), LAST if w.lower() == "last" else None) for w in words]
        nth = next((n for n in nths if n is not None), None)
        left = [w for w, n in zip(words, nths, strict=True) if n is None and w.lower() not in _FILLER.split()]
        if self.answered and (limit := self.event_limit(found)) is not None:
            return limit
        if left:
            unknown = " ".join(left)
            if not self.lead or len(left) > 3 or found.terms or _is_question(left):
                return None
            if any(word.lower() in _NO_THINGS.split() for word in left):
                return self.unclear(f"it is unclear what '{self.rest}' changes")
            guess = guess_term(unknown, self.class_names)
            if guess is None or not self.answered:
                return FollowUp(question=Question("refuse_unknown", x=unknown), thing=unknown)
            return self.asks(with_thing(self.q, guess))
        the_one = re.fullmatch(r"the [\w]+(?: one)?", self.rest, re.I) is not None and nth is not None
        if not self.lead and not the_one and (nth is not None or bool(found.terms) == bool(found.times)):
            return None
        if not self.answered:
            return self.mended(found) if self.lead and found.terms else None
        if self.previous.composed and found.terms and not found.times and nth is None:
            return self.compared_anew(found)
        if self.previous.composed and found.times and not found.terms and nth is None:
            return self.asked_then(found)
        return self.changed(found, nth)

    def changed(self, found: Mentions, nth: int | str | None) -> FollowUp | None:
        """The question before, with what the fragment says in the place of what it said."""
        q: Question | None = self.q
        if found.terms:
            q = with_thing(q, found.terms[0].term)
            words = self.rest[found.terms[0].start : found.terms[0].end].lower()
            if q.nth is not None and q.family in PINNED and words == many(found.terms[0].term).lower():
                q = replace(q, nth=None)  # "what about trucks?" after the second bus
            the_one = re.match(r"(?:the|that|this)\s", self.rest, re.I) and not nth
            q = replace(q, nth=None) if the_one and q.nth is not None and q.family != "nth" else q
            if not found.terms[0].known and found.terms[0].term != THING:
                words = self.rest[found.terms[0].start : found.terms[0].end]
                return FollowUp(question=Question("refuse_unknown", x=words), thing=words)
        if found.times:
            q = with_time(q, found.times[0], self.duration_s)
        if q is not None and nth is not None:
            if q.family in PINNED:
                q = replace(q, nth=nth)
            elif q.family in ("first", "last", "nth") and not found.terms:
                q = replace(q, family="nth", nth=nth)
            elif q.family == "next_after" and not found.terms:
                rest = None if q.t_s is None else (q.t_s, self.duration_s)
                q = replace(q, family="nth", nth=nth, event=None, t_s=None, after=q.event, stretch=rest)
            elif q.family in ("exists", "count", "count_between") and q.x is not None:  # "…, the first at 0:12"
                q = replace(q, family="when_appears", nth=nth)
            else:
                q = None
        return self.asks(q) if q is not None else self.unclear(f"it is unclear what '{self.rest}' changes")

    def compared_anew(self, found: Mentions) -> FollowUp | None:
        """ "And people?", after "do most cars go left or right?": the whole question about them."""
        said = self.mentions(self.said_before).terms
        if len({term.term for term in said}) != 1:
            if self.previous.kind not in ("number", "time", "duration") or not said:
                return self.unclear(f"it is unclear what '{self.rest}' changes")
            said = tuple(term for term in said if term.term == said[0].term)  # "how many bikes come while the bus …"
        words = self.rest[found.terms[0].start : found.terms[0].end]
        text = self.said_before
        for term in reversed(said):
            text = text[: term.start] + words + text[term.end :]
        return FollowUp(text=text, note=f"understood as: {text.rstrip(' ?')}?", whole=True)

    def asked_then(self, found: Mentions) -> FollowUp | None:
        """ "And in the first minute?", after a question that no family holds: the whole of it, of that time."""
        said = self.mentions(self.said_before).times
        if len(said) > 1:
            return self.unclear(f"it is unclear what '{self.rest}' changes")
        if said:
            time = found.times[0]
            words = self.rest[time.start : time.end]
            text = self.said_before[: said[0].start] + words + self.said_before[said[0].end :]
        else:
            text = f"{self.rest.rstrip(' ?')}, {self.said_before}"
        return FollowUp(text=text, note=f"understood as: {text.rstrip(' ?')}?", whole=True)

    def event_limit(self, found: Mentions) -> FollowUp | None:
        """ "and after the bus leaves?" """
        if len(found.terms) != 1 or found.times:
            return None
        term = found.terms[0]
        match = _EVENT.fullmatch(self.rest[: term.start] + "\0" + self.rest[term.end :])
        if not match:
            return None
        said = (match["nth"] or "").strip().lower()
        nth = LAST if said == "last" else ORDINALS.get(said)
        event = Event(term.term, "leaves" if _LEAVES.search(match["verb"]) else "appears", nth)
        later = match["side"].lower() in ("after", "since")
        q = self.q
        if q.family in COUNTS and q.family != "count_at":
            return self.asks(Question("count_after" if later else "count_before", x=q.x, event=event))
        if q.family in ("next_after", "previous_before", "first", "last", "nth"):
            return self.asks(Question("next_after" if later else "previous_before", event=event))
        limits = {"after": event if later else None, "before": None if later else event, "stretch": None}
        return self.asks(replace(q, **limits)) if q.family not in ("count_at", "where_at") else None

    def mended(self, found: Mentions) -> FollowUp | None:
        """The question before named an unknown thing: ask it again with another one."""
        if self.q is None or self.q.family != "refuse_unknown" or not self.q.x:
            return None
        words = self.rest[found.terms[0].start : found.terms[0].end]
        text = re.sub(rf"{re.escape(self.q.x)}(?:e?s)?\b", words, self.previous.question, count=1, flags=re.I)
        return FollowUp(text=text, note=f"understood as: {text}") if text != self.previous.question else None

    def pronoun(self) -> FollowUp | None:
        """ "when did it leave?", "were they together in that time?" """
        text = self.text.strip()[len(self.lead) :] if self.lead else self.text.strip()
        notes, thing, nth = [], None, None
        if (found := _ORDINAL_ONE.search(text)) and self.previous is not None and not self.named(text):
            about = self.antecedent()
            if about is None:
                return FollowUp(text=text, note=f"it is unclear what '{found[0]}' refers to; name the thing")
            words = f"the {found['nth']} {one(about.term)}"
            notes.append(f"'{found[0]}' is read as '{words}'")
            if (n := ORDINALS.get(found["nth"].lower())) is not None:
                thing, nth, words = about.term, n, f"the {one(about.term)}"  # which one it is need not be read
            text = text[: found.start()] + words + text[found.end() :]
        found = _PRONOUN.search(text)
        if found and not any(term.end <= found.start() for term in self.mentions(text).terms):
            said, about = found[0], self.antecedent()
            if about is None and said.lower() in ("they", "them", "their") and "person" in self.class_names:
                about = Antecedent("person", None, int(self.view.mask("person").sum()), None)
            if about is None or (found["person"] and about.term != "person"):
                return FollowUp(text=text, note=f"it is unclear what '{said}' refers to; name the thing")
            thing, nth = about.term, about.nth
            if (
                found["many"]
                and thing != "person"
                and self.q is not None
                and self.q.nth is None
                and self.q.family != "nth"
            ):
                about, nth = about._replace(objects=0), None  # "do they leave again?", after when a bus comes
            if found["many"] and re.search(r"\b(?:which|any|one|how many) of $", text[: found.start()], re.I):
                about, nth = about._replace(objects=0), None  # "which of them …?"
            words = f"the {many(thing) if found['many'] and about.objects != 1 else one(thing)}"
            said_as = the_words(thing, nth) if nth in ORDINALS.values() else words
            own = said.lower() in ("its", "their", "his") or (said.lower() == "her" and _owns(text[found.end() :]))
            notes.append(f"'{said}' is read as '{said_as}'" + self.doubt(about, bool(found["many"])))
            whole = text[: found.start()] + said_as + text[found.end() :]
            if not own and comparison_in(whole) is not None:
                return FollowUp(text=whole, note="; ".join(notes), whole=True)
            text = text[: found.start()] + words + "'s" * own + text[found.end() :]
        if (same := _SAME_TIME.search(text)) and self.answered and self.q.stretch is not None:
            t0, t1 = self.q.stretch
            words = f"between {asked_time(t0)} and {asked_time(min(t1, self.duration_s))}"
            notes.append(f"'{same[0]}' is read as '{words}'")
            text = text[: same.start()] + words + text[same.end() :]
        if not notes and not self.lead:
            return None
        return FollowUp(text=text or self.text, note="; ".join(notes) or None, thing=thing, nth=nth)

    def doubt(self, about: Antecedent, plural: bool) -> str:
        if self.q is None:
            return ""
        if self.q.y is not None and self.previous.kind != "object":
            return f" (it might also be the {one(self.q.y)})"
        if about.objects > 1 and not plural:
            return f" (the answer before was about {about.objects} of them)"
        return ""

    def of_all(self, about: Antecedent) -> str:
        return f" (of all {many(about.term)} together)" if about.nth is not None else ""


def _blanked(text: str, found: Mentions) -> str:
    for span in (*found.terms, *found.times):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


_QUESTION_WORDS = """
    what when where who which why how is are was were do does did can could will would has have had show list tell
    describe give count name find it they them that he she if there everything nothing else
"""

_NO_THINGS = """
    after before later earlier end ending beginning start middle longest shortest most fewest least left right top
    bottom other others else next previous following same both all each every again really sure
"""


def _is_question(words: list[str]) -> bool:
    return any(word.lower() in _QUESTION_WORDS.split() for word in words)


def _owns(behind: str) -> bool:
    """Does a noun follow ("her dog")?"""
    word = re.match(r"\s*([\w-]+)", behind)
    return bool(word and find_term(word[1]))
