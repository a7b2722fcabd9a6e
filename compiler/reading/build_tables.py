"""Builds tables: one function per verb. Not here: values (build_values.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span


def _join(span: Span, *parts: Any) -> s.Join:
    *kind, left, right, keys = parts
    return s.Join(span, kind[0].text if kind else "inner", left, right, keys)


def _extend(span: Span, table: s.TableExpression, fields: tuple[s.Field, ...]) -> s.Extend:
    return s.Extend(span, table, fields)


def _filter(span: Span, table: s.TableExpression, condition: s.Expression) -> s.Filter:
    return s.Filter(span, table, condition)


def _select(span: Span, table: s.TableExpression, *columns: s.Name) -> s.Select:
    return s.Select(span, table, columns)


def _group(span: Span, table: s.TableExpression, *parts: Any) -> s.Group:
    return s.Group(span, table, parts[0] if len(parts) == 2 else (), parts[-1])


def _by(span: Span, *keys: s.Name) -> tuple[s.Name, ...]:
    return keys


def _union(span: Span, *tables: s.TableExpression) -> s.Union:
    return s.Union(span, tables)


def _sort(span: Span, _: s.Name, table: s.TableExpression, keys: tuple[s.SortKey, ...]) -> s.Sort:
    return s.Sort(span, table, keys)


def _top(span: Span, _: s.Name, count: s.Expression, table: s.TableExpression, keys: tuple[s.SortKey, ...]) -> s.Top:
    """The greatest come first; only a key with `asc` is the other way round."""
    downwards = tuple(key if _says_how(key) else replace(key, descending=True) for key in keys)
    return s.Top(span, table, count, downwards)


def _says_how(key: s.SortKey) -> bool:
    return key.span != key.column.span


def _distinct(span: Span, _: s.Name, table: s.TableExpression, keys: tuple[s.Name, ...]) -> s.Distinct:
    return s.Distinct(span, table, keys)


def _window(span: Span, _: s.Name, table: s.TableExpression, *parts: Any) -> s.Window:
    *keys, order, fields = parts
    return s.Window(span, table, keys[0] if keys else (), order, fields)


def _pivot(
    span: Span,
    _: s.Name,
    table: s.TableExpression,
    keys: tuple[s.Name, ...],
    column: s.Name,
    fields: tuple[s.Field, ...],
) -> s.Pivot:
    return s.Pivot(span, table, keys, column, fields)


def _from_arrays(span: Span, _: s.Name, fields: tuple[s.Field, ...]) -> s.FromArrays:
    return s.FromArrays(span, fields)


def _matrix(span: Span, _: s.Name, table: s.TableExpression, *columns: s.Name) -> s.Matrix:
    return s.Matrix(span, table, columns)


def _sort_keys(span: Span, *keys: s.SortKey) -> tuple[s.SortKey, ...]:
    return keys


def _sort_key(span: Span, column: s.Name, *direction: s.Name) -> s.SortKey:
    return s.SortKey(span, column, bool(direction) and direction[0].text == "desc")


def _fields(span: Span, *fields: s.Field) -> tuple[s.Field, ...]:
    return fields


def _field(span: Span, name: s.Name, value: s.Expression) -> s.Field:
    return s.Field(span, name, value)


RULES: Mapping[str, Callable[..., Any]] = {
    "join": _join,
    "extend": _extend,
    "filter": _filter,
    "select": _select,
    "group": _group,
    "by": _by,
    "union": _union,
    "sort": _sort,
    "top": _top,
    "distinct": _distinct,
    "window": _window,
    "pivot": _pivot,
    "from_arrays": _from_arrays,
    "matrix": _matrix,
    "sort_keys": _sort_keys,
    "sort_key": _sort_key,
    "fields": _fields,
    "field": _field,
}
