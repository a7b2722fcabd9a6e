"""Whether each node's result is planes of bits or ring elements, decided before a run from the circuit alone.

Lives here: `assign_kinds`. The rule is simple and the same everywhere: what is multiplied, and what is only added to
such values, lives in the ring; everything else lives in planes of the narrowest width. Costs are not weighed.
"""

from __future__ import annotations

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import PUBLIC, Bundle

_LINEAR = {
    *(Op.ADD, Op.SUB, Op.NEG, Op.RESCALE),
    *(Op.CONCAT, Op.BROADCAST, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE),
}
"""What is of the kind of its arguments, and costs nothing on the ring."""


def assign_kinds(circuit: Circuit) -> tuple[str, ...]:
    """For each node: "public", "bits", "ring" or "bundle"."""
    kinds: list[str] = []
    wanted = _ring_inputs(circuit)
    for index, node in enumerate(circuit.nodes):
        kinds.append(_kind(circuit, node, kinds, index in wanted))
    return tuple(kinds)


def is_public(node: Node) -> bool:
    """True if every party computes the node in the clear."""
    return not isinstance(node.type, Bundle) and node.type.visibility == PUBLIC and node.op is not Op.DISCLOSE


def _kind(circuit: Circuit, node: Node, kinds: list[str], wanted: bool) -> str:
    if isinstance(node.type, Bundle):
        return "bundle"
    if is_public(node):
        return "public"
    args = [kinds[a] for a in node.args]
    match node.op:
        case Op.MUL:
            return "ring" if args.count("public") == 0 or "ring" in args or _public_vector(circuit, node) else "bits"
        case Op.ADD | Op.SUB | Op.NEG | Op.SUM | Op.CONCAT | Op.SHIFT:
            return "ring" if "ring" in args else "bits"
        case Op.MATMUL:
            return "ring"
        case Op.BROADCAST | Op.RESHAPE | Op.TRANSPOSE | Op.SLICE | Op.TAKE:
            return "ring" if args[0] == "ring" else "bits"
        case Op.SELECT:
            return "ring" if "ring" in args[1:] else "bits"
        case Op.RESCALE:
            wider = _fraction(circuit, node) >= _fraction(circuit, circuit.nodes[node.args[0]])
            return "ring" if args == ["ring"] and wider else "bits"
        case Op.LT | Op.EQ:
            return "ring" if "ring" in args and "bits" not in args else "bits"
        case Op.INPUT:
            return "ring" if wanted else "bits"
        case _:
            return "bits"


def _public_vector(circuit: Circuit, node: Node) -> bool:
    """A public factor that is not a single number: the ring scales by it, planes do not."""
    types = [circuit.nodes[a].type for a in node.args if is_public(circuit.nodes[a])]
    return any(not isinstance(t, Bundle) and t.shape != () for t in types)


def _of_secrets(circuit: Circuit, index: int) -> bool:
    """A product of which no factor is public, or of matrices at all: no planes are multiplied by a matrix."""
    node = circuit.nodes[index]
    return node.op is Op.MATMUL or node.op is Op.MUL and not any(is_public(circuit.nodes[a]) for a in node.args)


def _fraction(circuit: Circuit, node: Node) -> int:
    assert not isinstance(node.type, Bundle), "a bundle has no fraction bits"
    return node.type.elem.fraction_bits


def _ring_inputs(circuit: Circuit) -> set[int]:
    """Input columns that are multiplied by secrets, or added to what is, and otherwise summed at most.

    A sum of planes is cheaper than one of ring values, so what becomes of it gives no reason to leave the planes.
    """
    uses: dict[int, list[int]] = {}
    for index, node in enumerate(circuit.nodes):
        for argument in node.args:
            uses.setdefault(argument, []).append(index)
    linear: dict[int, bool] = {}
    multiplied: dict[int, bool] = {}
    for index in reversed(range(len(circuit.nodes))):
        users = [(circuit.nodes[u].op, u) for u in uses.get(index, [])]
        multiplied[index] = any(_of_secrets(circuit, u) or (op in _LINEAR and multiplied[u]) for op, u in users)
        linear[index] = all(op in (Op.MUL, Op.MATMUL, Op.SUM) or (op in _LINEAR and linear[u]) for op, u in users)
    return {i for i, n in enumerate(circuit.nodes) if n.op is Op.INPUT and linear[i] and multiplied[i]}
