"""Sentences say the value, read as English for every family, and refusals say what can be asked instead."""

from __future__ import annotations

import re

import numpy as np
import pytest

from data.clock import clock
from data.dataset import make_sample
from data.meaning import FAMILIES, LAST, NEVER, NONE, REFUSALS, ClipView, Event, Question, run
from data.meaning.parts import event_time
from data.meaning.question import NUMBERED
from data.questions import ask
from data.vocabulary import coco_names, noun
from pipeline.answers import Evidence
from pipeline.telling.english import asked_time, length_words, number, ordinal, percent
from pipeline.telling.sentences import confidence_words, refusal, sentence, without_yes_no
from tests.data.small_worlds import random_clip

NAMES = coco_names()


def say(question, value, evidence=(), **more) -> str:
    pieces = [Evidence(track, name, a, b, (a + b) / 2, (0.5, 0.5, 0.1, 0.1)) for track, name, a, b in evidence]
    return sentence(question, value, pieces, **{"class_names": NAMES, "duration_s": 300.0, **more})


CARS = [(1, "car", 12.0, 30.0), (2, "car", 20.0, 40.0), (3, "car", 50.0, 60.0)]
SECOND_BUS = Event("bus", "leaves", 2)
CASES = [
    # exists: yes with the first sight, no with and without a stretch, kinds name what was seen
    (Question("exists", x="dog"), True, [(1, "dog", 3.0, 9.0)], "Yes, a dog is visible, first at 0:03."),
    (Question("exists", x="car"), False, [], "No car is ever visible."),
    (Question("exists", x="car", stretch=(180.0, 300.0)), False, [], "No car is visible after 3:00."),
    (Question("exists", x="vehicle"), True, CARS, "Yes, a vehicle (a car) is visible, first at 0:12."),
    (Question("exists", x="thing"), False, [], "Nothing is ever visible."),
    # counts: words up to twelve, digits above; one, none, stretches, moments
    (Question("count", x="car"), 3, CARS, "Three cars appear, the first at 0:12."),
    (Question("count", x="car"), 1, CARS[:1], "One car appears, at 0:12."),
    (Question("count", x="person"), 1300, [], "1,300 people appear."),
    (Question("count", x="person"), 0, [], "Nobody ever appears."),
    (
        Question("count_between", x="person", stretch=(30.0, 70.0)),
        4,
        [],
        "Between 0:30 and 1:10, four people are visible.",
    ),
    (Question("count_at", x="car", t_s=65.5), 2, [], "At 1:05.5, two cars are visible."),
    (Question("count_after", x="thing", t_s=180.0), 0, [], "Nothing new appears after 3:00."),
    (
        Question("count_after", x="car", event=SECOND_BUS),
        2,
        CARS[1:],
        "Two new cars appear after the second bus leaves, the first at 0:20.",
    ),
    (Question("count_before", x="car", t_s=15.0), 1, CARS[:1], "One car appears before 0:15, at 0:12."),
    (Question("at_least", x="car", nth=4), False, CARS, "No, only three cars appear, the first at 0:12."),
    (
        Question("at_least", x="car", nth=3, stretch=(33.0, 33.0)),
        False,
        CARS[1:],
        "No, at 0:33 only two cars are visible.",
    ),
    (Question("max_at_once", x="car"), 2, CARS, "At most two cars are visible at once, first at 0:20."),
    # a comparison counts the evidence, unless that contradicts the value
    (
        Question("compare", x="car", y="dog"),
        True,
        [*CARS, (9, "dog", 0.0, 1.0)],
        "Yes, there are more cars (three) than dogs (one).",
    ),
    (Question("compare", x="dog", y="car"), True, CARS, "Yes, there are more dogs than cars."),
    (Question("compare", x="dog", y="cat"), False, [], "No, neither dogs nor cats are ever visible."),
    # objects
    (
        Question("first"),
        "car",
        [(1, "car", 0.0, 3.0), (2, "dog", 0.0, 1.0)],
        "The first thing to appear is a car, at 0:00, at the same time as a dog.",
    ),
    (
        Question("next_after", event=Event("bus", "leaves")),
        "bicycle",
        [(4, "bicycle", 50.0, 61.0)],
        "The first thing to appear after the last bus leaves is a bicycle, at 0:50.",
    ),
    (Question("nth", nth=5), NONE, [], "No fifth thing ever appears."),
    (Question("longest"), "car", CARS, "A car is visible for the longest time: 20 seconds, from 0:20 on."),
    # times
    (
        Question("when_appears", x="bus", nth=2),
        65.0,
        [(2, "bus", 65.0, 70.0)],
        "The second bus appears at 1:05.",
    ),
    (Question("when_appears", x="bus", nth=2), NEVER, [], "No second bus ever appears."),
    (Question("when_leaves", x="car"), 60.0, CARS, "A car is last seen at 1:00."),
    (
        Question("when_most", x="person"),
        123.0,
        [(k, "person", 100.0 + k, 130.0) for k in range(7)],
        "The most people are visible at once at 2:03 (seven of them).",
    ),
    (Question("duration", x="car"), 65.2, CARS, "A car is visible for 1 minute 5 seconds in all (22% of the time)."),
    (Question("duration", x="car"), 0.0, [], "No car is ever visible."),
    # two things
    (
        Question("order", x="car", y="dog"),
        False,
        [*CARS, (9, "dog", 2.0, 3.0)],
        "No, the first dog (at 0:02) appears before the first car (at 0:12).",
    ),
    (
        Question("together", x="person", y="dog"),
        False,
        [],
        "A person and a dog are never visible at the same time.",
    ),
    (
        Question("together_list", x="dog"),
        ["car", "bus"],
        [*CARS, (5, "bus", 1.0, 2.0)],
        "Cars and a bus are visible at the same time as a dog.",
    ),
    (Question("together_list", x="dog"), [], [], "Nothing else is ever visible at the same time as a dog."),
    # coming back: the second piece of a track after two seconds away
    (
        Question("returns", x="car"),
        True,
        [(1, "car", 0.0, 5.0), (1, "car", 9.0, 12.0)],
        "Yes, a car comes back, first at 0:09.",
    ),
    (Question("returns", x="car", nth=2), False, [], "The second car never comes back."),
    # places, lists
    (Question("list", x="vehicle"), [], [], "No vehicle ever appears."),
    (Question("direction", x="car"), "still", CARS[:1], "The first car stays still."),
    (Question("leaves_to", x="car", nth=3), "top", CARS[2:], "The third car leaves the picture at the top."),
    (Question("where_at", x="car", t_s=15.0), "centre", CARS[:1], "At 0:15, a car is in the centre of the picture."),
    (Question("list"), ["tv", "car"], [], "Two kinds of thing are seen, in this order: TV and car."),
    (Question("list", stretch=(0.0, 60.0)), [], [], "Nothing is visible in the first minute."),
]


