"""A run's outcome as plain data: what `run --json` prints and what result files hold.

Lives here: `outcome_object`, `error_bounds`, `table_of`. Not here: looks (show.py) and files (save.py).
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds as bounds_of_nodes
from secfuse.compiler.circuit.released import Cell, Released
from secfuse.compiler.circuit.typed import columns_of
from secfuse.runtime.run import Outcome
from secfuse.runtime.wire import Tally

from .forecast import cost_object, predicted_object


def outcome_object(circuit: Circuit, outcome: Outcome, predicted: Tally) -> dict[str, Any]:
    """One object of plain values. A suppressed row keeps its key cells and holds null in all others."""
    bounds = error_bounds(circuit)
    return {
        "outputs": {released.name: released_object(released, bounds[released.name]) for released in outcome.released},
        "printed": list(outcome.printed),
        **({"sealed": list(outcome.sealed)} if outcome.sealed else {}),
        **cost_object(outcome.traffic, outcome.multiplications, outcome.ands),
        "predicted": predicted_object(circuit, predicted),
        "seconds": round(outcome.seconds, 3),
        "protocol": outcome.protocol,
        "simulated": outcome.simulated,
    }


def error_bounds(circuit: Circuit) -> dict[str, dict[str, float | None]]:
    """The proven absolute error of each column of each output, in the column's own units; 0 for exact ones.

    None where nothing can be proven.
    """
    bounds = bounds_of_nodes(circuit)
    outputs: dict[str, dict[str, float | None]] = {}
    for index in circuit.outputs:
        node = circuit.nodes[index]
        if node.op is Op.DISCLOSE:
            names = node.attr("columns")
            assert isinstance(names, tuple), "a disclose names its columns"
            proven = [bounds[a] if isfinite(bounds[a]) else None for a in columns_of(node)]
            outputs[str(node.attr("name"))] = dict(zip(map(str, names), proven, strict=True))
    return outputs


def table_of(released: Released) -> list[list[Cell | None]]:
    """All rows in order, markers as None behind their keys."""
    width = len(released.columns)
    rows: list[list[Cell | None]] = []
    for cells, keys in zip(released.rows, released.keys, strict=True):
        rows.append(list(cells) if cells is not None else [*keys, *[None] * (width - len(keys))])
    return rows


def released_object(released: Released, bounds: dict[str, float | None]) -> dict[str, Any]:
    """One result as plain data."""
    return {
        "recipients": list(released.recipients),
        "columns": list(released.columns),
        "rows": table_of(released),
        "suppressed": released.suppressed,
        **({} if released.withheld is None else {"withheld": released.withheld}),
        "policy": released.policy,
        "guards": list(released.guards),
        "reason": released.reason,
        "error_bounds": bounds,
    }
