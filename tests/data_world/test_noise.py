"""What the simulated detector and tracker do to clean clips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.noise import NoiseSettings, Observed, observe
from data.noise_detector import detect
from data.world import WorldSettings, make_clip
from pipeline.errors import InputError
from pipeline.object_index import ObjectIndex
from tests.data_world.test_world import bytes_of

CLIPS = [make_clip(seed, WorldSettings(loops=0.0)) for seed in range(60)]
SPOTLESS = replace(
    NoiseSettings.easy(), sureness=12.0, object_spread=0.0, frame_spread=0.0, size_loss=0.0, hidden_loss=0.0,
    keep_score=0.0, start_score=0.0, outages_per_min=0.0, late_s=0.0, early_s=0.0, jitter=0.0, crop=0.0,
    wrong_class=0.0, wavers=0.0, flip=0.0, odd_look=0.0, false_per_min=0.0, persistent_false=0.0,
    flickers_per_min=0.0, doubles=0.0,
    break_at_gap=0.0, break_far=0.0, breaks_per_min=0.0, swap=0.0, merge=0.0, min_seen_s=0.0,
)  # fmt: skip
"""Every fault off, but the machinery on: tests switch single faults on."""


def seen_with(**faults) -> list[Observed]:
    settings = replace(SPOTLESS, **faults)
    return [observe(clip, np.random.default_rng(k), settings) for k, clip in enumerate(CLIPS)]


def check_valid(index: ObjectIndex, true_track: np.ndarray) -> None:
    box = index.boxes_xywhn
    assert np.isfinite(box).all() and (box[:, 2:] > 0).all()
    assert (box[:, :2] - box[:, 2:] / 2 > -1e-5).all() and (box[:, :2] + box[:, 2:] / 2 < 1 + 1e-5).all()
    assert (np.diff(index.row_frame * 100_000 + index.track_id) > 0).all()
    assert np.array_equal(np.unique(index.track_id), np.arange(len(true_track)))
    assert ((index.score >= 0) & (index.score <= 1)).all()
    assert set(index.key_track_id.tolist()) == set(range(len(true_track)))
    assert (np.diff(index.key_track_id) >= 0).all()
    same = np.diff(index.key_track_id) == 0
    assert (np.diff(index.key_t_s)[same] > 0).all()
    pairs = np.unique(np.stack([index.track_id, index.class_id]), axis=1)
    assert pairs.shape[1] == len(true_track)  # an index holds one class per track


def test_noise_off_changes_nothing():
    for clip in CLIPS[:10]:
        seen = observe(clip, np.random.default_rng(0), NoiseSettings.none())
        assert bytes_of(seen.index) == bytes_of(clip)
        assert np.array_equal(seen.true_track, np.unique(clip.track_id))


@pytest.mark.parametrize("name", ["easy", "real", "hard", "draw"])
def test_noisy_clips_are_valid_and_deterministic(name):
    for k, clip in enumerate(CLIPS[:30]):
        first, again = (
            observe(clip, rng, NoiseSettings.named(name, rng))
            for rng in (np.random.default_rng(k), np.random.default_rng(k))
        )
        assert bytes_of(first.index) == bytes_of(again.index)
        check_valid(first.index, first.true_track)
        assert set(first.true_track.tolist()) <= {-1, *clip.track_id.tolist()}


def test_with_every_fault_off_all_objects_come_through_whole():
    for clip, seen in zip(CLIPS, seen_with(), strict=True):
        assert np.array_equal(seen.true_track, np.unique(clip.track_id))
        assert np.array_equal(seen.index.tracks.class_id, clip.tracks.class_id)
        np.testing.assert_allclose(seen.index.tracks.start_s, clip.tracks.start_s)
        np.testing.assert_allclose(seen.index.tracks.end_s, clip.tracks.end_s)


def test_an_empty_clip_and_one_without_looks_are_observed_too():
    clip = CLIPS[0]
    nothing = replace(
        clip, boxes_xywhn=clip.boxes_xywhn[:0], class_id=clip.class_id[:0], track_id=clip.track_id[:0],
        score=clip.score[:0], offsets=np.zeros_like(clip.offsets), key_track_id=clip.key_track_id[:0],
        key_t_s=clip.key_t_s[:0], key_appearance=clip.key_appearance[:0],
    )  # fmt: skip
    for seed in range(20):
        seen = observe(nothing, np.random.default_rng(seed), NoiseSettings.hard())
        assert (seen.true_track == -1).all()
        check_valid(seen.index, seen.true_track)
    blind = replace(
        clip, key_track_id=clip.key_track_id[:0], key_t_s=clip.key_t_s[:0], key_appearance=clip.key_appearance[:0],
        provenance={"made_from": "given tracks"},
    )  # fmt: skip
    seen = observe(blind, np.random.default_rng(0), NoiseSettings.real())
    check_valid(seen.index, seen.true_track)
    np.testing.assert_allclose(np.linalg.norm(seen.index.key_appearance, axis=1), 1, atol=1e-5)


def test_every_fault_has_the_rate_that_it_is_set_to():
    objects = sum(len(c.tracks) for c in CLIPS)
    minutes = sum(c.duration_s for c in CLIPS) / 60
    invented = sum(int((s.true_track < 0).sum()) for s in seen_with(false_per_min=3.0))
    assert invented == pytest.approx(3 * minutes, rel=0.25)
    wrong = seen_with(wrong_class=0.3)
    kinds = [(dict(zip(c.track_id, c.class_id, strict=True)), s) for c, s in zip(CLIPS, wrong, strict=True)]
    bad = sum(
        int(of[t] != s.index.class_id[s.index.track_id == k][0]) for of, s in kinds for k, t in enumerate(s.true_track)
    )
    assert bad / objects == pytest.approx(0.3, abs=0.05)
    doubled = sum(len(s.true_track) for s in seen_with(doubles=0.3)) - objects
    assert 0.12 < doubled / objects < 0.35
    merged = objects - sum(len(s.true_track) for s in seen_with(merge=0.3))
    assert 0.03 < merged / objects < 0.3  # only where somebody alike left shortly before
    broken = sum(len(s.true_track) for s in seen_with(breaks_per_min=6.0)) - objects
    in_sight = sum(float(c.tracks.seen_s.sum()) for c in CLIPS) / 60
    assert 0.4 * 6 * in_sight < broken < 6 * in_sight  # less often for what stands still


def test_objects_that_waver_are_taken_for_another_class_in_part_of_their_sightings():
    share, wrong = [], 0
    for clip, seen in zip(CLIPS, seen_with(wavers=1.0), strict=True):
        of = dict(zip(clip.track_id.tolist(), clip.class_id.tolist(), strict=True))
        count = np.bincount(seen.index.track_id)
        long = np.flatnonzero(count >= 20)
        _, shares = seen.index.votes.table(long)
        share += shares.sum(1).tolist()
        wrong += sum(of[seen.true_track[k]] != seen.index.class_id[seen.index.track_id == k][0] for k in long)
    assert 0.04 < np.mean(share) < 0.3  # with people and others without their like, which hardly waver
    assert np.percentile(share, 95) > 0.3 and np.percentile(share, 10) < 0.02
    assert 0.02 < wrong / len(share) < 0.2
    assert not any(len(seen.index.votes) for seen in seen_with())


def test_odd_looks_are_kept_beside_the_usual_one():
    few, many = (sum(len(s.index.key_t_s) for s in seen_with(odd_look=p)) for p in (0.0, 0.3))
    assert many > 1.1 * few


def test_swapped_identities_exchange_the_rest_of_two_tracks():
    plain, swapped = seen_with(), seen_with(swap=1.0)
    changed = 0
    for one, other in zip(plain, swapped, strict=True):
        assert len(one.index.score) == len(other.index.score)  # nothing is lost or made, only renamed
        changed += int(not np.array_equal(one.index.track_id, other.index.track_id))
    assert changed > 5


def test_misses_depend_on_size_and_occlusion_and_come_in_bursts():
    settings = replace(SPOTLESS, sureness=1.0, size_loss=0.8, hidden_loss=4.5, frame_spread=0.8, memory_s=1.0)
    settings = replace(settings, keep_score=0.35)
    missed: dict[str, list[bool]] = {"small": [], "large": [], "hidden": [], "open": [], "after a miss": []}
    for k, clip in enumerate(CLIPS):
        found = detect(clip, np.unique(clip.track_id), np.random.default_rng(k), settings)
        known = set(zip(found.true.tolist(), found.frame.tolist(), strict=True))
        order = np.argsort(clip.track_id, kind="stable")
        track, frame = clip.track_id[order], clip.row_frame[order]
        lost = np.array([pair not in known for pair in zip(track.tolist(), frame.tolist(), strict=True)], bool)
        side, seen = clip.boxes_xywhn[order, 2:].max(1), clip.score[order]
        open_ = (seen > 0.9) & (side > 0.15)
        missed["small"] += lost[(seen > 0.9) & (side < 0.06)].tolist()
        missed["large"] += lost[(seen > 0.9) & (side > 0.2)].tolist()
        missed["hidden"] += lost[(seen < 0.4) & (side > 0.15)].tolist()
        missed["open"] += lost[open_].tolist()
        next_ = (track[1:] == track[:-1]) & (frame[1:] == frame[:-1] + 1) & open_[1:] & open_[:-1]
        missed["after a miss"] += lost[1:][next_ & lost[:-1]].tolist()
    share = {name: np.mean(values) for name, values in missed.items()}
    assert share["small"] > 2 * share["large"]
    assert share["hidden"] > share["open"] + 0.3
    assert share["after a miss"] > 2 * share["open"]


def test_fitted_noise_makes_about_as_many_tracks_as_there_are_objects():
    """As the real tracker and linker do on human tracks (349 → 263, 303 → 290, 201 → 197): LOG.md."""
    seen = [observe(clip, np.random.default_rng(k), NoiseSettings.real()) for k, clip in enumerate(CLIPS)]
    objects = sum(len(c.tracks) for c in CLIPS)
    made = sum(int((s.true_track >= 0).sum()) for s in seen)
    assert 0.7 < made / objects < 1.1  # fewer where few frames are sampled
    score = np.concatenate([s.index.tracks.score for s in seen])
    assert 0.5 < np.median(score) < 0.75 and np.percentile(score, 10) < 0.5 and np.percentile(score, 90) > 0.75


def test_an_unknown_preset_is_refused():
    with pytest.raises(InputError, match="unknown noise 'awful'"):
        NoiseSettings.named("awful", np.random.default_rng(0))


def test_drawn_settings_are_within_bounds():
    rng = np.random.default_rng(0)
    drawn = [NoiseSettings.draw(rng) for _ in range(300)]
    for name in ("keep_score", "break_at_gap", "swap", "merge", "wrong_class", "wavers", "flip", "odd_look", "crop"):
        values = np.array([getattr(s, name) for s in drawn])
        assert values.min() >= 0 and values.max() <= 0.9 and values.std() > 0
