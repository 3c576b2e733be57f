"""One person's conversation about one video: the questions with their answers, and what is known of it so far."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.answers import Answer
from pipeline.errors import InputError
from pipeline.index_job import IndexJob
from pipeline.object_index import SUFFIX
from pipeline.open_clip import OpenClip
from pipeline.telling.sentences_ko_asked import Clip

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.clip_memory import ClipMemory
    from pipeline.video_qa import VideoQA

MOST_TURNS = 200
"""Questions kept per video; the oldest are forgotten."""
SO_FAR_PATIENCE_S = 20.0


@dataclass
class Turn:
    """A question with its answer. until_s: answered from the first so many seconds only; None = from the whole clip.

    version: grows when the answer is given anew. clip: what saying it in another language needs.
    """

    question: str
    answer: Answer
    until_s: float | None = None
    version: int = 0
    clip: Clip = field(default_factory=Clip)


class Talk:
    """One person's conversation about one video. token: an address that nobody can guess."""

    def __init__(self, title: str, kind: str, *, source: Path | None = None, job: IndexJob | None = None):
        self.title, self.kind, self.source, self.job = title, kind, source, job
        self.token = secrets.token_urlsafe(18)
        self.turns: list[Turn] = []
        self.lock = threading.RLock()
        self._qa: VideoQA | None = None
        self._from: object = None
        self.length_s: float | None = None
        """As the video file states it."""
        self.first_turn = 0
        """Number of the oldest turn that is kept."""

    @property
    def is_ready(self) -> bool:
        return self._qa is not None and (self.job is None or self.job.opened is not None)

    @property
    def video(self) -> Path | None:
        """The file to play, where there is one."""
        if self.source is not None and not self.source.name.endswith((SUFFIX, ".csv")):
            return self.source
        return self._qa.clip.video if self._qa is not None else None

    def use(self, clip: OpenClip, memory: ClipMemory, answerer: Answerer) -> None:
        """Answer from this clip from now on."""
        from pipeline.video_qa import VideoQA

        self._qa = VideoQA(clip, memory, answerer)

    def qa(self, answerer: Callable[[], Answerer], wait_s: float = 0.0) -> tuple[VideoQA | None, float | None]:
        """What is known of the clip now, and how far that reaches (seconds; None = all of it)."""
        job = self.job
        if job is None:
            return self._qa, None
        if job.opened is not None:
            if self._from is not job.opened:
                self._from = job.opened
                self.use(*job.opened, answerer())
            return self._qa, None
        so_far = job.wait_so_far(wait_s) if wait_s else job.so_far
        if job.opened is not None:
            return self.qa(answerer)
        if so_far is None:
            return None, None
        if self._from is not so_far:
            self._from = so_far
            self.use(OpenClip(so_far.memory.index, Path(), self.source, 0.0), so_far.memory, answerer())
        return self._qa, so_far.until_s

    def ask(self, question: str, answerer: Callable[[], Answerer]) -> Turn:
        """Answer from what is known now. Raises InputError where nothing is known yet."""
        with self.lock:
            qa, until_s = self.qa(answerer, SO_FAR_PATIENCE_S)
            if qa is None:
                raise InputError(_why_not_yet(self))
            answer = qa.ask(question)
            turn = Turn(question, answer, until_s, clip=_clip_of(qa, answer))
            self.turns.append(turn)
            if len(self.turns) > MOST_TURNS:
                self.turns.pop(0)
                self.first_turn += 1
            return turn

    def improve(self, answerer: Callable[[], Answerer]) -> bool:
        """Answer anew what was answered from a part, when more is known now. Did anything change?"""
        with self.lock:
            qa, until_s = self.qa(answerer)
            changed = False
            for turn in self.turns:
                if qa is not None and turn.until_s is not None and turn.until_s != until_s:
                    turn.answer, turn.until_s, turn.version = qa.ask(turn.question), until_s, turn.version + 1
                    turn.clip = _clip_of(qa, turn.answer)
                    changed = True
            return changed

    def clear(self) -> None:
        """Forget the questions, also what a follow-up would go on from."""
        with self.lock:
            self.first_turn += len(self.turns)
            self.turns.clear()
            if self._qa is not None:
                qa = self._qa
                self.use(qa.clip, qa.memory, qa.answerer)

    def turn(self, number: int) -> Turn | None:
        place = number - self.first_turn
        return self.turns[place] if 0 <= place < len(self.turns) else None

    @property
    def duration_s(self) -> float | None:
        """Of the whole video, as far as it is known."""
        if self.job is not None and self.job.opened is None:
            return self.job.state.duration_s or self.length_s
        return self._qa.index.duration_s if self._qa is not None else self.length_s

    @property
    def view(self):
        """The clip in its likeliest world, as far as it is known; None before."""
        return self._qa.memory.view(0) if self._qa is not None else None

    @property
    def index(self):
        return self._qa.index if self._qa is not None else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known of the clip as a whole; every answer has them among its own."""
        return self._qa.warnings if self._qa is not None else ()

    def close(self) -> None:
        if self.job is not None:
            self.job.stop()


def _clip_of(qa: VideoQA, answer: Answer) -> Clip:
    from data.meaning.parts import event_time

    q, view = answer.understood, qa.memory.view(0)
    events = q.events if q is not None else []
    names, duration_s = qa.index.class_names, qa.index.duration_s
    return Clip(tuple(names), duration_s, {event: event_time(event, view) for event in events})


def _why_not_yet(talk: Talk) -> str:
    state = talk.job.state if talk.job is not None else None
    if state is not None and state.stage == "failed":
        return state.error
    if state is not None and state.stage in ("stopped", "stopping"):
        return "indexing was stopped before anything was known; let it go on, then ask again"
    return "nothing is known of this video yet; ask again in a moment"
