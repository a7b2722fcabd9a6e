"""`secfuse explain`: what a code of a message means."""

from __future__ import annotations

import click

from secfuse.compiler.codes.explain import explain
from secfuse.compiler.errors import CODES
from secfuse.runtime.errors import FAULTS

from .screen import Screen, ending, options


@click.command(help="Say what the code of a message means and what to do, for example SEC301 or INP-107.")
@click.argument("code")
@options
def command(code: str, **flags: bool) -> None:
    """One paragraph."""
    screen = Screen(**flags)
    with ending(screen):
        text = meaning(code.upper())
        if text is None:
            raise click.UsageError(f"there is no code {code}: they look like SEC301, INP-107 or NET-201")
        if screen.json:
            screen.object({"code": code.upper(), "explanation": text})
        else:
            screen.out.print(text, markup=False)


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
