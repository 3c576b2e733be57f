"""The same as an API and as MCP tools: "index", "ask" and "timeline". Their docstrings are their documentation."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from demo.events import settings
from pipeline.errors import InputError
from pipeline.talking.session import API, Studio, Talk


class Api:
    """A clip that was indexed is named by a token that nobody can guess; questions stand for themselves."""

    def __init__(self, studio: Studio, detectors: dict[str, str]):
        self.studio, self.detectors = studio, detectors

    def index(
        self,
        video: str | None = None,
        path: str | None = None,
        detector: str | None = None,
        fps: float = 5.0,
        device: str = "auto",
    ) -> Iterator[dict[str, Any]]:
        """Index a video, so that questions can be asked about it. Give a video file, or a path on the server.

        Streams the state; the last one is "ready" (or an error). `clip` names the video for "ask" and "timeline".

        Args:
            video: the video file to upload; leave it out to use `path`.
            path: a video below the folder that the server was started with (--root), or "sample" for the bundled clip.
            detector: one of the server's detectors; empty for its first one.
            fps: frames looked at per second, 1 to 10.
            device: where the detector runs: auto, cpu or cuda.

        Returns:
            clip, state, done_s, duration_s, left_s; when ready also objects, kinds (kind: number) and warnings.
        """
        try:
            how = settings(self.detectors, detector, min(max(fps, 0.5), 10.0), _device(device))
            person = self.studio.person(f"{API}{secrets.token_urlsafe(18)}")
            if video:
                talk = self.studio.open_upload(person, Path(video), how)
            elif path and path.strip() == "sample":
                talk = self.studio.open_sample(person)
            else:
                talk = self.studio.open_server(person, path or "", how)
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error
        before = None
        while talk.job is not None and not talk.job.state.is_over:
            if talk.job.state != before:
                before = talk.job.state
                yield _state(talk)
            time.sleep(0.2)
        if talk.job is not None and talk.job.state.stage != "ready":
            raise gr.Error(talk.job.state.error or "indexing was stopped", print_exception=False)
        talk.qa(self.studio.answerer)
        yield _state(talk)

    def ask(self, clip: str, question: str) -> dict[str, Any]:
        """Ask one question about an indexed video: what appeared, when, where, for how long, how often, in which order.

        Args:
            clip: what "index" returned, or "sample" for the bundled clip.
            question: in English, for example "How many buses appear?".

        Returns:
            question, text, kind, value, confidence (0 to 1), refused, evidence (objects with times in seconds and
            boxes as shares of the picture), warnings, timing. until_s: answered from the first so many seconds only,
            while indexing goes on; null when the whole video was read.
        """
        try:
            talk = self._talk(clip)
            qa, until_s = talk.qa(self.studio.answerer, 20.0)
            if qa is None:
                raise InputError("nothing is known of this video yet; ask again in a moment")
            return qa.ask_many([question or ""])[0].as_json() | {"until_s": until_s}
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def timeline(self, clip: str) -> list[dict[str, Any]]:
        """What an indexed video shows, kind by kind.

        Args:
            clip: what "index" returned, or "sample" for the bundled clip.

        Returns:
            One entry per kind: kind, objects, first_s, last_s, at_most (in sight at once), spans_s (from, to).
        """
        try:
            qa, _ = self._talk(clip).qa(self.studio.answerer, 20.0)
            if qa is None:
                raise InputError("nothing is known of this video yet; ask again in a moment")
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return [
            {
                "kind": row.class_name,
                "objects": row.objects,
                "first_s": round(row.first_s, 3),
                "last_s": round(row.last_s, 3),
                "at_most": row.at_most,
                "spans_s": [[round(a, 3), round(b, 3)] for a, b in row.spans_s],
            }
            for row in qa.timeline()
        ]

    def _talk(self, clip: str) -> Talk:
        clip = (clip or "").strip()
        if clip == "sample":
            return self.studio.open_sample(self.studio.person(f"{API}sample"))
        talk = self.studio.talk(clip)
        if talk is None:
            raise InputError("this clip is not known (any more); index the video again")
        return talk


def _device(name: str) -> str:
    if name not in ("auto", "cpu", "cuda"):
        raise InputError(f"no such device: {name[:80]!r}; known are auto, cpu and cuda")
    return name


def _state(talk: Talk) -> dict[str, Any]:
    state = talk.job.state if talk.job is not None else None
    ready = talk.is_ready and talk.index is not None
    out: dict[str, Any] = {
        "clip": talk.token,
        "state": "ready" if ready else state.stage,
        "done_s": round(talk.index.duration_s if ready else state.t_s, 2),
        "duration_s": talk.duration_s,
        "left_s": None if ready or state.left_s is None else round(state.left_s, 1),
    }
    if ready:
        names = talk.view.labels[1]
        out |= {
            "objects": len(names),
            "kinds": {name: names.count(name) for name in dict.fromkeys(names)},
            "warnings": list(talk.index.warnings),
        }
    return out
