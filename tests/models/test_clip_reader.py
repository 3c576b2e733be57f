"""Properties of the clip reader: clips do not mix, order within a frame and cutting into segments do not matter."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from models import clip_reader
from models.clip_reader import ClipBatch, TrackLogits
from models.longtake import ONE_SEGMENT, make_clip_reader
from pipeline.clip_batch import ClipInput, collate, segments_of
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip, names_table, randomised, tiny_settings, with_looks

torch.set_num_threads(1)
KINDS = {
    "transformer_xl": {},
    "whole": {"memory": "whole", "recent_tokens": 24, "levels": 2, "level_slots": 8},
    "post": {"norm": "post"},
    "moe": {"feed_forward": "moe"},
    "no memory": {"memory": "none"},
    **{kind: {"reader": kind} for kind in ("transformer", "lstm", "gru", "rnn")},
}


def make_reader(**options):
    torch.manual_seed(0)
    return randomised(make_clip_reader(tiny_settings(**options)))


@pytest.fixture(scope="module")
def clips() -> list[ClipInput]:
    """Of different length and size; one without tracks, one with a single track."""
    made = [looking_clip(seed, objects=n, frames=f) for seed, n, f in ((3, 12, 120), (4, 30, 60), (5, 5, 200))]
    nothing = clip_of([], frames=10, class_names=("car", "dog", "bus"))
    single = with_looks(clip_of([("dog", [(2, 9)], (0.2, 0.2), (0.8, 0.8))], frames=10))
    return [ClipInput.of(clip) for clip in (*made, nothing, single)]


@torch.inference_mode()
def judged(reader, clips: list[ClipInput], segment: int = 32) -> list[TrackLogits]:
    """Logits of each clip, cut to its own tracks, candidates and classes."""
    logits = reader(collate(clips, names_table, segment))
    sizes = [(len(c.tokens.track_id), 1 + c.pairs.earlier.shape[1], len(c.class_names)) for c in clips]
    return [
        TrackLogits(logits.real_BK[row, :k], logits.same_BK1J[row, :k, :j], logits.classes_BKC[row, :k, :c])
        for row, (k, j, c) in enumerate(sizes)
    ]


def close(one: TrackLogits, two: TrackLogits, atol: float = 2e-4) -> bool:
    return all(a.shape == b.shape and torch.allclose(a, b, atol=atol, rtol=1e-4) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_batch_equals_single(kind, clips) -> None:
    reader = make_reader(**KINDS[kind])
    together = judged(reader, clips)
    for clip, logits in zip(clips, together, strict=True):
        assert all(part.isfinite().all() for part in logits)
        assert close(judged(reader, [clip])[0], logits)
    assert together[0].real_BK.std() > 1e-3  # tracks are told apart
    assert together[3].real_BK.shape == (0,) and together[4].real_BK.shape == (1,)


@pytest.mark.parametrize("kind", ["transformer_xl", "lstm", "moe"])
def test_what_another_clip_or_the_padding_holds_changes_nothing(kind, clips) -> None:
    reader = make_reader(**KINDS[kind])
    batch = collate(clips, names_table, 32)
    with torch.inference_mode():
        before = reader(batch)
        mask_BN, changed = batch.mask_BN, batch._asdict()
        other_B = torch.tensor([False, True, True, True, True])
        for name in ("features_BNS", "look_BNA"):
            noise = torch.randn(changed[name].shape)
            changed[name] = torch.where((~mask_BN | other_B[:, None])[..., None], noise, changed[name])
        for name, hidden in (("pairs_BKJP", batch.earlier_BKJ < 0), ("entries_BKE", ~batch.tracks_BK)):
            noise = torch.randn(changed[name].shape)
            other = other_B.view(-1, *[1] * (hidden.ndim - 1))
            changed[name] = torch.where((hidden | other)[..., None], noise, changed[name])
        noise = torch.randn(batch.names_BCW.shape)
        changed["names_BCW"] = torch.where((~batch.classes_BC | other_B[:, None])[..., None], noise, batch.names_BCW)
        after = reader(ClipBatch(**changed))
    k, c = len(clips[0].tokens.track_id), len(clips[0].class_names)
    assert torch.allclose(before.real_BK[0, :k], after.real_BK[0, :k], atol=2e-4)
    assert torch.allclose(before.same_BK1J[0, :k], after.same_BK1J[0, :k], atol=2e-4)
    assert torch.allclose(before.classes_BKC[0, :k, :c], after.classes_BKC[0, :k, :c], atol=2e-4)
    assert not torch.allclose(before.real_BK[1:3], after.real_BK[1:3], atol=1e-2)


@pytest.mark.parametrize("kind", ["transformer_xl", "whole", "post", "moe", "transformer"])
def test_objects_of_a_frame_may_stand_in_any_order(kind, clips) -> None:
    reader = make_reader(**KINDS[kind])
    batch = collate(clips[1:2], names_table, 32)
    number = batch.mask_BN.shape[1]
    generator = torch.Generator().manual_seed(1)
    key = batch.times_BN[0] + 1e-3 * torch.rand(number, generator=generator, dtype=torch.float64)
    order = key.argsort()  # shuffles only what shares one time
    assert (order != torch.arange(number)).sum() > number // 3
    place = torch.empty_like(order)
    place[order] = torch.arange(number)
    shuffled = {
        name: value[:, order] if name.endswith(("_BNS", "_BNA", "_BN")) else value
        for name, value in batch._asdict().items()
    }
    shuffled["last_BK"] = place[batch.last_BK]
    with torch.inference_mode():
        assert close(reader(batch), reader(ClipBatch(**shuffled)))
        shuffled["last_BK"] = batch.last_BK  # and it does matter which state is a track's
        assert not close(reader(batch), reader(ClipBatch(**shuffled)))


@pytest.mark.parametrize("kind", ["transformer_xl", "post", "lstm", "gru", "rnn"])
def test_cutting_into_segments_changes_nothing_when_all_is_remembered(kind, clips) -> None:
    reader = make_reader(**KINDS[kind])
    whole = judged(reader, clips[:3], segment=100_000)
    for segment in (8, 50):
        for one, other in zip(whole, judged(reader, clips[:3], segment), strict=True):
            assert close(one, other)


def test_without_memory_the_segments_matter(clips) -> None:
    reader = make_reader(reader="transformer")
    whole, cut = (judged(reader, clips[:1], segment)[0] for segment in (100_000, 8))
    assert not close(whole, cut, atol=1e-2)


def test_segments_cut_no_moment_in_two(clips) -> None:
    for clip in clips:
        t_s = clip.tokens.t_s
        for length in (1, 7, 64, 10_000):
            parts = segments_of(t_s, length)
            assert torch.equal(torch.cat([torch.from_numpy(p) for p in parts]), torch.arange(len(t_s)))
            for one, other in pairwise(parts):
                assert t_s[one[-1]] < t_s[other[0]]
                assert len(one) + (t_s == t_s[other[0]]).sum() > length  # no room for the next moment
            assert all(len(part) <= length or len(set(t_s[part])) == 1 for part in parts)
            if length == 10_000:
                assert len(parts) == 1


def test_reach_hides_far_candidates_and_nothing_else(clips) -> None:
    reader = make_reader()
    last = torch.from_numpy(clips[0].tokens.last_token)
    earlier = torch.from_numpy(clips[0].pairs.earlier)
    away = (last[:, None] - last[earlier.clamp(min=0)])[earlier >= 0]
    near = int(away.sort().values[len(away) // 2 - 1])
    everything = judged(reader, clips[:1])[0]
    reader.reach_tokens = near
    reached = judged(reader, clips[:1])[0]
    far = (last[:, None] - last[earlier.clamp(min=0)] > near) & (earlier >= 0)
    assert far.any() and (~far & (earlier >= 0)).any()
    assert (reached.same_BK1J[:, 1:][far] == -1e4).all() and (everything.same_BK1J[:, 1:][far] > -1e3).all()
    assert torch.equal(reached.same_BK1J[:, 1:][~far], everything.same_BK1J[:, 1:][~far])
    assert torch.equal(reached.same_BK1J[:, 0], everything.same_BK1J[:, 0])
    assert torch.equal(reached.real_BK, everything.real_BK)


def test_names_stand_with_their_classes(clips) -> None:
    batch = collate(clips, names_table, 32)
    for row, clip in enumerate(clips):
        number = len(clip.class_names)
        assert torch.equal(batch.names_BCW[row, :number], torch.from_numpy(names_table(clip.class_names)))
        assert batch.classes_BC[row].sum() == number and not batch.names_BCW[row, number:].any()
    assert torch.equal(batch.class_BN[0][: len(clips[0].tokens)], torch.from_numpy(clips[0].tokens.class_id))


def test_reach_follows_the_memory() -> None:
    assert make_reader(memory="none").reach_tokens == ONE_SEGMENT
    assert make_reader(memory="recent", recent_tokens=77).reach_tokens == 77
    assert make_reader(memory="whole").reach_tokens is None


def test_no_place_without_a_candidate_and_no_missing_class_is_chosen(clips) -> None:
    batch = collate(clips, names_table, 32)
    with torch.inference_mode():
        logits = make_reader()(batch)
    assert (logits.same_BK1J[..., 1:][batch.earlier_BKJ < 0] == -1e4).all()
    assert (logits.classes_BKC.transpose(1, 2)[~batch.classes_BC] == -1e4).all()


def idle_weights(clips) -> set[str]:
    """Names of the weights that no gradient reaches."""
    torch.manual_seed(0)
    reader = make_clip_reader(tiny_settings())
    logits = reader(collate(clips[:2], names_table, 32))
    sum((part.clamp(-50, 50) * torch.randn(part.shape)).sum() for part in logits).backward()
    return {name for name, p in reader.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0}


def test_every_weight_learns(clips) -> None:
    assert not idle_weights(clips)


def test_of_very_many_tracks_those_of_one_time_see_each_other(monkeypatch) -> None:
    monkeypatch.setattr(clip_reader, "SEEN_TOGETHER", 16)
    reader = make_reader().eval()
    width = reader.norm.normalized_shape[0]
    few, many = torch.randn(1, 16, width), torch.randn(2, 45, width)
    padding = torch.zeros(2, 45, dtype=torch.bool)
    padding[1, 10:] = True  # a second clip that has no track in the later windows
    with torch.inference_mode():
        assert torch.allclose(reader._beside_others(few, padding[:1, :16]), reader.entry_layer(few), atol=1e-5)
        before = reader._beside_others(many, padding)
        assert before.shape == many.shape and before.isfinite().all()
        other = many.clone()
        other[:, 20] = torch.randn(2, width)
        changed = (reader._beside_others(other, padding)[0] - before[0]).abs().amax(-1) > 1e-6
    touched = changed.nonzero().flatten().tolist()
    assert 20 in touched and min(touched) >= 20 - 12 and max(touched) <= 20 + 12 and len(touched) > 12
