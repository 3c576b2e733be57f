"""The Transformer-XL against independent forms of itself: a double loop, the published rel-shift, full attention."""

from __future__ import annotations

import math

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from models.memory import FRAME, Entries, Memory, MemoryPolicy
from models.transformer_xl import TransformerXL, TransformerXLLayer, relate_times, time_periods

WIDTH, HEADS, PERIODS_S = 24, 3, time_periods(5, shortest_s=2.0, longest_s=300.0)
EVERYTHING = MemoryPolicy(kind="recent", recent_tokens=1_000)


def make_layer(**options) -> TransformerXLLayer:
    torch.manual_seed(0)
    layer = TransformerXLLayer(width=WIDTH, heads=HEADS, frequencies=len(PERIODS_S), **options)
    return randomise(layer)


def make_reader(layers: int = 2, **options) -> TransformerXL:
    torch.manual_seed(0)
    options = {"policy": EVERYTHING, **options}
    return randomise(TransformerXL(layers=layers, width=WIDTH, heads=HEADS, periods_s=PERIODS_S, **options))


def randomise(module: nn.Module) -> nn.Module:
    """Large enough weights for scores, u, v and W_R to matter."""
    for name, parameter in module.named_parameters():
        if name.endswith(("u", ".v", "w_r")) or name in ("v",):
            nn.init.normal_(parameter, std=0.5)
        elif name.endswith(("query.weight", "key.weight")):
            nn.init.normal_(parameter, std=0.3)
    return module.eval()


def entries(states_BMD, times_BM, *, mask_BM=None, counts_BM=None) -> Entries:
    mask_BM = torch.ones_like(times_BM, dtype=torch.bool) if mask_BM is None else mask_BM
    counts_BM = torch.ones_like(times_BM, dtype=torch.float32) if counts_BM is None else counts_BM
    tracks_BM = torch.zeros_like(mask_BM, dtype=torch.long)
    return Entries(
        states_NBMD=states_BMD[None],
        times_BM=times_BM,
        mask_BM=mask_BM,
        counts_BM=counts_BM,
        tracks_BM=tracks_BM,
        kept_BM=mask_BM,
    )


def attend(layer, x_BLD, times_BL, *, mask_BL=None, memory: Entries | None = None):
    relation = relate_times(times_BL, mask_BL, periods_s=PERIODS_S, memory=memory, dtype=x_BLD.dtype)
    keys_BKD = x_BLD if memory is None else torch.cat([memory.states_NBMD[0], x_BLD], dim=1)
    return layer.attend(keys_BKD, relation)


def project(layer, linear, x_KD):
    """[K, D] → [H, K, E]"""
    return linear(x_KD).view(len(x_KD), layer.heads, -1).permute(1, 0, 2)


def frames(seconds: list[float], objects: int) -> torch.Tensor:
    return torch.tensor(seconds, dtype=torch.float64).repeat_interleave(objects)[None]


def read_all(reader, x_BLD, times_BL, *, segment: int, grad_segments=1, memory=None, **more):
    outputs = []
    for start in range(0, x_BLD.shape[1], segment):
        part = slice(start, start + segment)
        y_BLD, memory = reader(
            x_BLD[:, part],
            times_BL=times_BL[:, part],
            memory=memory,
            grad_segments=grad_segments,
            **{name: value[:, part] for name, value in more.items()},
        )
        outputs.append(y_BLD)
    return torch.cat(outputs, dim=1), memory


