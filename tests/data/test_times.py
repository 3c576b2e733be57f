"""What the writer writes, the reader reads: to the same seconds, in every context; and it sees no times elsewhere."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from data.phrasing import Stretch, fill_stretch
from data.times import find_times, number_word, write_length, write_time
from data.wordings import phrases

READ = [
    # text, duration, what it says
    ("at 1:05", 300, 65.0),
    ("at 95 s", 300, 95.0),
    ("at one minute five", 300, 65.0),
    ("at 1m5s?", 300, 65.0),
    ("00:01:05 please", 300, 65.0),
    ("at the two-minute mark", 300, 120.0),
    ("half a minute in", 300, 30.0),
    ("90 seconds into the video", 300, 90.0),
    ("at halfway", 300, 150.0),
    ("a minute and a half in", 300, 90.0),
    ("two and a half minutes in", 300, 150.0),
    ("at 1:02:05", 9000, 3725.0),
    ("at one hundred and twenty seconds", 300, 120.0),
    ("at minute 2", 300, 120.0),
    ("describe minutes 10 to 15", 3600, (600.0, 900.0)),
    ("seconds 5-12", 300, (5.0, 12.0)),
    ("between minute 3 and minute 4", 300, (180.0, 240.0)),
    ("when the clip ends", 300, 299.5),
    ("as the video starts", 300, 0.0),
    ("between 1:05 and 2:30", 300, (65.0, 150.0)),
    ("1:05-2:30", 300, (65.0, 150.0)),
    ("between 1 and 2 minutes", 300, (60.0, 120.0)),  # the unit is said once
    ("10-20s", 300, (10.0, 20.0)),
    ("from 30s till 1 min 5 sec", 300, (30.0, 65.0)),
    ("in the first minute", 300, (0.0, 60.0)),
    ("during the last thirty seconds", 300, (270.0, 300.0)),
    ("in the last half minute", 300, (270.0, 300.0)),
    ("after the 2-minute mark", 300, (120.0, 300.0)),
    ("once 45 s has passed", 300, (45.0, 300.0)),
    ("no later than 0:20", 300, (0.0, 20.0)),
    ("ignoring everything after 0:20", 300, (0.0, 20.0)),
    ("excluding the first 20 secs", 300, (20.0, 300.0)),
    ("in the 10 seconds following 1:00", 300, (60.0, 70.0)),
    ("in the last minute before 3:00", 300, (120.0, 180.0)),
    ("in the second half", 300, (150.0, 300.0)),
    ("in the middle third of the clip", 300, (100.0, 200.0)),
    ("during the third minute", 300, (120.0, 180.0)),
    ("from the third minute on", 300, (120.0, 300.0)),
    ("at 1h20 how many", 9000, 4800.0),
    ("on second 90", 300, 90.0),
    ("between second 20 and second 50", 300, (20.0, 50.0)),
    ("at the two-and-a-half-minute mark", 300, 150.0),
    ("between 10% and 50% of the clip", 300, (30.0, 150.0)),
    ("in the last 5 percent", 300, (285.0, 300.0)),
    ("a third of the way in", 300, 100.0),
    ("three quarters of the way through the video", 300, 225.0),
    ("at t = 45", 300, 45.0),
    ("at 3 minutes 20, who is there", 300, 200.0),
    ("between 1 min and 2 min 30?", 300, (60.0, 150.0)),
]


@pytest.mark.parametrize("text, duration_s, said", READ)
def test_reads(text: str, duration_s: float, said) -> None:
    found = find_times(text, duration_s)
    assert [value for _, _, value in found] == [said]
    start, end, _ = found[0]
    assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "how many people after the second bus", "the 2nd dog", "for at least one second",
        "wait a minute, how many dogs",
        "exists 3 cars?", "the first 2 cars", "how many seconds in total?", "at what second", "to the hour", "",
        "12 people and 3 dogs", "the last person", "which minute is the busiest?", "ninety people",
    ],
)  # fmt: skip
def test_sees_no_time_where_there_is_none(text: str) -> None:
    assert find_times(text, 300.0) == []


def test_written_times_are_read_back_exactly() -> None:
    rng = Random(0)
    contexts = {
        "how many at {}?": lambda t, d: t,
        "pause it at {}, then count": lambda t, d: t,
        "{}: where is it": lambda t, d: t,
        "the frame at {} shows": lambda t, d: t,
        "came in after {}": lambda t, d: (t, d),
        "from {} onwards": lambda t, d: (t, d),
        "how many until {}?": lambda t, d: (0.0, t),
    }
    for _ in range(4000):
        duration_s = rng.choice((37.0, 100.0, 601.5, 5000.0, 36000.0))
        t_s = float(rng.choice((rng.randrange(1, int(duration_s)), duration_s / 2, 30 * rng.randrange(1, 3))))
        if t_s * 2 % 1 or t_s >= duration_s:
            continue
        context = rng.choice(list(contexts))
        text = context.format(write_time(t_s, rng, duration_s))
        assert [v for *_, v in find_times(text, duration_s)] == [contexts[context](t_s, duration_s)], text


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_every_stretch_is_read_back_exactly(split) -> None:
    rng, duration_s = Random(1), 1000.0
    for how, lines in phrases("stretch", split).items():
        for line in lines:
            for _ in range(40):
                t_s, size = float(rng.randrange(200, 700)), float(rng.choice((5, 10, 30, 60, 90, 120, 150)))
                spans = {
                    "between": (t_s, t_s + size), "after": (t_s, duration_s), "before": (0.0, t_s),
                    "first": (0.0, size), "last": (duration_s - size, duration_s),
                    "after_first": (size, duration_s),
                    "before_last": (0.0, duration_s - size), "following": (t_s, t_s + size),
                    "leading": (t_s - size, t_s), "at": (t_s, t_s),
                }  # fmt: skip
                if how.startswith("part"):
                    low, high = (float(Fraction(text)) for text in how.split()[1:])
                    span = (duration_s * low, duration_s * high)
                elif how.startswith("minute"):
                    span = (60.0 * (int(how[-1]) - 1), 60.0 * int(how[-1]))
                else:
                    span = spans[how]
                text = "how many cars " + fill_stretch(line, Stretch(how, *span, t_s, size), duration_s, rng)
                found = find_times(text, duration_s)
                assert len(found) == 1 and found[0][2] == pytest.approx(t_s if how == "at" else span), (text, found)


def test_lengths_and_numbers() -> None:
    assert [number_word(n) for n in (0, 13, 20, 95, 120)] == [
        "zero", "thirteen", "twenty", "ninety-five", "one hundred and twenty",
    ]  # fmt: skip
    rng = Random(2)
    for size in (5, 20, 30, 45, 60, 90, 120, 150, 900, 1800, 3600, 7200):
        for _ in range(10):
            text = "in the first " + write_length(size, rng)
            assert [v for *_, v in find_times(text, 10_000.0)] == [(0.0, float(size))], text
