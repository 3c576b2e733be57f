"""Questions that bring their options: "which appears last: (a) truck (b) motorcycle (c) suitcase?" (of
`pipeline.compared`).

Where the options are things and the first or last of them is asked for, or which of them are seen at all, each is asked
after; otherwise the question is answered as it stands, and the option that says the same is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.clock import clock
from pipeline.answers import Answer
from pipeline.choices import choose
from pipeline.comparison import NEVER_S, Comparison, said_first, terms_in, times_of

_LETTER = re.compile(r"(?:^|(?<=[\s,;:?]))\(?(?P<letter>[A-Ha-h])[).:] +")
_COLON = re.compile(r":\s+(?P<options>[^:?]+?,? or [^:?]+?)\W*$", re.I)
_OR = re.compile(r"\s*,?\s+or\s+|\s*,\s*", re.I)
_FIRST_OR_LAST = re.compile(
    r"\b(?:(?P<first>first|earliest|before the others)|(?P<last>last|latest|after the others))\b", re.I
)
_COMES = re.compile(
    r"\b(?:appear\w*|com(?:e|es|ing)|came|arriv\w*|seen|enter\w*|show(?:s|ed)? up|visible|there)\b", re.I
)
_LEAVES = re.compile(r"\b(?:leav\w+|left|disappear\w*|gone|goes|vanish\w*)\b", re.I)
_SEEN = re.compile(
    r"\b(?:which|what)\b.*\b(?:of (?:these|the following|them)|following)\b.*\b(?:appear\w*|seen|visible"
    r"|there|shown|present)\b",
    re.I,
)
_WHEN = re.compile(r"\b(?:after|before|while|during|between|until)\b", re.I)
_NOT = re.compile(r"\b(?:not|never|n['’]t|neither)\b", re.I)
MOST_OPTIONS = 8


def _options(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The question without its options, and these; None where it brings none."""
    letters = list(_LETTER.finditer(text))
    if len(letters) >= 2 and letters[0]["letter"].lower() == "a":
        ends = [one.start() for one in letters[1:]] + [len(text)]
        said = [text[one.end() : end].strip(" ,;.?") for one, end in zip(letters, ends, strict=True)]
        said = [re.sub(r",?\s+or$", "", one) for one in said]
        stem = text[: letters[0].start()]
    elif (colon := _COLON.search(text)) is not None:
        said, stem = _OR.split(colon["options"].strip()), text[: colon.start()]
    else:
        return None
    stem = f"{stem.rstrip(' ,:;?')}?"
    if not all(said) or not 2 <= len(said) <= MOST_OPTIONS or len(stem.split()) < 2:
        return None
    return stem, tuple(said)


def _with_options(text: str) -> Comparison | None:
    found = _options(text)
    if found is None:
        return None
    stem, options = found
    things = [terms_in(option) for option in options]
    if all(len(one) == 1 for one in things):
        names = [one[0] for one in things]
        end = _FIRST_OR_LAST.search(stem)
        if end is not None and not _WHEN.search(stem) and (_COMES.search(stem) or _LEAVES.search(stem)):
            return _first_or_last(names, last=bool(end["last"]), leaves=bool(_LEAVES.search(stem)))
        if _SEEN.search(stem):
            return _which_are_seen(options, absent=bool(_NOT.search(stem)))

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        chosen = choose(answers[0], options, answers[0].doubts.about.duration_s)
        if chosen.index is None:
            return None
        option = options[chosen.index]
        return replace(
            together, text=f"{option[:1].upper()}{option[1:]}: {together.text[:1].lower()}{together.text[1:]}"
        )

    return Comparison((stem,), judge)


def _which_are_seen(options: Sequence[str], *, absent: bool) -> Comparison:
    """Such as "which of these is never seen: a person, a dog, a table?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        if any(one.kind != "yes_no" for one in answers):
            return None
        fitting = [option for option, one in zip(options, answers, strict=True) if one.value != absent]
        lead = ", ".join(fitting) if fitting else "None of them"
        return said_first(together, f"{lead[:1].upper()}{lead[1:]}", "text", lead)

    return Comparison(tuple(f"is there {_a(option)}?" for option in options), judge)


def _first_or_last(names: Sequence[str], *, last: bool, leaves: bool) -> Comparison:
    """Such as "which of the following appears last: truck, motorcycle, or suitcase?"."""

    def judge(together: Answer, answers: Sequence[Answer]) -> Answer | None:
        times = times_of(answers)
        seen = sorted((t, name) for t, name in zip(times or (), names, strict=bool(times)) if t < NEVER_S)
        if not seen:
            return None
        t_s, name = seen[-1 if last else 0]
        others = ", ".join(f"{other} {clock(t)}" for t, other in seen)
        said = f"The {name}, at {clock(t_s)} ({others})."
        return replace(together, kind="object", value=name, text=said)

    verb = "leave" if leaves else "appear"
    return Comparison(tuple(f"when does the {'last' if leaves else 'first'} {name} {verb}?" for name in names), judge)


def _a(option: str) -> str:
    """An option as it stands behind "is there": with an article, if it needs one."""
    words = re.sub(r"^(?:the|some) ", "", option.strip(), flags=re.I)
    if re.match(r"(?:an?|any) ", words, re.I) or words.endswith("s"):
        return words
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


FORMS = (_with_options,)
