"""A program that can run, from its file.

Lives here: `read_program`. Not here: the text of files (source_file.py).
"""

from __future__ import annotations

from pathlib import Path

from secfuse.compiler.compile import compile_source
from secfuse.compiler.program import Program

from .source_file import beside, read_text


def read_program(path: Path) -> Program:
    """Read and compile. Raises CompileErrors, or RunError CFG-603 if the file is not UTF-8."""
    return compile_source(read_text(path), str(path), beside(path))
