"""Learning to write queries (`models.query_reader`): pairs of questions and queries, the loss, and how many are right.

Shapes: B questions, L pieces, W encoder width, T words of a query.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from data.query_pool import Pair, read_pool
from models.query_reader import MOST_WORDS, QueryReader
from models.question_encoder import SentenceEncoder
from pipeline.errors import InputError
from pipeline.object_index import write_aside
from pipeline.queries.learned import encoded

BEGIN, END = "<", ">"
SHARES = {"asked": 0.3, "reworded": 0.4, "recombined": 0.3}
"""Of a batch, by where the pairs are from."""
HELD_OUT = 12
"""One in so many originals, with all its rewordings, is to measure with."""
REMEMBERED = 60_000
TOGETHER = 12
"""So many batches are drawn at once."""
SMOOTHING = 0.05


class QueryBatch(NamedTuple):
    """states_BLW, slots_BL, mask_BL: as `QueryReader` reads them. words_BT: from BEGIN to END, END behind it, too."""

    states_BLW: Tensor
    slots_BL: Tensor
    mask_BL: Tensor
    words_BT: Tensor


@dataclass(frozen=True)
class Pairs:
    """What is learnt from, by source, and what is measured with. words: all words of queries."""

    learnt: dict[str, list[Pair]]
    held: list[Pair]
    words: tuple[str, ...]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Of the words."""
        return {word: k for k, word in enumerate(self.words)}

    @staticmethod
    def read(pools: Sequence[Path], folder: Path) -> Pairs:
        """pools: files of `data.query_pool`. folder: of the run, which keeps the words. Raises InputError for a pool
        that is none."""
        try:
            pairs = dict.fromkeys(pair for pool in pools for pair in read_pool(pool) if len(pair.words) < MOST_WORDS)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"no pool of questions ({error}); make one with python -m data.query_pool") from error
        held = [pair for pair in pairs if is_held(pair)]
        learnt = [pair for pair in pairs if not is_held(pair)]
        by_source = {name: [pair for pair in learnt if pair.source == name] for name in SHARES}
        path = folder / "words.json"
        if not path.is_file():
            known = sorted({word for pair in (*learnt, *held) for word in pair.words})
            write_aside(path, lambda aside: aside.write_text(json.dumps([BEGIN, END, *known])))
        measured = [pair for pair in held if pair.source == "reworded"] or learnt  # a small pool holds none back
        return Pairs(by_source, measured, tuple(json.loads(path.read_text())))


def is_held(pair: Pair) -> bool:
    """By its query: all that mean the same are held back together."""
    return len(pair.words) >= 12 and zlib.crc32(" ".join(pair.words).encode()) % HELD_OUT == 0


def batch_of(pairs: Sequence[Pair], words: dict[str, int], encoder: SentenceEncoder) -> QueryBatch:
    longest = max(len(pair.words) for pair in pairs) + 2
    rows = torch.full((len(pairs), longest), words[END])
    for row, pair in enumerate(pairs):
        rows[row, 0] = words[BEGIN]
        rows[row, 1 : len(pair.words) + 1] = torch.tensor([words[word] for word in pair.words])
    return QueryBatch(*encoded([pair.seen for pair in pairs], encoder), rows)


def query_batches(pairs: Pairs, encoder: SentenceEncoder, size: int, seed: int) -> Iterator[QueryBatch]:
    """Without end; queries of one length together, as short ones take less time."""
    rng = np.random.default_rng(seed)
    sources = [(ones, round(TOGETHER * size * SHARES[name])) for name, ones in pairs.learnt.items() if ones]
    while True:
        chosen = [ones[int(k)] for ones, number in sources for k in rng.integers(len(ones), size=number)]
        chosen.sort(key=lambda pair: len(pair.words))
        for begin in rng.permutation(range(0, len(chosen), size)):
            yield batch_of(chosen[begin : begin + size], pairs.numbers, encoder)


def query_loss(logits_BTV: Tensor, batch: QueryBatch) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean over the words of each query, its end included."""
    wanted_BT = batch.words_BT[:, 1:]
    logits_BVT = logits_BTV.float().transpose(1, 2)
    loss_BT = F.cross_entropy(logits_BVT, wanted_BT, reduction="none", label_smoothing=SMOOTHING)
    counts_BT = F.pad(wanted_BT[:, :-1] != 1, (1, 0), value=True)  # up to the first END
    loss = (loss_BT * counts_BT).sum() / counts_BT.sum()
    right = ((logits_BTV.argmax(-1) == wanted_BT) | ~counts_BT).all(1).float().mean()
    return loss, {"loss": loss.detach(), "right": right.detach()}


@dataclass(frozen=True)
class QueryEvaluation:
    """Share of held-out rewordings whose query is written word for word."""

    pairs: Pairs
    encoder: SentenceEncoder

    def __call__(self, module: QueryReader) -> dict[str, float]:
        module.eval()
        numbers, right, sure = self.pairs.numbers, [], []
        for at in range(0, len(self.pairs.held), 64):
            some = self.pairs.held[at : at + 64]
            rows, chances = module.write(*batch_of(some, numbers, self.encoder)[:3])
            right += [row == [numbers[word] for word in pair.words] for row, pair in zip(rows, some, strict=True)]
            sure += chances.exp().tolist()
        module.train()
        right_N, sure_N = np.array(right, float), np.array(sure)
        surest = right_N[np.argsort(-sure_N)[: max(1, len(sure_N) // 2)]]
        return {"right": float(right_N.mean()), "right_of_surest_half": float(surest.mean())}
