"""Online identities: detections of one frame in, track ids out (`OnlineTracker`).

BoT-SORT of ultralytics (arXiv 2206.14651) does the association. Three things are ours, each measured in LOG.md:

- *Buffered boxes* (C-BIoU, arXiv 2211.14317): at 2–5 frames a second an object may move by more than its own size
  between two frames, so that boxes don't overlap at all. The tracker sees boxes enlarged in proportion to the time
  step; the record keeps the detector's own boxes.
- *One tracker per group of classes that a detector confuses* (a van is now a car, now a truck), so that a rider never
  takes over the bicycle's identity.
- *Appearance* is half of the association's cost, and *camera motion* is undone, both from what the frame carries.

Broken tracks are mended afterwards, over the whole clip: `pipeline.link`.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from pipeline.class_kinds import group_of_classes
from pipeline.detectors.files import prepare_ultralytics
from pipeline.records import FrameObjects, to_tell_apart

NEW_TRACK_SCORE = 0.25
LOOK_SHARE, STRANGE_LOOK = 0.65, 0.2
"""Share of appearance in the association cost, and the cosine distance at which it is at its worst. BoT-SORT's own
rule, the better of place and look, lets the next parked car take over the identity of the one just passed (LOG.md)."""
LOST_AFTER_S = 3.0
"""A track that has not been seen for this long is closed; the offline pass may still link it."""


class OnlineTracker:
    """Gives every detection of a growing clip a track id.

    Ids are unique over the clip and never reused; -1 is a detection that belongs to no track (too low a score).
    Deterministic: the same frames give the same ids.
    """

    def __init__(self, *, class_names: tuple[str, ...], step_s: float):
        """class_names: the detector's. step_s: usual time between two frames, seconds (sets buffer and patience)."""
        self._group = group_of_classes(class_names)
        self._step_s = step_s
        self._trackers: dict[int, object] = {}
        self._ids: dict[tuple[int, int], int] = {}
        self._given = 0

    @property
    def enlarge(self) -> float:
        """How much wider and higher the boxes are made for the association (2 = three times as wide)."""
        return float(np.clip(8.0 * self._step_s, 0.3, 2.0))

    def update(self, seen: FrameObjects, shift_xyn: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
        """Track ids (N,) int32 of the objects of the next frame; the `track_id` that they come with is ignored.

        shift_xyn: camera motion since the frame before, in picture widths and heights (`pipeline.motion`).
        """
        ids, looks = np.full(len(seen), -1, np.int32), to_tell_apart(seen.appearance)
        group = self._group[seen.class_id] if len(seen) else np.zeros(0, np.int32)
        for g in sorted({*self._trackers, *group.tolist()}):
            members = np.flatnonzero(group == g)
            tracker = self._trackers.get(g)
            if tracker is None:
                tracker = self._trackers[g] = _bot_sort(self._step_s)
            if not (len(members) or tracker.tracked_stracks or tracker.lost_stracks):
                continue
            tracker.gmc.shift_px = np.asarray(shift_xyn, np.float32) * _SCALE
            tracker.update(_Detections.of(seen, members, self.enlarge), img=_NO_PICTURE, feats=looks[members])
            for track in tracker.tracked_stracks:  # also the ones seen for the first time, which `update` holds back
                if track.frame_id == tracker.frame_id:
                    key = (g, track.track_id)
                    if key not in self._ids:
                        self._ids[key], self._given = self._given, self._given + 1
                    ids[members[int(track.idx)]] = self._ids[key]
        return ids

    def forget_closed(self) -> None:
        """Drop what is kept of tracks that are closed for good: for streams that run for days. No id changes."""
        alive = {
            (g, track.track_id)
            for g, tracker in self._trackers.items()
            for track in (*tracker.tracked_stracks, *tracker.lost_stracks)
        }
        self._ids = {key: number for key, number in self._ids.items() if key in alive}


_SCALE = 1000.0
"""The tracker works in thousandths of the picture: its Kalman noise is relative to the box, so any unit does."""
_NO_PICTURE = np.zeros((2, 2, 3), np.uint8)


def _bot_sort(step_s: float):
    tracker = _tracker_class()(
        SimpleNamespace(
            track_high_thresh=NEW_TRACK_SCORE,
            track_low_thresh=0.1,
            new_track_thresh=NEW_TRACK_SCORE,
            track_buffer=max(2, round(LOST_AFTER_S / max(step_s, 1e-3))),
            match_thresh=0.8,
            fuse_score=False,
            gmc_method=None,
            proximity_thresh=0.0,
            appearance_thresh=0.0,
            with_reid=True,
            model="auto",
        )
    )
    tracker.gmc = _GivenMotion()
    return tracker


@cache
def _tracker_class() -> type:
    """BoT-SORT whose cost is half place, half look; made on first use, because ultralytics takes seconds to import."""
    prepare_ultralytics()
    from ultralytics.trackers.bot_sort import BOTSORT
    from ultralytics.trackers.utils import matching

    class HalfLook(BOTSORT):
        def get_dists(self, tracks, detections):
            place = matching.iou_distance(tracks, detections)
            if place.size == 0:
                return place
            look = np.clip(matching.embedding_distance(tracks, detections) / STRANGE_LOOK, 0, 1)
            return np.where(place < 1, (1 - LOOK_SHARE) * place + LOOK_SHARE * look, 1.0)

    return HalfLook


class _GivenMotion:
    """Camera motion that was measured elsewhere, in the form that the tracker asks for."""

    method = "given"
    shift_px = np.zeros(2, np.float32)

    def apply(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        return np.array([[1, 0, self.shift_px[0]], [0, 1, self.shift_px[1]]], np.float32)


class _Detections:
    """The view of detections that ultralytics' trackers read: `conf`, `cls`, `xywh`, `xyxy`, boolean indexing."""

    def __init__(self, xywh: np.ndarray, conf: np.ndarray, cls: np.ndarray):
        self.xywh, self.conf, self.cls = xywh, conf, cls

    @staticmethod
    def of(seen: FrameObjects, members: np.ndarray, enlarge: float) -> _Detections:
        xywh = seen.boxes_xywhn[members].astype(np.float32) * _SCALE
        xywh[:, 2:] *= 1 + enlarge
        return _Detections(xywh, seen.score[members], seen.class_id[members].astype(np.float32))

    @property
    def xyxy(self) -> np.ndarray:
        return np.concatenate([self.xywh[:, :2] - self.xywh[:, 2:] / 2, self.xywh[:, :2] + self.xywh[:, 2:] / 2], 1)

    def __getitem__(self, keep: np.ndarray) -> _Detections:
        return _Detections(self.xywh[keep], self.conf[keep], self.cls[keep])

    def __len__(self) -> int:
        return len(self.conf)
