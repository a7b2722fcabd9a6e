"""What a code means, in words: `explain`. Not here: one message about one place (../diagnostics.py)."""

from __future__ import annotations

import json
from importlib.resources import files

from secfuse.compiler.errors import CODES


def examples() -> dict[str, str]:
    """By code, what the compiler says of a program; written by scripts/write-codes from tests/programs/bad."""
    found = json.loads((files(__package__) / "examples.json").read_text(encoding="utf-8"))
    return {str(code): str(shown) for code, shown in found.items()}


def explain(code: str) -> str:
    """Title, reason, an example if it fits on a page, remedy. Raises KeyError for an unknown code."""
    entry, shown = CODES[code], examples().get(code)
    example = f"\n\nFor example:\n{shown}" if shown else ""
    return f"{code}: {entry.title}\n\n{entry.explanation}{example}\n\nWhat to do: {entry.fix}."
