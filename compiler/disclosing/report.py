"""The disclosure report as data, and its digest.

Lives here: what a report holds, `to_plain`, `digest_of`, `blocking`. Not here: how it is found (analyse.py and its
neighbours), how it reads (sentences.py), how two are compared (compare.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from secfuse.compiler.circuit.graph import Span
from secfuse.compiler.codes.findings import FINDINGS


class Level(Enum):
    """How grave a finding is: `block` stops `secfuse compile`."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an owner should know before agreeing. `outputs`: the disclosures that it is about."""

    code: str
    level: Level
    span: Span | None
    sentence: str
    outputs: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        """What to do."""
        return FINDINGS[self.code].fix


@dataclass(frozen=True, slots=True)
class Contributor:
    """A column that has a part in an output, and in which ways, such as "sum" or "compared"."""

    column: str
    owner: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One column of an output. `public`: it only names the row. `form`: what the values are, such as "mean"."""

    name: str
    type: str
    public: bool
    form: str


@dataclass(frozen=True, slots=True)
class Output:
    """One `disclose`.

    rows: how many values each column has, with the names of tables for their numbers of rows; empty for a single value.
    condition: the public condition under which it happens. bits: no more than so many are told, whatever the tables
    are. least: the fewest rows that a released value rests on, ensured by `ensured`.
    """

    name: str
    recipients: tuple[str, ...]
    parts: tuple[Part, ...]
    rows: str
    policy: str
    guards: tuple[str, ...]
    runs: str
    reason: str
    condition: str
    bits: int
    least: int
    ensured: str
    contributors: tuple[Contributor, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Learned:
    """All that one recipient learns about one table, by its outputs together; its own tables are left out.

    bits: the most that these outputs tell. held: how many bits the columns that are read have, in a full table.
    """

    recipient: str
    table: str
    owner: str
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    bits: int
    held: int


@dataclass(frozen=True, slots=True)
class Implicit:
    """What becomes known without a `disclose`: to whom, and what."""

    kind: str
    to: str
    what: str


@dataclass(frozen=True, slots=True)
class AtHome:
    """What an owner computes in the clear from its own rows, and shares."""

    owner: str
    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a program says to anybody, and what was found in it."""

    program: str
    version: str
    purpose_code: str
    purpose: str
    outputs: tuple[Output, ...]
    learned: tuple[Learned, ...]
    implicit: tuple[Implicit, ...]
    at_home: tuple[AtHome, ...]
    findings: tuple[Finding, ...]

    def of(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.level is level)


def blocking(report: Report) -> tuple[Finding, ...]:
    """The findings that stop `secfuse compile`."""
    return report.of(Level.BLOCK)


def tally(report: Report) -> dict[str, int]:
    """How many findings there are of each level."""
    return {level.value: len(report.of(level)) for level in Level}


def in_words(counts: Mapping[str, int]) -> str:
    """A tally as a person reads it, empty where nothing blocks or is warned of: infos are for those who ask."""
    worth = (Level.BLOCK, Level.WARN)
    return ", ".join(f"{counts[level.value]} {level.name}" for level in worth if counts[level.value])


def to_plain(report: Report) -> dict[str, Any]:
    """The report as plain data; places are lines of the source, 0 where there is none."""
    return {
        "program": report.program,
        "version": report.version,
        "purpose_code": report.purpose_code,
        "purpose": report.purpose,
        "outputs": [_placed(output) for output in report.outputs],
        "learned": [asdict(learned) for learned in report.learned],
        "implicit": [asdict(implicit) for implicit in report.implicit],
        "at_home": [asdict(at_home) for at_home in report.at_home],
        "findings": [
            {**_placed(finding), "level": finding.level.value, "remedy": finding.remedy} for finding in report.findings
        ],
    }


def digest_of(report: Report) -> str:
    """SHA-256 over the report without places, as JSON with sorted keys: comments and layout do not change it.

    Nor do the words of what owners compute at home, which are quoted from the text.
    """
    plain = _without_places(to_plain(report))
    del plain["at_home"]
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode("utf-8")).hexdigest()


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Gravest first, then by place; each once."""
    levels = list(Level)
    unique = {(f.code, f.level, f.span.line if f.span else 0, f.sentence): f for f in findings}
    return tuple(unique[key] for key in sorted(unique, key=lambda key: (levels.index(key[1]), key[2], key[0], key[3])))


def _placed(thing: Output | Finding) -> dict[str, Any]:
    plain = asdict(thing)
    del plain["span"]
    return {**plain, "line": thing.span.line if thing.span else 0}


def _without_places(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _without_places(value) for key, value in plain.items() if key != "line"}
    if isinstance(plain, list | tuple):
        return [_without_places(value) for value in plain]
    return plain
