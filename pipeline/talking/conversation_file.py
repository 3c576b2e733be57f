"""A conversation as a zip: the answers as JSON, the evidence as CSV, and its pictures."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

from pipeline.talking.session import Talk, Turn
from pipeline.telling.evidence_pictures import draw_evidence, evidence_frames

COLUMNS = (
    *("question_number", "question", "answer", "confidence", "track_id", "class_name"),
    *("start_s", "end_s", "t_s", "x", "y", "w", "h"),
)
MOST_PICTURES = 20
"""Per answer."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_conversation(talk: Talk, folder: Path) -> Path:
    """`conversation.json`, `evidence.csv` and `pictures/` in one zip in `folder`; its path. Raises InputError."""
    with talk.lock:
        turns = list(talk.turns)
    name = "".join(c if c.isalnum() or c in "._-" else "_" for c in Path(talk.title).stem)[:60] or "video"
    path = folder / f"longtake_{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversation.json", json.dumps(conversation(talk, turns), ensure_ascii=False, indent=1))
        archive.writestr("evidence.csv", evidence_csv(turns))
        for number, turn in enumerate(turns, 1):
            if talk.index is None:
                continue
            pieces = evidence_frames(turn.answer.evidence, video=talk.video, index=talk.index, most=MOST_PICTURES)
            for place, (piece, image) in enumerate(pieces, 1):
                out = io.BytesIO()
                draw_evidence(image, piece).save(out, format="JPEG", quality=88)
                archive.writestr(f"pictures/{number:02}_{place:02}.jpg", out.getvalue())
    return path


def conversation(talk: Talk, turns: list[Turn]) -> dict:
    """JSON values: the video, and every answer as `Answer.as_json` gives it; `until_s` where it was answered early."""
    return {
        "video": talk.title,
        "duration_s": talk.index.duration_s if talk.index is not None else None,
        "answers": [turn.answer.as_json() | {"until_s": turn.until_s} for turn in turns],
    }


def evidence_csv(turns: list[Turn]) -> str:
    """One row per piece of evidence; x, y, w, h: centre and size as shares of the picture."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, turn in enumerate(turns, 1):
        answer = turn.answer
        for e in answer.evidence:
            box = [f"{v:.4f}" for v in e.box_xywhn]
            times = [f"{t:.2f}" for t in (e.start_s, e.end_s, e.t_s)]
            words = [_cell(text) for text in (answer.question, answer.text)]
            table.writerow([number, *words, f"{answer.confidence:.3f}", e.track_id, _cell(e.class_name), *times, *box])
    return out.getvalue()


def _cell(text: str) -> str:
    """A question that a spreadsheet would run as a formula is kept as text."""
    return f"'{text}" if text.startswith(FORMULA) else text
