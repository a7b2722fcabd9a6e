"""From a program to its disclosure report.

Lives here: `report_of`, `report_digest`. The report is read from the circuit as the program is written, before any
pass: so it is the same for `check`, `leaks` and `compile`. Not here: what a report holds (report.py), each part of it.
"""

from __future__ import annotations

from dataclasses import replace

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.lowering.lower import lower
from secfuse.compiler.program import Program, at_home

from .implicit import implicit_of
from .outputs import learned_of, outputs_of
from .report import AtHome, Finding, Report, digest_of, in_order


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
        in_order(findings_of(circuit)),
    )


def report_digest(program: Program) -> str:
    """The SHA-256 of the report, in hex: the same for the same disclosures, however the program is laid out."""
    return digest_of(report_of(program))


def findings_of(circuit: Circuit) -> tuple[Finding, ...]:
    return ()
