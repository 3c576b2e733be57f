"""Build the `ObjectIndex` of one video: decode, detect, track, write; resumable at any moment.

    frames ─► detector (own thread) ─► journal ─► online tracker ─► … end of the video ─► offline linking ─► one file

Decoding runs in the reader's thread or process, detection in a second one, tracking and writing in this one, so that
the detector waits for nothing. What has been seen is in the journal (`pipeline.journal`): after a crash the same call
replays it through the tracker and goes on. A finished index is found again by content, detector and settings.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout

from pipeline.assemble import SightingStore, assemble_index
from pipeline.detect import Detector, DetectorSettings, load_detector
from pipeline.domain import DomainMeter
from pipeline.errors import InputError
from pipeline.input_size import fit_to_video
from pipeline.journal import Journal, SeenFrame
from pipeline.light import LightMeter
from pipeline.link import LinkPolicy
from pipeline.motion import CameraMotion
from pipeline.object_index import FORMAT, SUFFIX, ObjectIndex, read_index, write_aside, write_index
from pipeline.progress import VideoProgress
from pipeline.records import Frame
from pipeline.see_frames import see_frames
from pipeline.storage import file_digest, home
from pipeline.track import OnlineTracker
from pipeline.video import VideoReader

DEFAULT_FPS = 5.0
"""Chosen by measurement (LOG.md): at 2 fps twice as many identities break, 10 fps costs twice as much for little."""
METHOD = "bot-sort buffered, cut and linked 4"
"""Name and version of tracking and linking: part of an index's key, so that better ones make a new index."""


@dataclass(frozen=True)
class IndexSettings:
    """What decides an index, besides the video.

    fps: frames looked at per second of video. decoder: "pyav", "decord", or "auto" = decord where that is safe.
    PyAV is the default by measurement: decord takes 1.4 to 2.9 times its processor time (LOG.md).
    """

    fps: float = DEFAULT_FPS
    detector: DetectorSettings = field(default_factory=DetectorSettings)
    decoder: str = "pyav"


@dataclass(frozen=True)
class Built:
    """path: the index file. was_there: found finished, nothing computed. seconds: time spent. resumed_s: video time
    that an earlier, interrupted run had already done."""

    path: Path
    index: ObjectIndex
    was_there: bool
    seconds: float
    resumed_s: float = 0.0


@dataclass(frozen=True)
class Reached:
    """How far a run has come. t_s: video time that is done; resumed_s: of it, by an earlier run; duration_s: None =
    unknown. so_far: makes the index of what has been seen until now; to be called at once, in the caller's thread."""

    t_s: float
    resumed_s: float
    duration_s: float | None
    so_far: Callable[[], ObjectIndex]


def build_index(
    source: str | Path,
    out_dir: Path | None = None,
    settings: IndexSettings | None = None,
    *,
    detector: Detector | None = None,
    quiet: bool = False,
    max_s: float | None = None,
    on_progress: Callable[[Reached], None] | None = None,
) -> Built:
    """Index a video file, or a live source until `max_s` seconds or Ctrl-C. Raises InputError.

    out_dir: where the index goes, default the `indexes` folder of `pipeline.storage.home`.
    detector: an opened one, to be used for many videos; else `settings.detector` is loaded.
    on_progress: called after every batch of frames; what it raises stops the run, and the same call goes on later.
    """
    settings = settings or IndexSettings()
    check_settings(settings, max_s)
    began = time.perf_counter()
    source = address_or_path(source)
    with VideoReader.open(source, decoder=settings.decoder) as reader:
        detector = detector or load_detector(settings.detector)
        before = _state(source)
        digest = file_digest(source) if before else uuid.uuid4().hex
        key = index_key(detector, settings, max_s)
        out_dir = out_dir or home("indexes")
        path = out_dir / f"{source_stem(source)}-{digest[:10]}-{key[:8]}{SUFFIX}"
        work = home("work") / f"{digest[:16]}-{key[:16]}"
        with _alone(work, source):
            found = find_index((out_dir, home("indexes")), digest, key)
            if found:
                if found[0].parent.resolve() != out_dir.resolve():
                    write_aside(path, lambda aside: shutil.copyfile(found[0], aside))
                    found = path, found[1]
                return Built(*found, True, time.perf_counter() - began)
            trial = path.with_name(f".{path.name}.try")
            write_aside(trial, lambda aside: aside.touch())  # fail now, not after hours
            trial.unlink()
            fitted = fit_to_video(detector, reader, max_s, quiet=quiet)
            run = _Run(reader, fitted, settings, work, digest, quiet=quiet, max_s=max_s, title=source_stem(source))
            run.on_progress = on_progress
            try:
                index = run.index(began)
                if before != _state(source):
                    run.forget()
                    raise InputError(f"{source} changed while it was being indexed; run again when it is complete")
                write_index(index, path)
                run.forget()
            finally:
                run.close()
            return Built(path, read_index(path), False, time.perf_counter() - began, run.resumed_s)


