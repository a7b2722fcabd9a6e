"""Forms of the language that are read but not yet checked: refused here, so that nothing behind meets them.

Lives here: `known_forms`. A form leaves `PENDING` when the checker knows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from secfuse.compiler import syntax as s
from secfuse.compiler.errors import Problems

PENDING = (s.Text,)


def known_forms(statements: tuple[s.Statement, ...], problems: Problems) -> tuple[s.Statement, ...]:
    """The statements, those with a form that is not checked yet as if they could not be read."""
    return tuple(_known(statement, problems) for statement in statements)


def _known(statement: s.Statement, problems: Problems) -> s.Statement:
    for part in _parts(statement):
        if _is_pending(part):
            name = getattr(statement, "name", None)
            problems.report("SEC111", part.span, f"`{type(part).__name__}`", "a form that this version compiles")
            return s.Broken(statement.span, type(statement).__name__.lower(), name.text if name else "")
    return statement


def _is_pending(part: object) -> bool:
    match part:
        case s.TypeName(base=base):
            return base.text == "text"
        case _:
            return isinstance(part, PENDING)


def _parts(whole: s.Statement) -> Iterator[s.Statement]:
    """All syntax inside a statement, itself first."""
    stack: list[object] = [whole]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            stack.extend(reversed(part))
        elif hasattr(part, "span") and hasattr(part, "__slots__"):
            yield part  # type: ignore[misc]
            stack.extend(getattr(part, name) for name in part.__slots__)
