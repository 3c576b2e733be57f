"""Rules of who is meant, and of what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lark import Token

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    CONDITIONS,
    MOMENTS,
    BothTests,
    Side,
    Terms,
    Test,
    Timed,
    Unfit,
    WayThen,
    as_verb,
    being_there,
    in_time,
    is_literal,
    kinds_in,
    limited,
    no_return,
    nobody_in,
    only,
    own_stretch,
    passing,
    stay_of,
    terms_in,
    tests_in,
    timed,
    untimed,
    word_in,
    yet_to_call,
)

_SIDES = {
    "left": ("left",), "right": ("right",), "top": ("top", "upper", "above"), "bottom": ("bottom", "lower", "below"),
}  # fmt: skip


class Whom:
    """Methods by the names of rules."""

    # ------------------------------------------------------------------------------------------------------------- who

    def who(self, parts: list) -> q.Who:
        who = q.Who("")
        for part in parts:
            if isinstance(part, Token):
                who = limited(who, part)
            elif isinstance(part, q.Who):
                who = part
            elif callable(part):
                who = part(who)
        if not who.term:
            raise Unfit("of what?")
        return who

    def either(self, parts: list) -> q.Who:
        first, other = [part for part in parts if isinstance(part, Token) and part.type == "CLASS"]
        return replace(self.who([part for part in parts if part not in (first, other)] + [first]), also=(other.value,))

    def both_kinds(self, parts: list) -> q.Who:
        first, *others = only(parts, Terms)[0]
        if not str(parts[-1]).endswith("together") and parts[-1].type == "ATONCE":
            raise Unfit("so many at once")
        return q.Who(first, also=tuple(others))

    def it(self, parts: list) -> q.Who:
        made = q.Who("")
        for part in parts:
            made = made if isinstance(part, Token) else part(made)
        return made

    def one_of_them(self, parts: list) -> q.Who:
        return limited(self.it(parts), parts[0])

    def pre(self, parts: list) -> Token:
        return parts[0]

    def but_some(self, parts: list) -> Callable[[q.Who], q.Who]:
        if any(term != "person" for term in terms_in(parts)):
            raise Unfit("but other things")
        tests = yet_to_call(parts)[0](q.Who("")).tests
        if len(tests) != 1:
            raise Unfit("but whom?")
        return lambda who: replace(who, tests=(*who.tests, q.Not(tests[0])))

    def other_than(self, parts: list) -> Callable[[q.Who], q.Who]:
        if any(
            isinstance(part, Token) and part.type in ("ORDINAL", "LAST", "LONGEST", "SHORTEST", "NUMBER")
            for part in parts
        ):
            raise Unfit("all but one of them")
        terms = next(iter(only(parts, Terms)), None) or terms_in(parts)
        if THING in terms:
            raise Unfit("other than anything")
        return lambda who: replace(who, but=(*who.but, *terms))

    def seen_after(self, parts: list) -> Callable[[q.Who], q.Who]:
        limit = q.Comes(q.Between(only(parts, MOMENTS)[0], None, open=True))
        return lambda who: replace(who, tests=(*who.tests, limit))

    def post(self, parts: list) -> Callable[[q.Who], q.Who]:
        relative = any(isinstance(part, Token) and part.type in ("WHICH", "THAT") for part in parts)
        tests = [Timed(one.own, one.told) if isinstance(one, Timed) and relative else one for one in tests_in(parts)]
        limits = passing(q.Who(""), tests, None).tests
        limits = tuple(test for test in limits if not relative or test != q.Comes())
        return lambda who: no_return(replace(who, tests=(*who.tests, *limits)))

    def with_shortest(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick="shortest")

    def with_longest(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick="longest")

    def to_leave(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, order="leaves")

    def to_return(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, order="returns")

    def comes_alone(self, parts: list) -> Test:
        others = q.Who(str(word_in(parts, "CLASS").value))  # itself the only one
        return untimed(q.Comes(q.While(q.Number(others, "exactly", 1))))

    def first_to_leave(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick=self._nth(parts), order="leaves")

    def _nth(self, parts: list) -> int:
        """The number that is said behind a verb: "the one that came second"; sooner: the first."""
        return next((int(part.value) for part in parts if isinstance(part, Token) and part.type == "ORDINAL"), 1)

    def last_to_leave(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick=-1, order="leaves")

    def first_to_come(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick=self._nth(parts))

    def last_to_come(self, parts: list) -> Callable[[q.Who], q.Who]:
        return lambda who: replace(who, pick=-1)

    def to_come(self, parts: list) -> Callable[[q.Who], q.Who]:
        when = own_stretch(parts)
        return lambda who: who if when is None else replace(who, tests=(*who.tests, q.Comes(when)))

    def numbered(self, parts: list) -> q.Number:
        raise Unfit("no such number")

    def _at_once_only(self, who: q.Who) -> None:
        if any(isinstance(test, q.Comes | q.Goes | q.There | q.Returns) for test in who.tests):
            raise Unfit("so many of those that come, or so many that are there at once?")

    def _numbered(self, parts: list, relation: q.Relation) -> q.Number:
        n = word_in(parts, "NUMBER").value
        who = only(parts, q.Who)[0]
        self._at_once_only(who)
        return q.Number(who, relation, int(n))

    def at_least(self, parts: list) -> q.Number:
        return self._numbered(parts, "least")

    def more(self, parts: list) -> q.Number:
        return self._numbered(parts, "more")

    def exactly(self, parts: list) -> q.Number:
        return self._numbered(parts, "exactly")

    def at_most(self, parts: list) -> q.Number:
        return self._numbered(parts, "most")

    def fewer(self, parts: list) -> q.Number:
        return self._numbered(parts, "fewer")

    def all_of(self, parts: list) -> q.Number:
        who = only(parts, q.Who)[0]
        numbers = [part.value for part in parts if isinstance(part, Token) and part.type == "NUMBER"]
        both = word_in(parts, "ALL").startswith("both")
        if not numbers and not both:
            raise Unfit("how many are all?")
        return q.Number(who, "least", int(numbers[0]) if numbers else 2)

    def so_many(self, parts: list) -> q.Number:
        return only(parts, CONDITIONS)[0]

    def any(self, parts: list) -> q.Number:
        who = only(parts, q.Who)[0]
        if who.said:
            self._at_once_only(who)
        return q.Number(who, "least", who.said or 1)

    def none(self, parts: list) -> q.Number:
        who = only(parts, q.Who)[0]
        if who.said is not None or any(isinstance(test, q.Comes | q.Goes) for test in who.tests):
            raise Unfit("none of those that come")
        return q.Number(only(parts, q.Who)[0], "exactly", 0)

    def alone(self, parts: list) -> q.Both:
        if only(parts, q.Who)[0].said not in (None, 1):
            raise Unfit("alone together")
        return q.Both(self.any(parts), q.Number(q.Who(THING), "exactly", 1))

    def one_alone(self, parts: list) -> q.Both:
        there = only(parts, q.Who)[0]
        return q.Both(q.Number(there, "least", there.said or 1), self.nobody(parts))

    def with_so_many(self, parts: list) -> q.Condition:
        out = only(parts, q.Number)[0]
        for who in only(parts, q.Who):
            out = q.Both(q.Number(who, "least", who.said or 1), out)
        return out

    def away(self, parts: list) -> q.Condition:
        who = only(parts, q.Who)[0]
        back = any(isinstance(test, q.Returns) for test in who.tests)
        return q.Away(who) if back or str(parts[-1]).startswith("away") else q.Number(who, "exactly", 0)

    def it_away(self, parts: list) -> q.Away:
        return q.Away(q.Who(""))

    def nobody(self, parts: list) -> q.Number:
        return q.Number(nobody_in(parts), "exactly", 0)

    def outnumbering(self, parts: list) -> q.Outnumbers:
        who, others = only(parts, q.Who)
        return q.Outnumbers(who, others)

    def one_without(self, parts: list) -> q.Both:
        there, none = only(parts, q.Who)
        return q.Both(q.Number(there, "least", there.said or 1), q.Number(none, "exactly", 0))

    def neither(self, parts: list) -> q.Both:
        return q.Both(*(q.Number(q.Who(term), "exactly", 0) for term in terms_in(parts)))

    def nothing(self, parts: list) -> q.Number:
        return q.Number(q.Who(THING), "exactly", 0)

    # ---------------------------------------------------------------------------------------------------- what they do

    def stretch(self, parts: list) -> q.Stretch:
        return parts[0]

    def vp(self, parts: list) -> Test:
        return parts[0]

    def cond(self, parts: list) -> q.Condition:
        return parts[0]

    def vps(self, parts: list) -> list[Test]:
        tests = [untimed(part) if isinstance(part, q.Stays) else part for part in parts]
        tests = yet_to_call(tests)
        comes = [k for k, one in enumerate(tests) if isinstance(one, Timed) and one.own is None
                 and isinstance(one.make(None), q.Comes)]  # fmt: skip
        for k, one in enumerate(tests):
            if isinstance(one, WayThen) and comes:  # "come in from the left and head down before 2:00": come before
                tests[comes[0]] = Timed(one.own, tests[comes[0]].make)
                tests[k] = untimed(q.Heads(one.word))
        return tests

    def comes(self, parts: list) -> Test:
        verb = str(word_in(parts, "VCOME"))

        def test(when: q.Stretch | None, side: str | None) -> q.Test:
            between = isinstance(when, q.Between) and is_literal(when) and not when.open
            if between and verb.startswith(("appear", "show")):
                raise Unfit("to appear between two times is to be seen then, or to come then")
            return told(when, side)

        def told(when: q.Stretch | None, side: str | None) -> q.Test:
            return q.Comes(as_verb(when, "appears"), side)

        return timed(parts, test, told)

    def comes_from_side(self, parts: list) -> list[Test]:
        return [untimed(q.Comes(None, only(parts, Side)[0].name))]

    def leaves(self, parts: list) -> Test:
        gone = any(isinstance(part, Token) and part.startswith(("gone", "already")) for part in parts)

        def test(when: q.Stretch | None, side: str | None) -> q.Test:
            if isinstance(when, q.Then) and isinstance(when.moment, q.At) and not gone:
                return q.Goes(when, side)
            if isinstance(when, q.Then) and not gone:
                raise Unfit("to leave then, or to have left by then")
            # gone when something happens: it has left before that
            when = as_verb(when, "leaves")
            if isinstance(when, q.Between) and when.start is None and when.end == q.Edge(1.0):
                when = None  # by the end
            return q.Goes(q.Between(None, when.moment) if isinstance(when, q.Then) else when, side)

        return timed(parts, test)

    def remains(self, parts: list) -> Test:
        when = own_stretch(parts)
        if isinstance(when, q.Between) and when.end is None and when.start is not None:
            when = q.Then(when.start)
        return being_there(when)

    def still_after(self, parts: list) -> Test:
        return being_there(q.Then(only(parts, MOMENTS)[0]))

    def no_longer_there(self, parts: list) -> Test:
        when = own_stretch(parts)
        start = when.moment if isinstance(when, q.Then) else when.start if isinstance(when, q.Between) else None
        if start is None:
            raise Unfit("no longer there from when on?")
        return untimed(q.AllOf((q.Comes(q.Between(None, start, open=True)), q.Not(q.There(when)))))

    def all_through_with(self, parts: list) -> Test:
        who = only(parts, q.Who)[0]
        return untimed(q.There(q.While(q.Number(who, "least", 1)), throughout=True))

    def all_through(self, parts: list) -> Test:
        return untimed(q.There(q.Between(None, None), throughout=True))

    def returns(self, parts: list) -> Test:
        def test(when: q.Stretch | None, side: str | None) -> q.Test:
            start = when.start if isinstance(when, q.Between) else None
            again = isinstance(start, q.Happens) and start.change == "leaves"
            return q.Returns(None if again else when)  # it is back after it left

        return timed(parts, test)

    def not_so(self, parts: list) -> Test:
        other = next(part for part in parts if callable(part))
        return lambda when: q.Not(other(when))

    def moves(self, parts: list) -> Test:
        word = next(part for part in parts if isinstance(part, str) and not isinstance(part, Token))
        if (own := own_stretch(parts)) is not None:
            return WayThen(own, word)
        return untimed(q.Heads(word))

    def is_moving(self, parts: list) -> Test:
        if not str(parts[0]).startswith(("mov", "chang")):
            raise Unfit("to go is to leave, or to move; to run is an action")
        return untimed(q.Heads("moving"))

    def stands(self, parts: list) -> Test:
        return untimed(q.Heads("still"))

    def stays(self, parts: list) -> Test:
        return untimed(only(parts, q.Stays)[0])

    def gone_by(self, parts: list) -> Test:
        return untimed(q.Goes(q.Between(None, only(parts, MOMENTS)[0], open=True)))

    def not_there(self, parts: list) -> Test:
        when = own_stretch(parts)
        before = isinstance(when, q.Between) and when.start is None and not str(parts[0]).startswith(("abs", "miss"))
        return untimed(q.Goes(when) if before else q.Not(q.There(when)))  # out of sight before then: gone

    def there_before(self, parts: list) -> Test:
        return untimed(q.Comes(q.Between(None, only(parts, MOMENTS)[0], open=True)))

    def gone_within(self, parts: list) -> Test:
        return untimed(self._length(parts, "most"))  # also of those who are still there when the clip ends

    def away_for(self, parts: list) -> Test:
        stays = only(parts, q.Stays)[0]
        return untimed(q.AwayFor(stays.relation, stays.length))

    def dwells(self, parts: list) -> list[Test]:
        return [untimed(only(parts, q.Stays)[0])]

    def longer_than(self, parts: list) -> Test:
        in_time(parts)
        return untimed(q.Stays("more", stay_of(only(parts, q.Who)[0])))

    def lasts(self, parts: list) -> Test:
        if not str(word_in(parts, "VSTAY")).startswith("last"):
            raise Unfit("so long, or at least so long?")
        return untimed(self._length(parts, "least"))

    def longer_than_mean(self, parts: list) -> Test:
        terms = terms_in(parts)
        relation = "fewer" if "LESSTHAN" in kinds_in(parts) else "more"
        return untimed(q.Stays(relation, q.Stay(q.Who(terms[0] if terms else ""), "mean")))

    def till_end(self, parts: list) -> Test:
        return untimed(q.There(q.Then(q.Edge(1.0))))

    def there(self, parts: list) -> Test:
        when = own_stretch(parts)
        stays = "VSTAY" in kinds_in(parts)
        if stays and isinstance(when, q.Between) and when.start is None and when.open:
            when = q.Then(when.end)  # it stays until then
        return being_there(when)

    def seen(self, parts: list) -> Test:
        return timed(parts, lambda when, side: q.There(when) if when is not None else q.There(q.Between(None, None)))

    def with_(self, parts: list) -> Test:
        who = only(parts, q.Who)[0]
        numbers = [int(part.value) for part in parts if isinstance(part, Token) and part.type == "NUMBER"]
        if max([*numbers, who.said or 1]) > 1:
            raise Unfit("with so many of them")
        return Timed(None, lambda when: q.With(who, when))

    def not_with(self, parts: list) -> Test:
        return untimed(q.Not(q.With(only(parts, q.Who)[0])))

    def crosses(self, parts: list) -> Test:
        a, b = only(parts, Side)
        opposite = {a.name, b.name} in ({"left", "right"}, {"top", "bottom"})
        if opposite and not (a.side and b.side):  # all the way: that is a direction
            return untimed(q.Heads({"top": "up", "bottom": "down"}.get(b.name, b.name)))
        return untimed(BothTests(q.Comes(None, a.name), q.Goes(None, b.name)))

    def way_word(self, parts: list) -> str:
        said = str(parts[-1])
        word = next(word for word in ("left", "right", "top", "bottom", "upper", "lower", "up", "down") if word in said)
        return {"top": "up", "upper": "up", "bottom": "down", "lower": "down"}.get(word, word)

    def _length(self, parts: list, relation: q.Relation) -> q.Stays:
        lengths = [q.Length(float(part.value)) for part in parts if isinstance(part, Token) and part.type == "LENGTH"]
        return q.Stays(relation, *lengths)

    def shorter(self, parts: list) -> q.Stays:
        return self._length(parts, "fewer")

    def longer(self, parts: list) -> q.Stays:
        return self._length(parts, "more")

    def no_shorter(self, parts: list) -> q.Stays:
        return self._length(parts, "least")

    def no_longer(self, parts: list) -> q.Stays:
        return self._length(parts, "most")

    def stays_between(self, parts: list) -> Test:
        return untimed(self._length(parts, "least"))

    def side_from(self, parts: list) -> Side:
        return only(parts, Side)[0]

    side_to = side_from

    def side(self, parts: list) -> Side:
        said = str(parts[0])
        return Side(next(name for name, words in _SIDES.items() if any(word in said for word in words)), "side" in said)
