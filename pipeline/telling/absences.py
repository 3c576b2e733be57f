"""Notes that tell more than the answer: all the times at which something is so ("that is so 6 times, 0:34 in all:
0:00–0:06, 0:20–0:23 …"), and what each of several things does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from data.clock import clock
from data.meaning import NONE, ClipView, Question, Truth, run
from data.vocabulary import THING
from pipeline.telling.english import capital, length_words, lower_first, many

MOST_SHOWN = 12
_WHEN = ("when_number", "when_at_least", "when_at_most")


_EACH = {"when_appears": "when_each", "when_leaves": "when_each_leaves", "leaves_when": "when_each_leaves"}
_FIRST = re.compile(r"\b(?:first|earliest|1st|last|final|latest)\b", re.I)


def each_note(text: str, question: Question, view: ClipView) -> tuple[str, ...]:
    """For "when do buses appear?", of which there are several: when each of them does; else nothing."""
    if question.nth not in (None, 1) or _FIRST.search(text):
        return ()
    if question.family in _OF_A_SIDE:
        return _sides_note(question, view)
    family = _EACH.get(question.family)
    if family is None:
        return ()
    asked = replace(question, family=family, nth=None)
    times = str(run(asked, view).value).split(", ")
    if len(times) < 2:
        return ()
    shown = ", ".join(times[:MOST_SHOWN]) + f" and {len(times) - MOST_SHOWN} more times" * (len(times) > MOST_SHOWN)
    return (f"of all {many(question.x or THING)}: {shown}",)


_SAYS_NONE = re.compile(r"\b(?:nobody|no ?-?one|nothing|empty|deserted|without|no|zero)\b", re.I)


def never_said(text: str, question: str, family: str, truth: Truth) -> str:
    """`text`, with a "never" before the fewest that are visible where the question is when there are none."""
    if family != "when_fewest" or not truth.evidence or not _SAYS_NONE.search(question):
        return text
    return f"Never: {lower_first(text)}"


_LONGEST = re.compile(r"^(?P<head>.*?)the longest time in which (?P<what>.+?) begins (?P<at>.+?)\.$", re.I | re.S)
_ALL_TIMES = re.compile(r"that is so (?P<often>.+?), (?P<total>\S+) in all: (?P<spans>.+)")


def times_said(text: str, notes: Sequence[str]) -> str:
    """The sentence about when something is so; all its times first, where a note (`absences_note`) has them."""
    told, found = next(filter(None, map(_ALL_TIMES.fullmatch, notes)), None), _LONGEST.match(text)
    if told is None or found is None:
        return text
    what = found["what"] if found["head"] else capital(found["what"])
    if told["often"] == "once":
        return f"{found['head']}{what} once: {told['spans']} ({told['total']})."
    return (
        f"{found['head']}{what} {told['often']}, {told['total']} in all: {told['spans']}; "
        f"the longest of them begins {found['at']}."
    )


def longest_said(said: str, question: Question, view: ClipView) -> str:
    """A sentence about the longest time without something, with when that was."""
    if question.family != "longest_absent":
        return said
    spans = [span for span in run(replace(question, family="when_fewest"), view).acceptable if isinstance(span, tuple)]
    length_s = run(question, view).value
    longest = max(spans, key=lambda span: span[1] - span[0], default=None)
    if longest is None or not length_s or abs(longest[1] - longest[0] - length_s) > 1.0:
        return said
    return f"{said.rstrip('.')} ({clock(longest[0])}–{clock(longest[1])})."


def ends_note(question: Question, view: ClipView) -> tuple[str, ...]:
    """For the longest break, which lies between two sights: whether there is none for longer before or after them."""
    if question.family != "longest_gap":
        return ()
    gap, absent = (run(replace(question, family=name), view).value for name in ("longest_gap", "longest_absent"))
    if not isinstance(absent, float) or absent <= (gap if isinstance(gap, float) else 0.0) + 1.0:
        return ()
    return (
        longest_said(
            f"for {length_words(absent)} there is none at the clip's start or end",
            replace(question, family="longest_absent"),
            view,
        ).rstrip("."),
    )


def at_first(question: Question, text: str, truth: Truth, view: ClipView) -> Truth:
    """Where the first time of several is asked for ("when are twelve there for the first time?"): that one."""
    if question.family not in _WHEN or not _FIRST_TIME.search(text):
        return truth
    spans = sorted(span for span in truth.acceptable if isinstance(span, tuple))
    if len(spans) < 2:
        return truth
    return run(replace(question, stretch=(float(view.edge_s[0]), spans[0][1] - 1e-3)), view)


_FIRST_TIME = re.compile(r"\bfirst time\b|\b(?:when|at what time)\b.*\bfirst\b", re.I)
_OF_A_SIDE = ("enters_from", "leaves_to", "direction")
MOST_SIDES = 200
"""Things whose sides are told one by one."""


def _sides_note(question: Question, view: ClipView) -> tuple[str, ...]:
    """For "from which side do people enter?": how many of them from each, where there are several."""
    if question.x in (None, THING):
        return ()
    number = int(view.mask(question.x).sum())
    if not 2 <= number <= MOST_SIDES or question.after is not None or question.before is not None or question.stretch:
        return ()
    words = [run(replace(question, nth=nth), view).value for nth in range(1, number + 1)]
    sides = Counter(word for word in words if word != NONE)
    told = ", ".join(f"{word} {n}" if len(sides) > 1 or n < number else word for word, n in sides.most_common())
    return (f"of all {number} {many(question.x)}: {told}",) if sides else ()


def absences_note(question: Question, truth: Truth, view: ClipView) -> tuple[str, ...]:
    """For a question about the fewest, where that is none at all: when none is visible, seconds; for one about when
    the fewest, or a number, are there, all such times; else nothing, as where it is so all the time.

    truth: the question's, in `view`.
    """
    if question.family in _WHEN or question.family == "when_fewest":
        when = truth
    elif question.family == "min_at_once" and not truth.evidence:
        when = run(replace(question, family="when_fewest"), view)
    else:
        return ()
    spans = sorted(span for span in when.acceptable if isinstance(span, tuple))
    if not spans or spans == [(float(view.edge_s[0]), float(view.edge_s[-1]))]:
        return ()
    often = "once" if len(spans) == 1 else f"{len(spans)} times"
    shown = ", ".join(f"{clock(a)}–{clock(b)}" for a, b in spans[:MOST_SHOWN]) + " …" * (len(spans) > MOST_SHOWN)
    return (f"that is so {often}, {clock(sum(b - a for a, b in spans))} in all: {shown}",)
