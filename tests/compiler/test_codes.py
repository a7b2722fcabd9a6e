"""What is said of every code: in the tables, on the command line, on the page docs/codes.md."""

from __future__ import annotations

import re

import pytest

from secfuse.compiler.codes.disclosure import DISCLOSURE
from secfuse.compiler.codes.explain import examples, explain
from secfuse.compiler.codes.findings import FINDINGS
from secfuse.compiler.codes.flow import FLOW
from secfuse.compiler.codes.modules import MODULES
from secfuse.compiler.codes.names import NAMES
from secfuse.compiler.codes.numbers import NUMBERS
from secfuse.compiler.codes.size import SIZE
from secfuse.compiler.codes.syntax import SYNTAX
from secfuse.compiler.errors import CODES
from tests.test_programs import IN_TESTS


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_be_explained(code: str) -> None:
    assert re.fullmatch(r"SEC[1-7]\d\d", code)
    title, explanation, *example, fix = explain(code).split("\n\n")
    assert title == f"{code}: {CODES[code].title}"
    assert explanation.endswith(".")
    assert example == ([] if code in IN_TESTS else [f"For example:\n{examples()[code]}"])
    assert fix == f"What to do: {CODES[code].fix}."


def test_an_example_is_the_line_with_its_place_and_what_was_found_and_expected() -> None:
    for example in examples().values():
        line, caret, found, expected = example.split("\n")
        assert re.match(r"  \d+ \|", line)
        assert "^" in caret
        assert found.startswith("  found:    ")
        assert expected.startswith("  expected: ")


def test_every_code_stands_once_in_the_file_of_its_family() -> None:
    families = (SYNTAX, NAMES, FLOW, DISCLOSURE, FINDINGS, NUMBERS, SIZE, MODULES)
    for digit, family in zip("12344567", families, strict=True):
        assert all(code.startswith(f"SEC{digit}") for code in family)
        assert list(family) == sorted(family)
    assert list(CODES) == [code for family in families for code in family]
