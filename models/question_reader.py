"""What a question asks: its intent, the part that each of its words plays, ordinals and events.

Reads the frozen encoder's states of the pieces of text, and what was found about them by look-up (is this piece part of
a known thing, of a time?). Two layers; each head looks at the text through a query of its own.

Shapes: B questions, L pieces, W encoder width, D width, P features, R roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class QuestionLogits(NamedTuple):
    """roles_BLR: part of each piece. heads: per head [B, number of answers]."""

    roles_BLR: Tensor
    heads: dict[str, Tensor]


class QuestionReader(nn.Module):
    """States and features of a question's pieces → logits of roles and heads."""

    def __init__(
        self,
        *,
        encoder_width: int,
        features: int,
        roles: int,
        heads: Mapping[str, int],
        width: int = 192,
        layers: int = 2,
        attention_heads: int = 6,
        dropout: float = 0.1,
    ):
        super().__init__()
        self.states_in = nn.Linear(encoder_width, width)
        self.features_in = nn.Linear(features, width, bias=False)
        self.norm_in = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, attention_heads, 4 * width, dropout, F.gelu, batch_first=True, norm_first=True
            )
            for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width)
        self.roles = nn.Linear(width, roles)
        self.queries = nn.Parameter(torch.randn(len(heads), width) * 0.02)
        self.look = nn.MultiheadAttention(width, attention_heads, dropout, batch_first=True)
        self.look_norm = nn.LayerNorm(width)
        self.heads = nn.ModuleDict({name: nn.Linear(width, number) for name, number in heads.items()})

    def forward(self, states_BLW: Tensor, features_BLP: Tensor, mask_BL: Tensor) -> QuestionLogits:
        """mask_BL: True where there is a piece."""
        x_BLD = self.norm_in(self.states_in(states_BLW) + self.features_in(features_BLP))
        for layer in self.layers:
            x_BLD = layer(x_BLD, src_key_padding_mask=~mask_BL)
        x_BLD = self.norm(x_BLD)
        queries = self.queries.to(x_BLD.dtype).expand(len(x_BLD), -1, -1)
        # as attn_mask: torch checks a key_padding_mask with sympy, whose import takes 3 s
        hidden = (~mask_BL)[:, None].expand(-1, queries.shape[1], -1).repeat_interleave(self.look.num_heads, 0)
        seen_BHD, _ = self.look(queries, x_BLD, x_BLD, attn_mask=hidden, need_weights=False)
        seen_BHD = self.look_norm(seen_BHD)
        heads = {name: head(seen_BHD[:, k]) for k, (name, head) in enumerate(self.heads.items())}
        return QuestionLogits(self.roles(x_BLD), heads)
