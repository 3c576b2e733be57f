"""Runtimes that run a detector's network: OpenVINO, ONNX Runtime, torch. All take and give the same arrays.

On a CPU one picture per core is worked on at a time, each by one thread: two pictures on two threads take less
processor time than one picture on two threads (22 against 25 ms a picture), and leave room for the decoder.
Measured on one machine without AMX, YOLO26n, 640×384, ms per picture, 1 and 2 threads (LOG.md): torch 48 / 30, ONNX
Runtime 36 / 20, OpenVINO 37 / 20, OpenVINO with the bf16 hint 22 / 12.5. So `auto` takes OpenVINO, then ONNX Runtime.
"""

from __future__ import annotations

import importlib.util
import os
import queue
from pathlib import Path
from typing import Protocol

import numpy as np

from pipeline.detectors.files import DetectorFile, open_yolo
from pipeline.errors import InputError

RUNTIMES = ("openvino", "onnxruntime", "torch")
MOST_PARALLEL = 8
"""More pictures at a time cost memory (about 60 MB each) and gain nothing: decoding cannot keep up."""


class Runtime(Protocol):
    """One opened network.

    name: for the record, with its precision. batch: how many pictures it likes in one call. parallel: how many calls,
    from different threads, it likes at the same time.
    """

    name: str
    batch: int
    parallel: int

    def run(self, pictures: np.ndarray) -> np.ndarray:
        """pictures: (B, H, W, 3) uint8 RGB. Returns the network's raw output, float32, batch first."""
        ...


def cpu_threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_runtime(detector: DetectorFile, *, runtime: str, device: str, threads: int, hw: tuple[int, int]) -> Runtime:
    """Open a detector on the fastest runtime that is installed, or on the one asked for.

    device: "cpu" or "cuda". hw: height and width of the pictures. Raises InputError.
    """
    if runtime == "auto":
        runtime = _choose(detector, device)
    if runtime == "torch":
        if detector.kind != "pt":
            raise InputError(f"{detector.name}: torch opens .pt files only; use --runtime openvino or onnxruntime")
        return TorchRuntime(detector, device=device, threads=threads)
    if device != "cpu":
        raise InputError(f"--runtime {runtime} runs on the CPU here; for {device} use a .pt detector (--runtime torch)")
    if importlib.util.find_spec(runtime) is None:
        raise InputError(f"--runtime {runtime} is not installed: pip install {runtime}")
    path = detector.path
    if runtime == "openvino":
        return OpenVinoRuntime(next(path.glob("*.xml")) if path.is_dir() else path, threads=threads, hw=hw)
    if detector.kind == "openvino":
        raise InputError(f"{detector.name} is an OpenVINO model; install openvino, or give its .onnx or .pt file")
    return OnnxRuntime(path, threads=threads)


def _choose(detector: DetectorFile, device: str) -> str:
    if device == "cuda" and detector.kind == "pt":
        return "torch"
    for runtime in ("openvino", "onnxruntime"):
        if importlib.util.find_spec(runtime) is not None:
            return runtime
    return "torch" if detector.kind == "pt" else "openvino"


class OpenVinoRuntime:
    """OpenVINO on the CPU. Scaling to 0–1 and the transposition are part of the compiled graph."""

    batch = 1

    def __init__(self, path: Path, *, threads: int, hw: tuple[int, int]):
        self.parallel = min(threads, MOST_PARALLEL)
        import openvino as ov
        from openvino.preprocess import PrePostProcessor

        core = ov.Core()
        try:
            model = core.read_model(path)
            model.reshape([1, 3, *hw])
            steps = PrePostProcessor(model)
            steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
            steps.input().model().set_layout(ov.Layout("NCHW"))
            steps.input().preprocess().convert_element_type(ov.Type.f32).scale(255.0)
            low = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            compiled = core.compile_model(
                steps.build(),
                "CPU",
                {
                    "INFERENCE_NUM_THREADS": threads,
                    "NUM_STREAMS": self.parallel,
                    "INFERENCE_PRECISION_HINT": "bf16" if low else "f32",
                },
            )
        except RuntimeError as error:
            raise InputError(f"OpenVINO cannot open {path}: {error}") from error
        self._free: queue.SimpleQueue = queue.SimpleQueue()
        for _ in range(self.parallel):
            self._free.put(compiled.create_infer_request())
        # openvino's Python side sets itself up in the first call, and two first calls at once deadlock: one goes ahead
        self.run(np.zeros((1, *hw, 3), np.uint8))
        self.name = f"openvino {ov.__version__.split('-')[0]} {'bf16' if low else 'fp32'}"

    def run(self, pictures: np.ndarray) -> np.ndarray:
        request = self._free.get()
        try:
            return np.concatenate([np.array(request.infer({0: picture[None]})[0]) for picture in pictures])
        finally:
            self._free.put(request)


class OnnxRuntime:
    """ONNX Runtime on the CPU. Threads don't spin while they wait: the decoder needs the core."""

    batch = 1

    def __init__(self, path: Path, *, threads: int):
        import onnxruntime as ort

        options = ort.SessionOptions()
        self.parallel = min(threads, MOST_PARALLEL)
        options.intra_op_num_threads = max(1, threads // self.parallel)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has its own family of exceptions
            raise InputError(f"ONNX Runtime cannot open {path}: {error}") from error
        self._input = self._session.get_inputs()[0].name
        self.name = f"onnxruntime {ort.__version__} fp32"

    def run(self, pictures: np.ndarray) -> np.ndarray:
        floats = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) / np.float32(255)
        return np.concatenate([self._session.run(None, {self._input: one[None]})[0] for one in floats])


class TorchRuntime:
    """torch, on CUDA in half precision and batches, or on a CPU where nothing faster is installed."""

    def __init__(self, detector: DetectorFile, *, device: str, threads: int):
        import torch

        self._torch, self._device = torch, device
        model = open_yolo(detector).model
        model.model[-1].end2end = True  # the NMS-free head, where there is one: the same as in the export
        if device == "cpu":
            torch.set_num_threads(threads)
        self._dtype = torch.float16 if device == "cuda" else torch.float32
        self._model = model.fuse().eval().to(device=device, dtype=self._dtype, memory_format=torch.channels_last)
        self.batch = 16 if device == "cuda" else 1
        self.parallel = 1
        self.name = f"torch {torch.__version__.split('+')[0]} {'fp16' if device == 'cuda' else 'fp32'}"

    def run(self, pictures: np.ndarray) -> np.ndarray:
        torch = self._torch
        with torch.inference_mode():
            batch = torch.from_numpy(pictures).to(self._device).permute(0, 3, 1, 2).to(self._dtype) / 255
            out = self._model(batch.contiguous(memory_format=torch.channels_last))
            return (out[0] if isinstance(out, tuple) else out).float().cpu().numpy()
