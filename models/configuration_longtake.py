"""Hugging Face configuration of the model (`ModelSettings`, field by field)."""

from __future__ import annotations

import dataclasses

from transformers import PreTrainedConfig

from models.longtake import ModelSettings


class LongtakeConfig(PreTrainedConfig):
    """The fields of `ModelSettings`. transformers 5 makes a keyword-only dataclass of it: write no `__init__`."""

    model_type = "longtake"
    reader: str = "transformer_xl"
    width: int = 128
    layers: int = 3
    attention_heads: int = 4
    norm: str = "pre"
    feed_forward: str = "dense"
    memory: str = "whole"
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
    question_heads: tuple | list = ()
    question_dropout: float = 0.15
    encoder_layers: int = 3
    unseen_features: int = 44
    unseen_width: int = 64

    @property
    def settings(self) -> ModelSettings:
        return ModelSettings.from_dict({f.name: getattr(self, f.name) for f in dataclasses.fields(ModelSettings)})

    @staticmethod
    def of(settings: ModelSettings) -> LongtakeConfig:
        return LongtakeConfig(**dataclasses.asdict(settings))
