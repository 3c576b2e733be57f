"""Pictures in, boxes with classes, scores and looks out: one interface for every YOLO detection model.

`load_detector(name)` → `Detector.detect(frames)`. YOLO26's NMS-free head is used (`nms=False`); what it still reports
twice (about every fourth object of a crowd, at low scores) is cleaned by one more suppression among the classes that a
detector confuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from pipeline.appearance import describe_appearance
from pipeline.boxes import overlap
from pipeline.class_kinds import group_of_classes
from pipeline.detectors.files import (
    DetectorFacts,
    DetectorFile,
    exported_onnx,
    find_detector,
    open_yolo,
    read_facts,
)
from pipeline.detectors.habits import USUAL_PX, habits_of
from pipeline.detectors.runtimes import RUNTIMES, Runtime, cpu_threads, open_runtime
from pipeline.errors import InputError
from pipeline.learned_looks import LearnedLooks
from pipeline.records import Frame, FrameObjects

DEFAULT_DETECTOR = "yolo26n.pt"
STRIDE_PX = 32
LEAST_PX = 128
"""Smaller pictures get a grey border: the network reports 300 boxes, so it needs as many places."""
MOST_ENLARGED = 2.0
"""Small pictures are enlarged up to the input size, at most so many times: at 320×240 that finds 37 % more (LOG.md)."""
MIN_SCORE = 0.1
"""Boxes below this are noise; boxes between it and `track.NEW_TRACK_SCORE` may go on with a track, not begin one."""
SAME_THING_IOU = 0.65
_GREY = 114


@dataclass(frozen=True)
class DetectorSettings:
    """What decides the detections, besides the pictures.

    detector: name, path or "bundled". device: "auto", "cpu", "cuda". runtime: "auto" or one of RUNTIMES.
    input_px: longer side that pictures are scaled to, small ones at most `MOST_ENLARGED` times; None = by the video
    (`pipeline.input_size`). threads: for the network on a CPU, 0 = all cores.
    """

    detector: str = DEFAULT_DETECTOR
    device: str = "auto"
    runtime: str = "auto"
    input_px: int | None = None
    threads: int = 0


class Detector:
    """An opened detector. Create with `load_detector`."""

    def __init__(self, file: DetectorFile, facts: DetectorFacts, settings: DetectorSettings, device: str):
        self.file = file
        self.class_names = facts.class_names
        self._facts, self._settings, self._device = facts, settings, device
        self._group = group_of_classes(facts.class_names)
        self._habits = habits_of(file.name)
        self._describe = LearnedLooks.bundled() if self._habits.learned_looks else describe_appearance
        self._runtime: Runtime | None = None
        self._hw: tuple[int, int] | None = None
        self._sizes: dict[int, Detector] = {}

    @property
    def provenance(self) -> dict[str, Any]:
        """Name, digest and input size: what the detections depend on. The runtime is told apart, in `runtime_name`."""
        return {
            "name": self.file.name.replace("\\", "/").rsplit("/", 1)[-1],
            "sha256": self.file.digest,
            "input_px": self.input_px,
            "enlarged": MOST_ENLARGED,
            "min_score": MIN_SCORE,
            **({"looks": self._describe.digest} if isinstance(self._describe, LearnedLooks) else {}),
            **({"least_sure": list(self.least_sure)} if any(self.least_sure) else {}),
        }

    @property
    def input_px(self) -> int | None:
        """Longer side that pictures are scaled to; None = not settled yet (`at`)."""
        return self._settings.input_px

    @property
    def has_fixed_size(self) -> bool:
        """Does the network take pictures of one size only, or know things of one size only (the bundled one)?"""
        return self._facts.input_hw is not None or self._habits.one_size

    @property
    def usual_px(self) -> int:
        """Longer side of the pictures that the network takes where nothing else is asked for."""
        return max(self._facts.input_hw or (self._habits.usual_px,))

    @property
    def least_sure(self) -> tuple[float, float]:
        """What the mean of a track's best sightings must reach, or it is dropped; that of a small one, often seen."""
        return self._habits.least_sure

    def at(self, input_px: int) -> Detector:
        """The same detector for pictures of another size; the same object for the same size."""
        if input_px == self.input_px:
            return self
        if input_px not in self._sizes:
            settings = replace(self._settings, input_px=input_px)
            self._sizes[input_px] = Detector(self.file, self._facts, settings, self._device)
        return self._sizes[input_px]

    @property
    def runtime_name(self) -> str:
        return self._runtime.name if self._runtime else "an earlier run's"

    @property
    def batch(self) -> int:
        """How many frames `detect` likes in one call."""
        return self._runtime.batch if self._runtime else 1

    @property
    def parallel(self) -> int:
        """How many threads may usefully call `detect` at the same time."""
        return self._runtime.parallel if self._runtime else 1

    def open(self, image_hw: tuple[int, int]) -> None:
        """Compile the network for pictures of one size; `detect` does so itself, but not from two threads at once."""
        scale = min(MOST_ENLARGED, (self.input_px or USUAL_PX) / max(image_hw))
        hw = self._facts.input_hw or tuple(
            max(LEAST_PX, -(-round(side * scale) // STRIDE_PX) * STRIDE_PX) for side in image_hw
        )
        if self._runtime is None or hw != self._hw:
            threads = self._settings.threads or cpu_threads()
            self._runtime = open_runtime(
                self.file, runtime=self._settings.runtime, device=self._device, threads=threads, hw=hw
            )
            self._hw = hw

    def detect(self, frames: Sequence[Frame]) -> list[FrameObjects]:
        """Objects of each frame, best score first; no identities yet. All frames of one call have one size."""
        if not frames:
            return []
        self.open(frames[0].image.shape[:2])
        assert self._runtime is not None and self._hw is not None
        fitted = [_letterbox(frame.image, self._hw) for frame in frames]
        raw = self._runtime.run(np.stack([picture for picture, _ in fitted]))
        return [
            self._objects(frame, boxes, place)
            for frame, boxes, (_, place) in zip(frames, self._decode(raw), fitted, strict=True)
        ]

    def _decode(self, raw: np.ndarray) -> list[np.ndarray]:
        """Per picture (N, 6): x0, y0, x1, y1 in input pixels, score, class; both kinds of YOLO head."""
        if raw.ndim == 3 and raw.shape[2] == 6 and self._facts.end_to_end:
            return [rows[rows[:, 4] >= MIN_SCORE] for rows in raw]
        if raw.ndim != 3 or raw.shape[1] != 4 + len(self.class_names):
            shape = "×".join(map(str, raw.shape))
            raise InputError(
                f"{self.file.name} gives {shape} numbers, which is no Ultralytics detection model's output"
            )
        import torch
        from ultralytics.utils.nms import non_max_suppression

        found = non_max_suppression(torch.from_numpy(raw), MIN_SCORE, 0.7, nc=len(self.class_names), max_time_img=1.0)
        return [rows.numpy() for rows in found]

    def _objects(self, frame: Frame, rows: np.ndarray, place: tuple[float, int, int]) -> FrameObjects:
        scale, left, top = place
        height, width = frame.image.shape[:2]
        corners = (rows[:, :4] - [left, top, left, top]) / (scale * np.array([width, height, width, height]))
        corners = np.clip(corners, 0, 1)
        class_id = rows[:, 5].astype(np.int32)
        real = (corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1]) & (class_id < len(self.class_names))
        corners, score, class_id = corners[real], rows[real, 4], class_id[real]
        boxes = np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], 1)
        keep = _once_each(boxes, score, self._group[class_id])
        boxes, score, class_id = boxes[keep], score[keep], class_id[keep]
        return FrameObjects(
            t_s=frame.t_s,
            boxes_xywhn=boxes.astype(np.float32),
            class_id=class_id,
            score=score.astype(np.float32),
            track_id=np.full(len(keep), -1, np.int32),
            appearance=self._describe(frame.image, boxes),
        )


