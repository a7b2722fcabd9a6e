"""A disclosed output of a circuit, as a circuit of single bits.

Lives here: `export_output`. Every operation becomes the gates that the runtime itself would send, since its algorithms
on planes (algorithms/bits.py) run on a scheme that notes gates instead of sharing bits. Public values are constants;
sizes are those that are given. Not here: files (the compiler's bristol/).

A value is planes (1, 1, k, *shape) of objects: wires, or numbers whose lowest bit counts.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from secfuse.compiler.circuit.bits import BitCircuit, Gate
from secfuse.compiler.circuit.evaluate import CLEAR
from secfuse.compiler.circuit.graph import Circuit, Node, Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import Step, World
from secfuse.compiler.circuit.typed import columns_of, number, own
from secfuse.compiler.circuit.types import Elem, Type

from .algorithms import bits
from .kinds import is_public
from .reach import body_of, public_values, world_of
from .rounds import Lockstep

MOVES = frozenset({Op.BROADCAST, Op.RESHAPE, Op.TRANSPOSE, Op.SLICE, Op.TAKE})


class NoGates(Exception):
    """An operation that is not exported; where it stands in the program."""

    def __init__(self, op: Op, span: Span | None) -> None:
        super().__init__(op.value)
        self.op, self.span = op, span


class Wire:
    """A wire that is no constant, or its inverse: that becomes a gate only where an AND or an output needs it."""

    __slots__ = ("gates", "inverted", "place")

    def __init__(self, gates: Gates, place: int, inverted: bool = False) -> None:
        self.gates, self.place, self.inverted = gates, place, inverted

    def __xor__(self, other: object) -> object:
        return self.gates.xor(self, other)

    __rxor__ = __xor__


@dataclass(slots=True)
class Gates:
    """The scheme: one party, plain wires, and the gates so far. Equal gates are one."""

    inputs: int = 0
    rows: list[tuple[Gate, int, int]] = field(default_factory=list)
    known: dict[tuple[Gate, int, int], Wire] = field(default_factory=dict)

    def gate(self, kind: Gate, a: int, b: int) -> Wire:
        """The wire of that gate."""
        key = (kind, min(a, b), max(a, b))
        if key not in self.known:
            self.rows.append(key)
            self.known[key] = Wire(self, self.inputs + len(self.rows) - 1)
        return self.known[key]

    def xor(self, x: object, y: object) -> object:
        """x ^ y; with a constant it is no gate."""
        if not isinstance(x, Wire):
            x, y = y, x
        if not isinstance(x, Wire):
            return (_bit(x) ^ _bit(y)) & 1
        if not isinstance(y, Wire):
            return Wire(self, x.place, not x.inverted) if _bit(y) else x
        inverted = x.inverted != y.inverted
        return int(inverted) if x.place == y.place else self._turned(self.gate(Gate.XOR, x.place, y.place), inverted)

    def both(self, x: object, y: object) -> object:
        """x & y"""
        if not isinstance(x, Wire):
            x, y = y, x
        if not isinstance(x, Wire):
            return _bit(x) & _bit(y)
        if not isinstance(y, Wire):
            return x if _bit(y) else 0
        if x.place == y.place:
            return x if x.inverted == y.inverted else 0
        return self.gate(Gate.AND, self.place_of(x), self.place_of(y))

    def place_of(self, x: Wire) -> int:
        """Where its value is, by an inverter if need be."""
        return self.gate(Gate.INV, x.place, x.place).place if x.inverted else x.place

    def _turned(self, x: Wire, inverted: bool) -> Wire:
        return Wire(self, x.place, x.inverted != inverted)

    async def and_(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Gate by gate."""
        return np.frompyfunc(self.both, 2, 1)(x, y)

    def invert(self, x: np.ndarray, fresh: bool = False) -> np.ndarray:
        """Gate by gate."""
        return np.frompyfunc(lambda bit: self.xor(bit, 1), 1, 1)(x)

    def circuit(self, inputs: list[int], outputs: list[int], results: list[object]) -> BitCircuit:
        """All of it; a constant output is a gate of its own."""
        wires = [self.place_of(r) if isinstance(r, Wire) else self._constant(_bit(r)) for r in results]
        kinds, a, b = zip(*self.rows, strict=True) if self.rows else ((), (), ())
        columns = (np.array(column, np.uint32) for column in (a, b, wires))
        return BitCircuit(tuple(inputs), tuple(outputs), np.array(kinds, np.uint8), *columns)

    def _constant(self, bit: int) -> int:
        return self.gate(Gate.CONST, bit, bit).place


