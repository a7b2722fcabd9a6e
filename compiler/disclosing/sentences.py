"""The disclosure report in sentences, for a person.

Lives here: `statement`, the data-use statement. Not here: what the report holds (report.py), how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from .report import AtHome, Contributor, Implicit, Learned, Output, Report


def statement(report: Report) -> list[str]:
    """One sentence a line: what is computed for what purpose, who learns what, and what else becomes known."""
    lines = [f"{report.program} {report.version}, for {report.purpose_code}: {report.purpose}"]
    for output in report.outputs:
        lines += _output(output)
    lines += [_learned(learned) for learned in report.learned]
    lines += [_implicit(implicit) for implicit in report.implicit]
    lines += _at_home(report.at_home)
    return lines


def _output(output: Output) -> list[str]:
    values = [part for part in output.parts if not part.public]
    of_rows = f", in {output.rows} rows at most" if output.rows else ""
    when = f", if {output.condition}" if output.condition else ""
    what = listed(f"{part.name} ({part.form})" for part in values) or "nothing but names of rows"
    lines = [f'{listed(output.recipients)} will learn {output.name}: {what}{of_rows}{when}, because "{output.reason}".']
    if output.contributors:
        owners = dict.fromkeys(c.owner for c in output.contributors)
        parts = [f"of {owner}: {_columns(c for c in output.contributors if c.owner == owner)}" for owner in owners]
        lines.append(f"It is made of columns {'; '.join(parts)}.")
    lines.append(_guard(output))
    return lines


def _columns(contributors: Iterable[Contributor]) -> str:
    return ", ".join(f"{c.column} {'/'.join(c.ways)}" for c in contributors)


def _guard(output: Output) -> str:
    guards = listed(f'"{guard}"' for guard in output.guards)
    held = f"Before {output.name} comes out, {guards} must hold" if guards else f"No threshold guards {output.name}"
    runs = f"; {output.runs}" if output.runs else "; the number of runs is not limited"
    return f"{held}{runs}. It tells at most {_bits(output.bits)}."


def _learned(learned: Learned) -> str:
    of = f"of {learned.table} of {learned.owner}, whose columns {listed(learned.columns)} hold up to"
    return f"In all, {learned.recipient} learns at most {_bits(learned.bits)} {of} {_bits(learned.held)}."


def _implicit(implicit: Implicit) -> str:
    if implicit.to == "nobody":
        return f"{implicit.what[0].upper()}{implicit.what[1:]}."
    return f"Without any disclosure, {implicit.to} will know {implicit.what}."


def _at_home(found: tuple[AtHome, ...]) -> list[str]:
    owners = dict.fromkeys(at_home.owner for at_home in found)
    counts = {owner: sum(at_home.owner == owner for at_home in found) for owner in owners}
    return [
        f"{owner} computes {count} value{'s' if count > 1 else ''} of its own rows alone by itself, in the clear."
        for owner, count in counts.items()
    ]


def _bits(bits: int) -> str:
    return f"{bits:,} bit{'s' if bits != 1 else ''}"


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""
