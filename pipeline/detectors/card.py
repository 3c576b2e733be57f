"""The model card of a trained detector: what it knows, from what, how well, and what it is not good for."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipeline.detectors.data import DetectorData, input_hw
from pipeline.detectors.export import ClassScore, Sameness
from pipeline.detectors.runtimes import cpu_threads
from pipeline.detectors.training import RunRecord, TrainingSettings

_CARD = """# {title}

A YOLO26 detection model in ONNX form (`{file}`, {megabytes:.1f} MB), trained with

```bash
{command}
```

| | |
|---|---|
| classes | {classes} |
| data | {data} |
| begun with | {init} |
| training | {minutes:.0f} minutes, {epochs} epochs, pictures of {size} pixels, batch {batch}, {precision} |
| machine | {machine} |
| seed | {seed} |
| input | {input}, RGB, 0–1 |
| output | NMS-free head: rows of x0, y0, x1, y1, score, class |
| compared with the `.pt` | {boxes} boxes, {pictures} pictures: within {box_px:.2g} pixels, {score:.2g} in score |

## How well

On {val} pictures of `val`, with this file (mAP as in COCO):

| class | true boxes | precision | recall | mAP50 | mAP50-95 |
|---|---|---|---|---|---|
{rows}

## What it is not good for

{limits}

## Licence

{licence}
"""

_LICENCE = (
    "AGPL-3.0-or-later, as the rest of this project. YOLO26, and the code that trained it, are Ultralytics' (AGPL-3.0)."
)
_GOES_ON = "\nIt goes on from `{}`, whose licence holds for it, too."
GENERAL_LIMITS = (
    "It knows the classes above, from pictures like those of its data, and nothing else. On other pictures its boxes "
    "and scores mean nothing, however high the scores are: measure it there first."
)
RENDERED_LIMITS = (
    "**It knows only the rendered world of `data/rendering`: no photograph was among its data.** On real footage it "
    "misses much, takes things for others, and its counts mean little: use `--detector yolo26n.pt`. "
    "It is here so that the project can be tried and tested without a download. Longtake warns where a video does not "
    "look rendered (`pipeline/domain.py`)."
)


@dataclass(frozen=True)
class CardFacts:
    """What a card says besides the run's own record. command: that was given. rendered: data of `data.render`."""

    file: Path
    command: str
    sameness: Sameness
    scores: list[ClassScore]
    rendered: bool


def write_card(path: Path, data: DetectorData, settings: TrainingSettings, record: RunRecord, facts: CardFacts) -> None:
    """Write the card as Markdown."""
    hw = input_hw(data.one_shape, settings.size)
    scratch = settings.init == "scratch"
    rows = "\n".join(
        f"| {s.name} | {s.boxes} | {s.precision:.3f} | {s.recall:.3f} | {s.map50:.3f} | {s.map50_95:.3f} |"
        for s in facts.scores
    )
    kept = f", class rows kept: {', '.join(record.kept)}" if record.kept else ""
    text = _CARD.format(
        title="Longtake's bundled detector" if facts.rendered else f"A detector of {_listed(data.class_names)}",
        file=facts.file.name,
        megabytes=facts.file.stat().st_size / 1e6,
        command=facts.command,
        classes=", ".join(data.class_names),
        data=f"{len(data.train)} pictures to learn from, {len(data.val)} to measure with"
        + (", all rendered by `python -m data.render --dataset`" if facts.rendered else ""),
        init="random weights" if scratch else f"`{Path(settings.init).name}`{kept}",
        minutes=record.seconds / 60,
        epochs=record.epochs,
        size=settings.learn_at or settings.size,
        batch=settings.batch,
        precision="bfloat16" if settings.bf16 else "float32",
        machine=machine(),
        seed=settings.seed,
        input=f"for {hw[1]}×{hw[0]} pixels",
        val=len(data.val),
        rows=rows,
        limits=RENDERED_LIMITS if facts.rendered else GENERAL_LIMITS,
        licence=_LICENCE + ("" if scratch else _GOES_ON.format(Path(settings.init).name)),
        **vars(facts.sameness),
    )
    path.write_text(text, encoding="utf-8")


def machine() -> str:
    """Processor, cores and versions, without the machine's name."""
    import torch

    where = torch.cuda.get_device_name(0) if torch.cuda.is_available() else _processor()
    return (
        f"{where}, {cpu_threads()} cores, {platform.system()}, Python {platform.python_version()}, torch "
        f"{torch.__version__.split('+')[0]}, ultralytics {version('ultralytics')}"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (" and more" if len(names) > 4 else "")
