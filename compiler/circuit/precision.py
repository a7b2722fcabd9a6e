"""How far the numbers of a circuit may be from exact arithmetic on the owners' real values.

Lives here: `error_bounds` and ERROR, the total table from operation to rule. A bound is absolute and in real units (a
fixed x means x / 2**fraction_bits), holds for every run within the declared ranges and row bounds, and is infinite
where nothing can be promised (a quotient whose inexact divisor may be 0).

What it does not say: comparisons, equalities and cells are exact on the numbers they are given, so their error is 0;
two numbers closer to each other than their errors may compare either way, and a selection may then take the other
branch.

Of a loop: a running total is off by its initial error and that of a term for each trip, which is a proof for any number
of trips. Other carried values are followed trip by trip, the bound only growing, until it stays or the greatest number
of trips has been made. If it still grows after 256 trips, nothing is promised: that the computed value lies in its
range says nothing of the true one, unless the result is clamped between two constants, which holds both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from .graph import Circuit, Node
from .ops import Op
from .regions import Loop, clamp_of, loop_of, most_trips, step_of
from .typed import mean_of, number, own, variance_of, whole_range
from .types import Domain, Elem, Type

FOLLOWED = 256
"""Trips of a loop that are followed one by one; an eighth of that of a loop within it."""

Errors: TypeAlias = tuple[float, ...]
"""One bound per part: a join has several, everything else one."""


@dataclass(frozen=True, slots=True)
class Account:
    """A circuit, one of its nodes, the bounds of those before it, and the row bounds.

    inputs: bounds of a region's inputs. trips: how many trips of a loop are followed; fewer of a loop in a loop.
    """

    circuit: Circuit
    node: Node
    before: list[Errors]
    max_rows: dict[str, int]
    inputs: Errors = ()
    trips: int = FOLLOWED

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Of the circuit."""
        return self.circuit.nodes

    def arg(self, index: int) -> Type:
        """The type of that argument."""
        return own(self.nodes[self.node.args[index]])


Rule: TypeAlias = Callable[[Account, Errors], Errors]


def error_bounds(circuit: Circuit) -> dict[int, float]:
    """The bound of every node; of a join or a disclosure, the greatest of its columns."""
    max_rows = {table.name: table.max_rows for table in circuit.tables}
    bounds = (max(parts, default=0.0) for parts in _bounds(circuit, max_rows))
    return {i: _told(node, bound) for i, (node, bound) in enumerate(zip(circuit.nodes, bounds, strict=True))}


def _told(node: Node, bound: float) -> float:
    """A bound beyond the distance of the ends says less than the range does: then nothing is promised."""
    if not isinstance(node.type, Type):
        return bound
    return inf if bound > max(_width(node.type.elem), unit(node.type.elem)) else bound


def _bounds(circuit: Circuit, max_rows: dict[str, int], inputs: Errors = (), trips: int = FOLLOWED) -> list[Errors]:
    errors: list[Errors] = []
    for node in circuit.nodes:
        parts = [errors[a] for a in node.args]
        given = parts[0] if node.op is Op.PICK else tuple(p[0] for p in parts)
        errors.append(ERROR[node.op](Account(circuit, node, errors, max_rows, inputs, trips), given))
    return errors


def unit(elem: Elem) -> float:
    """The distance of two neighbouring values, in real units."""
    return 2.0**-elem.fraction_bits * 10.0**-elem.decimals


def size(elem: Elem) -> float:
    """The greatest magnitude, in real units."""
    return max(abs(elem.lo), abs(elem.hi)) * unit(elem)


def _width(elem: Elem) -> float:
    """The distance of the ends, in real units."""
    return (elem.hi - elem.lo) * unit(elem)


def _times(factor: float, error: float) -> float:
    """Nothing of an error without bound is nothing."""
    return factor * error if factor and error else 0.0


def _exact(_: Account, __: Errors) -> Errors:
    return (0.0,)


def _quantised(account: Account, _: Errors) -> Errors:
    """A real number was rounded to the nearest fixed one; integers and labels are what they are."""
    elem = own(account.node).elem
    return (unit(elem) / 2,) if elem.domain is Domain.FIXED else (0.0,)


def _same(_: Account, errors: Errors) -> Errors:
    return errors


def _worst(_: Account, errors: Errors) -> Errors:
    return (max(errors),)


