"""Programs about two events: the time between them, and which is first."""

from __future__ import annotations

from data.meaning.choosing import truth_of
from data.meaning.clip_view import ClipView
from data.meaning.parts import Cut, event_time
from data.meaning.question import NEVER, Evidence, Question, Truth


def time_between(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Seconds from one event to the other, whichever is first; never where one of them does not happen."""
    one, two = (event_time(event, view) if event else None for event in (q.event, q.other))
    if one is None or two is None:
        return truth_of(q, NEVER, [])
    return truth_of(q, abs(two - one), _of_events(q, view))


def happens_before(q: Question, view: ClipView, cut: Cut) -> Truth:
    """Does one event happen before the other? Also where the other never does."""
    one, two = (event_time(event, view) if event else None for event in (q.event, q.other))
    return truth_of(q, one is not None and (two is None or one < two), _of_events(q, view))


def _of_events(q: Question, view: ClipView) -> list[Evidence]:
    """The run with which each event begins or ends."""
    out = []
    for event in (q.event, q.other):
        at = event_time(event, view) if event else None
        if at is None:
            continue
        ends = view.run_a if event.change == "appears" else view.run_b
        for run in (view.mask(event.thing)[view.run_track] & (ends == at)).nonzero()[0][:1].tolist():
            track = int(view.run_track[run])
            ids, names = view.labels
            piece = Evidence(ids[track], names[track], float(view.run_a[run]), float(view.run_b[run]))
            out += [piece] * (piece not in out)
    return out
