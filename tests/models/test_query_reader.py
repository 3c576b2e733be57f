"""The network that writes queries: what it writes word by word is what it would say of all words at once."""

from __future__ import annotations

import torch

from models.query_reader import QueryReader


def reader():
    torch.manual_seed(3)
    return QueryReader(encoder_width=12, slots=4, words=9, width=24, layers=2, heads=3).eval()


def batch(number=3, length=5):
    torch.manual_seed(4)
    mask = torch.ones(number, length, dtype=torch.bool)
    mask[0, 3:] = False
    return torch.randn(number, length, 12), torch.randint(5, (number, length)), mask


def test_step_by_step_is_all_at_once() -> None:
    model, question = reader(), batch()
    with torch.no_grad():
        model.words.weight[1] = -5.0  # never ends by itself
        rows, _ = model.write(*question)
        words = torch.tensor([[0, *row[:20]] for row in rows])
        logits = model(*question, words)
    assert logits.argmax(-1).tolist() == [row[:21] for row in rows]


def test_padding_and_neighbours_change_nothing() -> None:
    model, (states, slots, mask) = reader(), batch()
    alone, sure = model.write(states[:1, :3], slots[:1, :3], mask[:1, :3])
    together, all_sure = model.write(states, slots, mask)
    assert alone[0] == together[0] and torch.allclose(sure[0], all_sure[0], atol=1e-4)


def test_what_is_unlikely_is_given_up() -> None:
    model, question = reader(), batch()
    rows, _ = model.write(*question)
    given_up, lost = model.write(*question, least=-0.01)
    assert torch.isinf(lost).all() and all(len(a) <= len(b) for a, b in zip(given_up, rows, strict=True))
    assert model.write(*question, least=-1e9)[0] == rows


def test_a_later_word_is_not_seen() -> None:
    model, question = reader(), batch()
    words = torch.randint(2, 9, (3, 6))
    changed = words.clone()
    changed[:, 4:] = 2
    with torch.no_grad():
        a, b = model(*question, words), model(*question, changed)
    assert torch.allclose(a[:, :4], b[:, :4], atol=1e-5)
