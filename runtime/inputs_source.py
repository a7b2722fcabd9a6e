"""Where an owner's rows come from: a file, a database, a query, or memory.

Lives here: opening a source as a DuckDB connection that holds the declared columns in the table `raw`, at most one row
more than the program allows. Not here: looking at the values (inputs_check.py).

DuckDB's and SQLite's own messages may quote data, so none of them is passed on.
"""

from __future__ import annotations

import codecs
import csv
import re
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np

from secfuse.compiler.circuit.interface import Table

from .errors import InputError

# No extension is fetched, no Python variable is looked up by a query, no stored credential is used, and rows that do
# not fit into memory are not spilled to a file.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
}
DATABASES = {"sqlite": (".sqlite", ".sqlite3", ".db"), "duckdb": (".duckdb",)}
DELIMITERS = ",;\t|"
READ_BYTES = 1 << 20


def open_source(table: Table, source: str, directory: Path) -> duckdb.DuckDBPyConnection:
    """A connection whose table `raw` holds the declared columns of `source` in declared order."""
    text = source.strip()
    if _is_query(text):
        return _open_query(table, duckdb.connect(config=CLOSED), text, directory)
    address, _, query = text.partition("#")
    if kind := _database(address):
        return _open_database(table, kind, directory / address.removeprefix(f"{kind}:"), query.strip(), directory)
    path = directory / text
    match path.suffix.lower():
        case ".csv":
            return _open_csv(table, path)
        case ".parquet":
            _check_readable(table, path)
            connection = duckdb.connect(config=CLOSED)
            return _fill(
                table, connection, f"select * from read_parquet({_text(str(path))})", "the file cannot be read"
            )
        case _:
            known = "a .csv or .parquet file, sqlite:PATH#QUERY, duckdb:PATH#QUERY, or a query that begins with select"
            raise InputError("INP-112", table.name, None, None, f"the source must be {known}")


def anchored(source: str, directory: Path) -> str:
    """The same source with its path, if it has one, made absolute from `directory`. Queries stay as they are."""
    text = source.strip()
    if _is_query(text) or not text:
        return text
    address, sign, query = text.partition("#")
    kind = _database(address)
    if not kind:
        return str((directory / text).absolute())
    return f"{kind}:{(directory / address.removeprefix(f'{kind}:')).absolute()}{sign}{query}"


def _is_query(text: str) -> bool:
    return re.match(r"(select|with|from|values)\b", text, re.IGNORECASE) is not None


def _database(address: str) -> str:
    """What kind of database `sqlite:PATH`, `duckdb:PATH`, or a path with one of their endings names; "" for none."""
    for kind, endings in DATABASES.items():
        if address.startswith(f"{kind}:") or address.lower().endswith(endings):
            return kind
    return ""


def open_frame(table: Table, frame: object) -> duckdb.DuckDBPyConnection:
    """The same for data in memory. Lists become arrays; anything else is handed to DuckDB as it is."""
    if isinstance(frame, Mapping):
        arrays = {str(name): _array(values) for name, values in frame.items()}
        if len({len(a) for a in arrays.values()}) > 1:
            raise InputError("INP-112", table.name, None, None, "all columns must have the same number of rows")
        if arrays and not len(next(iter(arrays.values()))):
            return _open_empty(table, list(arrays))
        frame = arrays
    connection = duckdb.connect(config=CLOSED)
    try:
        connection.register("frame", frame)
    except duckdb.Error:
        raise InputError("INP-112", table.name, None, None, "DuckDB cannot scan an object of this type") from None
    return _fill(table, connection, "select * from frame", "the data in memory cannot be read")


def _array(values: Sequence[object] | np.ndarray) -> np.ndarray:
    """DuckDB makes an enumeration of every distinct text of a fixed-width array; object arrays stay plain text."""
    if isinstance(values, np.ndarray) and values.dtype.kind not in "US":
        return values
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _open_empty(table: Table, names: list[str]) -> duckdb.DuckDBPyConnection:
    columns = ", ".join(f"cast(null as varchar) as {_name(n)}" for n in names)
    return _fill(table, duckdb.connect(config=CLOSED), f"select {columns} limit 0", "the data cannot be read")


def _open_csv(table: Table, path: Path) -> duckdb.DuckDBPyConnection:
    """Every field as text: what a column means is our decision, not a guess from its first rows."""
    _check_readable(table, path)
    _check_utf8(table, path)
    names, delimiter = _header(table, path)
    columns = ", ".join(f"{_text(n)}: 'varchar'" for n in names)
    options = (
        f"header=true, auto_detect=false, delim={_text(delimiter)}, quote='\"', escape='\"', columns={{{columns}}}"
    )
    return _fill(
        table, duckdb.connect(config=CLOSED), f"select * from read_csv({_text(str(path))}, {options})", code="INP-114",
        failure="every row must have the header's number of fields",
    )  # fmt: skip


