"""Pictures and clips drawn with OpenGL; skipped where it does not start."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from data import render
from data.rendering.camera import Camera
from data.rendering.clip import Shooting
from data.rendering.detection_set import draw_scene, label_lines
from data.rendering.drawing import FINER, Stage, open_gl
from data.rendering.figure import CLASSES, Motion
from data.rendering.layout import Layout, add_strip
from data.rendering.light import make_light
from data.rendering.mesh import Material, placed
from data.rendering.pool import make_figure
from data.rendering.scene import find_sights, number_figures, pose_all
from data.rendering.story import make_story
from data.rendering.visibility import cut_box
from pipeline.errors import InputError
from pipeline.given_tracks import read_given_tracks

SIZE = (160, 96)


@pytest.fixture(scope="module")
def gl():
    try:
        return open_gl()
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def stage(gl):
    return Stage(gl, SIZE)


def shoot(stage, figures, motions):
    """The sights of figures on an empty plain, and the picture."""
    plain = Layout("square")
    add_strip(plain, -40, 60, (0.5, 0.5, 0.5), Material.ASPHALT)
    camera = Camera((0.0, -10.0, 2.0), 0.0, -0.12, 0.8, SIZE)
    cast = number_figures(figures)
    stage.load(plain.scenery, cast.meshes, cast.bones)
    stage.aim(camera, make_light(0.6, -2.0))
    bones = pose_all(cast, motions)
    drawn = stage.draw(bones)
    return {s.object_id: s for s in find_sights(cast, stage, camera, bones, drawn)}, drawn


def test_torch_may_compile_after_something_was_drawn(gl):
    """The driver's LLVM and triton's: the other order ends the process by a signal."""
    pytest.importorskip("triton")
    both = "from data.rendering.drawing import open_gl; gl = open_gl(); import triton; print('alive')"
    run = subprocess.run([sys.executable, "-c", both], capture_output=True, text=True, timeout=100)
    assert (run.returncode, run.stdout) == (0, "alive\n"), run.stderr


def test_what_stands_alone_is_seen_whole_and_its_box_is_tight(stage):
    sights, drawn = shoot(stage, [make_figure("car", 0)], [Motion(placed(0, 2, 0, 0.4))])
    assert sights[0].seen > 0.99 and sights[0].inside == 1.0
    y, x = np.nonzero(drawn.object_px == 1)
    seen = np.array([x.min(), y.min(), x.max() + 1, y.max() + 1]) / FINER
    assert np.abs(seen - sights[0].box).max() <= 1.0


def test_a_wall_of_a_lorry_hides_who_stands_behind_it_but_not_the_box(stage):
    figures = [make_figure("truck", 0), make_figure("unladen", 1)]
    alone, _ = shoot(stage, figures, [None, Motion(placed(0, 4, 0, 0))])
    hidden, drawn = shoot(stage, figures, [Motion(placed(0, 1, 0, 0)), Motion(placed(0, 4, 0, 0))])
    assert alone[1].seen > 0.99 and hidden[1].seen < 0.05
    assert np.allclose(alone[1].box, hidden[1].box)
    assert not (drawn.object_px == 2).sum() > 30


def test_who_is_away_is_not_drawn(stage):
    sights, drawn = shoot(stage, [make_figure("dog", 0)], [None])
    assert not sights and not drawn.object_px.any()


def test_a_bicycle_with_its_rider_is_two_objects(stage):
    sights, _ = shoot(stage, [make_figure("cyclist", 0)], [Motion(placed(0, 0, 0, 0))])
    assert set(sights) == {0, 1}
    rider, cycle = sights[0].box, sights[1].box
    assert rider[1] < cycle[1] and rider[3] <= cycle[3] + 1 and cycle[2] - cycle[0] > rider[2] - rider[0]


def test_the_sun_throws_shadows(stage):
    _, empty = shoot(stage, [make_figure("bus", 0)], [None])
    _, shaded = shoot(stage, [make_figure("bus", 0)], [Motion(placed(0, 6, 0, 0))])
    ground = (shaded.object_px == 0)[::FINER, ::FINER]
    darker = empty.image.astype(int).sum(2) - shaded.image.astype(int).sum(2) > 60
    assert (darker & ground).sum() > 50


def test_a_picture_of_the_set_is_the_same_again_and_its_labels_are_in_it(gl):
    one, sights, names, quality = draw_scene(3, 4, SIZE)
    other, again, _, _ = draw_scene(3, 4, SIZE)
    assert (one == other).all() and 70 <= quality <= 95
    assert [s.seen for s in sights] == [s.seen for s in again]
    held, *_ = draw_scene(3, 4, SIZE, validation=True)
    assert (held != one).any()
    for line in label_lines(sights, names, SIZE):
        cls, cx, cy, w, h = line.split()
        assert 0 <= int(cls) < len(CLASSES)
        cx, cy, w, h = map(float, (cx, cy, w, h))
        assert w * SIZE[0] >= 5.99 and h * SIZE[1] >= 5.99
        assert cx - w / 2 >= -1e-6 and cx + w / 2 <= 1 + 1e-6 and cy - h / 2 >= -1e-6 and cy + h / 2 <= 1 + 1e-6
    assert all((cut_box(s, SIZE) >= 0).all() for s in sights)


def test_a_set_is_written_once_and_goes_on_where_it_stopped(gl, tmp_path, capsys):
    arguments = ["--dataset", "--scenes", "3", "--seed", "2", "--size", "160x96", "--out", str(tmp_path)]
    assert render.main(arguments) == 0
    assert "3 pictures made" in capsys.readouterr().out
    pictures = sorted(tmp_path.glob("images/*/*.jpg"))
    assert len(pictures) == 3 and {p.parent.name for p in pictures} == {"train", "val"}
    before = [p.read_bytes() for p in pictures]
    pictures[1].unlink()
    assert render.main(arguments) == 0
    assert "1 pictures made" in capsys.readouterr().out
    assert [p.read_bytes() for p in pictures] == before
    names = (tmp_path / "data.yaml").read_text()
    assert all(f"{k}: {name}\n" in names for k, name in enumerate(CLASSES))


def test_a_clip_comes_with_tracks_and_questions(gl, tmp_path, capsys):
    av = pytest.importorskip("av")
    out = tmp_path / "clip.mp4"
    arguments = [
        "--seed",
        "4",
        "--duration-s",
        "4",
        "--size",
        "160x96",
        "--fps",
        "4",
        "--truth-fps",
        "2",
        "--out",
        str(out),
    ]
    assert render.main([*arguments, "--questions", "6"]) == 0
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sum(1 for _ in container.decode(stream)) == 16
    index = read_given_tracks(out.with_suffix(".csv"), fps=2, size=SIZE)
    assert len(index.tracks) > 1 and index.duration_s <= 4.0
    poster = tmp_path / "poster.png"
    assert render.main([*arguments, "--poster", str(poster), "--at", "2"]) == 0
    assert poster.stat().st_size > 1000
    rows = [json.loads(line) for line in out.with_suffix(".questions.jsonl").read_text().splitlines()]
    assert rows and all(row["video"] == "clip" and row["fps"] == 2 for row in rows)


def test_a_contact_sheet_needs_no_video(gl, tmp_path):
    from PIL import Image

    sheet = tmp_path / "sheet.png"
    assert (
        render.main(
            ["--seed", "4", "--duration-s", "4", "--size", "160x96", "--frames", "4", "--contact-sheet", str(sheet)]
        )
        == 0
    )
    assert Image.open(sheet).size == (320, 192)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "big"], '--size is "big"; write even width and height'),
        (["--size", "161x96"], "write even width"),
        (["--dataset"], "--dataset needs --out"),
        (["--dataset", "--out", "x", "--scenes", "0"], "--scenes is 0"),
        (["--fps", "12"], r"--fps is 12, it must be a multiple of --truth-fps \(5\)"),
        (["--duration-s", "0"], "--duration-s is 0"),
        (["--seed", "1"], "name the video to write with --out"),
    ],
)
def test_wrong_options_are_refused_in_one_sentence(arguments, message):
    with pytest.raises(InputError, match=message):
        render.main(arguments)


def test_what_stands_still_is_seen_as_much_as_if_it_moved(gl):
    """What is drawn once has no bones while frames are drawn: its silhouette must not be of nothing."""
    shooting = Shooting(make_story(351, (320, 180), 40.0))
    drawn, bones = shooting.draw(13.0)
    once = {sight.object_id: sight for sight in shooting.sights(drawn, bones)}
    shooting.stage.aim(shooting.staging.camera, shooting.staging.light)
    again = shooting.stage.draw(bones)
    anew = {sight.object_id: sight for sight in shooting.sights(again, bones)}
    assert once.keys() == anew.keys()
    assert all(abs(once[k].seen - anew[k].seen) < 0.02 for k in once)
    first = dict(zip(shooting.cast.first_object, shooting.actors, strict=True))
    still = [once[k].seen for k, actor in first.items() if actor.is_still and k in once]
    assert min(still) < 0.5 < max(still)  # some of it is hidden behind parked cars
