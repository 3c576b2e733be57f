"""A guesser that sees the question only: the best constant, and words that hint at an answer (naive Bayes)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

from data.asking.scene import EVERYDAY
from data.meaning import judge
from data.questions import AskedQuestion


def _guess_key(asked: AskedQuestion) -> str:
    """The answer as something that can be guessed without the clip: numbers, words, and times by what the words say."""
    value = asked.truth.value
    if asked.truth.kind not in ("time", "duration") or isinstance(value, str):
        return str(value)
    t0, t1 = asked.question.stretch or (0.0, 1e9)
    for name, guess in (("start", t0), ("end", t1), ("middle", (t0 + t1) / 2), ("length", t1 - t0)):
        if judge(guess, asked.truth, 0.5):
            return name
    return f"about {round(float(value))}"


def _said(asked: AskedQuestion) -> set[str]:
    words = re.findall(r"[a-z]+|\d+", asked.text.lower())
    q = asked.question
    usual = sum(term in EVERYDAY for term in (q.x, q.y))
    size = int(log(max(q.stretch[1] - q.stretch[0], 0.5), 2)) if q.stretch else None
    return {*words, f"long {len(words) // 4}", f"usual {usual}", f"stretch {size}"}


def blind_accuracy(asked: Iterable[AskedQuestion]) -> dict[str, tuple[int, float, float]]:
    """Family → (questions, share right for the best constant, for naive Bayes learned on every other question)."""
    by_family: dict[str, list[AskedQuestion]] = defaultdict(list)
    for one in asked:
        by_family[one.family].append(one)
    out = {}
    for family, ones in by_family.items():
        learn, test = ones[::2], ones[1::2]
        constant = max((sum(_guess_key(o) == key for o in ones) for key in {_guess_key(o) for o in ones}), default=0)
        out[family] = (len(ones), constant / len(ones), _bayes(learn, test))
    return out


def _bayes(learn: list[AskedQuestion], test: list[AskedQuestion]) -> float:
    prior, words = Counter(_guess_key(o) for o in learn), defaultdict(Counter)
    for o in learn:
        words[_guess_key(o)].update(_said(o))
    likely = [key for key, _ in prior.most_common(12)]
    seen = Counter(word for o in learn for word in _said(o))
    right = 0
    for o in test:
        said = [word for word in _said(o) if seen[word] > 15]
        score = {
            key: log(prior[key]) + sum(log((words[key][word] + 2.0) / (prior[key] + 4.0)) for word in said)
            for key in likely
        }
        right += bool(score) and max(score, key=score.get) == _guess_key(o)
    return right / max(len(test), 1)
