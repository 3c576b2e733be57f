"""What a clip shows, class by class, as records that print as a table: `VideoQA.timeline()`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.clock import clock
from data.meaning import ClipView, Question, run
from data.meaning.parts import Cut, union_of

BAR_CELLS = 40


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One class. objects: how many different ones. first_s, last_s: seconds. at_most: in sight at once.

    spans_s: when at least one is in sight, disjoint (from, to), in order.
    """

    class_name: str
    objects: int
    first_s: float
    last_s: float
    at_most: int
    spans_s: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Timeline:
    """The rows by number of objects; `print` it, or loop over it. duration_s: of the clip."""

    rows: tuple[TimelineRow, ...]
    duration_s: float
    title: str = ""

    @staticmethod
    def of(view: ClipView, title: str = "") -> Timeline:
        """The timeline of a clip in one of its worlds."""
        rows = []
        for class_id in np.unique(view.class_id).tolist():
            mine = view.class_id == class_id
            name = view.class_names[class_id]
            cut = Cut.of(view, -np.inf, np.inf).only(mine)
            most = run(Question("max_at_once", x=name), view).value
            spans = tuple((float(a), float(b)) for a, b in union_of(cut, view))
            first, last = float(view.start_s[mine].min()), float(view.end_s[mine].max())
            rows.append(TimelineRow(name, int(mine.sum()), first, last, int(most), spans))
        rows.sort(key=lambda row: (-row.objects, row.first_s))
        return Timeline(tuple(rows), view.duration_s, title)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[TimelineRow]:
        return iter(self.rows)

    def __getitem__(self, class_name: str) -> TimelineRow:
        for row in self.rows:
            if row.class_name == class_name:
                return row
        raise KeyError(class_name)

    def __str__(self) -> str:
        head = f"{self.title + ': ' if self.title else ''}{clock(self.duration_s)}"
        if not self.rows:
            return f"{head}, nothing is seen"
        wide = max(len("class"), *(len(row.class_name) for row in self.rows)) + 2
        lines = [head, f"{'class':<{wide}}{'objects':>8}{'first':>9}{'last':>9}{'at most':>9}   when"]
        lines += [
            f"{row.class_name:<{wide}}{row.objects:>8}{clock(row.first_s):>9}{clock(row.last_s):>9}{row.at_most:>9}"
            f"   {self.bar(row)}"
            for row in self.rows
        ]
        return "\n".join(lines)

    def bar(self, row: TimelineRow) -> str:
        """When something of a class is in sight: one character per fortieth of the clip."""
        cells = np.zeros(BAR_CELLS, bool)
        scale = BAR_CELLS / max(self.duration_s, 1e-9)
        for a, b in row.spans_s:
            cells[min(int(a * scale), BAR_CELLS - 1) : max(int(np.ceil(b * scale)), int(a * scale) + 1)] = True
        return "".join("█" if cell else "·" for cell in cells)

    def _repr_html_(self) -> str:
        from pipeline.telling.answers_html import timeline_html

        return timeline_html(self)
