"""Small words of Korean answers: names of things with their counters, particles, ordinals, times, lengths of time.

A name without a Korean word stays as it is ("forklift이(가) 2개 나옵니다").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from data.clock import clock
from data.meaning import LAST
from data.vocabulary import noun
from pipeline.telling.english import SPELLED, asked_time

_NAMES = """
person 사람 명|bicycle 자전거 대|car 자동차 대|motorcycle 오토바이 대|airplane 비행기 대|bus 버스 대|train 기차 대
truck 트럭 대|boat 배 척|traffic light 신호등|fire hydrant 소화전|stop sign 정지 표지판|parking meter 주차 요금기
bench 벤치|bird 새 마리|cat 고양이 마리|dog 개 마리|horse 말 마리|sheep 양 마리|cow 소 마리|elephant 코끼리 마리
bear 곰 마리|zebra 얼룩말 마리|giraffe 기린 마리|backpack 배낭|umbrella 우산|handbag 핸드백|tie 넥타이
suitcase 여행 가방|frisbee 원반|skis 스키|snowboard 스노보드|sports ball 공|kite 연|baseball bat 야구 방망이
baseball glove 야구 글러브|skateboard 스케이트보드|surfboard 서핑보드|tennis racket 테니스 라켓|bottle 병
wine glass 와인 잔|cup 컵|fork 포크|knife 칼|spoon 숟가락|bowl 그릇|banana 바나나|apple 사과|sandwich 샌드위치
orange 오렌지|broccoli 브로콜리|carrot 당근|hot dog 핫도그|pizza 피자|donut 도넛|cake 케이크|chair 의자|couch 소파
potted plant 화분|bed 침대|dining table 식탁|toilet 변기|tv TV 대|laptop 노트북 대|mouse 마우스|remote 리모컨
keyboard 키보드|cell phone 휴대전화 대|microwave 전자레인지 대|oven 오븐 대|toaster 토스터 대|sink 싱크대
refrigerator 냉장고 대|book 책 권|clock 시계|vase 꽃병|scissors 가위|teddy bear 곰 인형|hair drier 헤어드라이어
toothbrush 칫솔|thing 물체|vehicle 탈것 대|animal 동물 마리|piece of sports equipment 운동용품|kitchen item 주방용품
fruit 과일|food item 음식|vegetable 채소|piece of furniture 가구|electronic device 전자 기기 대|appliance 가전제품 대
tool 도구|musical instrument 악기|piece of clothing 옷 벌|toy 장난감|building 건물 채|plant 식물
street thing 거리 시설물|structure 구조물|natural object 자연물|household object 생활용품|machine part 기계 부품
accessory 소지품
"""
COUNTERS = frozenset(("명", "대", "척", "마리", "권", "벌", "채"))
ANY = "개"
"""The counter of everything else."""
_ORDINALS = ("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_PARTICLES = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로", "이라고": "라고"}
"""After a consonant: after a vowel."""
_DIGIT_ENDS = "136780"
"""Digits that are read with a consonant at their end."""


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Term → (Korean name, counter)."""
    out = {}
    for entry in re.split(r"[|\n]", _NAMES.strip()):
        name, korean = re.fullmatch(r"([a-z ]+?) (\S*[가-힣].*|TV.*)", entry).groups()
        word, _, last = korean.rpartition(" ")
        out[name] = (word, last) if last in COUNTERS else (korean, ANY)
    return out


def named(term: str) -> str:
    """Such as "버스"; the name itself where no Korean word is known."""
    known = _table().get(term) or _table().get(term.lower())
    return known[0] if known else SPELLED.get(term, (noun(term).singular,))[0]


def is_known(term: str) -> bool:
    """Is there a Korean word for it?"""
    return term in _table()


def amount(n: int, term: str) -> str:
    """Such as "3대", "1,300명"."""
    return f"{n:,}{counter(term)}"


def counter(term: str) -> str:
    return _table().get(term, ("", ANY))[1]


def with_particle(text: str, particle: str, sound: str | None = None) -> str:
    """`text` with 은, 이, 을, 과, 으로 or 이라고 in the form that it needs; both forms where its sound is not known.

    sound: what is heard last, where `text` ends in something that is not read (a parenthesis).
    """
    heard = (sound or text).rstrip("'’\"”) ")
    last = heard[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        closed = final != 0 and not (particle == "으로" and final == 8)  # ㄹ
    elif last.isdigit():
        closed = last in _DIGIT_ENDS and not (particle == "으로" and last in "178")
    elif heard.endswith("TV"):
        closed = False
    else:
        both = {"으로": "(으)로", "이라고": "(이)라고"}
        return text + both.get(particle, f"{particle}({_PARTICLES[particle]})")
    return text + (particle if closed else _PARTICLES[particle])


def subject(term: str, which: str = "") -> str:
    """Such as "버스가", "탈것(자동차)이". which: behind the name."""
    return with_particle(named(term) + which, "이", named(term))


def topic(term: str, which: str = "") -> str:
    """Such as "버스는"."""
    return with_particle(named(term) + which, "은", named(term))


def ordinal(n: int | str) -> str:
    """Such as "첫 번째", "11번째", "마지막"."""
    if n == LAST:
        return "마지막"
    return f"{_ORDINALS[n - 1]} 번째" if 1 <= n <= len(_ORDINALS) else f"{n}번째"


def listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def at(t_s: float) -> str:
    """Such as "0:12에"."""
    return f"{clock(max(t_s, 0.0))}에"


def at_asked(t_s: float) -> str:
    return f"{asked_time(t_s)}에"


def length_words(seconds: float) -> str:
    """Such as "12초", "1분 5초", "2시간"; tenths below ten seconds."""
    if seconds < 0.95:
        return "1초 미만"
    if seconds < 9.95:
        return f"{round(seconds, 1):g}초"
    whole = math.floor(seconds + 0.5)
    parts = ((whole // 3600, "시간"), (whole // 60 % 60, "분"), (whole % 60, "초"))
    return " ".join(f"{n}{unit}" for n, unit in parts if n)


def place_words(box_xywhn: Sequence[float]) -> str:
    """Where in the picture the centre of a box is, by thirds: "왼쪽 위", "가운데"."""
    x, y, *_ = box_xywhn
    across = "왼쪽" if x < 1 / 3 else "오른쪽" if x > 2 / 3 else ""
    down = "위" if y < 1 / 3 else "아래" if y > 2 / 3 else ""
    return f"{across} {down}".strip() or "가운데"


def finished(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if text.endswith((".", "!", "?")) else text + "."
