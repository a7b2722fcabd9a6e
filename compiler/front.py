"""From text to a program as it is written, before any pass: all that its readers ask for, and all mistakes.

Lives here: `read_program`, the order of the stages that can refuse; `compile_module`, which ends after checking. Not
here: any stage, nor what makes a program ready to run (compile.py), which computes and so needs NumPy.
"""

from __future__ import annotations

import re

from secfuse.compiler.checking.check import check
from secfuse.compiler.checking.modules import check_module
from secfuse.compiler.checking.scope import Library
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.reading.parse import parse
from secfuse.stdlib import standard

from .capacity import refuse_excess
from .checked import Checked
from .errors import Problems
from .program import Program
from .sensitivity import refuse_noise
from .source import Source


def read_program(text: str, file: str = "<text>", library: Library = standard) -> Program:
    """Read, check and lower a program. Raises CompileErrors with all mistakes; `file` is what they name.

    library: the text of a module by its path, None where there is none; that of the language by default.
    """
    source = Source(text, file)
    problems = Problems(source)
    checked = check(source, parse(source, problems), problems, library)
    refuse_noise(checked, problems)
    problems.raise_if_any()
    circuit = lower(checked)
    refuse_excess(circuit, {policy.name: policy for policy in checked.policies}, problems)
    problems.raise_if_any()
    return Program(
        source,
        checked.name,
        checked.version,
        checked.purpose_code,
        checked.purpose,
        checked.assumptions,
        checked.policies,
        circuit,
        checked.tests,
        checked,
        checked.modules,
    )


def compile_module(text: str, file: str = "<text>", library: Library = standard) -> Checked:
    """Read and check a module by itself; its tests can be run. Raises CompileErrors with all mistakes."""
    source = Source(text, file)
    problems = Problems(source)
    return check_module(source, parse(source, problems), problems, library)


def is_module(text: str) -> bool:
    """True if no line begins a program."""
    return re.search(r"^[ \t]*program\b", text, re.MULTILINE) is None
