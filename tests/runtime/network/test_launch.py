"""One process per party: the same answer as simulated, and an end for everybody, whatever happens to one of them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Column, Party, Table
from secfuse.compiler.circuit.types import integer
from secfuse.compiler.compile import compile_source
from secfuse.runtime.engine import Progress
from secfuse.runtime.inputs import load_table
from secfuse.runtime.network.launch import PartiesFailed, networked
from secfuse.runtime.run import simulate
from secfuse.runtime.wire.emulated import Line, Lines

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "01-average-salary"
PARTIES = ("airline", "weather", "ministry")
WALK = (sys.executable, "-P", str(ROOT / "tests" / "support" / "ring_party.py"))
ENDLESS = {"rounds": 10**9, "words": 8}


def walking(*tables: Table) -> Circuit:
    """A circuit that only names the parties; what is run is ring_party.py."""
    return Circuit("walk", tuple(Party(p, p.title()) for p in PARTIES), PARTIES, tables, (), (), ())


class Mishap:
    """Does something to one party's process as soon as the run has made its first round."""

    def __init__(self, party: str, number: signal.Signals) -> None:
        self.party, self.number = party, number
        self.pids: Mapping[str, int] = {}
        self.at_s = 0.0

    def started(self, pids: Mapping[str, int]) -> None:
        self.pids = pids

    def observe(self, progress: Progress) -> None:
        if not self.at_s:
            self.at_s = time.monotonic()
            os.kill(self.pids[self.party], self.number)


def failing(mishap: Mishap, stall_s: float = 30.0) -> PartiesFailed:
    """An endless walk that `mishap` ends."""
    with pytest.raises(PartiesFailed) as caught:
        networked(
            walking(), {}, ENDLESS, ROOT, mishap.observe, stall_s=stall_s, command=WALK, started=mishap.started
        )  # fmt: skip
    assert time.monotonic() - mishap.at_s < 10
    return caught.value


