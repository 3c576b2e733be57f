"""Every option of the clip reader in one table: same data, same number of samples, about the same number of parameters.

    python -m pipeline.ablation --out runs/ablation --samples 2500
    python -m pipeline.ablation --out runs/ablation --only lstm,gru         # several may run side by side
    python -m pipeline.ablation --out runs/measured --measure runs/clips1   # trained folders, without training

Each option differs from `base` in one thing only. What an option's row needs stands in its folder, so an interrupted
run goes on with the same command, and a finished option is not trained or measured again. The table covers all that is
finished in `--out`. Readers without a memory of their own (`transformer`, and the recurrent ones, which have a hidden
state) still point at the entries of the whole clip; `memory_none` and `memory_recent` cut these as well.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from models.clip_reader import ClipReader
from models.longtake import ModelSettings, make_clip_reader
from pipeline import train
from pipeline.asking.names import NameEmbeddings
from pipeline.context_length import ContextEvaluation, Reach, reach
from pipeline.errors import InputError, run_cli
from pipeline.learn_clips import ClipEvaluation
from pipeline.object_index import write_aside


@dataclass(frozen=True)
class Option:
    """arguments: of `pipeline.train`, beside the common ones. appearance: may it see looks."""

    shown: str
    arguments: tuple[str, ...] = ()
    appearance: bool = True


OPTIONS: dict[str, Option] = {
    "base": Option("Transformer-XL, pre-norm, dense, memory of the whole clip, appearance"),
    "lstm": Option("reader: LSTM", ("--reader", "lstm")),
    "gru": Option("reader: GRU", ("--reader", "gru")),
    "rnn": Option("reader: RNN", ("--reader", "rnn")),
    "transformer": Option("reader: fixed-context transformer", ("--reader", "transformer")),
    "post": Option("norm: post", ("--norm", "post")),
    "moe": Option("feed-forward: mixture of experts", ("--feed-forward", "moe")),
    "memory_none": Option("memory: none", ("--memory", "none")),
    "memory_recent": Option("memory: recent", ("--memory", "recent")),
    "no_appearance": Option("appearance: off", ("--no-appearance",), appearance=False),
}

HEADS = ("false_found", "real_kept", "again_found", "new_kept", "class_mended", "class_kept")
FOREVER_MIN = "1e9"
"""`--minutes` of each training: the number of samples ends it, so that no option gains by being fast."""


@dataclass(frozen=True)
class Row:
    """One measured option. seconds: of training. program: accuracy on the repaired clips; gain: over the symbolic
    program on the same clips. tokens_per_s: read in the long clips. settings: what was measured, and on what."""

    name: str
    shown: str
    parameters: int
    samples: int
    seconds: float
    heads: dict[str, float]
    program: float
    gain: float
    tokens_per_s: float
    reach_s: Reach
    reach_tokens: Reach
    settings: dict[str, Any]

    @staticmethod
    def load(path: Path) -> Row:
        row = json.loads(path.read_text())
        for name in ("reach_s", "reach_tokens"):
            row[name] = Reach(**row[name] | {"bins": tuple(tuple(one.values()) for one in row[name]["bins"])})
        return Row(**row)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "reach_s": self.reach_s.to_json(), "reach_tokens": self.reach_tokens.to_json()}


def load_clip_reader(folder: Path) -> tuple[ClipReader, ModelSettings]:
    """The clip reader of a training run (its best weights) or of a shipped folder. Raises InputError without one."""
    try:
        settings = ModelSettings.from_dict(json.loads((folder / "config.json").read_text()))
        for name, start in (("best", ""), ("checkpoint", "model."), ("model", "clips.")):
            if (path := folder / f"{name}.safetensors").is_file():
                tensors = {k.removeprefix(start): v for k, v in load_file(path).items() if k.startswith(start)}
                model = make_clip_reader(settings)
                model.load_state_dict({k: v.float() for k, v in tensors.items()})
                return model.eval(), settings
    except (OSError, ValueError, RuntimeError) as error:
        what = " ".join(str(error).split())[:200]
        raise InputError(f"{folder} holds no clip reader that this version loads ({what}); train it again") from error
    raise InputError(f"{folder} holds no weights; give the --out folder of python -m pipeline.train --part clips")


class Evaluations:
    """The fixed clips, made once for all options (and once more without looks, if an option asks for it)."""

    def __init__(self, args: argparse.Namespace, names: NameEmbeddings):
        self.args, self.names = args, names

    @property
    def settings(self) -> dict[str, Any]:
        a = self.args
        return {
            "eval_clips": a.eval_clips,
            "context_clips": a.context_clips,
            "context_seconds": list(a.context_seconds),
            "context_noise": a.context_noise,
        }

    def make(self, appearance: bool) -> tuple[ClipEvaluation, ContextEvaluation]:
        context = ContextEvaluation(
            self.names, clips=self.args.context_clips, seconds=tuple(self.args.context_seconds),
            noise=self.args.context_noise, appearance=appearance,
        )  # fmt: skip
        return ClipEvaluation(self.names, clips=self.args.eval_clips, appearance=appearance), context

    @cached_property
    def seeing(self) -> tuple[ClipEvaluation, ContextEvaluation]:
        return self.make(True)

    @cached_property
    def blind(self) -> tuple[ClipEvaluation, ContextEvaluation]:
        return self.make(False)

    def measure(self, folder: Path, name: str, option: Option) -> Row:
        """Everything about the trained reader in `folder`."""
        model, settings = load_clip_reader(folder)
        model.to(self.args.device)
        clips, context = self.seeing if option.appearance else self.blind
        metrics = clips(model)
        found, rate = context(model)
        state = _state(folder)
        return Row(
            name=name, shown=option.shown, parameters=sum(p.numel() for p in model.parameters()),
            samples=int(state["samples"]), seconds=float(state["seconds"]),
            heads={head: metrics[head] for head in HEADS if head in metrics},
            program=metrics["all"], gain=metrics["all"] - metrics["symbolic"], tokens_per_s=rate,
            reach_s=reach(found, "seconds"), reach_tokens=reach(found, "tokens"),
            settings={**self.settings, "model": asdict(settings), "appearance": option.appearance},
        )  # fmt: skip


def _state(folder: Path) -> dict[str, Any]:
    path = folder / "state.json"
    return json.loads(path.read_text()) if path.is_file() else {"samples": 0, "seconds": 0.0}


def train_option(option: Option, folder: Path, args: argparse.Namespace) -> None:
    """Train up to `--samples`, going on where an earlier call stopped."""
    if _state(folder)["samples"] >= args.samples and (folder / "best.safetensors").is_file():
        return
    train.main([
        "--part", "clips", "--out", str(folder), "--minutes", FOREVER_MIN, "--samples", str(args.samples),
        "--eval-minutes", FOREVER_MIN, "--eval-clips", "4", "--seed", str(args.seed), "--lr", str(args.lr),
        "--width", str(args.width), "--layers", str(args.layers), "--batch-tokens", str(args.batch_tokens),
        "--workers", str(args.workers), "--threads", str(args.threads), "--device", args.device,
        *(("--fp32",) if args.fp32 else ()), *(("--quiet",) if args.quiet else ()), *option.arguments,
    ])  # fmt: skip


def text_table(rows: Sequence[Row], *, markdown: bool = False) -> str:
    """One row per option."""
    titles = ["option", "parameters", "samples", "train s", "samples/s", *HEADS, "program", "gain", "tokens/s read",
              "context (s)", "context (tokens)"]  # fmt: skip
    cells = []
    for row in rows:
        cells.append([
            row.name, f"{row.parameters:,}", f"{row.samples}", f"{row.seconds:.0f}",
            f"{row.samples / row.seconds:.1f}" if row.seconds else "-",
            *(f"{row.heads[head]:.3f}" if head in row.heads else "-" for head in HEADS),
            f"{row.program:.3f}", f"{row.gain:+.3f}", f"{row.tokens_per_s:,.0f}", str(row.reach_s),
            str(row.reach_tokens),
        ])  # fmt: skip
    return _lay_out(titles, cells, markdown)


def reach_table(rows: Sequence[Row], unit: str, *, markdown: bool = False) -> str:
    """Share of right pointers by distance, one row per option; in the head the number of tracks of each bin."""
    reaches = {row.name: row.reach_s if unit == "seconds" else row.reach_tokens for row in rows}
    bins = sorted({(low, high, number) for one in reaches.values() for low, high, number, _ in one.bins})
    titles = ["option", *(f"{low:g}-{high:g} (n={number})" for low, high, number in bins)]
    cells = []
    for name, one in reaches.items():
        share = {(low, high, number): f"{right:.2f}" for low, high, number, right in one.bins}
        cells.append([name, *(share.get(key, "-") for key in bins)])
    return _lay_out(titles, cells, markdown)


def _lay_out(titles: list[str], cells: list[list[str]], markdown: bool) -> str:
    if markdown:
        lines = [titles, ["---", *("---:" for _ in titles[1:])], *cells]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    widths = [max(len(line[k]) for line in [titles, *cells]) for k in range(len(titles))]
    out = []
    for line in [titles, *cells]:
        first, rest = line[0].ljust(widths[0]), zip(line[1:], widths[1:], strict=True)
        out.append("  ".join([first, *(cell.rjust(width) for cell, width in rest)]))
    return "\n".join(out)


def finished_rows(out: Path) -> list[Row]:
    """All measured options in `out`, in the order of `OPTIONS`."""
    order = list(OPTIONS)
    rows = [Row.load(path) for path in sorted(out.glob("*/measured.json"))]
    return sorted(rows, key=lambda row: order.index(row.name) if row.name in order else len(order))


def write_tables(rows: Sequence[Row], out: Path) -> str:
    """Write table.txt, table.md and table.json to `out`; returns the text."""
    parts = [("", lambda markdown: text_table(rows, markdown=markdown))]
    for unit in ("seconds", "tokens"):
        title = f"Share of returning objects found again, by distance in {unit}"
        parts.append((title, lambda markdown, unit=unit: reach_table(rows, unit, markdown=markdown)))
    texts = {}
    for markdown in (False, True):
        texts[markdown] = "\n\n".join(f"{title}\n\n{make(markdown)}".strip() for title, make in parts) + "\n"
    legend = "\n".join(f"- `{row.name}`: {row.shown}" for row in rows)
    write_aside(out / "table.txt", lambda path: path.write_text(texts[False]))
    write_aside(out / "table.md", lambda path: path.write_text(f"{texts[True]}\n{legend}\n"))
    figures = json.dumps([row.to_json() for row in rows], indent=1)
    write_aside(out / "table.json", lambda path: path.write_text(figures))
    return texts[False]


def run_options(args: argparse.Namespace, names: NameEmbeddings) -> None:
    """Train and measure what is not finished yet."""
    wanted = list(OPTIONS) if args.only is None else [name.strip() for name in args.only.split(",")]
    for name in wanted:
        if name not in OPTIONS:
            raise InputError(f'no option "{name}"; known are {", ".join(OPTIONS)}')
    evaluations = Evaluations(args, names)
    for name in wanted:
        folder, option = args.out / name, OPTIONS[name]
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "names.npz").is_file() and (args.out / "names.npz").is_file():
            shutil.copyfile(args.out / "names.npz", folder / "names.npz")
        train_option(option, folder, args)
        write_aside(args.out / "names.npz", names.load(folder / "names.npz").save)
        _measure_once(evaluations, folder, folder, name, option)


def measure_folders(args: argparse.Namespace, names: NameEmbeddings) -> None:
    """Measure trained folders; a name may go before the folder, as `small=runs/clips1`."""
    evaluations = Evaluations(args, names)
    for given in args.measure:
        name, _, path = given.rpartition("=")
        folder = Path(path)
        name = name or folder.resolve().name
        if (folder / "names.npz").is_file():
            names.load(folder / "names.npz")
        option = Option(f"trained in {folder}", appearance=not args.no_appearance)
        _measure_once(evaluations, folder, args.out / name, name, option)


def _measure_once(evaluations: Evaluations, folder: Path, out: Path, name: str, option: Option) -> None:
    path = out / "measured.json"
    if path.is_file():
        row = Row.load(path)
        same = evaluations.settings.items() <= row.settings.items() and row.settings["appearance"] == option.appearance
        if same and row.samples == _state(folder)["samples"]:
            return
    row = evaluations.measure(folder, name, option)
    write_aside(path, lambda aside: aside.write_text(json.dumps(row.to_json(), indent=1)))
    print(text_table([row]), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.ablation", description=__doc__.splitlines()[0],
        epilog="Options: " + "; ".join(f"{name}: {option.shown}" for name, option in OPTIONS.items()),
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of all runs and the table")
    parser.add_argument("--samples", type=int, default=2500, help="clips to train on, each option (default 2500)")
    parser.add_argument("--only", metavar="A,B", help="only these options, comma-separated")
    parser.add_argument("--measure", nargs="+", metavar="[NAME=]FOLDER", help="measure trained folders, train nothing")
    parser.add_argument("--no-appearance", action="store_true", help="with --measure: show no looks")
    parser.add_argument("--eval-clips", type=int, default=60, help="clips for the heads and the programs (default 60)")
    parser.add_argument("--context-clips", type=int, default=60, help="long clips (default 60)")
    parser.add_argument("--context-seconds", type=float, nargs=2, default=(300.0, 900.0), help="how long they are")
    parser.add_argument("--context-noise", choices=("none", "easy", "real", "hard", "draw"), default="hard")
    parser.add_argument("--seed", type=int, default=1, help="of the data and of the first weights")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--batch-tokens", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=1, help="processes that make clips; 1: the same order always")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure, and print the table."""
    args = _parser().parse_args(argv)
    if min(args.samples, args.eval_clips, args.context_clips) < 1:
        raise InputError("--samples, --eval-clips and --context-clips must be 1 or more")
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    names = NameEmbeddings().load(args.out / "names.npz")
    (measure_folders if args.measure else run_options)(args, names)
    print(write_tables(finished_rows(args.out), args.out))
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
