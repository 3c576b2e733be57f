"""Look at what the model is taught: clips as timeline pictures.

    python -m data.preview --seed 7 --n 8 --noisy -o /tmp/previews
    python -m data.preview --index clip.index.safetensors -o /tmp/previews
    python -m data.preview --tracks gt.csv --fps 10 --size 1242x375 -o /tmp/previews

One picture per clip: a bar per object (coloured by class; the noisy tracks that were made of it hang under it), the
paths of the box centres, and under them the questions with answers and evidence. `--sheet` puts many clips on one page.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import InputError, run_cli
from pipeline.object_index import ObjectIndex, read_index

MOST_BARS = 60
PER_SHEET = 6


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the preview; see the module's docstring."""
    options = _parser().parse_args(argv)
    options.output.mkdir(parents=True, exist_ok=True)
    clips = list(_clips(options))
    if options.sheet:
        for page in range(0, len(clips), PER_SHEET):
            path = options.output / f"sheet_{page // PER_SHEET:02d}.png"
            draw_sheet(clips[page : page + PER_SHEET], path)
            print(path)
    else:
        for name, clean, observed, asked in clips:
            path = options.output / f"{name}.png"
            draw_clip(name, clean, observed, asked, path)
            print(path)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.preview", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="first clip")
    parser.add_argument("--n", type=int, default=1, help="number of clips")
    parser.add_argument("--noisy", action="store_true", help="draw what detector and tracker make of it as well")
    parser.add_argument("--noise", default="draw", help="none, easy, real, hard, or draw (the default)")
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 120.0), help="shortest and longest clip")
    parser.add_argument("--questions", type=int, default=8, help="questions per clip")
    parser.add_argument("--sheet", action="store_true", help=f"{PER_SHEET} clips on a page")
    parser.add_argument("--index", type=Path, help="draw this index file instead")
    parser.add_argument("--tracks", type=Path, help="draw this track file instead (with --fps and --size)")
    parser.add_argument("--fps", type=float, default=30.0, help="frames per second of --tracks")
    parser.add_argument("--size", default="1920x1080", help="picture of --tracks, WIDTHxHEIGHT")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder for the pictures")
    return parser


def _clips(options: argparse.Namespace):
    """(name, clean, observed or None, questions) of every clip asked for."""
    from data.noise import NoiseSettings, observe
    from data.world import WorldSettings, make_clip

    low, high = options.seconds
    for k in range(options.seed, options.seed + options.n):
        rng = np.random.Generator(np.random.PCG64(k))
        if options.index:
            name, clean = options.index.stem, read_index(options.index)
        elif options.tracks:
            name, clean = options.tracks.stem, _given(options)
        else:
            name, clean = f"clip_{k:05d}", make_clip(k, WorldSettings(duration_s=(low, high)))
        observed = observe(clean, rng, NoiseSettings.named(options.noise, rng)) if options.noisy else None
        yield name, clean, observed, ask_questions(clean, rng, options.questions)
        if options.index or options.tracks:
            break


def _given(options: argparse.Namespace) -> ObjectIndex:
    from pipeline.given_tracks import read_given_tracks

    try:
        width, height = (int(part) for part in options.size.lower().split("x"))
    except ValueError:
        raise InputError(f"--size wants WIDTHxHEIGHT, for example 1280x720, not {options.size!r}") from None
    return read_given_tracks(options.tracks, fps=options.fps, size=(width, height))


def ask_questions(clean: ObjectIndex, rng: np.random.Generator, many: int) -> list[Any]:
    """Questions about a clean clip; none while the question side cannot be imported."""
    try:
        from data.questions import ask
    except ImportError:
        return []
    return ask(clean, rng, many, "train")


# ------------------------------------------------------------------------------------------------------------ drawing


def _pyplot():
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


def draw_clip(name: str, clean: ObjectIndex, observed: Any, asked: Sequence[Any], path: Path) -> None:
    """One clip on one page. Writes a PNG to `path`."""
    plt = _pyplot()
    bars = min(len(clean.tracks), MOST_BARS)
    tall = 1.5 + 0.17 * bars * (1.6 if observed else 1) + 0.36 * len(asked)
    figure, axes = plt.subplots(
        2, 2, figsize=(15, max(tall, 4.5)), width_ratios=(3, 1), layout="constrained",
        height_ratios=(max(bars, 8), 0.1 + 2.2 * len(asked)),
    )  # fmt: skip
    draw_timeline(axes[0, 0], clean, observed)
    axes[0, 0].set_title(_title(name, clean, observed), fontsize=9, loc="left")
    draw_paths(axes[0, 1], clean)
    draw_questions(axes[1, 0], clean, asked)
    axes[1, 1].axis("off")
    figure.savefig(path, dpi=80)
    plt.close(figure)


