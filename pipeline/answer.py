"""`python -m pipeline.answer`: ask a video what appeared, when, how often, in which order."""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, run_cli

if TYPE_CHECKING:
    from pipeline.answers import Answer
    from pipeline.open_clip import ClipSettings
    from pipeline.video_qa import VideoQA

_EXAMPLES = """examples:
  python -m pipeline.answer street.mp4 "How many cars appear?"       indexes the video once, then answers at once
  python -m pipeline.answer street.mp4 "When does the bus leave?" "What comes next?" --json
  python -m pipeline.answer street.mp4 "How many people came in from the left while the bus was there?"
  python -m pipeline.answer street.mp4                               a prompt; "and buses?", "when did it leave?" work
  python -m pipeline.answer street.mp4 - < questions.txt             one question a line
  python -m pipeline.answer gt.txt "How many people?" --fps 25 --size 1920x1080    given tracks
  python -m pipeline.answer street.mp4 "Is there a dog?" --save-evidence pictures/
  python -m pipeline.answer rtsp://camera/1 "How many people appear?" --live       a line of JSON per change

VIDEO is a video, an index (*.index.safetensors) or a track file (.csv, .txt). Indexes and memories are kept in a cache
folder; the environment variable LONGTAKE_HOME moves it. Exit code 2: no question could be read, or bad input."""
_HELP = """ask what appears, when, where, for how long, how often, in which order; go on with "and buses?" or
"when did it leave?"; "timeline" shows the clip, "quit" (or Ctrl-D) ends"""


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.answer", description=__doc__, epilog=_EXAMPLES, formatter_class=_Formatter
    )
    parser.add_argument("video", nargs="?", metavar="VIDEO", help="video, index or track file")
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTION", help="questions; - reads them from standard input, one a line; "
        "without any: a prompt"
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one line of JSON per question")
    parser.add_argument("--save-evidence", type=Path, metavar="DIR", help="write pictures of the evidence into DIR")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="folder of the model (default: the bundled one)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    index = parser.add_argument_group("indexing, for a video that has no index yet")
    index.add_argument(
        "--detector", help="yolo26n.pt, another Ultralytics name, a path (.pt, .onnx, OpenVINO folder), or bundled"
    )
    index.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="where the detector runs")
    index.add_argument(
        "--input-px",
        type=int,
        metavar="PX",
        help="longer side that the detector sees (default by the video: 640 to 1280)",
    )
    index.add_argument("--fps", type=float, help="frames looked at per second (default 5); of tracks: their rate")
    index.add_argument("--max-seconds", type=float, metavar="S", help="of a camera or stream: stop after this much")
    live = parser.add_argument_group("standing questions to a stream")
    live.add_argument(
        "--live", action="store_true", help="VIDEO is a camera number, a stream address, a file that is still being "
        "written, or any video: print a line of JSON whenever an answer changes"
    )  # fmt: skip
    live.add_argument("--every", type=float, default=5.0, metavar="S", help="look at most so often (default 5 seconds)")
    live.add_argument(
        "--keep-hours", type=float, default=24.0, metavar="H", help="forget what is older, but its number (default 24)"
    )
    tracks = parser.add_argument_group("given tracks (MOTChallenge, KITTI, or CSV frame,id,class,x,y,w,h)")
    tracks.add_argument("--from-tracks", type=Path, metavar="FILE", help="a track file in the place of VIDEO")
    tracks.add_argument("--size", metavar="WxH", help="picture size of the tracks, pixels: 1920x1080")
    tracks.add_argument("--duration", type=float, metavar="S", help="length of the clip, if it goes on after them")
    tracks.add_argument("--class", dest="class_name", metavar="NAME", help="class of tracks that don't say one")
    return parser.parse_intermixed_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; see `--help`. Returns the exit code; raises InputError for bad input."""
    args = parse_arguments(arguments)
    source, questions = args.video, list(args.questions)
    if args.from_tracks is not None:
        source, questions = str(args.from_tracks), [args.video, *questions] if args.video is not None else []
    if source is None:
        raise InputError("give a video, an index or a track file, and questions about it (see --help)")
    settings = _settings(args)
    if args.live:
        return _live(args, source, questions, settings)
    if questions and "-" not in questions and not _any_readable(questions):
        return _refuse_all(questions, args.json)

    from pipeline.video_qa import VideoQA

    qa = VideoQA.open(source, weights=args.weights, quiet=args.quiet, settings=settings)
    output = _Output(qa, args, numbered=len(questions) > 1 or "-" in questions)
    if not questions and sys.stdin.isatty():
        return _prompt(qa, output)
    if not questions or "-" in questions:
        asked = failed = 0
        for question in _lines(questions or ["-"]):
            asked += 1
            failed += not output.show(qa.ask_many([question])[0])
        if not asked:
            raise InputError("standard input holds no question; give one a line")
    else:
        asked, failed = len(questions), 0
        for answer in _in_turn(qa, questions):
            failed += not output.show(answer)
    return 2 if failed == asked else 0


def _settings(args: argparse.Namespace) -> ClipSettings:
    """Raises InputError for numbers that make no sense."""
    from pipeline.open_clip import ClipSettings

    for name in ("fps", "max_seconds", "duration"):
        value = getattr(args, name)
        if value is not None and not 0 < value < float("inf"):
            raise InputError(f"--{name.replace('_', '-')} is {value:g}; it must be a number above 0")
    return ClipSettings(
        detector=args.detector,
        device=args.device,
        input_px=args.input_px,
        fps=args.fps,
        size=None if args.size is None else _parse_size(args.size),
        duration_s=args.duration,
        class_name=args.class_name,
        max_s=args.max_seconds,
    )


def _live(args: argparse.Namespace, source: str, questions: Sequence[str], settings: ClipSettings) -> int:
    """Raises InputError for options that a stream has no use for."""
    for name in ("from_tracks", "size", "duration", "class_name", "save_evidence"):
        if getattr(args, name) is not None:
            raise InputError(f"--{name.removesuffix('_name').replace('_', '-')} and --live don't go together")
    from pipeline.live import LiveSettings, run_live
    from pipeline.video_qa import WEIGHTS

    how = LiveSettings(args.every, settings.max_s, args.keep_hours * 3600)
    how = how if settings.fps is None else replace(how, fps=settings.fps)
    weights, detector = args.weights or WEIGHTS, settings.for_detector
    return run_live(source, questions, weights=weights, settings=how, detector=detector, quiet=args.quiet)


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise InputError(f"--size is '{text}'; write width x height in pixels, like 1920x1080")
    return int(width), int(height)


# ----------------------------------------------------------------------------------------------------------- questions


def _lines(questions: Iterable[str]) -> Iterator[str]:
    """The questions, with those of standard input in the place of "-"; blank lines are no questions."""
    for question in questions:
        if question != "-":
            yield question
            continue
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(errors="replace")
        for line in sys.stdin:
            if line.strip():
                yield line.rstrip("\r\n")


_REFERS = re.compile(r"\W*(?:and|or|but|what about|how about|then)\b", re.I)
"""Begins a question that goes on from the one before: "and the second?"."""


def _in_turn(qa: VideoQA, questions: Sequence[str]) -> Iterable[Answer]:
    """The answers; one after another where a question goes on from the one before."""
    from pipeline.video_qa import unreadable

    if not any(_REFERS.match(question) for question in questions[1:]):
        return qa.ask_many(questions)
    return [unreadable(question) or qa.ask(question) for question in questions]


def _any_readable(questions: Sequence[str]) -> bool:
    """Is there a question that is worth indexing a video for?"""
    from pipeline.asking.asked_text import readable

    for question in questions:
        try:
            readable(question)
        except InputError:
            continue
        return True
    return False


def _refuse_all(questions: Sequence[str], as_json: bool) -> int:
    from pipeline.video_qa import unreadable

    for question in questions:
        _print_unreadable(unreadable(question), as_json)
    return 2


def _print_unreadable(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.as_json(), ensure_ascii=False), flush=True)
    else:
        print(f"error: {answer.text[:1].lower()}{answer.text[1:-1]}", file=sys.stderr, flush=True)


class _Output:
    """Shows answers, and writes their evidence. numbered: several are asked."""

    def __init__(self, qa: VideoQA, args: argparse.Namespace, *, numbered: bool):
        self.qa, self.as_json, self.folder, self.numbered = qa, args.json, args.save_evidence, numbered
        self.count = 0
        self.said: set[str] = set()

    def show(self, answer: Answer, *, again: bool = False) -> bool:
        """False for a question that could not be read. again: it stands on the screen already."""
        self.count += 1
        if answer.refused and answer.understood is None:
            if self.numbered and not self.as_json and not again:
                print(f"> {_short(answer.question)}", flush=True)
            _print_unreadable(answer, self.as_json)
            if self.numbered and not self.as_json:
                print(flush=True)
            return False
        if self.as_json:
            print(json.dumps(answer.as_json(), ensure_ascii=False), flush=True)
        else:
            from pipeline.telling.answers_text import answer_lines

            if self.numbered and not again:
                print(f"> {_short(answer.question)}")
            of_clip = set(self.qa.warnings)  # these are said once
            new = tuple(w for w in answer.warnings if w not in self.said or w not in of_clip)
            self.said.update(new)
            print("\n".join(answer_lines(replace(answer, warnings=new))), flush=True)
        if self.folder is not None and not answer.refused:
            self._save(answer)
        if self.numbered and not self.as_json:
            print(flush=True)
        return True

    def _save(self, answer: Answer) -> None:
        folder = self.folder / f"{self.count:02}" if self.numbered else self.folder
        saved = self.qa.save_evidence(answer, folder)
        pictures = len(saved) - 1
        said = f"{pictures} picture{'s' * (pictures != 1)} and a timeline" if pictures else "a timeline"
        if self.qa.clip.video is None and answer.evidence:
            said += " (no pictures: there is no video beside this index)"
        print(f"saved in {folder}: {said}", file=sys.stderr if self.as_json else sys.stdout, flush=True)


def _short(question: str) -> str:
    from pipeline.asking.asked_text import one_line

    line = one_line(question)
    return line if len(line) <= 100 else line[:99] + "…"


# -------------------------------------------------------------------------------------------------------------- prompt


def _prompt(qa: VideoQA, output: _Output) -> int:
    """Ask until the user ends it; questions may refer to the one before."""
    output.numbered = True
    remember = _history()
    print(_HELP, file=sys.stderr)
    try:
        while True:
            line = input("> ").strip()
            if line.lower() in ("quit", "exit", "q"):
                break
            if line.lower() in ("help", "?"):
                print(_HELP)
            elif line.lower() == "timeline":
                print(qa.timeline())
            elif line:
                try:
                    output.show(qa.ask(line), again=True)
                except InputError as error:  # evidence that can't be written, for instance
                    print(f"error: {error}", file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print()
    finally:
        remember()
    return 0


def _history():
    """Arrow keys bring back earlier questions, also those of earlier runs. Returns what keeps them."""
    from pipeline.storage import home

    try:
        import readline

        path = home() / "questions.history"
        if path.is_file():
            readline.read_history_file(path)
        readline.set_history_length(1000)
    except (ImportError, OSError, InputError):  # Windows has no readline; a prompt without history is still one
        return lambda: None

    def keep() -> None:
        with contextlib.suppress(OSError):
            readline.write_history_file(path)

    return keep


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28, width=120)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
