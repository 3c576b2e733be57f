"""From what the user gives (video, index, tracks) to an open index: found again at once, else made.

`build_index` finds a finished index by content, but needs the detector's libraries for it (1.5 s). So a small note
remembers which index belongs to a file as it is (size, time of change), with these settings and this code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pipeline.detectors.files import BUNDLED
from pipeline.errors import InputError
from pipeline.object_index import SUFFIX, ObjectIndex, read_index, write_aside, write_index
from pipeline.storage import file_digest, home

if TYPE_CHECKING:
    from pipeline.build_index import Reached
    from pipeline.detect import DetectorSettings

TRACK_FILES = (".csv", ".txt")
DEFAULT_DETECTOR = "yolo26n.pt"
_CODE = ("build_index.py", "detect.py", "input_size.py", "track.py", "link.py")
"""Another state of these files may make another index."""


@dataclass(frozen=True)
class ClipSettings:
    """How a clip is opened that has no index yet.

    detector, device, input_px: of `pipeline.detect`. fps: frames looked at per second; of tracks: their rate. size:
    (width, height) of the tracks' picture, pixels. duration_s, class_name: of tracks. max_s: of a live source.
    """

    detector: str | None = None
    device: str = "auto"
    input_px: int | None = None
    fps: float | None = None
    size: tuple[int, int] | None = None
    duration_s: float | None = None
    class_name: str | None = None
    max_s: float | None = None

    @property
    def for_detector(self) -> DetectorSettings:
        """As the detector takes them."""
        from pipeline.detect import DetectorSettings

        return DetectorSettings(self.detector or DEFAULT_DETECTOR, self.device, input_px=self.input_px)


@dataclass(frozen=True)
class OpenClip:
    """path: of the index. video: the file that it was made of, None where there is none. index_s: seconds spent.

    notes: what the user should know about opening it.
    """

    index: ObjectIndex
    path: Path
    video: Path | None
    index_s: float
    notes: tuple[str, ...] = ()


def open_clip(
    source: str | Path,
    settings: ClipSettings | None = None,
    *,
    quiet: bool = False,
    on_progress: Callable[[Reached], None] | None = None,
) -> OpenClip:
    """Open a video (file, stream address, camera number), an index file, or a track file. Raises InputError.

    on_progress: of `build_index`.
    """
    settings = settings or ClipSettings()
    text = str(source)
    if "\0" in text or not text.strip():
        raise InputError("the name of the video is empty" if not text.strip() else "the name of the video is not valid")
    live = ("://" in text and not text.lower().startswith("file://")) or (text.isdecimal() and not Path(text).exists())
    if live or text.lower().startswith("file://"):
        return _from_video(text, settings, quiet, on_progress)
    path = Path(source).expanduser()
    check_source(path)
    if path.name.endswith(".safetensors"):
        return _from_index(path, settings)
    if path.suffix.lower() in TRACK_FILES:
        return _from_tracks(path, settings)
    return _from_video(path, settings, quiet, on_progress)


def check_source(path: Path) -> None:
    """Raises InputError for what is no file."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; give a video, an index or a track file in it")
        if not path.exists():
            raise InputError(f"no such file: {path}")
        if path.is_file() and path.stat().st_size == 0 and path.suffix.lower() not in TRACK_FILES:
            raise InputError(f"{path} is empty; give a video, an index or a track file")
    except OSError as error:
        raise InputError(f"cannot open {str(path)[:200]}: {error.strerror or error}") from error


# ------------------------------------------------------------------------------------------------------------- an index


def _from_index(path: Path, settings: ClipSettings) -> OpenClip:
    began = perf_counter()
    index = read_index(path)
    given = ("detector", "input_px", "fps", "size")
    ignored = [f"--{name.replace('_', '-')}" for name in given if getattr(settings, name) is not None]
    notes = (f"{path.name} is an index already: {' and '.join(ignored)} not used",) if ignored else ()
    video, changed = _video_of(index, (path.parent, Path.cwd()))
    return OpenClip(index, path, video, perf_counter() - began, (*notes, *changed))


def _video_of(index: ObjectIndex, folders: tuple[Path, ...]) -> tuple[Path | None, tuple[str, ...]]:
    """The video that an index was made of, where it lies beside it; and a note where it is another one now."""
    made = index.provenance
    name = made.get("source")
    if made.get("made_from") != "video" or not name:
        return None, ()
    changed: tuple[str, ...] = ()
    for folder in dict.fromkeys(folders):
        path = folder / Path(str(name)).name
        if path.is_file():
            if file_digest(path) == made.get("digest"):
                return path, ()
            changed = (f"{path} has changed since this index was made; give the video to index it again",)
    return None, changed


# ------------------------------------------------------------------------------------------------------------- tracks


