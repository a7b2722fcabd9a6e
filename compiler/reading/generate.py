"""From the grammar to the tables that drive the parser: rules, terminals, and what to do in which state.

Lives here: the only use of lark, which computes the LALR(1) tables. It takes longer than reading a program, so
`scripts/write-tables` does it once and keeps the result in grammar/sec.tables.json; a test compares. Not here: how the
tables are used (tables.py, machine.py).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import PatternRE, PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

START = "statement"


def generate(grammar: str) -> dict[str, Any]:
    """The tables of a grammar, as JSON can hold them. Terminals come in the order in which they are tried."""
    lark = Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=START,
        maybe_placeholders=False,
        edit_terminals=_whole_words,
    )
    table: Any = lark.parser.parser._parse_table
    numbers = _numbers(table)
    rules = {rule: number for number, rule in enumerate(lark.rules)}
    ordered = sorted(lark.terminals, key=_precedence)
    return {
        "grammar": digest(grammar),
        "terminals": {
            t.name: [_literal(t), t.pattern.to_regexp()] for t in ordered if t.name not in lark.ignore_tokens
        },
        "rules": [_rule(rule) for rule in lark.rules],
        "states": [
            {
                name: numbers[target] if action is Shift else -1 - rules[target]
                for name, (action, target) in sorted(table.states[state].items())
            }
            for state in numbers
        ],
        "start": numbers[table.start_states[START]],
        "end": numbers[table.end_states[START]],
    }


def _numbers(table: Any) -> dict[int, int]:
    """The states in the order in which they are reached, since lark numbers them differently each time."""
    numbers = {table.start_states[START]: 0}
    queue = list(numbers)
    for state in queue:
        for _, (action, target) in sorted(table.states[state].items()):
            if action is Shift and target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
    return numbers


def digest(grammar: str) -> str:
    """What tells one grammar from another."""
    return sha256(grammar.encode()).hexdigest()


def _whole_words(terminal: TerminalDef) -> None:
    """A literal made of letters goes before a name: else `total` would begin with `to`."""
    if isinstance(terminal.pattern, PatternStr) and terminal.pattern.value.isalpha():
        terminal.pattern = PatternRE(terminal.pattern.value + r"\b")
        terminal.priority = 1


def _precedence(terminal: TerminalDef) -> tuple[Any, ...]:
    """That of lark's own lexer."""
    pattern = terminal.pattern
    return (-terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name)


def _literal(terminal: TerminalDef) -> str:
    """The word or sign that alone is matched; empty where there are several."""
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr):
        return str(pattern.value)
    word = str(pattern.value).removesuffix(r"\b")
    return word if word.isalpha() else ""


def _rule(rule: Rule) -> list[Any]:
    """[what it makes, how many parts, which function builds it, whether its one part stands for it, parts kept].

    The function is empty for rules that only gather parts for others. A part is [index, whether it was gathered].
    """
    gathers = rule.origin.name.startswith("_")
    kept = [
        [index, not symbol.is_term and symbol.name.startswith("_")]
        for index, symbol in enumerate(rule.expansion)
        if not (symbol.is_term and symbol.filter_out)  # type: ignore[attr-defined]
    ]
    build = "" if gathers else str(rule.alias or rule.origin.name)
    return [str(rule.origin.name), len(rule.expansion), build, bool(rule.options.expand1 and not rule.alias), kept]
