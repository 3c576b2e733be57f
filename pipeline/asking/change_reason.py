"""Why the answer to a standing question is another one now: which track, and when (`reason_of`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.clock import clock
from pipeline.answers import Answer, Evidence
from pipeline.object_index import ObjectIndex

SAME_S = 0.5
"""Times and durations that differ by no more are the same."""


def answer_changed(before: Answer, now: Answer) -> bool:
    """Is it another answer? Other evidence or confidence for the same value is none."""
    if (before.refused, before.kind) != (now.refused, now.kind):
        return True
    a, b = before.value, now.value
    if isinstance(a, float | int) and isinstance(b, float | int) and now.kind in ("time", "duration"):
        return abs(a - b) > SAME_S
    return a != b


def reason_of(
    before: Answer | None, now: Answer, index: ObjectIndex, *, since_s: float, folded_s: float = 0.0
) -> dict[str, Any]:
    """What made the answer change: `what`, `track_id`, `class_name`, `t_s` (None where no track did), and `text`.

    what: "first answer"; "appeared", "came back", "went on" or "not counted" of a track in the evidence; "appeared" or
    "left" of the track that last did so since `since_s`; "folded" (forgotten: `folded_s`); else "time passed".
    """
    if before is None:
        return _reason("first answer", None, None, None, "the first answer")
    old, new = _by_track(before), _by_track(now)
    begun = [pieces[-1] for track, pieces in new.items() if track not in old]
    if begun:
        one = max(begun, key=lambda e: (e.start_s, e.track_id))
        what = "appeared" if len(new[one.track_id]) == 1 else "came back"
        return _of(one, what, one.start_s, f"{what} at {clock(one.start_s)}")
    gone = [pieces[-1] for track, pieces in old.items() if track not in new]
    if gone:
        one = max(gone, key=lambda e: (e.end_s, e.track_id))
        if (left_s := _left_meanwhile(one, before, now, index)) is not None:
            return _of(one, "left", left_s, f"left at {clock(left_s)}")
        if one.end_s < folded_s:
            return _of(one, "folded", one.end_s, f"was last seen at {clock(one.end_s)} and is forgotten by now")
        text = f"from {clock(one.start_s)} no longer counts: it is part of another one, or nothing, to all appearances"
        return _of(one, "not counted", one.start_s, text)
    again = [p[-1] for track, p in new.items() if p[-1].start_s > old[track][-1].end_s]
    if again:
        one = max(again, key=lambda e: e.start_s)
        return _of(one, "came back", one.start_s, f"came back at {clock(one.start_s)}")
    longer = [p[-1] for track, p in new.items() if p[-1].end_s > old[track][-1].end_s + 1e-6]
    if longer:
        one = max(longer, key=lambda e: e.end_s)
        return _of(one, "went on", one.end_s, f"was in view until {clock(one.end_s)}")
    return _last_event(index, since_s)


def _left_meanwhile(piece: Evidence, before: Answer, now: Answer, index: ObjectIndex) -> float | None:
    """When a track was last seen that a question about another moment than before no longer shows, seconds."""
    moments = [answer.understood.t_s if answer.understood is not None else None for answer in (before, now)]
    mine = np.flatnonzero(index.tracks.track_id == piece.track_id)
    if moments[0] == moments[1] or moments[1] is None or not len(mine):
        return None
    end_s = float(index.tracks.end_s[mine[0]])
    return end_s if end_s < moments[1] else None


def _last_event(index: ObjectIndex, since_s: float) -> dict[str, Any]:
    """The newest coming or going that the index knows of."""
    tracks = index.tracks
    now_s = float(index.frame_t_s[-1]) if len(index) else 0.0
    begins = np.where(tracks.start_s > since_s, tracks.start_s, -1.0)
    ends = np.where((tracks.end_s > since_s - index.step_s) & (tracks.end_s < now_s - 1e-6), tracks.end_s, -1.0)
    if len(tracks) and max(begins.max(), ends.max()) >= 0:
        came = begins.max() >= ends.max()
        k = int((begins if came else ends).argmax())
        t_s = float(begins[k] if came else ends[k])
        name, track = index.class_names[tracks.class_id[k]], int(tracks.track_id[k])
        text = f"{name} (track {track}) {'appeared' if came else 'left'} at {clock(t_s)}"
        return _reason("appeared" if came else "left", track, name, t_s, text)
    return _reason("time passed", None, None, None, "time passed")


def _by_track(answer: Answer) -> dict[int, list[Evidence]]:
    """Pieces of evidence of each track, in order of time."""
    out: dict[int, list[Evidence]] = {}
    for piece in sorted(answer.evidence, key=lambda e: e.start_s):
        out.setdefault(piece.track_id, []).append(piece)
    return out


def _of(piece: Evidence, what: str, t_s: float, text: str) -> dict[str, Any]:
    said = f"{piece.class_name} (track {piece.track_id}) {text}"
    return _reason(what, piece.track_id, piece.class_name, t_s, said)


def _reason(what: str, track_id: int | None, class_name: str | None, t_s: float | None, text: str) -> dict[str, Any]:
    t_s = None if t_s is None else round(t_s, 3)
    return {"what": what, "track_id": track_id, "class_name": class_name, "t_s": t_s, "text": text}
