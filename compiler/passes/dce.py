"""Dead code: what no output needs is dropped.

    before   %0 = input hour, %1 = input delay, %2 = count %0, %3 = disclose %2     outputs %3
    after    %0 = input hour,                   %1 = count %0, %2 = disclose %1     outputs %2

    before   %7 = fold %1 %2 %3 %4 %5 [carried=2, region=1], %8 = pick %7 [index=0]
    after    %7 = fold %1 %2 %3 %5 [carried=1, region=0], ...       if %8 does not depend on the second carried value

    before   %8 = join %0 %1 %2 %3 %4 %5 [in_order=0, left=1, right=1], %9 = pick %8 [index=2]       the left column
    after    %7 = join %0 %1 %2 %3 %4 [in_order=0, left=1, right=0],    %8 = pick %7 [index=2]       likewise of a sort

Condition: no path to an output; of a loop, no path through any number of its trips. The rest keeps its order and is
numbered anew. Declared tables and parameters stay, since owners and contracts refer to them.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field, replace

from secfuse.compiler.circuit.graph import Circuit, Node, Region
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import number
from secfuse.compiler.circuit.types import Bundle

from .columns import CARRIERS, kept_args, kept_parts, narrowed


def dce(circuit: Circuit) -> Circuit:
    """Keep the outputs and what they are computed from."""
    kept = _kept(circuit)
    regions = tuple(_region(circuit, kept, index) for index in sorted(kept.parts))
    nodes, place = _nodes(circuit, kept, frozenset(kept.nodes[-1]))
    return replace(circuit, nodes=nodes, outputs=tuple(place[o] for o in circuit.outputs), regions=regions)


@dataclass(slots=True)
class _Kept:
    """What is needed: nodes by region (-1: the circuit's own); of regions that run, carried and captured values.

    picked: of joins and sorts, which stand in the circuit itself, the parts.
    """

    nodes: dict[int, set[int]] = field(default_factory=dict)
    picked: dict[int, set[int]] = field(default_factory=dict)
    parts: dict[int, set[int]] = field(default_factory=dict)
    captured: dict[int, set[int]] = field(default_factory=dict)

    def inputs(self, region: int) -> list[int]:
        """The trip number, the needed carried values, and the needed captured ones."""
        return [0, *(1 + p for p in sorted(self.parts[region])), *sorted(self.captured[region])]

    def extent(self) -> int:
        """Grows with every part and captured value."""
        return sum(len(found) for known in (self.parts, self.captured) for found in known.values())


def _kept(circuit: Circuit) -> _Kept:
    """Until nothing is added: a carried value may need others, and two loops may need different parts of one region."""
    kept, before = _Kept(), -1
    while before != kept.extent():
        before = kept.extent()
        kept.picked.clear()
        kept.nodes = {-1: _needed(circuit, set(circuit.outputs), kept)}
        for region in reversed(range(len(circuit.regions))):
            if region in kept.parts:
                inner = circuit.within(region)
                kept.nodes[region] = _needed(inner, {inner.outputs[p] for p in kept.parts[region]}, kept)
                _note_inputs(inner, region, kept)
    return kept


def _needed(circuit: Circuit, needed: set[int], kept: _Kept) -> set[int]:
    """The nodes behind those, as far as is known; notes which parts of which regions they pick."""
    for index in reversed(range(len(circuit.nodes))):
        if index in needed:
            node = circuit.nodes[index]
            if (fold := _fold_of(circuit, node)) is not None:
                region = number(fold, "region")
                kept.parts.setdefault(region, set()).add(number(node, "index"))
                kept.captured.setdefault(region, set())
            if _is_column(circuit, node):
                kept.picked.setdefault(node.args[0], set()).add(number(node, "index"))
            needed.update(_args(node, kept, kept.picked.get(index, set())))
    return needed


def _is_column(circuit: Circuit, node: Node) -> bool:
    """True for what is picked from a join or a sort."""
    return node.op is Op.PICK and circuit.nodes[node.args[0]].op in CARRIERS


def _args(node: Node, kept: _Kept, picked: Set[int] = frozenset()) -> tuple[int, ...]:
    """The arguments; of a loop, a join, a sort, the needed ones."""
    if node.op in CARRIERS:
        return kept_args(node, picked)
    if node.op is not Op.FOLD:
        return node.args
    inputs = kept.inputs(number(node, "region"))
    return (*node.args[:2], *(node.args[1 + i] for i in inputs[1:]))


def _note_inputs(inner: Circuit, region: int, kept: _Kept) -> None:
    carried = len(inner.outputs)
    for index in kept.nodes[region]:
        node = inner.nodes[index]
        if node.op is Op.ARG and (place := number(node, "index")):
            (kept.parts[region].add(place - 1) if place <= carried else kept.captured[region].add(place))


def _fold_of(circuit: Circuit, node: Node) -> Node | None:
    """The loop of which a node picks a part."""
    if node.op is not Op.PICK or circuit.nodes[node.args[0]].op is not Op.FOLD:
        return None
    return circuit.nodes[node.args[0]]


def _region(circuit: Circuit, kept: _Kept, index: int) -> Region:
    body = circuit.regions[index]
    inputs = kept.inputs(index)
    nodes, place = _nodes(circuit.within(index), kept, frozenset(kept.nodes[index]), inputs)
    results = tuple(place[body.results[p]] for p in sorted(kept.parts[index]))
    return Region(tuple(body.inputs[i] for i in inputs), nodes, results)


def _nodes(
    circuit: Circuit, kept: _Kept, needed: frozenset[int], inputs: list[int] | None = None
) -> tuple[tuple[Node, ...], dict[int, int]]:
    """The needed nodes, and the new number of each."""
    place = {old: new for new, old in enumerate(sorted(needed))}
    nodes = (_without(circuit, kept, old, inputs or []) for old in place)
    return tuple(node.on(tuple([place[a] for a in node.args])) for node in nodes), place


def _without(circuit: Circuit, kept: _Kept, index: int, inputs: list[int]) -> Node:
    """The node without arguments and parts that are not needed."""
    node = circuit.nodes[index]
    if node.op in CARRIERS:
        return narrowed(node, kept.picked.get(index, set()))
    if _is_column(circuit, node):
        parts_ = kept_parts(circuit.nodes[node.args[0]], kept.picked[node.args[0]])
        return replace(node, attrs=(("index", parts_.index(number(node, "index"))),))
    if node.op is Op.ARG:
        return replace(node, attrs=(("index", inputs.index(number(node, "index"))),))
    if (fold := _fold_of(circuit, node)) is not None:
        parts = sorted(kept.parts[number(fold, "region")])
        return replace(node, attrs=(("index", parts.index(number(node, "index"))),))
    if node.op is not Op.FOLD:
        return node
    region = number(node, "region")
    parts = sorted(kept.parts[region])
    assert isinstance(node.type, Bundle), "a loop gives a bundle"
    return replace(
        node,
        args=_args(node, kept),
        type=Bundle(tuple(node.type.parts[p] for p in parts)),
        attrs=(("carried", len(parts)), ("region", sorted(kept.parts).index(region))),
    )
