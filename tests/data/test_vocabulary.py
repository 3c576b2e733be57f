"""Names: numbers, plurals, articles, kinds, synonyms."""

from __future__ import annotations

import pytest

from data import vocabulary as v
from data.questions import ask  # noqa: F401  (the tables are loaded with it)


def test_how_many() -> None:
    assert len(v.coco_names()) == 80 and len(set(v.coco_names())) == 80
    assert len(v.other_names()) >= 2000 and not set(v.other_names()) & set(v.coco_names())
    assert v.coco_names()[:3] == ("person", "bicycle", "car") and v.coco_names()[-1] == "toothbrush"


PLURALS = [
    ("person", "people"), ("knife", "knives"), ("sheep", "sheep"), ("mouse", "mice"), ("bus", "buses"),
    ("wine glass", "wine glasses"), ("skis", "pairs of skis"), ("scissors", "pairs of scissors"), ("goose", "geese"),
    ("loaf", "loaves"), ("fox", "foxes"), ("puppy", "puppies"), ("donkey", "donkeys"), ("potato", "potatoes"),
    ("piano", "pianos"), ("chest of drawers", "chests of drawers"), ("snowman", "snowmen"), ("giraffe", "giraffes"),
    ("quux", "quuxes"), ("widget", "widgets"),
]  # fmt: skip


@pytest.mark.parametrize("name, plural", PLURALS)
def test_plurals(name: str, plural: str) -> None:
    assert v.noun(name).plural == plural


ARTICLES = [
    ("owl", "an"), ("bus", "a"), ("hourglass", "an"), ("horse", "a"), ("unicycle", "a"), ("umbrella", "an"),
    ("ukulele", "a"), ("SUV", "an"), ("TV", "a"), ("CCTV camera", "a"), ("e-scooter", "an"), ("ewe", "a"),
    ("orange", "an"), ("one-wheeler", "a"), ("pair of skis", "a"), ("urn", "an"), ("X-ray", "an"),
]  # fmt: skip


@pytest.mark.parametrize("phrase, article", ARTICLES)
def test_articles(phrase: str, article: str) -> None:
    assert v.with_article(phrase) == f"{article} {phrase}"


def test_kinds() -> None:
    names = ("car", "bicycle", "sparrow", "bird", "dog", "hot dog", "person", "orange")
    assert v.covered("vehicle", names) == (0, 1)  # a bicycle is a vehicle
    assert v.covered("bird", names) == (2, 3)  # the class, and what is under it
    assert v.covered("animal", names) == (2, 3, 4)
    assert v.covered("food item", names) == (5, 7)
    assert v.covered("thing", names) == tuple(range(8))
    assert v.covered("person", names) == (6,)
    assert v.covered("unicorn", names) == ()


def test_synonyms_never_name_another_known_class() -> None:
    assert ("ball", "balls") in v.surfaces("sports ball", ("sports ball", "dog"))
    assert ("ball", "balls") not in v.surfaces("sports ball", ("sports ball", "beach ball"))
    assert v.find_term("lorries") == "truck" and v.find_term("Mobile Phone") == "cell phone"
    assert v.find_term("dragon") is None and v.find_term("vehicles") == "vehicle"


def test_names_are_plain() -> None:
    for name in (*v.coco_names(), *v.other_names()):
        known = v.noun(name)
        assert name == name.strip() and "  " not in name and known.plural and known.singular
        assert v.kinds_above(name)[-1] == v.THING
