"""The beginning of a program, for tests that are about what follows.

Lives here: `CONTRACT` and functions that compile what is put behind it.
"""

from __future__ import annotations

from secfuse.compiler.compile import compile_source
from secfuse.compiler.errors import CompileErrors, Diagnostic
from secfuse.compiler.program import Program

CONTRACT = """program sample version "1.0"
purpose "test/language" "A test."
party left "Left"
party right "Right"
party third "Third"
compute by left, right, third
assume honest majority, semi-honest
category Band { low, high }
param limit : int in 1 .. 100 = 50
input people from left at most 1_000 rows {
  id   : identifier unique       may be joined
  band : Band                    may be grouped
  age  : int in 0 .. 120         may be compared, aggregated
  debt : fixed in -100 .. 100    may be aggregated
  kids : int? in 0 .. 20         may be aggregated
}
input visits from right at most 5_000 rows {
  id   : identifier              may be joined
  cost : fixed(8) in 0 .. 1_000  may be aggregated
}
policy open { groups of at least 3 }
policy strict {
  groups of at least 5
  top 2 below 60%
}
"""


def compiled(text: str) -> Program:
    """The program with this behind the contract."""
    return compile_source(CONTRACT + text)


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """What is wrong with it; empty if nothing is."""
    try:
        compiled(text)
    except CompileErrors as errors:
        return errors.diagnostics
    return ()


def codes(text: str) -> list[str]:
    """The codes of what is wrong with it."""
    return [diagnostic.code for diagnostic in diagnostics(text)]
