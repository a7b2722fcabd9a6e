"""Values become nodes; a value that may be missing becomes two.

Lives here: `lower_value`. Not here: reductions (aggregates.py), tables (tables.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, Size

from . import arrays
from .aggregates import reduced
from .gates import Lowering, Value, merged
from .loops import lower_loop
from .ordered import lower_lag, lower_rank
from .reductions import Rows


@dataclass(frozen=True, slots=True)
class Scope:
    """What column names mean, and the rows of the groups at hand. `done`: parts of a tree that occur twice.

    batch: the lengths of what is computed at once: the rows at hand, the items of comprehensions.
    """

    columns: Mapping[str, Value] = field(default_factory=dict)
    rows: Rows | None = None
    done: dict[int, Value] = field(default_factory=dict)
    batch: tuple[Size, ...] = ()


def lower_value(lowering: Lowering, scope: Scope, expr: c.Expr) -> Value:
    """The nodes of an expression. Recursion is one frame per level, since programs may nest deeply."""
    if id(expr) in scope.done:
        return scope.done[id(expr)]
    match expr:
        case c.Const():
            found = Value(lowering.constant(expr.value, expr.type.elem, expr.span))
        case c.ParamValue(name=name) | c.Named(name=name):
            found = lowering.value(name)
        case c.ColumnValue(name=name):
            found = replace(scope.columns[name], batch=len(lowering.type(scope.columns[name].node).shape))
        case c.Apply():
            args = []
            for arg in expr.args:
                args.append(lower_value(lowering, scope, arg))
            found = _applied(lowering, expr, args)
        case c.Present():
            value = lower_value(lowering, scope, expr.value)
            assert value.present is not None, "the checker admits optional values only"
            found = Value(value.present, None, value.rests_on, value.batch)
        case c.Coalesce():
            value, default = lower_value(lowering, scope, expr.value), lower_value(lowering, scope, expr.default)
            found = _coalesced(lowering, expr, value, default)
        case c.Where():
            value, there = lower_value(lowering, scope, expr.value), lower_value(lowering, scope, expr.there)
            shown = lowering.both(there.node, there.present)
            found = replace(value, present=shown, rests_on=merged(value.rests_on, there.rests_on))
        case c.Aggregate():
            found = _aggregate(lowering, scope, expr)
        case c.Block():
            found = _block(lowering, scope, expr)
        case c.Comprehension():
            found = _comprehension(lowering, scope, expr)
        case c.Stack(items=items):
            parts = [lower_value(lowering, scope, item) for item in items]
            found = arrays.stacked(lowering, expr, parts)
        case c.SizeValue():
            found = arrays.size(lowering, expr)
        case c.Element(array=array, place=place):
            found = arrays.element(
                lowering, expr, lower_value(lowering, scope, array), lower_value(lowering, scope, place)
            )
        case c.Digit(value=value, index=index):
            number = lower_value(lowering, scope, value)
            found = replace(number, node=lowering.shaped_as(Op.BIT, number.node, BOOL, index=index))
        case c.Part(array=array, first=first):
            found = arrays.part(
                lowering, expr, lower_value(lowering, scope, array), lower_value(lowering, scope, first)
            )
        case c.Transpose(array=array):
            found = arrays.transposed(lowering, lower_value(lowering, scope, array))
        case c.Product(left=left, right=right):
            found = arrays.product(
                lowering, expr, lower_value(lowering, scope, left), lower_value(lowering, scope, right)
            )
        case c.Reduce(array=array):
            found = arrays.reduced(lowering, expr, lower_value(lowering, scope, array))
        case c.Rank():
            found = _per_group(lowering, lower_rank(lowering, expr, _rows_of(lowering, scope, None)))
        case c.Lag():
            found = _lag(lowering, _rows_of(lowering, scope, None), expr)
        case _:
            assert_never(expr)
    scope.done[id(expr)] = found
    return found


def _applied(lowering: Lowering, expr: c.Apply, args: list[Value]) -> Value:
    """The operation; a branch that is missing makes a choice missing only where it is taken."""
    batch, nodes = arrays.aligned(lowering, args)
    node = lowering.apply(expr.op, nodes, expr.type.elem, expr.span)
    rests_on = merged(*(arg.rests_on for arg in args))
    if expr.op is Op.SELECT and any(arg.present is not None for arg in args):
        condition, yes, no = args
        sides = [
            lowering.constant(1, BOOL) if side.present is None else side.present
            for side in (yes, no)
        ]  # fmt: skip
        return Value(node, lowering.apply(Op.SELECT, (condition.node, *sides), BOOL, expr.span), rests_on, batch)
    present: int | None = None
    for arg in args:
        present = lowering.both(present, arg.present)
    return Value(node, present, rests_on, batch)


def _block(lowering: Lowering, scope: Scope, block: c.Block) -> Value:
    """The steps, then the value; where they stand in another source, all of it counts as the call."""
    outer = lowering.place
    if block.foreign and outer is None:
        lowering.place = block.span
    lower_steps(lowering, scope, block.steps)
    found = lower_value(lowering, scope, block.value)
    lowering.place = outer
    return found


def lower_steps(lowering: Lowering, scope: Scope, steps: tuple[c.Step, ...]) -> None:
    """Bindings and loops, in order."""
    for step in steps:
        match step:
            case c.LetValue(name=name, value=value):
                lowering.values[name] = lower_value(lowering, scope, value)
            case c.Loop():
                lower_loop(lowering, scope.batch, step, _lower_inside)
            case _:
                assert_never(step)


def _lower_inside(
    lowering: Lowering, batch: tuple[Size, ...], steps: tuple[c.Step, ...], values: tuple[c.Expr, ...]
) -> list[Value]:
    """Steps and values of a region: there are no columns inside."""
    scope = Scope(batch=batch)
    lower_steps(lowering, scope, steps)
    return [lower_value(lowering, scope, value) for value in values]


def _comprehension(lowering: Lowering, scope: Scope, expr: c.Comprehension) -> Value:
    """All items at once: they are one more leading axis."""
    over = lower_value(lowering, scope, expr.over)
    depth, length = len(scope.batch), expr.type.shape[0]
    items = arrays.places(lowering, over, length, depth) if expr.is_range else arrays.items(lowering, over, depth)
    lowering.values[expr.key] = items
    inside = Scope(scope.columns, scope.rows, {}, (*scope.batch, length))
    value = lower_value(lowering, inside, expr.value)
    return arrays.collected(lowering, value, over, length, depth)


def _coalesced(lowering: Lowering, expr: c.Coalesce, value: Value, default: Value) -> Value:
    assert value.present is not None, "the checker admits optional values only"
    there = Value(value.present, batch=value.batch)
    batch, nodes = arrays.aligned(lowering, (there, value, default))
    node = lowering.apply(Op.SELECT, nodes, expr.type.elem, expr.span)
    return Value(node, None, merged(value.rests_on, default.rests_on), batch)


# ---- aggregates


def _aggregate(lowering: Lowering, scope: Scope, expr: c.Aggregate) -> Value:
    """A reduction under the mask of the rows that count and hold a value."""
    rows = _rows_of(lowering, scope, expr.table)
    if expr.value is None:
        return _per_group(lowering, reduced(lowering, expr, rows, rows.mask, None))
    of_rows = Scope(rows.table.columns, batch=lowering.type(rows.table.valid).shape)
    value = lower_value(lowering, of_rows, expr.value)
    mask = lowering.both(rows.mask, value.present)
    assert mask is not None, "a table has a mask"
    return _per_group(lowering, reduced(lowering, expr, rows, mask, value))


def _lag(lowering: Lowering, rows: Rows, expr: c.Lag) -> Value:
    of_rows = Scope(rows.table.columns, batch=lowering.type(rows.table.valid).shape)
    return _per_group(lowering, lower_lag(lowering, expr, rows, lower_value(lowering, of_rows, expr.value)))


def _per_group(lowering: Lowering, value: Value) -> Value:
    """Of the whole it is a single value, of groups one for each."""
    return replace(value, batch=len(lowering.type(value.node).shape))


def _rows_of(lowering: Lowering, scope: Scope, table: str | None) -> Rows:
    if table is not None:
        named = lowering.tables[table]
        return Rows(named, named.valid)
    assert scope.rows is not None, "the checker admits aggregates without a table in groups only"
    return scope.rows
