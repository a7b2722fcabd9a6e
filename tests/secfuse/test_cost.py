"""`secfuse cost`, and what a run says of its prediction."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secfuse import cli_run
from secfuse.cli import run
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.compile import compile_source
from secfuse.cost_report import cost_lines
from secfuse.forecast import Forecast, differences, traffic_by_party
from secfuse.network import NETWORKS, Network
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.engine import Progress
from secfuse.runtime.run import Outcome, simulate

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SALARY, WIND = EXAMPLES / "01-average-salary", EXAMPLES / "02-delays-by-wind"
ROWS = ("--rows", "bakery_pay=6", "--rows", "dairy_pay=7", "--rows", "brewery_pay=5")


def cost(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The object that `secfuse cost --json` prints."""
    assert run(["cost", *arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_the_cost_is_what_the_run_measures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(SALARY)
    before = cost(capsys, "main.sec", *ROWS)
    assert run(["run", "main.sec", "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert before["rows"] == {"bakery_pay": 6, "dairy_pay": 7, "brewery_pay": 5}
    assert (before["parties"], before["gates"]) == (after["parties"], after["gates"])
    assert after["predicted"] == {"parties": after["parties"], "gates": after["gates"]}


def test_lines_add_up_to_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    found = cost(capsys, str(WIND / "main.sec"))
    assert found["rows"] == {"flights": 400_000, "hours": 30_000}
    source = (WIND / "main.sec").read_text(encoding="utf-8").splitlines()
    assert len(found["lines"]) > 5
    for line in found["lines"]:
        assert line["text"] == source[line["line"] - 1].strip()
    assert sum(line["ands"] for line in found["lines"]) == found["gates"]["ands"]
    for name, party in found["parties"].items():
        assert sum(line["bytes_sent"][name] for line in found["lines"]) == party["bytes_sent"]
        assert sum(line["rounds"] for line in found["lines"]) == party["rounds"]
    join = max(found["lines"], key=lambda line: line["ands"])
    assert "join flights with hours" in join["text"]


def test_what_has_no_line_counts_where_it_is_used() -> None:
    program = compile_source((SALARY / "main.sec").read_text(encoding="utf-8"))
    lines = cost_lines(program, predict(program.circuit, {t.name: 9 for t in program.circuit.tables}, {}))
    assert all(line.line for line in lines)
    assert next(line for line in lines if "group" in line.text).bytes_sent["dairy"] > 0, "its counts are shared there"


def test_a_person_sees_a_table_with_lines_and_totals(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cost", str(WIND / "main.sec"), "--net", "wan", "--no-color", "--rows", "flights=1_000"]) == 0
    shown = capsys.readouterr().out
    for word in ("flights 1,000, hours 30,000", "joined   = join", "multiplications", "total", "40 ms", "at least"):
        assert word in shown
    tally = predict(
        compile_source((WIND / "main.sec").read_text(encoding="utf-8")).circuit,
        {"flights": 1000, "hours": 30_000}, {},
    ).tally  # fmt: skip
    assert f" {tally.rounds:,} " in shown
    assert f"{tally.ands:,}" in shown


def test_time_on_a_network_is_delays_and_the_busiest_party(capsys: pytest.CaptureFixture[str]) -> None:
    program = compile_source((WIND / "main.sec").read_text(encoding="utf-8"))
    tally = predict(program.circuit, {"flights": 1000, "hours": 100}, {}).tally
    assert Network(10, 1e9).least_seconds(program.circuit, tally) == pytest.approx(tally.rounds * 0.005, rel=1e-3)
    out_of_p1 = tally.link_bytes[1, 0] + tally.link_bytes[1, 2]
    assert Network(0, 8).least_seconds(program.circuit, tally) >= out_of_p1 / 1e6
    found = cost(capsys, str(WIND / "main.sec"), "--net", "40,100")
    assert found["network"] == cost(capsys, str(WIND / "main.sec"), "--net", "wan")["network"]
    assert found["network"]["rtt_ms"] == NETWORKS["wan"].rtt_ms
    assert cost(capsys, str(WIND / "main.sec"))["network"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rows", "flights"],
        ["--rows", "flights=-1"],
        ["--rows", "flights=many"],
        ["--rows", "planes=3"],
        ["--rows", "flights=400001"],
        ["--net", "moon"],
        ["--net", "1,0"],
        ["--net", "nan,5"],
        ["--net", "1,2,3"],
        ["--param", "strong_from=-4"],
    ],
)
def test_what_cannot_be_understood_returns_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cost", str(WIND / "main.sec"), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(("CFG-602", "INP-113"))


def test_a_run_says_that_the_prediction_held(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(SALARY)
    assert run(["run", "main.sec"]) == 0
    assert "predicted = measured" in capsys.readouterr().out


def test_a_run_shows_loudly_what_came_out_otherwise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def wasteful(*arguments: Any, **named: Any) -> Any:
        outcome = simulate(*arguments, **named)
        return replace(outcome, ands=outcome.ands + 64)

    monkeypatch.chdir(SALARY)
    monkeypatch.setattr(cli_run, "simulate", wasteful)
    assert run(["run", "main.sec"]) == 0
    shown = capsys.readouterr().out
    assert "PREDICTED IS NOT MEASURED" in shown
    named = re.search(r"ANDs: ([0-9,]+) predicted, ([0-9,]+) measured", shown)
    assert named is not None
    foreseen, found = (int(number.replace(",", "")) for number in named.groups())
    assert found == foreseen + 64


def test_differences_name_every_number() -> None:
    circuit = compile_source((WIND / "main.sec").read_text(encoding="utf-8")).circuit
    counts = {table.name: 4 for table in circuit.tables}
    forecast = Forecast(circuit, {})
    forecast.watched(lambda state, expected: None)(Progress(0, 0, 1, 0, counts))
    assert forecast.tally == predict(circuit, counts, {}).tally
    assert differences(circuit, forecast.tally, outcome_like(circuit, forecast)) == ()
    more = predict(circuit, {name: 500 for name in counts}, {}).tally
    named = {phrase.split(":")[0] for phrase in differences(circuit, more, outcome_like(circuit, forecast))}
    assert named == {
        "ANDs",
        *(f"{what} {name}" for name in circuit.compute for what in ("rounds of", "bytes sent by", "bytes received by")),
    }


def outcome_like(circuit: Circuit, forecast: Forecast) -> Outcome:
    """An outcome that cost what was foreseen."""
    tally = forecast.tally
    traffic = traffic_by_party(circuit, tally)
    return Outcome((), (), traffic, tally.multiplications, tally.ands, 0.1, "replicated3", True)
