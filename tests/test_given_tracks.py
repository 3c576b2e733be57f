"""Every form of track file, what is left out of it, and every error with the file that provokes it."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.given_tracks import FORMS, read_given_tracks

HEADER = "frame,id,class,x,y,w,h\n"


def read(tmp_path, text, name="t.csv", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_given_tracks(path, **{"fps": 10, "size": (100, 50), **options})


def seen(index):
    """(frame, track, class, score) of every row."""
    names = [index.class_names[i] for i in index.class_id]
    rows = zip(index.row_frame.tolist(), index.track_id.tolist(), names, index.score.round(3).tolist(), strict=True)
    return [(frame, track, name, round(score, 3)) for frame, track, name, score in rows]


def test_an_index_of_given_tracks_is_whole(tmp_path):
    text = HEADER + "2,b,car,10,20,30,10\n0,a,person,0,0,10,10\n2,a,person,50,25,10,10\n"
    index = read(tmp_path, text)
    assert index.class_names == ("person", "car")  # by first appearance, not by line
    assert seen(index) == [(0, 0, "person", 1), (2, 0, "person", 1), (2, 1, "car", 1)]
    assert index.offsets.tolist() == [0, 1, 1, 3]
    assert index.frame_t_s.tolist() == [0, 0.1, 0.2] and index.duration_s == pytest.approx(0.3)
    assert np.allclose(index.boxes_xywhn, [[0.05, 0.1, 0.1, 0.2], [0.55, 0.6, 0.1, 0.2], [0.25, 0.5, 0.3, 0.2]])
    types = [getattr(index, name).dtype for name in ("boxes_xywhn", "class_id", "track_id", "score", "frame_t_s")]
    assert types == [np.float32, np.int32, np.int32, np.float32, np.float64]
    assert (index.width, index.height, index.warnings, index.key_appearance.shape) == (100, 50, (), (0, 96))
    assert index.provenance == {
        **{"made_from": "tracks", "format": "csv", "file": "t.csv", "fps": 10.0, "original_ids": ["a", "b"]},
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }
    assert not index.frame(2).appearance.any()


ROW = [(0, 0, "car", 1)]


@pytest.mark.parametrize(
    "text, rows",
    [
        (HEADER + "0,a,car,1,2,3,4", ROW),  # no newline at the end
        (b"\xef\xbb\xbf" + HEADER.encode() + b"0,a,car,1,2,3,4\n", ROW),  # a BOM
        (HEADER.replace("\n", "\r\n") + "0,a,car,1,2,3,4\r\n", ROW),  # CRLF
        ("\n\n" + HEADER + "\n  \n,,,,,,\n0,a,car,1,2,3,4\n\n", ROW),  # blank lines
        (HEADER + " 0 , a , car , 1 , 2 , 3 , 4 \n", ROW),  # blanks round the cells
        ("h;w;y;x;class;id;frame\n4;3;2;1;car;a;0\n", ROW),  # any order, and a semicolon
        ("Frame\tID\tClass\tX\tY\tW\tH\n0.0\ta\tcar\t1\t2\t3\t4\n", ROW),  # tabs, capitals, a whole number as a float
        ("frame,t_s,id,class,x,y,w,h,confidence\n0,9,a,car,1,2,3,4,0.5\n", [(0, 0, "car", 0.5)]),  # an extra column
        ("frame,id,class,x,y,w,h,confidence\n0,a,car,1,2,3,4,\n", ROW),  # an empty confidence is 1
        (HEADER + '0,a,"car, ""old""",1,2,3,4\n', [(0, 0, 'car, "old"', 1)]),  # quotation marks
        (HEADER + "0,0_1_2b,car,1,2,3,4\n1,0_1_2b,car,1,2,3,4\n", [*ROW, (1, 0, "car", 1)]),  # an id of letters
        (HEADER + "0,7,car,1,2,3,4\n0,3,car,1,2,3,4\n", [*ROW, (0, 1, "car", 1)]),  # ids as they come, not sorted
    ],
)
def test_csv_in_many_hands(tmp_path, text, rows):
    assert seen(read(tmp_path, text)) == rows


