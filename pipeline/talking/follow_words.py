"""A follow-up put in full: what "which one", "of these", "then", "none" and "afterwards" stand for (`put_in_full`).

The words are replaced by those of the answer before, so that the text stands for itself: "how many of them left?"
becomes "how many people left?", asked of those alone that the answer before was about, where it was not about all.
"""

from __future__ import annotations

import re

from data.time_amounts import WORDS
from pipeline.asking.question_words import the_words
from pipeline.talking.follow_context import FollowContext, FollowUp
from pipeline.telling.english import a_thing, asked_time, many, one

_OF = r"(?:of|among|out of) (?:them|these|those|the(?= (?:two|three|four)\b))(?: (?:two|three|four))?"
_VERB = (
    r"(?=(?: (?:was|were|is|are|has|had|have|do|does|did|came?|comes|stay(?:s|ed)?|remain(?:s|ed)?|left|leaves?"
    r"|went|goes?"
    r"|arriv(?:e|es|ed)|appear(?:s|ed)?|enter(?:s|ed)?|mov(?:e|es|ed)|pass(?:es|ed)?|walk(?:s|ed)?|dr(?:i|o)ves?"
    r"|return(?:s|ed)?"
    r"|still|there|then|again|come|go|stop(?:s|ped)?|st(?:oo|an)ds?|turn(?:s|ed)?)\b)|\W*$)"
)
_ORD = r"(?:first|second|third|fourth|fifth|sixth|last|next)"
_WHICH = re.compile(rf"\b(?P<which>which|what)(?: (?:one|ones))?(?: {_OF})(?: (?:one|ones))?\b", re.I)
_WHICH_ONE = re.compile(rf"\bwhich (?:one|ones)\b{_VERB}", re.I)
_WHICH_BARE = re.compile(
    r"^which (?=(?:comes?|came|leaves?|left|stays?|stayed|goes|went|is|was)(?: the)? (?:first|last|longest"
    r"|shortest)\b)",
    re.I,
)
_SOME_OF = re.compile(rf"\b(?P<some>any|some|none|all|each|both|how many|many|most)(?: (?:one|ones))? {_OF}\b", re.I)
_ORDINAL_OF = re.compile(rf"\bthe (?P<nth>{_ORD})(?: one)? {_OF}\b", re.I)
_OF_NUMBER = re.compile(rf"\bhow many of the (?:{'|'.join(WORDS)}|\d+)\b", re.I)
_ORDINAL_ONE = re.compile(rf"\bthe {_ORD} one\b", re.I)
_OF_THESE = re.compile(rf"^{_OF},? ", re.I)
_HOW_MANY = re.compile(rf"\bhow many{_VERB}(?!\W*$)", re.I)
_BARE_ORDINAL = re.compile(rf"\bthe (?P<nth>{_ORD})(?=\W*$| (?:came?|come|leave|left|appear|arrive|go|went)\b)", re.I)
_NONE = re.compile(r"\b(?:there (?:were|was|are|is) none|(?:were|was|are|is) there none)\b", re.I)
_BREAK = re.compile(
    r"\b(?P<break>(?:longest|shortest|biggest) (?:break|gap|pause|absence))(?=\W*$| (?:last|begin|start|end)\b)", re.I
)
_NEAR = r"(?:just|right|shortly|immediately|directly)"
_TIMES = (
    ("just before", re.compile(rf"\b{_NEAR} before (?:that|it|this|then)\b", re.I)),
    ("just after", re.compile(rf"\b{_NEAR} after (?:that|it|this)\b|\bat once after(?: that)?\b", re.I)),
    ("at", re.compile(
        r"\b(?:at|in) (?:that|the same(?! time)|this|the very same|exactly that) (?:time|moment|point|second|instant)\b"
        r"|(?<=\w )then(?=\W*$)", re.I)),
    ("after", re.compile(
        r"\bafterwards\b|\bafter (?:that|this)\b|\blater on\b|\bsince then\b|\bfrom then on\b|\bthereafter\b", re.I
    )),
    ("before", re.compile(
        r"\b(?:before|until|by) (?:that|this|then)\b(?! [a-z]+ (?:left|leaves|came|comes|went|goes|was|is|appear))"
        r"|\bup to (?:that|then)\b|\bbeforehand\b", re.I)),
    ("in", re.compile(
        r"\b(?:in|during|within|over) (?:that|the same|this) (?:time|stretch|period|part|interval|span|while)\b"
        r"|\bmeanwhile\b|\bduring (?:that|it|this)(?=\W*$)|\bin between(?=\W*$)",
        re.I)),
)  # fmt: skip
_CLAUSE = re.compile(
    r"\b(?P<when>when|while|before|after|until|since|as|once) (?P<it>it|he|she|they)\b(?= (?:came?|comes|left"
    r"|leaves|was|were|is|are"
    r"|appear(?:s|ed)?|arriv(?:es|ed)|went|goes|had|has|enter(?:s|ed)|disappear(?:s|ed)|return(?:s|ed)|stop(?:s"
    r"|ped)|drove|walk)\b)",
    re.I,
)
_ALREADY_THERE = re.compile(
    r"\b(?P<is>were|was|are|is) already (?:there|here|in view|visible|in the picture)(?=\W*$)", re.I
)
_ALREADY_GONE = re.compile(r" (?:had|have|has) already (?:left|gone|disappeared)(?=\W*$)", re.I)
_WAY = re.compile(r"\W*(?:in )?(?:which|what) (?:way|direction)\b", re.I)
_BETWEEN = re.compile(r"\bin between(?=\W*$)", re.I)
_COMES = re.compile(r"\W*what(?: else)? (?:came|comes|appeared|appears|arrived|arrives|showed up|shows up)\b", re.I)
_BEGINS = re.compile(
    r"\W*(?:(?:afterwards|after that|later on),? )?(?:how|what|which|who|when|where|is|are|was|were|do|does|did"
    r"|has|have|had|on which|from which|anyone"
    r"|anybody|anything|any|of"
    r"|list|name|count)\b",
    re.I,
)


