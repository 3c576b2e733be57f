"""A question in plainer words before it is read: "at what time did visitor #5 arrive?" asks for the fifth visitor.

The question reader learned from whole wordings; here are turns of phrase that strangers use for what it knows by other
words. Each rule says the same with words that the reader knows, so that what it understands stays one thing; what the
answer shows is the question as it was put. Found in questions of newcomers (LOG.md), checked on the exams.
"""

from __future__ import annotations

import re

from data.time_amounts import ORDINALS, WORDS
from data.vocabulary import find_term, noun
from pipeline.asking.mentions import PEOPLE
from pipeline.asking.plain_moments import MOMENTS, SEEN, TYPED, WHICH, Said

_ORDINAL_OF = {number: word for word, number in reversed(ORDINALS.items()) if word.isalpha()}
_ONE_TO_TEN = r"(?:[1-9]|10|one|two|three|four|five|six|seven|eight|nine|ten)"
_SOMEBODY = r"(?:some(?:body|one)|any(?:body|one)|a (?:person|customer|visitor|hand)|they|he|she|people)"
_TAKES = r"(?:take|remove|lift|grab|pick up|carry (?:away|off))"
_TAKEN = r"(?:picked up|lifted(?: up| off)?|grabbed|removed|taken(?: (?:away|off|out))?|carried (?:away|off))"
_SIZES = re.compile(
    r"\b(?:(?:very|really) )?(?:big|large|huge|giant|tiny|small|little|massive|enormous)"
    r" (?=(?P<noun>[a-z]+(?: [a-z]+)?))",
    re.I,
)
MOST_COUNTED = 4
"""A higher number of a thing is more likely its name."""
_COLLECTIONS = frozenset(("number", "amount", "group", "crowd", "gap", "time", "break", "part"))


def _ordinal(found: re.Match[str]) -> str:
    """Such as "person number five", as "the fifth person"."""
    said, name = found["n"].lower(), found["noun"].lower()
    number = WORDS[said] if said in WORDS else int(said)
    term = find_term(name)
    somebody = term == "person" or name in PEOPLE
    if not somebody and (term is None or number > MOST_COUNTED):
        return found[0]  # "bus number 7" has its number written on it
    if term is not None and name == noun(term).plural != noun(term).singular:
        return found[0]  # "the cars number three": there are three of them
    word = _ORDINAL_OF.get(number)
    return f"the {word} {name}" if word else found[0]


def _so_many(found: re.Match[str]) -> str:
    """Such as "does a second cup ever appear?": are there two, or more?"""
    number = {"second": "two", "third": "three", "fourth": "four"}[found["nth"].lower()]
    term = find_term(found["x"].lower())
    return f"{found['lead']}are there at least {number} {noun(term).plural if term else found['x']}"


def _seen_instead(found: re.Match[str]) -> str:
    """What is away the longest is seen for the shortest time."""
    far = "shortest" if found["far"].lower() == "longest" else "longest"
    return f"which {found['of']} is visible for the {far} time"


def _each_there(found: re.Match[str]) -> str:
    """From when to when each of a thing was there; as it is where it is no known thing."""
    term = find_term(found["x"].lower())
    return found[0] if term is None else f"{found['lead']}from when to when was each {noun(term).singular} there"


def _none_there(found: re.Match[str]) -> str:
    """When something is not there, as when none is; not of one certain thing ("the second bus", "the left bottle")."""
    if re.search(rf"\b(?:{'|'.join(ORDINALS)}|left|right|middle|last|other)\s*$", found["on"], re.I):
        return found[0]
    return f"{found['when']}{found['on']} no {found['x']} is {found['seen']}"


def _leaves(found: re.Match[str]) -> str:
    """What somebody takes leaves; but nobody takes a bus, or a seat, away."""
    words = found["x"].lower().split()
    term = find_term(words[-1])
    if term is None or words[-1] in _NOT_TAKEN:
        return found[0]
    return f"{found['lead']}does {found['x']} leave"


_NOT_TAKEN = frozenset(("bus", "train", "taxi", "car", "boat", "plane", "picture", "photo", "seat", "chair", "bench"))


def _between_two(found: re.Match[str]) -> str:
    """Such as "between the two buses": when the first has gone and before the second comes."""
    term = find_term(found["x"].lower())
    if term is None:
        return found[0]
    name = noun(term).singular
    return f"between the first {name} leaving and the second {name} appearing"


