"""Does bfloat16 pay on this machine? On a processor without instructions for it, it costs several times float32."""

from __future__ import annotations

from functools import cache
from time import perf_counter

import torch

TRIES = 5


@cache
def bfloat16_pays(device: str = "cpu") -> bool:
    """Are products of bfloat16 faster than those of float32? On a CPU measured, once (milliseconds); a GPU: yes."""
    if device != "cpu":
        return True
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        a, b = torch.ones(192, 256, dtype=dtype), torch.ones(256, 256, dtype=dtype)
        seconds[dtype] = min(_time(a, b) for _ in range(TRIES))
    return seconds[torch.bfloat16] < seconds[torch.float32]


def _time(a: torch.Tensor, b: torch.Tensor) -> float:
    begun = perf_counter()
    for _ in range(4):
        a @ b
    return perf_counter() - begun
