"""Turns of phrase that strangers use, in words that the question reader knows; anything else stays as it is."""

from __future__ import annotations

import pytest

from pipeline.asking.said_plainly import said_plainly


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("At what time did person number five arrive", "At what time did the fifth person arrive"),
        ("Between visitor 4 and visitor five, what happens?",
         "what happens between the fourth visitor and the fifth visitor?"),
        ("between the two buses how many cars drove past",
         "how many cars drove past between the first bus leaving and the second bus appearing"),
        ("Does a second cup ever appear?", "are there at least two cups?"),
        ("Which of the three bottles was missing for the longest total time?",
         "which of the three bottles is visible for the shortest time?"),
        ("daddy is there a big truck?", "is there a truck?"),
        ("When does the big lorry show up?", "When does the lorry show up?"),
        ("The dog came before the bus, right?", "The dog came before the bus?"),
        ("Which animal came first, the bird or the dog?", "which came first, the bird or the dog?"),
        ("List all the intervals during which no one is in the frame.", "when is no one there."),
        ("Name the time spans in which a person is present.", "from when to when was each person there."),
        ("When was the motorcycle not visible?", "When is no motorcycle visible?"),
        ("What is the longest continuous period with three bottles?", "when are exactly three bottles there?"),
        ("What was the longest time the bicycle stayed away?", "What was the longest break without the bicycle?"),
        ("How often does the number of bottles change?", "how does the number of bottles change?"),
        ("Is the bench ever out of sight?", "is there ever no bench there?"),
        ("Does the cyclist stay until the end?", "is the cyclist visible at the end?"),
        ("Which bus stayed in view longer, the first one or the second one?",
         "which bus stayed in view longer, the first bus or the second bus?"),
        ("Is the duration of the first bus longer than that of the second bus?",
         "is the first bus visible longer than the second bus?"),
        ("How many vehicles passed between the two buses?",
         "How many vehicles passed between the first bus leaving and the second bus appearing?"),
        ("How long is just a single bottle on the table?", "How long is just one bottle?"),
        ("How many bikes are already in the picture right at the start?",
         "How many bikes are in the picture at the start?"),
        ("Up to minute two, how many bicycles leave?", "in the first two minutes, how many bicycles leave?"),
        ("From minute 3 till minute 5, how many sheep?", "From minute 3 till minute 5, how many sheep?"),
        ("When has the bus gone again?", "when does the bus leave?"),
        ("How many people join after the first one has gone?", "How many people appear after the first person leaves?"),
        ("Give me the number of new bicycles minute by minute.", "how many bicycles appear in each minute."),
        ("Is there ever a moment with nothing at all in the picture?", "Is there ever nothing visible?"),
        ("How many cars stay there until the video ends?", "How many cars are visible at the end?"),
        ("How many new people come along while the bus is there?",
         "How many new people come between the bus appearing and the bus leaving?"),
        ("is the car left, middle or right at the end", "is the car left, middle or right at the end"),
        ("give me the times when dog is not there", "give me the times when no dog is there"),
        ("Between which times were the birds on the pavement?", "from when to when was each bird there?"),
        ("between which times was the scene empty", "when was the scene empty"),
        ("Until when is the dog still there?", "when does the dog leave?"),
        ("Who came while the bus was standing there?", "Who came while the bus was there?"),
        ("Does the suitcase appear with the birds?", "Does the suitcase appear at the same time as the birds?"),
        ("please list arrivals in order with their time", "please when does each thing appear"),
        ("is the camera ever empty after 2:17", "is the scene ever empty after 2:17"),
        ("And when does he go away again?", "And when does he go away?"),
        ("how many times was a bottle picked up", "how many times does a bottle disappear"),
        ("What gets taken at around 31 seconds?", "what happens at around 31 seconds?"),
        ("Does somebody put a bottle back between 0:10 and 0:14?", "does a bottle come back between 0:10 and 0:14?"),
        ("did someone remove the left bottle?", "does the left bottle leave?"),
        ("When did somebody take the left bottle?", "when is the left bottle taken away?"),
        ("Where was the person when last seen?", "where does the person leave?"),
        ("What is on screen at 1:12?", "What is visible at 1:12?"),
        ("Is anyone there at 0:30?", "is there a person at 0:30?"),
        ("What is the shortest time a car is visible?", "how long is the shortest stay of a car?"),
    ],
)  # fmt: skip
def test_said_in_plainer_words(text: str, plain: str) -> None:
    assert said_plainly(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "which was number 3 to come?",
        "Camera trap no. 4: share of the footage with an animal",
        "how many big dogs are there?",
        "a small number of cars",
        "where is the person one minute in?",
        "How many cars till 29 sec into the video?",
        "Would you agree that the cars number three at the outside?",
        "Who is there after half a minute into the clip?",
        "what was person 2 minutes after the bus?",
        "When does the bus leave and come back again?",
        "Did the dog turn left or right?",
        "How many people are on screen at once?",
        "Did somebody steal a bicycle?",
        "",
    ],
)
def test_what_is_plain_already_stays(text: str) -> None:
    assert said_plainly(text) == text
