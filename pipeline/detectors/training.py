"""One training run of a detector by ultralytics, made fit for a CPU, for a time budget and for being killed.

What is ours, each measured on one core (LOG.md): bfloat16 and channels-last (39 against 74 ms a picture, YOLO26n,
384×256), with the loss in float32; rectangular batches where all pictures have one shape (no grey borders: a third
fewer pixels); one optimiser step per batch. The same call goes on after the last whole epoch; `run.json` holds what the
run is, and the seconds that it has taken over all calls.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from pipeline.detectors.data import DetectorData
from pipeline.detectors.files import prepare_ultralytics
from pipeline.detectors.weights import SCRATCH_MODEL, begin_weights
from pipeline.errors import InputError
from pipeline.object_index import write_aside

RUN_FILE = "run.json"
BEST, LAST = Path("weights/best.pt"), Path("weights/last.pt")
WITHOUT_MOSAIC = 0.2
"""Share of the epochs, the last ones, that see pictures as they are."""
CALIBRATION_PICTURES = 32
MOST_EPOCHS = 1000


@dataclass(frozen=True)
class TrainingSettings:
    """What decides a run besides the data and the machine. minutes: time in all, None where epochs says how long.

    size: longer side of the pictures that the detector is for, pixels. learn_at: of the pictures that it learns from,
    None = the same. bf16: compute in bfloat16. lr: at its highest; it ends at a hundredth.
    """

    init: str = "yolo26n.pt"
    size: int = 640
    learn_at: int | None = None
    minutes: float | None = None
    epochs: int | None = None
    batch: int = 16
    lr: float = 1e-3
    seed: int = 0
    bf16: bool = True


@dataclass
class RunRecord:
    """`run.json`. seconds: of training, over all calls. kept: class names known from `init`. done: to the end."""

    settings: dict[str, Any]
    data: str
    classes: list[str]
    seconds: float = 0.0
    epochs: int = 0
    kept: tuple[str, ...] = ()
    done: bool = False

    @staticmethod
    def read(folder: Path) -> RunRecord | None:
        """None where no run was begun. Raises InputError for a file of something else."""
        path = folder / RUN_FILE
        if not path.is_file():
            return None
        try:
            record = RunRecord(**json.loads(path.read_text()))
            TrainingSettings(**record.settings)
            return record
        except (ValueError, TypeError) as error:
            raise InputError(f"{path} is no run of pipeline.train_detector; choose another --out") from error

    def write(self, folder: Path) -> None:
        write_aside(folder / RUN_FILE, lambda path: path.write_text(json.dumps(asdict(self), indent=1) + "\n"))


def train(
    folder: Path,
    data: DetectorData,
    settings: TrainingSettings,
    *,
    device: str = "cpu",
    workers: int = 4,
    threads: int = 0,
    verbose: bool = True,
) -> RunRecord:
    """Train, or go on with, the run in `folder` until it is done. Raises InputError.

    device: "cpu", "cuda" or a number. workers: processes that load pictures (CUDA only). threads: of torch on a CPU,
    0 = its own choice.
    """
    prepare_ultralytics()
    mine = asdict(settings)
    record = RunRecord.read(folder)
    before = asdict(TrainingSettings(**record.settings)) if record is not None else mine
    if record is not None and (before != mine or tuple(record.classes) != data.class_names):
        differ = [name for name in mine if before[name] != mine[name]] or ["classes"]
        raise InputError(
            f"{folder} holds a run with other settings ({', '.join(differ)}); choose another --out or the same settings"
        )
    if record is not None and record.done:
        return record
    data.write_plain(folder)
    with contextlib.redirect_stdout(sys.stderr if verbose else io.StringIO()), _autocast_anywhere():
        epochs_done = _epochs_done(folder / LAST)
        if record is None or not epochs_done:
            record = RunRecord(mine, str(data.file), list(data.class_names))
            trainer = _new_trainer(folder, data, settings, device, workers, record)
        elif _is_over(folder, record, settings, epochs_done):
            trainer = None
        else:
            trainer = _resumed_trainer(folder, data, settings, device, workers, record)
        if trainer is not None:
            _keep_time(trainer, record, folder, threads)
            _tell(trainer, record, verbose)
            try:
                trainer.train()
            except (RuntimeError, FileNotFoundError, ValueError) as error:
                raise InputError(f"training stopped: {error}") from error
    if not (folder / BEST).is_file():
        raise InputError(f"training made no weights in {folder / BEST.parent}; give it more --minutes or --epochs")
    record.done = True
    record.write(folder)
    return record


def _epochs_done(last: Path) -> int:
    """Whole epochs in a checkpoint; 0 where there is none, or a torn one; `MOST_EPOCHS` of a finished run."""
    if not last.is_file():
        return 0
    from ultralytics.nn.tasks import load_checkpoint

    try:
        epoch = int(load_checkpoint(last)[1]["epoch"])
    except Exception:  # whatever a torn file makes torch raise: begin anew
        return 0
    return MOST_EPOCHS if epoch < 0 else epoch + 1


def _is_over(folder: Path, record: RunRecord, settings: TrainingSettings, epochs_done: int) -> bool:
    """Was the run killed after its last epoch?"""
    if not (folder / BEST).is_file():
        return False
    if settings.minutes is not None:
        return record.seconds >= 60 * settings.minutes or epochs_done >= MOST_EPOCHS
    return epochs_done >= (settings.epochs or 0)


def overrides(folder: Path, data: DetectorData, settings: TrainingSettings, device: str, workers: int) -> dict:
    """Settings in ultralytics' words (https://docs.ultralytics.com/usage/cfg)."""
    epochs = settings.epochs or 100  # with a time budget ultralytics estimates them anew after every epoch
    return {
        "model": SCRATCH_MODEL, "data": str(folder / "data.yaml"), "task": "detect",
        "save_dir": str(folder), "exist_ok": True,
        "imgsz": settings.learn_at or settings.size, "batch": settings.batch, "nbs": settings.batch, "epochs": epochs,
        "time": settings.minutes / 60 if settings.minutes is not None else None,
        "device": device, "workers": workers, "seed": settings.seed, "deterministic": True,
        "optimizer": "AdamW", "lr0": settings.lr, "lrf": 0.01, "cos_lr": True, "momentum": 0.9, "weight_decay": 5e-4,
        "warmup_epochs": 0.5, "warmup_bias_lr": 0.0, "patience": 0,
        "rect": data.one_shape is not None, "mosaic": 0.5, "close_mosaic": max(1, round(epochs * WITHOUT_MOSAIC)),
        "cache": "ram", "amp": "bf16" if settings.bf16 else False, "nms": False, "plots": False,
    }  # fmt: skip


