"""Tiny videos of coloured squares, and a detector that finds them: the index's tests need no network weights."""

from __future__ import annotations

import time
from pathlib import Path

import av
import cv2
import numpy as np

from pipeline.appearance import describe_appearance
from pipeline.records import Frame, FrameObjects

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (40, 60, 230)}
CLASS_NAMES = ("square", "bar")


def write_blob_video(path: Path, paths: dict[str, list[tuple[float, float] | None]], *, fps: int = 10) -> Path:
    """A 160×120 H.264 video. paths: colour → centre (x, y) in pixels per frame, None = not there."""
    frames = max(map(len, paths.values()))
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=fps, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for k in range(frames):
            image = np.full((120, 160, 3), 110, np.uint8)
            for colour, centres in paths.items():
                if k < len(centres) and centres[k] is not None:
                    x, y = (round(v) for v in centres[k])
                    cv2.rectangle(image, (x - 9, y - 12), (x + 9, y + 12), COLOURS[colour], -1)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode())
    return path


class BlobDetector:
    """Finds strongly coloured regions; has the interface of `pipeline.detect.Detector`. wait_s: time per frame."""

    class_names = CLASS_NAMES
    batch = 2
    parallel = 2
    runtime_name = "blobs"
    input_px = usual_px = 640
    least_sure = (0.0, 0.0)

    def __init__(self, wait_s: float = 0.0):
        self.wait_s = wait_s
        self.frames_seen = 0

    @property
    def provenance(self):
        return {"name": "blobs", "sha256": "0" * 64, "input_px": self.input_px, "min_score": 0.1}

    def open(self, image_hw):
        pass

    def at(self, input_px):
        return self

    def detect(self, frames: list[Frame]) -> list[FrameObjects]:
        self.frames_seen += len(frames)
        time.sleep(self.wait_s * len(frames))
        return [self._one(frame) for frame in frames]

    def _one(self, frame: Frame) -> FrameObjects:
        height, width = frame.image.shape[:2]
        strong = (np.ptp(frame.image.astype(int), axis=2) > 80).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(strong)
        boxes = [
            ((x + w / 2) / width, (y + h / 2) / height, w / width, h / height)
            for x, y, w, h, area in stats[1:]
            if area > 30
        ]
        boxes_xywhn = np.array(boxes, np.float32).reshape(-1, 4)
        n = len(boxes_xywhn)
        return FrameObjects(
            t_s=frame.t_s,
            boxes_xywhn=boxes_xywhn,
            class_id=np.zeros(n, np.int32),
            score=np.full(n, 0.9, np.float32),
            track_id=np.full(n, -1, np.int32),
            appearance=describe_appearance(frame.image, boxes_xywhn),
        )


def straight(start: tuple[float, float], stop: tuple[float, float], frames: int, *, late: int = 0):
    """Centres on a straight line; `late` frames of absence before it."""
    way = [tuple(np.array(start) + (np.array(stop) - start) * k / max(frames - 1, 1)) for k in range(frames)]
    return [None] * late + way
