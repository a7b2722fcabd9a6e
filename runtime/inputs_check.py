"""The rules of a table's declaration, checked on the owner's machine, and the integers that values become.

Lives here: one SQL encoding per domain, and one check per rule. Not here: opening sources (inputs_source.py).

Every value is encoded by DuckDB in one pass into three columns: is it there, is it well formed, and its code (NULL if
it does not fit into 64 bits). The rules are then array operations, and an error names the first row that breaks one.
"""

from __future__ import annotations

from typing import assert_never

import duckdb
import numpy as np

from secfuse.compiler.circuit.interface import Column, Rows, Table
from secfuse.compiler.circuit.released import decode
from secfuse.compiler.circuit.typed import text_bytes
from secfuse.compiler.circuit.types import MOST_BYTES, Domain, Elem

from .errors import InputError

INTEGERS = frozenset(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")) | {
    "INTEGER",
    "UINTEGER",
}
DATE_TEXT = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
INTEGER_TEXT = r"\s*[+-]?[0-9]+(\.0*)?\s*"


def checked_rows(connection: duckdb.DuckDBPyConnection, table: Table, salt: bytes) -> Rows:
    """The rows of the connection's table `raw`; raises InputError at the first rule that does not hold."""
    kinds = [str(entry[1]) for entry in connection.execute("describe raw").fetchall()]
    (count,) = connection.execute("select count(*) from raw").fetchone() or (0,)
    if count > table.max_rows:
        rule = f"the table may have at most {table.max_rows} rows"
        raise InputError("INP-104", table.name, None, table.max_rows + 1, rule)
    values: dict[str, np.ndarray] = {}
    present: dict[str, np.ndarray] = {}
    fields = [f for i, c in enumerate(table.columns) for f in _encoding(f"c{i}", kinds[i], c.elem, salt)]
    found = connection.execute(f"select {', '.join(fields) or 'null'} from raw order by rowid").fetchnumpy()
    for i, column in enumerate(table.columns):
        if column.elem.domain is Domain.IDENTIFIER:
            _check_collisions(connection, table, column, f"c{i}", salt)
        there, formed, code = (np.ma.asarray(found[f"{part}_c{i}"]) for part in ("there", "formed", "code"))
        here = there.filled(False).astype(bool)
        values[column.name] = _checked_column(table, column, here, formed.filled(False).astype(bool), code)
        if column.optional:
            present[column.name] = here
    for names in table.unique_together:
        _check_together(table, names, values, present)
    return Rows(count, values, present)


def _checked_column(
    table: Table, column: Column, here: np.ndarray, formed: np.ndarray, code: np.ma.MaskedArray
) -> np.ndarray:
    """The column's integers, 0 where missing. here, formed: bool (count,)."""
    if not column.optional:
        _refuse(table, column, ~here, "INP-105", "a value must be given in every row")
    label = column.elem.domain is Domain.CATEGORY
    _refuse(table, column, here & ~formed, "INP-109" if label else "INP-106", f"must be {describe(column.elem)}")
    fits = ~np.ma.getmaskarray(code)
    integers = code.filled(0).astype(np.uint64 if column.elem.domain is Domain.IDENTIFIER else np.int64)
    inside = fits & (integers >= column.elem.lo) & (integers <= column.elem.hi)
    _refuse(table, column, here & ~inside, "INP-107", f"must be {describe(column.elem)}")
    integers[~here] = 0
    if column.unique:
        _refuse(table, column, _repeated(integers, here), "INP-108", "no value may occur twice")
    return integers


def _refuse(table: Table, column: Column, broken: np.ndarray, code: str, rule: str) -> None:
    rows = np.flatnonzero(broken)
    if not rows.size:
        return
    more = f" (the first of {rows.size} rows that break this rule)" if rows.size > 1 else ""
    raise InputError(code, table.name, column.name, int(rows[0]) + 1, rule + more)


