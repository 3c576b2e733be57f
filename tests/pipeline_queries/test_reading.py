"""What composed questions mean, word by word; and that nothing that is not understood is passed over."""

from __future__ import annotations

import pytest

from pipeline.queries import algebra as q
from pipeline.queries.reading import read_query
from pipeline.queries.words import tokens_of

NAMES = ("person", "bicycle", "car", "bus", "truck", "train", "skateboard")
BUS, TRUCK, CARS, PEOPLE, BIKES = (q.Who(term) for term in ("bus", "truck", "car", "person", "bicycle"))


def read(text: str) -> q.Query | None:
    return read_query(text, NAMES, 100.0)


def that(who: q.Who, *tests: q.Test) -> q.Who:
    return q.Who(who.term, tests)


def comes(who: q.Who) -> q.Happens:
    return q.Happens(who, "appears")


def goes(who: q.Who) -> q.Happens:
    return q.Happens(who, "leaves")


BUS_THERE = q.While(q.Number(BUS, "least", 1))
FIRST_BIKE, SECOND_BIKE = q.Who("bicycle", pick=1), q.Who("bicycle", pick=2)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("How many bikes rolled into view during the bus's presence?", q.Count(that(BIKES, q.Comes(BUS_THERE)))),
        ("how many bikes come along while the bus is there", q.Count(that(BIKES, q.Comes(BUS_THERE)))),
        ("When the bus turned up, how many bikes were on screen with it?",
         q.Count(that(BIKES, q.With(BUS, q.Then(comes(BUS)))))),
        ("Of the pedestrians in shot at the very start, how many are still there at 0:28?",
         q.Count(that(PEOPLE, q.There(q.Then(q.Edge(0.0))), q.There(q.Then(q.At(28.0)))))),
        ("How many of those people who stayed under ten seconds moved upwards?",
         q.Count(that(PEOPLE, q.Stays("fewer", q.Length(10.0)), q.Heads("up")))),
        ("Between the departure of the first bike and the arrival of the second one, how many individuals walked in?",
         q.Count(that(PEOPLE, q.Comes(q.Between(goes(FIRST_BIKE), comes(SECOND_BIKE)))))),
        ("How many people came in on the left side and went out on the right side?",
         q.Count(that(PEOPLE, q.Comes(side="left"), q.Goes(side="right")))),
        ("In the ten seconds leading up to the first pedestrian, how many cars appeared?",
         q.Count(that(CARS, q.Comes(q.Between(q.Shifted(comes(q.Who("person", pick=1)), -10.0),
                                              comes(q.Who("person", pick=1)), open=True))))),
        ("How many cars lasted between four and five seconds?",
         q.Count(that(CARS, q.Stays("least", q.Length(4.0), q.Length(5.0))))),
        ("How many persons came back after having disappeared for a while?", q.Count(that(PEOPLE, q.Returns()))),
        ("How many cars were left once the truck had driven off?",
         q.Count(that(CARS, q.There(q.Then(goes(TRUCK)))))),
        ("Did any of the cars not move?", q.Exist(that(CARS, q.Not(q.Heads("moving"))))),
        ("Is it true that every skateboarder came in from the right?",
         q.Every(q.Who("skateboard"), q.Comes(side="right"))),
        ("Did all the bicycles go the same way?", q.Alike(BIKES, "direction")),
        ("Had the train already gone when the first bicycle rolled into view?",
         q.Exist(that(q.Who("train"), q.Goes(q.Between(None, comes(FIRST_BIKE)))))),
        ("Does the very last car to show up arrive before 1:10?",
         q.Every(q.Who("car", pick=-1), q.Comes(q.Between(None, q.At(70.0), open=True)))),
        ("Did at least one pedestrian stay longer than the bus did?",
         q.Exist(that(PEOPLE, q.Stays("more", q.Time(q.Number(BUS, "least", 1)))))),
        ("Were five or more bicycles ever in view together?", q.Holds(q.Number(BIKES, "least", 5))),
        ("At what time did the person with the shortest visit arrive?",
         q.When(comes(q.Who("person", pick="shortest")))),
        ("The car that stays longest: when does it first appear?", q.When(comes(q.Who("car", pick="longest")))),
        ("At what point were there no people left in the picture for the first time?",
         q.When(q.Begins(q.Number(PEOPLE, "exactly", 0)))),
        ("How long did it take until ten people had appeared?",
         q.Apart(q.Edge(0.0), comes(q.Who("person", pick=10)))),
        ("From the bus's exit to the first skateboard, how much time went by?",
         q.Apart(goes(BUS), comes(q.Who("skateboard", pick=1)))),
        ("What's the median length of a cyclist's visit?", q.Stay(BIKES, "median")),
        ("What's the difference between the longest and the shortest stay of a cyclist?", q.Stay(BIKES, "range")),
        ("For how many seconds in total were three or more people on screen simultaneously?",
         q.Time(q.Number(PEOPLE, "least", 3))),
        ("What is the total time with exactly one car on screen?", q.Time(q.Number(CARS, "exactly", 1))),
        ("In how many separate spells were pedestrians on screen?",
         q.Time(q.Number(PEOPLE, "least", 1), None, "spells")),
        ("How long are a bicycle and a bus visible together?",
         q.Time(q.Both(q.Number(BIKES, "least", 1), q.Number(BUS, "least", 1)))),
        ("What was the longest wait between one skateboarder turning up and the next?",
         q.Waits(q.Who("skateboard"), "longest")),
        ("By how many do left-going cars outnumber right-going cars?",
         q.Less(q.Count(that(CARS, q.Heads("left"))), q.Count(that(CARS, q.Heads("right"))))),
        ("How many times as long as the lorry was the train in view?",
         q.Ratio(q.Time(q.Number(q.Who("train"), "least", 1)), q.Time(q.Number(TRUCK, "least", 1)))),
        ("What fraction of the cars had already left before the lorry came along?",
         q.Share(that(CARS, q.Goes(q.Between(None, comes(TRUCK), open=True))), CARS)),
        ("Cars make up what percentage of all the vehicles?", q.Share(CARS, q.Who("vehicle"))),
        ("Which comes sooner, the bus or a skateboard?",
         q.Which((("bus", comes(BUS)), ("skateboard", comes(q.Who("skateboard")))), "fewest")),
        ("Do more people go to the left or to the right?",
         q.Which((("left", q.Count(that(PEOPLE, q.Heads("left")))),
                  ("right", q.Count(that(PEOPLE, q.Heads("right"))))))),
        ("Cars aside, what stayed in view the longest?", q.What(q.Who("thing", but=("car",), pick="longest"))),
        ("Rank bicycles, people and cars by how many of each there were, most first.",
         q.Ranked((("bicycle", q.Count(BIKES)), ("person", q.Count(PEOPLE)), ("car", q.Count(CARS))))),
        ("Did the crowd grow or shrink between 0:05 and 0:15?", q.Trend(PEOPLE, q.At(5.0), q.At(15.0))),
    ],
)  # fmt: skip
def test_what_is_asked(text, query):
    assert read(text) == query


