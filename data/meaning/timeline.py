"""A clip (or a stretch of it) as a short timeline in words."""

from __future__ import annotations

from data.meaning.clip_view import ClipView
from data.meaning.parts import INF, Cut
from data.vocabulary import noun, with_article

MOST_LINES = 12


def clock(t_s: float) -> str:
    """65.0 → "1:05", 3725.4 → "1:02:05"."""
    whole = int(t_s)
    h, m, s = whole // 3600, whole // 60 % 60, whole % 60
    return f"{h}:{m:02d}:{s:02d}" if h else f"{m}:{s:02d}"


def counted(n: int, name: str) -> str:
    """Such as "a bus", "3 buses"."""
    words = noun(name)
    return with_article(words.singular) if n == 1 else f"{n} {words.plural}"


def timeline(view: ClipView, cut: Cut) -> str:
    """Such as "0:00: 2 people and a car in view. 0:12: a bus appears. …"; by kind where that were too long."""
    objects: dict[int, float] = {}
    for track, a in zip(cut.track.tolist(), cut.a.tolist(), strict=True):
        objects[track] = min(a, objects.get(track, INF))
    if not objects:
        return "Nothing is seen."
    names = {track: view.class_names[int(view.class_id[track])] for track in objects}
    moments: dict[float, dict[str, int]] = {}
    for track in sorted(objects, key=lambda k: (objects[k], k)):
        group = moments.setdefault(objects[track], {})
        group[names[track]] = group.get(names[track], 0) + 1
    if len(moments) > MOST_LINES:
        return _by_kind(objects, names)
    begin = max(cut.t0, 0.0)
    lines = []
    for at, group in moments.items():
        what = " and ".join(counted(n, name) for name, n in group.items())
        many = sum(group.values()) > 1
        lines.append(f"{clock(at)}: {what} {'in view' if at <= begin else 'appear' if many else 'appears'}.")
    return " ".join(lines)


def _by_kind(objects: dict[int, float], names: dict[int, str]) -> str:
    first: dict[str, float] = {}
    count: dict[str, int] = {}
    for track in sorted(objects, key=lambda k: (objects[k], k)):
        first.setdefault(names[track], objects[track])
        count[names[track]] = count.get(names[track], 0) + 1
    return " ".join(f"{counted(count[n], n)} in all, the first at {clock(at)}." for n, at in first.items())
