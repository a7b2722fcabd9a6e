"""A run as one page that needs nothing else: results, who learns what, cost, a drawing, a timeline.

Lives here: `html_report`. No script, no font, no image from elsewhere; a policy in the page says so to browsers, too.
Everything that comes from programs and data is escaped. Not here: drawings (drawing/), the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from secfuse.compiler.digest import func_digest
from secfuse.compiler.disclosing.analyse import report_of
from secfuse.compiler.disclosing.report import Report, digest_of
from secfuse.compiler.program import Program
from secfuse.runtime.costs.predict import Predicted
from secfuse.runtime.plan import plan_digest, plan_of
from secfuse.runtime.run import Outcome

from .cost_report import cost_lines, homes
from .drawing.picture import picture_of
from .drawing.svg import amount, svg_of
from .drawing.timeline import duration, timeline_of
from .forecast import differences, traffic_by_party
from .trace_file import line_text

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MOST_ROWS = 200

STYLE = """
body { font: 15px/1.5 Inter, "Segoe UI", Helvetica, Arial, sans-serif; color: #1f2937; background: #fbfbfd; margin: 0 }
main { max-width: 1180px; margin: 0 auto; padding: 32px 28px 64px }
h1 { font-size: 27px; margin: 0 } h2 { font-size: 18px; margin: 38px 0 10px; color: #111827 }
h3 { font-size: 15px; margin: 20px 0 6px }
table { border-collapse: collapse; margin: 6px 0 } td, th { padding: 4px 14px 4px 0; text-align: left }
th { font-weight: 600; color: #6b7280; border-bottom: 1px solid #d9dde3 } td { border-bottom: 1px solid #eef0f3 }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } code { font-size: 12.5px; color: #374151 }
.held { color: #9aa1ab; font-style: italic } .note { color: #6b7280 } .good { color: #0b5233 } .bad { color: #b42318 }
.warn { background: #fff4dc; border-left: 4px solid #e0a320; padding: 8px 14px }
.wide { overflow-x: auto; background: #fff; border: 1px solid #e3e6eb; border-radius: 8px; padding: 12px }
.wide svg { max-width: 100%; height: auto; display: block; margin: 0 auto }
"""


def html_report(
    program: Program, outcome: Outcome, document: Mapping[str, Any], predicted: Predicted, rows: Mapping[str, int]
) -> str:
    """The page. document: the run as plain data (outcome.py); rows: of all tables."""
    report = report_of(program)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(program.name)} {escape(program.version)}</title><style>{STYLE}</style></head><body><main>",
        *_head(program, outcome, report),
        "<h2>Results</h2>",
        *(part for name, output in document["outputs"].items() for part in _output(name, output)),
        *_printed(outcome.printed),
        "<h2>Who learns what</h2>",
        *_disclosed(report),
        "<h2>Cost, predicted and measured</h2>",
        *_cost(program, outcome, predicted),
        "<h2>By source line</h2>",
        *_lines(program, predicted),
        "<h2>What flows where</h2>",
        f'<div class="wide">{svg_of(picture_of(program, plan_of(program.circuit), predicted, rows))}</div>',
        "<h2>When</h2>",
        *_timelines(program, outcome, predicted),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _head(program: Program, outcome: Outcome, report: Report) -> Iterable[str]:
    yield f"<h1>{escape(program.name)} <span class=note>{escape(program.version)}</span></h1>"
    yield f"<p>{escape(program.purpose)}</p>"
    if outcome.simulated:
        yield "<p class=warn>Simulated: one process saw everybody's rows. There was no privacy in this run.</p>"
    yield "<table>"
    for name, value in (
        ("func_digest", func_digest(program)),
        ("plan_digest", plan_digest(program.circuit)),
        ("report_digest", digest_of(report)),
    ):
        yield f"<tr><td>{name}</td><td><code>{value}</code></td></tr>"
    yield "</table>"


def _output(name: str, output: Mapping[str, Any]) -> Iterable[str]:
    yield f"<h3>{escape(name)} <span class=note>to {escape(', '.join(output['recipients']))}</span></h3>"
    yield _table(output["columns"], [_cells(row) for row in output["rows"][:MOST_ROWS]])
    if len(output["rows"]) > MOST_ROWS:
        yield f"<p class=note>… and {len(output['rows']) - MOST_ROWS:,} more rows.</p>"
    guards = "; ".join(output["guards"]) or "no threshold"
    errors = {column: bound for column, bound in output["error_bounds"].items() if bound}
    off = "; ".join(f"{column} within {bound:.2g}" for column, bound in errors.items())
    held = f" {output['suppressed']} rows held back." if output["suppressed"] else ""
    yield f"<p class=note>{escape(output['policy'])}: {escape(guards)}.{held} {escape(off)}</p>"


def _cells(row: list[Any]) -> list[str]:
    return ["<span class=held>suppressed</span>" if cell is None else escape(_said(cell)) for cell in row]


def _said(cell: Any) -> str:
    return f"{cell:,.6g}" if isinstance(cell, float) else str(cell)


def _printed(lines: tuple[str, ...]) -> Iterable[str]:
    if lines:
        yield "<h3>Printed</h3>"
        yield "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def _disclosed(report: Report) -> Iterable[str]:
    rows = [
        [
            escape(", ".join(output.recipients)),
            escape(output.name),
            escape("; ".join(f"{c.column}: {', '.join(c.ways)}" for c in output.contributors)),
            escape(output.policy),
            escape(output.reason),
        ]
        for output in report.outputs
    ]
    yield _table(["recipient", "learns", "made of", "under", "because"], rows)
    implicit = [[escape(item.to), escape(item.kind), escape(item.what)] for item in report.implicit]
    if implicit:
        yield "<h3>And, besides the results</h3>"
        yield _table(["who", "learns", "what"], implicit)
    for finding in report.findings:
        yield f"<p class=bad>{escape(finding.code)}: {escape(finding.sentence)}</p>"


def _cost(program: Program, outcome: Outcome, predicted: Predicted) -> Iterable[str]:
    rows = []
    for party, expected in traffic_by_party(program.circuit, predicted.tally).items():
        found = outcome.traffic[party]
        rows.append(
            [
                escape(party),
                *(f"{n:,}" for n in (expected.bytes_sent, found.bytes_sent, expected.bytes_received)),
                *(f"{n:,}" for n in (found.bytes_received, expected.rounds, found.rounds)),
            ]
        )
    head = ["party", "sends, predicted", "measured", "receives, predicted", "measured", "rounds, predicted", "measured"]
    yield _table(head, rows, numbers=set(range(1, 7)))
    surprises = differences(program.circuit, predicted.tally, outcome)
    if surprises:
        yield "<p class=bad>Predicted is not measured; please report it: " + escape("; ".join(surprises)) + "</p>"
    else:
        yield "<p class=good>Predicted = measured: every round, byte and gate.</p>"
    how = "simulated" if outcome.simulated else "one process per party"
    yield f"<p class=note>{duration(outcome.seconds)}, {escape(outcome.protocol)}, {how}.</p>"


def _lines(program: Program, predicted: Predicted) -> Iterable[str]:
    rows = [
        [
            str(line.line or ""),
            f"<code>{escape(line.text)}</code>",
            f"{line.rounds:,}" if line.rounds else "-",
            amount(sum(line.bytes_sent.values())),
            f"{line.ands:,}",
            f"{line.multiplications:,}",
        ]
        for line in cost_lines(program, predicted)
    ]
    yield _table(["line", "source", "rounds", "all send", "ANDs", "multiplications"], rows, numbers={0, 2, 3, 4, 5})


def _timelines(program: Program, outcome: Outcome, predicted: Predicted) -> Iterable[str]:
    lines = homes(program, predicted)
    for name, recording in outcome.recordings.items():
        drawn = timeline_of(recording, lambda node: line_text(program, lines.get(node, 0)), f"When {name} did what")
        yield f"<h3>{escape(name)}</h3><div class=wide>{drawn}</div>"


def _table(head: list[str], rows: list[list[str]], numbers: set[int] | None = None) -> str:
    """Cells are HTML already; the head is text. numbers: columns that stand right."""
    right = numbers or set()

    def line(tag: str, cells: Iterable[str]) -> str:
        marked = (f"<{tag}{' class=n' if i in right else ''}>{cell}</{tag}>" for i, cell in enumerate(cells))
        return f"<tr>{''.join(marked)}</tr>"

    return "<table>" + line("th", map(escape, head)) + "".join(line("td", row) for row in rows) + "</table>"
