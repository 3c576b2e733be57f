"""From a clip's sightings and their owners to the `ObjectIndex`: short gaps filled, looks kept where they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.class_kinds import group_of_classes
from pipeline.class_votes import ClassVotes
from pipeline.link import Linked, LinkPolicy, link_tracklets
from pipeline.object_index import ObjectIndex
from pipeline.records import APPEARANCE_DIM, FrameObjects, to_keep
from pipeline.repeats import repeats_told
from pipeline.storage import writing_in
from pipeline.tracklets import Sightings, describe_tracklets

FILL_S = 1.0
"""An object that is seen again within this time was there in between (a missed detection, somebody walking past)."""
NEW_LOOK_COSINE = 0.9
"""An appearance key is added when the look has moved this far from the last key …"""
LOOKS_PER_TRACK = 8
"""… at most so many times per object."""


class SightingStore:
    """Collects tracked frames of a growing clip; looks go to a file, so that memory stays small over hours."""

    def __init__(self, looks_path: Path):
        self._looks_path = looks_path
        with writing_in(self._looks_path.parent):
            self._looks = looks_path.open("wb")
        self._t_s: list[float] = []
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, objects: FrameObjects, track_id: np.ndarray) -> None:
        """Keep the objects of the next frame that have an identity."""
        rows = np.flatnonzero(track_id >= 0)
        frame = np.full(len(rows), len(self._t_s), np.int32)
        self._t_s.append(objects.t_s)
        self._parts.append(
            (frame, objects.boxes_xywhn[rows], objects.class_id[rows], track_id[rows], objects.score[rows])
        )
        with writing_in(self._looks_path.parent):
            self._looks.write(np.round(objects.appearance[rows] * 127).astype(np.int8).tobytes())
        if len(self._parts) >= 4096:
            self._parts = [self._joined()]

    def sightings(self) -> tuple[np.ndarray, Sightings]:
        """(F,) frame times, and everything collected so far."""
        with writing_in(self._looks_path.parent):
            self._looks.flush()
        frame, boxes, class_id, track, score = self._joined()
        t_s = np.array(self._t_s)
        looks = np.zeros((0, APPEARANCE_DIM), np.int8)
        if len(frame):
            looks = np.memmap(self._looks_path, np.int8, "r").reshape(len(frame), -1)
        return t_s, Sightings(frame, t_s[frame], boxes, class_id, track, score, looks)

    def close(self) -> None:
        with writing_in(self._looks_path.parent):
            self._looks.close()

    def _joined(self) -> tuple[np.ndarray, ...]:
        if not self._parts:
            return (
                np.zeros(0, np.int32),
                np.zeros((0, 4), np.float32),
                np.zeros(0, np.int32),
                np.zeros(0, np.int32),
                np.zeros(0, np.float32),
            )
        return tuple(np.concatenate(column) for column in zip(*self._parts, strict=True))


def assemble_index(
    frame_t_s: np.ndarray,
    seen: Sightings,
    *,
    class_names: tuple[str, ...],
    duration_s: float,
    size_wh: tuple[int, int],
    provenance: Mapping[str, Any],
    warnings: Iterable[str] = (),
    policy: LinkPolicy | None = None,
    linked: Linked | None = None,
) -> ObjectIndex:
    """Link the tracklets of a whole clip and write down what is known of every object.

    frame_t_s: (F,) times of the sampled frames. size_wh: width and height of the video, pixels. linked: of these
    sightings, if that has been done already.
    """
    aspect = size_wh[0] / size_wh[1]
    linked = linked or link_tracklets(
        seen, class_names=class_names, aspect=aspect, duration_s=duration_s, policy=policy
    )
    online = len(np.unique(seen.tracklet))
    objects = describe_tracklets(seen, linked.owner, group=group_of_classes(class_names), aspect=aspect)
    keep = np.flatnonzero(linked.owner >= 0)
    keep = keep[np.lexsort((seen.frame[keep], linked.owner[keep]))]
    owner = linked.owner[keep]
    votes = ClassVotes.of(owner, seen.class_id[keep], objects.class_id, len(class_names))
    frame, boxes, score = _filled(frame_t_s, seen.frame[keep], owner, seen.boxes_xywhn[keep], seen.score[keep])
    owner, frame = frame[:, 0], frame[:, 1]
    order = np.lexsort((owner, frame))
    key_track, key_t_s, key_look = _looks(seen, keep, linked.owner[keep])
    return ObjectIndex(
        class_names=class_names,
        duration_s=duration_s,
        width=size_wh[0],
        height=size_wh[1],
        frame_t_s=np.asarray(frame_t_s, np.float64),
        offsets=np.searchsorted(frame[order], np.arange(len(frame_t_s) + 1)).astype(np.int64),
        boxes_xywhn=boxes[order].astype(np.float32),
        class_id=objects.class_id[owner[order]] if len(objects) else np.zeros(0, np.int32),
        track_id=owner[order].astype(np.int32),
        score=score[order].astype(np.float32),
        key_track_id=key_track,
        key_t_s=key_t_s,
        key_appearance=key_look,
        provenance={
            **provenance,
            "identities": {
                "online": online,
                "links": linked.links,
                "doubles_dropped": linked.doubles,
                "flickers_dropped": linked.flickers,
                "objects": len(objects),
            },
            **({"repeats_s": round(linked.period_s, 2)} if linked.period_s else {}),
        },
        warnings=(*warnings, *([repeats_told(linked.period_s)] if linked.period_s else [])),
        votes=votes,
    )


def _filled(
    frame_t_s: np.ndarray, frame: np.ndarray, owner: np.ndarray, boxes: np.ndarray, score: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows with gaps of up to `FILL_S` closed by straight lines: (R', 2) owner and frame, boxes, scores.

    Rows come sorted by owner, then frame.
    """
    if not len(frame):
        return np.zeros((0, 2), np.int64), boxes, score
    after = np.minimum(np.arange(len(frame)) + 1, len(frame) - 1)
    gap_s = frame_t_s[frame[after]] - frame_t_s[frame]
    fill = (owner[after] == owner) & (after > np.arange(len(frame))) & (gap_s <= FILL_S)
    count = np.where(fill, frame[after] - frame, 1)
    source = np.repeat(np.arange(len(frame)), count)
    step = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
    part = (step / count[source])[:, None]
    target = np.where(count[source] > 1, after[source], source)
    mixed = boxes[source] * (1 - part) + boxes[target] * part
    scores = score[source] * (1 - part[:, 0]) + score[target] * part[:, 0]
    return np.stack([owner[source], frame[source] + step], 1), mixed, scores


def _looks(seen: Sightings, rows: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Appearance keys: (M,) track, (M,) time, (M, A) unit vectors. Rows come sorted by owner, then time."""
    tracks: list[int] = []
    times: list[float] = []
    looks: list[np.ndarray] = []
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    for lo, hi in zip(start, [*start[1:], len(rows)], strict=False):  # no rows: no owner
        made = 0
        for part in np.array_split(np.arange(lo, hi), min(64, max(1, (hi - lo) // 5))):
            mean = to_keep(seen.appearance[rows[part]]).astype(np.float32).mean(0)
            norm = float(np.linalg.norm(mean))
            if norm < 1e-6 or (made and (made == LOOKS_PER_TRACK or float(mean @ looks[-1]) / norm > NEW_LOOK_COSINE)):
                continue
            tracks.append(int(owner[lo]))
            times.append(float(seen.t_s[rows[part[0]]]))
            looks.append(mean / norm)
            made += 1
    return (
        np.array(tracks, np.int32),
        np.array(times, np.float64),
        np.array(looks, np.float32).reshape(-1, APPEARANCE_DIM),
    )
