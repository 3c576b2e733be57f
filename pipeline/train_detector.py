"""Train a detector on your own pictures (or on rendered ones), and get it as one ONNX file for `--detector`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.errors import InputError, run_cli

_HELP = """what happens
  1. The data set is checked: data.yaml, pictures, labels, classes.
  2. YOLO26 is trained by ultralytics, from --init. Classes that --init knows by the same name (person, car, bus …)
     keep what is known of them, which makes training many times shorter; new ones are learned from your pictures.
  3. The best weights are exported to detector.onnx (NMS-free, class names inside), compared with the .pt, measured on
     val, and described in detector.md.

data.yaml                                        pictures and labels
  train: images/train                              images/train/a.jpg   images/val/b.jpg
  val: images/val                                  labels/train/a.txt   labels/val/b.txt
  names: [person, forklift]                        one line per object: class cx cy w h (parts of the picture, 0 to 1)

examples
  python -m pipeline.train_detector --data mine/data.yaml --minutes 30              30 minutes, from yolo26n.pt
  python -m pipeline.train_detector --data mine/data.yaml --size 384 --epochs 50    2.5 times faster, for large things
  python -m pipeline.train_detector --out runs/detector --resume                    go on with an interrupted run
  python -m pipeline.index street.mp4 --detector runs/detector/detector.onnx        use it

  python -m data.render --dataset runs/rendered                                     the rendered world, and
  python -m pipeline.train_detector --data runs/rendered/data.yaml --rendered --out runs/detector      its detector

