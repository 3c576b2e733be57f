"""`python -m pipeline.evaluate`: answer a question set over many videos, and score the answers.

It can be stopped at any time and goes on where it was; a set can be cut into shards that are merged afterwards.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from tqdm import tqdm

from pipeline.errors import InputError, run_cli
from pipeline.open_clip import DEFAULT_DETECTOR, ClipSettings
from pipeline.scoring.evaluate_run import Result, Run, Task, Work, merge, shard_of, shard_path, task_key
from pipeline.scoring.export_answers import EXPORTS, check_export, export_answers
from pipeline.scoring.question_sets import FORMATS, MOST_SHOWN, QuestionSet, read_set
from pipeline.scoring.set_question import SetQuestion
from pipeline.scoring.set_videos import Video, find_videos
from pipeline.storage import file_digest

VERSION = 1
"""Another version of the answering or the scoring: results of another one are not gone on with."""

_EPILOG = """formats: {}

examples:
  python -m pipeline.evaluate questions.jsonl --root videos/ --check             is everything there?
  python -m pipeline.evaluate questions.jsonl --root videos/ --out results.jsonl --baselines
  python -m pipeline.report results.jsonl --html report.html
  python -m pipeline.evaluate questions.jsonl --root videos/ --out results.jsonl --shard 1/2     on one machine
  python -m pipeline.evaluate questions.jsonl --root videos/ --out results.jsonl --shard 2/2     on another
  python -m pipeline.evaluate questions.jsonl --root videos/ --out results.jsonl --merge         puts them together
  python -m pipeline.evaluate test.json --root data/ --out results.jsonl --export videomme filled.json

The same command goes on after an interruption. Exit code 0: all answered; 1: some videos failed (their reasons are in
the results, and the same command tries them again); 2: bad input."""


def _parser() -> argparse.ArgumentParser:
    epilog = _EPILOG.format(", ".join(FORMATS))
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.evaluate", description=__doc__, epilog=epilog, formatter_class=formatter
    )
    parser.add_argument("questions", type=Path, metavar="QUESTIONS", help="question set, in any known format")
    parser.add_argument("--root", type=Path, metavar="DIR", help="where the videos lie (default: beside the questions)")
    parser.add_argument("--out", type=Path, metavar="RESULTS.jsonl", help="results, a line per question")
    parser.add_argument("--format", choices=tuple(FORMATS), help="format of the set (default: told by its keys)")
    parser.add_argument("--check", action="store_true", help="only see whether the set and its videos are in order")
    parser.add_argument("--baselines", action="store_true", help="answer with the baselines too: raw ids, symbolic")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N questions")
    parser.add_argument("--shard", metavar="I/N", help="only every N-th video, from the I-th; results in a file beside")
    parser.add_argument("--merge", action="store_true", help="put the shards' results together in --out")
    parser.add_argument("--resume", action=argparse.BooleanOptionalAction, default=True, help="go on with --out")
    parser.add_argument("--abstain", action=argparse.BooleanOptionalAction, default=True,
                        help="choose no option where none fits (--no-abstain: guess)")  # fmt: skip
    parser.add_argument("--export", nargs=2, action="append", default=[], metavar=("FORMAT", "FILE"),
                        help=f"also write what others score: {', '.join(EXPORTS)}")  # fmt: skip
    parser.add_argument("--weights", type=Path, metavar="DIR", help="folder of the model (default: the bundled one)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads of the model (default: all)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    index = parser.add_argument_group("indexing")
    index.add_argument("--detector", help="yolo26n.pt, another Ultralytics name or a path, as of pipeline.index")
    index.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="where the detector runs")
    index.add_argument(
        "--input-px",
        type=int,
        metavar="PX",
        help="longer side that the detector sees (default by the video: 640 to 1280)",
    )
    index.add_argument(
        "--fps", type=float, help="frames looked at per second; of tracks whose rows don't say: their rate"
    )
    index.add_argument("--size", metavar="WxH", help="of tracks whose rows don't say: picture size, pixels")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; see `--help`. Returns the exit code; raises InputError for bad input."""
    args = _parser().parse_args(argv)
    clip, shard = _clip_settings(args), _shard(args.shard)
    if args.out is None and not args.check:
        raise InputError("give --out RESULTS.jsonl for the results, or --check to see whether the set is in order")
    if args.limit is not None and args.limit < 1:
        raise InputError(f"--limit is {args.limit}, it must be 1 or more")
    if args.merge and shard is not None:
        raise InputError("--merge puts all shards together; leave --shard out")
    if shard is not None and args.export:
        raise InputError("--export needs all answers; give it with --merge")
    found = read_set(args.questions, args.format)
    for form, file in args.export:
        check_export(form, Path(file), found)
    root = args.root or args.questions.parent
    questions = found.questions[: args.limit]
    videos, problems = find_videos(found, root, clip, questions)
    if args.check:
        return _report_check(found, videos, problems, len(questions))
    found = replace(found, problems=(*found.problems, *problems))
    found.refuse_problems()
    return _evaluate(args, found, videos, clip, shard)


def _evaluate(args: argparse.Namespace, found: QuestionSet, videos: dict[str, Video], clip: ClipSettings,
              shard: tuple[int, int] | None) -> int:  # fmt: skip
    began = perf_counter()
    from pipeline.video_qa import WEIGHTS

    weights = args.weights or WEIGHTS
    for name in ("config.json", "model.safetensors"):
        if not (weights / name).is_file():
            raise InputError(f"the model is not there: {weights / name} is missing; give its folder with --weights")
    settings = _settings(args, weights, clip)
    work = plan(found, videos, settings, limit=args.limit, shard=shard)
    out = args.out
    if args.merge:
        results = merge(out, work, settings)
        print(f"{counted(len(results), 'result')} in {out}")
    else:
        if shard is not None:
            out = shard_path(out, shard)
        results = _run(args, work, out, settings, found, videos, clip)
    for form, file in args.export:
        export_answers(form, Path(file), found, results)
        print(f"{form} for others to score: {file}")
    return _say(results, out, perf_counter() - began)


