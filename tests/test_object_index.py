"""The index file gives back what was written, or says in one sentence why it can't; lookups and the table of tracks."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file

from pipeline.errors import InputError
from pipeline.object_index import KEY_STEP_S, ObjectIndex, _key_rows, read_index, write_index
from pipeline.records import APPEARANCE_DIM


def make_index(seen, *, step_s=0.1, t0=0.0, keys=(), track_ids=None, class_id=None, seed=0):
    """seen: (F, K) bool, which track is in sight in which frame. keys: (track, t_s) of appearance vectors."""
    seen = np.asarray(seen, bool)
    frame, track = np.nonzero(seen)
    rng = np.random.default_rng(seed)
    ids = np.arange(seen.shape[1]) if track_ids is None else np.asarray(track_ids)
    classes = np.zeros(seen.shape[1], np.int32) if class_id is None else np.asarray(class_id, np.int32)
    vectors = rng.normal(size=(len(keys), APPEARANCE_DIM))
    return ObjectIndex(
        class_names=("person", "car"),
        duration_s=t0 + len(seen) * step_s,
        width=640,
        height=360,
        frame_t_s=t0 + np.arange(len(seen)) * step_s,
        offsets=np.searchsorted(frame, np.arange(len(seen) + 1)).astype(np.int64),
        boxes_xywhn=rng.uniform(0, 1, (len(frame), 4)).astype(np.float32),
        class_id=classes[track],
        track_id=ids[track].astype(np.int32),
        score=rng.uniform(0, 1, len(frame)).astype(np.float32),
        key_track_id=np.array([key[0] for key in keys], np.int32),
        key_t_s=np.array([key[1] for key in keys], np.float64),
        key_appearance=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
        provenance={"digest": "é"},
        warnings=("two frames are damaged",),
    )


@st.composite
def sights(draw):
    """(F, K) bool: up to five tracks in sight or not, for up to 60 frames."""
    frames, tracks = draw(st.integers(0, 60)), draw(st.integers(0, 5))
    bits = draw(st.lists(st.booleans(), min_size=frames * tracks, max_size=frames * tracks))
    return np.array(bits, bool).reshape(frames, tracks)


@settings(deadline=None)
@given(sights(), st.sampled_from([1 / 30, 0.1, 0.2, 0.5, 0.7, 3.0]), st.integers(0, 9))
def test_write_then_read_is_equal(tmp_path_factory, seen, step_s, seed):
    rng = np.random.default_rng(seed)
    track_ids = np.sort(rng.choice(70_000, seen.shape[1], replace=False))  # ids past 2**16, with gaps
    index = make_index(seen, step_s=step_s, track_ids=track_ids, class_id=rng.integers(0, 2, seen.shape[1]), seed=seed)
    path = tmp_path_factory.getbasetemp() / "clip"
    write_index(index, path)
    again = read_index(path)
    for name in ("frame_t_s", "offsets", "class_id", "track_id"):
        assert np.array_equal(getattr(again, name), getattr(index, name)), name
    for name in ("boxes_xywhn", "class_id", "track_id", "score", "offsets", "frame_t_s"):
        assert getattr(again, name).dtype == getattr(index, name).dtype, name
    for name in ("class_names", "duration_s", "width", "height", "provenance", "warnings"):
        assert getattr(again, name) == getattr(index, name), name
    kept, starts = _key_rows(index)
    assert np.allclose(again.boxes_xywhn[kept], index.boxes_xywhn[kept], atol=0.5 / 65535 + 1e-7, rtol=0)
    assert np.allclose(again.score[kept], index.score[kept], atol=0.5 / 255 + 1e-6, rtol=0)
    # kept rows of one stretch lie less than KEY_STEP_S and one step apart
    apart = np.diff(index.frame_t_s[index.row_frame[kept]])[~starts[1:]]
    assert (apart < KEY_STEP_S + step_s + 1e-6).all()
    # what has been stored once does not change again
    write_index(again, path)
    for name in ("boxes_xywhn", "score"):
        assert np.allclose(getattr(read_index(path), name), getattr(again, name), atol=1e-6), name


@pytest.mark.parametrize("t0", [0.0, 36_000.0])  # at ten hours float32 seconds are 4 ms apart
def test_appearance_changes_at_the_same_frame_after_storing(tmp_path, t0):
    times = t0 + np.arange(40) * 0.1
    index = make_index(np.ones((40, 1)), t0=t0, keys=[(0, t_s) for t_s in times])
    write_index(index, tmp_path / "clip")
    again = read_index(tmp_path / "clip")
    for k in range(40):
        assert (index.frame(k).appearance[0] @ again.frame(k).appearance[0]) > 0.999
    assert np.allclose(np.linalg.norm(again.key_appearance, axis=1), 1, atol=1e-6)


def test_appearance_of():
    index = make_index(np.ones((10, 3)), keys=[(0, 0.2), (0, 0.5), (2, 0.0)])
    keys = index.key_appearance
    cases = [
        (0, 0.0, keys[0]),  # before its first key: that one
        (0, 0.2, keys[0]),  # at a key
        (0, 0.49, keys[0]),  # between two: the older
        (0, 9.9, keys[1]),  # after the last
        (1, 0.5, np.zeros(APPEARANCE_DIM)),  # a track without a key: nothing known
        (2, 0.5, keys[2]),
        (7, 0.5, np.zeros(APPEARANCE_DIM)),  # no such track
    ]
    for track, t_s, want in cases:
        assert np.array_equal(index.appearance_of(np.array([track]), t_s), [want]), (track, t_s)
    assert np.array_equal(index.appearance_of(np.array([2, 1, 0]), 0.5), [keys[2], np.zeros(APPEARANCE_DIM), keys[1]])
    assert index.appearance_of(np.zeros(0, int), 0.5).shape == (0, APPEARANCE_DIM)


def test_table_of_tracks():
    #       track 4: seen, gone, back      track 9: from frame 2 to the end
    seen = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 1]])
    index = make_index(seen, step_s=0.5, track_ids=[9, 4], class_id=[1, 0])
    table = index.tracks
    assert len(table) == 2
    assert table.track_id.tolist() == [9, 4] and table.class_id.tolist() == [1, 0]  # by first sight
    assert table.start_s.tolist() == [0, 1] and table.end_s.tolist() == [2, 2]
    assert np.allclose(table.seen_s, [1.5, 1.5])  # the gap of track 9 left out
    assert table.sightings.tolist() == [3, 3]
    assert table.score[0] == pytest.approx(index.score[index.track_id == 9].mean())


@settings(deadline=None)
@given(sights())
def test_table_of_tracks_agrees_with_the_frames(seen):
    index = make_index(seen)
    table = index.tracks
    assert sorted(table.track_id.tolist()) == np.flatnonzero(seen.any(0)).tolist()
    assert (np.diff(table.start_s) >= 0).all()
    for track, start_s, end_s, count in zip(table.track_id, table.start_s, table.end_s, table.sightings, strict=True):
        at = [f.t_s for f in index.frames() if track in f.track_id]
        assert (at[0], at[-1], len(at)) == (start_s, end_s, count)


def test_frames_outside_the_table_are_empty():
    index = make_index([[0, 0], [1, 1]])
    assert [len(frame) for frame in index.frames()] == [0, 2] and len(index) == 2
    assert len(make_index(np.zeros((0, 0))).tracks) == 0


def rewrite(path, change):
    """Write an index file anew, its arrays and head changed by `change(arrays, head)`; a text returned is the head."""
    with safe_open(path, framework="numpy") as file:
        head = json.loads(file.metadata()["index"])
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    text = change(arrays, head)
    save_file(arrays, path, {"index": text if isinstance(text, str) else json.dumps(head)})


UNREADABLE = "is not a readable index"
CHANGES = {
    "an older format": (lambda a, h: h.update(format="longtake-index-0"), "(longtake-index-0); index the video again"),
    "another program's file": (lambda a, h: h.clear(), "(no Longtake format); index the video again"),
    "a broken head": (lambda a, h: json.dumps(h)[:-5], UNREADABLE),
    "a head of another kind": (lambda a, h: "[1]", UNREADABLE),
    "an entry less": (lambda a, h: h.pop("width"), UNREADABLE),
    "an array less": (lambda a, h: a.pop("row_box"), UNREADABLE),
    "rows of a frame that is not there": (lambda a, h: a["stretch_frame"].__iadd__(99) is None, UNREADABLE),
    "fewer boxes": (lambda a, h: a.update(row_box=a["row_box"][:1]), UNREADABLE),
}


@pytest.mark.parametrize("change, message", CHANGES.values(), ids=CHANGES)
def test_a_damaged_index_is_refused(tmp_path, change, message):
    path = tmp_path / "clip"
    write_index(make_index(np.ones((8, 2))), path)
    rewrite(path, change)
    with pytest.raises(InputError) as error:
        read_index(path)
    assert message in str(error.value) and str(path) in str(error.value)


def test_foreign_and_truncated_files_are_refused(tmp_path):
    path = tmp_path / "clip"
    write_index(make_index(np.ones((8, 2))), path)
    whole = path.read_bytes()
    for content in (b"", b"text", b"\x89PNG\r\n\x1a\n" + bytes(300), *(whole[:n] for n in range(0, len(whole), 37))):
        path.write_bytes(content)
        with pytest.raises(InputError, match="is not a readable index"):
            read_index(path)
    for missing, say in ((tmp_path / "none", "no such index file"), (tmp_path, "is a folder")):
        with pytest.raises(InputError, match=say):
            read_index(missing)


def test_an_index_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new folder" / "clip"
    write_index(make_index(np.ones((8, 2))), path)
    before = path.read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match=r"cannot write .*No space left"):
        write_index(make_index(np.ones((9, 2))), path)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]
    with pytest.raises(InputError, match="cannot write"):
        write_index(make_index(np.ones((9, 2))), path / "below a file")


def test_the_same_index_gives_the_same_bytes(tmp_path):
    index = make_index(np.ones((8, 2)), keys=[(0, 0.0)])
    for k in range(8):  # several entries in a safetensors head would change places
        write_index(index, tmp_path / str(k))
    assert len({(tmp_path / str(k)).read_bytes() for k in range(8)}) == 1
    rewrite(tmp_path / "0", lambda a, h: None)
    assert read_index(tmp_path / "0").provenance == index.provenance  # `rewrite` alone does no damage
