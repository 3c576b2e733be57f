"""Ways and sides compared, one number less another, and waits that two sentences tell of."""

from __future__ import annotations

import pytest

from data.meaning import ClipView
from pipeline.queries import algebra as q
from pipeline.queries.measures import found
from pipeline.queries.told import told
from tests.data.small_worlds import clip_of
from tests.pipeline_queries.test_reading import BIKES, BUS, CARS, PEOPLE, TRUCK, comes, goes, read, that

FIRST_SKATER, SECOND_SKATER = (q.Who("skateboard", pick=n) for n in (1, 2))


def ways(a, b, what="direction", opposite=False):
    return q.SameWay(q.Way(a, what), q.Way(b, what), opposite)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("do the bus and the first skateboarder come in from the same side?", ways(BUS, FIRST_SKATER, "enters")),
        ("do the two skaters travel in opposite directions", ways(FIRST_SKATER, SECOND_SKATER, opposite=True)),
        ("does the truck move the opposite way to the bus?", ways(TRUCK, BUS, opposite=True)),
        ("do the two skaters leave on opposite sides", ways(FIRST_SKATER, SECOND_SKATER, "leaves", True)),
        ("the truck - does it leave on the same side it came in from?",
         q.SameWay(q.Way(TRUCK, "enters"), q.Way(TRUCK, "leaves"))),
        ("Does the second cyclist go out on the side where he came in?",
         q.SameWay(*(q.Way(q.Who("bicycle", pick=2), what) for what in ("enters", "leaves")))),
        ("cars minus people, counted over the entire video?", q.Less(q.Count(CARS), q.Count(PEOPLE))),
        ("bikes going right minus bikes going left, please",
         q.Less(*(q.Count(that(BIKES, q.Heads(way))) for way in ("right", "left")))),
        ("total number of cars minus the most cars visible at one moment = ?", q.Less(q.Count(CARS), q.Most(CARS))),
        ("How many more pedestrians than bicycles were recorded?", q.Less(q.Count(PEOPLE), q.Count(BIKES))),
        ("Same number of cars as bicycles, yes or no?", q.Compare(q.Count(CARS), "exactly", q.Count(BIKES))),
        ("did just as many cars appear as bikes?", q.Compare(q.Count(CARS), "exactly", q.Count(BIKES))),
        ("how long do i have to wait from when the truck is gone til the bus comes", q.Apart(goes(TRUCK), comes(BUS))),
        ("the truck leaves, and then how long until the bus comes", q.Apart(goes(TRUCK), comes(BUS))),
        ("how far apart in time do the two skateboards first appear?",
         q.Apart(comes(FIRST_SKATER), comes(SECOND_SKATER))),
        ("how many of the road users in this video are NOT pedestrians?", q.Count(q.Who("thing", but=("person",)))),
    ],
)  # fmt: skip
def test_they_are_read(text, query) -> None:
    assert read(text) == query


@pytest.mark.parametrize("text", ["do the cars and the bus go the same way?", "do the three skaters go opposite ways?"])
def test_of_more_than_two_it_is_not_known_which(text) -> None:
    query = read(text)
    assert query is None or not (isinstance(query, q.SameWay) and query.opposite)


@pytest.fixture(scope="module")
def street() -> ClipView:
    """A bus to the right, a truck to the left, a car that turns back: in from the left, out on the left."""
    there_and_back = [(0.05, 0.5), (0.6, 0.5), (0.04, 0.5)]
    return ClipView.of(
        clip_of(
            [
                ("bus", [(20, 40)], (0.05, 0.5), (0.95, 0.5)),
                ("truck", [(10, 24)], (0.95, 0.6), (0.05, 0.6)),
                ("car", [(30, 60)], there_and_back[0], there_and_back[2]),
            ]
        )
    )


@pytest.mark.parametrize(
    ("query", "right", "words"),
    [
        (ways(BUS, TRUCK), False, "No"),
        (ways(BUS, TRUCK, opposite=True), True, "Yes"),
        (ways(BUS, CARS, "enters"), True, "Yes"),
        (ways(BUS, CARS, "leaves", True), True, "Yes"),
        (q.SameWay(q.Way(CARS, "enters"), q.Way(CARS, "leaves")), True, "Yes"),
        (q.SameWay(q.Way(BUS, "enters"), q.Way(BUS, "leaves")), False, "No"),
    ],
)
def test_they_are_worked_out_and_said(street, query, right, words) -> None:
    one = found(query, street)
    assert one.value is right
    assert told(query, one, street).startswith(f"{words}: ")


def test_who_is_not_there_has_no_way(street) -> None:
    assert found(ways(BUS, PEOPLE), street) is None
