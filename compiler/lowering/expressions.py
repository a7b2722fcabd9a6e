"""Values become nodes; a value that may be missing becomes two.

Lives here: `lower_value`. Not here: reductions (aggregates.py), tables (tables.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL

from .aggregates import Rows, reduced
from .gates import Lowering, Value, merged


@dataclass(frozen=True, slots=True)
class Scope:
    """What column names mean, and the rows of the groups at hand. `done`: parts of a tree that occur twice."""

    columns: Mapping[str, Value] = field(default_factory=dict)
    rows: Rows | None = None
    done: dict[int, Value] = field(default_factory=dict)


def lower_value(lowering: Lowering, scope: Scope, expr: c.Expr) -> Value:
    """The nodes of an expression. Recursion is one frame per level, since programs may nest deeply."""
    if id(expr) in scope.done:
        return scope.done[id(expr)]
    match expr:
        case c.Const():
            found = Value(lowering.constant(expr.value, expr.type.elem, expr.span))
        case c.ParamValue(name=name) | c.Named(name=name):
            found = lowering.values[name]
        case c.ColumnValue(name=name):
            found = scope.columns[name]
        case c.Apply():
            args = []
            for arg in expr.args:
                args.append(lower_value(lowering, scope, arg))
            found = _applied(lowering, expr, args)
        case c.Present():
            value = lower_value(lowering, scope, expr.value)
            assert value.present is not None, "the checker admits optional values only"
            found = Value(value.present, None, value.rests_on)
        case c.Coalesce():
            value, default = lower_value(lowering, scope, expr.value), lower_value(lowering, scope, expr.default)
            found = _coalesced(lowering, expr, value, default)
        case c.Aggregate():
            found = _aggregate(lowering, scope, expr)
        case _:
            assert_never(expr)
    scope.done[id(expr)] = found
    return found


def _applied(lowering: Lowering, expr: c.Apply, args: list[Value]) -> Value:
    """The operation; a branch that is missing makes a choice missing only where it is taken."""
    nodes = tuple(arg.node for arg in args)
    node = lowering.apply(expr.op, nodes, expr.type.elem, expr.span)
    rests_on = merged(*(arg.rests_on for arg in args))
    if expr.op is Op.SELECT and any(arg.present is not None for arg in args):
        condition, yes, no = args
        sides = [
            lowering.constant(1, BOOL) if side.present is None else side.present
            for side in (yes, no)
        ]  # fmt: skip
        return Value(node, lowering.apply(Op.SELECT, (condition.node, *sides), BOOL, expr.span), rests_on)
    present: int | None = None
    for arg in args:
        present = lowering.both(present, arg.present)
    return Value(node, present, rests_on)


def _coalesced(lowering: Lowering, expr: c.Coalesce, value: Value, default: Value) -> Value:
    assert value.present is not None, "the checker admits optional values only"
    node = lowering.apply(Op.SELECT, (value.present, value.node, default.node), expr.type.elem, expr.span)
    return Value(node, None, merged(value.rests_on, default.rests_on))


# ---- aggregates


def _aggregate(lowering: Lowering, scope: Scope, expr: c.Aggregate) -> Value:
    """A reduction under the mask of the rows that count and hold a value."""
    rows = _rows_of(lowering, scope, expr.table)
    if expr.value is None:
        return reduced(lowering, expr, rows, rows.mask, None)
    value = lower_value(lowering, Scope(rows.table.columns), expr.value)
    mask = lowering.both(rows.mask, value.present)
    assert mask is not None, "a table has a mask"
    return reduced(lowering, expr, rows, mask, value)


def _rows_of(lowering: Lowering, scope: Scope, table: str | None) -> Rows:
    if table is not None:
        named = lowering.tables[table]
        return Rows(named, named.valid)
    assert scope.rows is not None, "the checker admits aggregates without a table in groups only"
    return scope.rows
