"""7xx: modules and what is imported from them."""

from __future__ import annotations

from .code import Code

MODULES: dict[str, Code] = {
    "SEC701": Code(
        "a module that does not exist",
        "A module is found by its path; those of the language itself begin with std/.",
        'write a path that exists, as in import stats from "std/stats"',
    ),
    "SEC702": Code(
        "a module with mistakes",
        "A program is compiled with all it imports.",
        "mend the module; `secfuse check` shows all its mistakes",
    ),
    "SEC703": Code(
        "modules that import each other in a circle",
        "What a module means must not depend on itself.",
        "move what both need into a third module",
    ),
    "SEC704": Code(
        "what does not belong in a module",
        "Modules are pure: they know no parties, no tables, no results.",
        "keep functions, constants, categories, imports and tests",
    ),
}  # fmt: skip
