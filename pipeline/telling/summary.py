"""A clip in a few lines that a person reads: what is in an `ObjectIndex`."""

from __future__ import annotations

import numpy as np

from data.clock import clock
from pipeline.domain import domain_doubt
from pipeline.object_index import ObjectIndex

BAR_CELLS = 40
BUSY_WINDOW_S = 60.0


def summary_lines(index: ObjectIndex) -> list[str]:
    """Duration, classes with their objects and when they show, the busiest minute, how the index was made."""
    made = index.provenance
    lines = [
        f"{made.get('source') or made.get('file') or 'clip'}: {clock(index.duration_s)} "
        f"({index.duration_s:.1f} s), {index.width}×{index.height}, {len(index)} frames looked at"
        + (f", every {index.step_s:.2g} s" if index.step_s else "")
    ]
    doubt = domain_doubt(made)
    lines += [f"warning: {warning}" for warning in (*index.warnings, *([doubt] if doubt else []))]
    tracks = index.tracks
    if not len(tracks):
        return [*lines, "no objects were seen"]
    lines.append("")
    lines.append(f"{'class':<18}{'objects':>8}{'first':>9}{'last':>9}{'at most':>9}   when")
    counts = np.bincount(tracks.class_id, minlength=len(index.class_names))
    for class_id in np.argsort(-counts, kind="stable"):
        if not counts[class_id]:
            break
        mine = tracks.class_id == class_id
        rows = np.flatnonzero(index.class_id == class_id)
        at_most = np.bincount(index.row_frame[rows], minlength=1).max()
        lines.append(
            f"{index.class_names[class_id]:<18}{counts[class_id]:>8}{clock(tracks.start_s[mine].min()):>9}"
            f"{clock(tracks.end_s[mine].max()):>9}{at_most:>9}   {_bar(index, rows)}"
        )
    lines += ["", f"{len(tracks)} object{'s' * (len(tracks) != 1)} in all"]
    if index.duration_s > BUSY_WINDOW_S:
        start_s, objects = _busiest(index)
        end_s = min(start_s + BUSY_WINDOW_S, index.duration_s)
        lines[-1] += f"; busiest minute: {clock(start_s)}–{clock(end_s)} with {objects}"
    if isinstance(detector := made.get("detector"), dict):
        lines.append("tracks as they were seen; an answer judges them again: some are invented, the same, or misnamed")
        lines.append(f"made with {detector.get('name')} ({detector.get('runtime')}), read by {made.get('decoder')}")
    return lines


def _bar(index: ObjectIndex, rows: np.ndarray) -> str:
    """When something of a class is visible: one character per fortieth of the clip."""
    t_s = index.frame_t_s[index.row_frame[rows]]
    begins, ends = (
        np.clip(t / max(index.duration_s, 1e-9) * BAR_CELLS, 0, BAR_CELLS - 1e-6) for t in (t_s, t_s + index.step_s)
    )
    seen = np.zeros(BAR_CELLS, bool)
    for first, last in np.unique(np.stack([begins, ends - 1e-6], 1).astype(int), axis=0):
        seen[first : last + 1] = True
    return "".join("█" if cell else "·" for cell in seen)


def _busiest(index: ObjectIndex) -> tuple[float, int]:
    """Start of the minute in which most different objects are visible, and how many."""
    best = (0.0, -1)
    for start_s in np.arange(0, index.frame_t_s[-1] + 1e-9, BUSY_WINDOW_S / 2):
        lo, hi = np.searchsorted(index.frame_t_s, [start_s, start_s + BUSY_WINDOW_S])
        objects = len(np.unique(index.track_id[index.offsets[lo] : index.offsets[hi]]))
        if objects > best[1]:
            best = (float(start_s), objects)
    return best
