"""Read any video as `Frame`s: files, network streams and cameras, at a chosen rate, with true presentation times.

with VideoReader.open("street.mp4") as reader:
    for frame in reader.frames(fps=5, max_side=640):
        frame.t_s, frame.image
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import itertools
import math
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

import av
import numpy as np

from pipeline import decoders
from pipeline.decoders import Job
from pipeline.decord_child import DecordFailed
from pipeline.errors import InputError
from pipeline.growing_file import GrowingFile
from pipeline.records import Frame

Decoder = Literal["auto", "decord", "pyav"]
DECORD_CONTAINERS, DECORD_CODECS = ("mov", "matroska"), ("h264", "hevc", "mpeg4", "vp9")
TEXT_ART = ("ansi", "bintext", "xbin", "idf")
"""FFmpeg shows a text file as a video with these; nobody who gives us one means that."""
LIVE_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt")
RETRY_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Waits before a broken live stream is connected to again, seconds."""
FIRST_PICTURE_PACKETS = 2000
"""How many packets may pass before the first picture comes out."""
CAMERA_PATIENCE_S = 2.0
"""How long a camera may give nothing before it counts as gone."""
SHORT_S = 2.0
"""A file that ends this much before its stated duration is called damaged, seconds."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is known of a source before it is read.

    source: as given. width, height: pixels, upright. fps: average rate, None = unknown.
    duration_s: None = unknown; duration_is_estimate: taken from frame count and rate.
    codec, container: FFmpeg's names (h264, hevc, …; mov for mp4 too, matroska for webm too).
    rotation_deg: clockwise turn that makes the stored picture upright. decoder: decord, pyav, or opencv for cameras.
    """

    source: str
    width: int
    height: int
    fps: float | None
    duration_s: float | None
    duration_is_estimate: bool
    codec: str
    container: str
    rotation_deg: int
    is_live: bool
    decoder: str

    @property
    def is_paced(self) -> bool:
        """Whether the source sends in its own time, however slow we are."""
        return self.decoder == "opencv" or self.source.split("://")[0].lower() in LIVE_SCHEMES