def load_detector(settings: DetectorSettings | None = None) -> Detector:
    """Find the detector and read its class names; the network is compiled at the first picture. Raises InputError."""
    settings = settings or DetectorSettings()
    if settings.runtime not in ("auto", *RUNTIMES):
        raise InputError(f"unknown runtime '{settings.runtime}'; choose auto, {', '.join(RUNTIMES)}")
    if settings.input_px is not None and not 64 <= settings.input_px <= 2048:
        raise InputError(f"the detector's input size is {settings.input_px}; choose 64 to 2048 pixels")
    if settings.threads < 0:
        raise InputError(f"--threads is {settings.threads}; choose 1 or more, or 0 for all cores")
    file = find_detector(settings.detector)
    # only torch runs on a GPU here, and only from .pt files: what is chosen by itself must work
    gpu_can = file.kind == "pt" and settings.runtime in ("auto", "torch")
    device = choose_device("cpu" if settings.device == "auto" and not gpu_can else settings.device)
    if file.kind == "pt":
        if device == "cpu" and settings.runtime != "torch":
            file, facts = exported_onnx(file)
        else:
            model = open_yolo(file)
            names = model.names
            facts = DetectorFacts(tuple(names[i] for i in sorted(names)), model.model.model[-1].end2end, None)
    else:
        facts = read_facts(file)
    return Detector(file, facts, settings, device)


def choose_device(device: str) -> str:
    """ "auto" → "cuda" where torch sees one, else "cpu". Raises InputError for a device that is not there."""
    if device not in ("auto", "cpu", "cuda"):
        raise InputError(f"unknown device '{device}'; choose auto, cpu or cuda")
    if device == "cpu":
        return device
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise InputError("--device cuda: torch finds no CUDA device here; use --device cpu")
    return "cpu"


def _letterbox(image: np.ndarray, hw: tuple[int, int]) -> tuple[np.ndarray, tuple[float, int, int]]:
    """The picture in the middle of a grey one of size `hw`, and how: scale, left and top margin in pixels."""
    height, width = image.shape[:2]
    scale = min(hw[0] / height, hw[1] / width, MOST_ENLARGED)
    if scale != 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        height, width = image.shape[:2]
    top, left = (hw[0] - height) // 2, (hw[1] - width) // 2
    if (height, width) == hw:
        return image, (scale, 0, 0)
    out = np.full((*hw, 3), _GREY, np.uint8)
    out[top : top + height, left : left + width] = image
    return out, (scale, left, top)


def _once_each(boxes_xywhn: np.ndarray, score: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Positions to keep, best score first: of boxes of one group that cover each other, the best one."""
    order = np.argsort(-score, kind="stable")
    boxes_xywhn, group = boxes_xywhn[order], group[order]
    same = (overlap(boxes_xywhn, boxes_xywhn) > SAME_THING_IOU) & (group[:, None] == group[None])
    kept = np.zeros(len(order), bool)
    for i in range(len(order)):
        kept[i] = not (same[i, :i] & kept[:i]).any()
    return order[kept]
