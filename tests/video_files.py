"""Tiny video files whose frames carry their own number, so that a test can tell which frame it was given.

Each frame is a 4 × 4 board of black and white blocks: two corner marks that tell which way is up, 12 bits of frame
number, parity, and one more mark. The blocks are big enough to survive any codec and a resize down to 32 pixels.
"""

from __future__ import annotations

import contextlib
import http.server
import struct
import threading
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest


def paint_number(number: int, width: int = 160, height: int = 120) -> np.ndarray:
    """(height, width, 3) uint8 picture of `number` (0 … 4095)."""
    bits = [int(bit) for bit in f"{number:012b}"]
    board = np.array([1, 0, *bits, sum(bits) % 2, 0], dtype=np.uint8).reshape(4, 4)
    rows, columns = np.arange(height) * 4 // height, np.arange(width) * 4 // width
    return np.repeat((board[rows][:, columns] * 215 + 20)[:, :, None], 3, axis=2)


def read_number(image: np.ndarray) -> int:
    """The number painted in an upright picture; -1 where the marks are wrong (rotated, mirrored, broken)."""
    height, width = image.shape[:2]
    rows, columns = ((2 * np.arange(4) + 1) * side // 8 for side in (height, width))
    cells = (image[rows][:, columns].mean(axis=2) > 127).ravel().tolist()
    number = int("".join("1" if bit else "0" for bit in cells[2:14]), 2)
    right = cells[0] and not cells[1] and not cells[15] and cells[14] == bool(number.bit_count() % 2)
    return number if right else -1


def make_clip(
    path: Path,
    *,
    frames: int = 40,
    rate: float | Fraction = 10,
    size: tuple[int, int] = (160, 120),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    gop: int = 12,
    times_s: Sequence[float] | None = None,
    start_s: float = 0.0,
    audio: bool = False,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a clip of numbered frames; the container follows the suffix. Skips the test where the encoder is missing.

    times_s: presentation time of each frame (millisecond steps); None = constant `rate`, from `start_s` on.
    """
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {codec} encoder")
    rate = Fraction(rate).limit_denominator(1001)
    fast = {"libx264": {"preset": "veryfast"}, "libx265": {"preset": "ultrafast", "x265-params": "log-level=0"}}
    fast["libvpx-vp9"] = {"deadline": "realtime", "cpu-used": "8"}
    time_base = Fraction(1, 1000) if times_s is not None or start_s else 1 / rate
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options={**fast.get(codec, {}), **(options or {})})
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.gop_size = gop
        stream.codec_context.time_base = time_base
        sound = container.add_stream("aac", rate=16000, layout="mono") if audio else None
        for index in range(len(times_s) if times_s is not None else frames):
            picture = av.VideoFrame.from_ndarray(paint_number(index, *size), format="rgb24")
            seconds = times_s[index] if times_s is not None else start_s + float(index / rate)
            picture.pts = round(seconds / time_base)
            picture.time_base = time_base
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
        if sound is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
            silence.rate, silence.pts = 16000, 0
            container.mux(sound.encode(silence))
            container.mux(sound.encode(None))
    return path


def make_sound_only(path: Path) -> Path:
    """One second of silence."""
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=16000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
        silence.rate, silence.pts = 16000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    return path


def set_display_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Overwrite the track's display matrix of an mp4 by hand: (x, y) is shown at (a·x + c·y, b·x + d·y)."""
    data = bytearray(path.read_bytes())
    box = data.index(b"tkhd")
    start = box + 4 + (52 if data[box + 4] == 1 else 40)  # version 1 has 64-bit times
    matrix = [a, b, 0, c, d, 0, 0, 0, 16384]
    data[start : start + 36] = struct.pack(">9i", *(value * 65536 for value in matrix))
    path.write_bytes(data)
    return path


def cut_by_copy(source: Path, target: Path, start_s: float) -> Path:
    """What `ffmpeg -ss … -c copy` makes: packets from the key frame before `start_s`, hidden by an edit list."""
    with av.open(str(source)) as inside, av.open(str(target), "w") as outside:
        stream = inside.streams.video[0]
        inside.seek(round(start_s / stream.time_base), stream=stream)
        copy = outside.add_stream_from_template(stream)
        offset = round(start_s / stream.time_base)
        for packet in inside.demux(stream):
            if packet.dts is None:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts - offset, packet.dts - offset, copy
            outside.mux(packet)
    return target


def join_files(target: Path, *parts: Path) -> Path:
    """Put files end to end byte by byte, as some recorders do with MPEG-TS."""
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return target


def make_bad_inputs(folder: Path) -> dict[str, str]:
    """Files that are no video, and what must be said of each (a regular expression)."""
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("not a video\n" * 500)
    (folder / "notes.txt").write_text("FFmpeg would draw this on a screen\n" * 500)
    make_sound_only(folder / "sound.m4a")
    cut = make_clip(folder / "headless.mp4", frames=20)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])  # its index is at the end
    blank = make_clip(folder / "blank.mp4", frames=20)
    data = bytearray(blank.read_bytes())
    begin, end = data.index(b"mdat") + 4, data.rindex(b"moov") - 4
    data[begin:end] = bytes(end - begin)  # the index is whole, the pictures are gone
    blank.write_bytes(data)
    return {
        "none.mp4": "no such file: .*none.mp4",
        ".": "is a folder",
        "empty.mp4": "empty.mp4 is empty",
        "text.mp4": "text.mp4 is not a video",
        "notes.txt": "notes.txt is text",
        "sound.m4a": r"sound.m4a has no picture \(only sound\)",
        "headless.mp4": "headless.mp4 is not a video that can be read",
        "blank.mp4": "no picture of .*blank.mp4 can be decoded",
    }


class Camera:
    """Stands in for cv2.VideoCapture: 50 pictures, then nothing."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def isOpened(self) -> bool:
        return self.number == 0

    def get(self, key: int) -> float:
        return {3: 160.0, 4: 120.0}.get(key, 0.0)

    def read(self):
        self.count += 1
        time.sleep(0.002)
        return (self.count <= 50), paint_number(self.count - 1)[:, :, ::-1]

    def release(self) -> None:
        self.number = -1


@contextlib.contextmanager
def serve_stream(data: bytes):
    """The address of a web server on this machine that sends `data` without saying how long it is."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/live.ts"
        server.shutdown()