def test_a_csv_may_leave_the_class_to_the_caller(tmp_path):
    assert seen(read(tmp_path, "frame,id,x,y,w,h\n0,a,1,2,3,4\n", class_name="cart")) == [(0, 0, "cart", 1)]
    assert seen(read(tmp_path, HEADER + "0,a,,1,2,3,4\n0,b,car,1,2,3,4\n", class_name="cart"))[0][2] == "cart"


def test_a_header_alone_is_a_clip_in_which_nothing_appears(tmp_path):
    index = read(tmp_path, HEADER)
    assert (len(index), index.duration_s, index.class_names, len(index.tracks)) == (1, 0.1, (), 0)
    index = read(tmp_path, HEADER, duration_s=3, class_name="person")
    assert (len(index), index.duration_s, index.class_names) == (30, 3, ("person",))


MOT = [
    # MOT15: the class is the caller's, or person; places in the world (last three) are no matter
    ("1,5,1,2,3,4,1,-1,-1,-1\n3,5,1,2,3,4,1,1.5,-2.5,0\n", {}, [(0, 0, "person", 1), (2, 0, "person", 1)]),
    ("1,5,1,2,3,4,1,-1,-1,-1\n", {"class_name": "cow"}, [(0, 0, "cow", 1)]),
    # … and conf 0 among ones is its flag for "not to be considered"
    ("1,5,1,2,3,4,1,-1,-1,-1\n1,6,1,2,3,4,0,-1,-1,-1\n", {}, [(0, 0, "person", 1)]),
    # a tracker's result: conf is a score, also 0; no score (-1, or 37) is 1
    ("1,5,1,2,3,4,0.25,-1,-1,-1\n1,6,1,2,3,4,0,-1,-1,-1\n", {}, [(0, 0, "person", 0.25), (0, 1, "person", 0)]),
    ("1,5,1,2,3,4,-1,-1,-1,-1\n1,6,1,2,3,4,37,-1,-1,-1\n", {}, [(0, 0, "person", 1), (0, 1, "person", 1)]),
    # without conf, with blanks after the commas, with floats, set apart by blanks
    ("1,5,1,2,3,4\n", {}, [(0, 0, "person", 1)]),
    ("1, 5, 1.0, 2.0, 3.0, 4.0, 0.5, -1, -1, -1\n", {}, [(0, 0, "person", 0.5)]),
    ("1.0e+00 5.0e+00 1 2 3 4 1 -1 -1 -1\n", {}, [(0, 0, "person", 1)]),
    # nine columns without a class
    ("1,5,1,2,3,4,0.5,-1,-1\n", {}, [(0, 0, "person", 0.5)]),
    # MOT16: class and visibility; invisible, and not to be considered
    ("1,5,1,2,3,4,1,3,0.4\n1,6,1,2,3,4,1,1,0\n1,7,1,2,3,4,0,1,1\n", {}, [(0, 0, "car", 1)]),
    ("1,5,1,2,3,4,1,3\n", {}, [(0, 0, "car", 1)]),  # … without the visibility
]


@pytest.mark.parametrize("text, options, rows", MOT)
def test_motchallenge(tmp_path, text, options, rows):
    index = read(tmp_path, text, "gt.txt", **options)
    assert seen(index) == rows and index.provenance["format"] == "mot"


def test_motchallenge_classes(tmp_path):
    text = "".join(f"1,{100 + c},1,2,3,4,1,{c},1\n" for c in range(1, 14)) + "9,1,1,2,3,4,1,8,1\n"
    index = read(tmp_path, text)
    want = ["person", "person", "car", "bicycle", "motorcycle", "non-motorised_vehicle", "person"]
    assert [name for _, _, name, _ in seen(index)] == [name.replace("_", " ") for name in want]
    assert index.provenance["original_ids"] == [str(100 + c) for c in range(1, 8)]
    assert len(index) == 9  # the clip goes on while a distractor is in it
    assert index.warnings == ()  # a distractor is no object, which is no news


