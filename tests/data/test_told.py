"""Told times are compared as times, not as letters."""

from __future__ import annotations

import pytest

from data.meaning.told import Entry, entries_of, told_alike


def test_entries_are_read_back() -> None:
    assert entries_of("0:06, 1:02:03") == [Entry(6.0, None, None), Entry(3723.0, None, None)]
    assert entries_of("0:00–1:00 3") == [Entry(0.0, 60.0, 3)]
    assert entries_of("0:07 2") == [Entry(7.0, None, 2)]
    assert entries_of("never") is None and entries_of("0:12: a bus appears.") is None


@pytest.mark.parametrize(
    ("predicted", "right", "alike"),
    [
        ("0:06, 0:22", "0:07, 0:21", True),
        ("0:06, 0:22", "0:06, 0:25", False),
        ("0:06", "0:06, 0:22", False),
        ("0:06–0:19, 0:22–0:45", "0:06–0:20, 0:22–0:44", True),
        ("0:06–0:19", "0:06–0:30", False),
        ("0:00–1:00 3, 1:00–2:00 1", "0:00–1:00 3, 1:00–2:00 1", True),
        ("0:00–1:00 3, 1:00–2:00 1", "0:00–1:00 3, 1:00–2:00 2", False),
        ("0:00 3, 0:30 2, 1:00 3", "0:00 3, 0:31 2, 1:00 3", True),
        ("0:00 3, 0:30 2, 1:00 3", "0:00 3", False),
        ("never", "never", True),
        ("never", "0:06", False),
    ],
)
def test_alike(predicted: str, right: str, alike: bool) -> None:
    assert told_alike(predicted, right, 1.0) is alike
