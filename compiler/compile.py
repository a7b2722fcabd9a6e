"""From text to a program that can run.

Lives here: `compile_source`. Not here: reading, checking and lowering (front.py), any pass.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.checking.scope import Library
from secfuse.stdlib import standard

from .circuit.verify import verify
from .front import read_program
from .passes import run_passes
from .program import Program


def compile_source(text: str, file: str = "<text>", library: Library = standard) -> Program:
    """Read, check, lower and improve a program. Raises CompileErrors with all mistakes; `file` is what they name.

    library: the text of a module by its path, None where there is none; that of the language by default.
    """
    program = read_program(text, file, library)
    circuit = run_passes(program.circuit)
    verify(circuit)
    return replace(program, circuit=circuit)
