"""Words that stand for a noun before them: "the second", "the other one", "with it"."""

from __future__ import annotations

from pipeline.queries.words import Word

_BEFORE_NOUN = frozenset(("ORDINAL", "LAST", "LONGEST", "SHORTEST", "NEW", "OTHER", "DIRADJ"))


def with_nouns(words: list[Word]) -> list[Word]:
    """The words, with the noun put in where "the second" or "it" stands for one that was named before."""
    out: list[Word] = []
    noun: Word | None = None
    named: dict[bool, list[Word]] = {}  # one, and many, with what tells them from others
    for k, word in enumerate(words):
        after = words[k + 1].kind if k + 1 < len(words) else "END"
        before = out[-1].kind if out else "COMMA"
        if word.kind == "COMMA" and (before in _NO_COMMA or after == "COMMA"):
            continue
        if word.kind == "S" and before in ("WHICH", "WHEN", "THAT", "THERE", "ONE"):
            word = word._replace(kind="IS")
        if word.kind == "ORMORE" and before == "CLASS":  # "more cars or more people"
            out += [word._replace(kind="OR"), word._replace(kind="MORE")]
            continue
        if word.kind == "CLASS":
            noun = word
            named[word.many] = [*(out[-1:] if before in _BEFORE_NOUN else ()), word]
        one = word.kind == "NUMBER" and word.value == 1 and word.end - word.start == 3
        if noun is not None and one and ((out and out[-1].kind in _BEFORE_NOUN) or after not in ("CLASS", "ORMORE")):
            out.append(noun._replace(start=word.start, end=word.end))
            continue
        if noun is not None and word.kind == "ONE" and before in _PRONOUN_AFTER:
            of_many = word.value not in ("it", "he", "she")
            meant = named.get(of_many) or named[not of_many]
            out += [part._replace(start=word.start, end=word.end) for part in meant]
            continue
        out.append(word)
        ends = after == "COMMA" and before in ("OF", "AND", "TO", "BEFORE", "AFTER", "OR")
        if word.kind in ("ORDINAL", "LAST", "NEXT") and noun is not None and (ends or after not in _NO_ELLIPSIS):
            out.append(noun._replace(start=word.end, end=word.end))
    return out


_NO_COMMA = frozenset(("COMMA", "HOWLONG", "HOWMANY", "WHEN", "BUT", "THERE"))
_PRONOUN_AFTER = frozenset(("WITH", "BEFORE", "AFTER", "THAN", "OUTNUMBER", "OR", "ATTHETIME"))
_NO_ELLIPSIS = frozenset(
    ("CLASS", "NUMBER", "LENGTH", "IS", "HALF", "NEW", "SEEN", "OTHER", "DIRADJ", "ORDINAL", "LAST", "SPELLS", "COMMA")
)
