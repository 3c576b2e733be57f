"""What a detector's training begins with."""

from __future__ import annotations

from copy import deepcopy

import onnxruntime
import pytest
import torch
from torch import nn

from pipeline.detectors.files import BUNDLED, find_detector, prepare_ultralytics, read_facts
from pipeline.detectors.weights import begin_weights, keep_class_rows, measure_normalisation, unfused
from pipeline.errors import InputError

NAMES = {0: "person", 1: "bicycle", 2: "car", 3: "Traffic Light"}


def lived_in_model(seed: int = 0):
    """A YOLO26n whose normalisation has seen something, as that of a trained one has."""
    prepare_ultralytics()
    from ultralytics.nn.tasks import DetectionModel

    torch.manual_seed(seed)
    model = DetectionModel("yolo26n.yaml", nc=len(NAMES), verbose=False)
    model.names = dict(NAMES)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.3)
            layer.running_var.uniform_(0.5, 2)
            layer.weight.data.uniform_(0.7, 1.3)
            layer.bias.data.normal_(0, 0.2)
    return model.eval()


def scores(model, pictures: torch.Tensor, head: str = "one2one") -> torch.Tensor:
    with torch.no_grad():
        out = model(pictures)
    preds = out if isinstance(out, dict) else out[1]
    return torch.cat([preds[head]["boxes"], preds[head]["scores"]], 1)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tiny pictures: threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return torch.rand(4, 3, 64, 96, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def fused():
    model = lived_in_model()
    model.end2end = True
    return deepcopy(model).fuse(verbose=False), model


def same_unfused(fused):
    """`unfused` of a model."""
    return unfused(deepcopy(fused).float().state_dict(), deepcopy(fused.yaml), fused.names)


def save(model, path) -> str:
    torch.save({"model": deepcopy(model).half(), "train_args": {}, "epoch": -1}, path)
    return str(path)


def test_unfused_computes_the_same_with_both_heads(fused, pictures):
    model = same_unfused(fused[0])
    assert not model.is_fused() and fused[0].is_fused()
    want = scores(fused[0], pictures)
    torch.testing.assert_close(scores(model, pictures), want, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(scores(model, pictures, "one2many"), want, rtol=1e-3, atol=1e-3)


def test_measured_normalisation_changes_nothing_in_use_and_little_in_training(fused, pictures):
    plain, measured = same_unfused(fused[0]), same_unfused(fused[0])
    want = scores(fused[0], pictures)
    measure_normalisation(measured, pictures)
    torch.testing.assert_close(scores(measured, pictures), want, rtol=1e-2, atol=1e-2)
    off = [float((scores(model.train(), pictures) - want).abs().mean()) for model in (plain, measured)]
    assert off[1] < 0.05 * off[0]  # training normalises by the batch: it begins where the model was


def test_rows_of_shared_classes_are_kept_in_both_heads(tmp_path):
    old = lived_in_model()
    begun = begin_weights(
        save(old, tmp_path / "old.pt"), {0: "crate", 1: "Car", 2: "traffic light"}, seed=9, pictures=lambda: None
    )
    assert begun.kept == ("Car", "traffic light") and not begun.was_fused
    for branch in ("cv3", "one2one_cv3"):
        for mine, theirs in zip(getattr(begun.model.model[-1], branch), getattr(old.model[-1], branch), strict=True):
            torch.testing.assert_close(mine[-1].weight[1], theirs[-1].weight[2], rtol=0, atol=1e-3)  # fp16 on disk
            torch.testing.assert_close(mine[-1].bias[2], theirs[-1].bias[3], rtol=0, atol=1e-2)
            assert not torch.allclose(mine[-1].weight[0], theirs[-1].weight[0], atol=1e-2)


def test_a_fused_file_can_be_trained_on(fused, pictures, tmp_path):
    begun = begin_weights(save(fused[0], tmp_path / "f.pt"), dict(NAMES), seed=0, pictures=lambda: pictures)
    assert begun.was_fused and begun.kept == tuple(NAMES.values()) and not begun.model.is_fused()
    torch.testing.assert_close(scores(begun.model.eval(), pictures), scores(fused[0], pictures), rtol=0.05, atol=0.05)


def test_an_onnx_file_can_be_trained_on():
    pictures = torch.rand(2, 3, 128, 160, generator=torch.Generator().manual_seed(2))
    session = onnxruntime.InferenceSession(str(BUNDLED), providers=["CPUExecutionProvider"])
    names = read_facts(find_detector("bundled")).class_names
    begun = begin_weights("bundled", dict(enumerate(names)), seed=0, pictures=lambda: pictures)
    assert begun.was_fused and begun.kept == names
    model = begun.model.eval()
    model.end2end = True
    with torch.no_grad():
        mine = model(pictures)[0]
    for k in range(len(pictures)):
        theirs = torch.from_numpy(session.run(None, {"images": pictures[k : k + 1].numpy()})[0][0])
        torch.testing.assert_close(mine[k, :20], theirs[:20], rtol=0.02, atol=0.2)


def test_no_rows_are_kept_where_no_name_agrees_or_the_width_differs():
    old, other = lived_in_model(), lived_in_model(1)
    other.names = dict(enumerate(("crate", "tube", "wheel", "nail")))
    assert keep_class_rows(other, old) == ()
    other.names = dict(NAMES)
    for branch in other.model[-1].cv3:
        branch[-1] = nn.Conv2d(24, 4, 1)
    assert keep_class_rows(other, old) == ()


def test_scratch_is_decided_by_the_seed():
    first, again, other = (
        begin_weights("scratch", {0: "person"}, seed=seed, pictures=lambda: None).model for seed in (3, 3, 4)
    )
    of = [model.model[0].conv.weight for model in (first, again, other)]
    assert torch.equal(of[0], of[1]) and not torch.equal(of[0], of[2])


@pytest.mark.parametrize(
    ("init", "told"),
    [
        ("missing.pt", "no such detector: missing.pt"),
        ("a.onnx", "a.onnx is not a readable ONNX file"),
        ("folder", "only .pt and .onnx files can be trained further"),
        ("torn.pt", "not a detector that ultralytics can open safely"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(init, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.onnx").write_bytes(b"x")
    (tmp_path / "torn.pt").write_bytes(b"no checkpoint")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.xml").write_text("<net/>")
    with pytest.raises(InputError, match=told):
        begin_weights(init, {0: "person"}, seed=0, pictures=lambda: None)
