"""Ask the clip reader what it believes of the tracks of clips."""

from __future__ import annotations

import torch

from models.clip_reader import ClipReader
from pipeline.clip_batch import ClipInput, NameTable, collate
from pipeline.repair import TrackBelief

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
                classes=logits.classes_BKC[row, :k, :c].softmax(-1).cpu().numpy(),
            )
        )
    return out
