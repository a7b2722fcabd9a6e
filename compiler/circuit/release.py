"""From what a `disclose` node opened to what its recipients are handed.

Lives here: `release`. Not here: the form that it makes (released.py).
"""

from __future__ import annotations

import numpy as np

from .graph import Node
from .released import Cell, Released, decode
from .types import Type


def release(
    node: Node,
    types: tuple[Type, ...],
    shown: np.ndarray,
    released: np.ndarray,
    columns: list[np.ndarray],
    withheld: np.ndarray | None = None,
) -> Released:
    """Decode what a `disclose` node opened.

    shown, released: bool (c,) or (); columns: integers of the same shape, ignored where not both hold.
    types: those of the columns; the first `keys` (attribute) of them are public and name the row. withheld: one number.
    """
    elems = tuple(t.elem for t in types)
    key_count = int(node.attr("keys"))  # type: ignore[arg-type]
    scalar = np.ndim(shown) == 0
    flat = [np.atleast_1d(np.asarray(c)) for c in columns]
    rows: list[tuple[Cell, ...] | None] = []
    keys: list[tuple[Cell, ...]] = []
    for i in np.flatnonzero(np.atleast_1d(shown)):
        cells = tuple(
            decode(int(c[i]), e) if j < key_count or np.atleast_1d(released)[i] else 0
            for j, (c, e) in enumerate(zip(flat, elems, strict=True))
        )
        rows.append(cells if np.atleast_1d(released)[i] else None)
        keys.append(cells[:key_count])

    def text(name: str) -> str:
        value = node.attr(name)
        assert isinstance(value, str)
        return value

    def texts(name: str) -> tuple[str, ...]:
        value = node.attr(name)
        assert isinstance(value, tuple)
        return tuple(str(v) for v in value)

    return Released(
        text("name"), texts("recipients"), text("policy"), texts("guards"), text("reason"), texts("columns"),
        elems, tuple(rows), tuple(keys), scalar, None if withheld is None else int(np.ravel(withheld)[0]),
    )  # fmt: skip
