"""Real footage seen by the bundled detector, which knows only rendered scenes: every video is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.detectors.files import BUNDLED
from pipeline.domain import WARNING
from pipeline.open_clip import ClipSettings, open_clip
from pipeline.telling.doubts import doubts_of

VIDEOS = Path(__file__).resolve().parents[3] / "shared" / "real" / "videos"
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "street.mp4"

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not BUNDLED.is_file(), reason="no bundled detector"),
]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path))


@pytest.mark.skipif(not VIDEOS.is_dir(), reason="no real footage here (../shared/real)")
@pytest.mark.parametrize("video", sorted(p.name for p in VIDEOS.glob("*.[ma][pv][4i]")) or ["none"])
def test_real_footage_is_warned_of(video):
    index = open_clip(VIDEOS / video, ClipSettings(detector="bundled", fps=1), quiet=True).index
    assert WARNING in doubts_of(index)


@pytest.mark.skipif(not SAMPLE.is_file(), reason="no bundled clip")
def test_the_bundled_clip_is_not():
    index = open_clip(SAMPLE, ClipSettings(detector="bundled", fps=1), quiet=True).index
    assert WARNING not in doubts_of(index)
