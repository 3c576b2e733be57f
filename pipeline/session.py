"""Who has which video open: people, their talks about videos, and the limits that keep a shared server standing.

studio = Studio(weights, root=Path("/videos"))
person = studio.person("a browser tab")
talk = studio.open_server(person, "street.mp4", ClipSettings())
talk.ask("How many buses appear?").answer
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.answers import Answer
from pipeline.errors import InputError
from pipeline.index_job import IndexJob, Slots
from pipeline.object_index import SUFFIX
from pipeline.open_clip import ClipSettings, OpenClip, open_clip

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.clip_memory import ClipMemory
    from pipeline.video_qa import VideoQA

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
SAMPLE_TRACKS = ClipSettings(fps=5.0, size=(1280, 720))
HARDLY = 0.35
"""A usual video's median detection score is 0.5 to 0.8."""
MOST_TURNS = 200
"""Questions kept per video; the oldest are forgotten."""
SO_FAR_PATIENCE_S = 20.0
API = "api:"
"""Begins the key of a person who is no browser tab; such people never say that they leave."""
IDLE_S = 2 * 3600.0
"""They are forgotten after so long without a question."""


@dataclass(frozen=True)
class Limits:
    """upload_bytes: of one file. hours: of one video. jobs: indexed at once. talks: videos open per person."""

    upload_bytes: int = 4 * 2**30
    hours: float = 12.0
    jobs: int = 1
    talks: int = 8
    people: int = 500


@dataclass
class Turn:
    """A question with its answer. until_s: answered from the first so many seconds only; None = from the whole clip.

    version: grows when the answer is given anew.
    """

    question: str
    answer: Answer
    until_s: float | None = None
    version: int = 0


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
            turn = Turn(question, qa.ask(question), until_s)
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

    def close(self) -> None:
        if self.job is not None:
            self.job.stop()


def _why_not_yet(talk: Talk) -> str:
    state = talk.job.state if talk.job is not None else None
    if state is not None and state.stage == "failed":
        return state.error
    if state is not None and state.stage in ("stopped", "stopping"):
        return "indexing was stopped before anything was known; let it go on, then ask again"
    return "nothing is known of this video yet; ask again in a moment"


@dataclass
class Person:
    """One browser tab or API client. folder: their uploads, removed when they leave."""

    key: str
    talks: list[Talk] = field(default_factory=list)
    current: Talk | None = None
    folder: Path | None = None
    seen: float = field(default_factory=time.monotonic)


