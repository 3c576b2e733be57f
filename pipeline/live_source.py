"""A camera, stream, growing file or ordinary video as one run of frames that survives breaks (`LiveSource`)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from data.clock import clock
from pipeline.build_index import address_or_path
from pipeline.errors import InputError
from pipeline.growing_file import LOOK_AGAIN_S, is_growing
from pipeline.open_clip import TRACK_FILES, check_source
from pipeline.records import Frame
from pipeline.video import VideoReader

GROWTH_PATIENCE_S = 10.0
"""A file that has not grown for so long is complete."""
AGAIN_S = 15.0
"""A source that is gone for good, to all appearances, is tried again so often; `VideoReader` has retried before."""
MOST_WARNINGS = 20


class LiveSource:
    """An open source. `info` as of `VideoReader`; `frames` reads it; `warnings` are the newest ones."""

    def __init__(self, source: str, say: Callable[[str], None]):
        """say: told what the user should know while reading. Raises InputError for what can't be opened."""
        self._name, self._say = source, say
        self._source = address_or_path(source)
        self._stop = threading.Event()
        if isinstance(self._source, Path):
            self._source = self._source.expanduser()
            _await_bytes(self._source)
            check_source(self._source)
            if self._source.name.endswith(".safetensors") or self._source.suffix.lower() in TRACK_FILES:
                raise InputError(f"{source} is finished already; --live is for cameras, streams and videos")
        self._reader = self._open()
        self.info = self._reader.info

    @property
    def warnings(self) -> list[str]:
        return self._reader.warnings

    def frames(self, fps: float, max_side: int) -> Iterator[Frame]:
        """Frames with the time since the first one. A camera or stream that goes away is waited for."""
        began, shift_s, last_s = time.monotonic(), 0.0, -1.0
        while not self._stop.is_set():
            try:
                for frame in self._reader.frames(fps=fps, max_side=max_side):
                    last_s = frame.t_s + shift_s
                    del self._reader.warnings[:-MOST_WARNINGS]
                    yield Frame(last_s, frame.image)
            except InputError:
                if not self.info.is_paced or last_s < 0:
                    raise
            if not self.info.is_paced or self._stop.is_set():
                return
            self._say(f"{self._name} gives no pictures after {clock(max(last_s, 0))}; tried again every {AGAIN_S:g} s")
            self._come_back()
            shift_s = max(time.monotonic() - began, last_s + 1 / fps)

    def close(self) -> None:
        """Stop reading; may be called from another thread."""
        self._stop.set()
        self._reader.close()

    def _open(self) -> VideoReader:
        grows = isinstance(self._source, Path) and is_growing(self._source, GROWTH_PATIENCE_S)
        return VideoReader.open(self._source, "pyav", patience_s=GROWTH_PATIENCE_S if grows else None)

    def _come_back(self) -> None:
        """Connect again, as long as it takes."""
        before = self._reader.warnings
        self._reader.close()
        while not self._stop.wait(AGAIN_S):
            try:
                self._reader = self._open()
            except InputError:
                continue
            self._reader.warnings[:0] = before[-MOST_WARNINGS:]
            if self._stop.is_set():
                self._reader.close()
            return


def _await_bytes(path: Path) -> None:
    """A recording is often there before anything is in it: give a new, empty file the time to begin."""
    with contextlib.suppress(OSError):
        while path.stat().st_size == 0 and time.time() - path.stat().st_mtime < GROWTH_PATIENCE_S:
            time.sleep(LOOK_AGAIN_S)
