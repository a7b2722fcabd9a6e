"""No number is further from exact arithmetic on the owners' real values than its bound says.

The property is tested against a second evaluator that computes with fractions, on random circuits of all operations
that are continuous (a comparison of two close numbers may fall either way; see precision.py).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isinf

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import World, compute
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.step import Value
from secfuse.compiler.circuit.types import BOOL, Domain, Elem, Size, Type, fixed, integer
from secfuse.compiler.circuit.verify_arrays import numbers
from tests.compiler.circuit.random_arrays import ARRAYS
from tests.compiler.circuit.random_circuits import ELEMENTS, REDUCTIONS, TABLES, random_circuit, random_rows
from tests.compiler.circuit.samples import DELAY, HOURS, WIND, Sketch, delays

HALF = 2.0**-17


def bound(s: Sketch, node: int) -> float:
    """The bound of that node."""
    return error_bounds(s.circuit())[node]


def test_the_sample_is_off_by_half_a_unit() -> None:
    circuit = delays()
    (mean,) = (i for i, node in enumerate(circuit.nodes) if node.op is Op.DIV)
    assert error_bounds(circuit)[mean] == HALF


def test_integers_are_exact_and_fixed_inputs_are_rounded() -> None:
    s = Sketch()
    delay, wind = s.column("flights", "delay", DELAY), s.column("hours", "wind", WIND)
    assert [bound(s, node) for node in (delay, wind)] == [0, HALF]


@pytest.mark.parametrize(("greatest", "promised"), [(1 << 8, True), (2, False)])
def test_a_bound_that_is_wider_than_the_range_is_none(greatest: int, promised: bool) -> None:
    s = Sketch()
    wind = s.column("hours", "wind", fixed(0, greatest, 16))
    five = s.constant(integer(5, 5), 5)
    product = s.add(Op.MUL, (wind, five), Type(fixed(0, 5 * greatest, 16), (Size.rows("hours"),)))
    shifted = s.add(Op.LEAST, (s.rows("hours"), product), Type(fixed(0, greatest, 16), ()))
    assert isinf(bound(s, shifted)) is not promised


def test_sums_add_errors_up_and_means_do_not() -> None:
    s = Sketch()
    wind, rows = s.column("hours", "wind", WIND), s.rows("hours")
    twice = s.add(Op.ADD, (wind, wind), Type(fixed(0, 240 << 16), HOURS))
    total = s.add(Op.SUM, (rows, twice), Type(fixed(0, 240 * 30_000 << 16)))
    count = s.add(Op.COUNT, (rows,), Type(integer(0, 30_000)))
    mean = s.add(Op.DIV, (total, count), Type(fixed(0, 240 << 16)))
    rough = s.add(Op.DIV, (total, count), Type(fixed(0, 240 << 4, 4)))
    assert [bound(s, n) for n in (twice, total, count)] == [2 * HALF, 2 * HALF * 30_000, 0]
    assert [bound(s, n) for n in (mean, rough)] == [3 * HALF, 2 * HALF + 2.0**-5]


def test_a_quotient_by_another_count_is_no_mean() -> None:
    s = Sketch()
    wind, rows = s.column("hours", "wind", WIND), s.rows("hours")
    total = s.add(Op.SUM, (rows, wind), Type(fixed(0, 120 * 30_000 << 16)))
    other = s.add(Op.COUNT, (s.add(Op.NOT, (rows,), Type(BOOL, HOURS)),), Type(integer(2, 30_000)))
    quotient = s.add(Op.DIV, (total, other), Type(fixed(0, 120 << 16)))
    assert bound(s, quotient) == HALF * 30_000 / 2 + HALF


def test_a_quotient_whose_inexact_divisor_may_be_0_is_not_bounded() -> None:
    s = Sketch()
    wind = s.column("hours", "wind", WIND)
    share = s.add(Op.DIV, (wind, wind), Type(fixed(0, 120 << 32), HOURS))
    assert isinf(bound(s, share))
    safe = s.add(Op.ADD, (wind, s.constant(fixed(1 << 16, 1 << 16), 1 << 16)), Type(fixed(1 << 16, 121 << 16), HOURS))
    share = s.add(Op.DIV, (wind, safe), Type(fixed(0, 120 << 16), HOURS))
    least = 1 - 2 * HALF
    assert bound(s, share) == pytest.approx(120 * 2 * HALF / least + HALF / least + HALF)


def test_a_product_costs_both_sizes_and_a_unit() -> None:
    s = Sketch()
    wind = s.column("hours", "wind", WIND)
    square = s.add(Op.MUL, (wind, wind), Type(fixed(0, 14_400 << 16), HOURS))
    triple = s.add(Op.MUL, (wind, s.constant(integer(3, 3), 3)), Type(fixed(0, 360 << 16), HOURS))
    assert bound(s, square) == 2 * 120 * HALF + HALF**2 + 2 * HALF
    assert bound(s, triple) == 3 * HALF


def test_a_join_keeps_the_columns_errors_apart() -> None:
    circuit = delays()
    (join,) = (i for i, node in enumerate(circuit.nodes) if node.op is Op.JOIN)
    picks = [i for i, node in enumerate(circuit.nodes) if node.op is Op.PICK]
    bounds = error_bounds(circuit)
    assert [bounds[p] for p in picks] == [0, 0, HALF]
    assert bounds[join] == HALF


Real = list[Fraction] | Fraction
CONTINUOUS = (*ELEMENTS, *ARRAYS, Op.RESHAPE, Op.SELECT, Op.CONCAT, *REDUCTIONS)


@pytest.mark.parametrize("seed", range(60))
def test_the_bound_holds_on_random_circuits(seed: int) -> None:
    circuit = random_circuit(seed, steps=40, ops=CONTINUOUS)
    rows, real = real_rows(seed)
    counts = {name: table.count for name, table in rows.items()}
    world = World(rows, {p.name: p.default for p in circuit.params}, counts)
    values: dict[int, Value] = {}
    wanted = [i for i, node in enumerate(circuit.nodes) if is_number(node)]
    compute(circuit, world, values, wanted)
    exact = RealValues(circuit, values, real)
    bounds = error_bounds(circuit)
    compared = 0
    for index in wanted:
        node = circuit.nodes[index]
        if not isinstance(node.type, Type) or isinf(bounds[index]) or not exact.known(index):
            continue
        unit = Fraction(1, 2**node.type.elem.fraction_bits)
        found = np.asarray(values[index]).ravel().tolist()
        for a, b in zip(found, np.asarray(exact.of(index), dtype=object).ravel().tolist(), strict=True):
            assert abs(a * unit - b) <= Fraction(bounds[index]), f"%{index} = {node.op.value}"
            compared += 1
    assert compared > 20


def is_number(node: Node) -> bool:
    return isinstance(node.type, Type) and node.type.elem.domain in (Domain.INT, Domain.FIXED)


def real_rows(seed: int) -> tuple[dict[str, Rows], dict[tuple[str, str], np.ndarray]]:
    """Rows, and the real values that they are the nearest fixed numbers of."""
    rows, real = random_rows(seed), {}
    rng = np.random.default_rng(seed)
    for table in TABLES:
        for column in table.columns:
            unit = Fraction(1, 2**column.elem.fraction_bits)
            off = [Fraction(int(v), 1000) for v in rng.integers(-500, 501, rows[table.name].count)]
            exact = column.elem.domain is not Domain.FIXED
            encoded = rows[table.name].values[column.name].tolist()
            real[table.name, column.name] = np.array(
                [(v + (0 if exact else o)) * unit for v, o in zip(encoded, off, strict=True)], dtype=object
            )
    return rows, real


class RealValues:
    """The second evaluator: fractions for numbers, the first one's bits for truth values."""

    def __init__(self, circuit: Circuit, values: dict[int, Value], inputs: dict[tuple[str, str], np.ndarray]) -> None:
        self.circuit, self.values, self.inputs = circuit, values, inputs
        self.found: dict[int, np.ndarray] = {}

    def known(self, index: int) -> bool:
        """True if the node does not depend on a join, which this evaluator leaves out."""
        node = self.circuit.nodes[index]
        return node.op is not Op.PICK and all(self.known(a) for a in node.args if is_number(self.circuit.nodes[a]))

    def of(self, index: int) -> np.ndarray:
        """The exact value of a node."""
        if index not in self.found:
            self.found[index] = np.asarray(self.computed(self.circuit.nodes[index], index), dtype=object)
        return self.found[index]

    def computed(self, node: Node, index: int) -> object:
        if not is_number(node) or node.op in (Op.PARAM, Op.CONST, Op.COUNT, Op.SIZE, Op.IOTA):
            return self.as_given(node, index)
        if node.op is Op.INPUT:
            return self.inputs[str(node.attr("table")), str(node.attr("column"))]
        args = [self.of(a) for a in node.args]
        assert isinstance(node.type, Type)
        match node.op:
            case Op.ADD:
                return args[0] + args[1]
            case Op.SUB:
                return args[0] - args[1]
            case Op.MUL:
                return args[0] * args[1]
            case Op.DIV:
                return quotients(*args)
            case Op.NEG:
                return -args[0]
            case Op.ABS:
                return np.abs(args[0])
            case Op.RESCALE:
                return args[0]
            case Op.SELECT:
                return np.where(args[0].astype(bool), args[1], args[2])
            case Op.CONCAT:
                return np.concatenate(args)
            case Op.MATMUL:
                return np.matmul(*args)
            case Op.BROADCAST | Op.RESHAPE | Op.TRANSPOSE | Op.SLICE | Op.TAKE:
                return moved(node, np.shape(np.asarray(self.values[index])), *args)
            case _:
                return reduced(node, node.type.elem, *args)

    def as_given(self, node: Node, index: int) -> object:
        elem = node.type.elem if isinstance(node.type, Type) else BOOL
        given = np.asarray(self.values[index])
        return np.vectorize(lambda v: Fraction(int(v), 2**elem.fraction_bits), otypes=[object])(given)


