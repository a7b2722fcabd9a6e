"""Tests of values: in modules and programs, a call with numbers that are written down, and what it should give."""

from __future__ import annotations

from secfuse.compiler.front import compile_module
from secfuse.compiler.testing import run_module_tests, run_tests
from tests.compiler.contracts import compiled

MODULE = """
# x times x.
fn square(x: fixed) -> fixed {
  return x * x
}
test "good" {
  expect square(2.0) = 4.0
  expect square(1.5) = 2.2 within 0.1
  expect [square(v) for v in [1.0, 2.0]] = rows { (1.0) (4.0) }
  expect ([[1, 2], [3, 4]] * 2) = rows { (2, 4) (6, 8) }
}
test "wrong" { expect square(2.0) = 5.0 }
test "too far" { expect square(1.5) = 2.2 within 0.01 }
test "too short" { expect [1, 2] = rows { (1) } }
"""


def test_each_test_of_a_module_passes_or_says_what_came_instead() -> None:
    results = run_module_tests(compile_module(MODULE))
    assert [(r.name, r.passed, r.message) for r in results] == [
        ("good", True, ""),
        ("wrong", False, "square(2.0) should be 5.0, is 4.0"),
        ("too far", False, "square(1.5) should be 2.2, is 2.25"),
        ("too short", False, "[1, 2] should be 1, is 1, 2"),
    ]


def test_a_program_tests_its_functions_the_same_way() -> None:
    program = compiled('fn twice(x: int) -> int {\n  return x * 2\n}\ntest "twice" { expect twice(4) = 8 }\n')
    assert [r.passed for r in run_tests(program)] == [True]
