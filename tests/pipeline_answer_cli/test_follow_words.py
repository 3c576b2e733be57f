"""Follow-ups put in full, sets that are kept, and what is said about an answer; on human-like tracks of known truth.

Three cars: 1–5 s to the right, 3–8 s to the right, 6.5–9 s to the left; a person 2–4 s and 7–10 s; 12 s in all.
"""

from __future__ import annotations

import pytest

from pipeline.answerer import WEIGHTS
from pipeline.video_qa import VideoQA

TRACKS = (
    (1, "car", 10, 50, 100, 6), (2, "car", 30, 80, 300, 6), (3, "car", 65, 90, 900, -6),
    (4, "person", 20, 40, 500, 1), (4, "person", 70, 100, 500, 1), (5, "bicycle", 0, 120, 640, 0),
)  # fmt: skip


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> VideoQA:
    folder = tmp_path_factory.mktemp("talk")
    rows = [
        (f, track, name, x + dx * (f - a), 300, 100, 80) for track, name, a, b, x, dx in TRACKS for f in range(a, b)
    ]
    lines = ["frame,id,class,x,y,w,h", *(",".join(map(str, row)) for row in sorted(rows))]
    path = folder / "street.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGTAKE_HOME", str(folder / "home"))
        return VideoQA.open(path, fps=10, size=(1280, 720), weights=WEIGHTS, quiet=True)


@pytest.fixture
def qa(clip) -> VideoQA:
    """A new conversation."""
    return VideoQA(clip.clip, clip.memory, clip.answerer)


def test_those_alone_are_meant(qa) -> None:
    assert qa.ask("How many cars appear between 0:02 and 0:06?").value == 2
    assert [piece.end_s for piece in qa.ask("which of them left last?").evidence] == [8.0]
    assert qa.ask("how many of them went left?").value == 0
    qa.ask("How many cars are there?")
    assert qa.ask("how many of them went left?").value == 1
    listed = qa.ask("list them")
    assert listed.text == "Car 0:07–0:09."
    assert qa.ask("when was that?").text == "A car appears at 0:07."


def test_all_again_after_a_question_of_its_own(qa) -> None:
    qa.ask("How many cars appear between 0:02 and 0:06?")
    qa.ask("how many of them went left?")
    assert qa.ask("How many cars are there?").value == 3


def test_moments_that_were_spoken_of(qa) -> None:
    qa.ask("When does the second car appear?")
    assert qa.ask("how many cars were there just after that?").value == 2
    qa.ask("Is there a person in the video?")
    assert qa.ask("how many cars were there when it came?").value in (1, 2)
    qa.ask("How many cars are visible at 0:04?")
    later = qa.ask("and three seconds later?")
    assert (later.value, later.understood.t_s) == (2, 7.0)


def test_a_noun_that_is_left_out(qa) -> None:
    qa.ask("How many cars appear?")
    assert abs(qa.ask("when was the first?").value - 1.0) < 0.11
    assert abs(qa.ask("and the second?").value - 3.0) < 0.11
    qa.ask("When were there the most cars?")
    assert qa.ask("how many was that?").value == 2
    assert qa.ask("and on average?").understood.family == "mean_at_once"
    assert qa.ask("when were there none?").understood.x == "car"


def test_two_counts_together_and_compared(qa) -> None:
    qa.ask("How many cars appear?")
    qa.ask("and bicycles?")
    assert qa.ask("and together?").value == 4
    qa.ask("How many cars appear in the first half?")
    more = qa.ask("more than in the second half?")
    assert more.value is False and more.text == "No: 2 in 0:00–0:06, 2 in 0:06–0:12."


def test_the_other_of_two_and_which_it_was(qa) -> None:
    qa.ask("When does the third car leave?")
    assert qa.ask("which one was it?").text == "The third car."
    assert qa.ask("and the other one?").refused, "there are three"
    qa.ask("Does the person come back?")
    away = qa.ask("for how long?")
    assert away.understood.family == "away" and abs(away.value - 3.0) < 0.2
    side = qa.ask("from which side?")
    assert side.understood.family == "enters_from"


def test_what_leans_on_nothing_is_left_alone(qa) -> None:
    from pipeline.talking.follow_up import follow_up

    view, names = qa.memory.view(0), qa.index.class_names
    for text in ("How many cars appear?", "Which car stays longest?", "What happens after the person leaves?"):
        said = qa.ask("How many bicycles are there?")
        assert follow_up(text, said, class_names=names, duration_s=12.0, view=view) is None
