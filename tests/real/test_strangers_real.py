"""Questions of strangers over human tracks, answered as five of them, and the tracks, say it is right.

`strangers.jsonl`: clip, question, kind and value. Each stranger had written the questions, and worked the truth out of
the tracks, before asking; only what was judged right, or was mended since and checked, is here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from pipeline.video_qa import VideoQA

pytestmark = pytest.mark.real
TRACKS = Path(__file__).resolve().parents[3] / "shared" / "real" / "tracks"
ROWS = [json.loads(line) for line in Path(__file__).with_name("strangers.jsonl").read_text().splitlines()]


def _by_clip() -> dict[str, list[dict[str, Any]]]:
    out = defaultdict(list)
    for row in ROWS:
        out[row["clip"]].append(row)
    return out


def _alike(value: Any, right: Any, kind: str) -> bool:
    """Times within a second, lengths within a second or a tenth, other numbers to the hundredth; all else the same."""
    if isinstance(right, float) and isinstance(value, int | float) and not isinstance(value, bool):
        slack = {"time": 1.0, "duration": max(1.0, 0.1 * right)}.get(kind, 0.01 * max(abs(right), 1.0))
        return abs(value - right) <= slack
    return value == right


@pytest.mark.skipif(not TRACKS.is_dir(), reason="no human tracks here")
@pytest.mark.parametrize("clip", sorted(_by_clip()))
def test_what_strangers_ask(clip, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path))
    facts = {f"{one['set']}/{one['seq']}": one for one in json.loads((TRACKS / "index.json").read_text())}[clip]
    qa = VideoQA.open(TRACKS / f"{clip}.csv", fps=facts["fps"], size=(facts["width"], facts["height"]), quiet=True)
    rows = _by_clip()[clip]
    answers = qa.ask_many([row["question"] for row in rows])
    wrong = []
    for row, answer in zip(rows, answers, strict=True):
        value = answer.text if row["kind"] == "text" else answer.value
        if answer.kind != row["kind"] or not _alike(value, row["value"], row["kind"]):
            wrong.append(f"{row['question']} {answer.text} (right: {row['value']})")
    assert not wrong, "\n".join(wrong)
