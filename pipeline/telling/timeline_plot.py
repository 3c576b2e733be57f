"""A clip as an interactive plot: how many are in sight over time, and one row per kind with one bar per object.

Where a window holds more than `MOST_BARS` objects they are drawn as how many are in sight; zooming in asks for the
smaller window, and draws its objects. Every mark carries the moment to go to in `customdata`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from data.clock import clock
from data.meaning import ClipView
from pipeline.answers import Evidence

MOST_BARS, MOST_RUNS = 400, 2000
MOST_LANES = 12
MOST_KINDS, CURVES = 14, 4
BINS = 400
LEAST_WIDTH = 1 / 500
"""Shortest bar, as a share of the window, so that a moment can still be seen and clicked."""
TICKS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000, 86400)
MOST_TICKS = 8
COLOURS = ("#4c8dd6", "#2fa37c", "#b26fd1", "#c9921e")
OTHER, PROOF, INK, GRID = "#8291a5", "#f07f13", "#7d8590", "rgba(128,136,150,0.22)"
ROW_PX, LOW_ROW_PX, CURVE_PX = 34, 24, 110
MOST_HIGH = 7
"""With more kinds, rows are low."""


def timeline_figure(
    view: ClipView | None,
    evidence: Sequence[Evidence] = (),
    window: tuple[float, float] | None = None,
    *,
    in_sight: str = "in sight",
    at_once: str = "in sight at once",
    more: str = "{n} more kinds",
    named: Callable[[str], str] = str,
) -> dict[str, Any]:
    """The clip, or a window (from, to) of it in seconds, as plotly's JSON: "data" (traces) and "layout".

    The browser draws it; the plotly of Python is not needed. view: None = nothing known yet.

    in_sight, at_once, more: words for hovering, over the curves, and for the kinds that have no row. named: what a
    class is called.
    """
    end_s = max(view.duration_s, float(view.end_s.max(initial=0)), 1e-3) if view is not None else 1.0
    a, b = window if window is not None else (0.0, end_s)
    a, b = max(min(a, b), 0.0), min(max(a, b), end_s)
    if b - a < 1e-3:
        a, b = 0.0, end_s
    kinds = _kinds(view, evidence) if view is not None else []
    left = len(np.unique(view.class_id)) - len(kinds) if view is not None else 0
    rows = max(len(kinds) + (left > 0), 1)
    traces: list[dict[str, Any]] = []
    inside = (view.end_s >= a) & (view.start_s <= b) if view is not None else np.zeros(0, bool)
    as_bars = is_detailed(view, (a, b)) if view is not None else True
    for row, kind in enumerate(kinds):
        who = np.flatnonzero((view.class_id == kind) & inside)
        colour = COLOURS[row] if row < len(COLOURS) else OTHER
        class_name = view.class_names[kind]
        name = _plain(named(class_name))
        if row < CURVES:
            traces.append(_curve(view, np.flatnonzero(view.class_id == kind), a, b, colour, name))
        proof = [e for e in evidence if e.class_name == class_name and e.end_s >= a and e.start_s <= b]
        lane, lanes = (None, 1)
        if as_bars:
            lane, lanes = _lanes(view.start_s[who], view.end_s[who], (b - a) * LEAST_WIDTH)
            traces += _bars(view, who, lane, lanes, row, colour, name, b - a)
        else:
            traces.append(_area(view, who, a, b, row, colour, name, in_sight))
        if proof:
            traces.append(_proof(view, proof, who, lane, lanes, row, name, b - a))
    most = max((max(trace["y"]) for trace in traces if trace.get("yaxis") == "y2"), default=1)
    step_s = next((t for t in TICKS_S if (b - a) / t <= MOST_TICKS), TICKS_S[-1])
    ticks = np.arange(np.ceil(a / step_s), np.floor(b / step_s + 1e-9) + 1) * step_s
    high_px = CURVE_PX + (ROW_PX if len(kinds) <= MOST_HIGH else LOW_ROW_PX) * rows + 60
    share = 1 - (CURVE_PX + 15) / (high_px - 50)
    layout = {
        "height": high_px,
        "margin": {"l": 8, "r": 12, "t": 18, "b": 30},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": INK},
        "showlegend": False,
        "annotations": [
            {
                "text": at_once,
                "x": 0,
                "y": 1,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "xshift": 5,
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 11, "color": INK},
            },
        ]
        if kinds
        else [],
        "barmode": "overlay",
        "bargap": 0,
        "dragmode": "zoom",
        "hovermode": "closest",
        "xaxis": {
            "range": [a, b],
            "minallowed": 0,
            "maxallowed": end_s,
            "tickvals": ticks.tolist(),
            "ticktext": [clock(t) + (f"{t % 1:.1f}"[1:] if step_s < 1 else "") for t in ticks.tolist()],
            "gridcolor": GRID,
            "zeroline": False,
            "anchor": "y",
        },
        "yaxis": {
            "domain": [0, share],
            "range": [rows - 0.5, -0.5],
            "tickvals": list(range(len(kinds) + (left > 0))),
            "ticktext": [_row_name(view, kind, named) for kind in kinds] + [more.format(n=left)] * (left > 0),
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis2": {
            "domain": [share + 0.05, 1],
            "rangemode": "tozero",
            "gridcolor": GRID,
            "zeroline": False,
            "dtick": max(1, -(-most // 4)),
            "fixedrange": True,
            "automargin": True,
        },
    }
    return {"data": traces, "layout": layout}


def is_detailed(view: ClipView, window: tuple[float, float] | None) -> bool:
    """Is every object of the window drawn as a bar of its own?"""
    a, b = window or (0.0, np.inf)
    return int(((view.end_s >= a) & (view.start_s <= b)).sum()) <= MOST_BARS


def count_curve(view: ClipView, who: np.ndarray, a: float, b: float, bins: int = BINS) -> tuple[np.ndarray, np.ndarray]:
    """(bins,) times of the bins' beginnings, and (bins,) int: the most of `who` in sight at once within each."""
    runs = np.flatnonzero(np.isin(view.run_track, who) & (view.run_b > a) & (view.run_a < b))
    times = np.concatenate([view.run_b[runs], view.run_a[runs]])
    order = np.argsort(times, kind="stable")  # of equal times, leavings first
    level = np.cumsum(np.where(order < len(runs), -1, 1))
    times = times[order]
    edges = np.linspace(a, b, bins + 1)[:-1]
    counts = np.append(0, level)[np.searchsorted(times, edges, "right")]
    place = ((times - a) / max(b - a, 1e-9) * bins).astype(int)
    ok = (place >= 0) & (place < bins)
    np.maximum.at(counts, place[ok], level[ok])
    return edges, counts


