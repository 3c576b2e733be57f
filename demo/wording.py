"""What the page says of an answer in its visitor's language; names of things, places and follow-up questions too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.answers import Answer
from pipeline.errors import InputError
from pipeline.talking.session import Turn
from pipeline.talking.suggest import Suggestion
from pipeline.telling.answers_text import place_words
from pipeline.telling.sentences_ko_asked import Clip
from pipeline.telling.sentences_ko_notes import Said, has_question, said
from pipeline.telling.sentences_ko_notes import error as error_ko
from pipeline.telling.sentences_ko_notes import note as note_ko
from pipeline.telling.sentences_ko_notes import question as question_ko
from pipeline.telling.sentences_ko_words import named
from pipeline.telling.sentences_ko_words import place_words as place_words_ko

Texts = dict[str, str]
NAME_FIRST = re.compile(r"(?!(?:the|there|this|no) ).+\.\w{2,5} (?:is|has) ")
"""A sentence that begins with the name of a file, which is written as it is."""
NEXT_KO = {
    "When did it appear?": "언제 나왔나요?",
    "How long was it visible?": "얼마나 오래 보였나요?",
    "What came next?": "그다음에는 무엇이 나왔나요?",
    "When did the first one appear?": "첫 번째는 언제 나왔나요?",
    "When did the last one leave?": "마지막은 언제 떠났나요?",
    "How long were they visible?": "얼마나 오래 보였나요?",
    "And then?": "그다음은요?",
    "Which side did it come from?": "어느 쪽에서 왔나요?",
}


def said_of(turn: Turn, texts: Texts) -> Said:
    """Text and notes of an answer."""
    if texts["lang"] == "ko":
        return said(turn.answer, turn.clip)
    return Said(turn.answer.text, turn.answer.warnings)


def name_of(class_name: str, texts: Texts) -> str:
    return named(class_name) if texts["lang"] == "ko" else class_name


def place_of(box_xywhn: Sequence[float], texts: Texts) -> str:
    return place_words_ko(box_xywhn) if texts["lang"] == "ko" else place_words(box_xywhn)


def with_meaning(questions: Sequence[Suggestion], duration_s: float, texts: Texts) -> list[tuple[str, str]]:
    """(question, what it means in the visitor's language; "" where that is how it is asked)."""
    if texts["lang"] != "ko":
        return [(one.text, "") for one in questions]
    return [(one.text, question_ko(one.meaning, duration_s)) for one in questions]


def next_with_meaning(questions: Sequence[str], texts: Texts) -> list[tuple[str, str]]:
    """The same of follow-up questions."""
    return [(one, NEXT_KO.get(one, "") if texts["lang"] == "ko" else "") for one in questions]


def meaning_of(turn: Turn, texts: Texts) -> str:
    """How a question was understood, in the visitor's language; "" where that is the language of the question."""
    q = turn.answer.understood
    if texts["lang"] != "ko" or q is None or turn.answer.refused or not has_question(q):
        return ""
    return question_ko(q, turn.clip.duration_s)


def error_of(error: InputError, texts: Texts) -> str:
    """One sentence."""
    text = str(error)
    if texts["lang"] == "ko":
        return error_ko(text)
    return f"{text}." if NAME_FIRST.match(text) else f"{text[:1].upper()}{text[1:]}."


def warning_of(warning: str, texts: Texts) -> str:
    """What is to be known of a clip as a whole."""
    if texts["lang"] == "ko":
        return note_ko(warning, Answer("", "", "refusal", None, 0.0), Clip())
    return f"{warning[:1].upper()}{warning[1:]}."
