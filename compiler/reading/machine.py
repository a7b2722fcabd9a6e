"""Drives the parser's tables over the words of one statement and builds its syntax as it goes.

Lives here: `Machine`, an LALR machine. Which terminal a word is depends on the state (contextual), so that most words
of the grammar can be names as well. Not here: what is built (build.py), what an error says (expected.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

from .layout import MAX_DEPTH
from .tables import Rule, Tables

END = "$END"
SpanOf: TypeAlias = Callable[[int, int], Span]
Entry: TypeAlias = tuple[Any, int, int, int]
"""What was built, or a word as it is written; where it starts and ends; how many levels it has."""


class TooDeep(Exception):
    """A part with more levels than may be, from offset to offset. Never leaves this folder."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end


class Machine:
    """Reads one statement: a stack of states, and one of what was built in each."""

    def __init__(self, tables: Tables, span: SpanOf) -> None:
        self.tables, self.span = tables, span
        self.states = [tables.start]
        self.entries: list[Entry] = []

    def terminal(self, word: str, text: str, at: int) -> tuple[str, int] | None:
        """Which terminal a word is in this state, and how long it is; `text` has it at offset `at`."""
        accepted = self.tables.states[self.states[-1]]
        for name, pattern in self.tables.terminals(word):
            if name in accepted:
                if pattern is None:
                    return name, len(word)
                match = pattern.match(text, at)
                if match:
                    return name, match.end() - at
        return None

    def take(self, terminal: str, word: str, start: int, end: int) -> bool:
        """Build what ends before this terminal and put it on the stack. False: it cannot stand here."""
        states, table, rules, passes = self.states, self.tables.states, self.tables.rules, self.tables.passes
        while not (terminal == END and states[-1] == self.tables.end):
            action = table[states[-1]].get(terminal)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                self.entries.append((word, start, end, 0))
                return True
            rule = rules[-1 - action]
            if rule.only_passes:
                key = (states[-2], states[-1], terminal)
                known = passes.get(key)
                states[-1] = self._passed(key) if known is None else known
            else:
                self._reduce(rule)
        return True

    def _passed(self, key: tuple[int, int, str]) -> int:
        """The state behind all rules that only pass on what is on top: a dozen, from a name to an expression."""
        below, top, terminal = key
        table, rules = self.tables.states, self.tables.rules
        while (action := table[top].get(terminal, 0)) < 0 and rules[-1 - action].only_passes:
            top = table[below][rules[-1 - action].makes]
        self.tables.passes[key] = top
        return top

    def _reduce(self, rule: Rule) -> None:
        """Replace the parts of a rule by the whole."""
        parts = self.entries[-rule.length :]
        del self.entries[-rule.length :], self.states[-rule.length :]
        start, end = parts[0][1], parts[-1][2]
        children: list[Any] = []
        deepest = 0
        for index, gathered in rule.kept:
            value, first, last, depth = parts[index]
            deepest = max(deepest, depth)
            if gathered:
                # What was gathered belongs to nobody else: a list of n parts is not copied n times.
                children = value if index == 0 else children + value
            else:
                children.append(s.Name(self.span(first, last), value) if type(value) is str else value)
        if rule.alone:
            (value,) = children
        elif rule.build is None:
            value = children
        else:
            value = rule.build(self.span(start, end), *children)
            deepest += rule.deepens
            if deepest > MAX_DEPTH:
                raise TooDeep(start, end)
        self.entries.append((value, start, end, deepest))
        self.states.append(self.tables.states[self.states[-1]][rule.makes])

    def accepted(self) -> set[str]:
        """The terminals that can stand here, END among them: those that end up on the stack."""
        return {name for name in self.tables.states[self.states[-1]] if self._can_take(name)}

    def _can_take(self, terminal: str) -> bool:
        states, table, rules = list(self.states), self.tables.states, self.tables.rules
        while not (terminal == END and states[-1] == self.tables.end):
            action = table[states[-1]].get(terminal)
            if action is None or action >= 0:
                return action is not None and terminal in self.tables.patterns
            del states[-rules[-1 - action].length :]
            states.append(table[states[-1]][rules[-1 - action].makes])
        return True
