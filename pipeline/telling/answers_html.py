"""Answers and timelines as HTML for notebooks. Everything that comes from outside is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pipeline.answers import Answer
from pipeline.telling.answers_text import likely_words, place_words, sure_words, time_words, told_apart

if TYPE_CHECKING:
    from pipeline.clip_timeline import Timeline

MOST_ROWS = 20
_CELL = "padding:1px 12px 1px 0;text-align:left"
_PALE = "color:#777"


def answer_html(answer: Answer) -> str:
    """Question, sentence, confidence, a table of the evidence, warnings."""
    sure = (
        "" if answer.refused else f" <span style='{_PALE}'>{sure_words(answer.confidence)}{likely_words(answer)}</span>"
    )
    parts = [
        f"<div style='{_PALE}'>{escape(answer.question)}</div>",
        f"<div><b>{escape(answer.text)}</b>{sure}</div>",
    ]
    if answer.evidence:
        numbers = told_apart(answer.evidence)
        rows = [
            (f"{e.class_name}{numbers[e.class_name, e.track_id]}", time_words(e), place_words(e.box_xywhn))
            for e in answer.evidence[:MOST_ROWS]
        ]
        parts.append(_table(("object", "in sight", "where"), rows))
        if len(answer.evidence) > MOST_ROWS:
            parts.append(f"<div style='{_PALE}'>… and {len(answer.evidence) - MOST_ROWS:,} more</div>")
    parts += [f"<div style='{_PALE}'>note: {escape(warning)}</div>" for warning in answer.warnings]
    return f"<div>{''.join(parts)}</div>"


def timeline_html(timeline: Timeline) -> str:
    """One row per class, with a bar of when it is in sight."""
    from data.clock import clock

    rows = [
        (row.class_name, str(row.objects), clock(row.first_s), clock(row.last_s), str(row.at_most)) for row in timeline
    ]
    bars = [_bar(row.spans_s, timeline.duration_s) for row in timeline]
    head = f"{escape(timeline.title)} {clock(timeline.duration_s)}".strip()
    if not rows:
        return f"<div>{head}: nothing is seen</div>"
    return f"<div>{head}</div>" + _table(("class", "objects", "first", "last", "at most", "when"), rows, bars)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]], last: list[str] | None = None) -> str:
    """last: a further cell per row, HTML already."""
    lines = ["<tr>" + "".join(f"<th style='{_CELL}'>{escape(name)}</th>" for name in head) + "</tr>"]
    for k, row in enumerate(rows):
        cells = [escape(cell) for cell in row] + ([last[k]] if last else [])
        lines.append("<tr>" + "".join(f"<td style='{_CELL}'>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table>{''.join(lines)}</table>"


def _bar(spans_s: tuple[tuple[float, float], ...], duration_s: float, most: int = 300) -> str:
    """An SVG bar, 240 pixels wide."""
    scale = 240 / max(duration_s, 1e-9)
    marks = "".join(
        f"<rect x='{a * scale:.1f}' y='2' width='{max((b - a) * scale, 1):.1f}' height='8' fill='#8fb0d3'/>"
        for a, b in spans_s[:most]
    )
    return f"<svg width='240' height='12'><rect y='2' width='240' height='8' fill='#eee'/>{marks}</svg>"
