"""A clip (or a stretch of it) as a short timeline in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.clock import clock, nearest_second
from data.meaning.absence import begins_visit
from data.meaning.clip_view import ClipView
from data.meaning.leaving import STILL_THERE_S, clip_ends
from data.meaning.parts import INF, Cut
from data.vocabulary import noun, with_article

MOST_LINES = 12
"""With more moments than this, newcomers are put together by parts of the clip."""
MOMENT_S = 1.0
"""Of what comes back for less, nothing is told."""
MOST_PARTS = 8
MOST_KINDS = 4
"""Named per part; kinds that are new are always named."""
PART_S = (5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


def counted(n: int, name: str) -> str:
    """Such as "a bus", "3 buses"."""
    words = noun(name)
    return with_article(words.singular) if n == 1 else f"{n} {words.plural}"


def timeline(view: ClipView, cut: Cut) -> str:
    """Such as "0:00: 2 people and a car in view. 0:12: a bus appears. 0:20: a person leaves. …"; where much happens, by
    parts of the clip: "0:00–1:00: 8 people and a car appear. …". Every kind is named where it first appears."""
    objects: dict[int, float] = {}
    for track, a in zip(cut.track.tolist(), cut.a.tolist(), strict=True):
        objects[track] = min(a, objects.get(track, INF))
    if not objects:
        return "Nothing is seen."
    names = {track: view.class_names[int(view.class_id[track])] for track in objects}
    begin = max(cut.t0, 0.0)
    moments: dict[float, dict[str, int]] = {}  # by whole seconds, as they are shown
    for track in sorted(objects, key=lambda k: (objects[k], k)):
        at = objects[track]
        second = nearest_second(at)
        _add(moments, begin if at <= begin or second == nearest_second(begin) else float(second), names[track])
    if len(moments) > MOST_LINES:
        return _by_parts(moments, begin, min(cut.t1, max(view.duration_s, *moments)))
    lines = [(at, 0 if at <= begin else 1, group) for at, group in moments.items()]
    further = _comings_and_goings(view, cut, names, begin)
    if len(lines) + len(further) <= 2 * MOST_LINES:
        lines = sorted(lines + further, key=lambda line: line[:2])
    return " ".join(_line(*line) for line in lines)


_VERBS = (("in view", "in view"), ("appears", "appear"), ("comes back", "come back"), ("leaves", "leave"))
"""What happens, of one and of several, in the order in which it is told of one second."""


def _line(at: float, verb: int, group: dict[str, int]) -> str:
    what = _listed([counted(n, name) for name, n in group.items()])
    return f"{clock(at)}: {what} {_VERBS[verb][sum(group.values()) > 1]}."


def _comings_and_goings(
    view: ClipView, cut: Cut, names: dict[int, str], begin: float
) -> list[tuple[float, int, dict[str, int]]]:
    """Leavings and returns in the stretch, by whole seconds: (time, place of the verb, how many of each kind).

    What is seen until just before the stretch ends has not left, what is hidden for a moment has not gone, and of what
    shows for a moment only it is not told that it is back.
    """
    end = min(cut.t1, clip_ends(view))
    found: dict[tuple[float, int], dict[str, int]] = {}
    first = np.flatnonzero(begins_visit(cut))
    last = np.append(first[1:], len(cut.run)) - 1
    seen: set[int] = set()
    for track, a, b in zip(
        cut.track[first].tolist(), cut.a[first].tolist(), view.run_b[cut.run[last]].tolist(), strict=True
    ):
        if track in seen and b - a < MOMENT_S:
            continue
        if track in seen and a > begin:
            _add(found, (float(nearest_second(a)), 2), names[track])
        seen.add(track)
        if b < end - STILL_THERE_S:
            _add(found, (float(nearest_second(b)), 3), names[track])
    return [(at, verb, group) for (at, verb), group in found.items()]


def _add(found: dict[Any, dict[str, int]], key: Any, name: str) -> None:
    """One more of a kind at `key`."""
    group = found.setdefault(key, {})
    group[name] = group.get(name, 0) + 1


def _by_parts(moments: dict[float, dict[str, int]], begin: float, end: float) -> str:
    """The newcomers of each of at most `MOST_PARTS` stretches of a round length; kinds that are new go first, and of
    the others the most frequent ones are named."""
    length = next((s for s in PART_S if s * MOST_PARTS >= end - begin), (end - begin) / MOST_PARTS)
    parts: dict[int, dict[str, int]] = {}
    in_view = moments.get(begin, {})
    for at, group in moments.items():
        if at > begin or not in_view:
            part = parts.setdefault(int((at - begin) // length), {})
            for name, n in group.items():
                part[name] = part.get(name, 0) + n
    lines = []
    if in_view:
        lines.append(f"{clock(begin)}: {_listed([counted(n, name) for name, n in in_view.items()])} in view.")
    known = set(in_view)
    for k, part in parts.items():
        new = [name for name in part if name not in known]
        others = sorted((name for name in part if name in known), key=lambda name: -part[name])
        named = new + others[: max(MOST_KINDS - len(new), 0)]
        left = sum(part.values()) - sum(part[name] for name in named)
        what = [counted(part[name], name) for name in named] + [f"{left} more"] * (left > 0)
        begins, ends = begin + k * length, min(begin + (k + 1) * length, end)
        verb = "appears" if sum(part.values()) == 1 else "appear"
        lines.append(f"{clock(begins)}–{clock(ends)}: {_listed(what)} {verb}.")
        known |= set(new)
    return " ".join(lines)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