_LEAD = r"^(?P<lead>\W*(?:and |so )?)"
_IS = r"(?:is|was|are|were)"
_DOES = r"(?:does|did|do)"
_A_THING = r"(?P<x>(?:an?|the|any|one) [a-z]+(?: [a-z]+)?)"
_ONE_THING = rf"(?P<x>(?:an?|the|any|one) (?:{WHICH} )?[a-z]+)\b"
_NUMBER_WORDS = r"(?:number|no\.|nr\.?|#)"
_PICTURES = (
    r"(?:camera|room|view|frame|picture|shot|video|clip|footage|recording|image|screen|street|road|hall|shop"
    r"|yard|park|square"
    r"|pavement|crossing|junction|path|beach|platform|place)"
)
_TO_WHOM = r"(?:mister|sir|madam|mom|mum|mommy|mummy|daddy|dad|dude|buddy|mate|bro|excuse me)"
_FIRST_COMES = (
    r"(?:came|comes?|appear(?:s|ed)?|arriv(?:es|ed)|left|leaves|was (?:seen|there)|shows? up|showed up"
    r"|turn(?:s|ed) up) (?:in )?first\b"
)
_GOES_AT = (
    rf"(?:(?:is|was|gets?|got) {_TAKEN}|leaves|left|disappear(?:s|ed)|vanish(?:es|ed)|goes (?:away|missing)"
    r"|went (?:away|missing)|is gone)"
)

