"""Branches: a real one on a public condition, a choice between two states of the vars on a secret one.

Lives here: `check_branch`. Not here: the conditions under which something is disclosed (flow.py has the effects).
"""

from __future__ import annotations

from secfuse.compiler import checked as c
from secfuse.compiler import syntax as s

from .known import decided
from .numbers import chosen
from .scope import Bound, Checking
from .steps import CheckAction, Steps, bind, check_block


def has_effects(actions: tuple[s.Action, ...]) -> bool:
    """True if something is disclosed, printed or asserted."""
    for action in actions:
        match action:
            case s.Disclose() | s.Print() | s.Assert():
                return True
            case s.Branch(yes=yes, no=no):
                if has_effects(yes) or has_effects(no):
                    return True
            case s.For(body=body) | s.Repeat(body=body):
                if has_effects(body):
                    return True
            case s.Let() | s.Var() | s.Assign() | s.Return():
                pass
    return False


def check_branch(checking: Checking, branch: s.Branch, condition: c.Expr | None, check: CheckAction) -> Steps:
    """Both sides, and for each var that they change the choice between its two states.

    A condition that is known now leaves one side only: the other is not even checked, so that a function may suit
    itself to the types of its arguments.
    """
    now = None if condition is None else decided(condition)
    if now is not None:
        taken = branch.yes if now else branch.no
        steps, changed = check_block(checking, taken, check)
        return [
            *steps,
            *(bind(checking, _name(branch, name), _state(branch, bound), bound) for name, bound in changed.items()),
        ]
    before = dict(checking.names)
    yes, changed_yes = check_block(checking, branch.yes, check)
    no, changed_no = check_block(checking, branch.no, check)
    if condition is None:
        return []
    effects = has_effects((branch,))
    steps = [c.Branch(branch.span, condition, tuple(yes), tuple(no))] if effects else [*yes, *no]
    for name in dict.fromkeys((*changed_yes, *changed_no)):
        old = before[name]
        assert isinstance(old, Bound), "only vars change"
        sides = [_state(branch, changed.get(name, old)) for changed in (changed_yes, changed_no)]
        merged = chosen(checking, branch.span, condition, *sides)
        if merged is not None:
            steps.append(bind(checking, _name(branch, name), merged, old))
    return steps


def _name(branch: s.Branch, name: str) -> s.Name:
    return s.Name(branch.span, name)


def _state(branch: s.Branch, bound: Bound) -> c.Expr:
    return c.Named(branch.span, bound.type, bound.key)
