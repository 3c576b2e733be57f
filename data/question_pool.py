"""Questions as a model reads them: pieces of text with what they mention, and the parts that they really play.

    python -m data.question_pool --n 400000 --seed 1 --split train --out runs/pool/train

A pool is made once (the sentence encoder takes 3 ms a question) and read many times: memory-mapped arrays in a folder,
written in parts so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import Event, Question
from data.meaning.question import JUST, NUMBERED
from data.question_parts import CHANGES, EVENT_PARTS, INTENTS, NTHS, ROLES, inside_span, piece_features
from data.question_variants import varied
from data.questions import AskedQuestion
from data.vocabulary import surfaces
from data.wordings import wordings
from models.question_encoder import SentenceEncoder
from pipeline.asking.mentions import Mentions, find_mentions, with_stand_ins
from pipeline.detectors.precision import bfloat16_pays
from pipeline.errors import run_cli

UNRECOGNISED = 0.1
"""Share of questions in which one thing keeps its own words and is not marked as a mention."""
UNSURE = -100
"""Label of what is not learned from."""

LENGTHS = (Lengths(0, (15.0, 300.0), (300.0, 36_000.0), 0.15),)


class Labels(NamedTuple):
    """roles: (L,) per piece; heads: one label per entry of HEADS."""

    roles: np.ndarray
    heads: tuple[int, ...]


_SAID_AS = {
    "count_between": "count", "list_between": "list",
    "order_reversed": "order", "order_leaves_reversed": "order_leaves",
}  # fmt: skip
"""Files of wordings whose intent has another name."""


def intent_of(asked: AskedQuestion) -> str:
    """What the words ask, also of an unknown thing."""
    family = asked.family
    if family == "refuse_unknown":
        family = asked.wording_id.split("/")[0]
    return _SAID_AS.get(family, family)


def read_text(
    asked: AskedQuestion, class_names: tuple[str, ...], duration_s: float, rng: Random
) -> tuple[str, Mentions]:
    """The text as it is encoded, and its mentions. Now and then a thing goes unrecognised, as unknown words do."""
    mentions = find_mentions(asked.text, class_names, duration_s)
    natural: tuple[int, ...] = ()
    if mentions.terms and rng.random() < UNRECOGNISED:
        natural = (rng.randrange(len(mentions.terms)),)
    return with_stand_ins(asked.text, mentions, natural)


def labels_of(asked: AskedQuestion, text: str, mentions: Mentions, spans_L2: np.ndarray) -> Labels:
    """The part of each piece, and the answers of the heads. Pieces that could play two parts are left unsure.

    text, mentions: as `read_text` gave them; spans_L2: of the pieces of that text.
    """
    q: Question = asked.question
    part, event = _event_of(q)
    wanted = {"x": q.x, "y": q.y, "event": event.thing if event else None}
    wanted = {role: name for role, name in wanted.items() if name is not None}
    intent = intent_of(asked)
    roles = np.zeros(len(spans_L2), np.int64)
    roles[spans_L2[:, 1] == 0] = UNSURE
    places = {name: _places(text, mentions, name) for name in wanted.values()}
    for role, name in wanted.items():
        twice = list(wanted.values()).count(name) > 1 or (len(places[name]) > 1 and len(wanted) > 1)
        for start, end in places[name]:
            roles[inside_span(spans_L2, start, end)] = UNSURE if twice else ROLES.index(role)
    if intent == "together" and {1, 2} <= set(roles.tolist()) and (roles == 2).argmax() < (roles == 1).argmax():
        roles = np.select([roles == 1, roles == 2], [2, 1], roles)  # the two are alike: the first one is x
    if not all(places.values()) or (asked.family.startswith("refuse") and asked.family != "refuse_unknown"):
        roles[:] = UNSURE
    heads = (
        INTENTS.index(intent),
        NTHS.index(q.nth) if asked.family not in ("refuse_unknown", *NUMBERED) and q.nth in NTHS else UNSURE,
        EVENT_PARTS.index(part),
        CHANGES.index(event.change) if event and part != "while" else UNSURE,
        NTHS.index(event.nth) if event and event.nth in NTHS else UNSURE,
        _beyond(asked),
    )
    return Labels(roles, heads)


def _beyond(asked: AskedQuestion) -> int:
    """Does the wording say its number as a limit ("{M}": more than so many) or as what is asked for ("{N}")?"""
    if asked.family not in NUMBERED or asked.family in JUST:
        return UNSURE
    family, split, line = asked.wording_id.split("/")
    slots = wordings(family, split)[int(line)].slots
    return UNSURE if {"N", "M"} <= slots else int("M" in slots) if {"N", "M"} & slots else UNSURE


def _places(text: str, mentions: Mentions, name: str) -> list[tuple[int, int]]:
    """Where a thing is named: its mentions, or its own words where it went unrecognised."""
    found = [(term.start, term.end) for term in mentions.terms if term.term == name]
    if not found:
        words = {w.lower() for pair in surfaces(name, ()) for w in pair} | {name.lower()}
        for word in sorted(words, key=len, reverse=True):
            if match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
                return [match.span()]
    return found


def _event_of(q: Question) -> tuple[str, Event | None]:
    if q.after is not None and q.before is not None:
        return "while", q.after
    for part in ("event", "after", "before"):
        if (event := getattr(q, part)) is not None:
            return part, event
    return "none", None


# ------------------------------------------------------------------------------------------------------------ the pool


class Pool:
    """A folder of parts. states: bfloat16 bits (uint16)."""

    def __init__(self, folder: Path, parts: int | None = None):
        self.parts = [self._open(path) for path in sorted(folder.glob("part-*"))[:parts] if (path / "done").is_file()]
        if not self.parts:
            raise FileNotFoundError(f"no finished part of a pool in {folder}")
        self.sizes = np.array([len(part["heads"]) for part in self.parts])

    @staticmethod
    def _open(path: Path) -> dict[str, np.ndarray]:
        names = ("states", "offsets", "features", "roles", "heads")
        return {name: np.load(path / f"{name}.npy", mmap_mode="r" if name == "states" else None) for name in names}

    def __len__(self) -> int:
        return int(self.sizes.sum())

    def batches(self, size: int, rng: np.random.Generator) -> Iterator[dict[str, torch.Tensor]]:
        """Endless random batches of questions of like length."""
        while True:
            part = self.parts[rng.integers(len(self.parts))]
            lengths = np.diff(part["offsets"])
            chosen = rng.permutation(len(lengths))[: size * 32]
            chosen = chosen[np.argsort(lengths[chosen], kind="stable")]
            groups = [chosen[k : k + size] for k in range(0, len(chosen), size)]
            for group in rng.permutation(len(groups)):
                yield self.batch(part, groups[group])

    def all(self, size: int = 256) -> Iterator[dict[str, torch.Tensor]]:
        """Every question once."""
        for part in self.parts:
            order = np.argsort(np.diff(part["offsets"]), kind="stable")
            for k in range(0, len(order), size):
                yield self.batch(part, order[k : k + size])

    @staticmethod
    def batch(part: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, torch.Tensor]:
        a, b = part["offsets"][rows], part["offsets"][rows + 1]
        longest = int((b - a).max())
        place = a[:, None] + np.arange(longest)
        mask = place < b[:, None]
        place = np.where(mask, place, a[:, None])
        states = torch.from_numpy(part["states"][place].view(np.int16)).view(torch.bfloat16)
        roles = np.where(mask, part["roles"][place], UNSURE)
        return {
            "states": states,
            "features": torch.from_numpy(part["features"][place]).float(),
            "mask": torch.from_numpy(mask),
            "roles": torch.from_numpy(roles.astype(np.int64)),
            "heads": torch.from_numpy(part["heads"][rows].astype(np.int64)),
        }


def make_part(job: tuple[int, int, str, Path, int, int]) -> int:
    """Make one part of a pool (number, questions, split, folder, seed, encoder layers). Returns how many it holds."""
    number, n, split, folder, seed, layers = job
    path = folder / f"part-{number:04d}"
    if (path / "done").is_file():
        return n
    torch.set_num_threads(1)
    encoder = SentenceEncoder.bundled(layers=layers, remember=100_000)
    encoder = encoder.bfloat16() if bfloat16_pays() else encoder
    settings = SampleSettings(noise="none", clean_share=1.0, questions=24, split=split, lengths=LENGTHS, max_rows=1500)
    columns: dict[str, list[Any]] = {"states": [], "features": [], "roles": [], "heads": [], "length": []}
    clip, rng = 0, Random(seed * 1_000_003 + number)
    while len(columns["heads"]) < n:
        sample = make_sample(seed, number * 1_000_000 + clip, settings)
        clip += 1
        clip_facts = sample.clean.class_names, sample.clean.duration_s
        questions = [varied(asked, sample.clean.class_names, split, rng) for asked in sample.questions]
        read = [read_text(asked, *clip_facts, rng) for asked in questions]
        encoded = encoder.encode([text for text, _ in read])
        for asked, (text, mentions), (states, spans) in zip(questions, read, encoded, strict=True):
            spans_L2 = spans.numpy()
            labels = labels_of(asked, text, mentions, spans_L2)
            columns["states"].append(states.bfloat16().view(torch.int16).numpy().view(np.uint16))
            columns["features"].append(piece_features(mentions, spans_L2))
            columns["roles"].append(labels.roles.astype(np.int8))
            columns["heads"].append(labels.heads)
            columns["length"].append(len(spans_L2))
    path.mkdir(parents=True, exist_ok=True)
    offsets = np.concatenate(([0], np.cumsum(columns.pop("length"))))
    np.save(path / "offsets.npy", offsets)
    np.save(path / "heads.npy", np.array(columns.pop("heads"), np.int16))
    for name, values in columns.items():
        np.save(path / f"{name}.npy", np.concatenate(values))
    (path / "done").write_text(json.dumps({"questions": len(offsets) - 1, "seed": seed, "split": split}))
    return len(offsets) - 1


def main(argv: Sequence[str] | None = None) -> int:
    """Make a pool of questions."""
    parser = argparse.ArgumentParser(prog="python -m data.question_pool", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=400_000, help="questions (default 400,000; 15 KB each)")
    parser.add_argument("--part", type=int, default=10_000, help="questions per part (default 10,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "held_out"), default="train", help="wordings")
    parser.add_argument("--layers", type=int, default=3, help="layers of the sentence encoder (default 3)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    args = parser.parse_args(argv)
    jobs = [(k, args.part, args.split, args.out, args.seed, args.layers) for k in range(-(-args.n // args.part))]
    with multiprocessing.get_context("spawn").Pool(args.workers) as workers:
        for _ in tqdm(workers.imap_unordered(make_part, jobs), total=len(jobs), desc="parts"):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
