"""Questions that compare two or more answers: "did the bus come before 0:30 or after?", "in which order do they come?".

No family of programs holds them; each is put as plain questions (`Comparison.parts`), and what their answers say
together is said first (`Comparison.answered`). Where a part gets no answer of the kind that is needed, the parts stand
as they are.
"""

from __future__ import annotations

from pipeline.asking.plain_moments import typed_out
from pipeline.comparing import most, newcomers, none, numbers, one, options, things, times, visits
from pipeline.comparing.comparison import Comparison

FORMS = (
    *options.LETTERED, *one.FORMS, *newcomers.FORMS, *most.FORMS, *numbers.FORMS, *things.FORMS, *times.FORMS,
    *visits.FORMS, *none.FORMS, *options.FORMS,
)  # fmt: skip
"""Each makes a comparison of a text that has its form, else None; the first one counts."""


def plain_questions(text: str) -> tuple[str, ...]:
    """The plain questions that a comparison is put as; just the text where it is none."""
    comparison = comparison_in(text)
    return (text,) if comparison is None else comparison.parts


def comparison_in(text: str) -> Comparison | None:
    """The comparison that a question asks for, or None."""
    text = typed_out(text)
    return next((found for form in FORMS if (found := form(text)) is not None), None)
