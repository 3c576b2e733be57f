"""A query as a row of words and back: what a network can write. `spelled(query, slots)`, `unspelled(words, slots)`.

A record is its name, its fields that are not as usual (".when", then the value), and ")". Things, numbers and times are
those that a question names (`pipeline.queries.slots`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import name_of
from pipeline.queries.slots import Slotted
from pipeline.queries.told import Teller

ALWAYS = (THING, "person")
"""Terms that a question may mean without naming them: "what", "nobody"."""
_TERMS = ("term", "but", "also")
_WANTED = {"pick": ("ordinal", "number"), "said": ("number", "ordinal"), "n": ("number", "ordinal")}
"""Which slots a field's number comes from, the likelier first."""
_TIMES = ("clock", "length", "ordinal", "end-", "-", "number", "whole")


class Unspellable(ValueError):
    """What the question does not name."""


def spelled(query: q.Query, slotted: Slotted) -> list[str]:
    """Raises Unspellable where the query holds a thing, number or time that the question does not name."""
    return list(_spell(query, "", slotted.values))


def _spell(part: Any, field: str, values: Mapping[str, object]) -> Iterator[str]:
    if is_dataclass(part):
        yield type(part).__name__
        for one in fields(part):
            value = getattr(part, one.name)
            if one.default is MISSING or value != one.default:
                yield f".{one.name}"
                yield from _spell(_unnamed(value) if one.name == "options" else value, one.name, values)
        yield ")"
    elif isinstance(part, tuple):
        yield "("
        for each in part:
            yield from _spell(each, field, values)
        yield ")"
    elif part is None or isinstance(part, bool):
        yield str(part)
    elif isinstance(part, str):
        yield _term(part, values) if field in _TERMS else f"'{part}"
    else:
        yield _number(part, field, values)


def _term(term: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        if value == term:
            return name
    if term in ALWAYS:
        return f"'{term}"
    raise Unspellable(term)


def _number(value: float, field: str, values: Mapping[str, object]) -> str:
    if value in (-1, 0, 1) or field == "share":
        return f"'{value:g}"
    wanted = _WANTED.get(field, _TIMES)
    for kind in wanted:
        for name, said in values.items():
            if name.startswith(kind) and not isinstance(said, str) and abs(float(said) - value) < 1e-6:
                return name
    if value == 2 and field in ("n", "said", "pick"):
        return "'2"  # both
    raise Unspellable(str(value))


_KEPT_NAMES = frozenset(
    ("before", "after", "first half", "second half", "left", "right", "up", "down", "top", "bottom")
)


def _unnamed(options: tuple) -> tuple:
    """Options without the names that follow from what they are."""
    return tuple((name if name in _KEPT_NAMES else None, one) for name, one in options)


# ----------------------------------------------------------------------------------------------------------- and back

_RECORDS = {name: record for name in q.__all__ if is_dataclass(record := getattr(q, name))}
_FLOATS = frozenset(("seconds", "by_s", "length_s", "share"))


def unspelled(words: Sequence[str], slotted: Slotted) -> q.Query | None:
    """None where the words spell no query."""
    try:
        rest = list(reversed(words))
        query = _read(rest, "", slotted.values)
        return query if not rest and is_dataclass(query) else None
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _read(rest: list[str], field: str, values: Mapping[str, object]) -> Any:
    word = rest.pop()
    if word == "(":
        out = []
        while rest[-1] != ")":
            out.append(_read(rest, field, values))
        rest.pop()
        return tuple(out)
    if word in _RECORDS:
        made: dict[str, Any] = {}
        while (name := rest.pop()) != ")":
            if not name.startswith("."):
                raise ValueError(name)
            value = _read(rest, name[1:], values)
            made[name[1:]] = _named(value) if name == ".options" else value
        return _RECORDS[word](**made)
    if word in ("None", "True", "False"):
        return {"None": None, "True": True, "False": False}[word]
    said: Any = word[1:] if word.startswith("'") else values[word]
    if field in _FLOATS:
        return float(said)
    if field in ("n", "said") or (field == "pick" and said not in ("longest", "shortest")):
        return int(said)
    return str(said)


def _named(options: tuple) -> tuple:
    if all(name is not None for name, _ in options):
        return options
    whom = [next((part for part in q.parts_of(one) if isinstance(part, q.Who)), None) for _, one in options]
    if None in whom:
        raise ValueError("an option of nobody")
    names = [name_of(who, whom) for who in whom]
    if len(set(names)) < len(names):
        names = [Teller().who_words(who) for who in whom]
    return tuple((name, one) for name, (_, one) in zip(names, options, strict=True))
