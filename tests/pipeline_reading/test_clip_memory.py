"""The memory file: written and read back, refused for other weights, other clips and damage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.clip_memory import FEWEST, FORMAT, WORLDS, ClipMemory, as_told, memory_path
from pipeline.object_index import ObjectIndex
from pipeline.repair import TrackBelief
from pipeline.tokens import TrackRows
from pipeline.track_pairs import TrackPairs
from pipeline.unseen import Runs, Unseen
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip

INDEX = looking_clip(5, objects=18)


def memory_of(index: ObjectIndex, seed: int = 0, model: str = "weights") -> ClipMemory:
    """Beliefs at random."""
    rng = np.random.default_rng(seed)
    rows = TrackRows.of(index)
    number = len(rows.track_id)
    earlier = TrackPairs.of(index, rows).earlier
    same = rng.dirichlet(np.full(1 + earlier.shape[1], 0.2), number).reshape(number, 1 + earlier.shape[1])
    same[:, 1:][earlier < 0] = 0
    same /= np.maximum(same.sum(1, keepdims=True), 1e-9)
    classes = rng.dirichlet(np.full(len(index.class_names), 0.2), number)
    runs = len(Runs.of(rows))
    unseen = Unseen(rng.exponential(0.5, runs), rng.exponential(0.5, runs), rng.random(runs) < 0.3)
    return ClipMemory(index, TrackBelief(rng.uniform(size=number), same, earlier, classes), model, 1.25, unseen)


def test_written_and_read_back(tmp_path: Path) -> None:
    memory = memory_of(INDEX)
    path = tmp_path / "deep" / "a.memory.safetensors"
    memory.write(path)
    back = ClipMemory.read(path, INDEX, "weights")
    assert back is not None and back.model == "weights" and back.read_s == 1.25
    assert np.allclose(back.belief.real, memory.belief.real, atol=1e-6)
    assert np.allclose(back.belief.same, memory.belief.same, atol=1e-3)
    assert np.array_equal(back.belief.earlier, memory.belief.earlier)
    top = np.argsort(-memory.belief.classes, 1)[:, :4]
    for one, two in ((memory.belief.classes, back.belief.classes),):
        assert np.allclose(np.take_along_axis(one, top, 1), np.take_along_axis(two, top, 1), atol=1e-6)
    assert np.array_equal(back.worlds[0].object_of, memory.worlds[0].object_of)
    assert np.array_equal(back.worlds[0].class_of, memory.worlds[0].class_of)
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # nothing is left lying about


def test_the_file_gives_the_same_worlds_as_the_fresh_memory(tmp_path: Path) -> None:
    for seed in range(12):
        memory = memory_of(looking_clip(seed, objects=25), seed)
        memory.write(tmp_path / "m")
        back = ClipMemory.read(tmp_path / "m", memory.index, "weights")
        for one, two in zip(memory.worlds, back.worlds, strict=True):
            assert np.array_equal(one.object_of, two.object_of) and np.array_equal(one.class_of, two.class_of)
        for world in (0, 3):
            one, two = memory.view(world), back.view(world)
            assert np.array_equal(one.run_a, two.run_a) and np.array_equal(one.run_b, two.run_b)
            assert np.array_equal(one.boxes_xywhn, two.boxes_xywhn)


def test_things_are_there_before_they_are_found() -> None:
    clip = clip_of([("car", [(5, 10)], (0.2, 0.5), (0.8, 0.5))], frames=20)
    memory = as_told(clip)
    step = clip.step_s
    later = replace(memory, unseen=Unseen(np.array([2 * step]), np.array([step]), np.zeros(1, bool)), _views={})
    assert memory.view(0).start_s[0] == pytest.approx(5 * step)
    assert (later.view(0).start_s[0], later.view(0).end_s[0]) == pytest.approx((3 * step, 11 * step))


def test_ends_of_another_index_are_no_memory(tmp_path: Path) -> None:
    memory = memory_of(INDEX)
    few = Unseen(*(part[:3] for part in (memory.unseen.before_s, memory.unseen.after_s, memory.unseen.bridged)))
    replace(memory, unseen=few, _views={}).write(tmp_path / "m")
    assert ClipMemory.read(tmp_path / "m", INDEX, "weights") is None


def test_the_same_memory_gives_the_same_worlds(tmp_path: Path) -> None:
    memory_of(INDEX).write(tmp_path / "m")
    one, two = (ClipMemory.read(tmp_path / "m", INDEX, "weights") for _ in range(2))
    assert len(one.worlds) == 1 + WORLDS
    for a, b in zip(one.worlds, two.worlds, strict=True):
        assert np.array_equal(a.object_of, b.object_of) and np.array_equal(a.class_of, b.class_of)
    assert len({w.object_of.tobytes() for w in one.worlds}) > 3  # they are different worlds


def test_long_clips_get_fewer_worlds_and_equal_ones_are_seen_once(monkeypatch) -> None:
    monkeypatch.setattr("pipeline.clip_memory.MOST_ROWS", 5 * len(INDEX.track_id))
    assert len(memory_of(INDEX).worlds) == 1 + 4
    monkeypatch.setattr("pipeline.clip_memory.MOST_ROWS", 1)
    assert len(memory_of(INDEX).worlds) == 1 + FEWEST
    told = as_told(INDEX)
    assert set(told.distinct) == {0} and told.view(0) is told.view(FEWEST)


def test_other_weights_another_clip_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "m"
    memory_of(INDEX).write(path)
    assert ClipMemory.read(path, INDEX, "other weights") is None
    assert ClipMemory.read(path, looking_clip(6, objects=40), "weights") is None
    other = replace(INDEX, track_id=INDEX.track_id[::-1].copy())  # as many tracks, but not the same ones
    assert len(np.unique(other.track_id)) == len(np.unique(INDEX.track_id))
    assert ClipMemory.read(path, other, "weights") is None
    more_classes = replace(INDEX, class_names=(*INDEX.class_names, "unicorn"))
    assert ClipMemory.read(path, more_classes, "weights") is None
    assert ClipMemory.read(tmp_path / "none", INDEX, "weights") is None
    assert ClipMemory.read(tmp_path, INDEX, "weights") is None  # a folder


def test_a_damaged_file_is_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "m"
    memory_of(INDEX).write(path)
    whole = path.read_bytes()
    for damaged in (b"", b"not a memory at all", whole[:7], whole[:100], whole[: len(whole) // 2], whole[:-1]):
        path.write_bytes(damaged)
        assert ClipMemory.read(path, INDEX, "weights") is None
    path.write_bytes(whole.replace(FORMAT.encode(), b"longtake-memory-1"))
    assert ClipMemory.read(path, INDEX, "weights") is None


def test_a_damaged_name_in_the_file_is_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "m"
    memory_of(INDEX).write(path)
    whole = path.read_bytes()
    for name in (b"real", b"same", b"earlier", b"class_top"):
        path.write_bytes(whole.replace(b'"' + name + b'"', b'"' + name[:-1] + b'?"'))
        assert ClipMemory.read(path, INDEX, "weights") is None


def test_a_clip_without_tracks(tmp_path: Path) -> None:
    empty = clip_of([], class_names=("car", "bus"))
    memory = memory_of(empty)
    memory.write(tmp_path / "m")
    back = ClipMemory.read(tmp_path / "m", empty, "weights")
    assert len(back.belief) == 0 and len(back.view(0)) == 0


def test_told_tracks_are_taken_at_their_word() -> None:
    memory = as_told(INDEX)
    for world in range(len(memory.worlds)):
        view = memory.view(world)
        assert view.track_id.tolist() == memory.rows.track_id.tolist()
        assert view.class_id.tolist() == memory.rows.track_class.tolist()


def test_the_memory_lies_beside_its_index() -> None:
    assert memory_path(Path("/a/b.mp4.index.safetensors")) == Path("/a/b.mp4.memory.safetensors")
