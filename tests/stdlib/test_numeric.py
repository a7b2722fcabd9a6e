"""std/numeric: how exact its functions are, where they are defined, what is proven of their results."""

from __future__ import annotations

import math
import re
import runpy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scripts.numeric_errors import (
    FINER,
    MEASURED,
    PRECISIONS,
    Measured,
    column,
    errors,
    grid,
    program,
    true_values,
    values,
)
from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.runtime.run import simulate

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "stdlib" / "numeric.sec"
POLYNOMIALS = ROOT / "stdlib" / "polynomials.sec"
PAGE = ROOT / "docs" / "numeric.md"
COARSE = 150
MOST_ULP = 4
"""Of any function at 16 fraction bits."""
ROWS = 1000
"""As many as a measuring program shows."""

every_function = pytest.mark.parametrize("measured", MEASURED, ids=lambda m: f"{m.call} {m.shown()[1]}")


def of(call: str, lo: float, hi: float) -> Measured:
    """A function on a domain, where the truth is not asked for."""
    return Measured(call, Fraction(lo), Fraction(hi), lambda x: x)


def at(call: str, lo: float, hi: float, xs: list[float], bits: int = 16) -> list[float]:
    """The function of these numbers, declared to lie between lo and hi."""
    circuit = compile_source(program(of(call, lo, hi), bits)).circuit
    scaled = np.array([round(x * (1 << bits)) for x in xs], np.int64)
    return [int(y) / (1 << bits) for y in values(circuit, scaled)]


def proven(call: str, lo: float, hi: float, bits: int = 16) -> tuple[float, float]:
    """The range that is proven of the function."""
    elem = column(compile_source(program(of(call, lo, hi), bits)).circuit)[1].elem
    assert elem.fraction_bits == bits, "a result has the precision of the argument"
    return elem.lo / (1 << bits), elem.hi / (1 << bits)


def on_the_page(measured: Measured) -> list[str]:
    """The cells of the function's row behind its domain."""
    (found,) = (
        line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {' | '.join(measured.shown())} |")
    )
    return [cell.strip() for cell in found.split("|")[3:-1]]


def stated(measured: Measured, bits: int, xs: np.ndarray) -> np.ndarray:
    """What the comment above the function allows at these numbers, in ulp."""
    name = measured.call.partition("(")[0]
    (comment,) = re.findall(rf"((?:^# .*\n)+)fn {name}\(", MODULE.read_text(encoding="utf-8"), re.MULTILINE)
    found = re.search(r"Error: 1 ulp(?: and 2 \*\* (-\d+) of the result)?\.", comment)
    assert found is not None, f"the comment on {name} says how exact it is"
    relative = 2.0 ** int(found[1]) if found[1] else 0.0
    return 1 + relative * np.abs(np.array(true_values(measured, bits, xs), float)) / (1 << FINER)


# ---- what is generated is what would be generated now


def test_the_polynomials_are_those_that_the_script_finds() -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "write-numeric"))
    assert written["page"]() == POLYNOMIALS.read_text(encoding="utf-8"), "run scripts/write-numeric"


