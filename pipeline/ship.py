"""Put trained parts together into a model folder: `python -m pipeline.ship --clips runs/a --unseen runs/b`.

A part that is not given, or is given as a model folder, is taken from there: the bundled weights by default.
The folder is what `Answerer.load` and `LongtakeModel.from_pretrained` read: config.json and model.safetensors.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.longtake import Longtake, ModelSettings
from models.looks import LookReader
from models.query_reader import QueryReader
from pipeline.answerer import WEIGHTS
from pipeline.errors import InputError, run_cli
from pipeline.learned_looks import LOOKS
from pipeline.object_index import write_aside
from pipeline.queries.learned import QUERIES
from pipeline.queries.slots import SLOTS


def ship(clips: Path, questions: Path, unseen: Path, out: Path) -> int:
    """Write the model folder `out`. Returns the number of parameters. Raises InputError where a part is missing."""
    try:
        configs = [json.loads((folder / "config.json").read_text()) for folder in (clips, questions, unseen)]
        settings, asked, missed = map(ModelSettings.from_dict, configs)
        folders = {"clips": clips, "unseen": unseen, "questions": questions}
        parts = {name: _part(folder, name) for name, folder in folders.items()}
    except (OSError, ValueError) as error:
        raise InputError(f"not a finished run of pipeline.train: {error}") from error
    settings = replace(
        settings,
        question_width=asked.question_width,
        question_layers=asked.question_layers,
        question_heads=asked.question_heads,
        unseen_features=missed.unseen_features,
        unseen_width=missed.unseen_width,
    )
    tensors = {f"{part}.{name}": tensor for part, named in parts.items() for name, tensor in named.items()}
    model = Longtake(settings)
    model.load_state_dict(tensors)
    from models.configuration_longtake import LongtakeConfig

    config = LongtakeConfig.of(settings)
    config.architectures = ["LongtakeModel"]
    out.mkdir(parents=True, exist_ok=True)
    write_aside(out / "config.json", lambda path: path.write_text(config.to_json_string(use_diff=False) + "\n"))
    write_aside(out / "model.safetensors", lambda path: save_file(tensors, path, {"format": "pt"}))
    return sum(p.numel() for p in model.parameters())


def ship_looks(run: Path, out: Path) -> int:
    """Write a run's looks (`pipeline.learned_looks`) into the folder `out`. Returns the number of parameters."""
    return _ship_alone(run, LookReader(), "looks", out / LOOKS.name, {})


def ship_queries(run: Path, out: Path) -> int:
    """Write a run's query reader (`pipeline.queries.learned`) and its words into the folder `out`. Returns the number
    of parameters."""
    try:
        words = json.loads((run / "words.json").read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"not a finished run of pipeline.train --part queries: {error}") from error
    model = QueryReader(slots=len(SLOTS), words=len(words))
    return _ship_alone(run, model, "queries", out / QUERIES, {"words": json.dumps(words)})


def _ship_alone(run: Path, model: nn.Module, part: str, file: Path, facts: dict[str, str]) -> int:
    """Write a part that is a file of its own, in half precision but for vectors, with facts about it. Returns the
    number of parameters."""
    try:
        tensors = load_file(run / "best.safetensors")
    except OSError as error:
        raise InputError(f"not a finished run of pipeline.train: {error}") from error
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise InputError(f"{run} is no run of pipeline.train --part {part}") from error
    small = {name: tensor.half() if tensor.ndim > 1 else tensor for name, tensor in tensors.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_aside(file, lambda path: save_file(small, path, {"format": "pt", **facts}))
    return sum(p.numel() for p in model.parameters())


def _part(folder: Path, part: str) -> dict[str, Tensor]:
    """One part's weights, from a run's folder or a model's."""
    if (whole := folder / "model.safetensors").is_file():
        tensors = load_file(whole)
        return {name.removeprefix(f"{part}."): t for name, t in tensors.items() if name.startswith(f"{part}.")}
    return load_file(folder / "best.safetensors")


def main(argv: Sequence[str] | None = None) -> int:
    """Ship the parts."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.ship", description=__doc__.splitlines()[0])
    for part in ("clips", "unseen", "questions"):
        parser.add_argument(f"--{part}", type=Path, default=WEIGHTS, metavar="RUN", help="default: the bundled weights")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FOLDER", help="default: the bundled weights")
    parser.add_argument(
        "--looks", type=Path, metavar="RUN", help="only this part, a file of its own: looks.safetensors"
    )
    parser.add_argument("--queries", type=Path, metavar="RUN", help="only this part: queries.safetensors")
    args = parser.parse_args(argv)
    if args.queries:
        print(f"{args.out / QUERIES}: {ship_queries(args.queries, args.out) / 1e6:.2f} M parameters")
        return 0
    if args.looks:
        print(f"{args.out / LOOKS.name}: {ship_looks(args.looks, args.out) / 1e6:.2f} M parameters")
        return 0
    number = ship(args.clips, args.questions, args.unseen, args.out)
    print(f"{args.out}: {number / 1e6:.2f} M parameters; next: python -m pipeline.calibrate --weights {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
