"""Builds what is done: bindings, loops, branches, functions, what leaves the program.

Not here: the values (build_values.py, build_tables.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from secfuse.compiler import syntax as s
from secfuse.compiler.circuit.graph import Span

from .build_contract import inside


def _import(span: Span, name: s.Name, path: s.Name) -> s.Import:
    return s.Import(span, name, inside(path))


def _function(span: Span, name: s.Name, *parts: Any) -> s.Function:
    """Parts: the generics, the parameters, the result, the body; of these the first and the third may be missing."""
    *head, body = parts
    result = head.pop() if isinstance(head[-1], s.TypeName | s.RecordType) else None
    generics = head[0] if len(head) == 2 else ()
    return s.Function(span, name, generics, head[-1], result, body)


def _all(span: Span, *parts: Any) -> tuple[Any, ...]:
    """A list in brackets, or the actions of a block."""
    return parts


def _parameter(span: Span, name: s.Name, annotation: s.Annotation) -> s.Parameter:
    return s.Parameter(span, name, annotation)


def _same(span: Span, part: Any) -> Any:
    """Signs or a word around one part say nothing more."""
    return part


def _let(span: Span, name: s.Name, *parts: Any) -> s.Let:
    return s.Let(span, name, parts[0] if len(parts) == 2 else None, parts[-1])


def _var(span: Span, name: s.Name, *parts: Any) -> s.Var:
    return s.Var(span, name, parts[0] if len(parts) == 2 else None, parts[-1])


def _assign(span: Span, name: s.Name, value: s.Expression) -> s.Assign:
    return s.Assign(span, name, value)


def _disclose(span: Span, value: s.Value, *parts: Any) -> s.Disclose:
    *output, recipients, policy, reason = parts
    return s.Disclose(span, value, output[0] if output else None, recipients, policy, inside(reason))


def _print(span: Span, value: s.Expression) -> s.Print:
    return s.Print(span, value)


def _assert(span: Span, condition: s.Expression, message: s.Name) -> s.Assert:
    return s.Assert(span, condition, inside(message))


def _branch(span: Span, condition: s.Expression, yes: tuple[s.Action, ...], *no: Any) -> s.Branch:
    if not no:
        return s.Branch(span, condition, yes, ())
    return s.Branch(span, condition, yes, (no[0],) if isinstance(no[0], s.Branch) else no[0])


def _for(span: Span, variable: s.Name, over: s.Range, body: tuple[s.Action, ...]) -> s.For:
    return s.For(span, variable, over, body)


def _repeat(span: Span, most: s.Expression, until: s.Expression, body: tuple[s.Action, ...]) -> s.Repeat:
    return s.Repeat(span, most, until, body)


def _return(span: Span, value: s.Expression) -> s.Return:
    return s.Return(span, value)


RULES: Mapping[str, Callable[..., Any]] = {
    "import": _import,
    "function": _function,
    "generics": _all,
    "parameters": _all,
    "parameter": _parameter,
    "result": _same,
    "let": _let,
    "var": _var,
    "assign": _assign,
    "disclose": _disclose,
    "output": _same,
    "print": _print,
    "assert": _assert,
    "branch": _branch,
    "for": _for,
    "repeat": _repeat,
    "return": _return,
    "block": _all,
}
