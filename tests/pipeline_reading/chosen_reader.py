"""An encoder and a question reader that say what a test wants: one piece per word, chosen roles and heads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from data.question_parts import CHANGES, EVENT_PARTS, HEADS, INTENTS, NTHS, ROLES
from data.vocabulary import coco_names
from models.question_encoder import EncodedText
from models.question_reader import QuestionLogits
from pipeline.asking.understand import QuestionUnderstanding, Understood
from tests.pipeline_reading.small_clips import names_table

COCO = coco_names()
SURE = 10.0


@dataclass
class Chosen:
    """What the reader shall say of one text. roles: of words of the text with its stand-ins, or of pieces by number."""

    heads: dict[str, int]
    roles: Mapping[str | int, str] = field(default_factory=dict)


class ChosenReader:
    """Both the encoder and the reader of `QuestionUnderstanding`; `plans` in the order of the texts."""

    def __init__(self, plans: Sequence[Chosen]):
        self.plans, self.words, self.at = list(plans), [], 0

    def eval(self) -> ChosenReader:
        return self

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        out = []
        for text in texts:
            spans = [(0, 0), *(m.span() for m in re.finditer(r"\w+|[^\w\s]", text)), (0, 0)]
            self.words.append([text[a:b] for a, b in spans])
            out.append(EncodedText(torch.zeros(len(spans), 4), torch.tensor(spans, dtype=torch.int32)))
        return out

    def __call__(self, states: Tensor, features: Tensor, mask: Tensor) -> QuestionLogits:
        number, longest = mask.shape
        roles = torch.zeros(number, longest, len(ROLES))
        roles[..., 0] = SURE
        heads = {name: torch.zeros(number, size) for name, size in HEADS.items()}
        for row in range(number):
            plan, words = self.plans[self.at], self.words[self.at]
            self.at += 1
            for place, word in enumerate(words):
                role = plan.roles.get(place) or plan.roles.get(word.lower())
                if role is not None:
                    roles[row, place, 0], roles[row, place, ROLES.index(role)] = 0, SURE
            for name, answer in plan.heads.items():
                heads[name][row, answer] = 20.0
        return QuestionLogits(roles, heads)


def chosen(intent: str, *, event="none", change="appears", nth=None, event_nth=None, roles=None) -> Chosen:
    heads = {
        "intent": INTENTS.index(intent),
        "nth": NTHS.index(nth),
        "event": EVENT_PARTS.index(event),
        "change": CHANGES.index(change),
        "event_nth": NTHS.index(event_nth),
    }
    return Chosen(heads, roles or {})


def understood(
    texts: Sequence[str], plans: Sequence[Chosen], class_names: tuple[str, ...] = COCO, duration_s: float = 300.0,
    alike: Mapping[str, str] | None = None,
) -> list[Understood]:  # fmt: skip
    """What `QuestionUnderstanding` makes of texts. alike: words whose embedding is that of another word."""

    def names(words: Sequence[str]) -> np.ndarray:
        return names_table([(alike or {}).get(word, word) for word in words], 64)

    reader = ChosenReader(plans)
    return QuestionUnderstanding(reader, reader, names)(list(texts), class_names, duration_s)
