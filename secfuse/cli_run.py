"""`secfuse run`: bind inputs and parameters, compute on shares, show what was disclosed."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path

import click

from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.circuit.typed import is_sealed
from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.report import in_words, tally
from secfuse.compiler.program import Program
from secfuse.runtime.errors import RunError
from secfuse.runtime.inputs import load_table
from secfuse.runtime.memory import keep_freed_memory
from secfuse.runtime.network.launch import networked
from secfuse.runtime.run import Outcome, simulate
from secfuse.runtime.seals import write_seal
from secfuse.runtime.trace import Recorder
from secfuse.runtime.wire.emulated import Lines

from .config import Settings, bound_params, bound_sources, overridden, read_settings
from .forecast import Forecast, differences
from .html_report import html_report
from .network import lines_of
from .outcome import outcome_object
from .program_file import read_program
from .save import check_target, save
from .screen import Screen, ending, options
from .show import NO_PRIVACY, show_outcome
from .show_progress import progress
from .trace_file import trace_object

SALT_BYTES = 32


@click.command(help="Run a program on the owners' tables and show what it discloses.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--input", "inputs", multiple=True, metavar="NAME=SOURCE", help="A file or query; beats secfuse.toml.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the program.")
@click.option(
    "--parties",
    type=click.Choice(["simulated", "tcp"]),
    default="simulated",
    help="All in one process, or one process per party on this machine with mutual TLS.",
)
@click.option(
    "--net",
    metavar="lan|wan|RTT_MS,MBIT",
    help="Slow the connections down to such a network; simulated: add the time that it would take.",
)
@click.option(
    "--link", "links", multiple=True, metavar="A-B=RTT_MS,MBIT", help="The same for the link between two parties."
)
@click.option(
    "--threads", type=click.IntRange(1, 256), help="Of each process, for work on long vectors; else all processors."
)
@click.option(
    "--seal",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Where shares of sealed results are kept, a file for each party; else beside --out, or here.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write a .json, .csv or .parquet.")
@click.option(
    "--trace", type=click.Path(dir_okay=False, path_type=Path), help="Also write what happened when, for Perfetto."
)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Also write all of it as one HTML page."
)
@options
def command(
    file: Path,
    inputs: tuple[str, ...],
    params: tuple[str, ...],
    parties: str,
    net: str | None,
    links: tuple[str, ...],
    seal: Path | None,
    threads: int | None,
    out: Path | None,
    trace: Path | None,
    report: Path | None,
    **flags: bool,
) -> None:
    """Everything that can be refused is refused before anything is computed."""
    screen = Screen(**flags)
    with ending(screen):
        settings = overridden(read_settings(file.absolute().parent), inputs, params, Path.cwd())
        program = read_program(file)
        lines = lines_of(program.circuit, net, links)
        perform(screen, program, settings, parties, out, trace, report, lines, seal, threads)


def perform(
    screen: Screen,
    program: Program,
    settings: Settings,
    parties: str,
    out: Path | None,
    trace: Path | None = None,
    report: Path | None = None,
    lines: Lines | None = None,
    seal: Path | None = None,
    threads: int | None = None,
) -> Outcome:
    """Run the program, show the outcome, write the files. Raises RunError."""
    circuit = program.circuit
    sources, params = bound_sources(circuit, settings), bound_params(circuit, settings)
    if out is not None:
        disclosed = [circuit.nodes[i] for i in circuit.outputs if circuit.nodes[i].op is Op.DISCLOSE]
        check_target(out, sum(not is_sealed(node) for node in disclosed))
    kept = seal or (Path() if out is None else out.parent)
    for flag, path in (("--trace", trace), ("--report", report)):
        if path is not None and not path.absolute().parent.is_dir():
            raise RunError("CFG-602", f"{flag}: there is no folder {path.absolute().parent}")
    recording = trace is not None or report is not None
    forecast = Forecast(circuit, params)
    if parties == "simulated":
        screen.err.print(NO_PRIVACY, style="bold yellow")
        salt = secrets.token_bytes(SALT_BYTES)
        tables = {t.name: load_table(t, sources[t.name], salt, settings.directory) for t in circuit.tables}
        keep_freed_memory()
        with progress(screen, forecast) as observe:
            recorder = Recorder(time.perf_counter) if recording else None
            outcome = simulate(circuit, tables, params, observe, recorder=recorder, lines=lines, threads=threads)
    else:
        with progress(screen, forecast) as observe:
            outcome = networked(circuit, sources, params, settings.directory, observe, record=recording, lines=lines,
                                seals=kept, threads=threads)  # fmt: skip
    for own in outcome.seals:
        write_seal(kept, own)
    document = outcome_object(circuit, outcome, forecast.tally)
    if out is not None:
        save(out, document, outcome.released)
    if trace is not None:
        events = trace_object(program, forecast.predicted, outcome.recordings)
        trace.write_text(json.dumps(events, ensure_ascii=False), encoding="utf-8")
    if report is not None:
        page = html_report(program, outcome, document, forecast.predicted, forecast.row_counts)
        report.write_text(page, encoding="utf-8")
    if screen.json:
        screen.object(document)
    else:
        surprises = differences(circuit, forecast.tally, outcome)
        show_outcome(screen.out, circuit, outcome, forecast.row_counts, surprises)
        if found := in_words(tally(report_of(program))):
            screen.note(f"disclosure report: {found}; `secfuse leaks` says which")
    return outcome
