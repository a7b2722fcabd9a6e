"""Owners sort what they join: each by itself, for nothing, so that the sides need only be merged.

    before   %8 = join %0 %1 %2 %3 %4 %5 [in_order=0]          %0, %1, %4 known to one owner, %2, %3, %5 to another
    after    %8 = sort %true %0 %1 %4 [keys=1], %9, %10, %11 = pick %8, likewise of the right side,
             %16 = join %9 %10 %13 %14 %11 %15 [in_order=1]
    before   %9 = join %8 %1 %2 %3 [in_order=0]                %8 the key of a join before, whose rows are in order
    after    the same with in_order=1, if the right side is in order or its owner can sort it

Condition: each side's rows are in order already, or one owner knows all that the join takes of it; keys are not
negative. The join sorts its rows stably by the key in any case, so that sorting a side first changes nothing.

A key that was computed may be anything in rows that do not count; on shares only the bits of its range are there. So
its owner sorts by these bits (%20 = bit %0 [index=0], .., %27 = number %20 .. %26). Joins stand in no region.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit, Node, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import joined, number, own
from secfuse.compiler.circuit.types import BOOL, PUBLIC, Bundle, Domain, Type, integer


def order(circuit: Circuit) -> Circuit:
    """Sort the sides of every join where that costs nothing."""
    nodes: list[Node] = []
    instead: list[int] = []
    for old in circuit.nodes:
        node = old.on(tuple([instead[a] for a in old.args]))
        if node.op is Op.JOIN and not number(node, "in_order"):
            node = _join(nodes, node)
        instead.append(_append(nodes, node))
    return replace(circuit, nodes=tuple(nodes), outputs=tuple(instead[o] for o in circuit.outputs))


def _append(nodes: list[Node], node: Node) -> int:
    nodes.append(node)
    return len(nodes) - 1


def _join(nodes: list[Node], node: Node) -> Node:
    """The same join of sides in order, or as it was."""
    lefts = 4 + number(node, "left")
    sides = [(*node.args[:2], *node.args[4:lefts]), (*node.args[2:4], *node.args[lefts:])]
    if not all(_is_in_order(nodes, side) or _is_known(nodes, side) for side in sides):
        return node
    left, right = (side if _is_in_order(nodes, side) else _sorted(nodes, side, node.span) for side in sides)
    attrs = tuple((name, 1 if name == "in_order" else value) for name, value in node.attrs)
    return replace(node, args=(*left[:2], *right[:2], *left[2:], *right[2:]), attrs=attrs)


def _is_in_order(nodes: list[Node], side: tuple[int, ...]) -> bool:
    """True if the key is that of a join before: whatever became of the other columns, the rows stand as they did."""
    key = nodes[side[0]]
    return (
        key.op is Op.PICK
        and nodes[key.args[0]].op is Op.JOIN
        and number(key, "index") == 0
        and not own(key).elem.signed
    )


def _is_known(nodes: list[Node], side: tuple[int, ...]) -> bool:
    """True if one owner can sort the rows by itself."""
    key = nodes[side[0]]
    exact = key.op is Op.INPUT or own(key).elem.domain is Domain.INT
    return exact and not own(key).elem.signed and joined(tuple(own(nodes[i]) for i in side)).level == "known"


def _sorted(nodes: list[Node], side: tuple[int, ...], span: Span | None) -> tuple[int, ...]:
    """The side's nodes in order of the first of them. That all loaded rows count holds in any order."""
    key, moved = side[0], [i for i in side if nodes[i].op is not Op.ROWS]
    length, visibility = own(nodes[key]).shape, joined(tuple(own(nodes[i]) for i in side))
    true = _append(nodes, Node(Op.CONST, (), Type(BOOL, (), PUBLIC), (("value", 1),), span))
    every = _append(nodes, Node(Op.BROADCAST, (true,), Type(BOOL, length, PUBLIC), (), span))
    args = (every, key if nodes[key].op is Op.INPUT else _its_bits(nodes, key, span), *moved)
    parts = tuple(Type(own(nodes[i]).elem, length, visibility) for i in args)
    bundle = _append(nodes, Node(Op.SORT, args, Bundle(parts), (("descending", (0,)), ("keys", 1)), span))
    found = {
        i: _append(nodes, Node(Op.PICK, (bundle,), parts[place], (("index", place),), span))
        for place, i in enumerate(moved, 2)
    }
    return tuple(found.get(i, i) for i in side)


def _its_bits(nodes: list[Node], key: int, span: Span | None) -> int:
    """The number that the bits of the key's range make."""
    type_ = own(nodes[key])
    width = type_.elem.width_bits
    bits = [
        _append(nodes, Node(Op.BIT, (key,), replace(type_, elem=BOOL), (("index", i),), span)) for i in range(width)
    ]
    return _append(nodes, Node(Op.NUMBER, tuple(bits), replace(type_, elem=integer(0, 2**width - 1)), (), span))
