"""The estimate of a run's time: it grows with what is done, and on a slow network it is what a run takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from secfuse.compiler.compile import compile_source
from secfuse.forecast import Forecast
from secfuse.network import NETWORKS, lines_of
from secfuse.runtime.costs.time import local_seconds
from secfuse.runtime.network.launch import networked
from secfuse.runtime.wire import Tally

BET = Path(__file__).resolve().parents[3] / "examples" / "03-millionaires"
TABLES = ("alice", "bob", "carol")


def test_more_of_anything_takes_longer() -> None:
    few = local_seconds(Tally(10, {}, 1000, 1000), 1000)
    for more in (Tally(11, {}, 1000, 1000), Tally(10, {}, 1001, 1000), Tally(10, {}, 1000, 1001)):
        assert local_seconds(more, 1000) > few
    assert local_seconds(Tally(10, {}, 1000, 1000), 1001) > few > 0


@pytest.mark.parametrize("net", ["wan", pytest.param("lan", marks=pytest.mark.long)])
def test_a_run_takes_about_as_long_as_estimated(net: str) -> None:
    """Delays decide on a wide network. On a near one the machine does, and what else it has to do."""
    circuit = compile_source((BET / "main.sec").read_text(encoding="utf-8")).circuit
    forecast = Forecast(circuit, {})
    sources = {f"{name}_owns": f"data/{name}.csv" for name in TABLES}
    observe = forecast.watched(lambda progress, tally: None)
    outcome = networked(circuit, sources, {}, BET, observe, lines=lines_of(circuit, net, ()))
    estimated = NETWORKS[net].about_seconds(circuit, forecast.tally)
    factor = 1.5 if net == "wan" else 3
    assert 1 / factor < estimated / outcome.seconds < factor
