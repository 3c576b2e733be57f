"""Indexing in a thread of its own: real progress, stopping and going on, and what has been seen so far.

job = IndexJob(Path("street.mp4"), ClipSettings(), load_answerer, slots)
job.start(); job.state; job.stop(); job.start()        # goes on where it stopped
job.opened                                             # OpenClip and ClipMemory, when job.state.stage == "ready"
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.detectors.files import NotHere
from pipeline.errors import InputError
from pipeline.open_clip import ClipSettings, OpenClip, open_clip, say
from pipeline.storage import file_digest

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.build_index import Reached
    from pipeline.clip_memory import ClipMemory

SPEED_OVER_S = 10.0
"""The speed is that of the last so many seconds."""
GROWN = 1.3
"""What has been seen so far is read again when it has grown by this factor: the cost stays in proportion."""
LEAST_SEEN_S = 2.0


@dataclass(frozen=True)
class JobState:
    """stage: preparing, waiting (for a slot), indexing, reading, ready, stopping, stopped or failed.

    t_s of duration_s are done, at `speed` times real time; left_s seconds are left. error: one sentence.
    is_detector_missing: another detector may do.
    """

    stage: str = "preparing"
    t_s: float = 0.0
    duration_s: float | None = None
    speed: float | None = None
    left_s: float | None = None
    error: str = ""
    is_detector_missing: bool = False

    @property
    def is_over(self) -> bool:
        return self.stage in ("ready", "stopped", "failed")


@dataclass(frozen=True)
class SoFar:
    """What is known of the first `until_s` seconds."""

    memory: ClipMemory
    until_s: float


class _Stopped(Exception):
    pass


class Slots:
    """How many videos are indexed at the same time; one video with one detector never twice."""

    def __init__(self, jobs: int = 1):
        self._free = threading.BoundedSemaphore(max(jobs, 1))
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def taken(self, key: str, is_stopped: Callable[[], bool], waits: Callable[[], None]) -> Iterator[None]:
        """Wait for a slot and for `key`; raises `_Stopped` when stopped meanwhile. waits: called where it must wait."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        for wait in (lock, self._free):
            while not wait.acquire(timeout=0.1):
                waits()
                if is_stopped():
                    if wait is self._free:
                        lock.release()
                    raise _Stopped
        try:
            yield
        finally:
            self._free.release()
            lock.release()


class IndexJob:
    """The indexing of one video. Thread-safe; may be stopped and started again as often as one likes."""

    def __init__(
        self, source: Path, settings: ClipSettings, load_answerer: Callable[[], Answerer], slots: Slots, name: str = ""
    ):
        self.source, self.settings, self.name = source, settings, name or source.name
        self._load_answerer, self._slots = load_answerer, slots
        self.state = JobState()
        self.opened: tuple[OpenClip, ClipMemory] | None = None
        self.so_far: SoFar | None = None
        self._stop = threading.Event()
        self._wanted = threading.Event()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._marks: list[tuple[float, float]] = []

    def start(self) -> None:
        """Begin, or go on. Does nothing while it runs or when it is done."""
        before = self._thread
        running = before is not None and before.is_alive() and not self._stop.is_set()
        if self.opened is not None or running:
            return
        self._stop = threading.Event()  # a new one: the run before, if it has not ended yet, keeps its own
        self._marks = []
        self._set(JobState("preparing", t_s=self.state.t_s, duration_s=self.state.duration_s))
        self._thread = threading.Thread(target=self._work, args=(self._stop, before), name="index-job", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop soon; what is done is kept."""
        self._stop.set()
        if not self.state.is_over:
            self._set(replace(self.state, stage="stopping", left_s=None))

    def wait(self, timeout_s: float | None = None) -> JobState:
        """Until it is over, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: self.state.is_over, timeout_s)
        return self.state

    def wait_so_far(self, timeout_s: float) -> SoFar | None:
        """What is known until now; waits for the first part. None when the time is up, or it is over before."""
        self._wanted.set()
        with self._changed:
            self._changed.wait_for(lambda: self.so_far is not None or self.state.is_over, timeout_s)
        return self.so_far

    # ---------------------------------------------------------------------------------------------------- in the thread

    def _set(self, state: JobState) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def _work(self, stop: threading.Event, before: threading.Thread | None) -> None:
        from pipeline.video_qa import remembered

        if before is not None:
            before.join()
        try:
            key = f"{file_digest(self.source)} {self.settings.detector} {self.settings.fps}"
            with self._slots.taken(key, stop.is_set, self._waits):
                self._set(replace(self.state, stage="preparing"))
                clip = open_clip(self.source, self.settings, quiet=True, on_progress=lambda r: self._reached(r, stop))
                self._set(replace(self.state, stage="reading", t_s=clip.index.duration_s, left_s=None))
                memory = remembered(clip, self._load_answerer(), True)
                memory.view(0)  # the first question shall not wait for it
            self.opened = clip, memory
            self._set(replace(self.state, stage="ready", duration_s=clip.index.duration_s))
        except _Stopped:
            if stop is self._stop:
                self._set(replace(self.state, stage="stopped", speed=None, left_s=None))
        except NotHere as error:
            say(f"error: {error}")  # the way out is for whoever started the server
            words = f"the detector {self.settings.detector} is not on this server and cannot be downloaded now"
            self._set(replace(self.state, stage="failed", error=words, is_detector_missing=True))
        except InputError as error:
            self._set(replace(self.state, stage="failed", error=self._without_path(str(error))))
        except Exception as error:  # a thread that dies silently would leave the page waiting for ever
            words = self._without_path(f"{type(error).__name__}: {error}")
            self._set(replace(self.state, stage="failed", error=f"indexing failed ({words})"))

    def _waits(self) -> None:
        if self.state.stage == "preparing":
            self._set(replace(self.state, stage="waiting"))

    def _without_path(self, text: str) -> str:
        """People see the name that they gave, not where the server keeps the file."""
        return text.replace(str(self.source), self.name).replace(str(self.source.parent), "…")

    def _reached(self, reached: Reached, stop: threading.Event) -> None:
        if stop.is_set():
            raise _Stopped
        self._marks.append((time.monotonic(), reached.t_s))
        while len(self._marks) > 2 and self._marks[-1][0] - self._marks[1][0] > SPEED_OVER_S:
            self._marks.pop(0)
        (begin, from_s), (now, to_s) = self._marks[0], self._marks[-1]
        speed = (to_s - from_s) / (now - begin) if now - begin > 0.2 else None
        left_s = max(reached.duration_s - to_s, 0) / speed if speed and reached.duration_s else None
        self._set(JobState("indexing", reached.t_s, reached.duration_s, speed, left_s))
        before_s = self.so_far.until_s if self.so_far is not None else 0.0
        if self._wanted.is_set() and reached.t_s >= max(LEAST_SEEN_S, before_s * GROWN):
            memory = self._load_answerer().read(reached.so_far())
            memory.view(0)
            with self._changed:
                self.so_far = SoFar(memory, reached.t_s)
                self._changed.notify_all()
