"""Questions that leave kinds of thing out: "apart from cars, what stays longest?", "the second non-car object".

What is left of the question is asked of all other objects alone. Only where every kind that is left out is known, and
is named nowhere else in the question: "apart from cars, what comes after the first car?" needs the cars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from data.vocabulary import THING, covered
from pipeline.asking.mentions import find_mentions, term_of

_BUT = (
    r"(?:apart from|aside from|other than|besides|except(?:ing)?(?: for)?|excluding|not counting|without counting"
    r"|not including|(?:considering|counting|taking|looking at) only (?:what|things? that|objects? that)"
    r" (?:is|are)(?:n['’]t| not)|leav(?:ing|e) (?:out|aside)|ignor(?:ing|e)|disregard(?:ing)?|(?:setting|putting) aside"
    r"|if (?:you|we|i) (?:ignore|disregard|leave out|leave aside|exclude|do(?:n['’]t| not) count))"
)
_ONE = r"(?:the |all (?:the )?|any |an? )?[a-z]+(?:-[a-z]+)*(?: [a-z]+)?"
_KINDS = rf"(?P<x>{_ONE}(?:(?:, (?:and |or )?| and | or ){_ONE})*?)"
_THING = (
    r"(?:(?:thing|object|kind|class|type|sort|vehicle|animal)s?(?: of (?:thing|object)s?)?|every ?thing|any ?thing)"
)
_IS_NOT = r"(?:that|which|who)(?: (?:is|are|was|were)(?: not|n['’]t)|['’]s not| (?:isn|aren|wasn|weren)['’]?t)"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"^(?P<lead>\W*){_BUT} {_KINDS}[,:;.] (?P<rest>.+)$",
        rf"^(?P<lead>\W*)without {_KINDS}[,:;] (?P<rest>(?:list|name|give|which|what|how many)\b.+)$",
        rf"^(?P<lead>\W*){_KINDS} (?:aside|apart|excluded|left (?:out|aside)"
        r"|(?:do(?:n['’]t| not)) (?:count|matter))[,:;] (?P<rest>.+)$",
        rf"^(?P<lead>\W*)(?:leav(?:ing|e)|set(?:ting)?|put(?:ting)?|taking) {_KINDS} (?:aside|out(?: of (?:it|this"
        r"|account|consideration))?)[,:;.] (?P<rest>.+)$",
        rf"^(?P<rest>.+?)(?:,(?: and)? | (?=other|besides|except|apart|aside|excluding|not)){_BUT} {_KINDS}"
        r"(?P<tail>\W*(?:(?:give|list|name) them in order\W*)?)$",
        rf"^(?P<rest>.+?), {_KINDS} (?:aside|excluded|not (?:included|counted))(?P<tail>\W*)$",
        rf"^(?P<rest>.+?),? (?:and|but) (?:it is|it['’]s|is|that is) not {_KINDS}(?P<tail>\W*)$",
        rf"^(?P<rest>.*?\b{_THING}),? (?:{_BUT}|{_IS_NOT}|but not) (?P<x>(?:an? |the )?[a-z]+)(?P<tail>\b.*)$",
        rf"^(?P<rest>.*\b{_THING}\b.*?) {_IS_NOT} (?P<x>(?:an? )?[a-z]+)(?P<tail>\W*)$",
        r"^(?P<rest>.*?\b(?:every|any) ?thing) but (?P<x>(?:the )?[a-z]+)(?P<tail>\b.*)$",
        r"^(?P<rest>.*?\b)non[- ](?P<x>[a-z]+) (?P<tail>.+)$",
        rf"^(?P<rest>.*?\bhow many {_THING}\b.*?) (?:are|were|is|was) not (?P<x>(?:an? )?[a-z]+)(?P<tail>\W*)$",
    )
)
_NEEDS_ALL = re.compile(
    r"\b(?:percent\w*|share|proportion|fraction|ratio|busiest|half of|most of|another"
    r"|how many (?:kinds|types|classes))\b"
    r"|\b(?:after|before|when|while|until|once|at)\b[^,?]*\b(?:thing|object|something|anything)s?\b"
    r"|\b(?:something|anything|one)\W*$",
    re.I,
)
"""What is left of a question and still needs the kinds that are left out: a whole, a moment, or what one thing is."""
_GENERIC = re.compile(
    r"\b(?:what|which|who|things?|objects?|kinds?|class(?:es)?|types?|sorts?|every ?thing|anything|nothing|something"
    r"|vehicles?|animals?|list|name)\b",
    re.I,
)
_FURTHER = re.compile(r"^,? (?:and|or) (?:an? |the )?(?P<x>[a-z]+)", re.I)
_PARTS = re.compile(r",? and |,? or |, ", re.I)
_BEFORE = re.compile(r"^(?:the|all the|all|any|an?) ", re.I)


class KindsLeftOut(NamedTuple):
    """rest: the question without them. terms: what is left out."""

    rest: str
    terms: tuple[str, ...]


def kinds_left_out(text: str, class_names: Sequence[str], duration_s: float) -> KindsLeftOut | None:
    """The kinds that a question leaves out; None where it leaves none out, or it can't be told which."""
    names = tuple(class_names)
    for form in _FORMS:
        found = form.match(text)
        if found is None:
            continue
        said = [_BEFORE.sub("", part.strip()) for part in _PARTS.split(found["x"])]
        known = [term_of(one, names) for one in said]
        if any(term is None or not term[1] or term[0] == THING for term in known):
            continue
        terms = tuple(dict.fromkeys(term[0] for term in known))
        given = found.groupdict()
        rest = f"{given.get('lead') or ''}{given['rest'].strip()}"
        tail = given.get("tail") or ""
        rest = f"{rest}{'' if not tail or tail[0] in ' .?!,' else ' '}{tail}"
        rest = rest[:1].upper() + rest[1:]
        further = _FURTHER.match(tail)
        if further is not None and term_of(further["x"], names) is not None:
            return None  # "that is not a person or a car"
        if _NEEDS_ALL.search(rest) or not _GENERIC.search(rest):
            return None
        out = {k for term in terms for k in covered(term, names)}
        others = find_mentions(rest, names, duration_s).terms
        if any(set(covered(one.term, names)) <= out for one in others if one.known and one.term != THING):
            return None
        return KindsLeftOut(rest, terms)
    return None
