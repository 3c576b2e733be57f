"""Words put in order before the grammar reads them.

Words that help others (is, did, has) go; "the second", "it", "those" get the noun that they stand for; commas that part
nothing go, too.
"""

from __future__ import annotations

from data.vocabulary import THING
from pipeline.queries.words import Word

_BEFORE_NOUN = frozenset(
    ("ORDINAL", "LAST", "LONGEST", "SHORTEST", "SLOWEST", "QUICKEST", "NEW", "OTHER", "DIRADJ", "NEXT")
)
_NO_COMMA = frozenset(("COMMA", "HOWLONG", "HOWMANY", "WHEN", "BUT", "YN"))
_PRONOUN_AFTER = frozenset(
    ("MINUS", "WITH", "BEFORE", "AFTER", "THAN", "OUTNUMBER", "OR", "ATTHETIME", "BY", "UNTIL", "YN")
)
_STRETCH_FIRST = frozenset(("WHEN", "AFTER", "BEFORE", "ATTHETIME", "WHILE", "DURING", "UNTIL", "AT", "IN", "BETWEEN"))
_NO_ELLIPSIS = frozenset(
    (
        "CLASS",
        "NUMBER",
        "LENGTH",
        "HALF",
        "NEW",
        "SEEN",
        "OTHER",
        "DIRADJ",
        "ORDINAL",
        "LAST",
        "SPELLS",
        "COMMA",
        "YN",
        "DESERTED",
        "KINDW",
    )
)
_LIMITS = frozenset(("LESSTHAN", "MORETHAN", "ATLEAST", "ATMOST"))
_NO_OWNER = frozenset(("WHICH", "WHICHWAY", "WHEREW", "WHEN", "THAT", "SEEN", "ONE", "COMMA"))
_FAR = frozenset(("LONGEST", "SHORTEST"))
_ASKS = frozenset(
    (
        "HOWMANY",
        "HOWLONG",
        "WHEN",
        "WHICH",
        "WHICHWAY",
        "WHICHFROM",
        "WHICHTO",
        "SHAREOF",
        "SHAREW",
        "BYHOW",
        "HOWTIMES",
    )
)


def tidied(words: list[Word]) -> list[Word]:
    """The words as the grammar takes them."""
    return _with_nouns(_without_helpers(_once_gone(words)))


