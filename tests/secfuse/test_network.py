"""`--net` and `--link`: what they name, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secfuse.cli import run
from secfuse.compiler.compile import compile_source
from secfuse.network import lines_of, network_of
from secfuse.runtime.errors import RunError

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "01-average-salary" / "main.sec"
CIRCUIT = compile_source(EXAMPLE.read_text(encoding="utf-8")).circuit


def test_names_and_figures() -> None:
    assert network_of("--net", "wan") == network_of("--net", "40, 100")
    one, other, third = CIRCUIT.compute
    lines = lines_of(CIRCUIT, "lan", (f"{third}-{one}=100,8",))
    assert lines is not None
    assert lines.between(0, 1).delay_s == pytest.approx(0.00015)
    assert (lines.between(2, 0).delay_s, lines.between(0, 2).bytes_per_s) == (0.05, 1e6)
    alone = lines_of(CIRCUIT, None, (f"{one}-{other}=wan",))
    assert alone is not None
    assert alone.between(1, 2).delay_s == 0
    assert lines_of(CIRCUIT, None, ()) is None


@pytest.mark.parametrize(
    ("net", "links", "says"),
    [
        ("dsl", (), "write --net lan"),
        ("1,0", (), "above 0 Mbit/s"),
        (None, ("nobody-else=1,1",), "two of the compute parties"),
        (None, ("lan",), "two of the compute parties"),
        (None, (f"{CIRCUIT.compute[0]}-{CIRCUIT.compute[1]}",), "write --link"),
    ],
)
def test_what_is_no_network_is_refused(net: str | None, links: tuple[str, ...], says: str) -> None:
    with pytest.raises(RunError, match=says) as caught:
        lines_of(CIRCUIT, net, links)
    assert caught.value.code == "CFG-602"


def test_a_simulation_adds_the_time_of_the_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(EXAMPLE), "--json", "--net", "40,1000"]) == 0
    found = json.loads(capsys.readouterr().out)
    rounds = {party["rounds"] for party in found["parties"].values()}
    assert found["seconds"] > rounds.pop() * 0.02
    for party in found["parties"].values():
        assert sum(party["sent_to"].values()) == party["bytes_sent"]
    assert found["parties"] == found["predicted"]["parties"]
