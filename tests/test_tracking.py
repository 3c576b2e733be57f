"""Identities: the online tracker, and the offline linker over a whole clip. Each test is one way to lose count."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.class_kinds import ClassKinds, group_of_classes, passive_classes
from pipeline.link import LinkPolicy, link_gain, link_tracklets
from pipeline.look import learn_likeness
from pipeline.records import APPEARANCE_DIM, FrameObjects
from pipeline.track import OnlineTracker
from pipeline.tracklets import Sightings, describe_tracklets

NAMES = ("person", "bottle", "bicycle", "car", "truck")
STEP_S = 0.2


def look(seed: int, noise: float = 0.0, rng=None) -> np.ndarray:
    """A unit vector; other seeds have cosines of about 0.8, as people on a street do."""
    own = np.random.default_rng(seed).normal(size=APPEARANCE_DIM)
    vector = np.ones(APPEARANCE_DIM) / APPEARANCE_DIM**0.5 + 0.5 * own / np.linalg.norm(own)
    if rng is not None:
        vector = vector + noise * rng.normal(size=APPEARANCE_DIM)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def frame(k: int, rows: list[tuple[tuple[float, float, float, float], int, int]], score: float = 0.8) -> FrameObjects:
    """rows: (box_xywhn, class_id, look seed)."""
    return FrameObjects(
        t_s=k * STEP_S,
        boxes_xywhn=np.array([box for box, *_ in rows], np.float32).reshape(-1, 4),
        class_id=np.array([c for _, c, _ in rows], np.int32),
        score=np.full(len(rows), score, np.float32),
        track_id=np.full(len(rows), -1, np.int32),
        appearance=np.array([look(s) for *_, s in rows], np.float32).reshape(-1, APPEARANCE_DIM),
    )


def online(frames: list[FrameObjects], shifts=None) -> list[list[int]]:
    tracker = OnlineTracker(class_names=NAMES, step_s=STEP_S)
    shifts = shifts or [(0.0, 0.0)] * len(frames)
    return [tracker.update(f, s).tolist() for f, s in zip(frames, shifts, strict=True)]


def test_one_walker_is_one_identity_from_the_first_sight_on():
    ids = online([frame(k, [((0.1 + 0.02 * k, 0.5, 0.05, 0.2), 0, 1)]) for k in range(30)])
    assert ids == [[0]] * 30


def test_faster_than_its_own_size_per_step_is_still_one():
    # a car that moves by one and a half of its own widths between two looks: its boxes never overlap
    ids = online([frame(k, [((0.05 + 0.09 * k, 0.5, 0.06, 0.05), 3, 1)]) for k in range(10)])
    assert len({i for row in ids for i in row}) == 1


def test_two_who_cross_keep_their_identities():
    frames = []
    for k in range(31):
        boxes = [((0.2 + 0.02 * k, 0.5, 0.05, 0.2), 0, 1), ((0.8 - 0.02 * k, 0.5, 0.05, 0.2), 0, 2)]
        frames.append(frame(k, boxes))
    ids = online(frames)
    assert ids[-1] == ids[0]


def test_the_rider_does_not_take_over_the_bicycle():
    both = [((0.5, 0.5, 0.05, 0.2), 0, 1), ((0.5, 0.55, 0.06, 0.15), 2, 2)]
    ids = online([frame(k, both if k < 10 else both[:1]) for k in range(20)])
    assert ids[0][0] == ids[19][0] and ids[0][1] not in ids[19]


def test_a_van_may_be_car_and_truck():
    ids = online([frame(k, [((0.3 + 0.01 * k, 0.5, 0.1, 0.1), 3 + k % 2, 1)]) for k in range(10)])
    assert ids == [[0]] * 10


def test_a_camera_that_pans_does_not_break_what_stands_still():
    # the picture moves by 0.06 a step, two widths of the thing in it
    def rows(k):
        return [((0.9 - 0.06 * k, 0.5, 0.03, 0.06), 1, 1), ((0.99 - 0.06 * k, 0.5, 0.03, 0.06), 1, 2)][: 1 + (k > 1)]

    frames = [frame(k, rows(k)) for k in range(14)]
    ids = online(frames, [(0.0, 0.0)] + [(-0.06, 0.0)] * 13)
    assert ids[-1] == [0, 1]


def test_the_same_frames_give_the_same_ids():
    rng = np.random.default_rng(0)
    frames = [frame(k, [((*rng.random(2), 0.1, 0.2), 0, int(s)) for s in rng.integers(0, 9, 6)]) for k in range(20)]
    assert online(frames) == online(frames)


def test_low_scores_begin_no_track_and_ids_are_never_reused():
    assert online([frame(k, [((0.5, 0.5, 0.1, 0.2), 0, 1)], score=0.15) for k in range(5)]) == [[-1]] * 5
    # somebody else, twenty seconds later and elsewhere
    frames = [frame(k, [((0.2, 0.5, 0.1, 0.2), 0, 1)] if k < 5 else []) for k in range(100)]
    frames += [frame(100 + k, [((0.8, 0.5, 0.1, 0.2), 0, 2)]) for k in range(5)]
    ids = online(frames)
    assert ids[0] == [0] and ids[-1] != [0]


# ----------------------------------------------------------------------------------------------- linking, whole clip


def piece(
    track: int, start_s: float, stop_s: float, a, b, *, seed: int, class_id: int = 0, size=(0.05, 0.2), score=0.8
):
    """Sightings of one tracklet on a straight line from centre `a` to centre `b`."""
    rng = np.random.default_rng([track, seed])
    t = np.arange(start_s, stop_s, STEP_S)
    part = np.linspace(0, 1, len(t))[:, None]
    centre = np.array(a) * (1 - part) + np.array(b) * part + rng.normal(0, 0.002, (len(t), 2))
    return [
        (round(time / STEP_S), time, (*c, *size), class_id, track, score, look(seed, 0.012, rng))
        for time, c in zip(t, centre, strict=True)
    ]


def clip(*pieces) -> Sightings:
    rows = sorted((row for p in pieces for row in p), key=lambda row: (row[0], row[4]))
    frame_no, t, box, class_id, track, score, looks = zip(*rows, strict=True) if rows else [()] * 7
    return Sightings(
        np.array(frame_no, np.int64),
        np.array(t, float),
        np.array(box, np.float32).reshape(-1, 4),
        np.array(class_id, np.int32),
        np.array(track, np.int32),
        np.array(score, np.float32),
        np.array(looks, np.float32).reshape(-1, APPEARANCE_DIM),
    )


def owners(seen: Sightings, duration_s: float = 60.0, policy: LinkPolicy | None = None) -> dict[int, int]:
    """Tracklet → object (-1 = dropped)."""
    linked = link_tracklets(seen, class_names=NAMES, aspect=16 / 9, duration_s=duration_s, policy=policy)
    return {int(t): int(o) for t, o in zip(seen.tracklet, linked.owner, strict=True)}


# walkers that are there all the time, so that the clip shows how unlike strangers look
CROWD = [piece(90 + i, 0, 60, (0.1 + 0.2 * i, 0.2), (0.1 + 0.2 * i, 0.25), seed=90 + i) for i in range(4)]


def test_hidden_behind_a_pillar_is_one_object():
    got = owners(clip(
        piece(0, 5, 10, (0.2, 0.6), (0.45, 0.6), seed=1), piece(1, 12, 18, (0.55, 0.6), (0.85, 0.6), seed=1), *CROWD
    ))  # fmt: skip
    assert got[0] == got[1] >= 0


def test_another_look_is_another_object():
    got = owners(clip(
        piece(0, 5, 10, (0.2, 0.6), (0.45, 0.6), seed=1), piece(1, 12, 18, (0.55, 0.6), (0.85, 0.6), seed=2), *CROWD
    ))  # fmt: skip
    assert got[0] != got[1]


def test_two_at_the_same_time_are_never_one():
    got = owners(clip(
        piece(0, 5, 12, (0.2, 0.6), (0.5, 0.6), seed=1), piece(1, 11, 18, (0.5, 0.6), (0.8, 0.6), seed=1), *CROWD
    ))  # fmt: skip
    assert got[0] != got[1]


def test_a_bottle_put_back_is_the_same_bottle_a_person_in_its_place_is_another():
    def taken_and_back(class_id, seeds):
        stand = piece(0, 0, 20, (0.5, 0.6), (0.5, 0.6), seed=seeds[0], class_id=class_id)
        lift = piece(0, 20, 21, (0.5, 0.6), (0.6, 0.2), seed=seeds[0], class_id=class_id)
        back = piece(1, 28, 29, (0.6, 0.2), (0.5, 0.6), seed=seeds[1], class_id=class_id)
        again = piece(1, 29, 55, (0.5, 0.6), (0.5, 0.6), seed=seeds[1], class_id=class_id)
        return owners(clip(stand, lift, back, again))

    same = taken_and_back(1, (1, 1))
    assert same[0] == same[1]
    other = taken_and_back(0, (1, 2))
    assert other[0] != other[1]


def test_five_pieces_of_one_walk_are_one_object():
    pieces = [
        piece(i, 4 * i, 4 * i + 3, (0.05 + 0.18 * i, 0.6), (0.05 + 0.18 * i + 0.13, 0.6), seed=1) for i in range(5)
    ]
    got = owners(clip(*pieces, *CROWD))
    assert len({got[i] for i in range(5)}) == 1


def test_flickers_and_doubles_are_dropped():
    got = owners(clip(
        piece(0, 5, 15, (0.2, 0.6), (0.8, 0.6), seed=1),
        piece(1, 6, 14, (0.26, 0.6), (0.74, 0.6), seed=1, score=0.5),  # the same box again
        piece(2, 8, 8.3, (0.3, 0.3), (0.3, 0.3), seed=5),  # seen twice
        piece(3, 20, 25, (0.7, 0.7), (0.7, 0.7), seed=6, score=0.3),  # never sure
    ))  # fmt: skip
    assert got[0] == 0 and got[1] == got[2] == got[3] == -1


def test_a_flicker_at_an_objects_beginning_or_end_is_its_first_or_last_moment():
    """Cut by the picture's edge, an object looks like a stranger; elsewhere, a stranger is one."""
    walk = piece(0, 5, 15, (0.1, 0.6), (0.6, 0.6), seed=1)
    got = owners(clip(
        walk,
        piece(1, 4.6, 4.9, (0.07, 0.6), (0.08, 0.6), seed=5),  # before it
        piece(2, 15.0, 15.3, (0.61, 0.6), (0.62, 0.6), seed=6),  # behind it
        piece(3, 15.0, 15.3, (0.9, 0.6), (0.9, 0.6), seed=7),  # elsewhere
        piece(4, 40, 40.3, (0.6, 0.6), (0.6, 0.6), seed=8),  # much later
        *CROWD,
    ))  # fmt: skip
    assert got[0] == got[1] == got[2] >= 0 and got[3] == got[4] == -1