def _bit(value: object) -> int:
    return int(value) & 1  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Exported:
    """The circuit; names of its input and output values, in order."""

    circuit: BitCircuit
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def export_output(circuit: Circuit, output: str, row_counts: Mapping[str, int], params: Mapping[str, int]) -> Exported:
    """The values that the output discloses if no guard holds it back. Raises KeyError, NoGates, CheckFailed.

    Inputs: every cell of every column that the circuit reads, table by table, and whether it is present.
    """
    node = {str(n.attr("name")): n for n in circuit.nodes if n.op is Op.DISCLOSE}[output]
    export = _Export(circuit, dict(row_counts), params)
    columns = dict(zip(node.attr("columns"), columns_of(node), strict=True))  # type: ignore[arg-type]
    values = export.values(columns.values())
    names, widths, results = [], [], []
    for name, index in columns.items():
        planes = values[index][0, 0].reshape(values[index].shape[2], -1)
        for place, cell in enumerate(planes.T):
            names.append(f"{output}.{name}[{place}]")
            widths.append(len(cell))
            results += list(cell)
    found = export.gates.circuit(export.widths, widths, results)
    return Exported(found, tuple(export.names), tuple(names))


Planes: TypeAlias = np.ndarray
Rule: TypeAlias = Callable[["_Export", Node, list[Planes], list[Type]], Coroutine[Any, Any, Planes]]


