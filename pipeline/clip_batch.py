"""Clips as the model takes them: tokens, segments and pairs, padded side by side (`models.clip_reader.ClipBatch`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch

from models.clip_reader import ClipBatch
from pipeline.class_kinds import group_of_classes
from pipeline.class_votes import MOST_OTHERS
from pipeline.object_index import ObjectIndex
from pipeline.tokens import FEATURES, ObjectTokens, TrackRows
from pipeline.track_pairs import PAIR_FEATURES, TrackPairs

SEGMENT = 128
"""Tokens of a segment at most, unless one moment holds more."""

ENTRY_FEATURES = (
    *(f"last_{name}" for name in FEATURES),
    *(f"most_{name}" for name in FEATURES),
    *(f"best_{name}" for name in PAIR_FEATURES),
    "tokens", "of_class", "tracks", "lasts", "first_vote", "second_vote",
)  # fmt: skip
"""Of a whole track: its last token, the largest values of all its tokens and pairs, and how many tracks there are."""

NameTable = Callable[[tuple[str, ...]], np.ndarray]
"""Class names → (C, W) embeddings."""


@dataclass(frozen=True)
class ClipInput:
    """One clip. tokens, pairs: of its tracks; entries: (K, E) `ENTRY_FEATURES`; class_names.

    votes: (K, V) what else the detector took each track for, -1 nothing; vote_shares: (K, V) of its sightings.
    """

    tokens: ObjectTokens
    pairs: TrackPairs
    entries: np.ndarray
    class_names: tuple[str, ...]
    votes: np.ndarray
    vote_shares: np.ndarray

    @staticmethod
    def of(index: ObjectIndex, rows: TrackRows | None = None) -> ClipInput:
        rows = TrackRows.of(index) if rows is None else rows
        tokens, pairs = ObjectTokens.of(index, rows), TrackPairs.of(index, rows)
        votes, shares = index.votes.table(tokens.track_id)
        return ClipInput(tokens, pairs, entries_of(tokens, pairs, shares), index.class_names, votes, shares)


def entries_of(tokens: ObjectTokens, pairs: TrackPairs, vote_shares: np.ndarray) -> np.ndarray:
    """(K, E) float32 `ENTRY_FEATURES` of every track."""
    number = len(tokens.track_id)
    objects = tokens.track >= 0
    track = tokens.track[objects]
    most = np.full((number, len(FEATURES)), -np.inf, np.float32)
    np.maximum.at(most, track, tokens.features[objects])
    of_class = np.bincount(tokens.track_class, minlength=1)[tokens.track_class]
    counts = np.bincount(track, minlength=number), of_class, np.full(number, number)
    lasts = tokens.t_s[tokens.last_token] - tokens.t_s[tokens.first_token]
    numbers = np.stack([np.log1p(column) / 4 for column in (*counts, lasts)], 1)
    parts = (tokens.features[tokens.last_token], most, pairs.features.max(1, initial=-1.0), numbers, vote_shares)
    return np.concatenate(parts, 1).astype(np.float32)


@lru_cache(256)
def groups_of(class_names: tuple[str, ...]) -> np.ndarray:
    """(C,) number of the group of classes that a detector confuses with each other."""
    return group_of_classes(class_names) if class_names else np.zeros(0, np.int64)


def segments_of(t_s: np.ndarray, length: int = SEGMENT) -> list[np.ndarray]:
    """Positions of the tokens of each segment: at most `length`, and no moment is cut in two."""
    if not len(t_s):
        return [np.zeros(0, np.int64)]
    starts = np.flatnonzero(np.append(True, t_s[1:] != t_s[:-1]))
    bounds, at = [0], 0
    while at < len(t_s):
        fitting = starts[(starts > at) & (starts <= at + length)]
        stop = len(t_s) if len(t_s) - at <= length else None
        if stop is None:
            later = starts[starts > at]
            stop = int(fitting[-1]) if len(fitting) else int(later[0]) if len(later) else len(t_s)
        bounds.append(stop)
        at = stop
    return [np.arange(a, b) for a, b in pairwise(bounds)]


def collate(clips: Sequence[ClipInput], names: NameTable, segment: int = SEGMENT) -> ClipBatch:
    """Clips side by side."""
    tokens = [clip.tokens for clip in clips]
    n = max(max(len(token) for token in tokens), 1)
    k = max(max(len(token.track_id) for token in tokens), 1)
    j = max(clip.pairs.earlier.shape[1] for clip in clips) if clips else 1
    segments = [segments_of(token.t_s, segment) for token in tokens]
    g, length = max(map(len, segments)), max(max(len(part) for part in parts) for parts in segments)
    c = max(1, *(len(clip.class_names) for clip in clips))
    b = len(clips)
    looks = max(token.look.shape[1] for token in tokens)
    features = np.zeros((b, n, len(FEATURES)), np.float32)
    look = np.zeros((b, n, looks), np.float32)
    times = np.zeros((b, n))
    class_of, track = np.full((2, b, n), -1)
    positions = np.full((b, g, max(length, 1)), -1)
    last, track_class = np.full((2, b, k), -1)
    earlier = np.full((b, k, j), -1)
    pairs = np.zeros((b, k, j, len(PAIR_FEATURES)), np.float32)
    entries = np.zeros((b, k, len(ENTRY_FEATURES)), np.float32)
    votes, shares = np.full((b, k, MOST_OTHERS), -1), np.zeros((b, k, MOST_OTHERS), np.float32)
    tables = [names(clip.class_names) for clip in clips]
    name = np.zeros((b, c, tables[0].shape[1]), np.float32)
    classes, groups = np.zeros((b, c), bool), np.full((b, c), -1)
    for row, (clip, token) in enumerate(zip(clips, tokens, strict=True)):
        size, tracks, width = len(token), len(token.track_id), clip.pairs.earlier.shape[1]
        features[row, :size], look[row, :size, : token.look.shape[1]] = token.features, token.look
        times[row, :size], class_of[row, :size], track[row, :size] = token.t_s, token.class_id, token.track
        last[row, :tracks], track_class[row, :tracks] = token.last_token, token.track_class
        earlier[row, :tracks, :width], pairs[row, :tracks, :width] = clip.pairs.earlier, clip.pairs.features
        entries[row, :tracks] = clip.entries
        votes[row, :tracks], shares[row, :tracks] = clip.votes, clip.vote_shares
        groups[row, : len(clip.class_names)] = groups_of(clip.class_names)
        name[row, : len(clip.class_names)], classes[row, : len(clip.class_names)] = tables[row], True
        for number, part in enumerate(segments[row]):
            positions[row, number, : len(part)] = part
    mask = np.arange(n)[None] < np.array([len(token) for token in tokens])[:, None]
    numbers = (features, look, times, class_of, track, mask, positions, last, track_class, last >= 0)
    return ClipBatch(
        *map(torch.from_numpy, (*numbers, earlier, pairs, entries, votes, shares)),
        torch.from_numpy(name),
        torch.from_numpy(groups),
        torch.from_numpy(classes),
    )
