"""`secfuse explain`: what a code of a message means; or what a program uses data for, in plain sentences."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.codes.explain import explain
from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.sentences import statement
from secfuse.compiler.errors import CODES
from secfuse.compiler.front import read_program
from secfuse.runtime.errors import FAULTS

from .screen import Screen, ending, options
from .source_file import beside, read_text


@click.command(help="Say what the code of a message means, such as SEC301 or INP-107; or what a program is for.")
@click.argument("code", metavar="CODE|FILE.sec")
@options
def command(code: str, **flags: bool) -> None:
    """One paragraph; of a program the data-use statement, a sentence a line."""
    screen = Screen(**flags)
    with ending(screen):
        if code.endswith(".sec"):
            _explain_program(screen, Path(code))
            return
        text = meaning(code.upper())
        if text is None:
            raise click.UsageError(f"there is no code {code}: they look like SEC301, INP-107 or NET-201")
        if screen.json:
            screen.object({"code": code.upper(), "explanation": text})
        else:
            screen.out.print(text, markup=False)


def _explain_program(screen: Screen, file: Path) -> None:
    if not file.is_file():
        raise click.UsageError(f"there is no file {file}")
    lines = statement(report_of(read_program(read_text(file), str(file), beside(file))))
    if screen.json:
        screen.object({"program": str(file), "statement": lines})
    else:
        for line in lines:
            screen.out.print(line, markup=False)


def meaning(code: str) -> str | None:
    """The explanation of a code of the compiler or of a run; None for an unknown one."""
    if code in CODES:
        return explain(code)
    if code in FAULTS:
        fault = FAULTS[code]
        return (
            f"{code}: {fault.meaning}\n\nWhat to do: {fault.remedy}.\n\nThe process ends with code {fault.exit_code}."
        )
    return None
