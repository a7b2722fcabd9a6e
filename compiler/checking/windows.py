"""Functions of a row's place in its window: rank and lag.

Lives here: `check_window_function`. Arguments are checked by the function that is handed in. Not here: aggregates,
which a window takes from its first row to the one at hand (aggregates.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Expr, Lag, Rank
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ranges import range_of
from secfuse.compiler.circuit.typed import ranged
from secfuse.compiler.circuit.types import SECRET, integer
from secfuse.compiler.types import ValueType

from .constants import whole
from .scope import Checking, Context

Check: TypeAlias = Callable[[Checking, Context, s.Expression], Expr | None]

WINDOW_FUNCTIONS = {"rank": 0, "lag": 2}
"""The functions, and how many arguments each has."""


def check_window_function(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """rank(), lag(x, n)"""
    name, count = call.function.text, len(call.arguments)
    if not context.window or context.rows is None:
        checking.report("SEC228", call.span, f"`{name}` outside a window", "a field of a window")
        return None
    if count != WINDOW_FUNCTIONS[name]:
        checking.report("SEC208", call.span, f"{count} arguments of {name}", f"{WINDOW_FUNCTIONS[name]}")
        return None
    bound = context.rows.bound
    if name == "rank":
        return Rank(call.span, ValueType(integer(0, bound), SECRET))  # 0 where a row does not count
    value = check(checking, Context(context.rows.columns, aggregated=True), call.arguments[0])
    distance = whole(checking, call.arguments[1], "SEC306", "a number of rows")
    if distance is not None and not 1 <= distance <= bound:
        expected = f"a number of rows in 1 .. {bound}"
        checking.report("SEC504", call.arguments[1].span, f"{distance} rows before", expected)
        return None
    if value is None or distance is None:
        return None
    # Where there is no such row, 0 moves in.
    elem = ranged(value.type.elem, ranges.union(range_of(value.type.elem), (0, 0)))
    visibility = value.type.visibility.join(SECRET)
    type_ = replace(value.type, elem=elem, visibility=visibility, optional=True)
    return Lag(call.span, type_, value, distance, bound)
