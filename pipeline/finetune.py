"""Teach the model a user's own videos and wordings, by LoRA: small low-rank changes to its linear layers.

    python -m pipeline.finetune --tracks gt.csv --fps 25 --size 1280x720 --out runs/mine --merge
    python -m pipeline.finetune --tracks gt.csv --fps 25 --size 1280x720 --index clip.index.safetensors \\
        --questions mine.jsonl --out runs/mine

The last quarter of every video's time, and a quarter of the questions, are held out; accuracy on them is printed before
and after. The folder gets the adapter as peft writes it (adapter_model.safetensors) and, with --merge, whole weights
that `Answerer.load` reads. LoRA: Hu et al. 2021, arXiv 2106.09685.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from data.dataset import make_sample
from data.question_pool import Pool
from models.longtake import ModelSettings
from models.question_encoder import SentenceEncoder
from pipeline.answerer import WEIGHTS
from pipeline.asking.names import NameEmbeddings
from pipeline.clip_batch import SEGMENT, ClipInput
from pipeline.detectors.precision import bfloat16_pays
from pipeline.errors import InputError, run_cli
from pipeline.learn_clips import TRAINING, ClipEvaluation, batch_of, clip_loss
from pipeline.learn_questions import question_batches, question_loss
from pipeline.object_index import write_aside
from pipeline.own_tracks import OwnVideo, held_out_clips, read_videos, training_clips
from pipeline.scoring import own_questions as words

CLIP_LAYERS = (
    r"clips\.(reader\.layers\.\d+\.(query|key|value|out|feed_forward\.(up|down|experts\.\d+\.(up|down)))"
    r"|reader\.(step_in|out)|entry_layer\.linear[12]|entry_in\.(0|2))"
)
"""Linear layers that are changed: the reader's attention and feed-forward (of a recurrent reader, whose own weights
peft cannot change, what goes in and out), and the layers that turn a track's last state into its entry. Not the heads:
they are small, and what they mean is the same on every video."""
QUESTION_LAYERS = r"questions\.(states_in|features_in|layers\.\d+\.linear[12]|roles|heads\.\w+)"
"""Of the question reader. Not its attention: torch's MultiheadAttention keeps one packed weight, no linear layers."""

WORLD_SHARE = 0.25
"""Share of clips from the simulated world, so that what was learned there is not lost."""
MIXED_QUESTIONS = 600
BATCH = 32

CARD = """# Longtake, fine-tuned on a user's own tracks

A LoRA adapter (rank {rank}, {steps} steps) of the weights in `{weights}`, by `python -m pipeline.finetune`.
`peft.PeftModel.from_pretrained(model, folder)` puts it on a `models.modeling_longtake.LongtakeModel`. Merge it before
inference: torch's fused path passes adapters by. Accuracy before and after: `finetune.json`.
"""


@dataclass
class Lesson:
    """What a fine-tuning learns from and is judged by. own, own_held_out: the user's questions; mixed: fully known."""

    videos: list[OwnVideo]
    names: NameEmbeddings
    own: words.Part | None = None
    own_held_out: words.Part | None = None
    mixed: Iterator[dict[str, Tensor]] | None = None

    @staticmethod
    def of(args: argparse.Namespace) -> Lesson:
        videos = read_videos(
            args.tracks, fps=args.fps, size=_size(args.size), indexes=args.index or (), class_name=args.class_name,
            held_out=args.held_out,
        )  # fmt: skip
        encoder = SentenceEncoder.bundled()
        lesson = Lesson(videos, NameEmbeddings(encoder))
        if args.questions:
            clip = videos[0].human
            facts = encoder, clip.class_names, clip.duration_s
            learn, held = words.split_questions(words.read_questions(args.questions), args.held_out, args.seed)
            lesson.own, lesson.own_held_out = (
                words.part_with_intent(learn, *facts),
                words.part_with_intent(held, *facts),
            )
            if args.pool:
                try:
                    lesson.mixed = question_batches([Pool(folder) for folder in args.pool], BATCH, args.seed)
                except FileNotFoundError as error:
                    raise InputError(f"{error}; make one with python -m data.question_pool") from error
            else:
                made = words.part_from_tracks(videos, encoder, MIXED_QUESTIONS, args.seed)
                lesson.mixed = words.batches(made, BATCH, np.random.default_rng(args.seed))
        return lesson

    def clip_batches(self, args: argparse.Namespace) -> Iterator[tuple[Any, Any]]:
        """Endless batches of about `--batch-tokens`: the user's stretches, and a share of the simulated world."""
        rng = np.random.default_rng((args.seed, 1))
        own, part, widest, number = training_clips(self.videos, rng), [], 0, 0
        while True:
            world = rng.random() < WORLD_SHARE
            sample = make_sample(args.seed + 1, number, TRAINING) if world else next(own)
            number += world
            clip = ClipInput.of(sample.seen)
            width = max(widest, len(clip.tokens), 32)
            if part and width * (len(part) + 1) > args.batch_tokens:
                yield batch_of(part, self.names, int(rng.choice((64, 96, 128, 192))))
                part, width = [], max(len(clip.tokens), 32)
            part.append((sample, clip))
            widest = width


