"""Results of functions: whether what is returned is what was promised.

Lives here: `returns`. Not here: parameters (functions.py).
"""

from __future__ import annotations

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Expr
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import Domain, Elem

from .expressions import check_expression
from .known import as_size
from .scope import WHOLE, Checking, RecordValue, TypeParameter
from .uses import definite, shape_text
from .written_types import same_kind


def returns(checking: Checking, function: s.Function, last: s.Return, value: Expr | RecordValue) -> bool:
    """True if nothing is promised, or the promise is kept; else SEC219 or SEC245."""
    wanted = function.result
    if isinstance(value, RecordValue):
        if isinstance(wanted, s.TypeName):
            checking.report("SEC245", last.span, "a record", f"`{checking.source.words(wanted.span)}`")
            return False
        if wanted is None:
            return True
        fields = {name.text: type_ for name, type_ in wanted.fields}
        if set(fields) != set(value.fields):
            checking.report("SEC245", last.span, f"the fields {', '.join(value.fields)}", ", ".join(fields))
            return False
        return all([_keeps(checking, fields[name], found) for name, found in value.fields.items()])
    if not definite(checking, value):
        return False
    if isinstance(wanted, s.RecordType):
        checking.report("SEC245", last.span, "a value without fields", f"`{checking.source.words(wanted.span)}`")
        return False
    return wanted is None or _keeps(checking, wanted, value)


def _keeps(checking: Checking, wanted: s.TypeName, value: Expr) -> bool:
    sizes = []
    for written in wanted.sizes:
        found = check_expression(checking, WHOLE, written)
        sizes.append(None if found is None else as_size(found))
    if tuple(sizes) == value.type.shape and _is_of_kind(checking, wanted.base.text, value.type.elem):
        return True
    shape = f"{shape_text(value.type.shape)} of " if value.type.shape else ""
    found_text = f"{shape}{describe(value.type.elem)}"
    checking.report("SEC219", value.span, found_text, f"`{checking.source.words(wanted.span)}`, which is promised")
    return False


def _is_of_kind(checking: Checking, base: str, elem: Elem) -> bool:
    named = checking.names.get(base)
    if isinstance(named, TypeParameter):
        return same_kind(named.elem, elem) or named.elem.domain is elem.domain is Domain.FIXED
    if isinstance(named, Elem):
        return same_kind(named, elem)
    return elem.domain.value == base
