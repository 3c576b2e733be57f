"""Korean sentences about shares, rates, breaks and stays (of `pipeline.telling.sentences_ko`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from data.clock import clock
from data.meaning import NEVER, Event
from data.meaning.absence import absences
from data.meaning.each import NONE_OF_THEM
from data.meaning.shares import UNIT_S
from data.vocabulary import THING
from pipeline.telling.english import mean_words, percent
from pipeline.telling.sentence_parts import objects_in
from pipeline.telling.sentences_ko_asked import Asked
from pipeline.telling.sentences_ko_leaving import yes
from pipeline.telling.sentences_ko_words import (
    amount,
    length_words,
    listed,
    named,
    ordinal,
    subject,
    topic,
    with_particle,
)
from pipeline.telling.sentences_leaving import in_sight
from pipeline.telling.sentences_measures import MOST_BLOCKS, MOST_TIMES, pieces_of, seen_s

Writer = Callable[[Asked, Any], str]
UNITS = {1.0: "1초", 60.0: "1분", 3600.0: "1시간", 86400.0: "하루"}


def unit_words(unit_s: float | None) -> str:
    """Such as "1분", "30초"."""
    unit_s = unit_s or UNIT_S
    return UNITS.get(unit_s) or length_words(unit_s)


def _percent(value: Any) -> str:
    said = percent(float(value))
    how = " 미만" if said.startswith("less") else " 이상" if said.startswith("more") else ""
    return said.split()[-1] + how


def _share(asked: Asked, value: Any) -> str:
    if not value:
        return asked.absent()
    return asked.lead(f"{asked.some()} 전체 시간의 {_percent(value)} 동안 보입니다")


def _share_absent(asked: Asked, value: Any) -> str:
    if not value:
        return asked.lead(f"{asked.some()} 줄곧 보입니다")
    who = "아무것도" if asked.q.x == THING and asked.q.nth is None else asked.some("이")
    return asked.lead(f"{who} 보이지 않는 시간은 전체의 {_percent(value)}입니다")


def _share_at_least(asked: Asked, value: Any) -> str:
    many = f"{subject(asked.q.x)} {amount(int(asked.q.nth or 1), asked.q.x)} 이상"
    if not value:
        return asked.lead(f"{many} 보이는 때는 없습니다")
    return asked.lead(f"{many} 보이는 시간은 전체의 {_percent(value)}입니다")


def _share_of(asked: Asked, value: Any) -> str:
    x, y = asked.q.x, asked.q.y
    n, whole = objects_in(asked.of(x)), objects_in(asked.of(y))
    if not whole and not value:
        return asked.lead(f"{topic(y)} 보이지 않습니다")
    known = whole and abs(n / whole - float(value)) < 1e-6
    counts = f"({whole} 가운데 {n})" if known else ""
    return asked.lead(f"{named(y)} 가운데 {_percent(value)}{counts}가 {named(x)}입니다")


def _rate(asked: Asked, value: Any) -> str:
    if not value:
        return asked.never("보이지")
    whole = amount(objects_in(asked.of(asked.q.x)), asked.q.x)
    return asked.lead(
        f"{unit_words(asked.q.t_s)}에 {topic(asked.q.x)} {mean_words(float(value))}꼴로 보입니다(모두 {whole})"
    )


def _busiest(verb: str) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        if value == NEVER:
            return asked.never("보이지")
        n, begin_s = objects_in(asked.of(asked.q.x)), float(value)
        end_s = min(begin_s + (asked.q.t_s or UNIT_S), asked.clip.duration_s)
        how_many = f"({amount(n, asked.q.x)})" if n else ""
        return asked.lead(f"{clock(begin_s)}부터 {clock(end_s)}까지 {subject(asked.q.x)} 가장 많이 {verb}{how_many}")

    return write


def _gap(how: str) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        nobody = "아무것도" if asked.q.x == THING else subject(asked.q.x)
        if value == NEVER:
            return asked.lead(f"사이에 {nobody} 2초 넘게 보이지 않는 때는 없습니다")
        fits = [g for g in absences(in_sight(asked.of(asked.q.x))) if abs(g[1] - g[0] - float(value)) < 0.05]
        when = f"({clock(fits[0][0])}–{clock(fits[0][1])})" if fits and how != "평균" else ""
        return asked.lead(f"사이에 {nobody} 보이지 않는 {how} 시간은 {length_words(float(value))}입니다{when}")

    return write


def _mean_interval(asked: Asked, value: Any) -> str:
    if value == NEVER:
        return asked.lead(f"잇따라 나오는 {topic(asked.q.x)} 없습니다")
    return asked.lead(f"{topic(asked.q.x)} 평균 {length_words(float(value))}마다 나옵니다")


def _count_empty(asked: Asked, value: Any) -> str:
    nobody = "아무것도" if asked.q.x == THING else subject(asked.q.x)
    if not int(value):
        return asked.lead(f"{nobody} 2초 넘게 보이지 않는 때는 없습니다")
    return asked.lead(f"{nobody} 2초 넘게 보이지 않는 때가 {int(value)}번 있습니다")


def _longest_visit(asked: Asked, value: Any) -> str:
    if not value:
        return asked.absent()
    seen = asked.pieces
    when = f"({clock(seen[0].start_s)}–{clock(max(e.end_s for e in seen))})" if seen else ""
    return asked.lead(f"{asked.some('이')} 끊이지 않고 보이는 가장 긴 시간은 {length_words(float(value))}입니다{when}")


def _lasts(asked: Asked, value: Any) -> str:
    if not asked.pieces:
        return yes(value) + asked.absent()
    return yes(value) + asked.lead(f"{asked.some()} 모두 {length_words(seen_s(asked.pieces))} 동안 보입니다")


def of_event(event: Event) -> str:
    """Such as "두 번째 사람", "자동차 모두"."""
    return f"{named(event.thing)} 모두" if event.nth is None else f"{ordinal(event.nth)} {named(event.thing)}"


def _stays_longer(asked: Asked, value: Any) -> str:
    q = asked.q
    found = [pieces_of(asked, event, other) for event, other in ((q.event, q.other), (q.other, q.event))]
    names = [of_event(q.event), of_event(q.other)]
    if None not in found:
        names = [f"{name}({length_words(seen_s(of))})" for name, of in zip(names, found, strict=True)]
    longer = with_particle(names[0], "이", of_event(q.event))
    verb = "더 오래 보입니다" if value else "더 오래 보이지는 않습니다"
    return yes(value) + asked.lead(f"{longer} {names[1]}보다 {verb}")


def _each(verb: str, never: str) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        x, times = asked.q.x, str(value).split(", ")
        if value == NONE_OF_THEM:
            return asked.never(never)
        more = f", 그 밖에 {len(times) - MOST_TIMES}번" * (len(times) > MOST_TIMES)
        return asked.lead(f"{topic(x)} {', '.join(times[:MOST_TIMES])}{more}에 {verb}")

    return write


def _stays_each(asked: Asked, value: Any) -> str:
    if value == NONE_OF_THEM:
        return asked.absent()
    said = str(value).split(", ")
    more = f", 그 밖에 {len(said) - MOST_TIMES}" * (len(said) > MOST_TIMES)
    return asked.lead(f"{named(asked.q.x)} {amount(len(said), asked.q.x)}: {', '.join(said[:MOST_TIMES])}{more}")


def _blocks(what: Callable[[Asked], str], entry: str) -> Writer:
    def write(asked: Asked, value: Any) -> str:
        if value == NONE_OF_THEM:
            return asked.never("보이지")
        said = [entry.format(*part.rsplit(" ", 1)) for part in str(value).split(", ")]
        more = [f"그 밖에 {len(said) - MOST_BLOCKS}"] * (len(said) > MOST_BLOCKS)
        return asked.lead(f"{what(asked)}: {listed([*said[:MOST_BLOCKS], *more])}")

    return write


def _appears(asked: Asked, value: Any) -> str:
    if not value:
        return yes(value) + asked.never("나오지")
    seen = asked.of(asked.q.x)
    first = f". 처음은 {clock(seen[0].start_s)}입니다" if seen else ""
    return yes(value) + asked.lead(f"{subject(asked.q.x, asked.which(asked.q.x, seen))} 나옵니다{first}")


SENTENCES: Mapping[str, Writer] = {
    "share": _share, "share_absent": _share_absent, "share_at_least": _share_at_least, "share_of": _share_of,
    "rate": _rate, "when_most_come": _busiest("나옵니다"), "when_most_seen": _busiest("보입니다"),
    "longest_gap": _gap("가장 긴"), "shortest_gap": _gap("가장 짧은"), "mean_gap": _gap("평균"),
    "mean_interval": _mean_interval, "count_empty": _count_empty, "longest_visit": _longest_visit,
    "lasts_longer": _lasts, "lasts_shorter": _lasts,
    "stays_longer": _stays_longer, "when_each": _each("나옵니다", "나오지"),
    "when_each_leaves": _each("떠납니다", "떠나지"), "stays_each": _stays_each, "stays_ranked": _stays_each,
    "count_each": _blocks(lambda a: f"{unit_words(a.q.t_s)}마다 나오는 {named(a.q.x)}", "{0}에 {1}"),
    "counts_change": _blocks(lambda a: f"보이는 {named(a.q.x)}", "{0}부터 {1}"),
    "appears": _appears,
}  # fmt: skip
ASKS = {
    "share": "{the_eun} 전체 시간 가운데 얼마 동안 보이나요",
    "share_absent": "{the_i} 보이지 않는 시간은 전체의 얼마인가요",
    "share_at_least": "{x_i} {wanted} 이상 보이는 시간은 전체의 얼마인가요",
    "share_of": "{y} 가운데 {x_eun} 얼마나 되나요",
    "rate": "{unit}에 {x_eun} 몇 {n} 보이나요",
    "when_most_come": "{unit} 단위로 {x_i} 가장 많이 나오는 때는 언제인가요",
    "when_most_seen": "{unit} 단위로 {x_i} 가장 많이 보이는 때는 언제인가요",
    "longest_gap": "사이에 {x_i} 보이지 않는 가장 긴 시간은 얼마인가요",
    "shortest_gap": "사이에 {x_i} 보이지 않는 가장 짧은 시간은 얼마인가요",
    "mean_gap": "사이에 {x_i} 보이지 않는 시간은 평균 얼마인가요",
    "mean_interval": "{x_eun} 평균 얼마마다 나오나요",
    "count_empty": "{x_i} 보이지 않는 때는 몇 번인가요",
    "longest_visit": "{the_i} 끊이지 않고 보이는 가장 긴 시간은 얼마인가요",
    "lasts_longer": "{the_eun} {length}보다 오래 보이나요",
    "lasts_shorter": "{the_eun} {length}보다 짧게 보이나요",
    "stays_longer": "{one_of_two}: {other_of_two}보다 오래 보이나요",
    "when_each": "{x_eun} 저마다 언제 나오나요",
    "when_each_leaves": "{x_eun} 저마다 언제 떠나나요",
    "stays_each": "{x_eun} 저마다 언제부터 언제까지 보이나요",
    "stays_ranked": "오래 보이는 차례로 {x_eun} 언제 보이나요",
    "count_each": "{unit}마다 {x_i} 몇 {n} 나오나요",
    "counts_change": "{x} 수는 어떻게 바뀌나요",
    "appears": "{x_i} 나오나요",
    "when_at_most": "{x_i} {wanted} 이하로 보이는 때는 언제인가요",
}
"""The questions, as `pipeline.telling.sentences_ko_notes.question` fills them in."""
