"""A circuit of single bits as flat columns: nine bytes a gate.

Lives here: `Gate`, `BitCircuit`, and what it means in plain, many instances side by side. Not here: files
(the compiler's bristol/), layers (bit_layers.py).

Wires are numbered: first the inputs, value by value, the lowest bit of each first; then gate i writes wire inputs + i.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Gate(IntEnum):
    """What a gate does with wires a and b."""

    XOR = 0
    AND = 1
    OR = 2
    INV = 3  # of a
    CONST = 4  # a is the bit itself, 0 or 1, and no wire
    COPY = 5  # of a


BINARY = (Gate.XOR, Gate.AND, Gate.OR)


@dataclass(frozen=True, slots=True)
class BitCircuit:
    """inputs, outputs: widths in bits. kinds (g,) uint8; a, b (g,) uint32, b is a where there is no second wire.

    results: the wire of each output bit, (sum of outputs,) uint32.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    kinds: np.ndarray
    a: np.ndarray
    b: np.ndarray
    results: np.ndarray

    @property
    def gates(self) -> int:
        """How many there are."""
        return len(self.kinds)

    @property
    def wires(self) -> int:
        """Inputs and gates."""
        return sum(self.inputs) + self.gates

    def count(self, gate: Gate) -> int:
        """How many there are of a kind."""
        return int(np.count_nonzero(self.kinds == gate))


def same(x: BitCircuit, y: BitCircuit) -> bool:
    """The same gates in the same order."""
    columns = ((x.kinds, y.kinds), (x.a, y.a), (x.b, y.b), (x.results, y.results))
    return (x.inputs, x.outputs) == (y.inputs, y.outputs) and all(np.array_equal(p, q) for p, q in columns)


def evaluate_bits(circuit: BitCircuit, given: np.ndarray) -> np.ndarray:
    """Input bits (sum of inputs, ...) to output bits (sum of outputs, ...): bool, or words of 64 instances.

    Gate by gate: the oracle of everything faster.
    """
    ones = np.invert(np.zeros((), given.dtype))
    wires = list(given)
    for kind, a, b in zip(circuit.kinds.tolist(), circuit.a.tolist(), circuit.b.tolist(), strict=True):
        match kind:
            case Gate.XOR:
                wires.append(wires[a] ^ wires[b])
            case Gate.AND:
                wires.append(wires[a] & wires[b])
            case Gate.OR:
                wires.append(wires[a] | wires[b])
            case Gate.INV:
                wires.append(np.invert(wires[a]))
            case Gate.CONST:
                wires.append(np.full(given.shape[1:], ones if a else ones ^ ones, given.dtype))
            case Gate.COPY:
                wires.append(wires[a])
    found = [wires[wire] for wire in circuit.results.tolist()]
    return np.stack(found) if found else np.zeros((0, *given.shape[1:]), given.dtype)
