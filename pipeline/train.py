"""Train the model: `python -m pipeline.train --part clips|unseen|questions|looks --out runs/a --minutes 60`.

The parts (judging tracks, telling what was missed, reading questions, telling things by their looks) have no loss in
common, so they are trained apart, each on its own core. A run can be interrupted at any moment and goes on with the
same command; the weights that did best so far stand in `best.safetensors`. Several processes: `torchrun
--nproc-per-node 4 -m pipeline.train …` (gradients are averaged).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from tqdm import tqdm

from data.question_parts import FEATURES as QUESTION_FEATURES
from data.question_parts import HEADS, ROLES
from data.question_pool import Pool
from models.longtake import ModelSettings, make_clip_reader, make_question_reader, make_unseen_reader
from models.looks import LookReader
from models.query_reader import QueryReader
from models.question_encoder import SentenceEncoder
from pipeline.asking.names import NameEmbeddings
from pipeline.clip_batch import ENTRY_FEATURES
from pipeline.detectors.precision import bfloat16_pays
from pipeline.errors import InputError, run_cli
from pipeline.learn_clips import ClipEvaluation, clip_batches, clip_loss
from pipeline.learn_looks import LookEvaluation, look_batches, look_loss, read_stories
from pipeline.learn_queries import REMEMBERED, Pairs, QueryEvaluation, query_batches, query_loss
from pipeline.learn_questions import QuestionEvaluation, question_batches, question_loss
from pipeline.learn_unseen import UnseenEvaluation, unseen_batches, unseen_loss
from pipeline.object_index import write_aside
from pipeline.queries.slots import SLOTS
from pipeline.tokens import FEATURES
from pipeline.track_pairs import PAIR_FEATURES
from pipeline.unseen import END_FEATURES

Metrics = dict[str, float]


@dataclass
class Part:
    """What a run trains. batches: from a number of samples on. loss: of a batch: (loss, its parts, samples used)."""

    module: nn.Module
    batches: Callable[[int], Iterator[Any]]
    loss: Callable[[Any, torch.device], tuple[Tensor, dict[str, Tensor], int]]
    evaluate: Callable[[nn.Module], Metrics]
    goal: str
    """The metric that the best weights are chosen by."""


def settings_from(args: argparse.Namespace) -> ModelSettings:
    """The model's settings as the command line gives them."""
    return ModelSettings(
        reader=args.reader, width=args.width, layers=args.layers, norm=args.norm, feed_forward=args.feed_forward,
        memory=args.memory, token_features=len(FEATURES), pair_features=len(PAIR_FEATURES),
        entry_features=len(ENTRY_FEATURES), unseen_features=len(END_FEATURES),
        question_features=len(QUESTION_FEATURES), question_roles=len(ROLES), question_heads=tuple(HEADS.items()),
        question_width=args.question_width, question_layers=args.question_layers,
    )  # fmt: skip


def clip_part(settings: ModelSettings, args: argparse.Namespace, rank: int, world: int) -> Part:
    """Judging tracks, on endless samples of the simulated world."""
    names = NameEmbeddings().load(args.out / "names.npz")
    from data.vocabulary import coco_names, other_names

    names((*coco_names(), *other_names()))
    if rank == 0:
        names.save(args.out / "names.npz")

    def batches(start: int) -> Iterator[Any]:
        return iter(
            clip_batches(
                args.seed,
                names,
                workers=args.workers,
                tokens=args.batch_tokens,
                start=start,
                rank=rank,
                world=world,
                appearance=not args.no_appearance,
            )
        )

    def loss(batch: Any, device: torch.device) -> tuple[Tensor, dict[str, Tensor], int]:
        clips, targets, used = batch
        clips, targets = clips.to(device), type(targets)(*(t.to(device) for t in targets))
        logits = module(clips, grad_segments=args.grad_segments)
        value, parts = clip_loss(logits, clips, targets)
        balance = [m.balance_loss for m in module.modules() if hasattr(m, "balance_loss")]
        return value + 0.01 * sum(balance) if balance else value, parts, used

    module = make_clip_reader(settings)
    evaluation = ClipEvaluation(names, clips=args.eval_clips, appearance=not args.no_appearance)
    return Part(module, batches, loss, evaluation, "all")


def unseen_part(settings: ModelSettings, args: argparse.Namespace, rank: int, world: int) -> Part:
    """Telling what was there without being found, on endless samples of the simulated world."""
    module = make_unseen_reader(settings)

    def batches(start: int) -> Iterator[Any]:
        return iter(unseen_batches(args.seed, workers=args.workers, start=start, rank=rank, world=world))

    def loss(batch: Any, device: torch.device) -> tuple[Tensor, dict[str, Tensor], int]:
        runs, used = batch
        return *unseen_loss(module, type(runs)(*(tensor.to(device) for tensor in runs))), used

    return Part(module, batches, loss, UnseenEvaluation(clips=args.eval_clips), "all")


