"""A track must be seen surely more than once, where the detector's habits ask for it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import link
from pipeline.detectors.habits import habits_of
from pipeline.link import LinkPolicy, link_tracklets
from pipeline.tracklets import BEST, Sightings, describe_tracklets

NAMES = ("person", "potted plant")


def seen(scores: list[list[float]], size: tuple[float, float] = (0.06, 0.2)) -> Sightings:
    """One still thing for each list, side by side, five looks a second."""
    rows = [(frame, k, score) for k, ones in enumerate(scores) for frame, score in enumerate(ones)]
    rows.sort()
    frame, track, score = (np.array(column) for column in zip(*rows, strict=True))
    boxes = np.stack(
        [0.15 + 0.2 * track, np.full(len(rows), 0.5), np.full(len(rows), size[0]), np.full(len(rows), size[1])], 1
    )
    looks = np.eye(96, dtype=np.float32)[track]
    return Sightings(
        frame, frame * 0.2, boxes.astype(np.float32), np.ones(len(rows), np.int32), track.astype(np.int32),
        score.astype(np.float32), looks,
    )  # fmt: skip


def test_the_best_five_sightings_tell():
    scores = [[0.9] * 3 + [0.3] * 20, [0.5] * 4, [0.2, 0.8]]
    made = describe_tracklets(seen(scores), seen(scores).tracklet.astype(int), group=np.zeros(2, np.int32), aspect=1.0)
    assert made.sure == pytest.approx([np.mean([0.9, 0.9, 0.9, 0.3, 0.3]), 0.5, 0.5], abs=1e-6) and BEST == 5


def test_a_bush_is_dropped_and_a_plant_stays():
    clip = seen([[0.3] * 99 + [0.62], [0.9] * 100])
    kept = [
        np.unique(link_tracklets(clip, class_names=NAMES, aspect=1.0, duration_s=20.0, policy=policy).owner).tolist()
        for policy in (LinkPolicy(), LinkPolicy(min_sure=habits_of("bundled").least_sure))
    ]
    assert kept == [[0, 1], [-1, 0]]


def test_a_small_thing_that_is_seen_often_may_be_less_sure():
    policy = LinkPolicy(min_sure=habits_of("bundled").least_sure)
    often, seldom, faint = [0.55] * 30, [0.55] * 5, [0.3] * 30
    clip = seen([often, seldom, faint], size=(0.03, 0.04))
    owner = link_tracklets(clip, class_names=NAMES, aspect=1.0, duration_s=6.0, policy=policy).owner
    assert [set(owner[clip.tracklet == k].tolist()) for k in range(3)] == [{0}, {-1}, {-1}]
    large = seen([often, [0.9] * 30], size=(0.1, 0.2))
    owner = link_tracklets(large, class_names=NAMES, aspect=1.0, duration_s=6.0, policy=policy).owner
    assert [set(owner[large.tracklet == k].tolist()) for k in range(2)] == [{-1}, {0}]


def test_what_is_left_after_the_flickers_is_looked_at_again(monkeypatch):
    """Newcomers are rarer than the flickers made them look, so that a pair may now be one after all."""
    rounds = []
    once = link._link_rounds
    monkeypatch.setattr(
        link, "_link_rounds", lambda seen, owner, *rest: rounds.append(owner) or once(seen, owner, *rest)
    )
    clip = seen([[0.9] * 30, [0.5] * 1])
    link_tracklets(clip, class_names=NAMES, aspect=1.0, duration_s=6.0)
    assert [sorted(np.unique(owner[owner >= 0]).tolist()) for owner in rounds] == [[0, 1], [0]]


def test_a_clip_of_nothing_but_flickers_holds_nothing():
    clip = seen([[0.3] * 30, [0.2] * 2])
    policy = LinkPolicy(min_sure=habits_of("bundled").least_sure)
    assert set(link_tracklets(clip, class_names=NAMES, aspect=1.0, duration_s=6.0, policy=policy).owner.tolist()) == {
        -1
    }


def test_other_detectors_have_no_such_habit():
    assert habits_of("yolo26n.pt").least_sure == (0.0, 0.0) and habits_of("yolo26n.pt").usual_px == 640
    assert habits_of("bundled").one_size and habits_of("bundled").learned_looks
