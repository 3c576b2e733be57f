"""Transformer-XL over tokens that carry a time: segment recurrence, and exact relative scoring in seconds.

Dai et al. 2019 (arXiv 1901.02860). A segment's tokens attend to the segment and to a memory of earlier segments: each
layer remembers its own *inputs*. Token i scores key j, one head of size d, by

    score_ij = ((q_i + u)·k_j + (q_i + v)·W_R r(t_i - t_j)) / sqrt(d) + log(count_j)

with r(t) = [sin wt, cos wt] over F frequencies w, and t in seconds instead of the published index: tokens per frame
vary, so only time has a meaning over hours. (log(count_j) is 0 but for entries that the memory has merged.)

The published form computes r for every distance and shifts rows ("rel-shift"), which needs an L x K matrix per head and
whole-number positions. Here the second term is folded into the first. With [s, c] = (q_i + v)·W_R, by the addition
theorems

    [s, c]·r(t_i - t_j) = (c sin wt_i - s cos wt_i)·sin wt_j + (s sin wt_i + c cos wt_i)·cos wt_j

so appending these 2F features to q_i + u, and [sin wt_j, cos wt_j] to k_j, lets plain scaled-dot-product attention
compute the same scores. Times are counted from the segment's start, where they are small (t = 1e5 s costs nothing).

Shapes: N layers, B clips, L tokens of the segment, M remembered entries, K = M + L keys, D width, H heads,
E = D / H head size, F frequencies. Masks are bool, True where there is a token.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from models.memory import Entries, Memory, MemoryPolicy


def time_periods(number: int = 16, *, shortest_s: float = 1.0, longest_s: float = 36_000.0) -> tuple[float, ...]:
    """Periods of the sinusoids r, in seconds, geometrically spaced.

    The shortest should span two frames at least; periods far beyond the training clips teach nothing.
    """
    ratio = (longest_s / shortest_s) ** (1 / max(number - 1, 1))
    return tuple(shortest_s * ratio**n for n in range(number))


class Relation(NamedTuple):
    """How a segment's tokens lie in time to their keys: computed once per segment, shared by all layers and heads."""

    query_sin_B1LF: Tensor
    query_cos_B1LF: Tensor
    key_B1KF2: Tensor  # [sin wt_j, cos wt_j], width 2F
    bias_B1LK: Tensor  # log(count_j); -inf where token i may not see key j


def relate_times(
    times_BL: Tensor,
    mask_BL: Tensor | None = None,
    *,
    periods_s: tuple[float, ...],
    memory: Entries | None = None,
    dtype: torch.dtype = torch.float32,
) -> Relation:
    """Time features and visibility of a segment and its memory.

    A token sees every key whose time is not later than its own: tokens of a frame share one time and see each other.
    Give times in float32 or, for hours at sub-frame precision, float64; half precision is refused (TypeError).
    """
    if times_BL.dtype in (torch.float16, torch.bfloat16):
        raise TypeError(f"times must be float32 or float64 seconds, not {times_BL.dtype}: an hour would round to 16 s")
    length = times_BL.shape[1]
    mask_BL = torch.ones_like(times_BL, dtype=torch.bool) if mask_BL is None else mask_BL
    key_times_BK, key_mask_BK, log_counts_BK = times_BL, mask_BL, torch.zeros_like(times_BL, dtype=torch.float32)
    if memory is not None:
        key_times_BK = torch.cat([memory.times_BM.to(times_BL), times_BL], dim=1)
        key_mask_BK = torch.cat([memory.mask_BM, mask_BL], dim=1)
        log_counts_BK = torch.cat([memory.counts_BM.clamp(min=1).log(), log_counts_BK], dim=1)

    # Rebase to the segment's start and reduce to turns in (-1/2, 1/2] in double precision; sin and cos in float32.
    precise = torch.float32 if times_BL.device.type == "mps" else torch.float64
    key_times_BK = key_times_BK.to(precise)
    start_B1 = times_BL.to(precise).masked_fill(~mask_BL, torch.inf).amin(dim=1, keepdim=True)
    start_B1 = torch.where(start_B1.isfinite(), start_B1, 0.0)
    key_times_BK = torch.where(key_mask_BK, key_times_BK - start_B1, 0.0)
    turns_BKF = key_times_BK[:, :, None] / torch.tensor(periods_s, dtype=precise, device=times_BL.device)
    angles_BKF = (turns_BKF - turns_BKF.round()).float() * (2 * torch.pi)
    sin_BKF, cos_BKF = angles_BKF.sin().to(dtype), angles_BKF.cos().to(dtype)

    own_times_BL = key_times_BK[:, -length:]
    visible_BLK = key_mask_BK[:, None, :] & (key_times_BK[:, None, :] <= own_times_BL[:, :, None])
    # Padding sees itself: a row without any key would be NaN.
    visible_BLK[:, :, -length:] |= torch.eye(length, dtype=torch.bool, device=times_BL.device)
    bias_BLK = log_counts_BK[:, None, :].to(dtype).masked_fill(~visible_BLK, -torch.inf)
    return Relation(
        query_sin_B1LF=sin_BKF[:, None, -length:],
        query_cos_B1LF=cos_BKF[:, None, -length:],
        key_B1KF2=torch.cat([sin_BKF, cos_BKF], dim=-1)[:, None],
        bias_B1LK=bias_BLK[:, None],
    )