def draw_sheet(clips: Sequence[tuple[str, ObjectIndex, Any, Sequence[Any]]], path: Path) -> None:
    """Up to `PER_SHEET` clips on one page, without their questions."""
    plt = _pyplot()
    figure, axes = plt.subplots(
        PER_SHEET // 2, 4, figsize=(19, 14), width_ratios=(3, 1.6, 3, 1.6), layout="constrained"
    )
    for cell in axes.ravel():
        cell.axis("off")
    for k, (name, clean, observed, _) in enumerate(clips):
        left, right = axes[k // 2, 2 * (k % 2) : 2 * (k % 2) + 2]
        draw_timeline(left, clean, observed)
        left.set_title(_title(name, clean, observed), fontsize=8, loc="left")
        draw_paths(right, clean)
    figure.savefig(path, dpi=70)
    plt.close(figure)


def _title(name: str, clean: ObjectIndex, observed: Any) -> str:
    made = clean.provenance
    what = "+".join(made.get("stages", ["given"])) + (" cuts" if made.get("cuts") else "")
    what += f" loop x{made['loops']}" if made.get("loops", 1) > 1 else ""
    at_once = int(np.diff(clean.offsets).max(initial=0))
    text = f"{name}: {what}, {clean.duration_s:.0f} s, {1 / max(clean.step_s, 1e-9):.3g} fps, "
    text += f"{len(clean.tracks)} objects, {at_once} at once, {len(clean.class_names)} names"
    return text + (f" → {len(observed.index.tracks)} noisy tracks" if observed else "")


def _runs(index: ObjectIndex, track: int) -> list[tuple[float, float]]:
    """(start, length) of the stretches in which a track was seen, seconds."""
    frame = index.row_frame[index.track_id == track]
    if not len(frame):
        return []
    cut = np.flatnonzero(np.diff(frame) > 1)
    begin, stop = np.append(0, cut + 1), np.append(cut, len(frame) - 1)
    t = index.frame_t_s
    return [(t[frame[a]], t[frame[b]] - t[frame[a]] + index.step_s) for a, b in zip(begin, stop, strict=True)]


def _colours(clean: ObjectIndex) -> dict[int, Any]:
    shades = _pyplot().get_cmap("tab20").colors
    return {int(c): shades[k % 20] for k, c in enumerate(np.unique(clean.tracks.class_id))}


def draw_timeline(axis: Any, clean: ObjectIndex, observed: Any = None) -> None:
    """Bars of the objects over time; thin grey or red bars: noisy tracks (red: another class; at the foot: false)."""
    axis.axis("on")
    colours, tracks = _colours(clean), clean.tracks
    y, line_of = 0.0, {}
    for k in range(min(len(tracks), MOST_BARS)):
        track, cls = int(tracks.track_id[k]), int(tracks.class_id[k])
        axis.broken_barh(_runs(clean, track), (y, 0.8), color=colours[cls])
        axis.text(
            -0.005 * clean.duration_s,
            y + 0.4,
            f"{clean.class_names[cls]} {track}",
            ha="right",
            va="center",
            fontsize=5.5,
        )
        line_of[track] = cls
        y += 1.0
        if observed is None:
            continue
        for made in np.flatnonzero(observed.true_track == track):
            y = _noisy_bar(axis, observed.index, int(made), cls, y)
    if observed is not None:
        axis.axhline(y, color="k", lw=0.4)
        for made in np.flatnonzero(observed.true_track < 0)[:20]:
            y = _noisy_bar(axis, observed.index, int(made), -1, y + 0.1)
    for cut in clean.provenance.get("cut_s", []):
        axis.axvline(cut, color="0.7", lw=0.5, ls=":")
    axis.set(xlim=(-0.01 * clean.duration_s, clean.duration_s), ylim=(max(y, 3) + 0.3, -0.3), yticks=[])
    axis.tick_params(labelsize=6)


def _noisy_bar(axis: Any, index: ObjectIndex, made: int, cls: int, y: float) -> float:
    runs = _runs(index, made)
    if not runs:
        return y
    got = int(index.class_id[index.track_id == made][-1])
    axis.broken_barh(runs, (y - 0.1, 0.4), color="0.45" if got == cls else "tab:red")
    if got != cls:
        axis.text(sum(runs[-1]), y + 0.1, f" {index.class_names[got]}", fontsize=4.5, va="center", color="tab:red")
    return y + 0.5


def draw_paths(axis: Any, clean: ObjectIndex) -> None:
    """Box centres over the picture, the last box of each object, a dot where it begins."""
    axis.axis("on")
    colours, box = _colours(clean), clean.boxes_xywhn
    for track in clean.tracks.track_id[:MOST_BARS]:
        mine = np.flatnonzero(clean.track_id == track)
        colour = colours[int(clean.class_id[mine[0]])]
        gap = np.flatnonzero(np.diff(clean.row_frame[mine]) > 1) + 1
        path = np.insert(box[mine, :2].astype(float), gap, np.nan, axis=0)
        axis.plot(path[:, 0], path[:, 1], "-", color=colour, lw=0.8)
        axis.plot(*box[mine[0], :2], "o", color=colour, ms=2)
        cx, cy, w, h = box[mine[len(mine) // 2]]
        axis.add_patch(_pyplot().Rectangle((cx - w / 2, cy - h / 2), w, h, fill=False, ec=colour, lw=0.5))
    axis.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
    axis.set_aspect(clean.height / clean.width)


def draw_questions(axis: Any, clean: ObjectIndex, asked: Sequence[Any]) -> None:
    """The questions as text, each with its answer and a bar for every stretch of evidence."""
    if not asked:
        axis.axis("off")
        return
    axis.set(xlim=(-0.01 * clean.duration_s, clean.duration_s), ylim=(len(asked), -0.4), yticks=[])
    for k, one in enumerate(asked):
        truth = one.truth
        value = getattr(truth, "value", truth)
        text = f"[{one.family}] {one.text}  →  {value}"
        axis.text(0, k, textwrap.shorten(text, 190), fontsize=7, va="center")
        spans = [
            (float(e.start_s), max(float(e.end_s - e.start_s), clean.step_s)) for e in getattr(truth, "evidence", ())
        ]
        if spans:
            axis.broken_barh(spans, (k + 0.3, 0.25), color="tab:green", alpha=0.6)


if __name__ == "__main__":
    sys.exit(run_cli(main))
