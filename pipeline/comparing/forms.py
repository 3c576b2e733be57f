"""Questions that compare two or more answers: "did the bus come before 0:30 or after?", "in which order do they come?".

No family of programs holds them; each is put as plain questions (`Comparison.parts`), and what their answers say
together is said first (`Comparison.answered`). Where a part gets no answer of the kind that is needed, the parts stand
as they are.
"""

from __future__ import annotations

from pipeline.asking.plain_moments import typed_out
from pipeline.comparing import most as compared_most
from pipeline.comparing import none as compared_none
from pipeline.comparing import numbers as compared_numbers
from pipeline.comparing import one as compared_one
from pipeline.comparing import options as compared_options
from pipeline.comparing import things as compared_things
from pipeline.comparing import times as compared_times
from pipeline.comparing import visits as compared_visits
from pipeline.comparing.comparison import Comparison

FORMS = (
    *compared_options.LETTERED, *compared_one.FORMS, *compared_most.FORMS, *compared_numbers.FORMS,
    *compared_things.FORMS, *compared_times.FORMS,
    *compared_visits.FORMS, *compared_none.FORMS, *compared_options.FORMS,
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
