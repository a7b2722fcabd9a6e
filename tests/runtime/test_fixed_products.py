"""Products that drop fraction bits, on shares: off by at most what `error_bounds` promises, on random circuits.

The other random circuits (test_engine.py) must be equal bit for bit, so they leave these out. Only continuous
operations: a comparison of two close numbers may fall either way. The owners' values are taken as they were encoded, so
that nothing is allowed but what the run itself loses: a single product may be off by one unit.
"""

from __future__ import annotations

from fractions import Fraction
from math import isinf

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import World, compute, evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import ERROR, error_bounds
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.step import Value
from secfuse.compiler.circuit.types import Domain
from tests.compiler.circuit.random_arrays import ARRAYS
from tests.compiler.circuit.random_circuits import TABLES, random_circuit, random_rows
from tests.compiler.circuit.test_precision import RealValues, is_number
from tests.runtime.test_engine import run, truncates
from tests.support.trio import trio

OPS = (
    *ARRAYS,
    Op.MUL,
    Op.MUL,
    Op.ADD,
    Op.SUB,
    Op.NEG,
    Op.ABS,
    Op.SELECT,
    Op.CONCAT,
    Op.SUM,
    Op.GREATEST,
    Op.RESCALE,
    Op.DIV,
)


def rounded(circuit: Circuit) -> set[int]:
    """The nodes into which a product that drops bits goes."""
    found: set[int] = set()
    for index, node in enumerate(circuit.nodes):
        if truncates(circuit, node) or found & set(node.args):
            found.add(index)
    return found


def unit_values(rows: dict[str, Rows]) -> dict[tuple[str, str], np.ndarray]:
    """The owners' values as fractions, nothing lost yet."""
    return {
        (table.name, column.name): np.array(
            [Fraction(v, 2**column.elem.fraction_bits) for v in rows[table.name].values[column.name].tolist()], object
        )
        for table in TABLES
        for column in table.columns
    }


def exact_values(circuit: Circuit, rows: dict[str, Rows]) -> RealValues:
    """The evaluator that computes with fractions."""
    values: dict[int, Value] = {}
    counts = {name: table.count for name, table in rows.items()}
    world = World(rows, {p.name: p.default for p in circuit.params}, counts)
    shown = [node.args[1] for node in circuit.nodes if node.op is Op.DISCLOSE]
    compute(circuit, world, values, [*shown, *(i for i, node in enumerate(circuit.nodes) if is_number(node))])
    return RealValues(circuit, values, unit_values(rows))


def places(circuit: Circuit, released: Released, exact: RealValues) -> np.ndarray:
    """Which elements of its columns the rows of a disclosed table are: the others are not shown."""
    (node,) = (n for n in circuit.nodes if n.op is Op.DISCLOSE and n.attr("name") == released.name)
    return np.flatnonzero(np.asarray(exact.values[node.args[1]])) if released.rows else np.zeros(0, np.int64)


class Judge:
    """Holds disclosed numbers against fractions; those behind a join, which has none, against the plain evaluator."""

    def __init__(self, circuit: Circuit, exact: RealValues) -> None:
        self.circuit, self.exact = circuit, exact
        self.bounds, self.rounded = error_bounds(circuit), rounded(circuit)
        self.held = 0

    def compare(self, on_shares: Released, plain: Released) -> None:
        """Two disclosures of one node: the same rows and marks, and every number within its bound."""
        assert on_shares.keys == plain.keys
        for place, row, other in zip(places(self.circuit, plain, self.exact), on_shares.rows, plain.rows, strict=True):
            if row is None or other is None:
                assert row == other
                continue
            for column, elem, cell, expected in zip(plain.columns, plain.elems, row, other, strict=True):
                if elem.domain is Domain.FIXED:
                    self.within(int(column.removeprefix("c")), place, float(cell), float(expected))
                else:
                    assert cell == expected

    def within(self, node: int, place: int, cell: float, expected: float) -> None:
        """Both runs are within the bound of what is exact, so within twice the bound of each other."""
        if isinf(self.bounds[node]):
            return
        assert abs(cell - expected) <= 2 * self.bounds[node], f"%{node}"
        if self.exact.known(node):
            real = np.asarray(self.exact.of(node), object).ravel()[place]
            assert abs(Fraction(cell) - real) <= Fraction(self.bounds[node]), f"%{node}"
            self.held += node in self.rounded


@pytest.mark.parametrize("block", range(8))
def test_random_circuits(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for op in (Op.INPUT, Op.PARAM, Op.CONST):
        monkeypatch.setitem(ERROR, op, lambda *_: (0.0,))
    held = 0
    for seed in range(25 * block, 25 * block + 25):
        circuit, rows = random_circuit(seed, 150, OPS), random_rows(seed)
        if not rounded(circuit):
            continue
        plain, on_shares = evaluate(circuit, rows, {}), run(circuit, rows, trio(seed))
        judge = Judge(circuit, exact_values(circuit, rows))
        assert on_shares.printed == plain.printed
        for released, expected in zip(on_shares.released, plain.released, strict=True):
            judge.compare(released, expected)
        held += judge.held
    assert held > 3, "some disclosed numbers of every block have been rounded on the way"
