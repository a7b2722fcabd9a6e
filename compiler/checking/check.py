"""From the syntax tree to a checked program: statements in order, then what is missing.

Lives here: `check`, the order of the contract, what must be declared. Not here: the rules of each statement
(check_declarations, check_tables, check_flow, check_tests).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import assert_never, get_args

from secfuse.compiler import syntax as s
from secfuse.compiler.cases import TestCase
from secfuse.compiler.checked import Action, Checked
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.interface import Party
from secfuse.compiler.errors import Problems
from secfuse.compiler.policy import Policy
from secfuse.compiler.source import Source

from . import declarations
from .flow import check_action
from .functions import invoke
from .modules import check_import, declare_function, load_module
from .scope import UNKNOWN, Checking, Library
from .test_blocks import check_test

REQUIRED = {
    "program": 'program NAME version "1.0"',
    "purpose": 'purpose "area/topic" "what it is for"',
    "party": 'party NAME "its title"',
    "compute": "compute by PARTY, PARTY, PARTY",
    "assume": "assume honest majority, semi-honest",
}
"""Declarations that every program has, and how they are written."""

ACTIONS = get_args(s.Action)
ONCE = ("program", "purpose", "compute", "assume")


@dataclass(slots=True)
class Header:
    """What the first lines said, and which kinds of line there were."""

    program: s.Program | None = None
    purpose: s.Purpose | None = None
    assumptions: tuple[str, ...] = ()
    seen: set[str] = field(default_factory=set)
    computing: bool = False


def check(source: Source, statements: tuple[s.Statement, ...], problems: Problems, library: Library) -> Checked:
    """The program with all names, types and flows resolved. Mistakes, those of the parser included, are raised.

    library: the texts of modules by their paths.
    """
    checking, header = Checking(source, problems, library=library, invoke=invoke, load=load_module), Header()
    checking.program = checking.names
    actions: list[Action] = []
    tests: list[TestCase] = []
    for statement in statements:
        _in_order(checking, header, statement)
        match statement:
            case s.Test():
                tests.append(check_test(checking, statement))
            case s.Import():
                check_import(checking, statement)
            case s.Function():
                declare_function(checking, statement)
            case s.Broken():
                _skip(checking, header, statement)
            case _ if isinstance(statement, ACTIONS):
                actions += check_action(checking, statement)
            case _:
                _declare(checking, header, statement)  # type: ignore[arg-type]
    declarations.all_compute(checking)
    _require(checking, header, statements[0].span if statements else source.span(0, 0))
    problems.raise_if_any()
    return _checked(checking, header, tuple(actions), tuple(tests))


def _in_order(checking: Checking, header: Header, statement: s.Statement) -> None:
    """The contract stands before the first computation, tests may stand anywhere."""
    match statement:
        case s.Test() | s.Broken() | s.Function() | s.Import():
            pass
        case _ if isinstance(statement, ACTIONS):
            header.computing = True
        case _ if header.computing:
            found = f"`{_keyword(statement)}` behind a computation"
            checking.report("SEC215", statement.span, found, "all declarations before the first let, print or disclose")
        case _:
            pass


def _keyword(statement: s.Statement) -> str:
    return type(statement).__name__.lower()


def _skip(checking: Checking, header: Header, broken: s.Broken) -> None:
    """A statement that could not be read: what it would have declared raises no alarm."""
    header.seen.add(broken.keyword)
    header.seen.update(get_close_matches(broken.keyword, REQUIRED, n=1))
    checking.outputs_incomplete = True
    if not broken.name:
        return
    if broken.keyword != "policy":
        checking.parties.setdefault(broken.name, UNKNOWN)
    if broken.keyword != "party":
        checking.policies.setdefault(broken.name, UNKNOWN)
    if broken.keyword not in ("party", "policy"):
        checking.names.setdefault(broken.name, UNKNOWN)


def _declare(checking: Checking, header: Header, statement: s.Declaration) -> None:
    keyword = _keyword(statement)
    if keyword in ONCE and keyword in header.seen:
        checking.report("SEC223", statement.span, f"a second `{keyword}`", "one line of it")
    header.seen.add(keyword)
    match statement:
        case s.Program():
            header.program = statement
        case s.Purpose():
            header.purpose = statement
        case s.Assume():
            header.assumptions = declarations.declare_assume(checking, statement)
        case s.Party():
            declarations.declare_party(checking, statement)
        case s.Compute():
            declarations.declare_compute(checking, statement)
        case s.Category():
            declarations.declare_category(checking, statement)
        case s.Param():
            declarations.declare_param(checking, statement)
        case s.Input():
            declarations.declare_input(checking, statement)
        case s.Policy():
            declarations.declare_policy(checking, statement)
        case _:
            assert_never(statement)


def _require(checking: Checking, header: Header, first: Span) -> None:
    """Each declaration of REQUIRED stands somewhere; else it is missing from the first line."""
    missing = [keyword for keyword in REQUIRED if keyword not in header.seen]
    if missing:
        found = f"no {', '.join(f'`{keyword}`' for keyword in missing)}"
        hint = f"add: {REQUIRED[missing[0]]}"
        checking.report("SEC214", first, found, ", ".join(REQUIRED), hint)


def _checked(checking: Checking, header: Header, actions: tuple[Action, ...], tests: tuple[TestCase, ...]) -> Checked:
    assert header.program is not None, "a program without a name was refused"
    assert header.purpose is not None, "a program without a purpose was refused"
    assert checking.compute is not None, "a program that nobody computes was refused"
    return Checked(
        header.program.name.text,
        header.program.version,
        header.purpose.code,
        header.purpose.text,
        tuple(party for party in checking.parties.values() if isinstance(party, Party)),
        checking.compute,
        header.assumptions,
        tuple(checking.params.values()),
        tuple(checking.inputs.values()),
        tuple(policy for policy in checking.policies.values() if isinstance(policy, Policy)),
        actions,
        tests,
        tuple(sorted((module.path, module.digest) for module in checking.modules.values())),
        tuple(checking.probes),
    )
