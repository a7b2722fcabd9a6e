"""Expressions: names resolved, operators applied, conditions tested.

Lives here: `check_expression` and what a name may mean in its place. None means: a mistake, which was reported. Not
here: ranges (check_numbers.py), functions and aggregates (check_calls.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Block, ColumnValue, Const, Expr, Named, ParamValue, SizeValue
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Elem, dates
from secfuse.compiler.diagnostics import nearest
from secfuse.compiler.types import TableType, ValueType

from . import numbers, units
from .arrays import check_array, check_comprehension, check_product
from .calls import DEVIATION, check_call
from .declarations import label_index
from .places import check_index
from .powers import power, remainder
from .scope import (
    Bound,
    BoundRecord,
    Checking,
    Context,
    FunctionEntity,
    Module,
    ParamEntity,
    RecordValue,
    TypeParameter,
    Unknown,
)
from .texts import text_value
from .uses import definite, may, shapes_agree, truth_value
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
            return _call(checking, context, expression)
        case s.Unary():
            return _unary(checking, context, expression)
        case s.Binary():
            return _binary(checking, context, expression)
        case s.Choice():
            return _choice(checking, context, expression)
        case s.Array():
            return check_array(checking, context, expression, check_expression)
        case s.Comprehension():
            return check_comprehension(checking, context, expression, check_expression)
        case s.Index():
            return check_index(checking, context, expression, check_expression)
        case s.Record():
            checking.report("SEC245", expression.span, "a record", "a value without fields")
            return None
        case s.Text():
            return text_value(checking, expression)
        case _:
            assert_never(expression)


def check_value(checking: Checking, context: Context, expression: s.Expression) -> Expr | RecordValue | None:
    """The same where a record may stand as well."""
    match expression:
        case s.Record():
            return _record(checking, context, expression)
        case s.Name(span=span, text=text) if text not in context.columns:
            record = checking.names.get(text)
            if isinstance(record, BoundRecord):
                return RecordValue(span, {name: _named(span, bound) for name, bound in record.fields.items()})
        case s.Call():
            function = _function(checking, expression)
            if function is not None:
                return _invoked(checking, context, expression, function)
        case _:
            pass
    return check_expression(checking, context, expression)


def _record(checking: Checking, context: Context, record: s.Record) -> RecordValue | None:
    fields: dict[str, Expr] = {}
    for field in record.fields:
        value = check_expression(checking, context, field.value)
        if checking.is_new(field.name, fields) and value is not None and definite(checking, value):
            fields[field.name.text] = value
    return RecordValue(record.span, fields) if len(fields) == len(record.fields) else None


# ---- functions of programs and modules


def _call(checking: Checking, context: Context, call: s.Call) -> Expr | None:
    function = _function(checking, call)
    if function is None and call.module is None and call.function.text == DEVIATION:
        return _deviation(checking, context, call)
    if function is None:
        return None if call.module is not None else check_call(checking, context, call, check_expression)
    found = _invoked(checking, context, call, function)
    if isinstance(found, RecordValue):
        checking.report("SEC245", call.span, f"a record from {call.function.text}", "a value without fields",
                        "give it a name with let, and write NAME.FIELD")  # fmt: skip
        return None
    return found


def _deviation(checking: Checking, context: Context, call: s.Call) -> Expr | None:
    """stddev(x): the standard library's root of the variance."""
    numeric = checking.load(checking, call.span, "std/numeric")
    root = None if numeric is None else numeric.names["sqrt"]
    if not isinstance(root, FunctionEntity):
        return None
    variance = replace(call, function=s.Name(call.function.span, "variance"))
    rooted = _invoked(checking, context, s.Call(call.span, root.function.name, (variance,)), root)
    assert not isinstance(rooted, RecordValue), "a root is a number"
    return rooted


def _function(checking: Checking, call: s.Call) -> FunctionEntity | None:
    """The function that is called, if the program or a module has it; a wrong name of a module's is reported."""
    if call.module is None:
        found = checking.names.get(call.function.text)
        return found if isinstance(found, FunctionEntity) else None
    module = checking.names.get(call.module.text)
    if not isinstance(module, Module):
        if module is None:
            modules = {name: e for name, e in checking.names.items() if isinstance(e, Module)}
            checking.missing(call.module, "imported module", modules)
        elif not isinstance(module, Unknown):
            checking.report("SEC210", call.module.span, f"`{call.module.text}`, which is no module", "a module's name")
        return None
    functions = {name: e for name, e in module.names.items() if isinstance(e, FunctionEntity)}
    if call.function.text not in functions:
        checking.missing(call.function, f"function of {module.path}", functions, "SEC209")
        return None
    return functions[call.function.text]


def _invoked(checking: Checking, context: Context, call: s.Call, function: FunctionEntity) -> Expr | RecordValue | None:
    found = checking.invoke(checking, context, call, function)
    if found is None:
        return None
    if isinstance(found.value, RecordValue):
        return RecordValue(call.span, found.value.fields, (*found.steps, *found.value.steps), found.foreign)
    return Block(call.span, found.value.type, found.steps, found.value, found.foreign)


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
        case Bound() as bound:
            return _named(name.span, bound)
        case BoundRecord() as record:
            hint = f"write {name.text}.{next(iter(record.fields), '')}"
            checking.report("SEC245", name.span, f"the record `{name.text}`", "a value without fields", hint)
        case FunctionEntity() | Module() | TypeParameter():
            checking.report("SEC210", name.span, f"`{name.text}`, which is no value", "a value")
        case TableType():
            checking.report("SEC210", name.span, f"the table `{name.text}`", "a single value")
        case Elem() as category:
            found = f"the category `{name.text}`"
            hint = f"write {name.text}.{category.labels[0]}"
            checking.report("SEC210", name.span, found, "a value, such as a label of the category", hint)
    return None


def _named(span: Span, bound: Bound) -> Expr:
    """The value: known now, or by its key."""
    if bound.const is not None:
        return replace(bound.const, span=span)
    if bound.size is not None:
        return SizeValue(span, bound.type, bound.size)
    return Named(span, bound.type, bound.key)


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
        case BoundRecord(fields=fields):
            if member.name.text in fields:
                return _named(member.span, fields[member.name.text])
            checking.missing(member.name, "field of the record", fields, "SEC203")
        case Module(names=names, path=path):
            found = names.get(member.name.text)
            if isinstance(found, Bound):
                return _named(member.span, found)
            constants = {name: e for name, e in names.items() if isinstance(e, Bound)}
            checking.missing(member.name, f"constant of {path}", constants, "SEC203")
        case ParamEntity() | Bound() | FunctionEntity() | TypeParameter():
            text = f"`{member.owner.text}`, a single value"
            checking.report("SEC210", member.owner.span, text, "a category, a table or a record in front of the point")
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
    if binary.operator == "@":
        return check_product(checking, binary.span, left, right)
    if not shapes_agree(checking, binary.span, (left, right)):
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
    if not shapes_agree(checking, choice.span, (condition, yes, no)):
        return None
    return numbers.chosen(checking, choice.span, condition, yes, no)