@pytest.mark.parametrize(
    "text",
    [
        "How many bikes and why?",
        "How many people in red came in from the left?",  # a colour is no word of it
        "How many dragons appear while the bus is there?",  # nor is what the detector has no class for
        "How many of the other cars left before the bus?",  # others than which?
        "How many people appear between 0:10 and 0:20?",  # seen then, or new then?
        "How long was the longest visit of a person in one go?",
        "number of times with no car present",
        "a bus a car the left of when",
        "How many people were in the car?",  # places are no times
        "How many people were behind the bus?",
        "Was the person above the car?",
        "What is the largest car?",
        "Was the bus longer than the car?",
        "Were there two cars at 0:06?",  # nor is a number passed over
        "Did the first two cars leave on the right?",
        "In the second half, did all the cars go the same way?",  # nor a stretch
        "In the second half, how long is it between the first car and the last car?",
        "Did the number of cars grow or shrink between 0:10 and 0:20?",
        "Which came second, the car or the bus?",
        "Rank cars, buses and people by how long visible.",
        "How many people besides the first person left before 0:20?",
        "How many cars were seen for ten seconds?",
        "How many people entered again?",
        "How long was the first car parked?",
        "How many cars left at 0:45?",
        "Were there at least ² cars in the first half?",
        "How many cars " + "and cars " * 80 + "left?",
        "bus",
        "",
    ],
)
def test_what_is_not_understood_is_left_to_others(text):
    assert read(text) is None


def test_every_word_counts():
    assert tokens_of("How many cars frobnicate?", NAMES, 10.0) is None
    words = tokens_of("please tell me how many cars there are in total", NAMES, 10.0)
    assert [word.kind for word in words] == ["HOWMANY", "CLASS", "THERE", "IS"]


def test_what_stands_for_a_noun_before_it():
    one = read("How many people appear after the first bus leaves and before the second one comes?")
    other = read("How many people appear after the first bus leaves and before the second bus comes?")
    assert one == other != None  # noqa: E711


def test_times_need_the_length_of_the_clip():
    first = q.Count(that(PEOPLE, q.Comes(q.Between(q.At(90.0), None))))
    assert read("How many people arrive in the last ten seconds?") == first
    halved = q.Count(that(PEOPLE, q.Comes(q.Between(None, q.Edge(0.5)))))
    assert read("In the first half, how many people turn up?") == halved
