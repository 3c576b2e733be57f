"""Read a question set in any format that people have: `read_set`. What is wrong is found before any work is done.

A format is told by the keys of the first record, or named. Every problem names file, line and what is wrong.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import InputError
from pipeline.scoring.set_json import (
    read_lmms,
    read_lvbench,
    read_mlvu,
    read_mvbench,
    read_qvhighlights,
    read_star,
    read_videomme,
)
from pipeline.scoring.set_own import read_own
from pipeline.scoring.set_question import SetError, SetQuestion, short
from pipeline.scoring.set_tables import read_ecbench, read_nextqa, read_vlmevalkit

Record = Mapping[str, Any]
MOST_SHOWN = 8


@dataclass(frozen=True)
class SetFormat:
    """marks: keys that tell it, each a key or a tuple of which one is enough. shape: json covers arrays and lines."""

    title: str
    shape: Literal["json", "table"]
    marks: tuple[str | tuple[str, ...], ...]
    read: Callable[..., list[SetQuestion]]

    def missing(self, keys: set[str]) -> list[str]:
        """Marks that are not among the keys, as words."""
        groups = [(mark,) if isinstance(mark, str) else mark for mark in self.marks]
        return [" or ".join(f'"{k}"' for k in group) for group in groups if not keys & set(group)]


FORMATS: dict[str, SetFormat] = {
    "longtake": SetFormat("our rows", "json", ("id", "video", "question", "kind"), read_own),
    "videomme": SetFormat("Video-MME", "json", (("questions", "question_id"), ("video_id", "videoID"),
                                                ("questions", "options", "choices")), read_videomme),
    "lvbench": SetFormat("LVBench", "json", (("qa", "video_path"), ("key", "question")), read_lvbench),
    "mlvu": SetFormat("MLVU", "json", (("video", "video_name"), "question", ("question_type", "task_type"),
                                       "answer"), read_mlvu),
    "mvbench": SetFormat("MVBench", "json", ("video", "question", "candidates", "answer"), read_mvbench),
    "star": SetFormat("STAR", "json", ("question_id", "video_id", "question", "choices", "start"), read_star),
    "qvhighlights": SetFormat("QVHighlights", "json", ("qid", "query", "vid"), read_qvhighlights),
    "lmms-eval": SetFormat("samples of lmms-eval", "json", ("doc_id", "target", "input"), read_lmms),
    "vlmevalkit": SetFormat("VLMEvalKit", "table", ("index", "video", "question", ("candidates", "A")),
                            read_vlmevalkit),
    "nextqa": SetFormat("NExT-QA", "table", (("video", "video_id"), "question", "qid", "type",
                                             *(f"a{k}" for k in range(5))), read_nextqa),
    "ecbench": SetFormat("EC-Bench", "table", ("video_id", "question_id", "task_type", "question", "answer"),
                         read_ecbench),
}  # fmt: skip
_SNIFF = ("longtake", "lmms-eval", "star", "qvhighlights", "videomme", "lvbench", "mlvu", "mvbench",
          "nextqa", "ecbench", "vlmevalkit")  # fmt: skip
"""The most particular first."""


@dataclass(frozen=True)
class QuestionSet:
    """path: of its file. digest: SHA-256 of its bytes. problems: what is wrong, a line each."""

    path: Path
    format: str
    questions: tuple[SetQuestion, ...]
    digest: str
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name.split(".")[0]

    def refuse_problems(self) -> None:
        """Raises InputError if anything is wrong with it."""
        if self.problems:
            more = len(self.problems) - 1
            also = f" (and {more} more; --check shows them)" if more else ""
            raise InputError(f"{self.problems[0]}{also}")


def read_set(path: Path, format: str | None = None) -> QuestionSet:
    """Read a question set. Raises InputError for one that is no question set at all; the rest are its `problems`."""
    if format is not None and format not in FORMATS:
        raise InputError(f'no format "{format}"; known are {", ".join(FORMATS)}')
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the questions {path}: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file in UTF-8 ({error}); save it as UTF-8") from error
    if not text.strip():
        raise InputError(f"{path} is empty; give a question set ({', '.join(FORMATS)})")
    table = text.lstrip()[0] not in "[{"
    records = _table(path, text) if table else _json(text)
    out: list[SetQuestion] = []
    problems: list[str] = []
    known, first = format, True
    for number, (line, record) in enumerate(records, 1):
        if isinstance(record, SetError):
            problems.append(f"{path}, line {line}: {record}")
            continue
        if first:
            known = known or _sniffed(path, record, table)
            _check_columns(path, known, record, table, line)
            first = False
        try:
            out += _read_one(FORMATS[known], record, line, path, number)
        except SetError as error:
            problems.append(f"{path}, line {line}: {error}")
    if known is None:
        raise InputError(problems[0] if problems else f"{path} holds no question")
    problems += _duplicates(path, out)
    if not out and not problems:
        problems.append(f"{path} holds no question")
    return QuestionSet(path, known, tuple(out), hashlib.sha256(data).hexdigest(), tuple(problems))


def _read_one(form: SetFormat, record: Any, line: int, path: Path, number: int) -> list[SetQuestion]:
    """place: "name#number", for sets that give no ids of their own."""
    if not isinstance(record, dict):
        raise SetError(f"it must be an object with the keys of {form.title}, it is {short(record)}")
    place = f"{path.name.split('.')[0]}#{number:04d}"
    if form.read is read_nextqa:
        return read_nextqa(record, line, place, path.parent)
    return form.read(record, line, place)


def _sniffed(path: Path, record: Any, table: bool) -> str:
    keys = set(record) if isinstance(record, dict) else set()
    for name in _SNIFF:
        if (FORMATS[name].shape == "table") == table and not FORMATS[name].missing(keys):
            return name
    shown = ", ".join(sorted(map(str, keys))[:12]) or short(record)
    raise InputError(
        f"{path} is of no known format (it has: {shown}); known are {', '.join(FORMATS)}: name one with --format to "
        "see what it lacks"
    )


def _check_columns(path: Path, name: str, record: Any, table: bool, line: int) -> None:
    form = FORMATS[name]
    if (form.shape == "table") != table:
        has = "a table" if table else "JSON"
        raise InputError(f"{path} is {has}, and {form.title} is {'a table' if form.shape == 'table' else 'JSON'}")
    if isinstance(record, dict) and (missing := form.missing(set(record))):
        what = "column" if table else "key"
        raise InputError(f"{path}, line {line}: {form.title} needs the {what} {', '.join(missing)}; it is missing")


def _duplicates(path: Path, questions: list[SetQuestion]) -> Iterator[str]:
    first: dict[str, int] = {}
    for one in questions:
        if one.id in first:
            yield f"{path}, line {one.line}: the id {short(one.id)} is used already in line {first[one.id]}"
        first.setdefault(one.id, one.line)


# --------------------------------------------------------------------------------------------------- records of a file


def _json(text: str) -> Iterator[tuple[int, Any]]:
    """(line, record) of a JSON array or of JSON lines; a SetError for what can't be read."""
    start = len(text) - len(text.lstrip())
    if text[start] == "{":
        try:
            whole = json.loads(text)
        except ValueError:
            whole = None
        if isinstance(whole, dict) and text.strip().count("\n"):
            yield text[:start].count("\n") + 1, whole
            return
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    yield number, SetError(f"no JSON: {_said(error)}")
        return
    yield from _array(text, start + 1)


