"""Follow-ups that go back to what was said: "are you sure?", "how long was that?", "and the second time?", "only two?".

Each rule takes the context and says how the text is to be read, or None where it is not for it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from data.clock import clock, seconds_of
from data.meaning import LAST, Event, Question
from data.meaning.question import NUMBERED, PINNED, SIDED, Side
from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import THING
from pipeline.asking import occurrences
from pipeline.asking.question_words import question_words, the_words
from pipeline.talking.follow_about import ABOUT
from pipeline.talking.follow_context import SPAN, FollowContext, FollowUp, number_of, part_of
from pipeline.telling.answers_text import sure_words
from pipeline.telling.doubts import without_doubt
from pipeline.telling.english import lower_first, many, ordinal

_IT = r"(?:it|that|this|them|those|these|he|she|they)"
_SURE = re.compile(
    rf"(?:(?:are you|how|you(?:['’]re)?) )?(?:really |quite |absolutely )?(?:sure|certain|confident)(?: (?:are"
    rf" you|about {_IT}"
    rf"|is {_IT}|of {_IT}))*|(?:is|are) {_IT} (?:really |actually )?(?:right|correct|true|certain|sure)|really"
    rf"|is that so"
    r"|seriously",
    re.I,
)
_SHOW = re.compile(
    rf"(?:please )?(?:show|point)(?: {_IT})?(?: to)?(?: me)?(?: (?:{_IT}|the evidence|where|when|the moment|the"
    rf" place))?"
    rf"|(?:can i|let me|i want to) see {_IT}|where (?:can|do) i (?:see|find) {_IT}|prove it|(?:the |any"
    rf" )?(?:evidence|proof)",
    re.I,
)
MOST_SHOWN = 3


def sure_or_shown(c: FollowContext) -> FollowUp | None:
    """ "Are you sure?", "show me": the answer before, with how sure it is, or with its moments."""
    if c.previous is None or c.previous.refused:
        return None
    said = without_doubt(c.previous.text)
    if _SURE.fullmatch(c.rest):
        sure = sure_words(c.previous.confidence)
        lead = "This is" if sure.startswith("a guess") else "I am"
        text = f"{lead} {sure}{'' if lead == 'This is' else ' of this'}: {lower_first(said)}"
        return FollowUp(answer=replace(c.previous, question=c.text, text=text), note="how sure the answer before is")
    if not _SHOW.fullmatch(c.rest):
        return None
    pieces = sorted(c.previous.evidence, key=lambda piece: piece.start_s)
    if not pieces:
        return c.unclear("the answer before has nothing to show")
    shown = [f"{p.class_name} at {clock(p.t_s)} ({clock(p.start_s)}–{clock(p.end_s)})" for p in pieces[:MOST_SHOWN]]
    more = f", and {len(pieces) - MOST_SHOWN} more" if len(pieces) > MOST_SHOWN else ""
    text = f"Look at these: {', '.join(shown)}{more}."
    return FollowUp(answer=replace(c.previous, question=c.text, text=text), note="what the answer before rests on")


_WHEN_THAT = re.compile(
    r"(?:and )?(?:when|at what time|from when to when|between which times)(?: exactly)?(?: (?:was|is)"
    rf" {_IT})?(?: so)?",
    re.I,
)
_HOW_LONG = re.compile(
    rf"(?:and |for )*how long(?: exactly)?(?: (?:was|is|did|does) {_IT}(?: last| take)?)?(?: in all| exactly)?", re.I
)
_OF_A_BREAK = frozenset(("longest_gap", "shortest_gap", "longest_absent"))
_OF_A_NUMBER = frozenset(("min_at_once", "max_at_once"))


_BEGINS = re.compile(rf"when (?:does|did) {_IT} (?P<does>start|begin|end|stop|finish)", re.I)


def _says_none(c: FollowContext) -> bool:
    """Was there, at some time, none of what was asked about?"""
    return c.q.family == "count_empty" or c.previous.value == 0 or not c.previous.evidence


def of_that_time(c: FollowContext) -> FollowUp | None:
    """ "When was that?" of a break; "how long was that?" of a stay, or of a number at once."""
    if not c.answered:
        return None
    when, long = _WHEN_THAT.fullmatch(c.rest), _HOW_LONG.fullmatch(c.rest)
    if when and c.q.family in _OF_A_BREAK and (span := SPAN.search(c.previous.text)):
        text = f"From {span['a']} to {span['b']}."
        return c.says(text, "time", seconds_of(span["a"]), "when what was said before was")
    begins = _BEGINS.fullmatch(c.rest)
    if begins and c.q.family in _OF_A_BREAK and (span := SPAN.search(c.previous.text)):
        said_s = span["a"] if re.match("start|begin", begins["does"], re.I) else span["b"]
        text = f"It {'starts' if said_s == span['a'] else 'ends'} at {said_s}."
        return c.says(text, "time", seconds_of(said_s), "when what was said before was")
    value, x = c.previous.value, c.q.x or THING
    if long and c.q.family in ("min_at_once", "ever_at_most", "when_fewest", "count_empty") and _says_none(c):
        return c.asks(Question("absent", x=x, stretch=c.q.stretch))
    if (when or long) and c.q.family in _OF_A_NUMBER and isinstance(value, int) and value > 0:
        family = "when_number" if when and "when to" in when[0].lower() else "duration_exactly" if long else None
        if family is not None:
            return c.asks(Question(family, x=x, nth=value, stretch=c.q.stretch, side=c.q.side))
    if long and c.q.family in ("longest", "shortest") and (about := c.antecedent()) is not None and about.objects == 1:
        return c.asks(Question("duration", x=about.term, nth=about.nth))
    return None


_AWAY = re.compile(
    rf"(?:and |for )*how long (?:(?:was|is) {_IT} |had {_IT} been |has {_IT} been )(?:gone|away|missing"
    rf"|absent)(?: for)?",
    re.I,
)
_TIME_AGAIN = re.compile(
    rf"(?:(?:for |on |at )?(?:the|its|his|her|their) )(?P<nth>{'|'.join(ORDINALS)}|last) time", re.I
)
_AGAINST = frozenset(("when_leaves", "leaves_when", "returns_when", "when_appears", "away", "duration", "direction",
                      "enters_from", "leaves_to", "where_at"))  # fmt: skip


def that_time(c: FollowContext) -> FollowUp | None:
    """ "How long was it gone?" after when it came back: that absence alone; "and the second time?"."""
    if not c.answered or c.q.x is None or c.q.family not in _AGAINST:
        return None
    if _AWAY.fullmatch(c.rest) and c.q.family in ("returns_when", "leaves_when") and c.q.stretch is None:
        return _at_visit(c, replace(c.q, family="away", nth=c.q.nth or 1), 1)
    if (again := _TIME_AGAIN.fullmatch(c.rest)) is not None and (nth := ORDINALS.get(again["nth"].lower())):
        return _at_visit(c, replace(c.q, stretch=None, nth=c.q.nth or 1), nth)
    return None


def _at_visit(c: FollowContext, question: Question, nth: int) -> FollowUp:
    """The question about the n-th visit, or absence, alone."""
    found = occurrences.that_time(question, nth, c.view)
    if found is None:
        return c.unclear(f"there is no {ordinal(nth)} time")
    return FollowUp(question=found[0], note=f"this is about {found[1]}", said=question_words(question, c.duration_s))


def _whole(text: str) -> FollowUp:
    return FollowUp(text=text, note=f"understood as: {text}", whole=True)


_EDGE = re.compile(
    rf"(?:in )?the (?P<end>first|last|final) (?P<n>\d+|{'|'.join(WORDS)})(?: (?P<unit>seconds?|secs?|minutes?"
    rf"|mins?))?",
    re.I,
)
_IN_ALL = re.compile(
    r"(?:how many|the number|the count)?(?: (?:are|were) (?:there|they))? ?(?:in total|altogether|overall|in all"
    r"|all in all"
    r"|in the whole (?:video|clip))",
    re.I,
)
_AT_MOST = re.compile(
    r"(?:how many|the most)(?: (?:are|were) (?:there|they))?(?: (?:at (?:most|once|the same time)|maximally"
    r"|together))+",
    re.I,
)


def part_or_all(c: FollowContext) -> FollowUp | None:
    """ "And in the second?" after the first minute; "how many in total?", "how many at most?" of what was spoken of."""
    if not c.answered:
        return None
    q = c.q
    if q.x is not None and _IN_ALL.fullmatch(c.rest):
        return c.asks(Question("count", x=q.x, side=q.side))
    if q.x is not None and _AT_MOST.fullmatch(c.rest):
        return c.asks(Question("max_at_once", x=q.x, stretch=q.stretch))
    if (edge := _EDGE.fullmatch(c.rest)) is not None and q.stretch is not None and q.x is not None:
        length_s = float(number_of(edge["n"])) * (60.0 if (edge["unit"] or "").startswith("min") else 1.0)
        last = edge["end"].lower() != "first"
        span = (max(c.duration_s - length_s, 0.0), c.duration_s) if last else (0.0, min(length_s, c.duration_s))
        return c.asks(replace(q, stretch=span))
    if not c.rest.lower().startswith(("in", "during", "only in")):
        return None
    if (span := part_of(c, q.stretch, c.rest)) is None:
        return None
    if q.family == "count_after" and q.event is None:  # of another part, from its start on
        return c.asks(
            replace(q, family="count_between" if span[0] <= 0 else q.family, t_s=span[0] or None, stretch=span)
        )
    return c.asks(replace(q, stretch=span))


_NUMBER = re.compile(
    rf"(?P<just>only |exactly |just )?(?P<n>\d{{1,2}}|{'|'.join(WORDS)})(?: (?:of them|ones|at once))?", re.I
)
_JUST = {"duration_at_least": "duration_exactly", "at_least": "exactly", "at_least_at_once": "exactly_at_once",
         "when_at_least": "when_number"}  # fmt: skip


_EVER = re.compile(
    rf"(?:are there |were there |is there |was there )?ever (?P<n>\d{{1,2}}|{'|'.join(WORDS)})(?: of them)?"
    rf" (?:together|at once|at the same"
    r" time|at a time)",
    re.I,
)
_JUST_SO_MANY = re.compile(
    rf"(?:for )?how long (?:was|were|is|are) (?:it|there|they)(?: just| only)? (?:the )?(?P<n>\d{{1,2}}"
    rf"|{'|'.join(WORDS)})(?: of them)?",
    re.I,
)
_DOES = re.compile(
    r"(?P<goes>go|goes|leave|leaves|left|gone|out)|(?P<back>back|return|returns|come back|comes back)"
    r"|(?P<comes>come|comes|arrive"
    r"|arrives|appear|in)",
    re.I,
)
_WHEN_DOES = frozenset(("when_appears", "when_leaves", "leaves_when", "returns_when"))


def so_many_or_other_end(c: FollowContext) -> FollowUp | None:
    """ "Ever two together?", "for how long was it just the one?"; "and go?" after when somebody comes."""
    if not c.answered or c.q.x is None:
        return None
    for pattern, family in ((_EVER, "at_least_at_once"), (_JUST_SO_MANY, "duration_exactly")):
        if (found := pattern.fullmatch(c.rest)) is not None:
            number = number_of(found["n"])
            return c.asks(Question(family, x=c.q.x, nth=number, stretch=c.q.stretch))
    found = _DOES.fullmatch(c.rest)
    if c.q.family not in _WHEN_DOES or found is None:
        return None
    family = "when_leaves" if found["goes"] else "returns_when" if found["back"] else "when_appears"
    about = c.antecedent()
    nth = about.nth if about is not None and about.objects == 1 else c.q.nth
    return c.asks(Question(family, x=c.q.x, nth=nth))


def another_number(c: FollowContext) -> FollowUp | None:
    """ "And only two?" after how long all three were there."""
    found = _NUMBER.fullmatch(c.rest)
    if not c.answered or found is None or c.q.family not in NUMBERED:
        return None
    number = number_of(found["n"])
    family = _JUST.get(c.q.family, c.q.family) if found["just"] else c.q.family
    return c.asks(replace(c.q, family=family, nth=number))


_SIDE = re.compile(
    r"(?:the (?:one|ones|thing) )?(?:(?:in|on|at|to|from|of|towards) )?(?:the )?(?P<word>left|right|top|bottom|middle)"
    r"(?:[- ]hand)?(?: (?:side|one|ones|half))?",
    re.I,
)


def another_side(c: FollowContext) -> FollowUp | None:
    """ "And the one on the right?" after one about the left."""
    found = _SIDE.fullmatch(c.rest)
    if not c.answered or found is None:
        return None
    word = found["word"].lower()
    said = {"middle": "centre"}.get(word, word)
    if c.q.side is None:  # "what about the one on the right?", of several that stand there
        the_one = re.match(r"the (?:one|left|right|middle)\b", c.rest, re.I) and c.q.family in SIDED
        return c.asks(replace(c.q, side=Side("stands", said), nth=None)) if the_one and said in _STANDING else None
    if c.q.side.how == "direction":
        said = {"top": "up", "bottom": "down"}.get(word, word)
    return c.asks(replace(c.q, side=Side(c.q.side.how, said)))


_STANDING = ("left", "right", "centre")
_OFTEN = re.compile(
    rf"(?:and )?(?:how (?:often|many times)|how many)(?: (?:was|is|did|does) {_IT}(?: so| do"
    rf" (?:that|it|so))?)?",
    re.I,
)
_TIMES_OF = {"leaves": "count_leavings", "leaves_when": "count_leavings", "returns": "count_returns",
             "returns_when": "count_returns"}  # fmt: skip


def how_often(c: FollowContext) -> FollowUp | None:
    """ "How often?" after whether, or when, something goes, or comes back."""
    if c.answered and c.q.family in ("min_at_once", "absent") and _OFTEN.fullmatch(c.rest) and _says_none(c):
        return c.asks(Question("when_fewest", x=c.q.x, stretch=c.q.stretch))
    if not c.answered or c.q.family not in _TIMES_OF or not _OFTEN.fullmatch(c.rest):
        return None
    return c.asks(replace(c.q, family=_TIMES_OF[c.q.family]))


_BY_HOW_MUCH = re.compile(
    r"by (?:how (?:much|many|many seconds|long)|what)|how many more|how (?:much|many seconds|long) (?:later|earlier)"
    r"(?: (?:did|does|was|is) (?:the )?(?:other(?: one)?|second(?: one)?|it)(?: (?:come|appear|arrive|leave))?)?",
    re.I,
)


_HOW_MUCH_LONGER = re.compile(r"(?:(?:by )?how (?:much|many seconds)(?: longer| more)?|how much)", re.I)


def by_how_much(c: FollowContext) -> FollowUp | None:
    """ "By how many?" after which there are more of; "how much later did the other one come?" after which was first."""
    if c.answered and c.q.family == "stays_longer" and _HOW_MUCH_LONGER.fullmatch(c.rest) and c.q.other is not None:
        names = [the_words(event.thing, event.nth or 1) for event in (c.q.event, c.q.other)]
        return _whole(f"how much longer is {names[0]} visible than {names[1]}?")
    if not c.answered or c.q.y is None or not _BY_HOW_MUCH.fullmatch(c.rest):
        return None
    x, y = c.q.x, c.q.y
    if c.q.family == "compare":
        more, less = (x, y) if c.previous.value else (y, x)
        return _whole(f"how many more {many(more)} than {many(less)} are there?")
    if c.q.family in ("order", "order_leaves"):
        change = "leaves" if c.q.family == "order_leaves" else "appears"
        pair = (x, y) if c.previous.value else (y, x)
        first, second = (Event(term, change, LAST if change == "leaves" else 1) for term in pair)
        return c.asks(Question("time_between", event=first, other=second))
    return None


_WITH_IT = re.compile(
    r"(?:what|who|which (?:other )?things?)(?: else)? (?:was|is|were|are) (?:(?:there|visible|seen|around|in"
    rf" (?:view|sight))"
    rf"(?: else)?)(?: (?:at the same time|at that (?:time|moment)|then|meanwhile|with {_IT}|together with"
    rf" {_IT}))|(?:together )?with (?:whom|who|what)|(?:who|what)(?: else)? (?:is|was|are|were) with {_IT}",
    re.I,
)
_NEXT_ONE = re.compile(
    r"(?:and )?(?:when (?:did|does) the next (?:one |person |thing )?(?:come|appear|arrive|show up)(?: in)?|when"
    r" (?:was|is)"
    r" the next(?: one)?)",
    re.I,
)


def beside_it(c: FollowContext) -> FollowUp | None:
    """ "What else was there at the same time?"; "when did the next one come?" after one, or a moment."""
    if not c.answered or c.q.x is None:
        return None
    about = c.antecedent()
    if _WITH_IT.fullmatch(c.rest):
        if (
            c.previous.kind == "time"
            and isinstance(c.previous.value, float)
            and c.q.family not in ("when_appears", "when_leaves")
        ):
            return _whole(f"what is visible at {c.previous.value:.1f} seconds?")
        return c.asks(Question("together_list", x=about.term if about is not None else c.q.x))
    if not _NEXT_ONE.fullmatch(c.rest):
        return None
    if about is not None and isinstance(about.nth, int) and c.q.family in PINNED:
        return c.asks(Question("when_appears", x=about.term, nth=about.nth + 1))
    _, t_s = c.moment()
    if t_s is None:
        return None
    return c.asks(Question("when_appears", x=c.q.x, stretch=(t_s, c.duration_s)))


_ALL = re.compile(r"(?:and )?(?:do )?(?:all|each|every one|both)(?: of)?(?: them)?|everybody|everyone", re.I)
_OF_A_SIDE = frozenset(("enters_from", "leaves_to", "direction"))
_HOW_MANY = re.compile(r"(?:and )?how many (?P<x>[a-z]+(?: [a-z]+)?)(?: (?:are|were)(?: there)?)?", re.I)


def all_of_them(c: FollowContext) -> FollowUp | None:
    """ "All of them?" after which way they go; "and how many people?" after what was there together with the truck."""
    if not c.answered:
        return None
    if c.q.family in _OF_A_SIDE and _ALL.fullmatch(c.rest):
        told = next((note for note in c.previous.warnings if note.startswith("of all ")), None)
        if told is None:
            return None
        same = "," not in told
        text = f"{'Yes' if same else 'No'}: {told}."
        return c.says(text, "yes_no", same, "what was said of all of them")
    found = _HOW_MANY.fullmatch(c.rest)
    if c.q.family == "together_list" and c.q.x is not None and found is not None:
        terms = [term for term in c.mentions(found["x"]).terms if term.known]
        if len(terms) == 1:
            begins, ends = Event(c.q.x, "appears"), Event(c.q.x, "leaves")
            return c.asks(Question("count", x=terms[0].term, after=begins, before=ends))
    return None


_BEFORE_OR_AFTER = re.compile(
    r"(?:is|was) (?:that|it|this) (?P<side>before or after|earlier or later than|before|after) (?P<other>the .+?)", re.I
)
_NEW = re.compile(r"how many (?:of (?:them|those|these) )?(?:are|were) new(?:comers)?", re.I)
_EACH = re.compile(r"(?:and )?how many (?:of each|each)(?: (?:kind|class|type))?(?: are there)?", re.I)
_COMMONER = re.compile(r"which (?:one )?(?:is|was) (?:the )?(?:more|most) (?:common|frequent|numerous)(?: one)?", re.I)


def put_beside(c: FollowContext) -> FollowUp | None:
    """ "Is that before or after the third car?", "how many of those are new?", "how many of each?"."""
    if not c.answered:
        return None
    found = _BEFORE_OR_AFTER.fullmatch(c.rest)
    if found is not None and c.q.family in ("when_appears", "when_leaves") and (about := c.antecedent()) is not None:
        verb = "leave" if c.q.family == "when_leaves" else "appear"
        side = found["side"].lower()
        side = "before or after" if "earlier" in side else side
        return _whole(f"does {the_words(about.term, about.nth or 1)} {verb} {side} {found['other']}?")
    if _NEW.fullmatch(c.rest) and c.q.family == "count_between" and c.q.stretch is not None:
        return c.asks(Question("count_after", x=c.q.x, t_s=c.q.stretch[0], stretch=c.q.stretch))
    if c.q.family == "list" and _EACH.fullmatch(c.rest):
        return _whole("how many objects of each class are there?")
    if c.q.family in ("list", "count") and _COMMONER.fullmatch(c.rest):
        return _whole("which class of object is the most common?")
    return None


AGAIN = (
    put_beside,
    so_many_or_other_end,
    *ABOUT,
    all_of_them,
    sure_or_shown, of_that_time, that_time, part_or_all, another_number, another_side, how_often, by_how_much,
    beside_it,
)  # fmt: skip
