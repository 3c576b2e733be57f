"""Rules of moments and stretches."""

from __future__ import annotations

from dataclasses import replace

from lark import Token

from data.vocabulary import THING
from pipeline.queries import algebra as q
from pipeline.queries.meanings import (
    CONDITIONS,
    MOMENTS,
    Side,
    happening,
    length_in,
    only,
    ordered,
    word_in,
)


class Whens:
    """Methods by the names of rules."""

    duration_s: float

    # ------------------------------------------------------------------------------------------------------------ when

    def between(self, parts: list) -> q.Stretch:
        return q.Between(*only(parts, MOMENTS))

    def both_leaving(self, parts: list) -> q.Stretch:
        return q.Between(*(happening(who, "leaves") for who in only(parts, q.Who)))

    def before(self, parts: list) -> q.Stretch:
        return q.Between(None, only(parts, MOMENTS)[0], open=True)

    def before_same(self, parts: list) -> q.Stretch:
        return q.Between(None, q.Happens(only(parts, q.Who)[0], "same"), open=True)

    def after(self, parts: list) -> q.Stretch:
        return q.Between(only(parts, MOMENTS)[0], None, open=True)

    def after_before(self, parts: list) -> q.Stretch:
        return ordered(q.Between(*only(parts, MOMENTS), open=True))

    def before_after(self, parts: list) -> q.Stretch:
        end, start = only(parts, MOMENTS)
        return ordered(q.Between(start, end, open=True))

    def after_before_same(self, parts: list) -> q.Stretch:
        return q.Between(only(parts, MOMENTS)[0], q.Happens(only(parts, q.Who)[0], "same"), open=True)

    def after_first_part(self, parts: list) -> q.Stretch:
        nth, length_s = (part.value for part in parts if isinstance(part, Token) and part.type in ("ORDINAL", "LENGTH"))
        return q.Between(q.At(int(nth) * float(length_s)), None, open=True)

    def at(self, parts: list) -> q.Stretch:
        return q.Then(only(parts, MOMENTS)[0])

    def at_start(self, parts: list) -> q.Stretch:
        return q.Then(q.Edge(0.0))

    def while_so(self, parts: list) -> q.Stretch:
        return q.While(only(parts, CONDITIONS)[0])

    def during(self, parts: list) -> q.Stretch:
        return q.While(q.Number(only(parts, q.Who)[0], "least", 1))

    def first_part(self, parts: list) -> q.Stretch:
        nth, length_s = (part.value for part in parts if isinstance(part, Token) and part.type in ("ORDINAL", "LENGTH"))
        start = (int(nth) - 1) * float(length_s)
        return q.Between(q.At(start) if start else None, q.At(start + float(length_s)))

    def last_part(self, parts: list) -> q.Stretch:
        length_s = length_in(parts)
        return q.Between(q.At(max(0.0, self.duration_s - length_s)), None)

    def half(self, parts: list) -> q.Stretch:
        first = str(parts[-1]).startswith("first")
        return q.Between(None, q.Edge(0.5)) if first else q.Between(q.Edge(0.5), None)

    def just_before(self, parts: list) -> q.Stretch:
        moment, length_s = only(parts, MOMENTS)[0], length_in(parts)
        return q.Between(q.Shifted(moment, -length_s), moment, open=True)

    def just_after(self, parts: list) -> q.Stretch:
        moment, length_s = only(parts, MOMENTS)[0], length_in(parts)
        return q.Between(moment, q.Shifted(moment, length_s), open=True)

    def moment(self, parts: list) -> q.Moment:
        return parts[0]

    def at_s(self, parts: list) -> q.Moment:
        return q.At(float(parts[0].value))

    def longest_over(self, parts: list) -> q.Moment:
        return q.Begins(only(parts, CONDITIONS)[0], longest=True, over=True)

    def empties(self, parts: list) -> q.Moment:
        who = next(iter(only(parts, q.Who)), q.Who(THING))
        there = q.Between(q.Happens(who, "appears"), None, open=True)  # it becomes so only after it was not
        return q.Begins(q.Number(who, "exactly", 0), when=there)

    def shifted(self, parts: list) -> q.Moment:
        sign = -1.0 if any(part.type == "BEFORE" for part in parts if isinstance(part, Token)) else 1.0
        return q.Shifted(only(parts, MOMENTS)[0], sign * length_in(parts))

    def at_shifted(self, parts: list) -> q.Stretch:
        return q.Then(self.shifted(parts))

    def from_then(self, parts: list) -> q.Stretch:
        return q.Between(q.At(float(word_in(parts, "CLOCK").value)), None)

    def clocks(self, parts: list) -> q.Stretch:
        a, b = (q.At(float(part.value)) for part in parts if part.type in ("CLOCK", "LENGTH"))
        return ordered(q.Between(a, b))

    def last_begins(self, parts: list) -> q.Moment:
        return q.At(max(0.0, self.duration_s - float(parts[1].value)))

    def part_edge(self, parts: list) -> q.Moment:
        nth, length_s = int(parts[0].value), float(parts[1].value)
        return q.At(length_s * (nth - (parts[2].type == "BEGIN")))

    def at_the_start(self, parts: list) -> q.Moment:
        return q.Edge(0.0)

    def at_half(self, parts: list) -> q.Moment:
        return q.Edge(0.5)

    def at_the_end(self, parts: list) -> q.Moment:
        return q.Edge(1.0)

    def comes_then(self, parts: list) -> q.Moment:
        sides = only(parts, Side)
        who = only(parts, q.Who)[0]
        if sides:
            who = replace(who, tests=(*who.tests, q.Comes(None, sides[0].name)))
        if who.said is not None and who.said > 1 and who.pick is None:
            who = replace(who, pick=who.said, said=None)  # when two have come, the second has
        return happening(who, "appears")

    def only_named(self, parts: list) -> q.Moment:
        return replace(self.comes_then(parts), change="named")

    def leaves_then(self, parts: list) -> q.Moment:
        who, sides = only(parts, q.Who)[0], only(parts, Side)
        if sides:
            who = replace(who, tests=(*who.tests, q.Goes(None, sides[0].name)))
        return happening(who, "leaves")

    def then_so(self, parts: list) -> q.Moment:
        return parts[0]

    def all_left(self, parts: list) -> q.Moment:
        return q.Happens(q.Who(str(word_in(parts, "CLASS").value)), "leaves")

    def nth_leaving(self, parts: list) -> q.Moment:
        return q.Happens(q.Who(THING, pick=int(parts[0].value), order="leaves"), "leaves")

    def nth_coming(self, parts: list) -> q.Moment:
        return q.Happens(q.Who(THING, pick=int(parts[0].value)), "appears")

    def back_then(self, parts: list) -> q.Moment:
        return happening(only(parts, q.Who)[0], "returns")


STRETCH_RULES = tuple(
    name for name, rule in vars(Whens).items() if getattr(rule, "__annotations__", {}).get("return") == "q.Stretch"
)
"""Rules that make a stretch."""
