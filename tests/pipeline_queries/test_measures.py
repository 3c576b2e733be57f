"""Composed questions worked out on clips: by hand on a small one, and by a second, plain reading on random ones."""

from __future__ import annotations

import numpy as np
import pytest

from data.meaning import ClipView
from pipeline.queries import algebra as q
from pipeline.queries.measures import amount_of, found
from pipeline.queries.objects import chosen
from pipeline.queries.times import moment_s, when_holds
from tests.data.small_worlds import clip_of, random_clip

BUS, CARS, PEOPLE = q.Who("bus"), q.Who("car"), q.Who("person")
STEP_S = 0.5


@pytest.fixture(scope="module")
def street() -> ClipView:
    """50 s: a bus 10–20 s; cars 5–12 s (to the right), 15–30 s (to the left), 40–50 s; a person all the time, one 12–14
    and 18–20 s."""
    return ClipView.of(
        clip_of(
            [
                ("bus", [(20, 40)], (0.05, 0.5), (0.95, 0.5)),
                ("car", [(10, 24)], (0.05, 0.6), (0.95, 0.6)),
                ("car", [(30, 60)], (0.95, 0.6), (0.05, 0.6)),
                ("car", [(80, 100)], (0.5, 0.6), (0.5, 0.6)),
                ("person", [(0, 100)], (0.2, 0.3), (0.2, 0.3)),
                ("person", [(24, 28), (36, 40)], (0.3, 0.95), (0.3, 0.05)),
            ]
        )
    )


def value(query: q.Query, view: ClipView):
    one = found(query, view)
    return None if one is None else one.value


BUS_THERE = q.While(q.Number(BUS, "least", 1))


