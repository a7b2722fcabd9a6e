"""Joins: which side is looked up in, which columns and how many rows the result has, and what makes it refuse.

Lives here: `check_join`. Tables inside are checked by the function that is handed in, since joins contain tables and
tables joins. Not here: the other forms of tables (tables.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from math import prod
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.checked import JoinKind
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ranges import LIMIT, range_of
from secfuse.compiler.circuit.typed import describe, kind
from secfuse.compiler.circuit.types import SECRET, Domain
from secfuse.compiler.diagnostics import listed
from secfuse.compiler.types import ColumnType, TableType, ValueType, closed_size, origins_of, visibility_of

from .scope import Checking
from .uses import type_may, ungrouped

Check: TypeAlias = Callable[[Checking, s.TableExpression], c.TableExpr | None]


def check_join(checking: Checking, join: s.Join, check: Check) -> c.TableExpr | None:
    """A join; each key is unique in one table: of an inner join in either, of a full one in both, else in the right."""
    left, right = check(checking, join.left), check(checking, join.right)
    if left is None or right is None:
        return None
    records = [ungrouped(checking, t.span, t.type) for t in (left, right)]
    if not all(records) or not _keys_fit(checking, join, left.type, right.type):
        return None
    how, keys = JoinKind(join.kind), tuple(key.text for key in join.keys)
    if how is JoinKind.INNER and not right.type.is_unique(keys):
        many, one = right, left
    else:
        many, one = left, right
    if not _is_bounded(checking, join, how, many.type, one.type):
        return None
    columns = _columns(checking, join, how, left.type, right.type)
    if columns is None:
        return None
    is_one_to_one = many.type.is_unique(keys)
    finds = how in (JoinKind.INNER, JoinKind.SEMI)
    bound = min(left.type.bound, right.type.bound) if finds and is_one_to_one else many.type.bound
    together = many.type.together
    if how is JoinKind.FULL:
        bound, together = left.type.bound + right.type.bound, (frozenset(keys),)
    size = left.type.size + right.type.size
    type_ = TableType(columns, bound, together=together, size=size + size if how is JoinKind.FULL else size)
    return c.Join(join.span, type_, how, many, one, keys)


def _is_bounded(checking: Checking, join: s.Join, how: JoinKind, many: TableType, one: TableType) -> bool:
    """True if the key is unique where rows are looked up, of a full join on both sides; else SEC217."""
    keys = tuple(key.text for key in join.keys)
    where, expected = {
        JoinKind.INNER: ("both sides", "a key that is unique on one side"),
        JoinKind.FULL: ("one side", "a key that is unique on both sides"),
    }.get(how, ("the right side", "a key that is unique on the right"))
    if one.is_unique(keys) and (how is not JoinKind.FULL or many.is_unique(keys)):
        return True
    found = f"{listed(keys)}, which may occur several times on {where}"
    checking.report("SEC217", join.keys[0].span, found, expected)
    return False


# ---- keys


def _keys_fit(checking: Checking, join: s.Join, left: TableType, right: TableType) -> bool:
    named: dict[str, None] = {}
    for key in join.keys:
        if not checking.is_new(key, named) or not _key_fits(checking, key, left, right):
            return False
        named[key.text] = None
    return len(named) == 1 or _combine(checking, join, left, right)


def _key_fits(checking: Checking, key: s.Name, left: TableType, right: TableType) -> bool:
    types = []
    for table in (left, right):
        if key.text not in table.columns:
            found = f"`{key.text}`, which a table of the join does not have"
            shared = [name for name in left.columns if name in right.columns]
            checking.report("SEC216", key.span, found, f"a column of both: {listed(shared) or 'they share none'}")
            return False
        types.append(table.columns[key.text].value)
    first, second = types
    if first is None or second is None:
        return False
    if kind(first.elem) != kind(second.elem) or first.elem.domain in (Domain.FIXED, Domain.MONEY, Domain.BOOL):
        found = f"{describe(first.elem)} and {describe(second.elem)} as a key"
        checking.report("SEC216", key.span, found, "identifier, int, date or category on both sides")
        return False
    if first.optional or second.optional:
        checking.report("SEC216", key.span, f"`{key.text}`, which may be missing", "a key that is always there")
        return False
    requested = [type_may(checking, type_, key.span, "joined") for type_ in (first, second)]
    return all(requested)


def _combine(checking: Checking, join: s.Join, left: TableType, right: TableType) -> bool:
    """True if all combinations of several keys fit into one number; else SEC226."""
    sizes = []
    for key in join.keys:
        type_ = _shared(left, right, key.text)
        size = closed_size(type_.elem)
        if size is None:
            found = f"{describe(type_.elem)} as one of several keys"
            checking.report("SEC226", key.span, found, "ints, dates and categories, or one key alone")
            return False
        sizes.append(size)
    if prod(sizes) >= LIMIT:
        found = f"about 2^{prod(sizes).bit_length() - 1} combinations of keys"
        checking.report("SEC226", join.keys[-1].span, found, "fewer than 2^62 of them")
        return False
    return True


def _shared(left: TableType, right: TableType, name: str) -> ValueType:
    """The type of a key: what it may be on either side."""
    types = [table.columns[name].value for table in (left, right)]
    known = [type_ for type_ in types if type_ is not None]
    lo, hi = reduce(ranges.union, (range_of(type_.elem) for type_ in known))
    return ValueType(replace(known[0].elem, lo=lo, hi=hi), visibility_of(known), False, origins_of(known))


# ---- columns


def _columns(
    checking: Checking, join: s.Join, how: JoinKind, left: TableType, right: TableType
) -> dict[str, ColumnType] | None:
    """Those of both sides, the keys once. A column stays unique where its rows are not repeated."""
    keys = [key.text for key in join.keys]
    once_left, once_right = right.is_unique(keys), left.is_unique(keys)
    columns = {n: _hidden(replace(t, unique=t.unique and once_left)) for n, t in left.columns.items()}
    if how in (JoinKind.SEMI, JoinKind.ANTI):
        return columns
    others = {n: _hidden(replace(t, unique=t.unique and once_right)) for n, t in right.columns.items() if n not in keys}
    clashes = [name for name in others if name in columns]
    if clashes:
        found = f"{listed(clashes)} on both sides"
        hint = "keep it on one side only: join … with (select TABLE { … }) on …"
        checking.report("SEC202", join.span, found, "columns of different names, save the keys", hint)
        return None
    if how is JoinKind.LEFT:
        return columns | {name: _optional(column) for name, column in others.items()}
    if how is JoinKind.FULL:
        columns |= {name: _optional(column) for name, column in columns.items() if name not in keys}
        others = {name: _optional(column) for name, column in others.items()}
    for name in keys:
        columns[name] = replace(columns[name], value=_shared(left, right, name))
    return columns | others


def _hidden(column: ColumnType) -> ColumnType:
    """Which row stands where depends on all columns, whatever each of them was."""
    return column if column.value is None else replace(column, value=replace(column.value, visibility=SECRET))


def _optional(column: ColumnType) -> ColumnType:
    return column if column.value is None else replace(column, value=replace(column.value, optional=True))
