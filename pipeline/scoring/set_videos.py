"""Find the videos that a question set names beneath a folder, and see at once whether each can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from pipeline.errors import InputError
from pipeline.object_index import SUFFIX, read_index
from pipeline.open_clip import TRACK_FILES, ClipSettings
from pipeline.scoring.question_sets import QuestionSet
from pipeline.scoring.set_question import SetQuestion, short

VIDEO_FILES = (".mp4", ".mkv", ".webm", ".avi", ".mov", ".m4v", ".ts", ".mpg", ".mpeg", ".flv", ".wmv", ".gif")
MOST_FILES = 2_000_000


@dataclass(frozen=True)
class Video:
    """name: of the question set. fps, size: of tracks; None for a video or an index."""

    name: str
    path: Path
    fps: float | None = None
    size: tuple[int, int] | None = None

    @property
    def is_tracks(self) -> bool:
        return self.path.suffix.lower() in TRACK_FILES


def find_videos(
    found: QuestionSet, root: Path, settings: ClipSettings, questions: Sequence[SetQuestion] | None = None
) -> tuple[dict[str, Video], list[str]]:
    """Video by its name in the set, and what is wrong, a line each. A name may lack folder and ending.

    The file of exactly that name comes first, then videos of that stem, then indexes, then tracks.
    """
    if not root.is_dir():
        raise InputError(f"--root {root} is no folder; give the one that the videos lie in")
    files: _Files | None = None
    out: dict[str, Video] = {}
    problems: list[str] = []
    seen: set[str] = set()
    for one in found.questions if questions is None else questions:
        if one.video in seen:
            if one.video in out and _other(out[one.video], one, settings):
                problems.append(f"{found.path}, line {one.line}: another fps or size for {one.video} than before")
            continue
        seen.add(one.video)
        path = _exact(one.video, root)
        if path is None:
            files = files or _Files(root)
            paths = files.of(one.video)
            if len(paths) > 1:
                both = " and ".join(str(p.relative_to(root)) for p in paths[:2])
                problems.append(
                    f"{found.path}, line {one.line}: the video {short(one.video)} may be {both}; write its path"
                )
                continue
            path = paths[0] if paths else None
        if path is None:
            problems.append(f"{found.path}, line {one.line}: no video {short(one.video)} in {root} (--root)")
            continue
        tracks = path.suffix.lower() in TRACK_FILES
        video = Video(one.video, path, *(_rate(one, settings) if tracks else (None, None)))
        wrong = _wrong(video)
        if wrong:
            problems.append(f"{found.path}, line {one.line}: {wrong}")
        else:
            out[one.video] = video
    return out, problems


def _exact(name: str, root: Path) -> Path | None:
    """The file of exactly this name; also of one that was written on Windows."""
    for written in (name, PureWindowsPath(name).as_posix()):
        try:
            path = root / written
            if path.is_file():
                return path
        except (OSError, ValueError):
            continue
    return None


class _Files:
    """What lies beneath a folder, by stem; looked through once."""

    def __init__(self, root: Path):
        self.root = root
        self.by_stem: dict[str, list[Path]] = {}
        for number, path in enumerate(root.rglob("*")):
            if number > MOST_FILES:
                raise InputError(f"--root {root} holds more than {MOST_FILES:,} files; give the videos' own folder")
            if _rank(path) is not None:
                self.by_stem.setdefault(_stem(path.name), []).append(path)

    def of(self, name: str) -> list[Path]:
        """Files that a name may mean, of the first kind that there is; those whose folders agree come alone."""
        written = PureWindowsPath(name).as_posix().removeprefix("./")
        paths = self.by_stem.get(written.rpartition("/")[2], []) or self.by_stem.get(_stem(written), [])
        folder = written.rpartition("/")[0]
        alike = [p for p in paths if folder and f"/{p.parent.relative_to(self.root).as_posix()}".endswith(f"/{folder}")]
        paths = alike or paths
        best = min((_rank(p) for p in paths), default=None)
        return sorted(p for p in paths if _rank(p) == best)


def _rank(path: Path) -> int | None:
    if path.suffix.lower() in VIDEO_FILES:
        return 0
    if path.name.endswith(SUFFIX):
        return 1
    return 2 if path.suffix.lower() in TRACK_FILES else None


def _stem(name: str) -> str:
    name = name.rpartition("/")[2]
    for ending in (SUFFIX, *VIDEO_FILES, *TRACK_FILES):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def _rate(one: SetQuestion, settings: ClipSettings) -> tuple[float | None, tuple[int, int] | None]:
    return one.fps or settings.fps, one.size or settings.size


def _other(video: Video, one: SetQuestion, settings: ClipSettings) -> bool:
    return video.is_tracks and (video.fps, video.size) != _rate(one, settings)


def _wrong(video: Video) -> str | None:
    """Why a video can't be opened, as far as can be told at once."""
    path = video.path
    if video.is_tracks and (video.fps is None or video.size is None):
        lacks = " and ".join(name for name, v in (('"fps"', video.fps), ('"size"', video.size)) if v is None)
        return f"{path.name} holds tracks, and the row lacks {lacks} (or give --fps and --size)"
    try:
        if path.stat().st_size == 0 and not video.is_tracks:
            return f"{path} is empty"
        with path.open("rb") as file:
            file.read(1)
        if path.name.endswith(".safetensors"):
            read_index(path)
    except OSError as error:
        return f"cannot read {path}: {error.strerror or error}"
    except InputError as error:
        return str(error)
    return None
