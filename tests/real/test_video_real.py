"""Real footage is read to its end, at times that only go forward."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from pipeline.video import VideoReader

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "videos"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"no real footage in {REAL}"),
]
FILES = [
    # file, frames, width, height, seconds
    ("intel_one-by-one-person-detection.mp4", 1394, 768, 432, 139.4),
    ("intel_bottle-detection.mp4", 1189, 640, 360, 39.85),
    ("sam2_04_coffee.mp4", 287, 1280, 720, 9.58),
    ("yas_people.mp4", 302, 1920, 1080, 10.07),
    ("bgs_video02.avi", 748, 320, 240, 30.0),  # packed B-frames; OpenCV reads 748 pictures too
]


@pytest.mark.parametrize("decoder", ["auto", "pyav"])
@pytest.mark.parametrize(("name", "count", "width", "height", "seconds"), FILES)
def test_real_videos_are_read_to_the_end(name, count, width, height, seconds, decoder):
    with VideoReader.open(REAL / name, decoder) as reader:
        info = reader.info
        times_s = [frame.t_s for frame in reader.frames(max_side=320)]
        sampled = [(frame.t_s, frame.image.tobytes()) for frame in reader.frames(fps=2, max_side=320)]
        tail = [(frame.t_s, frame.image.tobytes()) for frame in reader.frames(fps=2, max_side=320, start_s=seconds / 2)]
        assert reader.warnings == []
    assert (info.width, info.height) == (width, height) and info.duration_s == pytest.approx(seconds, abs=0.05)
    assert len(times_s) == count and times_s[0] == 0.0
    assert all(early < late for early, late in itertools.pairwise(times_s))
    assert times_s[-1] == pytest.approx(seconds, abs=0.15)
    assert len(sampled) == pytest.approx(seconds * 2, abs=1)
    assert tail == [frame for frame in sampled if frame[0] >= seconds / 2 - 1e-6]


@pytest.mark.parametrize("name", [name for name, *_ in FILES])
def test_both_decoders_choose_the_same_times(name):
    times_s = []
    for decoder in ("auto", "pyav"):
        with VideoReader.open(REAL / name, decoder) as reader:
            times_s.append([frame.t_s for frame in reader.frames(fps=5, max_side=320)])
    assert times_s[0] == times_s[1]


def test_durations_agree_with_the_timelines():
    for name, truth in json.loads((REAL / "timelines.json").read_text()).items():
        if name.endswith(".mp4"):
            with VideoReader.open(REAL / name) as reader:
                assert reader.info.duration_s == pytest.approx(truth["duration"], abs=0.1)
                assert reader.info.fps == pytest.approx(truth["fps"], abs=0.01)
