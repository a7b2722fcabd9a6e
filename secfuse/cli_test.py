"""`secfuse test`: the test blocks of a program or a module, and the program on random rows, in plain and on shares."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from secfuse.compiler.front import compile_module, is_module
from secfuse.compiler.testing import TestResult, run_module_tests, run_tests

from .program_file import read_program
from .random_runs import RandomRun, random_run
from .screen import PROGRAM_ERROR, Screen, ending, options
from .source_file import beside, read_text

RUNS = 2
HIGHEST_SEED = 2**31


@click.command(
    help="Run the test blocks of a program or module; then the program on random rows, in plain and on shares."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--random", "runs", type=click.IntRange(0, 10_000), default=RUNS, show_default=True, help="Random runs.")
@click.option("--seed", type=click.IntRange(0), help="Of the first random run; else one that nobody chose.")
@options
def command(file: Path, runs: int, seed: int | None, **flags: bool) -> None:
    """One line per test and run; exit code 10 if one fails."""
    screen = Screen(**flags)
    first = secrets.randbelow(HIGHEST_SEED) if seed is None else seed
    with ending(screen):
        text = read_text(file)
        found: list[RandomRun] = []
        if is_module(text):
            results = run_module_tests(compile_module(text, str(file), beside(file)))
        else:
            program = read_program(file)
            results = run_tests(program)
            found = [random_run(program.circuit, first + i) for i in range(runs)]
        failed = sum(not r.passed for r in results) + sum(not r.passed for r in found)
        if screen.json:
            screen.object({**_tests_object(results), "random": [_run_object(r) for r in found], "failed": failed})
        else:
            _show(screen, results, found, failed)
        if failed:
            raise click.exceptions.Exit(PROGRAM_ERROR)


def _tests_object(results: tuple[TestResult, ...]) -> dict[str, object]:
    return {"tests": [{"name": r.name, "passed": r.passed, "message": r.message} for r in results]}


def _run_object(run: RandomRun) -> dict[str, object]:
    return {"seed": run.seed, "rows": run.rows, "passed": run.passed, "differs": run.differs, "rounded": run.rounded}


def _show(screen: Screen, results: tuple[TestResult, ...], runs: list[RandomRun], failed: int) -> None:
    out = screen.out
    for result in results:
        out.print(f"{'ok    ' if result.passed else 'FAILED'} {result.name}", markup=False)
        if not result.passed:
            out.print(f"  {result.message}", markup=False)
    for run in runs:
        rows = ", ".join(f"{count} rows of {name}" for name, count in run.rows.items()) or "no tables"
        out.print(
            f"{'ok    ' if run.passed else 'FAILED'} on shares as in plain: {rows} (seed {run.seed})", markup=False
        )
        if run.differs and run.passed:
            out.print(f"  {run.differs} differs; rounded numbers are compared, so it may fall either way", markup=False)
        elif run.differs:
            out.print(f"  {run.differs} differs: please report it, with the program and the seed", markup=False)
    out.print(_total(results, runs, failed))


def _total(results: tuple[TestResult, ...], runs: list[RandomRun], failed: int) -> str:
    tests = f"{len(results)} tests" if results else "no tests of its own"
    return f"{tests}{f', {len(runs)} random runs' if runs else ''}, {failed} failed"
