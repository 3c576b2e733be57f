"""Questions that fit a clip: only about what is in it, and worded as people ask."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data.meaning import ClipView, Question, run
from pipeline.answers import Answer
from pipeline.telling.english import a_thing, many, one

MOST = 6
BEGIN_S = 2.0
NOT_ASKED = frozenset(["when_most", "max_at_once"])


class Suggestion(NamedTuple):
    """A question as people ask it, and what it means."""

    text: str
    meaning: Question


def suggest_questions(view: ClipView, most: int = MOST) -> list[Suggestion]:
    """At most so many questions about a clip, the most telling first; each has an answer that is not "never"."""
    everything = Suggestion("What happens in this video?", Question("describe"))
    if not len(view):
        return [everything]
    counts = np.bincount(view.class_id, minlength=len(view.class_names))
    ranked = [int(c) for c in np.argsort(-counts, kind="stable") if counts[c]]
    top = view.class_names[ranked[0]]
    begin_s = {c: float(view.start_s[view.class_id == c].min()) for c in ranked}
    later = sorted(ranked, key=lambda c: begin_s[c] < BEGIN_S)  # what is there from the start is no news
    single = [view.class_names[c] for c in later if counts[c] == 1]
    several = [view.class_names[c] for c in later if counts[c] > 1 and c != ranked[0]]
    out = [_count(top, "appear") if counts[ranked[0]] > 1 else _when(top)]
    if several:
        out.append(_count(several[0], "are there"))
        out.append(_when(several[0], "first "))
    if single and single[0] != top:
        out.append(_when(single[0]))
    if counts[ranked[0]] > 2 and int(run(Question("max_at_once", x=top), view).value) > 1:
        out.append(Suggestion(f"When are most {many(top)} visible at once?", Question("when_most", x=top)))
    if len(ranked) > 1:
        out.append(Suggestion("What appears first?", Question("first")))
    out.append(everything)
    for name in (single or several)[:1]:
        first = "first " * (name not in single)
        out.append(Suggestion(f"How long is the {first}{one(name)} visible?", Question("duration", x=name)))
    if len(view) > 1 and view.duration_s > 40:
        last_s = 10 if view.duration_s < 120 else 30
        stretch = (view.duration_s - last_s, view.duration_s)
        text = f"How many {many(top)} are visible in the last {last_s} seconds?"
        out.append(Suggestion(text, Question("count_between", x=top, stretch=stretch)))
    if len(ranked) > 2:
        rare = view.class_names[ranked[-1]]
        out.append(Suggestion(f"What is visible together with {a_thing(rare)}?", Question("together_list", x=rare)))
    return list(dict.fromkeys(out))[:most]


def _count(name: str, verb: str) -> Suggestion:
    return Suggestion(f"How many {many(name)} {verb}?", Question("count", x=name))


def _when(name: str, first: str = "") -> Suggestion:
    return Suggestion(f"When does the {first}{one(name)} appear?",
                      Question("when_appears", x=name, nth=1 if first else None))  # fmt: skip


def suggest_next(answer: Answer) -> list[str]:
    """Short follow-up questions that fit the last answer; none after a refusal or where nothing was found."""
    if answer.refused or answer.understood is None or not answer.evidence:
        return []
    family, objects = answer.understood.family, len({e.track_id for e in answer.evidence})
    if family in ("count", "exists") and objects == 1:
        return ["When did it appear?", "How long was it visible?", "What came next?"]
    if family == "count":
        return ["When did the first one appear?", "When did the last one leave?", "How long were they visible?"]
    if family in ("first", "last", "nth", "next_after", "previous_before", "when_appears"):
        return ["And then?", "How long was it visible?", "Which side did it come from?"]
    if family == "when_leaves":
        return ["And then?", "How long was it visible?"]
    return []
