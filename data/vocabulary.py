"""The names of things: singular, plural, article, synonyms, and which kind each is one of.

A *term* is what a question may ask about: a class name ("bus", "sparrow") or a kind ("vehicle", "thing"). Kinds follow
COCO's supercategories (a bicycle is a vehicle), with a few below them (a sparrow is a bird is an animal). The words
stand in `words/coco.txt` (COCO's 80 classes) and `words/nouns.txt` (some 2,150 further concrete, visible things), more
words for known things in `words/also.txt`, looser ones in `words/loosely.txt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

THING = "thing"
"""The kind that covers everything, people too."""


@dataclass(frozen=True, slots=True)
class Noun:
    """One term and its words.

    name: as a detector writes it ("skis"). singular, plural: as people write it ("pair of skis", "pairs of skis").
    synonyms: (singular, plural) of other names. kind: the term it is one of, None for `THING`.
    """

    name: str
    singular: str
    plural: str
    synonyms: tuple[tuple[str, str], ...]
    kind: str | None


PARENTS = dict.fromkeys(("bird", "dog", "horse", "sheep", "cow", "bear"), "animal")
PARENTS |= dict.fromkeys(("car", "truck", "boat", "bus", "train"), "vehicle")
PARENTS |= dict.fromkeys(("cart", "scooter", "pickup", "segway"), "vehicle")
PARENTS |= {"fruit": "food item", "vegetable": "food item"}

KIND_SYNONYMS: dict[str, tuple[tuple[str, str], ...]] = {
    THING: (("object", "objects"),),
    "animal": (("creature", "creatures"),),
    "food item": (("piece of food", "pieces of food"), ("item of food", "items of food")),
    "fruit": (("piece of fruit", "pieces of fruit"),),
    "piece of furniture": (("item of furniture", "items of furniture"),),
    "electronic device": (("piece of electronics", "pieces of electronics"), ("electric gadget", "electric gadgets")),
    "kitchen item": (("kitchen thing", "kitchen things"),),
    "piece of clothing": (("garment", "garments"), ("item of clothing", "items of clothing")),
    "piece of sports equipment": (("item of sports gear", "items of sports gear"),),
    "appliance": (("household appliance", "household appliances"),),
}
UNASKED_KINDS = frozenset(
    ("street thing", "structure", "natural object", "household object", "machine part", "accessory")
)
"""Kinds that sort the words but that nobody asks for by name."""


def pluralise(noun: str) -> str:
    """English plural of a regular noun; of the last word if there are several."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return noun[:-1] + "ies"
    return noun + "s"


_VOWEL_BUT_A = ("uni", "use", "uti", "uku", "eu", "ewe", "one", "once", "u-")
_CONSONANT_BUT_AN = ("hour", "honest", "heir", "honour")
_SPELLED_AN = frozenset("AEFHILMNORSX")


def article(phrase: str) -> str:
    """Either "a" or "an", by the sound of the phrase's first word ("an hourglass", "a ukulele", "an SUV", "a TV")."""
    first = phrase.split()[0]
    word = first.split("-")[0]
    if word.isupper() and first not in ("A", "I") and (len(word) > 1 or "-" in first) and word != "T":
        return "an" if word[0] in _SPELLED_AN else "a"
    low = phrase.lower()
    if low.startswith(_CONSONANT_BUT_AN):
        return "an"
    if low.startswith(_VOWEL_BUT_A):
        return "a"
    return "an" if low[0] in "aeiou" else "a"


@lru_cache(20_000)
def with_article(phrase: str) -> str:
    """Such as "a bus", "an owl"."""
    return f"{article(phrase)} {phrase}"


def _noun(name: str, plural: str, synonyms: tuple[tuple[str, str], ...], kind: str | None) -> Noun:
    plural = plural or pluralise(name)
    singular = name
    for many, one in (("pairs of ", "pair of "), ("sets of ", "set of "), ("pieces of ", "piece of ")):
        if plural.startswith(many) and not name.startswith(one):
            singular = one + plural.removeprefix(many)
    return Noun(name, singular, plural, synonyms, kind)


