"""Functions of the library on arrays that are written in the program and made secret: more numbers than a table may
have columns.

Lives here: `given`, `computed`. A number that no single owner knows is added to what is written down, so that nothing
is folded or computed by an owner, and the circuit is the one that the data of several would get. Not here: what the
results should be; arrays from tables (secret_arrays.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.compile import compile_source
from secfuse.runtime.run import simulate

CONTRACT = """program check version "1.0"
purpose "test/library" "Functions of the library on secret arrays."
party left  "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
input mine from left at most 5 rows {
  zero : int in 0 .. 1   may be aggregated, compared
}
input yours from right at most 5 rows {
  zero : int in 0 .. 1   may be aggregated, compared
}
policy any { groups of at least 1 }
import linear from "std/linear"
import cluster from "std/cluster"
import neural from "std/neural"
import tree from "std/tree"
let zero = sum(mine.zero) * sum(yours.zero)
"""


def written(array: NDArray[np.generic], bits: int) -> str:
    """The array as the language writes it; bits: the precision of its numbers, 0 for whole numbers."""
    if array.ndim:
        return "[" + ", ".join(written(item, bits) for item in array) + "]"
    if not bits:
        return str(int(array))
    return f"{array:.9f}" if bits == 16 else f"fixed({array:.12f}, {bits})"


def given(name: str, array: NDArray[np.generic], bits: int = 16) -> str:
    """A secret array of that name; its declared range is what is in it, as whole numbers."""
    most = max(1, int(np.ceil(np.abs(array).max())))
    return f"let {name} = clamp({written(array, bits)} + zero, -{most}, {most})\n"


def computed(steps: str, *outputs: str, shares: bool = False) -> list[NDArray[np.float64]]:
    """The values of these names behind the steps, as the plain evaluator or three simulated parties find them."""
    shown = "".join(f'disclose {name} as {name}_shown to third under any because "test"\n' for name in outputs)
    circuit = compile_source(CONTRACT + steps + shown).circuit
    rows = {table: Rows(2, {"zero": np.zeros(2, np.int64)}, {}) for table in ("mine", "yours")}
    keys = {rank: bytes([rank + 1]) * 32 for rank in range(3)}
    released = (simulate(circuit, rows, {}, keys=keys) if shares else evaluate(circuit, rows, {})).released
    return [np.squeeze(np.array(found.rows, np.float64)) for found in released]
