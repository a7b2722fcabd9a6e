"""Aggregates: what becomes of many rows.

Lives here: `check_aggregate`: whose rows are meant, what is reduced, where the result lies. Arguments are checked by
the function that is handed in, since expressions contain aggregates and aggregates expressions. Not here: functions of
single values (calls.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Aggregate, Expr, Reduction, names_of
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ranges import Range, range_of
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import BOOL, SECRET, Domain, Elem, fixed, integer
from secfuse.compiler.diagnostics import listed, nearest
from secfuse.compiler.types import TableType, ValueType, visibility_of

from . import numbers
from .constants import constant, names_in
from .scope import Checking, Context, Unknown
from .uses import definite, may, number_argument, shape_text, ungrouped
from .written_types import DEFAULT_BITS

Check: TypeAlias = Callable[[Checking, Context, s.Expression], Expr | None]

AGGREGATES = {reduction.value: reduction for reduction in Reduction}

_NEEDS_ROWS = (Reduction.MEAN, Reduction.MIN, Reduction.MAX, Reduction.VARIANCE)
_RUNNING = (Reduction.COUNT, Reduction.SUM, *_NEEDS_ROWS, Reduction.ANY, Reduction.ALL)
"""What a window takes from its first row to the one at hand."""

USES = {Reduction.MEDIAN: "ranked", Reduction.QUANTILE: "ranked", Reduction.FIRST: "shown"}
"""The request that an aggregate needs, where it is another than `aggregated`; first shows the value of one row."""


def check_aggregate(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """count(), count(T), and any reduction of a value of rows."""
    reduction = AGGREGATES[call.function.text]
    if context.window and reduction not in _RUNNING:
        found = f"`{call.function.text}` of the rows so far"
        checking.report("SEC228", call.span, found, f"one of {listed(r.value for r in _RUNNING)}, rank, lag")
        return None
    most, least = 1 + (reduction is Reduction.QUANTILE), int(reduction is not Reduction.COUNT)
    if not max(least, most * least) <= len(call.arguments) <= most:
        wanted = "0 or 1" if reduction is Reduction.COUNT else f"{most}"
        checking.report("SEC208", call.span, f"{len(call.arguments)} arguments of {call.function.text}", wanted)
        return None
    argument = call.arguments[0] if call.arguments else None
    if reduction is Reduction.COUNT and isinstance(argument, s.Name) and _is_table(checking, context, argument):
        return _count_rows(checking, call, argument)
    rows = _rows(checking, context, call, argument)
    if rows is None:
        return None
    name, table = rows
    if argument is None:
        return Aggregate(call.span, ValueType(integer(0, table.bound), SECRET), reduction, name, table.bound, None)
    within = Context(table.columns if name is None else {}, dotted=name or "", aggregated=True)
    value = check(checking, within, argument)
    if value is None or (context.window and reduction in _NEEDS_ROWS and not definite(checking, value)):
        return None
    if not _one_for_each_row(checking, argument, value):
        return None
    return _reduced(checking, call, reduction, name, table.bound, value)


def _one_for_each_row(checking: Checking, argument: s.Expression, value: Expr) -> bool:
    """True if a row has one value, neither an array nor one for each item of a comprehension around; else SEC241."""
    bound = (checking.by_key.get(key) for key in names_of(value))
    if not value.type.shape and not any(found is not None and found.item for found in bound):
        return True
    found = shape_text(value.type.shape) if value.type.shape else "a value for each item of a comprehension"
    hint = "write `matrix T { a, b }` behind let, and sum over its rows: sum(if m[:, 0] >= v then m[:, 1] else 0)"
    checking.report("SEC241", argument.span, f"{found} in each row", "a single value in each row", hint)
    return False


def _is_table(checking: Checking, context: Context, name: s.Name) -> bool:
    columns = context.rows.columns if context.rows else {}
    return name.text not in columns and isinstance(checking.names.get(name.text), TableType | Unknown)


def _count_rows(checking: Checking, call: s.Call, name: s.Name) -> Expr | None:
    table = checking.names[name.text]
    if not isinstance(table, TableType) or not ungrouped(checking, name.span, table) or _in_loop(checking, call):
        return None
    type_ = ValueType(integer(0, table.bound), SECRET)
    return Aggregate(call.span, type_, Reduction.COUNT, name.text, table.bound, None)


def _in_loop(checking: Checking, call: s.Call) -> bool:
    """True, and SEC611, inside a loop: a region sees values, no tables."""
    if not checking.inside:
        return False
    words = checking.source.words(call.span)
    found = f"`{words}`, rows of a table inside a loop" if len(words) <= 60 else "rows of a table inside a loop"
    hint = "bind it with let in front of the loop; of rows that change from trip to trip, take matrix TABLE { … }"
    checking.report("SEC611", call.span, found, "values from in front of the loop", hint)
    return True


def _rows(
    checking: Checking, context: Context, call: s.Call, argument: s.Expression | None
) -> tuple[str | None, TableType] | None:
    """Whose rows are reduced: those of the table that the argument names, else those of the group at hand."""
    named = dict.fromkeys(_tables_in(argument)) if argument is not None else {}
    tables = [name for name in named if isinstance(checking.names.get(name), TableType | Unknown)]
    if len(tables) > 1:
        found = f"columns of {listed(tables)}"
        checking.report("SEC208", call.span, found, "columns of one table", "join the tables first")
        return None
    if tables:
        table = checking.names[tables[0]]
        if not isinstance(table, TableType) or not ungrouped(checking, call.span, table) or _in_loop(checking, call):
            return None
        return tables[0], table
    if context.rows is not None:
        return None, context.rows
    _no_rows(checking, context, call, argument)
    return None


def _no_rows(checking: Checking, context: Context, call: s.Call, argument: s.Expression | None) -> None:
    what = f"`{call.function.text}` without rows"
    if context.aggregated:
        checking.report("SEC212", call.span, "an aggregate of the same rows inside another", "values of rows")
    elif isinstance(argument, s.Name) and argument.text not in context.columns and argument.text not in checking.names:
        checking.report("SEC201", argument.span, f"`{argument.text}`, which is not declared", "a column: TABLE.column",
                        _dotted_hint(checking, call, argument))  # fmt: skip
    else:
        hint = f"write {call.function.text}(TABLE.column), or use it inside group"
        checking.report("SEC211", call.span, what, "a column of a table, or a group at hand", hint)


def _dotted_hint(checking: Checking, call: s.Call, name: s.Name) -> str:
    tables = checking.tables_with(name.text)
    return f"write {call.function.text}({tables[-1]}.{name.text})" if tables else nearest(name.text, checking.names)


def names_rows(checking: Checking, expression: s.Expression) -> bool:
    """True if the expression names a table, whose rows are then meant."""
    names = {*_tables_in(expression), *(name.text for name in names_in(expression))}
    return any(isinstance(checking.names.get(name), TableType) for name in names)


def _tables_in(expression: s.Expression) -> Iterator[str]:
    """What stands in front of points, outside inner aggregates."""
    rest: list[s.Expression] = [expression]
    while rest:
        match rest.pop():
            case s.Member(owner=owner):
                yield owner.text
            case s.Call(function=function, arguments=arguments) if function.text not in AGGREGATES or (
                function.text in ("min", "max") and len(arguments) == 2
            ):
                rest.extend(arguments)
            case s.Unary(operand=operand):
                rest.append(operand)
            case s.Binary(left=left, right=right):
                rest += (left, right)
            case s.Choice(condition=condition, yes=yes, no=no):
                rest += (condition, yes, no)
            case s.Array(items=items):
                rest.extend(items)
            case s.Comprehension(value=value):
                rest.append(value)
            case s.Index(array=array):
                rest.append(array)
            case s.Record(fields=fields):
                rest.extend(field.value for field in fields)
            case s.Call() | s.Name() | s.Number() | s.Truth() | s.Date() | s.Text():
                pass


_OF_CONDITIONS = (Reduction.ANY, Reduction.ALL)
_OF_CONDITIONS_AS_NUMBERS = (Reduction.SUM, Reduction.MEAN, Reduction.VARIANCE, Reduction.MEDIAN)
"""Where true counts as 1: a share is a mean."""


def _reduced(
    checking: Checking, call: s.Call, reduction: Reduction, table: str | None, bound: int, value: Expr
) -> Expr | None:
    """The reduction of a checked value over at most `bound` rows."""
    is_condition = value.type.elem.domain is Domain.BOOL
    if reduction is Reduction.COUNT and not is_condition:
        return Aggregate(call.span, ValueType(integer(0, bound), SECRET), reduction, table, bound, value)
    if reduction in _OF_CONDITIONS and not is_condition:
        found = f"{describe(value.type.elem)} as an argument of {call.function.text}"
        checking.report("SEC207", value.span, found, "a truth value")
        return None
    if not may(checking, value, USES.get(reduction, "aggregated")):
        return None
    if reduction is Reduction.COUNT_DISTINCT:
        return Aggregate(call.span, ValueType(integer(0, bound), SECRET), reduction, table, bound, value)
    if reduction is Reduction.COUNT or reduction in _OF_CONDITIONS:
        type_ = ValueType(integer(0, bound) if reduction is Reduction.COUNT else BOOL, SECRET)
        return Aggregate(call.span, type_, reduction, table, bound, value)
    if is_condition and reduction in _OF_CONDITIONS_AS_NUMBERS:
        value = numbers.as_int(value.span, value)
    if not number_argument(checking, call, value):
        return None
    elem = _reduced_elem(checking, call, reduction, bound, value)
    if elem is None:
        return None
    visibility = visibility_of((value.type, ValueType(BOOL, SECRET)))
    share = _share(checking, call, bound) if reduction is Reduction.QUANTILE else None
    if reduction is Reduction.QUANTILE and share is None:
        return None
    return Aggregate(call.span, ValueType(elem, visibility), reduction, table, bound, value, share)


def _share(checking: Checking, call: s.Call, bound: int) -> Fraction | None:
    """Of a quantile: a number from 0 to 1, with a denominator that leaves room for the count of rows."""
    written = call.arguments[1]
    share = constant(checking, written, "SEC309", "the share of a quantile")
    if share is not None and not (0 <= share <= 1 and share.denominator <= 1_000_000):
        found = f"{checking.source.words(written.span)} as the share of a quantile"
        checking.report("SEC504", written.span, found, "a number in 0 .. 1 with at most 6 decimals")
        return None
    if share is not None and not numbers.in_ring(checking, call.span, (0, 4 * bound * share.denominator), 0):
        return None
    return share


def _reduced_elem(checking: Checking, call: s.Call, reduction: Reduction, bound: int, value: Expr) -> Elem | None:
    elem = value.type.elem
    if reduction in (Reduction.MIN, Reduction.MAX, Reduction.QUANTILE, Reduction.FIRST):
        return elem
    bound = 2 if reduction is Reduction.MEDIAN else bound
    total = _total(range_of(elem), bound)
    if not sums_in_ring(checking, call.span, elem, bound):
        return None
    if reduction is Reduction.VARIANCE:
        return _variance(checking, call, elem, bound)
    if reduction is Reduction.SUM:
        return replace(elem, lo=total[0], hi=total[1])
    if elem.domain is Domain.MONEY:
        return replace(elem, lo=min(0, elem.lo), hi=max(0, elem.hi))
    bits = max(elem.fraction_bits, DEFAULT_BITS)
    shift = bits - elem.fraction_bits
    if not numbers.in_ring(checking, call.span, ranges.rescale(total, shift), bits):
        return None
    mean = ranges.union((0, 0), ranges.rescale(range_of(elem), shift))
    return fixed(mean[0], mean[1], bits)


def _variance(checking: Checking, call: s.Call, elem: Elem, rows: int) -> Elem | None:
    """Its element, if (n sum(x x) - sum(x)^2) / n^2 loses nothing on the way; x is taken from its range's middle."""
    bits = elem.fraction_bits
    x = ranges.centred(range_of(elem))
    square = ranges.multiply(_total(x, rows), _total(x, rows))
    product = ranges.multiply((0, rows), _total(ranges.multiply(x, x), rows))
    needed = ranges.union(ranges.union(product, square), ranges.subtract(product, square))
    found = ranges.variance(x, bits, DEFAULT_BITS)
    for part, part_bits in ((needed, 2 * bits), (found, DEFAULT_BITS)):
        if not numbers.in_ring(checking, call.span, part, part_bits):
            return None
    return fixed(found[0], found[1], DEFAULT_BITS)


def _total(found: Range, rows: int) -> Range:
    """The sum of up to that many values; 0 for none."""
    return min(0, found[0] * rows), max(0, found[1] * rows)


def sums_in_ring(checking: Checking, span: Span, elem: Elem, rows: int) -> bool:
    """The sum, and where a policy compares shares of it in percent, a hundred times the sum of magnitudes."""
    factor = checking.share_factor
    size = ranges.absolute(range_of(elem)) if factor > 1 else range_of(elem)
    total = _total(size, rows)
    return numbers.in_ring(checking, span, (total[0] * factor, total[1] * factor), elem.fraction_bits, elem.decimals)
