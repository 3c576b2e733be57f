"""What is right about each noisy track, by hand; the loss is least there; batches come again in the same order."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from data.dataset import Lengths, Sample, SampleSettings, make_sample
from data.meaning import judge, run
from data.meaning.clip_view import ClipView
from models.clip_reader import TrackLogits
from pipeline.clip_batch import ClipInput
from pipeline.learn_clips import GROUP, ClipBatches, batch_of, clip_loss, targets_of
from pipeline.repair import TrackBelief, likeliest_world, repaired
from pipeline.tokens import TrackRows
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import names_table

NAMES = ("car", "bus", "dog")
HERE = (0.5, 0.5), (0.5, 0.5)
SMALL = SampleSettings(noise="real", clean_share=0.0, questions=0, lengths=(Lengths(0, (8, 12), (8, 12), 0.0),))


@pytest.fixture
def sample() -> Sample:
    """Two true objects: a bus (0), seen as tracks 10 (called a car), 12 and 14, and a dog (1), seen as track 13.

    Tracks 11 and 15 are invented. Tracks begin in the order of their numbers.
    """
    clean = clip_of([("bus", [(0, 50)], *HERE), ("dog", [(20, 60)], *HERE)], frames=60, class_names=NAMES)
    rows = {10: ("car", 0), 11: ("dog", 5), 12: ("bus", 12), 13: ("dog", 21), 14: ("bus", 40), 15: ("dog", 48)}
    seen = clip_of([(name, [(a, a + 6)], *HERE) for name, a in rows.values()], frames=60, class_names=NAMES)
    seen = replace(seen, track_id=(seen.track_id + 10).astype(np.int32))
    true_track = np.full(16, -1)
    true_track[list(rows)] = [0, -1, 0, 1, 0, -1]
    return Sample(0, seen, clean, true_track, ())


def test_targets_by_hand(sample) -> None:
    clip = ClipInput.of(sample.seen)
    assert clip.tokens.track_id.tolist() == [10, 11, 12, 13, 14, 15]
    real, same, asked, class_of = targets_of(sample, clip)
    assert real.tolist() == [True, False, True, True, True, False]
    assert [NAMES[c] if c >= 0 else None for c in class_of] == ["bus", None, "bus", "dog", "bus", None]
    right = [
        {"new"} if row[0] else {int(j) for j, ok in zip(earlier, row[1:], strict=True) if ok}
        for row, earlier in zip(same, clip.pairs.earlier, strict=True)
    ]
    assert right == [{"new"}, set(), {0}, {"new"}, {0, 2}, set()]
    assert asked.tolist() == [True, False, True, True, True, False]
    assert not same[:, 1:][clip.pairs.earlier < 0].any()


def test_an_object_whose_earlier_track_is_no_candidate_is_not_asked(sample) -> None:
    clip = ClipInput.of(sample.seen)
    clip.pairs.earlier[2] = [1, -1, -1, -1, -1]  # track 12 continues track 10, which is not among the candidates
    _, same, asked, _ = targets_of(sample, clip)
    assert not asked[2] and not same[2].any() and asked[4]


def test_batches_are_padded_with_what_is_not_learned(sample) -> None:
    alone = replace(sample, seen=clip_of([], frames=60, class_names=NAMES), true_track=np.zeros(0, int))
    pairs = [(s, ClipInput.of(s.seen)) for s in (sample, alone)]
    batch, targets = batch_of(pairs, names_table, 32)
    assert batch.tracks_BK.sum(1).tolist() == [6, 0]
    assert not targets.asked_BK[1].any() and (targets.class_BK[1] == -1).all()
    assert targets.same_BK1J.shape == (2, 6, 1 + batch.earlier_BKJ.shape[2])


def test_the_loss_is_least_where_everything_is_right(sample) -> None:
    pair = (sample, ClipInput.of(sample.seen))
    batch, targets = batch_of([pair, pair], names_table, 32)

    def logits(sign: float) -> TrackLogits:
        classes = torch.zeros(2, 6, 3).scatter(2, targets.class_BK.clamp(min=0)[..., None], 20.0)
        return TrackLogits(sign * (targets.real_BK * 40 - 20), sign * targets.same_BK1J * 20.0, sign * classes)

    right, parts = clip_loss(logits(1), batch, targets)
    wrong, wrong_parts = clip_loss(logits(-1), batch, targets)
    assert right < 1e-3 and set(parts) == {"real", "same", "class"}
    assert wrong > 30 and all(wrong_parts[name] > 5 for name in parts)
    # of several right places any one will do
    one_of_two = targets.same_BK1J.clone()
    several = one_of_two.sum(-1) > 1
    assert several.any()
    one_of_two[several] &= one_of_two[several].cumsum(-1) == 1
    chosen = logits(1)._replace(same_BK1J=one_of_two * 20.0)
    assert clip_loss(chosen, batch, targets)[0] < 1e-3
    # what a short memory has lost is not asked for
    again = ~targets.same_BK1J[..., 0] & targets.asked_BK
    assert again.any()
    lost = (targets.same_BK1J * 20.0).masked_fill(again[..., None] & targets.same_BK1J, -1e4)
    assert clip_loss(logits(1)._replace(same_BK1J=lost), batch, targets)[0] < 1e-3


def test_who_believes_the_targets_repairs_the_clips() -> None:
    """The targets as beliefs give back who is who: as many objects as are seen, each of its true class."""
    settings = replace(SMALL, questions=12, lengths=(Lengths(0, (40, 60), (40, 60), 0.0),))
    right = [0, 0]
    for number in range(3):
        sample = make_sample(3, number, settings)
        clip = ClipInput.of(sample.seen)
        real, same, _, class_of = targets_of(sample, clip)
        classes = np.eye(len(clip.class_names))[np.maximum(class_of, 0)]
        chances = same / np.maximum(same.sum(1, keepdims=True), 1)
        world = likeliest_world(TrackBelief(real.astype(float), chances, clip.pairs.earlier, classes))
        view = ClipView.of(repaired(sample.seen, TrackRows.of(sample.seen), world))
        true = sample.true_track[clip.tokens.track_id]
        assert len(view) == len(set(true[true >= 0].tolist()))
        clean = ClipView.of(sample.clean)
        class_by_id = dict(zip(clean.track_id.tolist(), clean.class_id.tolist(), strict=True))
        for k in np.flatnonzero(real):
            first = int(clip.tokens.track_id[world.object_of[k]])
            assert sample.true_track[first] == true[k]
            assert view.class_id[view.track_id.tolist().index(first)] == class_by_id[int(true[k])]
        for place, seen in enumerate((view, ClipView.of(sample.seen))):
            right[place] += sum(judge(run(q.question, seen).value, q.truth, 0.5) for q in sample.questions)
    assert right[0] > right[1]


def batches_from(start: int, number: int, rank: int = 0, world: int = 1):
    made = ClipBatches(5, names_table, settings=SMALL, tokens=1500, start=start, rank=rank, world=world)
    return islice(iter(made), number)


def test_batches_come_again_in_the_same_order() -> None:
    first, used = [], 0
    for batch in batches_from(0, 60):
        first.append(batch)
        used += batch[2]
        if used == GROUP:
            break
    assert used == GROUP and all(len(clips.mask_BN) == n for clips, _, n in first)
    assert all(clips.mask_BN.numel() <= 1500 or n == 1 for clips, _, n in first)
    again = batches_from(0, len(first))
    for one, two in zip(first, again, strict=True):
        assert all(torch.equal(a, b) for a, b in zip((*one[0], *one[1]), (*two[0], *two[1]), strict=True))
    following = next(batches_from(GROUP, 1))
    other = next(batches_from(0, 1, rank=1, world=2))  # the second process begins with the second group
    assert torch.equal(following[0].features_BNS, other[0].features_BNS) and other[2] == 2 * following[2]
    assert not any(torch.equal(following[0].features_BNS, clips.features_BNS) for clips, _, _ in first)
