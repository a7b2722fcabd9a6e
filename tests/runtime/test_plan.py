"""A plan says how: kinds, methods, and every value that is opened. A run opens exactly that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.cbor import decode, encode
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.compile import compile_source
from secfuse.compiler.testing import rows_of
from secfuse.runtime.engine import execute
from secfuse.runtime.kinds import assign_kinds
from secfuse.runtime.plan import METHOD, plan_data, plan_digest, plan_of
from secfuse.runtime.protocols.replicated3 import Replicated3
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.support.trio import trio

GOOD = Path(__file__).resolve().parents[1] / "programs" / "good"


def opened_by(
    circuit: Circuit, tables: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> set[tuple[str, str, tuple[str, ...]]]:
    """What a run puts together: (node, or `node in a loop`; what it is; for whom)."""
    found = set()
    p = trio()
    reconstruct = Replicated3.reconstruct
    everyone = tuple(range(3))

    async def recorded(self: Any, x: np.ndarray, combine: np.ufunc, recipients: tuple[int, ...], purpose: str) -> Any:
        task = self.wire.steps.current
        assert task is not None
        *outer, index = re.findall(r"node (\d+)", task.place.name)
        names = ("everyone",) if "shuffled" in purpose else tuple(circuit.compute[rank] for rank in recipients)
        assert "shuffled" not in purpose or recipients == everyone
        found.add((f"loop {index}" if outer else index, purpose, tuple(sorted(names))))
        return await reconstruct(self, x, combine, recipients, purpose)

    monkeypatch.setattr(Replicated3, "reconstruct", recorded)
    execute(circuit, p, tables, {name: rows.count for name, rows in tables.items()}, {})
    monkeypatch.undo()
    return found


def planned(circuit: Circuit) -> set[tuple[str, str, tuple[str, ...]]]:
    plan = plan_of(circuit)
    every = {(str(index), opening.what, tuple(sorted(opening.to))) for index, opening in plan.opened}
    for trip in plan.trips:
        every |= {(f"loop {i}", o.what, tuple(sorted(o.to))) for i, node in enumerate(trip.nodes) for o in node.opens}
    return every


def test_the_table_of_methods_is_total() -> None:
    assert list(METHOD) == list(Op)


def test_a_run_opens_what_is_planned_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    whats = set()
    for seed in range(60):
        circuit = random_circuit(seed, loops=seed % 2)
        found = opened_by(circuit, random_rows(seed), monkeypatch)
        assert found <= planned(circuit), seed
        whats |= {what.split(": ")[-1].rstrip("0123456789") for _, what, _ in found}
    assert {
        "order of shuffled keys",
        "destinations of shuffled rows",
        "rows shown",
        "rows released",
        "column ",
    } <= whats


@pytest.mark.parametrize("name", ["windows", "join_kinds", "groups_suppressed", "loops", "top_by_two_keys"])
def test_what_is_planned_is_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With rows enough, a run without conditions opens all of it."""
    program = compile_source((GOOD / f"{name}.sec").read_text(encoding="utf-8"))
    tables = rows_of(program, program.tests[0])
    assert opened_by(program.circuit, tables, monkeypatch) == planned(program.circuit)


def test_kinds_are_those_that_are_assigned() -> None:
    for seed in range(20):
        circuit = random_circuit(seed, loops=2)
        plan = plan_of(circuit)
        assert tuple(node.kind for node in plan.nodes) == assign_kinds(circuit)
        assert {trip.region for trip in plan.trips} <= set(range(len(circuit.regions)))
        assert decode(encode(plan_data(plan))) == plan_data(plan)


def test_the_digest_follows_the_passes_and_not_the_rows() -> None:
    text = (GOOD / "delays_by_wind.sec").read_text(encoding="utf-8")
    wanted = plan_digest(compile_source(text).circuit)
    assert plan_digest(compile_source(text.replace("\n", "\r\n") + "# more\n").circuit) == wanted
    assert plan_digest(compile_source(text.replace("wind < 5", "wind < 6")).circuit) != wanted
