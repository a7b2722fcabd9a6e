"""How an outcome looks to a person: the answer, who learned what, and what it cost.

Lives here: printing with rich. Not here: the plain data (outcome.py), mistakes (screen.py), progress
(show_progress.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10

from rich import box
from rich.console import Console
from rich.table import Table

from secfuse.compiler.circuit.graph import Circuit
from secfuse.compiler.circuit.released import Cell, Released
from secfuse.runtime.run import Outcome

from .outcome import error_bounds, table_of

MARKER = "suppressed"
SHARP = 1e-9
DIGITS = 6
NO_PRIVACY = "SIMULATION: one process plays all parties and sees all rows. There is no privacy here."


def show_outcome(
    console: Console, circuit: Circuit, outcome: Outcome, public_rows: Mapping[str, int], surprises: tuple[str, ...]
) -> None:
    """Everything a person wants to know about a run.

    public_rows: the row counts that all parties saw, by table. surprises: how the cost differs from the prediction.
    """
    bounds = error_bounds(circuit)
    for line in outcome.printed:
        console.print(line, markup=False)
    for released in outcome.released:
        console.print(_answer(released, bounds[released.name]))
        _show_precision(console, released, bounds[released.name])
    _show_learned(console, circuit, outcome, public_rows)
    _show_cost(console, outcome)
    _show_surprises(console, surprises)


def show_released(console: Console, released: Released, bounds: Mapping[str, float | None]) -> None:
    """One result by itself."""
    console.print(_answer(released, bounds))
    _show_precision(console, released, bounds)


def _answer(released: Released, bounds: Mapping[str, float | None]) -> Table:
    table = Table(title=released.name, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for column, elem in zip(released.columns, released.elems, strict=True):
        table.add_column(column, justify="left" if elem.labels else "right")
    for row in table_of(released):
        table.add_row(*(_cell(c, bounds[n]) for c, n in zip(row, released.columns, strict=True)))
    return table


def _cell(cell: Cell | None, bound: float | None) -> str:
    """A cell with no more digits than its error bound supports."""
    match cell:
        case None:
            return f"[dim]{MARKER}[/dim]"
        case bool():
            return "true" if cell else "false"
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.{_digits(bound)}f}"
        case str():
            return cell


def _digits(bound: float | None) -> int:
    return DIGITS if bound is None or bound < SHARP else max(0, min(DIGITS, floor(-log10(bound))))


def _show_precision(console: Console, released: Released, bounds: Mapping[str, float | None]) -> None:
    inexact = [f"{name} ± {bound:.1g}" for name, bound in bounds.items() if bound]
    unknown = [f"{name} without proven bound" for name, bound in bounds.items() if bound is None]
    noise = next((guard for guard in released.guards if guard.startswith("noise ")), "")
    if inexact or unknown:
        others = "noise comes on top" if noise else "all other columns are exact"
        console.print(f"  precision: {', '.join(inexact + unknown)}; {others}", markup=False)
    if noise:
        console.print(f"  {noise}: no number is the true one; `secfuse check` says how far noise reaches", markup=False)
    if released.markers or released.withheld is None and "show suppressed count" in released.guards:
        console.print(f"  {released.markers} of {len(released.rows)} rows are {MARKER} by the policy", markup=False)
    if released.withheld is not None:
        console.print(f"  groups held back by the policy, without a marker: {released.withheld:,}", markup=False)


def _show_learned(console: Console, circuit: Circuit, outcome: Outcome, public_rows: Mapping[str, int]) -> None:
    titles = {party.name: party.title for party in circuit.parties}
    console.print("\nWho learned what", style="bold")
    for output in outcome.released:
        names = ", ".join(titles[name] for name in output.recipients)
        shown = len(output.rows) - output.markers
        amount = (
            f"the value of `{output.name}`"
            if output.scalar
            else f"{shown} of {len(output.rows)} rows of `{output.name}`"
        )
        amount += "" if output.withheld is None else " and how many groups were held back"
        console.print(f"  {names}: {amount}", markup=False)
        guards = "; ".join(output.guards) or "no threshold"
        console.print(f'    under the policy {output.policy} ({guards}), because "{output.reason}"', markup=False)
    for name in outcome.sealed:
        files = f"{circuit.name}.{name}.PARTY.seal"
        console.print(f"  Nobody: `{name}` stays shared, each party's part of it in {files}", markup=False)
    sizes = ", ".join(f"{name} {count:,}" for name, count in public_rows.items())
    public = f"the numbers of rows ({sizes})" if sizes else "the numbers of rows"
    console.print(f"  Everybody: the program, {public}, and nothing else", markup=False)


def _show_cost(console: Console, outcome: Outcome) -> None:
    console.print()
    table = Table(box=box.SIMPLE_HEAD, title="Cost", title_justify="left", title_style="bold")
    for heading in ("party", "sent", "received", "rounds"):
        table.add_column(heading, justify="left" if heading == "party" else "right")
    for name, traffic in outcome.traffic.items():
        table.add_row(name, size(traffic.bytes_sent), size(traffic.bytes_received), f"{traffic.rounds:,}")
    console.print(table)
    gates = f"{outcome.multiplications:,} multiplications, {outcome.ands:,} ANDs"
    where = "simulated" if outcome.simulated else "one process per party"
    console.print(f"  {gates}; {outcome.seconds:.2f} s, {outcome.protocol}, {where}", markup=False)


def _show_surprises(console: Console, surprises: tuple[str, ...]) -> None:
    if not surprises:
        console.print("  predicted = measured: every round, byte and gate", markup=False)
        return
    console.print("PREDICTED IS NOT MEASURED. This is a mistake of SecFuse; please report it.", style="bold red")
    for surprise in surprises:
        console.print(f"  {surprise}", style="red", markup=False)


def size(size_bytes: int) -> str:
    """Bytes for a person; `--json` has them exactly."""
    if size_bytes < 10_000:
        return f"{size_bytes:,} B"
    return f"{size_bytes / 1e6:,.2f} MB"
