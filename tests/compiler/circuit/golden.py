"""Golden texts: tests/circuits/*.txt hold circuits as they must look.

To accept a change of looks, delete the file, run the test once (it writes the file and fails), and read the difference.
"""

from __future__ import annotations

from pathlib import Path

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.text import print_circuit, read_circuit

FOLDER = Path(__file__).parents[2] / "circuits"


def read_golden(name: str) -> Circuit:
    """The circuit in that file."""
    return read_circuit((FOLDER / f"{name}.txt").read_text(encoding="ascii"))


def agrees_with_golden(name: str, circuit: Circuit) -> bool:
    """True if the circuit's text is that of the file; writes the file if there is none, and is False then."""
    file = FOLDER / f"{name}.txt"
    if not file.exists():
        file.write_text(print_circuit(circuit), encoding="ascii", newline="\n")
        return False
    return file.read_text(encoding="ascii") == print_circuit(circuit)
