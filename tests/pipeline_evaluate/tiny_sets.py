"""A tiny hand-made set in every format, about the clips of `conftest.py`: yard (cars, a dog) and lane (a bus)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

OPTIONS = ["A. One.", "B. Two.", "C. Three.", "D. Four."]


def _table(rows: list[dict], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def own_rows() -> list[dict]:
    """Five questions on two videos, their answers those of the clips."""
    common = {"fps": 5, "size": [1280, 720]}
    cars = [{"track_id": 0, "class_name": "car", "start_s": 1.0, "end_s": 5.0},
            {"track_id": 1, "class_name": "car", "start_s": 3.0, "end_s": 8.0}]  # fmt: skip
    return [
        {"id": "q1", "video": "yard.csv", "question": "How many cars appear?", "family": "count", "kind": "number",
         "value": 2, "acceptable": [2], "evidence": cars, "program": {"family": "count", "x": "car"}, **common},
        {"id": "q2", "video": "yard.csv", "question": "When does the second car appear?", "family": "when_appears",
         "kind": "time", "value": 3.0, "acceptable": [[3.0, 3.0]], "evidence": cars[1:], **common},
        {"id": "q3", "video": "lane", "question": "Is there a dog?", "family": "exists", "kind": "yes_no",
         "value": False, "acceptable": [False], "evidence": [], **common},
        {"id": "q4", "video": "yard.csv", "question": "Why did he run?", "family": "refuse_cause", "kind": "refusal",
         "value": "refused", "acceptable": ["refused"], "evidence": [], **common},
        {"id": "q5", "video": "lane", "question": "How many cars appear?", "family": "count", "kind": "number",
         "value": 1, "acceptable": [1], "evidence": None, **common},
    ]  # fmt: skip


def write_all(folder: Path) -> dict[str, Path]:
    """One file of each format by its name."""
    question = {"question_id": "001-1", "task_type": "Counting Problem", "question": "How many cars appear?"}
    videomme = [
        {"video_id": "yard", "duration": "short", "domain": "Life", "sub_category": "Street", "url": "-",
         "questions": [{**question, "options": OPTIONS, "answer": "B"},
                       {**question, "question_id": "001-2", "question": "Is there a dog?",
                        "options": ["A. No.", "B. Yes."], "answer": "B"}]},
    ]  # fmt: skip
    template = [
        {"video_id": "yard", "duration_category": "short", "video_category": "Life", "video_sub_category": "Street",
         "questions": [{**question, "choices": OPTIONS, "answer": "B", "response": ""}]},
    ]  # fmt: skip
    flat = [{"video_id": "1", "videoID": "yard", "duration": "short", "domain": "L", "sub_category": "S",
             **question, "options": OPTIONS, "answer": "B"}]  # fmt: skip
    prompt = (
        "Select the best answer to the following multiple-choice question based on the video. Respond with only the "
        "letter (A, B, C, or D) of the correct option.\nHow many cars appear?\n" + "\n".join(OPTIONS)
        + "\nThe best answer is:"
    )  # fmt: skip
    lmms = [
        {"doc_id": 3, "target": "B", "filtered_resps": "C", "doc_hash": "0", "input": prompt,
         "videomme_perception_score": {"question_id": "001-1", "duration": "short", "task_category": "Counting Problem",
                                       "pred_answer": "C", "answer": "B", "score": 0.0, "videoID": "yard"}},
    ]  # fmt: skip
    nextqa = {"video_id": "yard", "frame_count": 40, "width": 1280, "height": 720, "question": "how many cars appear",
              "answer": "two", "qid": 6, "type": "DC", "a0": "one", "a1": "two", "a2": "three", "a3": "four",
              "a4": "five"}  # fmt: skip
    star = {"question_id": "Interaction_T1_13", "question": "What appears first?", "video_id": "yard", "start": 0.0,
            "end": 8.0, "answer": "The car.", "question_program": [],
            "choices": [{"choice_id": 0, "choice": "The dog.", "choice_program": []},
                        {"choice_id": 1, "choice": "The car.", "choice_program": []}]}  # fmt: skip
    ecbench = [
        {"video_url": "https://example.org/1", "video_id": "yard", "video_type": "street", "question_id": "1",
         "question_type": "A", "task_type": "Counting", "question": "How many cars appear?",
         "clips": "[0:00:01,0:00:05],\n[0:00:03, 0:00:08]", "answer": "2", "count_details": ""},
        {"video_url": "", "video_id": "yard", "video_type": "street", "question_id": "2", "question_type": "A",
         "task_type": "Enumeration", "question": "List all vehicles.", "clips": "", "answer": "car",
         "count_details": ""},
    ]  # fmt: skip
    texts = {
        "longtake.jsonl": _lines(own_rows()),
        "videomme.json": json.dumps(videomme, indent=1),
        "videomme_template.json": json.dumps(template, indent=4),
        "videomme_flat.jsonl": _lines(flat),
        "vlmevalkit.tsv": _table([
            {"index": 0, "video": "yard", "video_path": "./video/yard.mp4", "duration": "short", "domain": "Life",
             "candidates": str(OPTIONS), "sub_category": "Street", "task_type": "Counting Problem",
             "subtitle_path": "./subtitle/yard.srt", "question": "How many cars appear?", "answer": "B"}], "\t"),
        "lmms-eval.jsonl": _lines(lmms),
        "mvbench.json": json.dumps([{"video": "yard.mp4", "question": "How many cars appear?",
                                     "candidates": ["3", "2", "5"], "answer": "2", "start": 0.0, "end": 8.0}]),
        "mlvu.json": json.dumps([{"video": "yard.mp4", "duration": 8.0, "question": "How many cars appear?",
                                  "candidates": ["1", "2", "3", "4"], "answer": "2", "question_type": "count"},
                                 {"video_name": "yard.mp4", "question": "What happens?", "task_type": "summary",
                                  "answer": "Cars pass."}]),
        "lvbench.jsonl": _lines([{"key": "yard", "type": "street", "video_info": {}, "qa": [
            {"uid": "1", "question": "How many cars appear?\n(A) 1\n(B) 2\n(C) 3\n(D) 4", "answer": "B",
             "question_type": ["entity recognition"], "time_reference": "00:00-00:08"}]}]),
        "nextqa.csv": _table([nextqa]),
        "star.json": json.dumps([star]),
        "ecbench.csv": _table(ecbench),
        "qvhighlights.jsonl": _lines([{"qid": 7, "query": "How many cars appear?", "duration": 8, "vid": "yard",
                                       "relevant_windows": [[1, 8]], "relevant_clip_ids": [0, 1]}]),
    }  # fmt: skip
    (folder / "gsub_nextqa.json").write_text(json.dumps({"yard": {"duration": 8, "location": {"6": [[1.0, 8.0]]}}}))
    out = {}
    for name, text in texts.items():
        out[name.rpartition(".")[0]] = folder / name
        (folder / name).write_text(text, "utf-8")
    return out
