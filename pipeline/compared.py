"""Questions that compare two or more answers: "did the bus come before 0:30 or after?", "in which order do they come?".

No family of programs holds them; each is put as plain questions (`Comparison.parts`), and what their answers say
together is said first (`Comparison.answered`). Where a part gets no answer of the kind that is needed, the parts stand
as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from data.clock import clock
from data.time_amounts import find_amounts
from data.vocabulary import find_term
from pipeline.answers import Answer
from pipeline.english import listed

POLITE = r"(?:(?:and|so|ok|okay|hi|hello|please|tell me|show me|say)\W+)*"
_MOMENT = r"(?:at|around|in|during|between|before|after|by|within|on|over)\b (?:(?!\bthan\b).)+?"
_PLACE = r"(?:left|right|middle|cent(?:re|er)|top|bottom)(?:most|-hand)?"
_GOES = r"(?:leave|disappear|vanish|go(?:ne)?(?: away)?|(?:get )?(?:taken|removed)(?: away)?)"
_RETURNS = r"(?:come back|return|reappear|(?:get )?put back|back)"
_COMES = r"(?:appear|arrive|come|show up|turn up|enter|leave|disappear|go away|get taken|drive off)"
_NEVER = float("inf")

Judge = Callable[[Answer, Sequence[Answer]], Answer | None]


class Comparison(NamedTuple):
    """parts: the plain questions. judge: what their answers, put together, say; None where they don't."""

    parts: tuple[str, ...]
    judge: Judge

    def answered(self, together: Answer, answers: Sequence[Answer]) -> Answer:
        """together: the answers as one. answers: to `parts`."""
        return self.judge(together, answers) or together


def comparison_in(text: str) -> Comparison | None:
    """The comparison that a question asks for, or None."""
    return next((found for form in _FORMS if (found := form(text)) is not None), None)


def _said_first(together: Answer, lead: str, kind: str, value: object) -> Answer:
    """What was compared, before what was found."""
    return replace(together, kind=kind, value=value, text=f"{lead}: {together.text[:1].lower()}{together.text[1:]}")


