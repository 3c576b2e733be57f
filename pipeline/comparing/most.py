"""Questions about what most do, and sums over several things.

"Which kind of thing is the most common?", "on which side do most people leave?", "how many vehicles are there, counting
cars and buses?".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from data.vocabulary import find_term, kinds_above
from pipeline.answers import Answer
from pipeline.comparing.comparison import (
    AT_ONCE_S,
    MOMENT,
    NEVER_S,
    POLITE,
    Comparison,
    first_match,
    judged_by,
    numbers_of,
    said_first,
    singular,
    terms_in,
    with_noun,
)
from pipeline.telling.english import capital, listed, many, percent
from pipeline.telling.english import number as in_words

_WAYS = ("left", "right", "up", "down")
_SIDES = ("left", "right", "top", "bottom")
_GOES = r"(?:go|mov|driv|walk|travel|head|runn?|rid|pass|cross)(?:e|ing|l?ing)?"
_MOST = r"(?:most|the most|the majority)(?: of)?(?: the)?"
_TO = r"(?:from (?:the )?(?:left|right) )?(?:to (?:the )?)?(?:left|right|up|down)"
_MOST_GO = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:in )?(?:which|what) (?:way|direction) (?:do|does|did|are|were|is|was) {_MOST}"
        rf" (?P<x>[a-z]+(?: [a-z]+)?) {_GOES}(?: in)?(?P<when> {MOMENT})?\W*$",
        rf"\W*{POLITE}(?:do|did|are|were) {_MOST} (?P<x>[a-z]+(?: [a-z]+)?) {_GOES} {_TO},? or {_TO}(?P<when>"
        rf" {MOMENT})?\W*$",
    )
)
_OUT = r"(?:leave|exit|go out|walk out|drive out|ride out|disappear|go)"
_IN = r"(?:come in|enter|come from|come|appear|arrive|walk in|drive in)"
_PICTURE = r"(?: (?:of )?(?:the )?(?:frame|picture|scene|view|image|screen))?"
_MOST_SIDE = re.compile(
    rf"\W*{POLITE}(?:on|at|to|from|over|through)? ?(?:which|what) (?:side|edge|end)(?: of the (?:frame|picture"
    rf"|image))?"
    rf" (?:do|does|did) {_MOST} (?P<x>[a-z]+(?: [a-z]+)?) (?:(?P<out>{_OUT})|(?P<into>{_IN})){_PICTURE}"
    rf"(?: (?:from|at|on|to))?(?P<when> {MOMENT})?\W*$",
    re.I,
)


_MOSTLY = re.compile(
    rf"\W*{POLITE}(?:do|did|are|were) (?:the )?(?P<x>[a-z]+(?: [a-z]+)??) (?:mostly|mainly|generally|usually"
    rf"|predominantly)"
    rf" {_GOES} {_TO}(?:,? or {_TO})?(?P<when> {MOMENT})?\W*$",
    re.I,
)


def _most_of(numbers: Sequence[float], words: Sequence[str]) -> list[str]:
    return [word for word, number in zip(words, numbers, strict=True) if number == max(numbers) > 0]


def _by_side(parts: Sequence[str], words: Sequence[str], verb: str) -> Comparison:
    """Which of several counts of a side or way is the largest."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None or any(one.understood is None or one.understood.side is None for one in answers):
            return None
        most = _most_of(numbers, words)
        lead = (
            "No way"
            if not most and verb == "go"
            else "None does"
            if not most
            else f"Most {verb} {most[0]}"
            if len(most) == 1
            else f"As many {' as '.join(most)}"
        )
        return said_first(together, lead, "word", most[0] if len(most) == 1 else "equal" if most else "none")

    return Comparison(tuple(parts), judge)


def _most_go(text: str) -> Comparison | None:
    """Such as "which way do most cars go?", "do most bikes go from left to right or from right to left?"."""
    found = first_match((*_MOST_GO, _MOSTLY), text)
    if found is None or not terms_in(found["x"]):
        return None
    when = found["when"] or ""
    return _by_side([f"how many {found['x']} move {_towards(way)}{when}?" for way in _WAYS], _WAYS, "go")


def _towards(way: str) -> str:
    return f"to the {way}" if way in ("left", "right") else f"{way}wards"


def _most_side(text: str) -> Comparison | None:
    """Such as "on which side do most people leave the picture?"."""
    found = _MOST_SIDE.match(text)
    if found is None or not terms_in(found["x"]):
        return None
    when, out = found["when"] or "", bool(found["out"])
    verb = "leave on the {}" if out else "come in from the {}"
    parts = [f"how many {found['x']} {verb.format(side)}{when}?" for side in _SIDES]
    return _by_side(parts, _SIDES, "leave at the" if out else "come from the")


