"""What the README says works: its commands on the bundled sample, and its Python."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.strip().splitlines()]


def without_shares(printed: str) -> list[str]:
    """The questions and answers that were printed, without confidence and evidence, which differ between processors."""
    return [line for line in printed.splitlines() if line and not re.search(r"^  |\(\d+%\)(?:: probably .+)?$", line)]


def run(command: str, home: Path) -> str:
    arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, *arguments[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "LONGTAKE_HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_command_answers_on_the_sample_offline(tmp_path):
    program = COMMANDS[0].split("&&")[-1].strip()
    assert program.startswith(".venv/bin/python -m pipeline.answer")
    out = run(program, tmp_path)
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL).group(1)
    assert without_shares(shown) == without_shares(out)  # what the README shows is what is printed
    assert len(list(tmp_path.rglob("*.memory.safetensors"))) == 1


def test_the_second_command_runs_these_tests():
    assert COMMANDS[1].endswith("-m pytest") and '-e ".[test]"' in COMMANDS[1]


@pytest.mark.parametrize("command", [c for c in COMMANDS[2:] if "data/samples" in c])
def test_commands_on_the_sample_work(command, tmp_path):
    assert run(command, tmp_path).strip()


def test_the_python_examples_name_what_exists():
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        compile(block, "README", "exec")
        for module, name in re.findall(r"^from (pipeline\S*) import (\w+)$", block, re.MULTILINE):
            assert hasattr(__import__(module, fromlist=[name]), name)


def test_the_first_python_example_prints_what_the_readme_shows(tmp_path):
    block, shown = re.search(r"```python\n(.*?)```\s+prints\s+```text\n(.*?)```", README, re.DOTALL).groups()
    script = tmp_path / "example.py"
    script.write_text(block)
    assert without_shares(run(f"python {shlex.quote(str(script))}", tmp_path)) == without_shares(shown)


def test_every_file_of_the_tree_exists():
    tree = README.split("## The tree")[1].split("```")[1]
    for name in re.findall(r"\b(\w+\.py)\b", tree):
        assert list(ROOT.glob(f"*/{name}")) or list(ROOT.glob(f"pipeline/*/{name}")), name
    for folder in re.findall(r"^(\w+)/", tree, re.MULTILINE):
        assert (ROOT / folder).is_dir() or folder in {"models", "demo"}, folder
