"""What happens when something on the page is pressed: thin functions between components and the session."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components.plot import PlotData

from demo.html_parts import chat_html, chips_html, notice_html, stage_html, status_html, title_of
from demo.texts import language_of, words
from demo.wording import error_of, name_of, with_meaning
from pipeline.errors import InputError
from pipeline.open_clip import ClipSettings
from pipeline.talking.session import Person, Studio, Talk
from pipeline.talking.suggest import suggest_questions
from pipeline.telling.timeline_plot import timeline_figure

FOLLOW_S = 0.3
SETTLED_S = 0.7
"""After so long a new page has its scripts and pictures."""


def texts_of(request: gr.Request | None) -> dict[str, str]:
    return words(language_of(request.headers.get("accept-language") if request is not None else None))


def failed(error: InputError, request: gr.Request) -> None:
    """Say why something cannot be opened or written."""
    texts = texts_of(request)
    gr.Warning(error_of(error, texts), title=texts["failed_open"])


class Events:
    """One instance serves all people; who it is comes from the request."""

    def __init__(self, studio: Studio, detectors: dict[str, str]):
        self.studio, self.detectors = studio, detectors

    def person(self, request: gr.Request) -> Person:
        return self.studio.person(str(request.session_hash))

    # ---------------------------------------------------------------------------------------------------- opening clips

    def greet(self, token: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A new page: the bundled clip, ready to be asked about. One that is loaded again: what it showed (`token`)."""
        threading.Timer(SETTLED_S, self.studio.looked_at.set).start()
        if token and self.studio.rejoin(str(request.session_hash), token):
            return self.shown(self.person(request), texts_of(request))
        return self.open_sample(request)

    def open_sample(self, request: gr.Request) -> tuple[Any, ...]:
        person = self.person(request)
        try:
            self.studio.open_sample(person)
        except InputError as error:
            failed(error, request)
        return self.shown(person, texts_of(request))

    def open_upload(self, path: str | None, detector: str, fps: float, device: str, request: gr.Request):
        person = self.person(request)
        if path:
            try:
                self.studio.open_upload(person, Path(path), self.settings(detector, fps, device))
            except InputError as error:
                failed(error, request)
        return (None, *self.shown(person, texts_of(request)))

    def open_server(self, text: str, detector: str, fps: float, device: str, request: gr.Request):
        person = self.person(request)
        try:
            self.studio.open_server(person, text, self.settings(detector, fps, device))
        except InputError as error:
            failed(error, request)
        return self.shown(person, texts_of(request))

    def look_again(self, detector: str, fps: float, device: str, request: gr.Request):
        """The video that is open with another detector, which is then the chosen one. detector: "its name,…"."""
        person, name = self.person(request), detector.rpartition(",")[0]
        try:
            self.studio.open_again(person, self.settings(name, fps, device))
        except InputError as error:
            failed(error, request)
            return (gr.skip(), *self.shown(person, texts_of(request)))
        return (name, *self.shown(person, texts_of(request)))

    def choose(self, token: str | None, request: gr.Request):
        """Go back to a video that was opened before."""
        person = self.person(request)
        talk = next((talk for talk in person.talks if talk.token == token), None)
        if talk is None or talk is person.current:
            return tuple(gr.skip() for _ in range(8))
        person.current = talk
        return self.shown(person, texts_of(request))

    def shown(self, person: Person, texts: dict[str, str]) -> tuple[Any, ...]:
        """Stage, status, stop, go on, conversation, suggestions, plot, list of videos."""
        talk = person.current
        if talk is not None:
            talk.improve(self.studio.answerer)
            talk.qa(self.studio.answerer)
        names = [(f"{number}. {title_of(one, texts)}", one.token) for number, one in enumerate(person.talks, 1)]
        videos = gr.update(choices=names, value=talk.token if talk else None, visible=len(names) > 1)
        return (
            stage_html(talk, texts),
            *self.progress(talk, texts),
            chat_html(talk, texts),
            self.suggestions(talk, texts),
            self.figure(talk, texts),
            videos,
        )

    def settings(self, detector: str, fps: float, device: str) -> ClipSettings:
        return settings(self.detectors, detector, fps, device)

    # --------------------------------------------------------------------------------------------------------- indexing

    def progress(self, talk: Talk | None, texts: dict[str, str]) -> tuple[Any, ...]:
        """Status, stop and go on."""
        stage = talk.job.state.stage if talk is not None and talk.job is not None else "ready"
        running = stage in ("waiting", "preparing", "indexing", "reading")
        words = texts["again" if stage == "failed" else "resume"]
        go_on = gr.update(visible=stage in ("stopped", "failed"), value=words)
        return status_html(talk, texts, self.other_detector(talk)), gr.update(visible=running), go_on

    def other_detector(self, talk: Talk | None) -> str | None:
        """What else a video can be looked at with: the bundled detector, or in its place the first other one."""
        with_bundled = talk is None or talk.job is None or talk.job.settings.detector == "bundled"
        return next((name for name in self.detectors if (name != "bundled") == with_bundled), None)

    def follow(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Progress, better answers and the growing timeline, until indexing is over or another video is chosen."""
        person, texts = self.person(request), texts_of(request)
        talk = person.current
        if talk is None or talk.job is None or talk.is_ready:
            yield tuple(gr.skip() for _ in range(6))
            return
        before, known = None, None
        person.follower = mine = object()  # a later one takes over
        while person.follower is mine and talk is person.current and self.studio.talk(talk.token) is talk:
            state = talk.job.state
            improved = talk.improve(self.studio.answerer)
            qa, until_s = talk.qa(self.studio.answerer)
            grown = qa is not None and until_s != known
            if (state, improved, grown) != before or improved or grown:
                chat = chat_html(talk, texts) if improved or state.is_over else gr.skip()
                more = state.stage == "ready" or grown
                chips = self.suggestions(talk, texts) if more else gr.skip()
                plot = self.figure(talk, texts) if more else gr.skip()
                yield (*self.progress(talk, texts), chat, chips, plot)
            before, known = (state, False, False), until_s
            if state.is_over:
                return
            time.sleep(FOLLOW_S)

    def stop(self, request: gr.Request) -> tuple[Any, ...]:
        person = self.person(request)
        if person.current is not None and person.current.job is not None:
            person.current.job.stop()
        return self.progress(person.current, texts_of(request))

    def go_on(self, request: gr.Request) -> tuple[Any, ...]:
        person = self.person(request)
        if person.current is not None and person.current.job is not None:
            person.current.job.start()
        return self.progress(person.current, texts_of(request))

    # ----------------------------------------------------------------------------------------------------- conversation

    def ask(self, question: str, request: gr.Request) -> tuple[Any, ...]:
        """The answer, an empty field for the next question, and why there is none.

        What is not queued is quick, but cannot use gradio's own messages.
        """
        person, texts = self.person(request), texts_of(request)
        talk = person.current
        if talk is None:
            return gr.skip(), gr.skip(), notice_html(texts["no_video"])
        if not question.strip():
            return gr.skip(), gr.skip(), ""
        try:
            talk.ask(question, self.studio.answerer)
        except InputError as error:
            return gr.skip(), gr.skip(), notice_html(error_of(error, texts))
        except Exception:  # a fault of the program: whoever asked shall not wait, whoever runs the server shall know
            traceback.print_exc()
            return gr.skip(), gr.skip(), notice_html(texts["fault"])
        return chat_html(talk, texts), "", ""

    def plot(self, request: gr.Request):
        """The timeline with the newest answer marked."""
        return self.figure(self.person(request).current, texts_of(request))

    def zoom(self, window: str, request: gr.Request):
        """The timeline of a window "from,to,…" in seconds; anything else is the whole clip."""
        talk = self.person(request).current
        try:
            a, b = (float(part) for part in window.split(",")[:2])
        except ValueError:
            return self.figure(talk, texts_of(request))
        return self.figure(talk, texts_of(request), (a, b)) if 0 <= b - a < 1e9 else gr.skip()

    def clear(self, request: gr.Request) -> tuple[Any, ...]:
        talk, texts = self.person(request).current, texts_of(request)
        if talk is not None:
            talk.clear()
        return chat_html(talk, texts), self.figure(talk, texts)

    def leave(self, request: gr.Request) -> None:
        self.studio.leave(str(request.session_hash))

    # ------------------------------------------------------------------------------------------------------------ parts

    def suggestions(self, talk: Talk | None, texts: dict[str, str]) -> str:
        note = f'<div class="lt-pale">{texts["language_note"]}</div>' if texts["language_note"] else ""
        if talk is None or talk.view is None:
            return note
        found = with_meaning(suggest_questions(talk.view), talk.view.duration_s, texts)
        return chips_html(found, texts["try"]) + note

    def figure(self, talk: Talk | None, texts: dict[str, str], window: tuple[float, float] | None = None):
        if talk is None or talk.view is None:
            return _drawn(timeline_figure(None))
        with talk.lock:
            answer = talk.turns[-1].answer if talk.turns else None
        evidence = answer.evidence if answer is not None and not answer.is_timeline else ()  # there it would be all
        figure = timeline_figure(
            talk.view,
            evidence,
            window,
            in_sight=texts["in_sight"],
            at_once=texts["at_once"],
            more=texts["more_kinds"],
            named=lambda class_name: name_of(class_name, texts),
        )
        return _drawn(figure)


def _drawn(figure: dict[str, Any]) -> PlotData:
    return PlotData(type="plotly", plot=json.dumps(figure, separators=(",", ":")))


def settings(detectors: dict[str, str], detector: str | None, fps: float, device: str) -> ClipSettings:
    """detectors: what people call them → names or paths on this computer. detector: "" for the first. InputError."""
    name = detectors.get(detector, detector) if detector else next(iter(detectors.values()))
    if name not in detectors.values():
        raise InputError(f"no such detector here: {name[:80]!r}; known are {', '.join(detectors)}")
    return ClipSettings(detector=name, device=device, fps=float(fps))
