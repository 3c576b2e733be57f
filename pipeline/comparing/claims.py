"""Statements that are put to be checked: "I was told that nobody stayed. Is that so?", "which is true: (A) … (B) …?".

Here are only their texts; `pipeline.checking` has them answered, each as "is it true that …?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from data.time_reading import find_times
from pipeline.comparing.comparison import terms_in
from pipeline.telling.english import many

_WHO = r"(?:[a-z]+(?: [a-z]+){0,5})"
_SAYS = (
    r"(?:says?|said|tells? (?:me|us)|told (?:me|us)|claim(?:s|ed)?|insist(?:s|ed)?|reports?|stated?s?|believes?|thinks?"
    r"|swears?|swore|wrote|assured? (?:me|us)|maintains?|noted?)"
)
_LEAD = re.compile(
    rf"\W*(?:(?:i(?:['’]?(?:ve|m)| have| am| was)?"
    r" (?:been )?(?:told|heard|read|informed|think|thought|believe|assume|say|bet|guess|reckon|suspect|suppose)"
    rf"|it (?:is|was|has been) (?:claimed|said|reported|alleged|assumed|believed|noted)|{_WHO} {_SAYS})"
    r"(?: me| us)?(?: that)?"
    r"|i (?:tell|teach|write|wrote|noted?) (?:[a-z]+ ){0,3}that"
    r"|(?:if|unless) i(?:['’]?m| am)(?: not)? (?:mistaken|wrong)|as far as i (?:know|can tell|remember)"
    rf"|according to {_WHO}(?=,)|supposedly|allegedly|apparently|reportedly|claim:|statement:|hypothesis:)[,:]? ",
    re.I,
)  # fmt: skip
_MAY_I = re.compile(
    r"\W*(?:can|may|could|should) (?:i|we) (?:safely |truthfully |rightly )?(?:write|say|state|claim|report|note|put"
    r"|conclude|tell (?:them|him|her|people))(?: down)?(?: in [a-z]+(?: [a-z]+)?)? that (?P<claim>.+?)\W*$",
    re.I,
)
_VERIFY = re.compile(
    r"\W*(?:it is to |please |to |kindly )*(?:verify|check|confirm)(?: that|:)"
    r" (?P<claim>(?!whether|if|how|what|when).+?)\W*$",
    re.I,
)
_TAIL = re.compile(
    r"[.,;:!?]+ *(?:does (?:his|her|their|the|my) (?:story|claim|account|report|note) (?:hold|stand|check out)(?: up)?"
    r"|(?:so )?(?:is|was|does|do|would|can|could|please)? ?(?:that|this|it|you|he|she|they)? ?"
    r"(?:be so (?:kind|good) as to |kindly |please )?"
    r"(?:really |actually |indeed )?"
    r"(?:be(?: true| right| so| correct)?|so|true|right|correct|the case|hold(?: up| true)?|accurate|check out|agree"
    r"|(?:(?:is|was|does|do|did|are|were|has|have)(?:n['’]?t) (?:it|he|she|they|there))"
    r"|(?:the|my|his|her|that) [a-z]+ (?:true|right|correct|accurate)"
    r"|(?:confirm|verify|check)(?: that| this| it)?|yes or no|or not|or false|or wrong)"
    r"(?: or (?:not|false|wrong))?)\W*$",
    re.I,
)
_QUESTION = re.compile(
    r"\W*(?:how|what|which|when|where|who|whose|why|is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.I,
)
_AND = re.compile(r",? and (?!then\b)(?:that )?|; ", re.I)
_DENIED = re.compile(
    r"^it(?:['’]?s| is) (?:false|untrue|wrong|not (?:true|so|the case)) that "
    r"|^it is(?:n['’]t| not) (?:true|so|the case) that ",
    re.I,
)
"""Says that what follows is not so."""
_TURNS = re.compile(
    r"\b(?:never|not|no|nobody|nothing|none|neither|nor|only|both|all|every|each|cannot|can['’]t|then|but|at least"
    r"|at most|exactly)\b|n['’]t\b",
    re.I,
)
MOST_PARTS = 4


def denied(claim: str) -> str | None:
    """What a statement says is not so; None where it says that something is."""
    found = _DENIED.match(claim)
    return None if found is None else claim[found.end() :]


def turns(claim: str) -> bool:
    """Does a statement hold a word that turns or limits it, which a reading must not pass over?"""
    return _TURNS.search(claim) is not None


def claim_of(text: str) -> str | None:
    """The statement that a text asks to be checked; None where it asks something else."""
    if (asked := _MAY_I.match(text) or _VERIFY.match(text)) is not None:
        return asked["claim"]
    tail = _TAIL.search(text)
    if tail is None:
        return None
    said = text[: tail.start()]
    lead = _LEAD.match(said)
    said = said[lead.end() :] if lead is not None else said
    if _QUESTION.match(said) or len(said.split()) < 3 or re.search(r"[?]|\. ", said):
        return None
    return said.strip()


def parts_of_claim(claim: str) -> list[tuple[str, str]]:
    """The ways to take a statement as two, both of which must be true."""
    return [
        (one := claim[: found.start()], _named(claim[found.end() :], one))
        for found in islice(_AND.finditer(claim), MOST_PARTS)
    ]


_PRONOUN = re.compile(
    r"(?P<none>neither|none)(?: of (?:them|the two|these))?|(?:both|all) of them|both(?! (?:the |of )?[a-z]+s\b)", re.I
)


def _named(rest: str, one: str) -> str:
    """The second half of a statement, with the things of the first one instead of "neither", "none of them"."""
    said, things = _PRONOUN.match(rest), terms_in(one)
    if said is None or not things:
        return rest
    whose = many(things[-1])
    lead = f"none of the {whose}" if said["none"] else f"all of the {whose}"
    return lead + rest[said.end() :]


def checked(claim: str) -> str:
    """A statement as a question."""
    claim = claim.strip(" .?!")
    return f"Is it true that {claim[:1].lower()}{claim[1:]}?"


_STATEMENTS = re.compile(
    r"\b(?:statements?|claims?|sentences?|descriptions?)\b|\bcan be said\b|\bdescribes?\b"
    r"|\b(?:is|are|holds?) (?:\w+ )?(?:true|correct|right|false|wrong)\b",
    re.I,
)
_FALSE = re.compile(r"\b(?:false|wrong|incorrect|untrue|not (?:true|correct|right))\b", re.I)
_ABOUT = re.compile(r"\babout (?P<x>(?:the |all )?[a-z]+(?: [a-z]+)?)\b", re.I)
_NUMBER = re.compile(r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) ", re.I)
_THEM = re.compile(r"\bof them\b", re.I)


def statements_of(stem: str, options: Sequence[str]) -> tuple[list[str], bool] | None:
    """The questions that tell which of several statements is true, and whether the false one is asked for; None where
    the options are no statements."""
    if not _STATEMENTS.search(stem) or any(len(option.split()) < 3 for option in options):
        return None
    about = _ABOUT.search(stem)
    said = [_about(option, re.sub(_NUMBER, "", about["x"])) if about is not None else option for option in options]
    return [checked(option) for option in said], _FALSE.search(stem) is not None


def _about(option: str, things: str) -> str:
    """A statement with what it is about instead of "they"."""
    option = re.sub(r"^they all\b", f"all of {things}", option, flags=re.I)
    option = re.sub(r"^(?:they|it)\b", things, option, flags=re.I)
    return _THEM.sub(f"of {things}", option)


_SUBJECT = re.compile(r"\W*(?P<x>(?:the|an?) [a-z]+(?: [a-z]+)??) (?=[a-z]+s\b)", re.I)


def completed(stem: str, options: Sequence[str]) -> list[str] | None:
    """The questions that tell which option ends a sentence truly: "the truck crosses the picture … (A) to the left"."""
    subject = _SUBJECT.match(stem)
    if subject is None or _QUESTION.match(stem) or any(option[:1].isdigit() for option in options):
        return None
    start = stem.rstrip(" .?…:")
    return [
        checked(re.sub(r"^(?:it|they)\b", subject["x"], option, flags=re.I) if _PRONOUN_FIRST.match(option) else
                f"{start} {option}") for option in options
    ]  # fmt: skip


_PRONOUN_FIRST = re.compile(r"(?:it|they)\b", re.I)


_IN_WHICH = re.compile(
    r"\W*(?:in|during|within|at) (?:which|what)(?: one)?(?: of (?:these|the following|them))?(?: [a-z]+){0,4}? "
    r"(?P<asks>(?:is|are|was|were|can|could|do|does|did|has|have)\b.+?)\?*$",
    re.I,
)
_CONTAINS = re.compile(
    r"\W*(?:which|what)(?: one)?(?: of (?:these|the following|them))?(?: [a-z]+){0,3}? "
    r"(?:contains?|shows?|includes?|has|have) (?P<what>.+?)(?: at all)?\?*$",
    re.I,
)
_SPAN = re.compile(r"^\W*(\d[\d:.]*) ?(?:s|sec|seconds)? ?(?:-|–|to|and) ?(\d[\d:.]*(?: ?s(?:ec|econds)?)?)\W*$", re.I)


def asked_in_each(stem: str, options: Sequence[str]) -> list[str] | None:
    """A yes-or-no question for each of several times or stretches that a question lets choose from; None where they
    are none, or it asks something else of them."""
    if not all(find_times(option, 1e6) or _SPAN.match(option) for option in options):
        return None
    if (found := _IN_WHICH.match(stem)) is not None:
        asks = found["asks"]
    elif (found := _CONTAINS.match(stem)) is not None:
        asks = f"is there {found['what']}"
    else:
        return None
    if re.search(r"\b(?:most|fewest|least|more|first|last|longest)\b", asks, re.I):
        return None
    return [f"{asks} {_when(option)}?" for option in options]


def _when(option: str) -> str:
    span = _SPAN.match(option)
    if span is not None:
        return f"between {span[1]} and {span[2]}"
    if re.match(r"(?:in|at|during|between|before|after|from)\b", option, re.I):
        return option
    return f"{'at' if option[:1].isdigit() else 'in'} {option}"
