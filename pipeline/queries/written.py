"""The answer to a question whose query a network has written, where it may stand against the usual one."""

from __future__ import annotations

from dataclasses import replace

from pipeline.answers import About, Answer, Doubts
from pipeline.asking.left_out import MAYBE_ANOTHER
from pipeline.asking.mentions import find_mentions
from pipeline.asking.plain_moments import typed_out
from pipeline.clip_memory import ClipMemory
from pipeline.queries.answering import Sure, composed_answer, is_plain
from pipeline.queries.learned import QueryWriter

SURELY_READ = 0.95
"""A usual answer that would be so sure of a clip without doubts stands: of families that the network knows little of,
and of plain questions with a stretch, it knows less than the reader of plain questions (LOG.md)."""


def written_answer(
    writer: QueryWriter | None, memory: ClipMemory, text: str, whole: str, usual: Answer, sure: Sure
) -> Answer | None:
    """None where nothing is written that is likely enough, where a question names what the clip's detector has no
    class for, and where the usual answer refuses for a reason.

    whole: the text, made readable. sure: `Answerer.confidence`.
    """
    index = memory.index
    if writer is None or (usual.refused and usual.understood.family != "refuse_unclear") or _surely_read(usual, sure):
        return None
    mentions = find_mentions(whole, index.class_names, index.duration_s)
    if not all(term.known for term in mentions.terms):
        return None
    written = writer(typed_out(whole), index.class_names, index.duration_s)
    if written is None or is_plain(written.query):
        return None
    answer = composed_answer(text, written.query, memory, sure, read=written.right)
    return answer and replace(answer, confidence=min(answer.confidence, written.right))


def _surely_read(answer: Answer, sure: Sure) -> bool:
    """Would it be a sure answer if nothing about the clip were in doubt?"""
    if answer.refused or any(MAYBE_ANOTHER in note for note in answer.warnings):
        return False
    about = answer.doubts.about
    known = About(shown=about.shown, tracks=about.tracks, duration_s=about.duration_s)
    return sure(answer.understood, Doubts(answer.doubts.read, about=known), len(answer.evidence)) >= SURELY_READ