def load_model(folder: Path) -> tuple[Any, ModelSettings]:
    """The Hugging Face form of the weights in `folder`, float32. Raises InputError."""
    from models.configuration_longtake import LongtakeConfig
    from models.modeling_longtake import LongtakeModel

    try:
        settings = ModelSettings.from_dict(json.loads((folder / "config.json").read_text()))
        model = LongtakeModel(LongtakeConfig.of(settings))
        tensors = load_file(folder / "model.safetensors")
        model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"cannot load the model in {folder} ({error}); give --weights FOLDER") from error
    model.name_or_path = str(folder)
    return model, settings


def with_adapter(model: Any, *, rank: int, questions: bool, checkpointing: bool) -> Any:
    """The model with its weights frozen and low-rank changes added. questions: also to the question reader."""
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise InputError('fine-tuning needs peft; pip install "longtake[train]"') from error
    targets = f"{CLIP_LAYERS}|{QUESTION_LAYERS}" if questions else CLIP_LAYERS
    adapted = get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=targets))
    if checkpointing:  # the switch was renamed in transformers 5
        switch = getattr(model, "activation_checkpointing_enable", None) or model.gradient_checkpointing_enable
        switch({"use_reentrant": False})
    return adapted


def learn(adapted: Any, lesson: Lesson, args: argparse.Namespace) -> tuple[int, float]:
    """Train the adapter for `--minutes` (or `--steps`). Returns steps and seconds per step."""
    model, device = adapted.get_base_model(), torch.device(args.device)
    adapted.to(device).train()
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=args.lr, weight_decay=0.01)
    own = words.batches(lesson.own, BATCH, np.random.default_rng(args.seed)) if lesson.own else None
    budget, steps, begun, done = 60 * args.minutes, 0, time.perf_counter(), 0.0
    bar = tqdm(total=round(budget), unit="s", desc="learning", disable=args.quiet)
    shown: dict[str, float] = {}
    for clips, targets in lesson.clip_batches(args):
        clips, targets = clips.to(device), type(targets)(*(t.to(device) for t in targets))
        for group in optimizer.param_groups:
            group["lr"] = args.lr * min(1.0, (steps + 1) / 20) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        with torch.autocast(device.type, torch.bfloat16, enabled=not args.fp32 and bfloat16_pays(device.type)):
            loss, parts = clip_loss(model(clips, grad_segments=args.grad_segments), clips, targets)
            for name, source in (("intent", own), ("roles", lesson.mixed)):
                if source is not None:
                    batch = {key: tensor.to(device) for key, tensor in next(source).items()}
                    logits = model.read_questions(batch["states"].float(), batch["features"], batch["mask"])
                    value, question_parts = question_loss(logits, batch)
                    loss, parts = loss + value, {**parts, name: question_parts[name]}
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        steps += 1
        for name, value in parts.items():
            shown[name] = 0.95 * shown.get(name, float(value)) + 0.05 * float(value)
        seconds = time.perf_counter() - begun
        done = min(1.0, max(seconds / budget, steps / args.steps if args.steps else 0.0))
        bar.update(min(int(seconds), round(budget)) - bar.n)
        bar.set_postfix_str(f"{steps} steps, " + ", ".join(f"{k} {v:.3f}" for k, v in shown.items()))
        if done >= 1.0:
            break
    bar.close()
    return steps, (time.perf_counter() - begun) / steps