_MANNERS: tuple[tuple[str, Said], ...] = (
    (rf"^\W*(?:{_TO_WHOM}\b[,! ]*)+", ""),
    (r"^\W*(?:dear|hi|hello|hey)(?: \w+){1,2}, ", ""),
    (
        r"^\W*(?:excuse me\W+)?(?:would you mind (?:telling me|saying)|(?:can|could) you (?:please |kindly"
        r" )?(?:tell me|say)"
        r"(?: (?:whether|if))?)[, ]+(?=(?:how|when|what|which|who|where|is|are|was|were|does|did|there)\b)",
        "",
    ),
    (r"(?<!left), (?:right|correct|is that (?:right|correct|so)|am i right|isn['’]t it)\s*\?*\s*$", "?"),
)
_WHICH_ONE: tuple[tuple[str, Said], ...] = (
    (
        rf"(?:\bthe )?\b(?P<noun>(?!the\b|a\b|an\b|is\b)[a-z]+) {_NUMBER_WORDS} ?(?P<n>{_ONE_TO_TEN})\b(?! \w+s\b|:)",
        _ordinal,
    ),
    (
        rf"(?:\bthe )?\b(?P<noun>visitor|person|pedestrian|customer|passer-by) (?P<n>{_ONE_TO_TEN})\b"
        r"(?![:.]\d| \w+s\b| (?:second|minute|hour)\b)",
        _ordinal,
    ),
    (
        rf"\bwhich (?:animal|vehicle|object|thing|one|of (?:them|these|the two)) (?={_FIRST_COMES}[^?]+\bor\b)",
        "which ",
    ),
)
_WHEN: tuple[tuple[str, Said], ...] = (
    (
        rf"{_LEAD}between (?:which|what) (?:times|moments) {_IS} the (?P<x>(?!\w+ (?:empty|deserted))[a-z]+)"
        rf" (?:{SEEN}|on the [a-z]+)(?=\W*$)",
        _each_there,
    ),
    (rf"{_LEAD}between (?:which|what) (?:times|moments) (?={_IS}\b|{_DOES}\b)", r"\g<lead>when "),
    (
        r"\b(?P<when>when|times?|moments?|periods?|stretch(?:es)?|how long)\b(?P<on>[^,?]*?) (?:the |an? |any )?"
        rf"(?P<x>[a-z]+)(?: {_IS} not| {_IS}n['’]t|['’]s not) (?P<seen>{SEEN})",
        _none_there,
    ),
    (
        rf"{_LEAD}(?:until|till|up to) (?:when|what time) {_IS} (?P<x>[^,?]+?) (?:still )?{SEEN}",
        r"\g<lead>when does \g<x> leave",
    ),
    (
        r"\b(?P<while>while|when|whilst|as long as) (?P<x>the [a-z]+(?: [a-z]+)?) (?P<is>is|was)"
        r" (?:standing|parked|waiting|stopped|sitting)(?: still)?(?: there| here)?\b",
        r"\g<while> \g<x> \g<is> there",
    ),
    (
        r"\b(?P<seen>appears?|seen|visible|there) (?:together )?with (?P<x>(?:the|an?|any|some) [a-z]+)(?=\W*$)",
        r"\g<seen> at the same time as \g<x>",
    ),
    (
        r"^(?P<lead>\W*(?:please )?)(?:list|give me|show(?: me)?|name|note) (?:all |the |of )*"
        r"(?:arrivals|visits|comings)\b(?=.*\b(?:times?|when)\b)[^?.!]*",
        r"\g<lead>when does each thing appear",
    ),
)
_INTERVALS = r"(?:time )?(?:intervals?|spans?|periods?|stretches|ranges|moments|times)"
_LIST = r"^(?P<lead>\W*(?:please )?)(?:list|name|give(?: me)?|show(?: me)?|what are|tell me)(?: all(?: of)?)?(?: the)?"
_ALL_TIMES: tuple[tuple[str, Said], ...] = (
    (
        rf"{_LIST} {_INTERVALS} (?:(?:during|in|at) which|when|where|that)(?: there (?:is|are|was|were))?"
        rf" (?P<none>nobody|no[ -]?one|nothing|no [a-z]+|without (?:any )?[a-z]+)(?: (?:is|are|was"
        rf"|were))?(?: {SEEN})?",
        r"\g<lead>when is \g<none> there",
    ),
    (
        rf"{_LIST} {_INTERVALS} (?:(?:during|in|at) which|when|where|that) (?:the |an? |any )?(?P<x>[a-z]+)"
        rf" (?:is|are|was|were|can be)(?: {SEEN}| seen)(?=\W*$)",
        _each_there,
    ),
    (
        rf"\b(?P<when>when|(?:at|during) (?:which|what) times?) (?:is|was|are|were) (?:the |an? |any )?(?P<x>[a-z]+)"
        rf" not (?P<seen>{SEEN})",
        r"\g<when> is no \g<x> \g<seen>",
    ),
    (
        r"\b(?:what (?:is|was)|how long (?:is|was)) the longest (?:continuous |unbroken |uninterrupted"
        r" )?(?:period|stretch|time"
        r"|span|phase) (?:with|of|in which there (?:are|were)|with exactly) (?P<n>(?:exactly |just |only )?"
        rf"{_ONE_TO_TEN} [a-z]+)(?: {SEEN}| at once)?(?=\W*$)",
        r"when are exactly \g<n> there",
    ),
    (
        r"\b(?:the )?(?P<far>longest|shortest) (?:time|period|stretch) (?:that )?(?:the |an? )?(?P<x>[a-z]+)"
        r" (?:stayed|stays|was|is|remained) (?:away|gone|absent|missing|out of (?:sight|view|frame))",
        r"the \g<far> break without the \g<x>",
    ),
    (
        r"\bhow (?:often|many times) (?:does|did|do) the number of (?P<x>[a-z]+) change(?:s)?\b",
        r"how does the number of \g<x> change",
    ),
    (
        rf"{_LEAD}(?P<is>is|was|are|were) (?:the |an? |any )?(?P<x>[a-z]+) ever (?:out of (?:sight|view"
        rf"|frame|shot)|not {SEEN}"
        r"|absent|missing|away|hidden)(?=\W*$)",
        r"\g<lead>is there ever no \g<x> there",
    ),
    (
        rf"{_LEAD}(?:does|did) (?P<x>(?:the |an? )?[a-z]+(?: [a-z]+)?) (?:stay|remain)(?: there)? (?:until"
        rf"|till|to) the (?:very )?end"
        r"(?: of the (?:video|clip|recording|film|footage))?(?=\W*$)",
        r"\g<lead>is \g<x> visible at the end",
    ),
    (
        rf"{_LEAD}(?P<is>is|are|was|were) (?P<x>(?:the |an? )?[a-z]+(?: [a-z]+)?) still (?P<seen>{SEEN}) (?=at\b)",
        r"\g<lead>\g<is> \g<x> \g<seen> ",
    ),
)
_TWO: tuple[tuple[str, Said], ...] = (
    (
        r"(?:\b(?:by|at) |(?<=\bthere )|(?<=\bvisible )|(?<=\bgone ))(?P<t>\d+ (?:seconds?|secs?|minutes?)"
        r"|half a minute|a minute) in(?:to (?:the |this )?(?:video|clip))?"
        r"(?=\W*$)",
        r"at \g<t>",
    ),
    (
        rf"{_LEAD}(?P<is>is|was|were|are) (?:any(?:body|one)|some(?:body|one)|any people)(?: {SEEN})+(?=\W*$"
        r"| (?:at|in|between|from|during|after|before|around|by|when|while)\b)",
        r"\g<lead>is there a person",
    ),
    (r"\b(?P<just>just|only) a single (?=[a-z]+)", r"\g<just> one "),
    (
        rf"{_LEAD}what(?:['’]s| is| was) the (?:shortest|least) (?:time|period|while)(?: that)?"
        rf" {_A_THING} {_IS} {SEEN}(?=\W*$)",
        r"\g<lead>how long is the shortest stay of \g<x>",
    ),
    (
        r"\bwhich (?P<x>[a-z]+)\b(?P<does>.+?)(?P<a>\bthe (?:first|second|third|fourth|last)) (?:one )?or (?P<b>the"
        r" (?:first|second|third|fourth|last))(?: one)?(?=\W*$)",
        r"which \g<x>\g<does>\g<a> \g<x> or \g<b> \g<x>",
    ),
    (
        rf"{_LEAD}is the (?:duration|length|stay) of (?P<a>the [a-z]+ [a-z]+) (?P<more>longer|shorter)"
        rf" than (?:that|the duration|the one)"
        r" of (?P<b>the [a-z]+ [a-z]+)",
        r"\g<lead>is \g<a> visible \g<more> than \g<b>",
    ),
    (
        r"^(?P<lead>\W*(?:and |so )?)between (?P<when>[^,?]+?),? (?P<asks>(?:how many|what|which"
        r"|who)\b[^?]*?)(?=\W*$)",
        r"\g<lead>\g<asks> between \g<when>",
    ),
    (
        rf"{_LEAD}(?:does|did|is there|was there)(?: ever)? a (?P<nth>second|third|fourth) (?P<x>[a-z]+)"
        r"(?: ever)?(?: (?:appear|come(?: in)?|show up|there|visible|turn up))?(?=\W*$)",
        _so_many,
    ),
    (
        rf"\bwhich (?P<of>(?:of the [a-z]+ )?[a-z]+) {_IS} (?:missing|absent|away|gone)(?: for)? (?:the )?"
        r"(?P<far>longest|shortest)(?: total)?(?: time)?(?: overall| in total| in one go| at a stretch)?"
        r"(?:, (?:left|right|middle|the left|the right|the middle)[a-z, ]*)?(?=\W*$)",
        _seen_instead,
    ),
    (
        rf"\bhow many seconds {_IS} (?P<just>only|just|exactly) (?P<n>{_ONE_TO_TEN}) (?P<x>[a-z]+)(?:"
        rf" (?:standing|visible|there|left))*(?=\W*$)",
        r"how long are \g<just> \g<n> \g<x> visible",
    ),
    (r"\bbetween the two (?P<x>[a-z]+)(?=\W*$)", _between_two),
)
_ON_IT = (
    r"(?:on|at|in|near|around) (?:the|my|our|your|that|this) (?:table|bench|desk|shelf|counter|street|road|room"
    r"|square"
    r"|yard|garden|shop|store|hall|motorway|highway|pavement|sidewalk|lab)"
)
_WHERE: tuple[tuple[str, Said], ...] = (
    (
        rf"\b(?P<how>how many (?:of the )?[a-z]+(?: (?:are|were|is|was|stood|stand|standing|do you see|can"
        rf" (?:you|we) see))"
        rf"(?: there| visible| standing)?) {_ON_IT}\b",
        r"\g<how>",
    ),
    (
        rf"\b(?P<how>how long {_IS} (?:there )?(?:(?:just|only|exactly) )?[a-z]+ [a-z]+(?: visible|"
        rf" standing)?) {_ON_IT}\b",
        r"\g<how>",
    ),
)
_EMPTY: tuple[tuple[str, Said], ...] = (
    (
        rf"\bthe {_PICTURES} (?=(?:is |was |ever |completely |totally )*(?:empty|deserted|unoccupied|vacant)\b)",
        "the scene ",
    ),
    (r"\b(?:unoccupied|vacant)\b", "empty"),
)
_GOES_AND_COMES: tuple[tuple[str, Said], ...] = (
    (
        r"\b(?P<goes>(?:go(?:es)?|went|walks?|walked|drives?|drove) (?:away|off|out)|leaves?|left) again\b",
        r"\g<goes>",
    ),
    (
        r"\b(?P<is>is|was|are|were) (?P<x>the [a-z]+(?: [a-z]+)?) (?P<gone>gone|away) again\b",
        r"\g<is> \g<x>"
        r" \g<gone>",
    ),
    (
        rf"\b(?P<often>how (?:many times|often)) (?:{_IS}|did) {_A_THING} (?:get )?{_TAKEN}",
        r"\g<often> does \g<x> disappear",
    ),
    (
        rf"\bwhat {_GOES_AT} (?P<at>(?:at|around|about|near|close to)(?: around| about)? )(?=.*\d)",
        r"what happens \g<at>",
    ),
    (
        rf"\b{_DOES} {_SOMEBODY} (?:ever )?(?:put|bring|place|set|return) {_A_THING} back\b",
        r"does \g<x> come back",
    ),
    (
        rf"{_LEAD}{_DOES} {_SOMEBODY} (?:ever )?{_TAKES} {_ONE_THING}(?: away| off| out| up)?",
        _leaves,
    ),
    (
        rf"\bwhen {_DOES} {_SOMEBODY} {_TAKES} {_A_THING}(?: away| off| out| up)?"
        r"(?=\W*$| (?:for|at|the|between|after|before)\b)",
        r"when is \g<x> taken away",
    ),
    (
        rf"{_LEAD}(?:does|did|is|was) (?:anybody|anyone|somebody|someone|a person) (?:carry|carrying|have"
        rf"|having|wear|wearing)"
        r" (?P<x>(?:an?|any) (?:backpack|rucksack|bag|handbag|suitcase|umbrella))(?=\W*$)",
        r"\g<lead>is there \g<x>",
    ),
    (
        rf"{_LEAD}where {_IS} (?P<x>[^,?]+?) when (?:(?:it|he|she|they|you) )?"
        r"(?:(?:was|were|is|are|saw|see) )?last seen\b",
        r"\g<lead>where does \g<x> leave",
    ),
    (
        rf"{_LEAD}(?P<what>what(?:['’]s| is| was)(?: there)?) on (?:the )?screen\b(?=.*\d)",
        r"\g<lead>\g<what> visible",
    ),
)
_PLACES = tuple((re.compile(pattern, re.I), said) for pattern, said in _WHERE)
_ON_IT_AT = re.compile(_ON_IT, re.I)
_RULES = tuple(
    (re.compile(pattern, re.I), said)
    for pattern, said in (
        *(
            *TYPED,
            *_MANNERS,
            *_WHICH_ONE,
            *MOMENTS,
            *_TWO,
            *_ALL_TIMES,
            *_WHERE,
            *_WHEN,
            *_EMPTY,
            *_GOES_AND_COMES,
        ),
    )
)


def set_aside(text: str) -> tuple[str, ...]:
    """Words of places and sizes that a question is read without: "on the bench", "small"."""
    sizes = [found[0].strip() for found in _SIZES.finditer(text) if _is_thing(found["noun"])]
    places = [match[0] for pattern, _ in _PLACES if pattern.search(text) for match in _ON_IT_AT.finditer(text)]
    return tuple(dict.fromkeys((*sizes, *places)))


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
    return said is not None and first not in _COLLECTIONS and said != noun(find_term(said)).plural.lower()


def with_mark(text: str) -> str:
    """`text` with a question mark, where it asks and has none: the question reader leans on it."""
    return f"{text.rstrip()}?" if _ASKS.match(text) and not _ENDS.search(text) else text


_ASKS = re.compile(
    r"\W*(?:how|what|which|who|whose|when|where|is|are|was|were|do|does|did|has|have|had|can|could)\b", re.I
)
_ENDS = re.compile(r"[^\w\s'\")\]]\s*$")
