"""The parser's tables: rules, terminals, and what to do in which state.

Lives here: `Tables` and reading them from grammar/sec.tables.json. Not here: how they are computed (generate.py) and
driven (machine.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from .build import BUILD


@dataclass(frozen=True, slots=True)
class Rule:
    """`build` is None where parts are only gathered; `alone`: its one part stands for the whole.

    deepens: the whole is one level deeper than its parts. only_passes: one part, which stands for the whole. kept: the
    index of each part that is kept, and whether it was gathered.
    """

    makes: str
    length: int
    build: Callable[..., Any] | None
    alone: bool
    deepens: bool
    only_passes: bool
    kept: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """A state's entry is the next state, or -1 - the number of a rule that ends there.

    patterns: of each terminal, in the order in which they are tried. Two memories of what follows from the rest:
    candidates: of each word or sign seen so far the terminals it can be, with a pattern where that depends on what
    stands behind it; passes: machine.py.
    """

    states: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    patterns: Mapping[str, str]
    literals: Mapping[str, str]
    start: int
    end: int
    candidates: dict[str, tuple[tuple[str, re.Pattern[str] | None], ...]] = field(default_factory=dict)
    passes: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def terminals(self, text: str) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
        """What a word or sign can be."""
        found = self.candidates.get(text)
        if found is None:
            found = self.candidates[text] = tuple(self._terminals(text))
        return found

    def _terminals(self, text: str) -> list[tuple[str, re.Pattern[str] | None]]:
        found: list[tuple[str, re.Pattern[str] | None]] = []
        for name, pattern in self.patterns.items():
            if self.literals[name]:
                found += [(name, None)] if self.literals[name] == text else []
            elif "(?=" in pattern or "[ \t" in pattern:
                head = _compiled(pattern.split("(?=")[0]) if "(?=" in pattern else None
                found += [(name, _compiled(pattern))] if head is None or head.fullmatch(text) else []
            elif _compiled(pattern).fullmatch(text):
                found.append((name, None))
        return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def tables() -> Tables:
    """The tables of the language, read once in a process."""
    text = files("secfuse.grammar").joinpath("sec.tables.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))


def from_json(found: Mapping[str, Any]) -> Tables:
    """The tables as generate.py writes them."""
    return Tables(
        tuple(found["states"]),
        tuple(_rule(*rule) for rule in found["rules"]),
        {name: pattern for name, (_, pattern) in found["terminals"].items()},
        {name: literal for name, (literal, _) in found["terminals"].items()},
        found["start"],
        found["end"],
    )


def _rule(makes: str, length: int, build: str, alone: bool, kept: list[list[Any]]) -> Rule:
    parts = tuple((index, gathered) for index, gathered in kept)
    passes = alone and length == 1 and parts == ((0, False),)
    function = BUILD[build] if build and not alone else None
    return Rule(makes, length, function, alone, build not in ("", "arguments"), passes, parts)