def judge_model(model: Any, lesson: Lesson, clips: ClipEvaluation) -> dict[str, float]:
    """Accuracy on what was held out. `model` must be free of adapters (or have them merged): torch's fused path for
    evaluation reads the weights of a layer directly, and would pass an adapter by without a word."""
    metrics = clips(model.clips)
    with torch.inference_mode():
        model.eval()
        losses = []
        for pair in clips.samples:
            batch, targets = batch_of([pair], lesson.names, SEGMENT)
            batch, targets = batch.to(model.device), type(targets)(*(t.to(model.device) for t in targets))
            losses.append(float(clip_loss(model(batch), batch, targets)[0]))
    metrics["loss"] = float(np.mean(losses))
    out = {name: value for name, value in metrics.items() if not name.startswith("gain/")}
    if lesson.own_held_out is not None:
        out["intents_of_questions"] = words.intent_accuracy(model.questions, lesson.own_held_out)
    return out


def save_merged(model: Any, weights: Path, out: Path) -> None:
    """Whole weights in the number formats of the original, and what lies beside them."""
    formats = {name: tensor.dtype for name, tensor in load_file(weights / "model.safetensors").items()}
    tensors = {name: t.detach().cpu().to(formats[name]).contiguous() for name, t in model.state_dict().items()}
    write_aside(out / "model.safetensors", lambda path: save_file(tensors, path))
    for name in ("config.json", "calibration.json"):
        if (weights / name).is_file():
            shutil.copyfile(weights / name, out / name)


def measure_steps(args: argparse.Namespace, checkpointing: bool, steps: int = 6) -> dict[str, float]:
    """Seconds per step and peak memory (MiB above what loading took) of `steps` steps on the same batches."""
    torch.set_num_threads(args.threads or torch.get_num_threads())
    torch.manual_seed(args.seed)
    args.questions = None
    model, _ = load_model(args.weights)
    adapted = with_adapter(model, rank=args.rank, questions=False, checkpointing=checkpointing)
    lesson, device = Lesson.of(args), torch.device(args.device)
    source = lesson.clip_batches(args)
    ready = [next(source) for _ in range(steps)]
    adapted.to(device).train()
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    before = _peak_mib(device, reset=True)
    seconds = []
    for clips, targets in ready:
        begun = time.perf_counter()
        clips, targets = clips.to(device), type(targets)(*(t.to(device) for t in targets))
        with torch.autocast(device.type, torch.bfloat16, enabled=not args.fp32 and bfloat16_pays(device.type)):
            loss, _ = clip_loss(adapted(clips, grad_segments=args.grad_segments), clips, targets)
        torch.autograd.grad(loss, parameters, allow_unused=True)
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begun)
    return {"s_per_step": float(np.median(seconds)), "peak_mib": _peak_mib(device) - before}


def _peak_mib(device: torch.device, *, reset: bool = False) -> float:
    """Highest memory so far: of the GPU as torch counts it, else of this process."""
    if device.type == "cuda":
        if reset:
            torch.cuda.reset_peak_memory_stats()
            return torch.cuda.memory_allocated() / 2**20
        return torch.cuda.max_memory_allocated() / 2**20
    status = Path("/proc/self/status")
    if not status.is_file():  # not Linux: the peak since the process began
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    if reset:
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    field_ = "VmRSS" if reset else "VmHWM"
    return int(re.search(rf"{field_}:\s+(\d+)", status.read_text())[1]) / 2**10


