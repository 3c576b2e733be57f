"""A question in plainer words before it is read: "at what time did visitor #5 arrive?" asks for the fifth visitor.

The question reader learned from whole wordings; here are turns of phrase that strangers use for what it knows by other
words. Each rule says the same with words that the reader knows, so that what it understands stays one thing; what the
answer shows is the question as it was put. Found in questions of newcomers (LOG.md), checked on the exams.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import find_term
from pipeline.mentions import PEOPLE

_ORDINAL_OF = {number: word for word, number in reversed(ORDINALS.items()) if word.isalpha()}
_ONE_TO_TEN = r"(?:[1-9]|10|one|two|three|four|five|six|seven|eight|nine|ten)"
_SEEN = r"(?:there|here|visible|present|around|to be seen|(?:in|on) (?:the )?(?:view|sight|shot|frame|picture|screen|scene))"
_SOMEBODY = r"(?:some(?:body|one)|any(?:body|one)|a (?:person|customer|visitor|hand)|they|he|she|people)"
_TAKES = r"(?:take|remove|lift|grab|pick up|carry (?:away|off))"
_TAKEN = r"(?:picked up|lifted(?: up| off)?|grabbed|removed|taken(?: (?:away|off|out))?|carried (?:away|off))"
_WHICH = r"(?:left|right|middle|cent(?:re|er)|first|second|third|last|other)"
_SIZES = re.compile(
    r"\b(?:(?:very|really) )?(?:big|large|huge|giant|tiny|small|little|massive|enormous) (?=(?P<noun>[a-z]+(?: [a-z]+)?))",
    re.I,
)
_COLLECTIONS = frozenset(("number", "amount", "group", "crowd", "gap", "time", "break", "part"))


def _ordinal(found: re.Match[str]) -> str:
    """Such as "person number five", as "the fifth person"."""
    said, noun = found["n"].lower(), found["noun"].lower()
    if find_term(noun) is None and noun not in PEOPLE:
        return found[0]
    number = WORDS[said] if said in WORDS else int(said)
    word = _ORDINAL_OF.get(number)
    return f"the {word} {noun}" if word else found[0]


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.I), said)
    for pattern, said in (
        # who is spoken to, and what is only manners
        (r"^\W*(?:(?:mister|sir|madam|mom|mum|mommy|mummy|daddy|dad|dude|buddy|mate|bro|excuse me)\b[,! ]*)+", ""),
        (r"^\W*(?:dear|hi|hello|hey)(?: \w+){1,2}, ", ""),
        (r", (?:right|correct|is that (?:right|correct|so)|am i right|isn['’]t it)\s*\?*\s*$", "?"),
        # which one
        (rf"(?:\bthe )?\b(?P<noun>(?!the\b|a\b|an\b|is\b)[a-z]+) (?:number|no\.|nr\.?|#) ?(?P<n>{_ONE_TO_TEN})\b(?! \w+s\b|:)",
         _ordinal),
        (rf"(?:\bthe )?\b(?P<noun>visitor|person|pedestrian|customer|passer-by) (?P<n>{_ONE_TO_TEN})\b(?![:.]\d| \w+s\b| (?:second|minute|hour)\b)",
         _ordinal),
        (r"\bwhich (?:animal|vehicle|object|thing|one|of (?:them|these|the two)) (?=(?:came|comes?|appear(?:s|ed)?|arriv(?:es|ed)|left|leaves"
         r"|was (?:seen|there)|shows? up|showed up|turn(?:s|ed) up) (?:in )?first\b[^?]+\bor\b)", "which "),
        # when it is so
        (rf"^(?P<lead>\W*(?:and |so )?)between (?:which|what) (?:times|moments) (?:is|was|are|were) the (?P<x>(?!\w+ (?:empty|deserted))[a-z]+?)s?"
         rf" (?:{_SEEN}|on the [a-z]+)(?=\W*$)", r"\g<lead>from when to when was each \g<x> there"),
        (r"^(?P<lead>\W*(?:and |so )?)between (?:which|what) (?:times|moments) (?=is\b|was\b|are\b|were\b|did\b|does\b|do\b)",
         r"\g<lead>when "),
        (rf"\b(?P<when>when|times?|moments?|periods?|stretch(?:es)?|how long)\b(?P<on>[^,?]*?) (?:the |an? |any )?(?P<x>[a-z]+)"
         rf"(?:(?: is| was| are| were) not|(?: is| was| are| were)n['’]t|['’]s not) (?P<seen>{_SEEN})",
         r"\g<when>\g<on> no \g<x> is \g<seen>"),
        (rf"^(?P<lead>\W*(?:and |so )?)(?:until|till|up to) (?:when|what time) (?:is|was|are|were) (?P<x>[^,?]+?) (?:still )?{_SEEN}",
         r"\g<lead>when does \g<x> leave"),
        (r"\b(?P<while>while|when|whilst|as long as) (?P<x>the [a-z]+(?: [a-z]+)?) (?P<is>is|was) (?:standing|parked|waiting|stopped|sitting)"
         r"(?: still)?(?: there| here)?\b", r"\g<while> \g<x> \g<is> there"),
        (r"\b(?P<seen>appears?|seen|visible|there) (?:together )?with (?P<x>(?:the|an?|any|some) [a-z]+)(?=\W*$)",
         r"\g<seen> at the same time as \g<x>"),
        (r"^(?P<lead>\W*(?:please )?)(?:list|give me|show(?: me)?|name|note) (?:all |the |of )*(?:arrivals|visits|comings)\b(?=.*\b(?:times?|when)\b)[^?.!]*",
         r"\g<lead>when does each thing appear"),
        # empty
        (r"\bthe (?:camera|room|view|frame|picture|shot|video|clip|footage|recording|image|screen|picture) (?=(?:is |was |ever |completely |totally |ever )*"
         r"(?:empty|deserted|unoccupied|vacant)\b)", "the scene "),
        (r"\b(?:unoccupied|vacant)\b", "empty"),
        (r"^(?P<lead>\W*(?:[^,?]+, )?)(?:is|was) (?:the scene|it) (?:completely |totally )?empty\b(?=.*\d|.* (?:first|last)\b)",
         r"\g<lead>is nothing visible"),
        # going and coming back
        (r"\b(?P<goes>(?:go(?:es)?|went|walks?|walked|drives?|drove) (?:away|off|out)|leaves?|left) again\b", r"\g<goes>"),
        (rf"\b(?P<often>how (?:many times|often)) (?:was|were|is|are|did) (?P<x>(?:an?|the|any|one) [a-z]+(?: [a-z]+)?) (?:get )?{_TAKEN}",
         r"\g<often> does \g<x> disappear"),
        (rf"\bwhat (?:(?:is|was|gets?|got) {_TAKEN}|leaves|left|disappear(?:s|ed)|vanish(?:es|ed)|goes (?:away|missing)|went (?:away|missing)|is gone)"
         r" (?P<at>(?:at|around|about|near|close to)(?: around| about)? )(?=.*\d)", r"what happens \g<at>"),
        (rf"\b(?:does|did|do) {_SOMEBODY} (?:ever )?(?:put|bring|place|set|return) (?P<x>(?:an?|the|any|one) [a-z]+(?: [a-z]+)?) back\b",
         r"does \g<x> come back"),
        (rf"^(?P<lead>\W*(?:and |so )?)(?:does|did|do) {_SOMEBODY} (?:ever )?{_TAKES} (?P<x>(?:an?|the|any|one) (?:{_WHICH} )?[a-z]+)\b(?: away| off| out| up)?",
         r"\g<lead>does \g<x> leave"),
        (rf"\bwhen (?:does|did|do) {_SOMEBODY} {_TAKES} (?P<x>(?:an?|the) [a-z]+(?: [a-z]+)?)(?: away| off| out| up)?(?=\W*$| (?:for|at|the|between|after|before)\b)",
         r"when is \g<x> taken away"),
        (r"^(?P<lead>\W*(?:and |so )?)where (?:was|is|were|are) (?P<x>[^,?]+?) when (?:(?:it|he|she|they|you) )?(?:(?:was|were|is|are|saw|see) )?last seen\b",
         r"\g<lead>where does \g<x> leave"),
        # other words for the picture
        (r"^(?P<what>\W*(?:and |so )?what(?:['’]s| is| was)(?: there)?) on (?:the )?screen\b(?=.*\d)", r"\g<what> visible"),
    )
)  # fmt: skip


def said_plainly(text: str) -> str:
    """`text` in words that the question reader knows; as it is where no rule fits."""
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return _SIZES.sub(lambda found: "" if _is_thing(found["noun"]) else found[0], text)


def _is_thing(words: str) -> bool:
    """Do these one or two words name one thing, or begin with its name?"""
    words = words.lower()
    first = words.split()[0]
    said = next((w for w in (words, first) if find_term(w) is not None), None)
    return said is not None and first not in _COLLECTIONS and not said.endswith("s")
