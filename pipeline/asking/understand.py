"""From a question's text to what it asks (`Understood`): look-up finds the things and times, the model their parts.

The text is read with stand-ins for its things (`mentions`), so that a wording means the same whatever it is about. A
part whose words are no known thing is named in a refusal, with the closest thing that the detector knows.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from data.meaning import REFUSALS, Event, Question
from data.meaning.question import AT_MOST, JUST, LIMITED, MEASURED, NUMBERED, PINNED, RULED
from data.question_parts import CHANGES, EVENT_PARTS, INTENTS, NTHS, ROLES, piece_features
from data.time_amounts import LATER_ORDINAL, ORDINALS, WORDS
from data.vocabulary import THING, noun
from models.question_encoder import EncodedText, SentenceEncoder
from models.question_reader import QuestionReader
from pipeline.asking.corrected_intent import corrected_intent, counts_newcomers, turns_up
from pipeline.asking.family_parts import ANY_OF_THEM, NEEDS_X, NEEDS_Y, TAKES_NTH, TAKES_REFERENCE
from pipeline.asking.measure_words import measure_intent, names_nothing
from pipeline.asking.mentions import (
    PEOPLE,
    PLACES,
    SORTS_OF_PEOPLE,
    Mentions,
    TermMention,
    find_mentions,
    guess_term,
    with_stand_ins,
)
from pipeline.asking.names import NameEmbeddings
from pipeline.asking.occurrences import without_time
from pipeline.asking.quantities import asked_quantity, put_right, said_number, says_just, with_amount
from pipeline.asking.question_times import times_of
from pipeline.asking.said_plainly import said_plainly, with_mark
from pipeline.asking.sides import of_side, said_side
from pipeline.asking.stops import stops_form
from pipeline.asking.terse import terse_intent
from pipeline.asking.two_events import between_events, two_events, which_first
from pipeline.asking.two_stays import stays_longer

FEWEST = re.compile(r"\b(?:fewest|least|lowest|minim(?:um|al)|smallest|emptiest)\b", re.IGNORECASE)
SEVERAL = re.compile(r"\b(?:two|2|several|multiple|both|various|many|more than (?:one|1)|a (?:pair|couple) of)\b", re.I)
"""Of one kind together: "two people at the same time"."""
AT_LEAST = re.compile(r"\bat (?:the )?(?:very )?least\b", re.IGNORECASE)
TURNED = {"max_at_once": "min_at_once", "when_most": "when_fewest"}
_WHICH = re.compile(r"\b(?:which|what|whose|(?:kinds?|types?|sorts?|class(?:es)?) of)(?: (?:other|new))? $", re.I)
_BESIDE = re.compile(r"\b(?:from|off|onto|on|at|to|into|near|by|past|behind|under) (?:the|this|that|my|our|a) $", re.I)
"""What something comes to or goes from: "the first thing gone from the table"."""
_ANYBODY = re.compile(r"(?:any|some|every)(?:body|one)(?:['’]s)?", re.I)
NO_ONE = re.compile(r"\bno[- ]one\b|\bnobod(?:ys|ies)\b|\bhead[- ]?counts?\b", re.I)
"""People in two words."""
FIRST_OR_NONE = (NTHS.index(None), NTHS.index(1))
MOST_TRIED = 6
"""Mentions that are tried in every part."""
QUANTIFIED = frozenset(("exists", "count", "count_at", "max_at_once", "compare", "together", "when_most"))
"""What a yes-or-no question about a number ("more than two") may be taken for."""
WHILE = re.compile(
    r"\b(?:while|whilst|as long as|so long as|during|when|whenever|with|between|until|till|time|moments?|throughout"
    r"|presence|stay|stays|spell|span|period|window|stretch|interval|there is|there['’]s|there are|over the|from)\b",
    re.I,
)
WHILE_PLACE = EVENT_PARTS.index("while")
FIRST_OF = re.compile(r"\b(?:first|1st|earliest|initial) (?:[\w-]+ ){0,2}$", re.I)
ANYTHING = frozenset(("anything", "something", "everything", "whatever"))
WHO = re.compile(r"\W*(?:(?:and|so|but|ok|okay) )*who\b(?! (?:or|and) what)", re.I)
EVERYBODY = re.compile(r"\b(?:list|show|name|enumerate)\b[^.?!]*\bevery(?:one|body)\b", re.I)
ASKS_WHICH = re.compile(r"\W*(?:(?:and|so|but|ok|okay) )*(?:which|who|how many|list|name)\b", re.I)
NUMBER_TWO = re.compile(r"(?:\b(?:number|no\.?)|#) ?(two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\b", re.I)
WHEN_OF_MANY = frozenset(("when_appears", "when_leaves", "when_most", "when_fewest", "stays_each", "when_each"))
ALREADY = re.compile(r"\balready\b.*\b(?:when|by the time|before|as)\b", re.I)
"""How many *had already left when* something happened: before it."""
WITHOUT_NUMBER = {
    "exactly": "count", "exactly_at_once": "max_at_once", "at_most": "count", "at_most_at_once": "max_at_once",
    "when_number": "when_most", "when_at_least": "when_most", "always": "always", "duration_at_least": "duration",
    "ever_at_most": "min_at_once", "duration_exactly": "duration",
}  # fmt: skip
"""What an intent about a number asks where none is said."""
WITHOUT_LENGTH = {"when_most_come": "when_most", "when_most_seen": "when_most", "lasts_longer": "duration",
                  "lasts_shorter": "duration"}  # fmt: skip
"""What an intent about a length asks where none is said."""
WITHOUT_REFERENCE = {"count_before": "count", "count_after": "count", "next_after": "first", "previous_before": "last"}
BEFORE = re.compile(r"\b(?:before|until|till|by the time|prior to|up to)\b", re.I)
TWO_EVENTS = ("time_between", "happens_before")
SURE_OF_FORM = 0.95
"""How surely a question is read that has a plain form (`pipeline.asking.two_events`, `pipeline.asking.two_stays`)."""
OF_A_SCENE = frozenset(("when_most", "when_fewest", "max_at_once", "min_at_once", "absent", "longest_absent"))
SURE_OF_WORDS = 0.85
"""How surely an intent is read that single words put right."""
LASTS = ("lasts_longer", "lasts_shorter", "stays_longer")
SURE_INTENT = math.log(0.9)
"""Log-chance from which an intent about a number stands against single words."""
SURE_OF_WIDER = 0.7
"""How sure an answer about all boats is one about the ferry that was asked for."""
ALIKE = 0.62
"""Cosine of two names from which an unknown word is read as the known one (measured on synonyms; LOG.md)."""
ALIKE_PIECE = 0.8
"""The same where one word is a piece of the other: "hand" and "handbag"."""


@dataclass(frozen=True)
class Understood:
    """question: as a program; a refusal's family where it can't be answered. confidence: chance of being read right.

    thing: words that no class was found for. notes: readings that the user should know.
    """

    question: Question
    confidence: float
    thing: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return self.question.family in REFUSALS


class QuestionUnderstanding:
    """Reads questions for one model."""

    def __init__(self, reader: QuestionReader, encoder: SentenceEncoder, names: NameEmbeddings):
        self.reader, self.encoder, self.names = reader.eval(), encoder, names

    def __call__(self, texts: Sequence[str], class_names: tuple[str, ...], duration_s: float) -> list[Understood]:
        """What each text asks, of a clip of `duration_s` whose detector knows `class_names`."""
        texts = [with_mark(without_time(said_plainly(text))) for text in texts]
        sides = [said_side(text) for text in texts]
        pairs = zip(texts, sides, strict=True)
        plain = [text if side is None or side.side.how == "stays" else side.rest for text, side in pairs]
        out = self._read(plain, class_names, duration_s)
        for k, text in enumerate(texts):
            forms = (
                (which_first, text),
                (two_events, text),
                (between_events, text),
                (stops_form, text),
                (stays_longer, plain[k]),
            )
            asked = next(filter(None, (form(said, class_names, duration_s) for form, said in forms)), None)
            if asked is not None:
                out[k] = Understood(asked, SURE_OF_FORM)
        for k, side in enumerate(sides):
            if side is not None and side.side.how == "stays":
                # one certain thing, not those among several that stay so long
                if out[k].question.family in LASTS and not ASKS_WHICH.match(texts[k]):
                    continue
                out[k] = self._read([side.rest], class_names, duration_s)[0]
            if side is not None and out[k].question.family not in ("refuse_unknown", *TWO_EVENTS):
                asked = of_side(out[k].question, side.side, duration_s)
                whole = self._read([texts[k]], class_names, duration_s)[0] if asked is None else out[k]
                out[k] = whole if asked is None else replace(whole, question=asked)
        return out

    def _read(self, texts: Sequence[str], class_names: tuple[str, ...], duration_s: float) -> list[Understood]:
        """The same without sides."""
        mentions = [find_mentions(text, class_names, duration_s) for text in texts]
        plain = [with_stand_ins(text, found) for text, found in zip(texts, mentions, strict=True)]
        encoded = self.encoder.encode([text for text, _ in plain])
        out: list[Understood] = []
        for at in range(0, len(texts), 64):
            part = slice(at, at + 64)
            roles, heads = self._logits(encoded[part], [found for _, found in plain[part]])
            for row, (text, found) in enumerate(plain[part]):
                spans = encoded[at + row].spans_L2.numpy()
                reading = _Reading(
                    text, found, spans, roles[row][: len(spans)], {k: v[row] for k, v in heads.items()},
                    class_names, duration_s, self.names,
                )  # fmt: skip
                out.append(reading.understood())
        return out

    @torch.inference_mode()
    def _logits(self, encoded: list[EncodedText], mentions: list[Mentions]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Log-probabilities of the roles (B, L, R) and of every head."""
        longest = max(len(one.spans_L2) for one in encoded)
        states = torch.zeros(len(encoded), longest, encoded[0].states_LW.shape[1])
        features = torch.zeros(len(encoded), longest, 5)
        mask = torch.zeros(len(encoded), longest, dtype=torch.bool)
        for row, (one, found) in enumerate(zip(encoded, mentions, strict=True)):
            size = len(one.spans_L2)
            states[row, :size], mask[row, :size] = one.states_LW.float(), True
            features[row, :size] = torch.from_numpy(piece_features(found, one.spans_L2.numpy())).float()
        logits = self.reader(states, features, mask)
        heads = {name: head.log_softmax(-1).numpy() for name, head in logits.heads.items()}
        return logits.roles_BLR.log_softmax(-1).numpy(), heads


