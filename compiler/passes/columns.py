"""Which columns a join or a sort carries along: those that are picked behind it.

Lives here: what dce asks of the two operations that move many columns at once. Keys and validity stay: they decide
which rows there are. Not here: what is needed (dce.py).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import number
from secfuse.compiler.circuit.types import Bundle

CARRIERS = frozenset({Op.JOIN, Op.SORT})
KEY_AND_VALID = 2
"""The parts of a join in front of its columns; its arguments have two of each."""


def kept_parts(node: Node, picked: Set[int]) -> tuple[int, ...]:
    """The parts of a join or sort that stay, in order."""
    assert isinstance(node.type, Bundle), "a join or sort gives a bundle"
    least = KEY_AND_VALID if node.op is Op.JOIN else 1 + number(node, "keys")
    return tuple(i for i in range(len(node.type.parts)) if i < least or i in picked)


def kept_args(node: Node, picked: Set[int]) -> tuple[int, ...]:
    """The arguments that these parts need."""
    parts = kept_parts(node, picked)
    if node.op is Op.SORT:
        return tuple(node.args[part] for part in parts)
    return (*node.args[:4], *(node.args[part + 2] for part in parts[KEY_AND_VALID:]))


def narrowed(node: Node, picked: Set[int]) -> Node:
    """The join or sort without the other columns."""
    assert isinstance(node.type, Bundle), "a join or sort gives a bundle"
    parts = kept_parts(node, picked)
    narrower = replace(node, args=kept_args(node, picked), type=Bundle(tuple(node.type.parts[i] for i in parts)))
    if node.op is Op.SORT:
        return narrower
    left = sum(KEY_AND_VALID <= part < KEY_AND_VALID + number(node, "left") for part in parts)
    counts = {"left": left, "right": len(parts) - KEY_AND_VALID - left}
    return replace(narrower, attrs=tuple((name, counts.get(name, value)) for name, value in node.attrs))
