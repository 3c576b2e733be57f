"""What is measured on answers: accuracy with intervals by clip, calibration, risk and coverage, counts, paired tests.

N: questions. Intervals draw clips (not questions) with replacement, as questions about one clip are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

DRAWS = 2000
EXACT_CLIPS = 12
"""Up to this many clips, every way to swap is gone through."""


def clip_interval(values_N: Sequence[float], clips_N: Sequence[str], draws: int = DRAWS) -> tuple[float, float]:
    """95 % interval of the mean, clips drawn with replacement; (nan, nan) for fewer than two clips."""
    names, place = np.unique(np.asarray(clips_N, object).astype(str), return_inverse=True)
    if len(names) < 2:
        return float("nan"), float("nan")
    total = np.bincount(place, np.asarray(values_N, float))
    count = np.bincount(place).astype(float)
    pick = np.random.default_rng(0).integers(len(names), size=(draws, len(names)))
    share = total[pick].sum(1) / count[pick].sum(1)
    return float(np.quantile(share, 0.025)), float(np.quantile(share, 0.975))


def calibration_bins(confidence_N: Sequence[float], right_N: Sequence[bool], bins: int = 10) -> np.ndarray:
    """(B, 3): mean confidence, accuracy and number, over bins of equal size."""
    confidence, right = np.asarray(confidence_N, float), np.asarray(right_N, float)
    parts = np.array_split(np.argsort(confidence, kind="stable"), bins)
    return np.array([(confidence[p].mean(), right[p].mean(), len(p)) for p in parts if len(p)]).reshape(-1, 3)


def calibration_error(confidence_N: Sequence[float], right_N: Sequence[bool], bins: int = 10) -> float:
    """ECE: the mean distance between confidence and accuracy, over bins of equal size."""
    table = calibration_bins(confidence_N, right_N, bins)
    return float((np.abs(table[:, 0] - table[:, 1]) * table[:, 2]).sum() / max(table[:, 2].sum(), 1))


def risk_coverage(confidence_N: Sequence[float], right_N: Sequence[bool]) -> tuple[np.ndarray, np.ndarray]:
    """(N,) coverage and (N,) accuracy when only the surest are answered. Equal confidences come together."""
    confidence, right = np.asarray(confidence_N, float), np.asarray(right_N, float)
    order = np.argsort(-confidence, kind="stable")
    _, group = np.unique(-confidence[order], return_inverse=True)
    mean = np.bincount(group, right[order]) / np.bincount(group)
    done = np.arange(1, len(right) + 1)
    return done / max(len(right), 1), np.cumsum(mean[group]) / done


@dataclass(frozen=True)
class Paired:
    """Two answers to the same questions. only_first, only_second: right in one alone. mcnemar: exact, two-sided p.

    difference: of the accuracies (first − second), with its interval by clip. by_clip: p of a permutation test that
    swaps the two for whole clips: the one to trust, as questions about one clip are alike.
    """

    questions: int
    first: float
    second: float
    only_first: int
    only_second: int
    low: float
    high: float
    mcnemar: float
    by_clip: float

    @property
    def difference(self) -> float:
        return self.first - self.second


def compare_paired(first_N: Sequence[bool], second_N: Sequence[bool], clips_N: Sequence[str]) -> Paired:
    """Paired comparison of right and wrong."""
    first, second = np.asarray(first_N, float), np.asarray(second_N, float)
    gain = first - second
    b, c = int((gain > 0).sum()), int((gain < 0).sum())
    low, high = clip_interval(gain, clips_N)
    mcnemar = float(binomtest(min(b, c), b + c, 0.5).pvalue) if b + c else 1.0
    mean1, mean2 = float(first.mean()), float(second.mean())
    return Paired(len(gain), mean1, mean2, b, c, low, high, mcnemar, swap_test(gain, clips_N))


def swap_test(gain_N: Sequence[float], clips_N: Sequence[str], draws: int = 20_000) -> float:
    """Two-sided p of a mean of zero, when the signs of whole clips are as likely one way as the other."""
    _, place = np.unique(np.asarray(clips_N, object).astype(str), return_inverse=True)
    total = np.bincount(place, np.asarray(gain_N, float))
    total = total[total != 0]
    if not len(total):
        return 1.0
    if exact := len(total) <= EXACT_CLIPS:
        signs = 1 - 2 * ((np.arange(2 ** len(total))[:, None] >> np.arange(len(total))) & 1)
    else:
        signs = np.random.default_rng(0).choice((-1, 1), size=(draws, len(total)))
    extreme = int((np.abs(signs @ total) >= abs(total.sum()) - 1e-9).sum())
    return extreme / len(signs) if exact else (extreme + 1) / (len(signs) + 1)


def count_errors(said_N: Sequence[float], true_N: Sequence[float]) -> dict[str, float]:
    """Mean absolute error, root of the mean square error, and share that is off by one at most."""
    error = np.abs(np.asarray(said_N, float) - np.asarray(true_N, float))
    rmse = float(np.sqrt((error**2).mean()))
    return {"mae": float(error.mean()), "rmse": rmse, "off_by_one": float((error <= 1).mean())}