def question_part(settings: ModelSettings, args: argparse.Namespace, rank: int, world: int) -> Part:
    """Reading questions, from pools made before (`python -m data.question_pool`)."""
    if not args.pool or not args.held_out:
        raise InputError("--part questions needs --pool FOLDER … and --held-out FOLDER (python -m data.question_pool)")
    try:
        pools, evaluation = [Pool(folder) for folder in args.pool], QuestionEvaluation({"held_out": args.held_out})
    except FileNotFoundError as error:
        raise InputError(f"{error}; make one with python -m data.question_pool") from error

    def loss(batch: Any, device: torch.device) -> tuple[Tensor, dict[str, Tensor], int]:
        batch = {name: tensor.to(device) for name, tensor in batch.items()}
        logits = module(batch["states"].float(), batch["features"], batch["mask"])
        return *question_loss(logits, batch), len(batch["heads"]) * world

    module = make_question_reader(settings)

    def batches(start: int) -> Iterator[Any]:
        return question_batches(pools, args.batch, args.seed + start * world + rank)

    return Part(module, batches, loss, evaluation, "held_out/whole")


def look_part(settings: ModelSettings, args: argparse.Namespace, rank: int, world: int) -> Part:
    """Telling by its look who is who, from drawn objects (`python -m data.render --looks`)."""
    if not args.looks:
        raise InputError("--part looks needs --looks FOLDER (python -m data.render --looks --scenes 260 --out FOLDER)")
    learnt, held = read_stories(args.looks)
    module = LookReader()

    def loss(batch: Any, device: torch.device) -> tuple[Tensor, dict[str, Tensor], int]:
        views, crops = batch
        views = type(views)(*(tensor.to(device) for tensor in views))
        looks = module(crops.to(device, memory_format=torch.channels_last))
        return *look_loss(looks, views), len(crops) * world

    def batches(start: int) -> Iterator[Any]:
        return look_batches(learnt, args.seed, start * world + rank)

    return Part(module, batches, loss, LookEvaluation(held), "all")


def query_part(settings: ModelSettings, args: argparse.Namespace, rank: int, world: int) -> Part:
    """Writing the queries of questions that put several things together, from pairs (`python -m data.query_pool`)."""
    if not args.pool:
        raise InputError("--part queries needs --pool FILE … (python -m data.query_pool --n 20000 --out FILE)")
    pairs, encoder = Pairs.read(args.pool, args.out), SentenceEncoder.bundled(remember=REMEMBERED)
    encoder = encoder.bfloat16() if bfloat16_pays("cpu") and not args.fp32 else encoder
    module = QueryReader(slots=len(SLOTS), words=len(pairs.words))

    def loss(batch: Any, device: torch.device) -> tuple[Tensor, dict[str, Tensor], int]:
        batch = type(batch)(*(tensor.to(device) for tensor in batch))
        with sdpa_kernel(SDPBackend.MATH):  # of so short rows the fused kernel's gradient takes a third of a step
            logits = module(*batch[:3], batch.words_BT[:, :-1])
        return *query_loss(logits, batch), len(batch.words_BT) * world

    def batches(start: int) -> Iterator[Any]:
        return query_batches(pairs, encoder, args.batch, args.seed + start * world + rank)

    return Part(module, batches, loss, QueryEvaluation(pairs, encoder), "right")


PARTS = {
    "clips": clip_part, "unseen": unseen_part, "questions": question_part, "looks": look_part, "queries": query_part,
}  # fmt: skip


def _fits_into(old: Tensor, new: Tensor) -> bool:
    """Is it as large, but for rows?"""
    return old.ndim == new.ndim > 0 and old.shape[1:] == new.shape[1:] and len(old) <= len(new)


