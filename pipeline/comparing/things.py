"""Comparisons of things: which comes more often, which place goes first, in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.clock import clock
from data.time_amounts import find_amounts
from pipeline.answers import Answer
from pipeline.comparing.comparison import (
    NEVER_S,
    PLACE,
    POLITE,
    Comparison,
    at_the_end,
    first_match,
    is_there,
    judged_by,
    numbers_of,
    said_first,
    singular,
    terms_in,
    times_of,
    with_noun,
    with_ordinal,
    yes_or_no,
)
from pipeline.telling.english import listed

_GOES = r"(?:leave|disappear|vanish|go(?:ne)?(?: away)?|(?:get )?(?:taken|removed)(?: away)?)"
_RETURNS = r"(?:come back|return|reappear|(?:get )?put back|back)"
_OFTENER = re.compile(
    rf"\W*{POLITE}(?:which|what|who)(?: one| thing| object| animal| vehicle| class| of (?:them|the two"
    rf"|these))? (?P<verb>shows? up|showed up|appears?"
    r"|appeared|comes?(?: by)?|came(?: by)?|pass(?:es|ed)?(?: by)?|visits?|visited|returns?|returned|is (?:seen"
    r"|there)|was (?:seen|there))"
    r" (?:(?P<more>more often|more frequently|more times|the most often|most often)|(?P<less>less often|fewer times))"
    r"\W+(?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.I,
)


_TIMED = re.compile(r"\b(?:in|at|during|before|after|between|while|until)\b", re.I)
"""A time behind the last of two things belongs to both."""


def _oftener(text: str) -> Comparison | None:
    """Such as "which shows up more often: the bus or the truck?"."""
    found = _OFTENER.match(text)
    if found is None or not all(terms_in(found[name]) for name in "ab") or _TIMED.search(found["b"]):
        return None
    names, less = [terms_in(found[name])[0] for name in "ab"], bool(found["less"])

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        if numbers[0] == numbers[1]:
            return said_first(together, "Equally often", "object", "none")
        name = names[(numbers[0] > numbers[1]) == less]
        return said_first(together, f"The {name}", "object", name)

    return Comparison(tuple(f"how often does {found[name]} appear?" for name in "ab"), judge)


_PLACES = re.compile(
    rf"\W*{POLITE}(?:do|does|did|is|was|has) the (?P<a>{PLACE}) (?P<what>[a-z]+(?: [a-z]+)??)"
    rf" (?:(?P<goes>{_GOES})|{_RETURNS}) (?P<side>before|after) the (?P<b>{PLACE})(?: \w+){{0,2}}\W*$",
    re.I,
)
"""Two that only their places tell apart: "does the middle bottle leave before the right one?"."""


def _two_places(text: str) -> Comparison | None:
    found = _PLACES.match(text)
    if found is None:
        return None
    before, happens = found["side"].lower() == "before", "taken away" if found["goes"] else "put back"

    judge = judged_by((lambda one, two: one < two) if before else (lambda one, two: two < one), "time")
    return Comparison(tuple(f"when is the {found[which]} {found['what']} {happens}?" for which in "ab"), judge)


_PLACE_OR = re.compile(
    rf"\W*{POLITE}(?:is|was|does|did|do|gets?) the (?P<a>{PLACE}) (?P<what>[a-z]+) (?:(?P<goes>{_GOES}|removed"
    rf"|taken(?: away)?|gone)|{_RETURNS})"
    rf" (?P<one>before|after) or (?:before|after) the (?P<b>{PLACE})(?: one| [a-z]+)?\W*$",
    re.I,
)


def _place_or(text: str) -> Comparison | None:
    """Such as "is the right bottle removed before or after the middle one?"."""
    found = _PLACE_OR.match(text)
    if found is None:
        return None
    happens = "taken away" if found["goes"] else "put back"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None or NEVER_S in times or times[0] == times[1]:
            return None
        said = "before" if times[0] < times[1] else "after"
        return said_first(together, said.capitalize(), "word", said)

    return Comparison(
        tuple(f"when is the {_plain_place(found[which])} {found['what']} {happens}?" for which in "ab"), judge
    )


def _plain_place(said: str) -> str:
    return re.sub(r"most$|-hand$", "", said.lower())


_WHICH_PLACE = re.compile(
    rf"\W*{POLITE}which (?:one )?(?:of the )?(?:(?:two|three) )?(?P<what>[a-z]+) (?:is |was |gets |got )?"
    rf"(?P<goes>(?:goes|went|go)(?: away| missing)?|leaves?|left|disappear(?:s|ed)|taken(?: away)?|removed"
    rf"|moved|put back|comes? back|returns?|returned)"
    rf" (?P<end>first|last)\b\W+(?:the )?(?P<a>{PLACE})(?: one)?(?:,| or|, or)(?: the)? (?P<b>{PLACE})(?: one)?"
    rf"(?:(?:,| or|, or)(?: the)? (?P<c>{PLACE})(?: one)?)?\W*$",
    re.I,
)


_WHICH_ONE_PLACE = re.compile(
    rf"\W*{POLITE}which (?:one |of (?:them|the two|the three) )?(?:is |was |gets |got |comes? |came )?"
    r"(?P<goes>(?:goes|went|go)(?: away| missing)?|leaves?|left|disappear(?:s|ed)|taken(?: away)?|removed|(?:put )?back"
    rf"|returns?|returned) (?P<end>first|last)\b\W+(?:the )?(?P<a>{PLACE})(?:,| or|, or)(?: the)? (?P<b>{PLACE})"
    rf"(?:(?:,| or|, or)(?: the)? (?P<c>{PLACE}))? (?P<what>[a-z]+)\W*$",
    re.I,
)


def _which_place(text: str) -> Comparison | None:
    """Such as "which bottle is taken away first: the left, the middle or the right one?"."""
    found = _WHICH_PLACE.match(text) or _WHICH_ONE_PLACE.match(text)
    thing = singular(found["what"]) if found is not None else None
    if thing is None:
        return None
    places, last = [found[name].lower() for name in "abc" if found[name]], found["end"].lower() == "last"
    happens = "put back" if re.search(r"back|return", found["goes"], re.I) else "taken away"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        seen = at_the_end(times_of(answers), places, last=last)
        if not seen:
            return None
        place = seen[0][1]
        return said_first(together, f"The {place} one", "word", place)

    return Comparison(tuple(f"when is the {place} {thing} {happens}?" for place in places), judge)


_SIDES = re.compile(
    rf"\W*{POLITE}(?:do|does|did|are|is|were|was) (?P<more>more|most(?: of the)?|fewer) (?P<what>[a-z]+(?: [a-z]+)?)"
    r" (?P<verb>go|going|move|moving|walk|walking|drive|driving|travel|travelling|traveling|head|heading|ride"
    r"|riding|run|running)"
    r" (?:to (?:the )?|towards (?:the )?)?(?P<a>left|right|up|down)(?:wards?)? (?:or|than) (?:to (?:the )?"
    r"|towards (?:the )?)?"
    r"(?P<b>left|right|up|down)(?:wards?)?\W*$",
    re.I,
)


_FROM_SIDES = re.compile(
    rf"\W*{POLITE}(?:do|does|did|are|were) (?P<more>more|most(?: of the)?|fewer) (?P<what>[a-z]+(?: [a-z]+)??)"
    rf" (?:(?:come|coming|enter"
    r"|entering|arrive|arriving)(?: in)?(?: from)?|(?P<goes>leave|leaving|exit|exiting|go out|going out)(?: on|"
    r" at| to)?) (?:the )?"
    r"(?P<a>left|right|top|bottom)(?: side| edge)? (?:or|than) (?:(?:from|on|at|to) )?(?:the )?(?P<b>left|right|top"
    r"|bottom)(?: side)?\W*$",
    re.I,
)


def _from_sides(text: str) -> Comparison | None:
    """Such as "do more bikes come from the left or the right?"."""
    found = _FROM_SIDES.match(text)
    if found is None:
        return None
    return _of_two_sides(found, "leave on the" if found["goes"] else "come in from the")


def _of_two_sides(found: re.Match[str], does: str) -> Comparison:
    """How many do it on either side (a, b), and whether, or on which of them, more (fewer) do. found: of the text."""
    sides, fewer = [found[name].lower() for name in "ab"], found["more"].lower() == "fewer"
    than = bool(re.search(r"\bthan\b", found.string, re.I))

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = numbers_of(answers)
        if numbers is None:
            return None
        if than:
            return yes_or_no(together, numbers[0] < numbers[1] if fewer else numbers[0] > numbers[1])
        said = "equal" if numbers[0] == numbers[1] else sides[(numbers[0] > numbers[1]) == fewer]
        return said_first(together, "Equally many" if said == "equal" else said.capitalize(), "word", said)

    return Comparison(tuple(f"how many {found['what']} {does} {side}?" for side in sides), judge)


def _two_sides(text: str) -> Comparison | None:
    """Such as "do more cars go left or right?"."""
    found = _SIDES.match(text)
    if found is None:
        return None
    return _of_two_sides(found, "move")


_ORDER = re.compile(
    r"\b(?:in )?(?:which|what) (?:temporal |chronological )?(?:order|sequence)\b"
    r"|\b(?:temporal |chronological )?(?:order|sequence) (?:of|in which)\b"
    rf"|^\W*{POLITE}(?:put|sort|arrange|order|rank)\b.+\b(?:order|time|first (?:appearance|seen)"
    r"|they (?:appear|come|arrive|leave))\b",
    re.I,
)
_NAMED_ONES = re.compile(
    r"\b(?:do|did|does) (?P<things>the (?:first )?[a-z]+(?:, the (?:first )?[a-z]+)+,? and the (?:first"
    r" )?[a-z]+) [a-z]+(?: (?:up|in|away|out))?\W*$",
    re.I,
)
_HAPPENS = re.compile(r"\b(?:arrives|disappears|appears|leaves|comes|returns|enters|vanishes)\b", re.I)
_GO = re.compile(r"\b(?:leav\w+|(?<!the )left(?! side| half)|disappear\w*|vanish\w*|depart\w*)\b", re.I)
FEWEST_IN_ORDER = 2
_NO_ORDER = re.compile(
    r"\bor\b|\d:\d|(?:^|[,.] )(?:is|was|are|were|does|do|did)\b"
    r"|\b(?:each|correct|right order|before|after|above|ahead|behind|precede\w*|frequency|according|larger)\b",
    re.I,
)
"""Whether an order is as it is said, or one by something else than time."""


def _in_order(text: str) -> Comparison | None:
    """Such as "in which order do the bus, the truck and the dog appear?"."""
    found = _ORDER.search(text)
    names = terms_in(text[found.start() :]) if found is not None else []
    if found is not None and (said := _NAMED_ONES.search(text[found.start() :])) is not None:
        things = re.split(r",? and |, ", said["things"])
        named = [re.sub(r"^(?:the|an?) (?:first )?", "", thing, flags=re.I) for thing in things]
        names = named if len(named) > len(names) else names  # a class that no list of words holds
    if len(names) < FEWEST_IN_ORDER or _NO_ORDER.search(text) or len(_HAPPENS.findall(text)) > 1:
        return None
    goes = bool(_GO.search(text))

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        if times is None:
            return None
        seen = at_the_end(times, names, last=False)
        if not seen:
            return None
        said = listed([f"the {name} ({clock(t)})" for t, name in seen])
        missing = [name for t, name in zip(times, names, strict=True) if t == NEVER_S]
        never = f"; never seen to {'leave' if goes else 'appear'}: {', '.join(missing)}" * bool(missing)
        what = "They leave in this order" if goes else "In order of appearance"
        return replace(together, kind="list", value=[name for _, name in seen], text=f"{what}: {said}{never}.")

    return Comparison(tuple(f"when does the {'last' if goes else 'first'} {name} {'leave' if goes else 'appear'}?"
                            for name in names), judge)  # fmt: skip


_MOVE = (
    r"(?:drive|driving|go|going|move|moving|walk|walking|travel|travell?ing|head|heading|ride|riding|run|running|come"
    r"|coming|pass|passing)"
)
_SAME_WAY = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:do|did|does|are|is|were|was) (?P<a>the .+?) {_MOVE} (?:in|to) the"
        rf" (?P<same>same|opposite) (?:direction|way|side)"
        r" as (?P<b>the .+?)\W*$",
        rf"\W*{POLITE}(?:do|did|are|were) (?P<both>both(?: of)?(?: the)?|the two) (?P<x>[a-z]+?)(?:es|s)"
        rf" {_MOVE}"
        r" (?:in|to) (?:the )?(?P<same>same|opposite) (?:direction|way|side)s?\W*$",
    )
)


def _same_way(text: str) -> Comparison | None:
    """Such as "do both buses drive in the same direction?"."""
    found = first_match(_SAME_WAY, text)
    if found is None:
        return None
    said = found.groupdict()
    if "x" in said:
        thing = singular(said["x"])
        names = [f"the first {thing}", f"the second {thing}"] if thing is not None else []
    else:
        names = [said["a"], with_noun(said["b"], said["a"])]
    if not names:
        return None
    same = said["same"].lower() == "same"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        ways = [one.value for one in answers]
        if any(one.kind != "word" for one in answers) or "none" in ways:
            return None
        right = (ways[0] == ways[1]) if same else set(ways) in ({"left", "right"}, {"up", "down"})
        return yes_or_no(together, right)

    return Comparison(tuple(f"which way does {name} move?" for name in names), judge)


_WHO_AT = re.compile(
    rf"\W*{POLITE}(?:who|which (?P<noun>[a-z]+)|which one) (?:is|was|were) (?:there|visible|present|in"
    rf" (?:view|sight|the picture|the frame))"
    r" (?P<when>at (?:\d+:\d\d|[^,:?]+?))[,:] ?(?P<options>.+? or .+?)\W*$",
    re.I,
)


def _who_at(text: str) -> Comparison | None:
    """Such as "who was there at 100 seconds, the fourth or the fifth visitor?"."""
    found = _WHO_AT.match(text)
    amounts = find_amounts(found["when"].lower(), 0.0) if found is not None else []
    if len(amounts) != 1:
        return None
    options = [option.strip() for option in re.split(r",? or |, ", found["options"])]
    last = re.search(r"([a-z]+)$", options[-1], re.I)
    noun = found["noun"] or (last[1] if last and len(options[-1].split()) > 2 else None)
    names, at_s = [with_ordinal(option, noun) for option in options], amounts[0].seconds
    if not 2 <= len(names) <= MOST_LISTED:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if any(one.kind != "duration" for one in answers):
            return None
        there = [name for name, one in zip(names, answers, strict=True)
                 if any(is_there(piece, at_s) for piece in one.evidence)]  # fmt: skip
        lead = listed(there) if there else "none of them"
        return replace(together, kind="text", value=lead, text=f"At {clock(at_s)}: {lead}.")

    return Comparison(tuple(f"how long is {name} visible?" for name in names), judge)


MOST_LISTED = 6


FORMS = (_from_sides, _oftener, _two_places, _place_or, _which_place, _two_sides, _same_way, _who_at, _in_order)
