"""Answers from worlds: how many agree, what counts as the same answer, evidence within its interval, bad weights."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.meaning import ClipView, Question, run
from data.questions import ask
from models.longtake import Longtake, make_clip_reader
from pipeline.answerer import Answerer, decide, evidence_of, shown_moment
from pipeline.answers import Doubts
from pipeline.asking.understand import Understood
from pipeline.calibrate import MEMBERS, _fit_one, fit, is_right_loss, range_loss
from pipeline.class_votes import ClassVotes
from pipeline.clip_batch import ClipInput
from pipeline.clip_memory import ClipMemory, as_told
from pipeline.confidence import Calibration, confidence_features
from pipeline.errors import InputError
from pipeline.judge_tracks import believe
from pipeline.likely_range import LikelyRange
from pipeline.object_index import ObjectIndex
from pipeline.repair import World
from pipeline.small_network import SmallNetwork
from tests.data.small_worlds import clip_of, random_clip
from tests.pipeline_reading.chosen_reader import ChosenReader, chosen
from tests.pipeline_reading.small_clips import NAME_WIDTH, looking_clip, names_table, randomised, tiny_settings


def memory_of(index: ObjectIndex, objects: list[list[int]], classes: list[list[int]] | None = None) -> ClipMemory:
    """A memory whose worlds are given: `object_of` of each world."""
    memory = as_told(index)
    own = memory.rows.track_class
    worlds = []
    for n, of in enumerate(objects):
        class_of = np.array(classes[n]) if classes else own
        first = np.array(of) == np.arange(len(of))
        worlds.append(World(np.array(of), np.where(first, class_of, -1)))
    memory.__dict__["worlds"] = tuple(worlds)
    return memory


FOUR = clip_of([("car", [(10 * k, 10 * k + 8)], (0.5, 0.5), (0.5, 0.5)) for k in range(4)], frames=60)
COUNT = Question("count", x="car")


def test_the_likeliest_world_answers_and_the_others_say_how_surely() -> None:
    memory = memory_of(FOUR, [[0, 1, 2, 3], [0, 0, 2, 3], [0, 1, 1, 3], [0, 1, 2, 3], [0, 0, 0, 3]])
    verdict = decide(COUNT, memory)
    assert verdict.truth.value == 4 and verdict.worlds == 5 and verdict.agreement == pytest.approx(2 / 5)
    assert len({e.track_id for e in verdict.truth.evidence}) == 4 and verdict.view is memory.view(0)
    verdict = decide(COUNT, memory_of(FOUR, [[0, 0, 2, 3], [0, 1, 1, 3], [0, 1, 2, 2], [0, 1, 2, 3]]))
    assert verdict.truth.value == 3 and verdict.agreement == pytest.approx(3 / 4)  # three each, from other tracks
    assert {e.track_id for e in verdict.truth.evidence} == {0, 2, 3}
    none = decide(COUNT, memory_of(FOUR, [[-1] * 4] * 3))
    assert none.truth.value == 0 and none.agreement == 1.0 and none.worlds == 3


def leaves_at(frames: list[int]) -> ClipMemory:
    """One world for each time (in half seconds) at which the car leaves."""
    tracks = [("car", [(0, end)], (0.5, 0.5), (0.5, 0.5)) for end in frames]
    return memory_of(clip_of(tracks, frames=60), [[k if k == n else -1 for k in range(len(frames))]
                                                  for n in range(len(frames))])  # fmt: skip


def test_times_within_a_second_are_the_same_answer() -> None:
    when = Question("when_leaves", x="car")
    verdict = decide(when, leaves_at([40, 20, 41, 42, 39, 38, 43, 37]))
    assert verdict.truth.value == 20.0 and verdict.agreement == pytest.approx(5 / 8)
    memory = leaves_at([40, 40, 20])
    memory.__dict__["worlds"] += (World(np.full(3, -1), np.full(3, -1)),)
    assert decide(when, memory).agreement == pytest.approx(2 / 4)  # "never" is near to no time
    memory.__dict__["worlds"] = memory.worlds[::-1]
    del memory.__dict__["distinct"]
    memory._views.clear()
    verdict = decide(when, memory)
    assert verdict.truth.value == "never" and verdict.agreement == pytest.approx(1 / 4)


def test_durations_within_a_tenth_are_the_same_answer() -> None:
    how_long = Question("duration", x="car")
    verdict = decide(how_long, leaves_at([50, 54, 46, 56, 4]))  # 25 s, and 27 and 23 within a tenth of it
    assert verdict.truth.value == 25.0 and verdict.agreement == pytest.approx(3 / 5)
    assert decide(how_long, leaves_at([4, 6, 7, 8])).agreement == pytest.approx(2 / 4)  # within a second


def test_lists_words_and_texts_are_compared_whole() -> None:
    clip = clip_of([("car", [(0, 9)], (0.5, 0.5), (0.5, 0.5)), ("dog", [(20, 30)], (0.5, 0.5), (0.5, 0.5))], frames=60)
    memory = memory_of(clip, [[0, 1], [0, 1], [0, -1]])
    assert decide(Question("list"), memory).truth.value == ["car", "dog"]
    assert decide(Question("list"), memory).agreement == decide(Question("last"), memory).agreement == 2 / 3
    assert decide(Question("describe"), memory).agreement == 1.0  # texts always agree
    classes = [[0, 0], [0, 1], [0, 1], [0, 1]]
    verdict = decide(Question("exists", x="dog"), memory_of(clip, [[0, 1]] * 4, classes))
    assert verdict.truth.value is False and verdict.agreement == 1 / 4


@pytest.mark.parametrize("seed", range(4))
def test_told_tracks_give_the_programs_answers(seed) -> None:
    index = random_clip(seed)
    memory, view = as_told(index), ClipView.of(index)
    for one in ask(index, np.random.default_rng(seed), 20, "train"):
        verdict = decide(one.question, memory)
        assert verdict.truth.value == run(one.question, view).value and verdict.agreement == 1.0


@pytest.mark.parametrize("seed", range(6))
def test_evidence_shows_a_real_box_of_its_object_in_its_interval(seed) -> None:
    index, shown = looking_clip(seed, objects=15), 0
    memory = as_told(index)
    for one in ask(index, np.random.default_rng(seed), 24, "train"):
        verdict = decide(one.question, memory)
        evidence = evidence_of(verdict.truth.evidence, verdict.view)
        assert len(evidence) == len(verdict.truth.evidence)
        assert [e.start_s for e in evidence] == sorted(e.start_s for e in evidence)
        for e in evidence:
            # a sighting holds until the next frame: it may begin up to a step before its interval
            assert e.start_s - index.step_s - 1e-6 < e.t_s <= e.end_s + 1e-6
            frame = int(np.flatnonzero(np.isclose(index.frame_t_s, e.t_s))[0])
            rows = slice(int(index.offsets[frame]), int(index.offsets[frame + 1]))
            mine = index.boxes_xywhn[rows][index.track_id[rows] == e.track_id]
            assert len(mine) == 1 and mine[0] == pytest.approx(e.box_xywhn)
            inside = (index.track_id == e.track_id) & (index.frame_t_s[index.row_frame] >= e.start_s)
            inside &= index.frame_t_s[index.row_frame] <= e.end_s
            if inside.any():
                assert np.prod(e.box_xywhn[2:]) == pytest.approx(np.prod(index.boxes_xywhn[inside, 2:], axis=1).max())
            shown += 1
    assert shown > 20


def test_between_two_frames_the_sighting_before_is_shown() -> None:
    index = clip_of([("car", [(2, 20)], (0.1, 0.5), (0.9, 0.5))], frames=20, step_s=4.0)
    verdict = decide(Question("exists", x="car", stretch=(10.5, 11.5)), as_told(index))
    evidence = evidence_of(verdict.truth.evidence, verdict.view)[0]
    assert evidence.t_s == 8.0  # the frame at 8 s is what was seen until 12 s


def test_what_is_asked_about_a_moment_is_shown_at_that_moment() -> None:
    car = ("car", [(2, 18)], (0.1, 0.5), (0.9, 0.5))  # its box is as large everywhere
    index = clip_of([car, ("car", [(10, 14)], (0.9, 0.4), (0.1, 0.4))], frames=20, step_s=1.0)
    memory = as_told(index)
    for question, at_s in (
        (Question("count_at", x="car", t_s=12.0), 12.0),
        (Question("where_at", x="car", nth=1, t_s=16.4), 16.0),
        (Question("max_at_once", x="car"), 10.0),
        (Question("when_most", x="car"), 10.0),
        (Question("when_fewest", x="car", stretch=(3.0, 17.0)), 3.0),
    ):
        verdict = decide(question, memory)
        moment = shown_moment(question, verdict.truth)
        shown = evidence_of(verdict.truth.evidence, verdict.view, moment)
        assert shown and {e.t_s for e in shown} == {at_s}, question
    assert shown_moment(Question("count", x="car"), decide(Question("count", x="car"), memory).truth) is None


def answerer_of(plans) -> Answerer:
    """A tiny model, and a reader that says what the test wants."""
    answerer = Answerer(randomised(Longtake(tiny_settings())), ChosenReader(plans), names_table, digest="d")
    answerer.understanding.reader = answerer.understanding.encoder
    return answerer


def test_questions_of_a_clip_end_to_end() -> None:
    index = looking_clip(2, objects=9)
    name = index.class_names[int(index.class_id[0])]
    plans = [chosen("count", roles={"cats": "x"}), chosen("exists", roles={"wumpus": "x"}), chosen("list")]
    answerer = answerer_of(plans)
    memory = answerer.read(index)
    assert len(memory.belief) == len(np.unique(index.track_id)) and memory.model == "d"
    from data.vocabulary import noun

    texts = [f"How many {noun(name).plural}\n are \x07 there?", "A wumpus?", "What is there?"]
    answers = answerer.answer(memory, texts)
    assert [a.question for a in answers] == texts
    assert [a.kind for a in answers] == ["number", "refusal", "list"]
    assert answers[0].value == decide(Question("count", x=name), memory).truth.value
    assert answers[1].refused and "wumpus" in answers[1].text and not answers[1].evidence
    for one in answers:
        json.dumps(one.as_json())
        assert 0 <= one.confidence <= 1 and one.text.endswith((".", "!", "?"))
    assert answerer.answer(memory, []) == []


def test_given_tracks_are_taken_at_their_word() -> None:
    index = replace(looking_clip(2, objects=9), provenance={"original_ids": {}})
    answerer = answerer_of([])
    given, judged = answerer.read(index), answerer.read(index, judge_given=True)
    assert given.model == judged.model == "d"
    assert (given.belief.real == 1).all() and set(given.distinct) == {0}
    assert 0 < judged.belief.real.min() < judged.belief.real.max() < 1


def test_confidence_is_calibrated_where_the_weights_say_how() -> None:
    answerer = answerer_of([])
    assert answerer.confidence(COUNT, Doubts(0.8, 0.5, 0.5), 3) == pytest.approx(0.2)
    number = len(confidence_features(COUNT, Doubts(), 3)) + 1
    first = np.zeros((number, 1))
    first[0] = 1.0  # how surely it was read
    layers = ((first, np.zeros(1)), (np.ones((1, 1)), np.zeros(1)))
    answerer.calibration = Calibration(SmallNetwork(np.zeros(number), np.ones(number), layers), ("count",))
    low, high = (answerer.confidence(COUNT, Doubts(u, 0.5), 3) for u in (0.3, 0.9))
    assert 0 < low < 0.5 < high < 1
    refusal = Question("refuse_cause")
    assert answerer.confidence(refusal, Doubts(0.9, 0.1, 0.2, 0.3, 0.4), 0) == answerer.confidence(
        refusal, Doubts(0.9), 0
    )


def test_beliefs_are_chances_and_batches_change_nothing() -> None:
    model = randomised(Longtake(tiny_settings())).clips
    clips = [ClipInput.of(looking_clip(seed, objects=n)) for seed, n in ((1, 20), (2, 6))]
    clips.append(ClipInput.of(clip_of([], class_names=("car",))))
    for clip, together in zip(clips, believe(model, clips, names_table), strict=True):
        alone = believe(model, [clip], names_table)[0]
        for name, one in asdict(together).items():
            assert np.allclose(one, getattr(alone, name), atol=1e-4), name
        number = len(clip.tokens.track_id)
        assert together.classes.shape == (number, len(clip.class_names))
        assert np.allclose(together.same.sum(1), 1, atol=1e-4) and np.allclose(together.classes.sum(1), 1, atol=1e-4)
        assert not together.same[:, 1:][together.earlier < 0].any()


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot load the model"):
        Answerer.load(tmp_path)
    settings = asdict(tiny_settings(name_width=NAME_WIDTH))
    (tmp_path / "config.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match="cannot load the model"):
        Answerer.load(tmp_path)


def test_damaged_weights(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(asdict(tiny_settings())))
    (tmp_path / "model.safetensors").write_bytes(b"half a download")
    with pytest.raises(InputError, match="cannot load the model"):
        Answerer.load(tmp_path)


def test_a_refusal_names_the_thing_and_what_is_near_it() -> None:
    answerer = answerer_of([])
    memory = as_told(FOUR)
    read = Understood(Question("refuse_unknown", x="wumpus"), 0.7, "wumpus", ("a note",))
    found = answerer.answer_one(memory, "A wumpus?", read)
    assert found.refused and "'wumpus'" in found.text and found.warnings == ("a note",) and found.value is None
    found = answerer.answer_one(memory, "cars?", replace(read, question=COUNT, thing=None))
    assert not found.refused and found.value == 4 and found.confidence == pytest.approx(0.7)


def test_whom_no_token_tells_apart_is_named_and_people_are_counted() -> None:
    here = ((0.5, 0.5), (0.5, 0.5))
    clip = clip_of([("person", [(0, 20)], *here)] * 3, class_names=("person", "car"))
    read = Understood(Question("refuse_attribute"), 0.9)
    found = answerer_of([]).answer_one(as_told(clip), "When does the Woman leave?", read)
    assert found.refused and found.text.startswith("I can't tell women from other people; three people appear")
    colour = answerer_of([]).answer_one(as_told(clip), "Is it raining on a red hat?", read)
    assert "colours" in colour.text and "three people" not in colour.text


def test_a_track_keeps_a_class_that_few_sightings_deny_and_is_never_taken_for_what_is_not_like_it() -> None:
    here = ((0.5, 0.5), (0.5, 0.5))
    clip = clip_of([("car", [(0, 20)], *here)] * 3, class_names=("car", "truck", "person", "cell phone"))
    votes = ClassVotes(np.array([1, 2], "i4"), np.array([1, 3], "i4"), np.array([0.2, 0.4], "f4"))
    given = ClipInput.of(replace(clip, votes=votes))
    model = randomised(make_clip_reader(tiny_settings()))
    chance = believe(model, [given], names_table)[0].classes
    assert [np.flatnonzero(row).tolist() for row in chance] == [[0, 1], [0], [0, 1, 3]]
    assert np.allclose(chance.sum(1), 1)


def test_the_networks_of_the_confidence_are_one() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 6))
    right = features[:, 0] + 0.3 * rng.normal(size=400) > 0
    fitted = fit(features, right, 1, is_right_loss)
    x = np.clip((features - fitted.mean) / fitted.scale, -5, 5)
    single = [_fit_one(torch.from_numpy(x).float(), torch.from_numpy(right).float(), seed, 1, is_right_loss)
              for seed in range(MEMBERS)]  # fmt: skip

    def run(layers, x):
        for number, (weights, biases) in enumerate(layers):
            x = (np.tanh(x) if number else x) @ weights + biases
        return x[:, 0]

    assert run(fitted.layers, x) == pytest.approx(np.mean([run(layers, x) for layers in single], 0), abs=1e-4)
    assert ((run(fitted.layers, x) > 0) == right).mean() > 0.85
    assert fitted(features[0])[0] == pytest.approx(run(fitted.layers, x)[0], abs=1e-9)


def test_a_range_holds_eight_truths_of_ten() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(4000, 3))
    off = 0.5 * features[:, 0] + rng.normal(size=4000)
    ends = fit(features, off, 2, range_loss)
    low, high = np.array([ends(row) for row in features]).T
    assert ((off >= low) & (off <= high)).mean() == pytest.approx(0.8, abs=0.04)
    assert np.corrcoef(low, features[:, 0])[0, 1] > 0.9


def test_a_count_has_a_likely_range_that_holds_the_answer(tmp_path) -> None:
    number = len(confidence_features(COUNT, Doubts(), 3)) + 4
    layers = ((np.zeros((number, 2)), np.array([0.1, np.log(1.5)])),)
    ranges = LikelyRange(SmallNetwork(np.zeros(number), np.ones(number), layers), ("count",))
    assert ranges(COUNT, Doubts(), 3, 9) == (9, 14)  # one and a half times ten, and at least the nine
    assert (
        ranges(Question("duration", x="car"), Doubts(), 3, 9.0) is None and ranges(COUNT, Doubts(), 0, "none") is None
    )
    answerer = answerer_of([])
    answerer.likely_range = ranges
    index = replace(looking_clip(2, objects=9), provenance={"original_ids": {}})
    found = answerer.answer_one(answerer.read(index), "How many things?", Understood(Question("count", x="thing"), 1.0))
    assert (found.value, found.likely) == (5, (5, 8)) and "probably 5 to 8" in str(found)
    assert json.loads(json.dumps(found.as_json()))["likely"] == [5, 8]
    likely = {"families": ["count"], **ranges.network.as_json()}
    (tmp_path / "calibration.json").write_text(json.dumps({"likely": likely}))
    back = LikelyRange.load(tmp_path / "calibration.json")
    assert back.families == ("count",) and back(COUNT, Doubts(), 3, 9) == (9, 14)
    (tmp_path / "calibration.json").write_text("{}")
    assert LikelyRange.load(tmp_path / "calibration.json") is None


def test_a_calibration_of_another_version_is_none(tmp_path) -> None:
    (tmp_path / "calibration.json").write_text('{"weights": [0.5]}')
    assert Calibration.load(tmp_path / "calibration.json") is None and Calibration.load(tmp_path / "none.json") is None
    kept = Calibration(SmallNetwork(np.zeros(2), np.ones(2), ((np.ones((2, 1)), np.zeros(1)),)), ("count",))
    (tmp_path / "calibration.json").write_text(kept.as_json(questions=3))
    back = Calibration.load(tmp_path / "calibration.json")
    assert back.families == ("count",) and np.array_equal(back.network.layers[0][0], np.ones((2, 1)))
