"""Ask the model what it believes of the tracks of clips, and when their things were there without being found."""

from __future__ import annotations

import numpy as np
import torch

from models.clip_reader import ClipReader
from models.unseen import UnseenReader
from pipeline.clip_batch import ClipInput, NameTable, collate, groups_of
from pipeline.object_index import ObjectIndex
from pipeline.repair import TrackBelief
from pipeline.tokens import TrackRows
from pipeline.unseen import Runs, Unseen, ends_of, room_of

READ_SEGMENT = 256
"""Tokens of a segment at most: twice as many as in training read a fifth faster and judge alike (LOG.md)."""


@torch.inference_mode()
def believe(
    model: ClipReader, clips: list[ClipInput], names: NameTable, segment: int = READ_SEGMENT
) -> list[TrackBelief]:
    """What the model believes of the tracks of each clip."""
    batch = collate(clips, names, segment).to(next(model.parameters()).device)
    logits = model(batch)
    out = []
    for row, clip in enumerate(clips):
        k, j, c = len(clip.tokens.track_id), clip.pairs.earlier.shape[1], len(clip.class_names)
        out.append(
            TrackBelief(
                real=logits.real_BK[row, :k].sigmoid().cpu().numpy(),
                same=logits.same_BK1J[row, :k, : 1 + j].softmax(-1).cpu().numpy(),
                earlier=clip.pairs.earlier,
                classes=_among_its_like(logits.classes_BKC[row, :k, :c].softmax(-1).cpu().numpy(), clip),
            )
        )
    return out


@torch.inference_mode()
def look_beyond(model: UnseenReader, index: ObjectIndex, rows: TrackRows) -> Unseen:
    """What the network says of the runs of one clip."""
    runs = Runs.of(rows)
    if not len(runs):
        return Unseen(np.zeros(0), np.zeros(0), np.zeros(0, bool))
    gaps = np.flatnonzero(runs.goes_on)
    seconds, there = model(torch.from_numpy(ends_of(index, rows, runs)), torch.from_numpy(gaps))
    beyond_s = np.minimum(seconds.numpy().astype(np.float64), room_of(index, rows, runs))
    bridged = np.zeros(len(runs), bool)
    bridged[gaps] = there.numpy() > 0
    return Unseen(beyond_s[:, 0], beyond_s[:, 1], bridged)


UNCONTESTED = 0.21
"""A class that further classes took at most this share of the sightings from stands as it is."""


def _among_its_like(chance_KC: np.ndarray, clip: ClipInput) -> np.ndarray:
    """Chances of the classes that a track can be: its own, those that it was ever taken for, and their like.

    Real footage overrules the simulated world here (LOG.md): there a kettle became a second person, because people are
    what is usually there, and a lorry a car, which one sighting in six had taken it for.
    """
    own, group = clip.tokens.track_class, groups_of(clip.class_names)
    if not len(own):
        return chance_KC
    can = group[own][:, None] == group[None]
    track, place = np.nonzero(clip.votes >= 0)
    can[track, clip.votes[track, place]] = True
    most = clip.vote_shares.max(1)
    stands = np.flatnonzero((most > 0) & (most <= UNCONTESTED))
    can[stands] = np.arange(can.shape[1]) == own[stands][:, None]
    kept = np.where(can, chance_KC, 0.0)
    return kept / np.maximum(kept.sum(1, keepdims=True), 1e-9)
