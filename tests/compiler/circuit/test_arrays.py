"""Operations on arrays mean what NumPy says, and the grammar lets nothing else through."""

from __future__ import annotations

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Attr, Circuit, Node, Span
from secfuse.compiler.circuit.interface import Party, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.step import Step, World
from secfuse.compiler.circuit.text import print_circuit, read_circuit
from secfuse.compiler.circuit.typed import Frame
from secfuse.compiler.circuit.types import (
    BOOL,
    IDENTIFIER,
    PUBLIC,
    SECRET,
    Elem,
    NodeType,
    Size,
    Type,
    Visibility,
    fixed,
    integer,
    money,
)
from secfuse.compiler.circuit.verify import verify_node
from secfuse.compiler.circuit.verify_arrays import attr_of, elements, size_of

N, M = Size.rows("people"), Size.rows("goods")
SMALL = integer(-9, 9)
TABLES = (Table("people", "a", 10, ()), Table("goods", "a", 4, ()))


def sizes(*lengths: int | Size) -> tuple[Size, ...]:
    """A shape, with numbers for lengths that are fixed."""
    return tuple(length if isinstance(length, Size) else Size(length) for length in lengths)


def clear(op: Op, result: Type, *args: tuple[np.ndarray, Elem], span: Span | None = None, **attrs: Attr) -> np.ndarray:
    """One operation on given values, with 5 people and 3 goods."""
    types = tuple(Type(elem, sizes(*np.shape(value))) for value, elem in args)
    node = Node(op, tuple(range(len(args))), result, tuple(sorted(attrs.items())), span)
    found = CLEAR[op](Step(node, types, tuple(v for v, _ in args), World({}, {}, {"people": 5, "goods": 3})))
    assert isinstance(found, np.ndarray)
    return found


def of(elem: Elem, *lengths: int | Size, visibility: Visibility = PUBLIC) -> Type:
    """A type; public unless said otherwise."""
    return Type(elem, sizes(*lengths), visibility)


def some(*shape: int) -> np.ndarray:
    """Small numbers, the same ones every time."""
    return np.random.default_rng(shape).integers(-9, 10, shape)


def test_sizes_and_indices_come_from_the_tables() -> None:
    attr = attr_of(N + N + M + Size(1))
    assert attr == (1, ("goods", 1), ("people", 2))
    assert clear(Op.SIZE, of(integer(1, 25)), size=attr) == 14
    assert clear(Op.IOTA, of(integer(0, 10), N + Size(1))).tolist() == [0, 1, 2, 3, 4, 5]
    assert clear(Op.IOTA, of(integer(0, 0), N + Size(-5))).tolist() == []


@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_transposing_is_numpys(axes: tuple[int, ...]) -> None:
    x = some(2, 3, 4)
    assert np.array_equal(clear(Op.TRANSPOSE, of(SMALL), (x, SMALL), axes=axes), np.transpose(x, axes))


@pytest.mark.parametrize("shape", [(5, 6), (0, 6), (5, 0), (1, 1)])
def test_slices_and_choices_are_numpys(shape: tuple[int, int]) -> None:
    x, index = some(*shape), integer(0, 9)
    for axis in (0, 1):
        have = shape[axis]
        for start in range(have + 1):
            wanted = [*shape]
            wanted[axis] = have - start
            found = clear(Op.SLICE, of(SMALL, *wanted), (x, SMALL), (np.array(start), index), axis=axis)
            assert np.array_equal(found, np.take(x, range(start, have), axis))
        for indices in (np.zeros((0, 2), int), np.array(have - 1), np.array([[have - 1], [0]])):
            if have or not indices.size:
                found = clear(Op.TAKE, of(SMALL), (x, SMALL), (indices, index), axis=axis)
                assert np.array_equal(found, np.take(x, indices, axis))


