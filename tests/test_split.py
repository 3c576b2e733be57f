"""Cutting tracks where another object takes over, and putting pieces together again where nothing else fits."""

from __future__ import annotations

import numpy as np

from pipeline.class_kinds import group_of_classes
from pipeline.link import link_tracklets
from pipeline.look import learn_likeness
from pipeline.split import split_tracklets
from pipeline.tracklets import Sightings
from tests.test_tracking import CROWD, NAMES, clip, piece


def cut(seen: Sightings) -> tuple[np.ndarray, np.ndarray]:
    group = group_of_classes(NAMES)
    owner = np.where(seen.tracklet < 0, -1, np.unique(seen.tracklet, return_inverse=True)[1])
    owner -= owner[owner >= 0].min(initial=0)
    return split_tracklets(seen, owner, group, learn_likeness(seen, owner, group))


def linked(seen: Sightings) -> dict[tuple[int, int], set[int]]:
    """(tracklet, before or after 10 s) → the objects that its rows were given."""
    owner = link_tracklets(seen, class_names=NAMES, aspect=16 / 9, duration_s=60.0).owner
    out: dict[tuple[int, int], set[int]] = {}
    for track, t_s, one in zip(seen.tracklet, seen.t_s, owner, strict=True):
        out.setdefault((int(track), int(t_s >= 10)), set()).add(int(one))
    return out


def test_two_tracks_that_swap_where_they_cross_are_put_right():
    # two people meet in the middle at 10 s; each track goes on with the other one
    seen = clip(
        piece(0, 5, 10, (0.1, 0.6), (0.5, 0.6), seed=1), piece(0, 10, 15, (0.5, 0.6), (0.1, 0.6), seed=2),
        piece(1, 5, 10, (0.9, 0.6), (0.5, 0.6), seed=2), piece(1, 10, 15, (0.5, 0.6), (0.9, 0.6), seed=1), *CROWD,
    )  # fmt: skip
    assert len(cut(seen)[1]) == 2
    got = linked(seen)
    assert got[0, 0] == got[1, 1] and got[1, 0] == got[0, 1] and got[0, 0] != got[1, 0]
    assert all(len(found) == 1 for found in got.values())


def test_a_look_that_changes_is_still_one_where_nobody_else_is():
    # somebody comes in feet first: shoes, then all of him
    seen = clip(
        piece(0, 9, 10, (0.5, 0.97), (0.5, 0.9), seed=1, size=(0.05, 0.05)),
        piece(0, 10, 15, (0.5, 0.88), (0.5, 0.5), seed=2), *CROWD,
    )  # fmt: skip
    assert len(cut(seen)[1]) == 1
    got = linked(seen)
    assert got[0, 0] == got[0, 1] and len(got[0, 0]) == 1


def test_a_bus_that_stops_before_a_parked_car_is_not_the_car():
    seen = clip(
        piece(0, 0, 10, (0.5, 0.6), (0.5, 0.6), seed=1, class_id=3, size=(0.1, 0.1)),
        piece(0, 10, 15, (0.5, 0.55), (0.9, 0.55), seed=2, class_id=4, size=(0.4, 0.3)),
        piece(1, 14, 30, (0.5, 0.6), (0.5, 0.6), seed=1, class_id=3, size=(0.1, 0.1)), *CROWD,
    )  # fmt: skip
    got = linked(seen)
    assert got[0, 0] == got[1, 1] and got[0, 0] != got[0, 1]


def test_a_steady_look_is_not_cut():
    seen = clip(*CROWD)
    owner, joints = cut(seen)
    assert not len(joints) and len(np.unique(owner)) == len(CROWD)


def test_rows_without_a_look_or_without_a_track_stay_as_they_are():
    seen = clip(piece(0, 0, 20, (0.1, 0.5), (0.9, 0.5), seed=1), piece(0, 20, 30, (0.9, 0.5), (0.1, 0.5), seed=2))
    seen.appearance[:] = 0
    seen.tracklet[::3] = -1
    owner, joints = cut(seen)
    assert not len(joints) and (owner == np.where(seen.tracklet < 0, -1, 0)).all()


def test_nothing_is_fine():
    owner, joints = cut(clip())
    assert not len(owner) and joints.shape == (0, 2)
