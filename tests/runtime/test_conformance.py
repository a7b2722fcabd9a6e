"""Simulated and networked runs are the same run: every share, round and byte of every op agrees bit for bit.

Each networked party is given its own rows and its own two keys only, so code that peeks at another party's row, or at a
key that its role does not hold, fails here although a simulation cannot tell.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.runtime.engine import Execution, execute
from secfuse.runtime.protocols.replicated3 import Replicated3, seats
from secfuse.runtime.randomness import Streams
from secfuse.runtime.tiles import tiles
from secfuse.runtime.wire import Wire
from secfuse.runtime.wire.simulated import Simulated
from tests.compiler.circuit.random_circuits import random_circuit, random_rows
from tests.compiler.circuit.samples import delay_rows
from tests.runtime.test_regions import LOOPS
from tests.runtime.test_views import LANES, MIXING, OPS, SUBTRACT
from tests.support.network import at_once, network
from tests.support.trio import keys, shared


def arrays(value: Any) -> list[np.ndarray]:
    """All arrays of shares in what an op returns, in order."""
    match value:
        case np.ndarray():
            return [value]
        case tuple() | list():
            return [array for part in value for array in arrays(part)]
        case _ if is_dataclass(value):
            return [array for field in fields(value) for array in arrays(getattr(value, field.name))]
        case _:
            return []


def shared_inputs(owner: int) -> Any:
    """An op that takes an input from its owner: only the owner's process has the value."""
    values = np.arange(LANES, dtype=np.uint64)

    async def op(p: Replicated3) -> np.ndarray:
        return await p.share(owner, values if owner in p.wire.ranks else None, values.shape, SUBTRACT)

    return op


ALL: dict[str, tuple[Any, list[Any]]] = {
    **{name: (op, secrets) for name, (op, _, secrets) in {**OPS, **MIXING}.items()},
    **{f"share of party {owner}": (shared_inputs(owner), []) for owner in range(3)},
}


@pytest.fixture(scope="module")
def carriers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Three parties on loopback, connected by mutual TLS, for all ops one after the other."""
    folder: Path = tmp_path_factory.mktemp("network")
    with network(folder) as made:
        trio = made.trio()
        yield trio
        at_once({rank: carrier.close for rank, carrier in enumerate(trio)})


@pytest.mark.parametrize("name", ALL)
def test_networked_parties_hold_what_the_simulation_holds(name: str, carriers: Any) -> None:
    agree(name, carriers)


@pytest.mark.parametrize("name", [name for name in ALL if hasattr(Replicated3, name)])
def test_so_they_do_when_ops_work_piece_by_piece_on_threads(
    name: str, carriers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "tiles", lambda shape: tiles(shape, at_once=LANES // 256))
    agree(name, carriers, threads=(3, 1, 4))


def agree(name: str, carriers: Any, threads: tuple[int, int, int] = (1, 1, 1)) -> None:
    """An op gives each party, on so many threads, what the simulation gives it, at the same cost."""
    op, secrets = ALL[name]
    rng = np.random.default_rng(7)

    def scheme(carrier: Any, held: set[int], threads: int = 1) -> Replicated3:
        wire = Wire(carrier)
        streams = Streams({j: k for j, k in keys().items() if j in held}, wire.steps.here)
        return Replicated3(wire, streams, threads=threads)

    together = scheme(Simulated(), {0, 1, 2})
    inputs = [shared(together, value, combine, rng) for value, combine in secrets]
    expected = arrays(together.wire.steps.run(op(together, *inputs), name))

    apart = [scheme(carrier, {rank, (rank + 1) % 3}, threads[rank]) for rank, carrier in enumerate(carriers)]

    def play(rank: int) -> Any:
        p = apart[rank]
        return arrays(p.wire.steps.run(op(p, *(shares[rank : rank + 1] for shares in inputs)), name))

    ends = at_once({rank: lambda rank=rank: play(rank) for rank in range(3)})
    for rank, found in enumerate(ends):
        assert not isinstance(found, BaseException), f"party {rank}: {found!r}"
        assert len(found) == len(expected) > 0
        for part, whole in zip(found, expected, strict=True):
            assert np.array_equal(part[0], whole[rank]), f"party {rank} holds something else"
        assert apart[rank].wire.tally == together.wire.tally


@pytest.mark.parametrize("seed", range(8))
def test_whole_circuits_release_the_same_at_the_same_cost(seed: int, carriers: Any) -> None:
    same_everywhere(random_circuit(seed, coins=True), random_rows(seed), carriers)


@pytest.mark.parametrize("name", LOOPS)
def test_loops_release_the_same_at_the_same_cost(name: str, carriers: Any) -> None:
    same_everywhere(LOOPS[name](), delay_rows(70, 12), carriers)


def same_everywhere(circuit: Circuit, tables: dict[str, Rows], carriers: Any) -> None:
    """Three parties with their own rows release what the simulation releases, at the same cost."""
    counts = {name: rows.count for name, rows in tables.items()}

    def run(carrier: Any, held: set[int], rows: dict[str, Rows]) -> Any:
        wire = Wire(carrier)
        p = Replicated3(wire, Streams({j: k for j, k in keys().items() if j in held}, wire.steps.here))
        return execute(circuit, p, rows, counts, {}), wire.tally

    expected, tally = run(Simulated(), {0, 1, 2}, tables)
    own = [{t.name: tables[t.name] for t in circuit.tables if t.owner == party} for party in circuit.compute]
    ends = at_once(
        {rank: lambda rank=rank: run(carriers[rank], {rank, (rank + 1) % 3}, own[rank]) for rank in range(3)}
    )
    for rank, end in enumerate(ends):
        assert not isinstance(end, BaseException), f"party {rank}: {end!r}"
        released = tuple(r for r in expected.released if circuit.compute[rank] in r.recipients)
        assert end == (Execution(released, expected.printed), tally)
