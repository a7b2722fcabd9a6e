"""What flows where: let, disclose, print, assert, branches.

Lives here: the one way down from secret to public, and the places that accept public values only. Not here: tests
(check_tests.py), policies themselves (check_declarations.py).
"""

from __future__ import annotations

from typing import assert_never, get_args

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.types import PUBLIC, SECRET, Domain
from secfuse.compiler.formatting.format import one_line
from secfuse.compiler.policy import Policy
from secfuse.compiler.types import TableType, Tie, ValueType

from .annotations import origin_text
from .branches import check_branch, has_effects
from .expressions import check_condition, check_expression, check_value
from .loops import check_for, check_repeat
from .matrices import let_matrix
from .results import returns
from .scope import PUBLIC_PLACE, UNKNOWN, WHOLE, Checking, Context, RecordValue, Unknown
from .steps import Steps, check_assign, check_var, let_value
from .tables import check_table
from .uses import shape_text, single, truth_value

TABLE_FORMS = get_args(s.TableForm)


def check_let(checking: Checking, let: s.Let) -> Steps:
    """let NAME = VALUE; the name is known afterwards, whatever was wrong."""
    if not is_table(checking, let.value) and not isinstance(let.value, s.Matrix):
        return let_value(checking, let)
    if checking.inside:
        checking.report("SEC611", let.span, "a table inside a function or a loop", "tables on the program's own lines")
        return []
    if isinstance(let.value, s.Matrix):
        return let_matrix(checking, let, let.value, check_table)
    table = check_table(checking, let.value)  # type: ignore[arg-type]
    if table is not None and let.annotation is not None:
        found = "a table under an annotation for single values"
        checking.report("SEC219", let.annotation.span, found, "no annotation", "leave the annotation out")
    checking.declare(let.name, UNKNOWN if table is None else table.type)
    return [] if table is None else [c.LetTable(let.name.text, table)]


def is_table(checking: Checking, value: s.Value) -> bool:
    """True for a table form and for the name of a table."""
    if isinstance(value, s.Name):
        return isinstance(checking.names.get(value.text), TableType)
    return isinstance(value, TABLE_FORMS)


# ---- places for public values


def _public(checking: Checking, expression: s.Expression, code: str, what: str) -> c.Expr | None:
    """A checked value that everybody may see; a secret one is reported by `code`."""
    if is_table(checking, expression):
        found = origin_text(checking, expression, SECRET)
        checking.report(code, expression.span, found, f"a public value as {what}")
        return None
    value = check_expression(checking, PUBLIC_PLACE, expression)
    if value is not None and code != "SEC303" and not single(checking, value, what):
        return None
    if value is not None and value.type.visibility != PUBLIC:
        found = origin_text(checking, expression, value.type.visibility)
        checking.report(code, expression.span, found, f"a public value as {what}")
        return None
    return value


def check_action(checking: Checking, action: s.Action) -> Steps:
    """What a statement does, in steps; none where it is wrong."""
    match action:
        case s.Let():
            return check_let(checking, action)
        case s.Var():
            return check_var(checking, action)
        case s.Assign():
            return check_assign(checking, action)
        case s.For():
            return check_for(checking, action, check_action)
        case s.Repeat():
            return check_repeat(checking, action, check_action)
        case s.Branch():
            return check_branch(checking, action, _condition(checking, action), check_action)
        case s.Return():
            checking.report("SEC612", action.span, "`return` in this place", "return as the last line of a function")
            return []
        case s.Disclose() | s.Print() | s.Assert():
            if checking.inside:
                checking.report("SEC611", action.span, "an effect inside a function or a loop",
                                "disclose, print and assert on the program's own lines")  # fmt: skip
                return []
            return _effect(checking, action)
        case _:
            assert_never(action)


def _effect(checking: Checking, action: s.Disclose | s.Print | s.Assert) -> Steps:
    match action:
        case s.Disclose():
            disclosed = _disclose(checking, action)
            return [] if disclosed is None else [disclosed]
        case s.Print():
            value = _public(checking, action.value, "SEC303", "what is printed")
            written = action.value.span
            label = one_line(checking.source.text[written.start : written.end])
            return [] if value is None else [c.Print(action.span, label, value)]
        case s.Assert():
            holds = _public(checking, action.condition, "SEC304", "a condition to go on")
            if holds is None or not truth_value(checking, holds) or not single(checking, holds, "a condition"):
                return []
            return [c.Assert(action.span, holds, action.message)]


