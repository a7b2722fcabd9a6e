"""`secfuse diff`: what a new version of a program discloses that the old one did not."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.compare import Direction, compare
from secfuse.compiler.disclosing.report import Report, digest_of
from secfuse.compiler.front import read_program

from .screen import Screen, ending, options
from .source_file import beside, read_text

MORE = 11
STYLES = {Direction.MORE: "bold red", Direction.LESS: "green", Direction.OTHER: "dim"}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="Say what NEW discloses that OLD did not, and what it no longer does.")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@options
def command(old: Path, new: Path, **flags: bool) -> None:
    """Exit code 11 if the new version may disclose more, 0 if it does not."""
    screen = Screen(**flags)
    with ending(screen):
        before, after = (_report(file) for file in (old, new))
        changes = compare(before, after)
        more = any(change.direction is Direction.MORE for change in changes)
        if screen.json:
            said = [{"direction": c.direction.value, "output": c.output, "sentence": c.sentence} for c in changes]
            digests = {"old": digest_of(before), "new": digest_of(after)}
            screen.object({"more": more, "changes": said, "report_digests": digests})
        else:
            for change in changes:
                about = f"{change.output} " if change.output else ""
                text = f"{change.direction.value:<5} {about}{change.sentence}"
                screen.out.print(text, style=STYLES[change.direction], markup=False)
            verdict = "may disclose more" if more else "discloses nothing more"
            screen.out.print(f"the new version {verdict}" if changes else "both disclose the same", markup=False)
        if more:
            raise click.exceptions.Exit(MORE)


def _report(file: Path) -> Report:
    return report_of(read_program(read_text(file), str(file), beside(file)))
