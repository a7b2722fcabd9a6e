"""A program on random rows: what it means in plain, and what comes out of a run on shares, must be the same.

Lives here: `random_run` and `RandomRun`. Not here: the rows (random_rows.py).

Fixed-point numbers may differ by their proven error. Where a program compares numbers that have been rounded, two that
are closer than that may fall either way, and all that follows from it: then a difference is told, but is no failure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from random import Random

import numpy as np

from secfuse.compiler.circuit.evaluate import evaluate
from secfuse.compiler.circuit.failed import CheckFailed
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.precision import error_bounds
from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.types import Domain, NodeType, Type
from secfuse.runtime.coins import coins_of
from secfuse.runtime.run import simulate
from secfuse.runtime.seals import unseal
from secfuse.runtime.wire import PARTIES

from .outcome import error_bounds as bounds_of_outputs
from .random_rows import random_params, random_rows

DECIDING = frozenset({Op.LT, Op.EQ, Op.SORT, Op.JOIN, Op.LEAST, Op.GREATEST, Op.LARGEST, Op.SCAN, Op.CELLS})


@dataclass(frozen=True, slots=True)
class RandomRun:
    """One run. rows: of each table. differs: the first difference, empty if there is none; names no value.

    rounded: numbers that have been rounded decide something, so that a difference may be no mistake.
    """

    seed: int
    rows: dict[str, int]
    differs: str
    rounded: bool

    @property
    def passed(self) -> bool:
        """Nothing is wrong for certain."""
        return not self.differs or self.rounded


def random_run(circuit: Circuit, seed: int) -> RandomRun:
    """Random rows and parameters, in plain and on shares."""
    draw = Random(seed)
    tables = {table.name: random_rows(draw, table) for table in circuit.tables}
    params = random_params(draw, circuit.params)
    counts = {name: rows.count for name, rows in tables.items()}
    sized = replace(circuit, tables=tuple(replace(t, max_rows=counts[t.name]) for t in circuit.tables))
    keys = {rank: draw.randbytes(32) for rank in range(PARTIES)}
    coins = coins_of(circuit, counts, keys)
    return RandomRun(seed, counts, _difference(circuit, sized, tables, params, keys, coins), _decides_rounded(sized))


def _difference(
    circuit: Circuit,
    sized: Circuit,
    tables: dict[str, Rows],
    params: dict[str, int],
    keys: dict[int, bytes],
    coins: dict[int, np.ndarray],
) -> str:
    try:
        plain = evaluate(circuit, tables, params, coins)
    except CheckFailed:
        return _stops_too(circuit, tables, params)
    try:
        shared = simulate(circuit, tables, params, keys=keys)
    except CheckFailed:
        return "the run on shares stops, the plain one does not"
    if plain.printed != shared.printed:
        return "what is printed"
    if [r.name for r in plain.released] != [r.name for r in shared.released]:
        return "which outputs there are"
    bounds = bounds_of_outputs(sized)
    opened = [unseal([seal for seal in shared.seals if seal.output == name]) for name in shared.sealed]
    pairs = zip((*plain.released, *plain.sealed), (*shared.released, *opened), strict=True)
    return next((found for a, b in pairs if (found := _of_output(a, b, bounds[a.name]))), "")


def _stops_too(circuit: Circuit, tables: dict[str, Rows], params: dict[str, int]) -> str:
    """An assertion, or a place outside an array, stops both or none."""
    try:
        simulate(circuit, tables, params)
    except CheckFailed:
        return ""
    return "the plain run stops, that on shares does not"


def _of_output(plain: Released, shared: Released, bounds: dict[str, float | None]) -> str:
    if replace(plain, rows=()) != replace(shared, rows=()):
        return f"{plain.name}: its form or its keys"
    for place, (row, other) in enumerate(zip(plain.rows, shared.rows, strict=True), 1):
        if (row is None) != (other is None):
            return f"{plain.name}, row {place}: whether it is suppressed"
        if row is None or other is None:
            continue
        for name, elem, a, b in zip(plain.columns, plain.elems, row, other, strict=True):
            bound = bounds[name] if elem.domain is Domain.FIXED else 0.0
            if a != b and bound is not None and not (bound and abs(float(a) - float(b)) <= bound):
                return f"{plain.name}, row {place}, column {name}"
    return ""


def _decides_rounded(circuit: Circuit) -> bool:
    """True if a comparison of the circuit or of a region looks at numbers that are not exact."""
    bounds = error_bounds(circuit)
    own = any(
        node.op in DECIDING and any(bounds[a] > 0 or not isfinite(bounds[a]) for a in node.args)
        for node in circuit.nodes
    )
    return own or any(
        node.op in DECIDING and any(_is_fixed(region.nodes[a].type) for a in node.args)
        for region in circuit.regions
        for node in region.nodes
    )


def _is_fixed(type_: NodeType) -> bool:
    return isinstance(type_, Type) and type_.elem.domain is Domain.FIXED
