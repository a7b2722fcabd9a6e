"""SecFuse: joint computation over several organisations' tables, on secret shares.

Lives here: the public names, and the shim that finds the other folders of a checkout. Everything that is not in
`__all__` is internal. Names are loaded on first use, so that `secfuse --version` does not wait for NumPy.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

_checkout = Path(__file__).resolve().parent.parent
if (_checkout / "pyproject.toml").is_file() and (_checkout / "compiler").is_dir():
    __path__.append(str(_checkout))

if TYPE_CHECKING:
    from secfuse.compiler.circuit.interface import Rows
    from secfuse.compiler.circuit.released import Released
    from secfuse.compiler.compile import compile_source
    from secfuse.compiler.errors import CompileErrors
    from secfuse.compiler.program import Program
    from secfuse.compiler.testing import run_tests
    from secfuse.runtime.errors import InputError, RunError
    from secfuse.runtime.inputs import load_frame, load_table
    from secfuse.runtime.run import Outcome, simulate

__version__ = "0.1.0"

__all__ = [
    "CompileErrors",
    "InputError",
    "Outcome",
    "Program",
    "Released",
    "Rows",
    "RunError",
    "compile_source",
    "load_frame",
    "load_table",
    "run_tests",
    "simulate",
]

_HOME = {
    "CompileErrors": "secfuse.compiler.errors",
    "InputError": "secfuse.runtime.errors",
    "Outcome": "secfuse.runtime.run",
    "Program": "secfuse.compiler.program",
    "Released": "secfuse.compiler.circuit.released",
    "Rows": "secfuse.compiler.circuit.interface",
    "RunError": "secfuse.runtime.errors",
    "compile_source": "secfuse.compiler.compile",
    "load_frame": "secfuse.runtime.inputs",
    "load_table": "secfuse.runtime.inputs",
    "run_tests": "secfuse.compiler.testing",
    "simulate": "secfuse.runtime.run",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"secfuse has no public name {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
