"""Which function builds what each rule of grammar/sec.lark stands for: one total table.

Lives here: `BUILD`. Each function takes the place of the whole and its parts, already built; a word or sign arrives as
`syntax.Name`. Not here: the functions (build_*.py), and how the parser is driven (parse.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import build_actions, build_contract, build_tables, build_tests, build_types, build_values

BUILD: Mapping[str, Callable[..., Any]] = {
    **build_contract.RULES,
    **build_types.RULES,
    **build_actions.RULES,
    **build_tables.RULES,
    **build_values.RULES,
    **build_tests.RULES,
}
