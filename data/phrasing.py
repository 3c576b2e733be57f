"""A question in words: choose a wording that says exactly the program, fill its slots, roughen it as people do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from data.meaning import LAST, Event, Question
from data.meaning.question import AT_MOST, LIMITED, NUMBERED, OF_A_LENGTH, PINNED
from data.time_amounts import ONES, ORDINAL_WORDS, TENS
from data.times import write_compact, write_length, write_time, write_unit
from data.vocabulary import kinds_above, noun, surfaces, with_article
from data.wordings import Split, Wording, phrases, wordings

ORDINALS = ["", *ORDINAL_WORDS]
_SLOT = re.compile(r"\{([^}]+)\}")
_SAME_UNIT = re.compile(r"(?:[Bb]etween|[Ff]rom|[Ww]ithin) \{T0\}(?: and | to | until |-)\{T1\}")
_TIGHT = re.compile(r"\{T0\} ?[-–/&<>] ?\{T1\}")
TYPO_SHARE, LOWER_SHARE, BARE_SHARE = 0.05, 0.12, 0.1
SOMEBODY_SHARE, SOMEBODY = 0.25, ("somebody", "someone", "anybody", "anyone")
BARE_EVENT_SHARE = 0.3
"""Share of appearances that are named by their thing alone, where a noun phrase may stand: "after the second bus"."""
_DECIDING = """
    timestamp time hundred secs mins halfway mark into minute minutes seconds hour hours clip video film footage
    recording middle through left right more fewer less most least longest shortest once following never visible
    leave leaves count appear appears return returns together
"""


@cache
def _no_typo() -> frozenset[str]:
    """Words that decide, and all words of the phrases for a stretch."""
    said = " ".join(line for lines in phrases("stretch", "train").values() for line in lines)
    return frozenset((*ORDINAL_WORDS, *ONES, *TENS, *_DECIDING.split(), *re.findall(r"[a-z]+", said.lower())))


class Stretch(NamedTuple):
    """How a stretch is said. how: as in wordings/stretch.txt; t0, t1: what it means, seconds.

    t_s: what {T} stands for, length_s: what {D} stands for, in phrases that have them.
    """

    how: str
    t0: float
    t1: float
    t_s: float | None = None
    length_s: float | None = None


class Saying(NamedTuple):
    """What the words may take for granted about the clip, beside the question itself.

    stretch: how the question's stretch is said. unique: "x", "y" where there is only one of them in the clip.
    kinds_agree: counting kinds gives the same answer. sides_only: the answer is left or right.
    seen_only: the thing is still there at the end, so only "last seen" fits. family: whose wordings to use.
    people: the answer is a person, so that "who" may be asked.
    event_unique: only one thing of the event's term exists in the clip.
    """

    class_names: tuple[str, ...]
    duration_s: float
    stretch: Stretch | None = None
    unique: frozenset[str] = frozenset()
    kinds_agree: bool = False
    sides_only: bool = False
    seen_only: bool = False
    event_unique: bool = False
    people: bool = False
    family: str | None = None


def say(question: Question, saying: Saying, split: Split, rng: Random) -> tuple[str, str] | None:
    """(text, wording id), or None where no wording fits. Every time in the text is exactly the program's."""
    family = saying.family or question.family
    swapped = False
    if family in ("order", "order_leaves") and rng.random() < 0.3:
        family, swapped = f"{family}_reversed", True
        saying = saying._replace(unique=frozenset(_OTHER[one] for one in saying.unique))
    if family in ("list", "describe", "compare") and saying.stretch and saying.stretch.how == "between":
        family = "list_between" if family == "list" and rng.random() < 0.8 else family
    wording = _choose(family, question, saying, split, rng)
    if wording is None:
        return None
    text = wording.text
    if "T0" not in wording.slots:
        text = limited(text, wording, question, saying, split, rng)
    text = _fill(text, question, saying, swapped, split, rng)
    if text is None:
        return None
    return (roughen(text, question, rng) if split == "train" else text), wording.id


_OTHER = {"x": "y", "y": "x"}


def _choose(family: str, q: Question, saying: Saying, split: Split, rng: Random) -> Wording | None:
    lines = wordings(family, split)
    for _ in range(40):
        line = lines[int(rng.random() * len(lines))]
        if _fits(line, q, saying):
            return line
    fitting = [line for line in lines if _fits(line, q, saying)]
    return rng.choice(fitting) if fitting else None


