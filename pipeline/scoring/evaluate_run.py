"""The core of a run that can be cut up and interrupted, free of any engine: what is to do, what is done, what failed.

Work is one video with its questions. Every result is a line of JSON with a key: a digest of the question, the video's
content and the settings. What has its key in the results is done. So a run goes on where it stopped, and shards, made
anywhere in any order, are put together by their keys.

    run = Run.open(out, work, settings)     # reads what is there, mends a torn last line
    run.answer(do)                          # do(work) yields results; a line is written as soon as it is there
    run.finish()                            # the lines in the order of the set, whole or not at all
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from pipeline.errors import InputError
from pipeline.object_index import write_aside
from pipeline.storage import home

FORMAT = "longtake-results-1"
Result = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """One question to answer. id: of its set. key: of its result. payload: what the answering needs."""

    id: str
    key: str
    payload: Any = field(compare=False, repr=False)


@dataclass(frozen=True)
class Work:
    """One video with its tasks: done together, on one machine. done: keys of those that are answered already.

    They stay with the others, as texts that are read together are read to the last digit the same only together.
    """

    video: str
    tasks: tuple[Task, ...]
    done: frozenset[str] = frozenset()

    @property
    def left(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.key not in self.done)


def task_key(*parts: Any) -> str:
    """The same for the same question, video content and settings, on any machine."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=list).encode()).hexdigest()[:24]


def shard_of(videos: Sequence[T], shard: tuple[int, int]) -> list[T]:
    """Part `i` of `n` (from 1): every n-th video with all its questions, so that none is indexed twice."""
    i, n = shard
    return [one for number, one in enumerate(videos) if number % n == i - 1]


def shard_path(out: Path, shard: tuple[int, int]) -> Path:
    """Where a shard's results lie."""
    return out.with_name(f"{out.stem}.shard-{shard[0]}-of-{shard[1]}{out.suffix}")


def manifest_path(out: Path) -> Path:
    return out.with_name(f"{out.name}.manifest.json")


# -------------------------------------------------------------------------------------------------------------- results


def read_results(path: Path) -> list[Result]:
    """Every line, without a torn last one. Raises InputError for a line that is no result."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the results {path}: {error.strerror or error}") from error
    whole, _, torn = data.rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    if torn and _parsed(torn) is not None:
        lines.append(torn)
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        result = _parsed(line)
        if result is None:
            raise InputError(f"{path}, line {number} is no result of pipeline.evaluate; delete it to have it made anew")
        out.append(result)
    return out


def _parsed(line: bytes) -> Result | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("key"), str) and "id" in found else None


def latest(results: Iterable[Result]) -> dict[str, Result]:
    """By key; a later line replaces an earlier one, but no failure replaces an answer."""
    out: dict[str, Result] = {}
    for one in results:
        before = out.get(one["key"])
        if before is None or "error" in before or "error" not in one:
            out[one["key"]] = one
    return out


def mend(path: Path) -> bool:
    """Cut off a torn last line, or end one that is only lacking its end. True if something was cut off."""
    with path.open("r+b") as file:
        data = file.read()
        if not data or data.endswith(b"\n"):
            return False
        start = data.rfind(b"\n") + 1
        if _parsed(data[start:]) is not None:
            file.write(b"\n")
            return False
        file.truncate(start)
        return True


# ------------------------------------------------------------------------------------------------------------------ run


@dataclass
class Run:
    """One results file while it is written. done: by key. mended: was the last line torn."""

    out: Path
    work: list[Work]
    settings: Mapping[str, Any]
    done: dict[str, Result]
    mended: bool
    _lock: FileLock

    @staticmethod
    def open(out: Path, work: Sequence[Work], settings: Mapping[str, Any], *, resume: bool = True) -> Run:
        """Take hold of the results file. Raises InputError if another run has it or it was made otherwise."""
        lock = FileLock(home("locks") / f"{hashlib.sha256(os.fsencode(out.resolve())).hexdigest()[:24]}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError(f"another run is writing {out}; wait for it, or give another --out") from error
        try:
            mended, done = False, {}
            if out.is_dir():
                raise InputError(f"{out} is a folder; give a file to write the results to")
            if resume and out.is_file() and out.stat().st_size:
                check_settings(out, settings)
                mended = mend(out)
                done = latest(read_results(out))
            else:
                write_aside(out, lambda aside: aside.write_text(""))
            manifest = {"format": FORMAT, "settings": dict(settings)}
            text = json.dumps(manifest, indent=1, ensure_ascii=False)
            write_aside(manifest_path(out), lambda aside: aside.write_text(text, "utf-8"))
            return Run(out, list(work), settings, done, mended, lock)
        except OSError as error:
            lock.release()
            raise InputError(f"cannot write {out}: {error.strerror or error}; choose another --out") from error
        except BaseException:
            lock.release()
            raise

    def left(self) -> list[Work]:
        """What is still to do; failures are tried again."""
        out = []
        for one in self.work:
            done = frozenset(t.key for t in one.tasks if t.key in self.done and "error" not in self.done[t.key])
            if len(done) < len(one.tasks):
                out.append(Work(one.video, one.tasks, done))
        return out

    def answer(
        self,
        do: Callable[[Work], Iterator[Result]],
        *,
        on_result: Callable[[Result], None] = lambda result: None,
    ) -> int:
        """Do what is left. Returns how many tasks failed; the reasons are in their results."""
        failed = 0
        try:
            with self.out.open("ab") as file:
                for one in self.left():
                    for result in results_of(one, do):
                        line = json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n"
                        file.write(line.encode())
                        file.flush()
                        self.done[result["key"]] = result
                        failed += "error" in result
                        on_result(result)
                    os.fsync(file.fileno())
        except OSError as error:
            why = error.strerror or error
            raise InputError(
                f"cannot write {self.out}: {why}; what is written is kept, and the same command goes on"
            ) from error
        return failed

    def finish(self) -> list[Result]:
        """Write the results in the order of the set, one line each. Results of other questions are kept behind them."""
        wanted = [task for one in self.work for task in one.tasks]
        ids, keys = {task.id for task in wanted}, {task.key for task in wanted}
        ours = [self.done[task.key] for task in wanted if task.key in self.done]
        others = [one for key, one in self.done.items() if key not in keys and one["id"] not in ids]
        write_results(self.out, [*ours, *others])
        return ours

    def close(self) -> None:
        self._lock.release()


def results_of(work: Work, do: Callable[[Work], Iterator[Result]]) -> Iterator[Result]:
    """The results of a video; whatever is missing when it fails becomes failures with the reason. Any engine's task."""
    left = {task.key: task for task in work.left}
    try:
        results = iter(do(work))
        while True:
            try:
                result = next(results)
            except StopIteration:
                reason = "no answer was made"
                break
            left.pop(result["key"], None)
            yield result
    except InputError as error:
        reason = str(error)
    except Exception as error:  # one video, whatever is wrong with it, must not stop the rest
        reason = f"{type(error).__name__}: {error}"
    for task in left.values():
        yield {"key": task.key, "id": task.id, "video": work.video, "error": " ".join(reason.split())}


