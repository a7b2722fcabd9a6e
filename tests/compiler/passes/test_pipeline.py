"""All passes in their order: well-formed in between, done after one round, the meaning unchanged."""

from __future__ import annotations

import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.text import digest
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes import PIPELINE, run_passes
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import delay_rows, delays

NAMES = ["parts", "fold", "clamp", "knockout", "lanes", "order", "cse", "dce"]


def test_the_order_is_written_down_with_reasons() -> None:
    assert [transform.__name__ for transform, _ in PIPELINE] == NAMES
    assert all(reason for _, reason in PIPELINE)


def test_the_sample_afterwards() -> None:
    assert agrees_with_golden("delays-passes", run_passes(delays()))


def test_the_sample_means_the_same_afterwards() -> None:
    rows = delay_rows(2000, 200)
    assert evaluate(run_passes(delays()), rows, {}) == evaluate(delays(), rows, {})


@pytest.mark.parametrize("seed", range(200))
def test_random_circuits(seed: int) -> None:
    before = random_circuit(seed)
    seen: list[str] = []

    def observe(name: str, circuit: Circuit) -> None:
        verify(circuit)
        seen.append(name)

    after = run_passes(before, observe)
    rows = random_rows(seed)
    assert seen == NAMES
    assert evaluate(after, rows, {}) == evaluate(before, rows, {})
    assert run_passes(after) == after
    assert len(after.nodes) < len(before.nodes)


def test_naive_and_tidy_circuits_of_one_meaning_share_a_digest() -> None:
    assert digest(run_passes(run_passes(delays()))) == digest(run_passes(delays())) != digest(delays())
