"""What was there without being found: runs and their ends, missing sightings written, targets from the clean world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import ClipView, Question, run
from models.unseen import MOST_S, UnseenReader
from pipeline.judge_tracks import look_beyond
from pipeline.learn_unseen import UnseenBatches, UnseenEvaluation, batch_of, targets_of, unseen_loss
from pipeline.repair import World, repaired
from pipeline.tokens import FEATURES, TrackRows, features_of
from pipeline.unseen import END_FEATURES, SHRUNK, Runs, Unseen, completed, ends_of, room_of
from tests.data.small_worlds import clip_of
from tests.pipeline_reading.small_clips import looking_clip, randomised

SHORT = SampleSettings(noise="real", clean_share=0.0, lengths=(Lengths(0, (10.0, 30.0), (10.0, 30.0), 0.0),))


def frames_of(index, track=0):
    return index.row_frame[index.track_id == track].tolist()


def nothing(number):
    return Unseen(np.zeros(number), np.zeros(number), np.zeros(number, bool))


def walker(spans, frames=20, start=(0.2, 0.5), end=(0.8, 0.5)):
    return clip_of([("car", spans, start, end)], frames=frames)


def test_runs_are_unbroken_stretches_of_one_track():
    clip = clip_of([("car", [(2, 5), (8, 10)], (0.2, 0.5), (0.8, 0.5)), ("bus", [(3, 4)], (0.5, 0.5), (0.5, 0.5))])
    rows = TrackRows.of(clip)
    runs = Runs.of(rows)
    assert rows.frame[runs.begin].tolist() == [2, 8, 3] and rows.frame[runs.stop].tolist() == [4, 9, 3]
    assert runs.track.tolist() == [0, 0, 1] and runs.goes_on.tolist() == [True, False, False]
    room = room_of(clip, rows, runs) / clip.step_s
    last = len(clip) - 1
    assert room == pytest.approx(np.array([[2, 3], [3, last - 9], [3, last - 3]]))


def test_no_tracks_no_runs():
    clip = looking_clip(3)
    empty = replace(
        clip, offsets=np.zeros(len(clip) + 1, np.int64), boxes_xywhn=clip.boxes_xywhn[:0], class_id=clip.class_id[:0],
        track_id=clip.track_id[:0], score=clip.score[:0],
    )  # fmt: skip
    rows = TrackRows.of(empty)
    unseen = look_beyond(UnseenReader(len(END_FEATURES)), empty, rows)
    assert len(unseen) == 0
    assert completed(empty, rows, unseen)[0] is empty


@pytest.mark.parametrize("seed", range(4))
def test_where_nothing_was_missed_nothing_changes(seed):
    clip = looking_clip(seed)
    rows = TrackRows.of(clip)
    assert completed(clip, rows, nothing(len(Runs.of(rows)))) == (clip, rows)


def test_ends_are_put_off_by_whole_frames_and_stay_in_the_clip():
    clip = walker([(3, 6), (12, 15)])
    step, rows = clip.step_s, TrackRows.of(clip)
    whole, _ = completed(
        clip, rows, Unseen(np.array([1.0, 2.4]) * step, np.array([1.6, 40.0]) * step, np.zeros(2, bool))
    )
    assert frames_of(whole) == [2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    made = whole.score == 0
    assert whole.row_frame[made].tolist() == [2, 6, 7, 10, 11, 15, 16, 17, 18, 19]
    assert set(whole.class_id.tolist()) == set(clip.class_id.tolist())


def test_what_moves_goes_on_as_it_did():
    clip = walker([(5, 11)], start=(0.3, 0.6), end=(0.5, 0.5))
    rows = TrackRows.of(clip)
    whole, _ = completed(clip, rows, Unseen(np.array([2.0]), np.array([2.0]) * clip.step_s, np.zeros(1, bool)))
    x, y = whole.boxes_xywhn[:, 0], whole.boxes_xywhn[:, 1]
    assert np.diff(x) == pytest.approx(np.full(len(x) - 1, np.diff(clip.boxes_xywhn[:, 0]).mean()), abs=1e-3)
    assert np.diff(y) == pytest.approx(np.full(len(y) - 1, np.diff(clip.boxes_xywhn[:, 1]).mean()), abs=1e-3)
    size = whole.boxes_xywhn[:, 2:]
    assert size[-1] == pytest.approx(clip.boxes_xywhn[-1, 2:] * SHRUNK)  # so that the picture shown is of a sighting


def test_boxes_are_cut_at_the_picture():
    clip = walker([(5, 11)], start=(0.6, 0.5), end=(0.97, 0.5))
    rows = TrackRows.of(clip)
    whole, _ = completed(clip, rows, Unseen(np.zeros(1), np.array([8.0]), np.zeros(1, bool)))
    x, _, w, _ = whole.boxes_xywhn[whole.score == 0].T
    assert (x + w / 2 <= 1 + 1e-6).all() and (w > 0).all()


@pytest.mark.parametrize("how", ["bridged", "meeting"])
def test_a_gap_is_closed_on_a_straight_line(how):
    clip = walker([(2, 6), (10, 14)])
    step, rows = clip.step_s, TrackRows.of(clip)
    reach = np.zeros(2) if how == "bridged" else np.array([2.0, 2.0]) * step
    after, before = np.array([reach[0], 0.0]), np.array([0.0, reach[1]])
    whole, _ = completed(clip, rows, Unseen(before, after, np.array([how == "bridged", False])))
    assert frames_of(whole) == list(range(2, 14))
    boxes = whole.boxes_xywhn[:, 0]
    assert boxes[4:8] == pytest.approx(np.interp([6, 7, 8, 9], [5, 10], [boxes[3], boxes[8]]))


@pytest.mark.parametrize("seed", range(5))
def test_the_whole_index_is_sound_and_keeps_every_sighting(seed):
    clip, rng = looking_clip(seed, objects=14), np.random.default_rng(seed)
    rows = TrackRows.of(clip)
    number = len(Runs.of(rows))
    unseen = Unseen(rng.exponential(1, number), rng.exponential(1, number), rng.random(number) < 0.3)
    whole, arranged = completed(clip, rows, unseen)
    there = set(zip(whole.track_id.tolist(), whole.row_frame.tolist(), strict=True))
    assert len(there) == len(whole.track_id)  # once a frame
    assert there >= set(zip(clip.track_id.tolist(), clip.row_frame.tolist(), strict=True))
    kept = whole.score > 0
    assert np.array_equal(whole.boxes_xywhn[kept], clip.boxes_xywhn) and np.array_equal(whole.score[kept], clip.score)
    assert (whole.boxes_xywhn >= 0).all() and (whole.boxes_xywhn <= 1).all()
    assert arranged.track_id is rows.track_id
    assert np.array_equal(rows.track_id[arranged.track], whole.track_id[arranged.row])
    world = World(np.arange(len(rows.track_id)), rows.track_class.copy())
    again = repaired(whole, arranged, world)
    assert np.array_equal(again.track_id, whole.track_id) and np.array_equal(again.boxes_xywhn, whole.boxes_xywhn)


def test_joined_tracks_keep_their_own_sightings_before_made_ones():
    clip = clip_of([("car", [(0, 5)], (0.2, 0.5), (0.2, 0.5)), ("car", [(6, 9)], (0.8, 0.5), (0.8, 0.5))], frames=10)
    rows = TrackRows.of(clip)
    step = clip.step_s
    whole = completed(clip, rows, Unseen(np.zeros(2), np.array([4.0, 0]) * step, np.zeros(2, bool)))
    one = repaired(*whole, World(np.array([0, 0]), np.array([0, -1])))
    assert frames_of(one) == list(range(9))
    assert one.boxes_xywhn[:, 0] == pytest.approx([0.2] * 6 + [0.8] * 3)


def test_the_ends_tell_what_is_there():
    clip = walker([(5, 11)], frames=30, start=(0.5, 0.5), end=(0.9, 0.5))
    clip.score[:] = [0.3, 0.5, 0.7, 0.9, 0.9, 0.8]
    rows = TrackRows.of(clip)
    runs = Runs.of(rows)
    ends = ends_of(clip, rows, runs)
    assert ends.shape == (1, 2, len(END_FEATURES)) and np.isfinite(ends).all()
    of = END_FEATURES.index
    assert np.array_equal(ends[0, :, : len(FEATURES)], features_of(clip, rows, np.array([0, 5])))
    assert ends[0, :, of("begins")].tolist() == [1, 0] and (ends[0, :, of("outer")] == 1).all()
    assert ends[0, 0, of("out_x")] < 0 < ends[0, 1, of("out_x")]  # before, it had been further left
    assert ends[0, 1, of("leaves_later")] > ends[0, 0, of("leaves_later")]  # nearer to the picture's right
    assert ends[0, 0, of("run_score")] == pytest.approx(np.mean(clip.score)) == ends[0, 0, of("track_score")]
    assert ends[0, 0, of("near_score")] < ends[0, 1, of("near_score")]
    assert ends[0, 0, of("clip_exact")] == 0


@pytest.mark.parametrize("number", range(6))
def test_targets_are_what_the_clean_world_says(number):
    sample = make_sample(7, number, SHORT)
    rows = TrackRows.of(sample.seen)
    runs = Runs.of(rows)
    beyond, share, real = targets_of(sample, rows, runs)
    step = sample.seen.step_s
    for v in range(len(runs)):
        true = sample.true_track[rows.track_id[runs.track[v]]]
        assert real[v] == (true >= 0)
        if true < 0:
            continue
        there = set(sample.clean.row_frame[sample.clean.track_id == true].tolist())
        first, last = int(rows.frame[runs.begin[v]]), int(rows.frame[runs.stop[v]])
        before = 0
        while first in there and first - before - 1 in there:
            before += 1
        after = 0
        while last in there and last + after + 1 in there:
            after += 1
        room = room_of(sample.seen, rows, runs)[v]
        assert beyond[v] == pytest.approx(np.minimum([before * step, after * step], room), abs=1e-6)
        if runs.goes_on[v]:
            gap = range(last + 1, int(rows.frame[runs.begin[v + 1]]))
            assert share[v] == pytest.approx(np.mean([f in there for f in gap]))


def test_batches_go_on_where_they_stopped():
    whole = UnseenBatches(5, start=0).__iter__()
    next(whole)
    second, used = next(whole)
    again, _ = next(UnseenBatches(5, start=used).__iter__())
    assert all(torch.equal(a, b) for a, b in zip(second, again, strict=True))


def test_it_learns():
    torch.manual_seed(0)
    model = UnseenReader(len(END_FEATURES), width=16)
    batch = batch_of([make_sample(3, number, SHORT) for number in range(24)])
    assert len(batch.gaps_Q) == len(batch.bridged_Q) and batch.gaps_Q.max() < len(batch.ends_V2E)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(60):
        loss, _ = unseen_loss(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
    told = model(batch.ends_V2E, batch.gaps_Q)[0].detach()
    assert told.shape == batch.beyond_V2.shape and float(told.min()) >= 0 and float(told.max()) <= MOST_S


def test_the_evaluation_of_a_perfect_and_of_an_idle_reader(monkeypatch):
    evaluation = UnseenEvaluation(clips=6, seconds=(15.0, 30.0))
    model = UnseenReader(len(END_FEATURES))

    def perfect(model, index, rows):
        sample = next(s for s in evaluation.samples if s.seen is index)
        beyond, share, real = targets_of(sample, rows, Runs.of(rows))
        beyond = beyond * real[:, None]
        return Unseen(beyond[:, 0], beyond[:, 1], share > 0.5)

    monkeypatch.setattr("pipeline.learn_unseen.look_beyond", lambda m, i, rows: nothing(len(Runs.of(rows))))
    idle = evaluation(model)
    assert idle["all"] == idle["symbolic"] and idle["off_s"] == idle["was_off_s"] > 0
    monkeypatch.setattr("pipeline.learn_unseen.look_beyond", perfect)
    best = evaluation(model)
    assert best["off_s"] == pytest.approx(0, abs=1e-9) and best["bridges"] == 1 and best["all"] > idle["all"]


def test_answers_rest_on_what_was_there():
    clip = walker([(5, 10)], frames=20)
    rows = TrackRows.of(clip)
    step = clip.step_s
    whole, _ = completed(clip, rows, Unseen(np.array([2 * step]), np.array([3 * step]), np.zeros(1, bool)))
    as_found, as_was = (run(Question("duration", x="car"), ClipView.of(index)).value for index in (clip, whole))
    assert as_was == pytest.approx(as_found + 5 * step)


def test_the_shipped_reader_leaves_clean_tracks_alone_and_mends_found_ones():
    from pipeline.answerer import Answerer

    model = Answerer.load(threads=1).model.unseen
    clean = UnseenEvaluation(clips=20, noise="none")(model)
    found = UnseenEvaluation(clips=40, noise="real")(model)
    assert clean["off_s"] < 0.05 and clean["all"] > 0.98
    assert found["off_s"] < 0.9 * found["was_off_s"] and found["all"] > found["symbolic"]
    assert randomised(UnseenReader(len(END_FEATURES))).training is False
