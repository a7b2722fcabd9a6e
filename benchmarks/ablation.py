"""What each pass is worth: rounds and bytes of programs with all passes, with each one left out, and with none.

Lives here: the programs, the table, and docs/passes.md, which is written from it. Rounds and bytes are predictions,
which equal the runs they foresee (tests/runtime/costs); seconds are measured, with all parties in one process.

    python benchmarks/ablation.py             the table
    python benchmarks/ablation.py --seconds   also how long runs take
    python benchmarks/ablation.py --write     docs/passes.md
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from secfuse.compiler.circuit.graph import Circuit  # noqa: E402
from secfuse.compiler.circuit.interface import Rows, Table  # noqa: E402
from secfuse.compiler.circuit.types import Domain  # noqa: E402
from secfuse.compiler.front import read_program  # noqa: E402
from secfuse.compiler.lowering.lower import lower  # noqa: E402
from secfuse.compiler.passes import PIPELINE  # noqa: E402
from secfuse.runtime.costs.predict import predict  # noqa: E402
from secfuse.runtime.run import simulate  # noqa: E402

GOOD = (
    *(
        "comparisons",
        "deviations",
        "group_open",
        "market_shares",
        "matrix_and_table",
        "moving_mean",
        "numeric_functions",
    ),
    *("order_of_rows", "pivot", "polynomial_by_horner", "repeat", "several_keys", "square_root_by_newton"),
    *("tariff", "texts", "union_of_three", "variances", "weekdays", "windows"),
)
"""Programs of tests/programs/good, all of which is computed on shares, as if no owner could do anything by itself."""

AT_HOME = frozenset({"union_of_three"})
"""Those that are about what owners do."""

MOST_ROWS = 1000
"""Rows of a table, or as many as it may have; runs that are timed have 200."""


@dataclass(frozen=True, slots=True)
class Found:
    """Of one program: (rounds, bytes) with all passes, with none, and without each."""

    name: str
    everything: tuple[int, int]
    nothing: tuple[int, int]
    without: dict[str, tuple[int, int]]


def names() -> tuple[str, ...]:
    """Of the passes, in their order."""
    return tuple(transform.__name__ for transform, _ in PIPELINE)


def programs() -> Iterator[tuple[str, Circuit]]:
    """All examples, as they are run; then the good programs. Before any pass."""
    for file in sorted((ROOT / "examples").glob("*/main.sec")):
        yield file.parent.name, read_program(file.read_text(encoding="utf-8"), file.name).circuit
    for name in GOOD:
        text = (ROOT / "tests" / "programs" / "good" / f"{name}.sec").read_text(encoding="utf-8")
        yield name, lower(read_program(text, name).checked, at_home=name in AT_HOME)


def passed(circuit: Circuit, chosen: Callable[[str], bool]) -> Circuit:
    """The circuit after the chosen passes."""
    for transform, _ in PIPELINE:
        if chosen(transform.__name__):
            circuit = transform(circuit)
    return circuit


def cost(circuit: Circuit) -> tuple[int, int]:
    """Rounds, and bytes on all links."""
    tally = predict(circuit, row_counts(circuit), {}).tally
    return tally.rounds, sum(tally.link_bytes.values())


def row_counts(circuit: Circuit, most: int = MOST_ROWS) -> dict[str, int]:
    """Of every table."""
    return {table.name: min(table.max_rows, most) for table in circuit.tables}


def measured(name: str, circuit: Circuit) -> Found:
    """One program, however its passes are chosen."""
    without = {left: cost(passed(circuit, lambda p, left=left: p != left)) for left in names()}  # type: ignore[misc]
    everything, nothing = passed(circuit, lambda _: True), passed(circuit, lambda _: False)
    return Found(name, cost(everything), cost(nothing), without)


def nodes(circuit: Circuit) -> int:
    """How large a circuit is, its regions with it."""
    return len(circuit.nodes) + sum(len(region.nodes) for region in circuit.regions)


def sizes() -> str:
    """By what factor circuits grow without each pass, which some passes are there for."""
    circuits = [circuit for _, circuit in programs()]
    whole = sum(nodes(passed(circuit, lambda _: True)) for circuit in circuits)
    factors = []
    for left in names():
        without = sum(nodes(passed(circuit, lambda p, left=left: p != left)) for circuit in circuits)  # type: ignore[misc]
        factors.append(f"{left} {without / whole:.2f}")
    none = sum(nodes(circuit) for circuit in circuits)
    share = f"without any pass {none / whole:.2f} times as many, without {', '.join(factors)}"
    return f"All circuits together have {whole:,} nodes; {share}."


def table(found: list[Found]) -> list[str]:
    """Markdown: a line a program. A pass shows by what factor rounds and bytes grow without it, where they do."""
    lines = [
        f"| program | rounds | bytes | none | {' | '.join(names())} |",
        f"| --- | ---: | ---: | --- |{' --- |' * len(names())}",
    ]
    for f in found:
        cells = [grown(f.everything, f.nothing), *(grown(f.everything, f.without[left]) for left in names())]
        lines.append(f"| {f.name} | {f.everything[0]:,} | {f.everything[1]:,} | {' | '.join(cells)} |")
    medians = [" ".join(f"{median(ratio(f.everything, f.nothing)[i] for f in found):.2f}" for i in (0, 1))]
    medians += [best(found, left) for left in names()]
    lines.append(f"| **median; greatest** | | | {' | '.join(medians)} |")
    return lines


def ratio(less: tuple[int, int], more: tuple[int, int]) -> tuple[float, float]:
    """Of rounds and of bytes."""
    return more[0] / max(less[0], 1), more[1] / max(less[1], 1)


def grown(less: tuple[int, int], more: tuple[int, int]) -> str:
    """Both ratios; a dash where nothing is gained or lost."""
    shown = [f"{r:.2f}" for r in ratio(less, more)]
    return "-" if shown == ["1.00", "1.00"] else " ".join(shown)


def best(found: list[Found], left: str) -> str:
    """The greatest gain of a pass."""
    ratios = [ratio(f.everything, f.without[left]) for f in found]
    return " ".join(f"{max(r[i] for r in ratios):.2f}" for i in (0, 1))


def seconds(circuit: Circuit) -> float:
    """The least of three runs, all parties in this process."""
    counts = row_counts(circuit, 200)
    tables = {t.name: zeros(t, counts[t.name]) for t in circuit.tables}
    times = []
    for _ in range(3):
        start = perf_counter()
        simulate(circuit, tables, {})
        times.append(perf_counter() - start)
    return min(times)


def zeros(table: Table, count: int) -> Rows:
    """Rows of the least values; what is unique counts upwards: what a run takes does not depend on them."""
    unique = {name for together in table.unique_together for name in together}
    values = {}
    for column in table.columns:
        kind = np.uint64 if column.elem.domain is Domain.IDENTIFIER else np.int64
        start, counts = column.elem.lo, column.unique or column.name in unique
        values[column.name] = np.arange(start, start + count, dtype=kind) if counts else np.full(count, start, kind)
    return Rows(count, values, {c.name: np.zeros(count, bool) for c in table.columns if c.optional})


HEAD = f"""# Passes