@pytest.mark.parametrize(
    ("query", "right"),
    [
        (q.Count(q.Who("car", (q.Comes(BUS_THERE),))), 1),
        (q.Count(q.Who("car", (q.There(BUS_THERE),))), 2),
        (q.Count(q.Who("car", (q.With(BUS),))), 2),
        (q.Count(q.Who("car", (q.Goes(q.Between(None, q.Happens(BUS, "leaves"), open=True)),))), 1),
        (q.Count(q.Who("car", (q.Comes(None, "left"), q.Goes(None, "right")))), 1),
        (q.Count(q.Who("car", (q.Not(q.Goes()),))), 1),  # the third is there to the end
        (q.Count(q.Who("person", (q.Returns(),))), 1),
        (q.Count(q.Who("person", (q.Returns(gone=q.Between(q.At(20.0), None)),))), 0),
        (q.Count(q.Who("person", (q.AwayFor("least", q.Length(4.0)),))), 1),
        (q.Count(q.Who("person", (q.AwayFor("more", q.Length(4.0)),))), 0),
        (q.Absence(q.Who("person", (q.Returns(),)), "one"), 4.0),
        (q.Count(q.Who("car", (q.Comes(q.While(q.Away(PEOPLE))),))), 1),
        (q.Time(q.Away(PEOPLE)), 4.0),
        (q.Kinds(q.Who("thing", (q.There(q.Between(q.At(22.0), q.At(30.0))),))), ["person", "car"]),
        (q.Kinds(q.Who("thing", (q.There(q.Between(q.At(22.0), q.At(29.0))),)), none=True, one=True), "bus"),
        (q.Kinds(q.Who("thing", (q.Heads("moving"),)), none=True), []),
        (q.KindBy(q.Stay(q.Who("thing"), "mean"), "most"), "person"),
        (q.KindBy(q.Count(q.Who("thing")), "fewest"), "bus"),
        (q.KindsOf(q.Who("thing"), "exactly", 2), "person"),
        (q.Count(q.Who("thing", (q.AnyOf((q.Comes(None, "right"), q.Heads("up"))),))), 2),
        (q.When(q.Happens(PEOPLE, "goes")), 14.0),
        (q.Mostly(CARS, q.Heads("still")), False),
        (q.Mostly(CARS, q.Not(q.Heads("still"))), True),
        (q.Busiest(CARS, 10.0), 0.0),
        (q.Busiest(CARS, 10.0, "fewest"), 20.0),
        (q.Busiest(CARS, 0.0), None),
        (q.Apart(q.Edge(0.0), q.Begins(q.Number(CARS, "exactly", 0), longest=True, over=True)), 40.0),
        (q.Count(q.Who("thing", (q.Stays("more", q.Stay(BUS)),))), 2),
        (q.Count(q.Who("thing", but=("car", "bus"))), 2),
        (q.Exist(q.Who("car", (q.Heads("left"), q.There(BUS_THERE)))), True),
        (q.Every(CARS, q.Heads("moving")), False),
        (q.Alike(CARS, "direction"), False),
        (q.Way(CARS, "direction", majority=True), "right"),
        (q.Way(q.Who("car", pick=2), "direction"), "left"),
        (q.Share(q.Who("car", (q.Heads("still"),)), CARS), 1 / 3),
        (q.Stay(CARS, "median"), 10.0),
        (q.Stay(CARS, "range"), 8.0),
        (q.Stay(q.Who("person", pick=2)), 4.0),
        (q.Time(q.Number(CARS, "exactly", 0)), 18.0),
        (q.Time(q.Number(CARS, "exactly", 0), None, "longest"), 10.0),
        (q.Time(q.Number(CARS, "least", 1), None, "spells"), 3),
        (q.Time(q.Both(q.Number(CARS, "least", 1), q.Number(BUS, "least", 1))), 7.0),
        (q.Waits(CARS, "longest"), 25.0),
        (q.Most(q.Who("thing"), BUS_THERE, "most"), 4),
        (q.Most(q.Who("thing"), q.Then(q.At(45.0)), "most"), 2),
        (q.Apart(q.Happens(BUS, "leaves"), q.Happens(q.Who("car", pick=-1), "appears")), 20.0),
        (q.When(q.Happens(q.Who("car", pick="longest"), "appears")), 15.0),
        (q.When(q.Happens(q.Who("car", pick=1, order="leaves"), "leaves")), 12.0),
        (q.When(q.Begins(q.Number(CARS, "exactly", 0))), 0.0),
        (q.When(q.Begins(q.Number(PEOPLE, "least", 2), last=True)), 20.0),
        (q.When(q.Happens(PEOPLE, "returns")), 18.0),
        (q.When(q.Happens(q.Who("car", (q.Heads("up"),)), "appears")), "never"),
        (q.Sooner(q.Happens(BUS, "leaves"), q.Happens(q.Who("car", pick=2), "leaves")), True),
        (q.Holds(q.Number(q.Who("thing"), "least", 4)), True),
        (q.Holds(q.Number(PEOPLE, "least", 1), always=True), True),
        (q.Holds(q.Number(CARS, "least", 1), q.Between(q.At(31.0), q.At(39.0))), False),
        (q.Compare(q.Count(CARS), "more", q.Count(PEOPLE)), True),
        (q.Less(q.Count(CARS), q.Count(BUS)), 2),
        (q.Less(q.Stay(CARS, "longest"), q.Stay(BUS)), 5.0),
        (q.Ratio(q.Stay(BUS), q.Stay(q.Who("car", pick=1))), 10 / 7),
        (q.Which((("car", q.Count(CARS)), ("bus", q.Count(BUS)))), "car"),
        (q.Which((("car", q.Happens(CARS, "appears")), ("bus", q.Happens(BUS, "appears"))), "fewest"), "car"),
        (q.Which((("person", q.Count(PEOPLE)), ("left", q.Count(q.Who("car", (q.Heads("left"),)))))), "person"),
        (q.Ranked((("bus", q.Count(BUS)), ("person", q.Count(PEOPLE)), ("car", q.Count(CARS)))),
         ["car", "person", "bus"]),
        (q.What(q.Who("thing", but=("person",), pick="longest")), "car"),
        (q.Trend(q.Who("thing"), q.At(1.0), q.At(19.0)), "grow"),
        (q.Stay(q.Who("car", (q.Heads("up"),)), "median"), None),
        (q.Every(q.Who("car", (q.Heads("up"),)), q.Returns()), None),
        (q.Ratio(q.Count(BUS), q.Count(q.Who("car", (q.Heads("up"),)))), None),
    ],
)  # fmt: skip
def test_by_hand(street, query, right):
    got = value(query, street)
    assert got == pytest.approx(right) if isinstance(right, float) else got == right


