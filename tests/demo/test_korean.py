"""Answers in Korean say the same value as the English ones, for every family; nothing is left English."""

from __future__ import annotations

import re

import numpy as np
import pytest

from data.clock import clock
from data.meaning import FAMILIES, LAST, NEVER, NONE, REFUSALS, ClipView, Event, Question, run
from data.meaning.parts import event_time
from data.questions import ask
from data.vocabulary import coco_names, kind_names
from demo.html_parts import turn_html
from demo.texts import words
from demo.wording import NEXT_KO, error_of
from pipeline.answers import Answer, Evidence
from pipeline.asking.asked_text import readable
from pipeline.errors import InputError
from pipeline.talking.session import Turn
from pipeline.talking.suggest import suggest_next, suggest_questions
from pipeline.telling.english import percent
from pipeline.telling.refusals import refusal
from pipeline.telling.sentences_ko import has_sentence, sentence
from pipeline.telling.sentences_ko_asked import Clip
from pipeline.telling.sentences_ko_notes import error, has_question, note, question, said
from pipeline.telling.sentences_ko_words import is_known, length_words, named, ordinal, place_words, with_particle
from tests.data.small_worlds import random_clip
from tests.demo.test_page_parts import clip as small_clip

NAMES = coco_names()
CARS = [(1, "car", 12.0, 30.0), (2, "car", 20.0, 40.0), (3, "car", 50.0, 60.0)]


def pieces(*evidence) -> tuple[Evidence, ...]:
    return tuple(Evidence(track, name, a, b, (a + b) / 2, (0.5, 0.5, 0.1, 0.1)) for track, name, a, b in evidence)


def say(asked: Question, value, evidence=(), **times) -> str:
    return sentence(asked, value, pieces(*evidence), Clip(NAMES, 300.0, times.get("event_times", {})))


@pytest.mark.parametrize(
    ("asked", "value", "evidence", "text"),
    [
        (Question("count", x="car"), 3, CARS, "자동차가 3대 나옵니다. 첫 번째는 0:12에 나옵니다."),
        (Question("count", x="car"), 1, CARS[:1], "자동차가 1대, 0:12에 나옵니다."),
        (Question("count", x="person"), 1300, [], "사람이 1,300명 나옵니다."),
        (Question("count", x="dog"), 0, [], "개는 한 번도 나오지 않습니다."),
        (Question("exists", x="vehicle"), True, CARS, "네, 탈것(자동차)이 보입니다. 처음 보이는 때는 0:12입니다."),
        (Question("exists", x="thing"), False, [], "아무것도 보이지 않습니다."),
        (Question("count_at", x="dog", t_s=65.5), 2, [], "1:05.5에 개가 2마리 보입니다."),
        (Question("count_after", x="car", t_s=15.0), 2, CARS[1:],
         "0:15 이후에 자동차가 새로 2대 나옵니다. 첫 번째는 0:20에 나옵니다."),
        (Question("count_between", x="person", stretch=(30.0, 70.0)), 4, [], "0:30부터 1:10까지 사람이 4명 보입니다."),
        (Question("when_appears", x="bus", nth=2), 42.0, [], "두 번째 버스는 0:42에 나옵니다."),
        (Question("when_appears", x="bus", nth=3), NEVER, [], "세 번째 버스는 나오지 않습니다."),
        (Question("first"), "car", [(1, "car", 0.0, 3.0), (2, "dog", 0.0, 1.0)],
         "가장 먼저 나오는 것은 0:00에 나오는 자동차입니다. 같은 때에 개도 나옵니다."),
        (Question("last", x="animal"), NONE, [], "동물은 한 번도 나오지 않습니다."),
        (Question("longest"), "car", CARS, "가장 오래 보이는 것은 자동차입니다. 0:20부터 20초 동안 보입니다."),
        (Question("duration", x="tv"), 65.0, [], "TV는 합해서 1분 5초 동안 보입니다."),
        (Question("compare", x="car", y="dog"), True, [*CARS, (9, "dog", 0.0, 1.0)],
         "네, 자동차(3대)가 개(1마리)보다 많습니다."),
        (Question("at_least", x="car", nth=2), True, CARS, "네, 자동차가 3대 나옵니다. 첫 번째는 0:12에 나옵니다."),
        (Question("at_least", x="car", nth=4), False, CARS, "아니요, 자동차는 3대뿐입니다."),
        (Question("at_least", x="dog", nth=1), False, [], "아니요, 개는 한 번도 나오지 않습니다."),
        (Question("at_least_at_once", x="car", nth=2), True, CARS,
         "네, 자동차가 동시에 2대 보입니다. 처음으로 그런 때는 0:20입니다."),
        (Question("at_least_at_once", x="car", nth=3), False, CARS,
         "아니요, 자동차는 동시에 최대 2대 보입니다. 처음으로 그런 때는 0:20입니다."),
        (Question("direction", x="truck"), "left", [], "첫 번째 트럭은 왼쪽으로 움직입니다."),
        (Question("list"), ["person", "bus", "cat"], [], "3가지가 보입니다. 나온 순서: 사람, 버스, 고양이."),
        (Question("together", x="car", y="car"), False, [], "자동차 2대 이상이 함께 보이는 때는 없습니다."),
    ],
    ids=lambda value: value.family if isinstance(value, Question) else "",
)  # fmt: skip
def test_sentences(asked, value, evidence, text):
    assert say(asked, value, evidence) == text


