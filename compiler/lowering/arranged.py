"""Groups in the order in which they are shown.

Lives here: `arranged`: rows that are released come first, in the order the program asked for, and behind them those
that are suppressed, in no order: where they would stand is theirs to keep. What `top` leaves are the first of the
released ones. Of groups of open keys only the released ones are shown, and nobody learns how many others there are.
Not here: what may be released (disclosures.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC

from .gates import Lowering, Order, TableValue, Value
from .ordered import first_rows
from .segments import sorted_nodes


@dataclass(frozen=True, slots=True)
class Arranged:
    """What is to be disclosed: which rows the recipient learns of, which of them are released, their columns."""

    shown: int
    released: int
    columns: Mapping[str, Value]


def arranged(lowering: Lowering, table: TableValue, shown: int, released: int) -> Arranged:
    """The rows in their orders, one after the other; as they stand if there is none."""
    found = Arranged(shown, released, table.columns)
    orders = table.orders or ((Order(()),) if table.open else ())
    waiting = dict.fromkeys(node for order in orders for node, _ in order.keys)
    moved = {node: node for node in waiting}
    for order in orders:
        found, moved = _in_order(lowering, found, order, moved)
    return found


def _in_order(
    lowering: Lowering, before: Arranged, order: Order, moved: dict[int, int]
) -> tuple[Arranged, dict[int, int]]:
    """One order, and where it leaves the columns that later ones look at."""
    is_marked = before.shown != before.released and lowering.type(before.shown).visibility != PUBLIC
    keys = ((before.shown, True),) * is_marked + tuple((moved[node], down) for node, down in order.keys)
    others = [*(value.node for value in before.columns.values()), *moved.values()]
    places = sorted_nodes(lowering, before.released, keys, others, None)
    released = places[-1]
    shown = places[before.shown] if is_marked else before.shown if before.shown != before.released else released
    if order.most is not None:
        first = first_rows(lowering, order.most, released)
        shown = released = lowering.apply(Op.AND, (released, first), BOOL)
    columns = {name: Value(places[value.node], None, value.rests_on) for name, value in before.columns.items()}
    return Arranged(shown, released, columns), {node: places[at] for node, at in moved.items()}
