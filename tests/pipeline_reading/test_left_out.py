"""What a question names that its reading has no place for."""

from __future__ import annotations

import pytest

from data.meaning import Event, Question
from data.vocabulary import coco_names
from pipeline.asking.left_out import left_out, notes_of, past_the_end

DOG, PERSON = Question("exists", x="dog"), Question("duration", x="person")


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        ("any dogs or cats?", DOG, ("cats",)),
        ("any dogs?", DOG, ()),
        ("Anything except dogs?", DOG, ("except",)),
        (
            "Is the dog there for the whole second half?",
            Question("exists", x="dog", stretch=(45, 90)),
            ("whole second half",),
        ),
        ("when does it return for the second time, the dog?", Question("returns_when", x="dog"), ("second time",)),
        (
            "How long was nobody there between the first dog and the second dog?",
            Question("time_between", event=Event("dog", "leaves", 1), other=Event("dog", "appears", 2)),
            (),
        ),
        ("any dogs or other animals?", Question("exists", x="animal"), ()),  # the kind covers them
        ("Is there a lorry?", Question("exists", x="truck"), ()),  # by another name
        ("Are there more dogs than cats?", Question("compare", x="dog", y="cat"), ()),
        ("How many cats come after the dog?", Question("count_after", x="cat", event=Event("dog", "appears")), ()),
        ("Is a dragon near the dog?", DOG, ()),  # the detector knows of none
        ("Is the dog on the table?", DOG, ()),  # tables are named by the way
        ("how long did the fourth person stay?", PERSON, ("fourth",)),
        ("When does the second bus leave?", Question("when_leaves", x="bus", nth=2), ()),
        ("When does the first bus leave?", Question("when_leaves", x="bus"), ("first",)),
        ("When does the first bus arrive?", Question("when_appears", x="bus"), ()),  # the first is meant anyway
        ("Before the first dog, how many cats?", Question("count_before", x="cat", event=Event("dog", "appears")), ()),
        ("In which second does the bus arrive?", Question("when_appears", x="bus"), ()),
        ("Is there a dog after 1:00?", DOG, ("after 1:00",)),
        ("Is there a dog after 1:00?", Question("exists", x="dog", stretch=(60.0, 90.0)), ()),
        ("what came last, at the very end?", Question("last"), ()),
        ("what came first, in the first minute?", Question("first"), ("first minute",)),
        ("Number of bottles at the end", Question("count", x="bottle"), ("at the end",)),
        ("Is there a dog at the very start?", Question("exists", x="dog", stretch=(0.0, 1.0)), ()),
        ("When is nobody in view?", Question("when_leaves", x="person"), ("nobody",)),
        ("Is nobody in view?", Question("exists", x="person"), ()),  # its no is a yes
        ("when is the left bottle removed", Question("when_leaves", x="bottle"), ("left",)),
        ("Has the bottle left?", Question("exists", x="bottle"), ()),
        ("how long are three bottles visible", Question("duration", x="bottle"), ("three",)),
        ("Are there three bottles?", Question("at_least", x="bottle", nth=3), ()),
        ("How long is a dog there in the first 10 minutes?", Question("duration", x="dog", stretch=(0, 600)), ()),
        ("Why does the second dog bark at the cat?", Question("refuse_cause"), ()),
        ("What happens to the dog?", Question("describe"), ("dog",)),
        ("Which bottle disappears first?", Question("first", x="bottle"), ("disappears",)),
        ("how many people left before 1:15", Question("count_before", x="person", t_s=75.0), ("left",)),
        ("How many come after the bus left?", Question("count_after", x="car", event=Event("bus", "leaves")), ()),
        ("is the bus on the left", Question("where_at", x="bus"), ()),
        ("how many dogs are on the left side?", Question("count", x="dog"), ("on the left",)),
        ("Which bottle is away the longest?", Question("longest", x="bottle"), ("away",)),
        ("How many times does a dog come back?", Question("returns_when", x="dog"), ("How many times",)),
        ("How many times does a dog come?", Question("count", x="dog"), ()),
        ("on average, how long is a dog there", Question("duration", x="dog"), ("on average",)),
        ("are there ever exactly two dogs?", Question("at_least_at_once", x="dog", nth=2), ("exactly",)),
        ("Is the dog there from start to finish?", Question("exists", x="dog"), ("from start to finish",)),
        ("How many people leave where they came in?", Question("count_left", x="person"), ("where they came in",)),
        ("how many dogs walk there and back", Question("count", x="dog"), ("there and back",)),
        ("What happens in the first minute of this video?", Question("describe"), ()),
        ("any dogs, leaving out anything later than 0:20?", Question("exists", x="dog", stretch=(0.0, 20.0)), ()),
        ("any dogs, leaving out anything later than 0:20?", DOG, ("later than 0:20", "leaving out")),
        (
            "How many dogs come, leaving out those from the left?",
            Question("count", x="dog", stretch=(0.0, 20.0)),
            ("leaving out", "from the left"),
        ),
        ("If I stop at the right second, is a dog there?", DOG, ()),
        ("how long are dogs on the right", PERSON, ("dogs", "on the right")),
        ("neither fewer nor more than six dogs?", Question("exactly", x="dog", nth=6), ()),
        ("Not counting any of them twice, six dogs?", Question("exactly", x="dog", nth=6), ()),
        ("How many people, not counting cyclists?", Question("count", x="person"), ("cyclists", "not counting")),
        ("which dog is gone the quickest", Question("shortest", x="dog"), ()),
        ("what thing did nobody else leave after", Question("last_leaves"), ()),
        ("Cut out every bit without a person: how long is it?", PERSON, ()),
        ("How long is it without a person?", PERSON, ("without",)),
    ],
)
def test_what_is_named_and_not_asked_after(text, question, words):
    assert left_out(text, question, coco_names(), 90.0) == words


def test_notes_say_what_is_left_out_and_where_the_video_ends():
    assert notes_of(DOG, (), 90.0) == ()
    assert notes_of(DOG, ("cats",), 90.0) == ("'cats' is left out: this may answer another question",)
    assert notes_of(DOG, ("fourth", "cats"), 90.0)[0].startswith("'fourth' and 'cats' are left out")
    late = Question("count_at", x="dog", t_s=100.0)
    assert past_the_end(late, 90.0) and notes_of(late, (), 90.0) == ("the video ends at 1:30",)
    assert not past_the_end(Question("exists", x="dog", stretch=(60.0, 100.0)), 90.0)
