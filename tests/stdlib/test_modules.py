"""Every module of the standard library tests itself, and says of each function what it does."""

from __future__ import annotations

import re

import pytest

from secfuse.compiler.compile import compile_module
from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.testing import run_module_tests
from secfuse.stdlib import modules, standard

TEXTS = {path: standard(path) or "" for path in modules()}


@pytest.mark.parametrize("path", TEXTS)
def test_a_module_passes_its_own_tests(path: str) -> None:
    results = run_module_tests(compile_module(TEXTS[path], path))
    assert results, "a module tests itself"
    assert [(result.name, result.message) for result in results if not result.passed] == []


@pytest.mark.parametrize("path", TEXTS)
def test_every_function_says_what_it_does_and_is_shown_by_a_test(path: str) -> None:
    lines = TEXTS[path].splitlines()
    shown = " ".join(re.findall(r"^ *expect .*$", TEXTS[path], re.MULTILINE))
    for number, line in enumerate(lines):
        if line.startswith("fn "):
            name = line.removeprefix("fn ").split("(")[0].split("[")[0]
            assert lines[number - 1].startswith("# "), f"{name} has no comment above it"
            assert re.search(rf"\b{name}\(", shown), f"no test of {path} shows {name}"


@pytest.mark.parametrize("path", TEXTS)
def test_a_module_is_written_in_the_one_form(path: str) -> None:
    assert format_source(TEXTS[path], path) == TEXTS[path]
