"""A recording that shows the same over and over: what comes again counts once; what only resembles it does not."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.class_kinds import group_of_classes
from pipeline.link import link_tracklets
from pipeline.records import APPEARANCE_DIM
from pipeline.repeats import find_period, repeats_told
from pipeline.tracklets import Sightings

NAMES = ("person", "car", "bottle")
STEP_S = 0.2


def walks(rng: np.random.Generator, duration_s: float, per_min: float = 40.0) -> list[tuple]:
    """Things that cross the picture: (begin s, seconds, height, way, class, look)."""
    many = max(2, round(per_min * duration_s / 60))
    return [
        (
            rng.uniform(0, duration_s - 3),
            rng.uniform(3, 8),
            rng.uniform(0.2, 0.8),
            rng.choice((-1, 1)),
            int(rng.integers(2)),
            rng.normal(size=APPEARANCE_DIM),
        )
        for _ in range(many)
    ]


def seen_of(shown: list[tuple[float, list[tuple]]], frames: int, rng: np.random.Generator, missed: float) -> Sightings:
    """shown: (begin s, walks) of the rounds; every walk is a tracklet of its own in every round."""
    rows = []
    tracklet = 0
    for begin_s, things in shown:
        end_s = next((b for b, _ in shown if b > begin_s), frames * STEP_S)
        for start_s, lasts, y, way, kind, look in things:
            for k in range(frames):
                t_s = k * STEP_S - begin_s
                if not start_s <= t_s < start_s + lasts or k * STEP_S >= end_s or rng.random() < missed:
                    continue
                part = (t_s - start_s) / lasts
                box = (part if way > 0 else 1 - part, y, 0.1, 0.15)
                box = np.array(box) + rng.normal(0, 0.002, 4)
                rows.append((k, box, kind, tracklet, look + rng.normal(0, 0.05, APPEARANCE_DIM)))
            tracklet += 1
    rows.sort(key=lambda row: row[0])
    frame = np.array([row[0] for row in rows])
    return Sightings(
        frame,
        frame * STEP_S,
        np.array([row[1] for row in rows], np.float32),
        np.array([row[2] for row in rows], np.int32),
        np.array([row[3] for row in rows], np.int32),
        np.full(len(rows), 0.9, np.float32),
        np.array([row[4] for row in rows], np.float32),
    )


def objects_of(seen: Sightings, frames: int) -> int:
    linked = link_tracklets(seen, class_names=NAMES, aspect=16 / 9, duration_s=frames * STEP_S)
    return int(linked.owner.max()) + 1


@pytest.mark.parametrize("period_s", [12.0, 12.07, 31.4])
@pytest.mark.parametrize("missed", [0.0, 0.15])
def test_what_is_shown_eight_times_counts_once(period_s, missed):
    rng = np.random.default_rng(3)
    things = walks(rng, period_s)
    frames = int(8 * period_s / STEP_S)
    seen = seen_of([(k * period_s, things) for k in range(8)], frames, rng, missed)
    period = find_period(seen, group_of_classes(NAMES), frames, STEP_S)
    assert period * STEP_S == pytest.approx(period_s, abs=0.06)
    assert objects_of(seen, frames) == pytest.approx(len(things), abs=1)


def test_twice_is_enough_and_half_a_round_more_changes_nothing():
    rng = np.random.default_rng(4)
    things = walks(rng, 40.0)
    frames = int(100 / STEP_S)
    seen = seen_of([(0.0, things), (40.0, things), (80.0, things)], frames, rng, 0.0)
    assert find_period(seen, group_of_classes(NAMES), frames, STEP_S) == pytest.approx(200, abs=0.5)
    assert objects_of(seen, frames) == pytest.approx(len(things), abs=1)


@pytest.mark.parametrize("seed", range(6))
def test_ordinary_comings_and_goings_have_no_period(seed):
    rng = np.random.default_rng(seed)
    frames = int(120 / STEP_S)
    seen = seen_of([(0.0, walks(rng, 120.0))], frames, rng, 0.1)
    assert find_period(seen, group_of_classes(NAMES), frames, STEP_S) == 0


@pytest.mark.parametrize("every_s,alike", [(4.0, False), (4.0, True), (12.0, False)])
def test_a_belt_with_other_things_in_the_same_places_is_no_repetition(every_s, alike):
    """Bottles at equal distances pass for ever: the places are the same, the bottles are not."""
    rng = np.random.default_rng(5)
    frames = int(15 * every_s / STEP_S)
    bottle = np.abs(rng.normal(size=APPEARANCE_DIM))
    look = lambda: bottle if alike else np.abs(rng.normal(size=APPEARANCE_DIM))  # noqa: E731
    passing = [(every_s * k, 3.0, 0.5, 1, 2, look()) for k in range(14)]
    seen = seen_of([(0.0, passing)], frames, rng, 0.0)
    assert find_period(seen, group_of_classes(NAMES), frames, STEP_S) == 0


def test_parked_cars_alone_tell_no_period():
    rng = np.random.default_rng(6)
    frames = int(60 / STEP_S)
    parked = [(0.0, 1e6, y, 1, 1, rng.normal(size=APPEARANCE_DIM)) for y in (0.2, 0.5, 0.8)]
    seen = seen_of([(0.0, parked)], frames, rng, 0.1)
    assert find_period(seen, group_of_classes(NAMES), frames, STEP_S) == 0
    assert find_period(seen_of([], frames, rng, 0), group_of_classes(NAMES), frames, STEP_S) == 0


def test_people_are_told():
    assert "every 10.1 seconds" in repeats_told(10.07) and "every 2:19" in repeats_told(139.4)
