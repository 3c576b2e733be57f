"""Make the confidence honest: `python -m pipeline.calibrate --weights FOLDER`.

A logistic regression from what the answerer knows of an answer (`answerer.confidence_features`, and its family) to
whether it was right, fitted on simulated clips of all noises and both splits of wordings, with other seeds than the
evaluation's. Written beside the weights as calibration.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize

from data.dataset import Lengths, SampleSettings
from pipeline.answerer import WEIGHTS, Answerer, confidence_features
from pipeline.errors import run_cli
from pipeline.evaluate_model import run_cases, simulated
from pipeline.object_index import write_aside

NOISES = ("none", "easy", "real", "hard", "draw")
PULL = 1.0
"""Ridge: pulls weights towards 0."""


def fit(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(F,) weights of a ridge-regularised logistic regression. features: (N, F); right: (N,) bool."""
    sign = np.where(right, 1.0, -1.0)

    def cost(w: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (features @ w)
        slope = -sign / (1 + np.exp(margin))
        return float(np.logaddexp(0, -margin).sum() + PULL * w @ w / 2), features.T @ slope + PULL * w

    return minimize(cost, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--clips", type=int, default=250, help="per noise")
    parser.add_argument("--seed", type=int, default=80_001)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args(argv)
    answerer = Answerer.load(args.weights, threads=args.threads or None)
    answerer.calibration = None
    features, right, asked = [], [], []
    for number, (noise, split) in enumerate((n, s) for n in NOISES for s in ("train", "held_out")):
        lengths = (Lengths(0, (20.0, 180.0), (20.0, 180.0), 0.0),)
        settings = SampleSettings(noise=noise, clean_share=0.0, split=split, lengths=lengths)
        with torch.inference_mode():
            for case in run_cases(answerer, simulated(args.seed + number, args.clips // 2, settings), args.clips // 2):
                features.append(features_of(case.answer))
                asked.append(case.answer.understood.family)
                right.append(case.right)
    families = sorted({*asked})
    of_family = np.array([[family == one for one in families] for family in asked], float)
    fitted = [round(float(w), 5) for w in fit(np.hstack([np.array(features), of_family]), np.array(right))]
    weights, offsets = fitted[: -len(families)], fitted[-len(families) :]
    found = {"weights": weights, "families": dict(zip(families, offsets, strict=True)), "questions": len(right)}
    text = json.dumps(found, indent=1)
    write_aside(args.weights / "calibration.json", lambda path: path.write_text(text))
    print(f"fitted on {len(right)} answers, {np.mean(right):.3f} of them right")
    return 0


def features_of(answer) -> list[float]:
    """The features of an answer that was given without calibration."""
    return confidence_features(answer.understood, answer.doubts, len(answer.evidence))


if __name__ == "__main__":
    sys.exit(run_cli(main))
