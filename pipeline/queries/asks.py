"""Rules of questions: how many, yes or no, compared, shares; and what stands in front of them."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    CONDITIONS,
    MOMENTS,
    NEXT,
    STRETCHES,
    Ask,
    Terms,
    Timed,
    Unfit,
    ask_alone,
    asked_of,
    being_there,
    do_all,
    either,
    happening,
    in_time,
    is_one,
    kinds_in,
    nobody_in,
    none_of,
    of_those,
    only,
    own_stretch,
    passing,
    seen_in,
    stay_of,
    terms_in,
    tests_in,
    unfit,
    when_so,
    with_those,
    word_in,
    yet_to_call,
)
from pipeline.queries.told import Teller

_RELATIONS = {"ATLEAST": "least", "MORETHAN": "more", "ATMOST": "most", "LESSTHAN": "fewer"}


class Asks:
    """Methods by the names of rules."""

    duration_s: float

    # ---------------------------------------------------------------------------------------------------- the question

    def start(self, parts: list) -> q.Query:
        return parts[-1](None, None)

    def plain(self, parts: list) -> Ask:
        return parts[-1]

    def fronted(self, parts: list) -> Ask:
        when, ask = own_stretch(parts), parts[-1]

        def asked(more: q.Stretch | None, among: q.Who | None) -> q.Query:
            if more is not None:
                raise Unfit("two stretches")
            return ask(when, among)

        return asked

    def but_some_asked(self, parts: list) -> Ask:
        ask, but = parts[0], parts[-1]

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is not None:
                raise Unfit("some of some")
            return asked_of(ask, when, but(q.Who("")))

        return asked

    def of_those(self, parts: list) -> Ask:
        who, ask = only(parts, q.Who)[0], parts[-1]
        if any(isinstance(part, Token) and part.type == "ALL" and part.startswith(("each", "every")) for part in parts):
            raise Unfit("each of them by itself")

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is not None:
                raise Unfit("some of some")
            return asked_of(ask, when, who)

        return asked

    def told_first(self, parts: list) -> Ask:
        term = str(word_in(parts, "CLASS").value)
        who, ask = passing(q.Who(term), tests_in(parts), None), parts[-1]

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            query = ask_alone(ask, when)
            if query is None:
                return asked_of(ask, when, who)
            if all(part.term for part in q.parts_of(query) if isinstance(part, q.Who)):
                raise Unfit("what was told first is about others")
            return with_those(query, who)

        return asked

    def event_first(self, parts: list) -> Ask:
        """ "The first cart arrives. How many people are there at that moment?" """
        moments, held = only(parts, MOMENTS), only(parts, CONDITIONS)
        after = "AFTERTHAT" in kinds_in(parts)
        when = q.While(held[0]) if held else q.Between(moments[0], None, open=True) if after else q.Then(moments[0])
        meanwhile = any(part == "meanwhile" for part in parts if isinstance(part, Token))
        if meanwhile and moments and isinstance(moments[0], q.Happens) and moments[0].change == "appears":
            when = q.While(q.Number(moments[0].who, "least", 1))
        asks = yet_to_call(parts)
        if asks:
            return lambda more, among: asks[-1](when, among) if more is None else unfit()
        who = only(parts, q.Who)[0]
        return lambda more, among: q.Count(passing(of_those(who, among), [], when)) if more is None else unfit()

    def among_those(self, parts: list) -> Ask:
        ask, limit = parts[0], parts[-1]
        return lambda when, among: asked_of(ask, when, limit(q.Who(""))) if among is None else unfit()

    def with_aside(self, parts: list) -> Ask:
        ask, several = parts[-1], only(parts, Terms)
        if several:
            return lambda when, among: ask(when, q.Who(THING, but=tuple(several[0])))
        who = only(parts, q.Who)[0]
        if who.tests or who.pick is not None:
            return self.but_those(parts)
        if who.said is not None:
            raise Unfit("but some of them")
        return lambda when, among: ask(when, q.Who(THING, but=(who.term,)))

    def but_those(self, parts: list) -> Ask:
        who, ask = only(parts, q.Who)[0], parts[-1]
        if len(who.tests) != 1 or who.pick is not None:
            raise Unfit("but whom?")
        rest = replace(who, tests=(q.Not(who.tests[0]),))

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            query = asked_of(ask, when, rest)
            named = all(part.term for part in q.parts_of(query) if isinstance(part, q.Who))
            return query if named else asked_of(ask, when, replace(rest, term=THING))

        return asked

    def aside(self, parts: list) -> q.Who | Terms:
        return only(parts, q.Who | Terms)[0]

    def named_kinds(self, parts: list) -> Terms:
        return Terms(terms_in(parts))

    # -------------------------------------------------------------------------------------------------------- how many

    def count(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)
        return lambda when, among: q.Count(passing(of_those(who, among), tests, when))

    def count_sum(self, parts: list) -> Ask:
        (first, *others), tests = only(parts, Terms)[0], tests_in(parts)
        together = next(part for part in reversed(parts) if isinstance(part, Token))
        if together.type == "ATONCE" and together not in ("together", "altogether"):
            raise Unfit("how many at once")
        who = q.Who(first, also=tuple(others))
        return lambda when, among: q.Count(passing(of_those(who, among), tests, when))

    def equally(self, parts: list) -> Ask:
        a, b = only(parts, q.Who)
        return lambda when, among: q.Compare(q.Count(seen_in(a, when)), "exactly", q.Count(seen_in(b, when)))

    def count_terse(self, parts: list) -> Ask:
        tests = yet_to_call(parts)
        who = next(iter(only(parts, q.Who)), None) or q.Who(str(word_in(parts, "CLASS").value))
        return lambda when, among: q.Count(passing(of_those(who, among), tests, when))

    def count_other(self, parts: list) -> Ask:
        term, other = terms_in(parts)
        return lambda when, among: q.Count(seen_in(of_those(q.Who(term, but=(other,)), among), when))

    def count_arrivals(self, parts: list) -> Ask:
        who, own = only(parts, q.Who)[0], own_stretch(parts)
        return lambda when, among: q.Count(
            passing(of_those(who, among), [lambda more: q.Comes(either(own, more))], when)
        )

    def count_them(self, parts: list) -> Ask:
        tests = tests_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None or (not tests and when is None):
                raise Unfit("of whom?")
            return q.Count(passing(among, tests, when))

        return asked

    # ------------------------------------------------------------------------------------------------------- yes or no

    def exist(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)
        seen = "SEEN" in kinds_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if not tests and not who.tests and when is None:
                raise Unfit("is there one is a plain question")
            if who.said == NEXT and tests:  # "does another one come within …": any other
                return q.Exist(passing(of_those(replace(who, pick=None, said=None), among), tests, when))
            query = is_one(of_those(who, among), tests, when)
            always = q.There(q.Between(None, None), throughout=True)
            if seen and isinstance(query, q.Exist) and query.who == replace(who, tests=(always,)):
                return q.Holds(q.Number(who, "least", who.said or 1), always=True)  # one or another of them
            return query

        return asked

    def exist_not(self, parts: list) -> Ask:
        return lambda when, among: none_of(passing(of_those(only(parts, q.Who)[0], among), tests_in(parts), when))

    def nobody_does(self, parts: list) -> Ask:
        return self.exist_not([nobody_in(parts), *parts])

    def changes(self, parts: list) -> Ask:
        own = own_stretch(parts)
        if any(term != THING for term in terms_in(parts)):
            raise Unfit("how they change")

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            limit = either(own, when)
            test = q.AnyOf((q.Comes(limit), q.Goes(limit), q.Returns(limit), q.Returns(None, limit)))
            return q.Exist(replace(of_those(q.Who(THING), among), tests=(test,)))

        return asked

    def ever_empties(self, parts: list) -> Ask:
        begins = only(parts, q.Begins)[0]
        return lambda when, among: q.Holds(begins.condition, begins.when) if when is None else unfit()

    def before_or_after_come(self, parts: list) -> Ask:
        return self._before_or_after(parts, "appears")

    def before_or_after_leave(self, parts: list) -> Ask:
        return self._before_or_after(parts, "leaves")

    def _before_or_after(self, parts: list, change: q.Change) -> Ask:
        who, moment = only(parts, q.Who)[0], only(parts, MOMENTS)[0]
        options = (("before", happening(who, change)), ("after", when_so(moment, change)))
        return lambda when, among: q.Which(options, "fewest")

    def exist_there(self, parts: list) -> Ask:
        who, when = only(parts, q.Who)[0], own_stretch(parts)
        return lambda more, among: is_one(of_those(who, among), [being_there(when)], more)

    def so_many_do(self, parts: list) -> Ask:
        who, tests, n = only(parts, q.Who)[0], tests_in(parts), float(word_in(parts, "NUMBER").value)
        relation = next((_RELATIONS[kind] for kind in kinds_in(parts) if kind in _RELATIONS), "exactly")
        return lambda when, among: q.Compare(q.Count(passing(of_those(who, among), tests, when)), relation, q.Length(n))

    def every_of_them(self, parts: list) -> Ask:
        tests = tests_in(parts)
        return lambda when, among: do_all(among, tests, when) if among is not None else unfit()

    def most_do(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            some = of_those(who, among)
            return q.Mostly(some, do_all(some, tests, when).test)

        return asked

    def stays_longer_mean(self, parts: list) -> Ask:
        a, b = only(parts, q.Who)
        shorter = "LESSTHAN" in kinds_in(parts)
        if a.pick is not None or b.pick is not None:
            raise Unfit("the mean of one")
        return lambda when, among: (
            q.Compare(q.Stay(a, "mean"), "fewer" if shorter else "more", q.Stay(b, "mean")) if when is None else unfit()
        )

    def ratio_of(self, parts: list) -> Ask:
        (a, b), own = only(parts, q.Who), own_stretch(parts)
        return lambda when, among: q.Ratio(
            *(q.Count(seen_in(of_those(who, among), either(own, when))) for who in (a, b))
        )

    def every(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)
        return lambda when, among: do_all(of_those(who, among), tests, when)

    def alike(self, parts: list) -> Ask:
        said = word_in(parts, "SAME")
        what = "enters" if "from" in said else "leaves" if "side" in said and "to" in said.split()[:1] else "direction"
        return lambda when, among: q.Alike(of_those(only(parts, q.Who)[0], among), what)

    def alike_come(self, parts: list) -> Ask:
        return lambda when, among: q.Alike(of_those(only(parts, q.Who)[0], among), "enters")

    def alike_leave(self, parts: list) -> Ask:
        return lambda when, among: q.Alike(of_those(only(parts, q.Who)[0], among), "leaves")

    def same_ways(self, parts: list) -> Ask:
        """ "Do the bus and the car come in from the same side?", "do the two carts go opposite ways?" """
        whom, kinds = only(parts, q.Who), kinds_in(parts)
        what = "leaves" if kinds & {"VLEAVE", "LEFT"} else "enters" if "VCOME" in kinds else "direction"
        if len(whom) == 1 and whom[0].said == 2:
            whom = [replace(whom[0], said=None, pick=n) for n in (1, 2)]
        if len(whom) != 2 or any((who.said or 1) > 1 for who in whom):
            raise Unfit("which two?")
        ways = [q.Way(who, what) for who in whom]
        return lambda when, among: q.SameWay(*ways, "OPPOSITE" in kinds) if when is None and among is None else unfit()

    def same_as_came(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            one = of_those(who, among)
            return q.SameWay(q.Way(one, "enters"), q.Way(one, "leaves")) if when is None else unfit()

        return asked

    def minus(self, parts: list) -> Ask:
        """ "Cars minus people", "how many … less how many …"."""
        a, b = only(parts, q.Who)
        return lambda when, among: q.Less(*(q.Count(seen_in(of_those(who, among), when)) for who in (a, b)))

    def minus_most(self, parts: list) -> Ask:
        a, b = only(parts, q.Who)
        return lambda when, among: q.Less(q.Count(seen_in(a, when)), q.Most(b, when))

    def stays_longer(self, parts: list) -> Ask:
        in_time(parts)
        a, b = only(parts, q.Who)
        return lambda when, among: q.Compare(stay_of(a), "more", stay_of(b))

    def any_longer(self, parts: list) -> Ask:
        in_time(parts)
        a, b = only(parts, q.Who)
        return lambda when, among: q.Exist(replace(a, tests=(*a.tests, q.Stays("more", stay_of(b)))))

    def ever(self, parts: list) -> Ask:
        condition, own = only(parts, CONDITIONS)[0], own_stretch(parts)
        return lambda when, among: q.Holds(condition, either(own, when))

    def sooner_leave(self, parts: list) -> Ask:
        who, moment = only(parts, q.Who)[0], only(parts, MOMENTS)[0]
        return lambda when, among: q.Sooner(happening(who, "leaves"), when_so(moment, "leaves"))

    def sooner_come(self, parts: list) -> Ask:
        who, moment = only(parts, q.Who)[0], only(parts, MOMENTS)[0]
        return lambda when, among: q.Sooner(happening(who, "appears"), moment)

    # -------------------------------------------------------------------------------------------------------- compared

    def outnumber(self, parts: list) -> Ask:
        (a, b), own = only(parts, q.Who), own_stretch(parts)
        return lambda when, among: q.Less(
            q.Count(seen_in(a, either(own, when))), q.Count(seen_in(b, either(own, when)))
        )

    def outnumbers(self, parts: list) -> Ask:
        (a, b), own = only(parts, q.Who), own_stretch(parts)
        return lambda when, among: q.Compare(
            q.Count(seen_in(a, either(own, when))), "more", q.Count(seen_in(b, either(own, when)))
        )

    def ever_more(self, parts: list) -> Ask:
        who, others = only(parts, q.Who)
        return lambda when, among: q.Holds(q.Outnumbers(who, others), when)

    def ever_so_long(self, parts: list) -> Ask:
        condition, limit = only(parts, CONDITIONS)[0], only(parts, q.Stays)[0]
        return lambda when, among: q.Compare(q.Time(condition, when, "longest"), limit.relation, limit.length)

    def how_many_more_at(self, parts: list) -> Ask:
        who, (a, b) = only(parts, q.Who)[0], only(parts, STRETCHES)
        return lambda when, among: q.Less(
            q.Count(passing(who, [being_there(a)], None)), q.Count(passing(who, [being_there(b)], None))
        )

    def more_then(self, parts: list) -> Ask:
        who, (a, b), tests = only(parts, q.Who)[0], only(parts, STRETCHES), tests_in(parts)
        far = "most" if "MORE" in kinds_in(parts) else "fewest"
        options = tuple(
            (Teller().stretch_words(one).removeprefix(" in the ").strip(), q.Count(passing(who, tests, one)))
            for one in (a, b)
        )
        return lambda when, among: q.Which(options, far) if when is None else unfit()

    def beats(self, parts: list) -> Ask:
        a, b = only(parts, q.Who)
        return lambda when, among: q.Less(q.Stay(a, "longest"), q.Stay(b, "longest"))

    def beats_one(self, parts: list) -> Ask:
        in_time(parts)
        a, b = only(parts, q.Who)
        return lambda when, among: q.Less(stay_of(a), stay_of(b))

    def more_than(self, parts: list) -> Ask:
        (a, b), tests = only(parts, q.Who), tests_in(parts)
        return lambda when, among: q.Compare(q.Count(passing(a, tests, when)), "more", q.Count(passing(b, tests, when)))

    def number_more(self, parts: list) -> Ask:
        a, b = only(parts, q.Who)
        relation = "more" if "MORE" in kinds_in(parts) else "fewer"
        return lambda when, among: q.Compare(q.Count(seen_in(a, when)), relation, q.Count(seen_in(b, when)))

    def so_many_more(self, parts: list) -> Ask:
        (a, b), n = only(parts, q.Who), float(word_in(parts, "NUMBER").value)
        return lambda when, among: q.Compare(
            q.Less(q.Count(seen_in(a, when)), q.Count(seen_in(b, when))), "exactly", q.Length(n)
        )

    def more_this_than(self, parts: list) -> Ask:
        who, both = only(parts, q.Who)[0], [part for part in parts if isinstance(part, list)]
        a, b = both
        return lambda when, among: q.Compare(q.Count(passing(who, a, when)), "more", q.Count(passing(who, b, when)))

    def more_this_then(self, parts: list) -> Ask:
        who, test, other = only(parts, q.Who)[0], next(filter(callable, parts[2:])), own_stretch(parts)
        if not isinstance(test, Timed) or test.own is None:
            raise Unfit("than when?")
        a, b = (q.Count(replace(who, tests=(*who.tests, test.make(one)))) for one in (test.own, other))
        return lambda when, among: q.Compare(a, "more", b) if when is None else unfit()

    def number_at(self, parts: list) -> Ask:
        who, (a, b) = only(parts, q.Who)[0], only(parts, STRETCHES)
        relation = "more" if "MORE" in kinds_in(parts) else "fewer"
        return lambda when, among: q.Compare(
            q.Count(passing(who, [being_there(a)], None)), relation, q.Count(passing(who, [being_there(b)], None))
        )

    def times_as_long(self, parts: list) -> Ask:
        b, a = only(parts, q.Who)
        return lambda when, among: q.Ratio(stay_of(a), stay_of(b))

    # ----------------------------------------------------------------------------------------------------------- share

    def share(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            of = of_those(who, among)
            return q.Share(passing(of, tests, when), of)

        return asked

    def share_named(self, parts: list) -> Ask:
        term = str(word_in(parts, "CLASS").value)
        return self.share([q.Who(term), tests_in(parts)])

    def share_of_all(self, parts: list) -> Ask:
        of, part = map(q.Who, terms_in(parts))
        return lambda when, among: q.Share(part, of) if when is None and among is None else unfit()

    def share_of_stretch(self, parts: list) -> Ask:
        condition, when = only(parts, CONDITIONS)[0], own_stretch(parts)
        always = q.Number(q.Who(THING), "least", 0)
        return lambda more, among: q.Ratio(q.Time(condition, when), q.Time(always, when)) if more is None else unfit()

    def share_kind(self, parts: list) -> Ask:
        part, of = only(parts, q.Who)
        return lambda when, among: q.Share(seen_in(part, when), seen_in(of, when))
