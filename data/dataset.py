"""Endless training samples: a simulated clip as the detector saw it, as it was, and questions about it.

    python -m data.dataset --benchmark

Sample k of seed s is the same on every machine and with any number of workers: each is made from (s, k) alone, worker w
of W makes w, w + W, …, and a `DataLoader` puts them in order again. Rate: LOG.md.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from data.noise import NoiseSettings, observe
from data.noise_settings import Preset
from data.world import WorldSettings, make_clip
from pipeline.detectors.runtimes import cpu_threads
from pipeline.errors import run_cli
from pipeline.object_index import ObjectIndex


@dataclass(frozen=True)
class Lengths:
    """How long clips are from one sample number on.

    from_sample: first sample of this stage. duration_s: ordinary clips, log-uniform. long_s: long ones; long_share:
    share of those. Long and sparse clips belong in every stage: a reader trained on short ones does not carry over.
    """

    from_sample: int
    duration_s: tuple[float, float]
    long_s: tuple[float, float]
    long_share: float


CURRICULUM = (
    Lengths(0, (10.0, 60.0), (60.0, 600.0), 0.03),
    Lengths(200_000, (15.0, 120.0), (120.0, 1800.0), 0.05),
    Lengths(1_000_000, (15.0, 300.0), (300.0, 7200.0), 0.08),
    Lengths(3_000_000, (15.0, 600.0), (600.0, 36000.0), 0.08),
)
"""Samples grow with training. A share of long clips in all stages; `max_rows` bounds what one of them costs."""


@dataclass(frozen=True)
class SampleSettings:
    """What samples are made of.

    world: the clips; its durations are the curriculum's. max_rows, max_frames: sightings and frames per clip at most.
    noise: preset or random draws; clean_share: share of samples without noise. questions: per clip. split: of the
    wordings. lengths: stages.
    """

    world: WorldSettings = field(default_factory=WorldSettings)
    max_rows: int = 20_000
    max_frames: int = 40_000
    noise: Preset = "draw"
    clean_share: float = 0.1
    questions: int = 24
    split: str = "train"
    lengths: tuple[Lengths, ...] = CURRICULUM


@dataclass(frozen=True)
class Sample:
    """One clip with its questions.

    seen: what the model reads (noisy; the clean clip itself in a share of samples). clean: what is true.
    true_track: (T,) the clean track behind each track of `seen`, -1 for none. questions: of `data.questions`.
    """

    number: int
    seen: ObjectIndex
    clean: ObjectIndex
    true_track: np.ndarray
    questions: tuple[Any, ...]


def make_sample(seed: int, number: int, settings: SampleSettings | None = None) -> Sample:
    """Sample `number` of the sequence that `seed` stands for."""
    settings = settings or SampleSettings()
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number, 0x73616D])))
    stage = max((s for s in settings.lengths if s.from_sample <= number), key=lambda s: s.from_sample)
    duration_s = stage.long_s if rng.random() < stage.long_share else stage.duration_s
    world = replace(settings.world, duration_s=duration_s, max_rows=settings.max_rows, max_frames=settings.max_frames)
    clean = make_clip(int(rng.integers(2**62)), world)
    noise = "none" if rng.random() < settings.clean_share else settings.noise
    observed = observe(clean, rng, NoiseSettings.named(noise, rng))
    questions: Sequence[Any] = ()
    if settings.questions:
        from data.questions import ask

        questions = ask(clean, rng, settings.questions, settings.split)
    return Sample(number, observed.index, clean, observed.true_track, tuple(questions))


class Samples(IterableDataset):
    """`Sample`s from `start` on, endless or up to `stop`; hand it to a `DataLoader` with `batch_size=None`."""

    def __init__(self, seed: int, settings: SampleSettings | None = None, *, start: int = 0, stop: int | None = None):
        """seed: of the whole sequence. start: number of the first sample (to go on after an interruption)."""
        super().__init__()
        self.seed, self.settings = seed, settings or SampleSettings()
        self.start, self.stop = start, stop

    def __iter__(self) -> Iterator[Sample]:
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker else (0, 1)
        number = self.start + first
        while self.stop is None or number < self.stop:
            yield make_sample(self.seed, number, self.settings)
            number += step


def groups_from(start: int, size: int, rank: int = 0, world: int = 1) -> Iterator[int]:
    """Endless numbers of groups of `size` samples, from sample `start` on, that this loader's worker makes for process
    `rank` of `world`: no other makes the same."""
    worker = get_worker_info()
    index, workers = (worker.id, worker.num_workers) if worker else (0, 1)
    first = start // (size * world) * world + rank * workers + index
    return itertools.count(first, workers * world)


def load_samples(
    seed: int,
    settings: SampleSettings | None = None,
    *,
    workers: int | None = None,
    start: int = 0,
    stop: int | None = None,
) -> DataLoader:
    """A loader of single samples, in the order of their numbers. workers: processes, default one per core."""
    workers = cpu_threads() if workers is None else workers
    ahead = {"prefetch_factor": 16} if workers else {}
    samples = Samples(seed, settings, start=start, stop=stop)
    return DataLoader(samples, batch_size=None, num_workers=workers, **ahead)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: `--benchmark` prints clips per second and core."""
    parser = argparse.ArgumentParser(prog="python -m data.dataset", description=__doc__.splitlines()[0])
    parser.add_argument("--benchmark", action="store_true", help="measure the rate (the only thing that this does)")
    parser.add_argument("--n", type=int, default=400, help="clips to make")
    parser.add_argument("--questions", type=int, default=24, help="questions per clip")
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 120.0), help="shortest and longest clip")
    options = parser.parse_args(argv)
    lengths = (Lengths(0, tuple(options.seconds), (60.0, 600.0), 0.0),)
    for name, settings in {
        "world": SampleSettings(noise="none", questions=0, lengths=lengths),
        "world + noise": SampleSettings(questions=0, lengths=lengths),
        f"world + noise + {options.questions} questions": SampleSettings(questions=options.questions, lengths=lengths),
    }.items():
        try:
            rows, objects, cpu_s, wall_s = _measure(options.n, settings)
        except ImportError as error:
            print(f"{name}: not measured ({error})")
            continue
        print(
            f"{name}: {options.n / cpu_s:.0f} clips/s per core ({1e3 * cpu_s / options.n:.2f} ms of CPU time, "
            f"{1e3 * wall_s / options.n:.2f} ms of wall time each; {rows:.0f} sightings, {objects:.0f} objects)"
        )
    return 0


def _measure(n: int, settings: SampleSettings) -> tuple[float, float, float, float]:
    """Sightings and objects per clip, CPU and wall seconds for n clips, in this process alone."""
    for number in range(20):
        make_sample(1, number, settings)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    made = [(len(s.clean.score), len(s.clean.key_t_s)) for s in (make_sample(0, k, settings) for k in range(n))]
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    rows, objects = np.mean(made, 0)
    return float(rows), float(objects), cpu_s, wall_s


if __name__ == "__main__":
    sys.exit(run_cli(main))
