"""The rendered world without a picture: figures, movement, and the rules for what counts as visible."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data.rendering.actors import still
from data.rendering.camera import Camera
from data.rendering.figure import CLASSES, Motion
from data.rendering.gait import reach_angles
from data.rendering.layout import KINDS, make_layout
from data.rendering.mesh import placed
from data.rendering.pool import MAKERS, make_figure
from data.rendering.scene import Sight, changed_parts, number_figures, pose_all
from data.rendering.screenplay import STREET, STREET_CAST, stage_play
from data.rendering.story import make_story
from data.rendering.street_life import Driver
from data.rendering.truth import Truth, bridge
from data.vocabulary import coco_names
from data.world_picture import BRIDGED_S, Rows, _bridge
from pipeline.errors import InputError

SIZE = (320, 192)


def vertices(name: str, motion: Motion, k: int = 0) -> np.ndarray:
    figure = make_figure(name, k)
    bones = figure.pose(motion)
    mesh = figure.mesh
    assert bones.shape == (figure.bones, 3, 4)
    one, other = bones[mesh.bone[:, 0].astype(int)], bones[mesh.bone[:, 1].astype(int)]
    m = one * mesh.weight[:, None, None] + other * (1 - mesh.weight[:, None, None])
    return np.einsum("vij,vj->vi", m[:, :, :3], mesh.position) + m[:, :, 3]


def test_the_classes_are_coco_s_in_its_order():
    at = [coco_names().index(name) for name in CLASSES]
    assert at == sorted(at) and len(set(at)) == len(CLASSES)


@pytest.mark.parametrize("name", MAKERS)
def test_every_figure_is_whole_and_always_the_same(name):
    figure = make_figure(name, 3)
    mesh = figure.mesh
    assert mesh.faces.max() < len(mesh) and np.isfinite(mesh.position).all()
    assert mesh.bone.max() < figure.bones and mesh.part.max() < len(figure.parts)
    assert set(figure.parts) <= {*CLASSES, ""}
    again = MAKERS[name](np.random.Generator(np.random.PCG64([list(MAKERS).index(name), 3, 5])))
    assert (again.mesh.position == mesh.position).all() and (again.mesh.colour == mesh.colour).all()


@pytest.mark.parametrize("speed", [0.0, 0.4, 1.3])
@pytest.mark.parametrize("phase", [0.0, 1.0, 2.5, 4.0, 5.5])
def test_somebody_who_walks_touches_the_ground_and_faces_the_way(speed, phase):
    at = vertices("unladen", Motion(placed(5, 2, 0, np.pi / 2), phase, speed))
    assert abs(at[:, 2].min()) < 0.09  # a lifted heel at most
    assert np.hypot(*(at[:, :2].mean(0) - (5, 2))) < 0.2
    assert np.ptp(at[:, 1]) > 0.2 or speed == 0


def test_a_rider_s_feet_follow_the_pedals():
    for phase in np.linspace(0, 5, 9):
        thigh, knee = reach_angles(0.3 * np.cos(phase), 0.6 + 0.15 * np.sin(phase))
        assert 0 <= knee < np.pi and -1.6 < thigh < 2.2


def test_a_thing_that_turns_has_the_same_size():
    one = vertices("car", Motion(placed(0, 0, 0, 0.0)))
    other = vertices("car", Motion(placed(0, 0, 0, np.pi / 2)))
    assert np.ptp(one[:, 0]) == pytest.approx(np.ptp(other[:, 1]), abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_ways_and_lanes_are_free_of_what_is_fixed(kind):
    for seed in range(3):
        layout = make_layout(np.random.Generator(np.random.PCG64(seed)), kind)
        assert layout.walks
        for x, y, radius in layout.obstacles:
            for lane in layout.lanes:
                if not lane.cycles:
                    assert abs(y - lane.y) > radius + 0.9, (kind, seed, x, y)


def test_vehicles_of_a_lane_never_touch_and_wait_for_people_on_the_crossing():
    staging = stage_play("street", SIZE)
    staging.perform()
    drivers = [d for d in staging.drivers if isinstance(d, Driver)]
    for t in np.arange(0, 90, 0.5):
        for lane in staging.layout.lanes:
            here = [(d.actor, d.actor.motion(t)) for d in drivers if d.lane is lane]
            here = sorted((m.place[0, 3], a.figure.length) for a, m in here if m is not None)
            for (x0, l0), (x1, l1) in itertools.pairwise(here):
                assert x1 - x0 > (l0 + l1) / 2
        people = [
            a.motion(t)
            for a in {id(w.actor): w.actor for w in staging.walkers}.values()
            if a.figure.parts[0] == "person"
        ]
        on_road = [m.place[:2, 3] for m in people if m is not None and -4.4 < m.place[1, 3] < 4.4 and m.place[0, 3] > 2]
        for d in drivers:
            m = d.actor.motion(t)
            for x, y in on_road:
                hit = (
                    m is not None
                    and abs(m.place[0, 3] - x) < d.actor.figure.length / 2
                    and abs(m.place[1, 3] - y) < 1.0
                )
                assert not hit, (t, d.actor.name)


def test_the_play_uses_its_whole_cast_and_the_dog_comes_back():
    named = {cue.who for cue in STREET}
    assert set(STREET_CAST) - named <= {"dog", "parked red", "parked blue", "bench", "pot"}
    staging = stage_play("street", SIZE)
    dog = next(a for a in staging.perform() if a.name == "dog")
    assert len(dog.stays) == 2 and dog.stays[1].t_s[0] > dog.stays[0].t_s[-1] + 10


def test_a_story_is_the_same_for_the_same_seed():
    one, two = (make_story(5, SIZE, 20.0) for _ in range(2))
    for a, b in zip(one.perform(), two.perform(), strict=True):
        assert len(a.stays) == len(b.stays)
        assert all((s.x == r.x).all() and (s.t_s == r.t_s).all() for s, r in zip(a.stays, b.stays, strict=True))


def test_an_unknown_play_is_refused():
    with pytest.raises(InputError, match='no screenplay "opera"; known is street'):
        stage_play("opera", SIZE)


# ---------------------------------------------------------------------------------------------------- what is visible


def sight(seen: float, x: float = 20.0, number: int = 0, inside: float = 1.0) -> Sight:
    return Sight(number, np.array([x, 20.0, x + 30, 80.0]), seen, inside)


def test_short_occlusions_count_as_visible_as_in_the_simulated_world():
    rng = np.random.Generator(np.random.PCG64(8))
    t_s = np.arange(60) / 5
    for _ in range(30):
        there = rng.random(60) < 0.9
        lit = there & (rng.random(60) < 0.6)
        frame = np.flatnonzero(there)
        flat = np.zeros(len(frame))
        rows = Rows(flat, flat.astype(int), frame, np.zeros((4, len(frame))), flat + 1, flat)
        expected = _bridge(lit[frame], rows, t_s) if lit.any() else lit[frame]
        assert (bridge(lit[:, None], there[:, None], BRIDGED_S * 5)[frame, 0] == expected).all()


def test_rows_follow_the_rules_of_the_simulated_world():
    truth = Truth(("person", "car", "", "dog"), SIZE, 5)
    for k in range(20):
        sights = [sight(0.9 if k not in (5, 6, 7) else 0.05)]  # hidden for three frames
        sights.append(sight(0.1, number=1))  # always nearly hidden
        sights.append(sight(1.0, number=2))  # no object
        if k == 9:
            sights.append(sight(1.0, number=3))  # seen once
        truth.add(sights)
    rows = truth.rows()
    assert {row[2] for row in rows} == {"person"} and [row[0] for row in rows] == list(range(20))
    assert all(row[1] == 0 and row[3:7] == (20.0, 20.0, 30.0, 60.0) for row in rows)


def test_boxes_are_cut_to_the_picture():
    truth = Truth(("person",), SIZE, 5)
    for _ in range(3):
        truth.add([sight(1.0, x=-10.0, inside=0.6)])
    assert all(row[3] == 0.0 and row[5] == 20.0 for row in truth.rows())


# --------------------------------------------------------------------------------------------------------- the camera


def test_the_ground_under_a_pixel_is_seen_at_that_pixel():
    camera = Camera((3.0, -12.0, 4.0), 0.3, -0.25, 0.8, SIZE)
    for u, v in ((0.2, 0.8), (0.7, 0.95), (0.5, 0.6)):
        x, y = camera.ground(u, v)
        pixel, ahead = camera.project(np.array([[x, y, 0.0]]))
        assert np.allclose(pixel[0], (u * SIZE[0], v * SIZE[1]), atol=1e-6) and ahead[0] > 0
    assert camera.ground(0.5, 0.0) is None  # the sky


def test_what_changes_lies_in_the_rectangles():
    camera = Camera((0.0, -12.0, 4.0), 0.0, -0.25, 0.8, SIZE)
    figure = make_figure("car", 1)
    actor = still(figure, 1.0, 2.0)
    cast = number_figures([figure])
    bones = pose_all(cast, [actor.motion(0.0)])
    (box,) = changed_parts(cast, camera, (0.5, -0.5, 0.7), bones)
    pixel, _ = camera.project(vertices("car", Motion(placed(1, 2)), 1))
    assert (pixel.min(0) >= box[:2]).all() and (pixel.max(0) <= box[2:]).all()
    assert changed_parts(cast, camera, (0.5, -0.5, 0.7), bones * 0) == []
    away = replace(actor.motion(0.0), place=placed(0, -40))
    assert changed_parts(cast, camera, (0.5, -0.5, 0.7), pose_all(cast, [away])) is None  # behind the camera


def test_missing_library_is_one_sentence(monkeypatch):
    import builtins

    from data.rendering import drawing

    real = builtins.__import__

    def without(name, *rest, **named):
        if name == "moderngl":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        InputError, match=r"needs the package moderngl; install it with: pip install -e \"\.\[render\]\""
    ):
        drawing.open_gl()


def test_a_driver_that_does_not_start_is_one_sentence(monkeypatch):
    import sys

    from data.rendering import drawing

    def broken(**_):
        raise RuntimeError("libEGL.so not loaded")

    monkeypatch.setitem(sys.modules, "moderngl", SimpleNamespace(create_context=broken))
    with pytest.raises(InputError, match=r"OpenGL 3\.3, which does not start here \(libEGL\.so not loaded\)"):
        drawing.open_gl()
