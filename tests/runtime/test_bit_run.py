"""Circuits of bits on shares mean what they mean in plain, many instances side by side, at the predicted cost."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from secfuse.compiler.circuit.bit_layers import layered
from secfuse.compiler.circuit.bits import Gate, evaluate_bits
from secfuse.runtime.algorithms.bit_circuit import run_layers
from secfuse.runtime.bit_run import bits_of, numbers_of, simulate_bits
from secfuse.runtime.costs.bit_circuit import run_layers as cost
from tests.compiler.circuit.bit_circuits import random_bits
from tests.support.tallies import measured
from tests.support.trio import opened, run, shared, trio


@pytest.mark.parametrize("seed", range(40))
def test_on_shares_a_circuit_means_what_it_means_in_plain(seed: int) -> None:
    circuit, rng = random_bits(seed, 60), np.random.default_rng(seed)
    given = rng.integers(0, 2**64, (sum(circuit.inputs), 2), dtype=np.uint64)
    p = trio(seed)
    found = run(p, run_layers(p, layered(circuit), shared(p, given, np.bitwise_xor, rng)))
    assert np.array_equal(opened(p, found, np.bitwise_xor), evaluate_bits(circuit, given))


@pytest.mark.parametrize("seed", range(10))
def test_it_sends_what_the_formula_says(seed: int) -> None:
    layers = layered(random_bits(seed, 100, (Gate.XOR, Gate.AND, Gate.OR, Gate.INV)))
    for words in (1, 5):
        tally = measured(lambda p, w=words: run_layers(p, layers, p.zeros((len(layers.given), w))))
        assert tally == cost(layers, words).tally()


@pytest.mark.parametrize("count", [1, 63, 64, 200])
def test_instances_side_by_side(count: int) -> None:
    draw, circuit = Random(count), random_bits(3, 80)
    instances = [[draw.randrange(1 << width) for width in circuit.inputs] for _ in range(count)]
    outcome = simulate_bits(circuit, layered(circuit), instances)
    for values, found in zip(instances, outcome.outputs, strict=True):
        bits = [value >> i & 1 for value, width in zip(values, circuit.inputs, strict=True) for i in range(width)]
        plain = evaluate_bits(circuit, np.array(bits, bool)[:, None])
        ends = np.cumsum([0, *circuit.outputs])
        assert list(found) == [numbers_of(plain[a:b])[0] for a, b in zip(ends, ends[1:], strict=False)]


def test_numbers_as_bits_and_back() -> None:
    values = [0, 1, 2**130 - 1, 2**129 + 5]
    assert numbers_of(bits_of(values, 130)) == values
    assert bits_of([6], 3).ravel().tolist() == [False, True, True]
