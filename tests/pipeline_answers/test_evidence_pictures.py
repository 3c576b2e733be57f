"""Evidence pictures show the right frames of the video; the timeline can be drawn for any clip."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from data.meaning import ClipView, Question
from pipeline.answers import Answer, Evidence
from pipeline.errors import InputError
from pipeline.telling import evidence_pictures
from pipeline.telling.evidence_pictures import MOST_PICTURES, draw_evidence, save_evidence
from pipeline.telling.timeline_picture import MOST_BARS, MOST_ROWS, OBJECT, PROOF, _rows, draw_timeline
from tests.data.small_worlds import clip_of, random_clip
from tests.video_files import make_clip, read_number

BOX = (0.5, 0.5, 0.02, 0.02)  # small, so that the numbers in the frames stay readable


def piece(track: int, t_s: float, name: str = "car") -> Evidence:
    return Evidence(track, name, max(t_s - 1.0, 0.0), t_s + 1.0, t_s, BOX)


def answer_of(*pieces: Evidence, **more) -> Answer:
    return Answer("How many cars appear?", "Three cars appear.", "number", 3, 0.9, evidence=pieces, **more)


def index_of(frames: int = 60, step_s: float = 0.5):
    return clip_of([("car", [(2, 20), (26, 40)], (0.1, 0.5), (0.9, 0.5))], frames=frames, step_s=step_s)


def frame_number(path) -> int:
    """The number painted in a saved picture, without the strip below it."""
    image = np.asarray(Image.open(path))
    return read_number(image[: image.shape[1] * 3 // 4])


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """30 s of numbered frames, ten a second, 640 × 480: big enough that the caption hides no mark."""
    return make_clip(tmp_path_factory.mktemp("video") / "clip.mp4", frames=300, rate=10, size=(640, 480))


@pytest.mark.parametrize("jump_s", [0.0, 2.0, 1e9])
def test_pictures_show_the_frame_of_their_moment(video, tmp_path, monkeypatch, jump_s):
    """However the video is sought or read on: moments close together, far apart, twice the same, the last frame."""
    monkeypatch.setattr(evidence_pictures, "JUMP_S", jump_s)
    moments = [0.0, 0.1, 0.5, 0.5, 7.3, 21.0, 21.1, 29.9]
    shuffled = [piece(k, t_s) for k, t_s in reversed(list(enumerate(moments)))]
    *pictures, timeline = save_evidence(answer_of(*shuffled), tmp_path / "new", video=video, index=index_of())
    assert [frame_number(path) for path in pictures] == [round(t_s * 10) for t_s in moments]
    assert [path.name for path in pictures[:2]] == ["evidence_01.jpg", "evidence_02.jpg"]
    assert timeline.name == "timeline.png" and Image.open(timeline).format == "PNG"


def test_frames_of_uneven_video_are_found_by_their_own_times(tmp_path):
    times_s = np.cumsum([0.0, *np.tile([0.04, 0.5, 0.12, 0.04], 10)]).round(3).tolist()
    video = make_clip(tmp_path / "uneven.mkv", times_s=times_s, size=(640, 480))
    wanted = [1, 2, 9, 30, 38]
    saved = save_evidence(
        answer_of(*(piece(k, times_s[k]) for k in wanted)), tmp_path, video=video, index=index_of(40, 0.2)
    )
    assert [frame_number(path) for path in saved[:-1]] == wanted


def test_moments_that_the_video_does_not_hold_get_no_picture(video, tmp_path):
    saved = save_evidence(answer_of(piece(0, 5.0), piece(1, 500.0)), tmp_path, video=video, index=index_of(2000))
    assert [path.name for path in saved] == ["evidence_01.jpg", "timeline.png"]


def test_many_pieces_are_thinned_out_with_every_object_kept(video, tmp_path):
    pieces = [piece(k % 30, k * 0.1) for k in range(290)]
    saved = save_evidence(answer_of(*pieces), tmp_path, video=video, index=index_of())
    assert len(saved) == MOST_PICTURES + 1
    chosen = evidence_pictures.chosen_pieces(pieces, MOST_PICTURES)
    assert {e.track_id for e in chosen} == set(range(30))
    assert [e.t_s for e in chosen] == sorted(e.t_s for e in chosen)
    assert len(evidence_pictures.chosen_pieces([piece(k, k * 1.0) for k in range(500)], 40)) == 40


def test_without_video_or_evidence_there_is_only_the_timeline(video, tmp_path):
    for k, (answer, source) in enumerate([(answer_of(piece(0, 1.0)), None), (answer_of(), video)]):
        saved = save_evidence(answer, tmp_path / str(k), video=source, index=index_of())
        assert saved == [tmp_path / str(k) / "timeline.png"]
        assert sorted(path.name for path in (tmp_path / str(k)).iterdir()) == ["timeline.png"]


def test_pictures_of_an_earlier_answer_go_and_other_files_stay(video, tmp_path):
    save_evidence(answer_of(piece(0, 1.0), piece(1, 2.0)), tmp_path, video=video, index=index_of())
    (tmp_path / "holiday.jpg").write_bytes(b"mine")
    save_evidence(answer_of(piece(0, 3.0)), tmp_path, video=video, index=index_of())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence_01.jpg", "holiday.jpg", "timeline.png"]


def test_errors_name_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose a folder that you can write to"):
        save_evidence(answer_of(), tmp_path / "file" / "in", video=None, index=index_of())
    with pytest.raises(InputError, match=r"no such file: .*gone\.mp4"):
        save_evidence(answer_of(piece(0, 1.0)), tmp_path, video=tmp_path / "gone.mp4", index=index_of())


@pytest.mark.parametrize(
    "box", [BOX, (0.0, 0.0, 0.5, 0.5), (0.99, 0.99, 0.2, 0.2), (0.5, 0.5, 1.0, 1.0), (0.5, 0.5, 0, 0), (2, -1, 0.1, 9)]
)
@pytest.mark.parametrize("size", [(40, 60), (48, 32), (720, 1280)])
def test_any_box_can_be_drawn_and_is_where_it_belongs(box, size):
    image = np.full((*size, 3), 200, np.uint8)
    picture = draw_evidence(image, Evidence(1, "Zugführer am Gleis", 0.0, 7300.0, 3725.5, box))
    assert picture.width == size[1] and picture.height > size[0]
    if box == BOX and size[0] == 720:  # 26 × 14 pixels around the middle; the frame shows through inside
        row = np.asarray(picture)[360]
        painted = np.flatnonzero((row != 200).any(1))
        assert abs(painted[0] - 627) <= 1 and abs(painted[-1] - 653) <= 1 and (row[640] == 200).all()


def _colours(path) -> set[tuple[int, ...]]:
    return {tuple(c) for c in np.unique(np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3), axis=0).tolist()}


def _rgb(text: str) -> tuple[int, ...]:
    return tuple(int(text[k : k + 2], 16) for k in (1, 3, 5))


@pytest.mark.parametrize("clip", ["minute", "ten hours", "crowd", "empty", "one frame"])
def test_timeline_of_any_clip(tmp_path, clip):
    """Bars and highlighted evidence are there, whatever the length and the crowd."""
    rng = np.random.default_rng(1)
    starts = np.sort(rng.integers(0, 3500, MOST_BARS + 50)).tolist()
    hours = [(f"class {k % 20}", [(a, a + 40)], (0.1, 0.5), (0.9, 0.5)) for k, a in enumerate(starts)]
    crowd = [("person", [(k, 100)], (0.1, 0.5), (0.9, 0.5)) for k in range(40)]
    index = {
        "minute": index_of(120),
        "ten hours": clip_of(hours, frames=3600, step_s=10.0),
        "crowd": clip_of(crowd, frames=100),
        "empty": clip_of([], class_names=("car",)),
        "one frame": clip_of([("car", [(0, 1)], (0.5, 0.5), (0.5, 0.5))], frames=1),
    }[clip]
    first = list(zip(index.tracks.track_id.tolist(), index.tracks.class_id.tolist(), strict=True))[:1]
    pieces = [Evidence(track, index.class_names[c], 2.0, 6.0, 4.0, BOX) for track, c in first]
    draw_timeline(answer_of(*pieces), index, tmp_path / "timeline.png")
    assert (_rgb(PROOF) in _colours(tmp_path / "timeline.png")) == bool(pieces)
    assert Image.open(tmp_path / "timeline.png").height < 2500
    if clip in ("ten hours", "crowd"):
        assert _rgb(OBJECT) in _colours(tmp_path / "timeline.png")


def test_rows_are_the_most_frequent_classes_and_those_of_the_evidence():
    tracks = [(f"class {k:02}", [(0, 5)], (0.5, 0.5), (0.5, 0.5)) for k in range(30) for _ in range(30 - k)]
    rows = _rows(answer_of(piece(0, 1.0, "class 29")), ClipView.of(clip_of(tracks)))
    assert rows == [*(f"class {k:02}" for k in range(MOST_ROWS - 1)), "class 29"]


def test_timeline_takes_any_text_and_shades_the_stretch(tmp_path):
    answer = Answer(
        "$x_1 \\frac{ 多少 " + "how many " * 90,
        "100 % & <b>" * 40,
        "number",
        1,
        0.5,
        understood=Question("count", x="car", stretch=(-1e9, 12.0)),
    )
    draw_timeline(answer, random_clip(4), tmp_path / "timeline.png")
    assert Image.open(tmp_path / "timeline.png").width > 800