@pytest.mark.parametrize(("question", "value", "evidence", "wanted"), CASES, ids=[case[3][:40] for case in CASES])
def test_sentence(question, value, evidence, wanted):
    assert say(question, value, evidence) == wanted


def _said(value, family: str, text: str) -> bool:
    """Does the sentence hold the value?"""
    low = text.lower()
    if isinstance(value, bool):
        return value == low.startswith("yes,")
    if isinstance(value, int):
        words = {1: "once", 2: "twice"}.get(value, f"{value} times") if family in OFTEN else number(value)
        return value == 0 or re.search(rf"\b{re.escape(words)}\b", low) is not None
    if isinstance(value, float):
        if family.startswith("share"):
            return value == 0 or percent(value) in text or (value == 1 and "all the time" in text)
        if FAMILIES[family] == "number":
            return re.search(rf"\b{value:.1f} |\b{value:.2g} ", low) is not None or value == 0
        return length_words(value) in text or value < 0.05 if FAMILIES[family] == "duration" else clock(value) in text
    if isinstance(value, list):
        return all(noun(v).singular in low or noun(v).plural in low or v.lower() in low for v in value)
    if FAMILIES[family] == "text" and family != "describe" and value != NEVER:
        return all(part.rsplit(" ", 1)[0] in text for part in value.split(", ")[:12])
    if value in (NEVER, NONE):
        return re.search(r"\b(no|not|never|nothing|nobody)\b", low) is not None
    return noun(value).singular.lower() in low or " ".join(str(value).split()).lower().rstrip(".") in low


def _check(question: Question, view: ClipView, text: str, value) -> None:
    assert _said(value, question.family, text), (question, value, text)
    assert text.endswith(".") and not text.endswith("..") and "None" not in text, text
    assert not re.search(r"[{}]|\s\s|\s[.,)]|\(\s|\bnan\b|\binf\b|, ,|,,", text), text
    assert text[0] == text[0].upper() or not text[0].isalpha()


