"""A user's own wordings as the question reader learns them: of each, only what it asks is known, not its other parts.

They are mixed with questions whose every part is known (a pool of `data.question_pool`, or made on the user's tracks),
so that what was learned before is not lost. The arrays are those of one part of a pool.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from data.meaning import FAMILIES, REFUSALS
from data.question_parts import HEADS, INTENTS, piece_features
from data.question_pool import UNSURE, Labels, Pool, labels_of, read_text
from data.questions import PROPOSERS, ask
from models.question_encoder import SentenceEncoder
from models.question_reader import QuestionReader
from pipeline.asking.mentions import find_mentions, with_stand_ins
from pipeline.errors import InputError
from pipeline.own_tracks import OwnVideo, cut

INTENT_OF = {"count_between": "count", "order_reversed": "order", "list_between": "list"}
Part = dict[str, np.ndarray]


def read_questions(path: Path) -> list[tuple[str, str]]:
    """(text, intent) of JSON lines with "question" and "family". Raises InputError that names the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the questions {path}: {getattr(error, 'strerror', error)}") from error
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, family = row["question"], row["family"]
        except (ValueError, KeyError, TypeError) as error:
            wants = 'each line is a JSON object with "question" and "family"'
            raise InputError(f"{path}, line {number}: {wants}") from error
        if family == "refuse_unknown":
            continue  # whether a thing is unknown is looked up, and the row does not say what was asked about it
        intent = INTENT_OF.get(family, family)
        if intent not in INTENTS or not isinstance(text, str) or not text.strip():
            known = ", ".join((*FAMILIES, *REFUSALS))
            raise InputError(f"{path}, line {number}: family {family!r} of {str(text)[:60]!r}; known are {known}")
        out.append((text, intent))
    if len(out) < 2:
        raise InputError(f"{path} holds {len(out)} questions that can be learned from; give at least 2")
    return out


def split_questions(rows: Sequence[tuple[str, str]], share: float, seed: int) -> tuple[list[Any], list[Any]]:
    """To learn from, and held out (at least one of each)."""
    order = np.random.default_rng(seed).permutation(len(rows))
    held = min(max(1, round(share * len(rows))), len(rows) - 1)
    return [rows[k] for k in order[held:]], [rows[k] for k in order[:held]]


def part_with_intent(
    rows: Sequence[tuple[str, str]], encoder: SentenceEncoder, class_names: tuple[str, ...], duration_s: float
) -> Part:
    """Questions of which only the intent is known."""
    read = []
    for text, _ in rows:
        read.append(with_stand_ins(text, find_mentions(text, class_names, duration_s)))
    encoded = encoder.encode([text for text, _ in read])
    labels = []
    for (_, intent), one in zip(rows, encoded, strict=True):
        heads = tuple(INTENTS.index(intent) if head == "intent" else UNSURE for head in HEADS)
        labels.append(Labels(np.full(len(one.spans_L2), UNSURE), heads))
    return _part(encoded, [mentions for _, mentions in read], labels)


def part_from_tracks(videos: Sequence[OwnVideo], encoder: SentenceEncoder, number: int, seed: int) -> Part:
    """Questions about the users' tracks, made by `data.questions.ask`, every part known."""
    rng, draw = np.random.default_rng(seed), Random(seed)
    encoded, found, labels = [], [], []
    for k in range(4 * -(-number // 24)):
        video = videos[k % len(videos)]
        end_s = rng.uniform(0.5, 1.0) * video.split_s
        clip, _ = cut(video.human, 0.0, end_s, fps=2.0)
        asked = [one for one in ask(clip, rng, 24) if one.family in PROPOSERS]
        read = [read_text(one, clip.class_names, clip.duration_s, draw) for one in asked]
        states = encoder.encode([text for text, _ in read])
        for one, (text, mentions), state in zip(asked, read, states, strict=True):
            labels.append(labels_of(one, text, mentions, state.spans_L2.numpy()))
            encoded.append(state)
            found.append(mentions)
        if len(labels) >= number:
            break
    return _part(encoded, found, labels)


def _part(encoded: Sequence[Any], mentions: Sequence[Any], labels: Sequence[Labels]) -> Part:
    states = torch.cat([one.states_LW for one in encoded]).bfloat16()
    spans = [one.spans_L2.numpy() for one in encoded]
    return {
        "states": states.view(torch.int16).numpy().view(np.uint16),
        "offsets": np.cumsum([0, *map(len, spans)]),
        "features": np.concatenate([piece_features(m, s) for m, s in zip(mentions, spans, strict=True)]),
        "roles": np.concatenate([one.roles for one in labels]).astype(np.int8),
        "heads": np.array([one.heads for one in labels], np.int16),
    }


def batches(part: Part, size: int, rng: np.random.Generator) -> Iterator[dict[str, Tensor]]:
    """Endless random batches."""
    number = len(part["heads"])
    while True:
        yield Pool.batch(part, rng.choice(number, min(size, number), replace=False))


@torch.inference_mode()
def intent_accuracy(reader: QuestionReader, part: Part) -> float:
    """Share of questions whose intent is read right."""
    training = reader.training
    reader.eval()
    device = next(reader.parameters()).device
    batch = {k: v.to(device) for k, v in Pool.batch(part, np.arange(len(part["heads"]))).items()}
    logits = reader(batch["states"].float(), batch["features"], batch["mask"])
    reader.train(training)
    place = list(HEADS).index("intent")
    return float((logits.heads["intent"].argmax(-1) == batch["heads"][:, place]).float().mean())
