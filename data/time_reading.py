"""Find the times and stretches that a question names: `find_times`.

Three steps: (1) amounts of time and clock times become *points* (time_amounts.py); (2) two points make a stretch, a
point or amount with certain words before or behind makes one ("after 2:00", "the last half minute", "from 65s on");
(3) fractions and counted minutes ("the second half", "the third minute").
"""

from __future__ import annotations

import re

from data.time_amounts import ORDINALS, UNITS, VIDEO, WORDS, Amount, find_amounts

Span = tuple[int, int, float | tuple[float, float]]


def find_times(text: str, duration_s: float) -> list[Span]:
    """Every time in `text`: (start_char, end_char, seconds), or (start_char, end_char, (t0, t1)) for a stretch.

    duration_s: of the clip; "the last minute", "halfway", "after 2:00" need it. Sorted by place, no overlaps.
    """
    low = text.lower().replace("–", "-").replace("—", "-")
    if len(low) != len(text):  # a letter that changes its length in lower case
        low = "".join(c if len(c) == 1 else "?" for c in map(str.lower, text))
    fractions = _fractions(low, duration_s)
    amounts = [a for a in find_amounts(low, duration_s) if not any(s < a.end and a.start < e for s, e, _ in fractions)]
    spans = [*fractions, *_in_context(low, amounts, duration_s)] or _edges(low, duration_s)
    return sorted(spans, key=lambda span: span[0])


# ----------------------------------------------------------------------------------------------- points in their place

_QUIT = (
    r"(?:ignor\w*|leav\w+ (?:out|aside)|(?:set|put)\w* aside|disregard\w*|forget(?:ting)?|cut(?:ting)? (?:out|off)"
    r"|not counting|exclud\w+|skip\w*|never mind|without"
    r"|drop(?:ping|ped)?(?= (?:the|that|everything|anything)\b))(?: \w+){0,2}"
)
_AFTER = re.compile(
    r"(?:\bafter|\bpast|\bbeyond|\bsince|\bnot before|\b(?:no|not) earlier than"
    r"|(?<!\bno )(?<!\bnot )\blater than|\bsubsequent to|\bpost|\bfollow\w+|\bafter it was|\bonwards? from"
    r"|\bcounting (?:only )?from|\bas from|\bbegin(?:n?ing)?(?: \w+)? (?:at|from)|\bstart(?:ing)?(?: \w+)? (?:at|from)"
    r"|\bonly watch(?:ing)? from|t ?>|\bonly counting from|\bskip ahead to|\bfalls after)[ :]*$"
)
_BEFORE = re.compile(
    r"(?:\bbefore?|\bb4|\buntil+|\btill?|\bup ?to|\bup until|\bby|\bprior to|\b(?:no|not) later than|\bearlier than"
    r"|\bpre|\bahead of|t ?<|\bprecedes?|\bpreceding|\bleading up to"
    r"|\b(?:the )?(?:start|beginning|outset)(?: on)?(?: up)? (?:to|until|till|and)|\bstop(?:ped)?(?: watching)? at"
    r"|\bcut off at|\bbroke off at)[ :]*$"
)
_FROM = re.compile(r"\b(?:from|starting|between)[ :]*$")
_ONWARDS = re.compile(
    r" on\b(?! the dot)|,? (?:onwards?\b|(?:up )?(?:to|till|until|and) (?:the )?(?:very |verry )?end\b|and later\b"
    r"|and watch on\b)"
)
_LATEST = re.compile(r" at the latest\b")
_PASSED = re.compile(r" (?:has|is|have) (?:passed|gone|over)\b")
_FIRST = re.compile(
    r"\b(?:first|1st|opening|initial|earliest)(?: (?:and )?very first)?,? $|\bfirst \w+, say the first $|^the first $"
)
_LAST = re.compile(r"\b(?:last|final|closing|very last)(?: remaining)?,? $")
_NO_POINT = re.compile(r"\b(?:at least|at most|every|each|per|for) (?:the |a )?$")
_NO_POINT_ALONE = re.compile(r"\b(?:during|any|only|whole|even|just|(?<!ahead )of) (?:the |a )?$")
_LEFT_OUT = re.compile(r" (?:is |being )?(?:left (?:aside|out)|ignored|excluded|cut (?:off|out))\b")


def _in_context(low: str, amounts: list[Amount], duration_s: float) -> list[Span]:
    out: list[Span] = []
    i = 0
    amounts = [a for a in amounts if a.clock or not _counts_something(low, a)]
    amounts = _with_bare_units(low, amounts)
    while i < len(amounts):
        here, after = amounts[i], amounts[i + 1] if i + 1 < len(amounts) else None
        edge = _edge(low, here, after, duration_s)
        if edge is not None:
            span, used = edge
            out.append(span)
            i += used
        elif after is not None and here.seconds < after.seconds and _edge(low, after, None, duration_s) is None:
            out.append((here.start, after.end, (here.seconds, after.seconds)))
            i += 2
        else:
            out.append(_single(low, here, duration_s))
            i += 1
    return out


