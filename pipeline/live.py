"""Standing questions to a stream: `python -m pipeline.answer SOURCE "QUESTION" … --live`.

    source ─► see_frames (own thread) ─► LiveClip ─► every few seconds: read, answer ─► a JSON line for what changed

SOURCE is a camera number, a stream address, a file that is still being written, or an ordinary video, played as fast as
it can be read. A line holds the time in the stream, the answer so far, and the reason: which track changed it, and
when. Memory is bounded for days; what is forgotten is told in `pipeline.live_clip`, and the user is told so once.
Reading and answering take at most `MOST_SHARE` of the time: as the clip grows, answers come less often.
"""

from __future__ import annotations

import json
import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.clock import clock
from pipeline.asking.asked_text import at_the_time
from pipeline.asking.change_reason import answer_changed, reason_of
from pipeline.build_index import DEFAULT_FPS, METHOD, IndexSettings, check_settings, printable_name, source_stem
from pipeline.detect import Detector, DetectorSettings, load_detector
from pipeline.domain import DomainMeter
from pipeline.errors import InputError
from pipeline.journal import SeenFrame
from pipeline.light import LightMeter
from pipeline.link import LinkPolicy
from pipeline.live_clip import LiveClip
from pipeline.live_memory import LiveMemory
from pipeline.live_source import LiveSource
from pipeline.motion import CameraMotion
from pipeline.object_index import SUFFIX, ObjectIndex, write_index
from pipeline.see_frames import see_frames
from pipeline.storage import home
from pipeline.telling.doubts import doubted, doubts_of, trust_in
from pipeline.telling.english import asked_time
from pipeline.video_qa import unreadable

if TYPE_CHECKING:
    from pipeline.answerer import Answerer
    from pipeline.answers import Answer

MOST_SHARE = 0.25
"""Share of the time that may go into answering."""
MOST_EVIDENCE = 50
"""Pieces of evidence in one line, the newest ones; `evidence_total` says how many there are."""
AHEAD_PACED, AHEAD = 3000, 8
"""Batches of seen frames (no pictures) that may wait for an answer to be worked out: a camera must not wait."""


@dataclass(frozen=True)
class LiveSettings:
    """every_s: least time between two looks at the questions. max_s: stop there, None = never. keep_s: what is older is
    folded away. fps: frames looked at per second."""

    every_s: float = 5.0
    max_s: float | None = None
    keep_s: float = 24 * 3600.0
    fps: float = DEFAULT_FPS


class Standing:
    """Questions whose answers are kept up to date. `update` gives the lines of those that changed."""

    def __init__(self, questions: Sequence[str], answerer: Answerer):
        self.questions = list(questions)
        self._answerer = answerer
        self._before: dict[int, Answer] = {}
        self._said: dict[int, set[str]] = {number: set() for number in range(len(self.questions))}
        self._memory = LiveMemory(answerer.read, unseen=answerer.unseen)
        self._at_s = 0.0

    def update(self, clip: LiveClip, index: ObjectIndex) -> list[dict[str, Any]]:
        """Answer all questions from the clip so far; one JSON line per answer that is not what it was."""
        memory = self._memory.read(index)
        tenths = math.floor(10 * max(clip.last_s, 0.0) + 1e-5)  # a little less than a tenth, as floats are, is one
        now = asked_time(tenths / 10)
        texts = [at_the_time(question, now) for question in self.questions]
        lines = []
        for number, answer in enumerate(self._answerer.answer(memory, texts)):
            answer = replace(answer, question=self.questions[number])
            before = self._before.get(number)
            if before is not None and not answer_changed(before, answer):
                continue
            reason = reason_of(before, answer, index, since_s=self._at_s, folded_s=clip.folded.before_s)
            self._before[number] = answer
            lines.append(self._line(number, answer, reason, clip, index))
        self._at_s = clip.last_s
        return lines

    def _line(self, number: int, answer: Answer, reason: dict[str, Any], clip: LiveClip, index: ObjectIndex) -> dict:
        total = len(answer.evidence)
        newest = sorted(answer.evidence, key=lambda e: e.end_s)[-MOST_EVIDENCE:]
        shown = replace(answer, evidence=tuple(sorted(newest, key=lambda e: (e.start_s, e.track_id))))
        said = doubted(shown, trust_in(index))
        of_clip = [w for w in (*index.warnings, *doubts_of(index)) if w not in self._said[number]]
        self._said[number].update(of_clip)
        line = {"t_s": round(clip.last_s, 3)}
        line |= replace(said, warnings=(*said.warnings, *of_clip)).as_json()
        line["reason"] = reason
        if total > len(newest):
            line["evidence_total"] = total
        if clip.folded.before_s > 0:
            line["folded"] = {"before_s": round(clip.folded.before_s, 3), "objects": dict(clip.folded.objects)}
        return line


