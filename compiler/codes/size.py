"""6xx: size and cost."""

from __future__ import annotations

from .code import Code

SIZE: dict[str, Code] = {
    "SEC601": Code(
        "a row bound out of bounds",
        "A table has at least 1 and at most 2^31 rows.",
        "write how many rows the owner has at most",
    ),
    "SEC602": Code(
        "groups without a closed small domain",
        "Groups are computed cell by cell, so that nobody learns which exist: at most 1024 cells.",
        "group by a category, a bool, or an int with a small range",
    ),
}  # fmt: skip