def _header(table: Table, path: Path) -> tuple[list[str], str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        delimiter = max(DELIMITERS, key=first.count)
        file.seek(0)
        names = [name.strip() for name in next(csv.reader(file, delimiter=delimiter), [])]
    for name in names:
        if names.count(name) > 1:
            declared = next((c.name for c in table.columns if c.name == name), None)
            raise InputError("INP-114", table.name, declared, None, "every column of the header must have its own name")
    if not any(names):
        raise InputError("INP-114", table.name, None, None, "the first line must name the columns")
    return names, delimiter


def _open_query(
    table: Table, connection: duckdb.DuckDBPyConnection, query: str, directory: Path
) -> duckdb.DuckDBPyConnection:
    try:
        connection.execute(f"set file_search_path = {_text(str(directory))}")
        statements = connection.extract_statements(query)
    except duckdb.Error as error:
        raise InputError("INP-111", table.name, None, None, f"the query fails ({type(error).__name__})") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError("INP-111", table.name, None, None, "the query must be a single select")
    return _fill(table, connection, query.rstrip().rstrip(";"), "the query fails", code="INP-111")


def _open_database(table: Table, kind: str, path: Path, query: str, directory: Path) -> duckdb.DuckDBPyConnection:
    _check_readable(table, path)
    if not query:
        raise InputError("INP-112", table.name, None, None, f"write {kind}:PATH#QUERY or {kind}:PATH#TABLE")
    if re.fullmatch(r"\w+", query):
        query = f"select * from {_name(query)}"
    if kind == "sqlite":
        return _open_sqlite(table, path, query)
    try:
        connection = duckdb.connect(str(path), read_only=True, config=CLOSED)
    except duckdb.Error:
        raise InputError("INP-101", table.name, None, None, "the file is not a DuckDB database") from None
    return _open_query(table, connection, query, directory)


def _open_sqlite(table: Table, path: Path, query: str) -> duckdb.DuckDBPyConnection:
    """DuckDB reads SQLite only through an extension from the network; Python's own module does it as well.

    SQLite's columns are untyped, so every value travels as text, as from a CSV file.
    """
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        cursor = source.execute(query)
        names = [entry[0] for entry in cursor.description or ()]
        rows = cursor.fetchmany(table.max_rows + 1)
    except (sqlite3.Error, sqlite3.Warning) as error:
        rule = f"the query fails ({type(error).__name__})"
        raise InputError("INP-111", table.name, None, None, rule) from None
    finally:
        source.close()
    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    return open_frame(table, {n: [_sqlite_text(v) for v in c] for n, c in zip(names, columns, strict=True)})


def _sqlite_text(value: object) -> str | None:
    return None if value is None else str(value)


def _fill(
    table: Table, connection: duckdb.DuckDBPyConnection, query: str, failure: str, code: str = "INP-101"
) -> duckdb.DuckDBPyConnection:
    """Make `raw` with columns c0, c1, ... in declared order."""
    try:
        found = [entry[0] for entry in connection.execute(f"describe {query}").fetchall()]
        for column in table.columns:
            if column.name not in found:
                rule = "the declared column is missing from the source"
                raise InputError("INP-103", table.name, column.name, None, rule)
        chosen = ", ".join(f"{_name(c.name)} as c{i}" for i, c in enumerate(table.columns))
        # A table of its own keeps our casts from being pushed down into the reader, which would raise errors there.
        connection.execute(f"create temp table raw as select {chosen} from ({query}\n) limit {table.max_rows + 1}")
    except duckdb.Error as error:
        line = re.search(r"CSV Error on Line: (\d+)", str(error))
        row = max(int(line.group(1)) - 1, 1) if line else None
        if code == "INP-111":
            failure += f" ({type(error).__name__})"
        raise InputError(code, table.name, None, row, failure) from None
    return connection


def _check_readable(table: Table, path: Path) -> None:
    if not path.exists():
        raise InputError("INP-101", table.name, None, None, f'there is no file "{path}"')
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise InputError("INP-101", table.name, None, None, f'"{path}": {error.strerror}') from None


def _check_utf8(table: Table, path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(READ_BYTES)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                row = lines + error.object[: error.start].count(b"\n")
                raise InputError("INP-102", table.name, None, max(row, 1), "the file must be UTF-8 text") from None
            lines += chunk.count(b"\n")
            if not chunk:
                return


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