def _counts_something(low: str, amount: Amount) -> bool:
    """An amount that is no time: "for at least one second", "a second"."""
    before = low[: amount.start]
    if _FIRST.search(before) or _LAST.search(before):
        return False
    if before.endswith("the ") and re.match(r" (?:before|after|following|preceding|leading)\b", low[amount.end :]):
        return False
    if amount.loose:
        return not re.search(r"\b(?:after|before|at|until|till|by|past|since|to|and|between|from) $", before)
    one = re.match(r"(?:one|1|a)\b", low[amount.start : amount.end])
    if one and amount.seconds in (1, 60, 3600) and _NO_POINT_ALONE.search(before):
        return True
    return bool(_NO_POINT.search(before)) and not re.search(r"\bfor (?:the )?$", before)


_BARE = re.compile(
    r"\b(?:first|1st|opening|initial|last|final|closing|(?:the|within|in)(?=[^?.,]{3,22} (?:following|after|before) )) "
    r"((?:half[- ])?(?:hour|minute|min)(?: and a half)?|quarter of an hour)\b(?!s)"
)


def _with_bare_units(low: str, amounts: list[Amount]) -> list[Amount]:
    """Such as "the first minute", "the final minute and a half": one of that unit."""
    for match in _BARE.finditer(low):
        phrase = match.group(1)
        if any(a.start < match.end(1) and match.start(1) < a.end for a in amounts):
            continue
        unit = UNITS[re.search(r"hour|minute|min", phrase).group()]
        share = {"half": 0.5, "quar": 0.25}.get(phrase[:4], 1.5 if phrase.endswith("half") else 1.0)
        seconds = unit * share
        amounts.append(Amount(match.start(1), match.end(1), seconds))
    return sorted(amounts, key=lambda a: a.start)


def _edge(low: str, here: Amount, after: Amount | None, duration_s: float) -> tuple[Span, int] | None:
    """Such as "the first D", "the last D", "the D following T": a stretch at an edge, and the amounts used up."""
    if here.clock and not re.search(r"(?:first|last|final|opening|closing) $", low[: here.start]):
        return None
    before = re.sub(r"\b(?:the|only|just) $", "", low[: here.start])
    first, last = _FIRST.search(low[: here.start]), _LAST.search(low[: here.start])
    if after is not None:
        link = low[here.end : after.start]
        if re.fullmatch(r" ?- ?", link) and here.seconds < after.seconds and not re.search(r"\bthe (?:\w+ )?$", before):
            return None  # "which came first, 31s-1m10s"
        if re.fullmatch(r" (?:following|after|from) (?:the )?", link) and not last:
            return (here.start, after.end, (after.seconds, min(after.seconds + here.seconds, duration_s))), 2
        the = re.search(r"\bthe $", low[: here.start]) or low.startswith("the ", here.start)
        if (last or the) and re.fullmatch(r" before (?:the )?", link):
            start = last.start() if last else here.start
            return (start, after.end, (max(after.seconds - here.seconds, 0.0), after.seconds)), 2
    edge = first or last
    if edge is None:
        return None
    words = re.sub(r"\b(?:the|very) $", "", before[: edge.start()])
    words = re.sub(r"\b(?:the|very) $", "", words)
    cut = here.seconds if first else duration_s - here.seconds
    cut = min(max(cut, 0.0), duration_s)
    inside = (0.0, cut) if first else (cut, duration_s)
    outside = (cut, duration_s) if first else (0.0, cut)
    beyond = r"\bafter|\bpast|\bbeyond" if first else r"\bbefore|\buntil"
    left_out = re.search(rf"(?:{_QUIT}|{beyond}) ?$", words)
    return (edge.start(), here.end, outside if left_out else inside), 1


def _single(low: str, here: Amount, duration_s: float) -> Span:
    before, behind = low[: here.start], low[here.end :]
    before = before.removesuffix("the ")
    late, early = (here.seconds, duration_s), (0.0, here.seconds)
    dropped = _QUIT + r" (?:that |which |what )?(?:comes |follows |is )?(?:\w+ )?$"
    quit_it = _LEFT_OUT.match(behind) or re.search(dropped, before)
    if match := _LATEST.match(behind):
        return here.start, here.end + match.end(), early
    if match := _ONWARDS.match(behind):
        start = _FROM.search(before)
        return (start.start() if start else here.start), here.end + match.end(), late
    if (match := _PASSED.match(behind)) and re.search(r"\bonce $", before):
        return here.start, here.end + match.end(), late
    if match := _AFTER.search(before):
        return match.start(), here.end, early if quit_it else late
    if match := _BEFORE.search(before):
        return match.start(), here.end, late if quit_it else early
    return here.start, here.end, here.seconds


# ------------------------------------------------------------------------------------ fractions, and minutes by number

