"""A prediction equals the measurement of the run: to the byte, the round and the gate, link by link."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from secfuse.compiler.circuit.interface import Rows, Table
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.types import Domain
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.compiler.testing import rows_of
from secfuse.runtime.costs.predict import Predicted, predict
from secfuse.runtime.costs.rules import COST
from secfuse.runtime.kinds import is_public
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import delays
from tests.support.tallies import tally_of

GOOD = sorted((Path(__file__).parents[2] / "programs" / "good").glob("*.sec"))


def test_every_operation_has_a_cost() -> None:
    assert set(COST) == set(Op)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_good_program(path: Path) -> None:
    program = compile_source(path.read_text(encoding="utf-8"), path.name)
    for test in program.tests:
        tables, params = rows_of(program, test), dict(test.params)
        counts = {name: rows.count for name, rows in tables.items()}
        assert predict(program.circuit, counts, params).tally == tally_of(program.circuit, tables, params)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_good_program_with_more_rows_than_its_tests_give(path: Path) -> None:
    """Empty cells in all columns: traffic does not depend on them."""
    program = compile_source(path.read_text(encoding="utf-8"), path.name)
    on_shares = run_passes(lower(program.checked, at_home=False))
    for circuit, most in ((on_shares, 0), (on_shares, 1), (on_shares, 65), (on_shares, 700), (program.circuit, 65)):
        counts = {table.name: min(most, table.max_rows) for table in circuit.tables}
        tables = {table.name: almost_zeros(table, counts[table.name]) for table in circuit.tables}
        assert predict(circuit, counts, {}).tally == tally_of(circuit, tables, {}), f"{most} rows"


def almost_zeros(table: Table, count: int) -> Rows:
    """Rows of zeros, in or out of range; what is unique counts upwards."""
    unique = {name for together in table.unique_together for name in together}
    values = {}
    for column in table.columns:
        counts = column.unique or column.name in unique
        kind = np.uint64 if column.elem.domain is Domain.IDENTIFIER else np.int64
        values[column.name] = np.arange(count, dtype=kind) if counts else np.zeros(count, kind)
    return Rows(count, values, {column.name: np.zeros(count, bool) for column in table.columns if column.optional})


@pytest.mark.parametrize("block", range(10))
def test_random_circuits(block: int) -> None:
    for seed in range(15 * block, 15 * block + 15):
        circuit, tables = random_circuit(seed, coins=seed % 3 == 0), random_rows(seed)
        counts = {name: rows.count for name, rows in tables.items()}
        assert predict(circuit, counts, {}).tally == tally_of(circuit, tables, {}, seed), f"seed {seed}"


def test_the_critical_path_is_the_whole_length() -> None:
    for circuit, counts in (
        (delays(), {"flights": 5000, "hours": 70}),
        (random_circuit(3), {"flights": 9, "hours": 4}),
    ):
        found = predict(circuit, counts, {})
        path = [step for step in found.nodes if step.critical]
        assert sum(step.cost.rounds for step in path) == found.tally.rounds
        assert path[0].starts == 0
        for before, after in zip(path, path[1:], strict=False):
            assert before.index in circuit.nodes[after.index].args
            assert after.starts == before.starts + before.cost.rounds


def test_what_is_not_disclosed_costs_nothing() -> None:
    """Of three disclosures on public conditions and one without, a parameter decides which are computed."""
    (path,) = [path for path in GOOD if path.stem == "public_branch"]
    circuit = compile_source(path.read_text(encoding="utf-8"), path.name).circuit
    counts = {"staff": 40}
    plain, detailed, all_ = (
        predict(circuit, counts, {"detailed": int(level > 0), "level": level}) for level in (0, 1, 3)
    )
    always = {step.index for step in plain.nodes} & {step.index for step in detailed.nodes}
    assert {step.index for step in detailed.nodes} < {step.index for step in all_.nodes}
    assert len(always) < len(plain.nodes), "the total is not among the details"
    sent = [sum(found.tally.link_bytes.values()) for found in (plain, detailed, all_)]
    assert sent[0] < sent[1] < sent[2]
    assert not any(is_public(circuit.nodes[step.index]) for step in all_.nodes)


def predicted(rows: int) -> Predicted:
    return predict(delays(), {"flights": rows, "hours": rows}, {})


def seconds(rows: int) -> float:
    """The best of several, so that what else the machine does hardly counts."""
    taken = []
    for _ in range(7):
        started = time.process_time()
        predicted(rows)
        taken.append(time.process_time() - started)
    return min(taken)


def test_ten_million_rows_are_predicted_as_fast_as_ten() -> None:
    few, many = seconds(10), seconds(10_000_000)
    assert many < 3 * few
    assert many < 0.1
    assert predicted(10_000_000).tally.ands > 100_000 * predicted(10).tally.ands / 10
