"""Words to a tree of `grammar.lark`: `parse(words)`.

Earley's parser predicts every rule that may come next at every word, and the grammar has thousands once its optional
words are spelled out. Here it predicts only those that can begin with the word that comes, which is known: the same
trees, in a seventh of the time (LOG.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lark import Lark, Token, Tree
from lark.grammar import NonTerminal, Rule
from lark.lexer import Lexer

from pipeline.queries.words import Word

_Rules = dict[NonTerminal, list[Rule]]


def parse(words: Sequence[Word]) -> Tree:
    """Raises LarkError where the words have no place in the grammar."""
    parser = _parser()
    with _ONE_AT_A_TIME:  # what it predicts is the parser's own
        _expect(words[0].kind if words else None)
        return parser.parse(words)


_ONE_AT_A_TIME = Lock()


class _Words(Lexer):
    """Hands the words on that `tokens_of` has found, and tells the parser which one comes."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: Sequence[Word]) -> Iterator[Token]:
        for word in data:
            _expect(word.kind)
            yield Token(word.kind, word.value, start_pos=word.start, end_pos=word.end)
        _expect(None)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text()
    return Lark(grammar, parser="earley", lexer=_Words, ambiguity="resolve")


@cache
def _all_rules() -> _Rules:
    return _parser().parser.parser.predictions


@cache
def _rules_before(kind: str | None) -> _Rules:
    """Of each symbol, the rules that a word of a kind can begin; None: nothing more comes."""
    earley, every = _parser().parser.parser, _all_rules()

    def begins(rule: Rule) -> bool:
        if not rule.expansion:
            return True
        first = rule.expansion[0]
        if first.is_term:
            return first.name == kind
        return first in earley.NULLABLE or any(one.name == kind for one in earley.FIRST[first])

    return {symbol: [rule for rule in rules if begins(rule)] for symbol, rules in every.items()}


def _expect(kind: str | None) -> None:
    """Tell the parser that a word of a kind comes next."""
    _all_rules()  # before they are replaced
    _parser().parser.parser.predictions = _rules_before(kind)


@cache
def rules_by_alias() -> dict[str, str]:
    """What a tree is called → the rule of the grammar that it is of."""
    return {rule.alias: str(rule.origin.name) for rule in _parser().rules if rule.alias}