_MOST_ONE_WAY = re.compile(
    rf"\W*{POLITE}(?:do|did|are|were) {_MOST} (?P<x>[a-z]+(?: [a-z]+)??) {_GOES} (?:to (?:the )?)?(?P<way>left"
    rf"|right|up|down)(?:wards?)?\W*$",
    re.I,
)


def _most_one_way(text: str) -> Comparison | None:
    """Such as "do most people go left?": more than half of them."""
    found = _MOST_ONE_WAY.match(text)
    if found is None or not terms_in(found["x"]):
        return None
    judge = judged_by(lambda way, all_of_them: way > all_of_them / 2)
    way = _towards(found["way"].lower())
    return Comparison((f"how many {found['x']} move {way}?", f"how many {found['x']} appear?"), judge)


_OFTEN = r"(?:often|frequently|commonly|numerously)"
_COMMON = r"(?:common|frequent|numerous|abundant|prevalent)"
_KIND = (
    r"(?:(?:object |thing )?(?:class|kind|type|sort|category)(?: of)?(?: (?P<of>[a-z]+))?"
    r"|(?P<it>object|thing|vehicle|animal))"
)
_IS = r"(?:is|was|are|were)"
_DOES = (
    rf"(?:{_IS} (?:seen|visible|there|shown)|appears?|appeared|occurs?|occurred|shows? up|comes?(?: by)?"
    r"|passes(?: by)?)"
)
_BUT = (
    r"(?:apart from|besides|except(?: for)?|other than|not counting|leaving out) (?:the )?(?P<but>[a-z]+(?: [a-z]+)?)"
)
_IS_MOST = (
    rf"(?:{_DOES}|{_IS})(?: there)?(?: the)? (?:(?P<most>most)|(?P<least>least))(?: (?:{_OFTEN}|{_COMMON})"
    rf"|(?<=seen most)(?=\W*$)"
    r"|(?<=seen the most)(?=\W*$))"
    r"(?: (?:object|thing|kind|type|class|one))?(?: (?:seen|visible|shown|there|here))?"
)
_COMMONEST = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:{_BUT}, )?(?:which|what) {_KIND} {_IS_MOST}"
        r"(?: in (?:the|this) (?:whole )?(?:video|clip|recording|footage))?\W*$",
        rf"\W*{POLITE}(?:{_BUT}, )?(?:(?:which|what) {_IS}|what['’]s) the (?:(?P<most>most)|(?P<least>least))"
        rf" (?:{_OFTEN} seen"
        rf"|{_COMMON})"
        rf" {_KIND}(?: (?:seen|visible|shown|there))?(?: in (?:the|this) (?:whole )?(?:video|clip|recording"
        rf"|footage))?\W*$",
        rf"\W*{POLITE}(?:which|what) {_KIND} {_IS} there (?:(?P<most>most)|(?P<least>least|fewest)) of\W*$",
    )
)
_DOMINATES = re.compile(
    rf"\W*{POLITE}(?:which|what) (?:(?:object |thing )?(?:class|kind|type|sort|category)(?: of [a-z]+)?|object|thing)"
    r" (?:dominates?|prevails?|(?:accounts?|makes? up) (?:for )?(?:the )?(?:greatest|largest|most|biggest)(?: [a-z]+)?)"
    r"(?: (?:in )?(?:the |this )?(?:video|clip|recording|footage|scene|picture))?\W*$",
    re.I,
)
_OF_THESE = re.compile(
    rf"\W*{POLITE}(?:which|what)(?: one)?(?: of (?:these|those|the following|them)(?: [a-z]+)?)? {_IS_MOST}"
    r"(?: in (?:the|this) (?:whole )?(?:video|clip|recording|footage))?\W*$",
    re.I,
)


def commonest_of(stem: str, names: Sequence[str]) -> Comparison | None:
    """Which of several things there are most of: "which of these is the most common: cars, bicycles or people?"."""
    found = _OF_THESE.match(stem)
    return None if found is None else _commonest(frozenset(names), None, least=bool(found["least"]))


def _most_common(text: str) -> Comparison | None:
    """Such as "apart from cars, which class of object occurs most often?"."""
    if _DOMINATES.match(text):
        return _commonest(None, None, least=False)
    found = first_match(_COMMONEST, text)
    if found is None:
        return None
    said = found.groupdict()
    of = find_term(said.get("of") or said.get("it") or "thing")
    but = terms_in(said["but"]) if said.get("but") else []
    if said.get("but") and not but:
        return None
    return _commonest(None, but[0] if but else None, least=bool(said["least"]), kind=of or "thing")


