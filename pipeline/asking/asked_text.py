"""A question as it was typed, made readable: one clean line, or one sentence that says why it can't be read."""

from __future__ import annotations

import re
import unicodedata

from data.vocabulary import find_term
from pipeline.errors import InputError

MOST_CHARACTERS = 1000
EXAMPLE = "for example 'How many people appear?'"
_FOREIGN = """
    wie viele viel wann wer wo welche welcher welches gibt ist sind der das und ein eine zu im
    combien quand qui quoi est sont les des une où quel quelle quels quelles dans il elle y
    cuántos cuántas cuantos cuantas cuándo cuando dónde donde qué quién hay el los las una aparece aparecen
    quanti quante dove che sono gli della nel hoeveel wanneer waar welke zijn het een er
    quantos quantas há onde os uma são aparecem
"""
_ENGLISH = """
    how many what when where which who is are was were do does did the any a an in at of there first last after
    before between and list show tell describe count name find
"""


_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])?")
"""What colours a terminal or moves its cursor."""


def one_line(text: str) -> str:
    """`text` without control characters and line breaks."""
    return " ".join("".join(map(_plain, _ESCAPE.sub(" ", text))).split())


_ONE = re.compile(r"\b(any|some|every|no)1\b", re.I)
"""As people type: "is any1 there?"."""


def readable(text: str) -> str:
    """`text` as one line without control characters; an emoji that names a thing becomes its name, others go.

    Raises InputError for a question that is empty, too long, or not English to all appearances.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"the question has {len(text):,} characters; ask it in at most {MOST_CHARACTERS:,}")
    line = one_line(text)
    if not line:
        raise InputError(f"the question is empty; ask something, {EXAMPLE}")
    line = _ONE.sub(r"\1one", _without_emoji(line))
    if not any(c.isalnum() for c in line):
        raise InputError(f"the question holds no words; ask something, {EXAMPLE}")
    letters = [c for c in line if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    if 2 * latin < len(letters) or _is_foreign(line):
        raise InputError(f"only English is understood so far; ask in English, {EXAMPLE}")
    return line


_NOW = re.compile(
    r"[\s,]*\b(?:(?:right|just) now|at (?:the|this) (?:present |current )?(?:moment|time)|at present|currently"
    r"|now(?=\W*$))\b",
    re.I,
)


def at_the_time(text: str, now: str) -> str:
    """A question to something that is going on, with the time `now` ("0:42") for "now" and its like."""
    plain = _NOW.sub("", text)
    if plain == text or not plain.strip(" ?!."):
        return text
    end = re.search(r"[\s?!.]*$", plain)
    return f"{plain[: end.start()].lstrip(' ,')} at {now}{end[0]}"


def _plain(c: str) -> str:
    """A blank for what is no visible character; nothing for what only joins or varies others."""
    if c in "\u200d\ufe0f\ufe0e" or 0x1F3FB <= ord(c) <= 0x1F3FF:
        return ""
    return c if c.isprintable() else " "


def _without_emoji(line: str) -> str:
    """Emoji behind the end of a sentence are decoration; others are read by their Unicode name if it is a thing's."""
    line = re.sub(r"([?!.])\s*[^\w?!.,'\"()\s][^\w?!.,'\"()]*$", lambda m: m[0] if m[0].isascii() else m[1], line)
    line = "".join(f" {_named(c)} " if unicodedata.category(c) == "So" else c for c in line)
    return re.sub(r" (?=[?!.,]+$)", "", " ".join(line.split()))


def _named(c: str) -> str:
    name = unicodedata.name(c, "").lower().partition(" with ")[0].removesuffix(" face").removeprefix("oncoming ")
    return name if find_term(name) else ""


def _is_foreign(line: str) -> bool:
    words = re.findall(r"[^\W\d_]+", line.lower())
    foreign, english = (sum(word in known.split() for word in words) for known in (_FOREIGN, _ENGLISH))
    return foreign > english and (foreign > 1 or len(words) > 2)