def test_shapes_are_numpys() -> None:
    x = some(3, 5)
    assert np.array_equal(clear(Op.RESHAPE, of(SMALL, Size.rows("people"), 3), (x, SMALL)), x.reshape(5, 3))
    assert np.array_equal(clear(Op.BROADCAST, of(SMALL, 2, M, N), (x, SMALL)), np.broadcast_to(x, (2, 3, 5)))
    assert np.array_equal(clear(Op.CONCAT, of(SMALL, 6, N), (x, SMALL), (x, SMALL)), np.concatenate([x, x]))


@pytest.mark.parametrize(
    ("shapes", "result"),
    [(((2, 3), (3, 4)), (2, 4)), (((5, 1, 2, 3), (4, 3, 1)), (5, 4, 2, 1)), (((2, 0), (0, 3)), (2, 3))],
)
def test_products_of_matrices_are_numpys(shapes: tuple[tuple[int, ...], ...], result: tuple[int, ...]) -> None:
    x, y = (some(*shape) for shape in shapes)
    found = clear(Op.MATMUL, of(integer(0, 0)), (x, SMALL), (y, SMALL))
    assert found.shape == result
    assert np.array_equal(found, x @ y)


@pytest.mark.parametrize("size", [1 << 10, 1 << 28, 1 << 31, 1 << 61])
def test_products_of_wide_numbers_are_exact(size: int) -> None:
    """By floating point, by 64 bits, and by integers of any size."""
    rng = np.random.default_rng(3)
    x, y = rng.integers(-size, size, (3, 4)), rng.integers(-size, size, (4, 2))
    found = clear(Op.MATMUL, of(fixed(0, 0, 20)), (x, fixed(-size, size, 20)), (y, fixed(-size, size, 20)))
    exact = (x.astype(object) @ y.astype(object) + (1 << 19)) >> 20
    assert found.tolist() == [[(int(v) + 2**63) % 2**64 - 2**63 for v in row] for row in exact]


def test_reductions_take_an_array_of_the_shape_of_the_mask() -> None:
    mask, x = some(3, 4, 5) > 0, some(4, 3, 5).reshape(3, 4, 5)
    mask[0, 0] = False
    for op, empty in ((Op.SUM, 0), (Op.LEAST, 9), (Op.GREATEST, -9)):
        found = clear(op, of(SMALL), (mask, BOOL), (x, SMALL))
        by = {Op.SUM: np.sum, Op.LEAST: np.min, Op.GREATEST: np.max}[op]
        expected = [
            [by(v[m]) if m.any() else empty for v, m in zip(*rows, strict=True)] for rows in zip(x, mask, strict=True)
        ]
        assert found.tolist() == expected
    assert np.array_equal(clear(Op.COUNT, of(SMALL), (mask, BOOL)), mask.sum(axis=-1))


OUTSIDE = [
    (Op.SLICE, of(SMALL, 3), 3, {"axis": 0}, "line 7: 3 elements from index 3 on, of 5"),
    (Op.SLICE, of(SMALL, 3), -1, {"axis": 0}, "line 7: 3 elements from index -1 on, of 5"),
    (Op.SLICE, of(SMALL, M + Size(-4)), 0, {"axis": 0}, "line 7: -1 elements from index 0 on, of 5"),
    (Op.TAKE, of(SMALL, 3), (0, 5, 4), {"axis": 0}, "line 7: no element 5 of 5"),
    (Op.TAKE, of(SMALL, 3), (0, -1, 4), {"axis": 0}, "line 7: no element -1 of 5"),
]


@pytest.mark.parametrize(("op", "result", "where", "attrs", "sentence"), OUTSIDE)
def test_what_lies_outside_stops_the_run(
    op: Op, result: Type, where: int | tuple[int, ...], attrs: dict[str, Attr], sentence: str
) -> None:
    with pytest.raises(CheckFailed, match=sentence):
        clear(op, result, (some(5), SMALL), (np.array(where), SMALL), span=Span(0, 1, 7, 1), **attrs)


