"""Whether each node's result is planes of bits or ring elements, decided before a run from the circuit alone.

Lives here: `Kinds`, `assign_kinds`. The rule is simple and the same everywhere: what is multiplied, and what is only
added to such values, lives in the ring; everything else lives in planes of the narrowest width. Costs are not weighed.
"""

from __future__ import annotations

from collections.abc import Callable

from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import number, own
from secfuse.compiler.circuit.types import PUBLIC, Bundle, Domain, Type

_LINEAR = {
    *(Op.ADD, Op.SUB, Op.NEG, Op.RESCALE),
    *(Op.CONCAT, Op.BROADCAST, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE),
}
"""What is of the kind of its arguments, and costs nothing on the ring."""


EXPANDING = frozenset({Op.ROWS, Op.NOT, Op.BROADCAST, Op.TAKE})
"""What makes more of a shared value without a message: cheaper on shares than shared at its full length."""


def is_known(node: Node) -> bool:
    """True if the node is computed from one owner's rows alone, so that the owner can do it in the clear."""
    parts = node.type.parts if isinstance(node.type, Bundle) else (node.type,)
    return bool(parts) and all(part.visibility.level == "known" for part in parts)


def is_given(node: Node) -> bool:
    """True if the owner computes the node and hands it in as shares, where others need it."""
    return is_known(node) and node.op not in EXPANDING and not isinstance(node.type, Bundle)


def assign_kinds(circuit: Circuit) -> tuple[str, ...]:
    """For each node: "public", "bits", "ring" or "bundle"."""
    return Kinds(circuit).of_circuit()


