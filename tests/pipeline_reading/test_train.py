"""A training run that is interrupted goes on as if it had not been; other settings in its folder are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from data.dataset import Lengths, SampleSettings
from data.question_parts import HEADS
from data.vocabulary import coco_names, other_names
from pipeline import learn_clips, train
from pipeline.errors import InputError
from pipeline.learn_clips import GROUP

torch.set_num_threads(1)
TINY = (
    "--width", "16", "--layers", "1", "--question-width", "12", "--question-layers", "1", "--workers", "0",
    "--eval-clips", "2", "--batch-tokens", "1200", "--minutes", "1e6", "--eval-minutes", "1e9", "--save-minutes", "1e9",
    "--device", "cpu", "--quiet", "--fp32",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
FILES = ("best.safetensors", "checkpoint.safetensors", "config.json", "state.json")


@pytest.fixture(autouse=True)
def short_clips(monkeypatch) -> None:
    lengths = (Lengths(0, (8.0, 12.0), (8.0, 12.0), 0.0),)
    settings = SampleSettings(noise="real", clean_share=0.0, questions=0, lengths=lengths, max_rows=2_000)
    monkeypatch.setattr(learn_clips, "TRAINING", settings)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)  # no curves: importing it takes seconds


def folder_of(path: Path) -> Path:
    """A folder with the embeddings of all names, random ones: the encoder is not what is tested."""
    path.mkdir(parents=True)
    names = (*coco_names(), *other_names())
    vectors = np.random.default_rng(0).normal(size=(len(names), 384)).astype(np.float32) / 20
    np.savez(path / "names.npz", names=np.array(names), vectors=vectors)
    return path


def clips(folder: Path, samples: int, *more: str) -> dict:
    assert train.main(["--part", "clips", "--out", str(folder), "--samples", str(samples), *TINY, *more]) == 0
    return json.loads((folder / "state.json").read_text())


def same_weights(one: Path, two: Path) -> bool:
    a, b = (load_file(folder / "checkpoint.safetensors") for folder in (one, two))
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def interrupted(folder: Path, samples: int, at: int) -> dict:
    """A run that is broken off as soon as its state with `at` samples or more is kept; the state."""
    save = train.Run.save

    def then_stop(self) -> None:
        save(self)
        if self.state["samples"] >= at:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train.Run, "save", then_stop)
        with pytest.raises(KeyboardInterrupt):
            clips(folder, samples, "--save-minutes", "0")
    return json.loads((folder / "state.json").read_text())


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, parts = folder_of(tmp_path / "whole"), folder_of(tmp_path / "parts")
    state = clips(whole, 2 * GROUP)
    first = interrupted(parts, 2 * GROUP, at=GROUP)
    assert first["samples"] == GROUP and first["step"] > 3
    before = load_file(parts / "checkpoint.safetensors")
    second = clips(parts, 2 * GROUP)
    assert (second["samples"], second["step"]) == (state["samples"], state["step"]) == (2 * GROUP, state["step"])
    assert second["step"] > first["step"] and second["seconds"] > first["seconds"] and len(second["history"]) == 1
    assert same_weights(whole, parts)
    after = load_file(parts / "checkpoint.safetensors")
    assert not torch.equal(before["model.feature_in.weight"], after["model.feature_in.weight"])
    assert any(name.startswith("mean.") for name in after)
    assert {p.name for p in parts.iterdir()} == {*FILES, "names.npz"}
    best = load_file(parts / "best.safetensors")
    assert {f"model.{name}" for name in best} == {name for name in after if name.startswith("model.")}


def test_interrupted_in_the_middle_of_a_group(tmp_path: Path) -> None:
    whole, parts = folder_of(tmp_path / "whole"), folder_of(tmp_path / "parts")
    state = clips(whole, GROUP)
    interrupted(parts, GROUP, at=GROUP // 3)
    assert clips(parts, GROUP)["step"] == state["step"]
    assert same_weights(whole, parts)


def test_a_finished_run_stays_as_it_is(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run")
    state = clips(folder, 20)
    assert clips(folder, 20)["step"] == state["step"]


def test_another_model_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run")
    clips(folder, 5)
    kept = (folder / "checkpoint.safetensors").read_bytes()
    for other in (("--width", "32"), ("--reader", "gru"), ("--norm", "post"), ("--memory", "none")):
        with pytest.raises(InputError, match="other settings"):
            clips(folder, 5, *other)
    assert (folder / "checkpoint.safetensors").read_bytes() == kept


def test_interrupted_between_the_weights_and_the_state(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run")
    clips(folder, 5)
    (folder / "state.json").unlink()  # as it is when the first save was cut short
    assert clips(folder, 5)["samples"] >= 5


def test_begins_with_given_weights(tmp_path: Path) -> None:
    first = folder_of(tmp_path / "first")
    clips(first, 5)
    second = folder_of(tmp_path / "second")
    weights = load_file(first / "best.safetensors")
    clips(second, 5, "--init", str(first / "best.safetensors"), "--lr", "0")
    for name, tensor in load_file(second / "best.safetensors").items():
        assert torch.equal(tensor, weights[name])


def test_begins_with_a_part_of_a_whole_model_and_a_head_that_tells_more(tmp_path: Path) -> None:
    first = folder_of(tmp_path / "first")
    clips(first, 5)
    weights = load_file(first / "best.safetensors")
    name = next(name for name, tensor in weights.items() if tensor.ndim == 2)
    shorter = {f"clips.{k}": t[:-3].contiguous() if k == name else t for k, t in weights.items()}
    save_file(shorter | {"questions.look.weight": torch.zeros(2, 2)}, tmp_path / "model.safetensors")
    second = folder_of(tmp_path / "second")
    clips(second, 5, "--init", str(tmp_path / "model.safetensors"), "--lr", "0")
    begun = load_file(second / "best.safetensors")
    assert begun.keys() == weights.keys() and torch.equal(begun[name][:-3], weights[name][:-3])
    assert all(torch.equal(begun[k], weights[k]) for k in weights if k != name)


@pytest.mark.parametrize("options", [("--feed-forward", "moe"), ("--reader", "lstm"), ("--no-appearance",)])
def test_every_option_trains(tmp_path: Path, options) -> None:
    folder = folder_of(tmp_path / "run")
    clips(folder, 5, *options)
    weights = load_file(folder / "best.safetensors")
    assert all(tensor.isfinite().all() for tensor in weights.values())


def pool_of(folder: Path, seed: int) -> Path:
    """Questions whose first head can be read off their states."""
    rng = np.random.default_rng(seed)
    path = folder / "part-0000"
    path.mkdir(parents=True)
    number, length = 60, 5
    heads = np.stack([rng.integers(0, min(size, 2), number) for size in HEADS.values()], 1)
    states = np.repeat(heads[:, :1], length, 0) * np.ones((1, 384), np.float32)
    np.save(path / "states.npy", (states.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16))
    np.save(path / "offsets.npy", np.arange(number + 1) * length)
    np.save(path / "features.npy", np.zeros((number * length, 5), np.uint8))
    np.save(path / "roles.npy", np.zeros(number * length, np.int8))
    np.save(path / "heads.npy", heads.astype(np.int16))
    (path / "done").write_text("{}")
    return folder


def questions(folder: Path, samples: int, *more: str) -> dict:
    arguments = ["--part", "questions", "--out", str(folder), "--samples", str(samples), "--batch", "20", *TINY, *more]
    assert train.main(arguments) == 0
    return json.loads((folder / "state.json").read_text())


def test_reading_questions_is_learned_and_goes_on(tmp_path: Path) -> None:
    pools = ("--pool", str(pool_of(tmp_path / "a", 0)), "--held-out", str(pool_of(tmp_path / "b", 1)), "--lr", "0.01")
    folder = tmp_path / "run"
    first = questions(folder, 200, *pools)
    assert (first["samples"], first["step"]) == (200, 10)
    second = questions(folder, 8000, *pools)
    assert (second["samples"], second["step"]) == (8000, 400) and len(second["history"]) == 2
    assert second["history"][-1]["held_out/intent"] > 0.9 and second["history"][-1]["held_out/roles"] == 1.0


def test_two_processes_learn_together_and_end_together(tmp_path: Path) -> None:
    """Under torchrun, by the clock: the first process's clock, or one would wait for the other's last step forever."""
    pools = ("--pool", str(pool_of(tmp_path / "a", 0)), "--held-out", str(pool_of(tmp_path / "b", 1)))
    own = ("--part", "questions", "--out", str(tmp_path / "run"), "--batch", "20", "--threads", "1", *TINY, *pools)
    steps = []
    for minutes in ("0.02", "0.04"):
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
        done = subprocess.run([*command, "pipeline.train", *own, "--minutes", minutes], capture_output=True, text=True,
                              timeout=240, env=os.environ | {"OMP_NUM_THREADS": "1"}, cwd=ROOT)  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        state = json.loads((tmp_path / "run" / "state.json").read_text())
        assert state["samples"] == 40 * state["step"]
        steps.append(state["step"])
    assert 0 < steps[0] < steps[1]


def test_questions_without_a_pool_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--pool"):
        questions(tmp_path / "run", 1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"data\.question_pool"):
        questions(tmp_path / "run", 1, "--pool", str(tmp_path / "empty"), "--held-out", str(tmp_path / "empty"))


def test_the_other_part_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run")
    clips(folder, 5)
    pools = ("--pool", str(pool_of(tmp_path / "a", 0)), "--held-out", str(pool_of(tmp_path / "b", 1)))
    with pytest.raises(InputError):
        questions(folder, 20, *pools)
