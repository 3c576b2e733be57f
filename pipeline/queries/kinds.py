"""Kinds of things on a clip: of which some, or none, are meant, of which there are most, or so many."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from data.meaning import ClipView
from data.meaning.choosing import EPS
from data.meaning.question import NONE
from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.measures import Found, amount_of, seen, when_of
from pipeline.queries.objects import chosen, holds


def kinds_found(query: q.Kinds | q.KindBy | q.KindsOf, view: ClipView) -> Found | None:
    """The kinds, in the order in which they are first seen (of what is meant: in the stretch asked about)."""
    match query:
        case q.Kinds(who, none, one):
            mask = chosen(replace(who, pick=None), view)
            if who.order == "leaves":  # when the last of each kind goes, if it goes
                last = {name: float(view.end_s[_of_names([name], view)].max()) for name in _there_are(who, view)}
                return _of_one(sorted(last, key=last.__getitem__), one, seen(mask, view))
            pieces = sorted(seen(mask, view, when_of(who)), key=lambda piece: piece.start_s)
            names = list(dict.fromkeys(piece.class_name for piece in pieces))
            if isinstance(who.pick, int):  # the n-th kind
                k = who.pick - 1 if who.pick > 0 else len(names) + who.pick
                names = names[k : k + 1] if k >= 0 else []
                pieces = [piece for piece in pieces if piece.class_name in names]
            if none:
                names = [name for name in _there_are(q.Who(who.term, but=who.but), view) if name not in names]
                pieces = seen(_of_names(names, view), view)
            return _of_one(names, one, pieces)
        case q.KindBy(amount, far):
            but = tuple(term for part in q.parts_of(amount) if isinstance(part, q.Who) for term in part.but)
            names = _there_are(q.Who(THING, but=but), view)
            worth = [(name, amount_of(of_kind(amount, name), view)) for name in names]
            worth = [(name, value) for name, value in worth if value is not None]
            if len(worth) < 2:
                return None
            worth.sort(key=lambda pair: pair[1] if far == "fewest" else -pair[1])
            best = [name for name, value in worth if abs(value - worth[0][1]) <= EPS]
            return Found(best[0], "object", seen(_of_names(best, view), view), {"worth": worth, "best": best})
        case q.KindsOf(_, relation, n):
            counts = Counter(_names(view))
            names = [name for name, count in counts.items() if bool(holds(np.array([count]), relation, n)[0])]
            return _of_one(names, len(names) == 1, seen(_of_names(names, view), view))
    raise TypeError(query)


def of_kind(part: Any, name: str) -> Any:
    """A part of a query with a kind instead of "any thing"."""
    if isinstance(part, q.Who) and part.term == THING:
        part = replace(part, term=name)
    return q.rebuilt(part, lambda each: of_kind(each, name))


def _of_one(names: list[str], one: bool, pieces: list) -> Found:
    if one and len(names) < 2:
        return Found(names[0] if names else NONE, "object", pieces, {"names": names})
    return Found(names, "list", pieces, {"names": names})


def _there_are(who: q.Who, view: ClipView) -> list[str]:
    """The kinds of all things that are meant, in the order in which they appear."""
    return list(dict.fromkeys(view.names(np.flatnonzero(chosen(who, view)))))


def _of_names(names: list[str], view: ClipView) -> np.ndarray:
    """(K,) bool: the objects of some classes."""
    return np.array([name in names for name in _names(view)], bool)


def _names(view: ClipView) -> list[str]:
    """(K,) the class names of all objects."""
    return [view.class_names[c] for c in view.class_id.tolist()]
