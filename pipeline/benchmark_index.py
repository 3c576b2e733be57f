"""`python -m pipeline.benchmark_index VIDEO`: what indexing costs, against the detector alone on the same frames.

Both are timed in turns in one run, because machines are noisy; the ratio is what counts. The detector alone is
`Detector.detect`'s network on frames that are already decoded and in memory. Also printed: times real time, bytes per
hour of video, peak memory, and where the processor's time goes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.appearance import describe_appearance
from pipeline.build_index import DEFAULT_FPS, IndexSettings, build_index
from pipeline.detect import DEFAULT_DETECTOR, Detector, DetectorSettings, _letterbox, load_detector
from pipeline.detectors.runtimes import cpu_threads
from pipeline.errors import run_cli
from pipeline.motion import CameraMotion
from pipeline.records import Frame
from pipeline.track import OnlineTracker
from pipeline.video import VideoReader


def detector_alone_s(detector: Detector, frames: Sequence[Frame]) -> float:
    """Seconds that the network takes for all frames, decoded and letterboxed before."""
    detector.open(frames[0].image.shape[:2])
    pictures = [_letterbox(frame.image, detector._hw)[0][None] for frame in frames]
    with ThreadPoolExecutor(detector.parallel) as pool:
        list(pool.map(detector._runtime.run, pictures[:4]))
        began = time.perf_counter()
        list(pool.map(detector._runtime.run, pictures))
        return time.perf_counter() - began


def cpu_s() -> float:
    """Processor seconds of this process and its finished children."""
    return sum(os.times()[:4])


def costs_of_parts(video: Path, settings: IndexSettings, detector: Detector) -> dict[str, float]:
    """Milliseconds per frame of every part, each run by itself."""
    began, cpu = time.perf_counter(), cpu_s()
    with VideoReader.open(video, decoder=settings.decoder) as reader:
        frames = list(reader.frames(fps=settings.fps, max_side=settings.detector.input_px))
    decode_cpu, decode_wall = cpu_s() - cpu, time.perf_counter() - began
    parts = {"decoding (processor)": decode_cpu, "decoding (clock)": decode_wall}
    network_s = detector_alone_s(detector, frames)
    parts["network"] = network_s
    seen = [detector.detect([frame])[0] for frame in frames]
    began = time.perf_counter()
    for frame, objects in zip(frames, seen, strict=True):
        describe_appearance(frame.image, objects.boxes_xywhn)
    parts["looks"] = time.perf_counter() - began
    motion = CameraMotion()
    began = time.perf_counter()
    for frame in frames:
        motion.shift(frame.image)
    parts["camera motion"] = time.perf_counter() - began
    tracker = OnlineTracker(class_names=detector.class_names, step_s=1 / settings.fps)
    began = time.perf_counter()
    for objects in seen:
        tracker.update(objects)
    parts["tracking"] = time.perf_counter() - began
    parts["objects per frame"] = sum(map(len, seen)) / 1000
    return {name: 1000 * value / len(frames) for name, value in parts.items()}


def peak_memory_mb(video: Path, settings: IndexSettings) -> float:
    """Of `python -m pipeline.index` in a process of its own, megabytes; 0 where the system does not tell."""
    if not Path("/proc/self/status").exists():
        return 0.0
    program = (
        "import sys; from pathlib import Path; from pipeline.index import main; main(sys.argv[1:]);"
        "print([line.split()[1] for line in Path('/proc/self/status').read_text().splitlines() if 'VmHWM' in line][0])"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", program, str(video), "-o", folder, "--quiet", "--fps", str(settings.fps)]
        command += ["--detector", settings.detector.detector, "--decoder", settings.decoder]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return int(told.split()[-1]) / 1024


def measure(video: Path, settings: IndexSettings, rounds: int) -> None:
    detector = load_detector(settings.detector)
    with VideoReader.open(video, decoder=settings.decoder) as reader:
        info = reader.info
        frames = list(reader.frames(fps=settings.fps, max_side=settings.detector.input_px))
    alone, whole, cpu = [], [], []
    for _ in range(rounds):
        alone.append(detector_alone_s(detector, frames))
        with tempfile.TemporaryDirectory() as folder:
            before, began = cpu_s(), time.perf_counter()
            built = build_index(video, Path(folder), settings, detector=detector, quiet=True)
            whole.append(time.perf_counter() - began)
            cpu.append(cpu_s() - before)
            size = built.path.stat().st_size
    duration_s = built.index.duration_s
    ratios = [w / a for w, a in zip(whole, alone, strict=True)]
    fixed = len(built.index.key_track_id) * 108 + 8000  # names and looks: paid per object, not per hour
    rows = len(built.index.score) / max(len(built.index), 1)
    peak = peak_memory_mb(video, settings)
    print(f"{video.name}: {duration_s:.1f} s, {info.width}×{info.height}, {info.codec}, read by {info.decoder}")
    print(f"  {detector.runtime_name}, {cpu_threads()} cores, {settings.fps:g} fps, {rows:.1f} objects per frame")
    print(f"  whole / detector alone: {statistics.median(ratios):.2f} ({', '.join(f'{r:.2f}' for r in ratios)})")
    whole_ms, alone_ms, cpu_ms = (1000 * statistics.median(each) / len(frames) for each in (whole, alone, cpu))
    print(
        f"  whole: {duration_s / statistics.median(whole):.1f}× real time, {whole_ms:.1f} ms a frame "
        f"({cpu_ms:.1f} ms of processor); detector alone {alone_ms:.1f} ms"
    )
    print(
        f"  size: {size:,} bytes, {(size - fixed) / duration_s * 3600 / 1e6:.2f} MB per hour; peak memory {peak:.0f} MB"
    )
    for name, ms in costs_of_parts(video, settings, detector).items():
        print(f"    {name:30s} {ms:7.2f}" + ("" if name == "objects per frame" else " ms a frame"))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m pipeline.benchmark_index", description=__doc__)
    parser.add_argument("videos", type=Path, nargs="+", metavar="VIDEO")
    parser.add_argument("--detector", default=DEFAULT_DETECTOR)
    parser.add_argument("--fps", type=float, default=DEFAULT_FPS)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--decoder", default="pyav")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(arguments)
    settings = IndexSettings(args.fps, DetectorSettings(args.detector, threads=args.threads), args.decoder)
    for video in args.videos:
        measure(video, settings, args.rounds)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
