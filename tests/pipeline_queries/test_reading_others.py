"""Composed questions that leave kinds out, choose between things named first, and speak a benchmark's jargon."""

from __future__ import annotations

import pytest

from pipeline.asking.plain_moments import typed_out
from pipeline.queries import algebra as q
from tests.pipeline_queries.test_reading import BIKES, BUS, CARS, PEOPLE, comes, goes, read, that

THING = q.Who("thing")
LAST_MINUTE = q.There(q.Between(q.At(40.0), None))
FIRST = {what: q.Who(what, pick=1) for what in ("train", "bus", "skateboard")}


@pytest.mark.parametrize(
    ("text", "query"),
    [
        # kinds that are left out
        ("Other than cars and pedestrians, which kinds of road users are recorded, in order of appearance?",
         q.Kinds(q.Who("thing", but=("car", "person")))),
        ("classes other than person and bicycle, list", q.Kinds(q.Who("thing", but=("person", "bicycle")))),
        ("Setting the cars aside, how many vehicles move to the left?",
         q.Count(q.Who("vehicle", (q.Heads("left"),), but=("car",)))),
        ("Excluding persons, what was the last kind of object to appear on the recording?",
         q.Kinds(q.Who("thing", but=("person",), pick=-1), one=True)),
        ("Which non-car class has the largest number of tracks?", q.KindBy(q.Count(q.Who("thing", but=("car",))))),
        ("How many non-car vehicles were there?", q.Count(q.Who("vehicle", but=("car",)))),
        ("Apart from people and bicycles, what was the first thing to appear?",
         q.What(q.Who("thing", but=("person", "bicycle"), pick=1))),
        ("Leaving people and bicycles aside, what appears first?",
         q.What(q.Who("thing", but=("person", "bicycle"), pick=1))),
        ("What's the first thing we get to see that isn't a person?", q.What(q.Who("thing", but=("person",), pick=1))),
        # things to choose from, in front of what is asked
        ("bus or first skateboard - which came first",
         q.Which((("bus", comes(BUS)), ("skateboard", comes(FIRST["skateboard"]))), "fewest")),
        ("skateboard or bus: which one first?",
         q.Which((("skateboard", comes(q.Who("skateboard"))), ("bus", comes(BUS))), "fewest")),
        # jargon
        ("Number of car tracks with net motion to the right and a duration > 3 s?",
         q.Count(that(CARS, q.Heads("right"), q.Stays("more", q.Length(3.0))))),
        ("Time delta (s) between the onset of the bus and the onset of the third bike track?",
         q.Apart(comes(BUS), comes(q.Who("bicycle", pick=3)))),
        ("Number of car tracks lasting over 24 s that start later than t = 50 s?",
         q.Count(that(CARS, q.Stays("more", q.Length(24.0)), q.Comes(q.Between(q.At(50.0), None, open=True))))),
        # who and when
        ("Of the bikes that were there right from the start, how many went to the right?",
         q.Count(that(BIKES, q.There(q.Then(q.Edge(0.0))), q.Heads("right")))),
        ("Does the second pedestrian appear earlier than the first train?",
         q.Every(q.Who("person", pick=2), q.Comes(q.Between(None, comes(FIRST["train"]), open=True)))),
        ("all the bikes are gone by when?", q.When(goes(BIKES))),
        ("In the last minute, do people on bikes outnumber the people on foot?",
         q.Compare(q.Count(that(BIKES, LAST_MINUTE)), "more", q.Count(that(PEOPLE, LAST_MINUTE)))),
        ("who is still there at the very end", q.Kinds(that(PEOPLE, q.There(q.Then(q.Edge(1.0)))))),
    ],
)  # fmt: skip
def test_what_is_asked(text, query):
    assert read(text) == query


def test_a_first_minute_that_is_left_out():
    asked = read(typed_out("Ignoring the first minute, how many cars appear?"))
    assert asked == q.Count(that(CARS, q.Comes(q.Between(q.At(60.0), None, open=True))))
