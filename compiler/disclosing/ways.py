"""In which ways each column goes into a value: carried along every gate of the circuit, in one pass.

Lives here: `Way`, `ways_of`. A value's ways are one number for each way, whose bits are columns: so the cost is linear
in the circuit. Not here: what is made of them (outputs.py).
"""

from __future__ import annotations

from enum import Enum
from functools import reduce
from typing import TypeAlias

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import mean_of, number


class Way(Enum):
    """What was done to a column on its way into a value, weakest use first."""

    JOIN = "joined"
    JOIN_SIZE = "join size"
    COMPARE = "compared"
    KEY = "group key"
    RANK = "ranked"
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    PRODUCT = "product"
    LOOP = "model or loop"
    EXTREME = "extreme"
    VALUE = "as it is"


WAYS = tuple(Way)
Ways: TypeAlias = tuple[int, ...]
"""For each of WAYS the columns that go this way, a bit a column."""

NONE: Ways = (0,) * len(WAYS)


def columns_in_order(circuit: Circuit) -> tuple[tuple[str, str, str], ...]:
    """(table, column, owner) of each bit; the column "" stands for how many rows a table has that count."""
    found = []
    for table in circuit.tables:
        found += [(table.name, column.name, table.owner) for column in table.columns]
        found.append((table.name, "", table.owner))
    return tuple(found)


def ways_of(circuit: Circuit) -> list[tuple[Ways, ...]]:
    """For each node the ways of each of its results: one, or as many as its bundle has parts."""
    bits = {(table, column): 1 << i for i, (table, column, _) in enumerate(columns_in_order(circuit))}
    found: list[tuple[Ways, ...]] = []
    for node in circuit.nodes:
        match node.op:
            case Op.INPUT:
                ways: tuple[Ways, ...] = (_only(Way.VALUE, bits[str(node.attr("table")), str(node.attr("column"))]),)
            case Op.PRESENT:
                ways = (_only(Way.COMPARE, bits[str(node.attr("table")), str(node.attr("column"))]),)
            case Op.ROWS:
                ways = (_only(Way.COMPARE, bits[str(node.attr("table")), ""]),)
            case Op.PICK:
                bundle = found[node.args[0]]
                ways = (bundle[number(node, "index")] if len(bundle) > 1 else bundle[0],)
            case Op.JOIN:
                ways = _joined(node, [found[a][0] for a in node.args])
            case Op.SORT:
                ways = _sorted(node, [found[a][0] for a in node.args])
            case _:
                ways = (_made(circuit, node, [found[a][0] for a in node.args]),)
        found.append(ways)
    return found


def _made(circuit: Circuit, node: Node, args: list[Ways]) -> Ways:
    """What any other gate makes of its arguments' ways."""
    match node.op:
        case Op.LT | Op.EQ:
            return _every(args, Way.COMPARE)
        case Op.SELECT:
            return _both(_all_as(args[0], Way.COMPARE), *args[1:])
        case Op.MUL if all(map(any, args)):
            return _both(*(_as(arg, Way.VALUE, Way.PRODUCT) for arg in args))
        case Op.MATMUL:
            way = Way.PRODUCT if all(map(any, args)) else Way.SUM
            return _both(*(_as(arg, Way.VALUE, way) for arg in args))
        case Op.DIV if mean_of(circuit.nodes, node) is not None:
            return _both(_as(args[0], Way.SUM, Way.MEAN), args[1])
        case Op.CELLS:
            return _both(args[0], *(_all_as(arg, Way.KEY) for arg in args[1:]))
        case Op.COUNT:
            return _as(_as(_as(args[0], Way.VALUE, Way.COUNT), Way.JOIN, Way.JOIN_SIZE), Way.COMPARE, Way.COUNT)
        case Op.SUM:
            return _both(_as(args[0], Way.VALUE, Way.COMPARE), _as(args[1], Way.VALUE, Way.SUM))
        case Op.LEAST | Op.GREATEST | Op.LARGEST:
            return _both(_as(args[0], Way.VALUE, Way.COMPARE), _as(args[1], Way.VALUE, Way.EXTREME))
        case Op.SCAN:
            way = {"sum": Way.SUM, "first": Way.VALUE}.get(str(node.attr("what")), Way.EXTREME)
            return _both(_all_as(args[0], Way.KEY), _as(args[1], Way.VALUE, way))
        case Op.TAKE:
            return _both(args[0], _all_as(args[1], Way.COMPARE))
        case Op.FOLD:
            return _every(args, Way.LOOP)
        case _:
            return _both(*args)


def _joined(node: Node, args: list[Ways]) -> tuple[Ways, ...]:
    """Whether a row is there, and with what beside it, depends on the keys of both sides."""
    keys = _both(*(_all_as(args[i], Way.JOIN) for i in (0, 2)), args[1], args[3])
    return (_both(args[0], args[2], keys), keys, *(_both(column, keys) for column in args[4:]))


def _sorted(node: Node, args: list[Ways]) -> tuple[Ways, ...]:
    """Where a row stands depends on the keys: that shows only where places do."""
    keys = args[1 : 1 + number(node, "keys")]
    order = _both(*(_all_as(key, Way.RANK) for key in keys))
    return tuple(_both(arg, order) for arg in args)


def _only(way: Way, columns: int) -> Ways:
    return tuple(columns if each is way else 0 for each in WAYS)


def _as(ways: Ways, before: Way, after: Way) -> Ways:
    """The same with one way turned into another."""
    moved = ways[WAYS.index(before)]
    return tuple(
        0 if way is before else columns | moved if way is after else columns
        for way, columns in zip(WAYS, ways, strict=True)
    )


def _all_as(ways: Ways, after: Way) -> Ways:
    """All columns that are still themselves go that way; the others stay what they became."""
    return _as(ways, Way.VALUE, after)


def _every(args: list[Ways], after: Way) -> Ways:
    return _both(*(_all_as(arg, after) for arg in args))


def _both(*ways: Ways) -> Ways:
    return reduce(lambda x, y: tuple(a | b for a, b in zip(x, y, strict=True)), ways, NONE)
