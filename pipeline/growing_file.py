"""A video file that is still being written, read like a stream: at its end, wait for more (`GrowingFile`).

MPEG-TS, Matroska, AVI and fragmented MP4 can be read so; an ordinary MP4 holds its table of contents at the end, and
can be read only when it is whole.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import av

LOOK_AGAIN_S = 0.1
_MP4_BOXES = (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"wide", b"skip")


class GrowingFile:
    """Bytes of a file that grows; the end is where it has not grown for `patience_s`, or `close` was called."""

    def __init__(self, path: Path, patience_s: float):
        self.name = str(path)
        self._patience_s = patience_s
        self._file = path.open("rb")
        self._stop = threading.Event()

    def open(self) -> av.container.InputContainer:
        """The container in it. Raises av.error.FFmpegError where there is none (yet)."""
        return av.open(self, "r", metadata_errors="replace")

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, at least one; waits for them."""
        grown = time.monotonic()
        while not self._stop.is_set():
            if data := self._file.read(size):
                return data
            if time.monotonic() - grown > self._patience_s:
                break
            self._stop.wait(LOOK_AGAIN_S)
        return b""

    def close(self) -> None:
        """End all reading; may be called from another thread."""
        self._stop.set()


def is_growing(path: Path, within_s: float) -> bool:
    """Was the file written to in the last `within_s` seconds, and is it of a kind that can be read meanwhile?"""
    if time.time() - path.stat().st_mtime > within_s:
        return False
    with path.open("rb") as file:
        head = file.read(1 << 16)
    return head[4:8] not in _MP4_BOXES or b"mvex" in head
