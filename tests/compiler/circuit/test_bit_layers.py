"""Layers mean what the gates mean one by one; depths and slots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from secfuse.compiler.circuit.bit_layers import evaluate_layers, layered
from secfuse.compiler.circuit.bits import BitCircuit, Gate, evaluate_bits

from .bit_circuits import random_bits


def chain(length: int, kind: Gate) -> BitCircuit:
    """x0 op x1, then op x1 again and again."""
    a = np.arange(1, length + 1, dtype=np.uint32)
    a[0] = 0
    b = np.ones(length, np.uint32)
    return BitCircuit((2,), (1,), np.full(length, kind, np.uint8), a, b, np.array([length + 1], np.uint32))


def test_layers_mean_what_the_gates_mean() -> None:
    for seed in range(150):
        circuit = random_bits(seed, gates=seed)
        given = np.random.default_rng(seed).integers(0, 2**64, (sum(circuit.inputs), 3), dtype=np.uint64)
        assert np.array_equal(evaluate_layers(layered(circuit), given), evaluate_bits(circuit, given))


def test_a_layer_reads_only_what_is_there_and_is_one_round_of_ands() -> None:
    for seed in range(30):
        circuit = random_bits(seed, 200)
        layers = layered(circuit)
        assert layers.interactive == circuit.count(Gate.AND) + circuit.count(Gate.OR)
        assert sum(batch.kind is Gate.AND for batch in layers.batches) <= layers.depth
        assert sum(len(batch.out) for batch in layers.batches) == circuit.gates


def test_the_depth_is_the_longest_chain_of_ands() -> None:
    assert layered(chain(7, Gate.AND)).depth == 7
    assert layered(chain(7, Gate.XOR)).depth == 0
    assert len(layered(chain(7, Gate.XOR)).batches) == 7


def test_slots_are_used_again() -> None:
    assert layered(chain(1000, Gate.AND)).slots <= 4
    everything = replace(chain(1000, Gate.AND), outputs=(1000,), results=np.arange(2, 1002, dtype=np.uint32))
    assert layered(everything).slots >= 1000


def test_a_circuit_without_gates_hands_its_inputs_on() -> None:
    nothing = np.empty(0, np.uint32)
    circuit = BitCircuit((3,), (2,), nothing.astype(np.uint8), nothing, nothing, np.array([2, 0], np.uint32))
    given = np.array([[1], [2], [3]], np.uint64)
    assert evaluate_layers(layered(circuit), given).ravel().tolist() == [3, 1]
