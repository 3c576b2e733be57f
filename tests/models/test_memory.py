"""The memory policy: what is kept, what is merged, that it stays bounded, and that clips of a batch do not mix."""

from __future__ import annotations

import pytest
import torch

from models.memory import FRAME, MIXED, Entries, Memory, MemoryPolicy, choose_kept, merge_pairs

ARGUMENTS = ("times_BL", "mask_BL", "tracks_BL", "priorities_BL")
SMALL = {"recent_tokens": 6, "levels": 3, "level_slots": 8}


def write(memory: Memory, times_BL, *, states_NBLD=None, mask_BL=None, tracks_BL=None, priorities_BL=None) -> Memory:
    times_BL = torch.as_tensor(times_BL, dtype=torch.float64)
    if states_NBLD is None:  # a token's state says its time, so that a mean of states says its mean time
        states_NBLD = times_BL[None, :, :, None].float().expand(2, -1, -1, 3)
    mask_BL = torch.ones_like(times_BL, dtype=torch.bool) if mask_BL is None else mask_BL
    priorities_BL = torch.zeros_like(times_BL) if priorities_BL is None else priorities_BL
    return memory.write(
        states_NBLD=states_NBLD, times_BL=times_BL, mask_BL=mask_BL, tracks_BL=tracks_BL, priorities_BL=priorities_BL
    )


def entries_of(memory: Memory, clip: int) -> list[tuple[float, float, int]]:
    """(time, count, track) of one clip's entries, as they lie."""
    read = memory.read()
    if read is None:
        return []
    rows = zip(read.times_BM[clip], read.counts_BM[clip], read.tracks_BM[clip], read.mask_BM[clip], strict=True)
    return [(t.item(), n.item(), k.item()) for t, n, k, valid in rows if valid]


def random_segments(number: int, *, clips: int = 1, length: int = 7, seed: int = 0):
    """Segments of one-second frames with 1-3 objects and random padding, as keyword arguments of `write`."""
    generator = torch.Generator().manual_seed(seed)
    for segment in range(number):
        times_BL = segment * 10 + torch.randint(0, 9, (clips, length), generator=generator).sort(dim=1).values.double()
        yield {
            "times_BL": times_BL,
            "states_NBLD": torch.randn(2, clips, length, 3, generator=generator),
            "mask_BL": torch.rand(clips, length, generator=generator) < 0.8,
            "tracks_BL": torch.randint(-1, 3, (clips, length), generator=generator),
            "priorities_BL": torch.rand(clips, length, generator=generator),
        }


def test_each_track_keeps_its_last_and_its_peak_and_the_frames_keep_one():
    times_BL = torch.tensor([[0.0, 0, 0, 1, 1, 1, 2, 2, 2]])
    tracks_BL = torch.tensor([[5, 7, FRAME, 5, 7, FRAME, 5, 7, FRAME]])
    priorities_BL = torch.tensor([[3.0, 1, 9, 2, 4, 9, 1, 2, 9]])
    padding = torch.tensor([[True] * 7 + [False, True]])  # track 7's third token is not there
    kept = choose_kept(times_BL, padding, tracks_BL, priorities_BL, peaks=1)
    # track 5: peak at 0 s, last at 2 s; track 7: peak and last both at 1 s; one frame token, the last
    assert kept[0].nonzero().flatten().tolist() == [0, 4, 6, 8]
    last_only = choose_kept(times_BL, padding, tracks_BL, priorities_BL, peaks=0)
    assert last_only[0].nonzero().flatten().tolist() == [4, 6, 8]


def test_policies_none_recent_whole():
    for kind, times in (
        ("none", []),
        ("recent", [6, 7, 8, 9, 10, 11]),
        # older segments (two tokens of tracks 0 and 1 each, four times 0-3, 4-7): the last of each track
        ("whole", [2, 3, 6, 7, 8, 9, 10, 11]),
    ):
        memory = Memory(policy=MemoryPolicy(kind=kind, peaks=0, **SMALL))
        for start in (0, 4, 8):
            tracks_BL = torch.tensor([[0, 1, 0, 1]])
            memory = write(memory, [[start, start + 1, start + 2, start + 3]], tracks_BL=tracks_BL)
        assert [t for t, _, _ in entries_of(memory, 0)] == times, kind


def test_recent_tokens_are_exact_and_no_kept_token_is_lost():
    policy = MemoryPolicy(**SMALL)
    memory, kept = Memory(policy=policy), 0
    for segment in random_segments(60):
        memory = write(memory, **segment)
        kept += int(choose_kept(*(segment[name] for name in ARGUMENTS), peaks=1).sum())
    recent = memory.recent
    assert recent.width == policy.recent_tokens and bool((recent.counts_BM == 1).all())
    counted = sum(int(level.counts_BM[level.mask_BM].sum()) for level in memory.levels)
    assert counted + int(recent.kept_BM.sum()) == kept


def test_levels_double_and_lie_in_time_order():
    memory = Memory(policy=MemoryPolicy(recent_tokens=2, levels=4, level_slots=8))
    for step in range(80):
        memory = write(memory, [[float(step)]])
    for number, level in enumerate(memory.levels[:-1]):
        assert set(level.counts_BM[level.mask_BM].tolist()) == {2.0**number}
    last = memory.levels[-1].counts_BM[memory.levels[-1].mask_BM]
    assert last.min() >= 8 and last.max() <= 16
    times = [t for t, _, _ in entries_of(memory, 0)]
    assert times == sorted(times)
    # every time was written once with weight 1, so the weighted mean over the memory is the mean over the clip
    mean = sum(t * n for t, n, _ in entries_of(memory, 0)) / sum(n for _, n, _ in entries_of(memory, 0))
    assert mean == pytest.approx(39.5, abs=1e-6)
    read = memory.read()
    assert torch.allclose(read.states_NBMD[0, 0, :, 0].double(), read.times_BM[0], atol=1e-4)


