"""decord in a process of its own, because it can hang, abort, or hold the interpreter's lock.

`DecordChild` is the handle; `python -m pipeline.decord_child` is the process. It reads requests from stdin and writes
replies to stdout, all little-endian:

    request   ASK (width, height, packets, wanted, threads, bytes) · u4[wanted] picture numbers · MP4 bytes
    reply     REPLY (kind, width, height, bytes) · RGB bytes, once per wanted picture in order; or ERROR and its text

A picture number counts the segment's pictures in the order of time; picture n lies at n / SEGMENT_FPS seconds.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import queue
import re
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ASK = struct.Struct("<IIIIIQ")
REPLY = struct.Struct("<BIIQ")
FRAME, ERROR = 1, 2
SEGMENT_FPS = 25


class DecordFailed(Exception):
    """decord cannot go on with this file; the message is the reason, and PyAV takes over."""


class DecordChild:
    """The process that runs decord: it answers each segment with frames, and is killed when it is silent too long."""

    def __init__(self, command: Sequence[str] | None, timeout_s: float) -> None:
        """command: the program to run instead of `pipeline.decord_child`. timeout_s: silence that means it is stuck."""
        root = str(Path(__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.timeout_s, self.deadline, self.is_stalled = timeout_s, math.inf, False
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "pipeline.decord_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="decord-watch", daemon=True).start()

    def _watch(self) -> None:
        # a pipe has no timeout on every system, so another thread kills the child and the read ends by itself
        while not self._closed.wait(min(0.25, self.timeout_s / 4)):
            if time.monotonic() > self.deadline:
                self.is_stalled = True
                self.process.kill()
                return

    @contextlib.contextmanager
    def _awaiting(self) -> Iterator[None]:
        self.deadline = time.monotonic() + self.timeout_s
        try:
            yield
        except OSError:
            raise self._failure() from None
        finally:
            self.deadline = math.inf

    def _failure(self) -> DecordFailed:
        if self.is_stalled:
            return DecordFailed(f"it gave nothing for {self.timeout_s:g} s")
        with contextlib.suppress(subprocess.TimeoutExpired):  # gone already, or about to go
            return DecordFailed(f"its process ended with code {self.process.wait(timeout=1.0)}")
        return DecordFailed("its process closed the pipe")

    def ask(self, data: bytes, size: tuple[int, int], packets: int, wanted: Sequence[int], threads: int) -> None:
        """Send one segment: MP4 bytes, and which of its pictures (in the order of time) are wanted at `size`."""
        with self._awaiting():
            self.process.stdin.write(ASK.pack(*size, packets, len(wanted), threads, len(data)))
            self.process.stdin.write(np.array(wanted, "<u4").tobytes())
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def answer(self) -> np.ndarray:
        """The next wanted picture, (H, W, 3) uint8. Raises DecordFailed."""
        with self._awaiting():
            kind, width, height, size = REPLY.unpack(self._read(REPLY.size))
            if kind == ERROR and size <= 1000:
                raise DecordFailed(bytes(self._read(size)).decode(errors="replace"))
            if kind != FRAME or size != width * height * 3:
                raise DecordFailed("its process sends nonsense")
            return np.frombuffer(self._read(size), np.uint8).reshape(height, width, 3)

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view, filled = memoryview(data), 0
        while filled < size:
            count = self.process.stdout.readinto(view[filled:])
            if not count:
                raise self._failure()
            filled += count
            self.deadline = time.monotonic() + self.timeout_s
        return data

    def close(self) -> None:
        self._closed.set()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()


def decode_segment(
    data: bytes, size: tuple[int, int], packets: int, wanted: np.ndarray, threads: int
) -> list[np.ndarray]:
    """The wanted pictures, each (H, W, 3) uint8 RGB. Raises where decord's pictures are not those of the packets."""
    import decord

    width, height = size
    # width and height always: otherwise decord keeps hundreds of full-size pictures
    reader = decord.VideoReader(io.BytesIO(data), width=width, height=height, num_threads=threads)
    times_s = reader.get_frame_timestamp(np.arange(len(reader)))[:, 0]
    if len(reader) != packets or np.abs(times_s * SEGMENT_FPS - np.arange(packets)).max() > 0.1:
        raise ValueError("its frames are not those of the packets")
    if len(reader.get_key_indices()) != 1:
        raise ValueError("it would seek")
    pictures, position = [], 0
    for index in wanted:
        if index > position:
            reader.skip_frames(int(index - position))
        pictures.append(reader.next().asnumpy())
        if pictures[-1].shape != (height, width, 3):  # below 64 pixels it takes some row padding for a fourth channel
            raise ValueError(f"its pictures are {pictures[-1].shape} instead of {(height, width, 3)}")
        position = index + 1
    if position < packets:  # go to the end: fails where decord lost a picture on the way and shifted the others
        reader.skip_frames(int(packets - position))
    return pictures


def main() -> None:
    """Serve requests until stdin closes."""
    os.environ["DECORD_REWIND_RETRY_MAX"] = "0"  # rather an error than another picture in place of a lost one
    replies_fd = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between the replies
    replies = os.fdopen(replies_fd, "wb")
    requests: queue.Queue = queue.Queue(maxsize=2)
    done: queue.Queue = queue.Queue(maxsize=1)

    def read() -> None:
        while len(header := sys.stdin.buffer.read(ASK.size)) == ASK.size:
            width, height, packets, wanted, threads, size = ASK.unpack(header)
            numbers = np.frombuffer(sys.stdin.buffer.read(4 * wanted), "<u4").astype(np.int64)
            requests.put((sys.stdin.buffer.read(size), (width, height), packets, numbers, threads))
        os._exit(0)  # the parent is gone; decord may be stuck in another thread

    def write() -> None:
        while True:
            for kind, height, width, data in done.get():
                replies.write(REPLY.pack(kind, width, height, len(data)))
                replies.write(data)
            replies.flush()

    threading.Thread(target=read, daemon=True).start()
    threading.Thread(target=write, daemon=True).start()
    while True:
        try:
            # the whole segment at once: a reader that waits on a full pipe would go on filling memory
            pictures = decode_segment(*requests.get())
            done.put([(FRAME, *picture.shape[:2], memoryview(picture).cast("B")) for picture in pictures])
        except ImportError:
            done.put([(ERROR, 0, 0, b"it cannot be imported")])
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            done.put([(ERROR, 0, 0, re.sub(r"(\[[\d:]+\] \S+:\d+: )+", "", lines[0])[:200].encode())])


if __name__ == "__main__":
    main()