class Live:
    """One stream with its standing questions."""

    def __init__(
        self,
        source: LiveSource,
        detector: Detector,
        standing: Standing,
        settings: LiveSettings,
        *,
        say: Callable[[str], None],
        title: str,
        clip: LiveClip | None = None,
    ):
        """say: told what the user should know, once each. clip: one with other limits, for tests."""
        self._source, self._detector, self._standing, self._settings = source, detector, standing, settings
        self._say, self._title = say, title
        info = source.info
        self.clip = clip or LiveClip(
            class_names=detector.class_names,
            step_s=1 / min(settings.fps, info.fps or settings.fps),
            size_wh=(info.width, info.height),
            keep_s=settings.keep_s,
            policy=LinkPolicy(min_sure=detector.least_sure),
        )
        self._light = LightMeter()
        self._domain = DomainMeter()
        self._told_folded = False

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines to print, as they come; ends with the source or at `max_s`."""
        next_s = 0.0
        for seen in self._seen():
            if self._settings.max_s is not None and seen.objects.t_s >= self._settings.max_s:
                break
            self.clip.add(seen.objects, seen.shift_xyn)
            self._light.add(seen.objects.t_s, seen.light)
            self._domain.add(seen.objects)
            if seen.objects.t_s >= next_s:
                began = time.perf_counter()
                yield from self._update()
                spent_s = time.perf_counter() - began
                next_s = seen.objects.t_s + max(self._settings.every_s, spent_s / MOST_SHARE - spent_s)
        if self.clip.last_s < 0:
            raise InputError(f"{self._source.info.source}: no picture could be read; is it a whole video?")
        yield from self._update()

    def index(self) -> ObjectIndex:
        """The clip so far."""
        info = self._source.info
        made = {
            "made_from": "live",
            "source": source_stem(info.source) if "://" in info.source else printable_name(Path(info.source).name),
            "decoder": info.decoder,
            "codec": info.codec,
            "fps": self._settings.fps,
            "detector": {**self._detector.provenance, "runtime": self._detector.runtime_name},
            "method": METHOD,
            "light": self._light.summary(),
            "domain": self._domain.summary(self._detector.provenance),
            "folded": {"before_s": self.clip.folded.before_s, "objects": dict(self.clip.folded.objects)},
        }
        return self.clip.index(made, self._source.warnings)

    def keep(self) -> Path:
        """Write the clip so far as an index, and return its path. Raises InputError."""
        path = home("indexes") / f"{self._title}-live-{time.strftime('%Y%m%d-%H%M%S')}{SUFFIX}"
        write_index(self.index(), path)
        return path

    def _update(self) -> list[dict[str, Any]]:
        lines = self._standing.update(self.clip, self.index())
        if self.clip.folded.before_s > 0 and not self._told_folded:
            self._told_folded = True
            self._say(
                "the stream is longer than what is kept: the oldest objects are forgotten but for their number, "
                'and answers cover the time from before_s of "folded" on'
            )
        return lines

    def _seen(self) -> Iterator[SeenFrame]:
        """What is seen in each frame; seen in another thread, so that no frame of a camera waits for an answer."""
        paced, max_s = self._source.info.is_paced, self._settings.max_s
        ready: queue.Queue = queue.Queue(AHEAD_PACED if paced else AHEAD)
        stop = threading.Event()

        def put(batch: list[SeenFrame] | None, error: BaseException | None = None) -> None:
            while not stop.is_set():
                try:
                    return ready.put((batch, error), timeout=0.1)
                except queue.Full:
                    continue

        def work() -> None:
            try:
                frames = self._source.frames(self._settings.fps, self._detector.provenance["input_px"])
                for batch in see_frames(frames, self._detector, CameraMotion()):
                    put(batch)
                    if stop.is_set():
                        return
                put(None)
            except BaseException as error:
                put(None, error)

        thread = threading.Thread(target=work, name="live", daemon=True)
        thread.start()
        ends = time.monotonic() + max_s + 5 if paced and max_s is not None else None  # also while nothing comes
        try:
            while ends is None or time.monotonic() < ends or not ready.empty():
                try:
                    batch, error = ready.get(timeout=0.2)
                except queue.Empty:
                    continue
                if error is not None:
                    raise error
                if batch is None:
                    return
                yield from batch
        finally:
            stop.set()
            self._source.close()
            thread.join(timeout=5.0)


def run_live(
    source: str,
    questions: Sequence[str],
    *,
    weights: Path,
    settings: LiveSettings,
    detector: DetectorSettings | None = None,
    quiet: bool = False,
) -> int:
    """Print the lines of `Live` until the source ends, and keep the index of what was live. Returns the exit code.

    Ctrl-C → 130. detector: a picture size that is not given is the detector's usual one. Raises InputError.
    """
    from pipeline.answerer import Answerer

    check_live(questions, settings)

    def say(text: str) -> None:
        if not quiet:
            print(text, file=sys.stderr, flush=True)

    good = []
    for question in questions:
        if (refused := unreadable(question)) is None:
            good.append(question)
        else:
            _show(refused.as_json())
    if not good:
        return 2
    opened = LiveSource(source, say)
    live = None
    try:
        standing = Standing(good, Answerer.load(weights))
        detector = detector or DetectorSettings()
        found = load_detector(detector)
        found = found.at(detector.input_px or found.usual_px)
        live = Live(opened, found, standing, settings, say=say, title=source_stem(source))
        for line in live.lines():
            _show(line)
        code = 0
    except KeyboardInterrupt:
        code = 130
    finally:
        opened.close()
    if live is not None and live.clip.last_s >= 0 and opened.info.is_live:
        say(f"kept {clock(live.clip.last_s)} in {live.keep()}")
    return code


def check_live(questions: Sequence[str], settings: LiveSettings) -> None:
    """Raises InputError for what can't be watched."""
    if not questions or "-" in questions:
        raise InputError("--live needs its questions on the command line; give at least one behind the source")
    if not 0 < settings.every_s < float("inf"):
        raise InputError(f"--every is {settings.every_s:g}; choose a number of seconds above 0")
    if not 0 < settings.keep_s < float("inf"):
        raise InputError(f"--keep-hours is {settings.keep_s / 3600:g}; choose a number of hours above 0")
    check_settings(IndexSettings(fps=settings.fps), settings.max_s)


def _show(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)
