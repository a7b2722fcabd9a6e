"""Every program means one thing: in plain and on shares, before all passes and after, at the cost that was predicted.

The programs are generated: see programs.py. What is no fixed-point number is exactly equal; a fixed-point number lies
within the proven bound (circuit/precision.py), if there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from secfuse.compiler.circuit.evaluate import Results, evaluate
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.released import Cell, Released
from secfuse.compiler.circuit.typed import columns_of
from secfuse.compiler.circuit.types import Domain
from secfuse.compiler.circuit.verify import verify
from secfuse.compiler.compile import compile_source
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.engine import Execution, execute
from tests.support.tallies import carried
from tests.support.trio import trio

from .programs import Case, cases

BLOCK = 100
"""Programs of one test, so that one sees how far it is."""

Bounds = dict[str, list[float]]


def agrees(case: Case) -> None:
    """All that must hold of a program, whether owners compute by themselves what they can, or nothing."""
    program = compile_source(case.text, "generated.sec")
    raw = lower(program.checked)
    verify(raw)
    plain = evaluate(program.circuit, case.tables, case.params)
    assert evaluate(raw, case.tables, case.params) == plain, "the passes change what the program means"

    counts = {name: rows.count for name, rows in case.tables.items()}
    for circuit in (program.circuit, run_passes(lower(program.checked, at_home=False))):
        p = trio()
        on_shares = execute(circuit, p, case.tables, counts, case.params)
        same(plain, on_shares, bounds_of(circuit, counts))
        assert predict(circuit, counts, case.params).tally == carried(p.wire.tally), "the run costs something else"


def bounds_of(circuit: Circuit, counts: dict[str, int]) -> Bounds:
    """The proven error of each column of each output, for the rows that there are."""
    tables = tuple(replace(table, max_rows=counts[table.name]) for table in circuit.tables)
    bounds = error_bounds(replace(circuit, tables=tables))
    outputs = [circuit.nodes[i] for i in circuit.outputs if circuit.nodes[i].op is Op.DISCLOSE]
    return {str(node.attr("name")): [bounds[arg] for arg in columns_of(node)] for node in outputs}


def same(plain: Results, on_shares: Execution, bounds: Bounds) -> None:
    """What was released and printed; fixed-point numbers within their bounds."""
    assert on_shares.printed == plain.printed
    assert [r.name for r in on_shares.released] == [r.name for r in plain.released]
    for found, wanted in zip(on_shares.released, plain.released, strict=True):
        assert replace(found, rows=()) == replace(wanted, rows=())
        for shares, row in zip(found.rows, wanted.rows, strict=True):
            assert (shares is None) == (row is None), f"{found.name}: {shares} instead of {row}"
            if shares is not None and row is not None:
                near(found, shares, row, bounds[found.name])


def near(released: Released, shares: tuple[Cell, ...], row: tuple[Cell, ...], bounds: list[float]) -> None:
    """One row: cell by cell."""
    for elem, found, wanted, bound in zip(released.elems, shares, row, bounds, strict=True):
        if elem.domain is Domain.FIXED and found != wanted:
            difference = abs(float(found) - float(wanted))  # type: ignore[arg-type]
            assert bound == inf or difference <= bound, (
                f"{released.name}: {found} instead of {wanted}, by more than {bound}"
            )
        else:
            assert found == wanted, f"{released.name}: {shares} instead of {row}"


def many(number: int, count: int, hold: Callable[[Case], None]) -> None:
    """That it holds of so many programs, the same ones every time."""

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def all_of_them(case: Case) -> None:
        hold(case)

    all_of_them()


@pytest.mark.parametrize("number", range(5))
def test_five_hundred_programs(number: int) -> None:
    many(number, BLOCK, agrees)


@pytest.mark.long
@pytest.mark.parametrize("number", range(5, 205))
def test_twenty_thousand_programs(number: int) -> None:
    many(number, BLOCK, agrees)


def test_the_programs_use_every_operation() -> None:
    used: set[Op] = set()

    def look(case: Case) -> None:
        circuit = compile_source(case.text, "generated.sec").circuit
        used.update(node.op for nodes in (circuit.nodes, *(r.nodes for r in circuit.regions)) for node in nodes)

    many(11, 200, look)
    assert not set(Op) - {Op.BIT, Op.NUMBER, Op.RANDOM} - used
