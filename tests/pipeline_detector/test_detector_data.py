"""A data set is looked at before hours are spent on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.detectors.data import DetectorData, input_hw, label_path
from pipeline.detectors.files import prepare_ultralytics
from pipeline.errors import InputError
from tests.pipeline_detector.tiny_data import write_tiny_data


def test_what_is_read(tmp_path):
    data = DetectorData.read(write_tiny_data(tmp_path, train=5, val=2))
    assert data.class_names == ("person", "crate")
    assert (len(data.train), len(data.val), data.one_shape) == (5, 2, (64, 96))
    pictures = data.pictures(3, 96)
    assert pictures.shape == (3, 3, 64, 96) and 0.2 < float(pictures.mean()) < 0.8
    red = pictures[:, 0] - pictures[:, 2]  # the person is red: RGB, not OpenCV's BGR
    assert float(red.max()) > 0.6


def test_pictures_of_several_shapes_have_none(tmp_path):
    path = write_tiny_data(tmp_path)
    cv2.imwrite(str(tmp_path / "images" / "train" / "train0.png"), np.zeros((96, 96, 3), np.uint8))
    assert DetectorData.read(path).one_shape is None


def test_the_plain_form_names_every_picture_and_runs_nothing(tmp_path):
    path = write_tiny_data(tmp_path / "data", train=3, val=2)
    path.write_text(path.read_text() + "download: raise SystemExit('run')\n")
    made = DetectorData.read(path).write_plain(tmp_path / "run")
    assert "download" not in made.read_text()
    again = DetectorData.read(made)
    assert (len(again.train), len(again.val), again.class_names) == (3, 2, ("person", "crate"))


@pytest.mark.parametrize(
    ("shape", "size", "want"),
    [
        ((384, 640), 384, (256, 384)),
        ((384, 640), 640, (384, 640)),
        (None, 384, (384, 384)),
        ((1080, 608), 64, (64, 64)),
    ],
)
def test_the_networks_input(shape, size, want):
    assert input_hw(shape, size) == want


def test_labels_lie_where_ultralytics_looks(tmp_path):
    prepare_ultralytics()
    from ultralytics.data.utils import img2label_paths

    for picture in (tmp_path / "images" / "a" / "b.jpg", tmp_path / "images" / "x" / "images" / "c.d.png"):
        assert [str(label_path(picture))] == img2label_paths([str(picture)])


def _change(name: str, text: str):
    return lambda folder: (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_change("data.yaml", "train: ["), "cannot be read as YAML"),
        (_change("data.yaml", "- 1"), "is no data.yaml"),
        (_change("data.yaml", "train: images/train\nval: images/val\n"), "names must list the class names"),
        (_change("data.yaml", "train: images/train\nval: images/val\nnames: [a, a]"), "stands twice"),
        (_change("data.yaml", "val: images/val\nnames: [a, b]"), "train must name the folder"),
        (_change("data.yaml", "train: images/no\nval: images/val\nnames: [a, b]"), "there is no .*images/no"),
        (_change("data.yaml", "train: labels/train\nval: images/val\nnames: [a, b]"), "there are no pictures"),
        (_change("data.yaml", "train: images/val\nval: images/val\nnames: [a, b]"), "are in train and in val"),
        (_change("labels/train/train1.txt", "2 0.5 0.5 0.1 0.1"), "line 1: class 2, but data.yaml names 2"),
        (_change("labels/train/train1.txt", "\n0 0.5 x 0.1 0.1"), "line 2: a label is `class cx cy w h`"),
        (_change("labels/val/val1.txt", "0 50 50 10 10"), "in parts of the picture"),
        (_change("images/train/train0.png", "no picture"), "train0.png cannot be read"),
    ],
)
def test_what_is_wrong_is_said(spoil, told, tmp_path):
    path = write_tiny_data(tmp_path, train=3, val=2)
    spoil(tmp_path)
    with pytest.raises(InputError, match=told):
        DetectorData.read(path)


def test_labels_are_missed(tmp_path):
    path = write_tiny_data(tmp_path, train=2, val=2)
    for label in (tmp_path / "labels" / "val").iterdir():
        label.unlink()
    with pytest.raises(InputError, match=r"no labels were found for val; .*labels/val/val0.txt"):
        DetectorData.read(path)


def test_no_data_set(tmp_path):
    with pytest.raises(InputError, match="no such data set"):
        DetectorData.read(tmp_path / "data.yaml")
