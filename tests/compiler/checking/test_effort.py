"""Checking takes time in proportion to the text: what is tried out is not checked again, what multiplies is refused."""

from __future__ import annotations

import pytest

from secfuse.compiler.checking import calls
from tests.compiler.contracts import codes


@pytest.mark.parametrize("inner", ["true + 1", "nothing", "people.age"])
def test_reductions_inside_each_other_are_checked_once_each(inner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    check_call = calls._reduction

    def counting(*arguments: object) -> object:
        checked.append(1)
        return check_call(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(calls, "_reduction", counting)
    assert codes(f"let a = {'sum([' * 25}{inner}{'])' * 25}\n")
    assert len(checked) <= 2 * 25


def test_calls_that_multiply_are_refused_once_and_soon() -> None:
    doubling = "".join(
        f"fn f{i}(x: int) -> int {{\n  return clamp(f{i - 1}(x) + f{i - 1}(x), 0, 5)\n}}\n" for i in range(1, 30)
    )
    first = "fn f0(x: int) -> int {\n  return x\n}\n"
    assert codes(f"{first}{doubling}let a = f29(1)\n") == ["SEC614"]


def test_loops_inside_each_other_that_need_several_attempts_are_accepted() -> None:
    inner = "x = clamp(x * 1.5 + y, -10, 10)\ny = if x > 1 then 2.5 else y\n"
    nested = "".join(f"for i{i} in 0 ..< 2 {{\n" for i in range(6)) + inner + "}\n" * 6
    assert codes(f"var x = 0.0\nvar y = 0\n{nested}") == []
