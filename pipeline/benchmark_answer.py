"""How fast a clip is read and a question answered, at any length: `python -m pipeline.benchmark_answer`.

process_s is a whole new process, imports included, that asks one further question of a clip whose index and memory are
kept: the median of `--processes` runs of `python -m pipeline.answer`. process_cpu_s is the processor time of one, which
other work on the machine disturbs less; process_mb is the most memory that one took (Linux only).
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import torch

from data.noise import NoiseSettings, observe
from data.questions import ask
from data.world import WorldSettings, make_clip
from pipeline.answerer import WEIGHTS, Answerer
from pipeline.clip_memory import ClipMemory, memory_path
from pipeline.errors import InputError, run_cli
from pipeline.object_index import SUFFIX, write_index
from pipeline.tokens import ObjectTokens

_CHILD = """
import runpy, sys
sys.argv[0] = "answer"
try:
    runpy.run_module("pipeline.answer", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status:  # ru_maxrss would be that of the parent
        print(next(line for line in status if line.startswith("VmHWM")).split()[1], file=sys.stderr)
"""


def measure_process(memory: ClipMemory, text: str, weights: Path, runs: int, threads: int = 0) -> dict[str, float]:
    """Figures of whole new processes that ask `text` of a clip whose index and memory lie in the cache."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / f"clip{SUFFIX}"
        write_index(memory.index, index)
        env = os.environ | {"LONGTAKE_HOME": folder} | ({"OMP_NUM_THREADS": str(threads)} if threads else {})
        command = [sys.executable, "-c", _CHILD, str(index), text, "--quiet", "--json", "--weights", str(weights)]
        seconds, peaks, before = [], [], 0.0
        for number in range(runs + 1):  # the first one reads the clip as it is on the disk, and keeps the memory
            before = _children_s() if number == 1 else before
            begun = perf_counter()
            done = subprocess.run(command, env=env, capture_output=True, text=True)
            seconds.append(perf_counter() - begun)
            if done.returncode or not memory_path(index).is_file():
                raise InputError(f"the process failed: {done.stderr.strip()[-300:]}")
            peaks.append(float(done.stderr.split()[-1]) / 1024)
    each_s = (_children_s() - before) / runs
    return {"process_s": median(seconds[1:]), "process_cpu_s": each_s, "process_mb": max(peaks[1:])}


def _children_s() -> float:
    """Processor time of all ended child processes, seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(answerer: Answerer, seconds: float, seed: int, process: tuple[Path, int, int] | None) -> dict[str, float]:
    """Figures of one simulated clip with the noise of a real detector. process: weights, runs and threads of
    `measure_process`, None = leave it out."""
    clean = make_clip(seed, WorldSettings(duration_s=(seconds, seconds), max_rows=2_000_000, max_frames=400_000))
    seen = observe(clean, np.random.default_rng(seed), NoiseSettings.real()).index
    tokens = len(ObjectTokens.of(seen))
    texts = [one.text for one in ask(clean, np.random.default_rng(seed), 40, "held_out")]
    begun = perf_counter()
    memory = answerer.read(seen)
    read_s = perf_counter() - begun
    begun = perf_counter()
    answerer.answer(memory, texts[:1])
    first_s = perf_counter() - begun
    further = []
    for text in texts[1:]:
        begun = perf_counter()
        answerer.answer(memory, [text])
        further.append(perf_counter() - begun)
    whole = measure_process(memory, texts[0], *process) if process is not None and process[1] else {}
    return {
        "seconds": seconds,
        "tracks": len(memory.belief),
        "sightings": len(seen.score),
        "tokens": tokens,
        "read_s": read_s,
        "tokens_per_s": tokens / read_s,
        "first_ms": 1e3 * first_s,
        "further_ms": 1e3 * median(further),
        "slowest_ms": 1e3 * max(further),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **whole,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line per length."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.benchmark_answer", description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--seconds", type=float, nargs="+", default=(60.0, 600.0, 3600.0, 36_000.0))
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--processes", type=int, default=5, help="runs of a whole new process; 0 = none")
    args = parser.parse_args(argv)
    answerer = Answerer.load(args.weights, threads=args.threads or None)
    with torch.inference_mode():
        for number, seconds in enumerate((20.0, *args.seconds)):  # the first one warms up
            process = (args.weights, args.processes, args.threads) if number else None
            row = measure(answerer, seconds, args.seed, process)
            if number:
                shown = (f"{name} {value:,.{1 if name.startswith('process') else 0}f}" for name, value in row.items())
                print("  ".join(shown), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