def test_the_last_level_stays_even_over_the_clip():
    memory = Memory(policy=MemoryPolicy(recent_tokens=2, levels=2, level_slots=16))
    for step in range(2_000):
        memory = write(memory, [[float(step)]])
    counts = memory.levels[-1].counts_BM[memory.levels[-1].mask_BM]
    assert counts.max() <= 0.25 * 2_000  # the beginning has not shrunk into one entry
    assert len(counts) >= 12


def test_bounded_over_ten_thousand_segments():
    policy = MemoryPolicy(**SMALL)
    memory, widest = Memory(policy=policy), 0
    with torch.no_grad():
        for step in range(10_000):
            times = [[3.0 * step, 3.0 * step + 1, 3.0 * step + 2]]
            memory = write(memory, times, states_NBLD=torch.ones(1, 1, 3, 1), tracks_BL=torch.tensor([[0, 1, FRAME]]))
            widest = max(widest, memory.recent.width + sum(level.width for level in memory.levels))
    assert widest <= policy.max_entries == 30
    times = [t for t, _, _ in entries_of(memory, 0)]
    assert times[0] < 10_000 < times[-1]  # and it still reaches back: the clip is 30,000 s


@pytest.mark.parametrize("merge", ["time", "track"])
def test_batch_equals_single(merge):
    policy = MemoryPolicy(merge=merge, **SMALL)
    segments = list(random_segments(40, clips=3))
    batch = Memory(policy=policy)
    for segment in segments:
        batch = write(batch, **segment)
    for clip in range(3):
        single = Memory(policy=policy)
        for segment in segments:
            one = {k: v[:, clip : clip + 1] if k == "states_NBLD" else v[clip : clip + 1] for k, v in segment.items()}
            single = write(single, **one)
        assert entries_of(batch, clip) == entries_of(single, 0)
        mine, its = batch.read(), single.read()
        expected = its.states_NBMD[:, 0, its.mask_BM[0]]
        assert torch.equal(mine.states_NBMD[:, clip, mine.mask_BM[clip]], expected)


def test_order_of_a_frames_objects_does_not_matter():
    generator = torch.Generator().manual_seed(1)
    ordered, shuffled = (Memory(policy=MemoryPolicy(**SMALL)) for _ in range(2))
    for step in range(30):
        states_NBLD = torch.randn(1, 1, 5, 4, generator=generator)
        tracks_BL = torch.tensor([[FRAME, 0, 1, 2, 3]])
        priorities_BL = states_NBLD[0].norm(dim=-1)
        times = torch.full((1, 5), float(step))
        ordered = write(ordered, times, states_NBLD=states_NBLD, tracks_BL=tracks_BL, priorities_BL=priorities_BL)
        order = torch.randperm(5, generator=generator)
        shuffled = write(
            shuffled,
            times,
            states_NBLD=states_NBLD[:, :, order],
            tracks_BL=tracks_BL[:, order],
            priorities_BL=priorities_BL[:, order],
        )
    assert torch.equal(ordered.read().states_NBMD, shuffled.read().states_NBMD)


def test_merging_by_track_mixes_fewer_objects():
    mixed = {}
    for merge in ("time", "track"):
        memory = Memory(policy=MemoryPolicy(merge=merge, recent_tokens=2, levels=3, level_slots=64))
        for step in range(40):
            memory = write(memory, [[float(step)] * 4], tracks_BL=torch.tensor([[0, 1, 2, 3]]))
        merged = [track for _, count, track in entries_of(memory, 0) if count == 2]
        mixed[merge] = sum(track == MIXED for track in merged) / len(merged)
    assert mixed["time"] == 1.0 and mixed["track"] <= 0.2


def test_merging_equal_states_gives_the_same_state_exactly():
    state = torch.randn(1, 1, 1, 8).expand(1, 1, 2, 8)
    pair = Entries(
        states_NBMD=state,
        times_BM=torch.tensor([[1.0, 3.0]]),
        mask_BM=torch.ones(1, 2, dtype=torch.bool),
        counts_BM=torch.tensor([[3.0, 1.0]]),
        tracks_BM=torch.tensor([[4, 4]]),
        kept_BM=torch.ones(1, 2, dtype=torch.bool),
    )
    merged = merge_pairs(pair, torch.tensor([[True]]))
    assert merged.mask_BM.tolist() == [[True, False]]
    assert torch.equal(merged.states_NBMD[:, :, 0], state[:, :, 0])
    assert (merged.times_BM[0, 0], merged.counts_BM[0, 0], merged.tracks_BM[0, 0]) == (1.5, 4.0, 4)


def test_forget_empties_only_the_clips_named():
    memory = Memory(policy=MemoryPolicy(**SMALL))
    for segment in random_segments(20, clips=2):
        memory = write(memory, **segment)
    after = memory.forget(torch.tensor([True, False]))
    assert entries_of(after, 0) == [] and entries_of(after, 1) == entries_of(memory, 1)


def test_detach_cuts_levels_and_recent():
    memory = Memory(policy=MemoryPolicy(**SMALL))
    for segment in random_segments(10):
        segment["states_NBLD"].requires_grad_()
        memory = write(memory, **segment)
    assert memory.read().states_NBMD.requires_grad and memory.unrolled == 10
    assert not memory.detach().read().states_NBMD.requires_grad and memory.detach().unrolled == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "all"}, "'all'"),
        ({"merge": "size"}, "'size'"),
        ({"level_slots": 2}, "level_slots=2"),
        ({"levels": 0}, "0"),
    ],
)
def test_wrong_policies_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        MemoryPolicy(**wrong)
