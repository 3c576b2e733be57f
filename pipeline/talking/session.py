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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.domain import domain_doubt
from pipeline.errors import InputError
from pipeline.index_job import IndexJob, Slots
from pipeline.object_index import SUFFIX
from pipeline.open_clip import ClipSettings, OpenClip, open_clip, say
from pipeline.talking.late_answerer import LateAnswerer
from pipeline.talking.talk import Talk, Turn

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.clip_memory import ClipMemory

__all__ = ["Limits", "Person", "Studio", "Talk", "Turn"]

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
SAMPLE_VIDEO = SAMPLES / "street.mp4"
SAMPLE_TRACKS = ClipSettings(fps=5.0, size=(960, 540))
HARDLY = 0.35
"""A usual video's median detection score is 0.5 to 0.8."""
API = "api:"
"""Begins the key of a person who is no browser tab; such people never say that they leave."""
REJOIN_PATIENCE_S = 1.5
"""A page that is loaded again may be there before the server knows that it has left."""
IDLE_S = 2 * 3600.0
"""They are forgotten after so long without a question."""


@dataclass(frozen=True)
class Limits:
    """upload_bytes: of one file. hours: of one video. jobs: indexed at once. talks: videos open per person.

    grace_s: so long after somebody left they may come back (a page that is loaded again) and find everything there.
    """

    upload_bytes: int = 4 * 2**30
    hours: float = 12.0
    jobs: int = 1
    talks: int = 8
    people: int = 500
    grace_s: float = 20.0


@dataclass
class Person:
    """One browser tab or API client. folder: their uploads, removed when they leave. left: have they?

    follower: what tells them of progress now.
    """

    key: str
    talks: list[Talk] = field(default_factory=list)
    current: Talk | None = None
    folder: Path | None = None
    seen: float = field(default_factory=time.monotonic)
    left: bool = False
    follower: object | None = None


class Studio:
    """Everything that a server shares between people: the model, the sample, the limits; and who is there."""

    def __init__(self, weights: Path, *, root: Path | None = None, limits: Limits | None = None):
        self.weights, self.limits = weights, limits or Limits()
        self.root = root.resolve() if root is not None else None
        self.slots = Slots(self.limits.jobs)
        self._people: dict[str, Person] = {}
        self._guard, self._loading, self._opening = threading.Lock(), threading.Lock(), threading.Lock()
        self._answerer: Answerer | None = None
        self.late = LateAnswerer(self.answerer, weights)
        self.looked_at = threading.Event()
        """Somebody has opened the page."""
        self._sample: tuple[OpenClip, ClipMemory] | None = None

    # --------------------------------------------------------------------------------------------------- what is shared

    def answerer(self) -> Answerer:
        """The model, loaded once. Raises InputError; what names the server's files is for whoever started it only."""
        with self._loading:
            if self._answerer is None:
                from pipeline.answerer import Answerer

                try:
                    self._answerer = Answerer.load(self.weights)
                except InputError as error:
                    say(f"error: {error}")
                    raise InputError(
                        "this server's model cannot be loaded; the terminal it runs in says why"
                    ) from error
            return self._answerer

    def sample(self) -> tuple[OpenClip, ClipMemory]:
        """The bundled clip: the video with its index, else with its true tracks, which need no detector.

        Raises InputError.
        """
        from pipeline.video_qa import remembered

        with self._opening:
            if self._sample is None:
                index = next(iter(sorted(SAMPLES.glob(f"street*{SUFFIX}"))), None)
                if index is not None and SAMPLE_VIDEO.is_file():
                    clip = open_clip(index, quiet=True)
                else:
                    clip = open_clip(SAMPLES / "street.csv", SAMPLE_TRACKS, quiet=True)
                    clip = replace(clip, video=SAMPLE_VIDEO if SAMPLE_VIDEO.is_file() else None)
                memory = remembered(clip, self.late, True)
                memory.view(0)
                self._sample = clip, memory
            return self._sample

    def warm_up(self, patience_s: float = 0.0) -> None:
        """Load what the first question needs, so that it need not wait.

        First the page itself: the model is loaded once somebody has the page, or nobody has asked for it for so long.
        """
        from pipeline.video_qa import VideoQA

        clip, memory = self.sample()
        self.looked_at.wait(patience_s)
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
        """Stop this person's jobs and remove their uploads, unless they come back soon (`rejoin`)."""
        with self._guard:
            person = self._people.get(key)
            if person is None:
                return
            person.left = True
            if self.limits.grace_s <= 0:
                return self._forget(key)
        gone = threading.Timer(self.limits.grace_s, self._forget_who_left, [person])
        gone.daemon = True
        gone.start()

    def rejoin(self, key: str, token: str) -> bool:
        """Give a person who has just left, and had the talk `token` open, back what they had, as `key`. Was it there?

        Somebody who is still there keeps theirs: a copy of a browser tab begins anew.
        """
        end = time.monotonic() + REJOIN_PATIENCE_S
        while token and (talk := self.talk(token)) is not None and time.monotonic() < end:
            with self._guard:
                person = next((one for one in self._people.values() if talk in one.talks), None)
                if person is not None and person.left:
                    del self._people[person.key]
                    person.key, person.left, person.current = key, False, talk
                    self._people[key] = person
                    return True
            time.sleep(0.05)
        return False

    def _forget_who_left(self, person: Person) -> None:
        with self._guard:
            if person.left and self._people.get(person.key) is person:
                self._forget(person.key)

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
        if known is not None:
            return self._enter(person, known)
        clip, memory = self.sample()
        talk = Talk(clip.video.name if clip.video else "street.csv", "sample")
        talk.use(clip, memory, self.late)
        return self._enter(person, talk)

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

    def open_again(self, person: Person, settings: ClipSettings) -> Talk:
        """The video that is open, looked at in another way. Raises InputError where there is no video file."""
        old = person.current
        if old is None or old.job is None or old.source is None or not old.source.is_file():
            raise InputError("there is no video to look at again; open one first")
        talk = self._begin(person, old.source, old.title, old.kind, settings, old.length_s, instead_of=old)
        old.close()
        return talk

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
        self,
        person: Person,
        path: Path,
        name: str,
        kind: str,
        settings: ClipSettings,
        length_s: float | None,
        instead_of: Talk | None = None,
    ) -> Talk:
        job = IndexJob(path, settings, self.answerer, self.slots, name)
        talk = self._enter(person, Talk(name, kind, source=path, job=job), instead_of)
        talk.length_s = length_s
        job.start()
        return talk

    def _enter(self, person: Person, talk: Talk, instead_of: Talk | None = None) -> Talk:
        if instead_of in person.talks:
            person.talks[person.talks.index(instead_of)] = talk
        elif talk not in person.talks:
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
    """Was the clip seen by the bundled detector, and looks unlike what that one has learned?"""
    return talk.index is not None and domain_doubt(talk.index.provenance) is not None


def is_hardly_seen(talk: Talk) -> bool:
    """Is the clip nearly empty, or was nearly everything seen with little certainty?"""
    index = talk.index
    if index is None or talk.kind == "sample" or index.provenance.get("made_from") != "video":
        return False
    return not len(index.score) or float(np.median(index.score)) < HARDLY
