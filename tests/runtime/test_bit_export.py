"""Outputs as circuits of single bits: they mean what the programs mean in plain."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from secfuse.compiler.bristol.read import read_bristol
from secfuse.compiler.bristol.write import write_bristol
from secfuse.compiler.circuit.bit_layers import layered
from secfuse.compiler.circuit.bits import BitCircuit, Gate
from secfuse.compiler.circuit.evaluate import compute
from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.interface import Rows
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.step import World
from secfuse.compiler.circuit.typed import columns_of, own
from secfuse.compiler.compile import compile_source
from secfuse.program_file import read_program
from secfuse.random_rows import random_params, random_rows
from secfuse.runtime.bit_export import Exported, NoGates, export_output
from secfuse.runtime.bit_run import simulate_bits
from tests.test_programs import GOOD

ROOT = Path(__file__).resolve().parents[2]
AES = ROOT / "examples" / "12-shared-aes" / "main.sec"


def inputs_of(exported: Exported, tables: dict[str, Rows]) -> list[int]:
    """The owners' values in the order of the circuit's inputs, as unsigned numbers."""
    found = []
    for name, width in zip(exported.inputs, exported.circuit.inputs, strict=True):
        column, _, row = name.removesuffix("]").partition("[")
        of_presence = column.endswith(" is present")
        table, _, column = column.removesuffix(" is present").partition(".")
        values = tables[table].present[column] if of_presence else tables[table].values[column]
        found.append(int(values[int(row)]) & (1 << width) - 1)
    return found


def agrees(circuit: Circuit, seed: int) -> set[Op]:
    """All outputs on random rows; what cannot be exported."""
    draw, missing = Random(seed), set()
    tables = {table.name: random_rows(draw, table) for table in circuit.tables}
    params = random_params(draw, circuit.params)
    counts = {name: rows.count for name, rows in tables.items()}
    for node in circuit.nodes:
        if node.op is not Op.DISCLOSE:
            continue
        try:
            exported = export_output(circuit, str(node.attr("name")), counts, params)
        except NoGates as none:
            missing.add(none.op)
            continue
        read = read_bristol(write_bristol(exported.circuit))
        (found,) = simulate_bits(read, layered(read), [inputs_of(exported, tables)]).outputs
        values: dict[int, Any] = {}
        compute(circuit, World(tables, params, counts), values, columns_of(node))
        cells = [int(v) for column in columns_of(node) for v in np.ravel(values[column])]
        widths = [own(circuit.nodes[c]).elem.width_bits for c in columns_of(node) for _ in np.ravel(values[c])]
        assert list(found) == [v & (1 << w) - 1 for v, w in zip(cells, widths, strict=True)], exported.outputs
    return missing


def test_outputs_of_good_programs_mean_the_same_bit_by_bit() -> None:
    exported = 0
    for path in GOOD[::3]:
        if b"program " not in path.read_bytes():
            continue
        circuit = compile_source(path.read_text("utf-8"), str(path)).circuit
        if circuit.tables and not any(node.op in (Op.JOIN, Op.SORT) for node in circuit.nodes):
            exported += not agrees(circuit, 1)
    assert exported > 8


def test_aes_of_our_own_program_is_that_of_the_standard() -> None:
    """FIPS 197, appendix C.1; 32 ANDs for each of 200 S-boxes."""
    exported = export_output(read_program(AES).circuit, "token", {"keys": 1, "numbers": 1}, {})
    assert exported.circuit.count(Gate.AND) == 200 * 32
    read = read_bristol(write_bristol(exported.circuit))
    assert read.inputs == (8,) * 32
    assert read.outputs == (8,) * 16
    given = [*range(16), *(17 * i for i in range(16))]
    outcome = simulate_bits(read, layered(read), [given, given])
    expected = bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
    assert outcome.outputs == (tuple(expected),) * 2


def test_what_has_no_gates_is_named() -> None:
    text = (ROOT / "examples" / "01-average-salary" / "main.sec").read_text("utf-8")
    circuit = compile_source(text).circuit
    with pytest.raises(NoGates) as refused:
        export_output(circuit, "result", {table.name: 3 for table in circuit.tables}, {})
    assert refused.value.op is Op.CELLS


def test_an_output_that_is_known_before_is_a_constant() -> None:
    text = (ROOT / "tests" / "programs" / "good" / "booleans.sec").read_text("utf-8")
    circuit = compile_source(text).circuit
    exported = export_output(circuit, next(iter(names(circuit))), {t.name: 0 for t in circuit.tables}, {})
    assert isinstance(exported.circuit, BitCircuit)
    assert exported.circuit.count(Gate.AND) == 0


def names(circuit: Circuit) -> list[str]:
    return [str(node.attr("name")) for node in circuit.nodes if node.op is Op.DISCLOSE]
