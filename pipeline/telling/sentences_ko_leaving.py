"""Korean sentences about leaving, being away, exact numbers, means and sides (of `pipeline.telling.sentences_ko`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from data.clock import clock
from data.meaning import NEVER, NONE, Side
from data.meaning.absence import absences
from data.meaning.leaving import STILL_THERE_S
from data.vocabulary import THING
from pipeline.telling.english import mean_words
from pipeline.telling.sentence_parts import objects_in, peak_of
from pipeline.telling.sentences_ko_asked import Asked
from pipeline.telling.sentences_ko_words import amount, at, length_words, named, subject, topic, with_particle
from pipeline.telling.sentences_leaving import MOST_SPANS, in_sight, last_sights, visits_of

Writer = Callable[[Asked, Any], str]


def _spans(spans: list[tuple[float, float]]) -> str:
    shown = ", ".join(f"{clock(a)}–{clock(b)}" for a, b in spans[:MOST_SPANS])
    return shown + f", 그 밖에 {len(spans) - MOST_SPANS}번" * (len(spans) > MOST_SPANS)


def yes(value: Any) -> str:
    return "네, " if value else "아니요, "


def _leaver(how: str) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        kind = "것" if asked.q.x in (None, THING) else named(asked.q.x)
        if value == NONE:
            return asked.lead(f"떠나는 {with_particle(kind, '은')} 없습니다")
        last = last_sights([e for e in asked.pieces if e.class_name == value])
        when = f". {at(max(last.values()))} 마지막으로 보입니다" if last else ""
        return asked.lead(f"{how} 떠나는 {with_particle(kind, '은')} {named(value)}입니다{when}")

    return write


def _count_left(asked: Asked, value: Any) -> str:
    n, x = int(value), asked.q.x
    if n == 0:
        return asked.lead(f"떠나는 {topic(x)} 없습니다")
    seen = asked.of(x)
    last = sorted(last_sights(seen).values())
    first = f". {'첫 번째는 ' * (n > 1)}{clock(last[0])}에 떠납니다" if len(last) == n else ""
    return asked.lead(f"{subject(x, asked.which(x, seen) * (n == 1))} {amount(n, x)} 떠납니다{first}")


def _order_leaves(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    ends = [max(last_sights(asked.of(term)).values(), default=None) for term in (x, y)]
    end_s = asked.clip.duration_s
    line = min(end_s, asked.q.stretch[1] if asked.q.stretch else end_s) - STILL_THERE_S
    stays = [end is not None and end > line + 1e-6 for end in ends]
    if value and ends[1] is None:
        return yes(value) + asked.lead(f"{topic(x)} 떠나고 {topic(y)} 나오지 않습니다")
    if value and stays[1]:
        return yes(value) + asked.lead(f"{topic(x)} 떠나고 {topic(y)} 끝까지 있습니다")
    if not value and ends[0] is None:
        return yes(value) + asked.lead(f"{topic(x)} 나오지 않습니다")
    if not value and stays[0]:
        return yes(value) + asked.lead(f"{topic(x)} 끝까지 있습니다")
    early, late = (0, 1) if value else (1, 0)
    known = None not in ends and ends[early] < ends[late]
    terms = (x, y)
    if not known:
        verb = "떠납니다" if value else "떠나지 않습니다"
        return yes(value) + asked.lead(f"{subject(x)} {named(y)}보다 먼저 {verb}")
    first = f"{named(terms[early])}({clock(ends[early])})"
    second = f"{named(terms[late])}({clock(ends[late])})"
    return yes(value) + asked.lead(f"{with_particle(first, '이', named(terms[early]))} {second}보다 먼저 떠납니다")


def _away(asked: Asked, value: Any) -> str:
    seen = asked.of(asked.q.x)
    if not value:
        return asked.lead(f"{asked.some()} 떠났다가 돌아오지 않습니다") if seen else asked.absent()
    gaps = absences(in_sight(seen))
    when = f"({_spans(gaps)})" if abs(sum(b - a for a, b in gaps) - float(value)) < 0.05 else ""
    return asked.lead(f"{asked.some()} {length_words(float(value))} 동안 자리를 비웁니다{when}")


def _absent(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if float(value) < 0.05:
        return asked.lead(f"{topic(x)} 줄곧 보입니다")
    nobody = "아무것도" if x == THING else subject(x)
    return asked.lead(f"{nobody} 보이지 않는 시간은 모두 {length_words(float(value))}입니다")


def _visits(asked: Asked, value: Any) -> str:
    n, seen = int(value), asked.of(asked.q.x)
    if n == 0:
        return asked.absent()
    objects = objects_in(seen)
    times = visits_of(seen)
    when = f"({amount(objects, asked.q.x)})" if objects > 1 else f": {_spans(times)}" if len(times) == n else ""
    return asked.lead(f"{asked.some()} {n}번 나옵니다{when}")


def _wanted(asked: Asked) -> int:
    return 1 if asked.q.nth is None else int(asked.q.nth)


def _of_number(right: Callable[[int, int], bool], words: Callable[[str], str]) -> Writer:
    """Of the whole clip. words: of an amount, for a yes."""

    def write(asked: Asked, value: Any) -> str:
        n, x, wanted = objects_in(asked.of(asked.q.x)), asked.q.x, _wanted(asked)
        if bool(value) != right(n, wanted):  # the evidence says something else
            is_so = "나옵니다" if value else "나오는 것은 아닙니다"
            return yes(value) + asked.lead(f"{topic(x)} {words(amount(wanted, x))} {is_so}")
        if n == 0:
            return yes(value) + asked.never("나오지")
        return yes(value) + asked.lead(f"{subject(x)} {words(amount(n, x)) if value else amount(n, x)} 나옵니다")

    return write


def _exactly_at_once(asked: Asked, value: Any) -> str:
    x, n = asked.q.x, _wanted(asked)
    is_there = "있습니다" if value else "없습니다"
    return yes(value) + asked.lead(f"{subject(x)} 정확히 {amount(n, x)} 보이는 때{'가' if value else '는'} {is_there}")


def _at_most_at_once(asked: Asked, value: Any) -> str:
    x, n = asked.q.x, _wanted(asked)
    most, _ = peak_of(asked.of(x))
    if bool(value) != (most <= n):
        return yes(value) + asked.lead(f"{topic(x)} 동시에 {amount(n, x)}보다 {'많지 않' if value else '많'}습니다")
    if most == 0:
        return yes(value) + asked.never("보이지")
    return yes(value) + asked.lead(f"{topic(x)} 동시에 최대 {amount(most, x)} 보입니다")


def _when_number(words: Callable[[str], str]) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        what = f"{subject(asked.q.x)} {words(amount(_wanted(asked), asked.q.x))} 보이는"
        if value == NEVER:
            return asked.lead(f"{what} 때는 없습니다")
        return asked.lead(f"{what} 가장 긴 때는 {clock(float(value))}에 시작합니다")

    return write


def _always(asked: Asked, value: Any) -> str:
    n, x = _wanted(asked), asked.q.x
    who = topic(x) if n == 1 else f"{topic(x)} {amount(n, x)} 이상"
    return yes(value) + asked.lead(f"{who} 줄곧 {'보입' if value else '보이지는 않습'}니다")


def _ever_at_most(asked: Asked, value: Any) -> str:
    n, x = _wanted(asked), asked.q.x
    fewest = objects_in(asked.of(x))
    if not value:
        return yes(value) + asked.lead(f"{topic(x)} 언제나 {amount(n + 1, x)} 이상 보입니다")
    if fewest == 0:
        nobody = "아무것도" if x == THING else subject(x)
        return yes(value) + asked.lead(f"{nobody} 보이지 않는 때가 있습니다")
    return yes(value) + asked.lead(f"{subject(x)} {amount(fewest, x)}만 보이는 때가 있습니다")


def _duration(words: Callable[[str], str]) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        so_many, x = words(amount(_wanted(asked), asked.q.x)), asked.q.x
        if not value:
            return asked.lead(f"{subject(x)} {so_many} 보이는 때는 없습니다")
        return asked.lead(f"{subject(x)} {so_many} 보이는 시간은 모두 {length_words(float(value))}입니다")

    return write


def _leaves(asked: Asked, value: Any) -> str:
    if not value:
        return f"아니요, {asked.lead(f'{asked.some()} 떠나지 않습니다')}"
    first_s = min(e.end_s for e in asked.pieces) if asked.pieces else None
    return f"네, {asked.lead(asked.some('이'))} 떠납니다{asked.first(first_s, '처음 떠나는 때는 {}입니다')}"


def _leaves_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return asked.lead(f"{asked.some()} 떠나지 않습니다")
    return asked.lead(f"{asked.some()} {at(float(value))} 처음 떠납니다")


def _stands(asked: Asked, value: Any) -> str:
    if not value:
        return asked.lead(f"{asked.some()} 멈춰 있지 않습니다")
    return asked.lead(f"{asked.some('이')} 멈춰 있는 시간은 모두 {length_words(float(value))}입니다")


def _stops(asked: Asked, value: Any) -> str:
    if not value:
        return f"아니요, {asked.lead(f'{asked.some()} 멈추지 않습니다')}"
    first_s = min(e.start_s for e in asked.pieces) if asked.pieces else None
    return f"네, {asked.lead(asked.some('이'))} 멈춥니다{asked.first(first_s, '처음 멈추는 때는 {}입니다')}"


def _stops_when(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return asked.lead(f"{asked.some()} 멈추지 않습니다")
    return asked.lead(f"{asked.some()} {at(float(value))} 처음 멈춥니다")


def _count_leavings(asked: Asked, value: Any) -> str:
    if not int(value):
        return asked.lead(f"{asked.some()} 떠나지 않습니다")
    return asked.lead(f"{asked.some()} {int(value)}번 떠납니다")


def _longest_absent(asked: Asked, value: Any) -> str:
    x = asked.q.x
    if float(value) < 0.05:
        return asked.lead(f"{topic(x)} 줄곧 보입니다")
    nobody = "아무것도" if x == THING else subject(x)
    return asked.lead(f"{nobody} 보이지 않는 가장 긴 시간은 {length_words(float(value))}입니다")


def _time_between(asked: Asked, value: Any) -> str:
    pair = f"{asked.beside(asked.q.event, True)}, {asked.beside(asked.q.other, False)}"
    if value == NEVER:
        return f"{pair}: 둘 사이의 시간은 없습니다"
    return f"{pair}: 둘 사이는 {length_words(float(value))}입니다"


def _happens_before(asked: Asked, value: Any) -> str:
    said = f"{asked.beside(asked.q.event, True)}, {asked.beside(asked.q.other, False)}"
    return yes(value) + f"{said}: 순서가 {'맞' if value else '맞지 않'}습니다"


def _count_returns(asked: Asked, value: Any) -> str:
    if not int(value):
        return asked.lead(f"{asked.some()} 다시 나타나지 않습니다")
    return asked.lead(f"{asked.some()} {int(value)}번 다시 나타납니다")


def _mean_at_once(asked: Asked, value: Any) -> str:
    mean = float(value)
    if not mean:
        return asked.never("보이지")
    return asked.lead(f"동시에 보이는 {named(asked.q.x)} 수는 평균 {mean_words(mean)}입니다")


def _mean_stay(asked: Asked, value: Any) -> str:
    if not value:
        return asked.never("보이지")
    n = objects_in(asked.of(asked.q.x))
    who = f"({amount(n, asked.q.x)})" if n > 1 else ""
    return asked.lead(f"{topic(asked.q.x)} 평균 {length_words(float(value))} 동안 보입니다{who}")


_SIDES = {"left": "왼쪽", "right": "오른쪽", "up": "위쪽", "down": "아래쪽", "top": "위쪽", "bottom": "아래쪽",
          "centre": "가운데"}  # fmt: skip


def side_words(side: Side) -> str:
    """Which things are meant: "화면 왼쪽에서 들어오는 것 가운데"."""
    if side.how == "inside":
        half = " 절반" * side.word.endswith(" half")
        return f"화면 {_SIDES[side.word.removesuffix(' half')]}{half}에서"
    if side.how == "stands":
        return f"{_SIDES[side.word]} 것만 보면"
    if side.how == "stays":
        how, seconds = side.word.split()
        return f"{length_words(float(seconds))}보다 {'오래' if how == 'longer' else '짧게'} 보이는 것만 세면"
    if side.word in _MOTION:
        return _MOTION[side.word]
    where = _SIDES[side.word]
    verb = {"enters_from": "에서 들어오는", "leaves_to": "으로 나가는", "direction": "으로 움직이는"}[side.how]
    return f"화면 {where}{verb} 것 가운데"


_MOTION = {"still": "움직이지 않는 것 가운데", "moving": "움직이는 것 가운데"}
SENTENCES: Mapping[str, Writer] = {
    "first_leaves": _leaver("가장 먼저"), "last_leaves": _leaver("가장 나중에"), "count_left": _count_left,
    "order_leaves": _order_leaves, "away": _away, "absent": _absent, "visits": _visits,
    "exactly": _of_number(lambda n, wanted: n == wanted, "정확히 {}".format),
    "at_most": _of_number(lambda n, wanted: n <= wanted, "{} 이하로".format),
    "exactly_at_once": _exactly_at_once, "at_most_at_once": _at_most_at_once,
    "when_number": _when_number("정확히 {}".format), "when_at_least": _when_number("{} 이상".format),
    "when_at_most": _when_number("{} 이하로".format),
    "mean_at_once": _mean_at_once, "mean_stay": _mean_stay, "always": _always, "ever_at_most": _ever_at_most,
    "duration_at_least": _duration("{} 이상".format), "duration_exactly": _duration("정확히 {}".format),
    "count_returns": _count_returns, "leaves": _leaves,
    "leaves_when": _leaves_when, "count_leavings": _count_leavings, "longest_absent": _longest_absent,
    "time_between": _time_between, "happens_before": _happens_before, "stands": _stands, "stops": _stops,
    "stops_when": _stops_when,
}  # fmt: skip
ASKS = {
    "first_leaves": "가장 먼저 떠나는 {any} 무엇인가요",
    "last_leaves": "가장 나중에 떠나는 {any} 무엇인가요",
    "count_left": "{x_i} 몇 {n} 떠나나요",
    "order_leaves": "{x_i} {y}보다 먼저 떠나나요",
    "away": "{the_eun} 얼마나 오래 자리를 비웠다가 돌아오나요",
    "absent": "{x_i} 보이지 않는 시간은 얼마인가요",
    "visits": "{the_eun} 몇 번 나오나요",
    "exactly": "{x_i} 정확히 {wanted} 나오나요",
    "exactly_at_once": "{x_i} 정확히 {wanted} 보이는 때가 있나요",
    "at_most": "{x_i} {wanted} 이하로 나오나요",
    "at_most_at_once": "{x_i} 동시에 {wanted} 이하로 보이나요",
    "when_number": "{x_i} 정확히 {wanted} 보이는 때는 언제인가요",
    "when_at_least": "{x_i} {wanted} 이상 보이는 때는 언제인가요",
    "leaves": "{the_i} 떠나나요",
    "leaves_when": "{the_eun} 언제 떠나나요",
    "count_leavings": "{the_eun} 몇 번 떠나나요",
    "longest_absent": "{x_i} 보이지 않는 가장 긴 시간은 얼마인가요",
    "time_between": "{after}, {other}: 둘 사이는 얼마인가요",
    "happens_before": "{after}, {other}: 이 순서가 맞나요",
    "count_returns": "{the_eun} 몇 번 다시 나타나나요",
    "duration_at_least": "{x_i} {wanted} 이상 보이는 시간은 얼마인가요",
    "stands": "{the_eun} 얼마나 오래 멈춰 있나요",
    "stops": "{the_i} 멈추나요",
    "stops_when": "{the_eun} 언제 처음 멈추나요",
    "duration_exactly": "{x_i} 정확히 {wanted} 보이는 시간은 얼마인가요",
    "always": "{x_i} {wanted} 이상 줄곧 보이나요",
    "ever_at_most": "{x_i} {wanted} 이하로 보이는 때가 있나요",
    "mean_at_once": "동시에 보이는 {x_eun} 평균 몇 {n}인가요",
    "mean_stay": "{x_eun} 평균 얼마나 오래 보이나요",
}
"""The questions, as `pipeline.telling.sentences_ko_notes.question` fills them in."""