def test_what_is_marked_as_ignored_is_said(tmp_path):
    index = read(tmp_path, "1,5,1,2,3,4,1,1,1\n1,6,1,2,3,4,0,7,1\n2,6,1,2,3,4,0,7,1\n")
    assert "boxes of 1 objects are marked" in index.warnings[0]


def kitti(frame, track, kind, box="10 20 30 40", score=""):
    return f"{frame} {track} {kind} 0 0 -1.57 {box} 1.5 1.6 3.7 -1 2 8 0.1 {score}".strip() + "\n"


def test_kitti(tmp_path):
    kinds = ["Car", "Van", "Truck", "Pedestrian", "Person_sitting", "Cyclist", "Tram", "Misc", "DontCare"]
    text = "".join(kitti(0, -1 if k == "DontCare" else i, k) for i, k in enumerate(kinds))
    index = read(tmp_path, text + kitti(4, -1, "DontCare") + kitti(4, -1, "DontCare"), "0000.txt")
    assert [n for _, _, n, _ in seen(index)] == ["car", "car", "truck", "person", "person", "bicycle", "train", "misc"]
    assert index.class_names == ("car", "truck", "person", "bicycle", "train", "misc")
    assert np.allclose(index.boxes_xywhn[0], [0.2, 0.6, 0.2, 0.4]) and len(index) == 5
    assert index.provenance["format"] == "kitti" and index.provenance["original_ids"] == list("01234567")
    scored = read(tmp_path, kitti(0, 1, "Car", score="0.5") + kitti(0, 2, "Car", score="7.5"))
    assert [score for *_, score in seen(scored)] == [0.5, 1]  # a score that is no probability is 1


def test_boxes_are_cut_to_the_picture(tmp_path):
    rows = ["0,in,car,-5,-5,10,10", "0,left,car,-10,0,10,10", "0,right,car,100,0,5,5", "1,out,car,500,500,5,5"]
    index = read(tmp_path, HEADER + "\n".join(rows))
    assert np.allclose(index.boxes_xywhn, [[0.025, 0.05, 0.05, 0.1]])
    assert index.provenance["original_ids"] == ["in"] and len(index) == 2
    assert index.warnings == ("3 boxes lie wholly outside the 100x50 picture: left out",)


@pytest.mark.parametrize(
    "classes, won, warned",
    [
        ("car,truck,truck", "truck", True),  # the most frequent
        ("car,truck", "car", True),  # of equals the first
        ("car,car", "car", False),
    ],
)
def test_a_track_has_one_class(tmp_path, classes, won, warned):
    index = read(tmp_path, HEADER + "".join(f"{k},a,{c},1,2,3,4\n" for k, c in enumerate(classes.split(","))))
    assert index.class_names == (won,) and not index.class_id.any()
    assert index.warnings == ((f'1 tracks change their class and get the most frequent one: "a" ({won})',) * warned)


@pytest.mark.parametrize(
    "fps, duration_s, frames, got_s",
    [
        (10, None, 3, 0.3),  # to the end of the last frame
        (10, 1.0, 10, 1.0),  # goes on empty
        (10, 0.2, 3, 0.2),  # the last frame begins at 0.2 s
        (10, 0.96, 10, 0.96),  # a tenth begun is a frame
        (30000 / 1001, 33.367, 1000, 33.367),  # 1000 frames, rounded to milliseconds, are not 1001
    ],
)
def test_duration(tmp_path, fps, duration_s, frames, got_s):
    index = read(tmp_path, HEADER + "2,a,car,1,2,3,4\n", fps=fps, duration_s=duration_s)
    assert len(index) == frames and index.duration_s == pytest.approx(got_s)
    assert np.allclose(index.frame_t_s, np.arange(frames) / fps) and index.offsets[-1] == 1