def quotients(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.vectorize(lambda a, b: Fraction(a) / b if b else Fraction(0), otypes=[object])(x, y)


def moved(node: Node, shape: tuple[int, ...], x: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
    match node.op:
        case Op.BROADCAST:
            return np.broadcast_to(x, shape)
        case Op.RESHAPE:
            return x.reshape(shape)
        case Op.TRANSPOSE:
            return np.transpose(x, numbers(node, "axes"))
    axis = int(str(node.attr("axis")))
    assert where is not None
    places = where.astype(int) if node.op is Op.TAKE else np.arange(int(where.item()), int(where.item()) + shape[axis])
    return np.take(x, places, axis)


def reduced(node: Node, elem: Elem, mask: np.ndarray, x: np.ndarray) -> np.ndarray:
    unit = Fraction(1, 2**elem.fraction_bits)
    of: Callable[[list[Fraction]], Fraction | int] = {
        Op.SUM: sum,
        Op.LEAST: lambda chosen: min(chosen, default=elem.hi * unit),
        Op.GREATEST: lambda chosen: max(chosen, default=elem.lo * unit),
        Op.LARGEST: lambda chosen: sum(sorted(chosen)[-int(str(node.attr("how_many"))) :]),
    }[node.op]
    rows, columns = (
        a.reshape(int(np.prod(mask.shape[:-1])), mask.shape[-1]) for a in (mask, np.broadcast_to(x, mask.shape))
    )
    found = [of(list(column[row.astype(bool)])) for row, column in zip(rows, columns, strict=True)]
    return np.array(found, dtype=object).reshape(mask.shape[:-1])
