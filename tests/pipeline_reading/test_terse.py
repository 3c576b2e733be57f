"""Fragments: whether a number, a thing or a list is asked for shows in single words."""

from __future__ import annotations

import pytest

from data.vocabulary import coco_names
from pipeline.asking.mentions import find_mentions, with_stand_ins
from pipeline.asking.terse import terse_intent


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("boat visible at 4:10?", "count_at", "exists"),
        ("boats at 4:10", "count_at", "count_at"),
        ("how many of the boat sort at 4:10?", "count_at", "count_at"),
        ("bus count @ 1:05", "count_at", "count_at"),
        ("what is in view at 0:30", "count_at", "list"),
        ("So what can you see at 0:30?", "count_at", "list"),
        ("what number of dogs at 0:30", "count_at", "count_at"),
        ("pedestrians, first 5 minutes", "list", "count"),
        ("what vehicles in the first 5 minutes", "list", "list"),
        ("vehicle types between 1:00 and 2:00", "list", "list"),
        ("vehicles", "list", "list"),
        ("over the last 5 secs, all objects, chronological", "list", "list"),
        ("boat visible at 4:10?", "exists", "exists"),
    ],
)
def test_terse(text, intent, meant) -> None:
    assert terse_intent(intent, *with_stand_ins(text, find_mentions(text, coco_names(), 600.0))) == meant
