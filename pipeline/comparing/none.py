"""Questions whether nothing is there, and what there is besides something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.time_reading import find_times
from data.vocabulary import find_term, kinds_above
from pipeline.answers import Answer
from pipeline.comparing.comparison import POLITE, Comparison, said_first, terms_in
from pipeline.telling.sentences import without_yes_no

_EMPTY = re.compile(
    r"\W*(?P<when>(?:at|in|during|from|between|after|before|around)\b[^?]*?,? )?(?:is|was) (?P<who>(?:the"
    r" (?:scene|room|street"
    r"|road|shop|store|place|picture|frame|view|shot|image|yard|park|hall|camera|video|square|kitchen|office"
    r"|beach)|it|there)"
    r" (?:completely |totally |all )?(?:empty|deserted|unoccupied|vacant|nobody|no ?-?one|nothing)|nobody|no"
    r" ?-?one|nothing)\b"
    r"(?: (?:there|visible|present|around|to be seen|in (?:view|sight|shot|frame)))*(?P<later> [^?]+)?\W*$",
    re.I,
)
_OTHERWISE = re.compile(
    r"\b(?:ever|when|how|longer|more|than|or|why|who|what|which|new|long|and|until|again|at (?:some|any)"
    r"|sometimes?|once|twice"
    r"|times|for (?:\d|an?\b|at least|the)|most|whole(?! first| last)|entire|always|throughout|all the time|but|except"
    r"|least|(?<!first )(?<!second )(?<!last )(?<!other )half)\b",
    re.I,
)
_NONE_OF = re.compile(
    rf"\W*{POLITE}(?:(?:is it (?:true|correct|right|the case) that|true or false:?) )?(?:there (?:is|was"
    rf"|are|were) )?(?:no|not a"
    rf" single|not any) "
    r"(?P<x>[a-z]+(?: [a-z]+)?)(?: (?:is|was|were|are))?(?: (?P<does>there|visible|in sight|appear(?:s|ed)?"
    r"|seen|c(?:a|o)mes?(?: by)?"
    r"|pass(?:es|ed)?(?: by)?|cross(?:es|ed)?(?: the \w+)?|enter(?:s|ed)?|show(?:s|ed)? up))?(?P<later> (?:at"
    r"|in|during|from|between"
    r"|after|before|around)\b[^?]*)?\W*$",
    re.I,
)


_SAYS_NOT = re.compile(
    rf"\W*{POLITE}(?:is it (?:true|correct|right|the case) that|true or false:?|(?:is|was) it so that)"
    rf" (?P<x>(?:the |an? )?[a-z]+(?: [a-z]+)?)"
    r" (?:(?:is|was|are|were) (?:not|never)|(?:is|was|are|were)n['’]t) (?P<seen>there|visible|present|in"
    r" (?:view|sight|the picture))"
    r"(?P<later> [^?]+)?\W*$",
    re.I,
)
_NOBODY_COMES = re.compile(
    rf"\W*{POLITE}(?:does|did|has) (?P<who>nobody|no ?-?one|no [a-z]+)(?: ever)? (?P<does>come|enter|show"
    rf" up|appear|arrive|leave|walk) ?"
    r"(?P<later>[^?]*?)\W*$",
    re.I,
)
_EMPTY_END = re.compile(
    rf"\W*{POLITE}(?:does|did) (?:the |this )?(?:video|clip|recording|film|it) (?P<end>start|begin|open"
    rf"|end|finish|close) (?:with|in) "
    r"(?:an? )?(?:empty|deserted) (?:room|scene|picture|frame|street|place|shop)\W*$",
    re.I,
)


_GONE_AT = re.compile(
    rf"\W*{POLITE}(?:is|was) (?P<x>(?:the|my|our) [a-z]+(?: [a-z]+)?) (?:already )?(?:gone|missing|away|absent)"
    r" (?P<later>(?:at|by|around|in(?! under| less)|during|between|after|before) [^?]+?)\W*$",
    re.I,
)


def _plain_none(text: str) -> tuple[str, str] | None:
    """Who would be there, and when, of a text that says that none is; None of any other."""
    if (end := _EMPTY_END.match(text)) is not None:
        begins = end["end"].lower() in ("start", "begin", "open")
        return "is anything visible", "at the very start" if begins else "at the very end"
    if (gone := _GONE_AT.match(text)) is not None and find_times(gone["later"], 1e6):
        later = re.sub(r"^by ", "at ", gone["later"], flags=re.I)
        return f"is {gone['x']} visible", later
    if (denied := _SAYS_NOT.match(text)) is not None:
        return f"is {denied['x']} {denied['seen']}", (denied["later"] or "").strip()
    if (comes := _NOBODY_COMES.match(text)) is not None:
        who = re.sub(r"^no ", "any ", re.sub(r"nobody|no ?-?one", "anybody", comes["who"], flags=re.I), flags=re.I)
        return f"does {who} {comes['does']}", comes["later"].strip()
    return None


def _none_there(text: str) -> Comparison | None:
    """Such as "was the room empty from 0:45 to 0:50?", "is it true that no dog came by?": whether nothing is there."""
    if (plain := _plain_none(text)) is not None:
        asks, when = plain
    elif (found := _EMPTY.match(text)) is not None and not _OTHERWISE.search(text):
        who = "anybody" if re.search(r"nobody|no ?-?one|unoccupied|vacant", found["who"], re.I) else "anything"
        asks, when = f"is {who} visible", f"{found['when'] or ''}{found['later'] or ''}".strip(" ,")
    elif (found := _NONE_OF.match(text)) is not None and re.match(r"\W*(?:is it|true or false)", text, re.I):
        if find_term(found["x"].lower()) is None:
            return None
        asks, when = f"is any {found['x']} visible", (found["later"] or "").strip()
    else:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "yes_no" or not isinstance(answers[0].value, bool):
            return None
        plain = without_yes_no(together.text)
        return said_first(
            replace(together, text=plain), "No" if answers[0].value else "Yes", "yes_no", not answers[0].value
        )

    return Comparison((f"{asks}{f' {when}' if when else ''}?",), judge)


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
    names = terms_in(found["x"]) if found is not None else []
    if len(names) != 1:
        return None

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if answers[0].kind != "list" or not isinstance(answers[0].value, list):
            return None
        rest = [name for name in answers[0].value if names[0] not in (name, *kinds_above(name))]
        said = f"Besides the {names[0]}: {', '.join(rest)}." if rest else f"Nothing besides the {names[0]} is seen."
        shown = tuple(piece for piece in together.evidence if piece.class_name in rest)
        return replace(together, kind="list", value=rest, text=said, evidence=shown)

    return Comparison(("which kinds of thing are visible?",), judge)


FORMS = (_none_there, _besides)