def put_in_full(c: FollowContext) -> FollowUp | None:
    """The text with what it leans on put in its place; None where it leans on nothing, or that is unknown."""
    if not c.answered or not _BEGINS.match(c.rest) or len(c.rest.split()) < 3:
        return None
    about = c.antecedent()
    term = about.term if about is not None else c.q.x
    if term is None:
        return None
    if (moved := _OTHER_CLAUSE.fullmatch(c.rest)) is not None:
        return _with_clause(c, moved, term)
    if c.set_spoken_of(term) is None and _ORDINAL_ONE.search(c.rest):
        return None  # one certain object of all: the pronoun's rule
    text, of_set = _with_things(c.rest, term, c.named(c.rest))
    text, sided = _THAT_SIDE.subn(_side_of(c), text) if _side_of(c) else (text, 0)
    of_set = of_set and not sided
    text = _with_times(c, text)
    nth = about.nth if about is not None else None
    text = _CLAUSE.sub(lambda found: _clause(found, c, term, nth) if _is_open(c, found) else found[0], text)
    if text == c.rest:
        return None
    among = c.set_spoken_of(term) if of_set else None
    note = f"understood as: {text.rstrip(' ?')}?" + (" (of those alone)" if among is not None else "")
    return FollowUp(text=text, note=note, whole=True, among=among)


_OTHER_CLAUSE = re.compile(
    r"(?P<when>when|while|before|after|until|once) (?P<it>it|he|she|they) (?P<does>[a-z]+(?: (?:there|away|back"
    r"|in|out|off))?)",
    re.I,
)
_SAID_CLAUSE = re.compile(
    r"\b(?:when|while|before|after|until|once) (?:it|he|she|they|(?:the|an?) [a-z]+(?: [a-z]+)?)"
    r" (?:came|comes|come|left|leaves|was|is|appears|appeared|arrives|arrived|went|goes|returned|returns|stopped|stops)"
    r"(?: (?:there|away|back|in|out|off))?\b",
    re.I,
)


def _with_clause(c: FollowContext, found: re.Match[str], term: str) -> FollowUp | None:
    """ "And when it left?", after "how many people were there when the bus came?"."""
    clause = _SAID_CLAUSE.search(c.said_before)
    if clause is None:
        return None
    whose = re.search(r"\bthe [a-z]+(?: [a-z]+)?(?= \w+$| \w+ \w+$)", clause[0], re.I)
    words = f"{found['when']} {whose[0] if whose else f'the {one(term)}'} {found['does']}"
    text = c.said_before[: clause.start()] + words + c.said_before[clause.end() :]
    return FollowUp(text=text, note=f"understood as: {text.rstrip(' ?')}?", whole=True)