def _condition(checking: Checking, branch: s.Branch) -> c.Expr | None:
    """Public where something is disclosed, printed or asserted under it."""
    if has_effects((branch,)):
        condition = _public(checking, branch.condition, "SEC305", "the condition of a branch")
        return condition if condition is not None and truth_value(checking, condition) else None
    condition = check_condition(checking, WHOLE, branch.condition)
    return condition if condition is not None and single(checking, condition, "the condition of a branch") else None


def check_body(checking: Checking, function: s.Function) -> tuple[tuple[c.Step, ...], c.Expr | RecordValue] | None:
    """The steps of a function and the value that it returns."""
    *lines, last = function.body
    if not isinstance(last, s.Return):
        checking.report("SEC612", last.span, "a function that ends without a value", "`return VALUE` as its last line")
        return None
    steps: Steps = []
    for line in lines:
        steps += check_action(checking, line)
    value = check_value(checking, WHOLE, last.value)
    if value is None or not returns(checking, function, last, value):
        return None
    return tuple(step for step in steps if isinstance(step, c.LetValue | c.Loop)), value


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
    if not _hides_small_groups(checking, disclose, value, policy):
        return None
    if not _may_dominate(checking, disclose, value, policy):
        return None
    return c.Disclose(disclose.span, name.text, value, recipients, policy.name, disclose.reason)


def _may_dominate(checking: Checking, disclose: s.Disclose, value: c.Expr | c.TableExpr, policy: Policy) -> bool:
    """False, and SEC411, where the policy bounds single contributions and nobody can tell them apart any more."""
    types = [value.type] if isinstance(value.type, ValueType) else [t.value for t in value.type.columns.values()]
    if not policy.bounds_contributions or not any(type_ is not None and type_.tie is not Tie.NONE for type_ in types):
        return True
    found = f"what is computed from a matrix, under {policy.name} with `top` or `p-percent`"
    checking.report("SEC411", disclose.value.span, found, "sums, means and counts of columns under such a policy")
    return False


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
        return None if table is None or not _names_nobody(checking, value, table) else table
    if isinstance(value, s.Matrix):
        checking.report("SEC402", value.span, "a matrix with a row per record", "sums or means of it")
        return None
    expression: s.Expression = value  # type: ignore[assignment]
    if isinstance(expression, s.Member):
        return _disclosed_column(checking, expression)
    found = check_expression(checking, WHOLE, expression)
    if found is not None and found.type.shape and not _may_leave(checking, expression, found):
        return None
    return found


def _may_leave(checking: Checking, written: s.Expression, value: c.Expr) -> bool:
    """Arrays of one or two axes, of a length that is known, and not of single records."""
    if value.type.tie is Tie.PER_ROW:
        checking.report("SEC402", written.span, "an array with values of single records", "sums or means of it")
        return False
    if len(value.type.shape) > 2 or any(size.terms for size in value.type.shape):
        checking.report("SEC242", written.span, shape_text(value.type.shape), "at most two axes of known lengths")
        return False
    return True


def _names_nobody(checking: Checking, value: s.Value, table: c.TableExpr) -> bool:
    """True if no column holds identifiers; else SEC403."""
    named = [n for n, column in table.type.columns.items() if column.value and _identifies(column.value)]
    if named:
        hint = f"leave it out: select … {{ {', '.join(n for n in table.type.columns if n not in named)} }}"
        checking.report("SEC403", value.span, f"`{named[0]}`, an identifier", "columns that name nobody", hint)
    return not named


def _identifies(type_: ValueType) -> bool:
    return type_.elem.domain is Domain.IDENTIFIER


def _hides_small_groups(checking: Checking, disclose: s.Disclose, value: c.Expr | c.TableExpr, policy: Policy) -> bool:
    """True unless groups are made of whatever values there are, and a single row could be one; else SEC409."""
    if not isinstance(value.type, TableType) or not value.type.open or (policy.groups or 0) > 1:
        return True
    found = f"groups of open keys under `{policy.name}`, which hides no small group"
    checking.report("SEC409", disclose.policy.span, found, "a policy with groups of at least 2")
    return False


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
        elem, shape = value.type.elem, value.type.shape
        names = [f"{name}_{i}" for i in range(shape[1].constant)] if len(shape) == 2 else [name]
        return c.Output(name, tuple((column, elem) for column in names), scalar=not shape)
    types = value.type.columns.items()
    columns = tuple((column, type_.value.elem) for column, type_ in types if type_.value is not None)
    if len(columns) < len(types):
        return UNKNOWN
    return c.Output(name, columns, scalar=False, ordered=value.type.ordered)
