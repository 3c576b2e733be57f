"""Rules of questions for times and lengths."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    CONDITIONS,
    MOMENTS,
    NEXT,
    STATS,
    Ask,
    Side,
    Unfit,
    after_that,
    either,
    happening,
    kinds_in,
    length_in,
    next_after,
    of_those,
    only,
    own_stretch,
    passing,
    seen_in,
    stay_of,
    terms_in,
    tests_in,
    unfit,
    word_in,
)


class AskTimes:
    """Methods by the names of rules."""

    duration_s: float

    # ------------------------------------------------------------------------------------------------------------ when

    def when_comes(self, parts: list) -> Ask:
        return self._happening(parts, "appears")

    def when_after_that(self, parts: list) -> Ask:
        """ "The train leaves. When does the first bicycle after that come?" """
        moment, who = only(parts, MOMENTS)[0], only(parts, q.Who)[0]
        return lambda when, among: q.When(happening(next_after(who, moment), "appears")) if when is None else unfit()

    def when_it(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        verbs = any(isinstance(test, q.Goes | q.Returns | q.There | q.Not | q.AllOf) for test in who.tests)
        if verbs or (who.said != NEXT and who.order == "appears" and not who.tests):
            raise Unfit("when what?")
        return self._happening(parts, who.order)

    def when_seen(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        if who.pick == -1:
            raise Unfit("the last one to be seen, or when one is last seen")
        if "ORDINAL" not in kinds_in(parts):
            if (who.said or 1) > 1:
                raise Unfit("so many, or at least so many?")
            seen, own = q.Number(who, "least", 1), own_stretch(parts)
            return lambda when, among: q.Spells(seen, either(own, when))
        return self._happening(parts, "appears")

    def when_leaves(self, parts: list) -> Ask:
        return self._happening(parts, "leaves")

    def when_back(self, parts: list) -> Ask:
        return self._happening(parts, "returns")

    def _happening(self, parts: list, change: q.Change) -> Ask:
        who, own, sides = only(parts, q.Who)[0], own_stretch(parts), only(parts, Side)
        last = any(isinstance(part, Token) and part.startswith("last ") for part in parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            when, one = either(own, when), of_those(who, among)
            if when is not None and one.said == NEXT:
                one = replace(one, said=None)
            side = sides[0].name if sides else None
            if change == "returns":  # who has left and comes back has not gone for good
                one = replace(one, tests=tuple(test for test in one.tests if test != q.Goes()))
            if last and when is not None and side is None:
                return q.When(q.Begins(q.Number(one, "least", 1), last=True, when=when))
            if when is not None or side is not None:
                test = {"appears": q.Comes(when, side), "leaves": q.Goes(when, side), "returns": q.Returns(when)}[
                    change
                ]
                one = replace(one, tests=(*one.tests, test))
            if change == "leaves" and when is not None and (one.pick is None or who.said == NEXT):
                one = replace(one, pick=1, order="leaves")
            return q.When(happening(one, change))

        return asked

    def when_first(self, parts: list) -> Ask:
        condition, own = only(parts, CONDITIONS)[0], own_stretch(parts)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            when = either(own, when)
            said = str(word_in(parts, "WHEN"))
            first = "ORDINAL" in kinds_in(parts) or any(one in said for one in ("point", "moment", "second", "instant"))
            bare = isinstance(condition, q.Number) and (condition.relation, condition.n) == ("least", 1)
            if not first and isinstance(condition, q.Number) and (condition.n == 0 or (bare and own is None)):
                return q.Spells(condition, when)
            if own is not None:
                raise Unfit("when in a stretch")
            return q.When(q.Begins(condition, when=when))

        return asked

    def when_together(self, parts: list) -> Ask:
        both = self.both(parts)
        return lambda when, among: q.When(q.Begins(both)) if when is None else unfit()

    def when_first_goes(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        return lambda when, among: q.When(q.Happens(of_those(who, among), "goes")) if when is None else unfit()

    def when_all_left(self, parts: list) -> Ask:
        if word_in(parts, "ALL").startswith(("each", "every")):
            raise Unfit("when each of them leaves")
        who = q.Who(terms_in(parts)[0])
        return lambda when, among: q.When(q.Happens(who, "leaves")) if when is None else unfit()

    def when_moment(self, parts: list) -> Ask:
        return lambda when, among: q.When(only(parts, MOMENTS)[0]) if when is None else unfit()

    # -------------------------------------------------------------------------------------------------------- how long

    def apart(self, parts: list) -> Ask:
        a, b = only(parts, MOMENTS)
        after = "AFTER" in kinds_in(parts)
        if after and isinstance(b, q.Happens) and b.change == "appears" and b.who.pick is None and b.who.said is None:
            b = replace(b, who=replace(b.who, pick=1, said=NEXT))  # the next one after that
        if isinstance(b, q.Happens):
            b = replace(b, who=after_that(b.who, a))
        return lambda when, among: q.Apart(a, b)

    def until_after(self, parts: list) -> Ask:
        end, start = only(parts, MOMENTS)
        if not isinstance(end, q.Happens) or end.change != "appears" or end.who.pick not in (None, 1):
            raise Unfit("until which of them?")
        end = replace(end, who=next_after(end.who, start))
        return lambda when, among: q.Apart(start, end) if when is None else unfit()

    def apart_both(self, parts: list) -> Ask:
        between = own_stretch(parts)
        return self.apart([between.start, between.end])

    def when_terse(self, parts: list) -> Ask:
        kinds = kinds_in(parts)
        who = q.Who(str(word_in(parts, "CLASS").value), pick=-1 if "LAST" in kinds else None)
        verb = next(part for part in parts if part.type in ("NCOME", "NLEAVE", "VCOME", "VLEAVE"))
        comes = verb.type in ("NCOME", "VCOME")
        if "ORDINAL" in kinds:
            nth = int(word_in(parts, "ORDINAL").value)
            who = replace(who, pick=nth, order="appears" if comes else "leaves")
        elif not comes:
            who = replace(who, pick=None)  # the last of them leaves
        return lambda when, among: q.When(happening(who, "appears" if comes else "leaves")) if when is None else unfit()

    def busier_half(self, parts: list) -> Ask:
        who, tests = only(parts, q.Who)[0], tests_in(parts)
        far = "most" if kinds_in(parts) & {"MORE", "MOST"} else "fewest"
        halves = (("first half", q.Between(None, q.Edge(0.5))), ("second half", q.Between(q.Edge(0.5), None)))
        counts = tuple((name, q.Count(passing(who, tests, half))) for name, half in halves)
        return lambda when, among: q.Which(counts, far) if when is None else unfit()

    def apart_two(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        if who.said != 2:
            raise Unfit("between which of them?")
        change = "leaves" if "NLEAVE" in kinds_in(parts) else "appears"
        two = (replace(who, said=None, pick=n) for n in (1, 2))
        return lambda when, among: q.Apart(*(happening(one, change) for one in two)) if when is None else unfit()

    def until_so(self, parts: list) -> Ask:
        a, condition = next(iter(only(parts, MOMENTS)), None), only(parts, CONDITIONS)[0]
        after = q.Between(a, None, open=True) if a is not None else None
        first = q.Begins(condition, when=after)
        return lambda when, among: q.Apart(a or q.Edge(0.0), first) if when is None else unfit()

    def before_end(self, parts: list) -> Ask:
        moment = only(parts, MOMENTS)[0]
        return lambda when, among: q.Apart(moment, q.Edge(1.0))

    def stay(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        mean = "AVERAGED" in kinds_in(parts)
        if any(not isinstance(test, q.There | q.Comes | q.Stays) for test in who.tests):
            raise Unfit("how long it is that, or how long what is that is there")
        there = [test for test in who.tests if isinstance(test, q.There)]
        rest = replace(who, tests=tuple(test for test in who.tests if test not in there and test != q.Comes()))
        who = replace(who, tests=tuple(test for test in who.tests if test != q.Comes()))  # "how long do cars appear?"

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if there and not mean:  # how long it is there in a stretch
                own = there[0].when
                if (
                    len(there) > 1
                    or when is not None
                    or (isinstance(own, q.Then) and not isinstance(own.moment, q.Happens))
                ):
                    raise Unfit("how long at a moment")
                own = q.Between(None, own.moment) if isinstance(own, q.Then) else own  # so long when the bus came
                return q.Time(q.Number(of_those(rest, among), "least", 1), own)
            if when is not None:
                return q.Time(q.Number(of_those(who, among), "least", 1), when) if not mean else unfit()
            return stay_of(of_those(who, among), "mean" if mean else None)

        return asked

    def amount(self, parts: list) -> Ask:
        stay = only(parts, q.Stay)[0]
        if stay.who.pick is not None:
            raise Unfit("the longest of one's visits")
        return lambda when, among: q.Stay(of_those(stay.who, among), stay.how) if when is None else unfit()

    def absence(self, parts: list) -> Ask:
        who = next(iter(only(parts, q.Who)), q.Who(""))
        averaged = "AVERAGED" in kinds_in(parts)
        said = next((part for part in parts if isinstance(part, str) and part in STATS), "mean" if averaged else "one")
        if said == "median":
            raise Unfit("the median of absences")

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            one = of_those(who, among) if among is not None or who.term else unfit()
            if when is not None or (not one.tests and one.order != "returns"):
                raise Unfit("a plain question")
            return q.Absence(one, said)

        return asked

    def pick_of_them(self, parts: list) -> Ask:
        kinds = kinds_in(parts)
        how = "longest" if kinds & {"LONGEST", "SLOWEST"} else "shortest"

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None or when is not None:
                raise Unfit("of whom?")
            return q.Stay(among, how)

        return asked

    def until(self, parts: list) -> Ask:
        moment = only(parts, MOMENTS)[0]
        if isinstance(moment, q.Happens) and moment.change == "leaves" and moment.who.pick is None:
            moment = replace(moment, other_end=True)  # until anybody has left
        return lambda when, among: q.Apart(q.Edge(0.0), moment) if when is None else unfit()

    def when_longest(self, parts: list) -> Ask:
        condition = only(parts, CONDITIONS)[0]
        return lambda when, among: q.When(q.Begins(condition, when=when, longest=True))

    def busiest(self, parts: list) -> Ask:
        return self._busiest(parts, seen=False)

    def busiest_seen(self, parts: list) -> Ask:
        return self._busiest(parts, seen=True)

    def _busiest(self, parts: list, *, seen: bool) -> Ask:
        who = only(parts, q.Who)[0]
        if not seen and q.Comes() not in who.tests and "VCOME" not in kinds_in(parts):
            raise Unfit("most that come, or most that are there?")
        who = replace(who, tests=tuple(test for test in who.tests if test != q.Comes()))
        length_s = length_in(parts)
        far = "fewest" if "FEWEST" in kinds_in(parts) else "most"
        return lambda when, among: q.Busiest(of_those(who, among), length_s, far, seen) if when is None else unfit()

    def how_long_in(self, parts: list) -> Ask:
        who, when = only(parts, q.Who)[0], own_stretch(parts)
        if isinstance(when, q.Then):  # how long it had been there when the bus came
            when = q.Between(None, when.moment)
        return lambda more, among: q.Time(q.Number(of_those(who, among), "least", 1), when) if more is None else unfit()

    def any_longest(self, parts: list) -> Ask:
        how = "longest" if kinds_in(parts) & {"LONGEST", "ANYLONGEST"} else "shortest"
        return lambda when, among: q.Stay(of_those(only(parts, q.Who)[0], among), how) if when is None else unfit()

    def stat_of_one(self, parts: list) -> Ask:
        how, who = next(part for part in parts if isinstance(part, str) and part in STATS), only(parts, q.Who)[0]
        return lambda when, among: q.Stay(of_those(who, among), how) if when is None else unfit()

    def stat_of_them(self, parts: list) -> Ask:
        how = next(part for part in parts if isinstance(part, str) and part in STATS)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None or when is not None:
                raise Unfit("of whom?")
            return q.Stay(among, how)

        return asked

    def stat_stay(self, parts: list) -> q.Stay:
        how = next(part for part in parts if isinstance(part, str) and part in STATS)
        return q.Stay(only(parts, q.Who)[0], how)

    def range_stay(self, parts: list) -> q.Stay:
        return q.Stay(only(parts, q.Who)[0], "range")

    def stat(self, parts: list) -> str:
        return parts[0].type.lower()

    def how_long_so(self, parts: list) -> Ask:
        condition, own = only(parts, CONDITIONS)[0], own_stretch(parts)
        return lambda when, among: q.Time(condition, either(own, when))

    def both(self, parts: list) -> q.Both:
        a, b = (q.Number(who, "least", who.said or 1) for who in only(parts, q.Who))
        return q.Both(a, b)

    def share_of_time(self, parts: list) -> Ask:
        condition = only(parts, CONDITIONS)[0]
        return lambda when, among: q.Ratio(q.Time(condition), q.Length(self.duration_s)) if when is None else unfit()

    def waits(self, parts: list) -> Ask:
        how = next(part for part in parts if isinstance(part, str) and part in STATS)
        if any(who.tests for who in only(parts, q.Who)):
            raise Unfit("waits between other things than arrivals")
        who = replace(only(parts, q.Who)[0], said=None, pick=None)
        own = own_stretch(parts)
        if own is not None:
            who = replace(who, tests=(q.Comes(own),))
        return lambda when, among: q.Waits(seen_in(of_those(who, among), when), how)

    def waits_next(self, parts: list) -> Ask:
        terms = set(terms_in(parts))
        if len(terms) != 1:
            raise Unfit("waits between others")
        how = next(part for part in parts if isinstance(part, str) and part in STATS)
        return lambda when, among: q.Waits(seen_in(of_those(q.Who(terms.pop()), among), when), how)

    def mean_at_once(self, parts: list) -> Ask:
        return self._at_once(parts, "mean")

    def most_at_once(self, parts: list) -> Ask:
        return self._at_once(parts, "most")

    def fewest_at_once(self, parts: list) -> Ask:
        return self._at_once(parts, "fewest")

    def _at_once(self, parts: list, how: str) -> Ask:
        who, own = only(parts, q.Who)[0], own_stretch(parts)
        kinds = {part.type: str(part) for part in parts if isinstance(part, Token)}
        said = kinds.get("MOST", kinds.get("FEWEST", "most"))
        number = "HOWMANY" in kinds or "number" in said or said in ("most", "fewest", "the fewest")
        if how != "mean" and not number:
            raise Unfit("the largest number, or the largest thing?")
        return lambda when, among: q.Most(of_those(who, among), either(own, when), how)

    def what_is(self, parts: list) -> Ask:
        who, own = only(parts, q.Who)[0], own_stretch(parts)
        if who.said == NEXT and isinstance(own, q.While):
            raise Unfit("which others are there, or which one comes then")

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            when = either(own, when)
            one = of_those(who, among)
            if when is not None:
                limit = q.Goes(when) if one.order == "leaves" else q.Comes(when)
                one = replace(one, tests=(*one.tests, limit), said=None if one.said == NEXT else one.said)
            stands = isinstance(one.pick, str) and any(isinstance(test, q.Heads) for test in one.tests)
            if one.pick is None or one == q.Who(one.term, pick=one.pick) or stands:
                raise Unfit("a plain question")
            return q.What(one)

        return asked

    def more_ways(self, parts: list) -> Ask:
        who, words = only(parts, q.Who)[0], [p for p in parts if isinstance(p, str) and not isinstance(p, Token)]
        return lambda when, among: q.Which(
            tuple((word, q.Count(replace(seen_in(who, when), tests=(*who.tests, q.Heads(word))))) for word in words)
        )

    def more_sides(self, parts: list) -> Ask:
        who, sides = only(parts, q.Who)[0], only(parts, Side)
        comes = "VCOME" in kinds_in(parts)
        test = q.Comes if comes else q.Goes
        return lambda when, among: q.Which(
            tuple((one.name, q.Count(replace(who, tests=(*who.tests, test(when, one.name))))) for one in sides)
        )

    def how_many_more(self, parts: list) -> Ask:
        who, (a, b) = only(parts, q.Who)[0], [part for part in parts if isinstance(part, list)]
        return lambda when, among: q.Less(q.Count(passing(who, a, when)), q.Count(passing(who, b, when)))

    def how_many_more_ways(self, parts: list) -> Ask:
        who, words = only(parts, q.Who)[0], [p for p in parts if isinstance(p, str) and not isinstance(p, Token)]
        a, b = (q.Count(replace(who, tests=(*who.tests, q.Heads(word)))) for word in words)
        return lambda when, among: q.Less(a, b) if when is None else unfit()

    def how_many_more_across(self, parts: list) -> Ask:
        sides = [side.name for side in only(parts, Side)]
        a, b = ((q.Comes(None, one), q.Goes(None, other)) for one, other in (sides[:2], sides[2:]))

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if among is None or when is not None:
                raise Unfit("of whom?")
            return q.Less(*(q.Count(replace(among, tests=(*among.tests, *tests))) for tests in (a, b)))

        return asked

    def more_ways_than(self, parts: list) -> Ask:
        who, words = only(parts, q.Who)[0], [p for p in parts if isinstance(p, str) and not isinstance(p, Token)]

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            some = seen_in(of_those(who, among), when)
            a, b = (q.Count(replace(some, tests=(*some.tests, q.Heads(word)))) for word in words)
            return q.Compare(a, "more", b)

        return asked

    def how_many_more_things(self, parts: list) -> Ask:
        (a, b), tests = only(parts, q.Who), tests_in(parts)
        return lambda when, among: q.Less(q.Count(passing(a, tests, when)), q.Count(passing(b, tests, when)))

    def stay_beats(self, parts: list) -> Ask:
        a, b = only(parts, q.Stay)

        def asked(when: q.Stretch | None, among: q.Who | None) -> q.Query:
            if when is not None:
                raise Unfit("stays in a stretch")
            return q.Less(*(replace(one, who=of_those(one.who, among)) for one in (a, b)))

        return asked

    def total_beats(self, parts: list) -> Ask:
        stay, other = only(parts, q.Stay)[0], only(parts, q.Who)[0]
        return lambda when, among: q.Less(stay, q.Stay(other, stay.how))

    def longest_so(self, parts: list) -> Ask:
        return self._so(parts, "longest")

    def shortest_so(self, parts: list) -> Ask:
        return self._so(parts, "shortest")

    def _so(self, parts: list, how: str) -> Ask:
        condition, own = only(parts, CONDITIONS)[0], own_stretch(parts)
        return lambda when, among: q.Time(condition, either(own, when), how)

    def spells(self, parts: list) -> Ask:
        if any(isinstance(one, q.Number) and one.n == 0 for one in only(parts, CONDITIONS)):
            raise Unfit("how long a break must be")
        return lambda when, among: q.Time(only(parts, CONDITIONS)[0], when, "spells")

    def spells_of(self, parts: list) -> Ask:
        who = only(parts, q.Who)[0]
        return lambda when, among: q.Time(q.Number(of_those(who, among), "least", 1), when, "spells")

    def absence_gone(self, parts: list) -> Ask:
        if any(
            part.type == "VLEAVE" and not part.startswith(("gone", "away")) for part in parts if isinstance(part, Token)
        ):
            raise Unfit("how long they took to leave")
        return self.absence(only(parts, q.Who))

    def list_all_spells(self, parts: list) -> Ask:
        return lambda when, among: q.Spells(only(parts, CONDITIONS)[0], when)

    def list_spells(self, parts: list) -> Ask:
        said = " ".join(str(part) for part in parts if isinstance(part, Token) and part.type == "SPELLS")
        union = any(word in said for word in ("interval", "span", "stretch", "period"))
        if not union and any(isinstance(one, q.Number) and one.n for one in only(parts, CONDITIONS)):
            raise Unfit("a plain question")
        return self.list_all_spells(parts)
