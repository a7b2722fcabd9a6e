"""`secfuse test`: run the program's own test blocks on the plain evaluator."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.testing import run_tests

from .program_file import read_program
from .screen import PROGRAM_ERROR, Screen, ending, options


@click.command(help="Run a program's own test blocks, in the clear, on the rows that they give.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options
def command(file: Path, **flags: bool) -> None:
    """One line per test; exit code 10 if one fails."""
    screen = Screen(**flags)
    with ending(screen):
        results = run_tests(read_program(file))
        failed = sum(not r.passed for r in results)
        if screen.json:
            tests = [{"name": r.name, "passed": r.passed, "message": r.message} for r in results]
            screen.object({"tests": tests, "failed": failed})
        else:
            for result in results:
                screen.out.print(f"{'ok    ' if result.passed else 'FAILED'} {result.name}", markup=False)
                if not result.passed:
                    screen.out.print(f"  {result.message}", markup=False)
            screen.out.print(f"{len(results)} tests, {failed} failed" if results else "the program has no tests")
        if failed:
            raise click.exceptions.Exit(PROGRAM_ERROR)