def test_events_say_when_they_happen():
    bus = Event("bus", "leaves", 2)
    asked = Question("count_after", x="car", event=bus)
    assert say(asked, 0, event_times={bus: 42.0}) == "두 번째 버스가 떠난(0:42) 뒤에 새로 나오는 자동차는 없습니다."
    assert "그런 일은 없음" in say(asked, 0, event_times={bus: None})


@pytest.mark.parametrize("seed", range(12))
def test_every_family_says_its_value_and_no_english(seed):
    view = ClipView.of(random_clip(seed))
    names = sorted((name for name in view.class_names), key=len, reverse=True)
    for one in ask(view, np.random.default_rng(seed), 40):
        q = one.question
        if q.family in REFUSALS:
            continue
        truth = run(q, view)
        events = {event: event_time(event, view) for event in q.events}
        evidence = tuple(Evidence(*e, e.start_s, (0.5, 0.5, 0.1, 0.1)) for e in truth.evidence)
        place = Clip(view.class_names, view.duration_s, events)
        for text in (sentence(q, truth.value, evidence, place), question(q, view.duration_s)):
            for name in names:
                text = text.replace(named(name), "") if not is_known(name) else text
            left = text.replace("TV", "")
            assert re.search("[가-힣]", text) and not re.search("[A-Za-z]", left), (q, text)
        text = sentence(q, truth.value, evidence, place)
        if truth.kind == "number" and truth.value:
            assert _written(q.family, truth.value) in text
        if truth.kind == "time" and truth.value != NEVER:
            assert clock(truth.value) in text
        if truth.kind == "object" and truth.value != NONE:
            assert named(truth.value) in text
        assert text.endswith((".", "?")) and "  " not in text and "{" not in text


def _written(family: str, value: float) -> str:
    """A number as the sentences write it."""
    if family.startswith("share"):
        return percent(value).split()[-1]
    if family in ("mean_at_once", "rate"):
        return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"
    return f"{value:,}"


def test_every_family_is_there_and_refusals_are_not():
    for family in FAMILIES:
        asked = Question(family, x="car", y="dog", t_s=1.0, nth=2)
        if family in ("time_between", "happens_before", "stays_longer"):
            asked = Question(family, event=Event("car", "leaves"), other=Event("dog", "appears", 2))
        assert has_question(asked) and question(asked, 60.0).endswith("?") and has_sentence(asked)
    for family in REFUSALS:
        with pytest.raises(ValueError, match=family):
            say(Question(family), None)