class Run:
    """One training run in a folder: checkpoint.safetensors and state.json to go on from, best.safetensors, curves."""

    def __init__(self, folder: Path, part: Part, settings: ModelSettings, args: argparse.Namespace, rank: int):
        self.folder, self.part, self.args, self.rank = folder, part, args, rank
        self.settings = settings
        self.device = torch.device(args.device)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in part.module.parameters() if p.ndim > 1], "weight_decay": 0.02},
                {"params": [p for p in part.module.parameters() if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=args.lr, betas=(0.9, 0.98), fused=True,
        )  # fmt: skip
        self.state: dict[str, Any] = {"step": 0, "samples": 0, "seconds": 0.0, "best": -1.0, "history": []}
        part.module.to(self.device)
        self._resume()

    def _resume(self) -> None:
        path = self.folder / "checkpoint.safetensors"
        if not path.is_file():
            if self.args.init:
                self._take_over(self.args.init)
            return
        tensors = load_file(path)
        if json.loads((self.folder / "config.json").read_text()) != json.loads(self._config()):
            raise InputError(
                f"{self.folder} holds a run with other settings; choose another --out or the same settings"
            )
        self.part.module.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("model.")})
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        for number, parameter in enumerate(parameters):
            if f"mean.{number}" in tensors:
                self.optimizer.state[parameter] = {
                    "step": torch.tensor(float(self._saved()["step"])),
                    "exp_avg": tensors[f"mean.{number}"].to(parameter.device),
                    "exp_avg_sq": tensors[f"square.{number}"].to(parameter.device),
                }
        self.state = self._saved()

    def _take_over(self, path: Path) -> None:
        """Begin with the weights in `path`, of a run or of a whole model, where names and shapes are the same.

        Where a tensor has got further rows (a head that tells more), the ones that were there are taken.
        """
        own, part = self.part.module.state_dict(), f"{self.args.part}."
        given = {name.removeprefix(part): tensor for name, tensor in load_file(path).items()}
        taken = {name: tensor for name, tensor in given.items() if name in own and _fits_into(tensor, own[name])}
        for name, tensor in taken.items():
            own[name][: len(tensor)] = tensor
        self.part.module.load_state_dict(own)
        tqdm.write(f"{len(taken)} of {len(own)} tensors taken over from {path}")

    def _saved(self) -> dict[str, Any]:
        with safe_open(self.folder / "checkpoint.safetensors", "pt") as file:
            return json.loads(file.metadata()["state"])

    def _config(self) -> str:
        return json.dumps({"part": self.args.part, **dataclasses.asdict(self.settings)}, indent=1)

    def save(self) -> None:
        """All that is needed to go on, whole or not at all."""
        tensors = {f"model.{k}": v.contiguous() for k, v in self.part.module.state_dict().items()}
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        for number, parameter in enumerate(parameters):
            if state := self.optimizer.state.get(parameter):
                tensors[f"mean.{number}"], tensors[f"square.{number}"] = state["exp_avg"], state["exp_avg_sq"]
        state = json.dumps(self.state)
        write_aside(self.folder / "config.json", lambda path: path.write_text(self._config()))
        write_aside(self.folder / "checkpoint.safetensors", lambda path: save_file(tensors, path, {"state": state}))
        self._note()

    def _note(self) -> None:
        """The state for people to read."""
        if self.rank == 0:
            write_aside(self.folder / "state.json", lambda path: path.write_text(json.dumps(self.state, indent=1)))

    def rate(self) -> float:
        """Learning rate: a short rise, then a cosine to a hundredth at the end of `--minutes` or `--samples`."""
        parts = self.state["seconds"] / (60 * self.args.minutes), self.state["samples"] / self.args.samples
        done = min(max(parts), 1.0)
        rise = min(1.0, (self.state["step"] + 1) / 200)
        return self.args.lr * rise * (0.01 + 0.99 * 0.5 * (1 + torch.cos(torch.tensor(done * torch.pi)).item()))

    def train(self, writer: Any) -> None:
        """Until `--minutes` are used up, over all calls together."""
        module, args, state = self.part.module, self.args, self.state
        module.train()
        if state["seconds"] >= 60 * args.minutes or state["samples"] >= args.samples:
            self._note()
            return
        budget, begun = 60 * args.minutes, time.perf_counter()
        at_start = state["seconds"]
        next_eval = (int(state["seconds"] / (60 * args.eval_minutes)) + 1) * 60 * args.eval_minutes
        next_save = state["seconds"] + 60 * args.save_minutes
        bar = tqdm(total=budget, initial=round(state["seconds"]), unit="s", disable=self.rank != 0 or args.quiet)
        mean: dict[str, float] = {}
        low = not args.fp32 and bfloat16_pays(self.device.type)
        for batch in self.part.batches(state["samples"]):
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate()
            with torch.autocast(self.device.type, torch.bfloat16, enabled=low):
                loss, parts, used = self.part.loss(batch, self.device)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self._average_gradients()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            self.optimizer.step()
            state["step"] += 1
            state["samples"] += used
            for name, value in parts.items():
                mean[name] = 0.98 * mean.get(name, float(value)) + 0.02 * float(value)
            state["seconds"] = self._of_first(at_start + time.perf_counter() - begun)
            bar.update(int(state["seconds"]) - bar.n)
            if state["step"] % 20 == 0:
                bar.set_postfix_str(
                    f"{state['samples']} samples, " + ", ".join(f"{k} {v:.3f}" for k, v in mean.items())
                )
                if writer:
                    for name, value in mean.items():
                        writer.add_scalar(f"loss/{name}", value, state["samples"])
            finished = state["seconds"] >= budget or state["samples"] >= args.samples
            if state["seconds"] >= next_eval or finished:
                next_eval += 60 * args.eval_minutes
                self._evaluate(writer, mean)
            if state["seconds"] >= next_save or finished:
                next_save += 60 * args.save_minutes
                if self.rank == 0:
                    self.save()
            if finished:
                break
        bar.close()

    def _of_first(self, seconds: float) -> float:
        """The first process's clock, for all of them: they must evaluate, save and end at the same step."""
        if not dist.is_initialized():
            return seconds
        clock = torch.tensor([seconds], dtype=torch.float64, device=self.device)
        dist.broadcast(clock, 0)
        return float(clock)

    def _average_gradients(self) -> None:
        if dist.is_initialized():
            for parameter in self.part.module.parameters():
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                dist.all_reduce(parameter.grad)
                parameter.grad /= dist.get_world_size()

    def _evaluate(self, writer: Any, mean: dict[str, float]) -> None:
        if self.rank != 0:
            return
        metrics = self.part.evaluate(self.part.module)
        score = metrics[self.part.goal]
        self.state["history"].append({"samples": self.state["samples"], "seconds": self.state["seconds"], **metrics})
        if writer:
            for name, value in metrics.items():
                writer.add_scalar(f"eval/{name}", value, self.state["samples"])
        if score > self.state["best"]:
            self.state["best"] = score
            tensors = {k: v.contiguous() for k, v in self.part.module.state_dict().items()}
            write_aside(self.folder / "best.safetensors", lambda path: save_file(tensors, path))
        line = ", ".join(f"{k} {v:.3f}" for k, v in metrics.items() if not k.startswith("gain/"))
        losses = ", ".join(f"{k} {v:.3f}" for k, v in mean.items())
        tqdm.write(f"{self.state['seconds'] / 60:.1f} min, {self.state['samples']} samples ({losses}): {line}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.train", description=__doc__.splitlines()[0],
        epilog="Curves: tensorboard --logdir runs. The same command again goes on where it stopped.",
    )  # fmt: skip
    parser.add_argument("--part", choices=tuple(PARTS), required=True, help="what to learn")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of this run; runs/… is not tracked")
    parser.add_argument("--minutes", type=float, default=60, help="training time in all (default 60)")
    parser.add_argument("--samples", type=float, default=float("inf"), help="stop after so many samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")
    parser.add_argument("--init", type=Path, metavar="FILE", help="begin a new run with these weights (safetensors)")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16, also where it is faster")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--eval-minutes", type=float, default=10)
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    group = parser.add_argument_group("clips")
    group.add_argument(
        "--reader", choices=("transformer_xl", "transformer", "lstm", "gru", "rnn"), default="transformer_xl"
    )
    group.add_argument("--width", type=int, default=128)
    group.add_argument("--layers", type=int, default=3)
    group.add_argument("--norm", choices=("pre", "post"), default="pre")
    group.add_argument("--feed-forward", choices=("dense", "moe"), default="dense")
    group.add_argument("--memory", choices=("none", "recent", "whole"), default="whole")
    group.add_argument("--no-appearance", action="store_true", help="read no looks")
    group.add_argument("--grad-segments", type=int, default=4, help="segments that gradients flow through")
    group.add_argument("--batch-tokens", type=int, default=3000)
    group.add_argument("--workers", type=int, default=1, help="processes that make clips")
    group.add_argument("--eval-clips", type=int, default=120)
    group = parser.add_argument_group("looks")
    group.add_argument("--looks", type=Path, metavar="FOLDER", help="views of drawn objects (data.render --looks)")
    group = parser.add_argument_group("questions")
    group.add_argument("--pool", type=Path, nargs="+", metavar="FOLDER", help="pools of training wordings")
    group.add_argument("--held-out", type=Path, metavar="FOLDER", help="pool of held-out wordings")
    group.add_argument("--batch", type=int, default=64)
    group.add_argument("--question-width", type=int, default=192)
    group.add_argument("--question-layers", type=int, default=2)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Train one part."""
    args = _parser().parse_args(argv)
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if world > 1:
        dist.init_process_group("nccl" if args.device == "cuda" else "gloo")
        if args.device == "cuda":
            args.device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    settings = settings_from(args)
    part = PARTS[args.part](settings, args, rank, world)
    run = Run(args.out, part, settings, args, rank)
    writer = None
    if rank == 0:
        try:
            from torch.utils.tensorboard import SummaryWriter

            writer = SummaryWriter(args.out)
        except ImportError:
            print('no curves: install them with pip install "longtake[train]"', file=sys.stderr)
    run.train(writer)
    if world > 1:
        dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