def test_no_array_has_a_negative_length() -> None:
    with pytest.raises(CheckFailed, match="an array has a length of -1"):
        clear(Op.IOTA, of(SMALL, M + Size(-4)))


# ---- the grammar ----------------------------------------------------------------------------------------------------


def circuit(*nodes: Node) -> Circuit:
    """Those nodes, of which none is an output."""
    return Circuit("arrays", (Party("a", "A"),), ("a",), TABLES, (), nodes, ())


def given(type_: Type) -> Node:
    """A node of any type at all; it is not verified."""
    return Node(Op.CONST, (), type_, (("value", 0),))


Case = tuple[Op, tuple[Type, ...], Type, dict[str, Attr], str]
X, INDEX = of(SMALL, N, 3, visibility=SECRET), of(integer(0, 99))

CASES: list[Case] = [
    (Op.SIZE, (), of(integer(1, 21)), {"size": (1, ("people", 2))}, ""),
    (Op.SIZE, (), of(integer(1, 20)), {"size": (1, ("people", 2))}, "may be 1 .. 21"),
    (Op.SIZE, (), of(integer(-4, 10)), {"size": (0, ("goods", -1), ("people", 1))}, ""),
    (Op.SIZE, (), of(integer(0, 9)), {"size": (0, ("planes", 2))}, "no table planes"),
    (Op.SIZE, (), of(integer(0, 9)), {"size": (0, ("people", 1), ("goods", 1))}, "in its one form"),
    (Op.SIZE, (), of(integer(0, 9)), {"size": (("people", 1),)}, "attribute size is"),
    (Op.SIZE, (), of(integer(0, 9)), {"size": 4}, "attribute size is 4, not size"),
    (Op.IOTA, (), of(integer(0, 9), N), {}, ""),
    (Op.IOTA, (), of(integer(0, 8), N), {}, "may be 0 .. 9"),
    (Op.IOTA, (), of(integer(0, 9), N, N), {}, "2 axes"),
    (Op.IOTA, (), of(integer(0, 9), Size.rows("planes")), {}, "no table planes"),
    (Op.BROADCAST, (X,), of(SMALL, 4, N, 3, visibility=SECRET), {}, ""),
    (Op.BROADCAST, (of(SMALL),), of(SMALL, 4, N), {}, ""),
    (Op.BROADCAST, (X,), of(SMALL, N, 4, visibility=SECRET), {}, "lengths 3 and 4 do not go together"),
    (Op.BROADCAST, (X,), of(SMALL, 3, visibility=SECRET), {}, "does not stretch to"),
    (Op.RESHAPE, (X,), of(SMALL, N + N + N, visibility=SECRET), {}, ""),
    (Op.RESHAPE, (of(SMALL, N, M),), of(SMALL, M, N), {}, ""),
    (Op.RESHAPE, (of(SMALL, N, N),), of(SMALL, N, M), {}, r"\[people, people\] has not the elements"),
    (Op.TRANSPOSE, (X,), of(SMALL, 3, N, visibility=SECRET), {"axes": (1, 0)}, ""),
    (Op.TRANSPOSE, (X,), of(SMALL, 3, N, visibility=SECRET), {"axes": (1, 1)}, "axes .1, 1. of 2"),
    (Op.TRANSPOSE, (X,), of(SMALL, 3, N, visibility=SECRET), {"axes": (0, 1)}, r"has \[people, 3\]"),
    (Op.SLICE, (X, INDEX), of(SMALL, N, 2, visibility=SECRET), {"axis": 1}, ""),
    (Op.SLICE, (X, INDEX), of(SMALL, 2, 3, visibility=SECRET), {"axis": 0}, ""),
    (Op.SLICE, (X, INDEX), of(SMALL, 2, 2, visibility=SECRET), {"axis": 0}, r"has \[2, 3\]"),
    (Op.SLICE, (X, INDEX), of(SMALL, N, 2, visibility=SECRET), {"axis": 2}, "axis 2 of 2"),
    (Op.SLICE, (X, of(SMALL, visibility=SECRET)), of(SMALL, N, 2), {"axis": 1}, "the start is secret"),
    (Op.SLICE, (X, of(SMALL, 2)), of(SMALL, N, 2), {"axis": 1}, "the start is not a single value"),
    (Op.TAKE, (X, INDEX), of(SMALL, 3, visibility=SECRET), {"axis": 0}, ""),
    (Op.TAKE, (X, of(SMALL, M, 2)), of(SMALL, N, M, 2, visibility=SECRET), {"axis": 1}, ""),
    (Op.TAKE, (X, of(BOOL, M)), of(SMALL, N, M), {"axis": 1}, "what chooses is bool, not int"),
    (Op.TAKE, (X, of(SMALL, visibility=SECRET)), of(SMALL, 3), {"axis": 0}, "what chooses is secret"),
    (Op.MATMUL, (X, of(SMALL, 3, M)), of(integer(-243, 243), N, M, visibility=SECRET), {}, ""),
    (Op.MATMUL, (X, of(SMALL, 3, M)), of(integer(-243, 242), N, M, visibility=SECRET), {}, "may be -243 .. 243"),
    (Op.MATMUL, (of(SMALL, M, N), X), of(integer(-810, 810), M, 3, visibility=SECRET), {}, ""),
    (Op.MATMUL, (of(SMALL, 2, 1, 4, 5), of(SMALL, 3, 5, 1)), of(integer(-405, 405), 2, 3, 4, 1), {}, ""),
    (Op.MATMUL, (X, X), of(SMALL, N, 3), {}, "3 columns meet people rows"),
    (Op.MATMUL, (of(SMALL, 3), X), of(SMALL, N, 3), {}, "3. is no matrix"),
    (Op.MATMUL, (X, of(BOOL, 3, 3)), of(SMALL, N, 3), {}, "bool is not a number"),
    (Op.MATMUL, (X, of(money(0, 1, 2), 3, 1)), of(money(-27, 27, 2), N, 1, visibility=SECRET), {}, ""),
    (Op.MATMUL, (X, of(money(0, 1, 2), 3, 1)), of(SMALL, N, 1), {}, "claims to be int"),
    (Op.MATMUL, (of(integer(0, 2**30), 1, 4), of(integer(0, 2**30), 4, 1)), of(SMALL, 1, 1), {}, "leaves the ring"),
    (Op.MATMUL, (of(fixed(0, 9, 4), 1, 4), of(SMALL, 4, 1)), of(fixed(0, 9, 5), 1, 1), {}, "5 fraction bits of 4 . 0"),
    (Op.CONCAT, (X, of(SMALL, 2, 3)), of(SMALL, N + Size(2), 3, visibility=SECRET), {}, ""),
    (Op.CONCAT, (X, of(SMALL, 2, 2)), of(SMALL, N + Size(2), 3), {}, "the axes behind the first differ"),
    (Op.CONCAT, (of(SMALL), of(SMALL)), of(SMALL, 2), {}, "an argument is a single value"),
    (Op.SUM, (of(BOOL, N, 3), X), of(integer(-27, 27), N, visibility=SECRET), {}, ""),
    (Op.SUM, (of(BOOL, 4, N, 3), X), of(integer(-27, 27), 4, N), {}, "not as long as the mask"),
    (Op.GREATEST, (of(BOOL, N, 3), X), of(SMALL, N, visibility=SECRET), {}, ""),
    (Op.LARGEST, (of(BOOL, N, 3), of(INDEX.elem, N, 3)), of(INDEX.elem, N), {"how_many": 1}, "not a column"),
]


