"""Random circuits of bits, for tests."""

from __future__ import annotations

from random import Random

import numpy as np

from secfuse.compiler.circuit.bits import BINARY, BitCircuit, Gate


def random_bits(seed: int, gates: int = 40, kinds: tuple[Gate, ...] = tuple(Gate)) -> BitCircuit:
    """Any gates, any outputs, wires of any age."""
    draw = Random(seed)
    inputs = tuple(draw.randint(1, 9) for _ in range(draw.randint(1, 3)))
    given = sum(inputs)
    found, a, b = [], [], []
    for wire in range(given, given + gates):
        kind = draw.choice(kinds)
        first, second = (draw.randrange(max(0, wire - 30), wire) for _ in range(2))
        first = draw.randint(0, 1) if kind is Gate.CONST else first
        found.append(kind)
        a.append(first)
        b.append(second if kind in BINARY else first)
    outputs = tuple(draw.randint(1, 5) for _ in range(draw.randint(1, 3)))
    results = [draw.randrange(given + gates) for _ in range(sum(outputs))]
    columns = (np.array(column, np.uint32) for column in (a, b, results))
    return BitCircuit(inputs, outputs, np.array(found, np.uint8), *columns)