def _array(text: str, at: int) -> Iterator[tuple[int, Any]]:
    """The records of an array one by one, so that each has its line."""
    decoder, line, counted = json.JSONDecoder(), 1, 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text):
            yield line, SetError("the list does not end; the file is cut off")
            return
        if text[at] == "]":
            return
        try:
            record, end = decoder.raw_decode(text, at)
        except ValueError as error:
            yield getattr(error, "lineno", line), SetError(f"no JSON: {_said(error)}")
            return
        yield line, record
        at = end


def _said(error: ValueError) -> str:
    return f"{getattr(error, 'msg', error)} at column {getattr(error, 'colno', '?')}"


def _table(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """(line, record) of a CSV or TSV with a header."""
    csv.field_size_limit(10_000_000)
    header = text.lstrip("\n\r").splitlines()[0]
    delimiter = max("\t,;", key=header.count)
    if delimiter not in header:
        raise InputError(f"{path} is neither JSON nor a table with a header; known are {', '.join(FORMATS)}")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] | None = None
    last = 0
    try:
        for cells in reader:
            line, last = last + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip() for cell in cells]
                twice = [name for name, n in Counter(names).items() if n > 1 and name]
                if twice:
                    raise InputError(f"{path}, line {line}: the column {short(twice[0])} is there twice")
            elif len(cells) != len(names):
                yield line, SetError(f"{len(cells)} columns, but the header has {len(names)}")
            else:
                yield line, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        yield last + 1, SetError(f"no table row: {error}")