def _kinds(view: ClipView, evidence: Sequence[Evidence]) -> list[int]:
    """Classes by number of objects, at most `MOST_KINDS`; those of the evidence are always among them."""
    counts = np.bincount(view.class_id, minlength=len(view.class_names))
    ranked = [int(k) for k in np.argsort(-counts, kind="stable") if counts[k]]
    proven = {e.class_name for e in evidence}
    most = MOST_KINDS + (len(ranked) == MOST_KINDS + 1)  # that one is missing would take a row, too
    kept = set(sorted(ranked, key=lambda k: view.class_names[k] not in proven)[:most])
    return [k for k in ranked if k in kept]


def _plain(name: str) -> str:
    return name.replace("<", "‹").replace(">", "›").replace("&", "+")  # plotly reads HTML


def _row_name(view: ClipView, kind: int, named: Callable[[str], str]) -> str:
    name = _plain(named(view.class_names[kind]))
    return f"{name if len(name) <= 14 else name[:13] + '…'} {int((view.class_id == kind).sum()):,}"


def _lanes(start_s: np.ndarray, end_s: np.ndarray, least_s: float) -> tuple[np.ndarray, int]:
    """(K,) for objects by start: the first lane that is free; of more than `MOST_LANES` the last ones overlap."""
    free_s: list[float] = []
    out = np.zeros(len(start_s), int)
    for k, (a, b) in enumerate(zip(start_s.tolist(), end_s.tolist(), strict=True)):
        lane = next((i for i, free in enumerate(free_s) if free <= a), len(free_s))
        if lane == len(free_s) and lane < MOST_LANES:
            free_s.append(0.0)
        out[k] = lane = min(lane, len(free_s) - 1)
        free_s[lane] = max(b, a + least_s)
    return out, max(len(free_s), 1)


