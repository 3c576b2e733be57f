"""A model as it ships, tiny and untrained; and questions that mean what a table says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from data.meaning import Question
from data.question_parts import HEADS
from models.longtake import Longtake, ModelSettings
from pipeline.asking.understand import Understood


@pytest.fixture(scope="session")
def weights(tmp_path_factory) -> Path:
    """A folder as it ships, of a model that has learned nothing."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    settings = ModelSettings(
        width=32,
        layers=1,
        attention_heads=2,
        question_width=24,
        question_layers=1,
        question_attention_heads=2,
        question_heads=tuple(HEADS.items()),
    )
    folder = tmp_path_factory.mktemp("weights")
    (folder / "config.json").write_text(json.dumps(dataclasses.asdict(settings)))
    save_file(Longtake(settings).state_dict(), folder / "model.safetensors")
    return folder


def looked_up(meanings: Mapping[str, Question]) -> Callable[..., list[Understood]]:
    """In the place of `QuestionUnderstanding.__call__`: what `meanings` says, and everything else is unclear."""

    def understand(self, texts, class_names, duration_s) -> list[Understood]:
        found = [meanings.get(text, Question("refuse_unclear")) for text in texts]
        return [Understood(q, 0.95, q.x if q.family == "refuse_unknown" else None) for q in found]

    return understand
