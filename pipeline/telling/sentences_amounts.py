"""English sentences about amounts: how many, most and fewest, at least, exactly, at most, means (of
`pipeline.telling.sentences`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from data.meaning import NEVER
from pipeline.telling.english import a_thing, at_clock, counted, length_words, many, mean_words, no_thing, number, one
from pipeline.telling.sentence_parts import Asked, begin_of, objects_in, peak_of


def count_words(asked: Asked, value: Any) -> str:
    n, x, seen = int(value), asked.q.x, asked.of(asked.q.x)
    if n == 0:
        return asked.never(no_thing(x), "ever appears", "is visible")
    who = counted(n, x) + asked.which(x, seen) * (n == 1)
    if asked.limit:
        return asked.lead(f"{who} {'is' if n == 1 else 'are'} visible{asked.first(begin_of(seen)) * (n == 1)}")
    first = asked.first(begin_of(seen), "the first " * (n > 1))
    return f"{who} {'appears' if n == 1 else 'appear'}{first}"


def _max_at_once(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        return asked.invisible()
    if n == 1:
        return asked.lead(f"at most one {one(x)} is visible at a time")
    most, best_s = peak_of(asked.of(x))
    return asked.lead(f"at most {counted(n, x)} are visible at once{asked.first(best_s if most == n else None)}")


def _at_least(asked: Asked, value: Any) -> str:
    n = objects_in(asked.of(asked.q.x))
    if bool(value) != (n >= _wanted(asked)):  # the evidence says something else
        return _only_enough(asked, value)
    if value or not n or not asked.limit:
        return f"{'yes' if value else 'no'}, {'only ' * (not value and n > 0)}{count_words(asked, n)}"
    return f"no, {asked.limit} only {counted(n, asked.q.x)} {'is' if n == 1 else 'are'} visible"


def _at_least_at_once(asked: Asked, value: Any) -> str:
    most, best_s = peak_of(asked.of(asked.q.x))
    if bool(value) != (most >= _wanted(asked)):
        return _only_enough(asked, value)
    if not value:
        return f"no, {_max_at_once(asked, most)}"
    if most == 1:
        return f"yes, {asked.lead(f'one {one(asked.q.x)} is visible{asked.first(best_s)}')}"
    return f"yes, {asked.lead(f'{counted(most, asked.q.x)} are visible at once{asked.first(best_s)}')}"


def _only_enough(asked: Asked, value: Any) -> str:
    """Enough, or not, where the evidence does not tell the number."""
    enough = f"{'at least' if value else 'fewer than'} {number(_wanted(asked))}"
    return f"{'yes' if value else 'no'}, {asked.lead(enough)}"


def _wanted(asked: Asked) -> int:
    return 1 if asked.q.nth is None else int(asked.q.nth)


def _at_most(asked: Asked, value: Any) -> str:
    n = objects_in(asked.of(asked.q.x))
    if bool(value) != (n <= _wanted(asked)):
        return _only_few(asked, value)
    return f"{'yes' if value else 'no'}, {'only ' * (bool(value) and n > 0)}{count_words(asked, n)}"


def _at_most_at_once(asked: Asked, value: Any) -> str:
    most, _ = peak_of(asked.of(asked.q.x))
    if bool(value) != (most <= _wanted(asked)):
        return _only_few(asked, value)
    return f"{'yes' if value else 'no'}, {_max_at_once(asked, most)}"


def _only_few(asked: Asked, value: Any) -> str:
    few = f"{'no more' if value else 'more'} than {number(_wanted(asked))}"
    return f"{'yes' if value else 'no'}, {asked.lead(few)}"


def _exactly(asked: Asked, value: Any) -> str:
    n = objects_in(asked.of(asked.q.x))
    if bool(value) != (n == _wanted(asked)):
        just = f"{'exactly' if value else 'not exactly'} {number(_wanted(asked))}"
        return f"{'yes' if value else 'no'}, {asked.lead(just)}"
    return f"{'yes' if value else 'no'}, {'exactly ' * bool(value)}{count_words(asked, n)}"


def _exactly_at_once(asked: Asked, value: Any) -> str:
    n, x = _wanted(asked), asked.q.x
    most, best_s = peak_of(asked.of(x))
    if value:
        when = f", first {at_clock(best_s)}" if most == n and not asked.limit else ""
        return f"yes, {asked.lead(f'there is a time when exactly {counted(n, x)} {_are(n)} visible{when}')}"
    never = f"at no time {_are(n)} exactly {counted(n, x)} visible"
    return f"no, {asked.lead(never)}" + f"; at most {number(most)} at once" * (0 < most < n)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _when_number(words: str) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        n, x = _wanted(asked), asked.q.x
        if value == NEVER:
            return asked.lead(f"at no time {_are(n)} {words} {counted(n, x)} visible")
        return asked.lead(
            f"the longest time in which {words} {counted(n, x)} {_are(n)} visible begins {at_clock(float(value))}"
        )

    return write


def _always(asked: Asked, value: Any) -> str:
    n, x = _wanted(asked), asked.q.x
    what = a_thing(x) if n == 1 else f"at least {counted(n, x)}"
    if value:
        return f"yes, {asked.lead(f'{what} {_are(n)} visible all the time')}"
    if not asked.pieces:
        return f"no, {asked.invisible()}"
    return f"no, {asked.lead(f'not all the time {_are(n)} {what} visible')}"


def _ever_at_most(asked: Asked, value: Any) -> str:
    n, x = _wanted(asked), asked.q.x
    fewest = objects_in(asked.of(x))
    if not value:
        return f"no, {asked.lead(f'never fewer than {counted(n + 1, x)} {_are(n + 1)} visible')}"
    if fewest == 0:
        return f"yes, {asked.lead(f'at some moments {no_thing(x)} is visible')}"
    return f"yes, {asked.lead(f'at some moments only {counted(fewest, x)} {_are(fewest)} visible')}"


def _duration(words: str) -> Callable[[Asked, Any], str]:
    """words: "at least", "exactly"."""

    def write(asked: Asked, value: Any) -> str:
        n, x = _wanted(asked), asked.q.x
        if not value:
            return asked.lead(f"at no time {_are(n)} {words} {counted(n, x)} visible")
        return asked.lead(f"{words} {counted(n, x)} {_are(n)} visible for {length_words(float(value))} in all")

    return write


def _mean_at_once(asked: Asked, value: Any) -> str:
    mean = float(value)
    if not mean:
        return asked.invisible()
    return asked.lead(f"on average, {mean_words(mean)} {many(asked.q.x)} are visible")


def _mean_stay(asked: Asked, value: Any) -> str:
    if not value:
        return asked.invisible()
    x, n = asked.q.x, objects_in(asked.of(asked.q.x))
    if n == 1:
        return asked.lead(f"the only {one(x)} is visible for {length_words(float(value))}")
    return asked.lead(f"{a_thing(x)} is visible for {length_words(float(value))} on average ({counted(n, x)})")


def _when_most(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if value == NEVER:
        return asked.invisible()
    at_s = float(value)
    n = objects_in([e for e in asked.of(x) if e.start_s <= at_s + 1e-6 and at_s <= e.end_s + 1e-6])
    if n == 1:
        return asked.lead(f"at most one {one(x)} is visible at a time, first {at_clock(at_s)}")
    return asked.lead(
        f"the most {many(x)} are visible at once {at_clock(at_s)}" + (f" ({number(n)} of them)" if n else "")
    )


def _min_at_once(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        return asked.lead(f"at some moments {no_thing(x)} is visible")
    return asked.lead(f"never fewer than {counted(n, x)} {'is' if n == 1 else 'are'} visible at once")


def _when_fewest(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if value == NEVER:  # a stretch in which there was no look at the clip
        return asked.invisible()
    at_s = float(value)
    n = objects_in([e for e in asked.of(x) if e.start_s <= at_s + 1e-6 and at_s <= e.end_s + 1e-6])
    if n == 0:
        return asked.lead(f"the longest time in which {no_thing(x)} is visible begins {at_clock(at_s)}")
    return asked.lead(f"the fewest {many(x)} are visible {at_clock(at_s)} ({number(n)} of them)")


SENTENCES: Mapping[str, Callable[[Asked, Any], str]] = {
    "count": count_words, "count_between": count_words, "max_at_once": _max_at_once, "when_most": _when_most,
    "min_at_once": _min_at_once, "when_fewest": _when_fewest, "at_least": _at_least,
    "at_least_at_once": _at_least_at_once, "at_most": _at_most, "at_most_at_once": _at_most_at_once,
    "exactly": _exactly, "exactly_at_once": _exactly_at_once, "when_number": _when_number("exactly"),
    "when_at_least": _when_number("at least"), "when_at_most": _when_number("at most"),
    "mean_at_once": _mean_at_once, "mean_stay": _mean_stay,
    "always": _always, "ever_at_most": _ever_at_most, "duration_at_least": _duration("at least"),
    "duration_exactly": _duration("exactly"),
}  # fmt: skip
