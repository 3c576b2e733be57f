"""What a question means in the light of the clip, and a timeline that tells who goes and comes back."""

from __future__ import annotations

from data.meaning import ClipView, Event, Question, run
from pipeline.asking.in_this_clip import in_this_clip
from tests.data.small_worlds import clip_of

HERE = (0.5, 0.5)


def view_of(*tracks, frames=40):
    return ClipView.of(clip_of([(name, runs, HERE, HERE) for name, runs in tracks], frames=frames, step_s=1.0))


def test_of_several_that_stand_there_from_the_start_the_first_to_go_is_meant():
    bottles = view_of(("bottle", [(0, 7), (11, 40)]), ("bottle", [(0, 30)]))
    asked, notes = in_this_clip(Question("when_leaves", x="bottle", nth=1), "when does the first bottle go?", bottles)
    assert asked == Question("leaves_when", x="bottle") and "several bottles" in notes[0]
    assert run(asked, bottles).value == 7.0
    later = view_of(("bottle", [(0, 7)]), ("bottle", [(3, 30)]))
    same = Question("when_leaves", x="bottle", nth=1)
    assert in_this_clip(same, "when does the first bottle go?", later) == (same, ())
    second = Question("when_leaves", x="bottle", nth=2)
    assert in_this_clip(second, "when does the second bottle go?", bottles) == (second, ())


def test_a_visit_is_somebodys_where_people_come():
    shop = view_of(("person", [(2, 20)]), ("frisbee", [(5, 8)]))
    asked, _ = in_this_clip(Question("shortest"), "shortest visit?", shop)
    assert asked.x == "person"
    assert in_this_clip(Question("shortest"), "what is there the shortest?", shop)[0].x is None
    trap = view_of(("dog", [(2, 20)]), ("cat", [(5, 8)]))
    assert in_this_clip(Question("shortest"), "shortest visit?", trap)[0].x is None


def test_what_remains_after_something_is_counted_then():
    bottles = view_of(("bottle", [(0, 7), (11, 40)]), ("bottle", [(0, 30)]), ("dog", [(20, 40)]))
    came = Question("count_after", x="bottle", event=Event("bottle", "appears"))
    asked, _ = in_this_clip(came, "how many bottles remain after the first bottle is taken?", bottles)
    assert asked == Question("count_at", x="bottle", t_s=7.0) and run(asked, bottles).value == 1
    dog = Question("count_after", x="bottle", event=Event("dog", "appears"))
    assert in_this_clip(dog, "how many bottles are there after the dog comes?", bottles)[0].t_s == 20.0
    assert in_this_clip(dog, "how many bottles come after the dog?", bottles) == (dog, ())


def test_what_disappears_and_is_back_went_earlier():
    view = view_of(("bottle", [(0, 7), (11, 40)]))
    last = Question("when_leaves", x="bottle")
    asked, notes = in_this_clip(last, "When did the bottle disappear?", view)
    assert asked == Question("leaves_when", x="bottle") and run(asked, view).value == 7.0 and "later" in notes[0]
    assert in_this_clip(last, "When was the bottle last seen?", view) == (last, ())
    gone = view_of(("bottle", [(0, 7), (11, 20)]))
    assert in_this_clip(last, "When did the bottle disappear?", gone) == (last, ())


def test_what_drives_by_is_not_parked():
    first = Question("first", x="car")
    asked, _ = in_this_clip(first, "what was the first car to drive by?", view_of(("car", [(0, 40)])))
    assert asked.side == ("direction", "moving")
    assert in_this_clip(first, "what was the first car?", view_of(("car", [(0, 40)]))) == (first, ())


def test_how_many_there_are_when_something_comes():
    view = view_of(("person", [(0, 20)]), ("truck", [(10, 15)]), ("person", [(12, 30)]))
    meant = Question("count", x="person", after=Event("truck", "appears"), before=Event("truck", "leaves"))
    asked, _ = in_this_clip(meant, "How many people are visible when the truck appears?", view)
    assert asked == Question("count_at", x="person", t_s=10.0) and run(asked, view).value == 1
    assert in_this_clip(meant, "How many people are seen while the truck is there?", view) == (meant, ())


def test_a_timeline_tells_who_goes_and_who_is_back():
    view = view_of(("bottle", [(0, 7), (11, 40)]), ("person", [(5, 9)]), ("bottle", [(0, 20), (21, 40)]))
    assert run(Question("describe"), view).value == (
        "0:00: 2 bottles in view. 0:05: a person appears. 0:07: a bottle leaves. 0:09: a person leaves. "
        "0:11: a bottle comes back."
    )
    assert run(Question("describe", stretch=(6.0, 10.0)), view).value == (
        "0:06: 2 bottles and a person in view. 0:07: a bottle leaves."  # nobody leaves in its last second
    )


def test_what_is_back_for_a_moment_only_is_not_told():
    view = ClipView.of(clip_of([("dog", [(0, 10), (20, 21), (40, 60)], HERE, HERE)], frames=80, step_s=0.5))
    assert run(Question("describe"), view).value == (
        "0:00: a dog in view. 0:05: a dog leaves. 0:20: a dog comes back. 0:30: a dog leaves."
    )
