"""The journal: what is stored comes back, torn ends are cut off, another video begins anew."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.journal import Journal
from pipeline.records import APPEARANCE_DIM, FrameObjects


def objects(t_s: float, n: int, seed: int = 0) -> FrameObjects:
    rng = np.random.default_rng(seed)
    looks = rng.random((n, APPEARANCE_DIM)).astype(np.float32)
    return FrameObjects(
        t_s=t_s,
        boxes_xywhn=rng.random((n, 4)).astype(np.float32),
        class_id=rng.integers(0, 80, n).astype(np.int32),
        score=rng.random(n).astype(np.float32),
        track_id=np.full(n, -1, np.int32),
        appearance=looks / np.linalg.norm(looks, axis=1, keepdims=True),
    )


def test_what_is_stored_comes_back_as_append_returned_it(tmp_path):
    journal = Journal(tmp_path / "j", {"video": 1})
    stored = [journal.append(objects(k / 5, n, k), (0.01 * k, 0.0)) for k, n in enumerate((3, 0, 7))]
    journal.close()
    again = list(Journal(tmp_path / "j", {"video": 1}).frames())
    assert len(again) == 3
    for a, b in zip(stored, again, strict=True):
        assert a.shift_xyn == b.shift_xyn and a.objects.t_s == b.objects.t_s
        for name in ("boxes_xywhn", "class_id", "score", "appearance"):
            np.testing.assert_array_equal(getattr(a.objects, name), getattr(b.objects, name))


def test_rounding_is_small(tmp_path):
    given = objects(0.0, 50)
    kept = Journal(tmp_path / "j", {}).append(given, (0.0, 0.0)).objects
    np.testing.assert_allclose(kept.boxes_xywhn, given.boxes_xywhn, atol=1e-5)
    np.testing.assert_allclose(kept.score, given.score, atol=2e-3)
    assert np.einsum("nd,nd->n", kept.appearance, given.appearance) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("cut", [1, 5, 40, 300])
def test_a_torn_end_costs_one_frame(tmp_path, cut):
    journal = Journal(tmp_path / "j", {})
    for k in range(4):
        journal.append(objects(k, 3, k), (0.0, 0.0))
    journal.close()
    file = tmp_path / "j" / "journal.bin"
    file.write_bytes(file.read_bytes()[:-cut])
    journal = Journal(tmp_path / "j", {})
    assert len(list(journal.frames())) == 3
    journal.append(objects(9.0, 1), (0.0, 0.0))  # and writing goes on behind the whole frames
    assert [seen.objects.t_s for seen in journal.frames()] == [0, 1, 2, 9]


def test_a_flipped_bit_ends_the_journal_there(tmp_path):
    journal = Journal(tmp_path / "j", {})
    for k in range(4):
        journal.append(objects(k, 3, k), (0.0, 0.0))
    journal.close()
    file = tmp_path / "j" / "journal.bin"
    data = bytearray(file.read_bytes())
    data[len(data) // 2 + 5] ^= 1
    file.write_bytes(data)
    assert len(list(Journal(tmp_path / "j", {}).frames())) == 2


def test_the_journal_of_something_else_begins_anew(tmp_path):
    journal = Journal(tmp_path / "j", {"video": 1})
    journal.append(objects(0.0, 3), (0.0, 0.0))
    journal.close()
    assert list(Journal(tmp_path / "j", {"video": 2}).frames()) == []


def test_remove_leaves_nothing(tmp_path):
    journal = Journal(tmp_path / "j", {})
    journal.append(objects(0.0, 3), (0.0, 0.0))
    journal.remove()
    assert not (tmp_path / "j").exists()