def test_a_moment_that_never_comes_limits_to_nothing(street):
    after_dog = q.Between(q.Happens(q.Who("car", pick=9), "appears"), None, open=True)
    assert value(q.Count(q.Who("person", (q.There(after_dog),))), street) == 0


@pytest.mark.parametrize("seed", range(25))
def test_a_plain_second_reading(seed):
    index = random_clip(seed)
    view = ClipView.of(index)
    frames = [set(index.track_id[index.offsets[k] : index.offsets[k + 1]].tolist()) for k in range(len(index))]
    name = {int(t): index.class_names[c] for t, c in zip(index.track_id, index.class_id, strict=True)}
    if len(name) < 2:
        pytest.skip("nothing to ask about")
    rng = np.random.default_rng(seed)
    x, y = (str(n) for n in rng.choice(sorted(set(name.values())), 2))
    of = {term: {t for t, n in name.items() if n == term} for term in (x, y)}
    a, b = sorted(rng.uniform(0, index.duration_s, 2).tolist())
    t_s = index.frame_t_s

    def first(t: int) -> float:
        return float(next(t_s[k] for k in range(len(frames)) if t in frames[k]))

    def told(who: q.Who) -> set[int]:
        return set(view.track_id[chosen(who, view)].tolist())

    stretch = q.Between(q.At(a), q.At(b))
    seen_in = {
        t for t in of[x] if any(t in frames[k] and t_s[k] <= b and t_s[k] + STEP_S > a for k in range(len(frames)))
    }
    assert told(q.Who(x, (q.There(stretch),))) == seen_in
    assert told(q.Who(x, (q.Comes(stretch),))) == {t for t in of[x] if a <= first(t) <= b}
    together = {t for t in of[x] if any(t in seen and (of[y] - {t}) & seen for seen in frames)}
    assert told(q.Who(x, (q.With(q.Who(y)),))) == together
    inside = [k for k in range(len(frames)) if t_s[k] <= b and t_s[k] + STEP_S > a]
    beside = {t for t in of[x] if any(t in frames[k] and (of[y] - {t}) & frames[k] for k in inside)}
    assert told(q.Who(x, (q.With(q.Who(y), stretch),))) == beside
    more = sum(STEP_S for seen in frames if len(seen & of[x]) > len(seen & of[y]))
    assert amount_of(q.Time(q.Outnumbers(q.Who(x), q.Who(y))), view) == pytest.approx(more)
    assert told(q.Who(x, also=(y,))) == of[x] | of[y]
    begin = min(map(first, of[y]))
    assert moment_s(q.Happens(q.Who(y), "appears"), view) == pytest.approx(begin)
    assert told(q.Who(x, (q.Comes(q.Between(q.Happens(q.Who(y), "appears"), None, open=True)),))) == {
        t for t in of[x] if first(t) > begin
    }
    with_two = sum(STEP_S for seen in frames if len(seen & of[x]) >= 2)
    assert amount_of(q.Time(q.Number(q.Who(x), "least", 2)), view) == pytest.approx(with_two)
    free = sum(STEP_S for seen in frames if not seen & of[x] and seen & of[y]) if x != y else 0.0
    both = q.Both(q.Number(q.Who(x), "exactly", 0), q.Number(q.Who(y), "least", 1))
    assert sum(d - c for c, d in when_holds(both, view, None)) == pytest.approx(free)
    lengths = {t: sum(STEP_S for seen in frames if t in seen) for t in of[x]}
    assert amount_of(q.Stay(q.Who(x), "mean"), view) == pytest.approx(np.mean(list(lengths.values())))
    limit = float(np.median(list(lengths.values())))
    assert told(q.Who(x, (q.Stays("more", q.Length(limit)),))) == {t for t, s in lengths.items() if s > limit + 1e-6}
