"""A table of a report, and how it looks as text, in Markdown and in HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """header: of the columns. rows: cells are texts, whole numbers, or shares and other figures (float; nan: none)."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    note: str = ""


def cell_text(cell: Any) -> str:
    """Three digits after the point, two of larger figures, a dash for what there is none of."""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return "–"
        if abs(cell) >= 100:
            return f"{cell:,.0f}"
        if abs(cell) >= 10:
            return f"{cell:.1f}"
        return f"{cell:.3f}" if cell == 0 or abs(cell) >= 0.001 else f"{cell:.1e}"
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    return str(cell)


def as_text(title: str, tables: Sequence[Table]) -> str:
    """For a terminal."""
    out = [title]
    for table in tables:
        rows = [tuple(map(cell_text, row)) for row in table.rows]
        widths = [max(len(row[k]) for row in [table.header, *rows]) for k in range(len(table.header))]
        out += ["", table.title.upper()]
        for row in [table.header, *rows]:
            first, rest = row[0].ljust(widths[0]), [c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)]
            out.append("  ".join([first, *rest]).rstrip())
        if table.note:
            out.append(f"({table.note})")
    return "\n".join(out)


def as_markdown(title: str, tables: Sequence[Table]) -> str:
    """For a repository."""
    out = [f"# {_escaped(title)}"]
    for table in tables:
        out += ["", f"## {_escaped(table.title)}", ""]
        out.append("| " + " | ".join(map(_escaped, table.header)) + " |")
        out.append("|---|" + "---:|" * (len(table.header) - 1))
        out += ["| " + " | ".join(_escaped(cell_text(cell)) for cell in row) + " |" for row in table.rows]
        if table.note:
            out += ["", _escaped(table.note)]
    return "\n".join(out) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def as_html(table: Table) -> str:
    """One table of a page."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.header)
    rows = ["".join(f"<td>{html.escape(cell_text(cell))}</td>" for cell in row) for row in table.rows]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    note = f"<p>{html.escape(table.note)}</p>" if table.note else ""
    return f"<h2>{html.escape(table.title)}</h2><table><tr>{head}</tr>{body}</table>{note}"