def _without_helpers(words: list[Word]) -> list[Word]:
    """ "Is", "did", "has": at the start of a question they ask for a yes or no (YN), behind a noun at the end of a
    clause they stand for its verb (PRO), else they say nothing. "There" is as good as "seen"."""
    words = _truth_first([word for word in words if word.kind != "AND" or word is not words[0]])
    leaving = ("LEFT", "REMAIN", *(("VLEAVE",) if words and words[0].kind == "WHEN" else ()))
    if not any(word.kind in leaving for word in words):
        words = [word for word in words if word.kind != "FIRSTTIME"]
    if not any(word.kind == "STOP" for word in words):
        words = [word for word in words if word.kind != "THENAT"]
    if any(word.kind == "KINDW" for word in words):
        words = [word._replace(kind="CLASS", value=THING) if word.kind == "MEMBERS" else word for word in words]
    averaged = [word._replace(kind="AVERAGED") for word in words if word.kind == "AVERAGED"]
    words = [word for word in words if word.kind != "AVERAGED"]
    out: list[Word] = []
    asked = False  # by another word
    for k, word in enumerate(words):
        after = words[k + 1].kind if k + 1 < len(words) else "COMMA"
        before = out[-1].kind if out and out[-1].kind != "STOP" else "COMMA"
        asked &= not out or out[-1].kind != "STOP"
        front = word.kind == "WHEN" and not out  # "when the bus comes, is …"
        asked |= word.kind in _ASKS and not front and not (word.kind == "WHICH" and before == "CLASS")
        if word.kind == "S" and before in _NO_OWNER:  # what's, there's
            continue
        if word.kind == "ORDINAL" and after == "DO" and k + 1 < len(words):
            continue  # "when do we first see a dog"
        if word.kind == "RIGHTAFTER" and not (words[0].kind == "WHICH" and before in ("VLEAVE", "LEFT", "VCOME")):
            word = word._replace(kind="AFTER")
        if word.kind == "STILL" and (after == "VCOME" or [one.kind for one in out[-2:]] == ["YN", "SEEN"]):
            continue  # "how many still came", "was there still a person …"
        if word.kind == "ORDINAL" and word.value == 2 and before in ("LAST", "ORDINAL") and after != "CLASS":
            word = word._replace(kind="LENGTH", value=1.0)  # the last second
        if word.kind == "LAST" and before == "CLASS" and after == "LENGTH" and k + 2 == len(words):
            word = word._replace(kind="VSTAY", value="last")  # "did the bus last 20 seconds?"
        perfect = k > 0 and any(one.value in ("had", "has", "have") for one in words[max(0, k - 2) : k])
        if word.kind in ("VLEAVE", "LEFT") and perfect:
            word = word._replace(value="gone")  # "had left when the bus came": before that
        if word.kind in ("IS", "DO") and word.value in ("has", "had") and after in _FAR and _asks_which(out):
            out.append(word._replace(kind="VSTAY", value="stays"))  # "what has the longest time on screen?"
            continue
        if word.kind in ("IS", "DO"):
            if before in ("COMMA", "TRUE") and not asked and not any(one.kind == "YN" for one in out):
                out.append(word._replace(kind="YN"))
            elif before == "CLASS" and after in ("COMMA", "AND", "MARK"):
                out.append(word._replace(kind="PRO"))
            continue
        if word.kind == "AGAIN" and before in ("VLEAVE", "LEFT", "VBACK", "SIDE", "AWAYW"):
            continue  # "gone again": to come again is something else
        if word.kind == "ONE" and word.value in ("those", "these", "them") and after in ("CLASS", "NUMBER", "NEW"):
            continue  # "of those people"
        named = word.kind == "THAT" and after == "CLASS" and k + 1 < len(words)
        named &= any(one.kind == "CLASS" and one.value == words[min(k + 1, len(words) - 1)].value for one in out)
        if named and before == "YN" and words[0].kind in ("ONLYOF", "OF"):  # "take the first person: did that person …"
            out.append(word._replace(kind="ONE", value="it"))
            continue
        if word.kind == "CLASS" and before == "ONE" and words[k - 1].kind == "THAT":
            continue
        if word.kind == "MEAN" and after == "MEDIAN":
            continue  # "the typical (median) stay"
        if word.kind == "THERE":
            word = word._replace(kind="SEEN")
        if (
            word.kind == "ORMORE" and before in ("CLASS", "LEFT", "SIDE", "DIRW") and after in ("CLASS", "NEW")
        ):  # "more cars or more people"
            out += [word._replace(kind="OR"), word._replace(kind="MORE")]
            continue
        if word.kind == "CLASS" and word.value == THING and before == "CLASS" and word.start == out[-1].end + 1:
            continue  # "the misc object"
        aside = before == "SEEN" and len(out) > 1 and out[-2].kind in ("YN", "WHEN", "HOWLONG")
        if word.kind == "COMMA" and (before in _NO_COMMA or after == "COMMA" or aside):
            continue
        if word.kind == "SEEN" and before == "SEEN":
            continue
        if word.value in ("visible", "present") and before in ("OF", "HOWMANY") and after == "CLASS":
            continue  # "how many of the visible people"
        if word.kind == "SEEN" and before == "DIRW" and str(word.value).startswith(("in ", "on ")):
            continue  # "moved downwards in the picture"
        if word.kind == "MEMBERS" and before == "CLASS":  # "car tracks"
            continue
        if word.kind == "MEMBERS" and before == "HOWMANY":  # "how many tracks"
            word = word._replace(kind="CLASS", value=THING)
        if word.kind == "VSTAY" and word.value == "last" and before in ("VCOME", "VLEAVE", "LEFT"):
            word = word._replace(kind="LAST", value=-1)  # "the one that enters last"
        if word.kind == "LAST" and after in _LIMITS and before in ("AND", "CLASS", "THAT", "WHICH"):
            word = word._replace(kind="VSTAY", value="last")  # "start after 0:05 and last less than 3 seconds"
        if word.value == "else" and before == "CLASS":  # "anyone else"
            out.insert(-1, word)
            continue
        if word.value == "new" and before == "CLASS" and after == "VCOME":  # "until somebody new comes"
            out.insert(-1, word._replace(kind="NEXT"))
            continue
        out.append(word)
    while out and out[-1].kind == "COMMA":
        out.pop()
    return [*out, *averaged]


def _asks_which(out: list[Word]) -> bool:
    """Do the words so far end with "what", "which", "which object"?"""
    kinds = [word.kind for word in out[-2:]]
    return kinds[-1:] == ["WHICH"] or kinds == ["WHICH", "CLASS"]


def _once_gone(words: list[Word]) -> list[Word]:
    """ "When the bus had left, how many came?": after it had."""
    comma = next((k for k, word in enumerate(words) if word.kind == "COMMA"), 0)
    front, rest = words[:comma], words[comma:]
    if not front or front[0].kind not in ("WHEN", "ATTHETIME") or not any(word.kind == "VCOME" for word in rest):
        return words
    had = any(word.value == "had" for word in front) and not any(word.kind == "NOT" for word in front)
    if not had or front[-1].kind not in ("VLEAVE", "LEFT"):
        return words
    return [words[0]._replace(kind="AFTER"), *words[1:]]


