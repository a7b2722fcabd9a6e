"""What flows where: let, disclose, print, assert, branches.

Lives here: the one way down from secret to public, and the places that accept public values only. Not here: tests
(check_tests.py), policies themselves (check_declarations.py).
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.typed import describe
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Domain, Elem, Visibility, known_to
from secfuse.compiler.formatting.format import one_line
from secfuse.compiler.types import TableType, ValueType

from .constants import names_in
from .expressions import check_expression
from .numbers import as_amount, with_bits
from .scope import PUBLIC_PLACE, UNKNOWN, WHOLE, Checking, Context, Unknown
from .tables import check_table
from .uses import truth_value
from .written_types import element, range_text, same_kind

TABLE_FORMS = (s.Join, s.Extend, s.Filter, s.Select, s.Group, s.Union)


def check_let(checking: Checking, let: s.Let) -> c.LetValue | c.LetTable | None:
    """let NAME = VALUE; the name is known afterwards, whatever was wrong."""
    if is_table(checking, let.value):
        table = check_table(checking, let.value)  # type: ignore[arg-type]
        if table is not None and let.annotation is not None:
            found = "a table under an annotation for single values"
            checking.report("SEC219", let.annotation.span, found, "no annotation", "leave the annotation out")
        checking.declare(let.name, UNKNOWN if table is None else table.type)
        return None if table is None else c.LetTable(let.name.text, table)
    value = _let_value(checking, let)
    checking.declare(let.name, UNKNOWN if value is None else value.type)
    return None if value is None else c.LetValue(let.name.text, value)


def is_table(checking: Checking, value: s.Value) -> bool:
    """True for a table form and for the name of a table."""
    if isinstance(value, s.Name):
        return isinstance(checking.names.get(value.text), TableType)
    return isinstance(value, TABLE_FORMS)


def _let_value(checking: Checking, let: s.Let) -> c.Expr | None:
    assert not isinstance(let.value, TABLE_FORMS), "table forms were taken out before"
    if let.annotation is None:
        return check_expression(checking, WHOLE, let.value)
    wanted = _wanted_visibility(checking, let.annotation)
    context = WHOLE if wanted is None or wanted == SECRET else PUBLIC_PLACE
    elem = element(checking, let.annotation.type, "SEC310")
    value = check_expression(checking, context, let.value)
    if value is None:
        return None
    if wanted is not None and not value.type.visibility.flows_to(wanted):
        code = "SEC301" if wanted == PUBLIC else "SEC302"
        found = _origin_text(checking, let.value, value.type.visibility)
        checking.report(code, let.value.span, found, f"a value that is {wanted}")
        return None
    fitted = None if elem is None else _fitted(checking, let, value, elem)
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


def _fitted(checking: Checking, let: s.Let, value: c.Expr, elem: Elem) -> c.Expr | None:
    """The value as the type that the annotation promises."""
    assert let.annotation is not None, "only annotated values are fitted"
    written = let.annotation.type
    found: c.Expr | None = value
    if elem.domain is Domain.FIXED and value.type.elem.domain in (Domain.INT, Domain.FIXED):
        found = with_bits(checking, value, elem.fraction_bits)
    if elem.domain is Domain.MONEY:
        found = as_amount(checking, value, elem.decimals)
    if found is None:
        return None
    have = found.type.elem
    if not same_kind(have, elem) or (found.type.optional and not written.optional):
        optional = "?" if found.type.optional else ""
        expected = f"`{checking.source.words(written.span)}`"
        checking.report("SEC219", let.value.span, f"{describe(have)}{optional}", expected)
        return None
    if written.range is not None and not (elem.lo <= have.lo and have.hi <= elem.hi):
        found_text = f"a value in {range_text(have)}"
        checking.report("SEC504", let.value.span, found_text, f"a value in {range_text(elem)}")
        return None
    return found


# ---- places for public values


def _public(checking: Checking, expression: s.Expression, code: str, what: str) -> c.Expr | None:
    """A checked value that everybody may see; a secret one is reported by `code`."""
    if is_table(checking, expression):
        found = _origin_text(checking, expression, SECRET)
        checking.report(code, expression.span, found, f"a public value as {what}")
        return None
    value = check_expression(checking, PUBLIC_PLACE, expression)
    if value is not None and value.type.visibility != PUBLIC:
        found = _origin_text(checking, expression, value.type.visibility)
        checking.report(code, expression.span, found, f"a public value as {what}")
        return None
    return value


def _origin_text(checking: Checking, expression: s.Expression, visibility: Visibility) -> str:
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
        case ValueType(visibility=visibility):
            return visibility != PUBLIC
        case _:
            return False


def check_action(checking: Checking, action: s.Action) -> c.Action | None:
    """disclose, print, assert, if"""
    match action:
        case s.Disclose():
            return _disclose(checking, action)
        case s.Print():
            value = _public(checking, action.value, "SEC303", "what is printed")
            written = action.value.span
            label = one_line(checking.source.text[written.start : written.end])
            return None if value is None else c.Print(action.span, label, value)
        case s.Assert():
            holds = _public(checking, action.condition, "SEC304", "a condition to go on")
            if holds is None or not truth_value(checking, holds):
                return None
            return c.Assert(action.span, holds, action.message)
        case s.Branch():
            return _branch(checking, action)


def _branch(checking: Checking, branch: s.Branch) -> c.Action | None:
    condition = _public(checking, branch.condition, "SEC305", "the condition of a branch")
    yes = _block(checking, branch.yes)
    no = _block(checking, branch.no)
    if condition is None or not truth_value(checking, condition):
        return None
    return c.Branch(branch.span, condition, yes, no)


def _block(checking: Checking, actions: tuple[s.Action, ...]) -> tuple[c.Action, ...]:
    found = []
    for action in actions:
        done = check_action(checking, action)
        if done is not None:
            found.append(done)
    return tuple(found)


# ---- disclose


def _disclose(checking: Checking, disclose: s.Disclose) -> c.Action | None:
    """disclose VALUE as NAME to PARTIES under POLICY because REASON"""
    recipients = _recipients(checking, disclose)
    policy = checking.policy(disclose.policy)
    name = disclose.output or (disclose.value if isinstance(disclose.value, s.Name) else None)
    value = _disclosed(checking, disclose.value)
    if name is None:
        checking.report("SEC408", disclose.value.span, "a value without a name", "`as` and a name in front of `to`")
        return None
    if name.text in checking.outputs:
        checking.report("SEC406", name.span, f"a second output `{name.text}`", "a name that is not taken")
        return None
    checking.outputs[name.text] = UNKNOWN if value is None else _output(name.text, value)
    if value is None or policy is None or not recipients:
        return None
    return c.Disclose(disclose.span, name.text, value, recipients, policy.name, disclose.reason)


def _recipients(checking: Checking, disclose: s.Disclose) -> tuple[str, ...]:
    """The recipients, all of them declared, computing and named once; else none."""
    sound = True
    names: dict[str, None] = {}
    for name in disclose.recipients:
        if not checking.party(name):
            sound = False
            continue
        checking.holders.append((name, "recipient"))
        if name.text in names:
            checking.report("SEC223", name.span, f"`{name.text}` again", "each recipient once")
        names[name.text] = None
    return tuple(names) if sound else ()


def _disclosed(checking: Checking, value: s.Value) -> c.Expr | c.TableExpr | None:
    if is_table(checking, value):
        table = check_table(checking, value)  # type: ignore[arg-type]
        if table is not None and not table.type.grouped:
            checking.report("SEC402", value.span, "a table with one row per record", "a table made by group")
            return None
        return table
    assert not isinstance(value, TABLE_FORMS), "table forms were taken out before"
    if isinstance(value, s.Member):
        return _disclosed_column(checking, value)
    return check_expression(checking, WHOLE, value)


def _disclosed_column(checking: Checking, member: s.Member) -> c.Expr | None:
    """A single column is one value per record, unless the name in front is a category."""
    found = check_expression(checking, Context(anywhere=True), member)
    if not isinstance(found, c.ColumnValue):
        return found
    if found.type.elem.domain is Domain.IDENTIFIER:
        checking.report("SEC403", member.span, "an identifier", "something that names nobody")
    else:
        checking.report("SEC402", member.span, "a column with one value per record", "an aggregate of it")
    return None


def _output(name: str, value: c.Expr | c.TableExpr) -> c.Output | Unknown:
    if isinstance(value.type, ValueType):
        return c.Output(name, ((name, value.type.elem),), scalar=True)
    types = value.type.columns.items()
    columns = tuple((column, type_.value.elem) for column, type_ in types if type_.value is not None)
    return c.Output(name, columns, scalar=False) if len(columns) == len(types) else UNKNOWN