def _fits(line: Wording, q: Question, saying: Saying) -> bool:
    slots, stretch = line.slots, saying.stretch
    if (q.event is not None) != ("E" in slots or "E_np" in slots):
        return False
    is_said = bool(slots & {"U", "D"}) if q.family in OF_A_LENGTH else "T" in slots
    if (q.t_s is not None) != is_said and not q.family.startswith("refuse"):
        return False
    if "T0" in slots:
        if stretch is None or stretch.how != "between":
            return False
    elif (stretch is not None or q.after is not None or q.before is not None) and not line.attachable:
        return False
    if "nth" in slots and not (isinstance(q.nth, int) and q.nth > 1):
        return False
    if "nth" not in slots and q.family in ("nth", "when_appears") and q.nth is not None:
        return False
    if isinstance(q.nth, int) and q.family in PINNED and not slots & {"nth", "x", "a x"}:
        return False  # a plural has no ordinal
    if line.definite and q.nth is None and not line.definite <= saying.unique and q.family[:6] != "refuse":
        return False
    if line.who and q.x is None and q.family in LIMITED and not saying.people and "person" in saying.class_names:
        return False
    if line.kinds and not saying.kinds_agree and q.family in ("last", "nth", "next_after", "previous_before"):
        return False
    if line.kinds and not saying.kinds_agree and q.family in ("longest", "shortest"):
        return False
    if line.sides_only and not saying.sides_only and q.family in ("direction", "enters_from", "leaves_to", "where_at"):
        return False
    return not (saying.seen_only and not line.seen)


# ------------------------------------------------------------------------------------------------------- limits in time


def limited(text: str, wording: Wording, q: Question, saying: Saying, split: Split, rng: Random) -> str:
    """`text`, made from `wording`, with the phrases for the stretch and the events that limit `q`."""
    for phrase in _limits(q, saying, split, rng):
        text = _attach(text, phrase, wording, rng)
    return text


def _limits(q: Question, saying: Saying, split: Split, rng: Random) -> list[str]:
    """The phrases that limit the question, with their {T}, {D} filled in."""
    out = []
    if (stretch := saying.stretch) is not None:
        phrase = rng.choice(phrases("stretch", split)[stretch.how])
        out.append(fill_stretch(phrase, stretch, saying.duration_s, rng))
    if q.after is not None and q.before is not None:
        return [*out, while_words(q.after, saying, split, rng)]
    for event, words in ((q.after, AFTER), (q.before, BEFORE)):
        if event is not None:
            clause = _event_words(event, saying, split, rng)
            if clause is not None:
                out.append(f"{rng.choice(words)} {clause}")
    return out


AFTER = ("after", "after", "once", "after", "as soon as", "from when", "since")
BEFORE = ("before", "before", "until", "before", "up until", "by the time")


def while_words(event: Event, saying: Saying, split: Split, rng: Random) -> str:
    """A phrase for the time while the thing of an appearance is there: "while the second bus is in view"."""
    one, _ = _words(event.thing, saying, rng)
    ordinal = _ordinal(event.nth, rng) + " " if isinstance(event.nth, int) and event.nth > 1 else ""
    text = _clause(phrases("while", split)["while"], event.thing, rng)
    named = f"the {ordinal}{one}" if ordinal else with_article(one)
    return text.replace("{a x}", named).replace("{x}", f"{ordinal}{one}")


def fill_stretch(phrase: str, stretch: Stretch, duration_s: float, rng: Random) -> str:
    """A phrase of stretch.txt with its times written out."""
    if "{D}" in phrase:
        phrase = phrase.replace("{D}", write_length(stretch.length_s, rng))
    if "{T}" in phrase:
        phrase = phrase.replace("{T}", write_time(stretch.t_s, rng, duration_s))
    return _fill_pair(phrase, (stretch.t0, stretch.t1), duration_s, rng)


def _fill_pair(text: str, span: tuple[float, float], duration_s: float, rng: Random) -> str:
    if "{T0}" not in text:
        return text
    alike = rng.random()
    if alike < 0.12 and _SAME_UNIT.search(text) and (short := _one_unit(span, rng)):
        return text.replace("{T0}", short[0]).replace("{T1}", short[1])
    if _TIGHT.search(text) or alike < 0.5:
        style = rng.random()
        first, last = (write_compact(t, Random(int(style * 1e9))) for t in span)
    else:
        first, last = (write_time(t, rng, duration_s) for t in span)
    return text.replace("{T0}", first).replace("{T1}", last)