Val must hold other scenes than train, or the figures tell nothing. An interrupted run, killed or stopped by Ctrl-C,
goes on after its last whole epoch when the same command is given again. .pt files are pickles: only ones that you name
are opened, in ultralytics' safe mode, and what is shipped is ONNX."""


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.train_detector", description=__doc__, epilog=_HELP,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=120),
    )  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="FILE", help="data.yaml of a data set in YOLO's form")
    parser.add_argument("--out", type=Path, default=Path("runs/detector"), metavar="DIR", help="default runs/detector")
    parser.add_argument(
        "--init", metavar="PT", help="yolo26n.pt (default), another YOLO26 name or path, or scratch: know nothing"
    )
    parser.add_argument("--size", type=int, help="longer side of pictures for the network, pixels (default 640)")
    parser.add_argument(
        "--learn-at", type=int, metavar="PX",
        help="learn from smaller pictures than --size: 512 for 640 is a third faster (Touvron et al. 2019)",
    )  # fmt: skip
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, metavar="M", help="training time in all, over all calls (default 60)")
    length.add_argument("--epochs", type=int, metavar="N", help="or so many passes over the data")
    parser.add_argument("--batch", type=int, help="pictures per step (default 16)")
    parser.add_argument("--lr", type=float, help="highest learning rate (default 0.001)")
    parser.add_argument("--seed", type=int, help="of everything random (default 0)")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16, also where it is faster")
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda, or the number of a GPU")
    parser.add_argument("--workers", type=int, default=4, help="processes that load pictures, with a GPU (default 4)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out, with its own settings")
    parser.add_argument("--rendered", action="store_true", help="the data are of data.render: the card says so")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, export, compare, measure, describe. Raises InputError for bad input."""
    args = parse_arguments(arguments)
    from pipeline.detectors.data import DetectorData
    from pipeline.detectors.precision import bfloat16_pays
    from pipeline.detectors.training import BEST, RunRecord, TrainingSettings, train

    record = RunRecord.read(args.out)
    chosen = {"init": args.init, "size": args.size, "learn_at": args.learn_at, "minutes": args.minutes,
              "epochs": args.epochs, "batch": args.batch, "lr": args.lr, "seed": args.seed,
              "bf16": False if args.fp32 else None if args.resume else bfloat16_pays(args.device)}  # fmt: skip
    chosen = {name: value for name, value in chosen.items() if value is not None}
    if args.resume:
        if record is None:
            raise InputError(f"--resume: no run was begun in {args.out}; leave --resume away to begin one")
        if chosen:
            raise InputError(
                f"--resume takes the settings of {args.out}; leave --{next(iter(chosen)).replace('_', '-')} away"
            )
        settings = TrainingSettings(**record.settings)
        source = args.data or Path(record.data)
    else:
        if args.data is None:
            raise InputError("--data is missing: the data.yaml of a data set in YOLO's form (see --help)")
        if args.minutes is None and args.epochs is None:
            chosen["minutes"] = 60.0
        settings, source = TrainingSettings(**chosen), args.data
    _check(settings, args)
    data = DetectorData.read(source)
    device = _device(args.device)
    if not args.quiet:
        print(
            f"{len(data.train)} pictures to learn from, {len(data.val)} to measure with, classes: "
            f"{', '.join(data.class_names)}",
            file=sys.stderr,
        )
    record = train(
        args.out, data, settings, device=device, workers=args.workers, threads=args.threads, verbose=not args.quiet
    )
    return _finish(args, data, settings, record, args.out / BEST)


def _finish(args: argparse.Namespace, data, settings, record, best: Path) -> int:
    """Export, compare, measure, and write the card."""
    from pipeline.detectors.card import CardFacts, write_card
    from pipeline.detectors.export import compare, export_onnx, measure

    made = args.out / "detector.onnx"
    export_onnx(best, made, size=settings.size, one_shape=data.one_shape)
    same = compare(best, made, data, size=settings.size)
    scores = measure(made, args.out, data, size=settings.size)
    facts = CardFacts(made, _command(args, settings, data.file), same, scores, args.rendered)
    write_card(made.with_suffix(".md"), data, settings, record, facts)
    figures = {"minutes": round(record.seconds / 60, 1), "epochs": record.epochs, "kept": list(record.kept),
               "same": asdict(same), "classes": [asdict(score) for score in scores]}  # fmt: skip
    (args.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    width = max(len(score.name) for score in scores)
    print(f"{'':{width}s}  boxes  precision  recall  mAP50  mAP50-95")
    for s in scores:
        print(
            f"{s.name:{width}s}  {s.boxes:5d}  {s.precision:9.3f}  {s.recall:6.3f}  {s.map50:5.3f}  {s.map50_95:8.3f}"
        )
    print(f"\n{made}  ({made.stat().st_size / 1e6:.1f} MB; what it is: {made.with_suffix('.md')})")
    return 0


def _check(settings, args: argparse.Namespace) -> None:
    for name, side in (("size", settings.size), ("learn-at", settings.learn_at or settings.size)):
        if not 64 <= side <= 2048:
            raise InputError(f"--{name} is {side}; choose 64 to 2048 pixels")
        if side % 32:
            raise InputError(f"--{name} is {side}; choose a multiple of 32, such as {-(-side // 32) * 32}")
    if settings.minutes is not None and not 0 < settings.minutes < 1e5:
        raise InputError(f"--minutes is {settings.minutes:g}; choose a number of minutes above 0")
    if settings.epochs is not None and not 1 <= settings.epochs <= 999:
        raise InputError(f"--epochs is {settings.epochs}; choose 1 to 999")
    if not 2 <= settings.batch <= 1024:
        raise InputError(f"--batch is {settings.batch}; choose 2 to 1024 pictures")
    if not 0 < settings.lr <= 1:
        raise InputError(f"--lr is {settings.lr:g}; choose a learning rate above 0, such as 0.001")
    if args.threads < 0 or args.workers < 0:
        raise InputError("--threads and --workers cannot be below 0")


def _device(device: str) -> str:
    """ultralytics' name of the device. Raises InputError for one that is not there."""
    if device == "cpu":
        return device
    import torch

    if device != "cuda" and not device.isdecimal():
        raise InputError(f"unknown device '{device}'; choose cpu, cuda, or the number of a GPU")
    number = int(device) if device.isdecimal() else 0
    if not torch.cuda.is_available() or number >= torch.cuda.device_count():
        raise InputError(f"--device {device}: torch finds no such CUDA device here; use --device cpu")
    return str(number)


def _command(args: argparse.Namespace, settings, data: Path) -> str:
    """The command that makes the same again, without the machine's folders."""
    length = f"--minutes {settings.minutes:g}" if settings.minutes is not None else f"--epochs {settings.epochs}"
    smaller = f" --learn-at {settings.learn_at}" if settings.learn_at else ""
    return (
        f"python -m pipeline.train_detector --data {data.parent.name}/{data.name} --init {Path(settings.init).name} "
        f"--size {settings.size}{smaller} {length} --seed {settings.seed}{' --rendered' if args.rendered else ''}"
    )


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