ROWS = HEADER + "0,a,car,1,2,3,4\n"
ERRORS = [
    # settings
    (ROWS, {"fps": 0}, "fps is 0, it must be a number above 0, such as 25"),
    (ROWS, {"fps": float("nan")}, "fps is nan, it must"),
    (ROWS, {"fps": "25"}, "fps is '25', it must"),
    (ROWS, {"size": (0, 50)}, "size is (0, 50), it must be width and height in whole pixels"),
    (ROWS, {"size": (100.5, 50)}, "size is (100.5, 50), it must"),
    (ROWS, {"size": 100}, "size is 100, it must"),
    (ROWS, {"format": "coco"}, f"format 'coco' is not known; known are {FORMS}"),
    (ROWS, {"duration_s": 0}, "duration_s is 0, it must be"),
    (ROWS, {"duration_s": float("inf")}, "duration_s is inf, it must be"),
    (ROWS, {"duration_s": 1e9}, "duration_s is 1000000000.0, it must be a number of seconds above 0, up to 1000000"),
    (HEADER + "9,a,car,1,2,3,4\n", {"duration_s": 0.5}, "go on to 0.9 s (frame 9 at 10 fps), past duration_s 0.5;"),
    # not a file of tracks
    ("", {}, "t.csv is empty; a clip in which nothing appears has the header frame,id,class"),
    ("\n  \n", {}, "t.csv is empty"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", {}, "t.csv is not a text file in UTF-8 ("),  # a picture
    (b"frame,\x00id", {}, "t.csv is not a text file in UTF-8 (it holds a zero byte)"),
    ("hello world\n", {}, f"t.csv, line 1: not a known form of tracks; known are {FORMS}"),
    ("0,1,car,1,2,3,4\n", {}, "t.csv, line 1: not a known form of tracks"),  # a CSV without its header
    ("1,2,3\n", {}, "t.csv, line 1: not a known form of tracks"),
    ("0,1,car,1,2,3,4\n", {"format": "csv"}, "t.csv, line 1: no column frame, id, class, x, y, w, h; the header must"),
    (ROWS, {"format": "kitti"}, "t.csv, line 1: not kitti; known are"),
    ("1,2,3\n", {"format": "mot"}, "t.csv, line 1: not mot; known are"),
    ("\nframe,id,x,w\n", {}, "t.csv, line 2: no column class, y, h; the header must be frame,id,class,x,y,w,h"),
    # a wrong line
    (ROWS + "\n1,a,car,1,2,3\n", {}, "t.csv, line 4: 6 columns, but line 1 has 7"),
    (ROWS + "1,a,car,1,2,3,4,5\n", {}, "t.csv, line 3: 8 columns, but line 1 has 7"),
    (ROWS + '1,"a,car,1,2,3,4\n', {}, "t.csv, line 3: unexpected end of data; put quotation marks round"),
    (ROWS + "1,a,car,1,2,-3,4\n", {}, 't.csv, line 3: the width is "-3", it must be a number above 0'),
    (ROWS + "1,a,car,1,2,3,0\n", {}, 't.csv, line 3: the height is "0", it must be a number above 0'),
    (ROWS + "1,a,car,1,2,wide,4\n", {}, 't.csv, line 3: the width is "wide", it must be a finite number'),
    (ROWS + "1,a,car,,2,3,4\n", {}, 't.csv, line 3: the x is "", it must be a finite number'),
    (ROWS + "1,a,car,nan,2,3,4\n", {}, 't.csv, line 3: the x is "nan", it must be a finite number'),
    (ROWS + "1,a,car,1,2,3,inf\n", {}, 't.csv, line 3: the height is "inf", it must be a finite number'),
    (ROWS + '1,a,car,1,"2\n5",3,4\n', {}, 't.csv, line 4: the y is "2 5", it must be a finite number'),
    (ROWS + "1_0,a,car,1,2,3,4\n", {}, 't.csv, line 3: the frame is "1_0", it must be a finite number'),
    (ROWS + "-1,a,car,1,2,3,4\n", {}, 't.csv, line 3: the frame is "-1", it must be a whole number from 0 to 9999999'),
    (ROWS + "1.5,a,car,1,2,3,4\n", {}, 't.csv, line 3: the frame is "1.5", it must be a whole number'),
    (ROWS + "20000000,a,car,1,2,3,4\n", {}, 't.csv, line 3: the frame is "20000000", it must be a whole number'),
    (ROWS + "0,a,car,5,5,3,4\n", {}, 't.csv, line 3: the id "a" occurs a second time in this frame; give it another'),
    (ROWS + "1,,car,1,2,3,4\n", {}, 't.csv, line 3: the id is "", which names no object; give tracks'),
    (ROWS + "1,-1,car,1,2,3,4\n", {}, 't.csv, line 3: the id is "-1", which names no object; give tracks'),
    (ROWS + "1,a,,1,2,3,4\n", {}, "t.csv, line 3: the class is empty; name it, or give class_name"),
    (ROWS.replace("h\n0", "h,confidence\n0").replace("4\n", "4,87\n"), {}, 'line 2: the confidence is "87", it must'),
    ("0,1,1,2,3,4,1,-1,-1,-1\n", {}, 't.csv, line 1: the frame is "0", it must be a whole number from 1 to'),
    ("1,-1,1,2,3,4,0.9,-1,-1,-1\n", {}, 't.csv, line 1: the id is "-1", which names no object; give tracks, not det'),
    ("1,1,1,2,3,4,1,1,1\n2,1,1,2,3,4,1,14,1\n", {}, 't.csv, line 2: the class is "14", it must be 1 to 13, or -1'),
    ("1,1,1,2,3,4,1,1,1\n1,1,1,2,3,4,1,1\n", {}, "t.csv, line 2: 8 columns, but line 1 has 9"),
    (kitti(0, 1, "Car") + kitti(0, 2, "Horse"), {}, 't.csv, line 2: the class is "Horse", it must be one of Car, Van'),
    (kitti(0, 1, "Car", "30 20 10 40"), {}, 't.csv, line 1: the width is "-20", it must be a number above 0'),
    (kitti(0, 1, "Car") + kitti(0, 1, "Van"), {}, 't.csv, line 2: the id "1" occurs a second time in this frame'),
]


@pytest.mark.parametrize("text, options, message", ERRORS)
def test_errors_name_the_line_and_the_way_out(tmp_path, text, options, message):
    with pytest.raises(InputError) as error:
        read(tmp_path, text, **options)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_errors_of_the_path(tmp_path):
    for path, reason in ((tmp_path / "no.csv", "No such file"), (tmp_path, "directory"), ("\0", "null byte")):
        with pytest.raises(InputError, match=reason):
            read_given_tracks(path, fps=10, size=(10, 10))


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='frameidclsxywh,;\t\n" 0123456789.-+_enaCr', max_size=200))
def test_any_bytes_are_read_or_refused_in_one_sentence(tmp_path_factory, text):
    try:
        read(tmp_path_factory.getbasetemp(), text)
    except InputError as error:
        assert len(str(error).splitlines()) == 1


def test_the_order_of_lines_matters_only_for_numbering(tmp_path):
    lines = [f"{k},{t},car,{t * 9 + k},2,3,4\n" for k in range(5) for t in range(4)]
    forward, shuffled = read(tmp_path, HEADER + "".join(lines)), read(tmp_path, HEADER + "".join(lines[::-1]))
    assert forward.provenance["original_ids"] == shuffled.provenance["original_ids"][::-1]
    assert np.array_equal(forward.offsets, shuffled.offsets)
    for k in range(5):
        assert np.array_equal(forward.frame(k).boxes_xywhn, shuffled.frame(k).boxes_xywhn[::-1])
