"""Short texts: literals, what begins with them, the label that is spelt so.

Lives here: `text_literal`, `check_prefix`, `check_label`. Arguments are checked by the function that is handed in. Not
here: equality, which texts share with all values (numbers.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Const, Expr, Where
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.texts import text_code
from secfuse.compiler.circuit.typed import describe, ranged
from secfuse.compiler.circuit.types import BOOL, MOST_BYTES, Domain, Elem, integer, texts
from secfuse.compiler.types import ValueType

from . import numbers
from .scope import Checking, Context
from .uses import definite, may

Check: TypeAlias = Callable[[Checking, Context, s.Expression], Expr | None]


def text_literal(checking: Checking, written: s.Text | s.Cell, most_bytes: int = MOST_BYTES) -> int | None:
    """The integer of a text that is written down; None, and SEC230, where it is too long."""
    code, length = text_code(written.text), len(written.text.encode("utf-8"))
    if code is None or length > most_bytes:
        checking.report("SEC230", written.span, f"{length} bytes", f"at most {most_bytes} bytes")
        return None
    return code


def text_value(checking: Checking, written: s.Text) -> Expr | None:
    """A text as a value."""
    code = text_literal(checking, written)
    return None if code is None else Const(written.span, ValueType(ranged(texts(1), (code, code))), code)


def check_prefix(checking: Checking, context: Context, call: s.Call, check: Check) -> Expr | None:
    """starts_with(x, "ab"): the codes of all texts that begin so lie next to each other."""
    value = check(checking, context, call.arguments[0])
    prefix = call.arguments[1]
    if not isinstance(prefix, s.Text) or not prefix.text:
        checking.report("SEC208", prefix.span, f"`{checking.source.words(prefix.span)}`", "a text in quotes")
        return None
    first = text_literal(checking, prefix)
    if value is None or first is None:
        return None
    if value.type.elem.domain is not Domain.TEXT:
        checking.report("SEC208", value.span, f"{describe(value.type.elem)} in starts_with", "a text")
        return None
    if not definite(checking, value) or not may(checking, value, "compared"):
        return None
    elem = value.type.elem
    code = numbers.applied(Op.RESCALE, call.span, (value,), integer(elem.lo, elem.hi))
    last = first + 256 ** (MOST_BYTES - len(prefix.text.encode("utf-8"))) - 1
    ends = [Const(call.span, ValueType(integer(end, end)), end) for end in (first, last)]
    below = numbers.applied(Op.LT, call.span, (code, ends[0]), BOOL, fresh=True)
    above = numbers.applied(Op.LT, call.span, (ends[1], code), BOOL, fresh=True)
    outside = numbers.applied(Op.OR, call.span, (below, above), BOOL, fresh=True)
    return numbers.negation(call.span, outside)


def check_label(checking: Checking, context: Context, call: s.Call, labels: Elem, check: Check) -> Expr | None:
    """Kind(x): the label of the category that is spelt as the text is; missing where there is none."""
    if len(call.arguments) != 1 or call.named:
        checking.report("SEC208", call.span, f"{len(call.arguments)} arguments of {labels.category}", "a text")
        return None
    text = check(checking, context, call.arguments[0])
    if text is None:
        return None
    if text.type.elem.domain is not Domain.TEXT:
        found = f"{describe(text.type.elem)} in {labels.category}"
        checking.report("SEC208", text.span, found, "a text, of which the label is asked for")
        return None
    spelt = [text_code(label) for label in labels.labels]
    if None in spelt:
        long = labels.labels[spelt.index(None)]
        checking.report(
            "SEC230", call.span, f"the label `{long}`, {len(long)} bytes", f"labels of at most {MOST_BYTES}"
        )
        return None
    if not may(checking, text, "compared"):
        return None
    there = [_is(call, text, code) for code in spelt if code is not None]
    values = [Const(call.span, ValueType(labels), place) for place in range(len(labels.labels))]
    label: Expr = values[-1]
    for is_it, value in zip(reversed(there[:-1]), reversed(values[:-1]), strict=True):
        label = numbers.applied(Op.SELECT, call.span, (is_it, value, label), labels)
    known = reduce(lambda x, y: numbers.applied(Op.OR, call.span, (x, y), BOOL), there)
    return Where(call.span, replace(known.type, elem=labels, optional=True), label, known)


def _is(call: s.Call, text: Expr, code: int) -> Expr:
    """The label goes where the text may go: comparing takes no request away."""
    const = Const(call.span, ValueType(ranged(texts(1), (code, code))), code)
    return numbers.applied(Op.EQ, call.span, (text, const), BOOL)
