"""`python -m pipeline.index`: any video in, one small file out that says what was visible, where and when."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from data.clock import clock
from pipeline.errors import InputError, run_cli

_EXAMPLES = """examples:
  python -m pipeline.index street.mp4                        index a video, print where the index is and what it holds
  python -m pipeline.index *.mp4 -o indexes/                 many videos, into one folder
  python -m pipeline.index street.mp4 --fps 10               look more often: for fast traffic (twice the time)
  python -m pipeline.index rtsp://camera/1 --max-seconds 600 ten minutes of a network camera (or a camera number: 0)
  python -m pipeline.index --from-tracks gt.txt --fps 25 --size 1920x1080    given tracks instead of a detector
  python -m pipeline.index --show street-….index.safetensors    what an index holds
  python -m pipeline.index --show street-….index.safetensors --export tracks.csv   as a table (.csv, .parquet, .txt=MOT)

An interrupted run goes on where it stopped when the same command is given again; a finished index is found again.
Indexes and downloaded detectors are kept in a cache folder; the environment variable LONGTAKE_HOME moves it."""


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.index", description=__doc__, epilog=_EXAMPLES, formatter_class=_Formatter
    )
    parser.add_argument("videos", nargs="*", metavar="VIDEO", help="video files, stream addresses or camera numbers")
    parser.add_argument("-o", "--out", type=Path, metavar="DIR", help="where indexes go (default: the cache folder)")
    parser.add_argument(
        "--fps", type=float, help="frames looked at per second (default 5); with --from-tracks: of the tracks"
    )
    parser.add_argument(
        "--detector", help="yolo26n.pt, another Ultralytics name, a path (.pt, .onnx, OpenVINO folder), or bundled"
    )
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="where the detector runs")
    parser.add_argument(
        "--runtime", default="auto", help="auto, openvino, onnxruntime or torch (default: the fastest here)"
    )
    parser.add_argument(
        "--input-px",
        type=int,
        help="longer side that the detector sees (default by the video: 640, or 960 or 1280 for small things)",
    )
    parser.add_argument("--threads", type=int, default=0, help="CPU threads of the detector (default: all cores)")
    parser.add_argument(
        "--decoder",
        default="pyav",
        choices=("pyav", "decord", "auto"),
        help="who reads the video file (default pyav; auto = decord where that is safe)",
    )
    parser.add_argument(
        "--max-seconds", type=float, metavar="S", help="stop after this much video (live sources: then finish)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar; print only the index files' paths")
    tracks = parser.add_argument_group("given tracks")
    tracks.add_argument(
        "--from-tracks",
        type=Path,
        metavar="FILE",
        help="MOTChallenge gt.txt, KITTI labels, or CSV frame,id,class,x,y,w,h",
    )
    tracks.add_argument("--size", metavar="WxH", help="picture size of the tracks, pixels: 1920x1080")
    tracks.add_argument(
        "--duration", type=float, metavar="S", help="length of the clip, if it goes on after the last track"
    )
    tracks.add_argument(
        "--class", dest="class_name", metavar="NAME", help="class of tracks that don't say one (default person)"
    )
    show = parser.add_argument_group("reading an index")
    show.add_argument("--show", type=Path, metavar="FILE", help="print what an index holds")
    show.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="with --show or one video: write the tracks as .csv, .parquet or MOT .txt",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; see `--help`. Returns the exit code; raises InputError for bad input."""
    args = parse_arguments(arguments)
    if sum(map(bool, (args.videos, args.from_tracks, args.show))) != 1:
        raise InputError("give videos, or --from-tracks FILE, or --show FILE (see --help)")
    if args.export:
        from pipeline.export import KIND_OF_SUFFIX

        if args.export.suffix.lower() not in KIND_OF_SUFFIX:
            raise InputError(f"--export {args.export}: the name must end in .csv, .parquet or .txt (MOTChallenge)")
    if args.show:
        return _show(args)
    if args.from_tracks:
        return _from_tracks(args)
    return _index_videos(args)