def _truth_first(words: list[Word]) -> list[Word]:
    """ "True or false" in front, where it asks for a yes or no."""
    k = next((k for k, word in enumerate(words) if word.kind == "TRUE"), None)
    if k is None:
        return words
    rest = [word for word in words[:k] + words[k + 1 :] if word.kind != "COMMA" or 0 < word.start < words[-1].start]
    while rest and rest[0].kind == "COMMA":
        rest = rest[1:]
    while rest and rest[-1].kind in ("COMMA", "STOP"):
        rest.pop()
    yes_no = words[k]._replace(kind="YN")
    comma = next((n for n, word in enumerate(rest) if word.kind == "COMMA"), None)
    if comma is not None and rest[0].kind in _STRETCH_FIRST:  # "true or false: after it had left, nobody came"
        return [words[k], *rest[: comma + 1], yes_no, *rest[comma + 1 :]]
    asks = not rest or rest[0].kind in ("IS", "DO", "MOST", "ALL", "YN")
    return [words[k], *([] if asks else [yes_no]), *rest]


def _with_nouns(words: list[Word]) -> list[Word]:
    """The noun put in where "the second" or "it" stands for one that was named before."""
    out: list[Word] = []
    noun: Word | None = None
    named: dict[bool, list[Word]] = {}  # one, and many, with what tells them from others
    for k, word in enumerate(words):
        after = words[k + 1].kind if k + 1 < len(words) else "END"
        before = out[-1].kind if out else "COMMA"
        if word.kind == "CLASS":
            noun = word
            named[word.many] = [*(out[-1:] if before in _BEFORE_NOUN else ()), word]
        one = word.kind == "NUMBER" and word.value == 1 and (word.end - word.start == 3 or before == "ORDINAL")
        if noun is not None and one and (before in _BEFORE_NOUN or after not in ("CLASS", "ORMORE")):
            out.append(noun._replace(start=word.start, end=word.end))
            continue
        if noun is not None and word.kind == "NUMBER" and before == "ALL" and after != "CLASS":  # "all three"
            out += [word, noun._replace(start=word.end, end=word.end)]
            continue
        if noun is not None and word.kind == "ONE" and [one.kind for one in out[-2:]] == ["MORE", "OF"]:
            out[-1] = noun._replace(start=word.start, end=word.end)  # "more of them"
            continue
        rest = word.kind == "ONE" and str(word.value).startswith(("the rest", "the other", "the remainder"))
        of_those = before == "HOWMANY" and words[0].kind in _STRETCH_FIRST  # "when it had left, how many of them …"
        if noun is not None and word.kind == "ONE" and (before in _PRONOUN_AFTER or of_those) and not rest:
            of_many = word.value not in ("it", "he", "she")
            meant = named.get(of_many) or named[not of_many]
            out += [part._replace(start=word.start, end=word.end) for part in meant]
            continue
        out.append(word)
        if word.kind == "ORDINAL" and [one.kind for one in words[k + 1 : k + 4]] in (
            ["AND", "ORDINAL", "CLASS"],
            ["AND", "LAST", "CLASS"],
            ["OR", "ORDINAL", "CLASS"],
        ):  # "the first and the second bus"
            out.append(words[k + 3]._replace(start=word.end, end=word.end))
            continue
        first_to = word.kind in ("ORDINAL", "LAST") and after == "TO"
        if first_to and (before == "KINDW" or (before == "WHICH" and noun is None)):  # "what is the first to come?"
            out.append(word._replace(kind="CLASS", value=THING, start=word.end, end=word.end))
            continue
        if (
            word.kind == "NEXT" and before in ("WHICH", "KINDW") and after not in ("CLASS", "NUMBER")
        ):  # "what is next to come?"
            out.append(word._replace(kind="CLASS", value=THING, start=word.end, end=word.end))
            continue
        ends = after == "COMMA" and before in ("OF", "AND", "TO", "BEFORE", "AFTER", "OR", "THAN")
        of_them = [one.kind for one in words[k + 1 : k + 3]] == ["OF", "ONE"]
        if (
            word.kind in ("ORDINAL", "LAST", "NEXT")
            and noun is not None
            and not (word.kind == "NEXT" and before in ("VCOME", "VLEAVE", "LEFT"))  # "what leaves next?"
            and not of_them
            and not (word.value == 1 and after == "END" and before == "VCOME" and out[-3].kind == "WHICH")
            and not (before in ("VCOME", "VLEAVE", "LEFT") and out[-3].kind in ("THAT", "WHICH"))  # "that came second"
            and (ends or after not in _NO_ELLIPSIS)
        ):
            out.append(noun._replace(start=word.end, end=word.end))
    return out
