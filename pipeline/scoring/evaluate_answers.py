"""Answers to the questions of one video, judged, with what the baselines say: the results of `pipeline.evaluate`.

Baselines: `raw` takes the tracks of the index at their word (the same reading of the question, no repair of
identities); `symbolic` is told what the question means (its program) and runs that on the same tracks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from data.meaning import ClipView, Question, evidence_iou, judge, run
from data.meaning import Evidence as Interval
from data.questions import read_program
from pipeline.answers import Answer
from pipeline.asking.asked_text import readable
from pipeline.comparing.forms import plain_questions
from pipeline.comparing.two_parts import joined
from pipeline.open_clip import ClipSettings, OpenClip, open_clip
from pipeline.scoring.choices import Chosen, choose, option_things
from pipeline.scoring.evaluate_run import Result, Task, Work
from pipeline.scoring.set_options import LETTERS
from pipeline.scoring.set_question import SetQuestion
from pipeline.scoring.set_videos import Video
from pipeline.video_qa import remembered, unreadable

if TYPE_CHECKING:
    from data.meaning import Truth
    from pipeline.answerer import Answerer
    from pipeline.asking.understand import Understood
    from pipeline.clip_memory import ClipMemory

Reading = tuple[tuple[str, "Understood"], ...]
"""The plain questions that a question is put as, and what each asks; none of one that can't be read."""
GROUNDED_IOU = 0.5
DIGITS = 4


@dataclass(frozen=True)
class AnswerSettings:
    """clip: how videos are indexed. baselines: answer with them too. abstain: else guess where no option fits."""

    clip: ClipSettings
    baselines: bool = False
    abstain: bool = True


@dataclass
class VideoAnswers:
    """Answers the work of a run: one video at a time, its questions together."""

    answerer: Answerer
    videos: Mapping[str, Video]
    settings: AnswerSettings
    set_name: str
    quiet: bool = True

    def __call__(self, work: Work) -> Iterator[Result]:
        """One result per task, as soon as it is answered. Raises InputError if the video can't be opened."""
        from pipeline.clip_memory import as_told

        clip = open_clip(self.videos[work.video].path, self._clip_settings(work.video), quiet=self.quiet)
        began = perf_counter()
        memory = remembered(clip, self.answerer, self.quiet)
        memory_s = perf_counter() - began
        raw = as_told(clip.index) if self.settings.baselines else None
        view = ClipView.of(clip.index) if self.settings.baselines else None
        began = perf_counter()
        read = self._understood([task.payload for task in work.tasks], clip)
        reading_s = (perf_counter() - began) / max(len(read), 1)
        times = {"video_s": clip.index.duration_s, "index_s": clip.index_s, "memory_s": memory_s}
        for task, understood in zip(work.tasks, read, strict=True):
            if task.key in work.done:
                continue
            began = perf_counter()
            one: SetQuestion = task.payload
            answer = self._answer(memory, one, understood)
            answer_s = reading_s + perf_counter() - began
            result = self._result(task, work.video, answer, memory, clip) | times | {"answer_s": answer_s}
            if raw is not None:
                result["baselines"] = self._baselines(one, understood, raw, view, clip)
            yield _rounded(result)

    def _clip_settings(self, name: str) -> ClipSettings:
        video = self.videos[name]
        if video.is_tracks:
            return ClipSettings(fps=video.fps, size=video.size)
        if video.path.name.endswith(".safetensors"):
            return ClipSettings()
        return replace(self.settings.clip, size=None)

    def _understood(self, questions: Sequence[SetQuestion], clip: OpenClip) -> list[Reading]:
        """What each asks, a comparison as its plain questions; nothing for one that can't be read. A span is a clip of
        its own to its question."""
        index = clip.index
        out: list[Reading] = [()] * len(questions)
        groups: dict[float, list[int]] = {}
        for k, one in enumerate(questions):
            if unreadable(one.text) is None:
                groups.setdefault(index.duration_s if one.span is None else one.span[1] - one.span[0], []).append(k)
        for length_s, places in groups.items():
            asked = [(k, part) for k in places for part in plain_questions(readable(questions[k].text))]
            found = self.answerer.understanding([part for _, part in asked], index.class_names, length_s)
            for (k, part), read in zip(asked, found, strict=True):
                span = questions[k].span
                out[k] += ((part, read if span is None else replace(read, question=within(read, span))),)
        return out

    def _answer(self, memory: ClipMemory, one: SetQuestion, read: Reading) -> Answer:
        if not read:
            return unreadable(one.text)
        answers = [self._answer_part(memory, one, *part) for part in read]
        if len(read) == 1 and read[0][0] == readable(one.text):
            usual = replace(answers[0], question=one.text)
        else:
            usual = joined(one.text, answers, self.answerer.how_sure(memory))
        if one.span is not None:  # a clip of its own to its question
            return usual
        return self.answerer.composed(memory, one.text, readable(one.text), usual)

    def _answer_part(self, memory: ClipMemory, one: SetQuestion, text: str, read: Understood) -> Answer:
        answer = self.answerer.answer_one(memory, text, read)
        if one.span is not None and answer.kind == "time" and not isinstance(answer.value, str):
            answer = replace(answer, value=answer.value - one.span[0])
        return answer

    def _result(self, task: Task, video: str, answer: Answer, memory: ClipMemory, clip: OpenClip) -> Result:
        one: SetQuestion = task.payload
        said = answer.as_json()
        shown = said["evidence"]
        result: Result = {
            "key": task.key, "id": one.id, "set": self.set_name, "video": video, "question": one.text,
            "family": one.family, "kind": one.kind, "text": answer.text, "value": said["value"],
            "confidence": said["confidence"], "refused": answer.refused, "evidence": shown,
            "warnings": said["warnings"], "step_s": clip.index.step_s,
            "truth": {"value": one.value, "acceptable": one.acceptable, "evidence": one.evidence,
                      "any_sighting": one.any_sighting},
        }  # fmt: skip
        if one.kind == "choice":
            result |= self._chosen(one, answer, memory, clip)
        else:
            result["right"] = is_right(one, answer.value, answer.refused, answer.evidence, clip.index.step_s)
        result["iou"] = shown_iou(one, answer.evidence, clip.index.step_s)
        return result

    def _chosen(self, one: SetQuestion, answer: Answer, memory: ClipMemory, clip: OpenClip) -> Result:
        """Which option, how it was chosen, and whether that is right."""
        length_s = clip.index.duration_s if one.span is None else one.span[1] - one.span[0]
        found, how = choose(answer, one.options, length_s), "answer"
        confidence = answer.confidence
        if found.index is None:
            checked = _by_sight(one, memory)
            if checked is not None:
                found, how = Chosen(checked), "sight"
        if found.index is None:
            how = "several fit" if found.fitting else "refused" if answer.refused else "none fits"
            if not self.settings.abstain:
                among = found.fitting or tuple(range(len(one.options)))
                place = int(hashlib.sha256(one.id.encode()).hexdigest(), 16) % len(among)
                found, how, confidence = Chosen(among[place]), "guess", 1 / len(among)
        right = None if one.value is None else found.index == one.value
        return {
            "options": list(one.options), "chosen": found.index, "how": how, "confidence": confidence,
            "response": "" if found.index is None else LETTERS[found.index], "right": right,
        }  # fmt: skip

    def _baselines(
        self, one: SetQuestion, read: Reading, raw: ClipMemory, view: ClipView, clip: OpenClip
    ) -> dict[str, Result]:
        out: dict[str, Result] = {}
        answer = self._answer(raw, one, read)
        if one.kind == "choice":
            out["raw"] = {"right": self._chosen(one, answer, raw, clip)["right"]}
        else:
            out["raw"] = _baseline(one, answer.value, answer.refused, answer.evidence, clip.index.step_s)
        if one.program is not None:
            truth = run(read_program(one.program), view)
            refused = truth.kind == "refusal"
            out["symbolic"] = _baseline(one, truth.value, refused, truth.evidence, clip.index.step_s)
        return out