def gone(pid: int) -> bool:
    """True if no such process exists, not even as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def example() -> tuple[Circuit, dict[str, str]]:
    """The circuit of the first example, and where its tables are."""
    program = compile_source((EXAMPLE / "main.sec").read_text(encoding="utf-8"))
    return program.circuit, {f"{name}_pay": f"data/{name}.csv" for name in ("bakery", "brewery", "dairy")}


def test_processes_find_what_the_simulation_finds_with_the_same_bytes_and_rounds() -> None:
    circuit, sources = example()
    seen: list[Progress] = []
    outcome = networked(circuit, sources, {}, EXAMPLE, seen.append)
    tables = {t.name: load_table(t, sources[t.name], b"salt", EXAMPLE) for t in circuit.tables}
    expected = simulate(circuit, tables, {})
    assert outcome.released == expected.released
    assert outcome.printed == expected.printed
    assert outcome.traffic == expected.traffic
    assert (outcome.multiplications, outcome.ands) == (expected.multiplications, expected.ands)
    assert not outcome.simulated
    assert seen[-1].nodes_done <= seen[-1].nodes


def test_every_process_walks_its_own_way() -> None:
    outcome = networked(walking(), {}, {"rounds": 100, "words": 5}, ROOT, command=WALK)
    assert outcome.printed == ("0 holds 1",)
    assert {(t.bytes_sent, t.bytes_received, t.rounds) for t in outcome.traffic.values()} == {(4000, 4000, 100)}


def test_a_run_on_an_emulated_network_takes_its_time() -> None:
    """Every word goes round: one of its three links takes 30 ms, the others 10."""
    lines = Lines(Line(0.01, 1e7), ((0, 2, Line(0.03, 1e7)),))
    times: list[float] = []
    sizes = {"rounds": 40, "words": 5}
    outcome = networked(
        walking(), {}, sizes, ROOT, lambda progress: times.append(time.monotonic()), command=WALK, lines=lines
    )
    assert outcome.printed == ("0 holds 1",)
    assert outcome.traffic["ministry"].sent_to == {"weather": 40 * 40}
    assert 0.4 < times[-1] - times[0] < 3.0, "0.67 s; reports come every 0.1 s"


@pytest.mark.parametrize("victim", PARTIES)
def test_a_killed_party_is_named_by_both_others_and_nobody_is_left(victim: str) -> None:
    mishap = Mishap(victim, signal.SIGKILL)
    error = failing(mishap)
    assert error.exit_code == 20
    assert f'party "{victim}": the connection is lost' in error.sentence
    for party in set(PARTIES) - {victim}:
        assert f'NET-201: party "{victim}": the connection is lost' in error.reports[party]
    assert all(gone(pid) for pid in mishap.pids.values())


def test_a_party_that_stops_is_named_by_both_others_and_nobody_is_left() -> None:
    mishap = Mishap("weather", signal.SIGSTOP)
    error = failing(mishap, stall_s=1.0)
    assert error.exit_code == 21
    for party in ("airline", "ministry"):
        assert 'NET-202: party "weather": no progress' in error.reports[party]
    assert all(gone(pid) for pid in mishap.pids.values())


def test_a_refused_input_is_reported_by_its_owner_alone(tmp_path: Path) -> None:
    circuit, _ = example()
    for name in ("bakery", "brewery", "dairy"):
        (tmp_path / f"{name}.csv").write_bytes((EXAMPLE / "data" / f"{name}.csv").read_bytes())
    (tmp_path / "brewery.csv").write_text("role,salary\nclerk,-5\n", encoding="utf-8")
    sources = {f"{name}_pay": f"{name}.csv" for name in ("bakery", "brewery", "dairy")}
    with pytest.raises(PartiesFailed) as caught:
        networked(circuit, sources, {}, tmp_path)
    assert caught.value.exit_code == 12
    assert 'table "brewery_pay"' in caught.value.sentence
    for party in ("bakery", "dairy"):
        assert 'party "brewery": its input was refused there' in caught.value.reports[party]
        assert "row" not in caught.value.reports[party]


def test_each_process_is_told_of_its_own_sources_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    note = (  # whole or not at all: the first one to end ends the others
        "import os, sys; line = sys.stdin.readline(); open(sys.argv[1], 'w').write(line); "
        "os.rename(sys.argv[1], sys.argv[1] + '.json')"
    )
    columns = (Column("x", integer(0, 1)),)
    tables = tuple(Table(f"{p}_table", p, 10, columns) for p in PARTIES)
    sources = {t.name: f"{t.owner}.csv" for t in tables}
    with pytest.raises(PartiesFailed):
        networked(walking(*tables), sources, {}, tmp_path, command=(sys.executable, "-c", note))
    told = [json.loads(path.read_text()) for path in tmp_path.glob("*.json")]
    assert told
    for order in told:
        party = PARTIES[order["rank"]]
        assert order["sources"] == {f"{party}_table": f"{party}.csv"}
        assert not Path(order["key"]).exists(), "keys outlive the run"


def test_a_process_that_ends_without_a_word_is_named_at_once() -> None:
    with pytest.raises(PartiesFailed, match="its process ended with code 3") as caught:
        networked(walking(), {}, {}, ROOT, command=(sys.executable, "-c", "raise SystemExit(3)"))
    assert caught.value.exit_code == 20


def test_a_cancelled_run_leaves_nobody() -> None:
    pids: dict[str, int] = {}

    def cancel(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        networked(walking(), {}, ENDLESS, ROOT, cancel, command=WALK, started=pids.update)
    assert len(pids) == 3
    assert all(gone(pid) for pid in pids.values())


PARENT = """
import sys
from pathlib import Path
from tests.runtime.network.test_launch import ENDLESS, ROOT, WALK, networked, walking

def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\\n")
    sys.stdout.flush()

networked(walking(), {}, ENDLESS, ROOT, lambda p: say("moving"), command=WALK, started=lambda pids: say(*pids.values()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="watches processes by pidfd")
def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env=environment, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        handles = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        assert parent.stdout.readline() == "moving\n"
        parent.kill()
        for handle in handles:
            ended, _, _ = select.select([handle], [], [], 10.0)
            os.close(handle)
            assert ended, "a party's process runs on"
    assert len(handles) == 3
