"""Options of multiple choice as they are written: "A. Four.", "(B) five", a list in a table's cell, lines of a text."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from pipeline.scoring.set_question import SetError, short

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LABEL = re.compile(r"^\s*(?:\(([A-Z])\)|([A-Z])[.):])\s*")
_LINE = re.compile(r"(?m)^[ \t]*(?:\(([A-Z])\)|([A-Z])[.):])[ \t]*(.*)$")


def clean_options(given: Any) -> tuple[str, ...]:
    """Options without their letters. A text may be a list as Python or JSON writes it, or one option a line."""
    if isinstance(given, str):
        given = _listed(given)
    if not isinstance(given, list | tuple) or len(given) < 2:
        raise SetError(f"the options must be a list of two or more, they are {short(given)}")
    texts = [" ".join(str(option).split()) for option in given]
    labels = [_LABEL.match(text) for text in texts]
    if all(m and (m[1] or m[2]) == LETTERS[k % 26] for k, m in enumerate(labels)):
        texts = [text[m.end() :] for text, m in zip(texts, labels, strict=True)]
    if any(not text for text in texts):
        raise SetError(f"option {next(LETTERS[k % 26] for k, text in enumerate(texts) if not text)} is empty")
    return tuple(texts)


def _listed(text: str) -> list[Any]:
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list | tuple):
            return list(found)
    return [line for line in text.splitlines() if line.strip()]


def split_question(text: str) -> tuple[str, tuple[str, ...]]:
    """(question, options) of a text that holds both, its options on lines of their own ("(A) …", "A. …")."""
    found = list(_LINE.finditer(text))
    start = next((k for k, m in enumerate(found) if (m[1] or m[2]) == "A"), None)
    if start is None:
        return text.strip(), ()
    options = []
    for k, match in enumerate(found[start:]):
        if (match[1] or match[2]) != LETTERS[k % 26]:
            break
        options.append(" ".join(match[3].split()))
    if len(options) < 2 or not all(options):
        return text.strip(), ()
    return text[: found[start].start()].strip(), tuple(options)


def answer_index(given: Any, options: tuple[str, ...]) -> int:
    """Which option an answer means: its letter, its text, or its number from 0. Raises SetError."""
    if isinstance(given, bool):
        raise SetError(f'"answer" is {short(given)}; it must be a letter, a number or the text of an option')
    if isinstance(given, int) or (isinstance(given, float) and given == int(given)):
        if 0 <= given < len(options):
            return int(given)
        raise SetError(f'"answer" is {given:g}, but the options are 0 to {len(options) - 1}')
    text = " ".join(str(given).split())
    same = [k for k, option in enumerate(options) if _plain(option) == _plain(text)]
    if same:
        return same[0]
    letter = re.fullmatch(r"\(?([A-Za-z])\)?[.:]?(?:\s.*)?", text)
    if letter and (LETTERS.index(letter[1].upper()) < len(options)):
        rest = _plain(_LABEL.sub("", text))
        k = LETTERS.index(letter[1].upper())
        if len(text) <= 3 or rest == _plain(options[k]):
            return k
    if text.isdecimal() and int(text) < len(options):
        return int(text)
    raise SetError(f'"answer" is {short(text)}, which is none of the {len(options)} options')


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(" .")