class Studio:
    """Everything that a server shares between people: the model, the sample, the limits; and who is there."""

    def __init__(self, weights: Path, *, root: Path | None = None, limits: Limits | None = None):
        self.weights, self.limits = weights, limits or Limits()
        self.root = root.resolve() if root is not None else None
        self.slots = Slots(self.limits.jobs)
        self._people: dict[str, Person] = {}
        self._guard, self._loading, self._opening = threading.Lock(), threading.Lock(), threading.Lock()
        self._answerer: Answerer | None = None
        self._sample: tuple[OpenClip, ClipMemory] | None = None

    # --------------------------------------------------------------------------------------------------- what is shared

    def answerer(self) -> Answerer:
        """The model, loaded once. Raises InputError."""
        with self._loading:
            if self._answerer is None:
                from pipeline.answerer import Answerer

                self._answerer = Answerer.load(self.weights)
            return self._answerer

    def sample(self) -> tuple[OpenClip, ClipMemory]:
        """The bundled clip: the video with its index where it is there, else its tracks. Raises InputError."""
        from pipeline.video_qa import remembered

        with self._opening:
            if self._sample is None:
                index = next(iter(sorted(SAMPLES.glob(f"street*{SUFFIX}"))), None)
                if index is not None and (SAMPLES / "street.mp4").is_file():
                    clip = open_clip(index, quiet=True)
                else:
                    clip = open_clip(SAMPLES / "street.csv", SAMPLE_TRACKS, quiet=True)
                memory = remembered(clip, self.answerer(), True)
                memory.view(0)
                self._sample = clip, memory
            return self._sample

    def warm_up(self) -> None:
        """Load what the first question needs, so that it need not wait."""
        from pipeline.video_qa import VideoQA

        clip, memory = self.sample()
        VideoQA(clip, memory, self.answerer()).ask("How many buses appear?")

    # ------------------------------------------------------------------------------------------------------- the people

    def person(self, key: str) -> Person:
        with self._guard:
            if key not in self._people:
                while len(self._people) >= self.limits.people:
                    self._forget(next(iter(self._people)))
                self._people[key] = Person(key)
            idle = [k for k, p in self._people.items() if k.startswith(API) and time.monotonic() - p.seen > IDLE_S]
            for other in set(idle) - {key}:
                self._forget(other)
            self._people[key] = self._people.pop(key)  # the last seen at the end
            self._people[key].seen = time.monotonic()
            return self._people[key]

    def leave(self, key: str) -> None:
        """Stop this person's jobs and remove their uploads."""
        with self._guard:
            self._forget(key)

    def close(self) -> None:
        with self._guard:
            for key in list(self._people):
                self._forget(key)

    def talk(self, token: str) -> Talk | None:
        """By its address, whoever has it."""
        with self._guard:
            for person in self._people.values():
                for talk in person.talks:
                    if secrets.compare_digest(talk.token.encode(), token.encode()):
                        person.seen = time.monotonic()
                        return talk
            return None

    def _forget(self, key: str) -> None:
        person = self._people.pop(key, None)
        if person is None:
            return
        for talk in person.talks:
            talk.close()
        if person.folder is not None:
            shutil.rmtree(person.folder, ignore_errors=True)

    # ---------------------------------------------------------------------------------------------------- opening clips

    def open_sample(self, person: Person) -> Talk:
        known = next((talk for talk in person.talks if talk.kind == "sample"), None)
        if known is None:
            clip, memory = self.sample()
            known = Talk(clip.video.name if clip.video else "street.csv", "sample")
            known.use(clip, memory, self.answerer())
        return self._enter(person, known)

    def open_upload(self, person: Person, path: Path, settings: ClipSettings) -> Talk:
        """A file that the web server has received; it is moved to the person's own folder. Raises InputError."""
        name = path.name
        try:
            if path.stat().st_size > self.limits.upload_bytes:
                most = size_words(self.limits.upload_bytes)
                raise InputError(f"{name} is larger than {most}, the most that this server takes")
            length_s = self.check_video(path, name)
        except InputError:
            path.unlink(missing_ok=True)
            raise
        self._make_room(person)
        person.folder = person.folder or Path(tempfile.mkdtemp(prefix="longtake-upload-"))
        own = Path(tempfile.mkdtemp(dir=person.folder)) / name
        shutil.move(path, own)
        return self._begin(person, own, name, "upload", settings, length_s)

    def open_server(self, person: Person, text: str, settings: ClipSettings) -> Talk:
        """A video or an index below the folder that the server was started with. Raises InputError."""
        path = self.server_path(text)
        name = path.relative_to(self.root).as_posix()
        if not path.name.endswith(SUFFIX):
            length_s = self.check_video(path, name)
            return self._begin(person, path, name, "server", settings, length_s)
        from pipeline.video_qa import remembered

        clip = open_clip(path, quiet=True)
        talk = Talk(name, "server", source=path)
        talk.use(clip, remembered(clip, self.answerer(), True), self.answerer())
        return self._enter(person, talk)

    def server_path(self, text: str) -> Path:
        """The file that `text` names, below `root`; links that lead out of it do not. Raises InputError."""
        if self.root is None:
            raise InputError("this server opens no paths; start it with --root FOLDER, or upload the video")
        text = text.strip()
        if not text or "\0" in text:
            raise InputError("give the path of a video on the server")
        refused = InputError(f"there is no video {text[:200]!r} below the folder that this server may open")
        try:
            path = (self.root / text).resolve()
            if not path.is_relative_to(self.root) or not path.is_file():
                raise refused
        except (OSError, ValueError, RuntimeError) as error:
            raise refused from error
        return path

    def check_video(self, path: Path, name: str) -> float | None:
        """The length that the file states, seconds. Raises InputError for what is no video, and for a too long one."""
        from pipeline.video import VideoReader

        with path.open("rb") as file:
            head = file.read(1024)
        if not head:
            raise InputError(f"{name} is empty; choose another file")
        if is_text(head):  # also playlists, which would name other files of the server
            raise InputError(f"{name} is text, not a video; choose a video file (MP4, MOV, MKV, WebM, AVI …)")
        try:
            with VideoReader.open(path, "pyav") as reader:
                duration_s = reader.info.duration_s
        except InputError as error:
            raise InputError(str(error).replace(str(path), name)) from error
        if duration_s is not None and duration_s > self.limits.hours * 3600:
            hours = f"{self.limits.hours:g} hours"
            raise InputError(f"{name} is {duration_s / 3600:.1f} hours long; this server takes videos of up to {hours}")
        return duration_s

    def _begin(
        self, person: Person, path: Path, name: str, kind: str, settings: ClipSettings, length_s: float | None
    ) -> Talk:
        job = IndexJob(path, settings, self.answerer, self.slots, name)
        talk = self._enter(person, Talk(name, kind, source=path, job=job))
        talk.length_s = length_s
        job.start()
        return talk

    def _enter(self, person: Person, talk: Talk) -> Talk:
        if talk not in person.talks:
            self._make_room(person)
            person.talks.append(talk)
        person.current = talk
        return talk

    def _make_room(self, person: Person) -> None:
        while len(person.talks) >= self.limits.talks:
            old = person.talks.pop(0)
            old.close()
            if old.kind == "upload" and old.source is not None:
                shutil.rmtree(old.source.parent, ignore_errors=True)


def is_text(head: bytes) -> bool:
    """Could these first bytes of a file be text (a playlist, a script, a table)?"""
    try:
        words = head.decode("utf-8", errors="strict" if len(head) < 1024 else "ignore")
    except UnicodeDecodeError:
        return False
    printable = sum(c.isprintable() or c in "\r\n\t\ufeff" for c in words)
    return printable >= 0.97 * len(words) and len(words) >= 0.9 * len(head)


def size_words(size: float) -> str:
    """Such as "4 GB"."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.3g} {unit}"
        size /= 1024
    raise AssertionError


def is_outside_world(talk: Talk) -> bool:
    """Was a real video seen by the bundled detector, which knows only drawn ones?"""
    index = talk.index
    if index is None or talk.kind == "sample":
        return False
    detector = index.provenance.get("detector")
    return isinstance(detector, dict) and detector.get("name") in ("bundled", "detector.onnx")


def is_hardly_seen(talk: Talk) -> bool:
    """Is the clip nearly empty, or was nearly everything seen with little certainty?"""
    index = talk.index
    if index is None or talk.kind == "sample" or index.provenance.get("made_from") != "video":
        return False
    return not len(index.score) or float(np.median(index.score)) < HARDLY