def test_every_name_of_coco_and_every_kind_has_a_word():
    assert [name for name in (*coco_names(), *kind_names()) if not is_known(name)] == []


@pytest.mark.parametrize(
    ("word", "particle", "whole"),
    [
        ("버스", "은", "버스는"),
        ("사람", "은", "사람은"),
        ("칼", "으로", "칼로"),
        ("컵", "으로", "컵으로"),
        ("TV", "이", "TV가"),
        ("forklift", "이", "forklift이(가)"),
        ("3", "이", "3이"),
        ("2", "이", "2가"),
        ("첫 번째 개", "과", "첫 번째 개와"),
    ],
)
def test_particles(word, particle, whole):
    assert with_particle(word, particle) == whole


def test_small_words():
    assert [ordinal(n) for n in (1, 10, 11, LAST)] == ["첫 번째", "열 번째", "11번째", "마지막"]
    assert [length_words(s) for s in (0.4, 3.46, 59.6, 65, 7200)] == ["1초 미만", "3.5초", "1분", "1분 5초", "2시간"]
    assert [place_words((x, y, 0, 0)) for x, y in ((0.1, 0.1), (0.5, 0.5), (0.9, 0.5))] == [
        "왼쪽 위",
        "가운데",
        "오른쪽",
    ]


def answered(asked: Question, text: str = "?", warnings=(), **more) -> Answer:
    return Answer("?", text, "number", 3, 0.9, understood=asked, warnings=warnings, **more)


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("closest", ["horse", None])
def test_refusals(kind, closest):
    text = refusal(kind, "unicorn", NAMES, closest)
    answer = Answer("?", text, "refusal", None, 1.0, True, understood=Question(kind, x="unicorn"))
    korean = said(answer, Clip(NAMES, 60.0)).text
    left = re.sub(r"'[^']*'|\([a-z ]+\)", "", korean)
    assert re.search("[가-힣]", korean) and not re.search("[a-z]", left), korean
    assert "말(horse)이 가장 가깝습니다" in korean if kind == "refuse_unknown" and closest else True


@pytest.mark.parametrize("asked", ["How fast is it?", "How tall is he?", "Is the coffee hot?"])
def test_what_no_picture_tells(asked):
    text = refusal("refuse_attribute", None, NAMES, asked=asked)
    korean = said(
        Answer(asked, text, "refusal", None, 1.0, True, understood=Question("refuse_attribute")), Clip(NAMES, 60.0)
    )
    assert "색깔" not in korean.text and re.search("[가-힣]", korean.text)


@pytest.mark.parametrize("text", ["", "   ", "?!", "버스가 몇 대 나오나요?", "Combien de bus il y a ?", "a" * 2000])
def test_questions_that_cannot_be_read(text):
    with pytest.raises(InputError) as refused:
        readable(text)
    korean = error(str(refused.value))
    assert re.search("[가-힣]", korean) and not re.search("[a-z]", korean), korean


@pytest.mark.parametrize(
    "text",
    [
        "'it' is read as 'the second bus'",
        "'they' is read as 'the buses' (the answer before was about 3 of them)",
        "no class 'lorrie'; I read it as 'truck'",
        "no time was found in it",
        "no time was found; read as the most at once",
        "it is unclear what 'he' refers to; name the thing",
        "the answer before names no moment to go on from; the question before was understood as: how many cars appear?",
        "this is a guess (33% sure)",
        "there is too little light for 30% of the video (longest 0:10–0:40): many objects will have been missed there",
        "the picture has hardly any contrast (fog, glare or a dirty lens?): many objects will be missed",
        "60% of the objects that were found are very small in the picture (under 32 pixels as the detector sees it): "
        "others will have been missed",
        "the file is damaged after 12.0 s; everything before is kept",
    ],
)
def test_notes(text):
    korean = note(text, answered(Question("count", x="car")), Clip(NAMES, 60.0))
    left = re.sub(r"'[^']*'", "", korean)
    assert re.search("[가-힣]", korean) and not re.search("[a-z]", left), korean


