"""The command line: every format answered and scored, interrupted, sharded, exported, and bad input refused at once."""

from __future__ import annotations

import csv
import json

import pytest

from data.meaning import Event, Question
from data.questions import program_row, read_program
from pipeline.asking.understand import Understood
from pipeline.errors import InputError
from pipeline.scoring.evaluate_answers import within
from pipeline.scoring.evaluate_run import read_results
from tests.pipeline_evaluate.tiny_sets import own_rows

TIMES = ("index_s", "memory_s", "answer_s")


def _read(path) -> list[dict]:
    return [{k: v for k, v in one.items() if k not in TIMES} for one in read_results(path)]


def test_our_rows_are_answered_and_scored(evaluate, sets, tmp_path):
    code, out, _ = evaluate(sets["longtake"], "--baselines")
    found = {one["id"]: one for one in read_results(tmp_path / "results.jsonl")}
    assert code == 0 and "5 answers" in out and "4 of 5 right" in out
    assert [found[f"q{k}"]["right"] for k in range(1, 6)] == [True, True, True, True, False]
    assert found["q1"]["value"] == 2 and found["q1"]["iou"] == 1.0 and found["q5"]["iou"] is None
    assert found["q1"]["baselines"]["symbolic"]["right"] and found["q1"]["baselines"]["raw"]["right"]
    assert "symbolic" not in found["q2"]["baselines"] and found["q4"]["refused"]
    assert all(found["q1"][name] >= 0 for name in TIMES) and found["q1"]["video_s"] == 8.0


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("videomme", [True, True]), ("videomme_template", [True]), ("videomme_flat", [True]), ("vlmevalkit", [True]),
        ("lmms-eval", [True]), ("mvbench", [True]), ("mlvu", [True, None]), ("lvbench", [True]), ("star", [True]),
        ("ecbench", [True, None]), ("qvhighlights", [True]),
    ],
)  # fmt: skip
def test_every_format_is_answered(evaluate, sets, tmp_path, name, right):
    assert evaluate(sets[name])[0] == 0
    assert [one["right"] for one in read_results(tmp_path / "results.jsonl")] == right


def test_where_no_option_fits_nothing_is_chosen_or_guessed(evaluate, tmp_path):
    options = ["To rest.", "To wait.", "To play.", "To eat.", "To look."]
    why = tmp_path / "why.jsonl"
    row = {
        "id": "1",
        "video": "yard",
        "kind": "choice",
        "options": options,
        "value": "B",
        "question": "Why is he there?",
    }
    why.write_text(json.dumps(row))
    evaluate(why)
    one = read_results(tmp_path / "results.jsonl")[0]
    assert (one["chosen"], one["response"], one["how"], one["right"]) == (None, "", "refused", False)
    evaluate(why, "--no-abstain", out="guess.jsonl")
    evaluate(why, "--no-abstain", out="again.jsonl")
    one, again = (read_results(tmp_path / f"{name}.jsonl")[0] for name in ("guess", "again"))
    assert one["how"] == "guess" and one["confidence"] == 0.2 and one["chosen"] == again["chosen"]


def test_which_of_the_following_is_looked_for(evaluate, tmp_path):
    row = {"id": "1", "video": "yard", "kind": "choice", "options": ["A bus.", "A dog."], "value": "B"}
    path = tmp_path / "which.jsonl"
    rows = [{**row, "question": "Which of the following appears?"}]
    rows.append({**row, "id": "2", "question": "Which of these does not appear?", "value": "A"})
    path.write_text("\n".join(map(json.dumps, rows)))
    evaluate(path)
    assert [(one["how"], one["right"]) for one in read_results(tmp_path / "results.jsonl")] == [("sight", True)] * 2


class Stop(BaseException):
    pass


def test_interrupted_between_questions_it_goes_on(evaluate, sets, tmp_path, monkeypatch):
    from pipeline.answerer import Answerer

    evaluate(sets["longtake"], out="whole.jsonl")
    whole, asked, real = _read(tmp_path / "whole.jsonl"), [], Answerer.answer_one

    def stopping(self, memory, text, read):
        asked.append(text)
        if len(asked) == 3:
            raise Stop
        return real(self, memory, text, read)

    monkeypatch.setattr(Answerer, "answer_one", stopping)
    with pytest.raises(Stop):
        evaluate(sets["longtake"])
    out = tmp_path / "results.jsonl"
    assert len(read_results(out)) == 2
    with out.open("ab") as file:
        file.write(b'{"key": "to')
    evaluate(sets["longtake"])
    assert _read(out) == whole and len(asked) == 6
    evaluate(sets["longtake"])
    assert _read(out) == whole and len(asked) == 6


def test_two_shards_merged_are_the_whole(evaluate, sets, tmp_path):
    evaluate(sets["longtake"], out="whole.jsonl")
    for shard in ("1/2", "2/2"):
        evaluate(sets["longtake"], "--shard", shard)
    code, out, _ = evaluate(sets["longtake"], "--merge")
    assert code == 0 and "5 results" in out
    assert _read(tmp_path / "results.jsonl") == _read(tmp_path / "whole.jsonl")


