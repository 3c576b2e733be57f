"""Worlds by hand-made beliefs: chains of pointers, pointers to what is no object, classes by several members."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.meaning import ClipView
from pipeline.repair import TrackBelief, World, as_linked, likeliest_world, random_world, repaired
from pipeline.tokens import TrackRows
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip


def belief_of(real: list[float], points_to: list[int], classes: list[list[float]], sure: float = 0.9) -> TrackBelief:
    """points_to: earlier track of each track, -1: new. The candidates of track k are k - 1, k - 2, … 0."""
    number = len(real)
    earlier = np.full((number, max(number - 1, 1)), -1)
    same = np.zeros((number, 1 + earlier.shape[1]))
    for k, target in enumerate(points_to):
        earlier[k, :k] = np.arange(k)[::-1]
        same[k, : 1 + k] = (1 - sure) / max(k, 1)
        same[k, 0 if target < 0 else k - target] = sure if k else 1.0
    return TrackBelief(np.array(real), same, earlier, np.array(classes, float))


CAR, BUS = [0.8, 0.2], [0.3, 0.7]


def test_a_chain_of_pointers_is_one_object() -> None:
    world = likeliest_world(belief_of([0.9] * 4, [-1, 0, 1, 2], [CAR] * 4))
    assert world.object_of.tolist() == [0, 0, 0, 0] and world.class_of.tolist() == [0, -1, -1, -1]


def test_two_objects_side_by_side() -> None:
    world = likeliest_world(belief_of([0.9] * 5, [-1, -1, 0, 1, 2], [CAR, BUS, CAR, BUS, CAR]))
    assert world.object_of.tolist() == [0, 1, 0, 1, 0] and world.class_of.tolist() == [0, 1, -1, -1, -1]


def test_a_pointer_to_what_is_no_object_begins_one() -> None:
    world = likeliest_world(belief_of([0.9, 0.2, 0.9, 0.6], [-1, 0, 1, 2], [CAR, CAR, BUS, BUS]))
    assert world.object_of.tolist() == [0, -1, 2, 2] and world.class_of.tolist() == [0, -1, 1, -1]


def test_a_class_is_chosen_by_all_members() -> None:
    weak, strong = [0.6, 0.4], [0.05, 0.95]
    assert likeliest_world(belief_of([0.9] * 3, [-1, 0, 1], [weak, weak, strong])).class_of[0] == 1
    assert likeliest_world(belief_of([0.9] * 3, [-1, 0, 1], [weak, weak, weak])).class_of[0] == 0
    # what is no object has no say
    assert likeliest_world(belief_of([0.9, 0.9, 0.1], [-1, 0, 1], [weak, weak, strong])).class_of[0] == 0


def test_the_detectors_class_is_kept_unless_another_is_clearly_likelier() -> None:
    for chances, class_id in ([[0.42, 0.58], 0], [[0.38, 0.62], 1]):
        belief = belief_of([0.9], [-1], [chances])
        assert likeliest_world(belief).class_of[0] == 1
        assert likeliest_world(belief, np.array([0])).class_of[0] == class_id


def test_a_doubtful_pointer_joins_nothing() -> None:
    for sure, objects in ((0.65, [0, 1]), (0.75, [0, 0])):
        assert likeliest_world(belief_of([0.9] * 2, [-1, 0], [CAR, CAR], sure=sure)).object_of.tolist() == objects


def test_a_place_without_a_candidate_is_new() -> None:
    same, earlier = np.array([[1.0, 0], [0.1, 0.9]]), np.array([[-1], [-1]])
    world = likeliest_world(TrackBelief(np.ones(2), same, earlier, np.array([CAR, CAR])))
    assert world.object_of.tolist() == [0, 1]


def test_random_worlds_come_as_often_as_they_are_believed() -> None:
    belief = belief_of([1.0, 0.7, 1.0], [-1, 0, 1], [[0.75, 0.25]] * 3, sure=0.6)
    rng, number = np.random.default_rng(0), 6000
    worlds = [random_world(belief, rng) for _ in range(number)]
    real = np.mean([w.object_of[1] >= 0 for w in worlds])
    pointed = np.mean([w.object_of[1] == 0 for w in worlds if w.object_of[1] >= 0])
    assert real == pytest.approx(0.7, abs=0.03) and pointed == pytest.approx(0.6, abs=0.03)
    # track 2: to 1 by 0.6, to 0 by 0.2, new by 0.2
    joined = np.mean([w.object_of[2] == 0 for w in worlds])
    assert joined == pytest.approx(0.6 * 0.7 * 0.6 + 0.2, abs=0.03)
    alone = [w.class_of[2] for w in worlds if w.object_of[2] == 2]
    assert np.mean(np.array(alone) == 0) == pytest.approx(0.75, abs=0.05)
    sure = belief_of([1.0, 1.0, 0.0], [-1, 0, 1], [[1.0, 0.0]] * 3, sure=1.0)
    for world in (likeliest_world(sure), *(random_world(sure, rng) for _ in range(20))):
        assert world.object_of.tolist() == [0, 0, -1] and world.class_of.tolist() == [0, -1, -1]


def test_no_tracks_no_objects() -> None:
    none = TrackBelief(np.zeros(0), np.zeros((0, 2)), np.full((0, 1), -1), np.zeros((0, 2)))
    for world in (likeliest_world(none), random_world(none, np.random.default_rng(0))):
        assert world.object_of.shape == world.class_of.shape == (0,)


def untouched(rows: TrackRows) -> World:
    return World(np.arange(len(rows.track_id)), rows.track_class.copy())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_index_is_the_same_when_nothing_changes(seed) -> None:
    index = looking_clip(seed)
    rows = TrackRows.of(index)
    same = repaired(index, rows, untouched(rows))
    for name in ("offsets", "boxes_xywhn", "class_id", "track_id", "score", "frame_t_s", "row_frame"):
        assert np.array_equal(getattr(same, name), getattr(index, name)), name
        assert getattr(same, name).dtype == getattr(index, name).dtype


@pytest.mark.parametrize("seed", range(4))
def test_repaired_index_is_sound_and_loses_no_sighting(seed) -> None:
    index, rng = looking_clip(seed, objects=15), np.random.default_rng(seed)
    rows = TrackRows.of(index)
    number, classes = len(rows.track_id), len(index.class_names)
    same = rng.dirichlet(np.ones(2), number)
    earlier = np.array([[rng.integers(k) if k else -1] for k in range(number)]).reshape(-1, 1)
    belief = TrackBelief(rng.uniform(0.3, 1, number), same, earlier, rng.dirichlet(np.ones(classes), number))
    world = random_world(belief, rng)
    fixed = repaired(index, rows, world)
    owner = dict(zip(rows.track_id.tolist(), world.object_of.tolist(), strict=True))
    best: dict[tuple[int, int], float] = {}
    for row, track in enumerate(index.track_id.tolist()):
        if owner[track] >= 0:
            key = int(index.row_frame[row]), int(rows.track_id[owner[track]])
            best[key] = max(best.get(key, -1.0), float(index.score[row]))
    found = zip(fixed.row_frame.tolist(), fixed.track_id.tolist(), fixed.score.tolist(), strict=True)
    assert [((f, k), s) for f, k, s in found] == sorted(best.items())
    classes_of = dict(zip(fixed.track_id.tolist(), fixed.class_id.tolist(), strict=True))
    first = np.flatnonzero(world.class_of >= 0)
    assert classes_of == {int(rows.track_id[k]): int(world.class_of[k]) for k in first}
    assert fixed.offsets[-1] == len(fixed.score) and len(fixed.offsets) == len(index) + 1
    assert len(ClipView.of(fixed)) == len(first)


def test_of_two_boxes_of_one_object_in_a_frame_the_surer_one_stays() -> None:
    clip = clip_of([("car", [(0, 4)], (0.2, 0.5), (0.2, 0.5)), ("car", [(2, 6)], (0.8, 0.5), (0.8, 0.5))], frames=6)
    clip.score[clip.track_id == 0] = [0.9, 0.9, 0.9, 0.3]
    clip.score[clip.track_id == 1] = [0.5, 0.5, 0.5, 0.5]
    fixed = repaired(clip, TrackRows.of(clip), World(np.array([0, 0]), np.array([0, -1])))
    assert fixed.offsets.tolist() == [0, 1, 2, 3, 4, 5, 6] and set(fixed.track_id.tolist()) == {0}
    assert fixed.boxes_xywhn[:, 0] == pytest.approx([0.2, 0.2, 0.2, 0.8, 0.8, 0.8])


def test_what_better_looks_told_apart_is_joined_only_by_a_belief_that_is_nearly_sure() -> None:
    plain = clip_of([("car", [(0, 5)], (0.5, 0.5), (0.5, 0.5))])
    learned = replace(plain, provenance={**plain.provenance, "detector": {"name": "bundled", "looks": "abc"}})
    for sure, apart in ((0.9, True), (0.99, False)):
        belief = belief_of([0.9, 0.9], [-1, 0], [CAR, CAR], sure=sure)
        assert likeliest_world(as_linked(belief, plain)).object_of.tolist() == [0, 0]
        assert likeliest_world(as_linked(belief, learned)).object_of.tolist() == ([0, 1] if apart else [0, 0])
        assert np.allclose(as_linked(belief, learned).same.sum(1), 1)