What each pass of the compiler is worth, on the examples (as they are run) and on programs of tests/programs/good (all
but {", ".join(sorted(AT_HOME))} on shares, as if no owner could compute anything by itself). Written by
`python benchmarks/ablation.py --write`.

`rounds` and `bytes` (on all links) are those of a run with all passes, with {MOST_ROWS:,} rows in each table or as many
as it may have. In the other columns stands by what factor rounds and bytes grow: with no pass at all, and without one
of them. A dash: by nothing. The last line is the median against no pass, and the greatest factor of each pass.

"""


def page(found: list[Found]) -> str:
    """docs/passes.md."""
    reasons = [f"- `{transform.__name__}`: {summary(transform)} In this place: {why}." for transform, why in PIPELINE]
    return (
        HEAD + "\n".join(table(found)) + f"\n\n{sizes()}\n\nThe passes, in their order:\n\n" + "\n".join(reasons) + "\n"
    )


def summary(transform: Callable[[Circuit], Circuit]) -> str:
    """The first sentence of the file it stands in."""
    text = sys.modules[transform.__module__].__doc__ or ""
    return text.split("\n", 1)[0]


def main() -> None:
    """See the top of this file."""
    circuits = list(programs())
    found = [measured(name, circuit) for name, circuit in circuits]
    if "--write" in sys.argv[1:]:
        (ROOT / "docs" / "passes.md").write_text(page(found), encoding="utf-8")
        return
    print("\n".join(table(found)))
    if "--seconds" in sys.argv[1:]:
        for name, circuit in circuits:
            chosen: list[tuple[str, Callable[[str], bool]]] = [("all", lambda _: True), ("none", lambda _: False)]
            chosen += [(left, lambda p, left=left: p != left) for left in names()]  # type: ignore[misc]
            times = (f"{title} {seconds(passed(circuit, choice)):.2f}" for title, choice in chosen)
            print(f"{name}: seconds {', '.join(times)}")


if __name__ == "__main__":
    main()
