"""Every format is told by its keys and read; what is wrong names file, line and what."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import InputError
from pipeline.open_clip import ClipSettings
from pipeline.scoring.question_sets import FORMATS, read_set
from pipeline.scoring.set_options import answer_index, clean_options, split_question
from pipeline.scoring.set_question import SetError
from pipeline.scoring.set_videos import find_videos
from tests.pipeline_evaluate.tiny_sets import own_rows


def test_every_format_is_told_and_read(sets):
    told = {name: read_set(path) for name, path in sets.items()}
    assert all(not one.problems for one in told.values())
    assert {one.format for one in told.values()} == set(FORMATS)
    for name, one in told.items():
        assert one.format == name.partition("_")[0]
        assert read_set(sets[name], one.format).questions == one.questions
        first = one.questions[0]
        assert first.video.removeprefix("./video/").partition(".")[0] == "yard" and first.line >= 1
        if first.kind == "choice":
            assert first.value == 1 and not any(option.startswith(("A.", "(A)")) for option in first.options)


def test_what_formats_hold_besides(sets):
    assert read_set(sets["star"]).questions[0].span == (0.0, 8.0)
    assert read_set(sets["mvbench"]).questions[0].family == "mvbench"
    assert read_set(sets["mlvu"]).questions[1].kind == "open"
    assert read_set(sets["lvbench"]).questions[0].text == "How many cars appear?"
    assert read_set(sets["lmms-eval"]).questions[0].text == "How many cars appear?"
    assert read_set(sets["nextqa"]).questions[0].evidence == [{"start_s": 1.0, "end_s": 8.0}]
    count, listing = read_set(sets["ecbench"]).questions
    assert (count.kind, count.value, len(count.evidence)) == ("number", 2, 2) and listing.kind == "open"
    assert read_set(sets["qvhighlights"]).questions[0].ids == {
        "qid": 7,
        "vid": "yard",
        "query": "How many cars appear?",
    }


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["A. One.", "B. Two."], ("One.", "Two.")),
        (["(A) One", "(B) Two"], ("One", "Two")),
        (["A dog", "B flat"], ("A dog", "B flat")),
        ("['A. One.', 'B. Two.']", ("One.", "Two.")),
        ('["one", "two"]', ("one", "two")),
        ("A. one\nB. two", ("one", "two")),
    ],
)
def test_options_lose_their_letters_only(given, wanted):
    assert clean_options(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"), [("B", 1), ("(B)", 1), ("b.", 1), ("B. Two.", 1), ("two", 1), (1, 1), ("1", 1), (1.0, 1)]
)
def test_answers_are_letters_texts_or_numbers(given, wanted):
    assert answer_index(given, ("One", "Two.")) == wanted


@pytest.mark.parametrize("given", ["E", 7, "three", True, -1])
def test_answers_that_are_no_option_are_refused(given):
    with pytest.raises(SetError, match="answer"):
        answer_index(given, ("One", "Two"))


def test_a_question_without_options_stays_whole():
    assert split_question("What did Dr. (A) do?") == ("What did Dr. (A) do?", ())


def _problem(tmp_path, text: str, name: str = "set.jsonl", format: str | None = None) -> str:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_set(path, format).refuse_problems()
    return str(caught.value)


ROW = own_rows()[0]


def _row(**changes) -> str:
    return json.dumps({k: v for k, v in {**ROW, **changes}.items() if v is not ...})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "colour"}, '"kind" is "colour"'),
        ({"question": " "}, '"question" is empty'),
        ({"value": "two"}, '"value" is "two", which is no answer of kind "number"'),
        ({"value": True}, '"value" is True'),
        ({"kind": "time", "value": "soon"}, '"value" is "soon"'),
        ({"evidence": [[5, 1]]}, "ends before it starts"),
        ({"evidence": [{"start_s": 1}]}, '"end_s" is missing'),
        ({"fps": 0}, '"fps" is 0'),
        ({"size": [640]}, '"size" is [640]'),
        ({"program": {"family": "dance"}}, '"program" must be a program'),
        ({"program": {"family": "count", "colour": 1}}, "the program is none"),
        ({"kind": "choice", "value": "A"}, 'needs "options"'),
        ({"kind": "choice", "value": "C", "options": ["a", "b"]}, "none of the 2 options"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, changes, said):
    text = f"{_row(id='x')}\n{_row(**changes)}\n"
    message = _problem(tmp_path, text)
    assert "set.jsonl, line 2: " in message and said in message


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.jsonl", "is empty"),
        ('{"a": 1}\n', "a.jsonl", "no known format (it has: a)"),
        ("just words\n", "a.txt", "neither JSON nor a table"),
        ("[1, 2]", "a.json", "no known format"),
        (f"{_row()}\n{{broken\n", "a.jsonl", "line 2: no JSON"),
        (f"[{_row()}\n,\n {_row(id='y')}", "a.json", "cut off"),
        (f"[{_row()},\n{{broken}}]", "a.json", "line 2: no JSON"),
        (f"{_row()}\n[]\n", "a.jsonl", "line 2: it must be an object"),
        (f"{_row()}\n\n{_row()}\n", "a.jsonl", 'line 3: the id "q1" is used already in line 1'),
        ("[]", "a.json", "holds no question"),
        ("index\tvideo\tquestion\tcandidates\n1\tv\n", "a.tsv", "line 2: 2 columns, but the header has 4"),
        ("index\tindex\tvideo\n", "a.tsv", 'the column "index" is there twice'),
        (
            "index\tvideo\tquestion\tcandidates\tanswer\n1\tv\tq\tone\tA\n",
            "a.tsv",
            "line 2: the options must be a list",
        ),
    ],
)
def test_wrong_files_are_named(tmp_path, text, name, said):
    assert said in _problem(tmp_path, text, name)


def test_missing_columns_of_a_named_format(tmp_path):
    message = _problem(tmp_path, "video,question,qid\na,b,1\n", "a.csv", "nextqa")
    assert 'NExT-QA needs the column "type", "a0", "a1", "a2", "a3", "a4"' in message
    assert "is JSON, and NExT-QA is a table" in _problem(tmp_path, _row(), "b.jsonl", "nextqa").replace(
        str(tmp_path), ""
    )
    assert 'no format "zip"' in _problem(tmp_path, "x", "c.csv", "zip")


def test_no_file_and_no_text(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_set(tmp_path / "none.jsonl")
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a text file"):
        read_set(tmp_path / "x.json")


def test_all_problems_are_found_at_once(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join([_row(), _row(id="b", kind="x"), "{", _row()]))
    assert len(read_set(path).problems) == 3


def _videos(root, path, **settings):
    return find_videos(read_set(path), root, ClipSettings(**settings))


def test_videos_are_found_by_path_name_or_stem(root, tmp_path):
    (root / "deep").mkdir()
    (root / "deep" / "film.mp4").write_bytes(b"x")
    (root / "film.csv").write_text("frame,id,class,x,y,w,h\n")
    names = ["yard.csv", "lane", "film", "deep/film.mp4", r"deep\film.mp4", "./videos/film.mkv", "film.csv"]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(_row(id=str(k), video=name) for k, name in enumerate(names)))
    found, problems = _videos(root, path)
    assert not problems
    assert [found[name].path.name for name in names] == ["yard.csv", "lane.csv", *["film.mp4"] * 4, "film.csv"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"video": "gone.mp4"}, 'line 2: no video "gone.mp4"'),
        ({"video": "twin"}, "may be a/twin.mp4 and b/twin.mp4"),
        ({"video": "lane", "fps": ...}, 'lane.csv holds tracks, and the row lacks "fps"'),
        ({"video": "empty.mp4"}, "is empty"),
        ({"video": "bad.index.safetensors"}, "not a readable index"),
        ({"fps": 25}, "another fps or size for yard.csv"),
        ({"video": "a" * 5000}, "no video"),
    ],
)
def test_videos_that_can_not_be_opened_are_named(root, tmp_path, changes, said):
    for folder in ("a", "b"):
        (root / folder).mkdir()
        (root / folder / "twin.mp4").write_bytes(b"x")
    (root / "empty.mp4").touch()
    (root / "bad.index.safetensors").write_bytes(b"no index")
    path = tmp_path / "set.jsonl"
    path.write_text(f"{_row(id='x')}\n{_row(**changes)}\n")
    _, problems = _videos(root, path)
    assert len(problems) == 1 and said in problems[0]


def test_a_root_that_is_no_folder(sets, tmp_path):
    with pytest.raises(InputError, match="is no folder"):
        _videos(tmp_path / "none", sets["longtake"])
