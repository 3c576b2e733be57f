"""The bundled detector on what it does not know: noticed by how sure it is, kept with the index, said."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import domain
from pipeline.build_index import build_index
from pipeline.domain import OUTSIDE_ITS_WORLD, WARNING, DomainMeter, domain_doubt, is_bundled
from pipeline.errors import InputError
from pipeline.object_index import read_index, write_index
from pipeline.records import APPEARANCE_DIM, FrameObjects
from pipeline.talking.session import is_outside_world
from pipeline.telling.doubts import doubts_of
from pipeline.telling.summary import summary_lines
from pipeline.video_qa import VideoQA
from tests import small_model
from tests.blob_world import BlobDetector, write_blob_video
from tests.data.small_worlds import random_clip

weights = small_model.weights


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))


def seen(*scores: float) -> FrameObjects:
    n = len(scores)
    return FrameObjects(0.0, np.full((n, 4), 0.5, np.float32), np.zeros(n, np.int32), np.array(scores, np.float32),
                        np.full(n, -1, np.int32), np.zeros((n, APPEARANCE_DIM), np.float32))  # fmt: skip


def test_the_meter_counts_frames_and_sure_detections():
    meter = DomainMeter()
    for scores in ((0.9, 0.2), (), (0.7, 0.69, 0.34)):
        meter.add(seen(*scores))
    assert meter.summary({"name": "yolo26n.pt"}) == {"frames": 3, "found": 5, "sure": 2, "unsure": 2}
    assert meter.summary({"name": "bundled"})["only"] == "rendered"
    assert DomainMeter().summary({"name": "bundled"})["found"] == 0


def test_the_bundled_detector_is_known_by_name_and_by_content(tmp_path, monkeypatch):
    file = tmp_path / "detector.onnx"
    file.write_bytes(b"weights")
    monkeypatch.setattr(domain, "BUNDLED", file)
    digest = domain.file_digest(file)
    assert is_bundled({"name": "bundled", "sha256": "0"}) and is_bundled({"name": "copy.onnx", "sha256": digest})
    assert not is_bundled({"name": "yolo26n.pt", "sha256": "0"}) and not is_bundled({})
    monkeypatch.setattr(domain, "BUNDLED", tmp_path / "none.onnx")
    assert not is_bundled({"name": "copy.onnx", "sha256": digest})


LOW, HIGH = int(100 * domain.LEAST_SURE) - 2, int(100 * domain.LEAST_SURE) + 2


@pytest.mark.parametrize(
    ("facts", "doubted"),
    [
        ({"frames": 50, "found": 180, "sure": LOW, "unsure": 100}, True),
        ({"frames": 50, "found": 180, "sure": HIGH, "unsure": 100}, False),
        ({"frames": 50, "found": 0, "sure": 0, "unsure": 0}, True),  # long, and nothing was found
        ({"frames": 3, "found": 0, "sure": 0, "unsure": 0}, False),  # too short to tell
        ({"frames": 3, "found": 180, "sure": LOW, "unsure": 100}, True),
    ],
)
def test_when_a_video_is_of_another_world(facts, doubted):
    assert (domain_doubt({"domain": {**facts, "only": "rendered"}}) == WARNING) is doubted
    assert domain_doubt({"domain": facts}) is None  # a detector of the real world
    assert domain_doubt({"domain": [1]}) is None and domain_doubt({}) is None


class BundledBlobs(BlobDetector):
    """Called as the bundled detector is, with one score for everything."""

    def __init__(self, score: float, name: str = "bundled"):
        super().__init__()
        self.score, self.name = score, name

    @property
    def provenance(self):
        return {**super().provenance, "name": self.name, "sha256": f"{self.score:.2f}{self.name}"}

    def detect(self, frames):
        return [replace(o, score=np.full(len(o), self.score, np.float32)) for o in super().detect(frames)]


@pytest.fixture
def video(tmp_path):
    walk = [(20 + 3 * k, 40) for k in range(40)]
    return write_blob_video(tmp_path / "blobs.mp4", {"red": walk, "blue": [(120, 90)] * 40}, fps=10)


def test_the_warning_is_kept_with_the_index(video):
    unsure = read_index(build_index(video, detector=BundledBlobs(0.3), quiet=True).path)
    assert doubts_of(unsure)[0] == WARNING
    sure = read_index(build_index(video, detector=BundledBlobs(0.9), quiet=True).path)
    assert WARNING not in doubts_of(sure)
    other = read_index(build_index(video, detector=BundledBlobs(0.3, "yolo26n.pt"), quiet=True).path)
    assert WARNING not in doubts_of(other)
    assert any(WARNING in line for line in summary_lines(unsure))
    assert not any(WARNING in line for line in summary_lines(sure))


def test_an_interrupted_index_counts_the_same(video, tmp_path):
    whole = build_index(video, tmp_path / "a", detector=BundledBlobs(0.3), quiet=True).index

    def stop(reached):
        if reached.t_s > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(video, tmp_path / "b", detector=BundledBlobs(0.31), quiet=True, on_progress=stop)
    resumed = build_index(video, tmp_path / "b", detector=BundledBlobs(0.31), quiet=True)
    assert resumed.resumed_s > 0
    assert resumed.index.provenance["domain"] == whole.provenance["domain"]


def test_the_command_shows_the_figures(video, monkeypatch, capsys):
    monkeypatch.setattr("pipeline.build_index.load_detector", lambda settings=None: BundledBlobs(0.3))
    assert domain.main([str(video)]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line == ["blobs.mp4", "20", "2.00", "0.00", "no"]


def test_an_older_index_says_nothing(video, tmp_path):
    from pipeline.object_index import write_index

    built = build_index(video, detector=BundledBlobs(0.3), quiet=True)
    provenance = {key: value for key, value in built.index.provenance.items() if key != "domain"}
    old = tmp_path / "old.index.safetensors"
    write_index(replace(built.index, provenance=provenance), old)
    assert WARNING not in doubts_of(read_index(old))
    with pytest.raises(InputError, match="of an older version"):
        domain.main([str(old)])


@pytest.mark.parametrize(("sure", "outside"), [(0, True), (500, False)])
def test_answers_from_outside_its_world_are_guesses(tmp_path, weights, sure, outside):
    """Warned of, no surer than a guess, and the page shows its banner; inside its world nothing of that."""
    index = random_clip(3)
    told = {"only": "rendered", "frames": 99, "found": 600, "sure": sure, "unsure": 100}
    write_index(replace(index, provenance={"domain": told}), tmp_path / "clip.index.safetensors")
    qa = VideoQA.open(tmp_path / "clip.index.safetensors", weights=weights, quiet=True)
    answers = qa.ask_many(["How many things appear?", "What happens?", "Is anything visible?"])
    assert all((WARNING in answer.warnings) is outside for answer in answers)
    assert not outside or all(answer.refused or answer.confidence <= OUTSIDE_ITS_WORLD for answer in answers)
    assert is_outside_world(SimpleNamespace(index=qa.index)) is outside