@pytest.mark.parametrize(("op", "args", "claimed", "attrs", "sentence"), CASES)
def test_the_grammar(op: Op, args: tuple[Type, ...], claimed: NodeType, attrs: dict[str, Attr], sentence: str) -> None:
    breach = breach_of(op, args, claimed, attrs)
    if not sentence:
        assert breach is None
        return
    with pytest.raises(AssertionError, match=sentence):
        raise breach or AssertionError("nothing is wrong")


def breach_of(op: Op, args: tuple[Type, ...], claimed: NodeType, attrs: dict[str, Attr]) -> AssertionError | None:
    """What the grammar has against a node with arguments of those types."""
    node = Node(op, tuple(range(len(args))), claimed, tuple(sorted(attrs.items())))
    frame = Frame({t.name: t for t in TABLES}, {}, ("a",), (*map(given, args), node))
    try:
        verify_node(frame, len(args), node)
    except AssertionError as breach:
        return breach
    return None


def test_the_text_reads_back() -> None:
    nodes = [
        given(X),
        Node(Op.SIZE, (), of(integer(-1, 19)), (("size", (-1, ("people", 2))),)),
        Node(Op.TRANSPOSE, (0,), of(SMALL, 3, N), (("axes", (1, 0)),)),
        Node(Op.TRANSPOSE, (0,), of(SMALL, Size(-1, (("people", -2),))), (("axes", (0,)),)),
    ]
    written = print_circuit(circuit(*nodes))
    assert '%1 = size [size=(-1, ("people", 2))] : int -1..19 public' in written
    assert read_circuit(written) == circuit(*nodes)
    with pytest.raises(ValueError, match="a string is missing"):
        read_circuit(written.replace('(-1, ("people", 2))', "(-1, ((1), 2))"))


