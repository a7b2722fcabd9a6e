"""`secfuse check`: is this a program, and what would it disclose?

Nothing is computed here, so that nobody who writes waits for NumPy: no pass, no evaluator.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

import click

from secfuse.compiler.checked import Checked
from secfuse.compiler.digest import func_digest
from secfuse.compiler.errors import CompileErrors
from secfuse.compiler.front import compile_module, is_module, read_program
from secfuse.compiler.program import Program, at_home, disclosures, epsilons

from .sarif import sarif
from .screen import PROGRAM_ERROR, Screen, ending, options
from .source_file import beside, read_text
from .watch import watch

LONGEST, MOST_VALUES = 60, 5
"""Of what owners compute by themselves, as it is shown to people: characters of one, and how many."""


@click.command(help="Check a program and say what it would disclose. All mistakes are reported in one go.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--watch", "watched", is_flag=True, help="Check again whenever the file changes, until Ctrl-C.")
@click.option("--sarif", "as_sarif", is_flag=True, help="The mistakes as a SARIF 2.1.0 document on standard output.")
@options
def command(file: Path, watched: bool, as_sarif: bool, **flags: bool) -> None:
    """Once, or again and again."""
    screen = Screen(**flags)
    if as_sarif and (screen.json or watched):
        raise click.UsageError("--sarif goes with neither --json nor --watch")
    if watched:
        watch(file, partial(_check_again, screen, file), sleep)
    else:
        _check(screen, file, as_sarif)


def _check_again(screen: Screen, file: Path) -> None:
    """What is wrong with the program ends no watching. A terminal is cleared, a file or pipe is not."""
    if sys.stdout.isatty():
        screen.out.clear()
    with suppress(click.exceptions.Exit):
        _check(screen, file, False)
    screen.note("watching; Ctrl-C ends it")


def _check(screen: Screen, file: Path, as_sarif: bool) -> None:
    """Read, compile, and describe."""
    with ending(screen):
        try:
            text = read_text(file)
            module = compile_module(text, str(file), beside(file)) if is_module(text) else None
            program = read_program(text, str(file), beside(file)) if module is None else None
        except CompileErrors as errors:
            if not as_sarif:
                raise
            screen.object(sarif(file, errors.source, errors.diagnostics))
            raise click.exceptions.Exit(PROGRAM_ERROR) from None
        if as_sarif:
            screen.object(sarif(file, None, ()))
        elif program is not None and screen.json:
            screen.object(describe(program))
        elif program is not None:
            _show(screen, file, program)
        elif module is not None and screen.json:
            screen.object(describe_module(module))
        elif module is not None:
            screen.out.print(f"{file}: ok, a module with {len(module.tests)} tests", style="green", markup=False)


def describe(program: Program) -> dict[str, Any]:
    """What the program asks for, imports (path: SHA-256 of the text) and discloses, as plain data."""
    circuit = program.circuit
    return {
        "ok": True,
        "diagnostics": [],
        "program": program.name,
        "version": program.version,
        "purpose": program.purpose,
        "func_digest": func_digest(program),
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
                "most_bits": d.capacity.bits,
                "most": str(d.capacity),
                "noise_within": {column: float(reach) for column, reach in d.noise},
                "markers_without_noise": d.policy.has_exact_markers,
            }
            for d in disclosures(program)
        },
        "epsilon": {party: float(epsilon) for party, epsilon in epsilons(program).items()},
        "modules": dict(program.modules),
        "at_home": {owner: [words for _, words in places] for owner, places in at_home(program).items()},
        "tests": len(program.tests),
    }


def describe_module(module: Checked) -> dict[str, Any]:
    """What there is to say of a module by itself, as plain data."""
    return {
        "ok": True,
        "diagnostics": [],
        "module": module.name,
        "modules": dict(module.modules),
        "tests": len(module.tests),
    }


def _show(screen: Screen, file: Path, program: Program) -> None:
    facts = describe(program)
    out = screen.out
    out.print(f"{file}: ok", style="green", markup=False)
    out.print(f"  {program.name} {program.version}: {program.purpose}", markup=False)
    out.print(f"  func_digest {facts['func_digest']}", markup=False)
    for name, table in facts["inputs"].items():
        uses = ", ".join(f"{c} {'/'.join(may) or 'unused'}" for c, may in table["columns"].items())
        out.print(f"  reads {name} of {table['owner']}, at most {table['at_most']:,} rows: {uses}", markup=False)
    for path, digest in facts["modules"].items():
        out.print(f"  imports {path}, SHA-256 {digest}", markup=False)
    for owner, values in facts["at_home"].items():
        first = "; ".join(value if len(value) <= LONGEST else f"{value[:LONGEST]}…" for value in values[:MOST_VALUES])
        more = f"; and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
        out.print(f"  {owner} computes by itself, from its own rows, and shares: {first}{more}", markup=False)
    for name, output in facts["outputs"].items():
        to = ", ".join(output["recipients"])
        columns = ", ".join(f"{column}: {kind}" for column, kind in output["columns"].items())
        out.print(f"  discloses {name} ({columns}) to {to} under {output['policy']}", markup=False)
        out.print(f'    {"; ".join(output["rules"]) or "no threshold"}; because "{output["reason"]}"', markup=False)
        out.print(f"    tells at most {output['most']}", markup=False)
        if output["noise_within"]:
            reach = ", ".join(f"{column} ± {reach:,.6g}" for column, reach in output["noise_within"].items())
            out.print(f"    noise in 95 of 100 results within: {reach}", markup=False)
        if output["markers_without_noise"]:
            out.print("    what is suppressed is decided on exact numbers, which epsilon does not cover", markup=False)
    _show_epsilons(screen, facts)


def _show_epsilons(screen: Screen, facts: dict[str, Any]) -> None:
    """What adds up for each recipient of noisy results; and what noise does nothing about."""
    for party, epsilon in facts["epsilon"].items():
        outputs = [output for output in facts["outputs"].values() if party in output["recipients"]]
        exact = sum(not output["noise_within"] for output in outputs)
        besides = f", besides {exact} outputs without noise" if exact else ""
        screen.out.print(f"  {party}: epsilon {epsilon:g} in each run{besides}", markup=False)
