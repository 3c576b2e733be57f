"""Embeddings of class names by the sentence encoder, each computed once and kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from data.vocabulary import THING, kinds_above, noun
from models.question_encoder import SentenceEncoder


class NameEmbeddings:
    """Class names → (C, W) float32 unit vectors. Picklable: workers share what was computed before."""

    def __init__(self, encoder: SentenceEncoder | None = None):
        self.known: dict[str, np.ndarray] = {}
        self._encoder = encoder

    def __getstate__(self):
        return {"known": self.known, "_encoder": None}

    @cached_property
    def encoder(self) -> SentenceEncoder:
        return self._encoder or SentenceEncoder.bundled()

    def __call__(self, names: Sequence[str]) -> np.ndarray:
        new = [name for name in dict.fromkeys(names) if name not in self.known]
        if new:
            vectors = self.encoder.sentences([noun(name).singular for name in new]).float().numpy()
            self.known.update(zip(new, vectors, strict=True))
        return np.stack([self.known[name] for name in names]) if len(names) else np.zeros((0, 384), np.float32)

    def load(self, path: Path) -> NameEmbeddings:
        """Take up what `save` kept; a missing file is an empty one."""
        if path.is_file():
            with np.load(path) as file:
                self.known.update(zip(file["names"].tolist(), file["vectors"], strict=True))
        return self

    def save(self, path: Path) -> None:
        np.savez(path, names=np.array(list(self.known)), vectors=np.stack(list(self.known.values())))


def closest_class(thing: str, class_names: tuple[str, ...], names: NameEmbeddings) -> str | None:
    """The known class that is most like an unknown thing, if it is like it at all: no car for a dog."""
    if not class_names:
        return None
    cosine = names(class_names) @ names([thing])[0]
    closest = class_names[int(cosine.argmax())]
    kinds, others = (set(kinds_above(name)) - {THING} for name in (thing, closest))
    if cosine.max() < 0.4 or (kinds and others and not kinds & others and closest not in kinds):
        return None
    return closest