def compare_checkpointing(args: argparse.Namespace) -> str:
    """Both ways, each in a process of its own, so that neither uses memory that the other one left."""
    lines = [f"{'gradient checkpointing':<24}{'s per step':>12}{'peak memory':>14}"]
    for checkpointing in (False, True):
        with multiprocessing.get_context("spawn").Pool(1) as worker:
            got = worker.apply(measure_steps, (args, checkpointing))
        lines.append(f"{'on' if checkpointing else 'off':<24}{got['s_per_step']:>12.2f}{got['peak_mib']:>10.0f} MiB")
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)\s*[xX×,]\s*(\d+)", text.strip())
    if not found:
        raise InputError(f'--size is "{text}"; write width and height in pixels as 1280x720')
    return int(found[1]), int(found[2])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.finetune", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--tracks", type=Path, nargs="+", required=True, metavar="FILE", help="csv, MOTChallenge, KITTI"
    )
    parser.add_argument("--fps", type=float, required=True, help="frames per second of the tracks")
    parser.add_argument("--size", required=True, metavar="WxH", help="of the picture in pixels, as 1280x720")
    parser.add_argument("--class", dest="class_name", metavar="NAME", help="class of rows that name none")
    parser.add_argument("--index", type=Path, nargs="+", metavar="FILE", help="index of each video, in the same order")
    parser.add_argument("--questions", type=Path, metavar="FILE", help='JSON lines with "question" and "family"')
    parser.add_argument("--pool", type=Path, nargs="+", metavar="FOLDER", help="mix in questions of these pools")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FOLDER", help="default: the bundled ones")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps")
    parser.add_argument("--rank", type=int, default=8, help="of the changes (default 8)")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--held-out", type=float, default=0.25, metavar="SHARE", help="default 0.25")
    parser.add_argument("--eval-clips", type=int, default=24, help="held-out stretches")
    parser.add_argument("--checkpointing", action="store_true", help="less memory, longer steps")
    parser.add_argument("--merge", action="store_true", help="also write whole weights that Longtake loads")
    parser.add_argument("--measure", action="store_true", help="only measure memory and time with both settings")
    parser.add_argument("--batch-tokens", type=int, default=3000)
    parser.add_argument("--grad-segments", type=int, default=4, help="segments that gradients flow through")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's choice)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16, also where it is faster")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Fine-tune, and print accuracy on held-out stretches and questions before and after."""
    args = _parser().parse_args(argv)
    if not (args.minutes > 0 and args.rank >= 1 and 0 < args.held_out < 1):
        raise InputError("--minutes must be above 0, --rank 1 or more, --held-out between 0 and 1")
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model, _ = load_model(args.weights)
    if args.measure:
        Lesson.of(args)  # errors in the files show here, in one line
        print(compare_checkpointing(args))
        return 0
    lesson = Lesson.of(args)
    samples = [(s, ClipInput.of(s.seen)) for s in held_out_clips(lesson.videos, args.eval_clips, args.seed)]
    if not any(sample.questions for sample, _ in samples):
        raise InputError("there is nothing to ask about in the held-out part; raise --held-out or give more tracks")
    clips = ClipEvaluation(lesson.names, clips=0, samples=samples)
    before = judge_model(model.to(args.device), lesson, clips)
    adapted = with_adapter(model, rank=args.rank, questions=lesson.own is not None, checkpointing=args.checkpointing)
    trained, total = adapted.get_nb_trainable_parameters()
    steps, s_per_step = learn(adapted, lesson, args)
    adapted.save_pretrained(args.out)
    (args.out / "README.md").write_text(CARD.format(weights=args.weights, steps=steps, rank=args.rank))
    model = adapted.merge_and_unload().eval()
    after = judge_model(model, lesson, clips)
    if args.merge:
        save_merged(model, args.weights, args.out)
    print(f"{steps} steps of {s_per_step:.2f} s; {trained:,} of {total:,} parameters were trained")
    print(f"{'held out':<24}{'before':>9}{'after':>9}")
    for name in before:
        print(f"{name:<24}{before[name]:>9.3f}{after.get(name, float('nan')):>9.3f}")
    report = {"before": before, "after": after, "steps": steps, "s_per_step": s_per_step, "trained": trained}
    (args.out / "finetune.json").write_text(json.dumps(report, indent=1))
    print(f"the adapter{' and whole weights are' if args.merge else ' is'} in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
