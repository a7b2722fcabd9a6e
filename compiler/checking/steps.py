"""Steps: var, assignment, blocks, and the bodies of functions.

Lives here: what may be assigned, and which names live how long. A `var` has one binding per assignment, so that the
checked tree knows no changes. Not here: loops (loops.py), branches (branches.py), effects (flow.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import Domain

from .annotations import annotated, written_elem
from .expressions import check_expression, check_value
from .known import as_size, known
from .numbers import as_amount, with_bits
from .scope import UNKNOWN, WHOLE, Bound, BoundRecord, Checking, RecordValue, Unknown
from .uses import definite, shape_text
from .written_types import range_text, same_kind

Steps: TypeAlias = list[c.Action]
CheckAction: TypeAlias = Callable[[Checking, s.Action], Steps]


def bind(checking: Checking, name: s.Name, value: c.Expr, like: Bound | None = None) -> c.LetValue:
    """A binding of the name to the value; `like`: the var that it is another state of."""
    key = checking.fresh(name.text) if name.text in checking.by_key or checking.inside else name.text
    const = value if like is None and _is_constant(value) else None
    bound = Bound(value.type, key, as_size(value), const)
    if like is not None:
        bound = replace(bound, size=None, assignable=True, declared=like.declared)
        checking.rebound.append(name.text)
    checking.by_key[key] = bound
    checking.names[name.text] = bound
    return c.LetValue(key, value)


def _is_constant(value: c.Expr) -> bool:
    """True for what is known now: numbers, truth values, and arrays of them."""
    if isinstance(value, c.Stack):
        return all(_is_constant(item) for item in value.items)
    return isinstance(value, c.Const) or known(value) is not None


def let_value(checking: Checking, let: s.Let) -> Steps:
    """let NAME = VALUE for a value or a record; the name is known afterwards, whatever was wrong."""
    assert not isinstance(let.value, s.Matrix), "matrices are taken out before"
    fresh = checking.is_new(let.name, checking.names)
    value = _let_value(checking, let)
    if not fresh:
        return []
    if value is None:
        checking.names[let.name.text] = UNKNOWN
        return []
    if isinstance(value, RecordValue):
        return _bind_record(checking, let.name, value)
    return [bind(checking, let.name, value)]


def _let_value(checking: Checking, let: s.Let) -> c.Expr | RecordValue | None:
    if let.annotation is not None:
        return annotated(checking, let.annotation, let.value)  # type: ignore[arg-type]
    return check_value(checking, WHOLE, let.value)  # type: ignore[arg-type]


def _bind_record(checking: Checking, name: s.Name, record: RecordValue) -> Steps:
    """A record is its fields, each a value of its own."""
    steps: Steps = [*record.steps]
    fields = {}
    for field, value in record.fields.items():
        key = checking.fresh(f"{name.text}.{field}")
        fields[field] = Bound(value.type, key, as_size(value), value if _is_constant(value) else None)
        checking.by_key[key] = fields[field]
        steps.append(c.LetValue(key, value))
    checking.names[name.text] = BoundRecord(fields)
    return steps


# ---- var


def check_var(checking: Checking, var: s.Var) -> Steps:
    """var NAME = VALUE"""
    fresh = checking.is_new(var.name, checking.names)
    value = (
        check_expression(checking, WHOLE, var.value)
        if var.annotation is None
        else annotated(checking, var.annotation, var.value)
    )
    if not fresh:
        return []
    if value is None or isinstance(value, RecordValue) or not definite(checking, value):
        checking.names[var.name.text] = UNKNOWN
        return []
    written = None if var.annotation is None else var.annotation.type
    ranged = isinstance(written, s.TypeName) and written.range is not None
    declared = written_elem(checking, written, value.type.elem) if ranged else None  # type: ignore[arg-type]
    return [bind(checking, var.name, value, Bound(value.type, "", assignable=True, declared=declared))]


def check_assign(checking: Checking, assign: s.Assign) -> Steps:
    """NAME = VALUE, for a var"""
    value = check_expression(checking, WHOLE, assign.value)
    var = checking.names.get(assign.name.text)
    if not isinstance(var, Bound) or not var.assignable:
        _not_assignable(checking, assign.name, var)
        return []
    fitted = None if value is None or not definite(checking, value) else as_var(checking, assign.name, var, value)
    return [] if fitted is None else [bind(checking, assign.name, fitted, var)]


def _not_assignable(checking: Checking, name: s.Name, found: object) -> None:
    if found is None:
        vars_ = {n: e for n, e in checking.names.items() if isinstance(e, Bound) and e.assignable}
        checking.missing(name, "var", vars_)
    elif not isinstance(found, Unknown):
        hint = f"write `var {name.text} = …` where it is declared"
        checking.report("SEC246", name.span, f"`{name.text}`, which is no var", "a name that `var` declares", hint)


def as_var(checking: Checking, name: s.Name, var: Bound, value: c.Expr) -> c.Expr | None:
    """The value as another state of the var: of its kind and shape, inside the range that it promises."""
    have, wanted = value.type.elem, var.declared or var.type.elem
    if value.type.shape != var.type.shape:
        found = f"{shape_text(value.type.shape)} for `{name.text}`"
        checking.report("SEC240", value.span, found, shape_text(var.type.shape))
        return None
    found_value: c.Expr | None = value
    if wanted.domain is Domain.FIXED and have.domain in (Domain.INT, Domain.FIXED):
        bits = wanted.fraction_bits if var.declared else max(wanted.fraction_bits, have.fraction_bits)
        found_value = with_bits(checking, value, bits)
    elif wanted.domain is Domain.MONEY:
        found_value = as_amount(checking, value, wanted.decimals)
    if found_value is None:
        return None
    have = found_value.type.elem
    adapts = var.declared is None and wanted.domain is Domain.INT and have.domain is Domain.FIXED
    bits_differ = wanted.domain is have.domain is Domain.FIXED
    if not (same_kind(have, wanted) or adapts or bits_differ):
        checking.report("SEC219", value.span, describe(have), f"{describe(wanted)}, as `{name.text}` is")
        return None
    if var.declared is not None and not (wanted.lo <= have.lo and have.hi <= wanted.hi):
        hint = f"write clamp({checking.source.words(value.span)[:40]}, …, …), or declare a wider range"
        checking.report(
            "SEC504", value.span, f"a value in {range_text(have)}", f"a value in {range_text(wanted)}", hint
        )
        return None
    return found_value


# ---- blocks and bodies


def check_block(
    checking: Checking, actions: tuple[s.Action, ...], check: CheckAction
) -> tuple[Steps, dict[str, Bound]]:
    """The steps of a block, and the vars of the outside that it assigns, in their last state."""
    before, start = dict(checking.names), len(checking.rebound)
    steps: Steps = []
    for action in actions:
        steps += check(checking, action)
    changed = {
        name: found
        for name in dict.fromkeys(checking.rebound[start:])
        if isinstance(before.get(name), Bound) and isinstance(found := checking.names[name], Bound)
    }
    checking.names.clear()
    checking.names.update(before)
    return steps, changed
