"""Peak memory, predicted and measured: the arrays that a simulated run holds at once."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.types import Domain
from secfuse.compiler.compile import compile_source
from secfuse.compiler.front import read_program
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.passes import run_passes
from secfuse.runtime.costs.memory import BASE_BYTES
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.run import simulate

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CONTRACT = """program memory version "1.0"
purpose "test/memory" "How much is held at once."
party a "A"
party b "B"
party c "C"
compute by a, b, c
assume honest majority, semi-honest
category K { u, v, w }
input t from a at most 2_000_000 rows {
  id : identifier           may be joined
  x  : int in 0 .. 100_000  may be aggregated, compared, ranked
  y  : int in 0 .. 100_000  may be aggregated, compared, ranked
  f  : fixed in 0 .. 100    may be aggregated, compared
  g  : fixed in 0 .. 100    may be aggregated, compared
  k  : K                    may be grouped, compared
}
input s from b at most 2_000_000 rows {
  id : identifier unique    may be joined
  z  : int in 0 .. 100_000  may be aggregated, compared
}
policy p { groups of at least 1 }
"""

WORKLOADS = {
    "products": "disclose sum(t.f * t.g) as o",
    "comparisons": "let q = filter t where x < y\ndisclose count(q) as o",
    "quotients": "disclose sum(t.f / (t.g + 1)) as o",
    "groups": "let e = extend t { q = f * g }\nlet o = group e by k { n = mean(q) }\ndisclose o",
    "sorting": "let r = window t order x { total = sum(y) }\nlet o = group r { m = max(total) }\ndisclose o",
    "joining": "let j = join t with s on id\ndisclose sum(j.z) as o",
}


def circuit_of(body: str) -> Circuit:
    """All of it on shares, also what the owner could do by itself."""
    checked = read_program(f'{CONTRACT}{body} to b under p because "test"\n').checked
    return run_passes(lower(checked, at_home=False))


def rows_of(circuit: Circuit, most: int) -> dict[str, Rows]:
    rng, found = np.random.default_rng(0), {}
    for table in circuit.tables:
        values, count = {}, min(most, table.max_rows)
        for column in table.columns:
            if column.elem.domain is Domain.IDENTIFIER:
                values[column.name] = rng.permutation(count).astype(np.uint64)
            else:
                values[column.name] = rng.integers(column.elem.lo, column.elem.hi + 1, count)
        found[table.name] = Rows(count, values)
    return found


def ratio(circuit: Circuit, most: int) -> float:
    """Predicted by measured, of what is held besides the rows and the interpreter."""
    rows = rows_of(circuit, most)
    loaded = sum(8 * rows[table.name].count * len(table.columns) for table in circuit.tables)
    predicted = predict(circuit, {name: found.count for name, found in rows.items()}, {}).peak.simulated
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        simulate(circuit, rows, {})
        measured = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    return (predicted - BASE_BYTES - loaded) / measured


@pytest.mark.parametrize("name", ["products", "joining"])
def test_the_peak_is_about_as_predicted(name: str) -> None:
    assert 0.6 < ratio(circuit_of(WORKLOADS[name]), 20_000) < 1.6


@pytest.mark.long
@pytest.mark.parametrize("name", WORKLOADS)
def test_the_peak_is_within_a_quarter_of_the_prediction(name: str) -> None:
    assert 0.75 < ratio(circuit_of(WORKLOADS[name]), 100_000) < 1.25


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["05-advertising-conversion", "06-credit-scorecard", "07-survival", "08-breast-cancer", "11-digits"]
)
def test_so_it_is_for_whole_programs(name: str) -> None:
    circuit = compile_source((EXAMPLES / name / "main.sec").read_text(encoding="utf-8")).circuit
    assert 0.75 < ratio(circuit, 20_000) < 1.25


def test_twice_the_rows_take_twice_the_memory_and_no_longer_to_predict() -> None:
    circuit = circuit_of(WORKLOADS["joining"])
    peaks = [predict(circuit, {"t": n, "s": n}, {}).peak for n in (500_000, 1_000_000)]
    assert peaks[1].simulated - BASE_BYTES == pytest.approx(2 * (peaks[0].simulated - BASE_BYTES), rel=0.1)
    assert all(peak.simulated > max(peak.parties.values()) > BASE_BYTES for peak in peaks)