class DenseFeedForward(nn.Module):
    """Two linear maps with a GELU between them: [B, L, D] → [B, L, D]."""

    def __init__(self, *, width: int, hidden: int | None = None, dropout: float = 0.0):
        super().__init__()
        self.up = nn.Linear(width, hidden or 4 * width)
        self.down = nn.Linear(hidden or 4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x_BLD: Tensor) -> Tensor:
        return self.down(self.dropout(F.gelu(self.up(x_BLD))))


class HeadNorm(nn.RMSNorm):
    """RMS norm in its input's number format, also under autocast."""

    def forward(self, x_BHKE: Tensor) -> Tensor:
        return F.rms_norm(x_BHKE, self.normalized_shape, self.weight.to(x_BHKE.dtype), self.eps)


def _attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
    """softmax(query · key / sqrt(E) + bias) · value; E is the value's width, query and key are wider by 2F."""
    scale = value.shape[-1] ** -0.5
    if query.device.type == "cpu" and query.dtype == torch.bfloat16:
        # torch's fused kernel gains nothing from bfloat16 on a CPU: plain products are 2 x faster, with gradients 4 x
        score = torch.matmul(query * scale, key.transpose(-1, -2)) + bias
        return torch.matmul(score.softmax(-1), value)
    width = value.shape[-1]
    if query.device.type == "cpu":  # the fast kernel wants one width; on CUDA no kernel with a mask does
        value = F.pad(value, (0, query.shape[-1] - width))
    return F.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=scale)[..., :width]