def test_how_it_was_understood_stands_beside_the_question_and_is_not_noted_twice(studio):
    talk = studio.open_sample(studio.person("a"))
    talk.ask("When does the motorcycle appear?", studio.answerer)
    talk.ask("and before that?", studio.answerer)
    html = turn_html(talk, 1, talk.turns[1], words("ko"))
    assert html.count("나오기 전에 마지막으로 나오는 것은 무엇인가요?") == 1 and "understood" not in html
    assert "understood as" in turn_html(talk, 1, talk.turns[1], words("en"))
    assert talk.turns[0].answer.text.startswith("The motorcycle")  # the answer itself stays English


def test_a_guess_and_an_unknown_note_stay_honest():
    unsure = Answer("?", "?", "number", 3, 0.2, understood=Question("count", x="car"), warnings=("a new note",))
    korean = said(unsure, Clip(NAMES, 60.0))
    assert korean.text == "추측입니다: 자동차가 3대 나옵니다." and korean.notes == ("a new note",)


def test_a_timeline_line_by_line():
    text = "0:00: 2 people and a car in view. 0:15–0:30: 3 hot dogs, a spork and 5 more appear. 0:31: odd."
    assert say(Question("describe"), text) == (
        "0:00: 사람 2명, 자동차 1대 보임. 0:15–0:30: 핫도그 3개, spork 1개, 그 밖에 5개 나타남. 0:31: odd."
    )
    text = "0:07: a car and 2 people leave. 0:11: a car comes back. 0:12: 2 people come back. 0:20: a car leaves."
    assert say(Question("describe"), text) == (
        "0:07: 자동차 1대, 사람 2명 떠남. 0:11: 자동차 1대 돌아옴. 0:12: 사람 2명 돌아옴. 0:20: 자동차 1대 떠남."
    )


def test_suggestions_and_follow_ups_have_a_meaning():
    view = small_clip([(0, 0, 9), (0, 3, 20), (0, 4, 15), (1, 5, 9), (2, 6, 9)], 60.0)
    assert all(question(one.meaning, view.duration_s).endswith("?") for one in suggest_questions(view))
    for family in FAMILIES:
        for evidence in (pieces(*CARS), pieces(CARS[0])):
            for text in suggest_next(answered(Question(family, x="car"), evidence=evidence)):
                assert text in NEXT_KO


def test_an_error_of_the_page(studio):
    with pytest.raises(InputError) as refused:
        studio.server_path("../x.mp4")
    assert error_of(refused.value, words("ko")) == "열 수 있는 폴더에 '../x.mp4' 영상이 없습니다."
    assert error_of(refused.value, words("en")).startswith("There is no video")


def test_a_turn_of_an_english_page_is_as_it_was(studio):
    talk = studio.open_sample(studio.person("a"))
    turn: Turn = talk.ask("How many buses are there?", studio.answerer)
    assert "lt-meaning" not in turn_html(talk, 0, turn, words("en"))
    korean = turn_html(talk, 0, turn, words("ko"))
    assert "버스가 몇 대 나오나요?" in korean and re.search(r"버스가 \d+대 나옵니다", re.sub("<[^>]+>", "", korean))
    assert re.search(r'data-t="\d+\.\d+"', korean)  # its times go to their moments


def test_what_several_answers_say_together_is_not_put_into_the_first_ones_sentence():
    bus = Answer("?", "No, the second bus is not visible at 0:12.", "yes_no", False, 0.9,
                 understood=Question("duration", x="bus", nth=2), composed=True)  # fmt: skip
    assert said(bus, Clip(NAMES, 300.0, {})).text == bus.text
