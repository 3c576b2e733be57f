"""An answer in Korean: the counterpart of `pipeline.telling.sentences`, from the same typed value and evidence.

sentence(Question("count", x="car"), 3, evidence, Clip(names, 60.0))
# "자동차가 3대 나옵니다. 첫 번째는 0:12에 나옵니다."

`Answer.text` stays English; `sentences_ko_notes.said` puts a whole answer, refusals and notes too, in Korean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.clock import clock
from data.meaning import LAST, NEVER, NONE, Question
from data.vocabulary import THING, covered, noun
from pipeline.answers import Evidence
from pipeline.telling import sentences_ko_leaving, sentences_ko_measures
from pipeline.telling.english import asked_time
from pipeline.telling.sentence_parts import begin_of, comeback_of, from_the_start, objects_in, peak_of, to_the_end
from pipeline.telling.sentences_ko_asked import Asked, Clip
from pipeline.telling.sentences_ko_leaving import side_words
from pipeline.telling.sentences_ko_words import (
    amount,
    at,
    at_asked,
    finished,
    length_words,
    listed,
    named,
    ordinal,
    subject,
    topic,
    with_particle,
)

MOST_TIES = 3
CONFIDENCE = {"sure": "확실함", "fairly sure": "꽤 확실함", "unsure": "불확실함", "a guess": "추측"}


def sentence(question: Question, value: Any, evidence: Sequence[Evidence], clip: Clip) -> str:
    """The answer `value` to `question` in Korean. Raises ValueError for a refusal or an unknown family."""
    if question.family not in _SENTENCES:
        raise ValueError(f"family {question.family!r} has no answer to word")
    pieces = tuple(sorted(evidence, key=lambda e: (e.start_s, e.end_s, e.track_id)))
    said = _SENTENCES[question.family](Asked(question, pieces, clip), value)
    return finished(said if question.side is None else f"{side_words(question.side)} {said}")


# ---------------------------------------------------------------------------------------------------- counts and yes/no


def has_sentence(question: Question) -> bool:
    """Is there a Korean sentence for it?"""
    return question.family in _SENTENCES


_FIRST_OF = "첫 번째는 {}에 나옵니다"
_FIRST_TOGETHER = "처음 함께 보이는 때는 {}입니다"


def _exists(asked: Asked, value: Any) -> str:
    if not value:
        return asked.never("보이지")
    seen = asked.of(asked.q.x)
    return f"네, {asked.lead(subject(asked.q.x, asked.which(asked.q.x, seen)))} 보입니다{asked.first(begin_of(seen))}"


def _count(asked: Asked, value: Any) -> str:
    n, x, seen = int(value), asked.q.x, asked.of(asked.q.x)
    if n == 0:
        return asked.never("보이지" if asked.limit else "나오지")
    who = f"{subject(x, asked.which(x, seen) * (n == 1))} {amount(n, x)}"
    if asked.limit:
        return asked.lead(f"{who} 보입니다{asked.first(begin_of(seen)) * (n == 1)}")
    if n == 1 and seen:
        return f"{who}, {at(seen[0].start_s)} 나옵니다"
    return f"{who} 나옵니다{asked.first(begin_of(seen), _FIRST_OF)}"


def _count_at(asked: Asked, value: Any) -> str:
    n, when = int(value), asked_time(asked.q.t_s or 0.0)
    if n == 0:
        nobody = "아무것도" if asked.q.x == THING else subject(asked.q.x)
        return f"{when}에는 {nobody} 보이지 않습니다"
    return f"{when}에 {subject(asked.q.x)} {amount(n, asked.q.x)} 보입니다"


def _count_from(later: bool) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        n, x, seen = int(value), asked.q.x, asked.of(asked.q.x)
        where = asked.reference(later)
        if n == 0:
            return asked.lead(f"{where} {f'새로 나오는 {topic(x)} 없' if later else f'{topic(x)} 나오지 않'}습니다")
        who = f"{subject(x, asked.which(x, seen) * (n == 1))} {'새로 ' * later}{amount(n, x)}"
        if n == 1 and seen:
            return asked.lead(f"{where} {who}, {at(seen[0].start_s)} 나옵니다")
        return asked.lead(f"{where} {who} 나옵니다{asked.first(begin_of(seen), _FIRST_OF)}")

    return write


def _max_at_once(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        return asked.never("보이지")
    if n == 1:
        return asked.lead(f"{topic(x)} 한 번에 {amount(1, x)}까지만 보입니다")
    most, best_s = peak_of(asked.of(x))
    first = asked.first(best_s if most == n else None, "처음으로 그런 때는 {}입니다")
    return asked.lead(f"{topic(x)} 동시에 최대 {amount(n, x)} 보입니다{first}")


def _at_least(asked: Asked, value: Any) -> str:
    n, wanted, x = objects_in(asked.of(asked.q.x)), int(asked.q.nth or 1), asked.q.x
    said = f"{'네' if value else '아니요'}, "
    if bool(value) != (n >= wanted):  # the evidence says something else
        return said + asked.lead(f"{topic(x)} {amount(wanted, x)} {'이상' if value else '미만'}입니다")
    if not value and n:
        return said + asked.lead(f"{topic(x)} {amount(n, x)}뿐입니다")
    return said + _count(asked, n)


def _at_least_at_once(asked: Asked, value: Any) -> str:
    (most, best_s), wanted, x = peak_of(asked.of(asked.q.x)), int(asked.q.nth or 1), asked.q.x
    said = f"{'네' if value else '아니요'}, "
    if bool(value) != (most >= wanted):
        return said + asked.lead(f"동시에 보이는 {topic(x)} {amount(wanted, x)} {'이상' if value else '미만'}입니다")
    if not value:
        return said + _max_at_once(asked, most)
    first = asked.first(best_s, "처음으로 그런 때는 {}입니다")
    return said + asked.lead(f"{subject(x)} 동시에 {amount(most, x)} 보입니다{first}")


def _compare(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    nx, ny = objects_in(asked.of(x)), objects_in(asked.of(y))
    known = bool(value) == (nx > ny)
    how_many = (f"({amount(nx, x)})", f"({amount(ny, y)})") if known else ("", "")
    pair = f"{subject(x, how_many[0])} {named(y)}{how_many[1]}보다"
    said = f"{'네' if value else '아니요'}, "
    if value:
        return said + asked.lead(f"{pair} 많습니다")
    if not known:
        return said + asked.lead(f"{pair} 많지 않습니다")
    if nx == ny == 0:
        return said + asked.lead(f"{named(x)}도 {named(y)}도 보이지 않습니다")
    if nx == ny:
        return said + asked.lead(
            f"{with_particle(named(x), '과')} {named(y)}의 수가 같습니다({amount(nx, x)}, {amount(ny, y)})"
        )
    return said + asked.lead(f"{pair} 적습니다")


def _order(asked: Asked, value: Any) -> str:
    (x, y), (of_x, of_y) = (asked.q.x, asked.q.y), (asked.of(asked.q.x), asked.of(asked.q.y))
    t_x, t_y = (of[0].start_s if of else None for of in (of_x, of_y))
    first_x, first_y = (f"첫 번째 {named(term)}" for term in (x, y))
    said = f"{'네' if value else '아니요'}, {asked.limit} "

    def earlier(a: str, t_a: float | None, b: str, t_b: float | None) -> str:
        is_timed = t_a is not None and t_b is not None
        when = (f"({clock(t_a)})", f"({clock(t_b)})") if is_timed else ("", "")
        return f"{with_particle(a + when[0], '이', a)} {b}{when[1]}보다 먼저 나옵니다"

    if value:
        if t_x is not None and t_y is None:
            return f"{said}{topic(x)} {at(t_x)} 나오고 {topic(y)} 나오지 않습니다"
        return said + (earlier(first_x, t_x, first_y, t_y) if t_x is not None and t_x < t_y else
                       earlier(first_x, None, first_y, None))  # fmt: skip
    if not asked.pieces:
        return f"{said}{named(x)}도 {named(y)}도 나오지 않습니다"
    if t_x is None:
        return f"{said}{topic(x)} 나오지 않습니다"
    if t_y is not None and t_x == t_y:
        return f"{said}{with_particle(first_x, '과')} {with_particle(first_y, '은')} 같은 때({clock(t_x)})에 나옵니다"
    if t_y is not None and t_y < t_x:
        return said + earlier(first_y, t_y, first_x, t_x)
    return f"{said}{with_particle(first_x, '이')} {first_y}보다 먼저 나오지 않습니다"


def _pair(asked: Asked) -> tuple[str, str]:
    """Two things together, and the word at whose end the particle is chosen."""
    x, y = asked.q.x, asked.q.y
    mine, others = (set(covered(term, asked.clip.class_names)) for term in (x, y))
    if x == y:
        return f"{named(x)} {amount(2, x)} 이상", ""
    if y == THING:
        return f"{with_particle(named(x), '과')} 다른 것", ""
    other = "다른 " if x != THING and mine & others else ""
    return f"{with_particle(named(x), '과')} {other}{named(y)}", named(y)


def _duration_together(asked: Asked, value: Any) -> str:
    if not value:
        return _together(asked, False)
    pair, last = _pair(asked)
    return asked.lead(
        f"{with_particle(pair, '이', last or None)} 함께 보이는 시간은 모두 {length_words(float(value))}입니다"
    )


def _together(asked: Asked, value: Any) -> str:
    pair, last = _pair(asked)
    if not value:
        return asked.lead(f"{with_particle(pair, '이', last or None)} 함께 보이는 때는 없습니다")
    first = asked.first(begin_of(asked.pieces), _FIRST_TOGETHER)
    return f"네, {asked.lead(with_particle(pair, '이', last or None))} 함께 보입니다{first}"


def _returns(asked: Asked, value: Any) -> str:
    if not value:
        return asked.lead(f"{asked.some()} 다시 나타나지 않습니다")
    back_s = None if asked.limit else comeback_of(asked.of(asked.q.x))
    return (
        f"네, {asked.lead(asked.some('이'))} 다시 나타납니다{asked.first(back_s, '처음 다시 나타나는 때는 {}입니다')}"
    )


# --------------------------------------------------------------------------------------------- things, times, durations


def _is_thing(asked: Asked, what: str, value: str) -> str:
    """ "… 것은 0:12에 나오는 자동차입니다. 같은 때에 개도 나옵니다" """
    mine = [e for e in asked.pieces if e.class_name == value]
    if not mine:
        return asked.lead(f"{what} {named(value)}입니다")
    at_s = mine[0].start_s
    ties = list(dict.fromkeys(e.class_name for e in asked.pieces if e.start_s == at_s and e.class_name != value))
    names = [named(tie) for tie in ties[:MOST_TIES]] + ["다른 것"] * (len(ties) > MOST_TIES)
    also = f". 같은 때에 {listed(names)}도 나옵니다" if ties else ""
    return asked.lead(f"{what} {at(at_s)} 나오는 {named(value)}입니다{also}")


def _newcomer(asked: Asked, value: Any) -> str:
    nth = {"first": 1, "last": LAST}.get(asked.q.family, asked.q.nth) or 1
    kind = "것" if asked.q.x in (None, THING) else named(asked.q.x)
    if value == NONE:
        which = with_particle(kind, "은")
        return asked.never("나오지") if nth in (1, LAST) else asked.lead(f"{ordinal(nth)}로 나오는 {which} 없습니다")
    how = {1: "가장 먼저", LAST: "가장 나중에"}.get(nth) or f"{ordinal(nth)}로"
    return _is_thing(asked, f"{how} 나오는 {with_particle(kind, '은')}", value)


def _neighbour(later: bool) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        where, kind = asked.reference(later), "것" if asked.q.x in (None, THING) else named(asked.q.x)
        if value == NONE:
            return asked.lead(f"{where} {'새로 ' * later}나오는 {with_particle(kind, '은')} 없습니다")
        return _is_thing(
            asked, f"{where} {'처음' if later else '마지막으로'} 나오는 {with_particle(kind, '은')}", value
        )

    return write


def _stays(longest: bool) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        if value == NONE:
            return asked.never("보이지")
        kind = "것" if asked.q.x in (None, THING) else named(asked.q.x)
        said = f"가장 {'오래' if longest else '짧게'} 보이는 {with_particle(kind, '은')} {named(value)}입니다"
        times: dict[int, float] = {}
        for e in asked.pieces:
            if e.class_name == value:
                times[e.track_id] = times.get(e.track_id, 0.0) + e.end_s - e.start_s
        if times:
            track, best_s = (max if longest else min)(times.items(), key=lambda item: item[1])
            begin = clock(next(e.start_s for e in asked.pieces if e.track_id == track))
            said += f". {begin}{'부터' if best_s >= 2 else '에'} {length_words(best_s)} 동안 보입니다"
        return asked.lead(said)

    return write


def _when_appears(asked: Asked, value: Any) -> str:
    if value == NEVER:
        if asked.q.nth not in (None, 1, LAST):
            return asked.lead(f"{with_particle(asked.the(), '은')} 나오지 않습니다")
        return asked.lead(f"새로 나오는 {topic(asked.q.x)} 없습니다") if asked.limit else asked.never("나오지")
    return asked.lead(f"{asked.the_one()} {at(float(value))} 나옵니다")


def _when_leaves(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return asked.absent()
    at_s = float(value)
    still = ". 영상이 끝날 때까지 보입니다" if not asked.limit and at_s >= asked.clip.duration_s - 0.01 else ""
    who = with_particle(f"마지막에 나온 {named(asked.q.x)}", "은") if asked.q.nth == LAST else asked.some()
    return asked.lead(f"{who} {at(at_s)} 마지막으로 보입니다{still}")


def _in_sight(asked: Asked, at_s: float) -> int:
    return objects_in([e for e in asked.of(asked.q.x) if e.start_s <= at_s + 1e-6 and at_s <= e.end_s + 1e-6])


def _when_most(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if value == NEVER:
        return asked.never("보이지")
    at_s = float(value)
    n = _in_sight(asked, at_s)
    if n == 1:
        return asked.lead(f"{topic(x)} 한 번에 {amount(1, x)}까지만 보입니다. 처음은 {clock(at_s)}입니다")
    return asked.lead(f"{topic(x)} {at(at_s)} 가장 많이 보입니다{f'({amount(n, x)})' if n else ''}")


def _min_at_once(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        nothing = "아무것도" if x == THING else f"{subject(x)} 하나도" if x != "person" else "사람이 아무도"
        return asked.lead(f"{nothing} 보이지 않는 때가 있습니다")
    return asked.lead(f"{topic(x)} 언제나 {amount(n, x)} 이상 보입니다")


def _when_fewest(asked: Asked, value: Any) -> str:
    x, at_s = asked.q.x, float(value)
    n = _in_sight(asked, at_s)
    if n == 0:
        return asked.lead(f"{topic(x)} {at(at_s)}부터 가장 오래 보이지 않습니다")
    return asked.lead(f"{topic(x)} {at(at_s)} 가장 적게 보입니다({amount(n, x)})")


def _duration(asked: Asked, value: Any) -> str:
    if not value:
        return asked.never("보이지")
    who = topic(asked.q.x) if asked.q.nth is None else asked.some()
    return asked.lead(f"{who} 합해서 {length_words(float(value))} 동안 보입니다")


def _returns_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return _returns(asked, False)
    return asked.lead(f"{asked.some()} {at(float(value))} 처음 다시 나타납니다")


# ----------------------------------------------------------------------------------------------------- places and lists

_SIDES = {"left": "왼쪽", "right": "오른쪽", "up": "위쪽", "down": "아래쪽", "top": "위쪽", "bottom": "아래쪽"}
_MOVES = {side: f"{_SIDES[side]}으로 움직입니다" for side in ("left", "right", "up", "down")}
_ENTERS = {side: f"화면 {_SIDES[side]}에서 들어옵니다" for side in ("left", "right", "top", "bottom")}
_LEAVES = {side: f"화면 {_SIDES[side]}으로 나갑니다" for side in ("left", "right", "top", "bottom")}
_THERE = {side: f"처음부터 화면 {_SIDES[side]}에 가장 가까이 있습니다" for side in _ENTERS}
_STILL_THERE = {side: f"끝까지 화면 {_SIDES[side]}에 가장 가까이 있습니다" for side in _ENTERS}
_PLACES = {"left": "왼쪽에", "right": "오른쪽에", "centre": "가운데에"}


def _place(words: Mapping[str, str]) -> Callable[[Asked, Any], str]:
    def write(asked: Asked, value: Any) -> str:
        return asked.absent() if value == NONE else asked.lead(f"{asked.the_one()} {words[str(value)]}")

    return write


def _enters_from(asked: Asked, value: Any) -> str:
    return _place(_THERE if from_the_start(asked.of(asked.q.x), asked.limit) else _ENTERS)(asked, value)


def _leaves_to(asked: Asked, value: Any) -> str:
    stays = to_the_end(asked.of(asked.q.x), asked.limit, asked.clip.duration_s)
    return _place(_STILL_THERE if stays else _LEAVES)(asked, value)


def _where_at(asked: Asked, value: Any) -> str:
    if asked.q.t_s is None:
        if value == NONE:
            return asked.never("보이지")
        return f"{asked.some()} 화면 {_PLACES[str(value)]} 있습니다"
    when = at_asked(asked.q.t_s)
    if value == NONE:
        return f"{when} {asked.some()} 보이지 않습니다"
    return f"{when} {asked.some()} 화면 {_PLACES[str(value)]} 있습니다"


def _list(asked: Asked, value: Any) -> str:
    if not value:
        return asked.never("보이지" if asked.limit else "나오지")
    if len(value) == 1:
        return asked.lead(f"한 가지만 보입니다: {named(value[0])}")
    return asked.lead(f"{len(value)}가지가 보입니다. 나온 순서: {listed([named(name) for name in value])}")


def _together_list(asked: Asked, value: Any) -> str:
    beside = f"{with_particle(named(asked.q.x), '과')} 함께 보이는"
    if not value:
        return asked.lead(f"{beside} 것은 없습니다")
    return asked.lead(f"{beside} 것: {listed([named(name) for name in value])}")


_LINE = re.compile(
    r"((?:\d+:)?\d+:\d\d(?:–(?:\d+:)?\d+:\d\d)?): (.+?) (in view|appears?|comes? back|leaves?)\.(?= \d|$)"
)
_HAPPENS = {"in": "보임", "appear": "나타남", "come": "돌아옴", "leave": "떠남"}
_PART = re.compile(r"(?:(?P<one>an?|\d[\d,]*) )(?P<name>.+)")


def _describe(asked: Asked, value: Any) -> str:
    """Line by line; a line that is worded in another way stays as it is."""
    text = str(value)
    if not text or text == "Nothing is seen.":
        return "아무것도 보이지 않습니다"
    terms = {word: name for name in asked.clip.class_names for word in (noun(name).singular, noun(name).plural)}
    return _LINE.sub(lambda m: f"{m[1]}: {_what(m[2], terms)} {_HAPPENS[m[3].split()[0].rstrip('s')]}.", text)


def _what(text: str, terms: Mapping[str, str]) -> str:
    out = []
    for part in re.split(r", | and (?=an?\b|\d)", text):
        found = _PART.fullmatch(part)
        if found is None:
            out.append(part)
            continue
        n = 1 if found["one"].startswith("a") else int(found["one"].replace(",", ""))
        term = terms.get(found["name"])
        what = f"{named(term or found['name'])} {amount(n, term or '')}"
        out.append(f"그 밖에 {n:,}개" if found["name"] == "more" else what)
    return listed(out)


_SENTENCES: dict[str, Callable[[Asked, Any], str]] = {
    **sentences_ko_leaving.SENTENCES,
    **sentences_ko_measures.SENTENCES,
    "exists": _exists, "count": _count, "count_between": _count, "count_at": _count_at,
    "count_before": _count_from(False), "count_after": _count_from(True), "max_at_once": _max_at_once,
    "at_least": _at_least, "at_least_at_once": _at_least_at_once, "compare": _compare,
    "first": _newcomer, "last": _newcomer, "nth": _newcomer, "when_appears": _when_appears,
    "when_leaves": _when_leaves, "when_most": _when_most, "min_at_once": _min_at_once, "when_fewest": _when_fewest,
    "next_after": _neighbour(True), "previous_before": _neighbour(False), "order": _order,
    "together": _together, "duration_together": _duration_together,
    "together_list": _together_list, "duration": _duration, "longest": _stays(True),
    "shortest": _stays(False), "returns": _returns, "returns_when": _returns_when,
    "direction": _place(_MOVES | {"still": "움직이지 않습니다"}), "enters_from": _enters_from,
    "leaves_to": _leaves_to, "where_at": _where_at, "list": _list, "describe": _describe,
}  # fmt: skip
