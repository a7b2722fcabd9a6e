"""What the types of a node and of its arguments say about its run: the part that kernels and costs share.

Lives here: `TypedNode`. Not here: what the arguments are (kernels/value.py, costs/forms.py).
"""

from __future__ import annotations

from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.types import Elem, NodeType, Type


class TypedNode:
    """A node whose arguments are known. row_counts: of all tables."""

    __slots__ = ()
    node: Node
    types: tuple[NodeType, ...]
    row_counts: dict[str, int]

    @property
    def type(self) -> Type:
        """The type of the result."""
        assert isinstance(self.node.type, Type), "a bundle has no shape"
        return self.node.type

    @property
    def elem(self) -> Elem:
        """The element type of the result."""
        return self.type.elem

    def type_of(self, i: int) -> Type:
        """The type of argument i."""
        type_ = self.types[i]
        assert isinstance(type_, Type), "a bundle has no shape"
        return type_

    def elem_of(self, i: int) -> Elem:
        """The element type of argument i."""
        return self.type_of(i).elem

    def count_of(self, type_: Type) -> int:
        """Elements along the last axis of a type; 1 for a single value."""
        return type_.shape[-1].bind(self.row_counts) if type_.shape else 1

    @property
    def axes(self) -> int:
        """Axes of the result, counting a single value as a vector of one."""
        return max(1, len(self.type.shape))

    @property
    def count(self) -> int:
        """Elements along the last axis of the result."""
        return self.count_of(self.type)

    @property
    def difference_bits(self) -> int:
        """Bits of a number with a sign that holds the difference of the first two arguments, as their types say."""
        x, y = self.elem_of(0), self.elem_of(1)
        return max(y.hi - x.lo - 1, x.hi - y.lo, 1).bit_length() + 1

    def text(self, name: str) -> str:
        """An attribute that is a text."""
        return str(self.node.attr(name))

    def number(self, name: str) -> int:
        """An attribute that is a number."""
        value = self.node.attr(name)
        assert isinstance(value, int), f"{name} is a number"
        return value
