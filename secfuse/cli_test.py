"""`secfuse test`: run the test blocks of a program or a module on the plain evaluator."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.front import compile_module, is_module
from secfuse.compiler.testing import run_module_tests, run_tests

from .program_file import read_program
from .screen import PROGRAM_ERROR, Screen, ending, options
from .source_file import beside, read_text


@click.command(help="Run the test blocks of a program or module, in the clear, on the rows that they give.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options
def command(file: Path, **flags: bool) -> None:
    """One line per test; exit code 10 if one fails."""
    screen = Screen(**flags)
    with ending(screen):
        text = read_text(file)
        if is_module(text):
            results = run_module_tests(compile_module(text, str(file), beside(file)))
        else:
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
