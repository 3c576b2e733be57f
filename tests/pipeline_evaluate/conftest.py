"""Two clips of tracks, a tiny untrained model, and questions that mean what a test says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline_answer_cli.conftest import MEANINGS, own_home, sense, weights, write_tracks  # noqa: F401
from tests.pipeline_evaluate.tiny_sets import write_all


@pytest.fixture
def root(tmp_path) -> Path:
    """yard.csv: cars at 1–5 s and 3–8 s, a dog at 4–7 s. lane.csv: a bus at 0–2 s. Five frames a second."""
    folder = tmp_path / "videos"
    folder.mkdir()
    write_tracks(folder / "yard.csv")
    rows = [f"{frame},1,bus,{10 * frame},300,200,100" for frame in range(10)]
    (folder / "lane.csv").write_text("frame,id,class,x,y,w,h\n" + "\n".join(rows) + "\n")
    return folder


@pytest.fixture
def sets(tmp_path) -> dict[str, Path]:
    folder = tmp_path / "sets"
    folder.mkdir()
    return write_all(folder)


@pytest.fixture
def evaluate(root, weights, sense, tmp_path, capsys):  # noqa: F811
    """Run the command line; (exit code, standard output, standard error)."""
    from pipeline.evaluate import main

    def run(questions: Path, *arguments: str, out: str | None = "results.jsonl") -> tuple[int, str, str]:
        written = ["--out", str(tmp_path / out)] if out else []
        usual = ["--root", str(root), "--weights", str(weights), "--quiet", "--fps", "5", "--size", "1280x720"]
        code = main([str(questions), *written, *usual, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
