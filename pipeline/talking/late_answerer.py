"""The model as a page needs it at its start: who asks a first question waits for it, who only looks does not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.clip_memory import ClipMemory, as_told
from pipeline.errors import InputError
from pipeline.given_tracks import is_given

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.object_index import ObjectIndex


class LateAnswerer:
    """Stands for an `Answerer`, and loads it when something is asked that only the model knows (torch takes seconds).

    Given tracks are taken at their word, and a kept memory needs only the weights' digest: neither loads it.
    """

    def __init__(self, load: Callable[[], Answerer], weights: Path):
        self._load, self._weights = load, weights

    @cached_property
    def digest(self) -> str:
        """As `Answerer.digest`. Raises InputError where there are no weights."""
        path = self._weights / "model.safetensors"
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"cannot load the model in {self._weights} ({error}); install Longtake again") from error

    def read(self, index: ObjectIndex) -> ClipMemory:
        """As `Answerer.read`."""
        if is_given(index):
            return replace(as_told(index), model=self.digest)
        return self._load().read(index)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._load(), name)