def _y(row: int, lane: np.ndarray, lanes: int) -> tuple[list[float], float]:
    """Middles of the lanes of a row, and their height."""
    each = 0.84 / lanes
    return (row - 0.42 + (lane + 0.5) * each).tolist(), each * 0.86


def _bar_trace(x0, x1, y, height: float, colour: str, hover: list[str], least_s: float, **more: Any) -> dict[str, Any]:
    x0 = np.asarray(x0, float)
    width = np.maximum(np.asarray(x1, float) - x0, least_s)
    return {
        "type": "bar",
        "orientation": "h",
        "base": x0.tolist(),
        "x": width.tolist(),
        "y": list(y),
        "width": height,
        "marker": {"color": colour, "line": {"width": 0}},
        "customdata": x0.tolist(),
        "hovertext": hover,
        "hoverinfo": "text",
        "hovertemplate": "%{hovertext}<extra></extra>",
        **more,
    }


def _bars(view, who, lane, lanes: int, row: int, colour: str, name: str, span_s: float) -> list[dict[str, Any]]:
    """One pale bar per object from first to last sight, solid where it is in sight."""
    y, height = _y(row, lane, lanes)
    hover = [f"{name}, {clock(a)}–{clock(b)}" for a, b in zip(view.start_s[who], view.end_s[who], strict=True)]
    runs = np.flatnonzero(np.isin(view.run_track, who))
    least_s = span_s * LEAST_WIDTH
    if len(runs) > MOST_RUNS:
        return [_bar_trace(view.start_s[who], view.end_s[who], y, height, colour, hover, least_s)]
    place = dict(zip(who.tolist(), range(len(who)), strict=True))
    at = [place[k] for k in view.run_track[runs].tolist()]
    runs_y, runs_hover = [y[i] for i in at], [hover[i] for i in at]
    return [
        _bar_trace(view.start_s[who], view.end_s[who], y, height, colour, hover, least_s, opacity=0.3),
        _bar_trace(view.run_a[runs], view.run_b[runs], runs_y, height, colour, runs_hover, least_s),
    ]


def _area(view, who, a: float, b: float, row: int, colour: str, name: str, in_sight: str) -> dict[str, Any]:
    """How many of a kind are in sight, as a filled curve in its row."""
    edges, counts = count_curve(view, who, a, b)
    base, most = row + 0.42, max(int(counts.max(initial=0)), 1)
    x = np.concatenate([edges, [b], [b, a]])
    heights = base - 0.8 * np.append(counts, counts[-1:]) / most
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.tolist(),
        "y": [*heights.tolist(), base, base],
        "fill": "toself",
        "line": {"width": 0.5, "color": colour, "shape": "hv"},
        "hoveron": "points",
        "customdata": x.tolist(),
        "hovertext": [f"{name}: {n} {in_sight}, {clock(t)}" for n, t in zip(counts, edges, strict=True)] + [""] * 3,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _curve(view, who, a: float, b: float, colour: str, name: str) -> dict[str, Any]:
    edges, counts = count_curve(view, who, a, b)
    change = np.flatnonzero(np.diff(counts, prepend=-1))
    x, y = edges[change].tolist(), counts[change].tolist()
    x, y = [*x, b], [*y, int(counts[-1])]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "yaxis": "y2",
        "line": {"width": 1.8, "color": colour, "shape": "hv"},
        "customdata": x,
        "hovertext": [f"{name}: {n}, {clock(t)}" for n, t in zip(y, x, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _proof(view, proof: list[Evidence], who, lane, lanes: int, row: int, name: str, span_s: float) -> dict[str, Any]:
    """What the answer rests on, over its objects' bars; along the foot of a row of counts."""
    proof = proof[: 2 * MOST_BARS]
    lane_of = {} if lane is None else dict(zip([view.labels[0][k] for k in who], lane.tolist(), strict=True))
    on_bars = lane is not None and all(e.track_id in lane_of for e in proof)
    if on_bars:
        y, height = _y(row, np.array([lane_of[e.track_id] for e in proof]), lanes)
    else:
        y, height = [row + 0.42] * len(proof), 0.1
    hover = [f"<b>{name}</b>, {clock(e.start_s)}–{clock(e.end_s)}" for e in proof]
    return _bar_trace(
        [e.start_s for e in proof],
        [e.end_s for e in proof],
        y,
        height,
        PROOF,
        hover,
        span_s * LEAST_WIDTH,
        name="evidence",
    )