def _pair(text: str) -> tuple[str, str]:
    one, _, many = text.strip().partition("/")
    return one, many or pluralise(one)


@cache
def _tables() -> tuple[dict[str, Noun], tuple[str, ...], tuple[str, ...], dict[str, Noun]]:
    """(class name → noun, COCO's names, the other names, kind → noun)."""
    folder = files(__package__) / "words"
    classes: dict[str, Noun] = {}
    kinds: dict[str, Noun] = {THING: Noun(THING, THING, "things", KIND_SYNONYMS[THING], None)}

    def kind_of(text: str) -> str:
        one, many = _pair(text)
        if one not in classes and one not in kinds:
            kinds[one] = Noun(one, one, many, KIND_SYNONYMS.get(one, ()), PARENTS.get(one, THING))
        return one

    for line in (folder / "coco.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, plural, kind, synonyms = (part.strip() for part in line.split("|"))
            pairs = tuple(_pair(pair) for pair in synonyms.split(",") if pair.strip())
            classes[name] = _noun(name, plural, pairs, None if name == "person" else kind)
    for name, noun in list(classes.items()):
        kind = THING if noun.kind is None else kind_of(noun.kind)
        classes[name] = Noun(name, noun.singular, noun.plural, noun.synonyms, kind)
    coco = tuple(classes)
    lines = [line for line in (folder / "nouns.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    for section in "\n".join(lines).split("[")[1:]:
        head, _, body = section.partition("]")
        kind = kind_of(head)
        for word in " ".join(body.split()).split(","):
            one, _, many = word.strip().partition("/")
            classes[one] = _noun(one, many, (), kind)
    for kind in list(kinds):
        if (parent := PARENTS.get(kind)) and parent not in kinds:
            kinds[parent] = Noun(parent, parent, pluralise(parent), KIND_SYNONYMS.get(parent, ()), THING)
    return classes, coco, tuple(name for name in classes if name not in coco), kinds


def coco_names() -> tuple[str, ...]:
    """COCO's 80 class names, in COCO's order."""
    return _tables()[1]


def other_names() -> tuple[str, ...]:
    """The names of some 2,150 other concrete, visible things."""
    return _tables()[2]


def kind_names() -> tuple[str, ...]:
    """The kinds that people ask for by name: "thing", "animal", "vehicle", …"""
    return tuple(kind for kind in _tables()[3] if kind not in UNASKED_KINDS)


@cache
def noun(term: str) -> Noun:
    """The words of a term. A name that is not in the lists gets a regular plural and no kind but "thing"."""
    classes, _, _, kinds = _tables()
    found = classes.get(term) or kinds.get(term) or classes.get(term.lower())
    return found or Noun(term, term, pluralise(term), (), PARENTS.get(term, THING))


@cache
def kinds_above(name: str) -> tuple[str, ...]:
    """Everything that a class is one of, nearest first: sparrow → ("bird", "animal", "thing"). A class that goes by
    another word for a known thing is under that: pedestrian → ("person", "thing")."""
    out: list[str] = []
    kind = noun(name).kind
    same = _by_surface().get(name.lower())
    if same is not None and same != name and name not in _tables()[0] and name not in _tables()[3]:
        kind = same
    while kind is not None and kind not in out:
        out.append(kind)
        kind = noun(kind).kind or PARENTS.get(kind)
    return tuple(out) if name == THING or THING in out else (*out, THING)


def covered(term: str, class_names: tuple[str, ...]) -> tuple[int, ...]:
    """Positions of the classes that a term means: the class of that name, and every class under it."""
    return _all_covered(class_names).get(term, ())


@lru_cache(2000)
def _all_covered(class_names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    out: dict[str, list[int]] = {}
    for i, name in enumerate(class_names):
        for term in {name, *kinds_above(name)}:
            out.setdefault(term, []).append(i)
    return {term: tuple(found) for term, found in out.items()}


@lru_cache(20_000)
def surfaces(term: str, class_names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(singular, plural) of every way to name a term without naming another known class; the plain one first."""
    known = noun(term)
    if not known.synonyms:
        return ((known.singular, known.plural),)
    mine = {class_names[i] for i in covered(term, class_names)}
    others = [name for name in class_names if name not in mine]
    safe = [pair for pair in known.synonyms if not any(o == pair[0] or o.endswith(" " + pair[0]) for o in others)]
    return ((known.singular, known.plural), *safe)


MASS_NOUNS = {
    "furniture": "piece of furniture", "food": "food item", "electronics": "electronic device",
    "kitchenware": "kitchen item", "clothes": "piece of clothing", "clothing": "piece of clothing",
    "vegetation": "plant", "sports equipment": "piece of sports equipment", "sports gear": "piece of sports equipment",
}  # fmt: skip
"""Kinds by words that have no plural: found in questions, but none is asked with them."""


def also_said() -> dict[str, tuple[str, bool]]:
    """Further words for known things (`words/also.txt`): word → (term, is it a plural)."""
    return _words_of("also.txt")


def loosely_said() -> dict[str, tuple[str, bool]]:
    """Words for one sort of a thing that are also used for the thing itself (`words/loosely.txt`): "ferry" → "boat"."""
    return _words_of("loosely.txt")


@cache
def _words_of(file: str) -> dict[str, tuple[str, bool]]:
    out: dict[str, tuple[str, bool]] = {}
    for line in (files(__package__) / "words" / file).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            term, _, words = line.partition(":")
            for one, many in map(_pair, words.split(",")):
                out.setdefault(many.lower(), (term, True))
                out.setdefault(one.lower(), (term, False))
    return out


@cache
def _by_surface() -> dict[str, str]:
    classes, _, _, kinds = _tables()
    out: dict[str, str] = {}
    for term, known in [*classes.items(), *kinds.items()]:
        for word in (term, known.singular, known.plural, *(word for pair in known.synonyms for word in pair)):
            out.setdefault(word.lower(), term)
    more = MASS_NOUNS | {word: term for word, (term, _) in also_said().items()}
    return out | {word: term for word, term in more.items() if (term in kinds or term in classes) and word not in out}


def find_term(phrase: str, class_names: Sequence[str] = ()) -> str | None:
    """The term that a word or plural names ("lorries" → "truck"), None for an unknown one. Known classes go first."""
    low = " ".join(phrase.lower().split())
    return _surfaces_of(tuple(class_names)).get(low) or _by_surface().get(low)


@lru_cache(2000)
def _surfaces_of(class_names: tuple[str, ...]) -> dict[str, str]:
    out: dict[str, str] = {}
    for name in class_names:
        known = noun(name)
        for word in (name, known.singular, known.plural):
            out.setdefault(word.lower(), name)
    return out


def is_strange(name: str, class_names: tuple[str, ...]) -> bool:
    """Is a name neither one of the classes, nor of a kind among them, nor above or like one of them?"""
    known, above, parts = _known(class_names)
    if name in known or name in above or not known.isdisjoint(kinds_above(name)):
        return False
    words = {name, *(word for pair in noun(name).synonyms for word in pair)}
    if any(find_term(word, class_names) in known for word in words):
        return False
    return not any(word in parts or not known.isdisjoint(word.split()) for word in words)


@lru_cache(2000)
def _known(class_names: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The classes, the kinds above them, and the words that their names are made of."""
    above = frozenset(kind for name in class_names for kind in kinds_above(name))
    return frozenset(class_names), above, frozenset(word for name in class_names for word in name.split())


@lru_cache(200)
def with_usual_names(class_names: tuple[str, ...]) -> tuple[str, ...]:
    """Classes that tracks name, and COCO's others: what anybody asks about, whether or not it is there."""
    return (*class_names, *(name for name in coco_names() if is_strange(name, class_names)))
