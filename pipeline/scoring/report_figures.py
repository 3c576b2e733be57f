"""The figures of a report: from results to tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.errors import InputError
from pipeline.scoring.blind_guess import blind_right
from pipeline.scoring.evaluate_run import Result
from pipeline.scoring.metrics import (
    Paired,
    calibration_error,
    clip_interval,
    compare_paired,
    count_errors,
    risk_coverage,
)
from pipeline.scoring.report_tables import Table

GROUNDED_IOU = 0.5
BASELINES = ("raw", "symbolic", "blind")
LENGTHS = ((60.0, "up to 1 min"), (600.0, "1 to 10 min"), (3600.0, "10 to 60 min"), (float("inf"), "over 1 h"))
NAN = float("nan")


class Scored:
    """Results sorted out: answered, scored (they have a truth that is judged here), failed."""

    def __init__(self, results: Sequence[Result]):
        self.all = list(results)
        self.failed = [one for one in results if "error" in one]
        self.answered = [one for one in results if "error" not in one]
        self.scored = [one for one in self.answered if one.get("right") is not None]

    @cached_property
    def baselines(self) -> dict[str, list[bool | None]]:
        """Per baseline whether it is right, in the order of `scored`; None where it says nothing."""
        out: dict[str, list[bool | None]] = {"blind": blind_right(self.scored)}
        for name in ("raw", "symbolic"):
            out[name] = [one.get("baselines", {}).get(name, {}).get("right") for one in self.scored]
        return out


def length_name(video_s: float) -> str:
    return next(name for most, name in LENGTHS if video_s <= most)


def report_tables(scored: Scored) -> list[Table]:
    """All tables, the most important first."""
    tables = [_overall(scored), _against_baselines(scored)]
    order = {name: k for k, (_, name) in enumerate(LENGTHS)}
    tables += [
        _groups(scored, "Families", "family", lambda one: one["family"]),
        _groups(scored, "Sets", "set", lambda one: one.get("set", "")),
        _groups(scored, "Lengths", "length", lambda one: length_name(one.get("video_s", 0.0)), lambda n: order[n]),
    ]
    tables += [_counts_and_times(scored), _evidence(scored), _confidence(scored), _choices(scored), _speed(scored)]
    tables.append(_failures(scored))
    return [table for table in tables if table.rows]


def accuracy(ones: Sequence[Result]) -> tuple[float, float, float]:
    """Accuracy and its 95 % interval by video."""
    if not ones:
        return NAN, NAN, NAN
    right = [bool(one["right"]) for one in ones]
    return float(np.mean(right)), *clip_interval(right, [one["video"] for one in ones])


def _mean(values: Sequence[bool | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else NAN


def _overall(scored: Scored) -> Table:
    right, low, high = accuracy(scored.scored)
    should = [one["kind"] == "refusal" for one in scored.scored]
    refused = [one["refused"] for one in scored.scored]
    both = sum(s and r for s, r in zip(should, refused, strict=True))
    rows: list[tuple[Any, ...]] = [
        ("questions", len(scored.all)),
        ("videos", len({one["video"] for one in scored.all})),
        ("answered and scored", len(scored.scored)),
        ("not scored here", len(scored.answered) - len(scored.scored)),
        ("failed", len(scored.failed)),
        ("accuracy", right),
        ("from (95 %, by video)", low),
        ("to", high),
        ("refusals: precision", both / sum(refused) if sum(refused) and sum(should) else NAN),
        ("refusals: recall", both / sum(should) if sum(should) else NAN),
    ]
    return Table("In all", ("measure", "value"), rows)


def _against_baselines(scored: Scored) -> Table:
    """Ours beside each baseline, on the questions that it answers too."""
    rows = []
    for name in BASELINES:
        known = [(one, right) for one, right in zip(scored.scored, scored.baselines[name], strict=True)
                 if right is not None]  # fmt: skip
        if known:
            ours = [bool(one["right"]) for one, _ in known]
            rows.append(
                (name, *_paired_row(compare_paired(ours, [r for _, r in known], [o["video"] for o, _ in known])))
            )
    note = (
        "raw: the tracker's ids taken at their word; symbolic: told what the question means, on the same tracks; "
        "blind: knows a question's family and its words, never sees a video; p by video: whole videos are swapped"
    )
    return Table("Beside the baselines", ("baseline", *_paired_header("ours", "baseline")), rows, note)


def _paired_header(first: str, second: str) -> tuple[str, ...]:
    return ("questions", first, second, "difference", "from", "to", f"only {first}", f"only {second}",
            "McNemar p", "p by video")  # fmt: skip


def _paired_row(p: Paired) -> tuple[Any, ...]:
    return (p.questions, p.first, p.second, p.difference, p.low, p.high, p.only_first, p.only_second,
            p.mcnemar, p.by_clip)  # fmt: skip


def compare_table(scored: Scored, other: Scored, name: str, other_name: str) -> Table:
    """Two runs on the questions that both answered. Raises InputError if there are none."""

    def key(one: Result) -> tuple[str, str, str]:
        return one.get("set", ""), one["id"], one["question"]

    theirs = {key(one): one for one in other.scored}
    both = [(one, theirs[key(one)]) for one in scored.scored if key(one) in theirs]
    if not both:
        raise InputError(f"{name} and {other_name} have no question in common; compare results of the same set")
    groups: dict[str, list[tuple[Result, Result]]] = defaultdict(list)
    for pair in both:
        groups[pair[0]["family"]].append(pair)
    rows = []
    for family, pairs in [("all", both), *sorted(groups.items())]:
        ours, others = ([bool(pair[k]["right"]) for pair in pairs] for k in (0, 1))
        rows.append((family, *_paired_row(compare_paired(ours, others, [pair[0]["video"] for pair in pairs]))))
    alone = len(scored.scored) + len(other.scored) - 2 * len(both)
    note = f"this: {name}; other: {other_name}" + (f"; {alone} questions are in one of them only" if alone else "")
    return Table("Compared, question by question", ("family", *_paired_header("this", "other")), rows, note)


def _groups(
    scored: Scored, title: str, column: str, name_of: Callable[[Result], str], order: Callable[[str], Any] = str
) -> Table:
    """Accuracy per group, beside the baselines."""
    groups: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(scored.scored):
        groups[name_of(one)].append(k)
    rows = []
    for name, places in sorted(groups.items(), key=lambda item: order(item[0])):
        ones = [scored.scored[k] for k in places]
        base = (_mean([scored.baselines[b][k] for k in places]) for b in BASELINES)
        shown = [one["iou"] for one in ones if one.get("iou") is not None and one["kind"] != "refusal"]
        rows.append((name, len(ones), *accuracy(ones), *base, float(np.mean(shown)) if shown else NAN))
    return Table(title, (column, "questions", "right", "from", "to", *BASELINES, "evidence IoU"), rows)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def time_error(one: Result) -> float | None:
    """Seconds from the nearest right time; None where either is no time."""
    truth = one["truth"]
    right = truth["acceptable"] if truth["acceptable"] is not None else [truth["value"]]
    spans = [(r, r) if _number(r) else r for r in right if not isinstance(r, str)]
    if not _number(one["value"]) or not spans:
        return None
    return min(max(low - one["value"], one["value"] - high, 0.0) for low, high in spans)


def _counts_and_times(scored: Scored) -> Table:
    rows: list[tuple[Any, ...]] = []
    counts = [one for one in scored.scored if one["kind"] == "number"]
    said = [(one["value"], one["truth"]["value"]) for one in counts if _number(one["value"])]
    if said:
        errors = count_errors(*zip(*said, strict=True))
        rows += [
            ("counts answered", len(said)), ("counts: mean absolute error", errors["mae"]),
            ("counts: root mean square error", errors["rmse"]), ("counts: off by one at most", errors["off_by_one"]),
        ]  # fmt: skip
    times = [error for one in scored.scored if one["kind"] == "time" and (error := time_error(one)) is not None]
    if times:
        rows += [("times answered", len(times)), ("times: median error, s", float(np.median(times)))]
    lengths = [
        abs(one["value"] - one["truth"]["value"])
        for one in scored.scored
        if one["kind"] == "duration" and _number(one["value"])
    ]
    if lengths:
        rows.append(("durations: median error, s", float(np.median(lengths))))
    return Table("Counts and times", ("measure", "value"), rows)


def _evidence(scored: Scored) -> Table:
    """Grounded: right, and the evidence overlaps the true one by half."""
    ones = [one for one in scored.scored if one.get("iou") is not None and one["kind"] != "refusal"]
    if not ones:
        return Table("Evidence", ("measure", "value"), [])
    iou = np.array([one["iou"] for one in ones])
    right = np.array([bool(one["right"]) for one in ones])
    grounded = right & (iou >= GROUNDED_IOU)
    low, high = clip_interval(grounded, [one["video"] for one in ones])
    rows = [
        ("questions with true evidence", len(ones)),
        ("temporal IoU, mean", float(iou.mean())),
        ("temporal IoU of right answers", float(iou[right].mean()) if right.any() else NAN),
        (f"grounded accuracy (right, IoU ≥ {GROUNDED_IOU})", float(grounded.mean())),
        ("from (95 %, by video)", low),
        ("to", high),
    ]
    return Table("Evidence", ("measure", "value"), rows)


def _confidence(scored: Scored) -> Table:
    ones = scored.scored
    if not ones:
        return Table("Confidence", ("measure", "value"), [])
    confidence, right = [one["confidence"] for one in ones], [bool(one["right"]) for one in ones]
    _, kept = risk_coverage(confidence, right)
    rows = [("ECE (10 bins of equal size)", calibration_error(confidence, right))]
    for share in (0.5, 0.8, 0.9, 1.0):
        rows.append((f"accuracy of the surest {share:.0%}", float(kept[max(int(np.ceil(share * len(kept))) - 1, 0)])))
    rows.append(("area under risk–coverage", float((1 - kept).mean())))
    return Table("Confidence", ("measure", "value"), rows)


def _choices(scored: Scored) -> Table:
    """How options were chosen: by the answer, by looking for each option, by guessing, or not at all."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for one in scored.scored:
        if one["kind"] == "choice":
            groups[one["how"]].append(one)
    total = sum(map(len, groups.values()))
    rows = []
    for how, ones in sorted(groups.items(), key=lambda item: -len(item[1])):
        chance = float(np.mean([1 / len(one["options"]) for one in ones]))
        rows.append((how, len(ones), len(ones) / total, float(np.mean([bool(one["right"]) for one in ones])), chance))
    note = "an option that was not chosen counts as wrong; chance: of a guess among all options"
    return Table("Multiple choice", ("chosen by", "questions", "share", "right", "chance"), rows, note)


def _speed(scored: Scored) -> Table:
    videos = {one["video"]: one for one in scored.answered if "video_s" in one}
    hours = sum(one["video_s"] for one in videos.values()) / 3600
    if not hours:
        return Table("Speed", ("measure", "value"), [])
    rows = [
        ("hours of video", hours),
        ("indexing, s per video hour", sum(one["index_s"] for one in videos.values()) / hours),
        ("reading into memory, s per video hour", sum(one["memory_s"] for one in videos.values()) / hours),
        ("answering, s per question", float(np.mean([one["answer_s"] for one in scored.answered]))),
    ]
    return Table("Speed", ("measure", "value"), rows, "an index that was there already took no time")


def _failures(scored: Scored) -> Table:
    reasons = Counter((one.get("video", ""), one["error"]) for one in scored.failed)
    rows = [(video, number, reason) for (video, reason), number in reasons.most_common()]
    return Table("Failed videos", ("video", "questions", "reason"), rows)
