"""The size that pictures are looked at: small where that shows all, larger for small things, as given where given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import av
import numpy as np
import pytest

from pipeline.build_index import IndexSettings, build_index
from pipeline.input_size import LOOKS, choose_size, fit_to_video
from pipeline.records import Frame, FrameObjects
from pipeline.video import VideoReader
from tests.blob_world import BlobDetector


@pytest.mark.parametrize(
    ("found", "size"),
    [
        ({640: 160, 960: 170, 1280: 175}, 640),  # hardly more
        ({640: 160, 960: 230, 1280: 240}, 960),  # nearly all of what the largest finds
        ({640: 160, 960: 190, 1280: 240}, 1280),
        ({640: 160, 960: 120, 1280: 90}, 640),  # large things are lost in large pictures
        ({640: 10, 960: 240, 1280: 100}, 960),
        ({640: 2, 960: 5, 1280: 6}, 640),  # a few in all pictures together: chance
        ({640: 0, 960: 0, 1280: 0}, 640),
        ({640: 37}, 640),
    ],
)
def test_the_smallest_size_that_finds_nearly_all(found, size):
    assert choose_size(found, LOOKS) == size


@dataclass(frozen=True)
class Magnifier:
    """Finds `gain` objects for every pixel of its size over 600."""

    gain: float = 0.1
    input_px: int | None = None
    has_fixed_size: bool = False
    usual_px: int = 640

    def at(self, input_px):
        return replace(self, input_px=input_px)

    def detect(self, frames: list[Frame]) -> list[FrameObjects]:
        n = int(self.gain * (self.input_px - 600))
        empty = np.zeros(n, np.int32)
        return [FrameObjects(f.t_s, np.full((n, 4), 0.1, np.float32), empty, np.full(n, 0.9, np.float32), empty,
                             np.zeros((n, 96), np.float32)) for f in frames]  # fmt: skip


def write_video(path, size, frames=40):
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for k in range(frames):
            image = np.full((size[1], size[0], 3), 90 + k, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("size", "detector", "px"),
    [
        ((1280, 720), Magnifier(), 1280),
        ((1280, 720), Magnifier(gain=0.0), 640),
        ((1280, 720), Magnifier(input_px=320), 320),  # as given
        ((1280, 720), Magnifier(has_fixed_size=True), 640),
        ((1280, 720), Magnifier(has_fixed_size=True, usual_px=480), 480),
        ((480, 360), Magnifier(), 960),  # enlarged twice at most
        ((160, 120), Magnifier(), 640),
    ],
)
def test_a_video_gets_the_size_that_it_needs(tmp_path, capsys, size, detector, px):
    with VideoReader.open(write_video(tmp_path / "a.mp4", size)) as reader:
        assert fit_to_video(detector, reader, quiet=False).input_px == px
        said = capsys.readouterr().err
        assert (f"looking at {px} pixels" in said) == (px > 640)


def test_only_the_part_that_is_indexed_decides(tmp_path):
    @dataclass(frozen=True)
    class Late(Magnifier):
        def detect(self, frames):
            return replace(Magnifier(), input_px=self.input_px, gain=0.1 * (frames[0].t_s > 2)).detect(frames)

    with VideoReader.open(write_video(tmp_path / "a.mp4", (1280, 720))) as reader:
        assert fit_to_video(Late(), reader).input_px == 1280
        assert fit_to_video(Late(), reader, 2.0).input_px == 640


class SettledLate(BlobDetector):
    """A detector of undecided size, as `pipeline.detect` makes it."""

    input_px, has_fixed_size, usual_px = None, False, 640

    def at(self, input_px):
        settled = BlobDetector()
        settled.input_px = input_px
        return settled


def test_the_index_says_which_size_it_was_and_is_found_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    video = write_video(tmp_path / "a.mp4", (480, 360))
    first = build_index(video, tmp_path / "out", IndexSettings(), detector=SettledLate(), quiet=True)
    again = build_index(video, tmp_path / "out", IndexSettings(), detector=SettledLate(), quiet=True)
    given = build_index(video, tmp_path / "out", IndexSettings(), detector=BlobDetector(), quiet=True)
    assert first.index.provenance["detector"]["input_px"] == 640
    assert again.was_there and not given.was_there and given.path != first.path
