"""`python -m pipeline.index` as a user meets it: what it prints, and one sentence for every kind of bad input."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from pipeline.errors import InputError
from pipeline.index import main
from tests.blob_world import straight, write_blob_video

ROOT = Path(__file__).resolve().parent.parent
CSV = "frame,id,class,x,y,w,h\n" + "".join(f"{k},7,dog,{10 + 3 * k},40,30,20\n" for k in range(20))


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAKE_HOME", str(tmp_path / "home"))


@pytest.fixture
def video(tmp_path):
    return write_blob_video(tmp_path / "street.mp4", {"red": straight((12, 40), (148, 40), 40)})


@pytest.fixture
def detector(tmp_path):
    """An ONNX detector that sees one dog in the middle of every picture, whatever is there."""
    rows = np.zeros((1, 300, 6), np.float32)
    rows[0, 0] = 60, 40, 100, 80, 0.9, 1
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["rows", "nothing"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "one dog",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["b", 3, "h", "w"])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 300, 6])],
        [numpy_helper.from_array(rows, "rows"), numpy_helper.from_array(np.float32(0), "zero")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    for key, value in {"names": "{0: 'cat', 1: 'dog'}", "task": "detect", "end2end": "True"}.items():
        model.metadata_props.add(key=key, value=value)
    path = tmp_path / "dog.onnx"
    onnx.save(model, path)
    return str(path)


def test_a_video_becomes_an_index_that_can_be_shown_and_exported(video, detector, tmp_path, capsys):
    assert main([str(video), "--detector", detector, "-o", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    path = re.search(r"^(\S+\.index\.safetensors)", out, re.MULTILINE).group(1)
    assert re.search(r"^dog +1 ", out, re.MULTILINE) and "dog.onnx (openvino" in out
    assert main([str(video), "--detector", detector, "-o", str(tmp_path / "out")]) == 0
    assert "found, made earlier" in capsys.readouterr().out
    assert main(["--show", path, "--export", str(tmp_path / "tracks.csv")]) == 0
    assert "0:04 (4.0 s), 160×120, 20 frames looked at, every 0.2 s" in capsys.readouterr().out
    assert len((tmp_path / "tracks.csv").read_text().splitlines()) == 21


def test_quiet_prints_paths_only(video, detector, tmp_path, capsys):
    main([str(video), "--detector", detector, "--quiet"])
    out = capsys.readouterr().out.split()
    assert len(out) == 1 and Path(out[0]).is_file()


def test_given_tracks(tmp_path, capsys):
    (tmp_path / "walk.csv").write_text(CSV)
    main(["--from-tracks", str(tmp_path / "walk.csv"), "--fps", "10", "--size", "160x120", "-o", str(tmp_path)])
    out = capsys.readouterr().out
    assert "0:02 (2.0 s)" in out and re.search(r"^dog +1 ", out, re.MULTILINE)


def test_given_tracks_with_other_settings_are_another_index(tmp_path, capsys):
    (tmp_path / "walk.csv").write_text(CSV)
    for fps in ("10", "5"):
        main(
            ["--from-tracks", str(tmp_path / "walk.csv"), "--fps", fps, "--size", "160x120", "-o", str(tmp_path / "o")]
        )
    assert len(list((tmp_path / "o").iterdir())) == 2


def test_one_bad_video_does_not_stop_the_others(video, detector, tmp_path, capsys):
    with pytest.raises(InputError, match="1 of 2 videos could not be indexed"):
        main([str(tmp_path / "missing.mp4"), str(video), "--detector", detector])
    told = capsys.readouterr()
    assert "error: no such file" in told.err and ".index.safetensors" in told.out


BAD = [
    # arguments, what the one sentence says
    ([], "give videos"),
    (["a.mp4", "--show", "b"], "give videos"),
    (["missing.mp4"], "no such file: .*missing.mp4"),
    (["{dir}"], "is a (directory|folder)"),
    (["{text}"], "is not a video"),
    (["{empty}"], "empty"),
    (["{video}", "--fps", "0"], "--fps is 0"),
    (["{video}", "--max-seconds", "-5"], "--max-seconds is -5"),
    (["{video}", "--max-seconds", "nan"], "--max-seconds is nan"),
    (["{video}", "--threads", "-2"], "--threads is -2"),
    (["{video}", "--input-px", "0"], "input size is 0"),
    (["{video}", "--export", "x.xlsx"], "must end in .csv"),
    (["--show", "{dir}"], "is a folder"),
    (["{video}", "--detector", "nothing.onnx"], "no such detector: nothing.onnx"),
    (["{video}", "{video}", "--export", "x.csv"], "takes the tracks of one video"),
    (["--show", "missing.index.safetensors"], "no such index file"),
    (["--show", "{text}"], "not a readable index"),
    (["--from-tracks", "{csv}"], "add --fps F --size WxH"),
    (["--from-tracks", "{csv}", "--fps", "10", "--size", "big"], "--size is 'big'"),
    (["--from-tracks", "{badcsv}", "--fps", "10", "--size", "160x120"], r"line 3.*"),
    (["--from-tracks", "missing.csv", "--fps", "10", "--size", "160x120"], "missing.csv"),
]


@pytest.mark.parametrize(("arguments", "say"), BAD, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_bad_input_is_one_sentence(arguments, say, video, detector, tmp_path):
    files = {"dir": tmp_path, "video": video}
    for name, content in {
        "text": "hello",
        "empty": "",
        "csv": CSV,
        "badcsv": CSV.replace("13,40,30", "13,40,-3"),
    }.items():
        files[name] = tmp_path / f"{name}.txt"
        files[name].write_text(content)
    arguments = [a.format(**files) if "{" in a else a for a in arguments]
    if arguments and "--detector" not in arguments and not {"--show", "--from-tracks"} & set(arguments):
        arguments += ["--detector", detector]
    with pytest.raises(InputError, match=say) as error:
        main(arguments)
    assert "\n" not in str(error.value)


def test_the_program_exits_with_2_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.index", "--show", "missing"],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, "LONGTAKE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "error: no such index file: missing\n"


def test_help_teaches():
    done = subprocess.run([sys.executable, "-m", "pipeline.index", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "examples:" in done.stdout and "LONGTAKE_HOME" in done.stdout
