"""Questions about shares, rates, breaks, single stays, and all of a kind one by one, read by their form (`measured`).

"What percentage of the time is somebody there?", "how many cars per hour?", "did the first person stay longer than the
last one?", "when does each bus come?": plain forms with few parts, which need no learning; what is not plain is left to
the question reader.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from data.meaning import LAST, Event, Question
from data.time_amounts import ORDINALS, WORDS, find_amounts
from data.vocabulary import THING, covered
from pipeline.mentions import PEOPLE, Mentions, TermMention, TimeMention, find_mentions
from pipeline.quantities import said_number
from pipeline.two_events import event_phrase

_NUMBER = rf"(?:\d+(?:\.\d+)?|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|days?)"
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_VIDEO = r"(?:time|video|clip|film|footage|recording|tape|period|duration|sequence|movie|whole)"
_NOBODY = re.compile(
    r"\b(?:nobody|no ?-?one|nothing|empty|deserted|unattended|unoccupied|vacant|free|not)\b|n['’]t\b", re.I
)
_EMPTY = re.compile(r"\b(?:nobody|no ?-?one|nothing|empty|deserted|unattended|unoccupied|vacant)\b", re.I)
_NO_THING = re.compile(r"\b(?:no|without(?: any| an?)?|not (?:a|any)) (?:\w+ )?$", re.I)
_PERSON = re.compile(rf"\b(?:{'|'.join(sorted(PEOPLE))}|no ?-?one|visits?|occupan\w+|unattended|unoccupied)\b", re.I)
_LEAVES = re.compile(
    r"\b(?:leav(?:e|es|ing)|left|depart\w*|exit\w*|go(?:es)? (?:away|off|out)|disappear\w*|taken|vanish\w*|goings?"
    r"|outs?(?= times?)|out times?)\b",
    re.I,
)
_COMES = re.compile(
    r"\b(?:com(?:e|es|ing|ings)|came|arriv\w*|enter\w*|entr(?:y|ies|ances?)|appear\w*|show(?:s|ed|ing)? up"
    r"|turn(?:s|ed|ing)? up|walk(?:s|ed)? in|in times?)\b",
    re.I,
)
_OTHER_LIMIT = re.compile(
    r"\b(?:before|after|while|until|till|since|once|during(?! (?:which|what)\b)|as soon as)\b", re.I
)
_NTH = re.compile(
    rf"\b(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|last|final)\b(?! (?:time|seconds?|minutes?|hours?)\b)", re.I
)


class _Form(NamedTuple):
    """family: what is asked where `pattern` is found, whose groups "n", "unit" and "part" name a length."""

    family: str
    pattern: re.Pattern[str]


def _form(family: str, *patterns: str) -> _Form:
    return _Form(family, re.compile("|".join(patterns), re.I))


_SHARE = r"(?:percent(?:age)?|per cent|proportion|(?<!to )share|fraction|part(?= of the time))\b(?! (?:the|its)\b)|%"
_BREAK = (
    r"(?:gaps?|breaks?|pauses?|lulls?|intermissions?|interruptions?|quiet (?:spells?|periods?|times?|phases?)"
    r"|idle (?:times?|periods?)"
    r"|(?:time|interval|wait|period)s?(?= (?:\w+ ){0,2}(?:between|in between|without|with no)\b))\b"
)
_BLOCK = rf"(?:(?P<n>{_NUMBER})[- ]?)?(?P<unit>{_UNIT})"
_MINUTES = rf"(?:(?P<n>{_NUMBER})[- ]?(?P<unit>{_UNIT})|(?P<unit2>minute|hour|day))"
"""A single second is a moment: "which second has the most cars?"."""
_EVERY = rf"(?:(?:in|for|of|during|over) (?:each|every)|each|every) {_BLOCK}\b"
_COUNTS = r"\b(?:how many|number of|count|counts|tally|totals?|figures?|how much)\b"
_UNBROKEN = (
    r"(?:without (?:a |any )?(?:break|interruption|pause|leaving|being interrupted|going)"
    r"|uninterrupted(?:ly)?|unbroken|continuous(?:ly)?|in one go|at a stretch|non-?stop)\b"
)
_TELL = r"\b(?:tell|list|note|log|when|give|show)\b"
_MOVES = r"(?:arrivals?|entr(?:y|ies)|entrances?|appearances|departures?|exits?)"
_FORMS = (
    _form("count_each", rf"{_COUNTS}.*\b{_EVERY}"),
    _form("count_each", rf"\b{_EVERY}.*{_COUNTS}"),
    _form("count_each", rf"\b(?P<unit>{_UNIT})[- ]by[- ](?:second|minute|hour|day)\b"),
    _form("count_each", r"\b(?P<unit>hour|dai|minute)ly (?:counts?|numbers?|figures?|totals?)\b"),
    _form("count_each", rf"{_COUNTS}.*\b(?:by|per) {_BLOCK}(?: (?:block|interval|bin)s?)\b"),
    _form("rate", rf"(?:\bper |(?<=\w)/){_BLOCK}\b"),
    _form(
        "rate",
        r"\b(?:how many|rate of|number of)\b.*(?<!\bat|\bin) an? (?P<unit>minute|hour|day)(?=\W*$| on average)",
    ),
    _form(
        "when_most",
        rf"\b(?:which|what|in which|busiest|peak|most active) (?:one |single )?{_MINUTES}\b"
        r".*\b(?:most|more|busiest|largest|highest|peak)\b",
    ),
    _form("when_most", rf"\b(?:busiest|peak|most active|most crowded) {_MINUTES}\b"),
    _form("when_most", rf"\b(?:which|what) (?P<part>half|third|quarter)\b.*\b{_VIDEO}\b.*\b(?:most|more|busie\w+)\b"),
    _form("shortest_gap", rf"\b(?:shortest|smallest|briefest|least|minimum|min) (?:\w+ ){{0,2}}{_BREAK}"),
    _form(
        "longest_gap",
        rf"\b(?:longest|biggest|largest|greatest|maximum|max) (?:\w+ ){{0,2}}{_BREAK}(?! (?:without|with no)\b)",
    ),
    _form(
        "mean_gap",
        rf"\b(?:average|mean|typical|avg) (?:\w+ ){{0,2}}{_BREAK}",
        r"\bhow (?:long|much time)\b.*\bon average between\b",
        r"\bhow (?:long|much time)\b.*\bbetween (?:two|one|each|the|visits)\b.*\bon average\b",
    ),
    _form(
        "longest_visit",
        rf"\b(?:longest|max(?:imum)?)\b.*\b{_UNBROKEN}",
        r"\b(?:longest|max(?:imum)?) (?:unbroken|uninterrupted|continuous|single) \w+",
    ),
    _form(
        "count_empty",
        r"\bhow (?:many times|often)\b"
        r".*\b(?:nobody|no ?-?one|empty|deserted|unattended|nothing|(?<!or )no)\b",
    ),
    _form("share", rf"(?:{_SHARE}).*\b{_VIDEO}\b"),
    _form(
        "share",
        r"\boccupan\w+\b.*(?:%|percent|per cent|rate|share|ratio)",
        r"(?:%|percent|rate|ratio)(?: of)? occupan\w+",
    ),
    _form(
        "stays_each",
        r"\bhow long (?:does|did|do|has|have|was|were|is|are) (?:each|every|all)\b",
        r"\bhow long each\b",
        r"\b(?:each|every) \S+['’]s? (?:stay|dwell|visit)\b",
        r"\bdwell times? (?:of|for) (?:each|every|all)\b",
        r"\b(?:list|show|give|name|log)\b.*\b(?:with|and) (?:their|all|the) (?:start and end )?times?\b",
        r"\b(?:each|every|all|list)\b.*\bfrom when (?:to|till|until) when\b",
    ),
    _form(
        "stays_ranked",
        r"\b(?:rank|sort|order|arrange)(?:ed)?\b.*\bby\b.*\b(?:duration|stays?|length|how long|dwell|time)\b",
        r"\b(?:longest to (?:the )?shortest|from longest|longest first)\b",
    ),
    _form(
        "when_each",
        r"\bwhen(?:ever)? (?:does|did|do|has|have|is|was) (?:each|every)\b",
        rf"\b(?:every|each) time\b.*{_TELL}",
        rf"{_TELL}.*\b(?:every|each) time\b",
        r"\b(?:arrival|entry|entrance|departure|exit|appearance|leaving) times\b",
        r"\btimes? of (?:each|every|all) \w+",
        rf"\b(?:list|all|every|each|log)\b.*\b{_MOVES}\b(?!.*\b(?:how many|number)\b)",
        r"\b(?:at )?(?:what|which) times\b(?!.*\b(?:most|least|more|nobody|empty|exactly|fewer)\b)",
    ),
    _form(
        "counts_change",
        r"\bhow (?:does|did|do|has|have) the (?:number|count|amount)\b"
        r".*\b(?:chang|var|develop|evolv|go(?:es)? up and down)\w*",
        r"\b(?:number|count|amount)s? of\b.*\bover (?:the )?(?:time|course)\b",
        r"\bhow many\b.*\bat each (?:moment|point|time)\b",
    ),
)


def measured(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """The question of `MEASURED` that a text is, or None.

    class_names: that the detector knows; duration_s: of the clip.
    """
    for read in (_stays_longer, _lasts, _share_of, _of_one_kind):
        if (question := read(text, class_names, duration_s)) is not None:
            return question
    return None


# ------------------------------------------------------------------------------------------------------------ one kind


def _of_one_kind(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    for form in _FORMS:
        if (found := form.pattern.search(text)) is None:
            continue
        mentions = find_mentions(text, class_names, duration_s)
        x = _kind_asked(text, mentions, class_names)
        times = [time for time in mentions.times if not (time.start < found.end() and found.start() < time.end)]
        stretches = [time for time in mentions.times if time.is_stretch]
        if x is None or (not stretches and _OTHER_LIMIT.search(text)) or len(times) > 1:
            return None
        family = _family(form.family, text, mentions)
        number = said_number(text, [(time.start, time.end) for time in mentions.times], "at_least")
        if family == "share" and number is not None and number > 1 and _ordinal(text) is None:
            return Question("share_at_least", x=x, nth=number, stretch=_stretch(stretches))
        nth = _ordinal(text) if family in ("share", "share_absent", "longest_visit") else None
        if family is None:
            return None
        return Question(
            family,
            x=x,
            nth=nth,
            t_s=_length(found, duration_s) if family in _OF_A_LENGTH else None,
            stretch=_stretch(stretches),
        )
    return None


def _stretch(times: list[TimeMention]) -> tuple[float, float] | None:
    return (times[0].t0, times[0].t1) if times else None


_OF_A_LENGTH = ("rate", "count_each", "when_most_come", "when_most_seen")


_EACH = frozenset(("when_each", "stays_each", "stays_ranked", "counts_change", "count_each"))
_NOT_ALL = re.compile(
    r"\b(?:first(?! to last| come)|last(?!s)|earliest|latest|final|next|top|bottom|above|below|preced\w+"
    rf"|{'|'.join(ORDINALS)}"
    r"|biggest|smallest|most|least|minimum|max(?:imum)?|average|mean|averag\w+|again|back"
    r"|re-?\w*entr\w*|re-?appear\w*"
    r"|gone|out of|sum\w*|add\w*|combined|total|length|type|kind|class(?:es)?|(?<!in )which(?! times\b)|sign in"
    r"|(?:number|entry) one|argmin|argmax|exactly|(?<=^)what (?!times)|closes?|ends? with|ends the)\b|#1|two lines",
    re.I,
)
"""Words of questions about one of them, or about a sum: "which entry comes last?"."""
_BETWEEN_ARRIVALS = re.compile(
    r"\bbetween (?:\w+ ){0,2}(?:arrivals|appearances|entries|comings|people (?:arriv|com|enter)\w+)\b"
    r"|\barrival intervals?\b",
    re.I,
)
_OF_OTHERS = re.compile(r"\b(?:other|how many|longer|shorter|entries|one line|rank \d|all things)\b", re.I)
_A_LENGTH = re.compile(rf"{_NUMBER}[- ]?{_UNIT}\b", re.I)
_SUPERLATIVE = re.compile(r"\b(?:smallest|largest|most|least|biggest|highest|lowest)\b", re.I)
_RATE_OF = re.compile(r"\b(?:how many|number|count|average|avg|rate|mean|throughput|traffic)\b", re.I)
_SPEED = re.compile(r"\b(?:km|kilomet\w+|miles?|met(?:er|re)s?|speed|fast|paid|frames?)\b", re.I)
_AT_WHAT = re.compile(r"\b(?:when|at (?:what|which) (?:time|moment|second|minute)|together|at once|same time)\b", re.I)
_SHORT = 6
"""Words of a rate that is asked for without a verb: "cars per hour"."""


def _family(family: str, text: str, mentions: Mentions) -> str | None:
    """What is asked for, by the words around; None where they ask for something else."""
    if family in ("when_each", "stays_each", "stays_ranked") and _OF_OTHERS.search(text):
        return None
    if family in _EACH and _NOT_ALL.search(_A_LENGTH.sub(" ", text)):
        return None
    if family == "share" and _SUPERLATIVE.search(text):
        return None
    if family == "rate" and (_SPEED.search(text) or not (_RATE_OF.search(text) or len(text.split()) <= _SHORT)):
        return None
    if family in ("when_most", "longest_visit") and _AT_WHAT.search(text):
        return None
    if family == "count_empty" and not (_EMPTY.search(text) or _without(text, mentions)):
        return None
    leaves, comes = bool(_LEAVES.search(text)), bool(_COMES.search(text))
    if family == "share" and (_NOBODY.search(text) or _without(text, mentions)):
        return "share_absent"
    if family in ("mean_gap", "longest_gap", "shortest_gap") and _BETWEEN_ARRIVALS.search(text):
        return "mean_interval" if family == "mean_gap" else None
    if family == "when_each" and not (leaves or comes):
        return None
    if family == "when_most":
        return "when_most_come" if comes and not leaves else "when_most_seen"
    if family == "when_each" and leaves:
        return "stays_each" if comes else "when_each_leaves"
    if family in ("rate", "count_each") and leaves:
        return None
    return family


def _without(text: str, mentions: Mentions) -> bool:
    return any(_NO_THING.search(text[: term.start]) for term in mentions.terms)


def _kind_asked(text: str, mentions: Mentions, class_names: tuple[str, ...]) -> str | None:
    """The one kind of thing that a text is about; None where it names several, or one that is not known."""
    if any(not term.known and term.term != THING for term in mentions.terms):
        return None
    named = {term.term for term in mentions.terms if term.term != THING and not term.loosely}
    if any(term.loosely for term in mentions.terms) or len(named) > 1:
        return None
    if named:
        return named.pop()
    return "person" if _PERSON.search(text) and "person" in class_names else THING


def _length(found: re.Match[str], duration_s: float) -> float:
    """Seconds of "30 seconds", "minute", "half"."""
    said = found.groupdict()
    if said.get("part"):
        return duration_s / {"half": 2, "third": 3, "quarter": 4}[said["part"].lower()]
    number, unit = (said.get("n") or "1").lower(), said["unit"] or said["unit2"]
    return (float(WORDS[number]) if number in WORDS else float(number)) * _UNIT_S[unit[0].lower()]


def _ordinal(text: str) -> int | str | None:
    said = _NTH.search(text)
    if said is None:
        return None
    word = said[0].lower()
    return LAST if word in ("last", "final") else ORDINALS.get(word) or int(re.match(r"\d+", word)[0])


# ------------------------------------------------------------------------------------------------ a share of the things

_OF = re.compile(rf"(?:{_SHARE}(?: of)?)\s*(?:of )?(?:all )?(?:the |these |those )?$", re.I)


def _share_of(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """Such as "what percentage of the vehicles are trucks?"."""
    terms = find_mentions(text, class_names, duration_s).terms
    if len({term.term for term in terms}) != 2 or any(not term.known for term in terms):
        return None
    whole = next((term for term in terms if _OF.search(text[: term.start])), None)
    if whole is None:
        return None
    part = next(term for term in terms if term.term != whole.term)
    if whole.term != THING and not set(covered(part.term, class_names)) <= set(covered(whole.term, class_names)):
        return None  # "what share of the people are on bicycles?"
    return Question("share_of", x=part.term, y=whole.term)


# --------------------------------------------------------------------------------------------------------- single stays

_ASKS = r"^\W*(?:(?:and|so|but|ok|okay|tell me (?:if|whether))\W+)*(?:do|does|did|is|was|are|were|has|had|have)\b"
_STAY = re.compile(
    r"\b(?:stay(?:s|ed|ing)?|remain(?:s|ed|ing)?|visible|there|here|present|around|linger(?:s|ed|ing)?"
    r"|wait(?:s|ed|ing)?|(?:in|on) (?:view|sight|shot|frame|screen|camera|the (?:picture|frame|scene|video|shot))"
    r"|been|being|seen|for|time"
    r"|spen[dt]s?|stand(?:s|ing)?|stood|at the \w+|a)\b",
    re.I,
)
_MORE, _LESS = r"longer|more time", r"shorter|briefer|less long|less time"
_HOW = rf"(?P<how>{_MORE}|{_LESS})"
_TWO = (
    re.compile(rf"{_ASKS} (?P<a>.+?) {_HOW}\b.*?\bthan (?P<b>.+)$", re.I),
    re.compile(
        rf"\b(?:who|which|what)\b.*?\b{_HOW}\b[^:,?]*?[:,]? (?:the |is it |was it )?(?P<a>[^:,?]+?)(?:,? or)"
        r" (?P<b>.+)$",
        re.I,
    ),
    re.compile(
        rf"\bhow much {_HOW}\b (?:(?:do|does|did|is|was) )?(?P<a>.+?)\b(?:than|compared (?:with|to)|as) (?P<b>.+)$",
        re.I,
    ),
)


def _stays_longer(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """Such as "did the first person stay longer than the last one?", "who is there longer, the bus or the car?"."""
    for pattern in _TWO:
        if (found := pattern.search(text)) is None:
            continue
        phrases = [event_phrase(_STAY.sub(" ", found[name]), class_names, duration_s) for name in "ab"]
        if None in phrases or any(phrase.change for phrase in phrases):
            continue
        thing = phrases[0].thing or phrases[1].thing
        if thing is None:
            thing = "person" if _PERSON.search(text) and "person" in class_names else THING
        one, two = (Event(phrase.thing or thing, "appears", phrase.nth) for phrase in phrases)
        if one == two:
            continue
        if re.fullmatch(_LESS, found["how"], re.I):
            one, two = two, one
        return Question("stays_longer", event=one, other=two)
    return None


_THAN = (
    ("lasts_longer", r"(?:for )?(?:longer than|more than|over|at least|upwards? of)"),
    ("lasts_shorter", r"(?:for )?(?:shorter than|less than|under|below|not even)"),
)
_THE = re.compile(r"\b(?:the|this|that|my) $", re.I)


def _lasts(text: str, class_names: tuple[str, ...], duration_s: float) -> Question | None:
    """Such as "is the second person there for longer than 20 seconds?"."""
    if not re.search(_ASKS, text, re.I) or not _STAY.search(text):
        return None
    for family, words in _THAN:
        for found in re.finditer(rf"\b{words} ", text, re.I):
            amounts = [a for a in find_amounts(text.lower(), 1e9) if a.start == found.end() and not a.clock]
            terms = find_mentions(text[: found.start()], class_names, duration_s).terms
            if not amounts or len(terms) != 1 or not terms[0].known:
                continue
            nth = _ordinal(text[: terms[0].start])
            if nth is None and not _is_one(text, terms[0]):
                continue
            return Question(family, x=terms[0].term, nth=nth, t_s=amounts[0].seconds)
    return None


def _is_one(text: str, term: TermMention) -> bool:
    return bool(_THE.search(text[: term.start])) and not text[term.start : term.end].lower().endswith("s")
