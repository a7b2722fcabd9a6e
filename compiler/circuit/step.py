"""One gate about to be computed in the clear, and the values it is given.

Lives here: `World`, `Step`, `Value`, and the two forms in which integers are held. Not here: any rule
(see clear_elements.py and its neighbours) or the order in which gates are computed (evaluate.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from .graph import Node
from .interface import Rows
from .released import Released
from .types import Domain, Elem, NodeType, Type

Value: TypeAlias = np.ndarray | tuple[np.ndarray | None, ...] | Released | str | None
"""Of a gate: an array; of a join: one array per part; of `disclose` and `print`: what the world gets to see.

None is what nobody asked for: a part of a fold, an argument of the parts that nobody asked for.
"""


@dataclass(frozen=True, slots=True)
class World:
    """What the sources read: rows by table, values by parameter, the lengths of all tables; in a region, its inputs.

    Lengths are public. coins: by draw, what random bits show; those of other draws show 0.
    """

    tables: Mapping[str, Rows]
    params: Mapping[str, int]
    row_counts: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[Value, ...] = ()
    coins: Mapping[int, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A node with the types and the values of its arguments."""

    node: Node
    types: tuple[NodeType, ...]
    values: tuple[Value, ...]
    world: World

    def array(self, index: int) -> np.ndarray:
        """The value of that argument."""
        value = self.values[index]
        assert isinstance(value, np.ndarray), f"argument {index} of {self.node.op.value} is not an array"
        return value

    def arrays(self, start: int = 0, stop: int | None = None) -> list[np.ndarray]:
        """The values of the arguments start .. stop - 1."""
        return [self.array(i) for i in range(len(self.values))[start:stop]]

    def type(self, index: int) -> Type:
        """The type of that argument."""
        found = self.types[index]
        assert isinstance(found, Type), f"argument {index} of {self.node.op.value} is a bundle"
        return found

    def elem(self, index: int) -> Elem:
        """The element of that argument."""
        return self.type(index).elem

    @property
    def result(self) -> Elem:
        """The element of the node."""
        assert isinstance(self.node.type, Type), f"{self.node.op.value} has no element"
        return self.node.type.elem

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the node, now that those of the tables are known."""
        assert isinstance(self.node.type, Type), f"{self.node.op.value} has no shape"
        return tuple(size.bind(self.world.row_counts) for size in self.node.type.shape)

    def number(self, name: str) -> int:
        """An attribute that is an integer."""
        value = self.node.attr(name)
        assert isinstance(value, int), f"{name} of {self.node.op.value} is not an integer"
        return value

    def text(self, name: str) -> str:
        """An attribute that is a text."""
        value = self.node.attr(name)
        assert isinstance(value, str), f"{name} of {self.node.op.value} is not a text"
        return value


def held(values: object, elem: Elem) -> np.ndarray:
    """Values in the form in which their domain is held: bool, uint64 for identifiers, int64 for the rest."""
    match elem.domain:
        case Domain.BOOL:
            return np.asarray(values, dtype=np.bool_)
        case Domain.IDENTIFIER:
            return np.asarray(values, dtype=np.uint64)
        case Domain.INT | Domain.FIXED | Domain.MONEY | Domain.DATE | Domain.CATEGORY | Domain.TEXT:
            return np.asarray(values, dtype=np.int64)


def magnitude(x: np.ndarray) -> int:
    """The largest |value| of an array, 0 if it is empty: decides whether 64 bits suffice for what comes next."""
    return max(-int(x.min()), int(x.max())) if x.size else 0


def wide(x: np.ndarray) -> np.ndarray:
    """The same values as Python integers of any size."""
    return np.asarray(x, dtype=object)


def narrow(x: object) -> np.ndarray:
    """Integers of any size as int64, modulo 2**64.

    The range proof keeps every number that counts below 2**62. Only what stands in rows that do not count (a missing
    value is 0, whatever its range) can be larger: it wraps, as it does in the ring.
    """
    values = np.asarray(x)
    if values.dtype != object:
        return values.astype(np.int64, copy=False)
    return np.asarray(values & 0xFFFF_FFFF_FFFF_FFFF, dtype=np.uint64).view(np.int64)
