"""A detector trained on tiny pictures, from the command line: made, exported, described, gone on with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from pipeline.detect import DetectorSettings, load_detector
from pipeline.detectors import training as detector_training
from pipeline.detectors.data import DetectorData
from pipeline.detectors.export import compare, export_onnx
from pipeline.detectors.training import BEST, LAST, RunRecord, TrainingSettings, train
from pipeline.errors import InputError
from pipeline.records import Frame
from pipeline.train_detector import main
from tests.pipeline_detector.tiny_data import write_tiny_data


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGTAKE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def data_yaml(tmp_path_factory):
    return write_tiny_data(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def trained(data_yaml, tmp_path_factory):
    """The folder of a finished run, and what was printed."""
    folder = tmp_path_factory.mktemp("runs") / "detector"
    command = ["--data", str(data_yaml), "--init", "scratch", "--size", "96", "--epochs", "1", "--batch", "8",
               "--threads", "1", "--seed", "7", "--quiet", "--out", str(folder)]  # fmt: skip
    assert main(command) == 0
    return folder, command


def test_the_onnx_file_is_a_detector(trained, data_yaml):
    detector = load_detector(DetectorSettings(str(trained[0] / "detector.onnx"), threads=1))
    assert detector.class_names == ("person", "crate")
    image = cv2.imread(str(data_yaml.parent / "images" / "val" / "val0.png"))[:, :, ::-1]
    found = detector.detect([Frame(0.0, np.ascontiguousarray(image))])[0]
    assert detector._hw == (64, 96)  # the shape of the pictures, at the size of the training
    assert (found.class_id < 2).all() and len(found) <= 300


def test_the_onnx_file_tells_nothing_of_the_machine(trained, data_yaml):
    content = (trained[0] / "detector.onnx").read_bytes()
    for private in (str(data_yaml.parent), str(trained[0].parent), "site-packages"):
        assert private.encode() not in content


def test_the_card_says_what_it_is(trained):
    card = (trained[0] / "detector.md").read_text()
    for fact in ("person, crate", "16 pictures to learn from, 6 to measure with", "random weights", "1 epochs", "| 7 |",
                 "AGPL-3.0-or-later", "96×64 pixels", "| crate | 6 |", "nothing else"):  # fmt: skip
        assert fact in card
    assert str(trained[0].parent) not in card and "rendered" not in card
    figures = json.loads((trained[0] / "figures.json").read_text())
    assert [row["name"] for row in figures["classes"]] == ["all", "person", "crate"]
    assert figures["same"]["pictures"] == 6


def test_the_same_command_again_trains_no_more(trained, capsys):
    folder, command = trained
    before = (folder / BEST).stat().st_mtime_ns
    assert main(command) == 0
    assert main(["--out", str(folder), "--resume", "--quiet"]) == 0
    assert (folder / BEST).stat().st_mtime_ns == before
    assert "detector.onnx" in capsys.readouterr().out


def test_another_setting_is_another_run(trained):
    _, command = trained
    with pytest.raises(InputError, match=r"other settings \(seed\)"):
        main([*command, "--seed", "8"])


def interrupted_in_epoch(number: int, monkeypatch) -> None:
    """Training stops, as by Ctrl-C, in the epoch of this number (from 0)."""

    def stop(trainer):
        if trainer.epoch == number:
            raise KeyboardInterrupt

    tell = detector_training._tell

    def telling(trainer, *rest):
        tell(trainer, *rest)
        trainer.add_callback("on_train_batch_end", stop)

    monkeypatch.setattr(detector_training, "_tell", telling)


def test_an_interrupted_run_goes_on_after_its_last_whole_epoch(data_yaml, tmp_path, monkeypatch):
    data, settings = DetectorData.read(data_yaml), TrainingSettings("scratch", size=64, epochs=3, batch=8)
    with monkeypatch.context() as patch:
        interrupted_in_epoch(2, patch)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, data, settings, threads=1, verbose=False)
    stopped = RunRecord.read(tmp_path)
    assert (stopped.epochs, stopped.done) == (2, False)
    train(tmp_path, data, settings, threads=1, verbose=False)
    done = RunRecord.read(tmp_path)
    assert (done.epochs, done.done) == (3, True) and done.seconds > stopped.seconds
    with (tmp_path / "results.csv").open() as file:
        assert [int(row["epoch"]) for row in csv.DictReader(file)] == [1, 2, 3]


def test_a_torn_checkpoint_begins_anew(data_yaml, tmp_path, monkeypatch):
    data, settings = DetectorData.read(data_yaml), TrainingSettings("scratch", size=64, epochs=2, batch=8)
    with monkeypatch.context() as patch:
        interrupted_in_epoch(1, patch)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, data, settings, threads=1, verbose=False)
    (tmp_path / LAST).write_bytes((tmp_path / LAST).read_bytes()[:1000])
    assert train(tmp_path, data, settings, threads=1, verbose=False).epochs == 2


def test_a_time_budget_counts_earlier_calls(data_yaml, tmp_path, monkeypatch):
    data, settings = DetectorData.read(data_yaml), TrainingSettings("scratch", size=64, minutes=50, batch=8)
    with monkeypatch.context() as patch:
        interrupted_in_epoch(1, patch)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, data, settings, threads=1, verbose=False)
    record = RunRecord.read(tmp_path)
    record.seconds = 49.999 * 60  # nearly all is used up: one more epoch at most
    record.write(tmp_path)
    done = train(tmp_path, data, settings, threads=1, verbose=False)
    assert done.done and done.epochs == 2 and done.seconds > 49.999 * 60


def test_files_that_differ_are_noticed(trained, data_yaml, tmp_path):
    data, other = DetectorData.read(data_yaml), opinionated(trained[0] / BEST, tmp_path / "other.pt")
    export_onnx(other, tmp_path / "other.onnx", size=96, one_shape=data.one_shape)
    same = compare(other, tmp_path / "other.onnx", data, size=96)
    assert same.boxes > 10 and same.box_px < 0.1 and same.score < 0.001
    with pytest.raises(InputError, match="does not find what"):
        compare(other, trained[0] / "detector.onnx", data, size=96)


def opinionated(weights: Path, to: Path) -> Path:
    """The same detector, sure of some things: one epoch alone leaves all scores alike and near 0."""
    checkpoint = torch.load(weights, weights_only=False)
    generator = torch.Generator().manual_seed(0)
    for branch in checkpoint["model"].model[-1].one2one_cv3:
        weight = branch[-1].weight.data
        weight.copy_(torch.randn(weight.shape, generator=generator) * 100)
        branch[-1].bias.data.fill_(-1)
    torch.save(checkpoint, to)
    return to


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--data is missing"),
        (["--data", "no.yaml"], "no such data set: no.yaml"),
        (["--data", "x", "--size", "100"], "multiple of 32, such as 128"),
        (["--data", "x", "--size", "32"], "choose 64 to 2048"),
        (["--data", "x", "--minutes", "-1"], "--minutes is -1"),
        (["--data", "x", "--epochs", "0"], "--epochs is 0"),
        (["--data", "x", "--batch", "1"], "--batch is 1"),
        (["--data", "x", "--lr", "0"], "--lr is 0"),
        (["--resume"], "no run was begun"),
    ],
)
def test_wrong_settings_are_said(arguments, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=told):
        main(arguments)


def test_resuming_takes_no_settings_and_unknown_devices_are_refused(trained, data_yaml):
    folder, _ = trained
    with pytest.raises(InputError, match="leave --size away"):
        main(["--out", str(folder), "--resume", "--size", "64"])
    with pytest.raises(InputError, match="unknown device 'tpu'"):
        main(["--data", str(data_yaml), "--device", "tpu", "--out", str(folder.parent / "new")])
    with pytest.raises(InputError, match="finds no such CUDA device"):
        main(["--data", str(data_yaml), "--device", "77", "--out", str(folder.parent / "new")])


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "run.json").write_text("[1]")
    with pytest.raises(InputError, match="is no run of"):
        main(["--out", str(tmp_path), "--resume"])
