"""`python -m pipeline.answer` as a user meets it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.meaning import ClipView, Question, judge, run
from pipeline.answer import main
from pipeline.answers import KINDS, Evidence
from pipeline.errors import InputError
from pipeline.object_index import read_index, write_index
from pipeline.telling.answers_text import evidence_lines, place_words
from tests.data.small_worlds import random_clip

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["question", "text", "kind", "value", "confidence", "refused", "evidence", "warnings", "timing"]


def test_the_printed_answer_says_what_how_surely_and_where(ask, capsys):
    assert ask("How many cars appear?") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Two cars appear, the first at 0:01.",
        "sure (95%)",
        "  car  0:01–0:05  left at 0:01",
        "  car  0:03–0:08  right at 0:03",
    ]


def test_json_has_the_fields_of_the_design(ask, capsys):
    questions = [
        "How many cars appear?",
        "Is there a dog?",
        "How many dragons appear?",
        "What happens in this video?",
        "",
    ]
    assert ask(*questions, "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [a["question"] for a in answers] == questions
    for a in answers:
        assert [key for key in a if key != "likely"] == KEYS and a["kind"] in KINDS and 0 <= a["confidence"] <= 1
        assert set(a["timing"]) == {"index_s", "memory_s", "answer_s"}
        assert a["refused"] == (a["kind"] == "refusal") and isinstance(a["warnings"], list)
        for e in a["evidence"]:
            assert set(e) == {"track_id", "class_name", "start_s", "end_s", "t_s", "box_xywhn"}
    assert [a["value"] for a in answers[:3]] == [2, True, None]


def test_a_bad_question_does_not_stop_the_others(ask, capsys):
    assert ask("", "How many cars appear?", "有几辆车?") == 0
    out, err = capsys.readouterr()
    assert "Two cars appear" in out and err.count("error: ") == 2


@pytest.mark.parametrize("as_json", [False, True])
def test_only_bad_questions_are_refused_before_anything_is_opened(as_json, capsys):
    assert main(["no such video.mp4", "", "x" * 10_000, *["--json"] * as_json]) == 2
    out, err = capsys.readouterr()
    assert len((out if as_json else err).splitlines()) == 2 and (err if as_json else out) == ""


def test_a_refusal_is_an_answer(ask, capsys):
    assert ask("How many dragons appear?") == 0
    assert "no 'dragons' among the classes of these tracks" in capsys.readouterr().out


def test_questions_from_standard_input(ask, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("How many cars appear?\r\n\n🙂🙂\nIs there a dog?\n"))
    assert ask("-", "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [a["value"] for a in answers] == [2, None, True]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    with pytest.raises(InputError, match="standard input holds no question"):
        ask("-")


def test_a_question_can_go_on_from_the_one_before(ask, capsys):
    assert ask("How many cars appear?", "and dogs?", "--json") == 0
    cars, dogs = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (cars["value"], dogs["kind"], dogs["value"]) == (2, "number", 1)


def test_the_prompt_answers_follow_ups_and_keeps_its_history(ask, capsys, monkeypatch, tmp_path):
    lines = iter(["How many cars appear?", "and dogs?", "", "help", "timeline", "有几辆车?", "quit"])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert ask() == 0
    out, err = capsys.readouterr()
    assert "Two cars appear" in out and "One dog appears, at 0:04." in out and "at most   when" in out
    assert "understood as: how many dogs appear?" in out and "only English" in err


def test_the_prompt_ends_at_the_end_of_input(ask, monkeypatch):
    def end(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert ask() == 0


def test_tracks_are_found_again_without_their_settings(ask, weights, tracks, capsys, sense):
    assert ask("How many cars appear?") == 0
    assert main(["--from-tracks", str(tracks), "How many cars appear?", "--weights", str(weights)]) == 0
    assert capsys.readouterr().out.count("Two cars appear") == 2


def test_evidence_is_saved_one_folder_per_question(ask, tmp_path, capsys):
    assert ask("How many cars appear?", "--save-evidence", str(tmp_path / "one")) == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["timeline.png"]
    assert "no video beside" in capsys.readouterr().out
    assert ask("How many cars appear?", "Is there a dog?", "--save-evidence", str(tmp_path / "two"), "--json") == 0
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["01", "02"]
    assert len(capsys.readouterr().out.splitlines()) == 2


BAD = [
    (["{dir}/none.mp4", "How many cars?"], "no such file"),
    (["{dir}", "How many cars?"], "is a folder"),
    (["{tracks}", "How many cars?"], "add --fps F --size WxH"),
    (["{tracks}", "How many cars?", "--fps", "5"], "add --size WxH too"),
    (["{tracks}", "How many cars?", "--fps", "0", "--size", "10x10"], "--fps is 0"),
    (["{tracks}", "How many cars?", "--fps", "5", "--size", "big"], "--size is 'big'"),
    (["{dir}/old.index.safetensors", "How many cars?"], "not an index that this version reads"),
    (["{dir}/torn.index.safetensors", "How many cars?"], "not a readable index"),
    (["{dir}/empty.mp4", "How many cars?"], "is empty"),
    (["", "How many cars?"], "is empty"),
    (["{dir}/" + "x" * 5000, "How many cars?"], "cannot open"),
    ([], "give a video"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input_is_one_sentence(arguments, message, tmp_path, tracks, weights):
    import numpy as np
    from safetensors.numpy import save_file

    old = {"index": json.dumps({"format": "longtake-index-0"})}
    save_file({"frame_t_s": np.zeros(1)}, tmp_path / "old.index.safetensors", old)
    (tmp_path / "torn.index.safetensors").write_bytes(b"\x10" * 50)
    (tmp_path / "empty.mp4").touch()
    given = [a.replace("{dir}", str(tmp_path)).replace("{tracks}", str(tracks)) for a in arguments]
    with pytest.raises(InputError, match=message):
        main([*given, "--weights", str(weights)])


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_missing_weights_are_named_before_indexing(missing, weights, tracks, tmp_path):
    for file in weights.iterdir():
        if file.name != missing:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=rf"{missing} is missing.*--weights"):
        main([str(tracks), "How many cars?", "--weights", str(tmp_path)])


def test_damaged_weights_are_an_input_error(weights, tracks, tmp_path):
    (tmp_path / "config.json").write_bytes((weights / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(InputError, match="cannot load the model"):
        main([str(tracks), "How many cars?", "--weights", str(tmp_path), "--fps", "5", "--size", "1280x720"])


def test_a_new_process_answers_from_what_is_kept_and_imports_little(weights, tmp_path):
    """An index file with its memory beside it; the model is untrained, so any answer will do."""
    path = tmp_path / "clip.index.safetensors"
    write_index(random_clip(3), path)
    assert main([str(path), "How many people appear?", "--weights", str(weights), "--json"]) == 0
    memory = tmp_path / "clip.memory.safetensors"
    before = memory.stat().st_mtime_ns
    program = (
        "import sys; from pipeline.answer import main; code = main(sys.argv[1:]);"
        "print(code, sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), "How many people appear?", "--weights", str(weights), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer, modules = done.stdout.splitlines()
    assert json.loads(answer)["timing"]["index_s"] < 1 and memory.stat().st_mtime_ns == before
    heavy = ("transformers", "ultralytics", "cv2", "matplotlib", "scipy", "onnxruntime", "openvino", "av", "gradio")
    assert modules.startswith("0") and not [name for name in heavy if f"'{name}'" in modules]


def test_a_memory_of_other_weights_or_another_clip_is_not_used(weights, tmp_path):
    from pipeline.clip_memory import ClipMemory, as_told, memory_path

    path = tmp_path / "clip.index.safetensors"
    write_index(random_clip(3), path)
    index = read_index(path)
    as_told(index).write(memory_path(path))
    assert ClipMemory.read(memory_path(path), index, "") is not None
    assert ClipMemory.read(memory_path(path), index, "other weights") is None
    write_index(random_clip(4), path)
    assert ClipMemory.read(memory_path(path), read_index(path), "") is None


def test_places_are_named_by_thirds():
    assert place_words((0.1, 0.5, 0.1, 0.1)) == "left"
    assert place_words((0.5, 0.5, 0.1, 0.1)) == "centre"
    assert place_words((0.9, 0.1, 0.1, 0.1)) == "top right"
    assert place_words((0.5, 0.9, 0.1, 0.1)) == "bottom"


def test_much_evidence_is_cut_short():
    pieces = [Evidence(k, "car", k, k + 1.0, k, (0.5, 0.5, 0.1, 0.1)) for k in range(100)]
    lines = evidence_lines(pieces)
    assert len(lines) == 9 and lines[-1] == "… and 92 more, until 1:40"
    assert len(evidence_lines(pieces[:9])) == 9


def test_things_that_come_again_are_numbered():
    told = [(7, "car"), (9, "car"), (2, "dog"), (7, "car"), (2, "dog")]
    pieces = [Evidence(track, name, k, k + 1.0, k, (0.5, 0.5, 0.1, 0.1)) for k, (track, name) in enumerate(told)]
    names = [line.split("  ")[0] for line in evidence_lines(pieces)]
    assert names == ["car 1", "car 2", "dog", "car 1", "dog"]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("stretch", [None, (20.0, 90.0)])
def test_a_description_names_every_kind_and_stays_short(seed, stretch):
    index = random_clip(seed, objects=60)
    view = ClipView.of(index)
    truth = run(Question("describe", stretch=stretch), view)
    assert judge(truth.value, truth, view.step_s)
    assert truth.value.count(".") <= 24 and "in all" not in truth.value