@pytest.mark.parametrize("number_of_sample", [0, 1, 2, 1_000_003])
def test_every_asked_question_of_simulated_clips_reads_well(number_of_sample):
    view = ClipView.of(make_sample(7, number_of_sample).clean)
    for asked in ask(view, np.random.default_rng(number_of_sample), 120):
        if asked.family in REFUSALS:
            continue
        q, truth = asked.question, asked.truth
        for times in ({}, {event: event_time(event, view) for event in q.events}):
            text = sentence(
                q,
                truth.value,
                truth.evidence,
                class_names=view.class_names,
                duration_s=view.duration_s,
                event_times=times,
            )
            _check(q, view, text, truth.value)


OFTEN = ("visits", "count_returns", "count_leavings", "count_empty")
TWO_EVENTS = ("time_between", "happens_before", "stays_longer")
OF_A_LENGTH = ("rate", "count_each", "when_most_come", "when_most_seen", "lasts_longer", "lasts_shorter")
STRETCHES = (None, (10.0, 30.0), (0.0, 20.0), (40.0, 1e9), (12.5, 12.5), (0.0, 60.0))
TERMS = ("person", "vehicle", "thing", "skis", "zeppelin")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_with_every_limit_on_a_random_clip(family):
    """Also what nobody asks: no objects at all, events that never happen, the same thing twice."""
    for seed, objects in ((1, 12), (2, 2)):
        view = ClipView.of(random_clip(seed, objects=objects, frames=120))
        present = view.labels[1][0] if len(view) else "car"
        for k, stretch in enumerate(STRETCHES):
            for x in (*TERMS, present):
                event = Event(present if k % 2 else "dog", "leaves" if k % 3 else "appears", (None, 2, LAST)[k % 3])
                refers = family in ("count_before", "count_after", "next_after", "previous_before")
                is_timed = family in ("count_at", "where_at")
                q = Question(
                    family,
                    x=x,
                    y=(present, "person", x)[k % 3],
                    stretch=stretch,
                    nth=None if family == "compare" else 1 + k % 3 if family in NUMBERED else (None, 1, 3, LAST)[k % 4],
                    event=event if (refers and k % 2) or family in TWO_EVENTS else None,
                    other=Event(x, "appears", k % 3 + 1) if family in TWO_EVENTS else None,
                    t_s=25.0 if is_timed or family in OF_A_LENGTH or (refers and not k % 2) else None,
                    after=event if k == 4 else None,
                    before=event if k == 5 else None,
                )
                truth = run(q, view)
                text = sentence(
                    q,
                    truth.value,
                    truth.evidence,
                    class_names=view.class_names,
                    duration_s=view.duration_s,
                    event_times={event: event_time(event, view)} if k % 2 else None,
                    only_one=(x,) if k == 2 else (),
                )
                _check(q, view, text, truth.value)


def test_the_end_of_a_video_is_named_as_people_name_it():
    def when(stretch, duration_s):
        question = Question("exists", x="dog", stretch=stretch)
        return sentence(question, False, (), class_names=("dog",), duration_s=duration_s)

    assert when((119.44, 139.44), 139.44) == "No dog is visible in the last 20 seconds."
    assert when((61.3, 121.3), 121.3) == "No dog is visible in the last minute."
    assert when((100.0, 139.44), 139.44) == "No dog is visible after 1:40."
    assert when((100.25, 139.44), 139.44) == "No dog is visible after 1:40.2."


def test_sentence_survives_values_without_evidence():
    """A reader may answer without showing anything; the sentence then says only the value."""
    assert say(Question("exists", x="dog"), True) == "Yes, a dog is visible."
    assert say(Question("longest"), "car") == "A car is visible for the longest time."
    assert say(Question("max_at_once", x="car"), 4, CARS) == "At most four cars are visible at once."
    assert say(Question("order", x="car", y="dog"), True) == "Yes, the first car appears before the first dog."


def test_events_say_when_they_happen_and_whether_they_do():
    question = Question("count_after", x="car", event=SECOND_BUS)
    text = say(question, 0, event_times={SECOND_BUS: 42.0})
    assert text == "No new car appears after the second bus leaves (at 0:42)."
    assert "(which never happens)" in say(question, 0, event_times={SECOND_BUS: None})


def test_only_one_is_the_one():
    assert say(Question("when_appears", x="bus"), 12.0, only_one=("bus",)) == "The bus appears at 0:12."
    text = say(Question("next_after", event=Event("bus", "leaves")), NONE, only_one=("bus",))
    assert text == "Nothing new appears after the bus leaves."
    assert say(Question("direction", x="bus", nth=1), "left", only_one=("bus",)) == "The bus moves to the left."


def test_who_stays_longest_is_named_by_number():
    assert say(Question("longest"), "car", CARS, nth_of={1: 1, 2: 2, 3: 3}).startswith("The second car is visible for")
    assert say(Question("shortest"), "car", CARS[:1], nth_of={}).startswith("A car is visible for")