def _one_unit(span: tuple[float, float], rng: Random) -> tuple[str, str] | None:
    """("30", "45 seconds"), ("1", "2 minutes")."""
    for size, most, units in ((1, 120, ("seconds", "s", "secs", "sec")), (60, 60, ("minutes", "mins", "min"))):
        first, last = (t / size for t in span)
        if first == int(first) and last == int(last) and last <= most:
            return str(int(first)), f"{int(last)} {rng.choice(units)}"
    return None


def _attach(text: str, phrase: str, wording: Wording, rng: Random) -> str:
    """Put a phrase behind the question or before it."""
    if wording.front or rng.random() < 0.3:
        head = phrase[0].upper() + phrase[1:] if text[:1].isupper() else phrase
        if _INNER.search(text):
            return f"{head}: {text}"
        first = text.split(" ", 1)[0]
        keep = first in ("I", "I'd", "I'm", "I've", "Sir") or first.isupper() or text.startswith("{")
        return f"{head}, {text if keep else text[:1].lower() + text[1:]}"
    body = text.rstrip(" ?.!:")
    return f"{body}{rng.choice((' ', ' ', ', '))}{phrase}{text[len(body) :].strip() or ''}"


_INNER = re.compile(r"[.?!:;] +\S")


# ---------------------------------------------------------------------------------------------------------- the slots


def _ordinal(n: int, rng: Random) -> str:
    if n < len(ORDINALS) and rng.random() < 0.75:
        return ORDINALS[n]
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _number(n: int, rng: Random, text: str, slot: str) -> str:
    """Digits, or a word where the wording has room for one."""
    if f"{{{slot}}}+" in text or n >= len(ONES) or rng.random() < 0.6:
        return str(n)
    return "a dozen" if n == 12 and rng.random() < 0.6 and f"a {{{slot}}}" not in text else ONES[n]


def _words(term: str, saying: Saying, rng: Random) -> tuple[str, str]:
    """(singular, plural) of a term, at times a synonym."""
    pairs = surfaces(term, saying.class_names)
    return pairs[0] if len(pairs) == 1 or rng.random() < 0.65 else rng.choice(pairs[1:])


_MOVES = (
    (re.compile(r"\bwalk|\bslips|withdraw|clears? off|buggers|takes its leave|shows its face"), ("person", "animal")),
    (re.compile(r"\bdriv|\bpull(?:s|ed|ing)\b|\broll(?:s|ed|ing)\b"), ("vehicle",)),
    (re.compile(r"\bflies\b|\btakes off"), ("bird", "airplane", "helicopter")),
    (re.compile(r"\bruns out"), ("person", "animal", "vehicle")),
)


def _moves_so(text: str, term: str) -> bool:
    """Trains don't walk, forks don't drive off."""
    return all(
        any(kind == term or kind in kinds_above(term) for kind in kinds)
        for pattern, kinds in _MOVES
        if pattern.search(text)
    )


def _clause(lines: Sequence[str], term: str, rng: Random) -> str:
    for _ in range(8):
        text = rng.choice(lines)
        if _moves_so(text, term):
            return text
    return next((line for line in lines if _moves_so(line, term)), lines[0])


def _event_words(event: Event, saying: Saying, split: Split, rng: Random, np: bool = False) -> str | None:
    """A clause ("the second bus leaves") or noun phrase for an event."""
    lines = phrases("event_np" if np else "event", split)
    one, _ = _words(event.thing, saying, rng)
    wanted = "last" if event.nth == LAST else "nth" if isinstance(event.nth, int) and event.nth > 1 else "first"
    if event.nth is None:
        wanted = "first" if event.change == "appears" else "last"
    choices = lines.get(f"{event.change} {wanted}", ())
    the = lines.get(f"{event.change} the", ())
    ordinal = "" if not isinstance(event.nth, int) else _ordinal(event.nth, rng) + " "
    if np and event.change == "appears" and rng.random() < BARE_EVENT_SHARE:
        if saying.event_unique and rng.random() < 0.7:
            return f"the {one}"
        return f"the {'last' if wanted == 'last' else ordinal.strip() if wanted == 'nth' else 'first'} {one}"
    if the and (saying.event_unique or ordinal) and (not choices or rng.random() < 0.3):
        text = _clause(the, event.thing, rng)
        ordinal = "" if saying.event_unique else ordinal
        filled = text.replace("{a x}", f"the {ordinal}{one}" if ordinal else with_article(one))
        return filled.replace("{x}", f"{ordinal}{one}")
    if not choices:
        return None
    text = _clause(choices, event.thing, rng)
    return text.replace("{nth}", ordinal.strip()).replace("{a x}", with_article(one)).replace("{x}", one)


