"""Questions that fit a clip: only about what is in it, and worded as people ask."""

from __future__ import annotations

import numpy as np

from data.meaning import ClipView, Question, run
from pipeline.answers import Answer
from pipeline.english import a_thing, many, one

MOST = 6
NOT_ASKED = frozenset(["when_most", "max_at_once"])


def suggest_questions(view: ClipView, most: int = MOST) -> list[str]:
    """At most so many questions about a clip, the most telling first; each has an answer that is not "never"."""
    if not len(view):
        return ["What happens in this video?"]
    counts = np.bincount(view.class_id, minlength=len(view.class_names))
    ranked = [int(c) for c in np.argsort(-counts, kind="stable") if counts[c]]
    top = view.class_names[ranked[0]]
    single = [view.class_names[c] for c in ranked if counts[c] == 1]
    several = [view.class_names[c] for c in ranked[1:] if counts[c] > 1]
    out = [f"How many {many(top)} appear?" if counts[ranked[0]] > 1 else f"When does the {one(top)} appear?"]
    if several:
        out.append(f"How many {many(several[0])} are there?")
        out.append(f"When does the first {one(several[0])} appear?")
    if single and single[0] != top:
        out.append(f"When does the {one(single[0])} appear?")
    if counts[ranked[0]] > 2 and int(run(Question("max_at_once", x=top), view).value) > 1:
        out.append(f"When are most {many(top)} visible at once?")
    if len(ranked) > 1:
        out.append("What appears first?")
    out.append("What happens in this video?")
    for name in (single or several)[:1]:
        out.append(f"How long is the {'first ' * (name not in single)}{one(name)} visible?")
    if len(view) > 1 and view.duration_s > 40:
        out.append(f"How many {many(top)} are visible in the last {10 if view.duration_s < 120 else 30} seconds?")
    if len(ranked) > 2:
        out.append(f"What is visible together with {a_thing(view.class_names[ranked[-1]])}?")
    return list(dict.fromkeys(out))[:most]


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