def _commonest(among: frozenset[str] | None, but: str | None, *, least: bool, kind: str = "thing") -> Comparison:
    """among: class names that count; None: all of a kind, without `but`."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "list":
            return None
        seen = dict.fromkeys((piece.class_name, piece.track_id) for piece in together.evidence)
        names = [
            name for name, _ in seen if (among is None or _is_one(name, among)) and _is_one(name, frozenset((kind,)))
        ]
        counts = Counter(name for name in names if but not in (name, *kinds_above(name)))
        if not counts:
            return None
        end = (min if least else max)(counts.values())
        names = [name for name, number in counts.items() if number == end]
        others = ", ".join(f"{name} {number}" for name, number in counts.most_common())
        said = f"{capital(listed([many(name) for name in names]))}: {in_words(end)} of them (in all: {others})."
        shown = tuple(piece for piece in together.evidence if piece.class_name in names)
        return replace(together, kind="object", value=names[0], text=said, evidence=shown)

    which = "things" if kind == "thing" else many(kind)
    return Comparison((f"which kinds of {which} are visible?",), judge)


def _is_one(name: str, among: frozenset[str]) -> bool:
    return bool(among & {name, *kinds_above(name)})


_LIST = r"(?P<things>[a-z]+(?: [a-z]+)?(?:, [a-z]+(?: [a-z]+)?)*,? (?:and|&|plus) [a-z]+(?: [a-z]+)??)"
_ALL = r"(?:altogether|in total|together|all in all|combined|in all|all told|overall)"
_SUM = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}how many {_LIST}"
        r"(?P<verb> (?:are|were|came|come|appear|appeared|pass|passed|drove|drive|go|went|did|do)\b[^?]*?)?"
        rf" {_ALL}\b(?P<later>[^?]*)\W*$",
        rf"\W*{POLITE}(?:what(?:['’]?s| is| was) )?(?:the )?(?:total |combined |summed )?number of {_LIST}(?:"
        rf" taken| put)?"
        rf" {_ALL}(?P<later> {MOMENT})?\W*$",
        rf"\W*{POLITE}(?:what(?:['’]?s| is| was) )?(?:the )?(?:total|combined|summed)(?: up)? number of {_LIST}"
        rf"(?P<later> {MOMENT})?\W*$",
        rf"\W*(?:[^:?]{{2,40}}: )?{POLITE}how many (?P<all>[a-z]+)(?: (?:are|were|is|do)(?: there| you see| we see)?(?:"
        rf" (?:visible|seen"
        rf"|there))?)?(?: {_ALL})?[,:]? (?:counting|adding(?: up)?|that is,?|namely|i\.e\.,?|both)? ?{_LIST}"
        rf"(?: (?:taken )?{_ALL})?\W*$",
    )
)
MOST_LISTED = 6


def _is_above(head: str, names: Sequence[str]) -> bool:
    """Is a word a kind that all the things named are of: "vehicles" of cars and buses?"""
    kind = find_term(head.lower())
    if kind is None:
        return False
    return all(kind == "thing" or kind in kinds_above(term) for name in names for term in terms_in(name))


def _sum(text: str) -> Comparison | None:
    """Such as "how many motorcycles, trucks and buses were there altogether?"."""
    found = first_match(_SUM, text)
    names = re.split(r",? (?:and|&|plus) |, ", found["things"]) if found is not None else []
    head = found.groupdict().get("all") if found is not None else None
    if head is not None and not _is_above(head, names):
        return None  # "how many parked cars and buses?"
    known = [len(terms_in(name)) for name in names]
    if not 2 <= len(names) <= MOST_LISTED or max(known) > 1 or not any(known):
        return None  # one may be a class that no list of words holds

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        total = int(sum(numbers))
        return said_first(together, in_words(total).capitalize(), "number", total)

    said = found.groupdict()
    verb, later = said.get("verb") or " are there", (said.get("later") or "").rstrip()
    return Comparison(tuple(f"how many {name}{verb}{later}?" for name in names), judge)


_SAME_TIME = re.compile(
    rf"\W*{POLITE}(?:do|did|does) (?:(?:both(?: of)?(?: the)?|the two) (?P<x>[a-z]+)|(?P<a>the .+?) and"
    rf" (?P<b>the .+?))"
    rf" (?:(?P<out>{_OUT})|(?P<into>{_IN})) (?:at (?:exactly )?the same (?:time|moment)|together|simultaneously"
    rf"|at once)\W*$",
    re.I,
)


def _same_time(text: str) -> Comparison | None:
    """Such as "do both buses arrive at the same time?"."""
    found = _SAME_TIME.match(text)
    if found is None or (found["a"] and re.match(r"(?:dis)?appear", found["out"] or found["into"], re.I)):
        return None  # what appears at the same time as another is seen together with it
    if found["x"]:
        one = singular(found["x"])
        if one is None:
            return None
        names = [f"the first {one}", f"the second {one}"]
    else:
        names = [found["a"], with_noun(found["b"], found["a"])]
    verb = "leave" if found["out"] else "appear"
    judge = judged_by(lambda a, b: a < NEVER_S and abs(a - b) <= AT_ONCE_S, "time")
    return Comparison(tuple(f"when does {name} {verb}?" for name in names), judge)


_MORE_THAN = re.compile(
    rf"\W*{POLITE}how many (?P<more>more|fewer) (?P<a>[a-z]+(?: [a-z]+)?)(?: (?:are|were) there)? than"
    rf" (?P<b>[a-z]+(?: [a-z]+)??)"
    rf"(?: (?:are|were)(?: there| visible)?| appear(?:ed)?)?(?P<when> {MOMENT})?\W*$",
    re.I,
)


def _so_many_more(text: str) -> Comparison | None:
    """Such as "how many more people than cars are there?"."""
    found = _MORE_THAN.match(text)
    if found is None or not all(len(terms_in(found[name])) == 1 for name in "ab"):
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        off = int(numbers[0] - numbers[1]) if found["more"].lower() == "more" else int(numbers[1] - numbers[0])
        lead = f"{in_words(abs(off)).capitalize()} {'' if off >= 0 else 'the other way '}".strip()
        return said_first(together, lead, "number", off)

    return Comparison(tuple(f"how many {found[name]} are there{found['when'] or ''}?" for name in "ab"), judge)


_SHARE_GOING = re.compile(
    rf"\W*{POLITE}(?:(?:what|which) )?(?:percentage|share|proportion|fraction|percent) of (?:the |all"
    rf" )?(?P<x>[a-z]+(?: [a-z]+)??)"
    rf" (?:that |who )?(?:{_GOES}|go(?:es)?|crosses|moves) (?:from (?:the )?(?:left|right|top|bottom) )?(?:to"
    rf" (?:the )?)?"
    r"(?P<way>left|right|up|down|top|bottom)(?:wards?)?\W*$",
    re.I,
)


def _share_going(text: str) -> Comparison | None:
    """Such as "what percentage of the bicycles goes from right to left?"."""
    found = _SHARE_GOING.match(text)
    if found is None or len(terms_in(found["x"])) != 1:
        return None
    way = {"top": "up", "bottom": "down"}.get(found["way"].lower(), found["way"].lower())

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None or not numbers[1]:
            return None
        share = numbers[0] / numbers[1]
        return said_first(together, f"{percent(share)} of them", "number", share)

    return Comparison((f"how many {found['x']} move {_towards(way)}?", f"how many {found['x']} appear?"), judge)


_BY_CLASS = re.compile(
    rf"\W*{POLITE}(?:(?:give me |show me |list |what are )?(?:the )?(?:object |thing )?(?:counts?|numbers?|totals?)"
    r"(?: of (?:objects|things))? (?:by|per|for each|of each|broken down by) (?:class|kind|type|category|sort)"
    r"|(?:give (?:me )?|show (?:me )?|what(?:['’]?s| is) )?(?:the )?(?:class |kind )?(?:distribution|breakdown)"
    r"(?: of (?:the )?(?:objects|things|classes|kinds))?"
    r"(?: (?:over|by|across|among|per) (?:the )?(?:class|kind|type|category)(?:es|s)?)?"
    r"|how many (?:objects |things )?(?:of|in) each (?:class|kind|type|category|sort)(?: of (?:thing|object)s?)?"
    r"(?: (?:are|were) there| appear(?:ed)?| (?:do|can) you see)?)(?:,? please)?\W*$",
    re.I,
)


def _by_class(text: str) -> Comparison | None:
    """Such as "how many objects of each class are there?"."""
    if not _BY_CLASS.match(text):
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "list":
            return None
        seen = dict.fromkeys((piece.class_name, piece.track_id) for piece in together.evidence)
        counts = Counter(name for name, _ in seen)
        if not counts:
            return None
        told = ", ".join(f"{name} {number}" for name, number in counts.most_common())
        return replace(together, kind="text", value=told, text=f"{sum(counts.values())} in all: {told}.")

    return Comparison(("which kinds of things are visible?",), judge)


FORMS = (_most_one_way, _by_class, _share_going, _so_many_more, _same_time, _most_go, _most_side, _most_common, _sum)
