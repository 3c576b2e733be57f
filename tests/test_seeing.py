"""Appearance, camera motion, and the detector's interface on every runtime."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import detect
from pipeline.appearance import describe_appearance
from pipeline.detect import Detector, DetectorSettings, load_detector
from pipeline.detectors.files import DetectorFacts, DetectorFile, find_detector
from pipeline.errors import InputError
from pipeline.motion import CameraMotion
from pipeline.records import APPEARANCE_DIM, Frame


def person(image, x, y, shirt, trousers):
    image[y : y + 20, x : x + 20] = shirt
    image[y + 20 : y + 60, x : x + 20] = trousers
    return (x + 10) / 320, (y + 30) / 240, 20 / 320, 60 / 240


def test_looks_are_unit_vectors_and_tell_clothes_apart():
    rng = np.random.default_rng(0)
    image = np.full((240, 320, 3), 120, np.uint8)
    boxes = [
        person(image, 40, 50, (200, 30, 30), (20, 20, 60)),
        person(image, 200, 120, (200, 30, 30), (20, 20, 60)),  # the same clothes elsewhere
        person(image, 120, 90, (230, 230, 230), (90, 70, 40)),
    ]
    image = np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
    looks = describe_appearance(image, np.array(boxes))
    assert looks.shape == (3, APPEARANCE_DIM)
    np.testing.assert_allclose(np.linalg.norm(looks, axis=1), 1, atol=1e-5)
    assert looks[0] @ looks[1] > 0.97 > 0.7 > looks[0] @ looks[2]


def test_a_box_outside_the_picture_has_no_look():
    looks = describe_appearance(np.zeros((50, 60, 3), np.uint8), np.array([[1.5, 0.5, 0.1, 0.1], [0.5, 0.5, 0.3, 0.3]]))
    assert not looks[0].any() and looks[1].any()
    assert describe_appearance(np.zeros((50, 60, 3), np.uint8), np.zeros((0, 4))).shape == (0, APPEARANCE_DIM)


@pytest.fixture(scope="module")
def scenery():
    import cv2

    noise = np.random.default_rng(1).normal(128, 60, (300, 600, 3))
    return np.clip(cv2.GaussianBlur(noise, (0, 0), 6) * 3 - 256, 0, 255).astype(np.uint8)


def test_a_pan_is_measured(scenery):
    motion = CameraMotion()
    assert motion.shift(scenery[:240, 0:320]) == (0.0, 0.0)
    assert motion.shift(scenery[:240, 20:340]) == pytest.approx((-20 / 320, 0), abs=0.01)
    assert motion.shift(scenery[12:252, 20:340]) == pytest.approx((0, -12 / 240), abs=0.01)


def test_something_big_that_moves_is_no_camera_motion(scenery):
    motion = CameraMotion()
    for x in range(0, 200, 25):
        image = scenery[:240, :320].copy()
        image[60:200, x : x + 90] = (200, 40, 40)
        assert motion.shift(image) == (0.0, 0.0)


class FixedNetwork:
    """A network that always says the same."""

    name, batch, parallel = "fixed", 1, 1

    def __init__(self, rows):
        self.rows = np.array(rows, np.float32)

    def run(self, pictures):
        return np.stack([self.rows] * len(pictures))


def detector_that_sees(rows, monkeypatch, names=("person", "car", "truck")) -> Detector:
    monkeypatch.setattr(detect, "open_runtime", lambda *args, **kw: FixedNetwork(rows))
    file = DetectorFile(path=None, kind="onnx", digest="0" * 64, name="fixed.onnx")
    end_to_end = np.ndim(rows) == 2 and np.shape(rows)[1] == 6
    return Detector(file, DetectorFacts(names, end_to_end, None), DetectorSettings(), "cpu")


# a 640×360 picture is laid in the middle of 640×384: 12 grey rows above and below
@pytest.mark.parametrize(
    ("hw", "box_px", "xywhn"),
    [
        ((360, 640), (0, 12, 640, 372), (0.5, 0.5, 1, 1)),  # the whole picture
        ((360, 640), (64, 12 + 36, 128, 12 + 72), (0.15, 0.15, 0.1, 0.1)),
        ((720, 1280), (64, 12 + 36, 128, 12 + 72), (0.15, 0.15, 0.1, 0.1)),  # scaled by a half
        ((384, 640), (64, 38.4, 128, 76.8), (0.15, 0.15, 0.1, 0.1)),  # fits as it is
        ((360, 640), (-50, 0, 700, 400), (0.5, 0.5, 1, 1)),  # cut to the picture
    ],
)
def test_boxes_are_in_the_picture_s_own_proportions(hw, box_px, xywhn, monkeypatch):
    detector = detector_that_sees([[*box_px, 0.9, 0]], monkeypatch)
    seen = detector.detect([Frame(1.5, np.zeros((*hw, 3), np.uint8))])[0]
    assert seen.t_s == 1.5
    assert seen.boxes_xywhn[0] == pytest.approx(xywhn, abs=1e-5)


def test_one_thing_reported_twice_is_one_thing(monkeypatch):
    rows = [
        [100, 100, 200, 200, 0.6, 1],
        [102, 101, 201, 203, 0.9, 2],  # the same vehicle, called a truck, surer
        [100, 100, 200, 200, 0.5, 0],  # a person there is another thing
        [300, 100, 400, 200, 0.05, 1],  # too unsure
        [300, 100, 300, 200, 0.9, 1],  # no width
    ]
    seen = detector_that_sees(rows, monkeypatch).detect([Frame(0, np.zeros((384, 640, 3), np.uint8))])[0]
    assert seen.class_id.tolist() == [2, 0]


def test_a_network_without_the_nms_free_head_is_read_too(monkeypatch):
    raw = np.zeros((4 + 3, 50), np.float32)
    raw[:4, 7] = 150, 162, 100, 100  # centre and size, pixels
    raw[:4, 8] = 152, 163, 100, 100
    raw[4 + 1, 7], raw[4 + 1, 8] = 0.8, 0.6
    seen = detector_that_sees(raw, monkeypatch).detect([Frame(0, np.zeros((360, 640, 3), np.uint8))])[0]
    assert len(seen) == 1
    assert seen.boxes_xywhn[0] == pytest.approx([150 / 640, 150 / 360, 100 / 640, 100 / 360], abs=1e-4)


def test_a_network_that_is_no_detector_is_one_sentence(monkeypatch):
    with pytest.raises(InputError, match=r"fixed.onnx gives 1×5×9 numbers"):
        detector_that_sees(np.zeros((5, 9)), monkeypatch).detect([Frame(0, np.zeros((360, 640, 3), np.uint8))])


def test_the_gpu_is_chosen_only_where_it_can_be_used(tmp_path, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(detect, "read_facts", lambda file: DetectorFacts(("dog",), True, None))
    detector = load_detector(DetectorSettings(detector=_write(tmp_path / "a.onnx", b"x")))
    assert detector._device == "cpu"


def test_no_frames_no_objects(monkeypatch):
    assert detector_that_sees([], monkeypatch).detect([]) == []


@pytest.fixture(scope="module")
def tiny_detector(tmp_path_factory):
    """A YOLO26n with random weights, as ultralytics saves it."""
    import torch

    from pipeline.detectors.files import prepare_ultralytics

    patch = pytest.MonkeyPatch()
    patch.setenv("LONGTAKE_HOME", str(tmp_path_factory.mktemp("home")))
    prepare_ultralytics()
    from ultralytics import YOLO

    torch.manual_seed(0)
    model = YOLO("yolo26n.yaml")
    path = tmp_path_factory.mktemp("weights") / "tiny.pt"
    model.save(str(path))
    yield path
    patch.undo()


def test_all_runtimes_see_the_same(tiny_detector, monkeypatch):
    import openvino as ov

    monkeypatch.setattr(detect, "MIN_SCORE", 0.0)
    monkeypatch.setattr(ov.Core, "get_property", lambda *args: [])  # no bf16: compare in full precision
    rng = np.random.default_rng(0)
    frame = Frame(0.0, rng.integers(0, 255, (128, 160, 3), np.uint8))
    scores = {}
    for runtime in ("openvino", "onnxruntime", "torch"):
        settings = DetectorSettings(str(tiny_detector), device="cpu", runtime=runtime, input_px=160, threads=1)
        detector = load_detector(settings)
        assert len(detector.class_names) == 80
        detector.open((128, 160))
        raw = detector._runtime.run(frame.image[None])
        assert detector.runtime_name.startswith(runtime)
        scores[runtime] = np.sort(raw[0, :, 4])[::-1]
    np.testing.assert_allclose(scores["openvino"], scores["torch"], rtol=2e-2, atol=1e-5)
    np.testing.assert_allclose(scores["onnxruntime"], scores["torch"], rtol=2e-2, atol=1e-5)


@pytest.mark.parametrize(
    ("hw", "wanted"), [((120, 160), (256, 320)), ((240, 320), (480, 640)), ((1080, 1920), (384, 640))]
)
def test_small_pictures_are_enlarged_and_boxes_come_back_to_their_place(tiny_detector, hw, wanted):
    detector = load_detector(DetectorSettings(str(tiny_detector), device="cpu", runtime="onnxruntime", threads=1))
    detector.open(hw)
    assert detector._hw == wanted
    picture, (scale, left, top) = detect._letterbox(np.full((*hw, 3), 7, np.uint8), wanted)
    assert picture.shape == (*wanted, 3) and scale <= 2
    inside = picture[top : top + round(hw[0] * scale), left : left + round(hw[1] * scale)]
    assert (inside == 7).all() and (picture != 7).any(2).sum() == picture[..., 0].size - inside[..., 0].size


@pytest.mark.parametrize(
    ("make", "say"),
    [
        (lambda d: "nothing.onnx", "no such detector: nothing.onnx"),
        (lambda d: str(d / "nothing.pt"), "no such detector"),
        (lambda d: str(d), "holds no OpenVINO model"),
        (lambda d: _write(d / "a.txt", b"x"), "no detector that can be opened"),
        (lambda d: _write(d / "a.onnx", b"not onnx"), "not a readable ONNX file"),
        (lambda d: _write(d / "a.pt", b"not a checkpoint"), "not a detector that ultralytics can open"),
        (lambda d: _onnx_called(d / "b.onnx", "garbage("), "cannot be read"),
        (lambda d: "mydetector.pt", "no such detector: mydetector.pt; give a name"),
    ],
)
def test_a_detector_that_cannot_be_had_is_one_sentence(make, say, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    with pytest.raises(InputError, match=say):
        load_detector(DetectorSettings(detector=make(tmp_path)))


def test_offline_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))
    import ultralytics.utils.downloads as downloads

    def unreachable(*args, **kw):
        raise ConnectionError("no network")

    monkeypatch.setattr(downloads, "attempt_download_asset", unreachable)
    with pytest.raises(InputError, match=r"cannot be downloaded.*put it at .*yolo26n\.pt"):
        find_detector("yolo26n.pt")


@pytest.mark.parametrize(
    "settings", [{"runtime": "fastest"}, {"device": "tpu"}, {"input_px": 7}], ids=lambda s: next(iter(s))
)
def test_wrong_settings_are_refused(settings):
    with pytest.raises(InputError):
        load_detector(DetectorSettings(detector="nothing.onnx", **settings))


def _onnx_called(path, names):
    import onnx
    from onnx import TensorProto, helper

    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])
    model = helper.make_model(
        helper.make_graph([helper.make_node("Identity", ["images"], ["out"])], "g", [picture], [])
    )
    model.metadata_props.add(key="names", value=names)
    onnx.save(model, path)
    return str(path)


def _write(path, data):
    path.write_bytes(data)
    return str(path)
