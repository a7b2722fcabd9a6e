"""Syntax without its places, as a short text: equal for two readings of the same program.

Lives here: `shown`.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal

from secfuse.compiler import syntax as s


def shown(part: object) -> str:
    """Syntax without places, in short: Class(parts), names and numbers bare."""
    match part:
        case s.Name(text=text):
            return text
        case s.Number(value=value):
            return str(value)
        case Decimal() | str() | bool() | None:
            return repr(part)
        case tuple():
            return "[" + " ".join(map(shown, part)) + "]"
        case _:
            assert is_dataclass(part)
            parts = (getattr(part, field.name) for field in fields(part) if field.name != "span")
            return f"{type(part).__name__}({', '.join(map(shown, parts))})"
