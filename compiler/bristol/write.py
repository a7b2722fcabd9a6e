"""Circuits of bits to Bristol Fashion.

Lives here: `write_bristol`. Outputs are the last wires of a file, so those that are not get copies (EQW).
"""

from __future__ import annotations

import numpy as np

from secfuse.compiler.circuit.bits import BINARY, BitCircuit, Gate

_NAMES = {Gate.XOR: "XOR", Gate.AND: "AND", Gate.INV: "INV", Gate.CONST: "EQ", Gate.COPY: "EQW"}


def write_bristol(circuit: BitCircuit) -> str:
    """The file's text. An OR, which the format lacks, is a ^ b ^ (a & b)."""
    lines: list[str] = []
    given = sum(circuit.inputs)
    number = list(range(given))
    following = given

    def write(name: str, *wires: int) -> int:
        nonlocal following
        lines.append(f"{len(wires)} 1 {' '.join(map(str, wires))} {following} {name}")
        following += 1
        return following - 1

    for kind, a, b in zip(circuit.kinds.tolist(), circuit.a.tolist(), circuit.b.tolist(), strict=True):
        if kind == Gate.OR:
            both = write("AND", number[a], number[b])
            number.append(write("XOR", write("XOR", number[a], number[b]), both))
        elif kind == Gate.CONST:
            number.append(write("EQ", a))
        else:
            wires = (number[a], number[b]) if kind in BINARY else (number[a],)
            number.append(write(_NAMES[Gate(kind)], *wires))
    results = [number[wire] for wire in circuit.results.tolist()]
    if results != list(range(following - len(results), following)):
        for wire in results:
            write("EQW", wire)
    widths = [f"{len(values)} {' '.join(map(str, values))}".rstrip() for values in (circuit.inputs, circuit.outputs)]
    return "\n".join([f"{len(lines)} {following}", *widths, "", *lines, ""])


def gates_by_kind(circuit: BitCircuit) -> dict[str, int]:
    """How many gates there are of each kind that occurs, by the names of Bristol files."""
    names = {**_NAMES, Gate.OR: "OR"}
    found = np.bincount(circuit.kinds, minlength=len(Gate))
    return {names[gate]: int(found[gate]) for gate in Gate if found[gate]}