class VideoReader:
    """An open source. `info` says what it is, `frames()` reads it, `warnings` grows while reading."""

    def __init__(self, info: VideoInfo, job: Job, warnings: list[str]) -> None:
        self.info, self.warnings = info, warnings
        self._job = job
        self._device = None  # camera, or `decoders.Opened` of a live stream, until the first run takes it
        self._promised_s: float | None = None  # duration of the picture track, where the file states it
        self._is_interlaced = False
        self._decord_command: Sequence[str] | None = None
        self._decord_timeout_s = 30.0
        self._jobs: list[Job] = []

    @classmethod
    def open(
        cls,
        source: str | Path | int,
        decoder: Decoder = "auto",
        *,
        threads: int = 2,
        decord_timeout_s: float = 30.0,
        decord_command: Sequence[str] | None = None,
        patience_s: float | None = None,
    ) -> Self:
        """Open a path, a stream address ("rtsp://…") or a camera number (0 or "0").

        decoder: "auto" is decord where it decodes the file frame for frame and PyAV elsewhere.
        threads: decoding threads; each holds a few full-size pictures.
        decord_timeout_s: silence after which decord counts as stuck. decord_command: its program, for tests.
        patience_s: of a file that is still being written: read on behind its end until it has not grown for so long.
        Raises InputError.
        """
        if decoder not in ("auto", "decord", "pyav"):
            raise InputError(f"unknown decoder {decoder!r}; choose auto, decord or pyav")
        warnings: list[str] = []
        name = str(source)
        if name.isdecimal():
            return _open_camera(cls, name, threads, warnings)
        is_address = re.match(r"[a-z][a-z0-9+.-]+://", name, re.IGNORECASE) is not None
        if not is_address:
            _check_file(Path(name))
        growing = GrowingFile(Path(name), patience_s) if patience_s is not None and not is_address else None
        reader = _open_media(cls, name, is_address, threads, warnings, growing)
        reader._decord_command, reader._decord_timeout_s = decord_command, decord_timeout_s
        if decoder != "pyav" and growing is None:
            reason = reader._refuse_decord(is_address)
            if reason is None:
                reader.info = replace(reader.info, decoder="decord")
            elif decoder == "decord" or reason == NOT_INSTALLED:
                warnings.append(f"{reason}; PyAV reads {name} instead")
        return reader

    def frames(
        self,
        fps: float | None = None,
        max_side: int | None = None,
        start_s: float = 0.0,
        *,
        prefetch: int = 8,
    ) -> Iterator[Frame]:
        """The frames at `fps` per second (None = every frame), in the order of time.

        A frame is yielded when it is the first at or after k/fps (less half a source frame) for some k; a source slower
        than `fps` yields each frame once. `start_s` yields the same frames, from t_s ≥ start_s on.
        max_side: longer side in pixels (None = full size); pictures are made smaller, never larger.
        prefetch: frames decoded ahead by a thread; 0 = none. A live source that outruns the consumer loses frames.
        Raises InputError where nothing can be decoded; `start_s` past the end yields nothing.
        """
        if fps is not None and not 0 < fps < math.inf:
            raise InputError(f"fps must be above 0, not {fps}; leave it out to read every frame")
        if max_side is not None and max_side < 1:
            raise InputError(f"max_side must be at least 1 pixel, not {max_side}")
        job = replace(self._job, fps=fps, max_side=max_side, start_s=start_s, stop=threading.Event())
        self._jobs = [*(other for other in self._jobs if not other.stop.is_set()), job]
        return _prefetch(self._read(job), prefetch, job, is_lossy=self.info.is_paced)

    def close(self) -> None:
        """Stop all reading."""
        for job in self._jobs:
            _stop(job)
        device, self._device = self._device, None
        if device is not None:
            device.release() if self.info.decoder == "opencv" else device[0].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, job: Job) -> Iterator[Frame]:
        """Frames from whichever decoder the source needs; PyAV goes on where decord stops."""
        device, self._device = self._device, None
        if self.info.decoder == "opencv":
            yield from _camera_frames(job, device or _start_camera(job.source))
            return
        try:
            if self.info.is_live:
                retry_s = RETRY_S if self.info.is_paced else ()
                yield from decoders.stream_frames(job, device or decoders.open_stream(job), retry_s=retry_s)
                return
            if self.info.decoder == "decord":
                last_s = None
                try:
                    for frame in decoders.decord_frames(job, self._decord_command, self._decord_timeout_s):
                        last_s = frame.t_s
                        yield frame
                    self._check_end(job)
                    return
                except DecordFailed as error:
                    if job.stop.is_set():
                        return
                    at = f" after {last_s:.1f} s" if last_s is not None else ""
                    job.warn(f"decord refused {job.source}{at}: {error}; PyAV reads it instead")
                    self.info = replace(self.info, decoder="pyav")
                    job = replace(job, start_s=job.start_s if last_s is None else last_s + 2e-6, end_s=0.0)
            yield from decoders.pyav_frames(job)
            self._check_end(job)
        except (av.error.FFmpegError, OSError) as error:
            raise InputError(f"{job.source} cannot be read ({error.strerror}); is it still there?") from error

    def _check_end(self, job: Job) -> None:
        is_short = self._promised_s is not None and job.end_s < self._promised_s - max(SHORT_S, 2 * job.frame_s)
        if is_short and not job.is_damaged and not job.stop.is_set():
            job.warn(f"the file is damaged after {job.end_s:.1f} s; everything before is kept")

    def _refuse_decord(self, is_address: bool) -> str | None:
        """Why decord should not read this source; None = it should."""
        info = self.info
        if is_address:
            return "decord is only for files"
        if info.container not in DECORD_CONTAINERS or info.codec not in DECORD_CODECS:
            return f"decord is not reliable with {info.codec} in {info.container}"
        if self._job.matrix != (1, 0, 0, 1):
            return "decord squashes rotated pictures"
        if self._is_interlaced:
            return "decord is not reliable with interlaced video"
        if self._decord_command is None and not _has_decord():
            return NOT_INSTALLED
        with decoders.open_groups(replace(self._job, start_s=0.0)) as (_, stream, groups):
            reasons = (decoders.refuse_group(group, stream) for group in itertools.islice(groups, 3))
            reason = next(filter(None, reasons), None)
        return reason and f"decord is not reliable here: {reason}"


NOT_INSTALLED = "decord is not installed"


