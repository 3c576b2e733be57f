"""Queries of questions that the grammar does not read, written by a network (`models.query_reader`).

The grammar knows what every word means, or reads nothing. The network has learned from thousands of rewordings, reads
everything, and may be wrong: what it writes counts only if it is surely written, and names all that the question names.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import safe_open

from models.query_reader import QueryReader
from models.question_encoder import SentenceEncoder
from pipeline.queries import algebra as q
from pipeline.queries.slots import SLOTS, Slotted, slotted
from pipeline.queries.spelling import unspelled

QUERIES = "queries.safetensors"
"""The file of the weights, beside the model's."""
LEAST = 0.05
"""What is less likely is not written to its end, as nobody asks for it."""


class Written(NamedTuple):
    """A query, and the likelihood of its words."""

    query: q.Query
    sure: float

    @property
    def right(self) -> float:
        """The chance that it is what is meant: other words may say the same."""
        return min(0.9, 0.5 + 1.2 * self.sure)


@dataclass(frozen=True)
class QueryWriter:
    """words: what the network writes, in the order of its numbers."""

    reader: QueryReader
    words: tuple[str, ...]
    encoder: SentenceEncoder

    @staticmethod
    def load(path: Path, encoder: SentenceEncoder) -> QueryWriter | None:
        """From a file; None where there is none."""
        if not path.is_file():
            return None
        with safe_open(path, "pt") as file:
            words = tuple(json.loads(file.metadata()["words"]))
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        reader = QueryReader(slots=len(SLOTS), words=len(words))
        reader.load_state_dict(tensors)
        return QueryWriter(reader.eval(), words, encoder)

    def __call__(self, text: str, class_names: Sequence[str], duration_s: float) -> Written | None:
        """None where no query is written, or one that leaves out what the question names."""
        seen = slotted(text, class_names, duration_s)
        if seen is None:
            return None
        rows, likely = self.reader.write(*encoded([seen], self.encoder), least=math.log(LEAST))
        if math.isinf(float(likely[0])):
            return None
        words = [self.words[k] for k in rows[0]]
        query = unspelled(words, seen)
        if query is None or not says_all(words, seen) or invents(words, seen.text) or neglects(words, seen.text):
            return None
        return Written(query, math.exp(float(likely[0])))


def says_all(words: Sequence[str], seen: Slotted) -> bool:
    """Does a query hold every thing and time that the question names?"""
    return all(
        any(slot.name in word for word in words)
        for slot in seen.slots
        if not slot.name.startswith(("number", "ordinal"))
    )


_SIDES = {
    "left": "left", "right": "right", "top": "top|upper|above|up", "bottom": "bottom|lower|below|down|under",
    "up": "up|upper|above|top", "down": "down|lower|below|bottom",
}  # fmt: skip


def invents(words: Sequence[str], text: str) -> bool:
    """Does a query hold a side or a way that the question does not name?"""
    named = (_SIDES[word[1:]] for word in words if word.startswith("'") and word[1:] in _SIDES)
    return any(re.search(rf"(?:{looks})", text) is None for looks in named)


_ASKS_FOR = (
    (re.compile(r"\bfewer\b"), frozenset(("'fewer", "'fewest", "'most", "Less", "Which"))),
    (re.compile(r"\b(?:bar|but|save) one\b"), frozenset()),
    (re.compile(r"\b(?:no other|no ?-?one else|nobody else)\b"), frozenset(("Not", "'exactly"))),
)
"""Words that turn a question, and what there must be of them in a query."""


def neglects(words: Sequence[str], text: str) -> bool:
    """Does a query pass over a word that turns the question?"""
    return any(looks.search(text) and needed.isdisjoint(words) for looks, needed in _ASKS_FOR)


def encoded(texts: Sequence[Slotted], encoder: SentenceEncoder) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(states [B, L, W], slots [B, L], mask [B, L]) of texts with stand-ins, padded; see `QueryReader.question`."""
    found = encoder.encode([one.text for one in texts])
    longest = max(len(one.states_LW) for one in found)
    states = torch.zeros(len(found), longest, encoder.width)
    slots = torch.zeros(len(found), longest, dtype=torch.long)
    mask = torch.zeros(len(found), longest, dtype=torch.bool)
    for row, (one, text) in enumerate(zip(found, texts, strict=True)):
        length = len(one.states_LW)
        states[row, :length], mask[row, :length] = one.states_LW, True
        for slot in text.slots:
            inside = (one.spans_L2[:, 0] < slot.end) & (one.spans_L2[:, 1] > slot.start)
            slots[row, :length][inside] = SLOTS.index(slot.name) + 1
    return states, slots, mask
