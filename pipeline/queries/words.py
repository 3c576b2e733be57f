"""The words of composed questions: `tokens_of(text)` gives terminals of `grammar.lark`, None where a word is unknown.

Every word must be known and have its place in the grammar, but for a few that say nothing (`EMPTY`): so nothing that
was said is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from data.time_amounts import ORDINALS, UNITS, WORDS, find_amounts
from data.vocabulary import THING, covered, noun
from pipeline.asking.mentions import PEOPLE, term_of


class Word(NamedTuple):
    """kind: a terminal. value: what it says: a term, a number, seconds, or the text itself. many: is it a plural?"""

    kind: str
    value: object
    start: int
    end: int
    many: bool = False


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(terminal, what it looks like), in the order of `lexicon.txt`."""
    kind, named, looks = "", {}, {}
    for line in Path(__file__).with_name("lexicon.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        for name, look in named.items():
            line = line.replace(f"{{{name}}}", look)
        if line.startswith("[") and line.endswith("]") and line[1:-1].isupper():
            kind = line[1:-1]
        elif not kind:
            name, _, look = line.partition(" = ")
            named[name] = look
        else:
            looks.setdefault(kind, []).append(line)
    ends = dict.fromkeys(("COMMA", "S", "MARK", "RANGE", "NON"), "")
    return tuple(
        (kind, re.compile(rf"(?:{'|'.join(lines)}){ends.get(kind, NO_LETTER)}")) for kind, lines in looks.items()
    )


NO_LETTER = "(?![a-z0-9])"
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?")
_NUMBER = re.compile(rf"(?:{'|'.join(WORDS)}|a dozen|\d+)(?![a-z0-9:.])")
_ORDINAL = re.compile(rf"(?:{'|'.join(map(re.escape, ORDINALS))})(?:-ever)?(?![a-z0-9])")
_LAST = re.compile(r"(?<!n't )(?<!not )(?:very )?(?:last|final|latest)(?![a-z]|\W*$)")
_UNIT = re.compile(r"(?:minute|hour)(?![a-z-])")
_EVERY = re.compile(r"every(thing|body|one)(?! (?:of|else)\b)(?![a-z0-9'])")
_UNIT_ASIDE = re.compile(r" ?\((?:in )?(?:s|secs?|seconds)\)", re.I)
"""The unit that is asked for, which an answer has anyhow."""
_MINUTE_IN_WORDS = re.compile(rf"\bminute (?P<n>{'|'.join(list(WORDS)[1:13])})\b")
MOST_WORDS = 4


def tokens_of(text: str, class_names: Sequence[str], duration_s: float) -> list[Word] | None:
    """The words in their order; None where one is not known, or is of a thing that the detector has no class for."""
    out = []
    for word in scanned(plain_text(text), class_names, duration_s):
        if word.kind == UNKNOWN:
            return None
        out.append(word)
    return out


def plain_text(text: str) -> str:
    """A question as its words are looked up: in small letters, without brackets."""
    low = re.sub(r"[()\[\]]", " ", _UNIT_ASIDE.sub("", text)).lower().replace("’", "'")
    low = low.replace("n't", " n't").replace("–", "-").strip()
    return _MINUTE_IN_WORDS.sub(lambda found: f"minute {WORDS[found['n']]}", low)


def scanned(low: str, class_names: Sequence[str], duration_s: float) -> Iterator[Word]:
    """The words of a `plain_text`, without those that say nothing; what is not known is of the kind `UNKNOWN`."""
    amounts = {amount.start: amount for amount in find_amounts(low, duration_s)}
    at = 0
    while at < len(low):
        if low[at].isspace():
            at += 1
            continue
        if (every := _EVERY.match(low, at)) is not None:
            term = THING if every[1] == "thing" else "person"
            yield Word("ALL", "all", at, at)
            yield Word("CLASS", term, at, every.end(), True)
            at = every.end()
            continue
        nth = _NTH_MINUTE.match(low, at)
        if nth is not None and not _POINT.search(low[:at]):  # "minute 4": the fourth
            yield Word("ORDINAL", int(nth[2]), at, nth.end())
            yield Word("LENGTH", UNITS["minute" if nth[1] == "min" else nth[1]], at, nth.end())
            at = nth.end()
            continue
        word = _amount(low, at, amounts) or _next(low, at, tuple(class_names))
        if word is None:
            strange = _STRANGE.match(low, at)
            word = Word(UNKNOWN, strange.group(), at, strange.end())
        if word.kind == "MARK" and low[word.end :].strip(" .?!"):  # a further sentence
            yield word._replace(kind="STOP")
        elif word.kind not in ("EMPTY", "MARK"):
            yield word
        at = word.end


UNKNOWN = "UNKNOWN"
_STRANGE = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d+(?:[.:]\d+)*|.", re.S)
_NTH_MINUTE = re.compile(r"(minute|min|hour) (\d+)(?![\d:])")
_POINT = re.compile(r"\b(?:at|after|before|until|till|from|to|by|between|and|since|past) $")


def _amount(low: str, at: int, amounts: dict) -> Word | None:
    amount = amounts.get(at)
    if amount is None:
        return None
    if re.match(r"(?:the )?half[- ]?way", low[at:]):
        return Word("CLOCK", amount.seconds, at, amount.end)
    if amount.clock:
        return Word("CLOCK", amount.seconds, at, amount.end)
    return None if amount.loose and low[at : at + 2] != "a " else Word("LENGTH", amount.seconds, at, amount.end)


def _next(low: str, at: int, class_names: tuple[str, ...]) -> Word | None:
    best: Word | None = None
    for kind, pattern in _patterns():
        found = pattern.match(low, at)
        if found is not None and found.end() > at and (best is None or found.end() > best.end):
            best = Word(kind, found.group(), at, found.end())
    for more in (_term(low, at, class_names), _numeral(low, at)):
        if more is not None and (best is None or more.end >= best.end):
            best = more
    return best


def _numeral(low: str, at: int) -> Word | None:
    if (found := _ORDINAL.match(low, at)) is not None:
        return Word("ORDINAL", ORDINALS[found.group().removesuffix("-ever")], at, found.end())
    if (found := _UNIT.match(low, at)) is not None:  # "the first minute"
        return Word("LENGTH", UNITS[found.group()], at, found.end())
    if (found := _LAST.match(low, at)) is not None:
        return Word("LAST", -1, at, found.end())
    if (found := _NUMBER.match(low, at)) is not None:
        said = found.group()
        return Word(
            "NUMBER", 12 if said == "a dozen" else WORDS.get(said) if said in WORDS else int(said), at, found.end()
        )
    return None


def _term(low: str, at: int, class_names: tuple[str, ...]) -> Word | None:
    """A known thing, by up to `MOST_WORDS` words; longest first."""
    ends, end = [], at
    for _ in range(MOST_WORDS):
        found = _WORD.match(low, end)
        if found is None:
            break
        ends.append(found.end())
        end = found.end() + 1 if low[found.end() : found.end() + 1] == " " else found.end()
    for end in reversed(ends):
        said = low[at:end]
        if said in ("who", "whoever", "crowd", "ones", "left"):
            return None
        if said in PEOPLE and covered("person", class_names):
            return None if said == "nobody" else Word("CLASS", "person", at, end, said.endswith("s"))
        if said in ("everything", "everybody", "everyone"):
            return None
        if said in ("anything", "something"):
            return Word("CLASS", THING, at, end, True)
        found = term_of(said, class_names)
        if found is not None and (found[1] or found[0] == THING):
            many = said in (noun(found[0]).plural, f"{said.rstrip('s')}s") and said != noun(found[0]).singular
            return Word("CLASS", found[0], at, end, many)
    return None
