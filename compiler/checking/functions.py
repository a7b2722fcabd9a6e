"""Functions: a call checks the body anew, for the types, sizes and precisions of its arguments.

Lives here: `invoke`: arguments to parameters, what the type parameters stand for, the body under its own names. Not
here: the statements of a body (steps.py), functions that the language brings (calls.py), modules (modules.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Expr, LetValue, Step
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, Domain, Elem, Size
from secfuse.compiler.errors import CompileErrors, Problems

from .expressions import check_expression, check_value
from .flow import check_body
from .known import as_size, known
from .numbers import in_ring, with_bits
from .reductions import length_of
from .scope import (
    WHOLE,
    Bound,
    BoundRecord,
    Checking,
    Context,
    Entity,
    FunctionEntity,
    Invoked,
    Module,
    RecordValue,
    TypeParameter,
)
from .uses import definite, shape_text
from .written_types import DEFAULT_BITS, element, precision, range_text, same_kind

MOST_DEPTH = 40


def invoke(checking: Checking, context: Context, call: s.Call, entity: FunctionEntity) -> Invoked | None:
    """The steps and the value of a call; None, and it is reported, where something does not fit."""
    function = entity.function
    name = f"{entity.module.path}.{function.name.text}" if entity.module else function.name.text
    if name in checking.inside or len(checking.inside) >= MOST_DEPTH:
        found = f"`{function.name.text}`, which is being called already"
        checking.report("SEC610", call.span, found, "functions that do not call themselves, nor each other in a circle")
        return None
    written = _arguments(checking, call, function)
    if written is None or not checking.may_go_on(call.span):
        return None
    values = [check_value(checking, context, argument) for argument in written]
    if any(value is None for value in values):
        return None
    names = pure_names(checking.program if entity.module is None else entity.module.names)
    steps: list[Step] = []
    for parameter, value in zip(function.parameters, values, strict=True):
        assert value is not None, "wrong arguments end the call"
        bound = _bound(checking, names, function, parameter, value, steps)
        if bound is None:
            return None
        names[parameter.name.text] = bound
    with _entered(checking, entity.module, names, name, call):
        body = check_body(checking, function)
        sound = entity.module is None or not checking.problems.found
    return Invoked((*steps, *body[0]), body[1], entity.module is not None) if body is not None and sound else None


def _arguments(checking: Checking, call: s.Call, function: s.Function) -> list[s.Expression] | None:
    """One for each parameter, by place or by name."""
    parameters = [parameter.name.text for parameter in function.parameters]
    wanted = f"{function.name.text}({', '.join(parameters)})"
    given: dict[str, s.Expression] = dict(zip(parameters, call.arguments, strict=False))
    if len(call.arguments) > len(parameters):
        checking.report("SEC208", call.span, f"{len(call.arguments)} arguments", wanted)
        return None
    for field in call.named:
        if field.name.text not in parameters or field.name.text in given:
            checking.report("SEC208", field.span, f"`{field.name.text} =`", f"each parameter once: {wanted}")
            return None
        given[field.name.text] = field.value
    missing = [name for name in parameters if name not in given]
    if missing:
        checking.report("SEC208", call.span, f"no {', '.join(missing)}", wanted)
        return None
    return [given[name] for name in parameters]


def pure_names(around: Mapping[str, Entity]) -> dict[str, Entity]:
    """What a body sees: functions, categories, imports and what is known, but no table and nothing secret."""
    return {
        name: found
        for name, found in around.items()
        if isinstance(found, FunctionEntity | Module | Elem) or (isinstance(found, Bound) and found.const is not None)
    }


@contextmanager
def _entered(
    checking: Checking, module: Module | None, names: dict[str, Entity], name: str, call: s.Call
) -> Iterator[None]:
    """Inside the function: its own names, and if it is another source's, that source. Mistakes in a module's function
    are reported where it is called.
    """
    outer = checking.names, checking.source, checking.problems
    checking.names = names
    checking.inside.append(name)
    if module is not None:
        checking.source, checking.problems = module.source, Problems(module.source)
    try:
        yield
    except CompileErrors:
        if module is None:
            raise  # more mistakes than anybody reads: the search ends
    finally:
        found = checking.problems.found
        checking.names, checking.source, checking.problems = outer
        checking.inside.pop()
    if module is not None:
        for diagnostic in list(found.values())[:1]:
            place = f"in {module.path}, line {diagnostic.span.line}: {diagnostic.found}"
            checking.report(diagnostic.code, call.span, place, diagnostic.expected, diagnostic.hint)


# ---- parameters


def _bound(
    checking: Checking,
    names: dict[str, Entity],
    function: s.Function,
    parameter: s.Parameter,
    value: Expr | RecordValue,
    steps: list[Step],
) -> Bound | BoundRecord | None:
    """What the parameter means in the body, after a step that gives it its value."""
    wanted = parameter.annotation.type
    if isinstance(wanted, s.RecordType):
        return _record(checking, names, function, parameter, wanted, value, steps)
    if isinstance(value, RecordValue):
        checking.report("SEC245", value.span, "a record", f"a value without fields as {parameter.name.text}")
        return None
    if parameter.annotation.level == "public" and value.type.visibility != PUBLIC:
        found = f"`{checking.source.words(value.span)}`, which is {value.type.visibility}"
        checking.report("SEC301", value.span, found, f"a public value as {parameter.name.text}")
        return None
    return _fitted(checking, names, function, parameter.name.text, wanted, value, steps)


def _record(
    checking: Checking,
    names: dict[str, Entity],
    function: s.Function,
    parameter: s.Parameter,
    wanted: s.RecordType,
    value: Expr | RecordValue,
    steps: list[Step],
) -> BoundRecord | None:
    fields = {name.text: type_ for name, type_ in wanted.fields}
    if not isinstance(value, RecordValue) or set(value.fields) != set(fields):
        found = "a value without fields" if not isinstance(value, RecordValue) else ", ".join(value.fields)
        checking.report("SEC245", value.span, found, f"a record of {', '.join(fields)} as {parameter.name.text}")
        return None
    steps.extend(value.steps)
    found_fields = {}
    for name, type_ in fields.items():
        bound = _fitted(checking, names, function, name, type_, value.fields[name], steps)
        if bound is None:
            return None
        found_fields[name] = bound
    return BoundRecord(found_fields)


def _fitted(
    checking: Checking,
    names: dict[str, Entity],
    function: s.Function,
    name: str,
    wanted: s.TypeName,
    value: Expr,
    steps: list[Step],
) -> Bound | None:
    """The argument as the type that is written, which may give meaning to type parameters."""
    if not definite(checking, value) or not _sizes_fit(checking, names, function, wanted, value):
        return None
    fitted = _element_fits(checking, names, function, wanted, value)
    if fitted is None:
        return None
    bound = Bound(fitted.type, checking.fresh(name), as_size(fitted), fitted if known(fitted) is not None else None)
    checking.by_key[bound.key] = bound
    steps.append(LetValue(bound.key, fitted))
    return bound


def _sizes_fit(
    checking: Checking, names: dict[str, Entity], function: s.Function, wanted: s.TypeName, value: Expr
) -> bool:
    shape = value.type.shape
    if len(shape) != len(wanted.sizes):
        hint = "write [f(v) for v in xs] to apply it to every item" if not wanted.sizes else ""
        expected = f"an array of {len(wanted.sizes)} axes" if wanted.sizes else "a single value"
        checking.report("SEC240", value.span, f"{shape_text(shape)} as an argument", expected, hint)
        return False
    for written, size in zip(wanted.sizes, shape, strict=True):
        expected_size = _written_size(checking, names, function, written, size)
        if expected_size is None or expected_size != size:
            wants = "another length" if expected_size is None else f"{expected_size}"
            checking.report("SEC240", value.span, f"a length of {size} in an argument", wants)
            return False
    return True


def _written_size(
    checking: Checking, names: dict[str, Entity], function: s.Function, written: s.Expression, size: Size
) -> Size | None:
    """What a size in a parameter's type stands for; a name of the function's own gets its meaning here."""
    if isinstance(written, s.Name) and written.text in {generic.text for generic in function.generics}:
        if written.text not in names:
            length = length_of(checking, written.span, size)
            names[written.text] = Bound(length.type, checking.fresh(written.text), size, length)
        found = names[written.text]
        return found.size if isinstance(found, Bound) else None
    outer, checking.names = checking.names, names
    with checking.quietly():
        value = check_expression(checking, WHOLE, written)
    checking.names = outer
    return None if value is None else as_size(value)


def _element_fits(
    checking: Checking, names: dict[str, Entity], function: s.Function, wanted: s.TypeName, value: Expr
) -> Expr | None:
    base, have = wanted.base.text, value.type.elem
    if base in {generic.text for generic in function.generics}:
        return _type_parameter(checking, names, base, value)
    if base == "fixed" and have.domain in (Domain.INT, Domain.FIXED):
        bits = _bits(checking, wanted, have)
        fitted = None if bits is None else with_bits(checking, value, bits)
        return None if fitted is None or not _in_range(checking, wanted, fitted) else fitted
    if base in ("int", "bool", "date", "identifier", "money", "text") and have.domain.value == base:
        return value if _in_range(checking, wanted, value) else None
    category = names.get(base)
    if isinstance(category, Elem) and same_kind(category, have):
        return value
    checking.report("SEC219", value.span, describe(have), f"`{base}`, as {function.name.text} takes it")
    return None


def _bits(checking: Checking, wanted: s.TypeName, have: Elem) -> int | None:
    if wanted.bits is not None:
        return precision(checking, wanted.bits)
    return have.fraction_bits or DEFAULT_BITS


def _type_parameter(checking: Checking, names: dict[str, Entity], base: str, value: Expr) -> Expr | None:
    """The first argument says what a type parameter stands for; the others must be of that kind."""
    known_type = names.get(base)
    if not isinstance(known_type, TypeParameter):
        names[base] = TypeParameter(value.type.elem)
        return value
    have, elem = value.type.elem, known_type.elem
    if same_kind(have, elem):
        return value
    if elem.domain is Domain.FIXED and have.domain in (Domain.INT, Domain.FIXED):
        return with_bits(checking, value, elem.fraction_bits)
    checking.report("SEC219", value.span, describe(have), f"{describe(elem)}, as for the other arguments of {base}")
    return None


def _in_range(checking: Checking, wanted: s.TypeName, value: Expr) -> bool:
    """True if no range is written, or the value lies inside; else SEC504."""
    if wanted.range is None:
        return True
    have = value.type.elem
    bits = s.Number(wanted.span, Decimal(have.fraction_bits), None) if have.domain is Domain.FIXED else wanted.bits
    allowed = element(checking, replace(wanted, bits=bits), "SEC310")
    if allowed is None or not in_ring(checking, value.span, (allowed.lo, allowed.hi), allowed.fraction_bits):
        return False
    if not (allowed.lo <= have.lo and have.hi <= allowed.hi):
        hint = f"write clamp({checking.source.words(value.span)[:40]}, …, …), or declare a narrower range"
        checking.report(
            "SEC504", value.span, f"a value in {range_text(have)}", f"a value in {range_text(allowed)}", hint
        )
        return False
    return True