def test_sizes_have_one_form_and_shapes_count_their_elements() -> None:
    assert size_of(attr_of(N + M + Size(3))) == N + M + Size(3)
    assert elements((N + Size(1), N + Size(-1))) == {("people", "people"): 1, (): -1}
    assert elements((N, Size(0))) == {}
    assert (N + N + Size(1)).span({"people": 10}) == (1, 21)
    assert Size(0, (("people", -1),)).span({"people": 10}) == (-10, 0)


def test_errors_of_products_add_up_along_the_axis_that_meets() -> None:
    half, x, y = 2.0**-17, fixed(-(1 << 16), 1 << 16), fixed(0, 3 << 16)
    nodes = [
        given(of(x, M, N)),
        given(of(y, N, 2)),
        Node(Op.MATMUL, (0, 1), of(fixed(-(30 << 16), 30 << 16), M, 2)),
        Node(Op.MATMUL, (0, 1), of(fixed(-(30 << 32), 30 << 32, 32), M, 2)),
        Node(Op.TRANSPOSE, (2,), of(fixed(-(30 << 16), 30 << 16), 2, M), (("axes", (1, 0)),)),
        Node(Op.SUM, (5, 4), of(fixed(-(120 << 16), 120 << 16), 2)),
        given(of(BOOL, 2, M)),
    ]
    nodes[5], nodes[6] = nodes[6], Node(Op.SUM, (5, 4), nodes[5].type)
    bounds = error_bounds(circuit(*nodes))
    products = 10 * (1 * half + 3 * half + half * half)
    assert bounds[2] == pytest.approx(products + 2 * half)
    assert bounds[3] == pytest.approx(products)
    assert bounds[6] == pytest.approx(4 * bounds[2])


def test_identifiers_move_but_are_not_multiplied() -> None:
    key = np.array([[2**64 - 1, 1]], np.uint64)
    assert clear(Op.RESHAPE, of(IDENTIFIER, 2), (key, IDENTIFIER)).tolist() == [2**64 - 1, 1]
    assert breach_of(Op.MATMUL, (of(IDENTIFIER, 1, 1), of(SMALL, 1, 1)), of(SMALL, 1, 1), {}) is not None
