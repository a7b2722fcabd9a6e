"""What a code means, in words: `explain`. Not here: one message about one place (../diagnostics.py)."""

from __future__ import annotations

from secfuse.compiler.errors import CODES

from .examples import EXAMPLES


def explain(code: str) -> str:
    """Title, reason, an example if it fits on a page, remedy. Raises KeyError for an unknown code."""
    entry = CODES[code]
    shown = f"\n\nFor example:\n{EXAMPLES[code]}" if code in EXAMPLES else ""
    return f"{code}: {entry.title}\n\n{entry.explanation}{shown}\n\nWhat to do: {entry.fix}."
