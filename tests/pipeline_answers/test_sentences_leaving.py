"""Sentences about leaving, being away, exact numbers, means and things of one side."""

import pytest

from data.meaning import LAST, NEVER, NONE, Event, Question, Side
from pipeline.answers import Evidence
from pipeline.asking.question_words import question_words
from pipeline.telling.sentences import sentence

NAMES = ("person", "car", "bus", "dog")
CARS = [(1, "car", 12.0, 20.0), (2, "car", 15.0, 40.0), (3, "car", 30.0, 60.0)]
DOG = [(7, "dog", 5.0, 10.0), (7, "dog", 11.0, 14.0), (7, "dog", 30.0, 42.0)]
LEFT, GONE, UP = Side("enters_from", "left"), Side("leaves_to", "top"), Side("direction", "up")

ONE, TWO = Event("car", "leaves", 1), Event("car", "appears", 2)

CASES = [
    (Question("first_leaves"), "car", CARS[:1], "The first thing to leave is a car, at 0:20."),
    (Question("last_leaves", x="car"), "car", CARS[2:], "The last car to leave does so at 1:00."),
    (Question("first", x="car"), "car", CARS[:1], "The first car appears at 0:12."),
    (Question("nth", x="car", nth=2, stretch=(10.0, 60.0)), "car", CARS[1:2],
     "After 0:10, the second new car appears at 0:15."),
    (Question("last_leaves", x="person"), NONE, [], "Nobody ever leaves."),
    (Question("count_left", x="car"), 2, CARS[:2], "Two cars leave, the first at 0:20."),
    (Question("count_left", x="car"), 0, [], "No car ever leaves."),
    (Question("order_leaves", x="car", y="dog"), True, [CARS[0], *DOG],
     "Yes, the last car (last seen at 0:20) leaves before the last dog (at 0:42)."),
    (Question("order_leaves", x="dog", y="car"), False, [CARS[0], *DOG],
     "No, the last car (last seen at 0:20) leaves before the last dog (at 0:42)."),
    (Question("order_leaves", x="car", y="dog"), False, CARS, "No, a car is still there at the end."),
    (Question("order_leaves", x="dog", y="bus"), True, DOG, "Yes, the last dog leaves and no bus is ever there."),
    (Question("away", x="dog"), 16.0, DOG, "A dog is away for 16 seconds (0:14–0:30)."),
    (Question("away", x="dog"), 0.0, DOG[:1], "A dog never leaves and comes back."),
    (Question("absent", x="dog"), 40.0, DOG, "No dog is visible for 40 seconds in all (67% of the time)."),
    (Question("absent", x="bus"), 60.0, [], "No bus is visible for 1 minute: that is all the time."),
    (Question("visits", x="dog"), 2, DOG, "A dog is there twice: 0:05–0:14 and 0:30–0:42."),
    (Question("visits", x="car"), 3, CARS, "A car is there 3 times (three cars, once each)."),
    (Question("exactly", x="car", nth=3), True, CARS, "Yes, exactly three cars appear, the first at 0:12."),
    (Question("exactly", x="car", nth=2), False, CARS, "No, three cars appear, the first at 0:12."),
    (Question("at_most", x="car", nth=4), True, CARS, "Yes, only three cars appear, the first at 0:12."),
    (Question("at_most", x="car", nth=0), True, [], "Yes, no car ever appears."),
    (Question("at_most_at_once", x="car", nth=1), False, CARS,
     "No, at most two cars are visible at once, first at 0:15."),
    (Question("exactly_at_once", x="car", nth=2), True, CARS[:2],
     "Yes, there is a time when exactly two cars are visible, first at 0:15."),
    (Question("exactly_at_once", x="car", nth=3), False, CARS[:2],
     "No, at no time are exactly three cars visible; at most two at once."),
    (Question("when_number", x="car", nth=2), 15.0, CARS[:2],
     "The longest time in which exactly two cars are visible begins at 0:15."),
    (Question("when_at_least", x="car", nth=4), NEVER, [], "At no time are at least four cars visible."),
    (Question("mean_at_once", x="car"), 1.05, CARS, "On average, 1.1 cars are visible."),
    (Question("mean_stay", x="car"), 21.0, CARS, "A car is visible for 21 seconds on average (three cars)."),
    (Question("leaves", x="car"), True, CARS, "Yes, a car leaves, first at 0:20."),
    (Question("leaves", x="bus"), False, [], "No, no bus ever leaves."),
    (Question("leaves_when", x="dog"), 14.0, DOG, "A dog first goes away at 0:14."),
    (Question("count_leavings", x="dog"), 2, DOG, "A dog goes away twice."),
    (Question("count_returns", x="dog"), 1, DOG, "A dog comes back once."),
    (Question("longest_absent", x="dog"), 18.0, DOG, "The longest time in which no dog is visible lasts 18 seconds."),
    (Question("time_between", event=ONE, other=TWO), 5.0, [],
     "5 seconds lie between these two: the first car leaves and the second car appears."),
    (Question("happens_before", event=ONE, other=TWO), True, [],
     "Yes, the first car leaves before the second car appears."),
    (Question("always", x="car", nth=1), False, CARS, "No, not all the time is a car visible."),
    (Question("ever_at_most", x="car", nth=1), True, CARS[:1], "Yes, at some moments only one car is visible."),
    (Question("duration_at_least", x="car", nth=2), 5.0, CARS[:2],
     "At least two cars are visible for 5 seconds in all."),
    (Question("count", x="car", side=Side("stays", "longer 15")), 2, CARS[1:],
     "Two cars are visible for longer than 15 seconds."),
    (Question("away", x="car", side=Side("stands", "left")), 0.0, CARS[:1],
     "The left car never leaves and comes back."),
    (Question("returns", x="car", side=Side("stands", "centre")), True, [(1, "car", 0.0, 5.0), (1, "car", 9.0, 12.0)],
     "Yes, the middle car comes back."),
    (Question("count", x="car", side=LEFT), 3, CARS, "Three cars come in from the left, the first at 0:12."),
    (Question("count_left", x="car", side=GONE), 1, CARS[:1], "One car goes out at the top, at 0:20."),
    (Question("exists", x="car", side=UP), True, CARS[:1], "Yes, a car moves up, first at 0:12."),
    (Question("exists", x="car", side=LEFT, stretch=(0.0, 20.0)), False, [],
     "In the first 20 seconds, no car comes in from the left."),
    (Question("when_appears", x="car", nth=2, side=LEFT), 15.0, CARS[1:2],
     "The second car that comes in from the left appears at 0:15."),
    (Question("when_leaves", x="car", nth=LAST, side=GONE), NEVER, [], "No car goes out at the top."),
    (Question("list", x="car"), ["car"], CARS, "Three cars are seen, from 0:12, 0:15 and 0:30 on."),
    (Question("list", x="car"), ["car"], [(k, "car", 10.0 + k, 40.0) for k in range(10)],
     "Ten cars are seen, from 0:10, 0:11, 0:12, 0:13, 0:14, 0:15, 0:16 and 0:17 on (2 more later)."),
    (Question("list", side=LEFT), ["car"], CARS,
     "Of what comes in from the left: only one kind of thing is seen: car."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "value", "evidence", "wanted"), CASES, ids=[case[3][:40] for case in CASES])
def test_sentence(question, value, evidence, wanted) -> None:
    pieces = [Evidence(track, name, a, b, a, (0.5, 0.5, 0.1, 0.1)) for track, name, a, b in evidence]
    assert sentence(question, value, pieces, class_names=NAMES, duration_s=60.0) == wanted


def test_a_side_is_read_back() -> None:
    words = question_words(Question("count_between", x="car", side=LEFT, stretch=(10.0, 30.0)), 60.0)
    assert words == "how many cars are visible, of those that come in from the left, between 0:10 and 0:30"
    assert question_words(Question("exists", x="car", side=UP), 60.0) == "is a car visible, of those that move up"
