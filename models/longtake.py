"""The whole model: a reader of clips, one of what they miss and one of questions, from one record of settings.

Plain torch, so that answering a question needs no import of transformers (11 s). The Hugging Face form of the same
weights is `models.modeling_longtake.LongtakeModel`.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from safetensors.torch import load_file
from torch import nn

from models.clip_reader import ClipReader
from models.memory import MemoryPolicy
from models.question_reader import QuestionReader
from models.readers import ReaderKind, make_reader
from models.unseen import UnseenReader

ONE_SEGMENT = 128
"""Without memory, an entry is known for about one segment."""


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """Sizes and options. reader, norm, feed_forward: see `models.readers`. memory: see `models.memory.MemoryPolicy`.

    appearance_width: 0 reads no appearance. heads: of the question reader, answers per head.
    """

    reader: ReaderKind = "transformer_xl"
    width: int = 128
    layers: int = 3
    attention_heads: int = 4
    norm: Literal["pre", "post"] = "pre"
    feed_forward: Literal["dense", "moe"] = "dense"
    memory: Literal["none", "recent", "whole"] = "whole"
    recent_tokens: int = 256
    levels: int = 6
    level_slots: int = 64
    token_features: int = 25
    pair_features: int = 23
    entry_features: int = 79
    appearance_width: int = 96
    name_width: int = 384
    question_width: int = 192
    question_layers: int = 2
    question_attention_heads: int = 6
    question_features: int = 5
    question_roles: int = 4
    question_heads: tuple[tuple[str, int], ...] = ()
    question_dropout: float = 0.15
    encoder_layers: int = 3
    unseen_features: int = 44
    unseen_width: int = 64

    @property
    def policy(self) -> MemoryPolicy:
        return MemoryPolicy(
            kind=self.memory, recent_tokens=self.recent_tokens, levels=self.levels, level_slots=self.level_slots
        )

    @staticmethod
    def from_dict(values: dict[str, Any]) -> ModelSettings:
        """From JSON values; unknown names are left out."""
        known = {f.name for f in dataclasses.fields(ModelSettings)}
        values = {name: value for name, value in values.items() if name in known}
        if "question_heads" in values:
            values["question_heads"] = tuple((name, int(number)) for name, number in values["question_heads"])
        return ModelSettings(**values)


def make_clip_reader(settings: ModelSettings) -> ClipReader:
    """The part that reads clips."""
    reader = make_reader(
        settings.reader,
        layers=settings.layers,
        width=settings.width,
        heads=settings.attention_heads,
        norm=settings.norm,
        feed_forward=settings.feed_forward,
        policy=settings.policy,
    )
    return ClipReader(
        reader,
        token_features=settings.token_features,
        appearance=settings.appearance_width,
        name_width=settings.name_width,
        pair_features=settings.pair_features,
        entry_features=settings.entry_features,
        width=settings.width,
        reach_tokens={"none": ONE_SEGMENT, "recent": settings.recent_tokens, "whole": None}[settings.memory],
    )


def make_question_reader(settings: ModelSettings) -> QuestionReader:
    """The part that reads questions."""
    return QuestionReader(
        encoder_width=settings.name_width,
        features=settings.question_features,
        roles=settings.question_roles,
        heads=dict(settings.question_heads),
        width=settings.question_width,
        layers=settings.question_layers,
        attention_heads=settings.question_attention_heads,
        dropout=settings.question_dropout,
    )


def make_unseen_reader(settings: ModelSettings) -> UnseenReader:
    """The part that says what was there without being found."""
    return UnseenReader(settings.unseen_features, width=settings.unseen_width)


class Longtake(nn.Module):
    """clips: reads clips. unseen: what was there without being found. questions: reads questions."""

    def __init__(self, settings: ModelSettings):
        super().__init__()
        self.settings = settings
        self.clips = make_clip_reader(settings)
        self.unseen = make_unseen_reader(settings)
        self.questions = make_question_reader(settings)

    @staticmethod
    def load(folder: Path) -> Longtake:
        """From a folder with config.json and model.safetensors, in float32, for inference."""
        model = Longtake(ModelSettings.from_dict(json.loads((folder / "config.json").read_text())))
        tensors = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
        model.load_state_dict(tensors)
        return model.eval()
