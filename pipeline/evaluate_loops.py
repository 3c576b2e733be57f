"""`python -m pipeline.evaluate_loops VIDEO …`: is a clip that is played ten times over counted once?

Each video is written ten times over (encoded anew, so that no picture is quite the same), indexed once by itself and
once looped; told are the objects of each class of both, and the identities that the online tracker made.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from pipeline.build_index import IndexSettings, build_index
from pipeline.detect import DetectorSettings, load_detector
from pipeline.errors import InputError, run_cli
from pipeline.object_index import ObjectIndex

CRF = 20


def write_loop(video: Path, out: Path, times: int) -> None:
    """H.264 of `video` shown `times` times. Raises InputError where it cannot be read."""
    import av

    try:
        with av.open(str(video)) as first:
            stream = first.streams.video[0]
            rate, size = Fraction(stream.average_rate or 25), (stream.width & ~1, stream.height & ~1)
    except (av.FFmpegError, IndexError) as error:
        raise InputError(f"{video} cannot be read as a video: {error}") from error
    with av.open(str(out), "w") as container:
        made = container.add_stream("libx264", rate=rate)
        made.width, made.height = size
        made.pix_fmt, made.time_base = "yuv420p", 1 / rate
        made.options = {"crf": str(CRF), "preset": "veryfast"}
        number = 0
        for _ in range(times):
            with av.open(str(video)) as source:
                for frame in source.decode(video=0):
                    shown = frame.reformat(*size, format="yuv420p")
                    shown.pts, shown.time_base = number, 1 / rate
                    container.mux(made.encode(shown))
                    number += 1
        container.mux(made.encode(None))


def counts(index: ObjectIndex) -> dict[str, int]:
    """Objects of each class, most first."""
    return dict(Counter(index.class_names[c] for c in index.tracks.class_id).most_common())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_loops", description=__doc__)
    parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO")
    parser.add_argument("--times", type=int, default=10, metavar="N", help="how often each is shown (default 10)")
    parser.add_argument("--detector", default=DetectorSettings().detector, help="as in pipeline.index")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures, too")
    args = parser.parse_args(arguments)
    if args.times < 2:
        raise InputError(f"--times is {args.times}; a loop needs 2 or more")
    detector = load_detector(DetectorSettings(detector=args.detector))
    rows, off, there = [], 0, 0
    for video in args.videos:
        with tempfile.TemporaryDirectory() as folder:
            looped = Path(folder) / f"{video.stem}-looped.mp4"
            write_loop(video, looped, args.times)
            once, many = (
                build_index(path, Path(folder), IndexSettings(), detector=detector).index for path in (video, looped)
            )
        a, b = counts(once), counts(many)
        wrong = sum(abs(a.get(name, 0) - b.get(name, 0)) for name in {*a, *b})
        off, there = off + wrong, there + sum(a.values())
        period = many.provenance.get("repeats_s", 0)
        rows.append({"video": video.name, "once": a, "looped": b, "off": wrong, "period_s": period,
                     "online": many.provenance["identities"]["online"]})  # fmt: skip
        print(f"{video.name}: {sum(a.values())} objects; {args.times} times over {sum(b.values())}, off by {wrong} "
              f"({rows[-1]['online']} online identities; repeats itself every {period:g} s)")  # fmt: skip
    print(f"{len(rows)} videos: {there} objects, counts off by {off} ({off / max(there, 1):.1%})")
    if args.json:
        args.json.write_text(json.dumps({"objects": there, "off_by": off, "videos": rows}, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
