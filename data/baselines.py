"""`python -m data.baselines`: what no learning achieves on the simulated world, per family.

Blind: a guesser that sees the question only (the better of the best constant and naive Bayes on the words). Symbolic:
the question's own program on clean tracks (exactly right), and on what a detector and a tracker make of them. This is
what a trained answerer has to beat.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence

from tqdm import tqdm

from data.blind import blind_accuracy
from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import ClipView, judge
from data.questions import AskedQuestion
from data.symbolic import answer
from pipeline.errors import run_cli


def measure(seed: int, clips: int, settings: SampleSettings) -> dict[str, tuple[int, float, float, float]]:
    """Family → (questions, blind, symbolic on clean, symbolic on noisy); shares of right answers, "all" included."""
    asked: list[AskedQuestion] = []
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for number in tqdm(range(clips), desc="clips", leave=False):
        sample = make_sample(seed, number, settings)
        clean, seen = ClipView.of(sample.clean), ClipView.of(sample.seen)
        for one in sample.questions:
            asked.append(one)
            right[one.family].append(
                tuple(judge(answer(one.question, v)[0], one.truth, sample.clean.step_s) for v in (clean, seen))
            )
    blind = blind_accuracy(asked)
    out = {
        family: (len(pairs), max(blind[family][1:]), *(sum(p) / len(pairs) for p in zip(*pairs, strict=True)))
        for family, pairs in sorted(right.items())
    }
    everything = [pair for pairs in right.values() for pair in pairs]
    guessed = sum(max(blind[family][1:]) * n for family, (n, *_) in out.items()) / len(everything)
    out["all"] = (len(everything), guessed, *(sum(p) / len(everything) for p in zip(*everything, strict=True)))
    return out


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m data.baselines", description=__doc__)
    parser.add_argument("--clips", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--noise", default="real", choices=("easy", "real", "hard", "draw"))
    parser.add_argument("--split", default="train", choices=("train", "held_out"))
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 120.0), help="shortest and longest clip")
    args = parser.parse_args(arguments)
    lengths = (Lengths(0, tuple(args.seconds), tuple(args.seconds), 0.0),)
    settings = SampleSettings(noise=args.noise, clean_share=0.0, split=args.split, lengths=lengths)
    print(f"{'family':<18}{'questions':>10}{'blind':>8}{'clean':>8}{args.noise:>8}")
    for family, (n, *shares) in measure(args.seed, args.clips, settings).items():
        print(f"{family:<18}{n:>10}" + "".join(f"{share:>8.3f}" for share in shares))


if __name__ == "__main__":
    raise SystemExit(run_cli(main))
