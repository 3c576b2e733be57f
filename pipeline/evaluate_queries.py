"""How right composed questions are, and how sure: `python -m pipeline.evaluate_queries --noise real`.

Fixed wordings about the things of simulated clips, which the grammar of `pipeline.queries` reads. The truth is the same
question worked out on the true tracks: what is measured is what noise does to the answers, and how far the confidence
can be trusted, not the reading.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from tqdm import tqdm

from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import ClipView
from pipeline.answerer import Answerer
from pipeline.comparing.confidence import same_value
from pipeline.errors import run_cli
from pipeline.evaluate_compared import asked_of, print_table
from pipeline.queries.answering import composed_answer
from pipeline.queries.measures import found
from pipeline.queries.reading import read_query
from pipeline.scoring.metrics import calibration_error

WORDINGS = (
    "How many {xs} come in while a {y} is there?",
    "How many {xs} come in from the left and leave on the right?",
    "When the first {x} turned up, how many {ys} were in view?",
    "Of the {xs} that were there at {t}, how many were still there at {u}?",
    "How many {xs} stayed for less than ten seconds?",
    "Between the arrival of the first {x} and the departure of the first {y}, how many {zs} arrived?",
    "How many of the {xs} were in view together with a {y}?",
    "How many {xs} came back after having been away?",
    "Is it true that every {x} came in from the left?",
    "Did all the {xs} go the same way?",
    "Did any of the {xs} stay longer than the first {y}?",
    "At what time did the {x} with the shortest visit arrive?",
    "What's the median length of a {x}'s visit?",
    "For how many seconds in total were two or more {xs} visible at once?",
    "In how many separate spells were {xs} on screen?",
    "How long are a {x} and a {y} visible together?",
    "What was the longest wait between one {x} turning up and the next?",
    "By how many do left-going {xs} outnumber right-going {xs}?",
    "What fraction of the {xs} had left before the first {y} came along?",
    "Which came first after {t}, the {x} or the {y}?",
    "Do more {xs} go to the left or to the right?",
    "Leaving aside the {xs}, what stayed in view the longest?",
    "What is the first thing to come in after the first {x} has left?",
    "On average, how many {xs} are visible while a {y} is there?",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print per wording: how many right, and how sure."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_queries", description=__doc__.splitlines()[0])
    parser.add_argument("--noise", default="real", choices=("none", "easy", "real", "hard", "draw"))
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--seed", type=int, default=90_001)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args(argv)
    answerer = Answerer.load(threads=args.threads or None)
    settings = SampleSettings(
        noise=args.noise, clean_share=0.0, split="held_out", questions=1, max_rows=20_000,
        lengths=(Lengths(0, (20.0, 120.0), (20.0, 120.0), 0.0),),
    )  # fmt: skip
    rows: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    with torch.inference_mode():
        for number in tqdm(range(args.clips), desc="clips", leave=False):
            sample = make_sample(args.seed, number, settings)
            memory, view = answerer.read(sample.seen), ClipView.of(sample.clean)
            rng = np.random.default_rng((args.seed, number))
            texts = list(asked_of(view, sample.clean.duration_s, rng, WORDINGS))
            for text, wording in zip(texts, WORDINGS, strict=bool(texts)):
                query = read_query(text, sample.seen.class_names, sample.seen.duration_s)
                truth = None if query is None else found(query, view)
                if truth is None:
                    continue
                said = composed_answer(text, query, memory, answerer.confidence)
                right = said is not None and same_value(said.value, truth.value)
                rows[wording].append((right, 0.0 if said is None else said.confidence))
    print_table(rows, ("right", "sure"))
    right, sure = np.array([one for ones in rows.values() for one in ones]).T
    print(f"ECE {calibration_error(sure, right > 0):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
