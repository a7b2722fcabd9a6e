"""An owner's table, from where it lies to checked integers. Nothing is sent to anybody before all checks have passed.

Lives here: the two doors, `load_table` (files and queries) and `load_frame` (data in memory). How a source is opened is
inputs_source.py; rules and encodings are inputs_check.py. Everything goes through DuckDB, never through pandas.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from secfuse.compiler.circuit.interface import Rows, Table

from .inputs_check import checked_rows
from .inputs_source import open_frame, open_source


def load_table(table: Table, source: str, secret_salt: bytes, directory: Path) -> Rows:
    """The rows that `source` holds for `table`, checked and encoded.

    source: a path ending in .csv or .parquet; `sqlite:PATH#QUERY` or `duckdb:PATH#QUERY` (QUERY may be a table's name);
    or a query, `select ...`. Relative paths start at `directory`. secret_salt: the session's, alike at all owners, so
    that equal identifiers get equal codes. Raises InputError: it names table, column, row and rule, never a value.
    """
    connection = open_source(table, source, directory)
    return _load(connection, table, secret_salt)


def load_frame(table: Table, frame: object, secret_salt: bytes) -> Rows:
    """The same for data in memory: a dict of NumPy arrays or lists by column, or what DuckDB scans (Arrow, polars)."""
    connection = open_frame(table, frame)
    return _load(connection, table, secret_salt)


def _load(connection: duckdb.DuckDBPyConnection, table: Table, salt: bytes) -> Rows:
    with connection:
        return checked_rows(connection, table, salt)
