"""A timeline of a clip as a picture: one row per class, one bar per object, the evidence of an answer highlighted."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from data.clock import clock
from data.meaning import ClipView
from pipeline.answers import Answer, Evidence
from pipeline.object_index import ObjectIndex

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 12
MOST_BARS = 300
"""More objects than this are drawn as how many are in sight over time."""
MOST_LANES = 16
"""As are clips with a class of which more than so many objects overlap in time."""
BINS = 600
LEAST_WIDTH = 1 / 400
"""Shortest bar, as a share of the clip, so that a moment can still be seen."""
TICKS_S = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000, 86400)
MOST_TICKS = 12
OBJECT, GAP, PROOF, STRETCH = "#8fb0d3", "#d9e4f0", "#f07f13", "#fff3d6"


def draw_timeline(answer: Answer, index: ObjectIndex, path: Path) -> None:
    """Write the timeline of `index` with the evidence of `answer` to `path`, a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure  # without pyplot: no global state, safe in threads
    from matplotlib.ticker import FuncFormatter

    view = ClipView.of(index)
    end_s = max(index.duration_s, float(view.end_s.max(initial=0)), 1e-3)
    names = _rows(answer, view)
    objects = {name: np.flatnonzero([label == name for label in view.labels[1]]) for name in names}
    lanes = {name: _lanes(view.start_s[who], view.end_s[who], end_s * LEAST_WIDTH) for name, who in objects.items()}
    most = {name: int(lane.max(initial=0)) + 1 for name, lane in lanes.items()}
    many = len(view) > MOST_BARS or max(most.values(), default=0) > MOST_LANES
    heights = [1.0 if many else 0.75 + 0.25 * most[name] for name in names] or [1.0]

    title = textwrap.shorten(answer.question, 110, placeholder=" …")
    title += "\n" + "\n".join(textwrap.wrap(textwrap.shorten(answer.text, 260, placeholder=" …"), 115))
    lines = 1 + title.count("\n")
    figure = Figure(figsize=(11, 1.25 + 0.2 * lines + 0.36 * sum(heights)), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    top = 0.0
    ticks = []
    for name, height in zip(names, heights, strict=False):
        if many:
            _draw_counts(axes, view, objects[name], end_s, top, height)
        else:
            _draw_bars(axes, view, objects[name], lanes[name], most[name], end_s, top, height)
        _draw_proof(axes, answer.evidence, view, name, objects[name], None if many else lanes[name], most[name], end_s,
                    top, height)  # fmt: skip
        ticks.append((top + height / 2, f"{name} ({len(objects[name])})"))
        top += height
        axes.axhline(top, color="#e4e4e4", linewidth=0.8, zorder=0)
    if not names:
        axes.text(end_s / 2, 0.5, "no objects were seen", ha="center", va="center", color="#666666")
        top = 1.0
    if answer.understood is not None and answer.understood.stretch is not None:
        a, b = np.clip(answer.understood.stretch, 0, end_s)
        if b - a < end_s:
            axes.axvspan(a, max(b, a + end_s * LEAST_WIDTH), color=STRETCH, zorder=-1)
    axes.set_xlim(0, end_s)
    axes.set_ylim(top, 0)
    axes.set_yticks([y for y, _ in ticks], [text for _, text in ticks], parse_math=False)
    step = next((s for s in TICKS_S if end_s / s <= MOST_TICKS), TICKS_S[-1])
    axes.set_xticks(np.arange(0, end_s + 1e-6, step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda t_s, _: clock(t_s)))
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_title(title, loc="left", fontsize=10, parse_math=False)
    axes.set_xlabel(_legend(many, len(view), len(set(view.class_id.tolist())), len(names)), fontsize=8, color="#555555")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a question in a script that the font lacks is no reason to complain
        figure.savefig(path, format="png")


def _legend(many: bool, objects: int, classes: int, rows: int) -> str:
    bars = (
        "height: how many are in sight at once, the most at the right"
        if many
        else "one bar per object, pale while it is out of sight"
    )
    left_out = f"; the {rows} most frequent of {classes} classes" if classes > rows else ""
    return f"{objects:,} object{'s' * (objects != 1)}; {bars}; orange: what the answer rests on{left_out}"


def _rows(answer: Answer, view: ClipView) -> list[str]:
    """Classes by number of objects, at most `MOST_ROWS`; what the answer rests on is always among them."""
    counts: dict[str, int] = {}
    for name in view.labels[1]:
        counts[name] = counts.get(name, 0) + 1
    proven = {e.class_name for e in answer.evidence} & set(counts)
    by_count = sorted(counts, key=lambda name: (-counts[name], name))
    kept = set(sorted(by_count, key=lambda name: name not in proven)[:MOST_ROWS])
    return [name for name in by_count if name in kept]


def _lanes(start_s: np.ndarray, end_s: np.ndarray, least_s: float) -> np.ndarray:
    """(K,) for objects by start: the first lane that is free, so that bars do not overlap."""
    free_s: list[float] = []
    out = np.zeros(len(start_s), int)
    for k, (a, b) in enumerate(zip(start_s.tolist(), end_s.tolist(), strict=True)):
        lane = next((i for i, free in enumerate(free_s) if free <= a), len(free_s))
        if lane == len(free_s):
            free_s.append(0.0)
            if lane > MOST_LANES:  # drawn as counts anyway
                out[k:] = lane
                break
        free_s[lane] = max(b, a + least_s)
        out[k] = lane
    return out


def _bar(lane: int, lanes: int, top: float, height: float) -> tuple[float, float]:
    """(y, height) of a lane in a row that begins at `top`."""
    each = height * 0.8 / lanes
    return top + height * 0.1 + lane * each + each * 0.1, each * 0.8


def _draw_bars(
    axes: Axes, view: ClipView, who: np.ndarray, lane: np.ndarray, lanes: int, end_s: float, top: float, height: float
) -> None:
    """One bar per object; a paler one where it is out of sight for a while."""
    for i in range(lanes):
        mine = who[lane == i]
        runs = np.flatnonzero(np.isin(view.run_track, mine))
        for a_s, b_s, colour in (
            (view.start_s[mine], view.end_s[mine], GAP),
            (view.run_a[runs], view.run_b[runs], OBJECT),
        ):
            spans = np.stack([a_s, np.maximum(b_s - a_s, end_s * LEAST_WIDTH)], axis=1).tolist()
            axes.broken_barh(
                spans, _bar(i, lanes, top, height), color=colour, linewidth=0, zorder=1 + (colour == OBJECT)
            )


def _draw_counts(axes: Axes, view: ClipView, who: np.ndarray, end_s: float, top: float, height: float) -> None:
    """How many objects are in sight over time, as a share of the row's height; the most is written beside it."""
    runs = np.flatnonzero(np.isin(view.run_track, who))
    times = np.concatenate([view.run_b[runs], view.run_a[runs]])  # of equal times, leavings first
    order = np.argsort(times, kind="stable")
    level = np.cumsum(np.where(order < len(runs), -1, 1))
    edges = np.linspace(0, end_s, BINS + 1)
    at = np.searchsorted(times[order], edges[:-1], "right")
    counts = np.append(0, level)[at]  # when the bin begins
    np.maximum.at(counts, np.clip((times[order] / end_s * BINS).astype(int), 0, BINS - 1), level)
    most = max(int(counts.max(initial=0)), 1)
    base, full = top + height * 0.85, height * 0.7
    axes.fill_between(edges, base, base - full * np.append(counts, counts[-1]) / most, step="post", color=OBJECT, lw=0)
    axes.annotate(f" {most}", (end_s, base - full), fontsize=7, color="#777777", va="center", annotation_clip=False)


def _draw_proof(
    axes: Axes,
    evidence: Sequence[Evidence],
    view: ClipView,
    name: str,
    who: np.ndarray,
    lane: np.ndarray | None,
    lanes: int,
    end_s: float,
    top: float,
    height: float,
) -> None:
    """The evidence of one class over its objects' bars, or (lane None) along the foot of the row."""
    lane_of = {} if lane is None else dict(zip([view.labels[0][k] for k in who], lane.tolist(), strict=True))
    for e in evidence:
        if e.class_name != name:
            continue
        a = min(max(e.start_s, 0.0), end_s * (1 - LEAST_WIDTH))
        width = max(min(e.end_s, end_s) - a, end_s * LEAST_WIDTH)
        place = (top + height * 0.86, height * 0.1)
        if e.track_id in lane_of:
            place = _bar(lane_of[e.track_id], lanes, top, height)
        axes.broken_barh([(a, width)], place, color=PROOF, linewidth=0, zorder=3)
