"""Joins become one operation, and a pick for each of its parts.

Lives here: `lower_join`. The operation is an inner join; whether a row found a partner travels as one more column, and
so does presence. Several keys are counted through as one number. Not here: the other forms of tables (tables.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from secfuse.compiler import checked as c
from secfuse.compiler.checked import JoinKind
from secfuse.compiler.circuit import ranges
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.ranges import Range, range_of
from secfuse.compiler.circuit.typed import joined, ranged
from secfuse.compiler.circuit.types import BOOL, Bundle, Domain, Type, integer

from .gates import Lowering, TableValue, Value, merged


def lower_join(lowering: Lowering, join: c.Join, left: TableValue, right: TableValue) -> TableValue:
    """Rows of the left table, with those of the right where they match."""
    # Only in an inner join on one key, the operation's own key is that of every row that counts, in the range of both.
    own_key = join.keys[0] if join.kind is JoinKind.INNER and len(join.keys) == 1 else ""
    kept = {name: value for name, value in left.columns.items() if name != own_key}
    added = {name: value for name, value in right.columns.items() if name in join.type.columns and name not in kept}
    added.pop(own_key, None)
    needs_match = join.kind in (JoinKind.LEFT, JoinKind.ANTI)
    lefts = _payload(kept) + [left.valid] * needs_match
    rights = _payload(added) + [right.valid] * needs_match  # 1 wherever a left row finds a partner, else 0
    key, found, *parts = _parts(lowering, join, left, right, lefts, rights)
    columns, others = _placed(kept, parts), _placed(added, parts[len(lefts) :])
    match join.kind:
        case JoinKind.INNER | JoinKind.SEMI:
            valid = found
        case JoinKind.LEFT:
            valid = parts[len(lefts) - 1]
            others = {name: _present_where(lowering, parts[-1], value) for name, value in others.items()}
        case JoinKind.ANTI:
            alone = lowering.apply(Op.NOT, (parts[-1],), BOOL, join.span)
            valid = lowering.apply(Op.AND, (parts[len(lefts) - 1], alone), BOOL, join.span)
        case JoinKind.FULL:
            raise AssertionError("a full join is lowered as two others (full_joins.py)")
        case _:
            assert_never(join.kind)
    columns |= others
    if own_key:
        columns[own_key] = Value(key)
    looked_at = [side.columns[name].rests_on for side in (left, right) for name in join.keys]
    in_order = {name: columns[name] for name in join.type.columns}
    return TableValue(in_order, valid, merged(left.rests_on, right.rests_on, *looked_at))


def _parts(
    lowering: Lowering, join: c.Join, left: TableValue, right: TableValue, lefts: list[int], rights: list[int]
) -> list[int]:
    """The operation's parts: key, validity, columns of the left and of the right."""
    keys = [_key(lowering, join, side, other) for side, other in ((left, right), (right, left))]
    args = (keys[0], left.valid, keys[1], right.valid, *lefts, *rights)
    types = tuple(lowering.type(node) for node in args)
    shape, visibility = (types[0].shape[0] + types[2].shape[0],), joined(types)
    key = ranged(types[0].elem, ranges.union(range_of(types[0].elem), range_of(types[2].elem)))
    parts = tuple(Type(elem, shape, visibility) for elem in (key, BOOL, *(type_.elem for type_ in types[4:])))
    sizes = {"left": len(lefts), "right": len(rights)}
    bundle = lowering.builder.add(Op.JOIN, args, Bundle(parts), join.span, **sizes, in_order=0)
    return [lowering.builder.add(Op.PICK, (bundle,), part, join.span, index=i) for i, part in enumerate(parts)]


# ---- keys


def _key(lowering: Lowering, join: c.Join, side: TableValue, other: TableValue) -> int:
    """The key of one table; several are digits of one number, in the ranges that both tables allow."""
    first, *rest = join.keys
    if not rest:
        return side.columns[first].node
    number = _digit(lowering, side, other, first)
    for name in rest:
        digit = _digit(lowering, side, other, name)
        lo, hi = _range(lowering, side, other, name)
        weight = lowering.number(hi - lo + 1)
        shifted = ranges.multiply(_own_range(lowering, number), (hi - lo + 1, hi - lo + 1))
        number = lowering.apply(Op.MUL, (number, weight), integer(*shifted), join.span)
        total = ranges.add(shifted, _own_range(lowering, digit))
        number = lowering.apply(Op.ADD, (number, digit), integer(*total), join.span)
    return number


def _digit(lowering: Lowering, side: TableValue, other: TableValue, name: str) -> int:
    """One of several keys, counted from the least value that either table allows."""
    node, (least, _) = side.columns[name].node, _range(lowering, side, other, name)
    found = _own_range(lowering, node)
    if lowering.type(node).elem.domain is not Domain.INT:
        node = lowering.apply(Op.RESCALE, (node,), integer(*found))
    return lowering.apply(Op.SUB, (node, lowering.number(least)), integer(*ranges.subtract(found, (least, least))))


def _range(lowering: Lowering, side: TableValue, other: TableValue, name: str) -> Range:
    return ranges.union(*(_own_range(lowering, table.columns[name].node) for table in (side, other)))


def _own_range(lowering: Lowering, node: int) -> Range:
    return range_of(lowering.type(node).elem)


# ---- columns


def _payload(columns: Mapping[str, Value]) -> list[int]:
    """What travels with the rows: each column, and where values may be missing, whether they are there."""
    nodes = []
    for value in columns.values():
        nodes += [value.node] if value.present is None else [value.node, value.present]
    return nodes


def _placed(columns: Mapping[str, Value], parts: list[int]) -> dict[str, Value]:
    """The same columns, found again among the parts, in the order of `_payload`."""
    rest = iter(parts)
    return {
        name: Value(next(rest), None if value.present is None else next(rest), value.rests_on)
        for name, value in columns.items()
    }


def _present_where(lowering: Lowering, matched: int, value: Value) -> Value:
    """A column of the right table, missing where no row of it matches."""
    return Value(value.node, lowering.both(matched, value.present), value.rests_on)
