"""Runs a circuit of bits: all parties in this process, any number of instances side by side.

Lives here: `simulate_bits`. No privacy: one process sees everything. Not here: the layers' gates
(algorithms/bit_circuit.py).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secfuse.compiler.circuit.bit_layers import Layers
from secfuse.compiler.circuit.bits import BitCircuit

from .algorithms.bit_circuit import run_layers
from .planes import pack, unpack, words_for
from .protocols.replicated3 import Replicated3
from .randomness import Streams
from .wire import PARTIES, Tally, Wire
from .wire.simulated import Simulated


@dataclass(frozen=True, slots=True)
class BitOutcome:
    """outputs: of each instance, a number for each output value; seconds: of the gates alone."""

    outputs: tuple[tuple[int, ...], ...]
    tally: Tally
    seconds: float


def simulate_bits(circuit: BitCircuit, layers: Layers, instances: Sequence[Sequence[int]]) -> BitOutcome:
    """instances: of each, a number for each input value, below 2**width. Value i is shared by party i modulo 3."""
    wire = Wire(Simulated())
    p = Replicated3(wire, Streams({j: secrets.token_bytes(32) for j in range(PARTIES)}, wire.steps.here))
    count = len(instances)

    async def whole() -> tuple[np.ndarray, float]:
        shared = [p.zeros((0, words_for(count)))]
        for place, width in enumerate(circuit.inputs):
            words = pack(bits_of([values[place] for values in instances], width))
            shared.append(await p.share(place % PARTIES, words, words.shape, np.bitwise_xor))
        started_s = time.perf_counter()
        results = await run_layers(p, layers, np.concatenate(shared, axis=2))
        seconds = time.perf_counter() - started_s
        return (await p.reconstruct(results, np.bitwise_xor, p.everyone, "outputs"))[0], seconds

    words, seconds = wire.steps.run(whole())
    ends = np.cumsum([0, *circuit.outputs])
    bits = [unpack(words[ends[i] : ends[i + 1]], count) for i in range(len(circuit.outputs))]
    values = [numbers_of(part) for part in bits]
    return BitOutcome(tuple(tuple(v[i] for v in values) for i in range(count)), wire.tally, seconds)


def bits_of(values: Sequence[int], width: int) -> np.ndarray:
    """Numbers as bits (width, n), the lowest first."""
    size = -(-width // 8)
    joined = b"".join(value.to_bytes(size, "little") for value in values)
    rows = np.frombuffer(joined, np.uint8).reshape(len(values), size)
    return np.unpackbits(rows, axis=1, bitorder="little")[:, :width].T.astype(bool)


def numbers_of(bits: np.ndarray) -> list[int]:
    """Bits (width, n) as numbers."""
    rows = np.packbits(bits.T.astype(np.uint8), axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in rows]
