"""Tables one below the other: unions, and full joins, which are a left join above what an anti join leaves.

Lives here: `stacked`, `lower_full_join`. Not here: the two joins themselves (joins.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler import checked as c
from secfuse.compiler.checked import JoinKind
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import joined
from secfuse.compiler.circuit.types import BOOL, Elem, Type
from secfuse.compiler.types import TableType, ValueType

from .gates import Lowering, TableValue, Value, merged
from .joins import lower_join


def stacked(lowering: Lowering, type_: TableType, tables: list[TableValue], span: Span) -> TableValue:
    """The rows of all tables, one after the other. A column that a table lacks is missing in its rows."""
    columns = {name: _column(lowering, _value_type(type_, name), name, tables, span) for name in type_.columns}
    valid = _concat(lowering, [table.valid for table in tables], BOOL, span)
    return TableValue(columns, valid, merged(*(table.rests_on for table in tables)))


def lower_full_join(lowering: Lowering, join: c.Join, left: TableValue, right: TableValue) -> TableValue:
    """All rows of the left table, with those of the right where they match; then the right rows that match none."""
    first = lower_join(lowering, replace(join, kind=JoinKind.LEFT), left, right)
    own = {name: column for name, column in join.type.columns.items() if name in right.columns}
    alone = replace(join, kind=JoinKind.ANTI, type=replace(join.type, columns=own))
    return stacked(lowering, join.type, [first, lower_join(lowering, alone, right, left)], join.span)


def _value_type(type_: TableType, name: str) -> ValueType:
    found = type_.columns[name].value
    assert found is not None, "a checked table has no unknown column"
    return found


def _column(lowering: Lowering, type_: ValueType, name: str, tables: list[TableValue], span: Span) -> Value:
    values = [table.columns.get(name) or _missing(lowering, type_.elem, table.valid) for table in tables]
    node = _concat(lowering, [_with_bits(lowering, value.node, type_.elem) for value in values], type_.elem, span)
    present = None
    if type_.optional:
        # Where a table's column is never missing, it is present in all rows that count.
        there = [t.valid if v.present is None else v.present for v, t in zip(values, tables, strict=True)]
        present = _concat(lowering, there, BOOL, span)
    return Value(node, present, merged(*(value.rests_on for value in values)))


def _missing(lowering: Lowering, elem: Elem, valid: int) -> Value:
    """A column without any value; what stands in its cells is never looked at."""
    anything = min(max(0, elem.lo), elem.hi)
    node = lowering.stretched(lowering.constant(anything, replace(elem, lo=anything, hi=anything)), valid)
    return Value(node, lowering.stretched(lowering.constant(0, BOOL), valid))


def _with_bits(lowering: Lowering, node: int, elem: Elem) -> int:
    have = lowering.type(node).elem
    if have.fraction_bits == elem.fraction_bits:
        return node
    shift = elem.fraction_bits - have.fraction_bits
    wanted = replace(elem, lo=have.lo << shift, hi=have.hi << shift)
    return lowering.apply(Op.RESCALE, (node,), wanted)


def _concat(lowering: Lowering, nodes: list[int], elem: Elem, span: Span) -> int:
    types = tuple(lowering.type(node) for node in nodes)
    length = types[0].shape[0]
    for type_ in types[1:]:
        length = length + type_.shape[0]
    return lowering.builder.add(Op.CONCAT, tuple(nodes), Type(elem, (length,), joined(types)), span)