class TransformerXLLayer(nn.Module):
    """One layer: relative attention over memory and segment, then a feed-forward.

    norm: "pre" (stable; memory holds the un-normalised stream) or "post" (as published).
    qk_norm: RMS-normalise queries and keys per head, with learned gains; sharp attention that survives stale memory.
    feed_forward: any module [B, L, D] → [B, L, D].
    """

    def __init__(
        self,
        *,
        width: int,
        heads: int,
        frequencies: int,
        feed_forward: nn.Module | None = None,
        norm: Literal["pre", "post"] = "pre",
        qk_norm: bool = False,
        dropout: float = 0.0,
    ):
        super().__init__()
        if width % heads:
            raise ValueError(f"width {width} is not a multiple of heads {heads}")
        if norm not in ("pre", "post"):
            raise ValueError(f'norm must be "pre" or "post", not {norm!r}')
        self.heads, self.norm = heads, norm
        head_size = width // heads
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.u = nn.Parameter(torch.empty(heads, 1, head_size))
        self.v = nn.Parameter(torch.empty(heads, 1, head_size))
        self.w_r = nn.Parameter(torch.empty(heads, head_size, 2 * frequencies))
        self.query_norm = HeadNorm(head_size, eps=1e-6) if qk_norm else nn.Identity()
        self.key_norm = HeadNorm(head_size, eps=1e-6) if qk_norm else nn.Identity()
        self.attention_norm = nn.LayerNorm(width)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.feed_forward = feed_forward or DenseFeedForward(width=width, dropout=dropout)
        self.dropout = nn.Dropout(dropout)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Initialise u, v and W_R, which no submodule of torch owns."""
        for parameter in (self.u, self.v, self.w_r):
            nn.init.normal_(parameter, std=0.02)

    def forward(self, x_BLD: Tensor, *, relation: Relation, memory_BMD: Tensor | None = None) -> Tensor:
        """[B, L, D] → [B, L, D]; `relation` must be made from the same segment and memory."""
        keys_BKD = x_BLD if memory_BMD is None else torch.cat([memory_BMD.to(x_BLD.dtype), x_BLD], dim=1)
        if self.norm == "pre":
            x_BLD = x_BLD + self.dropout(self.attend(self.attention_norm(keys_BKD), relation))
            return x_BLD + self.dropout(self.feed_forward(self.feed_forward_norm(x_BLD)))
        x_BLD = self.attention_norm(x_BLD + self.dropout(self.attend(keys_BKD, relation)))
        return self.feed_forward_norm(x_BLD + self.dropout(self.feed_forward(x_BLD)))

    def attend(self, keys_BKD: Tensor, relation: Relation) -> Tensor:
        """Relative attention of the last L tokens to all K: [B, K, D] → [B, L, D]."""
        length = relation.bias_B1LK.shape[2]
        query_BHLE = self.query_norm(self._split_heads(self.query(keys_BKD[:, -length:])))
        key_BHKE = self.key_norm(self._split_heads(self.key(keys_BKD)))
        value_BHKE = self._split_heads(self.value(keys_BKD))
        dtype = value_BHKE.dtype

        # The fold (see the module's docstring).
        sin, cos, key_time = (part.to(dtype) for part in relation[:3])
        s_BHLF, c_BHLF = ((query_BHLE + self.v.to(dtype)) @ self.w_r.to(dtype)).chunk(2, dim=-1)
        query = torch.cat([query_BHLE + self.u.to(dtype), c_BHLF * sin - s_BHLF * cos, s_BHLF * sin + c_BHLF * cos], -1)
        key = torch.cat([key_BHKE, key_time.expand(-1, self.heads, -1, -1)], dim=-1)
        # Bias in the query's dtype: a float32 mask with a bfloat16 query is silently wrong on cuDNN (pytorch#191612).
        bias = relation.bias_B1LK.to(dtype)
        out_BHLE = _attention(query, key, value_BHKE, bias)
        return self.out(out_BHLE.transpose(1, 2).flatten(2))

    def _split_heads(self, x_BKD: Tensor) -> Tensor:
        return x_BKD.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class TransformerXL(nn.Module):
    """A stack of layers that reads a clip segment by segment.

        memory = None
        for segment in segments:
            y_BLD, memory = reader(segment.x_BLD, times_BL=…, mask_BL=…, tracks_BL=…, memory=memory)

    While the memory covers everything and segments end where frames end, this equals full attention over the clip for
    any number of layers: a remembered layer input was computed with the very context that full attention gives it.

    feed_forward: makes one layer's feed-forward; default a DenseFeedForward.
    remember_output: also remember the last layer's output (as states_NBMD[-1]), for a decoder that reads the memory.
    """

    def __init__(
        self,
        *,
        layers: int,
        width: int,
        heads: int,
        periods_s: tuple[float, ...] | None = None,
        feed_forward: Callable[[], nn.Module] | None = None,
        norm: Literal["pre", "post"] = "pre",
        qk_norm: bool = False,
        dropout: float = 0.0,
        policy: MemoryPolicy | None = None,
        remember_output: bool = False,
    ):
        super().__init__()
        # Plain numbers, not a buffer: transformers v5 loads non-persistent buffers as garbage.
        self.periods_s = tuple(periods_s or time_periods())
        self.policy = policy or MemoryPolicy()
        self.remember_output = remember_output
        self.layers = nn.ModuleList(
            TransformerXLLayer(
                width=width,
                heads=heads,
                frequencies=len(self.periods_s),
                feed_forward=feed_forward() if feed_forward else None,
                norm=norm,
                qk_norm=qk_norm,
                dropout=dropout,
            )
            for _ in range(layers)
        )
        self.final_norm = nn.LayerNorm(width) if norm == "pre" else nn.Identity()
        # The names that transformers' own gradient-checkpointing switch looks for and sets.
        self.gradient_checkpointing = False
        self._gradient_checkpointing_func = partial(checkpoint, use_reentrant=False)

    def forward(
        self,
        x_BLD: Tensor,
        *,
        times_BL: Tensor,
        mask_BL: Tensor | None = None,
        memory: Memory | None = None,
        tracks_BL: Tensor | None = None,
        priorities_BL: Tensor | None = None,
        grad_segments: int | None = 1,
    ) -> tuple[Tensor, Memory]:
        """Read one segment: the states [B, L, D], and the memory with this segment in it.

        grad_segments: how many segments, this one included, one stretch of back-propagation spans. After that many the
            whole memory is detached. 1: as published, none into memory; 2-8: a loss teaches earlier segments what to
            store; None: the caller detaches (`memory.detach()`).
        tracks_BL, priorities_BL: see `Memory.write`; the default priority is the norm of the last layer's input.
        """
        if grad_segments is not None and grad_segments < 1:
            raise ValueError(f"grad_segments must be at least 1 (the segment itself), not {grad_segments}")
        memory = Memory(policy=self.policy) if memory is None else memory
        if grad_segments is not None and memory.unrolled >= grad_segments:
            memory = memory.detach()
        mask_BL = torch.ones_like(times_BL, dtype=torch.bool) if mask_BL is None else mask_BL
        x_BLD = x_BLD.masked_fill(~mask_BL[:, :, None], 0.0)  # 0 x NaN in padding would reach its clip
        past = memory.read()
        relation = relate_times(times_BL, mask_BL, periods_s=self.periods_s, memory=past, dtype=x_BLD.dtype)

        inputs = []
        for number, layer in enumerate(self.layers):
            inputs.append(x_BLD)
            run = partial(self._gradient_checkpointing_func, layer) if self._checkpoints() else layer
            x_BLD = run(x_BLD, relation=relation, memory_BMD=None if past is None else past.states_NBMD[number])
        if priorities_BL is None:
            priorities_BL = inputs[-1].detach().float().norm(dim=-1)
        y_BLD = self.final_norm(x_BLD)
        memory = memory.write(
            states_NBLD=torch.stack([*inputs, y_BLD] if self.remember_output else inputs),
            times_BL=times_BL,
            mask_BL=mask_BL,
            tracks_BL=tracks_BL,
            priorities_BL=priorities_BL,
        )
        return y_BLD, memory

    def _checkpoints(self) -> bool:
        return self.gradient_checkpointing and self.training and torch.is_grad_enabled()
