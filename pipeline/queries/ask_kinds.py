"""Rules of questions for kinds: "which kinds never appear before 0:30?", "which class stays longest on average?"."""

from __future__ import annotations

import re
from dataclasses import replace

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    MOMENTS,
    Ask,
    Unfit,
    either,
    happening,
    kinds_in,
    of_those,
    only,
    own_stretch,
    passing,
    seen_in,
    terms_in,
    tests_in,
    unfit,
    when_so,
    word_in,
    yet_to_call,
)

_ANY = q.Who(THING)
_ONE = re.compile(r"\b(?:kind|type|sort|class|category)\b")
"""A single kind is asked for."""


def _beside(tests: tuple[q.Test, ...]) -> list[str]:
    """The things beside which others are asked for: "what is there while a train is", "with the bus"."""
    tests = tuple(test.test if isinstance(test, q.Not) else test for test in tests)
    whiles = [test.when for test in tests if isinstance(test, q.There | q.Comes | q.Goes)]
    held = [when.condition for when in whiles if isinstance(when, q.While)]
    terms = [one.who.term for one in held if isinstance(one, q.Number) and one.n]
    terms += [test.who.term for test in tests if isinstance(test, q.With)]
    return [term for term in terms if term != THING]


def _any_but(parts: list) -> q.Who:
    """Anything, less what a "but" among parts leaves out."""
    buts = yet_to_call(parts)
    return buts[0](_ANY) if buts else _ANY


class AskKinds:
    """Methods by the names of rules."""

    def kinds_that(self, parts: list) -> Ask:
        who, tests = next(iter(only(parts, q.Who)), _ANY), tests_in(parts)
        one = _ONE.search(str(word_in(parts, "KINDW"))) is not None

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            some = passing(of_those(who, among), tests, when)
            some = replace(some, but=(*some.but, *_beside(some.tests)))  # what is there while a train is: other things
            last = some.tests[-1] if some.tests else None
            if isinstance(last, q.Not) and len(some.tests) == len(who.tests) + 1:
                return q.Kinds(q.Who(some.term, (*who.tests, last.test), some.but), none=True, one=one)
            if last is None or any(isinstance(test, q.Not) for test in some.tests):
                raise Unfit("kinds of which none, or some, do not?")
            return q.Kinds(some, one=one)

        return asked

    def kinds_but(self, parts: list) -> Ask:
        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            who = of_those(_any_but(parts), among)
            if not who.but:
                raise Unfit("a plain question")
            return q.Kinds(seen_in(who, when))

        return asked

    def next_of_all(self, parts: list) -> Ask:
        comes, own = "VCOME" in kinds_in(parts), own_stretch(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            limit = either(own, when)
            if limit is None or among is not None:
                raise Unfit("next after what?")
            test = q.Comes(limit) if comes else q.Goes(limit)
            return q.What(q.Who(THING, (test,), pick=1, order="appears" if comes else "leaves"))

        return asked

    def right_after(self, parts: list) -> Ask:
        change = "appears" if "VCOME" in kinds_in(parts) else "leaves"
        named = only(parts, q.Who)
        moment = happening(named[0], change) if named else when_so(only(parts, MOMENTS)[0], change)
        after = q.Between(moment, None, open=True)
        test = q.Comes(after) if change == "appears" else q.Goes(after)
        order = "appears" if change == "appears" else "leaves"
        one = q.Who(THING, (test,), pick=1, order=order)
        return lambda when, among: q.What(one) if when is None and among is None else unfit()

    def kinds_in_order(self, parts: list) -> Ask:
        if not kinds_in(parts) & {"VLEAVE", "LEFT"}:
            raise Unfit("a plain question")
        return lambda when, among: q.Kinds(replace(_ANY, order="leaves")) if when is None and among is None else unfit()

    def nth_kind(self, parts: list) -> Ask:
        nth = int(next(part for part in parts if part.type in ("ORDINAL", "LAST")).value)
        return lambda when, among: (
            q.Kinds(seen_in(of_those(replace(_ANY, pick=nth), among), when), one=True)
            if among is None or not among.tests
            else unfit()
        )

    def kinds_there(self, parts: list) -> Ask:
        when, who = own_stretch(parts), q.Who("person") if word_in(parts, "WHICH").startswith("who") else _ANY
        return lambda more, among: q.Kinds(seen_in(of_those(who, among), when)) if more is None else unfit()

    def kind_by_stay(self, parts: list) -> Ask:
        kinds = kinds_in(parts)
        how = "mean" if kinds & {"MEAN", "AVERAGED"} else "median" if "MEDIAN" in kinds else None
        if how is None and not kinds & {"TOTAL", "HOWLONG"}:  # how long: "the total time"
            raise Unfit("a plain question")
        far = "most" if "LONGEST" in kinds else "fewest"
        amount = q.Stay(_ANY, how) if how else q.Time(q.Number(_ANY, "least", 1))
        return lambda when, among: q.KindBy(amount, far) if when is None and among is None else unfit()

    def kind_by_number(self, parts: list) -> Ask:
        own, tests = own_stretch(parts), tests_in(parts)
        far = "fewest" if kinds_in(parts) & {"FEWEST", "RAREST"} else "most"
        if any(term != THING for term in terms_in(parts)):
            raise Unfit("the kind that has most of another")
        any_of = _any_but(parts)
        return lambda when, among: q.KindBy(q.Count(passing(of_those(any_of, among), tests, either(own, when))), far)

    def kinds_numbered(self, parts: list) -> Ask:
        number = only(parts, q.Number)[0]
        if number.who != _ANY:
            raise Unfit("kinds of which there are so many others")
        return lambda when, among: (
            q.KindsOf(number.who, number.relation, number.n) if when is None and among is None else unfit()
        )
