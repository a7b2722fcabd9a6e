"""Groups of keys that nobody lists beforehand: identifiers, wide numbers, texts.

Lives here: `open_rows`, `open_groups`, `largest_of_groups`. The rows are sorted by the keys, and the last row of each
group stands for it: the table stays as long as it was. Where groups stand tells how many rows each has, so what is
disclosed is brought to the front first (arranged.py). Not here: groups of small closed domains, which have a cell each
(tables.py).
"""

from __future__ import annotations

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, Elem

from .gates import Contribution, Lowering, TableValue, Value, merged
from .reductions import Rows, counted, kept, totalled
from .segments import ends_of, most_rows, sorted_nodes, sorted_rows, starts_of


def open_rows(lowering: Lowering, group: c.Group, table: TableValue) -> Rows:
    """The rows of the table, group by group."""
    found = sorted_rows(lowering, table, ((table.columns[key].node, False) for key in group.keys), group.span)
    starts = starts_of(lowering, found.keys, found.table.valid)
    return Rows(found.table, found.table.valid, found.keys, starts)


def open_groups(lowering: Lowering, group: c.Group, rows: Rows, columns: dict[str, Value]) -> TableValue:
    """The group's table: of each group the last row counts."""
    assert rows.starts is not None, "open groups lie together"
    valid = ends_of(lowering, rows.starts, rows.mask)
    own = (Contribution(rows.mask, group.table.type.bound, needed=True, starts=rows.starts),)
    keys = [rows.table.columns[key].rests_on for key in group.keys]
    return TableValue(columns, valid, merged(own, rows.table.rests_on, *keys), open=True, keys=group.keys)


def largest_of_groups(lowering: Lowering, contribution: Contribution, sizes: int, elem: Elem, how_many: int) -> int:
    """In each group's last row the sum of its so many greatest sizes under the mask.

    Sorted by the number of the group, then by size, each group keeps the rows it had.
    """
    starts = contribution.starts
    assert starts is not None, "groups lie together"
    mine = kept(lowering, contribution.mask, sizes, 0)
    every = lowering.stretched(lowering.constant(1, BOOL), starts)
    whole = lowering.stretched(lowering.constant(0, BOOL), starts)
    group = counted(lowering, starts, whole, most_rows(lowering, starts))
    found = sorted_nodes(lowering, every, ((group, False), (mine, True)), (), None)
    place = counted(lowering, every, starts, most_rows(lowering, starts))
    first = lowering.apply(Op.LT, (place, lowering.number(how_many + 1)), BOOL)
    return totalled(lowering, first, starts, found[mine], elem)
