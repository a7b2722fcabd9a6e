"""A program's own tests: what passes, and what is said when one does not."""

from __future__ import annotations

import pytest

from secfuse.compiler.testing import TestResult, run_tests
from tests.compiler.contracts import codes, compiled

OUTPUTS = """
let bands = group people by band { n = count(), debt = mean(debt) }
disclose bands to third under strict because "x"
disclose count(people) as n to third under open because "x"
if limit > 90 { disclose max(people.age) as oldest to third under open because "x" }
assert limit != 13 "not thirteen"
"""
GIVEN = 'given people = rows { ("a", Band.low, 20, 1.25, null)  ("b", Band.low, 30, 1.5, 2) }'


def result(lines: str) -> TestResult:
    (found,) = run_tests(compiled(f'{OUTPUTS}test "it" {{\n{GIVEN}\n{lines}\n}}'))
    return found


@pytest.mark.parametrize(
    "lines",
    [
        "expect n = 2",
        "expect bands = rows { (Band.low, 2, 1.375) }",
        "expect bands = rows { (Band.low, 2, 1.4) }",
        "with strict.groups = 2\nexpect bands = rows { (Band.high, suppressed, suppressed)  (Band.low, 2, 1.38) }",
        "with strict.groups = 3\nwith open.groups = 3\nexpect n = suppressed",
        "with strict.top = (1, 50)\nexpect bands = rows { (Band.low, suppressed, suppressed) }",
        "with limit = 91\nexpect oldest = 30",
    ],
)
def test_passes(lines: str) -> None:
    assert result(lines) == TestResult("it", True, "")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("expect n = 3", "n has no row (3): (2)"),
        ("expect n = suppressed", "n has no row (suppressed): (2)"),
        ("expect bands = rows { (Band.low, 2, 1.3) }", "bands has no row (Band.low, 2, 1.3): (Band.low, 2, 1.375)"),
        ("expect bands = rows { (Band.high, 2, 1.375) }", "bands has no row (Band.high, 2, 1.375)"),
        ("expect bands = rows { }", "bands has 1 rows, expected 0: (Band.low, 2, 1.375)"),
        ("with open.groups = 3\nexpect n = 2", "n has no row (2): (suppressed)"),
        ("expect oldest = 30", "oldest was not disclosed"),
        ("with limit = 13\nexpect n = 2", "the program stops: not thirteen"),
    ],
)
def test_fails_and_says_why(lines: str, message: str) -> None:
    found = result(lines)
    assert not found.passed
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("given peple = rows { }", "SEC201"),
        ("given bands = rows { }", "SEC220"),
        ("given visits = rows { (null, 1.0) }", "SEC220"),
        ('given visits = rows { ("a", 1.0, 2) }', "SEC220"),
        ('given visits = rows { ("a", 1_001) }', "SEC504"),
        ('given visits = rows { ("a", suppressed) }', "SEC220"),
        ("with limits = 5", "SEC201"),
        ("with limit = 0", "SEC504"),
        ("with open.top = (1, 50)", "SEC220"),
        ("with open.groups = 0", "SEC405"),
        ("with open.runs = 5", "SEC201"),
        ("with closed.groups = 5", "SEC201"),
        ("expect m = 5", "SEC201"),
        ("expect n = Band.low", "SEC222"),
        ("expect bands = rows { (Band.low, 5) }", "SEC220"),
        ("expect bands = rows { (Band.middle, 5, 1) }", "SEC204"),
        ("expect bands = rows { (3, 5, 1) }", "SEC220"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_runs(lines: str, code: str) -> None:
    assert codes(f'{OUTPUTS}test "it" {{\n{lines}\n}}') == [code]