def _baseline(one: SetQuestion, value: Any, refused: bool, evidence: Sequence[Any], step_s: float) -> Result:
    right = is_right(one, value, refused, evidence, step_s)
    return {"value": None if refused else value, "right": right, "iou": shown_iou(one, evidence, step_s)}


def _by_sight(one: SetQuestion, memory: ClipMemory) -> int | None:
    """ "Which of the following appears?": the only option that is seen, or the only one that is not."""
    things, absent = option_things(one.text, one.options)
    if things is None:
        return None
    view = memory.view(0)
    seen = [bool(run(Question("exists", x=thing, stretch=one.span), view).value) for thing in things]
    fitting = [k for k, there in enumerate(seen) if there != absent]
    return fitting[0] if len(fitting) == 1 else None


def is_right(one: SetQuestion, value: Any, refused: bool, evidence: Sequence[Any], step_s: float) -> bool | None:
    """None where there is no truth, or others judge it."""
    if one.kind == "moments":
        iou = shown_iou(one, evidence, step_s)
        return None if iou is None else iou >= GROUNDED_IOU
    truth = one.truth()
    return None if truth is None else judge(None if refused else value, truth, step_s)


def shown_iou(one: SetQuestion, evidence: Sequence[Any], step_s: float) -> float | None:
    """Temporal IoU of evidence, None where the set has none."""
    if one.evidence is None:
        return None
    return evidence_iou(evidence, _evidence_truth(one), step_s)


def _evidence_truth(one: SetQuestion) -> Truth:
    from data.meaning import Truth

    shown = [Interval(0, "", float(e["start_s"]), float(e["end_s"])) for e in one.evidence or ()]
    return Truth(None, [], shown, "text", one.any_sighting)


def within(read: Understood, span: tuple[float, float]) -> Question:
    """A question about seconds `span` of a video, its times counted from the span's start, as one about the video."""
    question, start = read.question, span[0]
    if read.refused:
        return question
    t0, t1 = question.stretch or (0.0, span[1] - span[0])
    stretch = (start + t0, min(start + t1, span[1]))
    t_s = None if question.t_s is None else start + question.t_s
    family = "count_between" if question.family == "count" else question.family
    return replace(question, family=family, stretch=stretch, t_s=t_s)


def _rounded(value: Any) -> Any:
    """Numbers as results keep them; JSON values only."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return round(value, DIGITS) if isinstance(value, float) else value