def _total(_: Account, errors: Errors) -> Errors:
    return (sum(errors),)


def _product(account: Account, errors: Errors) -> Errors:
    """|x'y' - xy| <= |x'| e_y + |y'| e_x + e_x e_y, and a unit if bits are dropped: a protocol rounds up or down."""
    dropped = unit(own(account.node).elem) if _drops(account) else 0.0
    return (_of_product(account.arg(0).elem, account.arg(1).elem, errors) + dropped,)


def _of_product(x: Elem, y: Elem, errors: Errors) -> float:
    x_error, y_error = errors
    return _times(size(x), y_error) + _times(size(y), x_error) + _times(x_error, y_error)


def _drops(account: Account) -> bool:
    """True if the result has fewer fraction bits than the exact product."""
    bits = (account.arg(i).elem.fraction_bits for i in (0, 1))
    return sum(bits) > own(account.node).elem.fraction_bits


def _quotient(account: Account, errors: Errors) -> Errors:
    """|x'/y' - x/y| <= |x'| e_y / (y' y) + e_x / y, and half a unit; y >= y' - e_y.

    The mean of n numbers is no further off than the worst of them: their sum is off by n times that, and n is exact.
    var(x + e) - var(x) = 2 cov(x, e) + var(e), at most (w + 2 e) e + e^2 for numbers of width w.
    """
    half = unit(own(account.node).elem) / 2
    summands = mean_of(account.nodes, account.node)
    if summands:
        return (max(account.before[x][0] for x in summands) + half,)
    deviations = variance_of(account.nodes, account.node)
    if deviations:
        error = max(account.before[x][0] for x in deviations)
        width = _width(whole_range(account.nodes, deviations))
        return (_times(width + 3 * error, error) + half,)
    x, y = account.arg(0).elem, account.arg(1).elem
    x_error, y_error = errors
    if y_error == 0:
        return (x_error / (max(y.lo, 1) * unit(y)) + half,)
    least = y.lo * unit(y)
    if least <= y_error:
        return (inf,)
    return (size(x) * y_error / (least * (least - y_error)) + x_error / (least - y_error) + half,)


def _rescaled(account: Account, errors: Errors) -> Errors:
    """A fixed number with fewer bits is truncated as a product is; an int is the nearest."""
    result = own(account.node).elem
    if result.fraction_bits >= account.arg(0).elem.fraction_bits:
        return errors
    return (errors[0] + (unit(result) if result.domain is Domain.FIXED else unit(result) / 2),)


def _selected(_: Account, errors: Errors) -> Errors:
    return (max(errors[1:]),)


def _joined(_: Account, errors: Errors) -> Errors:
    """Of (left key, left valid, right key, right valid, *columns) to (key, valid, *columns)."""
    return (max(errors[0], errors[2]), 0.0, *errors[4:])


def _sorted(_: Account, errors: Errors) -> Errors:
    """Every column keeps its own; of `valid` there is none."""
    return (0.0, *errors[1:])


def _scanned(account: Account, errors: Errors) -> Errors:
    """At most all rows are in one group."""
    (rows,) = account.arg(1).shape
    return (_times(rows.bind(account.max_rows), errors[1]) if account.node.attr("what") == "sum" else errors[1],)


def _picked(account: Account, errors: Errors) -> Errors:
    return (errors[number(account.node, "index")],)


def _sum(account: Account, errors: Errors) -> Errors:
    rows = account.arg(0).shape[-1]
    return (_times(rows.span(account.max_rows)[1], errors[1]),)


def _sum_of_products(account: Account, errors: Errors) -> Errors:
    """Each product as in `_product`, but their sum drops its bits once."""
    x, y = account.arg(0), account.arg(1)
    dropped = unit(own(account.node).elem) if _drops(account) else 0.0
    terms = x.shape[-1].span(account.max_rows)[1]
    return (_times(terms, _of_product(x.elem, y.elem, errors)) + dropped,)


def _first(_: Account, errors: Errors) -> Errors:
    return errors[:1]


def _largest(account: Account, errors: Errors) -> Errors:
    return (errors[1] * number(account.node, "how_many"),)


def _extreme(_: Account, errors: Errors) -> Errors:
    return (errors[1],)


def _input(account: Account, _: Errors) -> Errors:
    return (account.inputs[number(account.node, "index")],)


