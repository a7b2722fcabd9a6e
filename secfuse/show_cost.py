"""How a predicted cost looks to a person: a table by source line, totals, the time on a network.

Lives here: printing with rich. Not here: the plain data (cost_report.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import Predicted

from .cost_report import cost_lines
from .forecast import traffic_by_party
from .network import Network
from .show import size

WIDE = 120  # terminals with room for whole source lines
LONGEST, SHORT = 52, 32
WIDEST = 400


def show_cost(
    console: Console, program: Program, rows: Mapping[str, int], predicted: Predicted, network: Network | None
) -> None:
    """The whole report. rows: the row counts it is for, by table."""
    table = _table(program, rows, predicted, LONGEST if console.width >= WIDE else SHORT)
    console.width = max(console.width, WIDEST)  # a narrow terminal breaks lines rather than lose digits
    console.print(table)
    console.print(
        "  Rounds are counted where they delay the result; a line with - runs beside the others.\n"
        "  Exact: a run on that many rows sends these bytes in these rounds, whatever is in the rows.",
        markup=False,
    )
    most = max(predicted.peak.parties.values())
    console.print(
        f"  Memory at the peak, estimated: {size(most)} for the process of a party, {size(predicted.peak.simulated)} "
        "for a simulation of all",
        markup=False,
    )
    if network is not None:
        least = network.least_seconds(program.circuit, predicted.tally)
        about = network.about_seconds(program.circuit, predicted.tally)
        console.print(
            f"  On a network of {network.rtt_ms:g} ms round trip and {network.mbit_per_s:,g} Mbit/s: at least "
            f"{_duration(least)}; about {_duration(about)} with the parties' own work, an estimate",
            markup=False,
        )


def _table(program: Program, rows: Mapping[str, int], predicted: Predicted, longest: int) -> Table:
    sizes = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    circuit, tally = program.circuit, predicted.tally
    table = Table(
        title=f"Cost of {program.name} with rows {sizes}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        show_footer=True,
    )
    traffic = traffic_by_party(circuit, tally)
    table.add_column("line", "", justify="right")
    table.add_column("source", "total", no_wrap=True)
    table.add_column("rounds", f"{tally.rounds:,}", justify="right")
    for name in circuit.compute:
        table.add_column(f"{name}\nsends", size(traffic[name].bytes_sent), justify="right")
    table.add_column("ANDs", f"{tally.ands:,}", justify="right")
    table.add_column("multiplications", f"{tally.multiplications:,}", justify="right")
    for line in cost_lines(program, predicted):
        sent = [size(line.bytes_sent[name]) for name in circuit.compute]
        gates = (f"{line.ands:,}", f"{line.multiplications:,}")
        table.add_row(
            str(line.line or ""),
            escape(_short(line.text, longest)),
            f"{line.rounds:,}" if line.rounds else "-",
            *sent,
            *gates,
        )
    return table


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