# --- the layer's scores -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qk_norm", [False, True])
def test_folded_form_equals_a_literal_double_loop(qk_norm):
    layer = make_layer(qk_norm=qk_norm)
    torch.manual_seed(1)
    x_LD, memory_MD = torch.randn(6, WIDTH), torch.randn(5, WIDTH)
    times_L = torch.tensor([7.25, 7.25, 8.5, 8.5, 11.125, 12.0], dtype=torch.float64)
    times_M = torch.tensor([0.5, 1.75, 1.75, 3.0, 5.5], dtype=torch.float64)
    mask_L = torch.tensor([True, True, True, False, True, True])
    mask_M = torch.tensor([True, False, True, True, True])
    counts_M = torch.tensor([8.0, 1, 2, 1, 1])
    memory = entries(memory_MD[None], times_M[None], mask_BM=mask_M[None], counts_BM=counts_M[None])
    folded = attend(layer, x_LD[None], times_L[None], mask_BL=mask_L[None], memory=memory)[0]

    keys_KD, times_K = torch.cat([memory_MD, x_LD]), torch.cat([times_M, times_L])
    mask_K, counts_K = torch.cat([mask_M, mask_L]), torch.cat([counts_M, torch.ones(6)])
    q_HLE = layer.query_norm(project(layer, layer.query, x_LD)).double()
    k_HKE = layer.key_norm(project(layer, layer.key, keys_KD)).double()
    v_HKE = project(layer, layer.value, keys_KD).double()
    u, v, w_r = layer.u.double(), layer.v.double(), layer.w_r.double()
    out_LHE = torch.zeros(6, HEADS, WIDTH // HEADS, dtype=torch.float64)
    for h in range(HEADS):
        for i in range(6):
            scores, values = [], []
            for j in range(11):
                if not mask_K[j] or times_K[j] > times_L[i]:
                    continue
                angles = [2 * math.pi * (times_L[i] - times_K[j]).item() / period for period in PERIODS_S]
                r = torch.tensor([math.sin(a) for a in angles] + [math.cos(a) for a in angles], dtype=torch.float64)
                score = (q_HLE[h, i] + u[h, 0]) @ k_HKE[h, j] + (q_HLE[h, i] + v[h, 0]) @ (w_r[h] @ r)
                scores.append(score / math.sqrt(WIDTH // HEADS) + counts_K[j].double().log())
                values.append(v_HKE[h, j])
            out_LHE[i, h] = torch.stack(scores).softmax(0) @ torch.stack(values)
    literal = layer.out(out_LHE.flatten(1).float())
    assert torch.allclose(folded[mask_L], literal[mask_L], atol=2e-6)


def rel_shift_attention(layer, keys_KD, length: int) -> torch.Tensor:
    """The published form (kimiyoung/transformer-xl, pytorch/mem_transformer.py): one token a second, R by distance."""
    total = len(keys_KD)
    q_HLE = project(layer, layer.query, keys_KD[-length:])
    k_HKE, v_HKE = project(layer, layer.key, keys_KD), project(layer, layer.value, keys_KD)
    distances_K = torch.arange(total - 1, -1, -1.0)  # klen-1 … 0
    angles_KF = distances_K[:, None] * (2 * math.pi / torch.tensor(PERIODS_S))
    r_HKE = torch.einsum("kf,hef->hke", torch.cat([angles_KF.sin(), angles_KF.cos()], dim=-1), layer.w_r)
    ac_HLK = torch.einsum("hle,hke->hlk", q_HLE + layer.u, k_HKE)
    bd_HLK = torch.einsum("hle,hke->hlk", q_HLE + layer.v, r_HKE)
    padded = torch.cat([bd_HLK.new_zeros(layer.heads, length, 1), bd_HLK], dim=-1)
    bd_HLK = padded.view(layer.heads, total + 1, length)[:, 1:].reshape(layer.heads, length, total)
    future_LK = torch.ones(length, total, dtype=torch.bool).triu(1 + total - length)
    scores_HLK = ((ac_HLK + bd_HLK) / math.sqrt(q_HLE.shape[-1])).masked_fill(future_LK, -torch.inf)
    out_HLE = scores_HLK.softmax(-1) @ v_HKE
    return layer.out(out_HLE.permute(1, 0, 2).flatten(1))


@pytest.mark.parametrize(("length", "remembered"), [(16, 0), (16, 48), (1, 20), (40, 7)])
def test_folded_form_equals_the_published_rel_shift(length, remembered):
    layer = make_layer()
    keys_KD = torch.randn(remembered + length, WIDTH)
    times_K = torch.arange(remembered + length, dtype=torch.float64)
    memory = entries(keys_KD[None, :remembered], times_K[None, :remembered]) if remembered else None
    folded = attend(layer, keys_KD[None, remembered:], times_K[None, remembered:], memory=memory)[0]
    assert torch.allclose(folded, rel_shift_attention(layer, keys_KD, length), atol=3e-6)


def test_a_merged_key_with_log_count_equals_its_copies():
    layer = make_layer()
    x_BLD, times_BL = torch.randn(1, 4, WIDTH), frames([9, 10], 2)
    one, other = torch.randn(1, 1, WIDTH), torch.randn(1, 1, WIDTH)
    copies = entries(torch.cat([one.expand(1, 5, WIDTH), other], 1), torch.tensor([[3.0] * 5 + [4.0]]))
    merged = entries(torch.cat([one, other], 1), torch.tensor([[3.0, 4.0]]), counts_BM=torch.tensor([[5.0, 1.0]]))
    results = [attend(layer, x_BLD, times_BL, memory=memory) for memory in (copies, merged)]
    assert torch.allclose(*results, atol=1e-6)


def test_fully_masked_memory_equals_no_memory():
    layer = make_layer()
    x_BLD, times_BL = torch.randn(2, 4, WIDTH), frames([9, 10], 2).expand(2, -1)
    nothing = torch.zeros(2, 7, dtype=torch.bool)
    memory = entries(torch.randn(2, 7, WIDTH), torch.rand(2, 7).double(), mask_BM=nothing)
    assert torch.allclose(attend(layer, x_BLD, times_BL, memory=memory), attend(layer, x_BLD, times_BL), atol=1e-6)


# --- reading segment by segment -----------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [1, 3])  # exact for any number: memory holds inputs computed with the same context
@pytest.mark.parametrize("norm", ["pre", "post"])
def test_segmented_reading_equals_full_attention(layers, norm):
    reader = make_reader(layers, norm=norm)
    x_BLD, times_BL = torch.randn(2, 36, WIDTH), frames([0, 1, 2.5, 3, 4, 7, 7.5, 9, 20, 21, 22, 40], 3).expand(2, -1)
    full, _ = reader(x_BLD, times_BL=times_BL)
    for segment in (3, 9, 12):
        segmented, _ = read_all(reader, x_BLD, times_BL, segment=segment)
        assert torch.allclose(segmented, full, atol=5e-6)


def test_nothing_leaks_from_the_future_or_another_clip_and_a_frame_sees_itself():
    reader = make_reader()
    times_BL = frames(list(range(8)), 2).expand(3, -1)
    x_BLD = torch.randn(3, 16, WIDTH, requires_grad=True)
    y_BLD, _ = read_all(reader, x_BLD, times_BL, segment=8, grad_segments=None)
    (grad,) = torch.autograd.grad(y_BLD[1, 8:10].sum(dim=0).norm(), x_BLD)  # the frame at 4 s of clip 1
    assert bool((grad[[0, 2]] == 0).all()) and bool((grad[1, 10:] == 0).all())
    assert bool((grad[1, :10].abs().sum(-1) > 0).all())  # all of its past, and both its tokens
    (grad,) = torch.autograd.grad(reader(x_BLD, times_BL=times_BL)[0][1, 8].norm(), x_BLD)
    assert grad[1, 9].abs().sum() > 0  # the other object of the same frame


def test_padding_changes_nothing_and_may_hold_anything():
    reader = make_reader(policy=MemoryPolicy(recent_tokens=8, levels=2, level_slots=8))
    x_BLD, times_BL = torch.randn(1, 20, WIDTH), frames(list(range(10)), 2)
    tracks_BL = torch.tensor([[0, 1] * 10])
    alone, _ = read_all(reader, x_BLD, times_BL, segment=4, tracks_BL=tracks_BL)
    memory = None
    for part in range(5):  # each segment of 4 with 3 places of rubbish around it
        here = slice(4 * part, 4 * part + 4)
        x = torch.full((1, 7, WIDTH), torch.nan)
        times, mask = torch.full((1, 7), -1e9, dtype=torch.float64), torch.zeros(1, 7, dtype=torch.bool)
        tracks = torch.full((1, 7), 1)
        x[:, 2:6], times[:, 2:6], mask[:, 2:6], tracks[:, 2:6] = (
            x_BLD[:, here],
            times_BL[:, here],
            True,
            tracks_BL[:, here],
        )
        y_BLD, memory = reader(x, times_BL=times, mask_BL=mask, tracks_BL=tracks, memory=memory)
        assert torch.allclose(y_BLD[:, 2:6], alone[:, here], atol=5e-6)
    assert bool(y_BLD.isfinite().all())


def random_clips(clips: int, *, seed: int = 3, frames_per_clip: int = 40, objects: int = 3) -> dict:
    torch.manual_seed(seed)
    length = frames_per_clip * objects
    steps_BT = torch.rand(clips, frames_per_clip, dtype=torch.float64) * 3 + 0.1
    return {
        "x_BLD": torch.randn(clips, length, WIDTH),
        "times_BL": steps_BT.cumsum(1).repeat_interleave(objects, dim=1),
        "mask_BL": torch.rand(clips, length) < 0.9,
        "tracks_BL": torch.tensor([FRAME, 4, 9]).repeat(frames_per_clip).expand(clips, -1),
    }


CONSOLIDATING = MemoryPolicy(recent_tokens=10, levels=3, level_slots=8)


def test_batch_equals_single():
    reader, clips = make_reader(policy=CONSOLIDATING), random_clips(3)
    with torch.no_grad():
        batch, memory = read_all(reader, **clips, segment=12)
        assert memory.read().counts_BM.max() >= 4  # consolidation was at work
        for clip in range(3):
            single, _ = read_all(reader, **{k: v[clip : clip + 1] for k, v in clips.items()}, segment=12)
            there = clips["mask_BL"][clip]
            assert torch.allclose(batch[clip, there], single[0, there], atol=1e-5)


def test_order_of_a_frames_objects_does_not_matter():
    reader, clips = make_reader(policy=CONSOLIDATING), random_clips(2)
    order = torch.cat([3 * frame + torch.randperm(3) for frame in range(40)])
    shuffled = {name: value[:, order] for name, value in clips.items()}
    with torch.no_grad():
        y_BLD, _ = read_all(reader, **clips, segment=12)
        y_shuffled_BLD, _ = read_all(reader, **shuffled, segment=12)
    there = shuffled["mask_BL"]
    assert torch.allclose(y_BLD[:, order][there], y_shuffled_BLD[there], atol=1e-5)


@pytest.mark.parametrize("shift_s", [3.7, 1e5])
def test_only_differences_of_time_matter(shift_s):
    reader, clips = make_reader(policy=CONSOLIDATING), random_clips(2)
    later = {**clips, "times_BL": clips["times_BL"] + shift_s}
    with torch.no_grad():
        y_BLD, y_later_BLD = (read_all(reader, **each, segment=12)[0] for each in (clips, later))
        assert torch.allclose(y_BLD, y_later_BLD, atol=1e-5)
        # float32 times: what is left is their own rounding, 4 ms at 1e5 s
        single = {**later, "times_BL": later["times_BL"].float()}
        y_single_BLD, _ = read_all(reader, **single, segment=12)
        assert (y_BLD - y_single_BLD)[clips["mask_BL"]].abs().max() < 0.05


def test_what_the_reader_attends_to_stays_bounded():
    reader = make_reader(1, policy=CONSOLIDATING)
    memory, widest = None, 0
    tracks_BL = torch.tensor([[FRAME, 0]])
    with torch.no_grad():
        for step in range(600):  # the policy itself is tested over 10,000 in test_memory.py
            x_BLD, times_BL = torch.randn(1, 2, WIDTH), torch.full((1, 2), float(step), dtype=torch.float64)
            y_BLD, memory = reader(x_BLD, times_BL=times_BL, tracks_BL=tracks_BL, memory=memory)
            widest = max(widest, memory.read().width)
    assert widest <= CONSOLIDATING.max_entries and bool(y_BLD.isfinite().all())


# --- gradients ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grad_segments", "reached"),
    # which segments each of the six segments' own loss reaches: stretches of grad_segments segments
    [
        (1, [[0], [1], [2], [3], [4], [5]]),
        (2, [[0], [0, 1], [2], [2, 3], [4], [4, 5]]),
        (4, [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [4], [4, 5]]),
        (None, [list(range(n + 1)) for n in range(6)]),
    ],
)
@pytest.mark.parametrize("policy", [EVERYTHING, MemoryPolicy(recent_tokens=4, levels=2, level_slots=8)])
def test_gradient_reaches_the_set_number_of_segments(grad_segments, reached, policy):
    reader = make_reader(3, policy=policy)
    inputs = [torch.randn(1, 4, WIDTH, requires_grad=True) for _ in range(6)]
    memory, outputs = None, []
    for number, x_BLD in enumerate(inputs):
        times_BL = frames([2 * number, 2 * number + 1], 2)
        tracks_BL = torch.tensor([[0, 1, 0, 1]])
        y_BLD, memory = reader(
            x_BLD, times_BL=times_BL, tracks_BL=tracks_BL, memory=memory, grad_segments=grad_segments
        )
        outputs.append(y_BLD)
    for y_BLD, expected in zip(outputs, reached, strict=True):
        grads = torch.autograd.grad(y_BLD.norm(), inputs, retain_graph=True, allow_unused=True)
        assert [n for n, grad in enumerate(grads) if grad is not None and grad.abs().sum() > 0] == expected


def test_gradient_checkpointing_changes_no_gradient():
    grads = []
    for checkpointing in (False, True):
        reader = make_reader(2).train()
        reader.gradient_checkpointing = checkpointing
        torch.manual_seed(5)
        x_BLD, times_BL = torch.randn(1, 12, WIDTH), frames(list(range(6)), 2)
        y_BLD, _ = read_all(reader, x_BLD, times_BL, segment=4, grad_segments=3)
        y_BLD.square().mean().backward()
        grads.append([p.grad for p in reader.parameters()])
    assert all(torch.allclose(one, other, atol=1e-7) for one, other in zip(*grads, strict=True))
    assert all(grad is not None and grad.abs().sum() > 0 for grad in grads[0][:3])  # u, v and W_R learn


# --- number formats, weights, options -----------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["weights", "autocast"])
def test_bfloat16_is_close_to_float32(how):
    reader, clips = make_reader(3, policy=CONSOLIDATING, qk_norm=True), random_clips(2)
    with torch.no_grad():
        exact, _ = read_all(reader, **clips, segment=12)
        if how == "weights":
            half, _ = read_all(reader.bfloat16(), **{**clips, "x_BLD": clips["x_BLD"].bfloat16()}, segment=12)
            assert half.dtype == torch.bfloat16
        else:
            with torch.autocast("cpu", torch.bfloat16):
                half, _ = read_all(reader, **clips, segment=12)
    difference = (half.float() - exact)[clips["mask_BL"]]
    assert difference.square().mean().sqrt() < 0.05  # of outputs with unit variance


def test_save_load_equal(tmp_path):
    reader, clips = make_reader(policy=CONSOLIDATING), random_clips(1)
    save_file(reader.state_dict(), tmp_path / "reader.safetensors")
    other = TransformerXL(layers=2, width=WIDTH, heads=HEADS, periods_s=PERIODS_S, policy=CONSOLIDATING).eval()
    other.load_state_dict(load_file(tmp_path / "reader.safetensors"))
    with torch.no_grad():
        assert torch.equal(read_all(reader, **clips, segment=12)[0], read_all(other, **clips, segment=12)[0])


def test_any_feed_forward_may_be_plugged_in_and_the_output_remembered():
    reader = make_reader(feed_forward=lambda: nn.Linear(WIDTH, WIDTH), remember_output=True)
    x_BLD, times_BL = torch.randn(1, 4, WIDTH), frames([0, 1], 2)
    y_BLD, memory = reader(x_BLD, times_BL=times_BL)
    assert isinstance(reader.layers[1].feed_forward, nn.Linear)
    states_NBMD = memory.read().states_NBMD
    assert torch.equal(states_NBMD[-1], y_BLD) and torch.equal(states_NBMD[0], x_BLD) and len(states_NBMD) == 3


def test_no_memory_is_a_fixed_context():
    reader = make_reader(policy=MemoryPolicy(kind="none"))
    x_BLD, times_BL = torch.randn(1, 8, WIDTH), frames([0, 1, 2, 3], 2)
    y_BLD, memory = read_all(reader, x_BLD, times_BL, segment=4)
    assert memory.read() is None
    assert torch.equal(y_BLD[:, 4:], reader(x_BLD[:, 4:], times_BL=times_BL[:, 4:], memory=Memory())[0])


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="width 24 is not a multiple of heads 5"):
        TransformerXLLayer(width=24, heads=5, frequencies=2)
    with pytest.raises(ValueError, match="'middle'"):
        TransformerXLLayer(width=24, heads=3, frequencies=2, norm="middle")
    with pytest.raises(TypeError, match="bfloat16"):
        relate_times(torch.zeros(1, 2, dtype=torch.bfloat16), periods_s=PERIODS_S)
    with pytest.raises(ValueError, match="not 0"):
        make_reader()(torch.zeros(1, 2, WIDTH), times_BL=torch.zeros(1, 2), grad_segments=0)