@dataclass
class _Reading:
    """One question while it is put together."""

    text: str
    mentions: Mentions
    spans_L2: np.ndarray
    roles_LR: np.ndarray
    heads: dict[str, np.ndarray]
    class_names: tuple[str, ...]
    duration_s: float
    names: NameEmbeddings

    def understood(self) -> Understood:
        if not re.search(r"\w", self.text):
            return Understood(Question("refuse_unclear"), 1.0)
        self.notes: list[str] = []
        self.log_p = 0.0
        read = INTENTS[self._best("intent")]
        intent = measure_intent(read, self.text)
        intent = self._put_right(intent) if intent == read and read not in MEASURED else intent
        if intent != read:  # the words say it for certain
            self.log_p = math.log(SURE_OF_WORDS)
        self.whole_scene, self.measured = intent in OF_A_SCENE, intent in MEASURED
        if intent in REFUSALS:
            mention = next(iter(self._assign(("x",)).values()), None)
            return Understood(Question(intent, x=mention.term if mention else None), math.exp(self.log_p))
        if not WHILE.search(self.text):  # "after the train leaves" is no while
            self.heads["event"][WHILE_PLACE:] = -20.0
        part = EVENT_PARTS[self._best("event")]
        times = self._times(intent, part)
        if intent in WITHOUT_LENGTH and times["t_s"] is None:
            intent = WITHOUT_LENGTH[intent]
        if intent in LASTS and sum(not time.is_stretch for time in self.mentions.times) > 1:
            return Understood(Question("refuse_unclear"), math.exp(self.log_p))  # two moments compared
        if intent in TAKES_REFERENCE and part != "event" and times["t_s"] is None:
            if part in ("none", "while"):
                intent = WITHOUT_REFERENCE[intent]
            else:
                part = "event"
        elif intent not in TAKES_REFERENCE and part == "event":
            part = "before" if BEFORE.search(self.text) else "after"
        if part == "after" and intent == "count_left" and ALREADY.search(self.text):
            part = "before"
        if intent in WHEN_OF_MANY and any(says_just(self.text, thing) for thing in self.mentions.terms):
            intent = "when_number"  # "when are only two chairs left?"
        if intent in NUMBERED:
            intent = self._of_number(intent)
        if intent == "where_at" and times["t_s"] is None:
            self.notes.append("no time was named; this is where it was in the middle of its longest stay")
        if intent == "count_at" and times["t_s"] is None:
            intent = "max_at_once"
            self.notes.append("no time was found; read as the most at once")
        if intent in QUANTIFIED and part == "none" and (asked := self._quantified(intent, times["stretch"])):
            return Understood(asked, math.exp(self.log_p), notes=tuple(self.notes))
        if (
            intent == "order"
            and len(self.mentions.terms) == 1
            and _WHICH.search(self.text[: self.mentions.terms[0].start])
        ):
            intent = "first"  # "which animal got here first?"
        wanted = ["x"] * (intent in NEEDS_X) + ["y"] * (intent in NEEDS_Y) + ["event"] * (part != "none")
        found = self._assign(tuple(wanted))
        if intent == "together" and len(self.mentions.terms) == 1 and SEVERAL.search(self.text):
            found |= dict.fromkeys(("x", "y"), self.mentions.terms[0])
        terms: dict[str, str] = {}
        for role in wanted:
            term, unknown = self._term(role, found.get(role))
            if unknown is not None:
                if unknown.lower() in SORTS_OF_PEOPLE and "person" in self.class_names:
                    return Understood(Question("refuse_attribute", x="person"), math.exp(self.log_p))
                refused = Question("refuse_unknown", x=unknown)
                return Understood(refused, math.exp(self.log_p), unknown, tuple(self.notes))
            terms[role] = term
        if intent in LIMITED and (limit := self._limit(found.get("event"))) is not None:
            terms["x"] = limit
        return Understood(
            self._question(intent, part, terms, times, found),
            math.exp(self.log_p),
            notes=tuple(self.notes),
        )

    def _put_right(self, read: str) -> str:
        """The intent that was read, or what single words say for certain."""
        intent = terse_intent(read, self.text, self.mentions)
        alone = EVENT_PARTS[int(self.heads["event"].argmax())] == "none"
        intent = corrected_intent(intent, self.text, self.mentions, alone=alone)
        return with_amount(intent, self.text, self.mentions)

    def _limit(self, event: TermMention | None) -> str | None:
        """The kind of thing that is asked for ("which animal", "the last vehicle"), if one is named."""
        named = [m for m in self.mentions.terms if m is not event and m.known and m.term != THING]
        named = [m for m in named if not _ANYBODY.fullmatch(self.text[m.start : m.end])]
        named = [m for m in named if not _BESIDE.search(self.text[: m.start])]
        asked = [m for m in named if _WHICH.search(self.text[: m.start])] or named
        if not named and (WHO.match(self.text) or EVERYBODY.search(self.text)) and "person" in self.class_names:
            return "person"
        return asked[0].term if len({m.term for m in asked}) == 1 else None

    def _quantified(self, intent: str, stretch: tuple[float, float] | None) -> Question | None:
        """The question as one about a number of one kind of thing, if it is that."""
        if len(self.mentions.terms) != 1 or not self.mentions.terms[0].known:
            return None
        thing = self.mentions.terms[0]
        if (asked := asked_quantity(self.text, thing, together=intent == "together", times=self._spans())) is None:
            return None
        return Question(asked.family, x=thing.term, stretch=stretch, nth=asked.number)

    def _spans(self) -> list[tuple[int, int]]:
        """Where times are written."""
        return [(time.start, time.end) for time in self.mentions.times]

    def _number(self, intent: str) -> int | None:
        kind = "exactly" if intent in JUST else "at_most" if intent in AT_MOST else "at_least"
        if intent in RULED or kind == "exactly" or "beyond" not in self.heads:
            return said_number(self.text, self._spans(), kind)
        number = said_number(self.text, self._spans(), "exactly")
        if number is None or not self.heads["beyond"].argmax():
            return number
        return number + 1 if kind == "at_least" else number - 1

    def _of_number(self, intent: str) -> str:
        """`intent`, or what is asked where no number of things is said, or a largest one."""
        if self.heads["intent"].max() < SURE_INTENT:
            intent = put_right(intent, self.text, self._spans())
        if intent == "always":
            return intent
        number = self._number(intent)
        if number is None:
            return WITHOUT_NUMBER.get(intent, "exists")
        return "exists" if intent in ("at_least", "at_least_at_once") and number < 2 else intent

    def _best(self, head: str) -> int:
        log_p = self.heads[head]
        place = int(log_p.argmax())
        if head in ("nth", "event_nth") and place in FIRST_OR_NONE:  # "the first bus", "a bus": the same object
            self.log_p += min(float(np.logaddexp.reduce(log_p[list(FIRST_OR_NONE)])), 0.0)
        else:
            self.log_p += float(log_p[place])
        return place

    def _ordinal(self, head: str) -> int | str | None:
        """What a head says, put right by the only ordinal number in the text if there is just one."""
        value, said = NTHS[self._best(head)], self._ordinals()
        far = head == "nth" and value in (None, 1) and all(n not in NTHS for n in said)  # it knows none so high
        return said.pop() if len(said) == 1 and (far or (isinstance(value, int) and value > 1)) else value

    def _ordinals(self) -> set[int]:
        """Ordinals from the second on that the text says, outside of its times."""
        times = [range(time.start, time.end) for time in self.mentions.times]
        numbers = {_number_in(found) for found in NUMBER_TWO.finditer(self.text)}
        for found in LATER_ORDINAL.finditer(self.text):
            if not any(found.start() in time for time in times):
                numbers.add(ORDINALS.get(found[0].lower()) or int(re.match(r"\d+", found[0])[0]))
        return {number for number in numbers if number > 1}

    def _number_of(self, mention: TermMention | None) -> int | None:
        """Such as "truck number 2", "person #3"."""
        said = NUMBER_TWO.match(self.text[mention.end :].lstrip()) if mention is not None else None
        return None if said is None else _number_in(said)

    def _question(
        self, intent: str, part: str, terms: dict[str, str], times: dict, found: dict[str, TermMention]
    ) -> Question:
        """found: the mention of each part."""
        nth = self._number(intent) if intent in NUMBERED else self._ordinal("nth") if intent in TAKES_NTH else None
        if intent in PINNED and nth in (None, 1):
            nth = self._number_of(found.get("x")) or nth
        if intent == "first" and part == "none" and (said := self._ordinals()):
            intent, nth = "nth", min(said)  # "which is the tenth to be seen first?"
        if intent == "nth" and nth is None:
            intent = "first"
        event, over = None, None
        if part == "while":
            nth_there = self._ordinal("event_nth")
            if nth_there in (None, 1):  # "while the first bus is there"; while a bus is there: any of them
                nth_there = 1 if self._says_first(found.get("event")) else None
            event, over = Event(terms["event"], "appears", nth_there), Event(terms["event"], "leaves", nth_there)
        elif part != "none":
            change = CHANGES[self._best("change")]
            event_nth = self._ordinal("event_nth")
            if change == "leaves" and event_nth in (None, 1):  # "the bus leaves": the last of them to leave
                event_nth = 1 if self._says_first(found.get("event")) else None
            event = Event(terms["event"], change, event_nth)
        if intent in TURNED and FEWEST.search(self.text) and not AT_LEAST.search(self.text):
            intent = TURNED[intent]
        family = "count_between" if intent == "count" and times["stretch"] is not None else intent
        if family == "exists" and times["stretch"] is not None and turns_up(self.text):
            family = "appears"  # "does anybody come in after 2:05?"
        if family == "count_between" and part == "none" and times["stretch"][0] > 0 and counts_newcomers(self.text):
            family, times = "count_after", times | {"t_s": times["stretch"][0]}
        if intent in ANY_OF_THEM and nth in (None, 1):  # "when did the first bus leave?": not when none is left
            nth = 1 if self._says_first(found.get("x")) else None
        if family in ("order", "order_leaves", "compare") and terms.get("x") == terms.get("y"):
            family = "refuse_unclear"  # a thing compared with itself
        return Question(
            family,
            x=terms.get("x"),
            y=terms.get("y"),
            stretch=times["stretch"],
            event=event if part == "event" else None,
            nth=nth,
            t_s=times["t_s"] if part != "event" else None,
            after=event if part in ("after", "while") else None,
            before=event if part == "before" else over,
        )

    def _says_first(self, mention: TermMention | None) -> bool:
        return mention is not None and bool(FIRST_OF.search(self.text[: mention.start]))

    def _times(self, intent: str, part: str) -> dict:
        """The moment (or length) and the stretch that the times in the text mean for this intent."""
        t_s, stretch = times_of(self.text, self.mentions, intent, part, self.duration_s)
        return {"t_s": t_s, "stretch": stretch}

    def _assign(self, wanted: tuple[str, ...]) -> dict[str, TermMention]:
        """The mention that plays each part; parts that nothing plays are left out."""
        mentions = self.mentions.terms
        if not mentions or not wanted:
            return {}
        score = np.stack([self._score(mention) for mention in mentions])
        columns = [ROLES.index(role) for role in wanted]
        if len(mentions) > MOST_TRIED:  # every choice is tried: keep the likeliest for any part
            best_first = np.argsort(-(score[:, columns] - score[:, :1]).max(1), kind="stable")
            keep = np.sort(best_first[:MOST_TRIED])
            mentions, score = tuple(mentions[k] for k in keep), score[keep]
        size = min(len(wanted), len(mentions))
        best, best_score = {}, -np.inf
        for chosen in itertools.permutations(range(len(mentions)), size):
            for roles in itertools.combinations(range(len(wanted)), size):
                total = sum(score[m, columns[r]] - score[m, 0] for m, r in zip(chosen, roles, strict=True))
                if total > best_score:
                    best_score, best = total, {wanted[r]: m for m, r in zip(chosen, roles, strict=True)}
        for role, m in list(best.items()):
            if score[m, ROLES.index(role)] < math.log(0.03) and self._words(role):
                del best[role]  # it plays no part, and other words do
            else:
                self.log_p += float(score[m, ROLES.index(role)])
        return {role: mentions[m] for role, m in best.items()}

    def _score(self, mention: TermMention) -> np.ndarray:
        inside = (self.spans_L2[:, 0] >= mention.start) & (self.spans_L2[:, 1] <= mention.end)
        inside &= self.spans_L2[:, 1] > self.spans_L2[:, 0]
        return self.roles_LR[inside].mean(0) if inside.any() else np.full(len(ROLES), -20.0)

    def _words(self, role: str) -> str | None:
        """Words outside of all mentions that play a part, to all appearances."""
        likely = np.exp(self.roles_LR[:, ROLES.index(role)]) > 0.5
        for mention in self.mentions.terms:
            likely &= ~((self.spans_L2[:, 0] >= mention.start) & (self.spans_L2[:, 1] <= mention.end))
        spans = self.spans_L2[likely & (self.spans_L2[:, 1] > 0)]
        if not len(spans):
            return None
        start, end = int(spans[0, 0]), int(spans[0, 1])
        for a, b in spans[1:].tolist():
            if a > end + 1:
                break
            end = b
        whole = re.search(r"[\w'’-]*$", self.text[:start]).start(), end + re.match(r"[\w'’-]*", self.text[end:]).end()
        return self.text[whole[0] : whole[1]].strip()

    def _term(self, role: str, mention: TermMention | None) -> tuple[str, str | None]:
        """(term, None), or ("", words) for a thing that the detector has no class for."""
        if mention is not None:
            if mention.loosely:
                self._read_widely(mention)
            return (mention.term, None) if mention.known or mention.term == THING else ("", mention.term)
        words = self._words(role)
        if words is not None and words.lower().split(" ")[0] in (ANYTHING | PLACES if self.whole_scene else ANYTHING):
            return THING, None  # "when was the street busiest?", "does anything come back?"
        if words is not None and (words.lower() in WORDS or (self.measured and names_nothing(words))):
            words = None  # "until all three were there"
        if words is None:
            plain = NO_ONE.sub("nobody", self.text)
            said = {word.lower() for word in re.findall(r"[\w-]+", plain)}
            return ("person" if said & PEOPLE and "person" in self.class_names else THING), None
        if (words.lower() in PEOPLE or NO_ONE.search(self.text)) and "person" in self.class_names:
            return "person", None
        guess = guess_term(words, self.class_names) or self._alike(words)
        if guess is None:
            return "", words
        self.notes.append(f"no class '{words}'; I read it as '{guess}'")
        return guess, None

    def _read_widely(self, mention: TermMention) -> None:
        """A ferry is counted as a boat: say so, and be less sure."""
        note = f"no class '{mention.loosely}'; this is about all {noun(mention.term).plural}"
        if note not in self.notes:
            self.notes.append(note)
            self.log_p += math.log(SURE_OF_WIDER)

    def _alike(self, words: str) -> str | None:
        """The class whose name means most nearly the same, if any is near."""
        if not self.class_names:
            return None
        cosine = self.names(self.class_names) @ self.names([words])[0]
        name = self.class_names[int(cosine.argmax())]
        # a hand is no handbag: that a word is a piece of a name makes them alike, and says nothing
        piece = words.lower() != name.lower() and (words.lower() in name.lower() or name.lower() in words.lower())
        return name if cosine.max() >= (ALIKE_PIECE if piece and " " not in name + words else ALIKE) else None


def _number_in(found: re.Match[str]) -> int:
    """Of a match of `NUMBER_TWO`."""
    word = found[1].lower()
    return WORDS[word] if word in WORDS else int(word)
