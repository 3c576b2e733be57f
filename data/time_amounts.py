"""Amounts of time and clock times in a text: "1:05", "one minute five", "95 s", "halfway", "half an hour"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ONES += ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: n for n, word in enumerate(ONES)} | {word: 10 * n for n, word in enumerate(TENS, 2)}
UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuets", "mintues"), 60.0),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "secounds", "secnods"), 1.0),
}
ORDINAL_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL_WORDS += ("eleventh", "twelfth")
_FAR = {13: "thirteenth", 14: "fourteenth", 15: "fifteenth", 16: "sixteenth", 17: "seventeenth", 18: "eighteenth",
        19: "nineteenth", 100: "hundredth"}  # fmt: skip
for _n, _tens in enumerate(TENS, 2):
    _FAR[10 * _n] = f"{_tens[:-1]}ieth"
    _FAR |= {10 * _n + k: f"{_tens}-{ORDINAL_WORDS[k - 1]}" for k in range(1, 10)}
ORDINALS = {word: n for n, word in enumerate(ORDINAL_WORDS, 1)} | {word: n for n, word in sorted(_FAR.items())[::-1]}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
ORDINALS |= {f"{n}{_ENDINGS.get(n % 10, 'th') if n // 10 != 1 else 'th'}": n for n in range(1, 101)}
"""Words and digits, up to the hundredth."""
_LATER = "|".join(word for word in ORDINALS if word[0] > "9" and word != "first")
LATER_ORDINAL = re.compile(rf"\b(?:{_LATER}|\d+(?:st|nd|rd|th))\b", re.I)
"""An ordinal from the second on."""
VIDEO = r"(?:video|vid|clip|film|footage|recording|tape|stream|vod)"


@dataclass(frozen=True, slots=True)
class Amount:
    """A length or point of time at text[start:end]. clock: certainly a point; loose: only a point if words say so."""

    start: int
    end: int
    seconds: float
    clock: bool = False
    loose: bool = False


_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z']+|\S")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(\.\d+)?(?!\d|:\d)")
_NUMBERED = re.compile(
    r"\b(minute|hour|(?:(?<=\bat )|(?<=\bon )|(?<=\bin )|(?<=\bto )|(?<=\band )|(?<=\bfrom )|(?<=\bthe )|(?<=\bafter )"
    r"|(?<=\buntil )|(?<=\bbefore )|(?<=\bbetween ))second) (\d+)\b(?!:\d| (?:minute|second|hour)| of )"
)
_FROM_TO = re.compile(
    r"\b(seconds?|secs?|minutes?|mins?|hours?|hrs?) (\d+(?:\.\d+)?)"
    r"( ?- ?| (?:to|and|until|till|through) )(\d+(?:\.\d+)?)\b"
    r"(?!:\d| ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b)"
)
"""Such as "minutes 10 to 15"."""
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|per ?cent\b)")
_BARE_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)(?= ?(?:and|to|-) ?\d{1,3}(?:\.\d+)? ?(?:%|per ?cent\b))")
_OF_THE_WAY = re.compile(
    r"\b(?:(a|one|two|three|four) )(third|quarter|fifth|tenth)s? of the way(?: (?:through|in(?:to)?|along))?"
    rf"(?: the {VIDEO})?"
)
_SHARES = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_T_IS = re.compile(r"(?<![\w])t ?= ?(\d+(?:\.\d+)?)(?![\d:.]| ?[a-z])")
_BARE_FIRST = re.compile(
    r"(?:\b(?:between|from|within) |^|[ (,])(\d+(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)"
    r"(?: (?:to|and|until|till|through) | ?- ?)$"
)
_HALFWAY = re.compile(
    rf"(?:the {VIDEO} (?:is|was) )?half (?:over|done|finished)|"
    rf"(?:the )?half[- ]?way (?:point|mark)|half[- ]?way(?: through)?(?: the {VIDEO})?|the middle of the {VIDEO}"
)


def find_amounts(low: str, duration_s: float) -> list[Amount]:
    out = []
    for match in _CLOCK.finditer(low):
        a, b, c, part = match.groups()
        seconds = int(a) * 60 + int(b) if c is None else int(a) * 3600 + int(b) * 60 + int(c)
        out.append(Amount(match.start(), match.end(), seconds + float(part or 0), clock=True))
    for match in _HALFWAY.finditer(low):
        out.append(Amount(match.start(), match.end(), duration_s / 2, clock=True))
    for match in _FROM_TO.finditer(low):
        unit = UNITS[match[1]]
        out.append(Amount(match.start(), match.end(2), unit * float(match[2]), clock=True))
        out.append(Amount(match.start(4), match.end(4), unit * float(match[4]), clock=True))
    for match in _NUMBERED.finditer(low):
        if any(a.start < match.end() and match.start() < a.end for a in out):
            continue
        before = re.search(r"(\b[a-z]+|\b\d+)[ -]$", low[: match.start()])
        if before is None or not (before[1] in WORDS or before[1] == "a" or before[1].isdigit()):
            seconds = float(match[2]) * UNITS[match[1]]
            out.append(Amount(match.start(), match.end(), seconds, clock=True))
    for match in (*_PERCENT.finditer(low), *_BARE_PERCENT.finditer(low)):
        if float(match[1]) <= 100:
            out.append(Amount(match.start(), match.end(), duration_s * float(match[1]) / 100))
    for match in _OF_THE_WAY.finditer(low):
        share = min(WORDS.get(match[1], 1) / _SHARES[match[2]], 1.0)
        out.append(Amount(match.start(), match.end(), duration_s * share, clock=True))
    out += [Amount(match.start(), match.end(), float(match[1]), clock=True) for match in _T_IS.finditer(low)]
    taken = [(a.start, a.end) for a in out]
    tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(low)]
    i = 0
    while i < len(tokens):
        word, _, end = tokens[i - 1] if i else ("", 0, -1)
        glued = end == tokens[i][1] and word.isalpha() and word not in UNITS  # the 4 of "b4"
        found = None if glued or any(s <= tokens[i][1] < e for s, e in taken) else _length(tokens, i)
        if found is None:
            i += 1
            continue
        j, seconds, loose = found
        out.append(Amount(tokens[i][1], tokens[j - 1][2], seconds, loose=loose))
        i = j
    out += _without_unit(low, out)
    return [_widen(low, amount) for amount in sorted(out, key=lambda a: a.start)]


def _without_unit(low: str, amounts: list[Amount]) -> list[Amount]:
    """The first of "between 30 and 45 seconds", "10-20s", "from 1 to 2 minutes": its unit is said with the second."""
    found = []
    for amount in amounts:
        match = _BARE_FIRST.search(low[: amount.start])
        own = re.match(r"[\d.]+|[a-z]+(?:-[a-z]+)?", low[amount.start :])
        if match is None or amount.clock or own is None:
            continue
        tokens = [[(word, 0, 0) for word in re.findall(r"[\d.]+|[a-z]+|-", text)] for text in (match[1], own[0])]
        first, second = (_number(words, 0) for words in tokens)
        if first is None or second is None or not 0 <= first[1] < second[1]:
            continue
        unit = amount.seconds / second[1]
        if unit in (1, 60, 3600) and not any(a.start < match.end(1) and match.start(1) < a.end for a in amounts):
            found.append(Amount(match.start(1), match.end(1), unit * first[1]))
    return found


def _word(tokens: list[tuple[str, int, int]], i: int) -> str:
    return tokens[i][0] if 0 <= i < len(tokens) else ""


def _number(tokens: list[tuple[str, int, int]], i: int) -> tuple[int, float] | None:
    """Digits or number words at token i: (next token, value)."""
    word = _word(tokens, i)
    if word[:1].isdecimal():
        return i + 1, float(word)
    if word not in WORDS:
        return None
    value, i = WORDS[word], i + 1
    j = i + 1 if _word(tokens, i) == "-" else i
    if value >= 20 and 0 < WORDS.get(_word(tokens, j), 0) < 10:
        value, i = value + WORDS[_word(tokens, j)], j + 1
    if _word(tokens, i) == "hundred" and value < 10:
        value, i = value * 100, i + 1
        rest = _number(tokens, i + 1 if _word(tokens, i) == "and" else i)
        if rest and rest[1] < 100 and not _word(tokens, rest[0] - 1)[:1].isdigit():
            i, value = rest[0], value + rest[1]
    return i, float(value)


def _words_at(tokens: list[tuple[str, int, int]], i: int, phrase: str) -> int | None:
    words = phrase.split()
    return i + len(words) if [_word(tokens, i + k) for k in range(len(words))] == words else None


_ARTICLES = (
    ("three quarters of an", 0.75), ("a quarter of an", 0.25), ("quarter of an", 0.25), ("half an", 0.5),
    ("half a", 0.5), ("a half", 0.5), ("half", 0.5), ("an", 1.0), ("a", 1.0),
)  # fmt: skip


def _length(tokens: list[tuple[str, int, int]], i: int, below: float = 1e9) -> tuple[int, float, bool] | None:
    """An amount of time at token i: (next token, seconds, loose). below: only units smaller than this."""
    loose, start = False, i
    if number := _number(tokens, i):
        i, value = number
        half = _words_at(tokens, i, "- and - a - half -")
        more = (half, 0.5) if half else _and_part(tokens, i)
        if more and (_word(tokens, more[0]) in UNITS):
            i, value = more[0], value + more[1]
    else:
        for phrase, value in _ARTICLES:
            after = _words_at(tokens, i, phrase)
            unit = after is not None and (_word(tokens, after + (_word(tokens, after) == "-")))
            if after is not None and unit in UNITS and len(unit) > 2:
                i, loose = after, value == 1.0
                break
        else:
            return None
    if _word(tokens, i) == "-":
        i += 1
    unit = UNITS.get(_word(tokens, i))
    if unit is None or unit >= below:
        return None
    if below < 1e9 and value >= 60:
        return None
    i, seconds = i + 1, value * unit
    if more := _and_part(tokens, i):
        return more[0], seconds + unit * more[1], False
    if unit > 1 and (more := _smaller(tokens, i, unit)):
        i, seconds, loose = more[0], seconds + more[1], False
    if unit == 1 and loose and start + 1 == i - 1:
        loose = True
    return i, seconds, loose


_PARTS = (("and a half", 0.5), ("and a quarter", 0.25), ("and three quarters", 0.75), ("and a third", 1 / 3))


def _and_part(tokens: list[tuple[str, int, int]], i: int) -> tuple[int, float] | None:
    """Such as "and a quarter" at token i: (next token, share)."""
    return next(((end, part) for words, part in _PARTS if (end := _words_at(tokens, i, words))), None)


def _smaller(tokens: list[tuple[str, int, int]], i: int, unit: float) -> tuple[int, float] | None:
    """The seconds behind minutes, the minutes behind hours: "… and five seconds", "… 5s", "… five"."""
    k = i
    while _word(tokens, k) in (",", "and"):
        k += 1
    if more := _length(tokens, k, below=unit):
        return more[0], more[1]
    number = _number(tokens, i)
    if number is None or unit < 60 or number[1] >= 60 or number[1] % 1:
        return None
    if unit == 3600:  # "1h20"
        return (number[0], 60 * number[1]) if tokens[i][1] == tokens[i - 1][2] else None
    if tokens[i][1] == tokens[i - 1][2] or not _word(tokens, i)[:1].isdigit():  # "1m5", "one minute five"
        return number[0], number[1]
    if not _word(tokens, number[0])[:1].isalnum():  # "2 min 30?", but not "at 2 min 30 people …"
        return number[0], number[1]
    return None


_SUFFIX = re.compile(rf"[ -](?:mark|point)\b| in(?:to)? the {VIDEO}\b| into it\b| in\b(?! (?:the|a|an|this|that)\b)")
_PREFIX = re.compile(r"(?:the |timestamp |(?<!first )(?<!last )(?<!same )time |t ?= ?)+$")


def _widen(low: str, amount: Amount) -> Amount:
    """Take in "the … mark", "… into the video", "timestamp …"."""
    start, end, clock = amount.start, amount.end, amount.clock
    if match := _SUFFIX.match(low, end):
        end, clock = match.end(), True
    if (match := _PREFIX.search(low[:start])) and (clock or "t" in match.group()):
        plain = match.group().strip() == "the" and not re.search(r"(?:mark|point)$|half", low[start:end])
        start = start if plain else match.start()
    return replace(amount, start=start, end=end, clock=clock, loose=amount.loose and not clock)
