"""The core of a run: whatever is interrupted, torn, cut in parts or failing, the results are the same in the end."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import InputError
from pipeline.scoring.evaluate_run import (
    Run,
    Task,
    Work,
    latest,
    mend,
    merge,
    read_results,
    shard_of,
    shard_path,
    task_key,
)

SETTINGS = {"weights": "w1", "fps": None}


class Stop(BaseException):
    """Ends a run between two questions, as a kill does."""


def _work(videos: int = 4, each: int = 3) -> list[Work]:
    return [
        Work(f"v{v}", tuple(Task(f"q{v}.{k}", task_key(v, k, SETTINGS), v * k) for k in range(each)))
        for v in range(videos)
    ]


def _answers(work: Work):
    for task in work.left:
        yield {"key": task.key, "id": task.id, "video": work.video, "value": task.payload}


def _finished(out, work, do=_answers, **more) -> bytes:
    run = Run.open(out, work, SETTINGS, **more)
    try:
        run.answer(do)
        run.finish()
    finally:
        run.close()
    return out.read_bytes()


@pytest.fixture
def whole(tmp_path) -> bytes:
    return _finished(tmp_path / "whole.jsonl", _work())


@pytest.mark.parametrize("after", range(0, 13))
@pytest.mark.parametrize("torn", [b"", b'{"key": "ab', b'{"id": 1}', b"\xff\xfe"])
def test_interrupted_anywhere_and_torn_the_results_are_the_same(tmp_path, whole, after, torn):
    out, seen = tmp_path / "cut.jsonl", []

    def stop(result):
        seen.append(result)
        if len(seen) == after:
            raise Stop

    run = Run.open(out, _work(), SETTINGS)
    try:
        run.answer(_answers, on_result=stop)
    except Stop:
        pass
    finally:
        run.close()
    assert len(read_results(out)) == (after or 12)
    with out.open("ab") as file:
        file.write(torn)
    made = []
    assert _finished(out, _work(), lambda work: (made.append(r) or r for r in _answers(work))) == whole
    assert len(made) == 12 - (after or 12)


def test_a_last_line_without_its_end_is_kept(tmp_path, whole):
    out = tmp_path / "results.jsonl"
    out.write_bytes(whole[:-1])
    assert not mend(out) and out.read_bytes() == whole
    out.write_bytes(whole + b'{"key"')
    assert mend(out) and out.read_bytes() == whole


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_shards_merged_are_the_whole(tmp_path, whole, parts):
    out = tmp_path / "parts.jsonl"
    work = _work()
    for i in range(1, parts + 1):
        _finished(shard_path(out, (i, parts)), shard_of(work, (i, parts)))
    assert sum(len(shard_of(work, (i, parts))) for i in range(1, parts + 1)) == len(work)
    merge(out, work, SETTINGS)
    assert out.read_bytes() == whole


def test_merging_says_what_is_missing_or_made_otherwise(tmp_path):
    out, work = tmp_path / "parts.jsonl", _work()
    with pytest.raises(InputError, match="no shards"):
        merge(out, work, SETTINGS)
    _finished(shard_path(out, (1, 2)), shard_of(work, (1, 2)))
    with pytest.raises(InputError, match=r"6 questions are in no shard .*, the first is q1\.0"):
        merge(out, work, SETTINGS)
    assert not out.exists()
    with pytest.raises(InputError, match="other settings"):
        merge(out, work, {**SETTINGS, "weights": "w2"})


def test_a_failing_video_is_recorded_and_tried_again(tmp_path, whole):
    out = tmp_path / "results.jsonl"

    def failing(work):
        for number, result in enumerate(_answers(work)):
            if work.video == "v1" and number == 1:
                raise InputError("it is\nbroken")
            if work.video == "v2":
                raise RuntimeError("a bug")
            yield result

    run = Run.open(out, _work(), SETTINGS)
    assert run.answer(failing) == 5
    done = run.finish()
    run.close()
    assert [one.get("error") for one in done[3:9]] == [None, *["it is broken"] * 2, *["RuntimeError: a bug"] * 3]
    assert _finished(out, _work()) == whole


def test_missing_answers_are_failures(tmp_path):
    run = Run.open(tmp_path / "r.jsonl", _work(1), SETTINGS)
    assert run.answer(lambda work: iter(())) == 3 and run.finish()[0]["error"] == "no answer was made"
    run.close()


def test_no_failure_replaces_an_answer():
    right, wrong = {"key": "a", "id": 1, "value": 1}, {"key": "a", "id": 1, "error": "x"}
    assert latest([right, wrong])["a"] is right and latest([wrong, right])["a"] is right


def test_other_settings_are_refused_and_a_new_start_is_not(tmp_path, whole):
    out = tmp_path / "whole.jsonl"
    with pytest.raises(InputError, match=r"other settings \(weights was w1, is w2\).*--no-resume"):
        Run.open(out, _work(), {**SETTINGS, "weights": "w2"})
    assert out.read_bytes() == whole
    assert _finished(out, _work(), resume=False) == whole


def test_a_part_of_the_set_keeps_the_rest_and_drops_what_changed(tmp_path, whole):
    out = tmp_path / "whole.jsonl"
    assert len(_finished(out, _work(1)).splitlines()) == 12  # --limit keeps the others
    changed = [Work("v0", (Task("q0.0", "other key", 5), *_work(1)[0].tasks[1:])), *_work()[1:]]
    lines = [json.loads(line) for line in _finished(out, changed).splitlines()]
    assert len(lines) == 12 and lines[0]["key"] == "other key"


def test_two_runs_on_one_file_and_files_that_can_not_be_written(tmp_path, whole):
    run = Run.open(tmp_path / "whole.jsonl", _work(), SETTINGS)
    with pytest.raises(InputError, match="another run is writing"):
        Run.open(tmp_path / "whole.jsonl", _work(), SETTINGS)
    run.close()
    Run.open(tmp_path / "whole.jsonl", _work(), SETTINGS).close()
    with pytest.raises(InputError, match="is a folder"):
        Run.open(tmp_path, _work(), SETTINGS)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        Run.open(tmp_path / "file" / "r.jsonl", _work(), SETTINGS)


def test_a_line_that_is_no_result_is_named(tmp_path):
    (tmp_path / "r.jsonl").write_text('{"key": "a", "id": 1}\nnonsense\n{"key": "b", "id": 2}\n')
    with pytest.raises(InputError, match=r"r\.jsonl, line 2 is no result"):
        read_results(tmp_path / "r.jsonl")


def test_keys_tell_content_and_settings():
    assert task_key("a", {"x": 1, "y": (1, 2)}) == task_key("a", {"y": [1, 2], "x": 1})
    assert len({task_key("a"), task_key("b"), task_key("a", 1), task_key("a", {"s": 1}), task_key("a", {"s": 2})}) == 5
