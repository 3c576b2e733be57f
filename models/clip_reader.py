"""Reads a clip's object tokens and says of every track: is it real, of which class, and which earlier track it is.

A Transformer-XL (or another reader of `models.readers`) goes through the tokens segment by segment. A track's *entry*
is the state at its last token; entries then look at each other once. Three heads read them: `real` (or invented by the
detector), `same` (a pointer to an earlier track, or new) and `classes`. What is pointed at is copied: times, boxes and
identities come from the memory's entries, never out of the network.

Shapes: B clips, N tokens, S token features, E entry features, A appearance, D width, K tracks, J candidates, P pair
features, C classes, G segments, L tokens of a segment, W width of the class names' embeddings.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ClipBatch(NamedTuple):
    """Clips side by side, padded; positions are -1 where there is nothing.

    features_BNS; look_BNA; times_BN float64 seconds; class_BN, track_BN: -1 for frame tokens; mask_BN.
    segments_BGL: positions of the tokens of each segment. last_BK, track_class_BK: of each track; tracks_BK: mask.
    earlier_BKJ: candidates; pairs_BKJP; entries_BKE: facts of whole tracks. votes_BKV: what else the detector took a
    track for; shares_BKV: of its sightings. names_BCW: embeddings of the class names; groups_BC: number of the group of
    classes that detectors confuse; classes_BC: mask.
    """

    features_BNS: Tensor
    look_BNA: Tensor
    times_BN: Tensor
    class_BN: Tensor
    track_BN: Tensor
    mask_BN: Tensor
    segments_BGL: Tensor
    last_BK: Tensor
    track_class_BK: Tensor
    tracks_BK: Tensor
    earlier_BKJ: Tensor
    pairs_BKJP: Tensor
    entries_BKE: Tensor
    votes_BKV: Tensor
    shares_BKV: Tensor
    names_BCW: Tensor
    groups_BC: Tensor
    classes_BC: Tensor

    def to(self, device: str | torch.device) -> ClipBatch:
        return ClipBatch(*(tensor.to(device, non_blocking=True) for tensor in self))


class TrackLogits(NamedTuple):
    """real_BK: log-odds. same_BK1J: of being new (place 0), or one of the candidates. classes_BKC: log-odds."""

    real_BK: Tensor
    same_BK1J: Tensor
    classes_BKC: Tensor


SEEN_TOGETHER = 2048
"""Entries that see each other at most; more than any clip that was trained on has."""


class ClipReader(nn.Module):
    """`reader`: takes (x, times_BL, mask_BL, tracks_BL, memory) and returns (states, memory)."""

    def __init__(
        self,
        reader: nn.Module,
        *,
        token_features: int,
        appearance: int,
        name_width: int,
        pair_features: int,
        entry_features: int,
        width: int,
        pair_hidden: int = 64,
        class_hidden: int = 24,
        entry_heads: int = 4,
        reach_tokens: int | None = None,
    ):
        """reach_tokens: how many tokens back an entry is still remembered (None: the whole clip)."""
        super().__init__()
        self.reader = reader
        self.reach_tokens = reach_tokens
        self.name_in = nn.Linear(name_width, width, bias=False)
        self.feature_in = nn.Linear(token_features, width)
        self.look_in = nn.Linear(appearance, width, bias=False)
        self.norm_in = nn.LayerNorm(width)
        self.entry_layer = nn.TransformerEncoderLayer(
            width, entry_heads, 2 * width, 0.0, F.gelu, batch_first=True, norm_first=True
        )
        self.entry_in = nn.Sequential(nn.Linear(entry_features, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.norm = nn.LayerNorm(width)
        self.real = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))
        self.new = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))
        self.pair_in = nn.Sequential(nn.Linear(pair_features, pair_hidden), nn.GELU())
        self.pair_mine = nn.Linear(width, pair_hidden)
        self.pair_theirs = nn.Linear(width, pair_hidden)
        self.pair_features = nn.Linear(pair_hidden, pair_hidden)
        self.pair_out = nn.Linear(pair_hidden, 1)
        self.class_query = nn.Linear(width, width)
        self.class_key = nn.Linear(name_width, width, bias=False)
        self.own = nn.Linear(width, 1)
        self.class_facts = nn.Linear(8, class_hidden)
        self.class_state = nn.Linear(width, class_hidden)
        self.class_out = nn.Linear(class_hidden, 1)

    def forward(self, batch: ClipBatch, *, grad_segments: int | None = 4) -> TrackLogits:
        """Read all segments, then judge the tracks."""
        names_BCD = self.name_in(batch.names_BCW)
        entry_BKD = self.read(batch, names_BCD, grad_segments=grad_segments)
        return self.judge(batch, entry_BKD)

    def read(self, batch: ClipBatch, names_BCD: Tensor, *, grad_segments: int | None = 4) -> Tensor:
        """(B, K, D) the state at the last token of each track."""
        x_BND = self.embed(batch, names_BCD)
        memory: Any = None
        states, places = [], []
        for segment_BL in batch.segments_BGL.unbind(1):
            mask_BL = segment_BL >= 0
            at_BL = segment_BL.clamp(min=0)
            y_BLD, memory = self.reader(
                x_BND.gather(1, at_BL[..., None].expand(-1, -1, x_BND.shape[-1])),
                times_BL=batch.times_BN.gather(1, at_BL),
                mask_BL=mask_BL,
                tracks_BL=batch.track_BN.gather(1, at_BL),
                memory=memory,
                grad_segments=grad_segments,
            )
            states.append(y_BLD)
            places.append(torch.where(mask_BL, at_BL, x_BND.shape[1]))  # padding goes to a place behind the last token
        # where in the row of all states the state of each track's last token stands
        place_BM = torch.cat(places, dim=1)
        row_BM = torch.arange(place_BM.shape[1], device=place_BM.device).expand_as(place_BM)
        found_BN = torch.zeros(len(place_BM), x_BND.shape[1] + 1, dtype=torch.long, device=place_BM.device)
        found_BN = found_BN.scatter(1, place_BM, row_BM)
        at_BK = found_BN.gather(1, batch.last_BK.clamp(min=0))
        return torch.cat(states, dim=1).gather(1, at_BK[..., None].expand(-1, -1, x_BND.shape[-1]))

    def embed(self, batch: ClipBatch, names_BCD: Tensor) -> Tensor:
        """(B, N, D) of the tokens: what they measure, the name of their class, their look."""
        at_BN = batch.class_BN.clamp(min=0)[..., None].expand(-1, -1, names_BCD.shape[-1])
        name_BND = names_BCD.gather(1, at_BN) * (batch.class_BN >= 0)[..., None]
        return self.norm_in(self.feature_in(batch.features_BNS) + name_BND + self.look_in(batch.look_BNA))

    def judge(self, batch: ClipBatch, entry_BKD: Tensor) -> TrackLogits:
        """Logits of every track from their entries."""
        entry_BKD = entry_BKD + self.entry_in(batch.entries_BKE)
        entry_BKD = self.norm(self._beside_others(entry_BKD, ~batch.tracks_BK))
        return TrackLogits(
            real_BK=self.real(entry_BKD)[..., 0].float(),
            same_BK1J=self._same(batch, entry_BKD),
            classes_BKC=self._classes(batch, entry_BKD),
        )

    def _beside_others(self, entry_BKD: Tensor, padding_BK: Tensor) -> Tensor:
        """(B, K, D): every entry sees the others; of very many, those that came about when it did.

        All of them would take memory and time that grow with the square of the tracks: 5 GB for 12,000.
        """
        number, part, margin = entry_BKD.shape[1], SEEN_TOGETHER // 2, SEEN_TOGETHER // 4
        if number <= SEEN_TOGETHER:
            part, margin = max(number, 1), 0
        out = []
        for begin in range(0, max(number, 1), part):
            low, high = max(begin - margin, 0), begin + part + margin
            padding = padding_BK[:, low:high]
            padding = padding & ~padding.all(1, keepdim=True)  # a clip without tracks sees its padding
            seen = self.entry_layer(entry_BKD[:, low:high], src_key_padding_mask=padding)
            out.append(seen[:, begin - low :][:, :part])
        return torch.cat(out, dim=1)

    def _same(self, batch: ClipBatch, entry_BKD: Tensor) -> Tensor:
        size = batch.earlier_BKJ.shape
        theirs_BKH = self.pair_theirs(entry_BKD)
        at = batch.earlier_BKJ.clamp(min=0).flatten(1)[..., None].expand(-1, -1, theirs_BKH.shape[-1])
        theirs_BKJH = theirs_BKH.gather(1, at).unflatten(1, size[1:])
        pair_BKJH = self.pair_features(self.pair_in(batch.pairs_BKJP)) + theirs_BKJH
        pair_BKJ = self.pair_out(F.gelu(pair_BKJH + self.pair_mine(entry_BKD)[:, :, None]))[..., 0].float()
        known_BKJ = batch.earlier_BKJ >= 0
        if self.reach_tokens is not None:
            theirs = batch.last_BK.gather(1, batch.earlier_BKJ.clamp(min=0).flatten(1)).unflatten(1, size[1:])
            known_BKJ = known_BKJ & (batch.last_BK[..., None] - theirs <= self.reach_tokens)
        pair_BKJ = pair_BKJ.masked_fill(~known_BKJ, -1e4)
        return torch.cat([self.new(entry_BKD).float() + 3.0, pair_BKJ], dim=-1)

    def _classes(self, batch: ClipBatch, entry_BKD: Tensor) -> Tensor:
        """Of every class: is it the track's own, how like its own, how often was it taken for it, how many others
        of the clip are of it?"""
        own_BK = batch.track_class_BK.clamp(min=0)
        classes = batch.names_BCW.shape[1]
        own_BKC = F.one_hot(own_BK, classes).float() * batch.tracks_BK[..., None]
        others_BKC = (own_BKC.sum(1, keepdim=True) - own_BKC).clamp(min=0)
        mine_BK1 = (others_BKC * own_BKC).sum(-1, keepdim=True)
        votes_BKC = torch.zeros_like(own_BKC).scatter_add(2, batch.votes_BKV.clamp(min=0), batch.shares_BKV)
        like_BCC = batch.names_BCW @ batch.names_BCW.transpose(1, 2)
        confused_BCC = (batch.groups_BC[:, :, None] == batch.groups_BC[:, None, :]).float()
        row_BKC = own_BK[..., None].expand(-1, -1, classes)
        facts_BKCF = torch.stack(
            [
                own_BKC,
                like_BCC.float().gather(1, row_BKC),
                confused_BCC.gather(1, row_BKC),
                others_BKC.log1p(),
                (others_BKC > 0).float(),
                mine_BK1.log1p().expand_as(others_BKC),
                votes_BKC,
                (votes_BKC > 0).float(),
            ],
            dim=-1,
        )
        known_BKCH = self.class_facts(facts_BKCF) + self.class_state(entry_BKD)[:, :, None]
        logits_BKC = self.class_out(F.gelu(known_BKCH))[..., 0].float()
        names_BCD = self.class_key(batch.names_BCW)
        by_name_BKC = (self.class_query(entry_BKD) @ names_BCD.transpose(1, 2)).float() * names_BCD.shape[-1] ** -0.5
        own_BK1 = self.own(entry_BKD).float() + 4.0
        return (logits_BKC + by_name_BKC + own_BKC * own_BK1).masked_fill(~batch.classes_BC[:, None], -1e4)