class Kinds:
    """The kinds of a circuit's nodes, and those of its regions' nodes for each way in which a region is entered.

    A loop takes the kinds of its captured values as they are, except what its region only multiplies: that enters as
    ring values, so that it is converted once and not once a trip. Carried values start with the kinds of the initial
    ones; what the region makes of them decides in which kind they are carried, from the first trip on.
    """

    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit
        self._entered: dict[tuple[int, tuple[str, ...]], tuple[str, ...]] = {}
        self._multiplied: dict[int, frozenset[int]] = {}

    def of_circuit(self) -> tuple[str, ...]:
        """Of the circuit's own nodes."""
        return self._assigned(self._circuit, None)

    def of_region(self, region: int, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Of a region's nodes, given the kinds of its inputs."""
        key = (region, inputs)
        if key not in self._entered:
            self._entered[key] = self._assigned(self._circuit.within(region), inputs)
        return self._entered[key]

    def inputs(self, fold: Node, args: tuple[str, ...]) -> tuple[str, ...]:
        """Of the inputs of a loop's region, given the kinds of the loop's arguments."""
        region, carried = number(fold, "region"), number(fold, "carried")
        ring, types = self._ring_inputs_of(region), self._circuit.regions[region].inputs
        entered = ["public", *(_entered(types[i], args[i + 1]) for i in range(1, len(types)))]
        for i in range(1 + carried, len(types)):
            if i in ring and types[i].visibility != PUBLIC:
                entered[i] = "ring"
        kinds = self.of_region(region, tuple(entered))
        for i, result in enumerate(self._circuit.regions[region].results, 1):
            if entered[i] != "public" and kinds[result] != "public":
                entered[i] = kinds[result]
        return tuple(entered)

    def _assigned(self, circuit: Circuit, inputs: tuple[str, ...] | None) -> tuple[str, ...]:
        kinds: list[str] = []
        wanted = _ring_inputs(circuit, self._ring_inputs_of)
        for index, node in enumerate(circuit.nodes):
            if node.op is Op.ARG:
                assert inputs is not None, "an input of a region stands in a region"
                kinds.append(inputs[number(node, "index")])
            elif node.op is Op.PICK and circuit.nodes[node.args[0]].op is Op.FOLD and not is_public(node):
                fold = circuit.nodes[node.args[0]]
                entered = self.inputs(fold, tuple(kinds[a] for a in fold.args))
                kinds.append(entered[1 + number(node, "index")])
            else:
                kinds.append(_kind(circuit, node, kinds, index in wanted, inside=inputs is not None))
        return tuple(kinds)

    def _ring_inputs_of(self, region: int) -> frozenset[int]:
        """The inputs that the region wants as ring values."""
        if region not in self._multiplied:
            inner = self._circuit.within(region)
            nodes = _ring_inputs(inner, self._ring_inputs_of)
            found = (inner.nodes[i] for i in nodes if inner.nodes[i].op is Op.ARG)
            self._multiplied[region] = frozenset(number(node, "index") for node in found)
        return self._multiplied[region]


def _entered(type_: Type, kind: str) -> str:
    """The kind in which a value of that kind enters a region: a public one becomes bits where it may turn secret."""
    if type_.visibility == PUBLIC:
        return "public"
    return "bits" if kind == "public" else kind


def is_public(node: Node) -> bool:
    """True if every party computes the node in the clear."""
    return not isinstance(node.type, Bundle) and node.type.visibility == PUBLIC and node.op is not Op.DISCLOSE


def _kind(circuit: Circuit, node: Node, kinds: list[str], wanted: bool, inside: bool) -> str:
    if isinstance(node.type, Bundle):
        return "bundle"
    if is_public(node):
        return "public"
    if is_given(node):
        return "ring" if wanted else "bits"
    args = [kinds[a] for a in node.args]
    match node.op:
        case Op.MUL:
            scaled = _public_vector(circuit, node) or (inside and not _by_constant(circuit, node))
            return "ring" if args.count("public") == 0 or "ring" in args or scaled else "bits"
        case Op.ADD | Op.SUB | Op.NEG | Op.SUM | Op.CONCAT | Op.SHIFT:
            return "ring" if "ring" in args else "bits"
        case Op.MATMUL:
            return "ring"
        case Op.BROADCAST | Op.RESHAPE | Op.TRANSPOSE | Op.SLICE | Op.TAKE:
            return "ring" if args[0] == "ring" else "bits"
        case Op.SELECT:
            return "ring" if "ring" in args[1:] else "bits"
        case Op.RESCALE:
            return "ring" if args == ["ring"] and not _is_rounded(circuit, node) else "bits"
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


def _by_constant(circuit: Circuit, node: Node) -> bool:
    """A constant factor. What planes are scaled by decides what is sent, and must not change from trip to trip."""
    return any(circuit.nodes[a].op is Op.CONST for a in node.args)


def _of_secrets(circuit: Circuit, index: int) -> bool:
    """A product of which no factor is public, or of matrices at all: no planes are multiplied by a matrix."""
    node = circuit.nodes[index]
    return node.op is Op.MATMUL or node.op is Op.MUL and not any(is_public(circuit.nodes[a]) for a in node.args)


def _is_rounded(circuit: Circuit, node: Node) -> bool:
    """True for an int made of a number with fraction bits: the nearest one, which a truncation need not give."""
    x, result = own(circuit.nodes[node.args[0]]).elem, own(node).elem
    return result.domain is not Domain.FIXED and x.fraction_bits > 0


def _ring_inputs(circuit: Circuit, of_region: Callable[[int], frozenset[int]]) -> set[int]:
    """Columns and a region's inputs that are multiplied by secrets, or added to what is, and otherwise summed at most.

    A sum of planes is cheaper than one of ring values, so what becomes of it gives no reason to leave the planes. What
    a loop is given counts as what its region (of_region: its inputs of this sort) makes of it.
    """
    uses: dict[int, list[tuple[Op, int, bool]]] = {}
    for index, node in enumerate(circuit.nodes):
        if is_known(node) and node.op not in EXPANDING:
            continue  # its owner's business
        entering = of_region(number(node, "region")) if node.op is Op.FOLD else frozenset()
        for place, argument in enumerate(node.args):
            uses.setdefault(argument, []).append((node.op, index, place - 1 in entering))
    linear: dict[int, bool] = {}
    multiplied: dict[int, bool] = {}
    for index in reversed(range(len(circuit.nodes))):
        users = uses.get(index, [])
        multiplied[index] = any(
            enters or _of_secrets(circuit, u) or (op in _LINEAR and multiplied[u]) for op, u, enters in users
        )
        linear[index] = all(
            enters or op in (Op.MUL, Op.MATMUL, Op.SUM) or (op in _LINEAR and linear[u]) for op, u, enters in users
        )
    sources = (i for i, node in enumerate(circuit.nodes) if node.op in (Op.INPUT, Op.ARG) or is_given(node))
    return {i for i in sources if linear[i] and multiplied[i]}