def _has_decord() -> bool:
    # by distribution: decord2 is imported as decord too, and returns wrong frames
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return bool(importlib.metadata.version("decord"))
    return False


def _once(warnings: list[str]) -> Callable[[str], None]:
    """A function that adds a warning unless it has been given already."""
    return lambda text: None if text in warnings else warnings.append(text)


def _check_file(path: Path) -> None:
    if not path.exists():
        raise InputError(f"no such file: {path}; give a video file, a stream address or a camera number")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name one video file in it")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(f"{path} is empty; copy or record it again")
    except OSError as error:
        raise InputError(f"{path} cannot be opened ({error.strerror}); check who may read it") from error


def _open_media(
    cls: type[VideoReader],
    name: str,
    is_address: bool,
    threads: int,
    warnings: list[str],
    growing: GrowingFile | None = None,
) -> VideoReader:
    """Look at a file or stream: its first picture gives size, rotation and the zero of time."""
    what = "the stream" if is_address else "the file"
    try:
        container = decoders.open_container(name) if growing is None else growing.open()
    except (av.error.FFmpegError, OSError) as error:
        advice = "cannot be reached", "check the address and the network"
        if not is_address:
            advice = "is not a video that can be read", "give another file, or copy this one again if it is cut off"
        raise InputError(f"{name} {advice[0]} ({error.strerror}); {advice[1]}") from error
    with contextlib.ExitStack() as stack:
        stack.callback(container.close)
        stream = decoders.find_video(container)
        if stream is None:
            sound = " (only sound)" if container.streams.audio else ""
            raise InputError(f"{name} has no picture{sound}; give {what} that holds the video")
        codec = getattr(stream.codec_context.codec, "canonical_name", stream.codec_context.name)
        if codec in TEXT_ART:
            raise InputError(f"{name} is text, not a video; give the file that holds the video")
        rate = (stream.average_rate if stream.start_time is not None else stream.guessed_rate) or stream.guessed_rate
        frame_s = float(1 / rate) if rate else 0.0
        job = Job(name, None, None, 0.0, _once(warnings), frame_s=frame_s, threads=threads)
        job.kill = growing.close if growing is not None else None
        packets = decoders.read_packets(container, stream, None if is_address else lambda: None)
        found = threading.Event()
        packets = (packet for n, packet in enumerate(packets) if found.is_set() or n < FIRST_PICTURE_PACKETS)
        pictures = decoders.decode_packets(packets, stream, replace(job, warn=lambda _: None))
        try:
            own_s, picture = next(pictures, (0.0, None))
        except av.error.FFmpegError as error:
            raise InputError(f"{name} sends nothing that can be read ({error.strerror}); try it again") from error
        found.set()
        if picture is None:
            raise InputError(f"no picture of {name} can be decoded ({codec}); convert it, for example to H.264 in MP4")
        first = picture.dts if decoders.format_name(container) in decoders.NO_PTS else picture.pts
        job.first_pts = first if first is not None else picture.dts or 0
        job.matrix = decoders.read_matrix(picture)
        first_s = float(job.first_pts * stream.time_base)
        duration_s, promised_s, is_estimate = _durations(container, stream, rate, first_s)
        _, b, _, d = job.matrix
        width, height = (picture.width, picture.height) if d else (picture.height, picture.width)
        is_live = is_address and (name.split("://")[0].lower() in LIVE_SCHEMES or duration_s is None)
        is_live = is_live or growing is not None
        info = VideoInfo(
            source=name,
            width=width,
            height=height,
            fps=float(rate) if rate else None,
            duration_s=None if is_live else duration_s,
            duration_is_estimate=is_estimate and not is_live,
            codec=codec,
            container=decoders.format_name(container),
            rotation_deg=(0 if d > 0 else 180) if d else (90 if b > 0 else 270),
            is_live=is_live,
            decoder="pyav",
        )
        reader = cls(info, job, warnings)
        if is_live:
            stack.pop_all()
            reader._device = container, itertools.chain([(own_s, picture)], pictures)
        reader._promised_s, reader._is_interlaced = promised_s, picture.interlaced_frame
    return reader


