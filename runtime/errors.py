"""What can go wrong in a run, as data: every code with its exit code, its meaning and its remedy.

Lives here: `FAULTS`, the one table of codes, `RunError` and one thin constructor per kind of mistake. Not here: errors
in a program (compiler/errors.py), and printing or exiting (the CLI's business).

A sentence names tables, columns, row numbers, parties and rules. It never contains a value of an owner's data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What a code means to the one who meets it, and what to do about it."""

    exit_code: int
    meaning: str
    remedy: str


FAULTS: dict[str, Fault] = {
    # an owner's table does not keep what the program declares
    "INP-101": Fault(12, "the source cannot be read", "check the path in --input or secfuse.toml, and its permissions"),
    "INP-102": Fault(12, "the file is not UTF-8 text", "save the file as UTF-8, for example with iconv -t UTF-8"),
    "INP-103": Fault(12, "a declared column is missing", "rename the column, or select it under the declared name"),
    "INP-104": Fault(
        12, "there are more rows than the table allows", "load fewer rows, or agree on a higher 'at most'"
    ),
    "INP-105": Fault(
        12, "a value is missing where none may be", "fill or drop the row, or declare the column with '?'"
    ),
    "INP-106": Fault(12, "a value is not of the declared type", "correct the row, or cast the column in a query"),
    "INP-107": Fault(12, "a value lies outside the declared range", "correct the row, or agree on a wider range"),
    "INP-108": Fault(12, "a value occurs twice in a unique column", "drop the repeated row, or drop 'unique'"),
    "INP-109": Fault(12, "a label is not one of the category's", "map the label in a query, or add it to the category"),
    "INP-110": Fault(
        12, "two different identifiers have the same 64-bit code", "run again: a new session has a new salt"
    ),
    "INP-111": Fault(12, "the query fails", "run the query in DuckDB on your own machine: its message may quote data"),
    "INP-112": Fault(
        12, "an input has no source that SecFuse understands", "bind it to a .csv or .parquet file or a query"
    ),
    "INP-113": Fault(2, "a parameter is not one the program accepts", "see the 'param' lines of the program"),
    "INP-114": Fault(
        12, "the file is not a well-formed CSV", "give every row the header's number of fields, and close every quote"
    ),
    # what the user binds to a program
    "CFG-601": Fault(2, "the settings file cannot be used", "correct secfuse.toml next to the program"),
    "CFG-602": Fault(2, "a flag cannot be understood", "see --help of the command"),
    "CFG-603": Fault(10, "the program cannot be read", "save it as UTF-8 text"),
    "CFG-604": Fault(10, "these are not the bytes of a program", "ask for what `secfuse compile --emit cbor` wrote"),
    # the other parties
    "NET-201": Fault(
        20, "another party cannot be reached or was lost", "check that its process runs, then start again"
    ),
    "NET-202": Fault(21, "another party stopped making progress", "look at that party's log, then start again"),
    "NET-203": Fault(
        22, "the parties do not run the same thing", "give every party the same program, parameters, version"
    ),
    "NET-204": Fault(23, "a party could not prove who it is", "exchange certificates again, and check the clock"),
    "NET-205": Fault(22, "a party sent what the plan does not foresee", "check that all parties run the same version"),
    "NET-206": Fault(20, "another party stopped the run", "see that party's own message, correct it, then start again"),
    # results that stay shared
    "SEL-701": Fault(12, "a file of shares cannot be used", "ask its party for the file as its run wrote it"),
    "SEL-702": Fault(22, "files of shares do not belong together", "take the files of one result of one run"),
    "SEL-703": Fault(2, "there are too few files of shares", "ask another party to release its file"),
    "SEL-704": Fault(30, "files of shares contradict each other", "find out which party changed its file"),
    # this machine, this run
    "RUN-301": Fault(30, "a consistency check failed", "do not repeat the run: find out which party deviated"),
    "RUN-302": Fault(10, "an assertion of the program does not hold", "see the 'assert' lines of the program"),
    "RUN-401": Fault(40, "this machine refused a resource", "check memory, disk space and ports"),
    "RUN-501": Fault(50, "SecFuse made a mistake", "please report it, with the output of --debug"),
    "RUN-130": Fault(130, "the run was cancelled", "start it again"),
}


class RunError(Exception):
    """A run that cannot go on. `code` is a key of FAULTS; `sentence` says what happened, without any value."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    @property
    def exit_code(self) -> int:
        """What the process returns."""
        return FAULTS[self.code].exit_code

    @property
    def remedy(self) -> str:
        """What the reader can do about it."""
        return FAULTS[self.code].remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


class InputError(RunError):
    """An owner's table breaks a rule of its declaration. `row` counts data rows from 1."""

    def __init__(self, code: str, table: str, column: str | None, row: int | None, rule: str) -> None:
        place = f'table "{table}"'
        place += f', column "{column}"' if column is not None else ""
        place += f", row {row}" if row is not None else ""
        super().__init__(code, f"{place}: {rule}")
        self.table = table
        self.column = column
        self.row = row
        self.rule = rule


class PeerLost(RunError):
    """A party went away, or never came."""

    def __init__(self, party: str, what: str = "the connection is lost") -> None:
        super().__init__("NET-201", f'party "{party}": {what}')
        self.party = party


class Stalled(RunError):
    """A party is there and does nothing."""

    def __init__(self, party: str, timeout_s: float) -> None:
        super().__init__("NET-202", f'party "{party}": no progress for {timeout_s:g} s')
        self.party = party


class Mismatch(RunError):
    """A party runs another program, plan, parameter or version than this one."""

    def __init__(self, party: str, what: str) -> None:
        super().__init__("NET-203", f'party "{party}": {what} differs from ours')
        self.party = party


class Identity(RunError):
    """A party's certificate is not the expected one."""

    def __init__(self, party: str, what: str) -> None:
        super().__init__("NET-204", f'party "{party}": {what}')
        self.party = party


class UnexpectedMessage(RunError):
    """A message's header, order or length is not the planned one; nothing of it was used."""

    def __init__(self, party: str, what: str) -> None:
        super().__init__("NET-205", f'party "{party}": {what}')
        self.party = party


class LocalError(RunError):
    """This machine lacks a resource."""

    def __init__(self, what: str) -> None:
        super().__init__("RUN-401", what)
