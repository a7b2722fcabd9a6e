"""7xx: modules and what is imported from them."""

from __future__ import annotations

from .code import Code

MODULES: dict[str, Code] = {}
