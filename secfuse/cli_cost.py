"""`secfuse cost`: exactly what a run will send, before anybody runs it."""

from __future__ import annotations

from pathlib import Path

import click

from secfuse.compiler.circuit.graph import Circuit
from secfuse.runtime.costs.predict import predict
from secfuse.runtime.errors import RunError

from .config import bound_params, overridden, read_settings
from .cost_report import report_object
from .network import network_of
from .program_file import read_program
from .screen import Screen, ending, options
from .show_cost import show_cost


@click.command(help="Say what a run will cost, by source line: rounds, bytes and gates, exact, without any data.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rows", multiple=True, metavar="NAME=COUNT", help="Rows of a table; else its bound from `at most`.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the program.")
@click.option(
    "--net",
    metavar="lan|wan|RTT_MS,MBIT",
    help="Also the least time on such a network: lan is 0.3,1000 and wan 40,100. Local work is not counted.",
)
@options
def command(file: Path, rows: tuple[str, ...], params: tuple[str, ...], net: str | None, **flags: bool) -> None:
    """Nothing is read but the program and the settings beside it."""
    screen = Screen(**flags)
    with ending(screen):
        network = network_of("--net", net) if net is not None else None
        settings = overridden(read_settings(file.absolute().parent), (), params, Path.cwd())
        program = read_program(file)
        counts = row_counts(program.circuit, rows)
        predicted = predict(program.circuit, counts, bound_params(program.circuit, settings))
        if screen.json:
            screen.object(report_object(program, counts, predicted, network))
        else:
            show_cost(screen.out, program, counts, predicted, network)


def row_counts(circuit: Circuit, given: tuple[str, ...]) -> dict[str, int]:
    """The row count of every table: as given, else the most that it may have. Raises RunError CFG-602."""
    most = {table.name: table.max_rows for table in circuit.tables}
    counts = dict(most)
    for text in given:
        name, sign, digits = (part.strip() for part in text.partition("="))
        digits = digits.replace("_", "")
        if not sign or not digits.isdecimal():
            raise RunError("CFG-602", "write --rows NAME=COUNT")
        if name not in most:
            raise RunError("CFG-602", f'the program has no input "{name}"; it has {", ".join(most) or "none"}')
        if int(digits) > most[name]:
            raise RunError("CFG-602", f'"{name}" has at most {most[name]:,} rows, by the program')
        counts[name] = int(digits)
    return counts