def _repeated(integers: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Which rows repeat a value of an earlier row."""
    rows = np.flatnonzero(here)
    order = rows[np.argsort(integers[rows], kind="stable")]
    again = np.zeros(len(integers), dtype=bool)
    again[order[1:]] = integers[order[1:]] == integers[order[:-1]]
    return again


def _check_together(
    table: Table, names: tuple[str, ...], values: dict[str, np.ndarray], present: dict[str, np.ndarray]
) -> None:
    """No two rows have the same values of all these columns; a row in which one is missing has none."""
    columns = [values[name].astype(np.uint64) for name in names]
    here = np.logical_and.reduce([present.get(name, np.ones(len(columns[0]), dtype=bool)) for name in names])
    rows = np.flatnonzero(here)
    order = rows[np.lexsort([column[rows] for column in columns])]  # stable: of equal rows the first stays first
    again = np.zeros(len(here), dtype=bool)
    again[order[1:]] = np.logical_and.reduce([column[order[1:]] == column[order[:-1]] for column in columns])
    broken = np.flatnonzero(again)
    if broken.size:
        rule = f"no two rows may have the same {', '.join(names)}"
        raise InputError("INP-108", table.name, names[0], int(broken[0]) + 1, rule)


def describe(elem: Elem) -> str:
    """The domain as a rule, for a person: 'an int in -120 .. 1500'."""
    match elem.domain:
        case Domain.BOOL:
            return "true or false"
        case Domain.INT:
            return f"an int in {elem.lo} .. {elem.hi}"
        case Domain.FIXED:
            scale = 2**elem.fraction_bits
            return f"a number in {elem.lo / scale:g} .. {elem.hi / scale:g}"
        case Domain.MONEY:
            return f"a number with at most {elem.decimals} decimals in {_ends(elem)}"
        case Domain.DATE:
            return f"a date, year-month-day, in {_ends(elem)}"
        case Domain.CATEGORY:
            return f"a label of {elem.category}: {', '.join(elem.labels)}"
        case Domain.IDENTIFIER:
            return "text or an integer"
        case Domain.TEXT:
            return f"text of at most {text_bytes(elem)} bytes"
        case _:
            assert_never(elem.domain)


def _ends(elem: Elem) -> str:
    return f"{decode(elem.lo, elem)} .. {decode(elem.hi, elem)}"


def _encoding(name: str, kind: str, elem: Elem, salt: bytes) -> tuple[str, str, str]:
    """SQL for `there`, `formed` and `code` of one column whose DuckDB type is `kind`."""
    formed, code = _formed_and_code(name, kind, elem, salt)
    return f"{name} is not null as there_{name}", f"{formed} as formed_{name}", f"{code} as code_{name}"


def _formed_and_code(name: str, kind: str, elem: Elem, salt: bytes) -> tuple[str, str]:
    text = f"cast({name} as varchar)"
    match elem.domain:
        case Domain.BOOL:
            code = f"cast(try_cast({text} as boolean) as bigint)"
            return f"{code} is not null", code
        case Domain.INT:
            return _whole(name, kind)
        case Domain.FIXED:
            number = "false" if kind == "BOOLEAN" else f"isfinite(try_cast({name} as double))"
            # Multiplying by a power of two is exact; DuckDB's round takes halves away from zero.
            return number, f"try_cast(round(try_cast({name} as double) * {2**elem.fraction_bits}) as bigint)"
        case Domain.MONEY:
            return _amount(name, kind, elem.decimals)
        case Domain.DATE:
            return _day(name, kind)
        case Domain.CATEGORY:
            label = f"regexp_replace({text}, '^{elem.category}\\.', '')"
            labels = ", ".join(f"'{label_}'" for label_ in elem.labels)
            code = f"cast(list_position([{labels}], {label}) as bigint)"
            return f"{code} is not null", f"{code} - 1"
        case Domain.IDENTIFIER:
            return str(_names(kind)).lower(), _hashed(name, salt)
        case Domain.TEXT:
            return str(_names(kind)).lower(), _spelt(text, text_bytes(elem))
        case _:
            assert_never(elem.domain)


def _whole(name: str, kind: str) -> tuple[str, str]:
    """An integer: of an integer type, a number without a fraction, or text of one; a cast alone would round."""
    if kind in INTEGERS:
        return "true", f"try_cast({name} as bigint)"
    if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        return f"isfinite(cast({name} as double)) and {name} = trunc({name})", f"try_cast({name} as bigint)"
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        text = f"cast({name} as varchar)"
        return (
            f"regexp_full_match({text}, '{INTEGER_TEXT}')",
            f"try_cast(trim(split_part({text}, '.', 1)) as bigint)",
        )
    return "false", "cast(null as bigint)"


def _amount(name: str, kind: str, decimals: int) -> tuple[str, str]:
    """A decimal number with no more decimals than declared: nothing is rounded. Zeros behind them do no harm.

    A floating-point number counts as the shortest decimal that reads back as it, if that has few enough decimals.
    """
    exact = f"try_cast({name} as decimal(38, {decimals}))"
    code = f"try_cast(replace(cast({exact} as varchar), '.', '') as bigint)"
    if kind in INTEGERS:
        return "true", code
    if kind in ("FLOAT", "DOUBLE"):
        finite = f"isfinite(cast({name} as double))"
        return f"{finite} and coalesce(try_cast({exact} as {kind}) = {name}, true)", code
    if kind.startswith("DECIMAL"):
        return f"coalesce({exact} = {name}, true)", code
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        text = f"trim(cast({name} as varchar))"
        number = f"try_cast({text} as decimal(38, {decimals}))"
        pattern = rf"[+-]?[0-9]+(\.[0-9]{{0,{decimals}}}0*)?"
        return (
            f"regexp_full_match({text}, '{pattern}')",
            f"try_cast(replace(cast({number} as varchar), '.', '') as bigint)",
        )
    return "false", "cast(null as bigint)"


def _day(name: str, kind: str) -> tuple[str, str]:
    """Days since 1970-01-01: of a date, of a time at midnight, or of text year-month-day."""
    match kind:
        case "DATE":
            formed, found = f"isfinite({name})", name
        case "TIMESTAMP":
            formed, found = f"isfinite({name}) and cast({name} as date) = {name}", f"cast({name} as date)"
        case "VARCHAR":
            found = f"try_cast(trim({name}) as date)"
            formed = f"regexp_full_match(trim({name}), '{DATE_TEXT}') and {found} is not null"
        case _:
            return "false", "cast(null as bigint)"
    return formed, f"case when {formed} then cast(datediff('day', date '1970-01-01', {found}) as bigint) end"


def _names(kind: str) -> bool:
    """True if values of this DuckDB type have one canonical text, alike at every owner."""
    return kind in INTEGERS or kind in ("VARCHAR", "UUID", "DATE") or kind.startswith("ENUM")


def _hashed(name: str, salt: bytes) -> str:
    """64 bits of SHA-256 over the session's salt and the canonical text: the integer 5 and the text '5' are equal."""
    return f"cast('0x' || left(sha256('{salt.hex()}:' || cast({name} as varchar)), 16) as ubigint)"


def _spelt(text: str, most_bytes: int) -> str:
    """The bytes of UTF-8, zeros behind them; NULL where there are too many, or one of them is 0."""
    fits = f"strlen({text}) <= {most_bytes} and not contains({text}, chr(0))"
    return f"case when {fits} then cast('0x' || rpad(hex({text}), {2 * MOST_BYTES}, '0') as bigint) end"


def _check_collisions(
    connection: duckdb.DuckDBPyConnection, table: Table, column: Column, name: str, salt: bytes
) -> None:
    """Two of 2^20 names share a code with probability 2^-25. Only a collision within one owner's table is seen."""
    distinct = f"select distinct cast({name} as varchar) as v from raw where {name} is not null"
    query = f"select count(*), count(distinct {_hashed('v', salt)}) from ({distinct})"
    names, codes = connection.execute(query).fetchone() or (0, 0)
    if names != codes:
        raise InputError("INP-110", table.name, column.name, None, "two different values have the same code")
