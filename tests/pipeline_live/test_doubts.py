"""Warnings: light, contrast, size, damage, and answers that are no more than a guess."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from data.meaning import Question
from pipeline.answer import main
from pipeline.answers import About, Answer, Doubts, Evidence
from pipeline.asking.change_reason import answer_changed, reason_of
from pipeline.build_index import build_index
from pipeline.confidence import as_on_footage
from pipeline.domain import OUTSIDE_ITS_WORLD
from pipeline.light import DARK, LightMeter, measure_light
from pipeline.object_index import ObjectIndex, read_index, write_index
from pipeline.telling.answers_text import answer_lines
from pipeline.telling.doubts import Trust, doubted, doubts_of, said_doubtfully, trust_in
from tests.blob_world import BlobDetector, straight, write_blob_video

EMPTY = np.zeros(0, np.int32)


def index_of(boxes, *, tracks=None, light=None, detector=True, size=(1280, 720), warnings=()) -> ObjectIndex:
    """One frame per box, each of its own track."""
    n = len(boxes)
    made = {"detector": {"name": "yolo26n.pt", "input_px": 640}} if detector else {"original_ids": [1]}
    if light is not None:
        made["light"] = light
    offsets = np.arange(n + 1) if n else np.zeros(2, int)
    return ObjectIndex(
        ("car",), max(n, 1) * 1.0, *size, np.arange(max(n, 1)) * 1.0, offsets,
        np.array(boxes, np.float32).reshape(-1, 4), np.zeros(n, np.int32),
        np.arange(n, dtype=np.int32) if tracks is None else np.array(tracks, np.int32), np.full(n, 0.9, np.float32),
        EMPTY, np.zeros(0), np.zeros((0, 96), np.float32), made, warnings,
    )  # fmt: skip


BIG, SMALL = (0.5, 0.5, 0.2, 0.3), (0.5, 0.5, 0.02, 0.05)
"""Sides as the detector sees 1280 × 720: 105 and 14 pixels."""
LIT = {"brightness": 120.0, "contrast": 180.0, "dark_share": 0.0, "flat_share": 0.0}


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (index_of([BIG, BIG], light=LIT), None),
        (index_of([BIG, BIG]), None),  # an index from before light was measured
        (index_of([], light={}), None),
        (index_of([BIG], light=LIT | {"dark_share": 1.0, "darkest_s": [0, 1]}), "there is too little light: "),
        (index_of([BIG], light=LIT | {"dark_share": 0.4, "darkest_s": [60, 95]}), "for 40% of the video (longest 1:00"),
        (index_of([BIG], light=LIT | {"dark_share": 0.1, "darkest_s": [0, 1]}), None),
        (index_of([BIG], light=LIT | {"flat_share": 0.9}), "hardly any contrast for 90% of the video"),
        (index_of([SMALL, SMALL, SMALL, BIG], light=LIT), "75% of the objects that were found are very small"),
        (index_of([SMALL, BIG, BIG], light=LIT), None),
        (index_of([SMALL, SMALL, SMALL, BIG], tracks=[0, 0, 0, 1], light=LIT), "50% of the objects"),  # per object
        (index_of([SMALL], light=LIT), "all objects that were found"),
        (index_of([SMALL], light=LIT, size=(320, 180)), "all objects"),  # small pictures are not enlarged
        (index_of([(0.5, 0.5, 0.12, 0.2)], light=LIT, size=(1280, 720)), None),
        (index_of([SMALL], detector=False), None),  # given tracks are not the detector's
    ],
)  # fmt: skip
def test_reasons_to_doubt(index, said):
    doubts = doubts_of(index)
    assert (len(doubts), said in doubts[0]) == (1, True) if said else doubts == ()


def test_a_crowd_is_a_reason_to_doubt_what_is_said_of_people() -> None:
    frames, people = 4, 10
    boxes = np.tile(np.array([(0.05 + 0.09 * k, 0.5, 0.06, 0.4) for k in range(people)], np.float32), (frames, 1))
    crowd = replace(
        index_of([BIG] * frames),
        class_names=("person", "car"),
        offsets=np.arange(frames + 1) * people,
        boxes_xywhn=boxes,
        class_id=np.zeros(len(boxes), np.int32),
        track_id=np.tile(np.arange(people, dtype=np.int32), frames),
        score=np.full(len(boxes), 0.9, np.float32),
    )
    (said,) = doubts_of(crowd)
    assert said.startswith("it is crowded (10 people at once): some who are hidden")
    trust = trust_in(crowd)
    counted = [
        doubted(Answer("", "", "number", 3, 0.95, understood=Question("count", x=x)), trust).confidence
        for x in ("person", "car", "thing")
    ]
    assert counted == pytest.approx([as_on_footage(0.54), 0.9, as_on_footage(0.54)])
    alone = replace(crowd, class_id=np.ones(len(boxes), np.int32))
    assert doubts_of(alone) == () and trust_in(alone).people == trust_in(alone).found


def test_light_is_a_mean_and_a_range():
    picture = np.full((90, 160, 3), 110, np.uint8)
    assert measure_light(picture) == (110, 0)
    picture[20:50, 20:50, 0] = 250  # one strongly coloured thing before a plain wall
    assert measure_light(picture) == (113, 140)
    assert measure_light(np.zeros((90, 160, 3), np.uint8)) == (0, 0)


def test_the_meter_finds_the_longest_dark_stretch():
    meter = LightMeter()
    for t in range(100):
        dark = t < 10 or 40 <= t < 70
        meter.add(float(t), (DARK - 1 if dark else 100, 30 if 80 <= t < 90 else 150))
    meter.add(100.0, None)  # not measured
    summary = meter.summary()
    assert summary["dark_share"] == 0.4 and summary["flat_share"] == 0.1 and summary["darkest_s"] == [40.0, 69.0]
    assert LightMeter().summary() == {}


@pytest.fixture
def night(tmp_path):
    """A street at night, in the colours of a blob video made dark."""
    import av

    paths = {"red": straight((12, 40), (148, 40), 30)}
    day = write_blob_video(tmp_path / "day.mp4", paths)
    with av.open(str(day)) as inside, av.open(str(tmp_path / "night.mp4"), "w") as outside:
        stream = outside.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for picture in inside.decode(video=0):
            image = cv2.convertScaleAbs(picture.to_ndarray(format="rgb24"), alpha=0.1)
            outside.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        outside.mux(stream.encode())
    return tmp_path / "night.mp4"


def test_light_is_measured_while_indexing_and_kept(night, tmp_path):
    built = build_index(night, tmp_path / "out", detector=BlobDetector(), quiet=True)
    light = read_index(built.path).provenance["light"]
    assert light["brightness"] < DARK and light["dark_share"] == 1.0
    assert "too little light" in doubts_of(built.index)[0]
    day = build_index(night.with_name("day.mp4"), tmp_path / "out", detector=BlobDetector(), quiet=True).index
    assert day.provenance["light"]["dark_share"] == day.provenance["light"]["flat_share"] == 0


def test_doubts_and_damage_reach_text_and_json(tmp_path, answerer, weights, capsys):
    damaged = "the file is damaged after 3.0 s; what can be read is kept"
    path = tmp_path / "night.index.safetensors"
    light = LIT | {"dark_share": 1.0}
    write_index(index_of([SMALL, SMALL], light=light, warnings=(damaged,)), path)
    asked = [str(path), "How many squares appear?", "Is there a square?", "--weights", str(weights)]
    assert main(asked) == 0
    text = capsys.readouterr().out
    for said in (f"note: {damaged}", "note: there is too little light", "note: all objects that were found are very"):
        assert text.count(said) == 1  # of the clip: once, not for every answer
    assert main([*asked, "--json"]) == 0
    for line in capsys.readouterr().out.splitlines():
        assert [w.split()[0] for w in json.loads(line)["warnings"]][-3:] == ["the", "there", "all"]


def answer(value=3, confidence=0.9, kind="number", evidence=(), text="Three cars appear.", refused=False) -> Answer:
    return Answer("How many cars?", text, kind, value, confidence, refused, tuple(evidence))


def test_a_guess_says_so_in_its_text():
    assert said_doubtfully(answer()).text == "Three cars appear."
    guess = said_doubtfully(answer(confidence=0.3))
    assert guess.text == "This is a guess: three cars appear." and guess.as_json()["text"] == guess.text
    assert answer_lines(guess)[1] == "a guess (30%)"
    assert said_doubtfully(answer(confidence=0.3, text="TV shows.")).text == "This is a guess: TV shows."
    assert said_doubtfully(answer(confidence=0.1, refused=True)).text == "Three cars appear."
    timeline = said_doubtfully(answer(confidence=0.25, kind="text", text="0:01: a car appears."))
    assert timeline.text == "0:01: a car appears." and "25% sure" in timeline.warnings[-1]


@pytest.mark.parametrize(
    ("index", "found"),
    [
        (index_of([BIG, BIG], light=LIT), 0.9),
        (index_of([BIG]), 0.9),
        (index_of([], light=LIT | {"dark_share": 1.0}), 0.9 * 0.26),  # what is found at night
        (index_of([BIG], light=LIT | {"dark_share": 0.5}), 0.9 * 0.63),  # half of the video is night
        (index_of([BIG], light=LIT | {"flat_share": 0.1}), 0.9),  # not worth a warning
        (index_of([SMALL, BIG], light=LIT), as_on_footage(0.9 * 0.65)),
        (index_of([SMALL], light=LIT | {"dark_share": 1.0}), as_on_footage(0.9 * 0.3) * 0.26),
        (index_of([SMALL], detector=False), 1.0),
    ],
)
def test_footage_that_hides_things_allows_less_confidence(index, found):
    trust = trust_in(index)
    assert trust.most == 1.0 and trust.found == pytest.approx(found)
    assert doubted(answer(evidence=[A]), trust).confidence == pytest.approx(min(0.9, found))
    seen_one = answer(True, kind="yes_no", evidence=[A])
    assert doubted(seen_one, trust).confidence == 0.9  # what was missed can't undo what was seen
    assert doubted(seen_one, Trust(OUTSIDE_ITS_WORLD)).confidence == OUTSIDE_ITS_WORLD
    none = doubted(answer(False, kind="yes_no", text="No car is ever visible."), trust)
    assert none.text.startswith("This is a guess: no") == (found < 0.4)
    assert doubted(answer(refused=True), trust).confidence == 0.9


def seen(track: int, start_s: float, end_s: float) -> Evidence:
    return Evidence(track, "car", start_s, end_s, start_s, BIG)


A, B, C = seen(0, 1, 5), seen(1, 4, 8), seen(0, 9, 12)


@pytest.mark.parametrize(
    ("before", "now", "what", "track", "t_s"),
    [
        (None, [A], "first answer", None, None),
        ([A], [A, B], "appeared", 1, 4),
        ([A, B], [A], "not counted", 1, 4),
        ([A], [A, C], "came back", 0, 9),
        ([A], [seen(0, 1, 7)], "went on", 0, 7),
        ([], [A, C], "came back", 0, 9),
        ([A], [A], "time passed", None, None),
    ],
)
def test_the_reason_names_the_track_that_changed_the_answer(before, now, what, track, t_s):
    before = None if before is None else answer(evidence=before)
    reason = reason_of(before, answer(4, evidence=now), index_of([]), since_s=5.0)
    assert (reason["what"], reason["track_id"], reason["t_s"]) == (what, track, t_s)
    assert track is None or f"car (track {track})" in reason["text"]


def test_who_left_before_the_moment_asked_about_is_the_reason():
    index = index_of([BIG, BIG, BIG, BIG], tracks=[0, 0, 1, 1])
    before = replace(answer(1, evidence=[A]), understood=Question("count_at", x="car", t_s=1.0))
    now = replace(answer(0, evidence=[]), understood=Question("count_at", x="car", t_s=3.0))
    reason = reason_of(before, now, index, since_s=1.0)
    assert (reason["what"], reason["t_s"], reason["text"]) == ("left", 1.0, "car (track 0) left at 0:01")


def test_the_reason_may_be_forgetting_or_what_happened_last():
    reason = reason_of(answer(evidence=[A, B]), answer(evidence=[B]), index_of([]), since_s=9.0, folded_s=6.0)
    assert reason["what"] == "folded" and reason["track_id"] == 0
    index = index_of([BIG, BIG, BIG], tracks=[4, 5, 5])
    came = reason_of(answer("never", evidence=[]), answer("left", evidence=[]), index, since_s=0.0)
    assert (came["what"], came["track_id"], came["t_s"]) == ("appeared", 5, 1.0)
    left = reason_of(answer(evidence=[]), answer(evidence=[]), index_of([BIG], tracks=[4]), since_s=5.0)
    assert left["what"] == "time passed"


def test_other_times_are_other_answers_only_beyond_half_a_second():
    time = answer(10.0, kind="time")
    assert not answer_changed(time, replace(time, value=10.4)) and answer_changed(time, replace(time, value=10.6))
    assert answer_changed(time, replace(time, value="never")) and not answer_changed(answer(3), answer(3, 0.1))
    assert answer_changed(answer(3), answer(4)) and answer_changed(answer(3), answer(None, refused=True))


def test_what_stands_about_is_missed_more_often_than_what_moves() -> None:
    def never(thing: str) -> Answer:
        return Answer("?", f"No {thing}.", "yes_no", False, 0.99, understood=Question("exists", x=thing))

    trust = Trust(1.0, 0.9, 0.9)
    bench, bus = doubted(never("bench"), trust), doubted(never("bus"), trust)
    assert bench.confidence == pytest.approx(0.65) and bus.confidence == pytest.approx(0.9)
    assert doubted(never("bench"), Trust()).confidence == 0.99  # of given tracks
    seen = Answer("?", "Yes.", "yes_no", True, 0.97, evidence=(Evidence(0, "bench", 0, 1, 0, (0.5,) * 4),),
                  understood=Question("exists", x="bench"))  # fmt: skip
    assert doubted(seen, trust).confidence == 0.97


def test_a_yes_that_rests_on_faint_things_only_is_no_surer_than_they_are() -> None:
    def yes(best_score: float) -> Answer:
        piece = Evidence(0, "frisbee", 0, 1, 0, (0.5,) * 4)
        return Answer("?", "Yes.", "yes_no", True, 0.95, evidence=(piece,), understood=Question("exists", x="frisbee"),
                      doubts=Doubts(about=About(best_score=best_score)))  # fmt: skip

    assert doubted(yes(0.47), Trust(1.0, 0.9, 0.9)).confidence == pytest.approx(0.6)
    assert doubted(yes(0.7), Trust(1.0, 0.9, 0.9)).confidence == 0.95
