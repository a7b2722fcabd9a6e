"""Modules: functions and constants of another source, which knows neither parties nor tables.

Lives here: `check_import`, `check_module`, `declare_function`. The text of a module comes from a library that is
handed in; its digest is part of what a program is. A module's functions are checked where they are called, for the
arguments they get.
Not here: calls (functions.py), where libraries are stored.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from secfuse.compiler import syntax as s
from secfuse.compiler.checked import Checked
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.errors import CompileErrors, Problems
from secfuse.compiler.reading.parse import parse
from secfuse.compiler.source import Source

from .calls import FREE, FUNCTIONS
from .declarations import declare_category
from .functions import invoke
from .scope import UNKNOWN, Bound, Checking, Entity, FunctionEntity, Library, Module
from .steps import let_value
from .test_blocks import check_test

MOST_MODULES = 100


def declare_function(checking: Checking, function: s.Function, module: Module | None = None) -> None:
    """fn NAME(…): known from here on; its name is not one that the language uses itself."""
    if function.name.text in FUNCTIONS and function.name.text not in FREE:
        found = f"a function `{function.name.text}`"
        checking.report("SEC202", function.name.span, found, "a name that is not one of the language's own functions")
        return
    names = [parameter.name for parameter in function.parameters]
    seen: set[str] = set()
    for name in (*function.generics, *names):
        if name.text in seen:
            checking.report("SEC202", name.span, f"a second `{name.text}`", "a name that is not taken")
        seen.add(name.text)
    checking.declare(function.name, FunctionEntity(function, module))


def check_import(checking: Checking, statement: s.Import) -> None:
    """import NAME from "PATH" """
    module = load_module(checking, statement.span, statement.path)
    checking.declare(statement.name, UNKNOWN if module is None else module)


def load_module(checking: Checking, span: Span, path: str) -> Module | None:
    """The module of that path, read once; None, and it is reported at that place, where it cannot be had."""
    if path in checking.modules:
        return checking.modules[path]
    if path in checking.importing or len(checking.modules) >= MOST_MODULES:
        found = f'"{path}", which is being imported already'
        checking.report("SEC703", span, found, "modules that do not import each other in a circle")
        return None
    text = checking.library(path)
    if text is None:
        checking.report("SEC701", span, f'"{path}"', 'the path of a module that exists, such as "std/stats"')
        return None
    module = _read(checking, span, path, text)
    if module is not None:
        checking.modules[path] = module
    return module


def _read(checking: Checking, span: Span, path: str, text: str) -> Module | None:
    """The module, if it has no mistakes; its first is reported where it is imported."""
    source = Source(text, path)
    problems = Problems(source)
    names: dict[str, Entity] = {}
    module = Module(path, source, names, sha256(text.encode("utf-8")).hexdigest())
    inner = replace(checking, source=source, problems=problems, names=names, program=names, by_key=checking.by_key)
    inner.importing = (*checking.importing, path)
    try:
        for line in parse(source, problems):
            _line(inner, module, line)
        problems.raise_if_any()
    except CompileErrors as errors:
        first = errors.diagnostics[0]
        found = f'"{path}" line {first.span.line}: {first.code}, {first.found}'
        checking.report("SEC702", span, found, "a module without mistakes")
        return None
    finally:
        checking.keys = inner.keys
    return module


def check_module(source: Source, statements: tuple[s.Statement, ...], problems: Problems, library: Library) -> Checked:
    """A module by itself, with its tests. Mistakes are raised; functions are checked where the tests call them."""
    checking = Checking(source, problems, library=library, invoke=invoke, load=load_module)
    checking.program = checking.names
    for line in statements:
        _line(checking, None, line)
    tests = tuple(check_test(checking, line) for line in statements if isinstance(line, s.Test))
    problems.raise_if_any()
    modules = tuple(sorted((module.path, module.digest) for module in checking.modules.values()))
    return Checked(source.file, "", "", "", (), (), (), (), (), (), (), tests, modules, tuple(checking.probes))


def _line(checking: Checking, module: Module | None, line: s.Statement) -> None:
    match line:
        case s.Function():
            declare_function(checking, line, module)
        case s.Import():
            check_import(checking, line)
        case s.Let():
            steps = let_value(checking, line) if not isinstance(line.value, s.Matrix) else []
            bound = checking.names.get(line.name.text)
            if steps and not (isinstance(bound, Bound) and bound.const is not None):
                checking.report("SEC704", line.span, "a value that is not known now", "constants in a module")
        case s.Category():
            declare_category(checking, line)
        case s.Test() | s.Broken():
            pass
        case _:
            found = f"`{type(line).__name__.lower()}` in a module"
            checking.report("SEC704", line.span, found, "functions, constants, categories, imports and tests")
