"""What a circuit of bits sends: its ANDs, in as many rounds as they are deep."""

from __future__ import annotations

from secfuse.compiler.circuit.bit_layers import Layers

from .cost import FREE, Cost
from .replicated3 import and_


def run_layers(layers: Layers, words: int) -> Cost:
    """words: of 64 instances each."""
    return and_(layers.interactive * words, layers.depth) if layers.depth else FREE
