"""Variants of questions say what their program says: the kind, the ordinal; and nothing else is touched."""

from collections import Counter
from random import Random

from data.dataset import Lengths, SampleSettings, make_sample
from data.meaning import LAST
from data.question_variants import varied
from data.time_amounts import ORDINAL_WORDS
from pipeline.asking.mentions import find_mentions

SETTINGS = SampleSettings(noise="none", clean_share=1.0, questions=24, lengths=(Lengths(0, (20, 90), (20, 90), 0),))


def test_variants_say_what_they_mean() -> None:
    rng, seen = Random(3), Counter()
    for number in range(60):
        sample = make_sample(31, number, SETTINGS)
        names = sample.clean.class_names
        for asked in sample.questions:
            new = varied(asked, names, "train", rng)
            if new is asked:
                continue
            q = new.question
            assert new.text != asked.text and new.family == asked.family
            if limits := [
                event
                for event in (q.after, q.before)
                if event and event not in (asked.question.after, asked.question.before)
            ]:
                said = {mention.term for mention in find_mentions(new.text, names, 60.0).terms if mention.known}
                assert {event.thing for event in limits} <= said, new
                seen["while" if len(limits) == 2 else "limit"] += 1
            elif q.x != asked.question.x:
                assert asked.question.x is None
                said = {mention.term for mention in find_mentions(new.text, names, 60.0).terms if mention.known}
                assert q.x in said, new
                seen["kind"] += 1
            elif q.nth == LAST:
                assert "last" in new.text or "final" in new.text, new
                seen["last"] += 1
            else:
                word = ORDINAL_WORDS[q.nth - 1]
                assert word in new.text.lower() or str(q.nth) in new.text, new
                seen["ordinal"] += 1
    assert min(seen[what] for what in ("kind", "last", "ordinal", "limit", "while")) >= 10, seen


def test_questions_that_name_a_thing_or_an_ordinal_keep_it() -> None:
    rng = Random(4)
    sample = make_sample(31, 2, SETTINGS)
    for asked in sample.questions * 20:
        new = varied(asked, sample.clean.class_names, "train", rng)
        if asked.family not in ("first", "last", "nth", "next_after", "previous_before", "longest", "shortest", "list"):
            assert new.question.x == asked.question.x
        assert new.question.event == asked.question.event and new.question.stretch == asked.question.stretch
