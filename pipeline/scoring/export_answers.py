"""Answers in the files that others score: Video-MME, VLMEvalKit, NExT-GQA, QVHighlights, EC-Bench.

videomme      the set's own JSON with `response` filled in (eval_your_results.py)
vlmevalkit    the set's own table with a column `prediction`
nextgqa       {"video_qid": [start, end]}, and beside it FILE-res.json {"video_qid": {prediction, answer}}
qvhighlights  JSON lines {qid, query, vid, pred_relevant_windows: [[start, end, score], …]}
ecbench       the set's own table with columns `longtake_A` (answer) and `longtake_clips` (evidence)
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.object_index import write_aside
from pipeline.scoring.evaluate_run import Result
from pipeline.scoring.question_sets import QuestionSet

Answers = Mapping[str, Result]


def export_answers(form: str, file: Path, found: QuestionSet, results: Sequence[Result]) -> None:
    """Write the answers to `file`, whole or not at all. A question without an answer gets an empty one."""
    check_export(form, file, found)
    answers = {one["id"]: one for one in results if "error" not in one}
    for path, text in EXPORTS[form](file, found, answers).items():
        write_aside(path, lambda aside, text=text: aside.write_text(text, "utf-8", newline=""))


def check_export(form: str, file: Path, found: QuestionSet) -> None:
    """Raises InputError for what can't be exported, before any work is done."""
    if form not in EXPORTS:
        raise InputError(f'no export "{form}"; known are {", ".join(EXPORTS)}')
    needs = {"nextgqa": "nextqa"}.get(form, form)
    if found.format != needs:
        raise InputError(f"--export {form} is for question sets of format {needs}; {found.path} is {found.format}")
    if file.resolve() == found.path.resolve():
        raise InputError(f"--export {form} would write over the questions; give another file than {file}")


def _videomme(file: Path, found: QuestionSet, answers: Answers) -> dict[Path, str]:
    records = json.loads(found.path.read_text("utf-8-sig"))
    for video in records:
        for scorer, ours in (("duration_category", "duration"), ("video_category", "domain"),
                             ("video_subcategory", "sub_category"),
                             ("video_subcategory", "video_sub_category")):  # fmt: skip
            if scorer not in video and ours in video:
                video[scorer] = video[ours]
        for one in video.get("questions", [video]):
            one["response"] = answers.get(str(one["question_id"]), {}).get("response", "")
        video["missing"] = not any(str(q["question_id"]) in answers for q in video.get("questions", [video]))
    return {file: json.dumps(records, ensure_ascii=False, indent=1) + "\n"}


def _with_columns(found: QuestionSet, delimiter: str, add: Callable[[dict[str, str]], dict[str, str]]) -> str:
    """The set's own table with columns added."""
    text = found.path.read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    added = [row | add(row) for row in rows]
    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in added for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(added)
    return out.getvalue()


def _vlmevalkit(file: Path, found: QuestionSet, answers: Answers) -> dict[Path, str]:
    def add(row: dict[str, str]) -> dict[str, str]:
        return {"prediction": answers.get(row["index"].strip(), {}).get("response", "")}

    return {file: _with_columns(found, _delimiter(found), add)}


def _nextgqa(file: Path, found: QuestionSet, answers: Answers) -> dict[Path, str]:
    """Every question has a span, as the scorer leaves out those without one silently; [0, 0] where nothing is shown."""
    spans, chosen = {}, {}
    for one in found.questions:
        answer = answers.get(one.id, {})
        windows = _windows(answer)
        key = one.ids["vid_qid"]
        spans[key] = [windows[0][0], windows[-1][1]] if windows else [0.0, 0.0]
        picked = answer.get("chosen")
        chosen[key] = {"prediction": -1 if picked is None else picked, "answer": one.value}
    beside = file.with_name(f"{file.stem}-res.json")
    return {file: json.dumps(spans) + "\n", beside: json.dumps(chosen) + "\n"}


def _qvhighlights(file: Path, found: QuestionSet, answers: Answers) -> dict[Path, str]:
    lines = []
    for one in found.questions:
        answer = answers.get(one.id, {})
        windows = [[start, end, answer.get("confidence", 0.0)] for start, end in _windows(answer)]
        lines.append(json.dumps({**one.ids, "pred_relevant_windows": windows}, ensure_ascii=False))
    return {file: "\n".join(lines) + "\n"}


def _ecbench(file: Path, found: QuestionSet, answers: Answers) -> dict[Path, str]:
    def add(row: dict[str, str]) -> dict[str, str]:
        answer = answers.get(" ".join(row["question_id"].split()), {})
        clips = ", ".join(f"[{_clock(start)},{_clock(end)}]" for start, end in _windows(answer))
        return {"longtake_A": _said(answer), "longtake_clips": clips}

    return {file: _with_columns(found, _delimiter(found), add)}


def _said(answer: Mapping[str, Any]) -> str:
    value = answer.get("value")
    if not answer or answer.get("refused"):
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _windows(answer: Mapping[str, Any]) -> list[list[float]]:
    """The evidence as disjoint [start, end], in time order."""
    out: list[list[float]] = []
    for one in sorted(answer.get("evidence", []), key=lambda e: e["start_s"]):
        if out and one["start_s"] <= out[-1][1]:
            out[-1][1] = max(out[-1][1], one["end_s"])
        else:
            out.append([one["start_s"], one["end_s"]])
    return out


def _clock(t_s: float) -> str:
    whole = round(t_s)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _delimiter(found: QuestionSet) -> str:
    header = found.path.read_text("utf-8-sig").lstrip("\n\r").splitlines()[0]
    return max("\t,;", key=header.count)


EXPORTS: dict[str, Callable[[Path, QuestionSet, Answers], dict[Path, str]]] = {
    "videomme": _videomme,
    "vlmevalkit": _vlmevalkit,
    "nextgqa": _nextgqa,
    "qvhighlights": _qvhighlights,
    "ecbench": _ecbench,
}
