"""Questions to one clip from Python:

qa = VideoQA.open("street.mp4")
print(qa.ask("How many buses appear?"))            # Three buses appear, the first at 0:00.
print(qa.ask("When did the last one leave?"))      # follow-up questions go on from the answer before
qa.timeline()
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.answers import Answer
from pipeline.asking.asked_text import readable
from pipeline.clip_timeline import Timeline
from pipeline.comparing.two_parts import comparison_of, joined, parts_of
from pipeline.errors import InputError
from pipeline.open_clip import ClipSettings, OpenClip, open_clip, say
from pipeline.storage import home
from pipeline.telling.doubts import Trust, doubted, doubts_of, trust_in

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.asking.understand import Understood
    from pipeline.clip_memory import ClipMemory
    from pipeline.object_index import ObjectIndex
    from pipeline.talking.follow_context import FollowUp


@dataclass(frozen=True)
class Spoken:
    """What a conversation goes on from. previous, earlier: the last two answers. said: the last question, in full.

    about: (thing, nth) that the last pronoun stood for. among: tracks of those alone that are spoken of; None: of all.
    """

    previous: Answer | None = None
    earlier: Answer | None = None
    said: str = ""
    about: tuple[str, int] | None = None
    among: tuple[int, ...] | None = None


WEIGHTS = Path(__file__).resolve().parent.parent / "models" / "weights"


class VideoQA:
    """One clip with its memory and the model. Create with `VideoQA.open`."""

    def __init__(self, clip: OpenClip, memory: ClipMemory, answerer: Answerer, *, memory_s: float = 0.0):
        self.clip, self.memory, self.answerer = clip, memory, answerer
        self._memory_s = memory_s
        self._memory = memory  # of those alone that are spoken of
        self._spoken = Spoken()

    @staticmethod
    def open(
        path: str | Path,
        *,
        detector: str | None = None,
        device: str = "auto",
        fps: float | None = None,
        size: tuple[int, int] | None = None,
        weights: Path | str | None = None,
        quiet: bool = False,
        settings: ClipSettings | None = None,
    ) -> VideoQA:
        """Open a video, an index file or a track file; it is indexed and read the first time, both are kept.

        detector: name or path, of a video that has no index yet. fps: frames looked at per second; of tracks: their
        rate. size: (width, height) of the tracks' picture. weights: folder of the model. quiet: no progress.
        settings: instead of detector, device, fps and size. Raises InputError.
        """
        settings = settings or ClipSettings(detector=detector, device=device, fps=fps, size=size)
        folder = WEIGHTS if weights is None else Path(weights)
        for name in ("config.json", "model.safetensors"):  # before hours of indexing
            if not (folder / name).is_file():
                raise InputError(f"the model is not there: {folder / name} is missing; install Longtake again, or give "
                                 "the folder of its weights with --weights")  # fmt: skip
        clip = open_clip(path, settings, quiet=quiet)
        from pipeline.answerer import Answerer

        answerer = Answerer.load(folder)
        began = perf_counter()
        memory = remembered(clip, answerer, quiet)
        return VideoQA(clip, memory, answerer, memory_s=perf_counter() - began)

    @property
    def index(self) -> ObjectIndex:
        """What was seen, where and when."""
        return self.clip.index

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known of the clip as a whole: how it was opened, damage, and reasons to doubt what was seen."""
        return (*self.clip.notes, *self.index.warnings, *doubts_of(self.index))

    @cached_property
    def _trust(self) -> Trust:
        return trust_in(self.index)

    def ask(self, question: str) -> Answer:
        """Answer one question. A follow-up ("and buses?", "when did it leave?") goes on from the answer before.

        Of several questions in one ("when does it come, and how long does it stay?") each is answered, in one answer.
        """
        refused = unreadable(question)
        if refused is not None:
            return refused
        text, before = readable(question), self._spoken
        usual = self._usual(question, text)
        answer = self.answerer.composed(self._memory, question, text, usual)
        if answer is usual:
            return usual
        answer = self._finished(answer)
        self._spoken = Spoken(answer, before.previous, text)
        return answer

    def _usual(self, question: str, text: str) -> Answer:
        """The answer without the grammar of `pipeline.queries`."""
        parts = parts_of(text)
        if parts == (text,):
            return self._ask(question, text)
        if comparison_of(text) is not None:
            return self._compared(question, text, parts)
        answers = [self._ask(part, part) if parts_of(part) == (part,) else self.ask(part) for part in parts]
        return self._together(question, text, answers)

    def _compared(self, question: str, text: str, parts: Sequence[str]) -> Answer:
        """The answer to a comparison. Its parts don't go on from each other; what comes next goes on from the whole."""
        before = self._spoken
        if (follow := self._follow_up(text)) is not None and follow.whole and follow.text != text:
            return self._in_full(question, follow)
        answers = []
        for part in parts:
            self._spoken = before
            answers.append(self._ask(part, part) if parts_of(part) == (part,) else self.ask(part))
        answer = self._together(question, text, answers)
        if not answer.refused:
            self._spoken = Spoken(answer, before.previous, text)
        return answer

    def _together(self, question: str, text: str, answers: Sequence[Answer]) -> Answer:
        """Several answers as one."""
        answer = doubted(joined(text, answers, self.answerer.how_sure(self._memory)), self._trust)
        return replace(answer, question=question, warnings=tuple(dict.fromkeys(answer.warnings)))

    def _follow_up(self, text: str) -> FollowUp | None:
        """How a text is to be read after what was spoken of; None where it stands for itself."""
        from pipeline.comparing.options import lettered
        from pipeline.talking.follow_up import follow_up

        if lettered(text) is not None:  # "which of these": of its options
            return None
        spoken, index = self._spoken, self.memory.index
        return follow_up(
            text,
            spoken.previous,
            class_names=index.class_names,
            duration_s=index.duration_s,
            view=self.memory.view(0),
            about=spoken.about,
            among=spoken.among,
            earlier=spoken.earlier,
            said_before=spoken.said,
        )

    def _ask(self, question: str, text: str) -> Answer:
        """text: the question, made readable."""
        began = perf_counter()
        spoken, follow = self._spoken, self._follow_up(text)
        if follow is not None and follow.answer is not None:  # what was said before, in other words
            return replace(follow.answer, composed=True, timing={"answer_s": perf_counter() - began})
        if follow is not None and follow.whole:
            return self._in_full(question, follow)
        memory, among = self._memory, None
        if follow is not None and follow.question is not None and spoken.among is not None:
            same = spoken.previous is not None and follow.question.x == spoken.previous.understood.x
            among = spoken.among if same else None  # "and the shortest?", of those alone
            memory = memory if among is None else self.memory.among(among)
        read, doubt = self._read(text, follow)
        said = follow.said if follow is not None and follow.said else question
        answer = replace(self.answerer.answer_one(memory, said, read), question=question)
        if doubt:
            from pipeline.asking.left_out import MISREAD

            answer = replace(answer, confidence=min(answer.confidence, MISREAD))
        answer = self._finished(replace(answer, timing={"answer_s": perf_counter() - began}))
        whole = follow is None or follow.question is None  # a question that another thing can be put into
        if not answer.refused or (whole and answer.understood.family == "refuse_unknown"):
            in_full = follow.text if follow is not None and follow.text else text
            about = (follow.thing, follow.nth) if follow is not None and follow.nth is not None else None
            self._spoken = Spoken(answer, spoken.previous, in_full, about, among)
        return answer

    def _read(self, text: str, follow: FollowUp | None) -> tuple[Understood, str | None]:
        """What a text asks, and a reason to doubt that."""
        from pipeline.asking.understand import Understood

        previous = self._spoken.previous
        notes = (follow.note,) if follow is not None and follow.note else ()
        if follow is not None and follow.question is not None:
            sure = previous.doubts.read if previous is not None else 1.0
            return Understood(follow.question, sure, follow.thing, notes), None
        asked, index, doubt = follow.text if follow is not None else text, self.memory.index, None
        read = self.answerer.understanding([asked], index.class_names, index.duration_s)[0]
        if follow is not None:
            read = replace(read, question=follow.pinned(read.question))
            if not read.refused and (doubt := follow.doubt(read.question)):
                notes = (*notes, doubt)
        return replace(read, notes=(*notes, *read.notes)), doubt

    def _in_full(self, question: str, follow: FollowUp) -> Answer:
        """The answer to a follow-up that was put in full, as if there were only the objects that are spoken of."""
        before = self._memory
        self._memory = before if follow.among is None else self.memory.among(follow.among)
        try:
            answer = self.ask(follow.text)
        finally:
            self._memory = before
        if not answer.refused:
            self._spoken = replace(self._spoken, among=follow.among)
        notes = (follow.note,) if follow.note else ()
        return replace(answer, question=question, warnings=(*notes, *answer.warnings))

    def ask_many(self, questions: Sequence[str]) -> list[Answer]:
        """Answer questions that do not refer to each other, in one go; in their order."""
        out = [unreadable(question) or self._in_parts(question) for question in questions]
        texts = [readable(question) for one, question in zip(out, questions, strict=True) if one is None]
        answers = iter(self.answerer.answer(self.memory, texts) if texts else ())
        return [
            one if one is not None else self._finished(replace(next(answers), question=question))
            for one, question in zip(out, questions, strict=True)
        ]

    def _in_parts(self, question: str) -> Answer | None:
        """The answer to a question that holds several; None to any other. What was spoken of stays what it was."""
        text = readable(question)
        if parts_of(text) == (text,):
            return None
        before, self._spoken = self._spoken, Spoken()
        try:
            answer = self.ask(question)
        finally:
            self._spoken = before
        return answer

    def timeline(self) -> Timeline:
        """What the clip shows, class by class."""
        made = self.index.provenance
        return Timeline.of(self.memory.view(0), str(made.get("source") or made.get("file") or ""))

    def save_evidence(self, answer: Answer, folder: Path | str) -> list[Path]:
        """Pictures of what an answer rests on, and a timeline with it marked. Raises InputError."""
        from pipeline.telling.evidence_pictures import save_evidence

        return save_evidence(answer, Path(folder), video=self.clip.video, index=self.index)

    def _finished(self, answer: Answer) -> Answer:
        """With what is known of the clip: its warnings, and what opening it took."""
        timing = {**answer.timing, "index_s": self.clip.index_s, "memory_s": self._memory_s}
        answer = doubted(answer, self._trust)
        return replace(answer, warnings=(*answer.warnings, *self.warnings), timing=timing)


