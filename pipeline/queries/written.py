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

SURE = 0.2
"""So likely a query must be, word for word, to stand against a usual answer that was surely read; against another one,
`pipeline.queries.learned.LEAST`. Of 174 rewordings at 0.2 and more 145 were right (70 as usual), of 40 at 0.05 to 0.1
21 (15 as usual; LOG.md)."""
SURELY_READ = 0.95
PLAIN = frozenset(
    ("exists", "count", "count_at", "count_between", "count_before", "count_after", "first", "last", "when_appears",
     "when_leaves", "duration", "direction", "enters_from", "leaves_to", "compare", "order", "together")
)  # fmt: skip
"""Families that a question which puts more together is taken for. One that is surely read as of another family is: the
network knows little of those."""


def written_answer(
    writer: QueryWriter | None, memory: ClipMemory, text: str, whole: str, usual: Answer, sure: Sure
) -> Answer | None:
    """None where nothing is written that is likely enough, where a question names what the clip's detector has no
    class for, and where the usual answer refuses for a reason.

    whole: the text, made readable. sure: `Answerer.confidence`.
    """
    index = memory.index
    if writer is None or (usual.refused and usual.understood.family != "refuse_unclear"):
        return None
    mentions = find_mentions(whole, index.class_names, index.duration_s)
    if not all(term.known for term in mentions.terms):
        return None
    written = writer(typed_out(whole), index.class_names, index.duration_s)
    if written is None or is_plain(written.query):
        return None
    if _surely_read(usual, sure) and (written.sure < SURE or usual.understood.family not in PLAIN):
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
