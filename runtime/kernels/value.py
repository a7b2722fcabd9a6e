"""What a node's result looks like while it runs, and the ways between its forms.

Lives here: `Bits`, `Ring`, `Step`, conversions and broadcasting. Not here: what operations do (elements.py, rows.py).

A secret value is `Bits` (bit planes of its type's width, two's complement if signed) or `Ring` (64-bit shares); public
ones are plain NumPy integers. The last axis of a type's shape is the one packed into words; a single value is a vector
of one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from secfuse.compiler.circuit.graph import Node
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.types import NodeType, Type
from secfuse.runtime.algorithms.bits import PLANE, bits_of, extended
from secfuse.runtime.planes import tail_mask, to_planes, words_for
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.sealed import Sealed
from secfuse.runtime.typed_node import TypedNode


@dataclass(frozen=True, slots=True)
class Bits:
    """Planes (P, copies, k, ..., W) of vectors of `count` elements; the axes between are cells."""

    planes: np.ndarray
    count: int


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring shares (P, copies, ..., count), uint64."""

    shares: np.ndarray

    @property
    def count(self) -> int:
        """Elements along the last axis."""
        return int(self.shares.shape[-1])


Secret: TypeAlias = Bits | Ring
Value: TypeAlias = "Bits | Ring | np.ndarray | tuple[Secret | np.ndarray, ...] | Released | Sealed | None"


@dataclass(frozen=True, slots=True)
class Loop:
    """What a FOLD needs to know of its region. inputs, kinds: of the region's inputs; results: types of its results.

    trip: runs the region once, on (trip number, *carried, *captured), and gives its results.
    """

    inputs: tuple[Type, ...]
    kinds: tuple[str, ...]
    results: tuple[Type, ...]
    trip: Callable[[tuple[Value, ...]], Coroutine[Any, Any, list[Value]]]


@dataclass(frozen=True, slots=True)
class Step(TypedNode):
    """One node about to run: its arguments are there.

    rows: tables whose owners are played here. ranks: of parties by name. owners: ranks by table. loop: of a FOLD.
    """

    scheme: Scheme
    node: Node
    types: tuple[NodeType, ...]
    args: tuple[Value, ...]
    kind: str
    rows: dict[str, Rows]
    row_counts: dict[str, int]
    ranks: dict[str, int]
    owners: dict[str, int]
    loop: Loop | None = None


async def planes(
    step: Step, i: int, width_bits: int | None = None, count: int | None = None, axes: int = 1
) -> np.ndarray:
    """Argument i as planes of at least `width_bits`, a single value spread over `count` elements.

    axes: how many axes of elements the result has at least, so that [n] meets [c, n] as [1, n].
    """
    value, elem = step.args[i], step.elem_of(i)
    width = elem.width_bits if width_bits is None else width_bits
    match value:
        case Bits(planes=held, count=have):
            out = extended(held, width, elem.signed)
        case Ring(shares=shares):
            out, have = extended(await bits_of(step.scheme, shares, elem.width_bits), width, elem.signed), value.count
        case np.ndarray():
            out, have = public_planes(step.scheme, value, width), int(np.atleast_1d(value).shape[-1])
        case _:
            raise AssertionError("a bundle is picked apart before use")
    if count is not None and have == 1 and count != 1:
        out = spread(out, count)
    return _with_axes(out, PLANE + 1, axes)


def _with_axes(x: np.ndarray, first: int, axes: int) -> np.ndarray:
    """At least `axes` axes from `first` on, new ones of length 1 in front."""
    missing = axes - (x.ndim - first)
    return x.reshape(*x.shape[:first], *[1] * missing, *x.shape[first:]) if missing > 0 else x


def public_planes(p: Scheme, value: np.ndarray, width_bits: int) -> np.ndarray:
    """A public value as shares of its planes, two's complement."""
    integers = np.atleast_1d(value).astype(np.int64 if value.dtype != np.uint64 else np.uint64).astype(np.uint64)
    return p.constant(np.moveaxis(to_planes(integers, width_bits), -2, 0))


def spread(single: np.ndarray, count: int) -> np.ndarray:
    """Planes of one element (..., 1) to `count` equal ones (..., W). Local: bit 0 fills the words."""
    filled = np.uint64(0) - (single[..., :1] & np.uint64(1))
    return np.repeat(filled, words_for(count), axis=-1) & tail_mask(count)


async def ring(step: Step, i: int, axes: int = 1) -> np.ndarray:
    """Argument i as ring shares (P, copies, ..., n), with at least `axes` axes of elements."""
    value, elem = step.args[i], step.elem_of(i)
    match value:
        case Ring(shares=shares):
            out = shares
        case Bits():
            out = await _weighed(step.scheme, value, elem.signed)
        case np.ndarray():
            out = step.scheme.constant(np.atleast_1d(value).astype(np.int64).astype(np.uint64))
        case _:
            raise AssertionError("a bundle is picked apart before use")
    return _with_axes(out, 2, axes)


async def _weighed(p: Scheme, value: Bits, signed: bool) -> np.ndarray:
    """Sum of the bits times their weights, the top one negative if signed."""
    bits = await p.bit_to_ring(value.planes, value.count)
    total = bits[:, :, 0].copy()
    width = bits.shape[PLANE]
    for i in range(1, width):
        term = bits[:, :, i] << np.uint64(i)
        total = total - term if signed and i == width - 1 else total + term
    if signed and width == 1:
        total = p.zeros(total.shape[2:]) - total
    return total


async def flag(step: Step, i: int, count: int | None = None, axes: int = 1) -> np.ndarray:
    """A bool argument as one plane (P, copies, ..., W)."""
    return (await planes(step, i, 1, count, axes))[:, :, 0]


def public_scalar(value: Value) -> int | None:
    """The number, if the value is a public single one."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return int(value)
    return None


def as_bool(plane: np.ndarray, count: int) -> Bits:
    """A plane without plane axis as a value."""
    return Bits(plane[:, :, None], count)
