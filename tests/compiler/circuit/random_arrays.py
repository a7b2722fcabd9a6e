"""Guesses for random circuits with arrays: shapes and attributes that the grammar and any number of rows may accept.

Lives here: `guessed`. Arrays stay small and have at most two axes.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from secfuse.compiler.circuit.graph import Attr, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import Size, Type
from secfuse.compiler.circuit.verify_arrays import attr_of

ARRAYS = (Op.SIZE, Op.IOTA, Op.BROADCAST, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE, Op.MATMUL)
LENGTHS = (Size.rows("flights"), Size.rows("hours"), Size(1), Size(3))

Shape: TypeAlias = tuple[Size, ...]
Guess: TypeAlias = tuple[Shape, dict[str, Attr]]


def guessed(rng: np.random.Generator, op: Op, args: list[Node]) -> Guess | None:
    """A claimed shape, where the operation may choose one, and its attributes; None if these arguments do not do."""
    shape = _type(args[0]).shape if args else ()
    length = LENGTHS[int(rng.integers(len(LENGTHS)))]
    match op:
        case Op.SIZE:
            return (), {"size": attr_of(length + Size(int(rng.integers(-2, 3))))}
        case Op.IOTA:
            return (length,), {}
        case Op.BROADCAST:
            return (length, *shape)[-2:] if len(shape) < 2 else (length, shape[1]), {}
        case Op.RESHAPE:
            return _reshaped(rng, shape), {}
        case Op.TRANSPOSE:
            return (shape, {"axes": tuple(int(a) for a in rng.permutation(len(shape)))}) if shape else None
        case Op.SLICE:
            return _slice(rng, shape, _type(args[1]))
        case Op.TAKE:
            return _choice(rng, shape, args[1])
        case _:
            return (), {}


def _reshaped(rng: np.random.Generator, shape: Shape) -> Shape:
    """Two axes swapped or become one, or one become two."""
    if len(shape) == 2 and not shape[0].terms and rng.random() < 0.5:
        return (sum([shape[1]] * shape[0].constant, Size(0)),)
    return shape[::-1] if len(shape) == 2 else (*shape, Size(1)) if rng.random() < 0.5 else (Size(1), *shape)


def _slice(rng: np.random.Generator, shape: Shape, start: Type) -> Guess | None:
    """What is left of a fixed length from start on; of a table's rows all or none, from the first on."""
    if not shape:
        return None
    axis = int(rng.integers(len(shape)))
    left = shape[axis] + Size(-start.elem.hi)
    if shape[axis].terms:
        left = shape[axis] if rng.random() < 0.7 else Size(0)
    if (shape[axis].terms and start.elem.hi) or left.constant < 0:
        return None
    return (*shape[:axis], left, *shape[axis + 1 :]), {"axis": axis}


def _choice(rng: np.random.Generator, shape: Shape, indices: Node) -> Guess | None:
    """Of a fixed length by numbers below it; of a table's rows by all their indices."""
    if not shape or len(shape) + len(_type(indices).shape) > 3:
        return None
    axis = int(rng.integers(len(shape)))
    all_of_them = indices.op is Op.IOTA and _type(indices).shape == (shape[axis],)
    below = not shape[axis].terms and _type(indices).elem.hi < shape[axis].constant
    return ((), {"axis": axis}) if all_of_them or below else None


def _type(node: Node) -> Type:
    assert isinstance(node.type, Type)
    return node.type
