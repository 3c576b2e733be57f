"""Questions that put several things together, each with its query: `python -m data.query_pool --n 20000 --out FILE`.

From `data/wordings/queries`: questions that people asked (`asked.txt`), and rewordings of some by other people
(`reworded.tsv`). The grammar (`pipeline.queries`) reads what was asked; what it does not read is left to the usual way
(`USUAL`). A rewording means what its original does. Of the questions that it reads, the grammar also makes new ones:
a part of one is put where another one has a part of that kind, a word where another stands for the same, and what it
then reads is what they mean (Jia & Liang, arXiv 1606.03622).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random

from lark import Token, Tree
from tqdm import tqdm

from data.vocabulary import with_usual_names
from pipeline.errors import run_cli
from pipeline.object_index import write_aside
from pipeline.queries import algebra as q
from pipeline.queries.parsing import parse, rules_by_alias
from pipeline.queries.reading import read_query
from pipeline.queries.slots import Slot, Slotted, slotted
from pipeline.queries.spelling import Unspellable, spelled
from pipeline.queries.tidy import tidied
from pipeline.queries.words import plain_text, tokens_of

FOLDER = Path(__file__).with_name("wordings") / "queries"
CLASSES = with_usual_names(("person", "bicycle", "car", "skateboard", "cart", "train", "truck", "bus", "misc"))
DURATION_S = 300.0
USUAL = "Usual"
"""What is written of a question that is no query."""
PARTS = frozenset(("stretch", "moment", "happening", "who", "kind", "vp", "vps", "cond", "lengths", "post", "relative",
                   "side_from", "side_to", "numbered", "either", "stat", "way_word", "options"))  # fmt: skip
"""Rules of the grammar whose texts may stand for each other."""
WORDS_CHANGED = 0.5


@dataclass(frozen=True)
class Pair:
    """text: with stand-ins. slots: name, start and end of each. words: of the query. source: where it is from."""

    text: str
    slots: tuple[tuple[str, int, int], ...]
    words: tuple[str, ...]
    source: str

    @property
    def seen(self) -> Slotted:
        """As the reader sees it."""
        return Slotted(self.text, tuple(Slot(name, None, start, end) for name, start, end in self.slots), DURATION_S)


def pair_of(question: str, query: q.Query | None, source: str) -> Pair | None:
    """None where the question does not name what the query holds."""
    seen = slotted(question, CLASSES, DURATION_S)
    if seen is None:
        return None
    try:
        words = (USUAL,) if query is None else tuple(spelled(query, seen))
    except Unspellable:
        return None
    return Pair(seen.text, tuple((slot.name, slot.start, slot.end) for slot in seen.slots), words, source)


def read(question: str) -> q.Query | None:
    return read_query(question, CLASSES, DURATION_S)


def asked() -> Iterator[Pair]:
    """Questions of people."""
    for question in questions_asked():
        if (pair := pair_of(question, read(question), "asked")) is not None:
            yield pair


def reworded() -> Iterator[Pair]:
    """The same in other words. Those whose original is left to the usual way are too."""
    for line in (FOLDER / "reworded.tsv").read_text("utf-8").splitlines():
        original, _, question = line.partition("\t")
        if (pair := pair_of(question, read(original), "reworded")) is not None:
            yield pair


@cache
def questions_asked() -> tuple[str, ...]:
    return tuple((FOLDER / "asked.txt").read_text("utf-8").splitlines())


# ------------------------------------------------------------------------------------------------- new ones of old ones


@dataclass(frozen=True)
class Spread:
    """A question in its parts. parts: rule, start and end of each; words: terminal, start and end."""

    text: str
    parts: tuple[tuple[str, int, int], ...]
    words: tuple[tuple[str, int, int], ...]


def spread(question: str) -> Spread | None:
    """None where the grammar does not read it."""
    found = tokens_of(question, CLASSES, DURATION_S)
    if found is None or read(question) is None:
        return None
    parts = []
    for tree in parse(tidied(found)).iter_subtrees():
        rule = str(tree.data) if isinstance(tree.data, Token) else rules_by_alias().get(tree.data, "")
        places = list(_places(tree))
        if rule in PARTS and places:
            parts.append((rule, min(start for start, _ in places), max(end for _, end in places)))
    words = tuple((word.kind, word.start, word.end) for word in found if word.start < word.end)
    return Spread(plain_text(question), tuple(parts), words)


def _places(tree: Tree) -> Iterator[tuple[int, int]]:
    for token in tree.scan_values(lambda value: isinstance(value, Token)):
        if token.start_pos < token.end_pos:
            yield token.start_pos, token.end_pos


def recombined(rng: Random) -> Iterator[Pair]:
    """New questions without end, each different."""
    spreads = [one for one in map(spread, questions_asked()) if one is not None]
    said = defaultdict(set)
    for one in spreads:
        for kind, start, end in (*one.parts, *one.words):  # rules are in small letters, terminals in capitals
            said[kind].add(one.text[start:end])
    bank = {kind: sorted(texts) for kind, texts in said.items()}
    made: set[str] = set()
    while True:
        text = rng.choice(spreads)
        question = _changed(text, bank, rng)
        if question is None or question in made:
            continue
        made.add(question)
        query = read(question)
        if query is not None and (pair := pair_of(question, query, "recombined")) is not None:
            yield pair


def _changed(one: Spread, bank: dict[str, list[str]], rng: Random) -> str | None:
    parts = [part for part in one.parts if part[2] - part[1] < len(one.text)]
    spots = one.words if rng.random() < WORDS_CHANGED else parts
    if not spots:
        return None
    text, most = one.text, 1 if rng.random() < 0.5 else 3
    before = len(text)
    for rule, start, end in sorted(rng.sample(list(spots), min(most, len(spots))), key=lambda spot: -spot[1]):
        if end > before:  # within what was changed already
            continue
        text, before = text[:start] + rng.choice(bank[rule]) + text[end:], start
    return text


def main(argv: Sequence[str] | None = None) -> int:
    """Write pairs as JSON lines."""
    parser = argparse.ArgumentParser(prog="python -m data.query_pool", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=20_000, help="how many recombined ones (default 20,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    args = parser.parse_args(argv)
    pairs = [*asked(), *reworded()]
    print(f"{len(pairs)} pairs of people", file=sys.stderr)
    source = recombined(Random(args.seed))
    for _ in tqdm(range(args.n), desc="recombined"):
        pairs.append(next(source))
    text = "".join(json.dumps(asdict(pair)) + "\n" for pair in pairs)
    write_aside(args.out, lambda path: path.write_text(text))
    return 0


def read_pool(path: Path) -> list[Pair]:
    """What `main` wrote."""
    rows = map(json.loads, path.read_text().splitlines())
    return [Pair(r["text"], tuple(map(tuple, r["slots"])), tuple(r["words"]), r["source"]) for r in rows]


if __name__ == "__main__":
    sys.exit(run_cli(main))
