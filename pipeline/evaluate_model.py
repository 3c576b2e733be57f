"""How right the model is, how sure, and how well it shows why: `python -m pipeline.evaluate_model --noise real`.

On simulated clips (any noise, wordings and lengths), on human tracks (`--tracks FOLDER` with an index.json), beside the
symbolic program, which is *told* what each question means and runs on the same tracks.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from data.dataset import Lengths, Sample, SampleSettings, make_sample
from data.meaning import ClipView, evidence_iou, judge
from data.questions import AskedQuestion, ask
from data.symbolic import answer as symbolic_answer
from pipeline.answerer import WEIGHTS, Answerer
from pipeline.answers import Answer
from pipeline.clip_memory import ClipMemory
from pipeline.errors import InputError, run_cli
from pipeline.given_tracks import read_given_tracks
from pipeline.object_index import ObjectIndex
from pipeline.scoring.metrics import calibration_error, clip_interval

GROUNDED_IOU = 0.5
Clip = tuple[str, ObjectIndex, float, Sequence[AskedQuestion]]
"""Name, what is seen, sampling step in seconds, questions."""


@dataclass(frozen=True)
class Case:
    """One answered question. symbolic: was the symbolic program right. iou: of the evidence."""

    clip: str
    family: str
    text: str
    answer: Answer
    truth: Any
    right: bool
    symbolic: bool
    iou: float
    should_refuse: bool


def simulated(seed: int, clips: int, settings: SampleSettings) -> Iterator[Clip]:
    """Name, what is seen, sampling step and questions of simulated clips."""
    for number in range(clips):
        sample: Sample = make_sample(seed, number, settings)
        yield f"sim-{number}", sample.seen, sample.clean.step_s, sample.questions


def human(folder: Path, n: int, split: str) -> Iterator[Clip]:
    """The same of human tracks: index.json lists set, seq, fps, width and height of <set>/<seq>.csv."""
    for number, entry in enumerate(json.loads((folder / "index.json").read_text())):
        path = folder / entry["set"] / f"{entry['seq']}.csv"
        index = read_given_tracks(path, fps=entry["fps"], size=(entry["width"], entry["height"]))
        asked = ask(index, np.random.default_rng(1000 + number), n, split)
        yield f"{entry['set']}/{entry['seq']}", index, index.step_s, asked


def run_cases(
    answerer: Answerer, clips: Iterable[Clip], total: int | None = None, *, judge_given: bool = False
) -> list[Case]:
    """Answer everything."""
    out: list[Case] = []
    for name, seen, step_s, asked in tqdm(clips, total=total, desc="clips", leave=False):
        if not asked:
            continue
        memory: ClipMemory = answerer.read(seen, judge_given=judge_given)
        view = ClipView.of(memory.index)
        answers = answerer.answer(memory, [one.text for one in asked])
        for one, got in zip(asked, answers, strict=True):
            value = "refused" if got.refused else got.value
            out.append(
                Case(
                    clip=name, family=one.family, text=one.text, answer=got, truth=one.truth,
                    right=judge(value, one.truth, step_s),
                    symbolic=judge(symbolic_answer(one.question, view)[0], one.truth, step_s),
                    iou=evidence_iou(got.evidence, one.truth, step_s),
                    should_refuse=one.truth.kind == "refusal",
                )
            )  # fmt: skip
    return out


def summary(cases: Sequence[Case]) -> dict[str, float]:
    """Accuracy and the rest, over all cases."""
    right = np.array([case.right for case in cases])
    refused = np.array([case.answer.refused for case in cases])
    should = np.array([case.should_refuse for case in cases])
    confidence = np.array([case.answer.confidence for case in cases])
    sure = np.argsort(-confidence, kind="stable")[: max(1, round(0.8 * len(cases)))]
    shown = [case.iou >= GROUNDED_IOU for case in cases if case.right and not case.should_refuse]
    low, high = clip_interval(right, [case.clip for case in cases])
    return {
        "questions": len(cases),
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "symbolic": float(np.mean([case.symbolic for case in cases])),
        "evidence": float(np.mean(shown)) if shown else float("nan"),
        "ece": calibration_error(confidence, right),
        "sure_80": float(right[sure].mean()),
        "refusal_precision": float(should[refused].mean()) if refused.any() else float("nan"),
        "refusal_recall": float(refused[should].mean()) if should.any() else float("nan"),
    }


def table(cases: Sequence[Case]) -> str:
    """Per family and in all, as text."""
    lines = [f"{'family':<18}{'questions':>10}{'right':>8}{'symbolic':>10}{'evidence':>10}"]
    by_family: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_family[case.family].append(case)
    for family, ones in sorted(by_family.items()):
        shown = [c.iou >= GROUNDED_IOU for c in ones if c.right]
        evidence = f"{np.mean(shown):.3f}" if shown and not ones[0].should_refuse else "-"
        right, symbolic = np.mean([c.right for c in ones]), np.mean([c.symbolic for c in ones])
        lines.append(f"{family:<18}{len(ones):>10}{right:>8.3f}{symbolic:>10.3f}{evidence:>10}")
    s = summary(cases)
    lines.append(f"{'all':<18}{len(cases):>10}{s['accuracy']:>8.3f}{s['symbolic']:>10.3f}{s['evidence']:>10.3f}")
    lines.append(
        f"95 % interval {s['low']:.3f} to {s['high']:.3f} (by clip); ECE {s['ece']:.3f}; the surest 80 % "
        f"{s['sure_80']:.3f}; refusals: precision {s['refusal_precision']:.3f}, recall {s['refusal_recall']:.3f}"
    )
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_model", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the model (default: the bundled one)")
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--questions", type=int, default=24, help="per clip")
    parser.add_argument("--noise", default="real", choices=("none", "easy", "real", "hard", "draw"))
    parser.add_argument("--split", default="held_out", choices=("train", "held_out"), help="wordings")
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 120.0), help="shortest and longest clip")
    parser.add_argument("--max-rows", type=int, default=20_000, help="sightings per clip at most")
    parser.add_argument("--tracks", type=Path, metavar="FOLDER", help="human tracks instead, listed in its index.json")
    parser.add_argument("--judge", action="store_true", help="let the model judge human tracks")
    parser.add_argument("--seed", type=int, default=90_001)
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show N wrong answers")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    args = _parser().parse_args(argv)
    answerer = Answerer.load(args.weights, threads=args.threads or None)
    if args.tracks:
        if not (args.tracks / "index.json").is_file():
            raise InputError(f"{args.tracks} has no index.json that lists its tracks")
        clips, total = human(args.tracks, args.questions, args.split), None
    else:
        seconds = tuple(args.seconds)
        settings = SampleSettings(
            noise=args.noise, clean_share=0.0, split=args.split, questions=args.questions, max_rows=args.max_rows,
            lengths=(Lengths(0, seconds, seconds, 0.0),),
        )  # fmt: skip
        clips, total = simulated(args.seed, args.clips, settings), args.clips
    with torch.inference_mode():
        cases = run_cases(answerer, clips, total, judge_given=args.judge)
    print(table(cases))
    wrong = [case for case in cases if not case.right]
    for case in Random(0).sample(wrong, min(args.wrong, len(wrong))):
        read = case.answer.understood
        print(f"\n{case.family} | {case.text}\n  {case.answer.text} ({case.answer.confidence:.2f})")
        print(f"  {read}\n  {case.truth.value}")
    if args.json:
        args.json.write_text(json.dumps(summary(cases), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