def test_objects_are_numbered_by_first_sight_and_nothing_is_fine():
    got = owners(clip(
        piece(7, 20, 25, (0.2, 0.6), (0.4, 0.6), seed=1, class_id=3), piece(3, 5, 9, (0.2, 0.6), (0.4, 0.6), seed=2)
    ))  # fmt: skip
    assert got == {3: 0, 7: 1}
    assert owners(clip()) == {}


def test_the_order_of_rows_does_not_matter_within_a_frame():
    seen = clip(
        piece(0, 5, 10, (0.2, 0.6), (0.45, 0.6), seed=1), piece(1, 12, 18, (0.55, 0.6), (0.85, 0.6), seed=1), *CROWD
    )
    shuffled = np.random.default_rng(0).permutation(len(seen.frame))
    shuffled = shuffled[np.argsort(seen.frame[shuffled], kind="stable")]
    mixed = Sightings(*(getattr(seen, name)[shuffled] for name in Sightings.__dataclass_fields__))
    assert owners(seen) == owners(mixed)


def test_many_tracklets_stay_quick():
    import time

    rng = np.random.default_rng(0)
    pieces = [
        piece(i, s, s + 3, rng.random(2), rng.random(2), seed=i) for i, s in enumerate(rng.uniform(0, 36000, 2000))
    ]
    seen = clip(*pieces)
    began = time.process_time()
    owners(seen, duration_s=36000)
    assert time.process_time() - began < 10


