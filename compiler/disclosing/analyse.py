"""From a program to its disclosure report.

Lives here: `report_of`, `report_digest`. The report is read from the circuit as the program is written, before any
pass: so it is the same for `check`, `leaks` and `compile`. Not here: what a report holds (report.py), each part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.policy import Policy
from secfuse.compiler.program import Program, at_home

from .closure import closure
from .evidence import Evidence, evidence_of
from .implicit import implicit_of
from .outputs import learned_of, outputs_of
from .packed import packed
from .repeated import repeated, unlimited
from .report import AtHome, Finding, Report, digest_of, in_order
from .shares import own_taken_away
from .singled import beyond_sight, singled_out


def report_of(program: Program) -> Report:
    """Everything the program says to anybody, and what was found in it."""
    circuit = lower(program.checked)
    policies = {policy.name: policy for policy in program.policies}
    outputs = outputs_of(circuit, policies, program.source)
    home = tuple(
        AtHome(owner, words, line)
        for owner, places in at_home(replace(program, circuit=circuit)).items()
        for line, words in places
    )
    return Report(
        program.name,
        program.version,
        program.purpose_code,
        program.purpose,
        outputs,
        learned_of(circuit, outputs),
        implicit_of(circuit, outputs),
        home,
        findings_of(circuit, policies),
    )


def report_digest(program: Program) -> str:
    """The SHA-256 of the report, in hex: the same for the same disclosures, however the program is laid out."""
    return digest_of(report_of(program))


SEARCHES: tuple[Callable[[Evidence], Iterable[Finding]], ...] = (
    singled_out,  # one row, few rows, extremes, rows that no guard counts
    packed,  # several values in one number
    own_taken_away,  # what is left without the recipient's own rows
    closure,  # all outputs of a recipient together
    repeated,  # other parameters in other runs
    unlimited,  # policies that ask for nothing
    beyond_sight,  # what was not followed
)


def findings_of(circuit: Circuit, policies: Mapping[str, Policy]) -> tuple[Finding, ...]:
    """What every search finds."""
    evidence = evidence_of(circuit, policies)
    return in_order(finding for search in SEARCHES for finding in search(evidence))
