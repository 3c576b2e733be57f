"""Reasons to doubt an answer that the index gives: a video of another world than the detector's, too little light, too
little contrast, very small objects; and an answer's own low confidence, said in its text.

Thresholds are measured: those of light in `pipeline.light`; of size on the same 40 pictures, scaled down. Of objects
with a side (root of the area, in a picture of 640 pixels as the detector sees it) of 20 to 32 pixels 40 % were found
again, of smaller ones 5 %, of 32 to 48 pixels 62 %, of larger ones 81 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from data.clock import clock
from data.meaning.question import AT_MOST
from data.vocabulary import THING
from pipeline.answers import Answer
from pipeline.confidence import as_on_footage
from pipeline.domain import OUTSIDE_ITS_WORLD, domain_doubt, is_footage
from pipeline.object_index import ObjectIndex
from pipeline.telling.english import capital, many

SMALL_PX = 32
"""Side below which an object, as the detector sees it, is more often missed than found."""
DARK_SHARE, FLAT_SHARE, SMALL_SHARE = 0.2, 0.2, 0.5
"""Share of the frames, and of the objects, from which on it is worth a warning."""
CROWD, CROWD_FOUND = 8.0, 0.6
"""People in sight at once, in the middle of all frames, from which on some hide others, and the share of them that is
found then: of 18 counted by eye 14, of 14 eleven, of 22 to 27 in all 19 (LOG.md)."""
GUESS = 0.4
"""Confidence below which an answer is called a guess (`pipeline.telling.sentences.confidence_words`)."""
DARK_FOUND, FLAT_FOUND, SMALL_FOUND, USUALLY_FOUND = 0.26, 0.4, 0.3, 0.9
"""Share of the objects that are found in frames that are dark or flat, of those that are very small, and where nothing
is wrong: what the measurements (here and in `pipeline.light`) say of the middle of each range. Benches, bags and tables
in plain sight are missed throughout (LOG.md), so that no detector's "never" is surer than that."""
OFTEN_MISSED = frozenset(
    (
        *("bench", "dining table", "chair", "couch", "potted plant", "backpack", "handbag", "suitcase", "umbrella"),
        *("tie", "book", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "cell phone", "remote"),
        *("traffic light", "fire hydrant", "stop sign", "parking meter", "sports ball", "frisbee", "skis"),
    )
)
"""Things that stand about or are carried: a small detector misses more of them than of people, vehicles, animals."""
OFTEN_MISSED_FOUND = 0.65
"""And so often they are found where nothing is wrong: benches and tables in plain sight are missed throughout."""
FAINT, FAINT_RIGHT = 0.5, 0.6
"""Mean score below which what was found is as often something else (a table top for a frisbee, a board for a suitcase,
dummies for people; as many bicycles and people were real), and so the most confidence in a "yes" that rests on it."""
PLAIN = 0.8
"""Mean score from which on such things are seen so plainly here that they are no more often missed than others."""
MISSES_MATTER = AT_MOST | {"exactly", "exactly_at_once", "order", "order_leaves"}
"""Families whose "yes" rests on what was not seen, too."""
GUESS_LEAD = "This is a guess: "
GUESS_NOTE = "this is a guess"
"""Begins the note of a timeline that is no more than that."""
_INPUT_PX = 640


def doubts_of(index: ObjectIndex) -> tuple[str, ...]:
    """One sentence per reason to doubt what this index says. Indexes without the figures give none."""
    found = (domain_doubt(index.provenance), _light(index), _size(index), _crowd(index))
    return tuple(doubt for doubt in found if doubt)


class Trust(NamedTuple):
    """The most confidence that footage allows. most: in any answer; found: in one that misses would change; people: in
    one about people, or anything, that misses would change."""

    most: float = 1.0
    found: float = 1.0
    people: float = 1.0


def trust_in(index: ObjectIndex) -> Trust:
    """By the detector's world, and by the share of what was to be seen that will have been found."""
    light = index.provenance.get("light")
    light = light if isinstance(light, dict) else {}
    most = 1.0 if domain_doubt(index.provenance) is None else OUTSIDE_ITS_WORLD
    if not isinstance(index.provenance.get("detector"), dict):
        return Trust(most)
    lit = _found_of(light.get("dark_share", 0.0), DARK_SHARE, DARK_FOUND)
    lit *= _found_of(light.get("flat_share", 0.0), FLAT_SHARE, FLAT_FOUND)
    found = USUALLY_FOUND * _found_of(_small_share(index), SMALL_SHARE, SMALL_FOUND)
    people = found * CROWD_FOUND if _people_at_once(index) >= CROWD else found
    if is_footage(index.provenance):  # more is right than is found
        found, people = (min(as_on_footage(share), USUALLY_FOUND) for share in (found, people))
    return Trust(most, found * lit, people * lit)


def _found_of(share: float, least: float, found: float) -> float:
    """The share of everything that is found where, in `share` of it (from `least` on), only `found` of it is."""
    return 1 - share * (1 - found) if share >= least else 1.0


