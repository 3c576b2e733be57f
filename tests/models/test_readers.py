"""Readers against plain forms of themselves: experts against a loop, recurrent segments against one long reading."""

from __future__ import annotations

import pytest
import torch

from models.readers import RecurrentReader, SparseFeedForward, make_reader
from tests.pipeline_reading.small_clips import randomised

RECURRENT = ("lstm", "gru", "rnn")


@pytest.mark.parametrize("top", [1, 2, 4])
def test_experts_equal_a_loop_over_tokens(top) -> None:
    torch.manual_seed(0)
    layer = SparseFeedForward(width=8, hidden=12, experts=4, top=top)
    x_BLD = torch.randn(3, 5, 8)
    expected, used, shares = torch.zeros_like(x_BLD), torch.zeros(4), []
    for b in range(3):
        for n in range(5):
            share = torch.softmax(layer.router.weight @ x_BLD[b, n], 0)
            best = share.argsort(descending=True)[:top]
            for number in best.tolist():
                expected[b, n] += share[number] / share[best].sum() * layer.experts[number](x_BLD[b, n])
                used[number] += 1
            shares.append(share)
    assert torch.allclose(layer(x_BLD), expected, atol=1e-6)
    balance = 4 * (used / used.sum() * torch.stack(shares).mean(0)).sum()
    assert float(layer.balance_loss.detach()) == pytest.approx(float(balance.detach()), abs=1e-5)


def test_balance_loss_is_least_when_the_experts_share_the_work() -> None:
    layer = SparseFeedForward(width=4, hidden=4, experts=4, top=1)
    x_BLD = torch.eye(4)[None] * 5
    with torch.no_grad():
        layer.router.weight.copy_(torch.eye(4))
        layer(x_BLD)
        even = float(layer.balance_loss)
        layer.router.weight.copy_(torch.tensor([[1.0], [0], [0], [0]]).expand(4, 4))
        layer(x_BLD)
    assert even == pytest.approx(1.0, abs=1e-4) and float(layer.balance_loss) > 3.5


@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_state_over_segments_equals_one_reading(kind) -> None:
    torch.manual_seed(0)
    reader = randomised(RecurrentReader(kind, layers=2, width=6, hidden=8))
    x_BLD, times_BL = torch.randn(2, 23, 6), (torch.rand(2, 23, dtype=torch.float64) * 30).cumsum(1)
    mask_BL = torch.ones(2, 23, dtype=torch.bool)
    whole, _ = reader(x_BLD, times_BL=times_BL, mask_BL=mask_BL)
    parts, memory = [], None
    for a, b in ((0, 4), (4, 5), (5, 16), (16, 23)):  # a segment of one token too
        y, memory = reader(x_BLD[:, a:b], times_BL=times_BL[:, a:b], mask_BL=mask_BL[:, a:b], memory=memory)
        parts.append(y)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=1e-5)
    assert not torch.allclose(reader(x_BLD[:, 4:], times_BL=times_BL[:, 4:], mask_BL=mask_BL[:, 4:])[0], whole[:, 4:])


@pytest.mark.parametrize("kind", RECURRENT)
def test_recurrent_padding_changes_nothing_and_time_matters(kind) -> None:
    torch.manual_seed(1)
    reader = randomised(RecurrentReader(kind, layers=1, width=6, hidden=8))
    x_BLD, times_BL = torch.randn(1, 9, 6), torch.arange(9.0, dtype=torch.float64)[None]
    mask_BL = torch.ones(1, 9, dtype=torch.bool)
    first, memory = reader(x_BLD[:, :5], times_BL=times_BL[:, :5], mask_BL=mask_BL[:, :5])
    second, _ = reader(x_BLD[:, 5:], times_BL=times_BL[:, 5:], mask_BL=mask_BL[:, 5:], memory=memory)
    padded = torch.cat([x_BLD[:, :5], torch.full((1, 3, 6), 9.0)], 1)
    times = torch.cat([times_BL[:, :5], torch.zeros(1, 3, dtype=torch.float64)], 1)
    mask = torch.arange(8)[None] < 5
    first_padded, memory = reader(padded, times_BL=times, mask_BL=mask)
    second_padded, _ = reader(x_BLD[:, 5:], times_BL=times_BL[:, 5:], mask_BL=mask_BL[:, 5:], memory=memory)
    assert torch.allclose(first_padded[:, :5], first, atol=1e-6)
    assert torch.allclose(second_padded, second, atol=1e-6)
    slower, _ = reader(x_BLD[:, :5], times_BL=3 * times_BL[:, :5], mask_BL=mask_BL[:, :5])
    assert not torch.allclose(slower, first, atol=1e-3)


def test_gradients_flow_through_the_asked_number_of_segments() -> None:
    torch.manual_seed(2)
    for kind in ("gru", "lstm", "transformer_xl"):
        for spans in (1, 2, 3):
            reader = make_reader(kind, layers=1, width=8, heads=2)
            segments = [torch.randn(1, 4, 8, requires_grad=True) for _ in range(3)]
            memory = None
            for number, x_BLD in enumerate(segments):
                times_BL = torch.arange(4.0, dtype=torch.float64)[None] + 4 * number
                y, memory = reader(
                    x_BLD, times_BL=times_BL, mask_BL=torch.ones(1, 4, dtype=torch.bool), memory=memory,
                    grad_segments=spans,
                )  # fmt: skip
            (y * torch.randn(y.shape)).sum().backward()  # a plain sum of normalised states is constant
            reached = [x.grad is not None and bool(x.grad.abs().sum() > 0) for x in segments]
            # the third segment is alone (1), the first of a new pair (2), the last of three (3)
            assert reached == {1: [False, False, True], 2: [False, False, True], 3: [True] * 3}[spans], (kind, spans)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn", "transformer"])
def test_readers_have_about_as_many_parameters_as_the_transformer_xl(kind) -> None:
    def size(name: str, **options) -> int:
        return sum(p.numel() for p in make_reader(name, layers=3, width=96, heads=4, **options).parameters())

    assert size(kind) == pytest.approx(size("transformer_xl"), rel=0.3)
    assert size("transformer_xl", feed_forward="moe") == pytest.approx(size("transformer_xl"), rel=0.05)


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="'mamba'"):
        make_reader("mamba", layers=1, width=8, heads=2)
    with pytest.raises(ValueError, match="'sparse'"):
        make_reader("transformer_xl", layers=1, width=8, heads=2, feed_forward="sparse")
