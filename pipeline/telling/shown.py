"""What an answer shows: its evidence, with the moment and the box that show it best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.meaning import ClipView
from data.meaning import Evidence as Interval
from pipeline.answers import Evidence


def evidence_of(intervals: Sequence[Interval], view: ClipView, at_s: float | None = None) -> list[Evidence]:
    """Evidence in time order with its best moment: `at_s` where it lies inside, else where the box is largest."""
    place = {int(track): k for k, track in enumerate(view.track_id)}
    out = []
    for one in intervals:
        k = place[one.track_id]
        rows = slice(int(view.row_ptr[k]), int(view.row_ptr[k + 1]))
        t = view.edge_s[view.row_frame[rows]]
        inside = np.flatnonzero((t >= one.start_s - 1e-6) & (t <= one.end_s + 1e-6))
        if not len(inside):
            inside = np.array([max(int(np.searchsorted(t, one.start_s, side="right")) - 1, 0)])
        boxes = view.boxes_xywhn[rows][inside]
        best = int(np.prod(boxes[:, 2:], axis=1).argmax())
        if at_s is not None and one.start_s - 1e-6 <= at_s <= one.end_s + 1e-6:
            best = max(int(np.searchsorted(t[inside], at_s + 1e-6, side="right")) - 1, 0)
        box = tuple(float(v) for v in boxes[best])
        out.append(Evidence(one.track_id, one.class_name, one.start_s, one.end_s, float(t[inside[best]]), box))
    return sorted(out, key=lambda e: (e.start_s, e.track_id))
