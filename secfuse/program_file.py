"""A program's text from its file, and the compiled program."""

from __future__ import annotations

from pathlib import Path

from secfuse.compiler.compile import compile_source
from secfuse.compiler.program import Program
from secfuse.runtime.errors import RunError


def read_program(path: Path) -> Program:
    """Read and compile. Raises CompileErrors, or RunError CFG-603 if the file is not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunError("CFG-603", f"{path} is not UTF-8 text (byte {error.start})") from None
    return compile_source(text, str(path))
