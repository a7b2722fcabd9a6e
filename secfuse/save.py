"""Result files: written beside the target, synced, then renamed, so that nobody ever meets half of one.

Lives here: `save`. Not here: what is in it (outcome.py).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.types import Domain, Elem
from secfuse.runtime.errors import RunError

from .outcome import table_of

TABULAR = {".csv": "format csv, header true", ".parquet": "format parquet"}
SQL_TYPE = {
    Domain.BOOL: "boolean",
    Domain.INT: "bigint",
    Domain.FIXED: "double",
    Domain.DATE: "date",
    Domain.CATEGORY: "varchar",
    Domain.IDENTIFIER: "varchar",
    Domain.TEXT: "varchar",
}


def check_target(path: Path, outputs: int) -> None:
    """Refuse a target that could not be written, before a run is spent on it. Raises RunError CFG-602."""
    if path.suffix not in (*TABULAR, ".json"):
        raise RunError("CFG-602", "--out must end in .json, .csv or .parquet")
    if path.suffix in TABULAR and outputs != 1:
        raise RunError("CFG-602", f"the program has {outputs} outputs: only a .json file can hold them")
    if not path.absolute().parent.is_dir():
        raise RunError("CFG-602", f"there is no folder {path.absolute().parent}")


def save(path: Path, document: dict[str, Any], released: tuple[Released, ...]) -> None:
    """Write the whole document as .json, or the only output as .csv or .parquet."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.suffix == ".json":
            unfinished.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        else:
            _write_table(unfinished, released[0], TABULAR[path.suffix])
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_table(path: Path, released: Released, options: str) -> None:
    """One row per released row; a marker's cells are NULL, and the column `suppressed` says so."""
    rows = table_of(released)
    frame = {f"c{i}": _column([row[i] for row in rows]) for i in range(len(released.columns))}
    frame["suppressed"] = np.array([cells is None for cells in released.rows], dtype=bool)
    casts = [f'cast(c{i} as {_sql_type(e)}) as "{n}"' for i, (n, e) in enumerate(_heads(released))]
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        target = str(path).replace("'", "''")
        connection.execute(f"copy (select {', '.join(casts)}, suppressed from frame) to '{target}' ({options})")


def _sql_type(elem: Elem) -> str:
    """Amounts of money keep their decimals."""
    return f"decimal(18, {elem.decimals})" if elem.domain is Domain.MONEY else SQL_TYPE[elem.domain]


def _heads(released: Released) -> list[tuple[str, Any]]:
    return list(zip(released.columns, released.elems, strict=True))


def _column(cells: list[Any]) -> np.ndarray:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column
