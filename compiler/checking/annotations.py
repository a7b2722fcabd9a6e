"""Annotations: what a let or var promises of its value, and the value as that.

Lives here: `annotated`. Not here: types as they are written (written_types.py), parameters of functions (functions.py).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Domain, Elem, Visibility, known_to
from secfuse.compiler.types import TableType

from .constants import names_in
from .expressions import check_expression
from .known import as_size
from .numbers import as_amount, with_bits
from .scope import PUBLIC_PLACE, WHOLE, Bound, Checking
from .uses import shape_text
from .written_types import element, range_text, same_kind


def annotated(checking: Checking, annotation: s.Annotation, value: s.Expression) -> c.Expr | None:
    """The value, if it keeps what the annotation promises."""
    if isinstance(annotation.type, s.RecordType):
        checking.report("SEC245", annotation.span, "the type of a record", "no annotation: records need none")
        return None
    wanted = _wanted_visibility(checking, annotation)
    context = WHOLE if wanted is None or wanted == SECRET else PUBLIC_PLACE
    elem = element(checking, annotation.type, "SEC310")
    found = check_expression(checking, context, value)
    if found is None:
        return None
    if wanted is not None and not found.type.visibility.flows_to(wanted):
        code = "SEC301" if wanted == PUBLIC else "SEC302"
        shown = origin_text(checking, value, found.type.visibility)
        checking.report(code, value.span, shown, f"a value that is {wanted}")
        return None
    fitted = None if elem is None else _fitted(checking, annotation.type, value, found, elem)
    if fitted is None or wanted is None:
        return fitted
    return replace(fitted, type=replace(fitted.type, visibility=fitted.type.visibility.join(wanted)))


def _wanted_visibility(checking: Checking, annotation: s.Annotation) -> Visibility | None:
    match annotation.level:
        case "public":
            return PUBLIC
        case "secret":
            return SECRET
        case "known":
            declared = [checking.party(name) for name in annotation.parties]
            return known_to(*(name.text for name in annotation.parties)) if all(declared) else None
        case _:
            return None


def _fitted(checking: Checking, written: s.TypeName, place: s.Expression, value: c.Expr, elem: Elem) -> c.Expr | None:
    """The value as the type that the annotation promises."""
    found: c.Expr | None = value
    if elem.domain is Domain.FIXED and value.type.elem.domain in (Domain.INT, Domain.FIXED):
        found = with_bits(checking, value, elem.fraction_bits)
    if elem.domain is Domain.MONEY:
        found = as_amount(checking, value, elem.decimals)
    if found is None:
        return None
    have = found.type.elem
    if (
        not same_kind(have, elem)
        or (found.type.optional and not written.optional)
        or not _sizes(checking, written, found)
    ):
        optional = "?" if found.type.optional else ""
        shape = f"{shape_text(found.type.shape)} of " if found.type.shape else ""
        expected = f"`{checking.source.words(written.span)}`"
        checking.report("SEC219", place.span, f"{shape}{describe(have)}{optional}", expected)
        return None
    if written.range is not None and not (elem.lo <= have.lo and have.hi <= elem.hi):
        found_text = f"a value in {range_text(have)}"
        checking.report("SEC504", place.span, found_text, f"a value in {range_text(elem)}")
        return None
    return found


def _sizes(checking: Checking, written: s.TypeName, value: c.Expr) -> bool:
    """True if the sizes in front of the type are those of the value."""
    sizes = []
    for size in written.sizes:
        found = check_expression(checking, PUBLIC_PLACE, size)
        sizes.append(None if found is None else as_size(found))
    return tuple(sizes) == value.type.shape


def written_elem(checking: Checking, written: s.TypeName, have: Elem) -> Elem | None:
    """The element that is written, in the precision of the value at hand."""
    if have.domain is Domain.FIXED:
        written = replace(written, bits=s.Number(written.span, Decimal(have.fraction_bits), None))
    return element(checking, written, "SEC310")


def origin_text(checking: Checking, expression: s.Expression, visibility: Visibility) -> str:
    """What is not public about it: the expression and the first name in it that is not."""
    words = checking.source.words(expression.span)
    shown = f"`{words}`" if len(words) <= 60 else "a value"
    secret = [name.text for name in names_in(expression) if _is_not_public(checking, name)]
    because = f", because `{secret[0]}` is" if secret and secret[0] != words else ""
    return f"{shown}, which is {visibility}{because}"


def _is_not_public(checking: Checking, name: s.Name) -> bool:
    match checking.names.get(name.text):
        case TableType():
            return True
        case Bound(type=type_):
            return type_.visibility != PUBLIC
        case _:
            return False