def unreadable(question: str) -> Answer | None:
    """The refusal of a question of which nothing can be understood (`understood` is None), else None."""
    try:
        readable(question)
    except InputError as error:
        text = str(error)
        timing = {"index_s": 0.0, "memory_s": 0.0, "answer_s": 0.0}
        return Answer(question, f"{text[:1].upper()}{text[1:]}.", "refusal", None, 1.0, True, timing=timing)
    return None


def remembered(clip: OpenClip, answerer: Answerer, quiet: bool) -> ClipMemory:
    """The memory that lies beside the index, or in the cache folder where that can't be written; else a new one. Given
    tracks need none kept."""
    from pipeline.clip_memory import ClipMemory, memory_path
    from pipeline.given_tracks import is_given

    if is_given(clip.index):
        return answerer.read(clip.index)
    beside = memory_path(clip.path)
    for place in (beside, None):
        path = place or home("memories") / beside.name
        if path.is_file() and (memory := ClipMemory.read(path, clip.index, answerer.digest)) is not None:
            return memory
    if clip.index.duration_s > 600:
        say("reading the clip …", quiet=quiet)
    memory = answerer.read(clip.index)
    for place in (beside, None):
        with contextlib.suppress(InputError):
            memory.write(place or home("memories") / beside.name)
            break
    return memory
