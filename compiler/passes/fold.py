"""Fold: what can be computed now is computed now.

    before   %2 = add %0 %1        with %0 = const 5, %1 = const 7
    after    %2 = const 12
    before   %5 = and %4 %3        with %3 = const true; likewise or with false, not of not, select by a constant
    after    %4 in the place of %5

Condition: all arguments are constants and the operation has no effect, and its result is a value or a list that does
not grow beyond 4096 elements; or the kept argument has the type of the result. Parameters and lengths of tables are not
constants: they are fixed before a run, not before the digest.
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import Step, Value, World
from secfuse.compiler.circuit.types import Type
from secfuse.compiler.circuit.verify_arrays import size_of

from .in_regions import everywhere

FOLDABLE = frozenset(
    {Op.ADD, Op.SUB, Op.NEG, Op.MUL, Op.DIV, Op.ABS, Op.RESCALE}
    | {Op.LT, Op.EQ, Op.AND, Op.OR, Op.NOT, Op.SELECT, Op.BIT, Op.NUMBER}
    | {Op.SIZE, Op.IOTA, Op.BROADCAST, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE}
    | {Op.CONCAT, Op.COUNT, Op.SUM, Op.LEAST, Op.GREATEST, Op.LARGEST}
)

_NOWHERE = World({}, {})
_LONGEST = 4096


def fold(circuit: Circuit) -> Circuit:
    """Replace constant nodes by constants and drop neutral operations. Nodes no longer needed stay (see dce)."""
    return everywhere(circuit, _computed_all)


def _computed_all(before: tuple[Node, ...]) -> tuple[list[Node], list[int]]:
    nodes: list[Node] = []
    instead: list[int] = []
    for index, old in enumerate(before):
        node = old.on(tuple([instead[a] for a in old.args]))
        nodes.append(_computed(nodes, node))
        kept = _kept(nodes, node)
        instead.append(index if kept is None or nodes[kept].type != node.type else kept)
    return nodes, instead


def _computed(nodes: list[Node], node: Node) -> Node:
    """The node itself, or the constant that it is."""
    operands = [nodes[a] for a in node.args]
    if node.op not in FOLDABLE or any(operand.op is not Op.CONST for operand in operands) or not fits_constant(node):
        return node
    types = tuple(operand.type for operand in operands)
    values = tuple(CLEAR[Op.CONST](Step(operand, (), (), _NOWHERE)) for operand in operands)
    result = _value(Step(node, types, values, _NOWHERE))
    if result is None:
        return node
    assert isinstance(result, np.ndarray), f"{node.op.value} has no value"
    assert result.ndim <= 1, "a constant is a value or a list"
    value = tuple(int(v) for v in result) if result.ndim else int(result)
    return Node(Op.CONST, (), node.type, (("value", value),), node.span)


def fits_constant(node: Node) -> bool:
    """True if the result is known to be a value, or a list that a constant may hold."""
    assert isinstance(node.type, Type), f"{node.op.value} has no single value"
    if node.op is Op.SIZE:
        return not size_of(node.attr("size")).terms
    return len(node.type.shape) <= 1 and all(not s.terms and 0 < s.constant <= _LONGEST for s in node.type.shape)


def _value(step: Step) -> Value | None:
    """The result; None if there is none: a slice beyond its array stops the run, not the compiler."""
    try:
        return CLEAR[step.node.op](step)
    except CheckFailed:
        return None


def _kept(nodes: list[Node], node: Node) -> int | None:
    """The argument that the node merely repeats, if there is one."""
    match node.op:
        case Op.AND | Op.OR:
            x, y = node.args
            neutral = node.op is Op.AND
            return x if _constant(nodes[y]) is neutral else y if _constant(nodes[x]) is neutral else None
        case Op.NOT:
            inner = nodes[node.args[0]]
            return inner.args[0] if inner.op is Op.NOT else None
        case Op.SELECT:
            chosen = _constant(nodes[node.args[0]])
            return None if chosen is None else node.args[1 if chosen else 2]
        case Op.BROADCAST | Op.RESHAPE | Op.CONCAT:
            return node.args[0] if len(node.args) == 1 else None
        case Op.TRANSPOSE:
            axes = node.attr("axes")
            return node.args[0] if isinstance(axes, tuple) and list(axes) == list(range(len(axes))) else None
        case _:
            return None


def _constant(node: Node) -> bool | None:
    """The truth value of a constant whose elements are all alike."""
    if node.op is not Op.CONST:
        return None
    value = node.attr("value")
    found = set(value) if isinstance(value, tuple) else {value}
    return bool(found.pop()) if len(found) == 1 else None