def test_a_failing_video_does_not_stop_the_rest(evaluate, root, sets, tmp_path):
    (root / "broken.mp4").write_bytes(b"this is no video")
    (root / "worse.csv").write_text("frame,id,class,x,y,w,h\n0,1,car,a,b,c,d\n")
    rows = [{**own_rows()[0], "id": "b", "video": "broken.mp4"}, {**own_rows()[0], "id": "w", "video": "worse.csv"}]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, [*rows, *own_rows()])))
    code, out, err = evaluate(path)
    found = read_results(tmp_path / "results.jsonl")
    assert code == 1 and "5 answers" in out and "failed: worse.csv: " in err
    assert ["error" in one for one in found] == [True, True, *[False] * 5] and "line 2" in found[1]["error"]


def test_check_answers_nothing_and_shows_everything(evaluate, sets, tmp_path):
    code, out, err = evaluate(sets["longtake"], "--check", out=None)
    assert code == 0 and "5 questions on 2 videos" in out and "in order" in out and not err
    rows = [{**own_rows()[0], "id": str(k), "video": f"gone{k}"} for k in range(12)]
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join([*map(json.dumps, rows), "{"]))
    code, out, err = evaluate(path, "--check", out=None)
    assert code == 2 and "13 problems" in out and "… and 5 more" in err and 'no video "gone0"' in err
    with pytest.raises(InputError, match=r"line 13: no JSON.*\(and 12 more; --check shows them\)"):
        evaluate(path)
    assert not (tmp_path / "results.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--limit", "0"], "--limit is 0"),
        (["--shard", "3/2"], "--shard is '3/2'"),
        (["--shard", "half"], "--shard is 'half'"),
        (["--shard", "1/2", "--merge"], "leave --shard out"),
        (["--shard", "1/2", "--export", "videomme", "x"], "give it with --merge"),
        (["--export", "zip", "x"], 'no export "zip"'),
        (["--export", "videomme", "x.json"], "is longtake"),
        (["--fps", "0"], "--fps is 0"),
        (["--size", "big"], "--size is 'big'"),
        (["--root", "nowhere"], "--root nowhere is no folder"),
        (["--weights", "nowhere"], "the model is not there"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(evaluate, sets, tmp_path, arguments, said):
    with pytest.raises(InputError) as caught:
        evaluate(sets["longtake"], *arguments)
    assert said in str(caught.value) and not (tmp_path / "results.jsonl").exists()


def test_no_out_and_other_settings(evaluate, sets):
    with pytest.raises(InputError, match="give --out"):
        evaluate(sets["longtake"], out=None)
    evaluate(sets["longtake"])
    with pytest.raises(InputError, match="baselines was False, is True"):
        evaluate(sets["longtake"], "--baselines")
    evaluate(sets["longtake"], "--baselines", "--no-resume")


def test_what_others_score(evaluate, sets, tmp_path):
    def export(name: str, form: str) -> str:
        file = tmp_path / f"{name}.{form}.out"
        evaluate(sets[name], "--export", form, str(file), out=f"{name}.jsonl")
        return file.read_text()

    video = json.loads(export("videomme", "videomme"))[0]
    assert [q["response"] for q in video["questions"]] == ["B", "B"]
    assert (video["duration_category"], video["video_category"], video["video_subcategory"]) == (
        "short",
        "Life",
        "Street",
    )
    rows = list(csv.DictReader(export("vlmevalkit", "vlmevalkit").splitlines(), delimiter="\t"))
    assert rows[0]["prediction"] == "B" and rows[0]["answer"] == "B"
    assert json.loads(export("nextqa", "nextgqa")) == {"yard_6": [1.0, 8.0]}
    beside = json.loads((tmp_path / "nextqa.nextgqa-res.json").read_text())
    assert beside == {"yard_6": {"prediction": 1, "answer": 1}}
    line = json.loads(export("qvhighlights", "qvhighlights"))
    assert line["qid"] == 7 and line["vid"] == "yard" and line["pred_relevant_windows"][0][:2] == [1.0, 8.0]
    export("ecbench", "ecbench")
    with (tmp_path / "ecbench.ecbench.out").open(newline="") as file:
        counting = next(csv.DictReader(file))
    assert counting["longtake_A"] == "2" and counting["longtake_clips"] == "[0:00:01,0:00:08]"


def test_an_export_does_not_write_over_the_questions(evaluate, sets):
    with pytest.raises(InputError, match="write over the questions"):
        evaluate(sets["videomme"], "--export", "videomme", str(sets["videomme"]))


def test_programs_survive_their_rows():
    question = Question("count_after", x="car", stretch=(1.0, 2.5), event=Event("bus", "leaves", "last"), nth=2)
    assert read_program(json.loads(json.dumps(program_row(question)))) == question
    for wrong in ({"family": "dance"}, {"family": "count", "z": 1}, {"x": "car"}, {"family": "count", "event": 3}):
        with pytest.raises(ValueError, match="program"):
            read_program(wrong)


def test_a_question_about_a_span_counts_its_times_from_the_start_of_it():
    read = Understood(Question("count", x="car", stretch=(1.0, 3.0)), 1.0)
    assert within(read, (10.0, 12.5)) == Question("count_between", x="car", stretch=(11.0, 12.5))
    read = Understood(Question("where_at", x="car", t_s=2.0), 1.0)
    assert within(read, (10.0, 20.0)) == Question("where_at", x="car", stretch=(10.0, 20.0), t_s=12.0)
    assert within(Understood(Question("refuse_cause"), 1.0), (1.0, 2.0)) == Question("refuse_cause")
