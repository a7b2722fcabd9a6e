"""Operations on arrays of shares give what the plain rule gives, and cost exactly what is foretold, in any form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Attr, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import Step as ClearStep
from secfuse.compiler.circuit.step import World
from secfuse.compiler.circuit.types import BOOL, PUBLIC, SECRET, Elem, Size, Type, fixed, integer
from secfuse.runtime.costs import forms
from secfuse.runtime.costs.rules import COST
from secfuse.runtime.kernels import KERNEL
from secfuse.runtime.kernels.value import Bits, Ring, Step, Value
from secfuse.runtime.matrices import by_limbs
from secfuse.runtime.planes import to_planes, to_rows
from secfuse.runtime.protocols import Scheme
from tests.support.tallies import carried
from tests.support.trio import opened, run, shared, solo, trio

SIGNED, SMALL, INDEX = integer(-900, 900), integer(0, 9), integer(0, 50)


@dataclass(frozen=True)
class Given:
    """An argument: its values, and the form in which they are there: bits, ring or public."""

    values: np.ndarray
    elem: Elem
    form: str = "bits"

    @property
    def type(self) -> Type:
        """Its type."""
        lengths = tuple(Size(n) for n in self.values.shape)
        return Type(self.elem, lengths, PUBLIC if self.form == "public" else SECRET)

    def held(self, p: Scheme) -> Value:
        """As a kernel is given it."""
        rng = np.random.default_rng(self.values.size)
        integers = np.atleast_1d(self.values).astype(np.int64).astype(np.uint64)
        if self.form == "ring":
            return Ring(shared(p, integers, np.subtract, rng))
        if self.form == "bits":
            planes = np.moveaxis(to_planes(integers, self.elem.width_bits), -2, 0)
            return Bits(shared(p, np.ascontiguousarray(planes), np.bitwise_xor, rng), integers.shape[-1])
        return self.values

    def foretold(self) -> forms.Form:
        """As a cost rule is given it."""
        *cells, count = self.values.shape or (1,)
        shape = forms.Shape(tuple(cells), count)
        match self.form:
            case "ring":
                return forms.Ring(shape)
            case "bits":
                return forms.Bits(self.elem.width_bits, shape)
            case _:
                return self.values


def numbers_in(p: Scheme, value: Any, shape: tuple[int, ...], elem: Elem) -> np.ndarray:
    """The numbers themselves, in the whole shape."""
    if isinstance(value, Ring):
        found = opened(p, value.shares, np.add).view(np.int64)
    else:
        planes = opened(p, value.planes, np.bitwise_xor)
        rows = to_rows(np.moveaxis(planes, 0, -2), value.count) << np.uint64(64 - len(planes))
        found = rows.view(np.int64) >> (64 - len(planes)) if elem.signed else rows >> np.uint64(64 - len(planes))
    return np.asarray(found).astype(np.int64).reshape(shape)


def agrees(op: Op, kind: str, elem: Elem, args: list[Given], shape: tuple[int, ...] = (), **attrs: Attr) -> None:
    """Kernel = plain rule, in both schemes; measured = foretold. shape: claimed, where the operation may choose."""
    types = tuple(arg.type for arg in args)
    claimed = Type(elem, tuple(map(Size, shape)), SECRET)
    node = Node(op, tuple(range(len(args))), claimed, tuple(sorted(attrs.items())))
    expected = CLEAR[op](ClearStep(node, types, tuple(arg.values for arg in args), World({}, {}, {})))
    assert isinstance(expected, np.ndarray)
    node = Node(op, node.args, Type(elem, tuple(map(Size, expected.shape)), SECRET), node.attrs)
    off_by = 1 if sum(t.elem.fraction_bits for t in types) > elem.fraction_bits and op in (Op.MUL, Op.MATMUL) else 0
    for p in (solo(), trio(len(args))):
        step = Step(p, node, types, tuple(arg.held(p) for arg in args), kind, {}, {}, {}, {})
        value = run(p, KERNEL[op](step))
        measured = carried(p.wire.tally)
        assert isinstance(value, Ring if kind == "ring" else Bits)
        found = numbers_in(p, value, expected.shape, elem)
        assert np.all(np.abs(found - expected) <= (off_by if p.name == "replicated3" else 0)), p.name
    gate = forms.Gate(node, types, tuple(arg.foretold() for arg in args), kind, {}, {}, {})
    form, cost = COST[op](gate)
    assert cost.tally() == measured
    assert form == _form(value)


def _form(value: Any) -> forms.Form:
    if isinstance(value, Ring):
        return forms.Ring(forms.Shape(value.shares.shape[2:-1], value.count))
    return forms.Bits(value.planes.shape[2], forms.Shape(value.planes.shape[3:-1], value.count))


def some(*shape: int, elem: Elem = SIGNED) -> np.ndarray:
    """Numbers of a range, the same ones every time."""
    return np.asarray(np.random.default_rng(shape).integers(elem.lo, elem.hi + 1, shape))


SHAPES = [(1,), (3,), (65,), (0,), (1, 1), (2, 70), (70, 2), (0, 3), (3, 0), (2, 3, 4)]
FORMS = ["bits", "ring"]


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_moving_elements_is_free(shape: tuple[int, ...], kind: str) -> None:
    x = Given(some(*shape), SIGNED, kind)
    agrees(Op.BROADCAST, kind, SIGNED, [x], (2, *shape))
    agrees(Op.RESHAPE, kind, SIGNED, [x], (x.values.size,))
    agrees(Op.RESHAPE, kind, SIGNED, [x], (*shape[::-1], 1))
    agrees(Op.RESHAPE, kind, integer(-5000, 900), [x], (1, *shape))
    agrees(Op.TRANSPOSE, kind, SIGNED, [x], axes=tuple(reversed(range(len(shape)))))
    agrees(Op.TRANSPOSE, kind, SIGNED, [x], axes=tuple(np.roll(range(len(shape)), 1).tolist()))
    agrees(Op.CONCAT, kind, SIGNED, [x, x, Given(some(2, *shape[1:]), SIGNED, "bits")])
    for axis, have in enumerate(shape):
        first, last = Given(np.array(have // 3), INDEX, "public"), (have // 3) * 2
        agrees(Op.SLICE, kind, SIGNED, [x, first], (*shape[:axis], last - have // 3, *shape[axis + 1 :]), axis=axis)
        agrees(Op.TAKE, kind, SIGNED, [x, Given(np.zeros((0, 2), int), INDEX, "public")], axis=axis)
        if have:
            agrees(Op.TAKE, kind, SIGNED, [x, Given(np.array(have - 1), INDEX, "public")], axis=axis)
            agrees(Op.TAKE, kind, SIGNED, [x, Given(np.array([[have - 1, 0], [0, 0]]), INDEX, "public")], axis=axis)


@pytest.mark.parametrize("kind", FORMS)
def test_single_values_and_stretched_axes(kind: str) -> None:
    agrees(Op.BROADCAST, kind, SIGNED, [Given(np.array(-7), SIGNED, kind)], (2, 67))
    agrees(Op.BROADCAST, kind, SIGNED, [Given(some(3, 1), SIGNED, kind)], (2, 3, 67))
    agrees(Op.BROADCAST, kind, SIGNED, [Given(some(1, 3), SIGNED, kind)], (0, 3))
    agrees(Op.RESHAPE, kind, SIGNED, [Given(some(1, 1), SIGNED, kind)], ())


def test_what_lies_outside_stops_the_run() -> None:
    x = Given(some(3, 4), SIGNED)
    with pytest.raises(CheckFailed, match="2 elements from index 3 on, of 4"):
        agrees(Op.SLICE, "bits", SIGNED, [x, Given(np.array(3), INDEX, "public")], (3, 2), axis=1)
    with pytest.raises(CheckFailed, match="no element 3 of 3"):
        agrees(Op.TAKE, "bits", SIGNED, [x, Given(np.array([0, 3]), INDEX, "public")], axis=0)


MATRICES = [
    ((1, 1), (1, 1)),
    ((3, 70), (70, 2)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 3)),
    ((4, 2, 3), (3, 5)),
    ((2, 3), (5, 3, 1)),
]


@pytest.mark.parametrize("form", [("ring", "ring"), ("ring", "bits"), ("bits", "public"), ("public", "ring")])
@pytest.mark.parametrize("shapes", MATRICES)
def test_products_of_matrices(shapes: tuple[tuple[int, ...], ...], form: tuple[str, str]) -> None:
    x, y = (Given(some(*shape), SIGNED, f) for shape, f in zip(shapes, form, strict=True))
    agrees(Op.MATMUL, "ring", integer(-(2**40), 2**40), [x, y])
    elem = fixed(-900, 900, 8)
    rounded = [Given(arg.values, elem, arg.form) for arg in (x, y)]
    agrees(Op.MATMUL, "ring", fixed(-(2**40), 2**40, 8), rounded)
    agrees(Op.MATMUL, "ring", fixed(-(2**40), 2**40, 16), rounded)


def test_public_arrays_multiply_for_nothing() -> None:
    for shape, other in (((2, 5), (2, 5)), ((5,), (2, 5)), ((2, 1), (5,)), ((1,), (0,)), ((), (2, 3))):
        x = Given(some(*shape), SIGNED, "ring")
        agrees(Op.MUL, "ring", integer(-(900**2), 900**2), [x, Given(some(*other), SIGNED, "public")])
        agrees(
            Op.AND,
            "bits",
            BOOL,
            [Given(np.asarray(some(*other) > 0), BOOL), Given(np.asarray(some(*shape) > 0), BOOL, "public")],
        )


@pytest.mark.parametrize("shapes", [((3, 70), (70,)), ((70,), (70,)), ((2, 1), (2, 5)), ((3,), (1,)), ((5,), (2, 5))])
def test_public_conditions_choose_for_nothing(shapes: tuple[tuple[int, ...], ...]) -> None:
    condition, of_x = shapes
    where = Given(np.asarray(some(*condition) > 0), BOOL, "public")
    for form in FORMS:
        x, y = Given(some(*of_x), SIGNED, form), Given(some(*reversed(of_x)).reshape(of_x), SIGNED, form)
        agrees(Op.SELECT, form, SIGNED, [where, x, y])
        agrees(Op.SELECT, form, SIGNED, [where, x, Given(np.array(7), SIGNED, form)])
        gate = forms.Gate(*_gate(Op.SELECT, SIGNED, of_x, [where, x, y]), form, {}, {}, {})
        assert not COST[Op.SELECT](gate)[1].rounds


def _gate(op: Op, elem: Elem, shape: tuple[int, ...], args: list[Given], **attrs: Attr) -> Any:
    """Node, types and forms of an operation."""
    node = Node(op, tuple(range(len(args))), Type(elem, tuple(map(Size, shape))), tuple(sorted(attrs.items())))
    return node, tuple(arg.type for arg in args), tuple(arg.foretold() for arg in args)


@pytest.mark.parametrize("shape", [(), (1,), (70,), (2, 3, 70), (0,)])
def test_bits_of_numbers_and_numbers_of_bits(shape: tuple[int, ...]) -> None:
    x = Given(some(*shape), SIGNED)
    for index in (0, 5, 10, 11, 40):
        agrees(Op.BIT, "bits", BOOL, [x], index=index)
        agrees(Op.BIT, "bits", BOOL, [Given(x.values, SIGNED, "ring")], index=index)
    bits = [Given(np.asarray(x.values >> i & 1, bool), BOOL) for i in range(9)]
    agrees(Op.NUMBER, "bits", integer(0, 511), bits)
    agrees(Op.NUMBER, "bits", integer(0, 511), [*bits[:8], Given(np.array(True), BOOL, "public")])
    agrees(Op.NUMBER, "bits", integer(0, 1), bits[:1])
    gate = forms.Gate(*_gate(Op.NUMBER, integer(0, 511), shape, bits), "bits", {}, {}, {})
    assert not COST[Op.NUMBER](gate)[1].tally().link_bytes


REDUCED = [
    ((5,), (5,)),
    ((70,), (70,)),
    ((0,), (0,)),
    ((1,), (1,)),
    ((3, 70), (70,)),
    ((3, 5), (3, 5)),
    ((2, 3, 4), (4,)),
]
REDUCED += [((2, 3, 4), (2, 3, 4)), ((70, 1), (70, 1)), ((3, 0), (3, 0)), ((65, 2), (65, 2)), ((2, 0, 3), (3,))]


@pytest.mark.parametrize("mask_form", ["bits", "public"])
@pytest.mark.parametrize("shapes", REDUCED)
def test_reductions(shapes: tuple[tuple[int, ...], ...], mask_form: str) -> None:
    of_mask, of_x = shapes
    masks = [some(*of_mask) > 0, np.zeros(of_mask, bool), np.broadcast_to(np.array(True), of_mask)]
    wide = integer(-(10**6), 10**6)
    for mask in (Given(values, BOOL, mask_form) for values in masks):
        for elem in (SIGNED, SMALL):
            x = Given(some(*of_x, elem=elem), elem)
            agrees(Op.SUM, "bits", wide if elem.signed else integer(0, 10**4), [mask, x])
            agrees(Op.SUM, "ring", wide, [mask, Given(x.values, elem, "ring")])
            agrees(Op.LEAST, "bits", elem, [mask, x])
            agrees(Op.GREATEST, "bits", elem, [mask, x])
        if mask_form == "bits":
            agrees(Op.COUNT, "bits", INDEX if of_mask[-1] < 50 else integer(0, 100), [mask])
        if len(of_x) == 1:
            agrees(Op.LARGEST, "bits", integer(0, 27), [mask, Given(some(*of_x, elem=SMALL), SMALL)], how_many=3)


def test_a_public_mask_costs_nothing() -> None:
    everything = Given(np.ones((3, 70), bool), BOOL, "public")
    node = Node(Op.SUM, (0, 1), Type(integer(-(10**6), 10**6), (Size(3),)))
    x = Given(some(3, 70), SIGNED, "ring")
    args = (everything.foretold(), x.foretold())
    _, cost = COST[Op.SUM](forms.Gate(node, (everything.type, x.type), args, "ring", {}, {}, {}))
    assert not cost.tally().link_bytes
    assert not cost.rounds


@pytest.mark.parametrize(
    "shapes", [((3, 5), (5, 4)), ((2, 3, 700), (700, 1)), ((130, 257), (257, 129)), ((2, 0), (0, 3))]
)
def test_limbs_are_exact(shapes: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(5)
    x, y = (rng.integers(0, 2**64, shape, dtype=np.uint64) for shape in shapes)
    assert np.array_equal(by_limbs(x, y), np.matmul(x, y))
    for top in (x, y):
        top[...] = 2**64 - 1
    assert np.array_equal(by_limbs(x, y), np.matmul(x, y))
