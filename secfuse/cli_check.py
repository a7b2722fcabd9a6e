"""`secfuse check`: is this a program, and what would it disclose?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from secfuse.compiler.program import Program, disclosures

from .program_file import read_program
from .screen import Screen, ending, options


@click.command(help="Check a program and say what it would disclose. All mistakes are reported in one go.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options
def command(file: Path, **flags: bool) -> None:
    """Read, compile, and describe."""
    screen = Screen(**flags)
    with ending(screen):
        program = read_program(file)
        if screen.json:
            screen.object(describe(program))
        else:
            _show(screen, file, program)


def describe(program: Program) -> dict[str, Any]:
    """What the program asks for and discloses, as plain data."""
    circuit = program.circuit
    return {
        "ok": True,
        "diagnostics": [],
        "program": program.name,
        "version": program.version,
        "purpose": program.purpose,
        "inputs": {
            t.name: {"owner": t.owner, "at_most": t.max_rows, "columns": {c.name: list(c.may) for c in t.columns}}
            for t in circuit.tables
        },
        "outputs": {
            d.name: {
                "recipients": list(d.recipients),
                "columns": {name: kind for name, kind, _ in d.columns},
                "policy": d.policy.name,
                "rules": list(d.policy.lines),
                "reason": d.reason,
                "conditional": d.conditional,
            }
            for d in disclosures(program)
        },
        "tests": len(program.tests),
        "nodes": len(circuit.nodes),
    }


def _show(screen: Screen, file: Path, program: Program) -> None:
    facts = describe(program)
    out = screen.out
    out.print(f"{file}: ok", style="green", markup=False)
    out.print(f"  {program.name} {program.version}: {program.purpose}", markup=False)
    for name, table in facts["inputs"].items():
        uses = ", ".join(f"{c} {'/'.join(may) or 'unused'}" for c, may in table["columns"].items())
        out.print(f"  reads {name} of {table['owner']}, at most {table['at_most']:,} rows: {uses}", markup=False)
    for name, output in facts["outputs"].items():
        to = ", ".join(output["recipients"])
        columns = ", ".join(f"{column}: {kind}" for column, kind in output["columns"].items())
        out.print(f"  discloses {name} ({columns}) to {to} under {output['policy']}", markup=False)
        out.print(f'    {"; ".join(output["rules"]) or "no threshold"}; because "{output["reason"]}"', markup=False)
