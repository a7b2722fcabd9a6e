"""`secfuse leaks`: everything that a program discloses, and what the compiler has to say about it."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.report import Level, Report, blocking, digest_of, to_plain
from secfuse.compiler.disclosing.sentences import statement
from secfuse.compiler.front import read_program

from .screen import PROGRAM_ERROR, Screen, ending, options
from .source_file import beside, read_text

STYLES = {Level.BLOCK: "bold red", Level.WARN: "yellow", Level.INFO: "dim"}


@click.command(help="Say everything that a program discloses to anybody, how much that is at most, and what is wrong.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options
def command(file: Path, **flags: bool) -> None:
    """Exit code 10 if a finding blocks."""
    screen = Screen(**flags)
    with ending(screen):
        report = report_of(read_program(read_text(file), str(file), beside(file)))
        if screen.json:
            screen.object({**to_plain(report), "report_digest": digest_of(report), "blocked": bool(blocking(report))})
        else:
            show(screen, report)
        if blocking(report):
            raise click.exceptions.Exit(PROGRAM_ERROR)


def show(screen: Screen, report: Report) -> None:
    """The statement, then the findings, gravest first."""
    out = screen.out
    for line in statement(report):
        out.print(line, markup=False)
    for finding in report.findings:
        where = f"line {finding.span.line}: " if finding.span is not None else ""
        text = f"{finding.level.name} {finding.code} {where}{finding.sentence}"
        out.print(text, style=STYLES[finding.level], markup=False)
        if finding.level is not Level.INFO:
            out.print(f"  {finding.remedy}", markup=False)
    counts = {level: len(report.of(level)) for level in Level}
    told = ", ".join(f"{count} {level.name}" for level, count in counts.items() if count) or "no findings"
    out.print(f"{told}; report {digest_of(report)}", markup=False)