def _folded(account: Account, errors: Errors) -> Errors:
    """The bounds of the carried values whatever the number of trips: see the top of this file."""
    loop, trips = loop_of(account.circuit, account.node), most_trips(account.arg(0), account.arg(1))
    carried, captured = errors[2 : 2 + loop.carried], errors[2 + loop.carried :]
    if not trips:
        return carried
    inner = account.circuit.within(number(account.node, "region"))

    def trip(before: Errors) -> list[Errors]:
        return _bounds(inner, account.max_rows, (0.0, *before, *captured), max(account.trips // 8, 1))

    terms = trip(carried)
    steps = [step_of(loop, part, lambda i: (-terms[i][0], terms[i][0])) for part in range(loop.carried)]
    last = tuple(e if step is None else e + trips * step[1] for e, step in zip(carried, steps, strict=True))
    totals = frozenset(part for part, step in enumerate(steps) if step is not None)
    return _followed(loop, trip, last, totals, (trips, account.trips))


def _followed(
    loop: Loop, trip: Callable[[Errors], list[Errors]], carried: Errors, settled: frozenset[int], trips: tuple[int, int]
) -> Errors:
    """Trip by trip until nothing grows; what is settled does not. trips: how many are made, and are followed, at most.

    What grows to the end is settled by its clamp, if it has one; the rest is followed anew.
    """
    for _ in range(min(trips)):
        before, carried = carried, _after(loop, trip, carried, settled)
        if before == carried:
            return carried
    if trips[0] <= trips[1]:
        return carried
    after = _after(loop, trip, carried, settled)
    growing = frozenset(part for part in range(loop.carried) if after[part] > carried[part])
    carried = tuple(max(e, _clamped(loop, part)) if part in growing else e for part, e in enumerate(carried))
    return _followed(loop, trip, carried, settled | growing, trips)


def _after(loop: Loop, trip: Callable[[Errors], list[Errors]], carried: Errors, settled: frozenset[int]) -> Errors:
    """The bounds after one trip more or none."""
    errors = trip(carried)
    results = (errors[result][0] for result in loop.region.results)
    return tuple(e if part in settled else max(e, r) for part, (e, r) in enumerate(zip(carried, results, strict=True)))


def _clamped(loop: Loop, part: int) -> float:
    """The distance of the two constants between which the true and the computed result lie."""
    result = loop.region.results[part]
    lo, hi = (clamp_of(loop.region.nodes, result, extreme) for extreme in ("greater", "lesser"))
    return inf if lo is None or hi is None else (hi - lo) * unit(own(loop.region.nodes[result]).elem)


def _disclosed(_: Account, errors: Errors) -> Errors:
    return (max(errors[3:]),)


ERROR: dict[Op, Rule] = {
    Op.INPUT: _quantised,
    Op.PRESENT: _exact,
    Op.ROWS: _exact,
    Op.PARAM: _quantised,
    Op.CONST: _quantised,
    Op.RANDOM: _exact,
    Op.ADD: _total,
    Op.SUB: _total,
    Op.NEG: _same,
    Op.MUL: _product,
    Op.DIV: _quotient,
    Op.ABS: _same,
    Op.RESCALE: _rescaled,
    Op.LT: _exact,
    Op.EQ: _exact,
    Op.AND: _exact,
    Op.OR: _exact,
    Op.NOT: _exact,
    Op.SELECT: _selected,
    Op.BIT: _exact,
    Op.NUMBER: _exact,
    Op.SIZE: _exact,
    Op.IOTA: _exact,
    Op.BROADCAST: _same,
    Op.RESHAPE: _same,
    Op.TRANSPOSE: _same,
    Op.SLICE: _first,
    Op.TAKE: _first,
    Op.MATMUL: _sum_of_products,
    Op.CONCAT: _worst,
    Op.JOIN: _joined,
    Op.SORT: _sorted,
    Op.SCAN: _scanned,
    Op.SHIFT: _same,
    Op.PICK: _picked,
    Op.CELLS: _exact,
    Op.COUNT: _exact,
    Op.SUM: _sum,
    Op.LEAST: _extreme,
    Op.GREATEST: _extreme,
    Op.LARGEST: _largest,
    Op.ARG: _input,
    Op.FOLD: _folded,
    Op.CHECK: _exact,
    Op.PRINT: _worst,
    Op.DISCLOSE: _disclosed,
}
