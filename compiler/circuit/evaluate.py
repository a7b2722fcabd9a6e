"""What a circuit means, in plain NumPy: the oracle of every protocol and the constant folder.

Lives here: CLEAR, the total table from operation to meaning, and `evaluate`, which computes what the outputs need and
nothing else. Numbers are exact. Not here: the rules of arithmetic (clear_elements.py), arrays (clear_arrays.py) and
rows (clear_rows.py, clear_sorted.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from . import clear_arrays as arrays
from . import clear_elements as elements
from . import clear_rows as rows
from . import clear_sorted as ordered
from .failed import CheckFailed
from .graph import Circuit, Node
from .interface import Rows
from .ops import Op
from .regions import behind
from .release import release
from .released import Released, decode
from .step import Step, Value, World, held
from .typed import DISCLOSE_GUARDS, columns_of, is_sealed, withheld_of
from .types import Elem

__all__ = ["CLEAR", "CheckFailed", "Results", "compute", "evaluate", "outputs_of", "printed_line"]

Rule: TypeAlias = Callable[[Step], Value]


@dataclass(frozen=True, slots=True)
class Results:
    """What a run hands out: disclosures and printed lines, each in program order.

    sealed: what is not handed out, but stays shared until the parties release it.
    """

    released: tuple[Released, ...]
    printed: tuple[str, ...]
    sealed: tuple[Released, ...] = ()


def evaluate(
    circuit: Circuit,
    tables: Mapping[str, Rows],
    params: Mapping[str, int],
    coins: Mapping[int, np.ndarray] = MappingProxyType({}),
) -> Results:
    """Compute every output in the clear. Parameters that are not given take their defaults.

    coins: what the coins of each draw show, as numbers; by default 0, which is no noise.

    A check that fails raises CheckFailed before anything else is computed. A disclosure whose `when` is false is left
    out, and so is everything that only it needs.
    """
    counts = {name: rows.count for name, rows in tables.items()}
    world = World(tables, {p.name: params.get(p.name, p.default) for p in circuit.params}, counts, coins=coins)
    values: dict[int, Value] = {}
    released: list[Value] = []
    sealed: list[Value] = []
    printed: list[Value] = []
    for index in outputs_of(circuit, Op.CHECK):
        compute(circuit, world, values, (index,))
    for index in outputs_of(circuit, Op.PRINT):
        compute(circuit, world, values, (index,))
        printed.append(values[index])
    for index in outputs_of(circuit, Op.DISCLOSE):
        when = circuit.nodes[index].args[0]
        compute(circuit, world, values, (when,))
        if values[when]:
            compute(circuit, world, values, (index,))
            (sealed if is_sealed(circuit.nodes[index]) else released).append(values[index])
    return Results(
        tuple(r for r in released if isinstance(r, Released)),
        tuple(p for p in printed if isinstance(p, str) and p),
        tuple(r for r in sealed if isinstance(r, Released)),
    )


def outputs_of(circuit: Circuit, op: Op) -> tuple[int, ...]:
    """The outputs of one kind, in program order."""
    return tuple(i for i in circuit.outputs if circuit.nodes[i].op is op)


def compute(circuit: Circuit, world: World, values: dict[int, Value], wanted: Iterable[int]) -> None:
    """Add to `values` the wanted nodes and all they need: of a loop, only the carried values that somebody picks.

    So what is public in a loop can be computed without the secrets that are carried beside it.
    """
    follow(circuit, world, values, course(circuit, values, wanted))


Course: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]
"""Nodes to compute, in order; of a loop, the carried values to compute."""


def course(circuit: Circuit, values: Mapping[int, Value], wanted: Iterable[int]) -> Course:
    """What must be computed for the wanted nodes if those of `values` are there already."""
    missing = behind(circuit, wanted, lambda index, parts: _there(values.get(index), parts))
    return tuple((index, tuple(sorted(parts))) for index, parts in sorted(missing.items()))


def _there(value: Value, parts: tuple[int, ...]) -> bool:
    """True if the value has been computed, and so have those parts of it."""
    if isinstance(value, tuple):
        return all(value[part] is not None for part in parts)
    return value is not None


def follow(circuit: Circuit, world: World, values: dict[int, Value], nodes: Course) -> None:
    """Compute those nodes."""
    for index, parts in nodes:
        node = circuit.nodes[index]
        types = tuple(circuit.nodes[a].type for a in node.args)
        step = Step(node, types, tuple(values.get(a) for a in node.args), world)
        values[index] = _fold(circuit, step, parts, values.get(index)) if node.op is Op.FOLD else CLEAR[node.op](step)


def _fold(circuit: Circuit, step: Step, parts: tuple[int, ...], known: Value) -> tuple[np.ndarray | None, ...]:
    """The region once for each trip number, its results fed back. Other parts are `known`, or None."""
    inner, carried = circuit.within(step.number("region")), step.number("carried")
    results = {part: inner.outputs[part] for part in parts}
    nodes = course(inner, {}, results.values())
    inputs: list[Value] = [None, *step.values[2:]]
    for trip in range(int(step.array(0)), int(step.array(1))):
        inputs[0] = np.asarray(trip)
        values: dict[int, Value] = {}
        follow(inner, replace(step.world, inputs=tuple(inputs)), values, nodes)
        for part, result in results.items():
            inputs[1 + part] = values[result]
    others = known if isinstance(known, tuple) else (None,) * carried
    return tuple(_array(inputs[1 + part]) if part in results else others[part] for part in range(carried))


def _array(value: Value) -> np.ndarray:
    assert isinstance(value, np.ndarray), "a carried value is an array"
    return value


def printed_line(node: Node, elem: Elem, value: np.ndarray) -> str:
    """What a `print` shows: its label and the value as a person writes it."""
    cells = [str(decode(int(v), elem)) for v in value.flat]
    return f"{node.attr('label')}: {', '.join(cells)}"


def _input(step: Step) -> np.ndarray:
    return held(step.world.tables[step.text("table")].values[step.text("column")], step.result)


def _present(step: Step) -> np.ndarray:
    return held(step.world.tables[step.text("table")].present[step.text("column")], step.result)


def _rows(step: Step) -> np.ndarray:
    return np.ones(step.world.tables[step.text("table")].count, dtype=np.bool_)


def _param(step: Step) -> np.ndarray:
    name, elem = step.text("name"), step.result
    value = step.world.params[name]
    assert elem.lo <= value <= elem.hi, f"parameter {name} is {value}, not in {elem.lo} .. {elem.hi}"
    return held(value, elem)


def _const(step: Step) -> np.ndarray:
    return held(step.node.attr("value"), step.result)


def _random(step: Step) -> np.ndarray:
    found = step.world.coins.get(step.number("draw"))
    return np.zeros(step.shape, np.int64) if found is None else held(found, step.result).reshape(step.shape)


def _check(step: Step) -> np.ndarray:
    holds = step.array(0)
    if not holds:
        raise CheckFailed(step.text("message"))
    return holds


def _print(step: Step) -> str:
    """The line; empty where the print is not reached."""
    if len(step.values) == 2 and not step.array(1):
        return ""
    return printed_line(step.node, step.elem(0), step.array(0))


def _disclose(step: Step) -> Released:
    end = DISCLOSE_GUARDS + len(columns_of(step.node))
    types = tuple(step.type(i) for i in range(DISCLOSE_GUARDS, end))
    columns = step.arrays(DISCLOSE_GUARDS, end)
    withheld = step.array(end) if withheld_of(step.node) is not None else None
    return release(step.node, types, step.array(1), step.array(2), columns, withheld)


def _arg(step: Step) -> Value:
    return step.world.inputs[step.number("index")]


def _whole_fold(step: Step) -> Value:
    raise AssertionError("a loop needs its circuit: see follow")


CLEAR: dict[Op, Rule] = {
    Op.INPUT: _input,
    Op.PRESENT: _present,
    Op.ROWS: _rows,
    Op.PARAM: _param,
    Op.CONST: _const,
    Op.RANDOM: _random,
    Op.ADD: elements.add,
    Op.SUB: elements.sub,
    Op.NEG: elements.neg,
    Op.MUL: elements.mul,
    Op.DIV: elements.div,
    Op.ABS: elements.absolute,
    Op.RESCALE: elements.rescale,
    Op.LT: elements.lt,
    Op.EQ: elements.eq,
    Op.AND: elements.and_,
    Op.OR: elements.or_,
    Op.NOT: elements.not_,
    Op.SELECT: elements.select,
    Op.BIT: elements.bit,
    Op.NUMBER: elements.number,
    Op.SIZE: arrays.size,
    Op.IOTA: arrays.iota,
    Op.BROADCAST: arrays.broadcast,
    Op.RESHAPE: arrays.reshape,
    Op.TRANSPOSE: arrays.transpose,
    Op.SLICE: arrays.slice_,
    Op.TAKE: arrays.take,
    Op.MATMUL: arrays.matmul,
    Op.CONCAT: rows.concat,
    Op.JOIN: rows.join,
    Op.SORT: ordered.sort,
    Op.SCAN: ordered.scan,
    Op.SHIFT: ordered.shift,
    Op.PICK: rows.pick,
    Op.CELLS: rows.cells,
    Op.COUNT: rows.count,
    Op.SUM: rows.sum_,
    Op.LEAST: rows.least,
    Op.GREATEST: rows.greatest,
    Op.LARGEST: rows.largest,
    Op.ARG: _arg,
    Op.FOLD: _whole_fold,
    Op.CHECK: _check,
    Op.PRINT: _print,
    Op.DISCLOSE: _disclose,
}
