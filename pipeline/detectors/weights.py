"""The weights that a detector's training begins with: from scratch, or another detector's with its class rows kept.

A detector's class head has one row per class. Where old and new class names agree ("person", "car"), the row is kept,
so that what is known of those classes is not thrown away; ultralytics does so for checkpoints that can be trained on.
ONNX files that ultralytics wrote (the bundled detector is one) hold all that is needed to go on.
Files for inference are *fused*: batch normalisation is folded into the convolutions, and the one-to-many head, which
only training needs, is gone. `unfused` undoes both: normalisation comes back in such a way that the network computes
the same numbers, and the one-to-many head begins as a copy of the one-to-one head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from pipeline.detectors.files import DetectorFile, find_detector, open_yolo, prepare_ultralytics, read_facts
from pipeline.errors import InputError

if TYPE_CHECKING:
    from ultralytics.nn.tasks import DetectionModel

SCRATCH = "scratch"
SCRATCH_MODEL = "yolo26n.yaml"
"""Comes with ultralytics."""
ONNX_LAYERS = ("model.0.conv.weight", "model.23.one2one_cv2.0.2.weight", "model.23.one2one_cv3.0.2.weight")
"""Names that an ONNX file of YOLO26 holds, among others."""


@dataclass(frozen=True)
class Begun:
    """model: ready to be trained. kept: class names whose rows come from the old detector. was_fused: see above."""

    model: DetectionModel
    kept: tuple[str, ...]
    was_fused: bool


def begin_weights(init: str, names: Mapping[int, str], *, seed: int, pictures: Callable[[], Tensor]) -> Begun:
    """The model that training begins with, for the classes `names` (number → name).

    init: "scratch", or a YOLO26 `.pt` or `.onnx` by name or path (`pipeline.detectors.files.find_detector`). pictures:
    called for a fused file only, gives (B, 3, H, W) float32 0–1 RGB, some training pictures. Raises InputError.
    """
    prepare_ultralytics()
    from ultralytics.nn.tasks import DetectionModel

    torch.manual_seed(seed)
    if init == SCRATCH:
        model = DetectionModel(SCRATCH_MODEL, nc=len(names), verbose=False)
        model.names = dict(names)
        return Begun(model, (), False)
    file = find_detector(init)
    if file.kind == "openvino":
        raise InputError(f"--init {init}: only .pt and .onnx files can be trained further; give one, or scratch")
    try:
        if file.kind == "onnx":
            was_fused, old = True, _of_onnx(file)
        else:
            old = open_yolo(file).model
            was_fused = old.is_fused()
            if was_fused:
                old = unfused(old.float().state_dict(), deepcopy(old.yaml), old.names)
        if was_fused:
            measure_normalisation(old, pictures())
        model = DetectionModel(deepcopy(old.yaml), nc=len(names), verbose=False)
        model.names = dict(names)
        model.load(old, verbose=False)
    except (RuntimeError, KeyError, AttributeError) as error:
        raise InputError(f"--init {init}: this kind of detector cannot be trained further ({error})") from error
    return Begun(model, keep_class_rows(model, old), was_fused)


def keep_class_rows(model: DetectionModel, old: DetectionModel) -> tuple[str, ...]:
    """Copy the class head's rows of the classes that both know, in both heads; returns their names.

    Rows have the same width only where the branch before them has; else none are kept.
    """
    rows = {str(name).strip().lower(): row for row, name in old.names.items()}
    shared = {new: rows[key] for new, name in model.names.items() if (key := str(name).strip().lower()) in rows}
    mine, theirs = _class_layers(model), _class_layers(old)
    if not shared or len(mine) != len(theirs):
        return ()
    for to, of in zip(mine, theirs, strict=True):
        if to.weight.shape[1:] != of.weight.shape[1:]:
            return ()
    with torch.no_grad():
        for to, of in zip(mine, theirs, strict=True):
            for new, row in shared.items():
                to.weight[new], to.bias[new] = of.weight[row], of.bias[row]
    return tuple(str(model.names[new]) for new in sorted(shared))


def _class_layers(model: DetectionModel) -> list[nn.Conv2d]:
    head = model.model[-1]
    return [branch[-1] for name in ("cv3", "one2one_cv3") for branch in getattr(head, name, None) or ()]


def _of_onnx(file: DetectorFile) -> DetectionModel:
    """The trainable form of a YOLO26n in ONNX: ultralytics keeps the layers' names in it. Raises KeyError of others."""
    import onnx

    names = dict(enumerate(read_facts(file).class_names))
    stored = onnx.load(str(file.path)).graph.initializer
    arrays = {x.name: onnx.numpy_helper.to_array(x) for x in stored if x.name.startswith("model.")}
    state = {name: torch.tensor(array, dtype=torch.float32) for name, array in arrays.items()}
    if any(name not in state for name in ONNX_LAYERS):
        raise KeyError("its layers are not those of YOLO26")
    return unfused(state, SCRATCH_MODEL, names)


