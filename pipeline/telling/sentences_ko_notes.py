"""A whole answer in Korean: its sentence or refusal, its notes, and questions and errors of the page.

Notes and refusals are English sentences by the time that they get here; each known one has a pattern, and what is
not known stays English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.meaning import LAST, Question
from data.vocabulary import THING, find_term
from pipeline.answers import Answer
from pipeline.telling import sentences_ko_leaving, sentences_ko_measures
from pipeline.telling.doubts import GUESS
from pipeline.telling.english import asked_time, many, one
from pipeline.telling.sentences_ko import has_sentence, sentence
from pipeline.telling.sentences_ko_asked import Clip, event_words, stretch_words
from pipeline.telling.sentences_ko_leaving import side_words
from pipeline.telling.sentences_ko_words import (
    amount,
    counter,
    finished,
    length_words,
    listed,
    named,
    ordinal,
    subject,
    topic,
    with_particle,
)

EXAMPLE = "How many people appear?"
ONLY_ENGLISH = "아직은 영어로 된 질문만 알아듣습니다. 아래 예시 질문을 누르거나 영어로 물어보세요."


@dataclass(frozen=True)
class Said:
    """text, notes: what stands for `Answer.text` and `Answer.warnings`, in their order."""

    text: str
    notes: tuple[str, ...] = ()


def said(answer: Answer, clip: Clip) -> Said:
    """An answer in Korean."""
    notes = tuple(note(text, answer, clip) for text in answer.warnings)
    if answer.refused:
        return Said(refusal(answer, clip), notes)
    if answer.understood is None or answer.composed or not has_sentence(answer.understood):
        return Said(answer.text, notes)  # what several answers say together stays English
    text = sentence(answer.understood, answer.value, answer.evidence, clip)
    return Said(f"추측입니다: {text}" if answer.confidence < GUESS and not answer.is_timeline else text, notes)


# ------------------------------------------------------------------------------------------------------------- refusals

_CAN = "무엇이 언제, 어디에, 얼마나 오래, 몇 번, 어떤 순서로 나오는지 물어보세요"
_WHY = {
    "refuse_cause": "왜 그런 일이 일어나는지는 알 수 없습니다",
    "refuse_action": "누가 무엇을 하고 있는지는 알 수 없습니다",
    "refuse_speech": "소리는 들을 수 없고 화면만 볼 수 있습니다",
    "refuse_text": "화면 속의 글자는 읽을 수 없습니다",
    "refuse_unclear": "질문을 이해하지 못했습니다",
}
_NOT_IN_PICTURES = {
    "I can't tell how fast": "얼마나 빠른지는 알 수 없습니다(화면에는 미터가 없습니다)",
    "I can't measure": "크기, 무게, 거리는 잴 수 없습니다(화면에는 미터가 없습니다)",
    "I can't tell heat": "온도, 냄새, 맛은 화면으로 알 수 없습니다",
}
_CLOSEST = re.compile(r"that it knows, (?P<name>.+) is the closest\.$")
_OTHERS = re.compile(r"I can't tell .+ from other (?P<name>[^;]+);")


def refusal(answer: Answer, clip: Clip) -> str:
    """Why a question is not answered, and what can be asked instead."""
    if answer.understood is None:
        return error(answer.text.removesuffix("."))
    q, names = answer.understood, clip.class_names
    example = f"예: '{_example(names)}'"
    if q.family == "refuse_unknown":
        why = f"이 검출기는 '{q.x}'을(를) 찾지 못합니다" if q.x else "이 검출기는 그것을 찾지 못합니다"
        if (found := _CLOSEST.search(answer.text)) is not None:
            closest = _term(found["name"], names)
            nearest = with_particle(f"{named(closest)}({one(closest)})", "이", named(closest))
            return f"{why}. 아는 {len(names):,}가지 중에서는 {nearest} 가장 가깝습니다."
        known = listed([f"{named(name)}({name})" if named(name) != name else name for name in names[:3]])
        return f"{why}. 이 검출기가 아는 것은 {len(names):,}가지입니다{f' ({known} 등)' if known else ''}."
    for said, why in _NOT_IN_PICTURES.items():
        if answer.text.startswith(said):
            return f"{why}. {example}"
    if q.family == "refuse_attribute":
        if (found := _OTHERS.match(answer.text)) is not None:
            return f"다른 {with_particle(named(_term(found['name'], names)), '과')} 구별하지 못합니다. {example}"
        return f"색깔, 나이, 성별은 구별하지 못합니다. {example}"
    return f"{_WHY.get(q.family, _WHY['refuse_unclear'])}. {_CAN}. {example}"


def _example(names: tuple[str, ...]) -> str:
    return EXAMPLE if "person" in names or not names else f"How many {many(names[0])} appear?"


def _term(words: str, names: tuple[str, ...]) -> str:
    return find_term(words, names) or words


# ---------------------------------------------------------------------------------------------------------------- notes


_CLAUSES = (
    (r"'(.+?)' is read as '(.+?)'", r"'\1'을(를) '\2'(으)로 읽었습니다"),
    (r"no class '(.+?)'; this is about all (.+)", r"'\1'(이)라는 종류가 없어 모든 \2에 대한 답입니다"),
    (r"no class '(.+?)'; I read it as '(.+?)'", r"'\1'(이)라는 종류가 없어 '\2'(으)로 읽었습니다"),
    (r"that is so once, (\S+) in all: (.+)", r"그런 때는 한 번, 모두 \1입니다: \2"),
    (r"that is so (\d+) times, (\S+) in all: (.+)", r"그런 때는 \1번, 모두 \2입니다: \3"),
    (r"of all (.+?): (.+?) and (\d+) more times", r"\1 모두: \2, 그 밖에 \3번"),
    (r"of all (.+?): (.+)", r"\1 모두: \2"),
    (r"several (.+?) are there from the start; this is the first time one of them goes",
     r"\1: 처음부터 여럿 있어, 그중 하나가 처음 사라진 때로 답합니다"),
    (r"it is crowded \((\d+) people at once\): .+",
     r"사람이 많습니다(동시에 \1명). 다른 사람에 가려 놓친 사람이 있을 수 있습니다"),
    (r"no time was found in it", "질문에서 시각을 찾지 못했습니다"),
    (r"no time was found; read as the most at once", "시각을 찾지 못해 '동시에 가장 많은 수'로 읽었습니다"),
    (r"this answer is about all (.+?) together", r"이 답은 모든 \1에 대한 것입니다"),
    (r"it is unclear what '(.+?)' refers to; name the thing",
     r"'\1'이(가) 무엇을 가리키는지 알 수 없습니다. 이름을 써 주세요"),
    (r"it is unclear what '(.+?)' asks about; name the thing",
     r"'\1'이(가) 무엇을 묻는지 알 수 없습니다. 이름을 써 주세요"),
    (r"it is unclear what '(.+?)' (?:asks|changes)", r"'\1'이(가) 무엇을 뜻하는지 알 수 없습니다"),
    (r"the answer before names no moment to go on from", "앞의 답에 이어 갈 시각이 없습니다"),
    (r"(.+?) are meant, so there is no one place", r"대상이 하나가 아니어서(\1) 한곳을 말할 수 없습니다"),
    (r"this is a guess \((\d+)% sure\)", r"추측입니다(\1% 확실)"),
    (r"there is too little light: many objects will have been missed there",
     "영상이 너무 어둡습니다. 놓친 것이 많을 수 있습니다"),
    (r"there is too little light for (\S+) of the video \(longest (\S+)–(\S+)\): .+",
     r"영상의 \1가 너무 어둡습니다(가장 긴 곳 \2–\3). 그곳에서는 놓친 것이 많을 수 있습니다"),
    (r"the picture has hardly any contrast(?: for (?:\S+) of the video)? \(.+\): .+",
     "화면이 흐릿합니다(안개, 역광, 더러운 렌즈?). 놓친 것이 많을 수 있습니다"),
    (r"(?:all|(\S+) of the) objects that were found are very small in the picture .+",
     "찾은 것 대부분이 화면에서 아주 작습니다. 놓친 것이 더 있을 수 있습니다"),
    (r"the file is damaged after ([\d.]+) s; .+", r"파일이 \1초 뒤부터 손상되었습니다. 그 앞까지 살펴보았습니다"),
    (r".+ has changed since it was indexed; it was indexed again", "영상이 바뀌어 다시 살펴보았습니다"),
)  # fmt: skip
_AFTERWORDS = (
    (r" \(it might also be the (.+?)\)", r" (\1일 수도 있습니다)"),
    (r" \(the answer before was about (\d+) of them\)", r" (앞의 답은 \1개에 대한 것이었습니다)"),
    (r" \(of all (.+?) together\)", r" (모든 \1를 합쳐서)"),
)
_UNDERSTOOD_ONLY = re.compile(r"understood as: [^;]+")
_UNDERSTOOD = re.compile(r"understood as: [^;]+?(\?|$)(?P<extra> \(of all .+ together\))?")


def note(text: str, answer: Answer, clip: Clip) -> str:
    """A note of an answer in Korean; one that is not known stays as it is.

    "" for a note that only says how the question was understood, which a Korean page says beside the question.
    """
    if answer.understood is not None and answer.understood.family in _ASKS and _UNDERSTOOD_ONLY.fullmatch(text):
        return ""
    out = re.sub(r"; the question before was understood as: .+$", "", text)
    if answer.understood is not None and answer.understood.family in _ASKS:
        meant = f"이렇게 이해했습니다: {question(answer.understood, clip.duration_s)}"
        out = _UNDERSTOOD.sub(lambda m: meant + (" (모두 합쳐서)" if m["extra"] else ""), out)
    for pattern, korean in (*_CLAUSES, *_AFTERWORDS):
        out = re.sub(pattern, korean, out)
    return out


# --------------------------------------------------------------------------------------------------------------- errors

_ERRORS = (
    (r"only English is understood so far.*", ONLY_ENGLISH.removesuffix(".")),
    (r"the question has ([\d,]+) characters; ask it in at most ([\d,]+)",
     r"질문이 너무 깁니다(\1자). \2자까지 쓸 수 있습니다"),
    (r"the question (?:is empty|holds no words).*", "질문을 입력해 주세요"),
    (r"nothing is known of this video yet; ask again in a moment",
     "아직 이 영상에 대해 아는 것이 없습니다. 잠시 뒤에 물어보세요"),
    (r"indexing was stopped before anything was known; .+",
     "아직 아는 것이 없는데 색인이 멈췄습니다. 색인을 계속한 뒤 물어보세요"),
    (r"the detector (\S+) is not on this server and cannot be downloaded now",
     r"검출기 \1이(가) 이 서버에 없고 지금은 내려받을 수 없습니다"),
    (r"this server's model cannot be loaded; .+",
     "이 서버의 모델을 불러올 수 없습니다. 이유는 서버의 터미널에 나옵니다"),
    (r"(.+) is larger than (.+), the most that this server takes", r"\1: 이 서버가 받는 가장 큰 크기 \2를 넘습니다"),
    (r"(.+) is ([\d.]+) hours long; this server takes videos of up to (.+) hours",
     r"\1: 길이가 \2시간입니다. 이 서버는 \3시간까지 받습니다"),
    (r"this server opens no paths; .+", "이 서버는 경로로 영상을 열지 않습니다. 영상을 올려 주세요"),
    (r"give the path of a video on the server", "서버에 있는 영상의 경로를 적어 주세요"),
    (r"there is no video (.+) below the folder that this server may open", r"열 수 있는 폴더에 \1 영상이 없습니다"),
    (r"(.+) is empty; .+", r"\1: 빈 파일입니다. 다른 파일을 골라 주세요"),
    (r"(.+) is text, not a video; .+", r"\1: 영상이 아니라 글입니다. 영상 파일을 골라 주세요"),
    (r"(.+) is not a video that can be read.*", r"\1: 읽을 수 있는 영상이 아닙니다"),
    (r"(.+) has no picture.*", r"\1: 화면이 없는 파일입니다"),
    (r"no picture of (.+) can be decoded.*", r"\1: 화면을 풀 수 없습니다. MP4(H.264)로 바꾸어 주세요"),
)  # fmt: skip


def error(text: str) -> str:
    """A sentence about bad input (`InputError`) in Korean; one that is not known stays as it is."""
    plain = text[:1].lower() + text[1:]
    for pattern, korean in _ERRORS:
        for given in (plain, text):
            if (found := re.fullmatch(pattern, given)) is not None:
                return finished(found.expand(korean))
    return finished(text)


# ------------------------------------------------------------------------------------------------------------ questions

_ASKS = {
    "exists": "{x_i} 보이나요",
    "count": "{x_i} 몇 {n} 나오나요",
    "count_between": "{x_i} 몇 {n} 보이나요",
    "count_at": "{t}에 {x_i} 몇 {n} 보이나요",
    "count_before": "{before} {x_i} 몇 {n} 나오나요",
    "count_after": "{after} {x_i} 새로 몇 {n} 나오나요",
    "max_at_once": "{x_i} 동시에 최대 몇 {n} 보이나요",
    "min_at_once": "{x_i} 동시에 적어도 몇 {n} 보이나요",
    "at_least": "{x_i} {wanted} 이상 나오나요",
    "at_least_at_once": "{x_i} 동시에 {wanted} 이상 보이나요",
    "compare": "{x_i} {y}보다 많나요",
    "first": "가장 먼저 나오는 {any} 무엇인가요",
    "last": "가장 나중에 나오는 {any} 무엇인가요",
    "nth": "{nth}로 나오는 {any} 무엇인가요",
    "when_appears": "{the_eun} 언제 나오나요",
    "when_leaves": "{the_eun} 언제 마지막으로 보이나요",
    "when_most": "{x_i} 가장 많이 보이는 때는 언제인가요",
    "when_fewest": "{x_i} 가장 적게 보이는 때는 언제인가요",
    "next_after": "{after} 처음 나오는 {any} 무엇인가요",
    "previous_before": "{before} 마지막으로 나오는 {any} 무엇인가요",
    "order": "{x_i} {y}보다 먼저 나오나요",
    "together": "{x_gwa} {y_i} 함께 보이나요",
    "duration_together": "{x_gwa} {y_i} 함께 보이는 시간은 얼마인가요",
    "together_list": "{x_gwa} 함께 보이는 것은 무엇인가요",
    "duration": "{x_eun} 얼마나 오래 보이나요",
    "longest": "가장 오래 보이는 {any} 무엇인가요",
    "shortest": "가장 짧게 보이는 {any} 무엇인가요",
    "returns": "{the_i} 다시 나타나나요",
    "returns_when": "{the_eun} 언제 다시 나타나나요",
    "direction": "{the_eun} 어느 쪽으로 움직이나요",
    "enters_from": "{the_eun} 어느 쪽에서 들어오나요",
    "leaves_to": "{the_eun} 어느 쪽으로 나가나요",
    "where_at": "{t}에 {the_eun} 어디에 있나요",
    "list": "어떤 종류가 보이나요",
    "describe": "무슨 일이 있나요",
    **sentences_ko_leaving.ASKS,
    **sentences_ko_measures.ASKS,
}


def has_question(asked: Question) -> bool:
    """Is there a Korean wording for it?"""
    return asked.family in _ASKS


def question(asked: Question, duration_s: float) -> str:
    """A typed question in Korean, with its question mark. Raises KeyError for a refusal's family."""
    q = asked
    x, y = q.x or THING, q.y or THING
    the = f"{ordinal(q.nth)} {named(x)}" if q.nth else named(x)

    def reference(later: bool) -> str:
        if q.event is not None:
            return event_words(q.event, later)
        return f"{asked_time(q.t_s or 0.0)} {'이후에' if later else '전에'}"

    words = _ASKS[q.family].format(
        n=counter(x),
        wanted=amount(q.nth if isinstance(q.nth, int) else 1, x),
        x_i=subject(x),
        x_eun=topic(x),
        x_gwa=with_particle(named(x), "과"),
        y=named(y),
        y_i=subject(y),
        the_i=with_particle(the, "이"),
        the_eun=with_particle(the, "은"),
        any=with_particle("것" if q.x in (None, THING) else named(x), "은"),
        nth=ordinal(q.nth or LAST),
        t=asked_time(q.t_s or 0.0),
        before=reference(False),
        after=reference(True),
        other=event_words(q.other, False) if q.other is not None else "",
        x=named(x),
        unit=sentences_ko_measures.unit_words(q.t_s),
        length=length_words(q.t_s or 0.0),
        one_of_two=sentences_ko_measures.of_event(q.event) if q.event is not None else "",
        other_of_two=sentences_ko_measures.of_event(q.other) if q.other is not None else "",
    )
    limits = [stretch_words(*q.stretch, duration_s)] if q.stretch is not None else []
    if q.side is not None:
        words = f"{side_words(q.side)} {words}"
    limits += [event_words(event, later) for later, event in ((True, q.after), (False, q.before)) if event]
    return " ".join([*(limit for limit in limits if limit), words]) + "?"
