"""The parser's tables: those of the grammar, without conflicts, with a function for each rule."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from lark import Lark, logger

from secfuse.compiler.reading.build import BUILD
from secfuse.compiler.reading.generate import generate
from secfuse.compiler.reading.tables import tables

GRAMMAR = Path(__file__).resolve().parents[3] / "grammar" / "sec.lark"


def test_the_tables_are_those_of_the_grammar() -> None:
    written = json.loads(GRAMMAR.with_name("sec.tables.json").read_text(encoding="utf-8"))
    assert written == generate(GRAMMAR.read_text(encoding="utf-8")), "run scripts/write-tables"


def test_every_rule_has_its_function_and_every_function_its_rule() -> None:
    rules = json.loads(GRAMMAR.with_name("sec.tables.json").read_text(encoding="utf-8"))["rules"]
    assert {build for _, _, build, alone, _ in rules if build and not alone} == set(BUILD)


def test_a_rule_that_stands_for_its_one_part_has_one() -> None:
    assert all(len(rule.kept) == 1 for rule in tables().rules if rule.alone)
    assert all(rule.length > 0 for rule in tables().rules)


def conflicts(grammar: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """lark settles a conflict silently where it can; with `debug` it says so."""
    logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger.name)
    Lark(grammar, parser="lalr", start="statement", debug=True, maybe_placeholders=False)
    return [record.getMessage() for record in caplog.records if "conflict" in record.getMessage().lower()]


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    assert conflicts(GRAMMAR.read_text(encoding="utf-8"), caplog) == []


def test_a_conflict_would_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    assert conflicts('statement: "if" statement ("else" statement)? | "x"', caplog)