class _Export:
    """One circuit with its sizes. Input wires come first, so all columns that are read are made at once."""

    def __init__(self, circuit: Circuit, row_counts: dict[str, int], params: Mapping[str, int]) -> None:
        self.circuit, self.row_counts = circuit, row_counts
        self.world = world_of(circuit, params, row_counts)
        self.params = params
        self.gates = Gates()
        self.steps = Lockstep(lambda moves: [])
        self.names: list[str] = []
        self.widths: list[int] = []
        self.given: dict[int, Planes] = {}

    def values(self, wanted: Any) -> dict[int, Planes]:
        """The wanted nodes of the circuit."""
        needed = _needed(self.circuit, wanted)
        for index in needed:
            if self.circuit.nodes[index].op in (Op.INPUT, Op.PRESENT):
                self.given[index] = self._input(self.circuit.nodes[index])
        self.gates.inputs = sum(self.widths)
        public = tuple(i for i in needed if is_public(self.circuit.nodes[i]))
        known = public_values(self.circuit, self.params, self.row_counts, public)
        return self._run(self.circuit, needed, known, self.given, self.world)

    def _input(self, node: Node) -> Planes:
        table, column = node.attr("table"), node.attr("column")
        width, count = own(node).elem.width_bits, self.row_counts[str(table)]
        first = sum(self.widths)
        name = f"{table}.{column}" if node.op is Op.INPUT else f"{table}.{column} is present"
        self.names += [f"{name}[{row}]" for row in range(count)]
        self.widths += [width] * count
        wires = [[Wire(self.gates, first + row * width + i) for row in range(count)] for i in range(width)]
        return np.array(wires, object).reshape(1, 1, width, count)

    def _run(
        self, circuit: Circuit, needed: list[int], known: dict[int, Any], given: dict[int, Planes], world: World
    ) -> dict[int, Planes]:
        """All needed nodes in order; known: public values, which become constants where secrets meet them."""
        values: dict[int, Any] = dict(given)
        for index in needed:
            node = circuit.nodes[index]
            if index in values or index in known:
                continue
            if node.op is Op.FOLD:
                values[index] = self._fold(circuit, node, values, known)
            elif node.op is Op.PICK and circuit.nodes[node.args[0]].op is Op.FOLD:
                values[index] = values[node.args[0]][number(node, "index")]
            elif node.op in MOVES:
                values[index] = self._moved(circuit, node, values[node.args[0]], known, world)
            else:
                rule = RULES.get(node.op)
                if rule is None:
                    raise NoGates(node.op, node.span)
                types = [own(circuit.nodes[a]) for a in node.args]
                args = [self._planes(circuit, a, values, known) for a in node.args]
                values[index] = self.steps.run(rule(self, node, args, types), "export")
        plain = (i for i in needed if i in known and isinstance(circuit.nodes[i].type, Type))
        return {**values, **{i: self._planes(circuit, i, values, known) for i in plain}}

    def _planes(self, circuit: Circuit, index: int, values: dict[int, Any], known: dict[int, Any]) -> Planes:
        if index in values:
            return values[index]
        elem = own(circuit.nodes[index]).elem
        return _constant(np.asarray(known[index]), elem.width_bits)

    def _moved(self, circuit: Circuit, node: Node, planes: Planes, known: dict[int, Any], world: World) -> Planes:
        """Each plane is moved as the plain evaluator moves numbers."""
        types = tuple(circuit.nodes[a].type for a in node.args)
        others = tuple(known[a] for a in node.args[1:])
        moved = [
            CLEAR[node.op](Step(node, types, (np.asarray(plane, object), *others), world)) for plane in planes[0, 0]
        ]
        return np.stack([np.asarray(plane, object) for plane in moved])[None, None]

    def _fold(self, circuit: Circuit, node: Node, values: dict[int, Any], known: dict[int, Any]) -> list[Any]:
        region, carried = number(node, "region"), number(node, "carried")
        body = body_of(self.circuit, region)
        inner = self.circuit.within(region)
        inputs: list[Any] = [None, *(values.get(a, known.get(a)) for a in node.args[2:])]
        needed = _needed(inner, inner.outputs)
        for trip in range(int(known[node.args[0]]), int(known[node.args[1]])):
            inputs[0] = np.asarray(trip)
            plain = tuple(v if isinstance(v, np.ndarray) and v.dtype != object else None for v in inputs)
            public = body.public_values(self.world, plain)
            given = {}
            for index in needed:
                arg = inner.nodes[index]
                if arg.op is Op.ARG and index not in public:
                    given[index] = self._entered(inputs[number(arg, "index")], own(arg))
            results = self._run(inner, needed, public, given, self.world)
            for part, result in enumerate(inner.outputs):
                is_known = result in public and is_public(inner.nodes[result])
                inputs[1 + part] = public[result] if is_known else results[result]
        return [self._entered(v, t) for v, t in zip(inputs[1 : 1 + carried], node.type.parts, strict=False)]  # type: ignore[union-attr]

    def _entered(self, value: Any, type_: Type) -> Planes:
        planes = value if value.dtype == object else _constant(value, type_.elem.width_bits)
        return _width(planes, type_.elem, type_.elem)


def _needed(circuit: Circuit, wanted: Any) -> list[int]:
    found = set(wanted)
    for index in reversed(range(len(circuit.nodes))):
        if index in found:
            found.update(circuit.nodes[index].args)
    return sorted(found)


def _constant(values: np.ndarray, width: int) -> Planes:
    integers = values.astype(object)
    planes = [np.asarray(np.frompyfunc(lambda v, i=i: int(v) >> i & 1, 1, 1)(integers), object) for i in range(width)]
    return np.stack(planes)[None, None]


def _width(planes: Planes, elem: Elem, result: Elem) -> Planes:
    """As many planes as the result has."""
    return bits.extended(planes, result.width_bits, elem.signed)[:, :, : result.width_bits]


def _together(args: list[Planes], types: list[Type], width: int) -> list[Planes]:
    """Equal widths, and axes of elements aligned at the last, as NumPy does."""
    axes = max(len(t.shape) for t in types)
    wide = [bits.extended(x, width, t.elem.signed)[:, :, :width] for x, t in zip(args, types, strict=True)]
    return [
        x.reshape(*x.shape[:3], *(1,) * (axes - len(t.shape)), *x.shape[3:]) for x, t in zip(wide, types, strict=True)
    ]


