"""The language's own library, written in it: one module a file.

Lives here: the modules, and `standard`, which finds them. Not here: functions that the compiler knows by itself.
"""

from __future__ import annotations

import re
from importlib.resources import files

PREFIX = "std/"


def standard(path: str) -> str | None:
    """The text of the module `std/NAME`; None if there is none of that name."""
    name = path.removeprefix(PREFIX)
    if name == path or not re.fullmatch(r"[a-z][a-z0-9_]*", name, re.ASCII):
        return None
    module = files(__name__) / f"{name}.sec"
    return module.read_text(encoding="utf-8") if module.is_file() else None


def modules() -> tuple[str, ...]:
    """The paths of all modules."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(PREFIX + name.removesuffix(".sec") for name in names if name.endswith(".sec")))
