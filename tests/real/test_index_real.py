"""Real footage end to end: every video indexes, and where the truth is known the counts and times are right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.build_index import IndexSettings, build_index
from pipeline.detect import DetectorSettings
from pipeline.evaluate_loops import write_loop

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
WEIGHTS = REAL / "weights" / "yolo26n.pt"
pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not WEIGHTS.is_file(), reason=f"no real footage and detector at {REAL}"),
]


@pytest.fixture(scope="module")
def index_of(tmp_path_factory):
    """name → ObjectIndex, each video indexed once."""
    patch = pytest.MonkeyPatch()
    patch.setenv("LONGTAKE_HOME", str(tmp_path_factory.mktemp("home")))
    settings = IndexSettings(detector=DetectorSettings(detector=str(WEIGHTS)))
    yield lambda name: build_index(REAL / "videos" / name, settings=settings, quiet=True).index
    patch.undo()


def of_class(index, name):
    tracks = index.tracks
    return np.flatnonzero(tracks.class_id == index.class_names.index(name))


def test_six_people_one_after_another_are_six(index_of):
    index = index_of("intel_one-by-one-person-detection.mp4")
    people = of_class(index, "person")
    assert len(people) == 6
    truth = [(6.0, 19.7), (22.7, 45.0), (50.2, 70.0), (74.5, 87.0), (92.1, 120.0), (123.4, 135.8)]
    for row, (start_s, end_s) in zip(people, truth, strict=True):
        assert index.tracks.start_s[row] == pytest.approx(start_s, abs=0.8)
        assert index.tracks.end_s[row] == pytest.approx(end_s, abs=0.5)


def test_three_bottles_taken_away_and_put_back_are_three(index_of):
    index = index_of("intel_bottle-detection.mp4")
    assert len(of_class(index, "bottle")) == 3
    bottle = index.class_names.index("bottle")
    at_once = np.bincount(index.row_frame[index.class_id == bottle], minlength=len(index))
    fewest = index.frame_t_s[at_once == at_once.min()]
    assert at_once.min() == 1 and fewest.min() > 17.0 and fewest.max() < 23.0
    assert at_once.max() == 3


@pytest.mark.parametrize(
    ("name", "px"),
    [
        ("yas_people.mp4", 1280),  # small people: half as many again are found
        ("intel_one-by-one-person-detection.mp4", 640),
        ("intel_bottle-detection.mp4", 640),
        ("sam2_04_coffee.mp4", 640),
        ("bgs_video02.avi", 640),
    ],
)
def test_small_things_are_looked_at_in_larger_pictures(index_of, name, px):
    assert index_of(name).provenance["detector"]["input_px"] == px


@pytest.mark.parametrize(
    ("name", "cls", "least", "most"),
    [
        ("yas_people.mp4", "person", 17, 27),  # 10 to 16 at once, about 22 in all
        ("sam2_04_coffee.mp4", "cup", 1, 1),
        ("bgs_video02.avi", "car", 15, 45),
    ],
)
def test_the_other_videos_are_in_range(index_of, name, cls, least, most):
    assert least <= len(of_class(index_of(name), cls)) <= most


@pytest.mark.parametrize(
    ("name", "cls"),
    [("bgs_video02.avi", "car"), ("sam2_04_coffee.mp4", "cup"), ("intel_bottle-detection.mp4", "bottle")],
)
def test_what_is_shown_four_times_over_counts_once(index_of, tmp_path, name, cls):
    write_loop(REAL / "videos" / name, tmp_path / "looped.mp4", 4)
    settings = IndexSettings(detector=DetectorSettings(detector=str(WEIGHTS)))
    looped = build_index(tmp_path / "looped.mp4", tmp_path, settings=settings, quiet=True).index
    once = index_of(name)
    assert looped.provenance["repeats_s"] == pytest.approx(once.duration_s, rel=0.02)
    assert "counts once" in " ".join(looped.warnings)
    there = len(of_class(once, cls))
    assert len(of_class(looped, cls)) == pytest.approx(there, abs=max(1, 0.1 * there))
    assert "repeats_s" not in once.provenance
