"""The engine gives what the plain evaluator gives, in both schemes, for the sample and for random circuits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from secfuse.compiler.circuit.evaluate import Results, evaluate
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit, Node
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import Bundle, Domain, Type
from secfuse.runtime.engine import Progress, execute
from secfuse.runtime.kernels import KERNEL
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.run import simulate
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import delays
from tests.support.coins import told
from tests.support.trio import solo, trio


def flights(count: int, hours: int, seed: int) -> dict[str, Rows]:
    """Random rows for the sample."""
    rng = np.random.default_rng(seed)
    keys = rng.permutation(2 * hours).astype(np.uint64) << np.uint64(40)
    delay = np.clip(rng.normal(12, 40, count).astype(np.int64), -120, 1500)
    return {
        "flights": Rows(count, {"hour": rng.choice(keys, count), "delay": delay}),
        "hours": Rows(hours, {"hour": keys[:hours], "wind": rng.integers(0, 40 << 16, hours)}),
    }


def run(circuit: Circuit, tables: Mapping[str, Rows], scheme: Scheme) -> Results:
    """All parties here."""
    counts = {name: rows.count for name, rows in tables.items()}
    done = execute(circuit, scheme, tables, counts, {})
    return Results(done.released, done.printed)


def test_every_operation_has_a_kernel() -> None:
    assert set(KERNEL) == set(Op)


@pytest.mark.parametrize(("count", "hours"), [(0, 0), (1, 1), (40, 3), (3000, 100)])
def test_the_sample(count: int, hours: int) -> None:
    tables = flights(count, hours, seed=count)
    outcome = simulate(delays(), tables, {})
    assert outcome.released == evaluate(delays(), tables, {}).released
    assert outcome.simulated
    assert {t.rounds for t in outcome.traffic.values()} == {next(iter(outcome.traffic.values())).rounds}
    assert sum(t.bytes_sent for t in outcome.traffic.values()) == sum(
        t.bytes_received for t in outcome.traffic.values()
    )


def truncates(circuit: Circuit, node: Node) -> bool:
    """Whether a product, or a fixed number, drops fraction bits, so that replicated3 may be one unit off."""
    types = [circuit.nodes[a].type for a in (*node.args, circuit.nodes.index(node))]
    fractions = [t.elem.fraction_bits for t in types if not isinstance(t, Bundle)]
    rounds = node.op is Op.RESCALE and isinstance(types[-1], Type) and types[-1].elem.domain is Domain.FIXED
    return (node.op in (Op.MUL, Op.MATMUL) or rounds) and sum(fractions[:-1]) > fractions[-1]


@pytest.mark.parametrize("block", range(10))
def test_random_circuits(block: int) -> None:
    exact = 0
    for seed in range(12 * block, 12 * block + 12):
        circuit, tables = random_circuit(seed), random_rows(seed)
        expected = evaluate(circuit, tables, {})
        assert run(circuit, tables, solo()) == expected, f"clear, seed {seed}"
        if not any(truncates(circuit, node) for node in circuit.nodes):
            exact += 1
            assert run(circuit, tables, trio(seed)) == expected, f"replicated3, seed {seed}"
    assert exact, "some circuits of every block are exact"


def test_random_circuits_that_toss_coins() -> None:
    exact = 0
    for seed in range(24):
        circuit, tables = random_circuit(seed, coins=True), random_rows(seed)
        if any(truncates(circuit, node) for node in circuit.nodes):
            continue
        with told() as coins:
            shared = run(circuit, tables, trio(seed))
        assert shared == evaluate(circuit, tables, {}, coins), f"seed {seed}"
        exact += any(np.any(found) for found in coins.values())
    assert exact > 3, "some circuits are exact and need their coins"


@pytest.mark.long
@pytest.mark.parametrize("block", range(50))
def test_many_random_circuits(block: int) -> None:
    for seed in range(1000 + 40 * block, 1040 + 40 * block):
        circuit, tables = random_circuit(seed), random_rows(seed)
        expected = evaluate(circuit, tables, {})
        assert run(circuit, tables, solo()) == expected, f"clear, seed {seed}"
        if not any(truncates(circuit, node) for node in circuit.nodes):
            assert run(circuit, tables, trio(seed)) == expected, f"replicated3, seed {seed}"


def test_a_check_that_fails_stops_before_anything_is_sent() -> None:
    circuit = next(c for c in map(random_circuit, range(50)) if any(n.op is Op.CHECK for n in c.nodes))
    check = next(i for i, n in enumerate(circuit.nodes) if n.op is Op.CHECK)
    equal = circuit.nodes[check].args[0]
    nodes = list(circuit.nodes)
    limit = nodes[equal].args[0]
    nodes[equal] = Node(Op.LT, (limit, limit), nodes[equal].type)
    broken = Circuit(
        circuit.name, circuit.parties, circuit.compute, circuit.tables, circuit.params, tuple(nodes), circuit.outputs
    )
    p = trio()
    with pytest.raises(CheckFailed):
        run(broken, random_rows(1), p)
    assert p.wire.tally.rounds == 0


def test_progress_counts_rounds_and_nodes() -> None:
    seen: list[Progress] = []
    simulate(delays(), flights(50, 5, 1), {}, seen.append)
    assert seen[-1].nodes_done == seen[-1].nodes
    assert {p.rounds for p in seen} >= set(range(1, seen[-1].rounds + 1)), "every round is reported"
    steps = [(p.rounds, p.bytes_sent, p.nodes_done) for p in seen]
    assert all(
        a != b and all(x <= y for x, y in zip(a, b, strict=True)) for a, b in zip(steps, steps[1:], strict=False)
    )
    assert seen[0].row_counts == {"flights": 50, "hours": 5}
