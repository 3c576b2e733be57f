"""Learning to read questions: batches from a pool (`data.question_pool`), the loss, what is understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.question_parts import HEADS, NTHS
from data.question_pool import UNSURE, Pool
from models.question_reader import QuestionLogits, QuestionReader

FIRST = NTHS.index(1)


def question_loss(logits: QuestionLogits, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """Sum of the mean losses of the heads and of the pieces' roles."""
    parts = {
        "roles": F.cross_entropy(logits.roles_BLR.float().flatten(0, 1), batch["roles"].flatten(), ignore_index=UNSURE)
    }
    for place, (name, answers) in enumerate(logits.heads.items()):
        label = batch["heads"][:, place]
        if (label != UNSURE).any():
            parts[name] = F.cross_entropy(answers.float(), label, ignore_index=UNSURE, label_smoothing=0.02)
    return torch.stack([part for part in parts.values() if part.isfinite()]).sum(), {
        k: v.detach() for k, v in parts.items()
    }


def question_batches(pools: list[Pool], size: int, seed: int) -> Iterator[dict[str, Tensor]]:
    """Endless batches from several pools, in turn by their size."""
    rng = np.random.default_rng(seed)
    sources = [pool.batches(size, rng) for pool in pools]
    share = np.array([len(pool) for pool in pools], float)
    while True:
        yield next(sources[rng.choice(len(pools), p=share / share.sum())])


class QuestionEvaluation:
    """A held-out pool, on which every head and the whole reading are compared with what was meant."""

    def __init__(self, folders: dict[str, Path]):
        self.pools = {name: Pool(folder) for name, folder in folders.items()}

    @torch.inference_mode()
    def __call__(self, model: QuestionReader) -> dict[str, float]:
        """Share of questions whose head (or roles, or everything) is right, per pool."""
        model.eval()
        out: dict[str, float] = {}
        for name, pool in self.pools.items():
            hits: dict[str, list[bool]] = {head: [] for head in (*HEADS, "roles", "whole")}
            for batch in pool.all():
                whole = torch.ones(len(batch["heads"]), dtype=torch.bool)
                logits = model(batch["states"].float(), batch["features"], batch["mask"])
                for place, (head, answers) in enumerate(logits.heads.items()):
                    label, guess = batch["heads"][:, place], answers.argmax(-1)
                    right = (guess == label) | (label == UNSURE)
                    if head in ("nth", "event_nth"):  # "the first" and no ordinal mean the same
                        right |= (label <= FIRST) & (guess <= FIRST)
                    whole &= right
                    hits[head] += right[label != UNSURE].tolist()
                roles = ((logits.roles_BLR.argmax(-1) == batch["roles"]) | (batch["roles"] == UNSURE)).all(1)
                hits["roles"] += roles.tolist()
                hits["whole"] += (whole & roles).tolist()
            out |= {f"{name}/{head}": float(np.mean(values)) for head, values in hits.items()}
        model.train()
        return out
