"""Results that stay shared: what a `disclose` under `sealed` leaves at each party, instead of opening it.

Lives here: `Part`, `Sealed`, and how a part is read once all its shares are together. Not here: the files in which
parties keep their shares (seals.py), the kernel that makes them (kernels/ends.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.release import release
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.types import Elem, Type

from .planes import to_rows, unpack

PLANES, RING, PUBLIC = "planes", "ring", "public"
COMBINE = {PLANES: np.bitwise_xor, RING: np.add}
"""What makes a value of its shares."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a disclosure hands out, masked by its guards: a guard, a column, a count.

    words: shares (P, copies, k, W) of planes, (P, copies, count) of ring values; of what is public integers (count,).
    """

    what: str
    form: str
    signed: bool
    count: int
    words: np.ndarray

    def read(self, opened: np.ndarray) -> np.ndarray:
        """The integers (count,) that opened words (k, W) or (count,) stand for."""
        if self.form != PLANES:
            return opened.view(np.int64)
        width_bits = opened.shape[0]
        if width_bits == 1 and not self.signed:
            return unpack(opened[0], self.count)
        low = np.uint64(64 - width_bits)
        rows = to_rows(opened, self.count) << low  # shifted back arithmetically, so that the top plane is the sign
        return rows.view(np.int64) >> low.astype(np.int64) if self.signed else rows >> low


@dataclass(frozen=True, slots=True)
class Sealed:
    """A disclosure that nobody has opened: its node, the elements of its columns, whether it is a single value."""

    node: Node
    elems: tuple[Elem, ...]
    single: bool
    parts: tuple[Part, ...]


def handed_out(node: Node, elems: tuple[Elem, ...], single: bool, values: list[np.ndarray]) -> Released:
    """What the recipients are handed: `values` are of shown, released, the columns, and of a count, if there is one."""
    end = 2 + len(elems)
    shown, released, *columns = (value[0] if single else value for value in values[:end])
    types = tuple(Type(elem) for elem in elems)
    return release(node, types, shown, released, columns, *values[end:])
