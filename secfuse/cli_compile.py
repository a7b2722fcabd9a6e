"""`secfuse compile`: the digests of a program, and its circuit, plan or drawing in the form that is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from secfuse.compiler.circuit.cbor import Malformed
from secfuse.compiler.circuit.text import print_circuit
from secfuse.compiler.digest import func_digest, function_of, read_function, write_function
from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.report import Report, blocking, digest_of
from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.errors import RunError
from secfuse.runtime.plan import plan_digest, plan_of

from .cli_cost import row_counts
from .config import bound_params, overridden, read_settings
from .drawing.graphs import data_of, dot_of, mermaid_of
from .drawing.picture import Picture, picture_of
from .drawing.svg import svg_of
from .program_file import read_program
from .screen import PROGRAM_ERROR, Screen, ending, options
from .show_plan import plan_text

EMIT: dict[str, Callable[[Program], str | bytes]] = {
    "circuit": lambda program: print_circuit(function_of(program).circuit),
    "text": lambda program: print_circuit(program.circuit),
    "plan": lambda program: plan_text(plan_of(program.circuit)),
    "cbor": lambda program: write_function(function_of(program)),
}
"""circuit: what is signed; cbor: the bytes of which func_digest is the SHA-256; text: what runs, after the passes."""

DRAW: dict[str, Callable[[Picture], str]] = {
    "svg": svg_of,
    "mermaid": mermaid_of,
    "dot": dot_of,
    "json": lambda picture: json.dumps(data_of(picture), ensure_ascii=False, indent=2) + "\n",
}
"""Drawings: by source line, with what a run on so many rows costs."""


@click.command(help="Compile a program: its digests, and its circuit, plan or drawing. Of a .cbor: what was signed.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--emit", type=click.Choice([*EMIT, *DRAW]), help="What to write; on standard output if there is no --out."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--rows", multiple=True, metavar="NAME=COUNT", help="Rows of a table in a drawing; else its `at most`.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter, for a drawing's costs.")
@click.option("--report-only", is_flag=True, help="Go on although the disclosure report has findings that block.")
@options
def command(
    file: Path,
    emit: str | None,
    out: Path | None,
    rows: tuple[str, ...],
    params: tuple[str, ...],
    report_only: bool,
    **flags: bool,
) -> None:
    """Everything that can be refused is refused before anything is written."""
    screen = Screen(**flags)
    if out is not None and emit is None:
        raise click.UsageError("--out goes with --emit")
    if emit == "cbor" and out is None:
        raise click.UsageError("--emit cbor writes bytes: name a file with --out")
    if screen.json and emit is not None and out is None:
        raise click.UsageError("--json prints one object: name a file for --emit with --out")
    if file.suffix == ".cbor":
        _signed(screen, file, emit, out)
        return
    with ending(screen):
        program = read_program(file)
        report = report_of(program)
        stopped = bool(blocking(report)) and not report_only
        facts = describe(program, report, not stopped)
        written: str | bytes | None = None
        if emit in DRAW and not stopped:
            written = DRAW[emit](drawn(program, file, rows, params))
        elif emit is not None and not stopped:
            written = EMIT[emit](program)
        if written is not None and out is not None:
            write(out, written)
        if screen.json:
            screen.object(facts)
        elif isinstance(written, str) and out is None:
            click.echo(written, nl=False)
        else:
            _show(screen, file, facts, out)
        for finding in blocking(report):
            where = f"line {finding.span.line}: " if finding.span is not None else ""
            screen.err.print(f"{finding.code}: {where}{finding.sentence}", style="bold red", markup=False)
            screen.err.print(f"  {finding.remedy}", markup=False)
        if stopped:
            screen.err.print("nothing is written; --report-only goes on all the same", markup=False)
            raise click.exceptions.Exit(PROGRAM_ERROR)


def _signed(screen: Screen, file: Path, emit: str | None, out: Path | None) -> None:
    """What bytes say that somebody signed, or wants signed: they are read strictly, and nothing is run."""
    if emit not in (None, "circuit"):
        raise click.UsageError("of a .cbor there is --emit circuit alone: it has no program text")
    with ending(screen):
        data = file.read_bytes()
        try:
            function = read_function(data)
        except Malformed as breach:
            raise RunError("CFG-604", f"{file.name}: {breach}") from None
        facts = {
            "ok": True,
            "program": function.name,
            "version": function.version,
            "purpose": function.purpose,
            "func_digest": sha256(data).hexdigest(),
            "policies": {policy.name: list(policy.lines) for policy in function.policies},
            "nodes": len(function.circuit.nodes),
        }
        if emit is not None and out is not None:
            write(out, print_circuit(function.circuit))
        if screen.json:
            screen.object(facts)
        elif emit is not None and out is None:
            click.echo(print_circuit(function.circuit), nl=False)
        else:
            _show_signed(screen, file, facts)


def _show_signed(screen: Screen, file: Path, facts: dict[str, Any]) -> None:
    print_ = screen.out.print
    print_(f"{file}: ok", style="green", markup=False)
    print_(f"  {facts['program']} {facts['version']}: {facts['purpose']}", markup=False)
    print_(f"  func_digest {facts['func_digest']}", markup=False)
    for name, lines in facts["policies"].items():
        print_(f"  policy {name}: {'; '.join(lines) or 'no threshold'}", markup=False)


def describe(program: Program, report: Report, ok: bool) -> dict[str, Any]:
    """The digests, and what they are of, as plain data."""
    findings = [
        {"code": f.code, "level": f.level.value, "line": f.span.line if f.span else 0, "sentence": f.sentence}
        for f in report.findings
    ]
    return {
        "ok": ok,
        "program": program.name,
        "version": program.version,
        "func_digest": func_digest(program),
        "plan_digest": plan_digest(program.circuit),
        "report_digest": digest_of(report),
        "nodes": len(program.circuit.nodes),
        "regions": len(program.circuit.regions),
        "findings": findings,
    }


def drawn(program: Program, file: Path, rows: tuple[str, ...], params: tuple[str, ...]) -> Picture:
    """The picture, with costs for so many rows. Raises RunError, or CheckFailed for parameters that do not go."""
    settings = overridden(read_settings(file.absolute().parent), (), params, Path.cwd())
    counts = row_counts(program.circuit, rows)
    predicted = predict(program.circuit, counts, bound_params(program.circuit, settings))
    return picture_of(program, plan_of(program.circuit), predicted, counts)


def write(out: Path, written: str | bytes) -> None:
    """Write a file. Raises RunError CFG-602 where there is no such folder."""
    if not out.absolute().parent.is_dir():
        raise RunError("CFG-602", f"--out: there is no folder {out.absolute().parent}")
    out.write_bytes(written if isinstance(written, bytes) else written.encode("utf-8"))


def _show(screen: Screen, file: Path, facts: dict[str, Any], out: Path | None) -> None:
    print_ = screen.out.print
    print_(f"{file}: {'ok' if facts['ok'] else 'stopped'}", style="green" if facts["ok"] else "red", markup=False)
    print_(f"  {facts['program']} {facts['version']}: {facts['nodes']} nodes, {facts['regions']} loops", markup=False)
    for name, of in (
        ("func_digest", "what is computed and disclosed"),
        ("plan_digest", "how: kinds, methods, what is opened"),
        ("report_digest", "who learns what"),
    ):
        print_(f"  {name:<13} {facts[name]}  {of}", markup=False)
    if out is not None and facts["ok"]:
        print_(f"  written: {out}", markup=False)
