"""Question sets that are JSON: Video-MME, LVBench, MVBench, MLVU, STAR, QVHighlights, and samples that lmms-eval logs.

Field names are those of the sets' own files and scorers: Video-MME's `output_test_template.json` and its README (which
spell some keys differently) and the flat rows of its table; `video_info.meta.jsonl` of LVBench; MVBench's and MLVU's
files of one task each; `STAR_val.json`; `highlight_*_release.jsonl` of QVHighlights; `*_samples_*.jsonl` of lmms-eval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.scoring.set_options import answer_index, clean_options, split_question
from pipeline.scoring.set_question import SetError, SetQuestion, intervals, needed, short, words

Record = Mapping[str, Any]


def choice(record: Record, line: int, *, id: str, video: str, text: str, options: tuple[str, ...], answer: Any,
           family: str, **more: Any) -> SetQuestion:  # fmt: skip
    """A question with options; an empty answer is one that the set keeps to itself."""
    value = None if answer is None or answer == "" else answer_index(answer, options)
    return SetQuestion(id, video, text, line, family, "choice", value, options=options, **more)


def read_videomme(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One video with its questions; or one row of the flat table."""
    if "questions" not in record:
        return [_videomme_one(record, record, line)]
    questions = record["questions"]
    if not isinstance(questions, list) or not questions:
        raise SetError(f'"questions" must be a list of questions, it is {short(questions)}')
    out = []
    for number, one in enumerate(questions, 1):
        try:
            if not isinstance(one, dict):
                raise SetError(f"it must be an object, it is {short(one)}")
            out.append(_videomme_one(record, one, line))
        except SetError as error:
            raise SetError(f"question {number} of the video: {error}") from error
    return out


def _videomme_one(video: Record, one: Record, line: int) -> SetQuestion:
    return choice(
        one, line, id=words(one, "question_id"), video=words(video, "videoID", "video", "video_id", "url"),
        text=words(one, "question"), options=clean_options(needed(one, "options", "choices")),
        answer=one.get("answer"), family=str(one.get("task_type") or one.get("task_category") or "choice"),
        ids={"duration": video.get("duration_category") or video.get("duration")},
    )  # fmt: skip


