"""A trained `.pt` as an ONNX file to ship: exported, cleaned of the machine's paths, compared, and measured."""

from __future__ import annotations

import contextlib
import io
import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.detect import _letterbox
from pipeline.detectors.data import DetectorData, input_hw
from pipeline.detectors.files import DetectorFile, open_yolo, prepare_ultralytics
from pipeline.detectors.habits import USUAL_PX
from pipeline.detectors.runtimes import OnnxRuntime, TorchRuntime
from pipeline.errors import InputError

SURE = 0.25
"""Boxes from this score on are compared; below, a rounding error may drop one of 300."""
SAME_BOX_PX, SAME_SCORE = 1.0, 0.02
_WORST = 1e9


@dataclass(frozen=True)
class ClassScore:
    """Of one class on val, or of all (the mean). boxes: true ones. precision, recall: at the best F1. All 0–1."""

    name: str
    boxes: int
    precision: float
    recall: float
    map50: float
    map50_95: float


@dataclass(frozen=True)
class Sameness:
    """How alike two files of one detector are. boxes: compared; box_px, score: largest differences."""

    pictures: int
    boxes: int
    box_px: float
    score: float


def export_onnx(weights: Path, to: Path, *, size: int, one_shape: tuple[int, int] | None) -> None:
    """Write `weights` (.pt) to `to` with the NMS-free head. Raises InputError.

    The input is free where `size` is what indexes use, or where pictures have many shapes; else it is fixed to the one
    shape (height, width) at `size` pixels, because a detector knows things at the size at which it has learned them.
    """
    free = one_shape is None or size == USUAL_PX
    model = open_yolo(DetectorFile(weights, "pt", "", weights.name))
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        copy = Path(folder) / "detector.pt"
        shutil.copyfile(weights, copy)
        model.ckpt_path = model.model.pt_path = str(copy)
        try:
            with _quiet():
                imgsz = list(input_hw(one_shape, size))
                made = model.export(format="onnx", dynamic=free, nms=False, imgsz=imgsz, simplify=True)
            clean(Path(made))
            Path(made).replace(to)
        except Exception as error:
            raise InputError(f"cannot export {weights} to ONNX: {error}") from error


def clean(path: Path) -> None:
    """Take out of an ONNX file what tells of the machine that made it: paths of data and of source code, the time."""
    import onnx

    model = onnx.load(str(path))
    for part in (model, model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info):
        part.doc_string = ""
    for part in (model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    kept = {p.key: p.value for p in model.metadata_props if p.key not in ("date", "description")}
    kept["description"] = "YOLO26 detector, trained by python -m pipeline.train_detector"
    del model.metadata_props[:]
    for key, value in kept.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(path))


def compare(weights: Path, exported: Path, data: DetectorData, *, size: int, most: int = 16) -> Sameness:
    """Do both files find the same on some val pictures? Raises InputError where they don't.

    The networks' own rows are compared: which of two equally good boxes of one thing is kept is decided later.
    """
    hw = input_hw(data.one_shape, size)
    numbers = np.unique(np.linspace(0, len(data.val) - 1, most).astype(int))
    pictures = np.stack([_letterbox(_read(data.val[number]), hw)[0] for number in numbers])
    first = TorchRuntime(DetectorFile(weights, "pt", "", weights.name), device="cpu", threads=1).run(pictures)
    second = OnnxRuntime(exported, threads=1).run(pictures)
    apart = [_apart(a, b) for one, other in ((first, second), (second, first)) for a, b in zip(one, other, strict=True)]
    box_px, score = np.concatenate(apart).max(0, initial=0.0).tolist()
    if box_px > SAME_BOX_PX or score > SAME_SCORE:
        raise InputError(
            f"{exported} does not find what {weights} finds (boxes differ by {box_px:.3g} pixels, scores by "
            f"{score:.3g}); export it again with other versions of torch and onnx"
        )
    return Sameness(len(pictures), sum(map(len, apart)) // 2, box_px, score)


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(N, 2): of every sure row of `one`, how far its like in `other` is, in pixels and in score. Rows: (300, 6)."""
    out = []
    for row in one[one[:, 4] >= SURE]:
        like = other[other[:, 5] == row[5]]
        if not len(like):
            out.append((_WORST, 1.0))
            continue
        px, score = np.abs(like[:, :4] - row[:4]).max(1), np.abs(like[:, 4] - row[4])
        best = int((px + score).argmin())
        out.append((float(px[best]), float(score[best])))
    return np.array(out).reshape(-1, 2)


def measure(exported: Path, folder: Path, data: DetectorData, *, size: int) -> list[ClassScore]:
    """mAP of the exported file on val, by ultralytics: all classes together, then each. folder: of the data.yaml."""
    prepare_ultralytics()
    from ultralytics import YOLO

    with tempfile.TemporaryDirectory() as scrap, _quiet():
        found = YOLO(str(exported), task="detect").val(
            data=str(folder / "data.yaml"), imgsz=list(input_hw(data.one_shape, size)), nms=False, plots=False,
            device="cpu", save_dir=scrap, batch=1, verbose=False,
        )  # fmt: skip
    box, counts = found.box, found.nt_per_class
    rows = [ClassScore("all", int(counts.sum()), *(float(x) for x in (box.mp, box.mr, box.map50, box.map)))]
    for number, class_id in enumerate(found.ap_class_index):
        values = box.p[number], box.r[number], box.ap50[number], box.ap[number]
        rows.append(ClassScore(data.class_names[class_id], int(counts[class_id]), *(float(x) for x in values)))
    return rows


def _read(path: Path) -> np.ndarray:
    import cv2

    image = cv2.imread(str(path))
    if image is None:
        raise InputError(f"the picture {path} cannot be read")
    return np.ascontiguousarray(image[:, :, ::-1])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """ultralytics prints pages while it exports and measures."""
    prepare_ultralytics()
    logger, noise = logging.getLogger("ultralytics"), io.StringIO()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            yield
    finally:
        logger.setLevel(level)