def test_likeness_is_learned_from_the_clip_itself():
    seen = clip(*CROWD)
    tracks = np.unique(seen.tracklet, return_inverse=True)[1]
    likeness = learn_likeness(seen, tracks, group_of_classes(NAMES))
    pieces = describe_tracklets(seen, tracks, group=group_of_classes(NAMES), aspect=16 / 9)
    a, b = np.array([0]), np.array([0, 1])
    with_itself, with_another = likeness.gain(pieces, a, b)[0]
    assert with_itself > 2 and with_another < -2


def test_end_velocities_are_picture_heights_per_second():
    seen = clip(piece(0, 0, 4, (0.1, 0.5), (0.5, 0.5), seed=1))
    pieces = describe_tracklets(seen, seen.tracklet.astype(int), group=group_of_classes(NAMES), aspect=2.0)
    assert pieces.velocity[0, :, 0] == pytest.approx(0.2, abs=0.04)  # 0.4 widths = 0.8 heights in 4 s
    assert pieces.centre[0, 1] == pytest.approx([1.0, 0.5], abs=0.03)


def test_class_tables():
    assert group_of_classes(NAMES).tolist() == [0, 1, 2, 3, 3]
    assert passive_classes(NAMES).tolist() == [False, True, False, False, False]


def test_a_car_that_looks_alike_is_another_car_sooner_than_a_person_another_person():
    """Gone over the left edge; some time later one that looks rather alike comes in on the right."""

    def gain(class_id: int, gap_s: float, policy: LinkPolicy = LinkPolicy()) -> float:  # noqa: B008
        here = {"class_id": class_id, "size": (0.06, 0.1)}
        seen = clip(piece(0, 5, 10, (0.97, 0.6), (0.03, 0.6), seed=1, **here),
                    piece(1, 10 + gap_s, 15 + gap_s, (0.97, 0.6), (0.03, 0.6), seed=1, **here))  # fmt: skip
        kinds = ClassKinds.of(NAMES)
        pieces = describe_tracklets(seen, seen.tracklet, group=kinds.group, aspect=16 / 9)
        likeness = learn_likeness(seen, seen.tracklet, kinds.group)
        new_per_s = np.full(kinds.group.max() + 1, 0.1)
        one, other = np.array([0]), np.array([1])
        return float(link_gain(pieces, one, other, likeness, kinds, new_per_s, 16 / 9,
                               policy)[0, 0])  # fmt: skip

    assert gain(0, 25.0) > gain(3, 25.0) + 2
    assert gain(0, 4.0) < gain(0, 4.0, LinkPolicy(way_back=0.0))  # so soon nobody is on the other side


def test_a_part_of_a_standing_thing_is_no_thing_of_its_own():
    """A bottle that is now and then found by its lower half, and one beside it."""

    def lower_half(apart: float, times):
        half = [row for k in times for row in piece(1, k, k + 0.4, (0.5 + apart, 0.63), (0.5 + apart, 0.63), seed=2,
                                                   class_id=1, size=(0.05, 0.13))]  # fmt: skip
        return owners(clip(piece(0, 0, 60, (0.5, 0.6), (0.5, 0.6), seed=1, class_id=1), half))[1]

    assert lower_half(0.0, (10, 20, 30, 40)) == -1
    assert lower_half(0.06, (10, 20, 30, 40)) == 1
