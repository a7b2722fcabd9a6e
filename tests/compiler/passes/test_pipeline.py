"""All passes in their order: well-formed in between, done after one round, the meaning unchanged."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.text import digest
from secfuse.compiler.circuit.types import BOOL, NOTHING, Type, integer, known_to
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.passes import PIPELINE, run_passes
from tests.compiler.circuit.golden import agrees_with_golden
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import FLIGHTS, HOURS, JOINED, Sketch, delay_rows, delays

NAMES = ["parts", "balance", "fold", "clamp", "knockout", "lanes", "order", "cse", "dce"]


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


def clamps_of_a_union(count: int) -> Circuit:
    """About so many nodes: sums of two of the last few values, clamped, on the rows of two owners."""
    s, rng = Sketch(), np.random.default_rng(count)
    rows = [s.add(Op.ROWS, (), Type(BOOL, shape, known_to(who)), table=table)
            for table, who, shape in (("flights", "airline", FLIGHTS), ("hours", "weather", HOURS))]  # fmt: skip
    valid = s.add(Op.CONCAT, tuple(rows), Type(BOOL, JOINED))
    ends = [s.constant(integer(v, v), v) for v in (0, 1, 9)]
    values = [s.add(Op.SELECT, (valid, ends[1], ends[0]), Type(integer(0, 9), JOINED))]
    while len(s.builder.nodes) < count:
        x, y = (values[-1 - int(i)] for i in rng.integers(0, min(len(values), 50), 2))
        value = s.add(Op.ADD, (x, y), Type(integer(0, 18), JOINED))
        for end, chosen in ((ends[1], (ends[1], value)), (ends[2], (-1, ends[2]))):
            less = s.add(Op.LT, (value, end), Type(BOOL, JOINED))
            pair = tuple(value if c < 0 else c for c in chosen)
            value = s.add(Op.SELECT, (less, *pair), Type(integer(1 if end == ends[1] else 0, 18), JOINED))
        values.append(s.add(Op.SELECT, (valid, value, ends[0]), Type(integer(0, 18), JOINED)))
        values[-1] = s.add(Op.SELECT, (s.add(Op.LT, (values[-1], ends[2]), Type(BOOL, JOINED)), values[-1], ends[2]),
                           Type(integer(0, 9), JOINED))  # fmt: skip
    total = s.add(Op.SUM, (valid, values[-1]), Type(integer(0, 10**7)))
    return s.circuit(s.add(Op.PRINT, (ends[0],), NOTHING, label=str(total)))


def test_time_grows_with_the_nodes_and_no_faster() -> None:
    circuits = {count: clamps_of_a_union(count) for count in (1000, 8000)}
    for circuit in circuits.values():
        verify(circuit)
    taken = {}
    for count, circuit in circuits.items():
        times = []
        for _ in range(3):
            start = process_time()
            run_passes(circuit)
            times.append((process_time() - start) / count)
        taken[count] = min(times)
    assert taken[8000] < 2 * taken[1000], taken
