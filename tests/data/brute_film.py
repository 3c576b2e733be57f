"""A clip frame by frame, and what several of the second readings in `brute_force` need."""

from __future__ import annotations

from data.meaning import Event, Question
from data.vocabulary import kinds_above
from pipeline.object_index import ObjectIndex


class Film:
    """Frame by frame: begin and end of each frame, and {object: box} of each frame."""

    def __init__(self, index: ObjectIndex) -> None:
        times = [float(t) for t in index.frame_t_s]
        self.begin = times
        last = min(times[-1] + index.step_s, index.duration_s)
        self.end = [*times[1:], last if last > times[-1] else times[-1] + (index.step_s or 1.0)]
        self.shown: list[dict[int, list[float]]] = []
        self.name: dict[int, str] = {}
        for k in range(len(times)):
            here = {}
            for row in range(int(index.offsets[k]), int(index.offsets[k + 1])):
                who = int(index.track_id[row])
                here[who] = [float(v) for v in index.boxes_xywhn[row]]
                self.name[who] = index.class_names[int(index.class_id[row])]
            self.shown.append(here)
        self.tall = index.height / index.width
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for k, here in enumerate(self.shown):
            for who in here:
                self.first.setdefault(who, k)
                self.last[who] = k
        self.by_arrival = sorted(self.first, key=lambda who: (self.first[who], who))

    def arrives(self, who: int) -> float:
        return self.begin[self.first[who]]

    def goes(self, who: int) -> float:
        return self.end[self.last[who]]

    def meant(self, term: str) -> list[int]:
        """Objects that a term means, by arrival."""
        return [w for w in self.by_arrival if self.name[w] == term or term in kinds_above(self.name[w])]

    def happens(self, event: Event) -> float | None:
        who = self.meant(event.thing)
        if not who:
            return None
        if event.change == "appears":
            if event.nth == "last":
                return self.arrives(who[-1])
            n = 1 if event.nth is None else event.nth
            return self.arrives(who[n - 1]) if n <= len(who) else None
        if event.nth in (None, "last"):
            return max(self.goes(w) for w in who)
        return self.goes(who[event.nth - 1]) if event.nth <= len(who) else None

    def limits(self, q: Question) -> tuple[float, float] | None:
        low, high = q.stretch if q.stretch else (-1e18, 1e18)
        for event, is_low in ((q.after, True), (q.before, False)):
            if event is None:
                continue
            at = self.happens(event)
            if at is None:
                return None
            low, high = (max(low, at), high) if is_low else (low, min(high, at))
        return (low, high) if low <= high else None


def _gone(film, w):
    return film.goes(w) <= film.end[-1] - 1.0 + 1e-9


def _seen(film, frames, who=None):
    out = []
    for k in frames:
        for w in film.shown[k]:
            if (who is None or w in who) and w not in out:
                out.append(w)
    return out


def count(q, film, frames, low, high):
    return [len(_seen(film, frames, film.meant(q.x)))]


def max_at_once(q, film, frames, low, high):
    who, most = film.meant(q.x), 0
    for k in frames:
        most = max(most, len([w for w in film.shown[k] if w in who]))
    return [most]


def min_at_once(q, film, frames, low, high):
    """Moments of no length (the end of a stretch on a frame's edge) don't count."""
    who = film.meant(q.x)
    lasting = [k for k in frames if min(film.end[k], high) - max(film.begin[k], low) > 1e-9]
    return [min((len([w for w in film.shown[k] if w in who]) for k in lasting), default=0)]


def _returns(q, film, low, high):
    who = film.meant(q.x)
    if q.nth is not None:
        who = who[-1:] if q.nth == "last" else who[q.nth - 1 : q.nth]
    times = []
    for w in who:
        before = None
        for k in range(len(film.begin)):
            if w in film.shown[k]:
                if before is not None and k > before + 1 and film.begin[k] - film.end[before] >= 2.0 - 1e-9:
                    times.append(film.begin[k])
                before = k
    return sorted(t for t in times if low <= t <= high)