def doubted(answer: Answer, trust: Trust) -> Answer:
    """The answer with no more confidence than the footage allows, its text saying so where it is a guess.

    What was missed does not change a "yes" that rests on what was seen; anything else it may.
    """
    family = answer.understood.family if answer.understood is not None else ""
    shown = answer.value is True and bool(answer.evidence) and family not in MISSES_MATTER
    most = trust.most if shown else min(trust.most, _found(answer, trust))
    if shown and answer.doubts.about.best_score < FAINT:
        most = min(most, FAINT_RIGHT)
    if not answer.refused and not answer.evidence and trust.found < 1.0 and (missed := _named(answer) & OFTEN_MISSED):
        names = " and ".join(many(name) for name in sorted(missed))
        answer = replace(
            answer, warnings=(*answer.warnings, f"small detectors often miss {names}, also in plain sight")
        )
    if not answer.refused and answer.confidence > most:
        answer = replace(answer, confidence=most)
    return said_doubtfully(answer)


def _found(answer: Answer, trust: Trust) -> float:
    """The most confidence in an answer that misses would change."""
    if _of_people(answer):
        return trust.people
    if not (trust.found < 1.0 and _named(answer) & OFTEN_MISSED):
        return trust.found
    plain = np.clip((answer.doubts.about.score - FAINT) / (PLAIN - FAINT), 0, 1) if answer.evidence else 0.0
    return trust.found * float(OFTEN_MISSED_FOUND + plain * (USUALLY_FOUND - OFTEN_MISSED_FOUND)) / USUALLY_FOUND


def _named(answer: Answer) -> set[str]:
    return set() if answer.understood is None else answer.understood.things


def _of_people(answer: Answer) -> bool:
    """May an answer be about people?"""
    named = _named(answer)
    return not named or bool(named & {"person", THING})


def said_doubtfully(answer: Answer) -> Answer:
    """The answer, whose text says so if it is no more than a guess."""
    if answer.refused or answer.confidence >= GUESS:
        return answer
    if answer.is_timeline:
        return replace(answer, warnings=(*answer.warnings, f"{GUESS_NOTE} ({int(100 * answer.confidence)}% sure)"))
    first = answer.text[:1]
    rest = answer.text[1:]
    keep = answer.text.split(" ", 1)[0].rstrip(",.") in ("I",) or rest[:1].isupper()
    return replace(answer, text=f"{GUESS_LEAD}{first if keep else first.lower()}{rest}")


def without_doubt(text: str) -> str:
    """A sentence without the "this is a guess" that `said_doubtfully` has set before it."""
    said = text.removeprefix(GUESS_LEAD)
    return capital(said)


def _light(index: ObjectIndex) -> str | None:
    light = index.provenance.get("light")
    if not isinstance(light, dict) or not light:
        return None
    dark, flat = light.get("dark_share", 0.0), light.get("flat_share", 0.0)
    if dark >= DARK_SHARE:
        begin, end = light.get("darkest_s", (0.0, index.duration_s))
        when = "" if dark > 0.95 else f" for {dark:.0%} of the video (longest {clock(begin)}–{clock(end)})"
        return f"there is too little light{when}: many objects will have been missed there"
    if flat >= FLAT_SHARE:
        when = "" if flat > 0.95 else f" for {flat:.0%} of the video"
        return f"the picture has hardly any contrast{when} (fog, glare or a dirty lens?): many objects will be missed"
    return None


def _size(index: ObjectIndex) -> str | None:
    """Of objects that a detector found: are most of them smaller than it finds reliably?"""
    small = _small_share(index)
    if small < SMALL_SHARE:
        return None
    return (
        f"{'all' if small == 1 else f'{small:.0%} of the'} objects that were found are very small in the picture "
        f"(under {SMALL_PX} pixels as the detector sees it): others will have been missed"
    )


def _crowd(index: ObjectIndex) -> str | None:
    at_once = _people_at_once(index)
    if at_once < CROWD:
        return None
    return f"it is crowded ({at_once:.0f} people at once): some who are hidden by others will have been missed"


def _people_at_once(index: ObjectIndex) -> float:
    """Of people that a detector found: how many are in sight at once, in the middle of all frames; else 0."""
    if not isinstance(index.provenance.get("detector"), dict) or "person" not in index.class_names or not len(index):
        return 0.0
    is_person = np.append(0, np.cumsum(index.class_id == index.class_names.index("person")))
    return float(np.median(np.diff(is_person[index.offsets])))


def _small_share(index: ObjectIndex) -> float:
    """Of the objects that a detector found, the share that is very small; 0 of given tracks."""
    detector = index.provenance.get("detector")
    if not isinstance(detector, dict) or not len(index.track_id):
        return 0.0
    seen_px = float(detector.get("input_px") or _INPUT_PX)
    scale = min(1.0, seen_px / max(index.width, index.height))  # what is enlarged shows no more
    area = index.boxes_xywhn[:, 2] * index.boxes_xywhn[:, 3] * (index.width * scale) * (index.height * scale)
    _, track = np.unique(index.track_id, return_inverse=True)
    side = np.sqrt(np.bincount(track, area) / np.bincount(track))
    return float((side < SMALL_PX).mean())
