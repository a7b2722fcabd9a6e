"""How far the functions of std/numeric are from the truth, in ulp: on a grid, by the plain evaluator.

Lives here: which functions, where they are measured, against what. Not here: the page that says so
(write-numeric-errors), what a run costs on shares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, TypeAlias

import mpmath
import numpy as np
from mpmath import mp, mpf

from secfuse.compiler.circuit.evaluate import compute
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import World
from secfuse.compiler.circuit.types import Type
from secfuse.compiler.compile import compile_source

Real: TypeAlias = Any  # mpmath has no types
PRECISIONS = (16, 20, 24)
DIGITS = 30
FINER = 8
"""Fraction bits of the truth beyond those of the result."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A function of x on a domain whose ends are included; `call` is how it is written, `truth` what it should be."""

    call: str
    lo: Fraction
    hi: Fraction
    truth: Callable[[Real], Real]

    def shown(self) -> tuple[str, str]:
        """The function and its domain, as a page shows them."""
        return f"`{self.call}`", f"{_end(self.lo)} .. {_end(self.hi)}"


def _end(value: Fraction) -> str:
    """An end of a domain: a power of two, or a number."""
    size = abs(value)
    sign = "-" if value < 0 else ""
    for power in (-16, 24):
        if size == Fraction(2) ** power:
            return f"{sign}2^{power}"
    return f"{sign}{float(size):g}"


_LEAST = Fraction(1, 1 << 16)
_MOST = Fraction(1 << 24)

MEASURED = (
    Measured("reciprocal(x)", _LEAST, _MOST, lambda x: 1 / x),
    Measured("reciprocal(x)", Fraction(1, 100), _MOST, lambda x: 1 / x),
    Measured("reciprocal(x)", -_MOST, -_LEAST, lambda x: 1 / x),
    Measured("sqrt(x)", Fraction(0), _MOST, mpmath.sqrt),
    Measured("sqrt(x)", Fraction(0), Fraction(1000), mpmath.sqrt),
    Measured("rsqrt(x)", _LEAST, _MOST, lambda x: 1 / mpmath.sqrt(x)),
    Measured("rsqrt(x)", Fraction(1, 100), _MOST, lambda x: 1 / mpmath.sqrt(x)),
    Measured("exp(x)", Fraction(-30), Fraction(10), mpmath.exp),
    Measured("exp(x)", Fraction(-30), Fraction(0), mpmath.exp),
    Measured("exp2(x)", Fraction(-40), Fraction(14), lambda x: mpf(2) ** x),
    Measured("exp2(x)", Fraction(-40), Fraction(0), lambda x: mpf(2) ** x),
    Measured("log(x)", _LEAST, _MOST, mpmath.log),
    Measured("log2(x)", _LEAST, _MOST, lambda x: mpmath.log(x, 2)),
    Measured("pow(x, 1.5)", Fraction(0.125), Fraction(500), lambda x: x ** mpf("1.5")),
    Measured("pow(x, -0.5)", Fraction(0.125), Fraction(500), lambda x: x ** mpf("-0.5")),
    Measured("sigmoid(x)", Fraction(-30), Fraction(30), lambda x: 1 / (1 + mpmath.exp(-x))),
    Measured("tanh(x)", Fraction(-30), Fraction(30), mpmath.tanh),
    Measured("erf(x)", Fraction(-30), Fraction(30), mpmath.erf),
    Measured("sin(x)", Fraction(-96), Fraction(96), mpmath.sin),
    Measured("cos(x)", Fraction(-96), Fraction(96), mpmath.cos),
)

_PROGRAM = """program measure version "1.0"
purpose "test/numeric" "How far a function is from the truth."

party owner "Owner"
party second "Second party"
party third "Third party"
compute by owner, second, third
assume honest majority, semi-honest

import numeric from "std/numeric"

input numbers from owner at most 10_000 rows {
  row : int in 0 .. 999  may be grouped
  x   : fixed(BITS) in LO .. HI  may be aggregated, compared
}

policy none {
  groups of at least 1
}

let found = extend numbers { y = numeric.CALL }
let shown = group found by row { y = sum(y) }
disclose shown to owner under none because "measuring"
"""


def program(measured: Measured, bits: int) -> str:
    """A program that computes the function of a column, and shows one row of it each."""
    lo, hi = (f"{float(end):.24f}".rstrip("0").rstrip(".") for end in (measured.lo, measured.hi))
    return _PROGRAM.replace("BITS", str(bits)).replace("LO", lo).replace("HI", hi).replace("CALL", measured.call)


def values(circuit: Circuit, xs: np.ndarray) -> np.ndarray:
    """The function of each of these scaled integers, as the plain evaluator computes it."""
    index, _ = column(circuit)
    rows = Rows(len(xs), {"row": np.zeros_like(xs), "x": xs}, {})
    computed: dict[int, Any] = {}
    compute(circuit, World({"numbers": rows}, {}, {"numbers": len(xs)}), computed, (index,))
    return np.asarray(computed[index])


def column(circuit: Circuit) -> tuple[int, Type]:
    """The node that holds the function's values, and its type."""
    (total,) = (node for node in circuit.nodes if node.op is Op.SUM)
    found = circuit.nodes[total.args[1]].type
    assert isinstance(found, Type), "a column is no bundle"
    return total.args[1], found


def grid(measured: Measured, bits: int, points: int) -> np.ndarray:
    """About so many scaled integers of the domain, both ends, and those next to powers of two: the same everywhere."""
    lo, hi = ceil(measured.lo * (1 << bits)), floor(measured.hi * (1 << bits))
    widest = max(abs(lo), abs(hi)).bit_length()
    each = max(points // (2 * widest), 1)
    near = [1 << k for k in range(widest)]
    inside = [base + j * base // each for base in near for j in range(each)]
    found = {sign * (x + step) for x in (*inside, *near) for step in (-1, 0, 1) for sign in (-1, 1)}
    found |= {lo + (hi - lo) * j // points for j in range(points + 1)}
    found |= {end + step for end in (lo, hi) for step in range(-20, 21)}
    return np.array(sorted(x for x in found if lo <= x <= hi), np.int64)


def true_values(measured: Measured, bits: int, xs: np.ndarray) -> list[int]:
    """The true values as integers, FINER bits below the last fraction bit."""
    with mp.workdps(DIGITS):
        scale = mpf(2) ** (bits + FINER)
        return [int(mpmath.nint(measured.truth(mpf(int(x)) / 2**bits) * scale)) for x in xs]


def errors(measured: Measured, bits: int, xs: np.ndarray) -> np.ndarray:
    """How far each value is from the truth, in ulp."""
    found = values(compile_source(program(measured, bits)).circuit, xs)
    truth = true_values(measured, bits, xs)
    return np.array([abs((int(y) << FINER) - t) / (1 << FINER) for y, t in zip(found, truth, strict=True)])
