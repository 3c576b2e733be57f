"""One HTML page that needs nothing else: tables and plots (as SVG)."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from pipeline.scoring.metrics import calibration_bins, risk_coverage
from pipeline.scoring.report_figures import BASELINES, Scored
from pipeline.scoring.report_tables import Table, as_html

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#1b1f24}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2em .7em;text-align:right;
border-bottom:1px solid #d8dee4}td:first-child,th:first-child{text-align:left}h2{margin-top:2em}p{color:#57606a}
.scroll{overflow-x:auto}.plots{display:flex;flex-wrap:wrap;gap:1em}svg{max-width:100%;height:auto}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}td,th{border-color:#30363d}
svg{background:#fff;border-radius:6px}}"""
_COLOURS = {"ours": "#0b6bcb", "raw": "#d97706", "symbolic": "#15803d", "blind": "#8b949e"}


def as_page(title: str, tables: Sequence[Table], scored: Scored) -> str:
    """The whole page."""
    plots = "".join(_svg(figure) for figure in _plots(tables, scored))
    first, rest = tables[0], tables[1:]
    body = as_html(first) + f'<div class="plots">{plots}</div>'
    body += "".join(f'<div class="scroll">{as_html(table)}</div>' for table in rest)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>{body}</body></html>\n"
    )


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return f"<figure>{text[text.index('<svg') :]}</figure>"


def _plots(tables: Sequence[Table], scored: Scored) -> list[Figure]:
    if not scored.scored:
        return []
    by_title = {table.title: table for table in tables}
    out = [_bars(by_title[name]) for name in ("Families", "Lengths") if name in by_title]
    confidence = [one["confidence"] for one in scored.scored]
    right = [bool(one["right"]) for one in scored.scored]
    return [*out, _risk(confidence, right), _reliability(confidence, right)]


def _bars(table: Table) -> Figure:
    """Accuracy of each group with its interval, and the baselines as dots."""
    rows = table.rows[::-1]
    figure = Figure(figsize=(6, 1.2 + 0.27 * len(rows)))
    axes = figure.add_subplot()
    y = np.arange(len(rows))
    right, low, high = (np.array([row[k] for row in rows], float) for k in (2, 3, 4))
    spread = np.nan_to_num([np.maximum(right - low, 0), np.maximum(high - right, 0)])
    axes.barh(y, right, 0.62, color=_COLOURS["ours"], alpha=0.75, xerr=spread, ecolor="#1b1f24", label="ours")
    for k, name in enumerate(BASELINES):
        values = np.array([row[5 + k] for row in rows], float)
        if np.isfinite(values).any():
            axes.plot(values, y, "o", ms=4.5, color=_COLOURS[name], mec="white", label=name)
    axes.set_yticks(y, [f"{row[0]} ({row[1]})" for row in rows], fontsize=8)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_title(f"Right, by {table.header[0]} (95 % by video)", fontsize=10)
    axes.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.35 / (1.2 + 0.27 * len(rows))), ncol=4)
    return figure


def _risk(confidence: Sequence[float], right: Sequence[bool]) -> Figure:
    coverage, kept = risk_coverage(confidence, right)
    figure = Figure(figsize=(4.2, 3.4))
    axes = figure.add_subplot()
    axes.plot(coverage, 1 - kept, color=_COLOURS["ours"])
    axes.set_xlabel("share answered, the surest first")
    axes.set_ylabel("share of them wrong")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.05, float((1 - kept).max()) * 1.1))
    axes.set_title("Risk and coverage", fontsize=10)
    return figure


def _reliability(confidence: Sequence[float], right: Sequence[bool]) -> Figure:
    bins = calibration_bins(confidence, right)
    figure = Figure(figsize=(4.2, 3.4))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#8b949e", lw=0.8)
    axes.plot(bins[:, 0], bins[:, 1], "o-", color=_COLOURS["ours"])
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_title("Calibration (bins of equal size)", fontsize=10)
    return figure
