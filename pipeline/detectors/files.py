"""From what the user calls a detector (a name, a path, `bundled`) to a file that a runtime can open.

`.pt` files are pickles: they are opened by ultralytics in its safe mode only (no code of the file's own is run), and
for a CPU they are exported to ONNX once and kept under the digest of the `.pt` file.
"""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.storage import directory_digest, file_digest, home

BUNDLED = Path(__file__).resolve().parents[2] / "models" / "weights" / "detector.onnx"
KNOWN_NAMES = ("yolo26n.pt", "yolo26s.pt", "yolo26m.pt", "yolo26l.pt", "yolo26x.pt")
EXPORT_FORMAT = "1"
"""Part of the export's file name: raise it when the export changes."""


@dataclass(frozen=True)
class DetectorFile:
    """A detector on the disk. kind: how it is stored. digest: SHA-256 of its content. name: what the user called it."""

    path: Path
    kind: str  # "pt" | "onnx" | "openvino"
    digest: str
    name: str


@dataclass(frozen=True)
class DetectorFacts:
    """What a stored model says of itself. input_hw: fixed input size, None if free. end_to_end: no NMS needed."""

    class_names: tuple[str, ...]
    end_to_end: bool
    input_hw: tuple[int, int] | None


class NotHere(InputError):
    """A detector of `KNOWN_NAMES` that is not on this computer, and cannot be downloaded now."""


def find_detector(name: str) -> DetectorFile:
    """Find, or let ultralytics download, the detector that the user asked for. Raises InputError with the way out."""
    if name == "bundled":
        if not BUNDLED.is_file():
            raise InputError("this version brings no detector of its own yet; use --detector yolo26n.pt or a path")
        return DetectorFile(BUNDLED, "onnx", file_digest(BUNDLED), name)
    path = Path(name).expanduser()
    if path.is_dir():
        if not list(path.glob("*.xml")):
            raise InputError(
                f"the folder {path} holds no OpenVINO model (*.xml); give a .pt or .onnx file, or its folder"
            )
        return DetectorFile(path, "openvino", directory_digest(path), name)
    if not path.exists() and name in KNOWN_NAMES:
        path = _downloaded(name)
    if not path.is_file():
        raise InputError(
            f"no such detector: {name}; give a name ({', '.join(KNOWN_NAMES)}), a path to .pt, .onnx or an OpenVINO "
            "folder, or bundled"
        )
    if path.suffix not in {".pt", ".onnx"}:
        raise InputError(f"{path} is no detector that can be opened; a detector is .pt, .onnx or an OpenVINO folder")
    return DetectorFile(path, path.suffix[1:], file_digest(path), name)


def is_here(name: str) -> bool:
    """Is a detector of `KNOWN_NAMES` on this computer already?"""
    return Path(name).is_file() or (home("detectors") / name).is_file()


def _downloaded(name: str) -> Path:
    path = home("detectors") / name
    if path.is_file():
        return path
    prepare_ultralytics()
    from ultralytics.utils.downloads import attempt_download_asset

    print(f"downloading {name} (once) …", file=sys.stderr, flush=True)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            attempt_download_asset(str(path))
    except Exception as error:  # ultralytics raises whatever its network library raises
        _forget(path)
        raise NotHere(_no_detector(name, path)) from error
    if not path.is_file():
        raise NotHere(_no_detector(name, path))
    return path


def _no_detector(name: str, path: Path) -> str:
    return (
        f"the detector {name} is not here and cannot be downloaded; on a machine with network access get it from "
        f"github.com/ultralytics/assets/releases and put it at {path}, or give --detector PATH "
        "(--detector bundled is here, and knows rendered scenes only, such as the clip in data/samples)"
    )


def _forget(path: Path) -> None:
    for torn in path.parent.glob(f"{path.name}*"):
        torn.unlink(missing_ok=True)


def prepare_ultralytics() -> None:
    """Before the first import of ultralytics: no installs at run time, no telemetry, safe loading, no chatter."""
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    os.environ.setdefault("YOLO_VERBOSE", "false")
    os.environ.setdefault("ULTRALYTICS_SAFE_LOAD", "1")
    os.environ.setdefault("YOLO_CONFIG_DIR", str(home("ultralytics")))
    import ultralytics

    logging.getLogger("ultralytics").setLevel(logging.ERROR)
    if ultralytics.settings["sync"]:
        ultralytics.settings.update({"sync": False})


