"""From tables to arrays and back.

Lives here: `lower_matrix`, `lower_arrays`. Not here: operations on arrays (arrays.py).
"""

from __future__ import annotations

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import BOOL, Size

from .arrays import stretched
from .expressions import Scope, lower_value
from .gates import Contribution, Lowering, TableValue, Value, merged


def lower_matrix(lowering: Lowering, let: c.LetMatrix, table: TableValue) -> Value:
    """[rows, columns]. Whatever is made of it rests on all rows that count, as sums of the columns would."""
    assert isinstance(let.row, c.Stack), "a row is a list of columns"
    scope = Scope(table.columns, batch=lowering.type(table.valid).shape)
    row = lower_value(lowering, scope, let.row)
    counts = lowering.shaped(Op.RESHAPE, (table.valid,), (*lowering.type(table.valid).shape, Size(1)))
    zero = lowering.constant(0, ranged(let.type.elem, (0, 0)))
    node = lowering.apply(Op.SELECT, (counts, row.node, zero), let.type.elem, let.row.span)
    bound = let.table.type.bound
    own = tuple(
        Contribution(table.valid, bound, lower_value(lowering, scope, item).node) for item in let.row.items
    )  # fmt: skip
    return Value(node, None, merged(own, table.rests_on, row.rests_on))


def lower_arrays(lowering: Lowering, table: c.FromArrays) -> TableValue:
    """Each array is a column; every item counts."""
    columns = {name: lower_value(lowering, Scope(), value) for name, value in table.fields}
    shape = lowering.type(next(iter(columns.values())).node).shape
    return TableValue(columns, stretched(lowering, lowering.constant(1, BOOL), shape))