def _fill(text: str, q: Question, saying: Saying, swapped: bool, split: Split, rng: Random) -> str | None:
    x, y = (q.y, q.x) if swapped else (q.x, q.y)
    values: dict[str, str] = {}
    for slot, upper, term in (("x", "X", x), ("y", "Y", y)):
        if term is None:
            continue
        one, many = _words(term, saying, rng)
        bare = "{nth}" not in text and slot == "x" and q.family not in (*NUMBERED, "nth", "count_after", "count_before")
        ordinal = _ordinal(q.nth, rng) if isinstance(q.nth, int) and bare else ""
        values |= {slot: f"{ordinal} {one}".strip(), upper: many}
        values[f"a {slot}"] = f"the {ordinal} {one}" if ordinal else with_article(one)
        if term == "person" and not ordinal and rng.random() < SOMEBODY_SHARE:
            values[f"a {slot}"] = rng.choice(SOMEBODY)
    if isinstance(q.nth, int):
        values["nth"] = _ordinal(q.nth, rng)
        if q.family in NUMBERED:
            beyond = q.nth + (1 if q.family in AT_MOST else -1)
            values |= {"N": _number(q.nth, rng, text, "N"), "M": _number(beyond, rng, text, "M")}
    elif "{nth}" in text:
        values["nth"] = rng.choice(("second", "third", "2nd"))
    if q.event is not None:
        clause = _event_words(q.event, saying, split, rng, np="{E_np}" in text)
        if clause is None:
            return None
        values |= {"E": clause, "E_np": clause}
    if "{U}" in text or "{D}" in text:
        length_s = q.t_s if q.family in OF_A_LENGTH and q.t_s is not None else 60.0
        values |= {"U": write_unit(length_s, rng), "D": write_length(length_s, rng, whole=True)}
    if "{T}" in text:
        values["T"] = write_time(q.t_s if q.t_s is not None else 60.0, rng, saying.duration_s)
    if q.stretch is not None:
        text = _fill_pair(text, q.stretch, saying.duration_s, rng)
    elif "{T0}" in text:
        text = _fill_pair(text, (30.0, 90.0), saying.duration_s, rng)
    if any(slot not in values for slot in _SLOT.findall(text)):
        return None
    starts_with_slot = text.startswith("{") and text.rstrip()[-1:] in ".?" and text.count(" ") > 2
    text = _SLOT.sub(lambda match: values[match.group(1)], text)
    return text[0].upper() + text[1:] if starts_with_slot and rng.random() < 0.7 else text


# ---------------------------------------------------------------------------------------------------------- roughening


def roughen(text: str, question: Question, rng: Random) -> str:
    """Lower case, no final mark, or a typo, each at times; never in a name, a number or a word that decides."""
    if rng.random() < LOWER_SHARE:
        text = text.lower()
    if rng.random() < BARE_SHARE:
        text = text.rstrip(".?!")
    if rng.random() < TYPO_SHARE:
        text = _typo(text, question, rng)
    return text


def _typo(text: str, q: Question, rng: Random) -> str:
    named = " ".join(word for t in q.things for pair in surfaces(t, ()) for word in (*pair, noun(t).name)).lower()
    words = list(re.finditer(r"\b[A-Za-z][a-z]{3,}\b", text))
    words = [m for m in words if m.group().lower() not in _no_typo() and m.group().lower() not in named]
    if not words:
        return text
    match = rng.choice(words)
    word, i = match.group(), rng.randrange(1, len(match.group()) - 1)
    new = {
        0: word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        1: word[:i] + word[i + 1 :],
        2: word[:i] + word[i] + word[i:],
    }[rng.randrange(3)]
    return text[: match.start()] + new + text[match.end() :]
