"""Things that somebody asks after and given tracks have none of: `never_named(text, things, view)`.

A detector that knows buses and finds none says that there are none. Tracks that name no bus say so only if whoever made
them looked for buses; that is taken for granted, and told.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from data.meaning import ClipView
from data.vocabulary import THING, covered
from pipeline.asking.mentions import find_mentions
from pipeline.telling.english import one

LOOKED_FOR = 0.8
"""Confidence in what rests on it, at most."""


def never_named(text: str, things: Iterable[str], view: ClipView) -> tuple[str, ...]:
    """Known things, of a text and of what it was read as, of which the tracks have none."""
    names = tuple(view.class_names)
    named = set(np.unique(view.class_id).tolist())
    terms = [term.term for term in find_mentions(text, names, view.duration_s).terms if term.known]
    known = ((term, covered(term, names)) for term in (*terms, *sorted(things)) if term != THING)
    return tuple(dict.fromkeys(term for term, classes in known if classes and named.isdisjoint(classes)))


def never_named_note(terms: tuple[str, ...]) -> str:
    """What to say of them. terms: at least one."""
    return f"the tracks name no {' or '.join(map(one, terms))}; taken as looked for, and never there"