def write_results(out: Path, results: Sequence[Result]) -> None:
    """All lines at once, whole or not at all."""
    text = "".join(json.dumps(one, ensure_ascii=False, allow_nan=False) + "\n" for one in results)
    write_aside(out, lambda aside: aside.write_bytes(text.encode()))


def read_settings(out: Path) -> dict[str, Any]:
    """The settings that results were made with; empty if their manifest is gone."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(manifest_path(out).read_text("utf-8"))
        if found["format"] == FORMAT:
            return dict(found["settings"])
    return {}


def check_settings(out: Path, settings: Mapping[str, Any]) -> None:
    """Raises InputError if results were made with other settings."""
    before = read_settings(out)
    plain = json.loads(json.dumps(dict(settings), default=list))
    other = [name for name in before if name in plain and before[name] != plain[name]]
    if other:
        was = ", ".join(f"{name} was {before[name]}, is {plain[name]}" for name in other)
        raise InputError(
            f"{out} was made with other settings ({was}); give another --out, or --no-resume to start anew"
        )


def merge(out: Path, work: Sequence[Work], settings: Mapping[str, Any]) -> list[Result]:
    """Put the shards that lie beside `out` together. Raises InputError if one was made otherwise or lacks parts."""
    paths = sorted(out.parent.glob(f"{_escaped(out.stem)}.shard-*-of-*{out.suffix}"))
    if not paths:
        raise InputError(f"no shards of {out} beside it; --shard 1/2 --out {out} writes {shard_path(out, (1, 2)).name}")
    found: list[Result] = []
    for path in paths:
        check_settings(path, settings)
        found += read_results(path)
    there = {one["key"] for one in found}
    if missing := [task.id for one in work for task in one.tasks if task.key not in there]:
        named = ", ".join(path.name for path in paths)
        raise InputError(
            f"{len(missing)} questions are in no shard ({named}), the first is {missing[0]}; run the shards that are "
            "missing, then merge again"
        )
    run = Run.open(out, work, settings, resume=False)
    try:
        run.done = latest(found)
        return run.finish()
    finally:
        run.close()


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
