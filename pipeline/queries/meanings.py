"""What the rules of the grammar share: parts of them by kind, tests that a stretch may limit, and who is meant.

A *test* here still waits for the stretch that stands in front of its question ("in the first minute, how many …").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lark import Token

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.told import Teller

Ask = Callable[[q.Stretch | None, q.Who | None], q.Query]
"""A question that still waits for the stretch in front of it, and for those whom it is about."""
Test = Callable[[q.Stretch | None], q.Test]


class Unfit(ValueError):
    """What the grammar allows and the algebra cannot say."""


STATS = frozenset(("mean", "median", "longest", "shortest", "total"))
CONDITIONS = (q.Number, q.Both, q.Away, q.Outnumbers)
MOMENTS = (q.At, q.Edge, q.Happens, q.Shifted, q.Begins)
STRETCHES = (q.Between, q.Then, q.While)


NEXT = -1
"""Instead of a number that is said: the first after something, which is still to be named."""


class Side:
    """Of the picture. side: is it called a side?"""

    def __init__(self, name: str, side: bool = False) -> None:
        self.name, self.side = name, side


class Options(list):
    """Things to choose from."""


class Terms(tuple):
    """Kinds of thing that are named one after another."""


class BothTests(tuple):
    """Two tests in one."""

    def __new__(cls, *tests: q.Test):
        return super().__new__(cls, tests)


def only_first(parts: list) -> None:
    """Unfit for "which came second?"."""
    if any(isinstance(part, Token) and part.type == "ORDINAL" and part.value != 1 for part in parts):
        raise Unfit("which of two is not the second")


def in_time(parts: list) -> None:
    """Unfit where "longer than" is no length of time, or "over" a place."""
    words = [part for part in parts if isinstance(part, Token)]
    stays = any(word.type in ("VSTAY", "SEEN", "BEAT") for word in words)
    if not stays or any(word.type == "MORETHAN" and "long" not in word and "more" not in word for word in words):
        raise Unfit("longer in time, or in space?")


def unfit() -> Any:
    raise Unfit("no such stretch")


def only(parts: list, kinds: Any) -> list:
    return [part for part in parts if isinstance(part, kinds) and not isinstance(part, Token)]


def yet_to_call(parts: list) -> list[Callable]:
    """The meanings among parts that still wait for whom or when they are about."""
    return [part for part in parts if callable(part)]


def ordered(when: q.Between) -> q.Between:
    """The same; Unfit where it ends before it begins."""
    if isinstance(when.start, q.At) and isinstance(when.end, q.At) and when.start.seconds > when.end.seconds:
        raise Unfit("before one time and after a later one")
    return when


def is_literal(when: q.Between) -> bool:
    """Do both its ends stand in the question as times?"""
    return all(end is None or isinstance(end, q.At | q.Edge) for end in (when.start, when.end))


def takes_verb(moment: Any) -> bool:
    """Does a moment wait for the verb that it limits: "before the bus did", "before the bus"?"""
    return isinstance(moment, q.Happens) and moment.change in ("same", "named")


def when_so(moment: q.Moment | None, change: q.Change) -> q.Moment | None:
    """The moment, with the verb that it waits for."""
    return happening(moment.who, change) if takes_verb(moment) else moment


def as_verb(when: q.Stretch | None, change: q.Change) -> q.Stretch | None:
    """The stretch, with the verb that its moments wait for."""
    if isinstance(when, q.Between):
        return replace(when, start=when_so(when.start, change), end=when_so(when.end, change))
    return q.Then(when_so(when.moment, change)) if isinstance(when, q.Then) else when


def own_stretch(parts: list) -> q.Stretch | None:
    return next(iter(only(parts, STRETCHES)), None)


def kinds_in(parts: list) -> set[str]:
    """Terminals of the words among parts."""
    return {part.type for part in parts if isinstance(part, Token)}


def word_in(parts: list, kind: str) -> Token:
    """The first word of a kind."""
    return next(part for part in parts if isinstance(part, Token) and part.type == kind)


def terms_in(parts: list) -> list[str]:
    """The things that words among parts name."""
    return [str(part.value) for part in parts if isinstance(part, Token) and part.type == "CLASS"]


def nobody_in(parts: list) -> q.Who:
    """Whom "nobody", or what "nothing", among parts says that there are none of."""
    return q.Who(THING if "nothing" in word_in(parts, "NOONE") else "person")


def none_of(who: q.Who) -> q.Compare:
    """Are there none?"""
    return q.Compare(q.Count(who), "exactly", q.Length(0.0))


def length_in(parts: list) -> float:
    return float(word_in(parts, "LENGTH").value)


def tests_in(parts: list) -> list[Test]:
    return [test for part in parts if isinstance(part, list) and not isinstance(part, Options) for test in part]


def either(own: q.Stretch | None, front: q.Stretch | None) -> q.Stretch | None:
    if own is not None and front is not None:
        raise Unfit("two stretches")
    return own if own is not None else front


class Timed:
    """A test that a stretch may limit."""

    def __init__(
        self,
        own: q.Stretch | None,
        make: Callable[[q.Stretch | None], q.Test],
        told: Callable[[q.Stretch | None], q.Test] | None = None,
    ) -> None:
        """told: the same where it tells whom is meant ("the cars that appeared in the second half")."""
        self.own, self.make, self.told = own, make, told or make

    def __call__(self, when: q.Stretch | None) -> q.Test:
        return self.make(either(self.own, when))


class WayThen:
    """A way in a stretch, which is no test: which way that is, is of the whole clip."""

    def __init__(self, own: q.Stretch, word: str) -> None:
        self.own, self.word = own, word

    def __call__(self, when: q.Stretch | None) -> q.Test:
        raise Unfit("which way in a stretch")


def timed(
    parts: list,
    make: Callable[[q.Stretch | None, str | None], q.Test],
    told: Callable[[q.Stretch | None, str | None], q.Test] | None = None,
) -> Test:
    """told: as of `Timed`."""
    sides = only(parts, Side)
    side = sides[0].name if sides else None
    return Timed(own_stretch(parts), lambda when: make(when, side), told and (lambda when: told(when, side)))


def untimed(test: q.Test) -> Test:
    return lambda when: test


def being_there(when: q.Stretch | None) -> Test:
    if when is None:
        return Timed(None, lambda more: q.There(more or q.Between(None, None)))
    return Timed(when, q.There)


def _sharing(tests: list[Test]) -> list[Test]:
    """The same; of "came and left in the first minute" both verbs are limited."""
    out: list[Test] = []
    for test in reversed(tests):
        after = out[-1] if out else None
        bare = isinstance(test, Timed) and test.own is None and test.make(None) in (q.Comes(), q.Goes())
        verbs = bare and isinstance(after, Timed) and isinstance(after.make(None), q.Comes | q.Goes | q.Returns)
        out.append(Timed(after.own, test.make) if verbs else test)
    return out[::-1]


def passing(who: q.Who, tests: list[Test], when: q.Stretch | None) -> q.Who:
    """Those who pass tests, too; a stretch that stands in front limits every coming, going and returning, else the
    first test that takes one, else their being there."""
    out: list[q.Test] = []
    left = when
    if any(isinstance(one, Timed) and isinstance(one.make(None), q.Goes) for one in tests):
        tests = [Timed(one.own, one.told) if isinstance(one, Timed) else one for one in tests]  # came then, and went
    for test in _sharing(tests):
        verb = isinstance(test, Timed) and isinstance(test.make(None), q.Comes | q.Goes | q.Returns)
        limit = when if verb else left if isinstance(test, Timed) else None
        if limit is not None and test.own is not None:  # it is limited twice
            out.append(test.make(limit))
        made = test(None if limit is None or test.own is not None else limit)
        left = None if limit is not None else left
        out += list(made) if isinstance(made, BothTests) else [made]
    if left is not None:
        out.append(q.There(left))
    out = [test for test in out if test != q.There(q.Between(None, None))]  # everything is there at some time
    if q.Comes() in who.tests:  # "new cars in the first minute": those that come then
        who = replace(who, tests=tuple(test for test in who.tests if test != q.Comes()))
        out = [q.Comes(test.when) if isinstance(test, q.There) else test for test in out]
    everywhere = q.There(q.Between(None, None), throughout=True)
    others = [test for test in out if isinstance(test, q.There) and test != everywhere]
    if everywhere in out and others:  # "throughout the first half"
        out = [replace(test, throughout=True) if test in others else test for test in out if test != everywhere]
    if any(isinstance(test, q.Returns) for test in out):  # who goes and comes back has not gone for good
        gone = next((test.when for test in out if isinstance(test, q.Goes) and test.when is not None), None)
        out = [
            replace(test, gone=gone) if isinstance(test, q.Returns) and test.when is None else test
            for test in out
            if not isinstance(test, q.Goes) or test.side is not None or (test.when is not None and test.when != gone)
        ]
    if who.pick is not None and out:
        raise Unfit("some of one")
    return no_return(replace(who, tests=(*who.tests, *out)))


def no_return(who: q.Who) -> q.Who:
    """The same; Unfit where they come after they have gone, which is to return."""
    for test in who.tests:
        start = test.when.start if isinstance(test, q.Comes) and isinstance(test.when, q.Between) else None
        if isinstance(start, q.Happens) and start.change == "leaves" and start.who == q.Who(who.term):
            raise Unfit("to come after having gone is to return")
    return who


def is_one(who: q.Who, tests: list[Test], when: q.Stretch | None) -> q.Query:
    """Is there one that passes tests? Of a certain one: does it pass them?"""
    return q.Exist(passing(who, tests, when)) if who.pick is None else do_all(who, tests, when)


def do_all(who: q.Who, tests: list[Test], when: q.Stretch | None) -> q.Every:
    """Do all of them pass tests?"""
    limits = passing(q.Who(who.term), tests, when).tests
    if not limits:
        raise Unfit("they do what?")
    return q.Every(who, limits[0] if len(limits) == 1 else q.AllOf(limits))


def seen_in(who: q.Who, when: q.Stretch | None) -> q.Who:
    return who if when is None else replace(who, tests=(*who.tests, q.There(when)))


def of_those(who: q.Who, base: q.Who | None) -> q.Who:
    """`who` as one, or some, of others that were named before."""
    if base is None:
        return who
    if not who.term:
        base = replace(base, tests=(*base.tests, *who.tests))
        return base if who.pick is None else replace(base, pick=who.pick, order=who.order)
    if not base.term:  # "those who …, how many people"
        base = replace(base, term=who.term)
    if base.but:
        return replace(who, but=(*who.but, *base.but))
    if base.term != who.term or base.pick is not None:
        raise Unfit("some of others")
    return replace(who, tests=(*base.tests, *who.tests))


def ask_alone(ask: Ask, when: q.Stretch | None) -> q.Query | None:
    """What is asked, if it is asked of nobody in particular; None where that makes no sense."""
    try:
        return ask(when, None)
    except Unfit:
        return None


def settled(part: Any) -> Any:
    """A query in which what is only named, and limits no verb, appears."""
    if isinstance(part, q.Happens) and part.change == "named":
        part = replace(part, change="appears")
    return q.rebuilt(part, settled)


def asked_of(ask: Ask, when: q.Stretch | None, who: q.Who) -> q.Query:
    """What is asked of some; Unfit where the question has no place for what tells them from others."""
    query = ask(when, who)
    parts = list(q.parts_of(query))
    plain = (q.Comes(), q.Goes(), q.There(q.Between(None, None)))
    if any(test not in parts for test in who.tests if test not in plain):
        raise Unfit("some of whom?")
    return query


def with_those(part: Any, who: q.Who) -> Any:
    """A query with `who` where nobody is named: "while they were away"."""
    if isinstance(part, q.Who) and not part.term:
        return of_those(part, who)
    return q.rebuilt(part, lambda each: with_those(each, who))


def limited(who: q.Who, word: Token) -> q.Who:
    picks = ("ORDINAL", "LAST", "LONGEST", "SHORTEST", "NEXT", "OTHER")
    if word.type in picks and (who.pick is not None or (who.said or 0) > 1):
        raise Unfit("which of them?")
    if word.type == "NUMBER" and who.pick is not None and word.value != 1:
        raise Unfit("the first two")
    match word.type:
        case "CLASS":
            return replace(who, term=str(word.value))
        case "ORDINAL" | "LAST":
            return replace(who, pick=int(word.value))
        case "NEXT" | "OTHER":
            return replace(who, pick=1, said=NEXT)
        case "NEW":
            return replace(who, tests=(*who.tests, q.Comes()))
        case "NUMBER":
            return replace(who, said=int(word.value))
        case "LONGEST" | "SHORTEST":
            return replace(who, pick=word.type.lower())
        case "DIRADJ":
            way = re.match(r"left|right|up|down", str(word.value))[0]
            return replace(who, tests=(*who.tests, q.Heads(way)))
        case "STILLV":
            return replace(who, tests=(*who.tests, q.Heads("still")))
    return who


def after_that(who: q.Who, moment: q.Moment) -> q.Who:
    """The next one, after a moment."""
    after = q.Between(moment, None, open=True)
    limit = q.Goes(after) if who.order == "leaves" else q.Comes(after)
    return replace(who, said=None, tests=(*who.tests, limit)) if who.said == NEXT else who


def next_after(who: q.Who, moment: q.Moment) -> q.Who:
    """The first one of them after a moment, or the n-th that was said."""
    return after_that(replace(who, pick=who.pick or 1, said=NEXT), moment)


def happening(who: q.Who, change: q.Change) -> q.Happens:
    if change == "leaves" and who.pick == -1 and who.order == "appears":
        who = replace(who, pick=None)  # the last of them leaves: all are gone
    if change == "leaves" and who.said == NEXT:
        who = replace(who, order="leaves")  # the next one to leave
    return q.Happens(who, change)


def stay_of(who: q.Who, how: str | None = None) -> q.Amount:
    """How long one is there; of several, how long any of them is."""
    if how is not None:
        return q.Stay(who, how)
    if who.pick is not None:
        return q.Stay(who)
    if who.tests:
        return q.Stay(who, "mean") if who.said is None else q.Stay(who)
    return q.Time(q.Number(who, "least", 1))


def name_of(who: q.Who, among: Sequence[q.Who] = ()) -> str:
    """What an option is called: its class, or the way that it goes; by all its words where others are called so."""
    sides = [[t.side for t in one.tests if isinstance(t, q.Comes | q.Goes) and t.side] for one in among]
    if len(among) > 1 and all(len(one) == 1 for one in sides) and len({one[0] for one in sides}) == len(among):
        return sides[[one is who for one in among].index(True)][0]
    if len(among) > 1 and len({one.term for one in among}) < len(among):
        return Teller().who_words(who)
    words = [test.word for test in who.tests if isinstance(test, q.Heads)]
    return words[0] if words else who.term
