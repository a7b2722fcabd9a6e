"""Every module of the standard library tests itself, and says of each function what it does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from secfuse.compiler.formatting.format import format_source
from secfuse.compiler.front import compile_module
from secfuse.compiler.testing import run_module_tests
from secfuse.stdlib import modules, standard

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = runpy.run_path(str(ROOT / "scripts" / "write-reference"))
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


def test_the_page_of_the_library_is_what_the_modules_say() -> None:
    page = (ROOT / "docs" / "standard-library.md").read_text(encoding="utf-8")
    assert page == REFERENCE["library_page"](TEXTS), "run scripts/write-reference"


def test_the_library_is_shown_by_its_comments() -> None:
    module = (
        "# std/odd: what is odd. And more.\n\nlet one = 1\n\n# ---- numbers\n# Twice x. Domain: any.\n# Error: none.\n"
        "fn twice[T](x: T, # a number\n  y: {a: T}) -> T {\n  # by itself\n  return x + x\n}\n\n"
        "fn own(x: int) -> int {\n  return x\n}\n"
    )
    page = REFERENCE["library_page"]({"std/odd": module})
    assert "| [std/odd](#stdodd) | What is odd. |" in page
    assert "### `twice[T](x: T, y: {a: T}) -> T`\n\nTwice x.\n\n*Domain:* any.\n\n*Error:* none.\n" in page
    assert "own(" not in page
