"""Kernels of sort, scan and shift give what their meaning in the clear gives, for columns of any length and kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.graph import Attr, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import Step as ClearStep
from secfuse.compiler.circuit.step import World, held
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    Bundle,
    Elem,
    NodeType,
    Size,
    Type,
    category,
    dates,
    fixed,
    integer,
)
from secfuse.runtime.kernels import KERNEL
from secfuse.runtime.kernels.value import Bits, Ring, Step
from secfuse.runtime.planes import to_planes, to_rows
from tests.support.trio import opened, run, shared, solo, trio

SIZES = [0, 1, 64, 65, 300]
ELEMS = [
    BOOL,
    IDENTIFIER,
    integer(-100, 100),
    integer(0, 5),
    fixed(-300, 70_000),
    dates(-400, 400),
    category("Band", ("calm", "breeze", "gale")),
]
RNG = np.random.default_rng(41)


def column(elem: Elem, count: int) -> np.ndarray:
    """Values of that kind, few enough to meet again, and the ends of the range among them."""
    if elem == IDENTIFIER:
        return RNG.choice(np.array([0, 3, 2**63, 2**64 - 1], np.uint64), count)
    some = [elem.lo, elem.hi, *(int(v) for v in RNG.integers(elem.lo, elem.hi + 1, 3))]
    return held(RNG.choice(np.array(some), count), elem)


def agree(p: Any, op: Op, result: NodeType, args: list[tuple[np.ndarray, Elem]], **attrs: Attr) -> None:
    """Both ways, the same values; those of a bundle one after the other."""
    count = len(args[0][0])
    types = tuple(Type(elem, (Size(count),)) for _, elem in args)
    node = Node(op, tuple(range(len(args))), result, tuple(sorted(attrs.items())))
    expected = CLEAR[op](ClearStep(node, types, tuple(value for value, _ in args), World({}, {})))
    secrets = tuple(
        Bits(shared(p, to_planes(value.astype(np.uint64), elem.width_bits), np.bitwise_xor, RNG), count)
        for value, elem in args
    )
    found = run(p, KERNEL[op](Step(p, node, types, secrets, "bits", {}, {}, {}, {})))
    elems = [part.elem for part in (result.parts if isinstance(result, Bundle) else (result,))]
    for secret, wanted, elem in zip(
        found if isinstance(found, tuple) else (found,),
        expected if isinstance(expected, tuple) else (expected,),
        elems,
        strict=True,
    ):
        assert secret.planes.shape[2] == elem.width_bits
        modulus = np.uint64(2**elem.width_bits - 1)
        assert isinstance(wanted, np.ndarray)
        numbers = to_rows(opened(p, secret.planes, np.bitwise_xor), count)
        assert np.array_equal(numbers, wanted.astype(np.uint64) & modulus)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("keys", range(4))
@pytest.mark.parametrize("make", [solo, trio])
def test_sorts(make: Any, count: int, keys: int) -> None:
    for _ in range(4):
        elems = [BOOL, *(ELEMS[int(i)] for i in RNG.integers(0, len(ELEMS), keys)), integer(0, 300)]
        args = [(column(elem, count), elem) for elem in elems[:-1]] + [(np.arange(count), elems[-1])]
        bundle = Bundle(tuple(Type(elem, (Size(count),)) for elem in elems))
        agree(make(), Op.SORT, bundle, args, keys=keys, descending=tuple(int(d) for d in RNG.integers(0, 2, keys)))


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("elem", ELEMS, ids=lambda elem: elem.domain.value)
@pytest.mark.parametrize("make", [solo, trio])
def test_scans(make: Any, count: int, elem: Elem) -> None:
    starts = RNG.random(count) < 0.1
    whats = ["first"] if elem == IDENTIFIER or elem.category else ["first", "least", "greatest"]
    for what in whats:
        agree(make(), Op.SCAN, Type(elem, (Size(count),)), [(starts, BOOL), (column(elem, count), elem)], what=what)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("elem", [integer(-100, 100), integer(0, 5), fixed(-300, 70_000), integer(-7, -2)])
def test_running_sums(count: int, elem: Elem) -> None:
    starts = RNG.random(count) < 0.1
    lo, hi = min(elem.lo, 0) * max(count, 1), max(elem.hi, 0) * max(count, 1)
    wide = Elem(elem.domain, lo, hi, elem.fraction_bits)
    agree(trio(), Op.SCAN, Type(wide, (Size(count),)), [(starts, BOOL), (column(elem, count), elem)], what="sum")


@pytest.mark.parametrize("count", SIZES)
def test_shifts_of_planes_and_of_ring_values(count: int) -> None:
    elem = integer(-100, 100)
    for distance in (0, 1, -1, 63, -64, 65, -400, 400):
        x = column(elem, count)
        agree(trio(), Op.SHIFT, Type(elem, (Size(count),)), [(x, elem)], distance=distance)
        node = Node(Op.SHIFT, (0,), Type(elem, (Size(count),)), (("distance", distance),))
        p, types = trio(), (Type(elem, (Size(count),)),)
        secret = Ring(shared(p, x.astype(np.uint64), np.subtract, RNG))
        found = run(p, KERNEL[Op.SHIFT](Step(p, node, types, (secret,), "ring", {}, {}, {}, {})))
        expected = CLEAR[Op.SHIFT](ClearStep(node, types, (x,), World({}, {})))
        assert np.array_equal(opened(p, found.shares, np.add).view(np.int64), expected)
