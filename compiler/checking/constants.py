"""Numbers that the contract fixes: row bounds, ranges, thresholds, precisions, cells of tests.

Lives here: `constant`, which reads one or says why it is none. Not here: expressions that are computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.types import SECRET
from secfuse.compiler.diagnostics import shown
from secfuse.compiler.types import TableType

from .scope import Bound, Checking, Unknown

LONGEST_BITS = 256


def constant(
    checking: Checking, expression: s.Expression, secret_code: str, what: str, kind: str = "a number"
) -> Fraction | None:
    """The value of a constant expression: literals, signs and arithmetic.

    Otherwise None, and it is reported: something secret by `secret_code`, unknown names, anything else as SEC222.
    """
    value = folded(expression)
    if value is not None:
        return value
    names = list(names_in(expression))
    unknown = [name for name in names if name.text not in checking.names]
    if any(is_secret(checking, name) for name in names):
        found = f"`{checking.source.words(expression.span)}`, which is secret"
        checking.report(secret_code, expression.span, found, f"{kind} as {what}")
    elif unknown:
        checking.missing(unknown[0], "value", checking.names)
    elif not any(isinstance(checking.names[name.text], Unknown) for name in names):
        found = f"`{checking.source.words(expression.span)}`"
        checking.report("SEC222", expression.span, found, f"{kind} as {what}")
    return None


def whole(checking: Checking, expression: s.Expression, secret_code: str, what: str) -> int | None:
    """Like `constant`, for integers."""
    value = constant(checking, expression, secret_code, what)
    if value is not None and value.denominator != 1:
        checking.report("SEC222", expression.span, shown(value), f"a whole number as {what}")
        return None
    return None if value is None else int(value)


def folded(expression: s.Expression | s.Cell) -> Fraction | None:
    """The value of an expression of literals alone; None for any other, and for a division by zero."""
    match expression:
        case s.Number(value=value):
            return Fraction(value)
        case s.Unary(operator="-", operand=operand):
            inner = folded(operand)
            return None if inner is None else -inner
        case s.Binary(operator=operator, left=left, right=right) if operator in "+-*/":
            x, y = folded(left), folded(right)
            found = None if x is None or y is None else _arithmetic(operator, x, y)
            return found if found is None or _is_small(found) else None
        case _:
            return None


def _arithmetic(operator: str, x: Fraction, y: Fraction) -> Fraction | None:
    match operator:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
        case _:
            return x / y if y else None


def _is_small(value: Fraction) -> bool:
    """False for towers of products, which no range could hold and nobody could read."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= LONGEST_BITS


def is_secret(checking: Checking, name: s.Name) -> bool:
    """True if the name stands for something that derives from an input."""
    match checking.names.get(name.text):
        case TableType():
            return True
        case Bound(type=type_):
            return type_.visibility == SECRET
        case _:
            return False


def names_in(expression: s.Expression | s.Range) -> Iterator[s.Name]:
    """The names an expression refers to, functions and columns excepted."""
    rest: list[s.Expression | s.Range] = [expression]
    while rest:
        match rest.pop():
            case s.Name() as name:
                yield name
            case s.Member(owner=owner):
                yield owner
            case s.Call(arguments=arguments, named=named):
                rest.extend((*arguments, *(field.value for field in named)))
            case s.Unary(operand=operand):
                rest.append(operand)
            case s.Binary(left=left, right=right):
                rest += (left, right)
            case s.Choice(condition=condition, yes=yes, no=no):
                rest += (condition, yes, no)
            case s.Array(items=items):
                rest.extend(items)
            case s.Range(first=first, last=last):
                rest += (first, last)
            case s.Comprehension(value=value, over=over, variable=variable):
                yield from (name for name in names_in(value) if name.text != variable.text)
                rest.append(over)
            case s.Index(array=array, indices=indices):
                rest.append(array)
                for index in indices:
                    ends = (index.first, index.last) if isinstance(index, s.Slice) else (index,)
                    rest.extend(end for end in ends if end is not None)
            case s.Record(fields=fields):
                rest.extend(field.value for field in fields)
            case s.Number() | s.Truth() | s.Date() | s.Text():
                pass