def _from_tracks(path: Path, settings: ClipSettings) -> OpenClip:
    """The index of a track file, kept under the same name as `pipeline.index --from-tracks` gives it."""
    began = perf_counter()
    digest, folder = file_digest(path)[:10], home("indexes")
    if settings.fps is None and settings.size is None:
        found = sorted(folder.glob(f"{_escaped(path.stem)}-{digest}-*-tracks{SUFFIX}"))
        if len(found) != 1:
            raise InputError(f"{path}: tracks don't say their rate and picture size; add --fps F --size WxH")
        with contextlib.suppress(InputError):  # of an older version: make it again
            return OpenClip(read_index(found[0]), found[0], None, perf_counter() - began)
        found[0].unlink(missing_ok=True)
        raise InputError(f"{path}: its index is of another version; add --fps F --size WxH once more")
    if settings.fps is None or settings.size is None:
        missing = "--fps F" if settings.fps is None else "--size WxH"
        raise InputError(f"{path}: tracks don't say their rate and picture size; add {missing} too")
    size = f"{settings.size[0]}x{settings.size[1]}"
    asked = f"{settings.fps:g} {size} {settings.duration_s} {settings.class_name}".encode()
    kept = folder / f"{path.stem}-{digest}-{hashlib.sha256(asked).hexdigest()[:8]}-tracks{SUFFIX}"
    if kept.is_file():
        with contextlib.suppress(InputError):
            return OpenClip(read_index(kept), kept, None, perf_counter() - began)
    from pipeline.given_tracks import read_given_tracks

    index = read_given_tracks(
        path, fps=settings.fps, size=settings.size, duration_s=settings.duration_s, class_name=settings.class_name
    )
    write_index(index, kept)
    return OpenClip(read_index(kept), kept, None, perf_counter() - began)


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


# -------------------------------------------------------------------------------------------------------------- video


def _from_video(
    source: str | Path, settings: ClipSettings, quiet: bool, on_progress: Callable[[Reached], None] | None = None
) -> OpenClip:
    began = perf_counter()
    if settings.size is not None:
        raise InputError(f"--size is for track files ({' or '.join(TRACK_FILES)}); {source} is a video")
    note = _Note.of(source, settings) if isinstance(source, Path) and settings.max_s is None else None
    if note is not None and (found := note.index()) is not None:
        index, path = found
        return OpenClip(index, path, source, perf_counter() - began)
    from pipeline.build_index import DEFAULT_FPS, IndexSettings, build_index

    fps = DEFAULT_FPS if settings.fps is None else settings.fps
    how = IndexSettings(fps, settings.for_detector)
    built = build_index(source, None, how, quiet=quiet, max_s=settings.max_s, on_progress=on_progress)
    notes: tuple[str, ...] = ()
    if note is not None:
        if note.is_other(built.index.provenance.get("digest")):
            notes = (f"{source} has changed since it was indexed; it was indexed again",)
        note.keep(built.path, built.index.provenance.get("digest"))
    return OpenClip(built.index, built.path, source if isinstance(source, Path) else None,
                    0.0 if built.was_there else perf_counter() - began, notes)  # fmt: skip


@dataclass(frozen=True)
class _Note:
    """Remembers the index of a video file. state: of the file, the detector's file and the code, now."""

    path: Path
    state: list[Any]

    @staticmethod
    def of(video: Path, settings: ClipSettings) -> _Note | None:
        name = settings.detector or DEFAULT_DETECTOR
        places = (BUNDLED,) if name == "bundled" else (Path(name).expanduser(), home("detectors") / name)
        detector = next((p for p in places if p.is_file()), None)
        key = json.dumps([os.fsdecode(video.resolve()), name, settings.fps, settings.input_px])
        code = [Path(__file__).with_name(file) for file in _CODE]
        try:
            stats = [path.stat() for path in (video, *([detector] if detector else []), *code)]
        except OSError:
            return None
        state = [[stat.st_size, stat.st_mtime_ns] for stat in stats]
        name = hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:32]
        return _Note(home("found") / f"{name}.json", state)

    def index(self) -> tuple[ObjectIndex, Path] | None:
        """The index, if nothing has changed and it is still there."""
        kept = self._read()
        if kept.get("state") != self.state:
            return None
        try:
            path = Path(kept["index"])
            return read_index(path), path
        except (InputError, KeyError, TypeError):
            return None

    def is_other(self, digest: str | None) -> bool:
        """Was there another content under this name?"""
        before = self._read().get("digest")
        return before is not None and before != digest

    def keep(self, index: Path, digest: str | None) -> None:
        text = json.dumps({"state": self.state, "index": str(index.resolve()), "digest": digest})
        with contextlib.suppress(InputError):  # a full disk costs the note, not the answer
            write_aside(self.path, lambda aside: aside.write_text(text))

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}


def say(text: str, *, quiet: bool = False) -> None:
    """One line for the user on standard error."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)