def check_settings(settings: IndexSettings, max_s: float | None = None) -> None:
    """Raises InputError for numbers that make no sense."""
    if not 0 < settings.fps <= 240:
        raise InputError(f"--fps is {settings.fps:g}; choose a number of frames per second above 0, up to 240")
    if max_s is not None and not 0 < max_s < math.inf:
        raise InputError(f"--max-seconds is {max_s:g}; choose a number of seconds above 0")


@contextlib.contextmanager
def _alone(work: Path, source: str | Path) -> Iterator[None]:
    """Only one process works on one index at a time. Raises InputError where another one does."""
    lock = FileLock(work.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(f"{source} is being indexed by another process; wait for it, or stop it") from error
    except OSError as error:
        raise InputError(f"cannot work in {work.parent}: {error}; set LONGTAKE_HOME to another folder") from error
    try:
        yield
    finally:
        lock.release()


def _state(source: str | Path) -> tuple[int, int] | None:
    """Size and time of change of a file; None for anything else."""
    if not isinstance(source, Path):
        return None
    stat = source.stat()
    return stat.st_size, stat.st_mtime_ns


def address_or_path(source: str | Path) -> str | Path:
    """A path for files, also for file:// addresses; text for streams and camera numbers."""
    text = str(source)
    if text.lower().startswith("file://"):
        return Path(url2pathname(urlsplit(text).path))
    return text if "://" in text or (text.isdecimal() and not isinstance(source, Path)) else Path(source)


def index_key(detector: Detector, settings: IndexSettings, max_s: float | None = None) -> str:
    """Hexadecimal digest of everything but the video that decides an index."""
    parts = {"fps": float(settings.fps), "method": METHOD, "format": FORMAT, **detector.provenance}
    if max_s is not None:
        parts["max_s"] = float(max_s)
    parts.pop("name")
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def find_index(folders: Iterable[Path], digest: str, key: str) -> tuple[Path, ObjectIndex] | None:
    """A finished, readable index of this content and key, whatever its video was called; from the first folder."""
    pattern = f"*-{digest[:10]}-{key[:8]}{SUFFIX}"
    for path in (path for folder in dict.fromkeys(folders) for path in sorted(folder.glob(pattern))):
        try:
            index = read_index(path)
        except InputError:  # damaged on the disk: make it again
            continue
        if index.provenance.get("digest") == digest:
            return path, index
    return None


class _Run:
    """One indexing run, from the journal's end to the end of the video."""

    def __init__(
        self,
        reader: VideoReader,
        detector: Detector,
        settings: IndexSettings,
        work: Path,
        digest: str,
        *,
        quiet: bool,
        max_s: float | None,
        title: str,
    ):
        self._reader, self._detector, self._settings = reader, detector, settings
        self._digest, self._quiet, self._max_s, self._title = digest, quiet, max_s, title
        rate = reader.info.fps
        self._step_s = 1 / min(settings.fps, rate or settings.fps)
        self._tracker = OnlineTracker(class_names=detector.class_names, step_s=self._step_s)
        how = {"runtime": settings.detector.runtime, "device": settings.detector.device, "decoder": settings.decoder}
        self._journal = Journal(work, {"digest": digest, "key": index_key(detector, settings, max_s), **how})
        self._store = SightingStore(work / "looks.bin")
        self._motion = CameraMotion()
        self._light = LightMeter()
        self._domain = DomainMeter()
        self._last_s = -1.0
        self._began, self._total_s = 0.0, None
        self.resumed_s = 0.0
        self.on_progress: Callable[[Reached], None] | None = None

    def index(self, began: float) -> ObjectIndex:
        """Read what is left of the video, then link and assemble. Raises InputError; Ctrl-C ends a live source."""
        info = self._reader.info
        total = self._max_s if info.is_live else info.duration_s
        if total and self._max_s:
            total = min(total, self._max_s)
        self._began, self._total_s = began, total
        for seen in self._journal.frames():
            self._keep(seen)
        self.resumed_s = max(0.0, self._last_s)
        try:
            with VideoProgress(self._title, total, start_s=self.resumed_s, quiet=self._quiet) as progress:
                self._read_on(progress)
        except KeyboardInterrupt:
            if not info.is_live:
                raise
        if self._last_s < 0:
            raise InputError(f"{info.source}: no picture could be read; is it a whole video?")
        return self._assemble(began)

    def forget(self) -> None:
        """Delete the working files: the index is written, or they are worth nothing."""
        self.close()
        self._journal.remove()

    def close(self) -> None:
        """Close the working files; what they hold is kept."""
        self._store.close()
        self._journal.close()

    def _read_on(self, progress: VideoProgress) -> None:
        start_s = self._last_s + 1e-4 if self._last_s >= 0 else 0.0
        # one frame more than is new: camera motion is measured against the frame before
        rewind_s = max(0.0, self._last_s - 1e-4)
        frames = self._reader.frames(
            fps=self._settings.fps, max_side=self._detector.provenance["input_px"], start_s=rewind_s
        )
        for batch in see_frames(self._new_frames(frames, start_s), self._detector, self._motion):
            for seen in batch:
                self._keep(self._journal.append(seen.objects, seen.shift_xyn, seen.light))
            progress.at(self._last_s)
            self._report()

    def _new_frames(self, frames: Iterator[Frame], start_s: float) -> Iterator[Frame]:
        """The frames that the journal does not hold yet; older ones only tell the camera where it was."""
        for frame in frames:
            if self._max_s is not None and frame.t_s >= self._max_s:
                return
            if frame.t_s >= start_s:
                yield frame
            else:
                self._motion.shift(frame.image)

    def _report(self) -> None:
        if self.on_progress is not None:
            self.on_progress(Reached(self._last_s, self.resumed_s, self._total_s, self._so_far))

    def _so_far(self) -> ObjectIndex:
        return self._assemble(self._began, whole=False)

    def _keep(self, seen: SeenFrame) -> None:
        self._store.add(seen.objects, self._tracker.update(seen.objects, seen.shift_xyn))
        self._light.add(seen.objects.t_s, seen.light)
        self._domain.add(seen.objects)
        self._last_s = seen.objects.t_s

    def _assemble(self, began: float, *, whole: bool = True) -> ObjectIndex:
        info = self._reader.info
        frame_t_s, sightings = self._store.sightings()
        if whole and not self._quiet:
            print("linking identities over the whole clip …", file=sys.stderr, flush=True)
        read_s = self._last_s + self._step_s
        length_s = info.duration_s if info.duration_s and not info.is_live else read_s
        damaged = any("damage" in warning for warning in self._reader.warnings)
        return assemble_index(
            frame_t_s,
            sightings,
            class_names=self._detector.class_names,
            duration_s=read_s if damaged or self._max_s or not whole else max(length_s, self._last_s),
            size_wh=(info.width, info.height),
            provenance={
                "made_from": "live" if info.is_live else "video",
                "source": source_stem(info.source) if "://" in info.source else printable_name(Path(info.source).name),
                "digest": self._digest,
                "codec": info.codec,
                "decoder": info.decoder,
                "fps": self._settings.fps,
                "detector": {**self._detector.provenance, "runtime": self._detector.runtime_name},
                "method": METHOD,
                "light": self._light.summary(),
                "domain": self._domain.summary(self._detector.provenance),
                "seconds": round(time.perf_counter() - began, 2),
            },
            warnings=self._reader.warnings,
            policy=LinkPolicy(min_sure=self._detector.least_sure),
        )


def source_stem(source: str | Path) -> str:
    """A file-name-safe name for a source, without the password of an address."""
    text = str(source)
    if "://" in text:
        parts = urlsplit(text)
        text = f"{parts.hostname or ''}{parts.path}"
    else:
        text = Path(text).stem
    return "".join(c if c.isalnum() or c in "._" else "_" for c in printable_name(text))[:60] or "video"


def printable_name(name: str) -> str:
    """A file name that need not be UTF-8, as text that is."""
    return name.encode(errors="replace").decode()
