"""Simulated clips beside real ones: do durations, sizes, speeds, crowds and gaps, and the detector's noise, match?

    python -m data.compare_real --real ../shared/real -o /tmp/compare [--index real1.index.safetensors …]

Writes `tracks.png` (clean simulated clips against human tracks), `noise.png` (noisy simulated tracks and human tracks
under simulated noise against the indexes of real videos given by --index), and prints the percentiles of both.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from data.noise import NoiseSettings, observe
from data.world import WorldSettings, make_clip
from pipeline.errors import run_cli
from pipeline.evaluate_tracks import thin_out
from pipeline.object_index import ObjectIndex, read_index

PERCENTILES = (1, 10, 50, 90, 99)
TRACK_MEASURES = {
    "time on screen [s]": (0.1, 300),
    "box height [share of picture]": (0.01, 1),
    "box width / height [pixels]": (0.1, 10),
    "speed [picture heights / s]": (0.001, 3),
    "speed [own heights / s]": (0.01, 20),
    "height at the end / at the start": (0.05, 20),
    "objects at once": (0.7, 70),
    "new objects per minute": (0.5, 300),
    "gaps [s]": (0.15, 100),
}
NOISE_MEASURES = {
    "mean score of a track": (0.1, 1),
    "spread of the score in a track": (0.005, 0.4),
    "share of frames missed in a track": (0.005, 1),
    "gaps in a track [s]": (0.15, 60),
    "jitter of the centre, standing [share of the box]": (0.0005, 0.3),
    "jitter of the size, standing [share of the box]": (0.0005, 0.5),
    "time on screen [s]": (0.3, 200),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m data.compare_real", description=__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, default=Path("../shared/real"), help="folder with tracks/index.json")
    parser.add_argument("--index", type=Path, nargs="*", default=[], help="index files of real videos")
    parser.add_argument("--n", type=int, default=250, help="number of simulated clips")
    parser.add_argument("-o", "--output", type=Path, default=Path("compare_real"), help="folder for the pictures")
    options = parser.parse_args(argv)
    if not (options.real / "tracks" / "index.json").is_file():
        print(f"skipped: no human tracks in {options.real} (tracks/index.json)")
        return 0
    options.output.mkdir(parents=True, exist_ok=True)
    human = {name: list(clips) for name, clips in human_clips(options.real / "tracks").items()}
    made = [make_clip(k, WorldSettings(loops=0.0)) for k in range(options.n)]
    sets = {"simulated": made, **human}
    measured = {name: track_measures(clips) for name, clips in sets.items()}
    report(measured, TRACK_MEASURES)
    draw(measured, TRACK_MEASURES, options.output / "tracks.png")
    real = NoiseSettings.real()
    noisy: dict[str, list[ObjectIndex]] = {"simulated": []}
    for k, clip in enumerate(made):
        noisy["simulated"].append(observe(clip, np.random.default_rng(k), real).index)
    for name, clips in human.items():
        seen = [observe(clip, np.random.default_rng(k), real) for k, clip in enumerate(clips)]
        noisy[f"{name} + noise"] = [o.index for o in seen]
        of_objects = sum(int((o.true_track >= 0).sum()) for o in seen)
        print(f"{name}: {sum(len(c.tracks) for c in clips)} objects, {of_objects} noisy tracks of them, "
              f"{sum(len(o.true_track) for o in seen) - of_objects} invented")  # fmt: skip
    noisy |= {path.stem.split(".")[0]: [read_index(path)] for path in options.index}
    measured = {name: noise_measures(clips) for name, clips in noisy.items()}
    report(measured, NOISE_MEASURES)
    draw(measured, NOISE_MEASURES, options.output / "noise.png")
    print(options.output / "tracks.png", options.output / "noise.png")
    return 0


def human_clips(folder: Path, fps: float = 5.0) -> dict[str, Iterable[ObjectIndex]]:
    """Human tracks by set, sampled down to about `fps`."""
    from pipeline.given_tracks import read_given_tracks

    sets: dict[str, list[ObjectIndex]] = {}
    for clip in json.loads((folder / "index.json").read_text()):
        path = folder / clip["set"] / f"{clip['seq']}.csv"
        if path.stat().st_size < 60:
            continue
        index = read_given_tracks(
            path, fps=clip["fps"], size=(clip["width"], clip["height"]), duration_s=clip["seconds"]
        )
        sets.setdefault(clip["set"], []).append(thin_out(index, fps))
    return sets


# ---------------------------------------------------------------------------------------------------------- measuring


def _by_track(index: ObjectIndex):
    """(frames, rows) of every track with three sightings or more."""
    order = np.argsort(index.track_id, kind="stable")
    cut = np.flatnonzero(np.diff(index.track_id[order])) + 1
    for rows in np.split(order, cut):
        if len(rows) >= 3:
            yield index.row_frame[rows], rows


def track_measures(clips: Iterable[ObjectIndex]) -> dict[str, np.ndarray]:
    """Values of each of `TRACK_MEASURES`, one per track (gaps: one per gap; at once: one per second and clip)."""
    out: dict[str, list[float]] = {name: [] for name in TRACK_MEASURES}
    stay, tall, shape, speed, own, growth, at_once, per_min, gaps = out.values()
    for index in clips:
        aspect = index.width / index.height
        step = max(1, round(1 / max(index.step_s, 1e-3)))
        at_once += np.diff(index.offsets)[::step].tolist()
        if len(index.tracks):
            per_min.append(len(index.tracks) / index.duration_s * 60)
        for frame, rows in _by_track(index):
            t, box = index.frame_t_s[frame], index.boxes_xywhn[rows].astype(float)
            height = float(np.median(box[:, 3]))
            stay.append(t[-1] - t[0] + index.step_s)
            tall.append(height)
            shape.append(float(np.median(box[:, 2] / box[:, 3])) * aspect)
            growth.append(box[-1, 3] / box[0, 3])
            gaps += (np.diff(t)[np.diff(frame) > 1] - index.step_s).tolist()
            way = np.hypot(np.diff(box[:, 0]) * aspect, np.diff(box[:, 1])) / np.diff(t)
            speed.append(float(np.median(way)))
            own.append(speed[-1] / height)
    return {name: np.array(values) for name, values in out.items()}


def noise_measures(clips: Iterable[ObjectIndex]) -> dict[str, np.ndarray]:
    """Values of each of `NOISE_MEASURES`."""
    out: dict[str, list[float]] = {name: [] for name in NOISE_MEASURES}
    score, spread, missed, gaps, centre, size, stay = out.values()
    for index in clips:
        for frame, rows in _by_track(index):
            t, box = index.frame_t_s[frame], index.boxes_xywhn[rows].astype(float)
            score.append(float(index.score[rows].mean()))
            spread.append(float(index.score[rows].std()))
            missed.append(1 - len(frame) / (frame[-1] - frame[0] + 1))
            gaps += (np.diff(t)[np.diff(frame) > 1] - index.step_s).tolist()
            stay.append(t[-1] - t[0] + index.step_s)
            # what stands still, one row a second: key rows of the file, nothing that was interpolated
            sparse = box[:: max(1, round(1 / max(index.step_s, 1e-3)))]
            bend = np.abs(sparse[2:] - 2 * sparse[1:-1] + sparse[:-2]) / np.median(box[:, 2:], 0)[[0, 1, 0, 1]]
            way = np.abs(np.diff(sparse[:, :2], axis=0)) / np.median(box[:, 2:], 0)
            if len(bend) >= 3 and len(frame) == frame[-1] - frame[0] + 1 and np.median(way) < 0.15:
                usual = np.median(bend, 0) / 0.6745 / np.sqrt(6)
                centre.append(float(usual[:2].mean()))
                size.append(float(usual[2:].mean()))
    return {name: np.array(values) for name, values in out.items()}


# ---------------------------------------------------------------------------------------------------------- reporting


def report(measured: dict[str, dict[str, np.ndarray]], measures: dict[str, tuple[float, float]]) -> None:
    """Print the percentiles of every measure."""
    for measure in measures:
        print(f"{measure}  (percentiles {', '.join(map(str, PERCENTILES))})")
        for name, values in measured.items():
            x = values[measure]
            text = "  ".join(f"{v:8.3f}" for v in np.percentile(x, PERCENTILES)) if len(x) else "–"
            print(f"  {name:34s} n {len(x):6d}  {text}")


def draw(measured: dict[str, dict[str, np.ndarray]], measures: dict[str, tuple[float, float]], path: Path) -> None:
    """Cumulative distributions, one panel per measure. Writes a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    columns = 3
    figure, axes = plt.subplots(-(-len(measures) // columns), columns, figsize=(15, 11), layout="constrained")
    for cell, (measure, (low, high)) in zip(axes.ravel(), measures.items(), strict=False):
        for name, values in measured.items():
            x = np.sort(values[measure])
            if len(x):
                wide = 2.5 if name == "simulated" else 1.2
                cell.plot(np.clip(x, low, high), np.linspace(0, 1, len(x)), lw=wide, label=f"{name} ({len(x)})")
        cell.set(xscale="log", xlim=(low, high), ylim=(0, 1), title=measure)
        cell.grid(alpha=0.3)
        cell.legend(fontsize=6)
    for cell in axes.ravel()[len(measures) :]:
        cell.axis("off")
    figure.suptitle("cumulative shares; values outside a panel are drawn at its edge", fontsize=9)
    figure.savefig(path, dpi=75)
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(run_cli(main))
