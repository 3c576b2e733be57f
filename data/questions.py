"""Questions for one clip, in words, with their truth: `ask`. As a program: question sets from human tracks.

python -m data.questions --tracks gt.csv --fps 30 --size 1920x1080 --n 30 --split held_out -o questions.jsonl
python -m data.questions --index clip.index.safetensors
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from data.asking import leaving, measures, order, quantities, refusals, single, visibility
from data.asking.scene import Proposal, Scene
from data.meaning import FAMILIES, REFUSALS, ClipView, Event, Question, Side, Truth
from data.phrasing import Saying, say
from data.wordings import Split
from pipeline.errors import InputError, run_cli
from pipeline.given_tracks import read_given_tracks, with_usual_classes
from pipeline.object_index import ObjectIndex, read_index

Proposer = Callable[[Scene, Random], Proposal | None]

PROPOSERS: dict[str, tuple[Proposer, float]] = {
    "exists": (visibility.exists, 1.2),
    "count": (visibility.count, 1.3),
    "count_between": (visibility.count_between, 1.2),
    "count_at": (visibility.count_at, 1.0),
    "count_before": (order.counted_from("count_before"), 1.1),
    "count_after": (order.counted_from("count_after"), 1.1),
    "max_at_once": (visibility.max_at_once, 1.0),
    "compare": (visibility.compare, 1.0),
    "first": (order.newcomer("first"), 1.0),
    "last": (order.newcomer("last"), 1.0),
    "nth": (order.newcomer("nth"), 1.0),
    "when_appears": (order.when_appears, 1.2),
    "when_leaves": (order.when_leaves, 1.1),
    "when_most": (visibility.when_most, 0.9),
    "next_after": (order.neighbour("next_after"), 1.2),
    "previous_before": (order.neighbour("previous_before"), 1.1),
    "order": (order.order, 1.0),
    "together": (visibility.together, 1.0),
    "together_list": (visibility.together_list, 0.8),
    "duration": (visibility.duration, 1.1),
    "longest": (single.stays("longest"), 0.9),
    "shortest": (single.stays("shortest"), 0.9),
    "returns": (single.returns, 1.0),
    "returns_when": (single.returns_when, 1.0),
    "direction": (single.direction, 1.0),
    "enters_from": (single.side("enters_from"), 0.9),
    "leaves_to": (single.side("leaves_to"), 0.9),
    "where_at": (single.where_at, 1.0),
    "list": (visibility.list_kinds, 1.0),
    "describe": (visibility.describe, 0.4),
    "min_at_once": (quantities.min_at_once, 1.0),
    "when_fewest": (quantities.when_fewest, 1.0),
    "at_least": (quantities.at_least("at_least"), 0.6),
    "at_least_at_once": (quantities.at_least("at_least_at_once"), 0.6),
    "at_most": (quantities.at_least("at_most"), 0.6),
    "at_most_at_once": (quantities.at_least("at_most_at_once"), 0.6),
    "exactly": (quantities.at_least("exactly"), 0.6),
    "exactly_at_once": (quantities.at_least("exactly_at_once"), 0.6),
    "when_number": (quantities.when_number("when_number"), 0.7),
    "when_at_least": (quantities.when_number("when_at_least"), 0.7),
    "mean_at_once": (quantities.mean_at_once, 0.6),
    "mean_stay": (quantities.mean_stay, 0.7),
    "first_leaves": (leaving.leaver("first_leaves"), 0.8),
    "last_leaves": (leaving.leaver("last_leaves"), 0.8),
    "count_left": (leaving.count_left, 0.8),
    "order_leaves": (leaving.order_leaves, 0.8),
    "away": (leaving.away, 0.8),
    "absent": (leaving.absent, 0.8),
    "visits": (leaving.visits, 0.8),
    "share": (measures.share("share"), 0.7),
    "share_absent": (measures.share("share_absent"), 0.7),
    "share_at_least": (measures.share_at_least, 0.7),
    "share_of": (measures.share_of, 0.7),
    "rate": (measures.rate, 0.7),
    "when_most_come": (measures.busiest("when_most_come"), 0.7),
    "when_most_seen": (measures.busiest("when_most_seen"), 0.7),
    "count_each": (measures.count_each, 0.7),
    "counts_change": (measures.counts_change, 0.7),
    **{family: (measures.gap(family), 0.7) for family in ("longest_gap", "shortest_gap", "mean_gap", "count_empty")},
    "mean_interval": (measures.mean_interval, 0.7),
    "longest_visit": (measures.longest_visit, 0.7),
    "lasts_longer": (measures.lasts("lasts_longer"), 0.7),
    "lasts_shorter": (measures.lasts("lasts_shorter"), 0.7),
    **{
        family: (measures.listed(family), 0.7)
        for family in ("when_each", "when_each_leaves", "stays_each", "stays_ranked")
    },
    "when_at_most": (measures.when_at_most, 0.7),
    "refuse_unknown": (refusals.unknown, 0.8),
    **{family: (refusals.refused(family), 0.22) for family in REFUSALS if family != "refuse_unknown"},
}
"""Family → how to think one up, and how often compared with the others."""


MISSES = 5
"""A family that fails this often has nothing more to ask about the clip."""
REFUSED_SHARE = 0.12
"""No further refusals are thought up once they are this share of the questions asked for."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a person writes it, its program, and the truth on its clip.

    family: of `data.meaning.FAMILIES` or `REFUSALS`. wording_id: "file/split/line"; no id is in both splits.
    """

    text: str
    question: Question
    truth: Truth
    family: str
    wording_id: str


def ask(
    index: ObjectIndex | ClipView,
    rng: np.random.Generator,
    n: int,
    split: Split = "train",
    families: Collection[str] | None = None,
) -> list[AskedQuestion]:
    """Up to `n` different questions about a clip; fewer where it has too little to ask about.

    split: which wordings. families: only these. The same `rng` state gives the same questions on any machine.
    Raises InputError for an unknown family.
    """
    view = index if isinstance(index, ClipView) else ClipView.of(with_usual_classes(index))
    scene, draw = Scene(view, split), Random(int(rng.integers(2**62)))
    left = _chosen(families)
    out: list[AskedQuestion] = []
    said: set[str] = set()
    programs: set[Question] = set()
    misses = dict.fromkeys(left, 0)
    many = {family: n if families else max(2, round(n / 10)) for family in left}
    while len(out) < n and left:
        # everyone in turn, in an order that puts the frequent ones in front more often
        refused = sum(a.truth.kind == "refusal" for a in out)
        if families is None and refused > REFUSED_SHARE * n:
            left = [family for family in left if family not in REFUSALS]
        for family in sorted(left, key=lambda f: -(draw.random() ** (1 / PROPOSERS[f][1]))):
            if families is None and family in REFUSALS and draw.random() > PROPOSERS[family][1]:
                misses[family] += 1
                continue
            asked = _ask_one(scene, family, split, draw)
            if asked is None or asked.text in said or asked.question in programs:
                misses[family] += 1
                if misses[family] > MISSES:
                    left.remove(family)
                continue
            said.add(asked.text)
            if family not in REFUSALS:
                programs.add(asked.question)
            out.append(asked)
            many[family] -= 1
            if not many[family]:
                left.remove(family)
            if len(out) == n:
                break
    draw.shuffle(out)
    return out


def _chosen(families: Collection[str] | None) -> list[str]:
    if families is None:
        return list(PROPOSERS)
    for family in families:
        if family not in PROPOSERS:
            raise InputError(f'no family "{family}"; known are {", ".join(PROPOSERS)}')
    return [family for family in PROPOSERS if family in families]


def _ask_one(scene: Scene, family: str, split: Split, rng: Random) -> AskedQuestion | None:
    proposal = PROPOSERS[family][0](scene, rng)
    if proposal is None:
        return None
    question = proposal.question
    single = [slot for slot, term in (("x", question.x), ("y", question.y)) if term and len(scene.tracks(term)) == 1]
    saying = Saying(
        class_names=scene.class_names,
        duration_s=scene.duration_s,
        stretch=proposal.stretch,
        unique=frozenset(("x", *single) if proposal.unique else single),
        kinds_agree=proposal.kinds_agree,
        sides_only=proposal.sides_only,
        seen_only=proposal.seen_only,
        people=proposal.truth.value == "person",
        event_unique=question.event is not None and len(scene.tracks(question.event.thing)) == 1,
        family=proposal.family,
    )
    said = say(question, saying, split, rng)
    return None if said is None else AskedQuestion(said[0], question, proposal.truth, question.family, said[1])


# --------------------------------------------------------------------------------------------------------- the program


def to_row(asked: AskedQuestion, number: int, video: str, fps: float, size: tuple[int, int]) -> dict[str, Any]:
    """One line of a question set, JSON values only."""
    truth = asked.truth
    return {
        "id": f"{video}#{number:03d}",
        "video": video,
        "question": asked.text,
        "family": asked.family,
        "kind": truth.kind,
        "value": _rounded(truth.value),
        "acceptable": _rounded(truth.acceptable),
        "evidence": [{key: _rounded(value) for key, value in e._asdict().items()} for e in truth.evidence],
        "any_sighting": truth.any_sighting,
        "wording": asked.wording_id,
        "program": program_row(asked.question),
        "fps": fps,
        "size": list(size),
    }


def program_row(question: Question) -> dict[str, Any]:
    """A program as JSON values: the fields that say something."""
    return {name: value for name, value in _rounded(asdict(question)).items() if value is not None}


def read_program(row: Mapping[str, Any]) -> Question:
    """The program of `program_row`. Raises ValueError for what is none."""
    parts = dict(row)
    try:
        for name in ("event", "other", "after", "before"):
            if parts.get(name) is not None:
                parts[name] = Event(*parts[name])
        if parts.get("side") is not None:
            parts["side"] = Side(*parts["side"])
        if parts.get("stretch") is not None:
            t0, t1 = parts["stretch"]
            parts["stretch"] = (float(t0), float(t1))
        question = Question(**parts)
    except TypeError as error:
        raise ValueError(f"the program is none: {error}") from error
    if question.family not in FAMILIES and question.family not in REFUSALS:
        raise ValueError(f'the program is of no known family: "{question.family}"')
    return question


def _rounded(value: Any) -> Any:
    """Seconds to a thousandth, also in lists."""
    if isinstance(value, float):
        return round(value, 3)
    return [_rounded(v) for v in value] if isinstance(value, list | tuple) else value


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)\s*[xX×,]\s*(\d+)", text.strip())
    if not match:
        raise InputError(f'--size is "{text}"; write width and height in pixels as 1280x720')
    return int(match.group(1)), int(match.group(2))


def main(argv: Sequence[str] | None = None) -> int:
    """Write a question set for one clip as JSON lines. Raises InputError for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m data.questions",
        description="Make questions with answers and evidence from given tracks (or an index whose tracks are true).",
        epilog="Known files of tracks: csv (frame,id,class,x,y,w,h[,confidence]), MOTChallenge, KITTI.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tracks", metavar="FILE", help="file of human tracks; needs --fps and --size")
    source.add_argument("--index", metavar="FILE", help="an index file, taken at its word")
    parser.add_argument("--fps", type=float, help="frames per second of the tracks")
    parser.add_argument("--size", metavar="WxH", help="size of the picture in pixels, as 1280x720")
    parser.add_argument("--class", dest="class_name", metavar="NAME", help="class of rows that name none, as person")
    parser.add_argument("--n", type=int, default=30, help="how many questions at most (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same questions (default 0)")
    parser.add_argument("--split", choices=("train", "held_out"), default="held_out", help="wordings: default held_out")
    parser.add_argument("--families", metavar="A,B", help="only these families, comma-separated")
    parser.add_argument("-o", "--output", metavar="OUT", help="file to write (default: standard output)")
    args = parser.parse_args(argv)
    if args.n < 1:
        raise InputError(f"--n is {args.n}, it must be 1 or more")
    if args.tracks:
        if args.fps is None or args.size is None:
            raise InputError("--tracks needs --fps (frames per second) and --size (as 1280x720)")
        source_path = Path(args.tracks)
        index = read_given_tracks(source_path, fps=args.fps, size=_size(args.size), class_name=args.class_name)
    else:
        source_path = Path(args.index)
        index = read_index(source_path)
    families = [f.strip() for f in args.families.split(",")] if args.families else None
    asked = ask(index, np.random.default_rng(args.seed), args.n, args.split, families)
    video = source_path.name.split(".")[0]
    fps = args.fps or (1 / index.step_s if index.step_s else 0.0)
    rows = [to_row(one, k, video, round(fps, 4), (index.width, index.height)) for k, one in enumerate(asked)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if args.output is None:
        sys.stdout.write(text)
        return 0
    try:
        Path(args.output).write_text(text, "utf-8")
    except OSError as error:
        raise InputError(f"cannot write {args.output}: {error.strerror or error}") from error
    print(f"{len(rows)} questions in {args.output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