def test_which_is_not_answered_with_yes_or_no():
    text = say(Question("order", x="car", y="dog"), False, [*CARS, (9, "dog", 2.0, 3.0)])
    assert without_yes_no(text) == "The first dog (at 0:02) appears before the first car (at 0:12)."
    assert without_yes_no("Nobody ever appears.") == "Nobody ever appears."


def test_a_first_sight_that_is_only_the_begin_of_the_stretch_is_not_said():
    question = Question("exists", x="dog", stretch=(30.0, 70.0))
    assert say(question, True, [(1, "dog", 30.0, 35.0)]) == "Yes, a dog is visible between 0:30 and 1:10."


def test_sentence_refuses_families_without_an_answer():
    for family in (*REFUSALS, "poetry"):
        with pytest.raises(ValueError, match=family):
            say(Question(family), None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "less than a second"),
        (1.0, "1 second"),
        (3.46, "3.5 seconds"),
        (9.96, "10 seconds"),
        (59.6, "1 minute"),
        (65.0, "1 minute 5 seconds"),
        (7200.0, "2 hours"),
        (3723.0, "1 hour 2 minutes 3 seconds"),
    ],
)
def test_length_words(seconds, words):
    assert length_words(seconds) == words


def test_numbers_ordinals_and_times():
    assert [number(n) for n in (0, 12, 13, 1234)] == ["zero", "twelve", "13", "1,234"]
    assert [ordinal(n) for n in (1, 12, 13, 21, 111, LAST)] == ["first", "twelfth", "13th", "21st", "111th", "last"]
    assert [asked_time(t) for t in (0, 12.5, 59.96, 3725.0)] == ["0:00", "0:12.5", "1:00", "1:02:05"]


def test_confidence_words_at_their_thresholds():
    levels = [1.0, 0.9, 0.89, 0.7, 0.69, 0.4, 0.39, 0.0]
    words = ["sure", "sure", "fairly sure", "fairly sure", "unsure", "unsure", "a guess", "a guess"]
    assert [confidence_words(level) for level in levels] == words


def test_refusals_say_why_and_what_can_be_asked():
    unknown = refusal("refuse_unknown", "dragon", NAMES)
    assert unknown == (
        "I can't detect 'dragon' with this detector; it knows 80 kinds of thing, for example person, bicycle and car."
    )
    near = refusal("refuse_unknown", "unicorn", NAMES, "horse")
    assert near.endswith("of the 80 kinds of thing that it knows, horse is the closest.")
    women = refusal("refuse_attribute", "women", NAMES, "person", "Seven people appear, the first at 0:12.")
    assert women == "I can't tell women from other people; seven people appear, the first at 0:12."
    assert "colours, makes, ages or sexes; ask" in refusal("refuse_attribute", None, NAMES)
    some = refusal("refuse_attribute", "bus", NAMES, None, "A bus.")
    assert some == "I can't tell one bus from another by colour, make, age or the like; a bus."
    tracks = refusal("refuse_unknown", "dragon", ("car", "dog"), given=True)
    assert tracks == "There is no 'dragon' among the classes of these tracks; they have 2 kinds of thing: car and dog."
    fast = refusal("refuse_attribute", "truck", NAMES, asked="How fast is the truck in km/h?", seen="truck")
    assert fast == (
        "I can't tell how fast things go, as pictures have no metres; ask, for example, 'How many trucks appear?'."
    )
    unclear = refusal("refuse_unclear", None, NAMES)
    assert unclear == "I don't understand the question; ask, for example, 'How many people appear?'."


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("names", [(), ("zebra",), ("person", "car"), NAMES], ids=len)
def test_refusals_of_every_kind_for_every_detector(kind, names):
    for thing, closest in ((None, None), ("a; 'b'", None), ("lorry", "zebra")):
        text = refusal(kind, thing, names, closest)
        assert text.startswith("I ") and text.endswith(".") and ";" in text
        assert "None" not in text and "  " not in text


def test_refusal_refuses_other_kinds():
    with pytest.raises(ValueError, match="count"):
        refusal("count", None, NAMES)


def test_a_return_in_a_stretch_says_no_time():
    """Its evidence is cut to the stretch: the earliest return may be the first thing that is left of it."""
    pieces = [(1, "car", 43.0, 50.0), (1, "car", 56.0, 60.0)]
    text = say(Question("returns", x="car", stretch=(40.0, 100.0)), True, pieces)
    assert text == "Yes, a car comes back between 0:40 and 1:40."
