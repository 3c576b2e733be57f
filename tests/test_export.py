"""Exported tables can be read again, say the same, and are written whole or not at all."""

import csv
import io
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.export import COLUMNS, STEP_PX, export_index, export_mot, export_table
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import _key_rows, read_index, write_index

WIDTH, HEIGHT, FPS = 320, 180, 10
CLIP = {"fps": FPS, "size": (WIDTH, HEIGHT)}
TEXT = """frame,id,class,x,y,w,h,confidence
0,a,car,10,20,30.12,40,0.5
3,a,car,11,20,30,40,1
3,b,person,0,0,320,180,0.25
"""
FULL = "ab" + "".join(chr(c) for c in (0xE9, 0x6F22, 0x1F600)) + ",;'\"#_ 0-."

names = st.text(FULL, min_size=1, max_size=6).filter(lambda name: name.strip() == name and name != "-1")
pixels = st.integers(-4000, 34000).map(lambda n: n / 100)
lengths = st.integers(1, 20000).map(lambda n: n / 100)
sightings = st.tuples(
    *(
        st.integers(0, 40),
        st.integers(0, 5),
        pixels,
        pixels,
        lengths,
        lengths,
        st.integers(0, 100).map(lambda n: n / 100),
    )
)


@st.composite
def clips(draw):
    """A CSV of up to six tracks that come and go, some boxes partly or wholly outside, in any order of lines."""
    ids = draw(st.lists(names, min_size=6, max_size=6, unique=True))
    classes = draw(st.lists(names, min_size=6, max_size=6))
    rows = draw(st.lists(sightings, max_size=80, unique_by=lambda row: row[:2]))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["frame", "id", "class", "x", "y", "w", "h", "confidence"])
    writer.writerows([frame, ids[track], classes[track], *rest] for frame, track, *rest in rows)
    return text.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("export")


def read_text(folder, text, **options):
    (folder / "in.csv").write_text(text, encoding="utf-8", newline="")
    return read_given_tracks(folder / "in.csv", **CLIP, **options)


def corners_px(index):
    centre, extent = index.boxes_xywhn[:, :2].astype(float), index.boxes_xywhn[:, 2:].astype(float)
    return np.concatenate([centre - extent / 2, centre + extent / 2], axis=1) * ([WIDTH, HEIGHT] * 2)


def assert_same_tracks(got, want):
    """The same rows, in frame and identity."""
    assert np.array_equal(got.offsets, want.offsets)
    assert np.array_equal(got.track_id, want.track_id)


@settings(deadline=None)
@given(clips())
def test_csv_comes_back(folder, text):
    index = read_text(folder, text)
    export_table(index, folder / "out.csv")
    again = read_given_tracks(folder / "out.csv", **CLIP, duration_s=index.duration_s)
    assert_same_tracks(again, index)
    assert again.class_names == index.class_names and np.array_equal(again.class_id, index.class_id)
    assert np.array_equal(again.frame_t_s, index.frame_t_s) and again.duration_s == index.duration_s
    assert np.allclose(again.score, index.score, atol=0.0005 + 1e-6)
    assert np.allclose(corners_px(again), corners_px(index), atol=STEP_PX + 1e-4)
    # what has been rounded once does not change again
    export_table(again, folder / "again.csv")
    assert (folder / "again.csv").read_bytes() == (folder / "out.csv").read_bytes()


@settings(deadline=None)
@given(clips())
def test_mot_comes_back_without_its_classes(folder, text):
    index = read_text(folder, text)
    export_mot(index, folder / "out.txt")
    if not len(index.score):
        assert (folder / "out.txt").read_bytes() == b""
        return
    again = read_given_tracks(folder / "out.txt", **CLIP, duration_s=index.duration_s, class_name="thing")
    if not np.isin(index.score.round(3), (0, 1)).all():  # a file of 0 and 1 is a ground truth: its zeros are left out
        assert_same_tracks(again, index)
        assert np.allclose(again.score, index.score, atol=0.0005 + 1e-6)
        assert np.allclose(corners_px(again), corners_px(index), atol=STEP_PX + 1e-4)
    assert again.class_names in ((), ("thing",))