def _new_trainer(folder: Path, data: DetectorData, settings: TrainingSettings, device: str, workers: int,
                 record: RunRecord) -> Any:  # fmt: skip
    names = dict(enumerate(data.class_names))
    begun = begin_weights(
        settings.init,
        names,
        seed=settings.seed,
        pictures=lambda: data.pictures(CALIBRATION_PICTURES, settings.learn_at or settings.size),
    )
    record.kept = begun.kept
    trainer = _trainer_class()(overrides=overrides(folder, data, settings, device, workers))
    trainer.model = begun.model
    record.write(folder)
    return trainer


def _resumed_trainer(folder: Path, data: DetectorData, settings: TrainingSettings, device: str, workers: int,
                     record: RunRecord) -> Any:  # fmt: skip
    changes = {"device": device, "workers": workers, "save_dir": str(folder), "data": str(folder / "data.yaml")}
    if settings.minutes is not None:
        changes["time"] = settings.minutes / 60
    return _trainer_class()(overrides={"resume": str(folder / LAST), **changes})


def _keep_time(trainer: Any, record: RunRecord, folder: Path, threads: int) -> None:
    """Count the time of earlier calls into the budget, and write down after every epoch what has been used."""
    before_s = record.seconds
    began = time.monotonic()

    def on_start(trainer: Any) -> None:
        if threads:
            torch.set_num_threads(threads)  # ultralytics has set its own number
        trainer.train_time_start -= before_s

    def on_epoch_start(trainer: Any) -> None:
        trainer.start_epoch = 0  # the mean time of an epoch is over all calls

    def on_save(trainer: Any) -> None:
        record.seconds = before_s + time.monotonic() - began
        record.epochs = trainer.epoch + 1
        record.write(folder)

    def on_epoch_end(trainer: Any) -> None:
        if trainer.args.time:
            trainer.args.close_mosaic = max(1, round(trainer.epochs * WITHOUT_MOSAIC))

    trainer.add_callback("on_train_start", on_start)
    trainer.add_callback("on_train_epoch_start", on_epoch_start)
    trainer.add_callback("on_model_save", on_save)
    trainer.add_callback("on_fit_epoch_end", on_epoch_end)


