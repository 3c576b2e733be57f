"""When something is not there, as a note."""

from data.meaning import ClipView, Question, run
from pipeline.telling.absences import absences_note, each_note, never_said, times_said
from tests.data.small_worlds import clip_of

HERE = (0.5, 0.5)
CLIP = clip_of(
    [("car", [(10, 20), (30, 40)], HERE, HERE), ("dog", [(0, 50)], HERE, HERE)],
    frames=50, step_s=1.0,
)  # fmt: skip


def note(family: str, x: str) -> tuple[str, ...]:
    question, view = Question(family, x=x), ClipView.of(CLIP)
    return absences_note(question, run(question, view), view)


def test_it_says_when_none_is_there() -> None:
    (said,) = note("when_fewest", "car")
    assert said.startswith("that is so 3 times, 0:") and "0:20–0:30" in said
    assert note("min_at_once", "car") == (said,)


def test_it_says_nothing_where_some_always_are_or_others_are_asked() -> None:
    assert note("when_fewest", "dog") == () and note("count", "car") == ()


def test_all_times_are_said_first() -> None:
    longest = "The longest time in which no car is visible begins at 0:00."
    assert times_said(longest, note("when_fewest", "car")).startswith("No car is visible 3 times, 0:")
    assert times_said(longest, note("when_fewest", "car")).endswith("; the longest of them begins at 0:00.")
    assert times_said(longest, ()) == longest and times_said("A dog.", note("when_fewest", "car")) == "A dog."


def test_where_some_always_are_it_is_never_so() -> None:
    always = run(Question("when_fewest", x="dog"), ClipView.of(CLIP))
    fewest = "The fewest dogs are visible at 0:00 (one of them)."
    assert never_said(fewest, "when is there no dog?", "when_fewest", always) == f"Never: the{fewest[3:]}"
    assert never_said(fewest, "when are the fewest dogs there?", "when_fewest", always) == fewest
    some = run(Question("when_fewest", x="car"), ClipView.of(CLIP))
    assert never_said("So.", "when is there no car?", "when_fewest", some) == "So."


def test_a_question_about_all_of_them_lists_all() -> None:
    view = ClipView.of(
        clip_of([("car", [(10, 20)], HERE, HERE), ("car", [(25, 40)], HERE, HERE)], frames=50, step_s=1.0)
    )
    asked = Question("when_appears", x="car")
    assert each_note("when do the cars come?", asked, view) == ("of all cars: 0:10, 0:25",)
    assert each_note("when does the first car come?", asked, view) == ()
    assert each_note("when does the dog come?", Question("when_appears", x="dog"), view) == ()
    assert each_note("how many cars?", Question("count", x="car"), view) == ()


def test_a_question_about_the_side_of_several_tells_all() -> None:
    left, right = (0.05, 0.5), (0.95, 0.5)
    cars = [("car", [(10, 20)], left, right), ("car", [(25, 40)], left, right), ("car", [(30, 45)], right, left)]
    view = ClipView.of(clip_of(cars, frames=50, step_s=1.0))
    asked = Question("enters_from", x="car")
    assert each_note("from which side do cars come?", asked, view) == ("of all 3 cars: left 2, right 1",)
    assert each_note("which way do cars go?", Question("direction", x="car"), view) == (
        "of all 3 cars: right 2, left 1",
    )
    assert each_note("from which side does the first car come?", asked, view) == ()
    assert each_note("from which side?", Question("enters_from", x="car", nth=2), view) == ()
    two = ClipView.of(clip_of(cars[:2], frames=50, step_s=1.0))
    assert each_note("from which side do cars come?", asked, two) == ("of all 2 cars: left",)
