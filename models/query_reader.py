"""From a question to a query, word by word: a small decoder over the sentence encoder's states.

Reads the frozen encoder's states of the pieces of a question in which things, numbers and times are stand-ins, and
which stand-in each piece is; writes the query as a row of words (`pipeline.queries.spelling`).

Shapes: B questions, L pieces, W encoder width, D width, T words written, V words there are.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MOST_WORDS = 96
"""Longer queries are not written."""


class _Attention(nn.Module):
    """Multi-head attention with what was seen before it kept."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q, self.kv, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)

    def keys(self, x_BND: Tensor) -> tuple[Tensor, Tensor]:
        """(B, H, N, D / H) twice: keys and values of what may be looked at."""
        k, v = self.kv(x_BND).chunk(2, dim=-1)
        return self._split(k), self._split(v)

    def forward(self, x_BTD: Tensor, keys: tuple[Tensor, Tensor], mask: Tensor | None, causal: bool = False) -> Tensor:
        mixed = F.scaled_dot_product_attention(self._split(self.q(x_BTD)), *keys, attn_mask=mask, is_causal=causal)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def _split(self, x_BND: Tensor) -> Tensor:
        return x_BND.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class _Layer(nn.Module):
    """Looks back at what was written, then at the question."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.back, self.across = _Attention(width, heads), _Attention(width, heads)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x_BTD: Tensor, question: tuple[Tensor, Tensor], mask_B11L: Tensor) -> Tensor:
        """All words at once, each from those before it: for training."""
        y = self.norms[0](x_BTD)
        x_BTD = x_BTD + self.drop(self.back(y, self.back.keys(y), None, causal=True))
        return self._rest(x_BTD, question, mask_B11L)

    def step(self, x_B1D: Tensor, before: list[Tensor], question: tuple[Tensor, Tensor], mask_B11L: Tensor) -> Tensor:
        """One more word. before: keys and values of those before it, to which its own are added."""
        y = self.norms[0](x_B1D)
        own = self.back.keys(y)
        before[:] = [torch.cat((old, new), 2) for old, new in zip(before, own, strict=True)] if before else [*own]
        x_B1D = x_B1D + self.back(y, (before[0], before[1]), None)
        return self._rest(x_B1D, question, mask_B11L)

    def _rest(self, x_BTD: Tensor, question: tuple[Tensor, Tensor], mask_B11L: Tensor) -> Tensor:
        x_BTD = x_BTD + self.drop(self.across(self.norms[1](x_BTD), question, mask_B11L))
        return x_BTD + self.drop(self.down(F.gelu(self.up(self.norms[2](x_BTD)))))


class QueryReader(nn.Module):
    """states, slots → the words of a query. slots: how many stand-ins there are. words: how many words there are, of
    which 0 begins and 1 ends."""

    def __init__(self, *, encoder_width: int = 384, slots: int, words: int, width: int = 192, layers: int = 3,
                 heads: int = 6, dropout: float = 0.1):  # fmt: skip
        super().__init__()
        self.states_in = nn.Linear(encoder_width, width)
        self.slots_in = nn.Embedding(slots + 1, width)
        self.norm_in = nn.LayerNorm(width)
        self.read = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, F.gelu, batch_first=True, norm_first=True)
            for _ in range(2)
        )
        self.read_norm = nn.LayerNorm(width)
        self.words = nn.Embedding(words, width)
        self.places = nn.Embedding(MOST_WORDS + 1, width)
        self.layers = nn.ModuleList(_Layer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)
        self.scale = math.sqrt(width)
        nn.init.normal_(self.words.weight, std=1 / self.scale)
        nn.init.normal_(self.places.weight, std=0.1)

    def question(self, states_BLW: Tensor, slots_BL: Tensor, mask_BL: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Keys and values of the question for each layer. slots_BL: 0 where a piece is no stand-in, else its number
        + 1. mask_BL: True where there is a piece."""
        x_BLD = self.drop(self.norm_in(self.states_in(states_BLW) + self.slots_in(slots_BL)))
        for layer in self.read:
            x_BLD = layer(x_BLD, src_key_padding_mask=~mask_BL)
        x_BLD = self.read_norm(x_BLD)
        return [layer.across.keys(x_BLD) for layer in self.layers]

    def forward(self, states_BLW: Tensor, slots_BL: Tensor, mask_BL: Tensor, words_BT: Tensor) -> Tensor:
        """(B, T, V) logits of the word behind each of `words_BT`, the first of which begins."""
        question = self.question(states_BLW, slots_BL, mask_BL)
        x_BTD = self.drop(self.words(words_BT) * self.scale + self.places.weight[: words_BT.shape[1]])
        for layer, keys in zip(self.layers, question, strict=True):
            x_BTD = layer(x_BTD, keys, mask_BL[:, None, None])
        return self._logits(x_BTD)

    @torch.inference_mode()
    def write(
        self, states_BLW: Tensor, slots_BL: Tensor, mask_BL: Tensor, least: float = -math.inf
    ) -> tuple[list[list[int]], Tensor]:
        """The likeliest word after word, without the one that ends; and (B,) the log-likelihood of each row. A row that
        is less likely than `least` is given up: its likelihood is -inf."""
        question = self.question(states_BLW, slots_BL, mask_BL)
        number = len(states_BLW)
        word_B, sure_B = torch.zeros(number, dtype=torch.long), torch.zeros(number)
        over_B, lost_B = torch.zeros(2, number, dtype=torch.bool)
        before: list[list[Tensor]] = [[] for _ in self.layers]
        rows: list[list[int]] = [[] for _ in range(number)]
        for place in range(MOST_WORDS):
            x_B1D = (self.words(word_B) * self.scale + self.places.weight[place])[:, None]
            for layer, old, keys in zip(self.layers, before, question, strict=True):
                x_B1D = layer.step(x_B1D, old, keys, mask_BL[:, None, None])
            chance_B, word_B = self._logits(x_B1D)[:, 0].float().log_softmax(-1).max(-1)
            sure_B += torch.where(over_B, 0.0, chance_B)
            lost_B |= ~over_B & (sure_B < least)
            over_B |= (word_B == 1) | lost_B
            for row in torch.nonzero(~over_B)[:, 0].tolist():
                rows[row].append(int(word_B[row]))
            if over_B.all():
                break
        return rows, torch.where(over_B & ~lost_B, sure_B, -torch.inf)

    def _logits(self, x_BTD: Tensor) -> Tensor:
        return self.norm(x_BTD) @ self.words.weight.T