def _run(args: argparse.Namespace, work: list[Work], out: Path, settings: dict[str, Any], found: QuestionSet,
         videos: dict[str, Video], clip: ClipSettings) -> list[Result]:  # fmt: skip
    run = Run.open(out, work, settings, resume=args.resume)
    try:
        left = run.left()
        number, total = sum(len(one.left) for one in left), sum(len(one.tasks) for one in work)
        if not args.quiet:
            kept = f"; {total - number} are there already" if number < total else ""
            torn = "; a torn last line was cut off" if run.mended else ""
            todo = f"{counted(number, 'question')} on {counted(len(left), 'video')} to answer"
            print(f"{todo}{kept}{torn}", file=sys.stderr)
        if left:
            from pipeline.answerer import Answerer
            from pipeline.scoring.evaluate_answers import AnswerSettings, VideoAnswers

            weights = args.weights or None
            answerer = Answerer.load(*([weights] if weights else []), threads=args.threads or None)
            how = AnswerSettings(clip, args.baselines, args.abstain)
            answers = VideoAnswers(answerer, videos, how, found.name)
            with tqdm(total=number, desc="questions", unit="q", disable=args.quiet or None) as bar:
                run.answer(answers, on_result=lambda result: bar.update())
        return run.finish()
    finally:
        run.close()


def plan(
    found: QuestionSet,
    videos: dict[str, Video],
    settings: dict[str, Any],
    *,
    limit: int | None = None,
    shard: tuple[int, int] | None = None,
) -> list[Work]:
    """Videos with their questions, in the order of the set; only the videos of a shard are read for their digests."""
    questions: dict[str, list[SetQuestion]] = {}
    for one in found.questions[:limit]:
        questions.setdefault(one.video, []).append(one)
    out = []
    for name in shard_of(list(questions), shard or (1, 1)):
        content = [file_digest(videos[name].path), videos[name].fps, videos[name].size]
        tasks = (Task(one.id, task_key(one.id, one.content(), content, settings), one) for one in questions[name])
        out.append(Work(name, tuple(tasks)))
    return out


def _settings(args: argparse.Namespace, weights: Path, clip: ClipSettings) -> dict[str, Any]:
    """What the results depend on, besides questions and videos."""
    calibration = weights / "calibration.json"
    detector = clip.detector or DEFAULT_DETECTOR
    return {
        "version": VERSION,
        "weights": file_digest(weights / "model.safetensors")[:16],
        "calibration": file_digest(calibration)[:16] if calibration.is_file() else None,
        "detector": file_digest(Path(detector))[:16] if Path(detector).is_file() else detector,
        "fps": clip.fps,
        "baselines": args.baselines,
        "abstain": args.abstain,
    }


def _clip_settings(args: argparse.Namespace) -> ClipSettings:
    if args.fps is not None and not 0 < args.fps < float("inf"):
        raise InputError(f"--fps is {args.fps:g}; it must be a number above 0")
    size = None
    if args.size is not None:
        width, _, height = args.size.lower().replace("×", "x").partition("x")
        if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
            raise InputError(f"--size is '{args.size}'; write width x height in pixels, like 1920x1080")
        size = int(width), int(height)
    return ClipSettings(detector=args.detector, device=args.device, input_px=args.input_px, fps=args.fps, size=size)


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    i, _, n = text.partition("/")
    if not (i.isdecimal() and n.isdecimal() and 1 <= int(i) <= int(n)):
        raise InputError(f"--shard is '{text}'; write 1/4 for the first of four parts")
    return int(i), int(n)


def _report_check(found: QuestionSet, videos: dict[str, Video], problems: list[str], number: int) -> int:
    """Print what is there and what is wrong; exit code 2 if anything is."""
    wrong = [*found.problems, *problems]
    title = FORMATS[found.format].title
    kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(one.kind for one in found.questions[:number]).most_common())
    print(f"{found.path}: {title}, {counted(number, 'question')} on {counted(len(videos), 'video')} ({kinds})")
    unscored = sum(one.kind == "open" or (one.value is None and one.kind not in ("refusal",))
                   for one in found.questions[:number])  # fmt: skip
    if unscored:
        print(f"not scored here: {counted(unscored, 'question')} (answered in free text, or the set keeps the answer)")
    for line in wrong[:MOST_SHOWN]:
        print(f"error: {line}", file=sys.stderr)
    if len(wrong) > MOST_SHOWN:
        print(f"error: … and {len(wrong) - MOST_SHOWN} more", file=sys.stderr)
    print("in order" if not wrong else counted(len(wrong), "problem"))
    return 2 if wrong else 0


def counted(n: int, name: str) -> str:
    return f"{n} {name}{'s' * (n != 1)}"


def _say(results: list[Result], out: Path, seconds: float) -> int:
    failed = [one for one in results if "error" in one]
    scored = [one["right"] for one in results if one.get("right") is not None]
    right = f", {sum(scored)} of {len(scored)} right ({sum(scored) / len(scored):.1%})" if scored else ""
    print(f"{counted(len(results) - len(failed), 'answer')} in {out}{right}; {seconds:.0f} s")
    reasons = {one["video"]: one["error"] for one in failed}
    for video, reason in list(reasons.items())[:MOST_SHOWN]:
        print(f"failed: {video}: {reason}", file=sys.stderr)
    if len(reasons) > MOST_SHOWN:
        print(f"failed: … and {len(reasons) - MOST_SHOWN} more videos", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
