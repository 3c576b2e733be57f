"""The append-only journal of a running index: every frame's detections, so that a killed run goes on where it stopped.

A record is: magic, length, CRC-32, then one frame (time, camera shift, light, boxes, classes, scores, looks). A torn
record at the end, left by a crash, is cut off on opening. Values are stored rounded, and the pipeline goes on with the
rounded ones, so that a resumed run sees exactly what an uninterrupted one sees.
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.records import APPEARANCE_DIM, FrameObjects
from pipeline.storage import writing_in

_HEAD = struct.Struct("<4sII")
_FRAME = struct.Struct("<dffBBI")
_MAGIC = b"LTJ2"
_NO_LIGHT = (0, 255)
"""Stored for a light that was not measured: no picture is like that."""


@cache
def _row(looks: int) -> np.dtype:
    """A stored object whose look has so many numbers."""
    fields = [("box", "<u2", 4), ("class_id", "<u2"), ("score", "<u1"), ("appearance", "i1", looks)]
    return np.dtype(fields, align=False)


SYNC_EVERY_S = 2.0
"""A power cut costs at most this much work; a killed process costs one frame."""


@dataclass(frozen=True)
class SeenFrame:
    """One frame of the journal: its objects (no identities yet) and the camera's motion since the frame before.

    light: brightness and contrast, 0–255 (`pipeline.light`); None where it was not measured.
    """

    objects: FrameObjects
    shift_xyn: tuple[float, float]
    light: tuple[int, int] | None = None


class Journal:
    """A folder with `journal.bin`, and `about.json` that says what it belongs to."""

    def __init__(self, folder: Path, about: dict[str, Any]):
        """Open, or begin, the journal of one index. A journal that belongs to something else is begun anew."""
        self.folder = folder
        self._path = folder / "journal.bin"
        with writing_in(folder):
            folder.mkdir(parents=True, exist_ok=True)
            note = folder / "about.json"
            text = json.dumps(about, sort_keys=True).encode()
            if not note.is_file() or note.read_bytes() != text:
                self._path.unlink(missing_ok=True)
                aside = note.with_suffix(".new")
                aside.write_bytes(text)
                aside.replace(note)
            self._path.touch()
            whole = self._whole_length()
            if whole < self._path.stat().st_size:
                os.truncate(self._path, whole)
            self._file = self._path.open("ab")
        self._synced = time.monotonic()

    def append(
        self, objects: FrameObjects, shift_xyn: tuple[float, float], light: tuple[int, int] | None = None
    ) -> SeenFrame:
        """Store one frame. Returns it as it was stored, rounded. Raises InputError on a full disk."""
        rows = np.zeros(len(objects), _row(objects.appearance.shape[1]))
        rows["box"] = np.round(np.clip(objects.boxes_xywhn, 0, 1) * 65535)
        rows["class_id"] = objects.class_id
        rows["score"] = np.round(objects.score * 255)
        rows["appearance"] = np.round(objects.appearance * 127)
        payload = _FRAME.pack(objects.t_s, *shift_xyn, *(light or _NO_LIGHT), len(rows)) + rows.tobytes()
        with writing_in(self.folder):
            self._file.write(_HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload)
            self._file.flush()
            if time.monotonic() - self._synced > SYNC_EVERY_S:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        return _decode(payload)

    def frames(self) -> Iterator[SeenFrame]:
        """All stored frames, in order."""
        for payload in self._payloads():
            yield _decode(payload)

    def close(self) -> None:
        self._file.close()

    def remove(self) -> None:
        """Close, and delete the journal: its index is written."""
        self.close()
        for file in list(self.folder.iterdir()):
            file.unlink(missing_ok=True)
        self.folder.rmdir()

    def _payloads(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                magic, length, crc = _HEAD.unpack(head)
                payload = file.read(length)
                if magic != _MAGIC or len(payload) < length or zlib.crc32(payload) != crc:
                    return
                yield payload

    def _whole_length(self) -> int:
        return sum(_HEAD.size + len(payload) for payload in self._payloads())


def _decode(payload: bytes) -> SeenFrame:
    t_s, dx, dy, mean, spread, n = _FRAME.unpack_from(payload)
    looks = (len(payload) - _FRAME.size) // n - _row(0).itemsize if n else APPEARANCE_DIM
    rows = np.frombuffer(payload, _row(looks), n, _FRAME.size)
    objects = FrameObjects(
        t_s=t_s,
        boxes_xywhn=rows["box"].astype(np.float32) / 65535,
        class_id=rows["class_id"].astype(np.int32),
        score=rows["score"].astype(np.float32) / 255,
        track_id=np.full(n, -1, np.int32),
        appearance=rows["appearance"].astype(np.float32) / 127,
    )
    return SeenFrame(objects, (dx, dy), None if (mean, spread) == _NO_LIGHT else (mean, spread))