def read_lvbench(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One video with its questions, whose options stand in the question; or one flat row with options of its own."""
    if "qa" not in record:
        text, options = split_question(str(needed(record, "question")))
        options = clean_options(record["options"]) if record.get("options") else options
        kinds = record.get("question_type") or "choice"
        asked = str(record.get("uid") or record.get("question_id") or record.get("index") or place)
        return [
            choice(record, line, id=asked, video=words(record, "video_path", "video", "key"),
                   text=" ".join(text.split()), options=options, answer=record.get("answer"), family=_family(kinds))
        ]  # fmt: skip
    video, out = words(record, "key"), []
    if not isinstance(record["qa"], list):
        raise SetError(f'"qa" must be a list of questions, it is {short(record["qa"])}')
    for number, one in enumerate(record["qa"], 1):
        try:
            text, options = split_question(str(needed(one, "question")))
            if not options:
                raise SetError('no options "(A) …" below the question')
            asked = f"{video}/{words(one, 'uid')}" if one.get("uid") not in (None, "") else f"{video}#{number}"
            out.append(
                choice(one, line, id=asked, video=video, text=" ".join(text.split()), options=options,
                       answer=one.get("answer"), family=_family(one.get("question_type") or "choice"))
            )  # fmt: skip
        except (SetError, AttributeError, TypeError) as error:
            raise SetError(f"question {number} of the video: {error}") from error
    return out


def _family(kinds: Any) -> str:
    return ", ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds)


def read_mvbench(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One question; the file's name is the task. start, end: seconds of the video that it is about."""
    options = clean_options(needed(record, "candidates", "options"))
    family = str(record.get("task_type") or place.rpartition("#")[0])
    return [
        choice(record, line, id=str(record.get("question_id") or place), video=words(record, "video"),
               text=words(record, "question"), options=options, answer=record.get("answer"), family=family,
               span=_span(record))
    ]  # fmt: skip


def _span(record: Record) -> tuple[float, float] | None:
    if record.get("start") in (None, "") or record.get("end") in (None, ""):
        return None
    one = intervals([(record["start"], record["end"])], '"start" and "end"')[0]
    return one["start_s"], one["end_s"]


def read_mlvu(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One question, with candidates or (summaries, sub-scenes) in free words."""
    family = words(record, "question_type", "task_type")
    asked = str(record.get("question_id") or place)
    video, text = words(record, "video", "video_name"), words(record, "question")
    if not record.get("candidates") and not record.get("options"):
        text, options = split_question(str(record["question"]))
        text = " ".join(text.split())
        if not options:
            return [SetQuestion(asked, video, text, line, family, "open", record.get("answer"))]
    else:
        options = clean_options(needed(record, "candidates", "options"))
    return [
        choice(record, line, id=asked, video=video, text=text, options=options, answer=record.get("answer"),
               family=family)
    ]  # fmt: skip


def read_star(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One question about seconds start to end of a video; choices are objects or texts, the answer is a text."""
    choices = needed(record, "choices")
    if not isinstance(choices, list):
        raise SetError(f'"choices" must be a list, it is {short(choices)}')
    texts = clean_options([needed(one, "choice") if isinstance(one, dict) else one for one in choices])
    asked = words(record, "question_id")
    return [
        choice(record, line, id=asked, video=words(record, "video_id"), text=words(record, "question"), options=texts,
               answer=record.get("answer"), family=asked.split("_")[0], span=_span(record))
    ]  # fmt: skip


def read_qvhighlights(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One description of moments; right if the evidence overlaps them."""
    windows = record.get("relevant_windows")
    return [
        SetQuestion(
            id=words(record, "qid"), video=words(record, "vid"), text=words(record, "query"), line=line,
            family="moments", kind="moments", value=windows,
            evidence=None if windows is None else intervals(windows, '"relevant_windows"'),
            ids={"qid": record["qid"], "vid": record["vid"], "query": record["query"]},
        )
    ]  # fmt: skip


_PROMPT = re.compile(r"(?i)^(?:select the best|respond with|answer with|these are the frames|this video's subtitles)")


def read_lmms(record: Record, line: int, place: str) -> list[SetQuestion]:
    """One logged sample: the question stands in its prompt, the video's id among what its metric keeps."""
    prompt = str(needed(record, "input"))
    inner = next((v for v in record.values() if isinstance(v, dict) and _video_key(v)), {})
    doc = record.get("doc") if isinstance(record.get("doc"), dict) else {}
    video = record.get("video") or _video_key(doc) or _video_key(inner)
    if not video:
        raise SetError('no video: neither "doc" nor the metric holds "videoID", "video_id" or "video"')
    text, options = split_question(prompt)
    lines = [one for one in text.splitlines() if one.strip() and not _PROMPT.match(one.strip())]
    text = " ".join(" ".join(lines).split()).removeprefix("Question:").removesuffix("Options:").strip()
    if not text:
        raise SetError(f'"input" holds no question: {short(prompt)}')
    asked = (
        inner.get("question_id") or doc.get("question_id") or f"{place.rpartition('#')[0]}#{needed(record, 'doc_id')}"
    )
    family = str(inner.get("task_category") or inner.get("task_type") or doc.get("task_type") or "choice")
    target = record.get("target")
    if not options:
        return [SetQuestion(str(asked), str(video), text, line, family, "open", target)]
    return [
        choice(record, line, id=str(asked), video=str(video), text=text, options=options, answer=target, family=family,
               ids={"duration": inner.get("duration"), "doc_id": record.get("doc_id")})
    ]  # fmt: skip


def _video_key(found: Record) -> str | None:
    for key in ("videoID", "video_id", "video", "video_name", "video_path"):
        if isinstance(found.get(key), str | int) and found[key] != "":
            return str(found[key])
    return None
