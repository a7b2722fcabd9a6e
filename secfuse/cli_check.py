"""`secfuse check`: is this a program, and what would it disclose?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.program import Program

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
    nodes = [circuit.nodes[i] for i in circuit.outputs if circuit.nodes[i].op is Op.DISCLOSE]
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
            str(n.attr("name")): {key: n.attr(key) for key in ("recipients", "columns", "policy", "guards", "reason")}
            for n in nodes
        },
        "tests": len(program.tests),
        "nodes": len(circuit.nodes),
    }


def _show(screen: Screen, file: Path, program: Program) -> None:
    facts = describe(program)
    out = screen.out
    out.print(f"{file}: ok", style="green")
    out.print(f"  {program.name} {program.version}: {program.purpose}", markup=False)
    for name, table in facts["inputs"].items():
        uses = ", ".join(f"{c} {'/'.join(may) or 'unused'}" for c, may in table["columns"].items())
        out.print(f"  reads {name} of {table['owner']}, at most {table['at_most']:,} rows: {uses}", markup=False)
    for name, output in facts["outputs"].items():
        to, columns = ", ".join(output["recipients"]), ", ".join(output["columns"])
        out.print(f"  discloses {name} ({columns}) to {to} under {output['policy']}", markup=False)
        out.print(f'    {"; ".join(output["guards"]) or "no threshold"}; because "{output["reason"]}"', markup=False)
