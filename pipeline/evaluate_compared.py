"""How sure comparisons are, and how right: `python -m pipeline.evaluate_compared --noise real`.

Fixed wordings about the things of simulated clips. The truth is what the comparison says of the true tracks, its parts
understood as they were: what is measured is how far the confidence can be trusted, not the reading.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from tqdm import tqdm

from data.clock import clock
from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import ClipView, run
from data.vocabulary import noun
from pipeline.answerer import Answerer
from pipeline.answers import Answer
from pipeline.comparing.confidence import as_judged, same_value
from pipeline.comparing.forms import comparison_in
from pipeline.comparing.two_parts import together_of
from pipeline.errors import run_cli
from pipeline.scoring.metrics import calibration_error

WORDINGS = (
    "Does the first {x} appear before or after {t}?",
    "How many more {xs} than {ys} are there?",
    "Are there as many {xs} as {ys}?",
    "How many {xs} and {ys} are there in total?",
    "Which shows up more often: the {x} or the {y}?",
    "In which order do the {x}, the {y} and the {z} appear?",
    "Are there two {xs} at {t}?",
    "Which kind of thing is the most common?",
    "On which side do most {xs} leave the picture?",
    "Which way do most {xs} go?",
    "How much later than the first {x} did the first {y} come?",
    "Is the {x} in view for more than half of the video?",
    "Was it busier in the first half or the second half?",
    "Were there more {xs} at {t} or at {u}?",
    "Was the second {x} there at {t}?",
    "Which was on screen for the shorter time: the {x} or the {y}?",
    "What is there the whole time?",
)


def asked_of(
    view: ClipView, duration_s: float, rng: np.random.Generator, wordings: Sequence[str] = WORDINGS
) -> Iterator[str]:
    """Every wording, about things that are there, at times of the clip."""
    there = sorted({view.class_names[c] for c in np.unique(view.class_id)})
    if len(there) < 3:
        return
    for wording in wordings:
        x, y, z = rng.choice(there, 3, replace=False).tolist()
        t, u = sorted(rng.uniform(0.1, 0.9, 2) * duration_s)
        words = {"x": noun(x).singular, "y": noun(y).singular, "z": noun(z).singular}
        many = {"xs": noun(x).plural, "ys": noun(y).plural, "zs": noun(z).plural}
        yield wording.format(**words, **many, t=clock(t), u=clock(u))


def true_answer(text: str, answers: Sequence[Answer], view: ClipView) -> Answer | None:
    """What a comparison says of the true tracks, its parts understood as `answers` were; None where it says nothing."""
    if (comparison := comparison_in(text)) is None:
        return None
    parts = [as_judged(one, run(one.understood, view)) for one in answers]
    return comparison.judge(together_of(text, parts), parts)


def print_table(rows: Mapping[str, Sequence[tuple[float, ...]]], columns: Sequence[str]) -> None:
    """The means of some figures per wording, and in all."""
    print(f"{'wording':<80}{'asked':>6}" + "".join(f"{name:>7}" for name in columns))
    every = [one for ones in rows.values() for one in ones]
    for wording, ones in [*rows.items(), ("all", every)]:
        print(f"{wording:<80}{len(ones):>6}" + "".join(f"{mean:>7.3f}" for mean in np.array(ones).T.mean(1)))


def main(argv: Sequence[str] | None = None) -> int:
    """Print per wording: how many right, how sure, and how sure the least sure part was."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.evaluate_compared", description=__doc__.splitlines()[0])
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
    rows: dict[str, list[tuple[bool, float, float]]] = defaultdict(list)
    with torch.inference_mode():
        for number in tqdm(range(args.clips), desc="clips", leave=False):
            sample = make_sample(args.seed, number, settings)
            memory, view = answerer.read(sample.seen), ClipView.of(sample.clean)
            rng = np.random.default_rng((args.seed, number))
            texts = list(asked_of(view, sample.clean.duration_s, rng))
            for text, wording in zip(texts, WORDINGS, strict=bool(texts)):
                parts = answerer.answer_parts(memory, text)
                if any(one.refused or one.understood is None for one in parts):
                    continue
                truth = true_answer(text, parts, view)
                said = answerer.answer(memory, [text])[0]
                if truth is None:
                    continue
                least = min(one.confidence for one in parts)
                rows[wording].append((same_value(said.value, truth.value), said.confidence, least))
    print_table(rows, ("right", "sure", "least"))
    right, sure, least = np.array([one for ones in rows.values() for one in ones]).T
    ece, before = calibration_error(sure, right > 0), calibration_error(least, right > 0)
    print(f"ECE {ece:.3f}; of the least sure part's confidence {before:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(run_cli(main))
