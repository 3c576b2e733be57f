"""A detector that knows the truth: what tracking and linking make of perfect boxes, apart from any real detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.learned_looks import LearnedLooks
from pipeline.object_index import ObjectIndex
from pipeline.records import Frame, FrameObjects


@dataclass(frozen=True)
class TruthDetector:
    """Has the interface of `pipeline.detect.Detector`; looks come from the pictures, boxes and classes from `truth`."""

    truth: ObjectIndex
    batch: int = 1
    parallel: int = 1
    runtime_name: str = "truth"
    score: float = 0.9
    least_sure: tuple[float, float] = (0.0, 0.0)
    input_px: int = 640

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.truth.class_names

    @property
    def provenance(self) -> dict[str, Any]:
        digest = str(self.truth.provenance.get("digest", ""))
        return {
            "name": "truth",
            "sha256": digest,
            "input_px": self.input_px,
            "min_score": 0.1,
            "rows": len(self.truth.score),
            "looks": LearnedLooks.bundled().digest,
        }

    def open(self, image_hw: tuple[int, int]) -> None:
        """Nothing to compile."""

    def detect(self, frames: Sequence[Frame]) -> list[FrameObjects]:
        """The true objects of each frame, at the truth's frame that is nearest in time; no identities."""
        return [self._one(frame) for frame in frames]

    def _one(self, frame: Frame) -> FrameObjects:
        k = int(np.abs(self.truth.frame_t_s - frame.t_s).argmin())
        rows = slice(*self.truth.offsets[k : k + 2])
        boxes = self.truth.boxes_xywhn[rows]
        return FrameObjects(
            t_s=frame.t_s,
            boxes_xywhn=boxes,
            class_id=self.truth.class_id[rows],
            score=np.full(len(boxes), self.score, np.float32),
            track_id=np.full(len(boxes), -1, np.int32),
            appearance=LearnedLooks.bundled()(frame.image, boxes),
        )