def exported_onnx(detector: DetectorFile) -> tuple[DetectorFile, DetectorFacts]:
    """The ONNX form of a `.pt` detector with free batch, height and width; made once. Raises InputError.

    It keeps the name and the digest of the `.pt` file: they are what the detections depend on.
    """
    kept = home("exports") / f"{Path(detector.name).stem}-{detector.digest[:16]}-{EXPORT_FORMAT}.onnx"
    exported = DetectorFile(kept, "onnx", detector.digest, detector.name)
    if kept.is_file():
        with contextlib.suppress(InputError):  # damaged on the disk: export again
            return exported, read_facts(exported)
    model = open_yolo(detector)
    print(f"exporting {detector.name} to ONNX (once, about 10 s) …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        copy = Path(folder) / "detector.pt"
        shutil.copyfile(detector.path, copy)
        model.ckpt_path = str(copy)
        model.model.pt_path = str(copy)
        noise = io.StringIO()
        try:
            with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
                made = model.export(format="onnx", dynamic=True, nms=False, imgsz=640, simplify=True)
            Path(made).replace(kept)
        except Exception as error:
            raise InputError(f"cannot export {detector.path} to ONNX: {error}") from error
    return exported, read_facts(exported)


def open_yolo(detector: DetectorFile):
    """The detector as an ultralytics model. Raises InputError for a damaged file or one of another task."""
    prepare_ultralytics()
    from ultralytics import YOLO

    try:
        model = YOLO(str(detector.path))
        task = model.task
    except Exception as error:
        raise InputError(f"{detector.path} is not a detector that ultralytics can open safely") from error
    if task != "detect":
        raise InputError(f"{detector.path} is a model for '{task}'; a detection model is needed")
    return model


def read_facts(detector: DetectorFile) -> DetectorFacts:
    """What an ONNX file or OpenVINO folder says of itself (ultralytics writes names, task and more into both)."""
    try:
        return _facts(detector)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise InputError(f"{detector.path} describes itself in a way that cannot be read: {error}") from error


def _facts(detector: DetectorFile) -> DetectorFacts:
    if detector.kind == "openvino":
        facts, shape = _openvino_metadata(detector.path)
    else:
        facts, shape = _onnx_metadata(detector.path)
    if "names" not in facts:
        raise InputError(f"{detector.path} does not say its class names; export it with ultralytics (yolo export)")
    if facts.get("task", "detect") != "detect":
        raise InputError(f"{detector.path} is a model for '{facts['task']}'; a detection model is needed")
    names = _literal(facts["names"])
    ordered = tuple(str(names[i]) for i in sorted(names)) if isinstance(names, dict) else tuple(map(str, names))
    fixed = None if None in shape else (int(shape[0]), int(shape[1]))
    return DetectorFacts(ordered, str(facts.get("end2end", "False")) == "True", fixed)


def _literal(value):
    """A Python literal that was written as text. Raises ValueError."""
    try:
        return ast.literal_eval(value) if isinstance(value, str) else value
    except (SyntaxError, TypeError, MemoryError) as error:
        raise ValueError(f"{value!r:.40} cannot be read") from error


def _onnx_metadata(path: Path) -> tuple[dict, tuple[int | None, int | None]]:
    import onnx

    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:
        raise InputError(f"{path} is not a readable ONNX file: {error}") from error
    dims = model.graph.input[0].type.tensor_type.shape.dim if model.graph.input else []
    if len(dims) != 4:
        raise InputError(f"{path} does not take one picture (its first input has {len(dims)} dimensions, not 4)")
    size = tuple(d.dim_value if d.HasField("dim_value") and d.dim_value > 0 else None for d in dims[2:])
    return {p.key: p.value for p in model.metadata_props}, size


def _openvino_metadata(folder: Path) -> tuple[dict, tuple[int | None, int | None]]:
    import yaml

    try:
        facts = yaml.safe_load((folder / "metadata.yaml").read_text())
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{folder} has no readable metadata.yaml; export it with ultralytics (yolo export)") from error
    size = _literal(facts.get("imgsz", [640, 640]))
    dynamic = bool((facts.get("args") or {}).get("dynamic"))
    return facts, (None, None) if dynamic else (size[0], size[1])
