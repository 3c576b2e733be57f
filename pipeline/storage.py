"""Where Longtake keeps what it makes, and what a file's content is called.

`LONGTAKE_HOME` moves everything; else the platform's cache folder. Every file in it can be made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from pipeline.errors import InputError


def home(*parts: str) -> Path:
    """A folder of Longtake's own, made if need be: `indexes`, `detectors`, `work` …  Raises InputError."""
    root = Path(os.environ["LONGTAKE_HOME"]) if os.environ.get("LONGTAKE_HOME") else user_cache_path("longtake")
    folder = root.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder} ({error}); set LONGTAKE_HOME to another one") from error
    return folder


@contextlib.contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Around writing the working files of a run: a full disk becomes an InputError that says that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot write in {folder}: {error}; free some space there, then the same command goes on"
        ) from error


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal.

    Remembered by path, size and time of change, so that a file of many gigabytes is read only once.
    """
    try:
        stat = path.stat()
        facts = f"|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ino}".encode()
        key = hashlib.sha256(os.fsencode(path.resolve()) + facts).hexdigest()
        note = home("digests") / f"{key}.json"
        if note.is_file():
            try:
                return json.loads(note.read_text())["sha256"]
            except (ValueError, KeyError):  # torn by a crash: read the file again
                pass
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error}") from error
    aside = note.with_suffix(f".{os.getpid()}")
    try:
        aside.write_text(json.dumps({"sha256": digest}))
        aside.replace(note)
    except OSError:  # a full disk costs us the note, not the answer
        aside.unlink(missing_ok=True)
    return digest


def directory_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the files of a folder (an OpenVINO model, for instance)."""
    total = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{file.relative_to(folder).as_posix()} {file_digest(file)}\n".encode())
    return total.hexdigest()
