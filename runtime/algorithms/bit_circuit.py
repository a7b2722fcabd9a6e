"""Circuits of single bits on shares, 64 instances a word.

Lives here: run_layers. The layers are worked out beforehand (the compiler's circuit/bit_layers.py).
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.bit_layers import Batch, Layers
from secfuse.compiler.circuit.bits import Gate
from secfuse.runtime.protocols import Scheme


async def run_layers(p: Scheme, layers: Layers, given: np.ndarray) -> np.ndarray:
    """Input planes (P, copies, inputs, W) to output planes (P, copies, outputs, W).

    Rounds: the circuit's AND depth, all ANDs of a depth in one message; a bit a gate and party. Nothing is sent but by
    `and_`, so what a party receives is masked as it is there. Wires are rows (slots, P, copies, W): a batch picks whole
    rows.
    """
    rows = np.moveaxis(given, 2, 0)
    kept = np.empty((layers.slots, *rows.shape[1:]), np.uint64)
    kept[layers.given] = rows
    for batch in layers.batches:
        kept[batch.out] = await _computed(p, batch, kept)
    return np.ascontiguousarray(np.moveaxis(kept[layers.results], 0, 2))


async def _computed(p: Scheme, batch: Batch, kept: np.ndarray) -> np.ndarray:
    """The rows that a batch writes."""
    match batch.kind:
        case Gate.XOR:
            x = kept[batch.a]
            x ^= kept[batch.b]
            return x
        case Gate.AND | Gate.OR:
            x, y = kept[batch.a], kept[batch.b]
            both = np.moveaxis(await p.and_(np.moveaxis(x, 0, 2), np.moveaxis(y, 0, 2)), 2, 0)
            if not batch.either.any():
                return both
            return both ^ np.where(batch.either[:, None, None, None], x ^ y, np.uint64(0))
        case Gate.INV:
            return np.moveaxis(p.invert(np.moveaxis(kept[batch.a], 0, 2)), 2, 0)
        case Gate.CONST:
            words = np.where(batch.a, ~np.uint64(0), np.uint64(0))[:, None]
            return np.moveaxis(p.constant(np.broadcast_to(words, (len(words), kept.shape[-1]))), 2, 0)
        case Gate.COPY:
            return kept[batch.a]
