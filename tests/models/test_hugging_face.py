"""What needs transformers (11 s to import): the encoder is its BertModel, and the model keeps the library's habits."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from models.longtake import Longtake
from models.question_encoder import PACKAGE, SentenceEncoder
from pipeline.clip_batch import ClipInput, collate
from tests.pipeline_reading.small_clips import looking_clip, names_table, randomised, tiny_settings

torch.set_num_threads(1)
transformers = pytest.importorskip("transformers")

from models.configuration_longtake import LongtakeConfig  # noqa: E402
from models.modeling_longtake import LongtakeModel  # noqa: E402
from models.transformer_xl import TransformerXL  # noqa: E402

VARIED = {
    "norm": "post", "feed_forward": "moe", "memory": "whole", "recent_tokens": 33, "levels": 3, "level_slots": 12,
    "question_dropout": 0.0, "encoder_layers": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def batch():
    return collate([ClipInput.of(looking_clip(seed, objects=8, frames=80)) for seed in (1, 2)], names_table, 24)


def make_model(**options) -> LongtakeModel:
    return randomised(LongtakeModel(LongtakeConfig.of(tiny_settings(**options))))


def outputs(model, batch) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    states, features = torch.randn(2, 7, 16, generator=generator), torch.rand(2, 7, 5, generator=generator).round()
    mask = torch.arange(7)[None] < torch.tensor([[7], [4]])
    with torch.inference_mode():
        questions = model.questions(states, features, mask)
        return [*model.clips(batch), questions.roles_BLR[mask], *questions.heads.values()]


def same(one: list[torch.Tensor], two: list[torch.Tensor]) -> bool:
    return all(torch.allclose(a, b, atol=1e-5) for a, b in zip(one, two, strict=True))


def test_encoder_equals_transformers_bert() -> None:
    folder = Path(importlib.util.find_spec(PACKAGE).origin).parent / "model"
    bert = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    encoder = SentenceEncoder.bundled(layers=3)
    texts = ["How many people are there between 1:05 and 2:30?", "dog", "Which giraffes' jack-o'-lantern came last?"]
    for text, mine, sentence in zip(texts, encoder.encode(texts), encoder.sentences(texts), strict=True):
        ids = torch.tensor([encoder.tokenizer.encode(text).ids])
        with torch.inference_mode():
            states = bert(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True).hidden_states
        assert torch.allclose(mine.states_LW, states[3][0], atol=2e-5)
        assert torch.allclose(sentence, F.normalize(states[-1][0].mean(0), dim=0), atol=1e-5)


def test_config_round_trip(tmp_path: Path) -> None:
    settings = tiny_settings(**VARIED)
    config = LongtakeConfig.of(settings)
    assert config.settings == settings
    config.save_pretrained(tmp_path)
    assert LongtakeConfig.from_pretrained(tmp_path).settings == settings
    assert transformers.AutoConfig.from_pretrained(tmp_path).settings == settings
    assert LongtakeConfig().settings == type(settings)()  # the same defaults in both


@pytest.mark.parametrize("options", [{}, VARIED, {"reader": "lstm"}], ids=["plain", "varied", "lstm"])
def test_save_and_load_gives_equal_outputs(options, batch, tmp_path: Path) -> None:
    model = make_model(**options)
    model.save_pretrained(tmp_path)
    expected = outputs(model, batch)
    assert all(part.isfinite().all() for part in expected)
    for loaded in (LongtakeModel.from_pretrained(tmp_path), transformers.AutoModel.from_pretrained(tmp_path)):
        assert type(loaded) is LongtakeModel and not loaded.training
        assert all(torch.equal(tensor, model.state_dict()[name]) for name, tensor in loaded.state_dict().items())
        assert same(outputs(loaded, batch), expected)
    assert same(outputs(Longtake.load(tmp_path), batch), expected)  # and without transformers


def test_names_of_the_weights_are_the_plain_models() -> None:
    for options in ({}, VARIED, {"reader": "gru"}):
        plain, library = Longtake(tiny_settings(**options)).state_dict(), make_model(**options).state_dict()
        assert {n: t.shape for n, t in plain.items()} == {n: t.shape for n, t in library.items()}


def test_new_models_are_initialised() -> None:
    torch.manual_seed(0)
    model = LongtakeModel(LongtakeConfig.of(tiny_settings()))
    layer = model.clips.reader.layers[0]
    for parameter in (layer.u, layer.v, layer.w_r, model.questions.queries):
        assert 0.005 < float(parameter.detach().std()) < 0.05
    assert torch.equal(layer.attention_norm.weight.detach(), torch.ones(24))


def test_gradient_checkpointing_by_the_librarys_switch(batch) -> None:
    def gradients(model) -> tuple[list[torch.Tensor], dict[str, torch.Tensor]]:
        model.zero_grad()
        logits = model(batch, grad_segments=None)
        sum(part.clamp(-50, 50).sin().sum() for part in logits).backward()
        found = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
        return [part.detach() for part in logits], found

    model = make_model().train()
    reader = model.clips.reader
    assert isinstance(reader, TransformerXL) and not reader.gradient_checkpointing
    plain, plain_gradients = gradients(model)
    model.gradient_checkpointing_enable()
    assert reader.gradient_checkpointing and model.is_gradient_checkpointing
    calls, run = [], reader._gradient_checkpointing_func

    def counted(*arguments, **options):
        calls.append(1)
        return run(*arguments, **options)

    reader._gradient_checkpointing_func = counted
    saved, saved_gradients = gradients(model)
    assert len(calls) == batch.segments_BGL.shape[1] * len(reader.layers)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(plain, saved, strict=True))
    assert plain_gradients.keys() == saved_gradients.keys() and "clips.reader.layers.0.w_r" in plain_gradients
    for name, gradient in plain_gradients.items():
        assert torch.allclose(gradient, saved_gradients[name], atol=1e-4, rtol=1e-3), name
    model.gradient_checkpointing_disable()
    assert not reader.gradient_checkpointing
