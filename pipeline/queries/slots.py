"""A question with stand-ins for what it names: "how many vans after 1:05?" is "how many cats after 1:00?".

Which things, numbers and times a question names says nothing about what it asks of them. The reader of such questions
(`pipeline.queries.learned`) sees stand-ins, always the same ones in the same order, and points at them; here are the
stand-ins, and what they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.vocabulary import THING
from pipeline.queries.words import Word, plain_text, scanned

STAND_INS = {
    "CLASS": (("cat", "cats"), ("dog", "dogs"), ("horse", "horses"), ("cow", "cows"), ("goat", "goats")),
    "NUMBER": ("seven", "eight", "nine"),
    "ORDINAL": ("third", "fourth", "fifth"),
    "LENGTH": ("ten seconds", "twenty seconds", "thirty seconds"),
    "CLOCK": ("1:00", "2:00", "3:00", "4:00"),
}
SLOTS = tuple(f"{kind.lower()}{k}" for kind, words in STAND_INS.items() for k in range(len(words)))
"""All slots, in the order of their numbers."""


@dataclass(frozen=True)
class Slot:
    """name: one of `SLOTS`. value: what stands there: a term, a number, seconds. start, end: of its stand-in."""

    name: str
    value: object
    start: int
    end: int


@dataclass(frozen=True)
class Slotted:
    """text: with stand-ins. slots: one for each, in the order of the text; the same value has the same name.
    duration_s: of the clip, which "the last minute" depends on."""

    text: str
    slots: tuple[Slot, ...]
    duration_s: float

    @property
    def values(self) -> dict[str, object]:
        """What every slot means, and what follows from two of them: "the third minute" begins at two minutes."""
        values = {slot.name: slot.value for slot in self.slots}
        lengths = {name: float(value) for name, value in values.items() if name.startswith("length")}
        more: dict[str, object] = {f"-{name}": -length_s for name, length_s in lengths.items()}
        more |= {f"end-{name}": max(0.0, self.duration_s - length_s) for name, length_s in lengths.items()}
        for nth, length in zip(self.slots, self.slots[1:], strict=False):
            if nth.name.startswith("ordinal") and length.name.startswith("length"):
                for off, sign in ((0, ""), (1, "-1")):
                    more[f"{nth.name}{sign}*{length.name}"] = (int(nth.value) - off) * float(length.value)
        return values | more | {"whole": self.duration_s}


def slotted(text: str, class_names: Sequence[str], duration_s: float) -> Slotted | None:
    """None where it names more than there are stand-ins for."""
    low = plain_text(text)
    parts: list[str] = []
    slots: list[Slot] = []
    names: dict[tuple[str, object], str] = {}
    at = length = 0
    for word in scanned(low, class_names, duration_s):
        if not _stands_for_much(word):
            continue
        known = names.get((word.kind, word.value))
        number = int(known[-1]) if known else sum(kind == word.kind for kind, _ in names)
        choice = STAND_INS[word.kind]
        if number >= len(choice):
            return None
        said = choice[number][word.many] if word.kind == "CLASS" else choice[number]
        parts += [low[at : word.start], said]
        length += word.start - at
        name = names.setdefault((word.kind, word.value), f"{word.kind.lower()}{number}")
        slots.append(Slot(name, word.value, length, length + len(said)))
        length += len(said)
        at = word.end
    return Slotted("".join((*parts, low[at:])), tuple(slots), duration_s)


def _stands_for_much(word: Word) -> bool:
    if word.kind == "CLASS":
        return word.value != THING and word.start < word.end
    if word.kind in ("NUMBER", "ORDINAL"):
        return int(word.value) > 1
    return word.kind in ("LENGTH", "CLOCK")
