"""Which nodes of a circuit run, and what is public among them: known to every party before anything is sent.

Lives here: `reach`, `public_values`, `sized`. A prediction and the run itself both start from it. Not here:
running (engine.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from secfuse.compiler.circuit.clear_arrays import first_of_slice, indices_within, lengths_of
from secfuse.compiler.circuit.evaluate import Course, compute, course, follow, outputs_of
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import World
from secfuse.compiler.circuit.typed import number
from secfuse.compiler.circuit.types import Bundle, Type

from .kinds import is_given, is_public


@dataclass(frozen=True, slots=True)
class Reach:
    """wanted: disclosures whose public condition holds; nodes: they and all they need; public: values of public nodes.

    What a public node was computed from is not among `nodes`, nor what an owner computes by itself.
    """

    wanted: tuple[int, ...]
    nodes: frozenset[int]
    public: dict[int, Any]


def public_values(
    circuit: Circuit, params: Mapping[str, int], row_counts: Mapping[str, int], wanted: tuple[int, ...]
) -> dict[int, Any]:
    """The wanted public nodes in the clear. Raises CheckFailed if one of them is a check that does not hold."""
    values: dict[int, Any] = {}
    compute(circuit, world_of(circuit, params, row_counts), values, wanted)
    return values


def sized(circuit: Circuit) -> frozenset[int]:
    """The nodes whose values or lengths depend on how many rows the tables have."""
    found: set[int] = set()
    for index, node in enumerate(circuit.nodes):
        parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
        of_tables = node.op is Op.SIZE or any(length.terms for part in parts for length in part.shape)
        of_tables = of_tables or (node.op is Op.FOLD and bool(sized(circuit.within(number(node, "region")))))
        if of_tables or any(argument in found for argument in node.args):
            found.add(index)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Body:
    """What runs in each trip of a region, seen as a circuit: what its results need.

    secret: nodes in order, its inputs not among them; given: secret ARG nodes; public: the course of the public nodes.
    """

    circuit: Circuit
    secret: tuple[int, ...]
    given: tuple[int, ...]
    public: Course

    def public_values(self, world: World, inputs: tuple[Any, ...]) -> dict[int, Any]:
        """The public nodes of one trip in the clear. Raises CheckFailed for what lies outside an array."""
        values: dict[int, Any] = {}
        known = tuple(value if isinstance(value, np.ndarray) else None for value in inputs)
        follow(self.circuit, replace(world, inputs=known), values, self.public)
        return values


def body_of(circuit: Circuit, region: int) -> Body:
    """What runs in each trip."""
    inner = circuit.within(region)
    needed = sorted(_needed(inner, inner.outputs))
    secret = [i for i in needed if not is_public(inner.nodes[i])]
    given = tuple(i for i in secret if inner.nodes[i].op is Op.ARG)
    public = course(inner, {}, (i for i in needed if is_public(inner.nodes[i])))
    return Body(inner, tuple(i for i in secret if i not in given), given, public)


def world_of(circuit: Circuit, params: Mapping[str, int], row_counts: Mapping[str, int]) -> World:
    """What public nodes read: no rows."""
    return World({}, {p.name: params.get(p.name, p.default) for p in circuit.params}, row_counts)


def reach(circuit: Circuit, params: Mapping[str, int], row_counts: Mapping[str, int]) -> Reach:
    """What a run with these parameters and so many rows computes. Raises CheckFailed for what lies outside an array,
    also where that is an owner's own business.
    """
    wanted = _wanted(circuit, params, row_counts)
    everything = _needed(circuit, wanted, at_home=True)
    public = tuple(i for i in sorted(everything) if is_public(circuit.nodes[i]))
    values = public_values(circuit, params, row_counts, public)
    for index in sorted(everything - values.keys()):
        _check_bounds(circuit, circuit.nodes[index], values, row_counts)
    return Reach(wanted, _needed(circuit, wanted, at_home=False), {i: values[i] for i in public})


def _check_bounds(circuit: Circuit, node: Node, values: Mapping[int, Any], row_counts: Mapping[str, int]) -> None:
    """Slices and choices of secrets are at public places: what lies outside stops the run before anything is sent."""
    if node.op not in (Op.BROADCAST, Op.RESHAPE, Op.SLICE, Op.TAKE):
        return
    argument = circuit.nodes[node.args[0]].type
    assert isinstance(argument, Type), "a bundle has no axes"
    assert isinstance(node.type, Type), "a bundle has no axes"
    have, wanted = ([size.bind(row_counts) for size in t.shape] for t in (argument, node.type))
    axis = node.attr("axis") if node.op in (Op.SLICE, Op.TAKE) else 0
    assert isinstance(axis, int), "an axis is a number"
    match node.op:
        case Op.SLICE:
            first_of_slice(node, have[axis], values[node.args[1]], wanted[axis])
        case Op.TAKE:
            indices_within(node, have[axis], values[node.args[1]])
        case _:
            lengths_of(node, tuple(wanted))


def _wanted(circuit: Circuit, params: Mapping[str, int], row_counts: Mapping[str, int]) -> tuple[int, ...]:
    disclosures = outputs_of(circuit, Op.DISCLOSE)
    when = {i: circuit.nodes[i].args[0] for i in disclosures}
    values = public_values(circuit, params, row_counts, tuple(when.values()))
    return tuple(i for i in disclosures if bool(values[when[i]]))


def _needed(circuit: Circuit, wanted: tuple[int, ...], at_home: bool = False) -> frozenset[int]:
    """The wanted nodes and all they need; at_home: also what only owners need for what they hand in."""
    needed: set[int] = set()
    stack = list(wanted)
    while stack:
        index = stack.pop()
        if index not in needed:
            needed.add(index)
            node = circuit.nodes[index]
            if not is_public(node) and (at_home or not is_given(node)):
                stack.extend(node.args)
    return frozenset(needed)
