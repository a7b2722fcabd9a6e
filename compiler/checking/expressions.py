"""Expressions: names resolved, operators applied, conditions tested.

Lives here: `check_expression` and what a name may mean in its place. None means: a mistake, which was reported. Not
here: ranges (check_numbers.py), functions and aggregates (check_calls.py).
"""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import ColumnValue, Const, Expr, Named, ParamValue
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Elem, dates
from secfuse.compiler.diagnostics import nearest
from secfuse.compiler.types import TableType, ValueType

from . import numbers, units
from .calls import check_call
from .declarations import label_index
from .powers import power, remainder
from .scope import Checking, Context, ParamEntity, Unknown
from .uses import definite, may, truth_value
from .written_types import day


def check_expression(checking: Checking, context: Context, expression: s.Expression) -> Expr | None:
    """The expression with all that follows from its place."""
    match expression:
        case s.Number():
            return _number(checking, expression)
        case s.Truth(span=span, value=value):
            return numbers.truth(span, value)
        case s.Date(span=span):
            found = day(checking, expression)
            return None if found is None else Const(span, ValueType(dates(found, found)), found)
        case s.Name():
            return _name(checking, context, expression)
        case s.Member():
            return _member(checking, context, expression)
        case s.Call():
            return check_call(checking, context, expression, check_expression)
        case s.Unary():
            return _unary(checking, context, expression)
        case s.Binary():
            return _binary(checking, context, expression)
        case s.Choice():
            return _choice(checking, context, expression)
        case _:
            assert_never(expression)


def check_condition(checking: Checking, context: Context, expression: s.Expression) -> Expr | None:
    """An expression that must be a definite truth value, for which its columns may be compared."""
    value = check_expression(checking, context, expression)
    if value is None or not truth_value(checking, value) or not may(checking, value, "compared"):
        return None
    return value


def _number(checking: Checking, number: s.Number) -> Expr | None:
    const = numbers.literal(number.span, Fraction(number.value), number.decimals is None)
    elem = const.type.elem
    return const if numbers.in_ring(checking, number.span, (elem.lo, elem.hi), elem.fraction_bits) else None


def _name(checking: Checking, context: Context, name: s.Name) -> Expr | None:
    """A column of the row at hand, else a value of the whole."""
    if name.text in context.columns:
        column = context.columns[name.text].value
        return None if column is None else ColumnValue(name.span, column, name.text)
    match checking.names.get(name.text):
        case None:
            _unknown_name(checking, context, name)
            return None
        case Unknown():
            return None
        case ParamEntity(type=type_):
            return ParamValue(name.span, type_, name.text)
        case ValueType() as type_:
            return Named(name.span, type_, name.text)
        case TableType():
            checking.report("SEC210", name.span, f"the table `{name.text}`", "a single value")
        case Elem() as category:
            found = f"the category `{name.text}`"
            hint = f"write {name.text}.{category.labels[0]}"
            checking.report("SEC210", name.span, found, "a value, such as a label of the category", hint)
    return None


def _unknown_name(checking: Checking, context: Context, name: s.Name) -> None:
    if context.rows is not None and name.text in context.rows.columns:
        expected = "a key of the group, or an aggregate"
        hint = f"put it inside an aggregate, as in max({name.text})"
        checking.report("SEC211", name.span, f"`{name.text}`, which has a value per row", expected, hint)
        return
    known = [*context.columns, *(context.rows.columns if context.rows else ()), *checking.names]
    hint = nearest(name.text, known) or _column_hint(checking, name)
    checking.report("SEC201", name.span, f"`{name.text}`, which is not declared", "a name declared above", hint)


def _column_hint(checking: Checking, name: s.Name) -> str:
    """Where a bare name is a column of some table, show how to write it."""
    tables = checking.tables_with(name.text)
    return f"a column is written with its table here, as in sum({tables[0]}.{name.text})" if tables else ""


def _member(checking: Checking, context: Context, member: s.Member) -> Expr | None:
    """A label of a category, or a column of a table whose rows are at hand."""
    match checking.names.get(member.owner.text):
        case Elem() as elem:
            index = label_index(checking, member.name, elem)
            return None if index is None else Const(member.span, ValueType(elem, PUBLIC), index)
        case TableType() as table:
            return _column(checking, context, member, table)
        case None:
            checking.missing(member.owner, "category or table", checking.names)
        case ParamEntity() | ValueType():
            found = f"`{member.owner.text}`, a single value"
            checking.report("SEC210", member.owner.span, found, "a category or a table in front of the point")
        case Unknown():
            pass
    return None


def _column(checking: Checking, context: Context, member: s.Member, table: TableType) -> Expr | None:
    column = checking.column(member.name, table.columns)
    if column is None:
        return None
    if context.dotted == member.owner.text or context.anywhere and column.visibility != PUBLIC:
        return ColumnValue(member.span, column, member.name.text)
    found = f"`{member.owner.text}.{member.name.text}`, which has a value per row"
    checking.report("SEC211", member.span, found, "a single value, such as an aggregate of the column")
    return None


def _unary(checking: Checking, context: Context, unary: s.Unary) -> Expr | None:
    operand = check_expression(checking, context, unary.operand)
    if operand is None:
        return None
    if unary.operator == "-":
        return numbers.negated(checking, unary.span, operand)
    return numbers.negation(unary.span, operand) if truth_value(checking, operand) else None


def _binary(checking: Checking, context: Context, binary: s.Binary) -> Expr | None:
    left = check_expression(checking, context, binary.left)
    right = check_expression(checking, context, binary.right)
    if left is None or right is None:
        return None
    match binary.operator:
        case "and" | "or":
            fits = [truth_value(checking, side) for side in (left, right)]
            op = Op.AND if binary.operator == "and" else Op.OR
            return numbers.applied(op, binary.span, (left, right), BOOL) if all(fits) else None
        case "+" | "-" | "*" | "/":
            rules = units if units.has_unit(left) or units.has_unit(right) else numbers
            return rules.arithmetic(checking, binary.span, binary.operator, left, right)
        case "%":
            return remainder(checking, binary.span, left, right)
        case "**":
            return power(checking, binary.span, left, right)
        case _:
            fits = [definite(checking, side) and may(checking, side, "compared") for side in (left, right)]
            return numbers.compared(checking, binary.span, binary.operator, left, right) if all(fits) else None


def _choice(checking: Checking, context: Context, choice: s.Choice) -> Expr | None:
    condition = check_condition(checking, context, choice.condition)
    yes = check_expression(checking, context, choice.yes)
    no = check_expression(checking, context, choice.no)
    if condition is None or yes is None or no is None:
        return None
    return numbers.chosen(checking, choice.span, condition, yes, no)
