"""Samples: the same for every number of workers."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from data.dataset import CURRICULUM, Lengths, Samples, SampleSettings, load_samples, make_sample
from data.noise import observe
from data.world import make_clip
from tests.data_world.test_world import bytes_of

SHORT = SampleSettings(questions=0, lengths=(Lengths(0, (10.0, 20.0), (30.0, 40.0), 0.1),))


def digest(sample) -> str:
    parts = bytes_of(sample.seen) + bytes_of(sample.clean) + sample.true_track.tobytes()
    return f"{sample.number}:{hashlib.sha256(parts).hexdigest()}"


def test_samples_do_not_depend_on_the_number_of_workers():
    alone = [digest(s) for s in Samples(5, SHORT, stop=12)]
    assert len(alone) == 12
    for workers in (0, 2, 3):
        assert [digest(s) for s in load_samples(5, SHORT, workers=workers, stop=12)] == alone
    assert [digest(s) for s in Samples(5, SHORT, start=7, stop=12)] == alone[7:]
    assert digest(make_sample(6, 0, SHORT)) != alone[0]


def test_clips_are_the_same_in_another_process():
    """No use of Python's randomised hash."""
    code = (
        "import hashlib, numpy as np; from data.noise import *; from data.world import *\n"
        "for k in range(9): print(hashlib.sha256("
        "observe(make_clip(k), np.random.default_rng(k)).index.boxes_xywhn.tobytes()).hexdigest())"
    )
    command, env = [sys.executable, "-c", code], {"PYTHONHASHSEED": "77", "PATH": ""}
    there = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
    seen = [observe(make_clip(k), np.random.default_rng(k)).index for k in range(9)]
    assert there == [hashlib.sha256(s.boxes_xywhn.tobytes()).hexdigest() for s in seen]


def test_clips_grow_with_the_curriculum_and_never_exceed_the_row_limit():
    settings = replace(SHORT, lengths=CURRICULUM, max_rows=5000)
    for stage in CURRICULUM:
        samples = [make_sample(1, stage.from_sample + k, settings) for k in range(12)]
        low, high = stage.duration_s[0], stage.long_s[1]
        assert all(low - 1 <= s.clean.duration_s <= high + 1 for s in samples)
        assert all(len(s.clean.score) <= 5000 for s in samples)


def test_clean_share_and_noise_switch():
    assert all(s.seen is s.clean for s in Samples(0, replace(SHORT, noise="none"), stop=5))
    noisy = [s.seen is not s.clean for s in Samples(0, replace(SHORT, clean_share=0.0), stop=5)]
    assert all(noisy)


def test_questions_come_with_the_sample():
    pytest.importorskip("data.questions")
    settings = replace(SHORT, questions=6)
    first, again = make_sample(2, 1, settings), make_sample(2, 1, settings)
    assert [q.text for q in first.questions] == [q.text for q in again.questions]
    assert np.all([q.text for q in first.questions])