def unfused(fused: Mapping[str, Tensor], shape: str | dict, names: Mapping[int, str]) -> DetectionModel:
    """A trainable model that computes the same as a fused one: normalisation does nothing yet, the heads are alike.

    fused: its numbers by name. shape: its YAML. names: of its classes.
    """
    from ultralytics.nn.tasks import DetectionModel

    model = DetectionModel(shape, nc=len(names), verbose=False).eval()
    model.names = dict(names)
    _widen_class_branches(model, fused)
    own, given = model.state_dict(), dict(fused)
    for to, of in (("cv2", "one2one_cv2"), ("cv3", "one2one_cv3")):
        given |= {key.replace(f".{of}.", f".{to}."): value for key, value in given.items() if f".{of}." in key}
    for key, value in given.items():
        if key in own:
            if own[key].shape != value.shape:
                raise RuntimeError(f"{key} has {tuple(value.shape)} numbers, not {tuple(own[key].shape)}")
            own[key].copy_(value)
        elif key.endswith(".conv.bias"):
            own[f"{key.removesuffix('conv.bias')}bn.bias"].copy_(value)
        else:
            raise KeyError(key)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.zero_()
            layer.running_var.fill_(1.0)
            layer.weight.data.fill_((1.0 + layer.eps) ** 0.5)
    return model


def _widen_class_branches(model: DetectionModel, fused: Mapping[str, Tensor]) -> None:
    """Give the class head's branches the width of those in `fused` (it hangs on how many classes there once were)."""
    from ultralytics.nn.tasks import DetectionModel

    head, last = model.model[-1], len(model.model) - 1
    layer = fused.get(f"model.{last}.one2one_cv3.0.2.weight", head.cv3[0][-1].weight)
    if (width := layer.shape[1]) == head.cv3[0][-1].in_channels:
        return
    wider = DetectionModel(deepcopy(model.yaml), nc=width, verbose=False).eval().model[-1]
    for name in ("cv3", "one2one_cv3"):
        branches = getattr(wider, name)
        for branch in branches:
            branch[-1] = nn.Conv2d(width, head.nc, 1)
        setattr(head, name, branches)


@torch.no_grad()
def measure_normalisation(model: DetectionModel, pictures: Tensor) -> None:
    """Give every normalisation the mean and variance that it sees on `pictures`, and undo them in its own weights.

    pictures: (B, 3, H, W) float32 0–1. What the model computes stays the same; training, which normalises by each
    batch's own mean and variance, then begins where the model is and not far off.
    """

    def measure(layer: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        (x,) = inputs
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        scale = layer.weight / (layer.running_var + layer.eps).sqrt()
        layer.bias += scale * (mean - layer.running_mean)
        layer.weight.copy_(scale * (variance + layer.eps).sqrt())
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(variance)

    layers = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]
    hooks = [layer.register_forward_pre_hook(measure) for layer in layers]
    model.eval()
    try:
        model(pictures)
    finally:
        for hook in hooks:
            hook.remove()
