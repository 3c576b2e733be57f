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
        # either of two kinds, sums of kinds, far ordinals
        ("How many cars or trucks came in from the left?",
         q.Count(q.Who("car", (q.Comes(side="left"),), also=("truck",)))),
        ("Is there ever a car or a bus on this street?", q.Exist(q.Who("car", also=("bus",)))),
        ("When does the first car or truck appear?", q.When(comes(q.Who("car", pick=1, also=("truck",))))),
        ("How many more cars than people and bikes together?",
         q.Less(q.Count(CARS), q.Count(q.Who("person", also=("bicycle",))))),
        ("is it true that there are 9 more cars than people and bikes put together?",
         q.Compare(q.Less(q.Count(CARS), q.Count(q.Who("person", also=("bicycle",)))), "exactly", q.Length(9.0))),
        ("When did the hundredth car arrive?", q.When(comes(q.Who("car", pick=100)))),
        ("Did anyone come into view after the fifteenth second?",
         q.Exist(that(PEOPLE, q.Comes(q.Between(q.At(15.0), None, open=True))))),
        # absences, waits, intervals that are told of
        ("How many objects re-enter after having been lost for at least two seconds?",
         q.Count(that(THING, q.AwayFor("least", q.Length(2.0))))),
        ("Which class has the most tracks with an interruption of at least two seconds?",
         q.KindBy(q.Count(that(THING, q.AwayFor("least", q.Length(2.0)))))),
        ("What was the longest gap between one car's arrival and the next car's arrival?", q.Waits(CARS, "longest")),
        ("Considering only the interval that began when the second bicycle had left and ended when the first bus"
         " arrived, how many persons came into view?",
         q.Count(that(PEOPLE, q.Comes(q.Between(goes(q.Who("bicycle", pick=2)), comes(FIRST["bus"])))))),
        ("Of everything recorded, what percentage was cars?", q.Share(CARS, THING)),
        # which is more at once, where and which way one is
        ("Is there any instant at which the bicycles in the frame outnumber the pedestrians?",
         q.Holds(q.Outnumbers(BIKES, PEOPLE))),
        ("Are there ever more bikes than people at once?", q.Holds(q.Outnumbers(BIKES, PEOPLE))),
        ("For how long do bikes outnumber people?", q.Time(q.Outnumbers(BIKES, PEOPLE))),
        ("Where in the frame is the last person to arrive when they first appear: left, centre or right?",
         q.Where(q.Who("person", pick=-1))),
        ("When the bike leaves, where is the truck?", q.Where(q.Who("truck"), goes(BIKES))),
        ("By which edge does the first car that appears after the truck's coming leave the frame?",
         q.Way(q.Who("car", (q.Comes(q.Between(comes(q.Who("truck")), None, open=True)),), pick=1), "leaves")),
        # n-th, after it has gone, relative clauses
        ("How many of the people showed up in the first two seconds and were gone again before 0:07?",
         q.Count(that(PEOPLE, q.Comes(q.Between(None, q.At(2.0))), q.Goes(q.Between(None, q.At(7.0), open=True))))),
        ("From 3 to 12 seconds, does the bike ever share the frame with a person?",
         q.Exist(that(BIKES, q.With(PEOPLE, q.Between(q.At(3.0), q.At(12.0)))))),
        ("Equally many cars and bikes?", q.Compare(q.Count(CARS), "exactly", q.Count(BIKES))),
        ("For how much time is at least one person or bicycle in sight?",
         q.Time(q.Number(q.Who("person", also=("bicycle",)), "least", 1))),
        ("when does the first person to return come back into the picture?",
         q.When(q.Happens(q.Who("person", pick=1, order="returns"), "returns"))),
        ("Which is in view longer, the bicycle that enters second or the one that enters last?",
         q.Which((("the second bicycle", q.Stay(q.Who("bicycle", pick=2))),
                  ("the last bicycle", q.Stay(q.Who("bicycle", pick=-1)))))),
        ("How much time passes between the first exit and the second exit?",
         q.Apart(*(goes(q.Who("thing", pick=n, order="leaves")) for n in (1, 2)))),
        ("When the car had driven off, how many more people appeared?",
         q.Count(that(PEOPLE, q.Comes(q.Between(goes(CARS), None, open=True))))),
        ("Of the bikes that appeared in the second half of the clip, how many headed right?",
         q.Count(that(BIKES, q.Comes(q.Between(q.Edge(0.5), None)), q.Heads("right")))),
        ("Does the truck get more time on screen than the bicycle?",
         q.Compare(q.Time(q.Number(q.Who("truck"), "least", 1)), "more", q.Time(q.Number(BIKES, "least", 1)))),
        ("How many tracks start later than 5 seconds and last less than 3 seconds?",
         q.Count(that(THING, q.Comes(q.Between(q.At(5.0), None, open=True)), q.Stays("fewer", q.Length(3.0))))),
    ],
)  # fmt: skip
def test_what_is_asked(text, query):
    assert read(text) == query


def test_a_first_minute_that_is_left_out():
    asked = read(typed_out("Ignoring the first minute, how many cars appear?"))
    assert asked == q.Count(that(CARS, q.Comes(q.Between(q.At(60.0), None, open=True))))


@pytest.mark.parametrize(
    "text",
    [
        "Are there ever more cars than people and bikes at once?",  # than both together, at a moment
        "Where is the first car when the bus appears, top or bottom?",
        "In what part of the video is the first car when the bus appears?",
        "When the bus had not left, how many people came?",
        "How many people share the picture with at least 24 cars?",
        "Apart from two cars, what stays longest?",
        "For each person, how long do they stay?",
        "When does each car leave?",
        "In the second half, is there anything besides two cars?",
    ],
)
def test_what_would_be_read_wrongly_is_not_read(text):
    assert read(text) is None


def test_the_first_half_left_out_is_the_second():
    asked = read(typed_out("Ignoring the first half, how many cars come?"))
    assert asked == q.Count(that(CARS, q.Comes(q.Between(q.Edge(0.5), None))))
    assert typed_out("My question is about the bus: how long is it there?").startswith("My question")


def test_what_is_there_all_the_time_may_be_one_after_another():
    always = q.Holds(q.Number(BIKES, "least", 1), always=True)
    assert read("Is there a bike in view the whole time?") == always
    assert read("Did a bike stay the whole time?") == q.Exist(
        that(BIKES, q.There(q.Between(None, None), throughout=True))
    )


def test_outnumbering_is_at_one_moment_if_it_ever_is():
    assert read("Do cars ever outnumber people?") == q.Holds(q.Outnumbers(CARS, PEOPLE))
    assert read("Do cars outnumber people?") == q.Compare(q.Count(CARS), "more", q.Count(PEOPLE))
