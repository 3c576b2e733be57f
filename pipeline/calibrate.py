"""Make the confidence honest: `python -m pipeline.calibrate --weights FOLDER`.

A few small networks from what the answerer knows of an answer (`pipeline.confidence.confidence_features`, and its
family) to whether it was right, fitted on simulated clips of all noises, and on given tracks, with both splits of
wordings, by other seeds than the evaluation's; and from the same, of answers that count, to the range in which the
truth lies (`pipeline.likely_range`). Written beside the weights as calibration.json.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy.linalg import block_diag
from torch import nn

from data.dataset import Lengths, SampleSettings
from pipeline.answerer import WEIGHTS, Answerer
from pipeline.confidence import Calibration, with_family
from pipeline.errors import run_cli
from pipeline.evaluate_model import Case, Clip, run_cases, simulated
from pipeline.likely_range import COUNTED, HIGH, LOW, LikelyRange, range_features
from pipeline.object_index import write_aside
from pipeline.scoring.metrics import calibration_error
from pipeline.small_network import SmallNetwork, scaled

NOISES = ("none", "easy", "real", "hard", "draw", "given")
HIDDEN, MEMBERS = 16, 5
EPOCHS, BATCH, RATE, DECAY, DROPPED = 25, 256, 3e-3, 0.01, 0.1


Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Of outputs (N, O) and targets (N,)."""


def is_right_loss(outputs: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(outputs[:, 0], right)


def range_loss(outputs: torch.Tensor, off: torch.Tensor) -> torch.Tensor:
    """Smallest where a share `LOW` of the targets lies below the first output, and `HIGH` below the second."""
    share, over = torch.tensor([LOW, HIGH]), off[:, None] - outputs
    return torch.maximum(share * over, (share - 1) * over).mean()


def fit(features: np.ndarray, target: np.ndarray, outputs: int, loss: Loss) -> SmallNetwork:
    """The mean of `MEMBERS` networks' outputs, as one network. features: (N, F); target: (N,)."""
    mean, scale = features.mean(0), features.std(0) + 1e-3
    x = torch.from_numpy(scaled(features, mean, scale)).float()
    y = torch.from_numpy(target).float()
    members = [_fit_one(x, y, seed, outputs, loss) for seed in range(MEMBERS)]
    (w1, b1), (w2, b2), (w3, b3) = (
        [np.array(part) for part in zip(*layer, strict=True)] for layer in zip(*members, strict=True)
    )
    layers = (
        (np.concatenate(w1, 1), np.concatenate(b1)),
        (block_diag(*w2), np.concatenate(b2)),
        (np.concatenate(w3, 0) / MEMBERS, b3.mean(0)),
    )
    return SmallNetwork(mean, scale, layers)


def _fit_one(
    x: torch.Tensor, y: torch.Tensor, seed: int, outputs: int, loss_of: Loss
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights (in, out) and biases of the three layers of one network."""
    torch.manual_seed(seed)
    linear = [nn.Linear(x.shape[1], HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, outputs)]
    drop = nn.Dropout(DROPPED)
    parameters = [p for layer in linear for p in layer.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        for part in torch.randperm(len(x)).split(BATCH):
            state = linear[1](drop(torch.tanh(linear[0](x[part]))))
            loss = loss_of(linear[2](torch.tanh(state)), y[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in linear]


def cases_of(answerer: Answerer, clips: int, seed: int) -> Iterator[tuple[str, Case]]:
    """Noise and answers to questions about simulated clips, `clips` of every noise; `given`: true tracks, given."""
    for number, (noise, split) in enumerate((n, s) for n in NOISES for s in ("train", "held_out")):
        lengths = (Lengths(0, (20.0, 180.0), (20.0, 180.0), 0.0),)
        simulation = "none" if noise == "given" else noise
        settings = SampleSettings(noise=simulation, clean_share=0.0, split=split, lengths=lengths)
        made: Iterator[Clip] = simulated(seed + number, clips // 2, settings)
        if noise == "given":
            made = ((name, _given(index), *rest) for name, index, *rest in made)
        with torch.inference_mode():
            found = run_cases(answerer, made, clips // 2)
        yield from ((noise, case) for case in found)


def _given(index):
    return replace(index, provenance={**index.provenance, "original_ids": []})


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, write, and tell how honest it is on clips that it was not fitted on."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--clips", type=int, default=250, help="per noise")
    parser.add_argument("--check", type=int, default=60, help="further clips per noise, to measure with")
    parser.add_argument("--seed", type=int, default=80_001)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args(argv)
    answerer = Answerer.load(args.weights, threads=args.threads or None)
    answerer.calibration = answerer.likely_range = None
    cases = [case for _, case in cases_of(answerer, args.clips, args.seed)]
    families = tuple(sorted({case.family for case in cases}))
    # families that no simulated question is of are met by misreading only, which says nothing of those who do ask them
    cases = [case for case in cases if case.answer.understood.family in families]
    right = np.array([case.right for case in cases])
    features = np.array([with_family(*facts_of(case), families) for case in cases])
    fitted = Calibration(fit(features, right, 1, is_right_loss), families)
    ranges = fit_ranges(cases, families)
    likely = {"families": list(families), **ranges.network.as_json()}
    text = fitted.as_json(questions=len(cases), likely=likely)
    write_aside(args.weights / "calibration.json", lambda path: path.write_text(text))
    print(f"fitted on {len(cases)} answers, {right.mean():.3f} of them right")
    by_noise: dict[str, list[Case]] = {}
    for noise, case in cases_of(answerer, args.check, args.seed + 5_000):
        by_noise.setdefault(noise, []).append(case)
    for noise, found in by_noise.items():
        chance = np.array([fitted(*facts_of(case)) for case in found])
        error = calibration_error(chance, np.array([case.right for case in found]))
        print(f"  {noise:6s} {len(found):5d} answers, ECE {error:.3f}, mean confidence {chance.mean():.3f}", end="")
        inside = [
            low <= case.truth.value <= high
            for case in counted(found)
            for low, high in [ranges(*facts_of(case), case.answer.value)]
        ]
        print(f"; {len(inside)} counts, {np.mean(inside):.3f} of them in the likely range")
    return 0


def counted(cases: Sequence[Case]) -> list[Case]:
    """Those that count, and were read as they were meant."""
    read = [case for case in cases if not case.answer.refused and case.answer.understood.family == case.family]
    return [case for case in read if case.family in COUNTED and not isinstance(case.truth.value, str)]


def fit_ranges(cases: Sequence[Case], families: tuple[str, ...]) -> LikelyRange:
    """The range in which the truth lies, fitted on the answers that count."""
    cases = counted(cases)
    features = np.array([range_features(*facts_of(case), case.answer.value, families) for case in cases])
    off = np.array([np.log1p(case.truth.value) - np.log1p(case.answer.value) for case in cases])
    return LikelyRange(fit(features, off, 2, range_loss), families)


def facts_of(case: Case):
    """What a confidence is worked out from: question, doubts, pieces of evidence."""
    return case.answer.understood, case.answer.doubts, len(case.answer.evidence)


if __name__ == "__main__":
    sys.exit(run_cli(main))
