"""Question sets that are tables: VLMEvalKit's TSV, NExT-QA's CSV (with NExT-GQA's moments beside it), EC-Bench's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.time_amounts import WORDS
from pipeline.scoring.set_json import choice
from pipeline.scoring.set_options import clean_options
from pipeline.scoring.set_question import SetError, SetQuestion, intervals, words

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})[:;](\d{2})")


def read_vlmevalkit(record: Mapping[str, Any], line: int, place: str) -> list[SetQuestion]:
    """One row; options in the column `candidates` (a list, as Python writes it) or in columns A, B, C, D …"""
    if record.get("candidates"):
        options = clean_options(record["candidates"])
    else:
        options = clean_options([record[c] for c in "ABCDEFGH" if record.get(c) not in (None, "")])
    family = str(record.get("task_type") or record.get("category") or "choice")
    return [
        choice(record, line, id=words(record, "index"), video=words(record, "video_path", "video"),
               text=words(record, "question"), options=options, answer=record.get("answer"), family=family,
               ids={"duration": record.get("duration")})
    ]  # fmt: skip


def read_nextqa(record: Mapping[str, Any], line: int, place: str, beside: Path | None = None) -> list[SetQuestion]:
    """One row; `answer` is the option's number (NExT-QA) or its text (NExT-GQA)."""
    name = place.rpartition("#")[0]
    options = clean_options([words(record, f"a{k}") for k in range(5)])
    video, qid = words(record, "video_id", "video"), words(record, "qid")
    answer = record.get("answer")
    spans = _moments(beside / f"gsub_{name}.json") if beside is not None else {}
    found = spans.get(video, {}).get("location", {}).get(qid)
    if isinstance(answer, str) and answer.strip().isdecimal():
        answer = int(answer)
    asked = f"{video}_{qid}"
    return [
        choice(record, line, id=asked, video=video, text=words(record, "question"), options=options, answer=answer,
               family=words(record, "type"), ids={"vid_qid": asked},
               evidence=None if found is None else intervals(found, f"{asked} in gsub_{name}.json"))
    ]  # fmt: skip


@lru_cache(4)
def _moments(path: Path) -> dict[str, Any]:
    """NExT-GQA's moments, if the file lies beside the questions."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SetError(f"{path.name} beside it cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}


def read_ecbench(record: Mapping[str, Any], line: int, place: str) -> list[SetQuestion]:
    """One row; Counting is scored, Enumeration is free text that others judge."""
    task = words(record, "task_type")
    answer = " ".join(str(record.get("answer") or "").split())
    common: dict[str, Any] = {
        "id": words(record, "question_id"), "video": words(record, "video_id"), "text": words(record, "question"),
        "line": line, "family": task, "evidence": _clips(str(record.get("clips") or "")),
        "ids": {"type": record.get("question_type")},
    }  # fmt: skip
    if task.lower() != "counting":
        return [SetQuestion(kind="open", value=answer or None, **common)]
    value = int(answer) if answer.isdecimal() else WORDS.get(answer.lower())
    numbers = re.findall(r"\d+", answer)
    if value is None and len(numbers) == 1:
        value = int(numbers[0])
    if value is None and answer:
        return [SetQuestion(kind="open", value=answer, **common)]  # "10 to 12": for people to judge
    return [SetQuestion(kind="number", value=value, **common)]


def _clips(text: str) -> list[dict[str, float]] | None:
    """ "[0:03:19,0:03:23], [0:44:58,0:44:59]", read as EC-Bench's scorer does: by pairs, wherever brackets stand."""
    found = [3600 * int(h) + 60 * int(m) + int(s) for h, m, s in _CLOCK.findall(text)]
    pairs = [(a, b) for a, b in zip(found[::2], found[1::2], strict=False) if a <= b]
    return intervals(pairs, '"clips"') if pairs else None
