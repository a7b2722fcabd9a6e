"""Functions of the library on secret arrays.

Lives here: `called`, in plain, and `shared`, on shares: a program around one expression, whose arrays are columns of
a table with one row, so that the compiler knows of them what it knows of real data: their ranges. A 0 of another
owner is added, so that nobody can compute anything alone. Not here: what should come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.interface import Rows, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.compile import compile_source
from secfuse.compiler.program import Program
from secfuse.runtime.run import simulate

CONTRACT = """program call version "1.0"
purpose "test/library" "A call."
party left "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
input nothing from right at most 1 rows {
  zero : int in 0 .. 0 may be aggregated, compared
}
policy open { groups of at least 1 }
"""


@dataclass(frozen=True, slots=True)
class Secret:
    """An array that left gives: its numbers, and the type in which it is declared."""

    values: np.ndarray
    type: str


def program(modules: str, expression: str, given: Mapping[str, Secret]) -> Program:
    """`expression` disclosed as `result`; `modules` are the names of those it calls, separated by blanks."""
    imports = "".join(f'import {name} from "std/{name}"\n' for name in modules.split())
    inputs, lets = [], ["let zero = sum(nothing.zero)\n"]
    for name, secret in given.items():
        places = list(np.ndindex(secret.values.shape))
        columns = "\n".join(f"  {column(place)} : {secret.type} may be aggregated, compared" for place in places)
        inputs.append(f"input {name}_row from left at most 1 rows {{\n{columns}\n}}\n")
        lets.append(f"let {name} = {_array(name, secret.values.shape, ())}\n")
    head, policy = CONTRACT[: CONTRACT.index("policy")], CONTRACT[CONTRACT.index("policy") :]
    *before, value = expression.splitlines()
    disclose = f'disclose {value} as result to third under open because "test"\n'
    return compile_source(
        head + "".join(inputs) + policy + imports + "".join(lets) + "".join(f"{line}\n" for line in before) + disclose
    )


def column(place: tuple[int, ...]) -> str:
    """The column with that item of an array."""
    return "_".join(["c", *map(str, place)])


def _array(name: str, shape: tuple[int, ...], place: tuple[int, ...]) -> str:
    if not shape:
        return f"(sum({name}_row.{column(place)}) + zero)"
    return f"[{', '.join(_array(name, shape[1:], (*place, i)) for i in range(shape[0]))}]"


def called(modules: str, expression: str, **given: Secret) -> np.ndarray:
    """What the expression gives in plain: a number, a vector, or a matrix. Lines in front of it are statements."""
    return called_with_bound(modules, expression, **given)[0]


def called_with_bound(modules: str, expression: str, **given: Secret) -> tuple[np.ndarray, float]:
    """The same, and how far it is proven to be off at most."""
    found = program(modules, expression, given)
    (output,) = (i for i in found.circuit.outputs if found.circuit.nodes[i].op is Op.DISCLOSE)
    return evaluated(found, given), error_bounds(found.circuit)[output]


def evaluated(found: Program, given: Mapping[str, Secret]) -> np.ndarray:
    """What a program of such arrays gives for these, in plain."""
    (released,) = evaluate(found.circuit, _rows(found, given), {}).released
    return _numbers(released)


def shared(modules: str, expression: str, **given: Secret) -> np.ndarray:
    """What the expression gives on the shares of three parties."""
    found = program(modules, expression, given)
    (released,) = simulate(found.circuit, _rows(found, given), {}).released
    return _numbers(released)


def _rows(found: Program, given: Mapping[str, Secret]) -> dict[str, Rows]:
    tables = {table.name: table for table in found.circuit.tables}
    rows = {f"{name}_row": _row(tables[f"{name}_row"], secret) for name, secret in given.items()}
    return {**rows, "nothing": Rows(1, {"zero": np.zeros(1, np.int64)}, {})}


def _row(table: Table, secret: Secret) -> Rows:
    scale = 2.0 ** table.columns[0].elem.fraction_bits
    values = {column(place): np.array([round(float(value) * scale)]) for place, value in np.ndenumerate(secret.values)}
    return Rows(1, values, {})


def _numbers(released: Released) -> np.ndarray:
    assert all(row is not None for row in released.rows), "groups of at least 1 suppress nothing"
    return np.array([[float(cell) for cell in row or ()] for row in released.rows]).squeeze()