_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_FRACTION = re.compile(
    r"\b(first|second|third|fourth|last|final|opening|closing|middle|front|back|latter|former|1st|2nd|3rd) "
    r"(half|third|quarter|fifth|tenth)\b(?!(?: of an?)?[ -](?:hour|minute|min)\b)"
)
_OF_PICTURE = r" of (?:the )?(?:frame|picture|image|screen|view|shot)\b"
_MINUTE = re.compile(rf"\b({'|'.join(ORDINALS)}) (minute|hour)\b(?! and a half)")
_NTH_SECOND = re.compile(
    rf"\b({'|'.join(word for word, n in ORDINALS.items() if n > 2)}) (second)\b"
    r"(?=\W*$|[,;:?.]| of\b| how\b| did\b| was\b| were\b| is\b| are\b| on\b)"
)
_QUARTER_HOUR = re.compile(r"\b(second|third|fourth|2nd|3rd|4th) (?:quarter of an|quarter) hour\b")
_UNIT_NUMBER = re.compile(
    rf"\b(?:in|during|within|throughout|over|for) (minute|hour) (?:number )?(\d+|{'|'.join(WORDS)})\b"
    r"(?! ?(?:to|and|-|until|till|\d|:))"
)


_EDGES = re.compile(
    rf"\bat the (?:very )?(end|start|beginning)\b(?: of (?:the|this|my|our) {VIDEO}\b)?"
    r"(?! of\b| to\b| and\b| until\b| till\b| was\b| is\b)"
)
_AS_IT_ENDS = re.compile(
    rf"\b(?:when|as|the moment|right when|just as) (?:the|this|my|our) {VIDEO} "
    r"(?:(ends|ended|stops|stopped|finishes|finished|is over|was over|closes|cuts out|runs out"
    r"|(?:comes|came) to (?:its|an|the) end)|begins|began|starts|started|opens)\b"
)
_NEAR_EDGES = re.compile(
    r"\b(?:near|towards?|close to|around) the (?:very )?(end|start|beginning)\b"
    rf"(?: of (?:the|this|my|our) {VIDEO}\b)?(?! of\b)"
)
AT_AN_EDGE = re.compile(
    rf"(?:at|near|towards?|close to|around) the (?:very )?(?:end|start|beginning)|{_AS_IT_ENDS.pattern}", re.I
)
"""How a time begins that is an edge of the clip."""
LAST_MOMENT_S, NEAR = 0.5, 0.1
""""At the end" is so long before it (at most a twentieth of the clip); "near the end" is its last tenth."""


def last_moment(duration_s: float) -> float:
    """What "at the end" means, seconds."""
    return duration_s - min(LAST_MOMENT_S, duration_s / 20)


def _edges(low: str, duration_s: float) -> list[Span]:
    """The first and the last moment, and what is near to them."""
    out: list[Span] = []
    last_s = last_moment(duration_s)
    for match in _EDGES.finditer(low):
        out.append((match.start(), match.end(), last_s if match.group(1) == "end" else 0.0))
    for match in _AS_IT_ENDS.finditer(low):
        out.append((match.start(), match.end(), last_s if match.group(1) else 0.0))
    for match in _NEAR_EDGES.finditer(low):
        cut = (1 - NEAR) * duration_s if match.group(1) == "end" else NEAR * duration_s
        out.append((match.start(), match.end(), (cut, duration_s) if match.group(1) == "end" else (0.0, cut)))
    return out


def _fractions(low: str, duration_s: float) -> list[Span]:
    out: list[Span] = []
    for match in _FRACTION.finditer(low):
        which, part = match.group(1), _PARTS[match.group(2)]
        nth = {"opening": 1, "front": 1, "former": 1, "middle": 2}.get(which, ORDINALS.get(which, part))
        in_picture = re.search(r"(?:left|right)(?:-hand)? (?:third|half)", low) or re.match(
            _OF_PICTURE, low[match.end() :]
        )
        if nth <= part and not (which == "middle" and part != 3) and not in_picture:
            out.append((match.start(), match.end(), (duration_s * (nth - 1) / part, duration_s * nth / part)))
    for match in _QUARTER_HOUR.finditer(low):
        nth = ORDINALS[match.group(1)]
        out.append((match.start(), match.end(), (min(900.0 * (nth - 1), duration_s), min(900.0 * nth, duration_s))))
    for match in _UNIT_NUMBER.finditer(low):
        nth, unit = WORDS.get(match.group(2)) or int(match.group(2)), UNITS[match.group(1)]
        if nth > 0 and (nth - 1) * unit < duration_s:
            out.append((match.start(1), match.end(), ((nth - 1) * unit, min(nth * unit, duration_s))))
    for match in (*_MINUTE.finditer(low), *_NTH_SECOND.finditer(low)):
        nth, unit = ORDINALS[match.group(1)], UNITS[match.group(2)]
        if nth > 1:
            onwards = re.match(r" (?:on\b(?! the)|onwards?\b)", low[match.end() :])
            end_s = duration_s if onwards else min(nth * unit, duration_s)
            out.append((match.start(), match.end() + (onwards.end() if onwards else 0), ((nth - 1) * unit, end_s)))
    return out
