"""What three simulated parties measure, in the form in which it is predicted.

Lives here: `measured`, `tally_of`. Not here: what is run.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.runtime.engine import execute
from secfuse.runtime.protocols import Scheme
from secfuse.runtime.wire import Tally
from tests.support.trio import run, trio


def carried(tally: Tally) -> Tally:
    """Without the links on which nothing was sent: a prediction has none of them."""
    links = {link: size for link, size in tally.link_bytes.items() if size}
    return Tally(tally.rounds, links, tally.multiplications, tally.ands)


def measured(body: Callable[[Scheme], Coroutine[Any, Any, Any]]) -> Tally:
    """What one algorithm sends."""
    p = trio()
    run(p, body(p))
    return carried(p.wire.tally)


def tally_of(circuit: Circuit, tables: Mapping[str, Rows], params: Mapping[str, int], seed: int = 0) -> Tally:
    """What a whole run sends."""
    p = trio(seed)
    execute(circuit, p, tables, {name: rows.count for name, rows in tables.items()}, params)
    return carried(p.wire.tally)