@every_function
def test_errors_are_no_greater_than_the_page_and_the_module_say(measured: Measured) -> None:
    said = on_the_page(measured)
    for bits, ulp in zip(PRECISIONS, said, strict=False):
        every = grid(measured, bits, 6000)
        some = np.unique(np.concatenate([every[:: len(every) // COARSE], every[:3], every[-3:]]))
        found = errors(measured, bits, some)
        assert max(found) <= float(ulp), "run scripts/write-numeric-errors"
        assert np.all(found <= stated(measured, bits, some))


@every_function
def test_it_costs_no_more_than_the_page_says(measured: Measured) -> None:
    written = runpy.run_path(str(ROOT / "scripts" / "write-numeric-errors"))
    rounds, size = written["cost"](written["on_shares"](program(measured, PRECISIONS[0])))
    assert rounds <= int(on_the_page(measured)[3])
    assert size <= int(on_the_page(measured)[4]), "run scripts/write-numeric-errors"


@every_function
def test_at_sixteen_bits_the_page_promises_four_ulp_everywhere(measured: Measured) -> None:
    assert float(on_the_page(measured)[0]) <= MOST_ULP


def test_every_function_of_the_module_that_is_not_a_part_of_others_is_measured() -> None:
    by_itself, _, _ = MODULE.read_text(encoding="utf-8").partition("# ---- what the functions above are made of")
    assert set(re.findall(r"^fn (\w+)", by_itself, re.MULTILINE)) == {m.call.partition("(")[0] for m in MEASURED}


# ---- on shares


def test_on_shares_the_functions_mean_the_same_within_two_units() -> None:
    calls = ["exp(x)", "log(x)", "sqrt(x)", "reciprocal(x)", "sigmoid(x)"]
    truths: list[Callable[[float], float]] = [
        math.exp, math.log, math.sqrt, lambda x: 1 / x, lambda x: 1 / (1 + math.exp(-x)),
    ]  # fmt: skip
    text = program(of("exp(x)", 2**-16, 10), 16)
    extended = ", ".join(f"y{i} = numeric.{call}" for i, call in enumerate(calls))
    shown = ", ".join(f"y{i} = sum(y{i})" for i in range(len(calls)))
    text = text.replace("{ y = numeric.exp(x) }", f"{{ {extended} }}").replace("{ y = sum(y) }", f"{{ {shown} }}")
    xs = np.unique(np.geomspace(1, 10 * 65536, 200).astype(np.int64))
    plain, shared = both_ways(text, xs)
    for i, truth in enumerate(truths):
        exact = np.array([truth(x / 65536) for x in xs]) * 65536
        assert max(abs(shared[:, i] - plain[:, i])) <= 2
        assert max(abs(shared[:, i] - exact)) <= MOST_ULP


def both_ways(text: str, xs: np.ndarray, bits: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """What the program shows of each number, in plain and by three parties: scaled, a row each."""
    circuit = run_passes(lower(compile_source(text).checked, at_home=False))
    rows = {"numbers": Rows(len(xs), {"row": np.arange(len(xs)), "x": xs}, {})}
    plain = evaluate(circuit, rows, {}).released
    shared = simulate(circuit, rows, {}, keys={rank: bytes([rank]) * 32 for rank in range(3)}).released
    found = [[row[1:] for row in released[0].rows[: len(xs)] if row is not None] for released in (plain, shared)]
    return np.array(found[0], float) * 2**bits, np.array(found[1], float) * 2**bits


@pytest.mark.long
@pytest.mark.parametrize("bits", PRECISIONS)
@every_function
def test_on_shares_every_function_is_as_exact_as_the_module_says(measured: Measured, bits: int) -> None:
    every = grid(measured, bits, 6000)
    xs = every[np.linspace(0, len(every) - 1, ROWS).astype(np.int64)]
    shared = both_ways(program(measured, bits), xs, bits)[1][:, 0]
    error = np.abs(shared - np.array(true_values(measured, bits, xs), float) / (1 << FINER))
    assert np.all(error <= stated(measured, bits, xs))
    assert bits > PRECISIONS[0] or max(error) <= MOST_ULP


# ---- outside the domain, and at its ends


def test_outside_the_domain_a_function_keeps_the_value_of_the_nearest_end() -> None:
    assert at("sqrt(x)", -5, 5, [-5, -0.5, 0, 4]) == [0, 0, 0, 2]
    assert at("exp(x)", -1000, 1000, [-1000, -20, 10, 11, 1000])[:2] == [0, 0]
    assert len(set(at("exp(x)", -1000, 1000, [10, 11, 1000]))) == 1
    assert at("sigmoid(x)", -1000, 1000, [-1000, 0, 1000]) == [0, 0.5, 1]
    assert at("tanh(x)", -1000, 1000, [-1000, 0, 1000]) == [-1, 0, 1]
    assert at("erf(x)", -1000, 1000, [-1000, 0, 1000]) == [-1, 0, 1]
    assert at("reciprocal(x)", -10, 10, [0]) == [2**24]


@pytest.mark.parametrize("bits", [8, 12, 16, 24])
def test_powers_of_two_are_exact(bits: int) -> None:
    powers = [2.0**k for k in range(-8, 13, 2)]
    kept = [x for x in powers if x >= 2.0**-bits]
    assert at("sqrt(x)", 0, 4096, kept, bits) == [round(math.sqrt(x) * 2**bits) / 2**bits for x in kept]
    assert at("log2(x)", 0, 4096, kept, bits) == [math.log2(x) for x in kept]
    inverses = [round(2**bits / x) / 2**bits for x in kept if x <= 2**bits]
    assert at("reciprocal(x)", 0, 4096, kept[: len(inverses)], bits) == inverses


# ---- what is proven


@pytest.mark.parametrize(
    ("call", "domain", "range_"),
    [
        ("exp(x)", (-20, 0), (0, 1)),
        ("exp(x)", (-5, 5), (0, 22027)),
        ("sqrt(x)", (0, 100), (0, 16)),
        ("sqrt(x)", (-1, 1), (0, 1)),
        ("reciprocal(x)", (0.5, 4), (0.25, 2)),
        ("reciprocal(x)", (-4, -0.5), (-2, 2)),
        ("sigmoid(x)", (-9, 9), (0, 1)),
        ("sigmoid(x)", (0, 9), (0.5, 1)),
        ("tanh(x)", (-9, 9), (-1, 1)),
        ("tanh(x)", (0, 9), (0, 1)),
        ("erf(x)", (-9, 9), (-1, 1)),
        ("sin(x)", (-9, 9), (-1, 1)),
        ("cos(x)", (-9, 9), (-1, 1)),
    ],
)  # fmt: skip
def test_the_range_of_the_result_follows_from_that_of_the_argument(
    call: str, domain: tuple[float, float], range_: tuple[float, float]
) -> None:
    assert proven(call, *domain) == range_


def test_more_bits_than_the_ring_holds_are_refused_where_the_function_is_called() -> None:
    with pytest.raises(CompileErrors) as refused:
        compile_source(program(of("sqrt(x)", 0, 2**39), 16))
    (found,) = refused.value.diagnostics
    assert found.code == "SEC501"
    assert "std/numeric" in found.found


# ---- everything


@pytest.mark.long
@pytest.mark.parametrize(
    ("call", "lo", "hi", "truth"),
    [
        ("exp(x)", -20, 10, np.exp),
        ("exp2(x)", -20, 14, np.exp2),
        ("sigmoid(x)", -13, 13, lambda x: 1 / (1 + np.exp(-x))),
        ("tanh(x)", -7, 7, np.tanh),
        ("erf(x)", -4, 4, np.vectorize(math.erf)),
        ("sin(x)", -96, 96, np.sin),
        ("cos(x)", -96, 96, np.cos),
        ("log(x)", 2**-16, 64, np.log),
        ("log2(x)", 2**-16, 64, np.log2),
        ("sqrt(x)", 0, 64, np.sqrt),
        ("rsqrt(x)", 2**-16, 64, lambda x: 1 / np.sqrt(x)),
        ("reciprocal(x)", 2**-16, 64, lambda x: 1 / x),
    ],
)
def test_every_number_of_sixteen_bits(
    call: str, lo: float, hi: float, truth: Callable[[np.ndarray], np.ndarray]
) -> None:
    """All numbers where the domain is small; of the unbounded ones those below 64, which show every mantissa."""
    circuit = compile_source(program(of(call, lo, hi), 16)).circuit
    for part in np.array_split(np.arange(round(lo * 65536), round(hi * 65536) + 1), 64):
        found = values(circuit, part)
        assert np.max(np.abs(found - truth(part / 65536) * 65536)) <= 1.5
