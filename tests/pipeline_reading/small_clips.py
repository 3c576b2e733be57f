"""Small clips with looks, class names as random vectors, and tiny models whose every weight matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from zlib import crc32

import numpy as np
import torch
from torch import nn

from data.question_parts import HEADS, ROLES
from models.longtake import ModelSettings
from pipeline.class_votes import ClassVotes
from pipeline.clip_batch import ENTRY_FEATURES
from pipeline.object_index import ObjectIndex
from pipeline.records import APPEARANCE_DIM
from pipeline.tokens import FEATURES
from pipeline.track_pairs import PAIR_FEATURES
from tests.data.small_worlds import random_clip

Module = TypeVar("Module", bound=nn.Module)
NAME_WIDTH = 16


def names_table(names: Sequence[str], width: int = NAME_WIDTH) -> np.ndarray:
    """(C, W) unit vectors, the same for the same name."""
    rows = [np.random.default_rng(crc32(name.encode())).normal(size=width) for name in names]
    table = np.array(rows, np.float32).reshape(-1, width)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)


def with_looks(index: ObjectIndex, seed: int = 0) -> ObjectIndex:
    """`index` with 0 to 8 appearance keys per track at its sightings, random scores, boxes of many sizes and votes."""
    rng = np.random.default_rng(seed)
    tracks, times = [], []
    for track in np.unique(index.track_id):
        seen = index.frame_t_s[index.row_frame[index.track_id == track]]
        number = min(int(rng.integers(0, 9)), len(seen))
        times += sorted(rng.choice(seen, number, replace=False).tolist())
        tracks += [int(track)] * number
    looks = rng.normal(size=(len(tracks), APPEARANCE_DIM))
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-9)
    boxes = index.boxes_xywhn.copy()
    boxes[:, :2] = np.clip(boxes[:, :2] + rng.normal(0, 0.02, (len(boxes), 2)), 0, 1)
    boxes[:, 2:] = rng.uniform(0.05, 0.5, (len(boxes), 2))
    ids, at = np.unique(index.track_id, return_index=True)
    kind = rng.integers(0, len(index.class_names), (len(ids), 12))
    votes = ClassVotes.of(np.repeat(np.arange(len(ids)), 12), kind.ravel(), index.class_id[at], len(index.class_names))
    return replace(
        index,
        votes=replace(votes, track_id=ids[votes.track_id].astype(np.int32)),
        boxes_xywhn=boxes,
        score=rng.uniform(0.2, 1.0, len(boxes)).astype(np.float32),
        key_track_id=np.array(tracks, np.int32),
        key_t_s=np.array(times, np.float64),
        key_appearance=looks.astype(np.float32),
    )


def looking_clip(seed: int, **options) -> ObjectIndex:
    """A random clip with looks."""
    return with_looks(random_clip(seed, **options), seed)


def tiny_settings(**options) -> ModelSettings:
    """A model of some ten thousand parameters."""
    small = {
        "width": 24, "layers": 2, "attention_heads": 2, "memory": "recent", "recent_tokens": 100_000,
        "token_features": len(FEATURES), "pair_features": len(PAIR_FEATURES), "entry_features": len(ENTRY_FEATURES),
        "name_width": NAME_WIDTH, "question_width": 24, "question_layers": 1, "question_attention_heads": 2,
        "question_roles": len(ROLES), "question_heads": tuple(HEADS.items()),
    }  # fmt: skip
    return ModelSettings(**{**small, **options})


@torch.no_grad()
def randomised(module: Module, seed: int = 0) -> Module:
    """Every weight moved, so that none is zero or too small to matter; for inference."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.15)
    return module.eval()
