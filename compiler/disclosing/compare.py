"""What a new version of a program discloses that the old one did not.

Lives here: `Change`, `compare`. A difference counts as more unless it certainly is not: of thresholds that read
otherwise it is not decided which is the stricter, save the fewest rows of a group. Not here: how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from .report import Finding, Output, Report
from .sentences import listed

_GROUPS = "groups of at least "


class Direction(Enum):
    """Whether a change lets more out, less, or neither."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. output: the disclosure that it is about; empty for the program as a whole."""

    direction: Direction
    output: str
    sentence: str


def compare(old: Report, new: Report) -> tuple[Change, ...]:
    """All differences: what is more comes first, then what is less, then the rest."""
    changes = [*_outputs(old, new), *_implicit(old, new), *_findings(old, new), *_words(old, new)]
    order = list(Direction)
    return tuple(sorted(changes, key=lambda change: order.index(change.direction)))


def _outputs(old: Report, new: Report) -> Iterator[Change]:
    before, after = ({output.name: output for output in report.outputs} for report in (old, new))
    for name, output in after.items():
        if name in before:
            yield from _output(before[name], output)
        else:
            to = listed(output.recipients)
            yield Change(Direction.MORE, name, f"is new, and tells {to} at most {output.bits:,} bits")
    for name, output in before.items():
        if name not in after:
            yield Change(Direction.LESS, name, f"is not told to {listed(output.recipients)} any more")


def _output(old: Output, new: Output) -> Iterator[Change]:
    name = new.name
    yield from _sets(name, "is told to {}", old.recipients, new.recipients)
    columns = [[f"{part.name} ({part.type}, {part.form})" for part in output.parts] for output in (old, new)]
    yield from _sets(name, "has the column {}", *columns)
    made = [[f"{c.column} of {c.owner} ({', '.join(c.ways)})" for c in output.contributors] for output in (old, new)]
    yield from _sets(name, "is made of {}", *made)
    yield from _guards(old, new)
    if old.bits != new.bits:
        direction = Direction.MORE if new.bits > old.bits else Direction.LESS
        yield Change(direction, name, f"tells at most {new.bits:,} bits instead of {old.bits:,}")
    for what, then, now in (("runs", old.runs, new.runs), ("condition", old.condition, new.condition)):
        if then != now:
            yield Change(Direction.MORE, name, f"{what}: {now or 'none'} instead of {then or 'none'}")
    if old.rows != new.rows:
        yield Change(Direction.MORE, name, f"rows: {new.rows or 'one'} instead of {old.rows or 'one'}")
    if old.reason != new.reason:
        yield Change(Direction.OTHER, name, f'is for "{new.reason}" instead of "{old.reason}"')


def _guards(old: Output, new: Output) -> Iterator[Change]:
    """The fewest rows of a group can be compared; other thresholds that differ may be laxer."""
    if old.least != new.least:
        direction = Direction.MORE if new.least < old.least else Direction.LESS
        yield Change(direction, new.name, f"rests on at least {new.least} rows instead of {old.least}")
    kept = [[guard for guard in output.guards if not guard.startswith(_GROUPS)] for output in (old, new)]
    for guard in kept[0]:
        if guard not in kept[1]:
            yield Change(Direction.MORE, new.name, f'is no longer guarded by "{guard}"')
    for guard in kept[1]:
        if guard not in kept[0]:
            yield Change(Direction.LESS, new.name, f'is guarded by "{guard}"')


def _sets(name: str, words: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    before, after = list(old), list(new)
    for item in after:
        if item not in before:
            yield Change(Direction.MORE, name, f"{words.format(item)}, which is new")
    for item in before:
        if item not in after:
            yield Change(Direction.LESS, name, f"no longer {words.format(item)}")


def _implicit(old: Report, new: Report) -> Iterator[Change]:
    known = [[f"{i.to} will know {i.what}" for i in report.implicit if i.to != "nobody"] for report in (old, new)]
    for sentence in known[1]:
        if sentence not in known[0]:
            yield Change(Direction.MORE, "", sentence)
    for sentence in known[0]:
        if sentence not in known[1]:
            yield Change(Direction.LESS, "", f"no longer: {sentence}")


def _findings(old: Report, new: Report) -> Iterator[Change]:
    before, after = ({(f.code, f.sentence): f for f in report.findings} for report in (old, new))
    for key, finding in after.items():
        if key not in before:
            yield Change(Direction.MORE, "", f"new finding {_said(finding)}")
    for key, finding in before.items():
        if key not in after:
            yield Change(Direction.LESS, "", f"gone: {_said(finding)}")


def _said(finding: Finding) -> str:
    return f"{finding.code} ({finding.level.value}): {finding.sentence}"


def _words(old: Report, new: Report) -> Iterator[Change]:
    for what in ("program", "version", "purpose_code", "purpose"):
        then, now = getattr(old, what), getattr(new, what)
        if then != now:
            yield Change(Direction.OTHER, "", f'{what.replace("_", " ")}: "{now}" instead of "{then}"')