@settings(deadline=None)
@given(clips())
def test_an_index_file_keeps_visibility_exactly_and_boxes_on_straight_lines(folder, text):
    index = read_text(folder, text)
    write_index(index, folder / "clip")
    again = read_index(folder / "clip")
    assert_same_tracks(again, index)
    assert again.class_names == index.class_names and np.array_equal(again.class_id, index.class_id)
    assert (again.provenance, again.warnings) == (dict(index.provenance), index.warnings)
    keys, starts = _key_rows(index)
    step = 0.5 / 65535 + 1e-7
    assert np.allclose(again.boxes_xywhn[keys], index.boxes_xywhn[keys], atol=step, rtol=0)
    assert np.allclose(again.score[keys], index.score[keys], atol=0.5 / 255 + 1e-6, rtol=0)
    for stretch in np.split(keys, np.flatnonzero(starts)[1:]) if len(keys) else ():
        frames = np.arange(index.row_frame[stretch[0]], index.row_frame[stretch[-1]] + 1)
        rows = np.flatnonzero((index.track_id == index.track_id[stretch[0]]) & np.isin(index.row_frame, frames))
        assert len(rows) == len(frames)
        at, key_at = index.frame_t_s[frames], index.frame_t_s[index.row_frame[stretch]]
        for side in range(4):
            line = np.interp(at, key_at, index.boxes_xywhn[stretch, side])
            assert np.allclose(again.boxes_xywhn[rows, side], line, atol=step, rtol=0)
    # and a stored index can be exported and read: boxes that its grid made empty are kept
    export_table(again, folder / "stored.csv")
    assert_same_tracks(read_given_tracks(folder / "stored.csv", **CLIP, duration_s=index.duration_s), index)


def test_what_is_written(folder):
    index = read_text(folder, TEXT)
    export_index(index, folder / "a.txt")
    export_index(index, folder / "a.CSV")
    assert (folder / "a.txt").read_text() == (
        "1,1,10.00,20.00,30.12,40.00,0.500,-1,-1,-1\n"
        "4,1,11.00,20.00,30.00,40.00,1.000,-1,-1,-1\n"
        "4,2,0.00,0.00,320.00,180.00,0.250,-1,-1,-1\n"
    )
    assert (folder / "a.CSV").read_text() == (
        "frame,t_s,id,class,x,y,w,h,confidence\n"
        "0,0.0000,0,car,10.00,20.00,30.12,40.00,0.500\n"
        "3,0.3000,0,car,11.00,20.00,30.00,40.00,1.000\n"
        "3,0.3000,1,person,0.00,0.00,320.00,180.00,0.250\n"
    )


def test_parquet_says_what_the_csv_says(folder):
    pq = pytest.importorskip("pyarrow.parquet")
    index = read_text(folder, TEXT)
    export_index(index, folder / "a.parquet")
    table = pq.read_table(folder / "a.parquet")
    assert tuple(table.column_names) == COLUMNS and table.num_rows == 3
    assert table["class"].to_pylist() == ["car", "car", "person"]
    assert table["t_s"].to_pylist() == [0, *[index.frame_t_s[3]] * 2]
    assert np.allclose(np.stack([table[c].to_numpy() for c in "xywh"], 1)[2], [0, 0, WIDTH, HEIGHT])


@pytest.mark.parametrize("kind, header", [("csv", True), ("mot", False), ("parquet", None)])
def test_a_clip_in_which_nothing_appears(folder, kind, header):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    path = folder / "nothing"
    export_index(read_text(folder, "frame,id,class,x,y,w,h\n", duration_s=2), path, kind)
    if header is not None:
        assert path.read_text() == (",".join(COLUMNS) + "\n") * header


def test_said_kind_goes_before_the_suffix(folder):
    export_index(read_text(folder, TEXT), folder / "b.txt", "csv")
    assert (folder / "b.txt").read_text().startswith("frame,t_s")


def test_without_an_identity_the_id_is_minus_one(folder):
    index = read_text(folder, TEXT)
    index.track_id[0] = -1
    export_mot(index, folder / "c.txt")
    assert [line.split(",")[1] for line in (folder / "c.txt").read_text().splitlines()] == ["-1", "1", "2"]


def test_errors(folder, monkeypatch):
    index = read_text(folder, TEXT)
    cases = [
        (lambda: export_index(index, folder / "a.xlsx"), 'suffix ".xlsx" of a.xlsx; take .txt, .csv or .parquet'),
        (lambda: export_index(index, folder / "a"), 'suffix "" of a; take'),
        (
            lambda: export_index(index, folder / "a.csv", "coco"),
            "kind 'coco' is not known; known are mot, csv, parquet",
        ),
        (
            lambda: export_table(index, folder / "a.txt"),
            'can\'t have the suffix ".txt" of a.txt; take .csv or .parquet',
        ),
        (lambda: export_index(index, folder / "in.csv" / "b.csv"), "cannot write"),  # a file where a folder must be
        (lambda: export_index(index, folder, "csv"), "cannot write"),  # a folder where a file must be
    ]
    for call, message in cases:
        with pytest.raises(InputError) as error:
            call()
        assert message in str(error.value)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r'pip install "longtake\[export\]"'):
        export_index(index, folder / "b.parquet")
    assert not (folder / "b.parquet").exists()


@pytest.mark.parametrize("kind", ["mot", "csv", "parquet"])
def test_whole_or_not_at_all(folder, monkeypatch, kind):
    """A disk that fills up in the middle leaves the old file, and nothing beside it."""
    index, target = read_text(folder, TEXT), folder / "full" / "old"
    export_index(index, target, kind)
    before = target.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"cannot write .*No space left on device; free some space"):
        export_index(index, target, kind)
    assert target.read_bytes() == before and list(target.parent.iterdir()) == [target]
