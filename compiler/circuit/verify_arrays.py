"""Typing rules of the operations on arrays: sizes, shapes, slices, products of matrices.

Lives here: the rules of TYPE (verify.py) that know axes. Sizes are public, and so is what chooses elements by their
place; whether that lies within the array is known only when tables are bound (clear_arrays.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from . import ranges
from .graph import Attr, Node
from .ranges import Range, fits_ring, range_of
from .typed import Frame, broadcast, describe, joined, number, own, ranged
from .types import PUBLIC, Domain, Size, Type, integer
from .verify_elements import addable, own_product

Monomial = tuple[str, ...]


def size(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """A length made of declared tables; as many rows as each may have."""
    found = size_of(node.attr("size"))
    for table, _coefficient in found.terms:
        assert table in frame.tables, f"no table {table}"
    return Type(integer(*found.span(most_rows(frame))), (), PUBLIC)


def iota(frame: Frame, node: Node, _: tuple[Type, ...]) -> Type:
    """One axis; numbers below its length."""
    shape = own(node).shape
    assert len(shape) == 1, f"{len(shape)} axes"
    _declared(frame, shape)
    return Type(integer(0, max(shape[0].span(most_rows(frame))[1] - 1, 0)), shape, PUBLIC)


def broadcast_(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Anything that stretches to the claimed shape."""
    (x,), shape = args, own(node).shape
    _declared(frame, shape)
    assert broadcast(x, own(node)) == shape, f"[{_written(x.shape)}] does not stretch to [{_written(shape)}]"
    return Type(x.elem, shape, x.visibility)


def reshape(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Anything that has as many elements as the claimed shape, however many rows there are."""
    (x,), shape = args, own(node).shape
    _declared(frame, shape)
    assert elements(x.shape) == elements(shape), f"[{_written(x.shape)}] has not the elements of [{_written(shape)}]"
    return Type(x.elem, shape, x.visibility)


def transpose(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Every axis once."""
    (x,), axes = args, numbers(node, "axes")
    assert sorted(axes) == list(range(len(x.shape))), f"axes {axes} of {len(x.shape)}"
    return Type(x.elem, tuple(x.shape[a] for a in axes), x.visibility)


def slice_(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """An axis, a public start, and a claimed shape that differs along that axis alone."""
    x, start = args
    axis, shape = _axis(node, x), own(node).shape
    _public_int(start, "the start")
    assert not start.shape, "the start is not a single value"
    _declared(frame, shape)
    assert len(shape) == len(x.shape), f"a slice of {len(x.shape)} axes has {len(shape)}"
    return Type(x.elem, (*x.shape[:axis], shape[axis], *x.shape[axis + 1 :]), x.visibility)


def take(_: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """An axis and public indices."""
    x, indices = args
    axis = _axis(node, x)
    _public_int(indices, "what chooses")
    return Type(x.elem, (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.visibility)


def matmul(frame: Frame, node: Node, args: tuple[Type, ...]) -> Type:
    """Matrices of numbers whose sums of products fit the ring even before their truncation."""
    x, y = args
    for arg in args:
        assert len(arg.shape) >= 2, f"[{_written(arg.shape)}] is no matrix"
    assert x.shape[-1] == y.shape[-2], f"{x.shape[-1]} columns meet {y.shape[-2]} rows"
    elem = own_product(node, *addable(args))
    drop = x.elem.fraction_bits + y.elem.fraction_bits - elem.fraction_bits
    assert drop >= 0, f"{elem.fraction_bits} fraction bits of {x.elem.fraction_bits} + {y.elem.fraction_bits}"
    total = _sum_of_products(x, y, most_rows(frame))
    assert fits_ring(total), f"the sum of products {total[0]} .. {total[1]} leaves the ring"
    lead = broadcast(Type(elem, x.shape[:-2]), Type(elem, y.shape[:-2]))
    return Type(ranged(elem, ranges.truncate(total, drop)), (*lead, x.shape[-2], y.shape[-1]), joined(args))


def _sum_of_products(x: Type, y: Type, most: Mapping[str, int]) -> Range:
    """Of as few and of as many products as there can be."""
    one = ranges.multiply(range_of(x.elem), range_of(y.elem))
    least, greatest = (max(length, 0) for length in x.shape[-1].span(most))
    return ranges.multiply(one, (least, greatest))


def size_of(value: Attr) -> Size:
    """The length that an attribute (constant, (table, coefficient), ...) names; its form has been verified.

    >>> str(size_of((1, ("flights", 2))))
    '2*flights + 1'
    """
    assert isinstance(value, tuple), f"{value!r} is no size"
    constant, *terms = value
    assert isinstance(constant, int), f"{value!r} is no size"
    pairs = [term for term in terms if isinstance(term, tuple)]
    found = tuple((table, c) for table, c in pairs if isinstance(table, str) and isinstance(c, int))
    assert list(found) == sorted(set(found)) == terms, f"{value!r} is no size in its one form"
    return Size(constant, found)


def attr_of(length: Size) -> tuple[Attr, ...]:
    """A length as the attribute `size`."""
    return (length.constant, *length.terms)


def elements(shape: tuple[Size, ...]) -> Counter[Monomial]:
    """How many elements there are, as a polynomial in the lengths of tables: coefficients by monomial."""
    total: Counter[Monomial] = Counter({(): 1})
    for length in shape:
        factors = [((name,), c) for name, c in length.terms] + [((), length.constant)]
        product: Counter[Monomial] = Counter()
        for monomial, coefficient in total.items():
            for names, c in factors:
                product[tuple(sorted(monomial + names))] += coefficient * c
        total = product
    return Counter({monomial: c for monomial, c in total.items() if c})


def most_rows(frame: Frame) -> dict[str, int]:
    """How many rows each table has at most."""
    return {name: table.max_rows for name, table in frame.tables.items()}


def numbers(node: Node, name: str) -> tuple[int, ...]:
    """An attribute that is a list of integers."""
    value = node.attr(name)
    assert isinstance(value, tuple), f"attribute {name} is {value!r}, not numbers"
    return tuple(v for v in value if isinstance(v, int))


def _axis(node: Node, x: Type) -> int:
    axis = number(node, "axis")
    assert 0 <= axis < len(x.shape), f"axis {axis} of {len(x.shape)}"
    return axis


def _declared(frame: Frame, shape: tuple[Size, ...]) -> None:
    for length in shape:
        for table, _ in length.terms:
            assert table in frame.tables, f"no table {table}"


def _public_int(arg: Type, what: str) -> None:
    assert arg.elem.domain is Domain.INT, f"{what} is {describe(arg.elem)}, not int"
    assert arg.visibility == PUBLIC, f"{what} is {arg.visibility}"


def _written(shape: tuple[Size, ...]) -> str:
    return ", ".join(map(str, shape))
