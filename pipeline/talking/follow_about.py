"""Follow-ups about what was said: "list them", "which one?", "the other one?", "on average?", "when was that?".

As in `pipeline.talking.follow_again`, each rule says how the text is to be read, or None where it is not for it.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from data.clock import clock
from data.meaning import LAST, Question, run
from data.meaning.question import PINNED
from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import THING
from pipeline.answers import Answer
from pipeline.talking.follow_context import FollowContext, FollowUp, number_of, part_of
from pipeline.talking.follow_parts import with_time
from pipeline.telling.english import a_thing, capital, length_words, listed, many, mean_words, one, ordinal
from pipeline.telling.which_one import place_of

_LIST = re.compile(
    r"(?:please )?(?:(?:list|name)(?: me)?|(?:show|give)(?: me)?(?= (?:all|each)))"
    r"(?: (?:them|these|those|it|all|each|every one))*(?: (?:one by one|with (?:their )?times))?"
    r"|one by one(?: please)?|which ones(?: (?:were|are) (?:they|those|these))?|which (?:were|are) (?:they|those"
    r"|these)",
    re.I,
)
_LIST_TIMES = re.compile(
    r"(?:please )?(?:list|name|show|give)(?: me)?(?: all)?(?: the)? times|at (?:which|what) times|when exactly", re.I
)
MOST_LISTED = 30
_OF_A_NUMBER = ("duration_exactly", "when_number", "exactly_at_once")


def listed_one_by_one(c: FollowContext) -> FollowUp | None:
    """ "List them": the things of the answer before, each with when; "list the times" at which so many were there."""
    if not c.answered:
        return None
    value = c.previous.value
    if _LIST_TIMES.fullmatch(c.rest):
        if c.q.family in (*_OF_A_NUMBER, "min_at_once", "max_at_once") and c.q.x is not None:
            number = c.q.nth if c.q.family in _OF_A_NUMBER else value
            return c.asks(Question("when_number", x=c.q.x, nth=number, stretch=c.q.stretch))
    elif not _LIST.fullmatch(c.rest):
        return None
    pieces = sorted(c.previous.evidence, key=lambda piece: (piece.start_s, piece.track_id))
    if not pieces:
        return c.unclear("the answer before has nothing to list")
    tracks = list(dict.fromkeys(piece.track_id for piece in pieces))
    told = []
    for track in tracks[:MOST_LISTED]:
        mine = [piece for piece in pieces if piece.track_id == track]
        spans = ", ".join(f"{clock(piece.start_s)}–{clock(piece.end_s)}" for piece in mine)
        told.append(f"{mine[0].class_name} {spans}")
    more = f" and {len(tracks) - MOST_LISTED} more" if len(tracks) > MOST_LISTED else ""
    text = f"{capital('; '.join(told))}{more}."
    return c.says(text, "text", text, "what the answer before rests on")


_WHICH = re.compile(r"which(?: (?:one|thing|object))?(?: (?:was|is) (?:it|that|this))?", re.I)


def which_was_it(c: FollowContext) -> FollowUp | None:
    """ "Which one was it?": the second one, the one on the right."""
    if not c.answered or not _WHICH.fullmatch(c.rest):
        return None
    tracks = list(dict.fromkeys(piece.track_id for piece in c.previous.evidence))
    if not tracks or len(tracks) > 4:
        return c.unclear("the answer before is about several; name the thing")
    named = []
    for track in tracks:
        found = np.flatnonzero(c.view.track_id == track)
        if not len(found):
            return None
        name = c.view.class_names[int(c.view.class_id[found[0]])]
        mine = c.view.track_id[c.view.mask(name)].tolist()
        nth = f"{ordinal(mine.index(track) + 1)} " if len(mine) > 1 else ""
        place = place_of(track, name, c.view)
        named.append(f"the {nth}{one(name)}" + (f" ({place})" if place else ""))
    text = f"{capital(listed(named))}."
    return c.says(text, "text", text, "which the answer before was about")


_OTHER = re.compile(r"(?:the )?other(?: one)?", re.I)


def the_other(c: FollowContext) -> FollowUp | None:
    """ "And the other one?", of two."""
    if not c.answered or not _OTHER.fullmatch(c.rest):
        return None
    about = c.antecedent()
    if about is None or about.term == THING or c.q.family not in PINNED or not isinstance(about.nth, int):
        return None
    number = int(c.view.mask(about.term).sum())
    if number != 2:
        return c.unclear(f"there are {number} {many(about.term)}; say which one")
    return c.asks(replace(c.q, x=about.term, nth=3 - about.nth))


_AVERAGE = re.compile(
    r"(?:what(?:['’]s| is| was)? )?(?:about )?(?:the |an? )?(?:average|mean)(?: (?:stay|time|number|length))?|on"
    r" average|in the mean",
    re.I,
)
_MEAN_OF = {
    **dict.fromkeys(("longest", "shortest", "duration", "stays_each", "longest_visit", "stays_ranked"), "mean_stay"),
    **dict.fromkeys(
        ("max_at_once", "min_at_once", "when_most", "when_fewest", "count_at", "when_number"), "mean_at_once"
    ),
    **dict.fromkeys(("longest_gap", "shortest_gap", "longest_absent"), "mean_gap"),
}
_HOW_MANY_THAT = re.compile(r"how many (?:was|is|were|are) (?:that|it|they|those)(?: then)?", re.I)
_HOW_LONG_AWAY = re.compile(r"(?:and )?for how long", re.I)
_WHICH_SIDE = re.compile(
    r"(?:from|on|to|at|in) (?:which|what) (?P<side>side|direction|way)|which (?P<way>way|direction|side)|where"
    r" (?P<to>to|from)",
    re.I,
)
_LEFT_OR_RIGHT = re.compile(r"(?:on the |to the )?(?:left|right) or (?:on the |to the )?(?:left|right)", re.I)
_FEWER = re.compile(
    r"(?:was|were|is|are) (?:it|there|they) (?:ever )?(?P<more>fewer|less|more)(?: than that)?(?: at (?:any"
    r"|some) (?:time|point))?",
    re.I,
)
_SHARE = re.compile(
    r"for (?:how much|what (?:share|part|percentage|fraction)) of (?:the )?(?:time|video|clip)|what (?:share"
    r"|percentage) of the time",
    re.I,
)


def another_measure(c: FollowContext) -> FollowUp | None:
    """ "On average?", "how many was that?", "for how long?", "from which side?", "was it ever fewer?"."""
    if not c.answered:
        return None
    q, value = c.q, c.previous.value
    if _AVERAGE.fullmatch(c.rest) and q.family in _MEAN_OF and q.x is not None:
        return c.asks(Question(_MEAN_OF[q.family], x=q.x, stretch=q.stretch if q.family != "count_at" else None))
    if q.family in ("when_most", "when_fewest") and _HOW_MANY_THAT.fullmatch(c.rest):
        family = "max_at_once" if q.family == "when_most" else "min_at_once"
        return c.asks(replace(q, family=family))
    if q.family in ("returns", "leaves", "leaves_when", "returns_when") and _HOW_LONG_AWAY.fullmatch(c.rest):
        return c.asks(replace(q, family="away", stretch=None))
    if _LEFT_OR_RIGHT.fullmatch(c.rest) and (about := c.antecedent()) is not None:
        piece = about.piece or next(iter(c.previous.evidence), None)
        if piece is not None:
            return c.asks(Question("where_at", x=about.term, nth=about.nth, t_s=piece.start_s))
    if (side := _WHICH_SIDE.fullmatch(c.rest)) is not None and (about := c.antecedent()) is not None:
        family = "enters_from" if re.match(r"from\b|where from", c.rest, re.I) else "leaves_to"
        family = "direction" if (side["side"] or side["way"] or "").lower() in ("direction", "way") else family
        return c.asks(Question(family, x=about.term, nth=about.nth))
    if isinstance(value, int) and not isinstance(value, bool) and q.x is not None:
        if (fewer := _FEWER.fullmatch(c.rest)) is not None and q.family in ("count_at", "count_between", "max_at_once"):
            if fewer["more"].lower() == "more":
                return c.asks(Question("at_least_at_once", x=q.x, nth=value + 1))
            return c.asks(Question("ever_at_most", x=q.x, nth=max(value - 1, 0)))
        if _SHARE.fullmatch(c.rest) and q.family in ("max_at_once", "min_at_once", "count_at"):
            text = f"for what percentage of the video are exactly {value} {many(q.x)} visible?"
            return FollowUp(text=text, note=f"understood as: {text}", whole=True)
    return None


_WHEN = re.compile(
    r"(?:and )?(?:when|at (?:what|which) (?:times?|seconds?|moments?))(?: exactly)?(?: (?:was|were|is|are)"
    r" (?:that|it|this|they|those|these))?",
    re.I,
)
_WHEN_OF = {"ever_at_most": "when_at_most", "at_least_at_once": "when_at_least", "exactly_at_once": "when_number",
            "duration_at_least": "when_at_least", "duration_exactly": "when_number"}  # fmt: skip
_LENGTH_OF = {"when_number": "duration_exactly", "when_at_least": "duration_at_least"}
_HOW_LONG = re.compile(
    r"(?:and |for )*how long(?: (?:was|is|did|does) (?:that|it|this)(?: last| so| take)?)?(?: in all)?", re.I
)
_GOES = frozenset(("count_left", "leaves", "count_leavings", "first_leaves", "last_leaves"))


def when_of_those(c: FollowContext) -> FollowUp | None:
    """ "When was that?" of things that only some are: those that went out on the right, say."""
    if c.answered and c.q.family in _WHEN_OF and _WHEN.fullmatch(c.rest):
        return c.asks(replace(c.q, family=_WHEN_OF[c.q.family]))
    if c.answered and c.q.family in _LENGTH_OF and _HOW_LONG.fullmatch(c.rest):
        return c.asks(replace(c.q, family=_LENGTH_OF[c.q.family]))
    limited = c.answered and (c.q.side is not None or c.q.family in _GOES or c.among is not None)
    if not limited or not _WHEN.fullmatch(c.rest) or c.q.x is None or not c.previous.evidence:
        return None
    leaves = c.q.family in _GOES or (c.q.side is not None and c.q.side.how == "leaves_to")
    times: dict[int, float] = {}
    for piece in c.previous.evidence:
        t_s = piece.end_s if leaves else piece.start_s
        end = max if leaves else min
        times[piece.track_id] = end(t_s, times.get(piece.track_id, t_s))
    told = sorted(times.values())
    words = listed([clock(t) for t in told[:MOST_LISTED]])
    text = f"{capital(a_thing(c.q.x))} {'leaves' if leaves else 'appears'} at {words}."
    return c.says(text, "time", told[0], "when those were that the answer before was about")


_TOGETHER = re.compile(r"(?:(?:all )?together|both together|combined|in sum|the sum|the total)", re.I)
_SHIFT = re.compile(
    rf"(?P<n>\d+|half an?|an?|{'|'.join(WORDS)}) (?P<unit>seconds?|minutes?|hours?)"
    r" (?P<way>later|on|further|earlier|before(?: that)?|after(?: that)?)",
    re.I,
)
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0}


def moved_or_summed(c: FollowContext) -> FollowUp | None:
    """ "And five seconds later?" of a moment; "and together?" of the last two counts."""
    if not c.answered:
        return None
    if _TOGETHER.fullmatch(c.rest) and c.earlier is not None and c.earlier.understood is not None:
        both = (c.earlier, c.previous)
        terms = [one_.understood.x for one_ in both]
        if (
            all(one_.kind == "number" and isinstance(one_.value, int) for one_ in both)
            and None not in terms
            and terms[0] != terms[1]
        ):
            total = sum(one_.value for one_ in both)
            words = listed([f"{one_.value} {many(term)}" for one_, term in zip(both, terms, strict=True)])
            said = replace(
                c.previous, question=c.text, text=f"{total}: {words}.", value=total, likely=None,
                confidence=min(one_.confidence for one_ in both), evidence=(*c.earlier.evidence, *c.previous.evidence),
            )  # fmt: skip
            return FollowUp(answer=said, note="the last two answers together")
    found = _SHIFT.fullmatch(c.rest)
    if found is None:
        return None
    word = found["n"].lower()
    number = 0.5 if word.startswith("half") else 1 if word in ("a", "an") else number_of(word)
    by_s = number * _UNIT_S[found["unit"][0].lower()]
    by_s = -by_s if re.match(r"earlier|before", found["way"], re.I) else by_s
    q = c.q
    if q.t_s is not None and q.family in ("count_at", "where_at"):
        if not 0 <= q.t_s + by_s <= c.duration_s:
            return c.unclear(f"the clip goes from 0:00 to {clock(c.duration_s)}")
        return c.asks(replace(q, t_s=q.t_s + by_s))
    if q.stretch is not None:
        t0, t1 = (t + by_s for t in q.stretch)
        if not 0 <= t0 <= c.duration_s:
            return c.unclear(f"the clip goes from 0:00 to {clock(c.duration_s)}")
        return c.asks(replace(q, stretch=(t0, t1)))
    return None


_MORE_THEN = re.compile(
    r"(?:(?:is|was|were|are) (?:it|that|there|they) )?(?P<more>more|fewer|less)(?: (?P<than>than))?"
    r" (?P<when>(?:in|at|during|between|before"
    r"|after|on) .+)",
    re.I,
)


def _is_number(answer: Answer | None) -> bool:
    """Is it a number, or a length, of one kind of thing?"""
    known = answer is not None and answer.understood is not None and answer.understood.x is not None
    return known and answer.kind in ("number", "duration") and not isinstance(answer.value, str)


def more_than_then(c: FollowContext) -> FollowUp | None:
    """ "More than in the second?" of the first half; "is it more in the second half?" of the whole."""
    found = _MORE_THEN.fullmatch(c.rest)
    counted = next((one_ for one_ in (c.previous, c.earlier) if c.answered and _is_number(one_)), None)
    if counted is None or found is None:
        return None
    q = counted.understood
    times = c.mentions(found["when"]).times
    if len(times) == 1:
        other = with_time(q, times[0], c.duration_s)
    else:
        other = replace(q, stretch=span) if (span := part_of(c, q.stretch, found["when"])) is not None else None
    if other is None or other.stretch is None:
        return None
    asked = q
    if q.stretch is None:  # of the whole: against the rest of it
        t0, t1 = other.stretch
        rest = (0.0, t0) if t1 >= c.duration_s - 1.0 else (t1, c.duration_s) if t0 <= 0 else None
        if rest is None:
            return None
        asked = replace(other, stretch=rest)
        asked, other = other, asked
    mine, theirs = (run(one_, c.view).value for one_ in (asked, other))
    if isinstance(mine, str) or isinstance(theirs, str):
        return None
    more = found["more"].lower() == "more"
    right = bool(mine > theirs if more else mine < theirs)
    spans = [f"{clock(one_.stretch[0])}–{clock(one_.stretch[1])}" for one_ in (asked, other)]
    told = [mean_words(v) if isinstance(v, float) else f"{v}" for v in (mine, theirs)]
    text = f"{'Yes' if right else 'No'}: {told[0]} in {spans[0]}, {told[1]} in {spans[1]}."
    said = replace(counted, question=c.text, text=text, kind="yes_no", value=right, likely=None)
    return FollowUp(answer=said, note="compared with the other part")


_LONGER_THAN = re.compile(
    rf"(?:(?:is|was) (?:it|that|this) |(?:does|did) (?:it|he|she|that one) stay )?(?P<more>longer|shorter) than"
    rf" (?:that of )?the"
    rf" (?P<nth>{'|'.join(ORDINALS)}|last)(?: (?:one|[a-z]+))?",
    re.I,
)


def longer_than_that(c: FollowContext) -> FollowUp | None:
    """ "Longer than the first?" after how long the second stays."""
    found = _LONGER_THAN.fullmatch(c.rest)
    if not c.answered or found is None or c.q.family != "duration" or c.q.x is None or c.q.nth is None:
        return None
    other = replace(c.q, nth=ORDINALS.get(found["nth"].lower(), LAST))
    mine, theirs = (run(q, c.view).value for q in (c.q, other))
    if isinstance(mine, str) or isinstance(theirs, str):
        return None
    right = bool(mine > theirs if found["more"].lower() == "longer" else mine < theirs)
    names = [f"the {ordinal(q.nth)} {one(q.x)}" for q in (c.q, other)]
    text = f"{'Yes' if right else 'No'}: {names[0]} {length_words(mine)}, {names[1]} {length_words(theirs)}."
    return c.says(text, "yes_no", right, "compared with the other")


_IS_MORE = re.compile(
    r"(?:so )?(?:is|are|was|were) (?:that|there|it|they) (?P<more>more|fewer|less)(?: than (?:before|that))?"
    r"|how many (?P<off>more|fewer)",
    re.I,
)
_HOW_MANY_OF = re.compile(r"how many(?: of (?:them|those|these))?(?: (?:are|were) (?:there|they))?", re.I)
_ALL_THERE = re.compile(
    r"when (?:are|were) (?:all|both)(?: of (?:them|those|these)| three| four| of the [a-z]+)?"
    r" (?:there|visible|in (?:view|sight))(?: together| at once| at the same time)?",
    re.I,
)


def numbers_told(c: FollowContext) -> FollowUp | None:
    """ "Is that more?" of the last two numbers; "how many of them?" after a yes; "when are all of them there?"."""
    if not c.answered:
        return None
    number = c.previous.value
    found = _IS_MORE.fullmatch(c.rest)
    if found is not None and _is_number(c.earlier) and _is_number(c.previous):
        return _told_apart(c, found["off"], found["more"])
    if c.previous.composed and c.previous.kind == "yes_no" and number and _HOW_MANY_OF.fullmatch(c.rest):
        tracks = {piece.track_id for piece in c.previous.evidence}
        text = f"{len(tracks)}."
        return c.says(text, "number", len(tracks), "of what the answer before rests on")
    if c.q.family == "count" and isinstance(number, int) and number > 1 and c.q.x and _ALL_THERE.fullmatch(c.rest):
        return c.asks(Question("when_number", x=c.q.x, nth=number))
    return None


def _told_apart(c: FollowContext, off: str | None, more: str | None) -> FollowUp:
    """The last two numbers: by how much they differ (off), or whether the newer one is more, or less."""
    now, before = c.previous.value, c.earlier.value
    told = [mean_words(v) if isinstance(v, float) else f"{v}" for v in (now, before)]
    note = "of the last two answers"
    if off:
        text = f"{abs(now - before):g}: {told[0]} and {told[1]}."
        return c.says(text, c.previous.kind, abs(now - before), note)
    right = bool(now > before if more.lower() == "more" else now < before)
    text = f"{'Yes' if right else 'No'}: {told[0]} now, {told[1]} before."
    return c.says(text, "yes_no", right, note)


ABOUT = (
    numbers_told,
    longer_than_that,
    more_than_then,
    listed_one_by_one,
    which_was_it,
    the_other,
    another_measure,
    when_of_those,
    moved_or_summed,
)
