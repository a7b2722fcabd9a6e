"""`secfuse circuit`: circuits of single bits: what a Bristol file holds, running it, and making one of a program."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click

from secfuse.compiler.bristol.read import read_bristol
from secfuse.compiler.bristol.write import gates_by_kind, write_bristol
from secfuse.compiler.circuit.bit_layers import layered
from secfuse.compiler.circuit.bits import BitCircuit
from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.circuit.ops import Op
from secfuse.compiler.errors import Problems
from secfuse.runtime.bit_export import NoGates, export_output
from secfuse.runtime.bit_run import simulate_bits
from secfuse.runtime.errors import RunError

from .cli_cost import row_counts
from .config import bound_params, overridden, read_settings
from .program_file import read_program
from .screen import Screen, ending, options
from .source_file import read_text

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group(help="Circuits of single bits, from Bristol Fashion files.")
def command() -> None:
    """See the commands."""


@command.command(help="How many gates of which kind, and how deep: what a run sends and how often it waits.")
@FILE
@options
def stats(file: Path, **flags: bool) -> None:
    """Nothing is run."""
    screen = Screen(**flags)
    with ending(screen):
        circuit = read_bristol(read_text(file), str(file))
        layers = layered(circuit)
        facts = {
            "inputs": list(circuit.inputs),
            "outputs": list(circuit.outputs),
            "gates": circuit.gates,
            "by_kind": gates_by_kind(circuit),
            "interactive": layers.interactive,
            "depth": layers.depth,
            "batches": len(layers.batches),
            "slots": layers.slots,
        }
        if screen.json:
            screen.object(facts)
            return
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in gates_by_kind(circuit).items()) or "none"
        out = screen.out
        out.print(f"inputs   {_widths(circuit.inputs)}", markup=False)
        out.print(f"outputs  {_widths(circuit.outputs)}", markup=False)
        out.print(f"gates    {circuit.gates:,}: {kinds}", markup=False)
        out.print(f"rounds   {layers.depth:,}, in which {layers.interactive:,} bits a party are sent", markup=False)
        out.print(f"memory   {layers.slots:,} of {circuit.wires:,} wires at once", markup=False)


@command.command(
    help="Run a circuit on shares, all parties in this process: no privacy. Numbers may be written as 0x…."
)
@FILE
@click.option("--input", "inputs", multiple=True, metavar="[NAME=]VALUE", help="An input value; in order, or by name.")
@click.option(
    "--instances",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file: a row for each instance, a column for each input value.",
)
@options
def run(file: Path, inputs: tuple[str, ...], instances: Path | None, **flags: bool) -> None:
    """Names come from a file of the same name that ends in .json: {"inputs": […], "outputs": […]}."""
    screen = Screen(**flags)
    with ending(screen):
        circuit = read_bristol(read_text(file), str(file))
        names = _names(file, circuit)
        if (instances is None) == (not inputs and bool(circuit.inputs)):
            raise RunError("CFG-602", "write --input for each input value, or --instances with a file of them")
        rows = [_by_name(inputs, names["inputs"])] if instances is None else _rows(instances, len(circuit.inputs))
        numbers = [_numbers(row, circuit, names["inputs"], place) for place, row in enumerate(rows, 1)]
        layers = layered(circuit)
        outcome = simulate_bits(circuit, layers, numbers)
        shown = [{n: hex(v) for n, v in zip(names["outputs"], row, strict=True)} for row in outcome.outputs]
        if screen.json:
            sent = sum(outcome.tally.link_bytes.values())
            cost = {"rounds": outcome.tally.rounds, "bytes_sent": sent, "ands": outcome.tally.ands}
            screen.object({"outputs": shown, **cost, "seconds": round(outcome.seconds, 3), "simulated": True})
            return
        for values in shown:
            screen.out.print("  ".join(f"{name} = {value}" for name, value in values.items()), markup=False)
        screen.note(f"{len(shown):,} instances in {outcome.seconds:.3f} s; simulated: one process has seen everything")


@command.command(help="Write an output of a program as a circuit: Bristol Fashion, and its names beside it.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output")
@click.option("--rows", multiple=True, metavar="NAME=COUNT", help="Rows of a table; else its bound from `at most`.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the program.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A file that ends in .txt.")
@options
def export(file: Path, output: str, rows: tuple[str, ...], params: tuple[str, ...], out: Path, **flags: bool) -> None:
    """What the output discloses where no guard holds it back; every cell of a column that it needs is an input."""
    screen = Screen(**flags)
    with ending(screen):
        program = read_program(file)
        circuit = program.circuit
        names = [str(n.attr("name")) for n in circuit.nodes if n.op is Op.DISCLOSE]
        if output not in names:
            raise RunError("CFG-602", f'the program discloses no "{output}"; it has {", ".join(names) or "nothing"}')
        settings = overridden(read_settings(file.absolute().parent), (), params, Path.cwd())
        try:
            found = export_output(circuit, output, row_counts(circuit, rows), bound_params(circuit, settings))
        except NoGates as none:
            problems = Problems(program.source)
            expected = "whole numbers, truth values, comparisons, choices and sums"
            problems.report("SEC653", none.span or Span(0, 0, 1, 1), f"`{none.op.value}`", expected)
            problems.raise_if_any()
            raise
        _write(out, write_bristol(found.circuit))
        named = {"inputs": list(found.inputs), "outputs": list(found.outputs)}
        _write(out.with_suffix(".json"), json.dumps(named, ensure_ascii=False, indent=1) + "\n")
        kinds = gates_by_kind(found.circuit)
        if screen.json:
            screen.object({"file": str(out), "gates": found.circuit.gates, "by_kind": kinds, **named})
        else:
            told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items()) or "no gates"
            screen.out.print(f"{out}: {told}", markup=False)


def _write(file: Path, text: str) -> None:
    if not file.absolute().parent.is_dir():
        raise RunError("CFG-602", f"--out: there is no folder {file.absolute().parent}")
    file.write_text(text, encoding="utf-8", newline="\n")


def _widths(widths: tuple[int, ...]) -> str:
    return ", ".join(f"{width} bits" for width in widths) or "none"


def _names(file: Path, circuit: BitCircuit) -> dict[str, list[str]]:
    """Of input and output values; their places where no file tells names."""
    beside = file.with_suffix(".json")
    wanted = {"inputs": len(circuit.inputs), "outputs": len(circuit.outputs)}
    if not beside.is_file():
        return {which: [f"{which[:-1]}{i}" for i in range(count)] for which, count in wanted.items()}
    try:
        told: Any = json.loads(read_text(beside))
    except ValueError:
        raise RunError("CFG-602", f"{beside.name} is no JSON") from None
    for which, count in wanted.items():
        names = told.get(which) if isinstance(told, dict) else None
        if (
            not isinstance(names, list)
            or not all(isinstance(name, str) for name in names)
            or not len(names) == len(set(names)) == count
        ):
            raise RunError("CFG-602", f'{beside.name} needs "{which}", a list of {count} different names')
    return {which: list(told[which]) for which in wanted}


def _by_name(inputs: tuple[str, ...], names: list[str]) -> list[str]:
    """The texts in the order of the input values."""
    found: dict[str, str] = {}
    for place, text in enumerate(inputs):
        name, sign, value = text.partition("=")
        if not sign:
            name, value = names[place] if place < len(names) else "", text
        if name not in names or name in found:
            raise RunError("CFG-602", f"write each of these once: {', '.join(names)}")
        found[name] = value
    if len(found) < len(names):
        raise RunError("CFG-602", f"no value for {', '.join(name for name in names if name not in found)}")
    return [found[name] for name in names]


def _rows(file: Path, columns: int) -> list[list[str]]:
    rows = [row for row in csv.reader(read_text(file).splitlines()) if row]
    for place, row in enumerate(rows, 1):
        if len(row) != columns:
            raise RunError("CFG-602", f"{file.name}, row {place}: {len(row)} values, the circuit takes {columns}")
    return rows


def _numbers(row: list[str], circuit: BitCircuit, names: list[str], place: int) -> list[int]:
    """Never negative, and not wider than the input. A message names the place and no value."""
    found = []
    for text, width, name in zip(row, circuit.inputs, names, strict=True):
        try:
            number = int(text.strip().replace("_", ""), 0)
        except ValueError:
            number = -1
        if not 0 <= number < 1 << width:
            raise RunError("CFG-602", f"row {place}, {name}: a whole number of at most {width} bits is expected")
        found.append(number)
    return found
