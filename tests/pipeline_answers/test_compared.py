"""Comparisons are put as plain questions, and what the answers say together is said first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.meaning import Question, Side
from pipeline.answers import About, Answer, Doubts, Evidence
from pipeline.comparing.two_parts import joined, parts_of


def said(kind: str, value: object, text: str = "So it is.") -> Answer:
    return Answer("?", text, kind, value, 0.8)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Did more people show up after the truck than before it?",
         ("how many people show up after the truck?", "how many people show up before the truck?")),
        ("More cars in the first ten seconds than the last ten seconds?",
         ("how many cars are there in the first ten seconds?", "how many cars are there in the last ten seconds?")),
        ("Was it busier in the first half or the second half?",
         ("how many things are visible on average in the first half?",
          "how many things are visible on average in the second half?")),
        ("Which shows up more often: the bus or the truck?",
         ("how often does the bus appear?", "how often does the truck appear?")),
        ("Which of the three bottles goes away first, left, middle or right?",
         ("when is the left bottle taken away?", "when is the middle bottle taken away?",
          "when is the right bottle taken away?")),
        ("Are more vehicles going left or right?", ("how many vehicles move left?", "how many vehicles move right?")),
        ("Does the second visitor appear before or after the 30 second mark?",
         ("when does the second visitor appear?",)),
        ("Does the lorry leave after 15s or before?", ("when does the lorry leave?",)),
        ("Is there ever nobody for longer than 10 seconds?", ("longest time nobody is there",)),
        ("In which order do the bus, the truck and the dog appear?",
         ("when does the first bus appear?", "when does the first truck appear?", "when does the first dog appear?")),
        ("From 0:45 to 0:50, was the room empty?", ("is anything visible From 0:45 to 0:50?",)),
        ("Is it true that no dog crossed the highway?", ("is any dog visible?",)),
        ("Anything other than cars?", ("which kinds of thing are visible?",)),
        ("How many buses came during the first half minute versus the whole video?",
         ("How many buses came during the first half minute?", "How many buses came during the whole video?")),
        ("How long after the last person leaves does the video end?", ("when does the last person leave?",)),
        ("How many seconds before the end of the video does the bicycle disappear?", ("when does the bicycle leave?",)),
        ("How much longer is the first bus visible compared with the second one?",
         ("how long is the first bus visible?", "how long is the second bus visible?")),
        ("Who stays longer, the second visitor or the third visitor, and by how many seconds?",
         ("how long is the second visitor visible?", "how long is the third visitor visible?")),
        ("Which happens earlier: the dog returning or the second bus arriving?",
         ("when does the dog come back?", "when does the second bus appear?")),
        ("Is the truck in view for more than half of the video?", ("what share of the time is the truck visible?",)),
        ("How many kinds of animals appear in the clip?", ("which kinds of animals are visible?",)),
        ("Which is more numerous at 0:02, people or benches?",
         ("how many people are there at 0:02?", "how many benches are there at 0:02?")),
        ("Does the second bus travel in the same direction as the first bus?",
         ("which way does the second bus move?", "which way does the first bus move?")),
        ("Do both buses drive in the same direction?",
         ("which way does the first bus move?", "which way does the second bus move?")),
        ("Which of the following appears last: A) truck B) motorcycle C) suitcase",
         ("when does the first truck appear?", "when does the first motorcycle appear?",
          "when does the first suitcase appear?")),
        ("Which of these is never seen: (a) a person, (b) a dog, (c) benches?",
         ("is there a person?", "is there a dog?", "is there benches?")),
        ("what comes directly after the truck: the ball, the motorcycle or the birds?",
         ("what comes directly after the truck?",)),
        ("When does the motorcycle enter and leave?",
         ("when does the motorcycle appear?", "when does the motorcycle leave?")),
        ("At 1:12, how many buses and how many dogs can you see?",
         ("how many buses At 1:12?", "how many dogs can you see At 1:12?")),
        ("The bear at 4:44 — left, centre or right?", None),
        ("I put down the dog, then the bus. Is that the right order of first appearance?", None),
        ("More people come in which minute than in any other?", None),
        ("From what arrival on is there nobody new?", None),
        ("When the motorcycle enters the frame, is the truck visible?",
         ("when does the motorcycle appear?", "how long is the truck visible?")),
        ("Is the truck already on screen when the motorcycle enters?",
         ("when does the motorcycle appear?", "how long is the truck visible?")),
        ("Which was on screen for the shorter time: the truck or the motorcycle?",
         ("how long is the truck visible?", "how long is the motorcycle visible?")),
        ("Which event occurs earlier: the ball leaves the frame or the dog leaves the frame?",
         ("when does the ball leave?", "when does the dog leave?")),
        ("Were there more bottles at 0:05 or 0:20?",
         ("how many bottles are there at 0:05?", "how many bottles are there at 0:20?")),
        ("Which direction do most cars go?",
         ("how many cars move to the left?", "how many cars move to the right?", "how many cars move upwards?",
          "how many cars move downwards?")),
        ("Were there more bottles at 5 seconds or at 20 seconds?",
         ("how many bottles are there at 5 seconds?", "how many bottles are there at 20 seconds?")),
        ("True or false: the truck appears before the first bus.", None),
        ("Movement of the dog: left or right?", None),
        ("I'm a guard. Was the room ever empty for more than 5 seconds, and when?",
         ("longest time nobody is there", "when is nobody there?")),
        ("By how many seconds did the fifth person stay longer than the fourth?",
         ("how long is the fifth person visible?", "how long is the fourth person visible?")),
        ("Who was there at 100 seconds, the fourth or the fifth visitor?",
         ("how long is the fourth visitor visible?", "how long is the fifth visitor visible?")),
        ("How many motorcycles, trucks and buses were there altogether?",
         ("how many motorcycles were there?", "how many trucks were there?", "how many buses were there?")),
        ("Is it true that the left bottle was not there at 9 seconds?", ("is the left bottle there at 9 seconds?",)),
        ("Does the video start with an empty room?", ("is anything visible at the very start?",)),
        ("Did no one come in during the first five seconds?", ("does anybody come in during the first five seconds?",)),
        ("Did the motorcycle pass before or after the bicycle came back?",
         ("when does the motorcycle appear?", "when does the bicycle come back?")),
        ("Which one came back first, the left or the middle bottle?",
         ("when is the left bottle put back?", "when is the middle bottle put back?")),
        ("From which side does the bus enter and on which side does it exit?",
         ("From which side does the bus enter?", "on which side does it exit?")),
        ("Which of the following happens first? (A) the truck appears (B) the second bus leaves",
         ("when does the truck appear?", "when does the second bus leave?")),
        ("In which order do these happen: (a) the truck appears, (b) the dog returns?",
         ("when does the truck appear?", "when does the dog come back?")),
        ("At which of these times is a person visible? (A) 0:03 (B) 0:47", ("how long is a person visible?",)),
        ("How many more bottles are visible at 0:09 than at 0:20?",
         ("how many bottles are there at 0:09?", "how many bottles are there at 0:20?")),
        ("doorbell cam: who or what was the seventh caller?", None),
        ("The headcount, dogs only: 4 or over?", None),
        ("first car arrow: left, right, up, down or still?", None),
        ("Was the room ever empty?", None),
        ("Does the bus come before or after the dog?", ("when does the bus appear?", "when does the dog appear?")),
        ("Which order of the day?", None),
        ("Do more cars than buses go left?", None),
        ("is there nothing more than a dog", None),
        ("What else is there?", None),
        ("Do most of the bikes travel from left to right or from right to left?",
         ("how many bikes move to the left?", "how many bikes move to the right?", "how many bikes move upwards?",
          "how many bikes move downwards?")),
        ("On which side do most people leave the picture?",
         ("how many people leave on the left?", "how many people leave on the right?",
          "how many people leave on the top?", "how many people leave on the bottom?")),
        ("Apart from cars, which class of object occurs most frequently?", ("which kinds of things are visible?",)),
        ("Which of these is the most common? A. cars B. people", ("which kinds of things are visible?",)),
        ("How many vehicles altogether, cars and buses?", ("how many cars are there?", "how many buses are there?")),
        ("What's the number of bikes and skateboards taken together?",
         ("how many bikes are there?", "how many skateboards are there?")),
        ("How many more people than cars are there?", ("how many people are there?", "how many cars are there?")),
        ("Do both buses arrive at the same time?",
         ("when does the first bus appear?", "when does the second bus appear?")),
        ("Do the deer and the person appear at the same time?", None),
        ("How much later than the first bicycle did the second one come?",
         ("when does the first bicycle appear?", "when does the second bicycle appear?")),
        ("Which comes into view first, the truck or the bicycle, and by how many seconds?",
         ("when does the truck appear?", "when does the bicycle appear?")),
        ("Was the second person there at 0:30?", ("how long is the second person visible?",)),
        ("Did the second bus leave before 0:30?", ("when does the second bus leave?",)),
        ("Are there three bottles at 0:05?", ("how many bottles are visible at 0:05?",)),
        ("What is there the whole time?", ("which kinds of thing are visible?",)),
        ("In what order did the bike, the cart and the car show up?",
         ("when does the first bike appear?", "when does the first cart appear?", "when does the first car appear?")),
    ],
)  # fmt: skip
def test_parts(text: str, parts: tuple[str, ...] | None) -> None:
    assert parts_of(text) == (parts or (text,))


@pytest.mark.parametrize(
    ("question", "kind", "values", "told", "value"),
    [
        ("Did more people show up after the truck than before it?", "number", (8, 7), "yes_no", True),
        ("Did fewer people show up after the truck than before it?", "number", (8, 7), "yes_no", False),
        ("Was it busier in the first half or the second half?", "number", (8.2, 9.8), "word", "the second half"),
        ("Was it quieter in the first half or the second half?", "number", (8.2, 9.8), "word", "the first half"),
        ("Which shows up more often: the bus or the truck?", "number", (2, 1), "object", "bus"),
        ("Which shows up less often: the bus or the truck?", "number", (2, 1), "object", "truck"),
        ("Which shows up more often: the bus or the truck?", "number", (1, 1), "object", "none"),
        ("Which bottle is taken last, the left, the middle or the right one?", "time", (7.1, "never", 32.0), "word",
         "right"),
        ("Do more cars go left or right?", "number", (5, 6), "word", "right"),
        ("Do more cars go left or right?", "number", (5, 5), "word", "equal"),
        ("Does the lorry appear before or after 0:15?", "time", (16.6,), "word", "after"),
        ("Does the lorry appear before or after 0:15?", "time", (14.9,), "word", "before"),
        ("Is nobody there for longer than 10 seconds?", "duration", (6.0,), "yes_no", False),
        ("Is nobody there for longer than 5 seconds?", "duration", (6.0,), "yes_no", True),
        ("In which order do the bus, the truck and the dog appear?", "time", (31.0, 9.0, "never"), "list",
         ["truck", "bus"]),
        ("Is the truck in view for more than half of the video?", "number", (0.4,), "yes_no", False),
        ("Is the truck there for less than 50 % of the time?", "number", (0.4,), "yes_no", True),
        ("How many kinds of animals appear?", "list", (["dog", "bird"],), "number", 2),
        ("Which is more numerous at 0:02, people or benches?", "number", (8, 2), "object", "person"),
        ("Do both buses drive in the same direction?", "word", ("left", "right"), "yes_no", False),
        ("Do both buses drive in opposite directions?", "word", ("left", "right"), "yes_no", True),
        ("How much longer is the first bus visible than the second one?", "duration", (18.0, 6.0), "duration", 12.0),
        ("Which happens earlier: the dog returning or the bus arriving?", "time", (61.0, 70.0), "text",
         "the dog returning"),
        ("Which happens last: the dog returning or the bus arriving?", "time", (61.0, 70.0), "text",
         "the bus arriving"),
        ("Which of the following appears last: A) truck B) suitcase C) dog", "time", (31.0, 54.0, "never"), "object",
         "suitcase"),
        ("Which of these is never seen: (a) a person, (b) a dog?", "yes_no", (True, False), "text", "a dog"),
        ("Which was on screen for the shorter time: the truck or the bus?", "duration", (5.6, 2.8), "text", "the bus"),
        ("Were there more bottles at 0:05 or at 0:20?", "number", (3, 1), "word", "at 0:05"),
        ("Were there fewer bottles at 0:05 or at 0:20?", "number", (3, 1), "word", "at 0:20"),
        ("How many cars, trucks and buses were there altogether?", "number", (7, 1, 2), "number", 10),
        ("By how many seconds did the fifth person stay longer than the fourth?", "duration", (28.0, 12.5), "duration",
         15.5),
        ("Does the bus come before or after the dog?", "time", (9.0, 27.0), "word", "before"),
        ("Is it true that the left bottle was not there at 9 seconds?", "yes_no", (False,), "yes_no", True),
        ("Which happens first? (A) the truck appears (B) the bus leaves", "time", (31.0, 26.0), "text",
         "the bus leaves"),
        ("In which order do these happen: (a) the truck appears, (b) the bus leaves?", "time", (31.0, 26.0), "list",
         ["the bus leaves", "the truck appears"]),
        ("How many more bottles are visible at 0:09 than at 0:20?", "number", (2, 1), "number", 1),
        ("How many fewer bottles are visible at 0:20 than at 0:09?", "number", (1, 2), "number", 1),
        ("Was it empty at 0:20?", "yes_no", (False,), "yes_no", True),
        ("Was nobody there at 0:20?", "yes_no", (True,), "yes_no", False),
        ("How many more people than cars are there?", "number", (17, 7), "number", 10),
        ("How many cars and buses are there in total?", "number", (17, 7), "number", 24),
        ("Do both buses arrive at the same time?", "time", (33.3, 33.9), "yes_no", True),
        ("Do both buses arrive at the same time?", "time", (33.3, "never"), "yes_no", False),
        ("How much later than the first bus did the second one come?", "time", (10.0, 52.5), "duration", 42.5),
        ("Which comes first, the truck or the bicycle, and by how many seconds?", "time", (8.0, 6.5), "text",
         "the bicycle"),
        ("Are there three bottles at 0:05?", "number", (3,), "yes_no", True),
        ("Are there three bottles at 0:05?", "number", (2,), "yes_no", False),
        ("Did the second bus leave before 0:30?", "time", (31.0,), "yes_no", False),
    ],
)  # fmt: skip
def test_what_the_answers_say_together(question, kind, values, told, value) -> None:
    both = joined(question, [said(kind, one) for one in values])
    assert (both.kind, both.value) == (told, value) and both.question == question


def test_how_it_reads() -> None:
    empty = joined("Was it empty at 0:20?", [said("yes_no", True, "Yes, a dog is visible at 0:20.")])
    assert empty.text == "No: a dog is visible at 0:20."
    order = joined("Put the bus, the truck and the dog in order.",
                   [said("time", 31.0), said("time", 9.0), said("time", "never")])  # fmt: skip
    assert order.text == ("In order of appearance: the truck (0:09) and the bus (0:31); never seen to appear: dog.")
    guesses = [said("number", n, f"This is a guess: {n} cars move so.") for n in (5, 6)]
    assert joined("Do more cars go left or right?", guesses).text == "Right: 5 cars move so. 6 cars move so."


def test_what_lies_before_the_end() -> None:
    known = Doubts(about=About(duration_s=90.0))
    leaves = Answer("?", "The bicycle is last seen at 1:25.", "time", 84.6, 0.9, doubts=known)
    left = joined("How many seconds before the end does the bicycle leave?", [leaves])
    assert (left.kind, round(left.value, 3)) == ("duration", 5.4) and left.text.startswith(
        "5.4 seconds before the end: "
    )


def test_what_is_there_when_something_else_comes() -> None:
    truck = Evidence(1, "truck", 31.0, 37.0, 33.0, (0.5, 0.5, 0.1, 0.1))
    long = Answer("?", "The truck is visible for 6 seconds.", "duration", 6.0, 0.8, evidence=(truck,))
    for t_s, there in ((51.0, False), (35.0, True)):
        comes = Answer("?", "The motorcycle appears.", "time", t_s, 0.9)
        both = joined("When the motorcycle enters, is the truck visible?", [comes, long])
        assert (both.kind, both.value) == ("yes_no", there)
    at = joined("Who was there at 33 seconds, the first or the second truck?", [long, said("duration", 0.0)])
    assert at.text == "At 0:33: the first truck."


@pytest.mark.parametrize(
    ("numbers", "value", "begins"),
    [((5, 2, 0, 1), "left", "Most go left: "), ((2, 2, 0, 1), "equal", "As many left as right: "),
     ((0, 0, 0, 0), "none", "No way: ")],
)  # fmt: skip
def test_where_most_go(numbers, value, begins) -> None:
    text, ways = "Which direction do most cars go?", ("left", "right", "up", "down")
    answers = [
        replace(said("number", n), understood=Question("count", x="car", side=Side("direction", way)))
        for n, way in zip(numbers, ways, strict=True)
    ]
    together = joined(text, answers)
    assert together.value == value and together.text.startswith(begins)
    assert joined(text, [*answers[:3], said("number", 9)]).value == numbers[0], "one part was read as something else"


def test_an_option_that_says_the_answer_is_named() -> None:
    ball = Answer("?", "The first thing after it is a sports ball.", "object", "sports ball", 0.8)
    said = joined("what comes after the truck: the ball, the motorcycle or the birds?", [ball])
    assert said.text == "The ball: the first thing after it is a sports ball." and said.value == "sports ball"
    other = Answer("?", "A dog.", "object", "dog", 0.8)
    assert joined("what comes after the truck: the ball, the motorcycle or the birds?", [other]).text == "A dog."


def test_what_is_there_besides_something() -> None:
    pieces = tuple(Evidence(k, name, 0.0, 1.0, 0.0, (0.5, 0.5, 0.1, 0.1)) for k, name in enumerate(("car", "dog")))
    kinds = Answer("?", "Two kinds: car, dog.", "list", ["car", "dog"], 0.8, evidence=pieces)
    rest = joined("Is there anything besides cars?", [kinds])
    assert (rest.value, rest.text) == (["dog"], "Besides the car: dog.")
    assert [piece.class_name for piece in rest.evidence] == ["dog"]
    assert joined("Anything other than cars?", [said("list", ["car"])]).text == "Nothing besides the car is seen."


def test_parts_that_give_no_such_answer_stand_as_they_are() -> None:
    refused = Answer("?", "I can't.", "refusal", None, 0.9, True)
    assert joined("Was it empty at 0:20?", [refused]).text == "I can't."
    never = said("time", "never", "No lorry appears.")
    assert joined("Does the lorry appear before or after 0:15?", [never]).text == "No lorry appears."


def _list_of(*seen: tuple[int, str, float, float]) -> Answer:
    pieces = tuple(Evidence(track, name, a, b, a, (0.5, 0.5, 0.1, 0.1)) for track, name, a, b in seen)
    kinds = list(dict.fromkeys(name for _, name, _, _ in seen))
    known = Doubts(about=About(duration_s=90.0))
    return Answer("?", "So it is.", "list", kinds, 0.8, evidence=pieces, doubts=known)


def test_what_there_is_most_of_and_what_is_there_all_the_time() -> None:
    kinds = _list_of((1, "car", 0.0, 5.0), (2, "car", 3.0, 9.0), (2, "car", 20.0, 30.0), (3, "bench", 0.0, 89.0))
    most = joined("Which type of object is seen most often?", [kinds])
    assert most.value == "car" and most.text == "Cars: two of them (in all: car 2, bench 1)."
    assert {piece.track_id for piece in most.evidence} == {1, 2}
    rest = joined("Apart from cars, which class of object occurs most frequently?", [kinds])
    assert rest.value == "bench"
    whole = joined("What is there the whole time?", [kinds])
    assert (whole.value, whole.text) == (["bench"], "There the whole time: a bench.")
    any_one = joined("Does anybody stay the whole time?", [_list_of((1, "person", 0.0, 45.0))])
    assert any_one.value is False and "a person is for the longest, 50% of it" in any_one.text


def test_one_certain_thing_at_a_time() -> None:
    bus = Evidence(1, "bus", 20.0, 31.0, 25.0, (0.5, 0.5, 0.1, 0.1))
    long = Answer("?", "So it is.", "duration", 11.0, 0.8, evidence=(bus,), doubts=Doubts(about=About(duration_s=90.0)))
    for when, there in (("at 0:30", True), ("at 0:32", False), ("before 0:10", False), ("before 0:25", True)):
        answer = joined(f"Was the second bus there {when}?", [long])
        assert (answer.kind, answer.value) == ("yes_no", there)
