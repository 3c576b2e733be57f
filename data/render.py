"""Draw simulated streets, parks and squares as video, or as pictures with boxes for a detector.

    python -m data.render --seed 7 --duration-s 90 --size 960x540 --fps 15 --out clip.mp4
    python -m data.render --screenplay street --out street.mp4
    python -m data.render --seed 7 --frames 12 --contact-sheet sheet.png
    python -m data.render --scenes 3000 --seed 1 --size 640x384 --out rendered --dataset

A clip comes with its truth, as the renderer sees it: `clip.csv` (tracks) and `clip.questions.jsonl` (questions with
answers). Needs the extra `render` (moderngl) and OpenGL 3.3, in software or on a GPU; no display.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import InputError, run_cli


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the renderer; see the module's docstring. Raises InputError for bad input."""
    options = _parser().parse_args(argv)
    size = _size(options.size)
    if options.dataset or options.looks:
        return _set(options, size)
    return _clip(options, size)


def _set(options: argparse.Namespace, size: tuple[int, int]) -> int:
    """Pictures for a detector, or views of objects for learned looks."""
    from data.rendering.detection_set import write_detection_set
    from data.rendering.looks_set import write_looks_set

    option, write, what = ("--looks", write_looks_set, "stories")
    if options.dataset:
        option, write, what = ("--dataset", write_detection_set, "pictures")
    if options.out is None:
        raise InputError(f"{option} needs --out, the folder to write")
    if options.scenes < 1:
        raise InputError(f"--scenes is {options.scenes}, it must be 1 or more")
    made = write(options.out, options.scenes, options.seed, size, workers=max(1, options.workers))
    print(f"{made} {what} made in {options.out}")
    return 0


def _clip(options: argparse.Namespace, size: tuple[int, int]) -> int:
    """A clip with its truth, or a sheet of stills."""
    from data.rendering.clip import contact_sheet, film
    from data.rendering.truth import write_questions

    if options.fps < 1 or options.truth_fps < 1 or options.fps % options.truth_fps:
        raise InputError(
            f"--fps is {options.fps}, it must be a multiple of --truth-fps ({options.truth_fps}), such as 15"
        )
    if not 1 <= options.duration_s <= 3600:
        raise InputError(f"--duration-s is {options.duration_s:g}, it must be 1 to 3600 seconds")
    if options.screenplay:
        from data.rendering.screenplay import stage_play

        staging = stage_play(options.screenplay, size)
    else:
        from data.rendering.story import make_story

        staging = make_story(options.seed, size, options.duration_s)
    if options.contact_sheet:
        contact_sheet(staging, options.frames, options.contact_sheet, times=options.at)
        print(options.contact_sheet)
    if options.poster:
        from data.rendering.poster import draw_poster

        tracks = (options.out or options.poster).with_suffix(".csv")
        draw_poster(staging, tracks, options.poster, (options.at or [staging.duration_s / 2])[0], options.truth_fps)
        print(options.poster)
        return 0
    if options.out is None:
        if not options.contact_sheet:
            raise InputError("name the video to write with --out, or a sheet of stills with --contact-sheet")
        return 0
    out: Path = options.out
    tracks, questions = out.with_suffix(".csv"), out.with_suffix(".questions.jsonl")
    video = None if options.no_video else out
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        truth = film(
            staging, fps=options.fps, truth_fps=options.truth_fps, video=video, seed=options.seed, crf=options.crf
        )
        objects = truth.write_csv(tracks)
        asked = write_questions(
            tracks, questions, fps=options.truth_fps, size=size, many=options.questions, seed=options.seed
        )
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}") from error
    made = "" if video is None else f"{video} ({video.stat().st_size / 1e6:.1f} MB), "
    print(f"{made}{tracks} ({objects} objects at {options.truth_fps} frames a second), {questions} ({asked} questions)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.render", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same pictures (default 0)")
    parser.add_argument(
        "--size", default="960x540", metavar="WxH", help="size of the picture in pixels (default 960x540)"
    )
    parser.add_argument("--duration-s", type=float, default=60.0, help="length of the clip in seconds (default 60)")
    parser.add_argument("--fps", type=int, default=15, help="frames per second of the video (default 15)")
    parser.add_argument("--truth-fps", type=int, default=5, help="frames per second of the tracks (default 5)")
    parser.add_argument("--questions", type=int, default=30, help="questions about the clip, at most (default 30)")
    parser.add_argument("--crf", type=int, default=25, help="quality of the video, lower is better (default 25)")
    parser.add_argument(
        "--screenplay", choices=("street",), help="a clip that somebody has composed, instead of --seed"
    )
    parser.add_argument("--no-video", action="store_true", help="only the truth and the questions")
    parser.add_argument("--contact-sheet", type=Path, metavar="PNG", help="write stills with their boxes on one page")
    parser.add_argument(
        "--poster", type=Path, metavar="PNG", help="a still (--at) with boxes and times, of tracks made before"
    )
    parser.add_argument("--frames", type=int, default=12, help="stills on the contact sheet (default 12)")
    parser.add_argument("--at", type=float, nargs="+", metavar="S", help="times of the stills instead, seconds")
    parser.add_argument("--out", type=Path, metavar="PATH", help="video to write, or folder of the data set")
    parser.add_argument("--dataset", action="store_true", help="pictures with boxes, in YOLO form")
    parser.add_argument("--looks", action="store_true", help="views of objects that come again (pipeline.train)")
    parser.add_argument(
        "--scenes", type=int, default=1000, help="pictures of the data set, stories of --looks (default 1000)"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes for the data set (default 1)")
    return parser


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)\s*[xX×]\s*(\d+)", text.strip())
    if not match or not all(32 <= int(side) <= 4096 and int(side) % 2 == 0 for side in match.groups()):
        raise InputError(f'--size is "{text}"; write even width and height in pixels, as 960x540')
    return int(match.group(1)), int(match.group(2))


if __name__ == "__main__":
    sys.exit(run_cli(main))
