"""Rules of questions for which of some things, and which way they go."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    MOMENTS,
    Ask,
    Options,
    Side,
    Unfit,
    either,
    happening,
    kinds_in,
    name_of,
    of_those,
    only,
    only_first,
    own_stretch,
    passing,
    seen_in,
    stay_of,
    terms_in,
    tests_in,
    unfit,
    word_in,
)
from pipeline.queries.told import Teller


class AskWhich:
    """Methods by the names of rules."""

    # ----------------------------------------------------------------------------------------------------------- which

    def options(self, parts: list) -> list[q.Who]:
        return Options(only(parts, q.Who))

    def which_more(self, parts: list) -> Ask:
        options, tests = only(parts, Options)[0], tests_in(parts)
        by = "BYHOW" in kinds_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            counts = [q.Count(passing(of_those(who, among), tests, when)) for who in options]
            return q.Which(tuple(zip(map(name_of, options), counts, strict=True)), "most", by)

        return asked

    def which_arrivals(self, parts: list) -> Ask:
        options, sides = only(parts, Options)[0], only(parts, Side)
        side = sides[0].name if sides else None
        return lambda when, among: q.Which(
            tuple((name_of(w), q.Count(passing(w, [lambda more: q.Comes(more, side)], when))) for w in options)
        )

    def which_first(self, parts: list) -> Ask:
        only_first(parts)
        options, own = only(parts, Options)[0], own_stretch(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            when = either(own, when)
            limits = () if when is None else (q.Comes(when),)
            first = [happening(replace(who, tests=(*who.tests, *limits)), "appears") for who in options]
            return q.Which(tuple(zip(map(name_of, options), first, strict=True)), "fewest")

        return asked

    def which_leaves_first(self, parts: list) -> Ask:
        only_first(parts)
        options = only(parts, Options)[0]
        return lambda when, among: q.Which(
            tuple((name_of(w, options), replace(happening(w, "leaves"), other_end=True)) for w in options), "fewest"
        )

    def which_last(self, parts: list) -> Ask:
        options = only(parts, Options)[0]
        last = [(name_of(who), replace(happening(who, "appears"), other_end=who.pick is None)) for who in options]
        return lambda when, among: q.Which(tuple(last), "most")

    def which_longer(self, parts: list) -> Ask:
        options = only(parts, Options)[0]
        kinds = kinds_in(parts)
        how = "median" if "MEDIAN" in kinds else "mean" if kinds & {"MEAN", "AVERAGED"} else None

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            whose = [of_those(who, among) for who in options]
            names = [name_of(who, whose) for who in whose] if "COMPAREW" in kinds else [*map(name_of, options)]
            if len(set(names)) < len(names):  # "the first cart or the second"
                names = [Teller().who_words(who) for who in whose]
            if when is not None or len(set(names)) < len(names):
                raise Unfit("two of one kind: their names do not tell them apart")
            return q.Which(tuple(zip(names, (stay_of(w, how) for w in whose), strict=True)), "most", "BYHOW" in kinds)

        return asked

    def which_longer_mean(self, parts: list) -> Ask:
        options = next(iter(only(parts, Options)), only(parts, q.Who))
        if len(options) == 2 and not options[1].term:  # "those who come later": of the same kind
            options = [options[0], replace(options[1], term=options[0].term)]
        return lambda when, among: q.Which(tuple((name_of(w, options), q.Stay(w, "mean")) for w in options))

    def which_is_more(self, parts: list) -> Ask:
        options, tests = only(parts, q.Who), tests_in(parts)
        if not tests and not any(who.tests for who in options):
            raise Unfit("a plain question")
        return lambda when, among: q.Which(tuple((name_of(w), q.Count(passing(w, tests, when))) for w in options))

    def share_some(self, parts: list) -> Ask:
        who, first = (
            only(parts, q.Who)[0],
            next(part for part in parts if callable(part) and not isinstance(part, list)),
        )
        some = passing(who, [first], None)
        return lambda when, among: q.Share(passing(some, tests_in(parts), when), some)

    def share_that_are(self, parts: list) -> Ask:
        (of, part), own = only(parts, q.Who), own_stretch(parts)
        if part.tests:
            raise Unfit("a share of which?")
        return lambda when, among: q.Share(
            replace(part, but=of_those(of, among).but), seen_in(of_those(of, among), either(own, when))
        )

    def share_them(self, parts: list) -> Ask:
        tests = tests_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None:
                raise Unfit("of whom?")
            return q.Share(passing(among, tests, when), among)

        return asked

    def what_longest(self, parts: list) -> Ask:
        far, own = "longest" if "LONGEST" in kinds_in(parts) else "shortest", next(iter(only(parts, q.Who)), None)
        if any(term != THING for term in terms_in(parts)):
            raise Unfit("a plain question")

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            of = of_those(own, among) if own is not None else among
            if of is None or when is not None or not (of.tests or of.but) or of.pick is not None:
                raise Unfit("a plain question")
            return q.What(replace(of, pick=far))

        return asked

    def what_first(self, parts: list) -> Ask:
        only_first(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None or among.pick is not None:
                raise Unfit("a plain question")
            limit = () if when is None else (q.Comes(when),)
            return q.What(replace(among, tests=(*among.tests, *limit), pick=1))

        return asked

    def ranked(self, parts: list) -> Ask:
        if any(isinstance(part, Token) and part.type == "BYHOW" and "long" in part for part in parts):
            raise Unfit("ranked by length")
        options = only(parts, Options)[0]
        return lambda when, among: q.Ranked(tuple((name_of(w), q.Count(seen_in(w, when))) for w in options))

    def in_order(self, parts: list) -> Ask:
        options, order = only(parts, Options)[0], str(word_in(parts, "INORDER"))
        leaves = bool(kinds_in(parts) & {"VLEAVE", "LEFT"}) or any(w in order for w in ("leav", "depart", "disappear"))
        if any(who != q.Who(who.term) for who in options):
            raise Unfit("a plain question")
        change = "leaves" if leaves else "appears"
        moments = tuple((who.term, happening(who, change)) for who in options)
        return lambda when, among: q.Ranked(moments, "fewest") if when is None else unfit()

    # ------------------------------------------------------------------------------------------------------- which way

    def most_go(self, parts: list) -> Ask:
        return self._way(parts, "direction", majority=True)

    def goes(self, parts: list) -> Ask:
        return self._way(parts, "direction")

    def most_come(self, parts: list) -> Ask:
        return self._way(parts, "enters", majority=True)

    def most_leave(self, parts: list) -> Ask:
        return self._way(parts, "leaves", majority=True)

    def comes_from(self, parts: list) -> Ask:
        return self._way(parts, "enters")

    def goes_or(self, parts: list) -> Ask:
        return lambda when, among: q.Way(of_those(only(parts, q.Who)[0], among), "direction")

    def comes_from_or(self, parts: list) -> Ask:
        return lambda when, among: q.Way(of_those(only(parts, q.Who)[0], among), "enters", majority=True)

    def leaves_to(self, parts: list) -> Ask:
        return self._way(parts, "leaves")

    def _way(self, parts: list, what: str, *, majority: bool = False) -> Ask:
        who = only(parts, q.Who)[0]
        plain = not who.tests and not isinstance(who.pick, str) and who.order == "appears" and not who.but
        if not majority and plain and who.term:
            raise Unfit("a plain question")
        own = own_stretch(parts)
        return lambda when, among: q.Way(seen_in(of_those(who, among), either(own, when)), what, majority)

    def where_it_appears(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        return lambda when, among: q.Where(of_those(who, among)) if when is None else unfit()

    def where_then(self, parts: list) -> Ask:
        who, moment = only(parts, q.Who)[0], only(parts, MOMENTS)[0]
        if isinstance(moment, q.At | q.Edge):
            raise Unfit("a plain question")
        return lambda when, among: q.Where(of_those(who, among), moment) if when is None else unfit()

    def where_alone(self, parts: list) -> Ask:
        """Waits for the moment that stands in front: "when the bus leaves, where is the truck?"."""
        who = only(parts, q.Who)[0]

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            one = of_those(who, among)
            told = one.tests or one.pick is not None or (isinstance(when, q.Then) and not isinstance(when.moment, q.At))
            if not isinstance(when, q.Then) or isinstance(when.moment, q.Edge) or not told:
                raise Unfit("a plain question")
            return q.Where(one, when.moment)

        return asked

    def sides(self, parts: list) -> None:
        if any(word in str(part) for part in parts for word in ("top", "bottom", "upper", "lower")):
            raise Unfit("how high it is")

    def grow(self, parts: list) -> Ask:
        when = own_stretch(parts)
        if not isinstance(when, q.Between) or when.start is None or when.end is None:
            raise Unfit("from when to when?")
        return lambda more, among: q.Trend(q.Who("person"), when.start, when.end)
