"""From a checked program to its circuit.

Lives here: `lower`: sources first, then the actions in order, branches as the `when` of what they hold. Not here: what
an expression, a table or a disclosure becomes (lower_*.py), and passes (passes/).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import BOOL, NOTHING, PUBLIC, Type
from secfuse.compiler.policy import Policy

from .disclosures import lower_disclose
from .expressions import Scope, lower_steps, lower_value
from .gates import Lowering, Value
from .matrices import lower_matrix
from .tables import lower_input, lower_table


def lower(checked: c.Checked, policies: Iterable[Policy] | None = None, at_home: bool = True) -> Circuit:
    """The circuit. `policies`: those whose guards are built in; by default the program's own.

    at_home: owners compute by themselves what needs their own rows alone; otherwise all of it is computed on shares.
    """
    guarding = checked.policies if policies is None else tuple(policies)
    lowering = Lowering(checked, {policy.name: policy for policy in guarding}, at_home=at_home)
    for param in checked.params:
        node = lowering.builder.add(Op.PARAM, (), Type(param.elem, (), PUBLIC), None, name=param.name)
        lowering.values[param.name] = Value(node)
    for table in checked.tables:
        lowering.tables[table.name] = lower_input(lowering, table)
    for action in checked.actions:
        _action(lowering, action, None)
    return Circuit(
        checked.name,
        checked.parties,
        checked.compute,
        checked.tables,
        checked.params,
        tuple(lowering.builder.nodes),
        tuple(lowering.outputs),
        tuple(lowering.regions),
    )


def _action(lowering: Lowering, action: c.Action, when: int | None) -> None:
    match action:
        case c.LetValue() | c.Loop():
            lower_steps(lowering, Scope(), (action,))
        case c.LetTable(name=name, table=table):
            lowering.tables[name] = lower_table(lowering, table)
        case c.LetMatrix(name=name, table=table):
            lowering.values[name] = lower_matrix(lowering, action, lower_table(lowering, table))
        case c.Disclose():
            lower_disclose(lowering, action, when)
        case c.Print():
            _print(lowering, action, when)
        case c.Assert():
            _assert(lowering, action, when)
        case c.Branch():
            _branch(lowering, action, when)
        case _:
            assert_never(action)


def _branch(lowering: Lowering, branch: c.Branch, when: int | None) -> None:
    """Both sides, each under its condition."""
    condition = lower_value(lowering, Scope(), branch.condition).node
    yes = lowering.both(when, condition)
    for action in branch.yes:
        _action(lowering, action, yes)
    if branch.no:
        no = lowering.both(when, lowering.apply(Op.NOT, (condition,), BOOL, branch.span))
        for action in branch.no:
            _action(lowering, action, no)


def _assert(lowering: Lowering, action: c.Assert, when: int | None) -> None:
    """The condition, or that its branch is not taken."""
    holds = lower_value(lowering, Scope(), action.condition).node
    if when is not None:
        skipped = lowering.apply(Op.NOT, (when,), BOOL, action.span)
        holds = lowering.apply(Op.OR, (skipped, holds), BOOL, action.span)
    check = lowering.builder.add(Op.CHECK, (holds,), NOTHING, action.span, message=action.message)
    lowering.outputs.append(check)


def _print(lowering: Lowering, action: c.Print, when: int | None) -> None:
    value = lower_value(lowering, Scope(), action.value).node
    args = (value,) if when is None else (value, when)
    shown = lowering.builder.add(Op.PRINT, args, NOTHING, action.span, label=action.label)
    lowering.outputs.append(shown)