def _tell(trainer: Any, record: RunRecord, verbose: bool) -> None:
    """One line an epoch, and a bar within it."""
    bar = tqdm(unit="batch", leave=False, disable=not verbose)

    def on_epoch_start(trainer: Any) -> None:
        bar.reset(len(trainer.train_loader))
        bar.set_description(f"epoch {trainer.epoch + 1}")

    def on_epoch_end(trainer: Any) -> None:
        map50, map50_95 = (trainer.metrics.get(f"metrics/{name}(B)", 0.0) for name in ("mAP50", "mAP50-95"))
        losses = ", ".join(f"{name.removesuffix('_loss')} {float(x):.3f}" for name, x in (trainer.tloss or {}).items())
        if verbose and trainer.epoch < trainer.epochs:
            tqdm.write(
                f"epoch {trainer.epoch + 1} of {trainer.epochs}, {record.seconds / 60:.1f} min: {losses}; "
                f"val mAP50 {map50:.3f}, mAP50-95 {map50_95:.3f}",
                file=sys.stderr,
            )

    trainer.add_callback("on_train_epoch_start", on_epoch_start)
    trainer.add_callback("on_train_batch_end", lambda trainer: bar.update())
    trainer.add_callback("on_model_save", on_epoch_end)
    trainer.add_callback("teardown", lambda trainer: bar.close())


def _trainer_class() -> type:
    """ultralytics' trainer with our hooks; made on first use, because ultralytics takes seconds to import."""
    from ultralytics.models.yolo.detect import DetectionTrainer

    class Trainer(DetectionTrainer):
        def set_model_attributes(self) -> None:
            super().set_model_attributes()
            if self.device.type == "cpu":
                self.model = self.model.to(memory_format=torch.channels_last)

        def preprocess_batch(self, batch: dict) -> dict:
            batch = super().preprocess_batch(batch)
            if self.device.type == "cpu":
                batch["img"] = batch["img"].contiguous(memory_format=torch.channels_last)
            return batch

        def resume_training(self, ckpt: dict | None) -> None:
            super().resume_training(ckpt)
            made = self.model.criterion if getattr(self.model, "criterion", None) else self.model.init_criterion()
            self.model.criterion = _Float32Loss(made)

        def save_model(self) -> bool:
            """Whole or not at all: a killed write must not cost the epochs before."""
            last, best = self.last, self.best
            self.last, self.best = (path.with_suffix(".new") for path in (last, best))
            try:
                saved = super().save_model()
                for new, path in ((self.last, last), (self.best, best)):
                    if new.is_file():
                        new.replace(path)
            finally:
                self.last, self.best = last, best
            return saved

    return Trainer


class _Float32Loss:
    """A loss of ultralytics, computed in float32: boxes in bfloat16 are off by pixels."""

    def __init__(self, loss: Any):
        self.loss = loss

    def __call__(self, preds: Any, batch: dict) -> Any:
        with torch.autocast(batch["img"].device.type, enabled=False):
            return self.loss(_floats(preds), batch)

    def update(self) -> None:
        self.loss.update()


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floats(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_floats(part) for part in value)
    return value.float() if isinstance(value, torch.Tensor) and value.is_floating_point() else value


@contextlib.contextmanager
def _autocast_anywhere() -> Iterator[None]:
    """Let ultralytics train in bfloat16 on a CPU, too: it refuses, though torch does it well."""
    from ultralytics.engine import trainer

    def autocast(enabled: bool | torch.dtype, device: str = "cuda") -> torch.autocast:
        return torch.autocast(device, torch.bfloat16, enabled=bool(enabled))

    theirs = trainer.autocast
    trainer.autocast = autocast
    try:
        yield
    finally:
        trainer.autocast = theirs
