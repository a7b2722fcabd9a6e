"""The verbs that put rows in order: sort, top, distinct, window.

Lives here: one rule each, and what has an order. Tables inside are checked by the function that is handed in. Groups
may be sorted, too: they are shown in that order. Not here: sorting itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import NUMBERS, describe
from secfuse.compiler.circuit.types import PUBLIC, Domain
from secfuse.compiler.types import TableType

from .expressions import check_expression
from .fields import add_fields
from .scope import PUBLIC_PLACE, Checking, Context
from .uses import definite_column, type_may, ungrouped

Check: TypeAlias = Callable[[Checking, s.TableExpression], c.TableExpr | None]

ORDERED = NUMBERS | {Domain.BOOL, Domain.CATEGORY, Domain.TEXT}
"""What rows can be sorted by. false before true, labels as they were declared, texts by their bytes."""


def check_sort(checking: Checking, sort: s.Sort, check: Check) -> c.TableExpr | None:
    """sort T by KEYS"""
    table = check(checking, sort.table)
    order = None if table is None else _order(checking, sort.keys, table.type)
    if table is None or order is None:
        return None
    return c.Sort(sort.span, replace(table.type, ordered=True), table, order, None)


def check_top(checking: Checking, top: s.Top, check: Check) -> c.TableExpr | None:
    """top N of T by KEYS"""
    table, most = check(checking, top.table), _most(checking, top.count)
    order = None if table is None else _order(checking, top.keys, table.type)
    if table is None or order is None or most is None:
        return None
    bound = min(most.type.elem.hi, table.type.bound)
    return c.Sort(top.span, replace(table.type, bound=bound, ordered=True, cut=True), table, order, most)


def check_distinct(checking: Checking, distinct: s.Distinct, check: Check) -> c.TableExpr | None:
    """distinct T on KEYS: they are unique afterwards, together or the only one alone."""
    table = check(checking, distinct.table)
    if table is None or not ungrouped(checking, distinct.span, table.type):
        return None
    keys = grouping_keys(checking, distinct.keys, table.type)
    if keys is None:
        return None
    columns = dict(table.type.columns)
    if len(keys) == 1:
        columns[keys[0]] = replace(columns[keys[0]], unique=True)
    together = (*table.type.together, frozenset(keys))
    return c.Distinct(distinct.span, replace(table.type, columns=columns, together=together), table, keys)


def check_window(checking: Checking, window: s.Window, check: Check) -> c.TableExpr | None:
    """window T by KEYS order KEYS { FIELDS }"""
    table = check(checking, window.table)
    if table is None or not ungrouped(checking, window.span, table.type):
        return None
    keys, order = grouping_keys(checking, window.keys, table.type), _order(checking, window.order, table.type)
    if keys is None or order is None:
        return None
    columns = dict(table.type.columns)
    fields = add_fields(checking, window.fields, columns, Context(columns, rows=table.type, window=True))
    return c.Window(window.span, replace(table.type, columns=columns, ordered=True), table, keys, order, fields)


def grouping_keys(checking: Checking, names: tuple[s.Name, ...], table: TableType) -> tuple[str, ...] | None:
    """Columns of any kind that tell rows apart; None where one does not fit."""
    keys: dict[str, None] = {}
    sound = True
    for name in names:
        type_ = checking.column(name, table.columns)
        fits = checking.is_new(name, keys) and type_ is not None and definite_column(checking, name, type_)
        sound = fits and type_ is not None and type_may(checking, type_, name.span, "grouped") and sound
        keys[name.text] = None
    return tuple(keys) if sound else None


def _order(checking: Checking, keys: tuple[s.SortKey, ...], table: TableType) -> tuple[c.Ordering, ...] | None:
    found: dict[str, c.Ordering] = {}
    sound = True
    for key in keys:
        type_ = checking.column(key.column, table.columns)
        if not checking.is_new(key.column, found) or type_ is None or not definite_column(checking, key.column, type_):
            sound = False
        elif type_.elem.domain not in ORDERED:
            found_text = f"`{key.column.text}`, which is {describe(type_.elem)}"
            checking.report(
                "SEC227", key.column.span, found_text, "numbers, amounts, dates, texts, truth values or labels"
            )
            sound = False
        elif not type_may(checking, type_, key.column.span, "ranked"):
            sound = False
        found[key.column.text] = c.Ordering(key.column.text, key.descending)
    return tuple(found.values()) if sound else None


def _most(checking: Checking, count: s.Expression) -> c.Expr | None:
    """How many rows stay: public, and at least one."""
    most = check_expression(checking, PUBLIC_PLACE, count)
    if most is None:
        return None
    words = checking.source.words(count.span)
    if most.type.visibility != PUBLIC:
        checking.report("SEC306", count.span, f"`{words}`, which is {most.type.visibility}", "a public number of rows")
        return None
    if most.type.elem.domain is not Domain.INT or most.type.elem.lo < 1:
        checking.report("SEC601", count.span, f"`{words}` rows", "a whole number of rows, 1 or more")
        return None
    return most
