"""Readers of token segments that the Transformer-XL is compared with, behind one interface.

    memory = None
    for segment in segments:
        y_BLD, memory = reader(segment, times_BL=…, mask_BL=…, tracks_BL=…, memory=memory)

`transformer_xl` remembers earlier segments (models/memory.py); `transformer` sees its segment only; `lstm`, `gru` and
`rnn` carry their hidden state on. Padding lies at the end of a segment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from models.memory import MemoryPolicy
from models.transformer_xl import DenseFeedForward, TransformerXL, time_periods

ReaderKind = Literal["transformer_xl", "transformer", "lstm", "gru", "rnn"]


class RecurrentReader(nn.Module):
    """LSTM, GRU or plain (tanh) recurrent layers over the tokens; time enters as the log of the step since the last."""

    def __init__(self, kind: Literal["lstm", "gru", "rnn"], *, layers: int, width: int, hidden: int):
        super().__init__()
        make = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
        self.step_in = nn.Linear(1, width)
        self.recurrent = make(width, hidden, layers, batch_first=True)
        self.out = nn.Linear(hidden, width)
        self.norm = nn.LayerNorm(width)

    def forward(
        self,
        x_BLD: Tensor,
        *,
        times_BL: Tensor,
        mask_BL: Tensor,
        memory: Any = None,
        grad_segments: int | None = 1,
        **_: Any,
    ) -> tuple[Tensor, Any]:
        """One segment; memory: (hidden state, last time, segments since it was detached)."""
        state, last_B1, unrolled = (None, times_BL[:, :1], 0) if memory is None else memory
        if grad_segments is not None and unrolled >= grad_segments and state is not None:
            state, unrolled = _detach(state), 0
        step = torch.diff(times_BL, dim=1, prepend=last_B1).clamp(min=0).masked_fill(~mask_BL, 0)
        x_BLD = x_BLD + self.step_in(step.log1p()[..., None].to(x_BLD.dtype))
        count_B = mask_BL.sum(1)
        packed = pack_padded_sequence(x_BLD, count_B.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False)
        y, state = self.recurrent(packed, state)
        y_BLD, _ = pad_packed_sequence(y, batch_first=True, total_length=x_BLD.shape[1])
        last = times_BL.gather(1, (count_B - 1).clamp(min=0)[:, None])
        last_B1 = torch.where(count_B[:, None] > 0, last, last_B1)
        return self.norm(x_BLD + self.out(y_BLD)), (state, last_B1, unrolled + 1)


def _detach(state: Any) -> Any:
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


class SparseFeedForward(nn.Module):
    """Mixture of experts: each token goes to its `top` best of `experts` feed-forwards, weighted by the router.

    The balance loss (Switch Transformers, arXiv 2101.03961) of the last call stands in `balance_loss`.
    """

    def __init__(self, *, width: int, hidden: int, experts: int = 4, top: int = 2):
        super().__init__()
        self.top = top
        self.router = nn.Linear(width, experts, bias=False)
        self.experts = nn.ModuleList(DenseFeedForward(width=width, hidden=hidden) for _ in range(experts))
        self.balance_loss: Tensor | float = 0.0

    def forward(self, x_BLD: Tensor) -> Tensor:
        flat = x_BLD.flatten(0, -2)
        share_NX = self.router(flat).float().softmax(-1)
        weight_NT, expert_NT = share_NX.topk(self.top, dim=-1)
        weight_NT = (weight_NT / weight_NT.sum(-1, keepdim=True)).to(flat.dtype)
        out = torch.zeros_like(flat)
        used = []
        for number, expert in enumerate(self.experts):
            token, place = (expert_NT == number).nonzero(as_tuple=True)
            used.append(len(token))
            if len(token):
                out = out.index_add(0, token, (expert(flat[token]) * weight_NT[token, place, None]).to(out.dtype))
        load_X = torch.tensor(used, dtype=torch.float32, device=flat.device) / max(len(flat) * self.top, 1)
        self.balance_loss = len(self.experts) * (load_X * share_NX.mean(0)).sum()
        return out.view_as(x_BLD)


def make_reader(
    kind: ReaderKind,
    *,
    layers: int,
    width: int,
    heads: int,
    norm: Literal["pre", "post"] = "pre",
    feed_forward: Literal["dense", "moe"] = "dense",
    policy: MemoryPolicy | None = None,
    recurrent_hidden: int | None = None,
) -> nn.Module:
    """A reader of about the same number of parameters for every `kind`."""
    if kind in ("lstm", "gru", "rnn"):
        gates = {"lstm": 4, "gru": 3, "rnn": 1}[kind]
        # a Transformer-XL layer has about 12 width²; a recurrent layer 2 · gates · hidden²
        hidden = recurrent_hidden or round(width * (6 / gates) ** 0.5 / 8) * 8
        return RecurrentReader(kind, layers=layers, width=width, hidden=hidden)
    if kind not in ("transformer_xl", "transformer"):
        raise ValueError(f"unknown reader {kind!r}: transformer_xl, transformer, lstm, gru or rnn")
    if kind == "transformer":
        policy = MemoryPolicy(kind="none")
    hidden = 4 * width
    make: Callable[[], nn.Module] | None = None
    if feed_forward == "moe":  # as many parameters in all, half of them at work for a token
        make = lambda: SparseFeedForward(width=width, hidden=hidden // 4, experts=4, top=2)  # noqa: E731
    elif feed_forward != "dense":
        raise ValueError(f"unknown feed-forward {feed_forward!r}: dense or moe")
    return TransformerXL(
        layers=layers,
        width=width,
        heads=heads,
        periods_s=time_periods(12, shortest_s=0.5, longest_s=3600.0),
        norm=norm,
        qk_norm=True,
        feed_forward=make,
        policy=policy or MemoryPolicy(recent_tokens=256, levels=6, level_slots=64),
    )