_THAT_SIDE = re.compile(r"\b(?:on|at|to|from) (?:that|the same) side\b", re.I)


def _side_of(c: FollowContext) -> str:
    """The side that was spoken of: "on the left"; "" where none was."""
    value = c.previous.value if c.previous.kind == "word" else c.q.side.word if c.q.side is not None else None
    return f"on the {value}" if value in ("left", "right", "top", "bottom") else ""


def _is_open(c: FollowContext, clause: re.Match[str]) -> bool:
    """May the pronoun of a clause stand for what was spoken of: is no single thing named before it?"""
    before = clause.string[: clause.start()]
    singular = [t for t in c.mentions(before).terms if before[t.start : t.end].lower() == one(t.term)]
    return not singular


def _with_things(text: str, term: str, named: bool) -> tuple[str, bool]:
    """With the thing that was spoken of; and whether it is those alone that were meant.

    named: does the text name a thing itself?
    """
    xs, x, of_set = many(term), one(term), False
    for pattern, said in (
        (_OF_THESE, ""),
        (_OF_NUMBER, f"how many {xs}"),
        (_ORDINAL_OF, rf"the \g<nth> {x}"),
        (_SOME_OF, rf"\g<some> {xs}"),
        (_WHICH, rf"\g<which> {x}"),
        (_WHICH_ONE, f"which {x}"),
        (_WHICH_BARE, f"which {x} "),
    ):
        text, number = pattern.subn(said, text)
        of_set |= bool(number)
    text = re.sub(r"\b(?:all|both|each) (?=" + re.escape(xs) + r"\b)", "all ", text)
    text = re.sub(r"\bnone (?=" + re.escape(xs) + r"\b)", "no ", text)
    if not named:
        text, number = _HOW_MANY.subn(f"how many {xs}", text)
        of_set |= bool(number)
        text, number = _BARE_ORDINAL.subn(rf"the \g<nth> {x}", text)
        of_set |= bool(number)
        text = _NONE.sub(f"there were no {xs}", text)
        text = _BREAK.sub(rf"\g<break> without {a_thing(term)}", text)
    return text, of_set


def _with_times(c: FollowContext, text: str) -> str:
    """With the time that was spoken of in the place of "then", "afterwards", "just before that"."""
    if c.earlier is not None and c.earlier.understood is not None and _BETWEEN.search(text):
        moments = [q.t_s for q in (c.earlier.understood, c.q) if q.family == "count_at" and q.t_s is not None]
        if len(moments) == 2:  # of two moments that were asked about
            return _BETWEEN.sub(f"between {asked_time(min(moments))} and {asked_time(max(moments))}", text)
    span = c.span_spoken_of()
    if span is None:
        return text
    low, high = span
    said = {
        "just before": f"at {asked_time(max(low - 1.0, 0.0))}",
        "just after": f"at {asked_time(min(high + 1.0, c.duration_s))}",
        "at": f"at {asked_time(low)}",
        "after": f"after {asked_time(high)}",
        "before": f"before {asked_time(low)}",
        "in": f"between {asked_time(low)} and {asked_time(high)}",
    }
    text = _ALREADY_THERE.sub(rf"\g<is> there at {asked_time(max(low - 0.2, 0.0))}", text)
    text = _ALREADY_GONE.sub(f" left before {asked_time(low)}", text)
    for name, pattern in _TIMES:
        if (name == "in" and high <= low) or (name == "at" and _WAY.match(text)):
            continue
        if name == "at" and pattern.search(text) and _COMES.match(text):
            return f"which things appear between {asked_time(max(low - 1.0, 0.0))} and {asked_time(low + 1.0)}?"
        text = pattern.sub(said[name], text)
    return text


def _clause(found: re.Match[str], c: FollowContext, term: str, nth: int | None) -> str:
    """Such as "when it came", of what was spoken of before the things that the text names itself."""
    person = found["it"].lower() in ("he", "she")
    if person and term != "person":
        return found[0]
    words = the_words(term, nth) if nth else f"the {one(term)}"
    return f"{found['when']} {words}"