def _index_videos(args: argparse.Namespace) -> int:
    from pipeline.build_index import DEFAULT_FPS, IndexSettings, address_or_path, build_index, check_settings
    from pipeline.detect import DEFAULT_DETECTOR, DetectorSettings, load_detector
    from pipeline.telling.summary import summary_lines

    if args.export and len(args.videos) != 1:
        raise InputError(f"--export {args.export} takes the tracks of one video, not of {len(args.videos)}")
    settings = IndexSettings(
        fps=DEFAULT_FPS if args.fps is None else args.fps,
        decoder=args.decoder,
        detector=DetectorSettings(
            detector=args.detector or DEFAULT_DETECTOR,
            device=args.device,
            runtime=args.runtime,
            input_px=args.input_px,
            threads=args.threads,
        ),
    )
    check_settings(settings, args.max_seconds)
    files = [address_or_path(video) for video in args.videos]
    missing = [str(file) for file in files if isinstance(file, Path) and not file.exists()]
    if len(missing) == len(args.videos):
        raise InputError(f"no such file: {', '.join(missing)}")
    detector = load_detector(settings.detector)
    failed = 0
    for video in args.videos:
        try:
            built = build_index(video, args.out, settings, detector=detector, quiet=args.quiet, max_s=args.max_seconds)
            if args.export:
                _export(built.index, args.export)
        except InputError as error:
            if len(args.videos) == 1:
                raise
            failed += 1
            print(f"error: {error}", file=sys.stderr)
            continue
        if args.quiet:
            print(built.path)
            continue
        speed = (built.index.duration_s - built.resumed_s) / max(built.seconds, 1e-3)
        how = "found, made earlier" if built.was_there else f"{built.seconds:.1f} s, {speed:.1f}× real time"
        if built.resumed_s:
            how += f", resumed at {clock(built.resumed_s)}"
        print(f"{built.path}  ({how})")
        print("\n".join(summary_lines(built.index)), end="\n\n")
    if failed:
        raise InputError(f"{failed} of {len(args.videos)} videos could not be indexed; the others are done")
    return 0


def _from_tracks(args: argparse.Namespace) -> int:
    from pipeline.given_tracks import read_given_tracks
    from pipeline.object_index import SUFFIX, read_index, write_index
    from pipeline.storage import home
    from pipeline.telling.summary import summary_lines

    if args.fps is None or args.size is None:
        raise InputError(f"{args.from_tracks}: tracks don't say their rate and picture size; add --fps F --size WxH")
    index = read_given_tracks(
        args.from_tracks,
        fps=args.fps,
        size=_parse_size(args.size),
        duration_s=args.duration,
        class_name=args.class_name,
    )
    asked = f"{args.fps:g} {args.size} {args.duration} {args.class_name}".encode()
    digest = f"{str(index.provenance['digest'])[:10]}-{hashlib.sha256(asked).hexdigest()[:8]}"
    path = (args.out or home("indexes")) / f"{args.from_tracks.stem}-{digest}-tracks{SUFFIX}"
    write_index(index, path)
    if args.export:
        _export(index, args.export)
    print(path)
    if not args.quiet:
        print("\n".join(summary_lines(read_index(path))))
    return 0


def _show(args: argparse.Namespace) -> int:
    from pipeline.object_index import read_index
    from pipeline.telling.summary import summary_lines

    index = read_index(args.show)
    if args.export:
        _export(index, args.export)
    print("\n".join(summary_lines(index)))
    return 0


def _export(index, path: Path) -> None:
    from pipeline.export import export_index

    export_index(index, path)
    print(f"exported to {path}", file=sys.stderr)


def _parse_size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise InputError(f"--size is '{text}'; write width x height in pixels, like 1920x1080")
    return int(width), int(height)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28, width=120)


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