async def _add(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    a, b = np.broadcast_arrays(*_together(args, types, own(node).elem.width_bits))
    return await bits.add(e.gates, a, b)  # type: ignore[arg-type]


async def _sub(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    a, b = np.broadcast_arrays(*_together(args, types, own(node).elem.width_bits))
    return (await bits.subtract(e.gates, a, b))[0]  # type: ignore[arg-type]


async def _neg(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    x = _width(args[0], types[0].elem, own(node).elem)
    everywhere = e.gates.invert(np.zeros_like(x[:, :, 0]))
    return await bits.negate_where(e.gates, everywhere, x)  # type: ignore[arg-type]


def _comparable(e: _Export, args: list[Planes], types: list[Type]) -> list[Planes]:
    """Unsigned planes of equal width in the same order: a signed number's top bit is inverted."""
    signed = any(t.elem.signed for t in types)
    width = max(t.elem.width_bits + (signed and not t.elem.signed) for t in types)
    found = [x.copy() for x in np.broadcast_arrays(*_together(args, types, width))]
    for x in found if signed else ():
        x[:, :, -1] = e.gates.invert(x[:, :, -1])
    return found


async def _lt(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    return (await bits.less(e.gates, *_comparable(e, args, types)))[:, :, None]  # type: ignore[arg-type]


async def _eq(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    return (await bits.equal(e.gates, *_comparable(e, args, types)))[:, :, None]  # type: ignore[arg-type]


async def _and(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    return await e.gates.and_(*_together(args, types, 1))


async def _or(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    x, y = _together(args, types, 1)
    return np.asarray(x ^ y ^ await e.gates.and_(x, y))


async def _not(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    return e.gates.invert(args[0])


async def _select(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    (condition,) = _together(args[:1], types[:1], 1)
    x, y = _together(args[1:], types[1:], own(node).elem.width_bits)
    most = max(v.ndim for v in (condition, x, y))
    c, x, y = (v.reshape(*v.shape[:3], *(1,) * (most - v.ndim), *v.shape[3:]) for v in (condition, x, y))
    return await bits.select(e.gates, c[:, :, 0], x, y)  # type: ignore[arg-type]


async def _bit_of(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    index = number(node, "index")
    return bits.extended(args[0], index + 1, types[0].elem.signed)[:, :, index : index + 1]


async def _number(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    planes = np.concatenate(np.broadcast_arrays(*_together(args, types, 1)), axis=bits.PLANE)
    return bits.extended(planes, own(node).elem.width_bits, False)[:, :, : own(node).elem.width_bits]


async def _concat(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    wide = [_width(x, t.elem, own(node).elem) for x, t in zip(args, types, strict=True)]
    return np.concatenate(wide, axis=bits.PLANE + 1)


async def _rows(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    return _constant(np.ones(e.row_counts[str(node.attr("table"))], np.int64), 1)


async def _sum(e: _Export, node: Node, args: list[Planes], types: list[Type]) -> Planes:
    """Under the mask, which comes first; of a count, the mask itself. Added in pairs."""
    width = own(node).elem.width_bits
    x = args[0] if node.op is Op.COUNT else _together(args[1:], types[1:], width)[0]
    if node.op is Op.SUM:
        mask, x = _together(args[:1], types[:1], 1)[0], x
        most = max(mask.ndim, x.ndim)
        mask, x = (v.reshape(*v.shape[:3], *(1,) * (most - v.ndim), *v.shape[3:]) for v in (mask, x))
        x = await e.gates.and_(mask, x)
    x = bits.extended(x, width, types[-1].elem.signed)[:, :, :width]
    while x.shape[-1] > 1:
        half = x.shape[-1] // 2
        added = await bits.add(e.gates, x[..., :half], x[..., half : 2 * half])  # type: ignore[arg-type]
        x = np.concatenate([added, x[..., 2 * half :]], axis=-1)
    return x[..., 0] if x.shape[-1] else np.zeros(x.shape[:-1], object)


RULES: dict[Op, Rule] = {
    Op.ADD: _add,
    Op.SUB: _sub,
    Op.NEG: _neg,
    Op.LT: _lt,
    Op.EQ: _eq,
    Op.AND: _and,
    Op.OR: _or,
    Op.NOT: _not,
    Op.SELECT: _select,
    Op.BIT: _bit_of,
    Op.NUMBER: _number,
    Op.CONCAT: _concat,
    Op.ROWS: _rows,
    Op.SUM: _sum,
    Op.COUNT: _sum,
}
"""What is exported: numbers without fractions, truth values, choices, sums; moves, and loops of all of these."""