def _durations(container, stream, rate, first_s: float) -> tuple[float | None, float | None, bool]:
    """(duration, duration stated for the picture track itself, whether the first is an estimate), seconds or None."""
    stated = float(stream.duration * stream.time_base) if stream.duration else None
    if stated:
        if decoders.format_name(container) in decoders.NO_PTS and first_s > 1.0:  # an AVI that begins with empty frames
            stated -= first_s
        return stated, stated, False
    if container.duration:
        seconds = container.duration / 1e6
        if decoders.format_name(container) in ("matroska", "flv"):  # they state the end, not the length
            seconds -= first_s
        return seconds, seconds if len(container.streams) == 1 else None, False
    if stream.frames and rate:
        return float(stream.frames / rate), None, True
    return None, None, False


def _start_camera(number: str):
    import cv2

    with contextlib.suppress(AttributeError):  # its own complaints say less than ours
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    capture = cv2.VideoCapture(int(number))
    if not capture.isOpened():
        capture.release()
        raise InputError(f"camera {number} is not there; check that it is connected and not in use")
    return capture


def _open_camera(cls: type[VideoReader], number: str, threads: int, warnings: list[str]) -> VideoReader:
    import cv2

    capture = _start_camera(number)
    width, height = (round(capture.get(key)) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    rate = capture.get(cv2.CAP_PROP_FPS)
    fps = rate if 0 < rate < 1000 else None
    info = VideoInfo(
        source=number,
        width=width,
        height=height,
        fps=fps,
        duration_s=None,
        duration_is_estimate=False,
        codec="raw",
        container="camera",
        rotation_deg=0,
        is_live=True,
        decoder="opencv",
    )
    job = Job(number, None, None, 0.0, _once(warnings), frame_s=1 / fps if fps else 0.0, threads=threads)
    reader = cls(info, job, warnings)
    reader._device = capture
    return reader


def _camera_frames(job: Job, capture) -> Iterator[Frame]:
    """Samples of a camera (an open cv2.VideoCapture), timed by arrival."""
    import cv2

    grid, begin, seen = decoders.SampleGrid(job.fps, job.frame_s), None, time.monotonic()
    try:
        while not job.stop.is_set():
            is_good, image = capture.read()
            if not is_good:
                if time.monotonic() > seen + CAMERA_PATIENCE_S:
                    job.warn(f"camera {job.source} gave no more pictures after {job.end_s:.1f} s")
                    return
                job.stop.wait(0.03)
                continue
            seen = time.monotonic()
            begin = begin or seen
            job.end_s = seen - begin
            if grid.take(job.end_s) and job.end_s >= job.start_s - 1e-6:
                size = decoders.fit_size(image.shape[1], image.shape[0], job.max_side)
                if size != (image.shape[1], image.shape[0]):
                    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
                yield Frame(job.end_s, np.ascontiguousarray(image[:, :, ::-1]))
    finally:
        capture.release()


def _stop(job: Job) -> None:
    job.stop.set()
    if job.kill is not None:
        job.kill()


def _prefetch(frames: Iterator[Frame], depth: int, job: Job, *, is_lossy: bool) -> Iterator[Frame]:
    """`frames`, made by a thread up to `depth` ahead. Closing the generator, or `_stop(job)`, ends the thread."""
    if depth < 1:
        try:
            for frame in frames:
                yield frame
                if job.stop.is_set():
                    return
        finally:
            job.stop.set()
            frames.close()
        return
    ready: queue.Queue = queue.Queue(maxsize=depth)

    def put(frame: Frame | None, error: BaseException | None = None) -> None:
        while not job.stop.is_set():
            try:
                return ready.put((frame, error), timeout=0.0 if is_lossy else 0.1)
            except queue.Full:
                if is_lossy:  # fresh pictures are worth more than old ones
                    with contextlib.suppress(queue.Empty):
                        ready.get_nowait()

    def work() -> None:
        try:
            for frame in frames:
                put(frame)
                if job.stop.is_set():
                    break
            put(None)
        except BaseException as error:
            put(None, error)
        finally:
            frames.close()

    thread = threading.Thread(target=work, name="video-prefetch", daemon=True)
    thread.start()
    try:
        while not job.stop.is_set():
            try:
                frame, error = ready.get(timeout=0.1)
            except queue.Empty:
                continue
            if error is not None:
                raise error
            if frame is None:
                return
            yield frame
    finally:
        _stop(job)
        thread.join(timeout=5.0)