def _yes_no(so: Callable[[float, float], bool]) -> Judge:
    """Whether `so` holds for the numbers of two answers."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = _numbers(answers)
        if numbers is None:
            return None
        right = so(*numbers)
        return _said_first(together, "Yes" if right else "No", "yes_no", right)

    return judge


def _numbers(answers: Sequence[Answer], kind: str = "number") -> list[float] | None:
    """The numbers of all answers; None where one is none. Times that never come are later than any."""
    if any(one.kind != kind or (isinstance(one.value, str) and kind != "time") for one in answers):
        return None
    return [_NEVER if isinstance(one.value, str) else float(one.value) for one in answers]


def _times(answers: Sequence[Answer]) -> list[float] | None:
    return _numbers(answers, "time")


# ------------------------------------------------------------------------------------------------ one number, two times

_MORE_THAN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:is|are|was|were) (?:there )?(?P<more>more|fewer|less) (?P<what>.+?)"
        rf" (?:(?:visible|there|present|around|to be seen|in (?:view|sight|shot|frame)|on screen) )?"
        rf"(?P<one>{_MOMENT}) than (?P<two>{_MOMENT})\W*$",
        rf"\W*{POLITE}(?:do|does|did) (?P<more>more|fewer|less) (?P<what>.+?) (?P<verb>{_COMES})"
        rf" (?P<one>{_MOMENT}) than (?P<two>{_MOMENT})\W*$",
        rf"\W*{POLITE}(?P<more>more|fewer|less) (?P<what>.+?) (?P<one>{_MOMENT}) than (?P<two>(?:{_MOMENT}|"
        r"(?:the )?(?:first|last|second|next) .+?))\W*$",
    )
)
"""One number at two times, compared: "are there more cars at 0:10 than at 0:20?"."""
_AS_MANY = re.compile(
    rf"\W*{POLITE}(?:(?:is|are|was|were) there (?:as many|the same number of)|(?:is|was) the number of) (?P<what>.+?)"
    rf" (?P<one>{_MOMENT}),? (?:the same as |equal to |as )(?:that |the number )?(?P<two>{_MOMENT})\W*$",
    re.I,
)
"""Or the same: "are there as many cars at the end as at the start?"."""
_ORDINAL_END = re.compile(r"\b(?:first|second|third|last|next|other)$", re.I)


def _more_than(text: str) -> Comparison | None:
    found = next((one for pattern in _MORE_THAN if (one := pattern.match(text)) is not None), None)
    alike = _AS_MANY.match(text) if found is None else None
    found = found or alike
    if found is None:
        return None
    said = found.groupdict()
    one, two = said["one"], said["two"]
    if _ORDINAL_END.search(two):  # "in the first minute than in the second"
        two = f"{two} {one.split()[-1]}"
    if not re.match(_MOMENT.split(" ")[0], two, re.I):  # "in the first minute than the last"
        two = f"{one.split()[0]} {two}"
    elif re.fullmatch(r"(?:before|after)(?: (?:it|that|then))?", two, re.I):  # "after the truck than before it"
        two = f"{two.split()[0]} {' '.join(one.split()[1:])}"
    asks = f"how many {said['what']} {said.get('verb') or 'are there'}"
    if alike is not None:
        judge = _yes_no(lambda a, b: a == b)
    else:
        judge = _yes_no((lambda a, b: a > b) if said["more"].lower() == "more" else (lambda a, b: a < b))
    return Comparison((f"{asks} {one}?", f"{asks} {two}?"), judge)


_BUSIER = re.compile(
    rf"\W*{POLITE}(?:is|was) (?:it|the [a-z]+) (?P<more>busier|fuller|more crowded|quieter|emptier)"
    rf" (?P<one>{_MOMENT}),? or (?P<two>.+?)\W*$",
    re.I,
)


def _busier(text: str) -> Comparison | None:
    """Such as "was it busier in the first half or the second?", by the mean number of things in sight."""
    found = _BUSIER.match(text)
    if found is None:
        return None
    one, two = found["one"], found["two"]
    if _ORDINAL_END.search(two):
        two = f"{two} {one.split()[-1]}"
    if not re.match(_MOMENT.split(" ")[0], two, re.I):
        two = f"{one.split()[0]} {two}"
    less = found["more"].lower() in ("quieter", "emptier")

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = _numbers(answers)
        if numbers is None:
            return None
        first = numbers[0] < numbers[1] if less else numbers[0] > numbers[1]
        said = "equal" if numbers[0] == numbers[1] else _bare(one if first else two)
        lead = "Both alike" if said == "equal" else f"{said[:1].upper()}{said[1:]}"
        return _said_first(together, lead, "word", said)

    return Comparison(tuple(f"how many things are visible on average {when}?" for when in (one, two)), judge)


def _bare(moment: str) -> str:
    """Such as "in the first half", without its preposition."""
    return moment.split(" ", 1)[1] if " " in moment else moment


# ----------------------------------------------------------------------------------------------------------- two things

_OFTENER = re.compile(
    rf"\W*{POLITE}(?:which|what|who)(?: one| thing| of (?:them|the two|these))? (?P<verb>shows? up|showed up|appears?"
    r"|appeared|comes?(?: by)?|came(?: by)?|pass(?:es|ed)?(?: by)?|visits?|visited|returns?|returned|is (?:seen"
    r"|there)|was (?:seen|there))"
    r" (?:(?P<more>more often|more frequently|more times|the most often|most often)|(?P<less>less often|fewer times))"
    r"\W+(?P<a>.+?),? or (?P<b>.+?)\W*$",
    re.I,
)


def _oftener(text: str) -> Comparison | None:
    """Such as "which shows up more often: the bus or the truck?"."""
    found = _OFTENER.match(text)
    if found is None or not all(_terms(found[name]) for name in "ab"):
        return None
    names, less = [_terms(found[name])[0] for name in "ab"], bool(found["less"])

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = _numbers(answers)
        if numbers is None:
            return None
        if numbers[0] == numbers[1]:
            return _said_first(together, "Equally often", "object", "none")
        name = names[(numbers[0] > numbers[1]) == less]
        return _said_first(together, f"The {name}", "object", name)

    return Comparison(tuple(f"how often does {found[name]} appear?" for name in "ab"), judge)


_PLACES = re.compile(
    rf"\W*{POLITE}(?:do|does|did|is|was|has) the (?P<a>{_PLACE}) (?P<what>[a-z]+(?: [a-z]+)??)"
    rf" (?:(?P<goes>{_GOES})|{_RETURNS}) (?P<side>before|after) the (?P<b>{_PLACE})(?: \w+){{0,2}}\W*$",
    re.I,
)
"""Two that only their places tell apart: "does the middle bottle leave before the right one?"."""


def _two_places(text: str) -> Comparison | None:
    found = _PLACES.match(text)
    if found is None:
        return None
    before, happens = found["side"].lower() == "before", "taken away" if found["goes"] else "put back"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = _times(answers)
        if times is None:
            return None
        right = times[0] < times[1] if before else times[1] < times[0]
        return _said_first(together, "Yes" if right else "No", "yes_no", right)

    return Comparison(tuple(f"when is the {found[which]} {found['what']} {happens}?" for which in "ab"), judge)


_WHICH_PLACE = re.compile(
    rf"\W*{POLITE}which (?:one )?(?:of the )?(?:(?:two|three) )?(?P<what>[a-z]+?)s? (?:is |was |gets |got )?"
    rf"(?P<goes>(?:goes|went|go)(?: away| missing)?|leaves?|left|disappear(?:s|ed)|taken(?: away)?|removed"
    rf"|moved|put back|comes? back|returns?|returned)"
    rf" (?P<end>first|last)\b\W+(?:the )?(?P<a>{_PLACE})(?: one)?(?:,| or|, or)(?: the)? (?P<b>{_PLACE})(?: one)?"
    rf"(?:(?:,| or|, or)(?: the)? (?P<c>{_PLACE})(?: one)?)?\W*$",
    re.I,
)


def _which_place(text: str) -> Comparison | None:
    """Such as "which bottle is taken away first: the left, the middle or the right one?"."""
    found = _WHICH_PLACE.match(text)
    if found is None or find_term(found["what"].lower()) is None:
        return None
    places, last = [found[name].lower() for name in "abc" if found[name]], found["end"].lower() == "last"
    happens = "put back" if re.search(r"back|return", found["goes"], re.I) else "taken away"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = _times(answers)
        seen = sorted((t, place) for t, place in zip(times or (), places, strict=bool(times)) if t < _NEVER)
        if not seen:
            return None
        place = seen[-1 if last else 0][1]
        return _said_first(together, f"The {place} one", "word", place)

    return Comparison(tuple(f"when is the {place} {found['what']} {happens}?" for place in places), judge)


_SIDES = re.compile(
    rf"\W*{POLITE}(?:do|does|did|are|is|were|was) (?P<more>more|most(?: of the)?|fewer) (?P<what>[a-z]+(?: [a-z]+)?)"
    r" (?P<verb>go|going|move|moving|walk|walking|drive|driving|travel|travelling|traveling|head|heading|ride"
    r"|riding|run|running)"
    r" (?:to (?:the )?|towards (?:the )?)?(?P<a>left|right|up|down)(?:wards?)? (?:or|than) (?:to (?:the )?"
    r"|towards (?:the )?)?"
    r"(?P<b>left|right|up|down)(?:wards?)?\W*$",
    re.I,
)


def _two_sides(text: str) -> Comparison | None:
    """Such as "do more cars go left or right?"."""
    found = _SIDES.match(text)
    if found is None:
        return None
    sides, fewer = [found[name].lower() for name in "ab"], found["more"].lower() == "fewer"

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        numbers = _numbers(answers)
        if numbers is None:
            return None
        said = "equal" if numbers[0] == numbers[1] else sides[(numbers[0] > numbers[1]) == fewer]
        return _said_first(together, "Equally many" if said == "equal" else said.capitalize(), "word", said)

    return Comparison(tuple(f"how many {found['what']} move {side}?" for side in sides), judge)


# --------------------------------------------------------------------------------------------------- what is not there

_EMPTY = re.compile(
    r"\W*(?P<when>(?:at|in|during|from|between|after|before|around)\b[^?]*?,? )?(?:is|was) (?P<who>(?:the"
    r" (?:scene|room|street"
    r"|road|shop|store|place|picture|frame|view|shot|image|yard|park|hall|camera|video|square|kitchen|office|beach)|it|there)"
    r" (?:completely |totally |all )?(?:empty|deserted|unoccupied|vacant|nobody|no ?-?one|nothing)|nobody|no"
    r" ?-?one|nothing)\b"
    r"(?: (?:there|visible|present|around|to be seen|in (?:view|sight|shot|frame)))*(?P<later> [^?]+)?\W*$",
    re.I,
)
_OTHERWISE = re.compile(r"\b(?:ever|when|how|longer|more|than|or|why|who|long|and|until|again)\b", re.I)
_NONE_OF = re.compile(
    rf"\W*{POLITE}(?:is it (?:true|correct|right|the case) that )?(?:there (?:is|was|are|were) )?(?:no|not a"
    rf" single|not any) "
    r"(?P<x>[a-z]+(?: [a-z]+)?)(?: (?:is|was|were|are))?(?: (?P<does>there|visible|in sight|appear(?:s|ed)?"
    r"|seen|c(?:a|o)mes?(?: by)?"
    r"|pass(?:es|ed)?(?: by)?|cross(?:es|ed)?(?: the \w+)?|enter(?:s|ed)?|show(?:s|ed)? up))?(?P<later> (?:at"
    r"|in|during|from|between"
    r"|after|before|around)\b[^?]*)?\W*$",
    re.I,
)


def _none_there(text: str) -> Comparison | None:
    """Such as "was the room empty from 0:45 to 0:50?", "is it true that no dog came by?": whether nothing is there."""
    if (found := _EMPTY.match(text)) is not None and not _OTHERWISE.search(text):
        who = "anybody" if re.search(r"nobody|no ?-?one|unoccupied|vacant", found["who"], re.I) else "anything"
        when = f"{found['when'] or ''}{found['later'] or ''}".strip(" ,")
    elif (found := _NONE_OF.match(text)) is not None and re.match(r"\W*is it", text, re.I):
        if find_term(found["x"].lower()) is None:
            return None
        who, when = f"any {found['x']}", (found["later"] or "").strip()
    else:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "yes_no" or not isinstance(answers[0].value, bool):
            return None
        plain = re.sub(r"^(?:Yes|No), ", "", together.text)
        return _said_first(
            replace(together, text=plain), "No" if answers[0].value else "Yes", "yes_no", not answers[0].value
        )

    return Comparison((f"is {who} visible{f' {when}' if when else ''}?",), judge)


_BESIDES = re.compile(
    r"\W*(?:and |so )?(?:(?:is|was|were|are) there |(?:do|did|can) (?:you|we) see )?(?:anything|something|what"
    r"|what else|which (?:other )?things|everything)"
    r"(?: else)?(?: (?:is|was|are|were) (?:there|visible|seen))?(?: (?:there|visible))? (?:other than|besides"
    r"|apart from|except(?: for)?|but not|that (?:is|are) not) "
    r"(?:the |an? |any )?(?P<x>[a-z]+(?: [a-z]+)?)(?: (?:there|visible|in (?:view|sight|the (?:video|clip"
    r"|picture))))?\W*$",
    re.I,
)


def _besides(text: str) -> Comparison | None:
    """Such as "is there anything other than cars?"."""
    found = _BESIDES.match(text)
    names = _terms(found["x"]) if found is not None else []
    if len(names) != 1:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "list" or not isinstance(answers[0].value, list):
            return None
        rest = [name for name in answers[0].value if name != names[0]]
        said = f"Besides the {names[0]}: {', '.join(rest)}." if rest else f"Nothing besides the {names[0]} is seen."
        shown = tuple(piece for piece in together.evidence if piece.class_name != names[0])
        return replace(together, kind="list", value=rest, text=said, evidence=shown)

    return Comparison(("which kinds of thing are visible?",), judge)


# ------------------------------------------------------------------------------------------------- a time, or a length

_BEFORE_OR_AFTER = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{_COMES}|seen|taken away)"
        r"(?: for the first time)? (?P<one>before|after|earlier|later) or (?P<two>before|after|later|earlier)(?: than)?"
        r" (?P<t>.+?)\W*$",
        rf"\W*{POLITE}(?:do|does|did|has|had|is|was|were) (?P<x>.+?) (?P<verb>{_COMES}|seen|taken away)"
        r" (?P<one>before|after) (?P<t>[^,]+?),? or (?P<two>before|after)(?: (?:it|that|then))?\W*$",
    )
)
_LEAVING = re.compile(r"leave|disappear|go away|taken|drive off", re.I)


def _before_or_after(text: str) -> Comparison | None:
    """Such as "does the second visitor appear before or after the 30 second mark?"."""
    found = next((one for pattern in _BEFORE_OR_AFTER if (one := pattern.match(text)) is not None), None)
    amounts = find_amounts(found["t"].lower(), 0.0) if found is not None else []
    if len(amounts) != 1:
        return None
    limit_s = amounts[0].seconds

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = _times(answers)
        if times is None or times[0] == _NEVER:
            return None
        said = "before" if times[0] < limit_s else "after"
        return _said_first(together, f"{said.capitalize()} {clock(limit_s)}", "word", said)

    return Comparison((f"when does {found['x']} {'leave' if _LEAVING.search(found['verb']) else 'appear'}?",), judge)


_NOBODY_LONGER = re.compile(
    rf"\W*{POLITE}(?:is|was|were|are) (?:there )?(?:ever )?(?P<no>nobody|no ?-?one|nothing|no [a-z]+|it empty"
    rf"|the scene empty)"
    r"(?: (?:ever|there|here|visible|around|present|in (?:view|sight|shot|frame)))*(?: (?:for|any))?"
    r" (?P<more>longer|more|shorter|less) than"
    r" (?P<t>.+?)(?: at (?:a time|once|a stretch))?\W*$",
    re.I,
)


def _nobody_longer(text: str) -> Comparison | None:
    """Such as "is there ever nobody for longer than 10 seconds?"."""
    found = _NOBODY_LONGER.match(text)
    amounts = find_amounts(found["t"].lower(), 0.0) if found is not None else []
    if len(amounts) != 1:
        return None
    limit_s, longer = amounts[0].seconds, found["more"].lower() in ("longer", "more")
    who = "nothing" if "empty" in found["no"].lower() else found["no"]

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        lengths = _numbers(answers, "duration")
        if lengths is None:
            return None
        right = lengths[0] > limit_s if longer else lengths[0] < limit_s
        return _said_first(together, "Yes" if right else "No", "yes_no", right)

    return Comparison((f"longest time {who} is there",), judge)


# ---------------------------------------------------------------------------------------------------- several, in order

_ORDER = re.compile(
    r"\b(?:(?:in )?(?:which|what) (?:temporal |chronological )?(?:order|sequence)"
    r"|(?:temporal |chronological )?(?:order|sequence) (?:of|in which)"
    r"|(?:put|sort|arrange|order|rank)\b.+\b(?:order|time|first (?:appearance|seen)|they (?:appear|come|arrive"
    r"|leave)))\b",
    re.I,
)
_GO = re.compile(r"\b(?:leav\w+|left|disappear\w*|vanish\w*|depart\w*)\b", re.I)
FEWEST_IN_ORDER = 2


def _in_order(text: str) -> Comparison | None:
    """Such as "in which order do the bus, the truck and the dog appear?"."""
    found = _ORDER.search(text)
    names = _terms(text[found.start() :]) if found is not None else []
    if len(names) < FEWEST_IN_ORDER or re.search(r"\bor\b|\d:\d", text):
        return None
    goes = bool(_GO.search(text))

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = _times(answers)
        if times is None:
            return None
        seen = sorted((t, name) for t, name in zip(times, names, strict=True) if t < _NEVER)
        if not seen:
            return None
        said = listed([f"the {name} ({clock(t)})" for t, name in seen])
        missing = [name for t, name in zip(times, names, strict=True) if t == _NEVER]
        never = f"; never seen to {'leave' if goes else 'appear'}: {', '.join(missing)}" * bool(missing)
        what = "They leave in this order" if goes else "In order of appearance"
        return replace(together, kind="list", value=[name for _, name in seen], text=f"{what}: {said}{never}.")

    return Comparison(tuple(f"when does the {'last' if goes else 'first'} {name} {'leave' if goes else 'appear'}?"
                            for name in names), judge)  # fmt: skip


def _terms(text: str) -> list[str]:
    """The different things that a text names, in their order."""
    words = re.findall(r"[a-z]+", text.lower())
    out, k = [], 0
    while k < len(words):
        for n in (3, 2, 1):
            term = find_term(" ".join(words[k : k + n])) if k + n <= len(words) else None
            if term is not None and term not in ("thing",):
                out += [term] * (term not in out)
                k += n
                break
        else:
            k += 1
    return out


_FORMS = (
    _more_than, _busier, _oftener, _two_places, _which_place, _two_sides, _before_or_after, _nobody_longer, _in_order,
    _none_there, _besides,
)  # fmt: skip
