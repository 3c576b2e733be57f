"""How fast a clip is read and a question answered, at any length: `python -m pipeline.benchmark_answer`."""

from __future__ import annotations

import argparse
import resource
import sys
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
from pipeline.errors import run_cli
from pipeline.tokens import ObjectTokens


def measure(answerer: Answerer, seconds: float, seed: int) -> dict[str, float]:
    """Figures of one simulated clip with the noise of a real detector."""
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
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print one line per length."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.benchmark_answer", description=__doc__)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--seconds", type=float, nargs="+", default=(60.0, 600.0, 3600.0, 36_000.0))
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args(argv)
    answerer = Answerer.load(args.weights, threads=args.threads or None)
    with torch.inference_mode():
        for number, seconds in enumerate((20.0, *args.seconds)):  # the first one warms up
            row = measure(answerer, seconds, args.seed)
            if number:
                print("  ".join(f"{name} {value:,.0f}" for name, value in row.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
