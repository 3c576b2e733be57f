"""Shares, rates, breaks, single stays and lists with times are read from a form; other questions are left alone."""

from __future__ import annotations

import pytest

from data.meaning import LAST, Event, Question
from data.wordings import wordings
from pipeline.measures import measured

NAMES = ("person", "bicycle", "car", "bus", "truck", "bottle", "dog", "chair", "cup", "cell phone")


def person(nth: int | str | None) -> Event:
    return Event("person", "appears", nth)


CASES = [
    ("what percentage of the time is somebody there?", Question("share", x="person")),
    ("For what share of the video is the cup visible?", Question("share", x="cup")),
    ("occupancy %", Question("share", x="person")),
    ("what fraction of the clip has nobody", Question("share_absent", x="person")),
    ("What percentage of the time are all three bottles present?", Question("share_at_least", x="bottle", nth=3)),
    ("what percent of the vehicles are trucks?", Question("share_of", x="truck", y="vehicle")),
    ("how many people come per minute on average?", Question("rate", x="person", t_s=60.0)),
    ("cars per hour", Question("rate", x="car", t_s=3600.0)),
    ("Give me a count of the cars in each 10 second block.", Question("count_each", x="car", t_s=10.0)),
    ("hourly counts of vehicles", Question("count_each", x="vehicle", t_s=3600.0)),
    ("in which minute do most people arrive?", Question("when_most_come", x="person", t_s=60.0)),
    ("busiest minute?", Question("when_most_seen", x="thing", t_s=60.0)),
    ("In which half of the video are there more arrivals?", Question("when_most_come", x="thing", t_s=69.5)),
    ("what was the shortest break between two people?", Question("shortest_gap", x="person")),
    ("what is the average gap between people?", Question("mean_gap", x="person")),
    ("longest gap", Question("longest_gap", x="thing")),
    ("how often is the place empty?", Question("count_empty", x="thing")),
    ("what is the longest someone stayed without interruption?", Question("longest_visit", x="person")),
    ("is the second person there longer than 20 seconds?", Question("lasts_longer", x="person", nth=2, t_s=20.0)),
    ("Did the first person stay longer than the last one?",
     Question("stays_longer", event=person(1), other=person(LAST))),
    ("is the fourth person shorter there than the sixth?", Question("stays_longer", event=person(6), other=person(4))),
    ("How much longer did the fifth person stay compared with the fourth?",
     Question("stays_longer", event=person(5), other=person(4))),
    ("was the bus there longer than the car?",
     Question("stays_longer", event=Event("bus", "appears"), other=Event("car", "appears"))),
    ("when did each person arrive", Question("when_each", x="person")),
    ("list all arrivals with times", Question("when_each", x="thing")),
    ("At what times do people leave?", Question("when_each_leaves", x="person")),
    ("List every entry and exit with its time.", Question("stays_each", x="thing")),
    ("How long did each person stay?", Question("stays_each", x="person")),
    ("Rank the visits by duration.", Question("stays_ranked", x="person")),
    ("How did the number of bottles change over time?", Question("counts_change", x="bottle")),
    ("how many cars pass in each minute between 0:10 and 2:00",
     Question("count_each", x="car", t_s=60.0, stretch=(10.0, 120.0))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question"), CASES, ids=[text for text, _ in CASES])
def test_a_form_is_read(text: str, question: Question) -> None:
    assert measured(text, NAMES, 139.0) == question


@pytest.mark.parametrize(
    "text",
    [
        "how many people are there?",
        "how many people stayed less than 10 seconds",
        "What is the longest time nobody is around?",
        "which second has the most cars in it?",
        "what share of the people are on bicycles?",
        "how long is each car there on average",
        "what percentage of the zebras are visible?",
        "how fast is the car in km per hour",
        "are cars more numerous than dogs?",
        "what is the third entry in the log of arrivals?",
        "when does the bus arrive after the car leaves, each time?",
    ],
)
def test_others_are_left_to_the_reader(text: str) -> None:
    assert measured(text, NAMES, 139.0) is None


def test_hardly_any_wording_of_another_family_is_taken_for_one() -> None:
    slots = {"X": "cars", "x": "car", "a x": "a car", "Y": "dogs", "y": "dog", "a y": "a dog", "T": "1:10"}
    slots |= {"T0": "0:30", "T1": "1:20", "N": "three", "M": "two", "D": "20 seconds", "nth": "third"}
    slots |= {"E": "the bus leaves", "E_np": "the arrival of the bus"}
    taken = number = 0
    families = ("duration", "absent", "mean_stay", "when_appears", "longest", "visits", "count", "when_most", "compare")
    for family in families:
        for wording in wordings(family, "train"):
            text = wording.text
            for slot, said in slots.items():
                text = text.replace(f"{{{slot}}}", said)
            number += 1
            taken += measured(text, NAMES, 139.0) is not None
    assert number > 2000 and taken <= 0.005 * number
