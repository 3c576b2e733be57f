"""`python -m pipeline.report RESULTS.jsonl`: how right the answers are, how sure, how well shown, beside the baselines.

Accuracies come with 95 % intervals that draw videos, not questions. `--against` compares two results, question by
question, with an exact McNemar test and a permutation test that swaps whole videos.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, run_cli
from pipeline.object_index import write_aside
from pipeline.scoring.evaluate_run import Result, latest, read_results
from pipeline.scoring.report_figures import Scored, compare_table, report_tables
from pipeline.scoring.report_tables import Table, as_markdown, as_text


def load_results(paths: Sequence[Path]) -> Scored:
    """Results of one or several files. Raises InputError for none, or for two different answers to one question."""
    found: list[Result] = []
    for path in paths:
        found += read_results(path)
    ones = list(latest(found).values())
    if not ones:
        raise InputError(f"{paths[0]} holds no results yet; run pipeline.evaluate")
    where: dict[tuple[str, str], str] = {}
    for one in ones:
        name = one.get("set", ""), one["id"]
        if name in where and "error" not in one:
            raise InputError(
                f"the question {one['id']} is answered twice, in different ways; give one run only (--against compares)"
            )
        if "error" not in one:
            where[name] = one["key"]
    return Scored(ones)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report. Raises InputError for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS.jsonl", help="of pipeline.evaluate")
    parser.add_argument("--against", type=Path, metavar="OTHER.jsonl", help="compare with these results, paired")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also as Markdown")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also as one HTML page with plots")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also the figures as JSON")
    args = parser.parse_args(argv)
    scored = load_results(args.results)
    title = f"Report on {', '.join(path.name for path in args.results)}"
    tables = report_tables(scored)
    if args.against is not None:
        other = load_results([args.against])
        tables.insert(1, compare_table(scored, other, args.results[0].name, args.against.name))
    print(as_text(title, tables))
    for path, made in (
        (args.markdown, lambda: as_markdown(title, tables)),
        (args.html, lambda: _page(title, tables, scored)),
        (args.json, lambda: json.dumps(_figures(tables), indent=1, ensure_ascii=False) + "\n"),
    ):
        if path is not None:
            text = made()
            write_aside(path, lambda aside, text=text: aside.write_text(text, "utf-8"))
    return 0


def _page(title: str, tables: list[Table], scored: Scored) -> str:
    from pipeline.scoring.report_page import as_page

    return as_page(title, tables, scored)


def _figures(tables: list[Table]) -> dict[str, list[dict[str, Any]]]:
    return {t.title: [dict(zip(t.header, map(_plain, row), strict=True)) for row in t.rows] for t in tables}


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


if __name__ == "__main__":
    sys.exit(run_cli(main))
