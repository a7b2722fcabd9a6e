"""What an owner may hand over, how it is encoded, and how each broken rule is reported."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from secfuse.compiler.circuit.interface import Column, Rows, Table
from secfuse.compiler.circuit.texts import text_code
from secfuse.compiler.circuit.types import BOOL, IDENTIFIER, Elem, category, dates, fixed, integer, money, texts
from secfuse.runtime.errors import FAULTS, InputError
from secfuse.runtime.inputs import load_frame, load_table

SALT = bytes(range(16))
BAND = category("Band", ("calm", "gale"))
FLIGHTS = Table("flights", "airline", 5, (Column("hour", IDENTIFIER), Column("delay", integer(-120, 1500))))


def one(elem: Elem, optional: bool = False, unique: bool = False, max_rows: int = 100) -> Table:
    """A table of a single column x."""
    return Table("t", "owner", max_rows, (Column("x", elem, optional, unique),))


def load(folder: Path, table: Table, text: str | bytes) -> Rows:
    """Load `text` as a CSV file."""
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_table(table, "t.csv", SALT, folder)


def code(text: str) -> int:
    """An identifier's 64 bits, computed without DuckDB."""
    return int(hashlib.sha256(f"{SALT.hex()}:{text}".encode()).hexdigest()[:16], 16)


def test_a_csv_file_becomes_integers_in_declared_order(tmp_path: Path) -> None:
    rows = load(tmp_path, FLIGHTS, "delay,other,hour\n10,zzz,h1\n-5,zzz,h2\n")
    assert rows.count == 2
    assert list(rows.values) == ["hour", "delay"]
    assert rows.values["delay"].tolist() == [10, -5]
    assert rows.values["hour"].tolist() == [code("h1"), code("h2")]
    assert rows.values["hour"].dtype == np.uint64
    assert rows.present == {}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_shows_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = load(tmp_path, FLIGHTS, f'hour{delimiter}delay\n"a,b;c"{delimiter}7\n')
    assert rows.values["hour"].tolist() == [code("a,b;c")]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_data(tmp_path: Path) -> None:
    rows = load(tmp_path, one(integer(0, 9)), b"\xef\xbb\xbfx\r\n1\r\n2\r\n")
    assert rows.values["x"].tolist() == [1, 2]


def test_every_source_gives_the_same_rows(tmp_path: Path) -> None:
    expected = load(tmp_path, FLIGHTS, "hour,delay\nh1,10\nh2,20\n")
    writer = duckdb.connect()
    writer.execute(
        f"copy (select 'h' || i as hour, 10 * i as delay from range(1, 3) r(i)) to '{tmp_path / 'f.parquet'}'"
    )
    database = duckdb.connect(str(tmp_path / "d.duckdb"))
    database.execute(f"create table f as select * from '{tmp_path / 'f.parquet'}'")
    database.close()
    lite = sqlite3.connect(tmp_path / "s.sqlite")
    lite.execute("create table f (hour text, delay integer)")
    lite.executemany("insert into f values (?, ?)", [("h1", 10), ("h2", 20)])
    lite.commit()
    lite.close()
    sources = [
        "f.parquet", "duckdb:d.duckdb#f", "d.duckdb#select * from f;", "sqlite:s.sqlite#f",
        "s.sqlite#select hour, delay from f", "select * from 'f.parquet' -- all of it", "from 't.csv'",
    ]  # fmt: skip
    frames = [
        {"hour": np.array(["h1", "h2"]), "delay": np.array([10, 20])},
        {"hour": ["h1", "h2"], "delay": [10.0, 20.0]},
        duckdb.connect().sql(f"from '{tmp_path / 'f.parquet'}'").fetchnumpy(),
    ]
    found = [load_table(FLIGHTS, s, SALT, tmp_path) for s in sources] + [load_frame(FLIGHTS, f, SALT) for f in frames]
    for rows in found:
        assert {k: v.tolist() for k, v in rows.values.items()} == {k: v.tolist() for k, v in expected.values.items()}


def test_an_integer_and_its_text_are_the_same_identifier() -> None:
    table = one(IDENTIFIER)
    numbers = load_frame(table, {"x": np.array([5, -7], dtype=np.int32)}, SALT)
    assert numbers.values["x"].tolist() == load_frame(table, {"x": ["5", "-7"]}, SALT).values["x"].tolist()


def test_another_session_gives_other_identifiers() -> None:
    first, second = (load_frame(one(IDENTIFIER), {"x": ["a"]}, salt).values["x"][0] for salt in (SALT, b"other"))
    assert first != second


def test_fixed_rounds_to_the_nearest_step_and_halves_away_from_zero() -> None:
    table = one(fixed(-(2**10), 2**10, 2))
    rows = load_frame(table, {"x": ["0.125", "-0.125", "0.1", "3", "1e1"]}, SALT)
    assert rows.values["x"].tolist() == [1, -1, 0, 12, 40]


def test_a_text_is_its_bytes_and_must_fit() -> None:
    rows = load_frame(one(texts(3)), {"x": ["ab", "", "é1", "abc"]}, SALT)
    assert rows.values["x"].tolist() == [text_code(text) for text in ("ab", "", "é1", "abc")]
    assert load_frame(one(texts(7)), {"x": ["ab"]}, SALT).values["x"].tolist() == [text_code("ab")]
    for wrong in ("abcd", "éé", "a\0b"):
        with pytest.raises(InputError) as caught:
            load_frame(one(texts(3)), {"x": ["ok", wrong]}, SALT)
        assert caught.value.code == "INP-107"


def test_money_is_exact_whatever_it_comes_as() -> None:
    table = one(money(-10_000, 10_000, 2))
    texts = ["12.5", " -0.05 ", "+7", "1.2300", "0.", "007.01"]
    assert load_frame(table, {"x": texts}, SALT).values["x"].tolist() == [1250, -5, 700, 123, 0, 701]
    assert load_frame(table, {"x": [12.1, 0.29, -3.0]}, SALT).values["x"].tolist() == [1210, 29, -300]
    assert load_frame(table, {"x": np.array([3, -4])}, SALT).values["x"].tolist() == [300, -400]
    assert load_frame(one(money(0, 99, 0)), {"x": ["12", "13.0"]}, SALT).values["x"].tolist() == [12, 13]
    query = "select cast(x as decimal(9, 3)) as x from (values (1.23), (-0.050), (99.990)) v(x)"
    assert load_table(table, query, SALT, Path()).values["x"].tolist() == [123, -5, 9999]


def test_dates_are_days(tmp_path: Path) -> None:
    table = one(dates(0, 20_000), optional=True)
    rows = load(tmp_path, table, "x,y\n1970-01-01,1\n 2013-05-01 ,2\n,3\n")
    assert rows.values["x"].tolist() == [0, 15_826, 0]
    assert rows.present["x"].tolist() == [True, True, False]
    for kind in ("date", "timestamp"):
        query = f"select cast('2013-05-01' as {kind}) as x"
        assert load_table(table, query, SALT, tmp_path).values["x"].tolist() == [15_826]


def test_a_missing_optional_value_is_zero_and_not_present(tmp_path: Path) -> None:
    rows = load(tmp_path, one(integer(5, 9), optional=True), 'x,y\n7,\n,\n"",1\n')
    assert rows.values["x"].tolist() == [7, 0, 0]
    assert rows.present["x"].tolist() == [True, False, False]


def test_labels_are_written_with_or_without_their_category() -> None:
    assert load_frame(one(BAND), {"x": ["gale", "Band.calm"]}, SALT).values["x"].tolist() == [1, 0]


def test_truth_values() -> None:
    assert load_frame(one(BOOL), {"x": np.array([True, False])}, SALT).values["x"].tolist() == [1, 0]
    assert load_frame(one(BOOL), {"x": ["true", "0"]}, SALT).values["x"].tolist() == [1, 0]


def test_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    assert load(tmp_path, FLIGHTS, "hour,delay\n").count == 0
    assert load_frame(FLIGHTS, {"hour": [], "delay": []}, SALT).count == 0


# One line per broken rule: declared column, file, code, row. The marked value must not show in the message.
SEEN = "7373"
BROKEN = {
    "missing column": (one(integer(0, 9)), f"y\n{SEEN}\n", "INP-103", None),
    "too many rows": (one(integer(0, 9999), max_rows=2), f"x\n1\n{SEEN}\n3\n", "INP-104", 3),
    "missing value": (one(integer(0, 9999)), f"x,y\n{SEEN},1\n,2\n", "INP-105", 2),
    "text in an int": (one(integer(0, 9)), f"x\n1\na{SEEN}\n", "INP-106", 2),
    "fraction in an int": (one(integer(0, 9999)), f"x\n1.0\n{SEEN}.5\n", "INP-106", 2),
    "text in a fixed": (one(fixed(0, 9)), f"x\na{SEEN}\n", "INP-106", 1),
    "not a number in a fixed": (one(fixed(0, 9)), "x\nnan\n", "INP-106", 1),
    "text in a bool": (one(BOOL), f"x\n{SEEN}\n", "INP-106", 1),
    "above the range": (one(integer(0, 9)), f"x\n9\n{SEEN}\n", "INP-107", 2),
    "below the range": (one(integer(0, 9)), f"x\n9\n-{SEEN}\n", "INP-107", 2),
    "beyond 64 bits": (one(integer(0, 9)), f"x\n{SEEN}000000000000000000000\n", "INP-107", 1),
    "text in money": (one(money(0, 9, 2)), f"x\n1.00\na{SEEN}\n", "INP-106", 2),
    "too many decimals": (one(money(0, 9999, 2)), f"x\n0.7\n0.{SEEN}\n", "INP-106", 2),
    "money outside": (one(money(0, 9999, 2)), f"x\n{SEEN}.01\n", "INP-107", 1),
    "money beyond 64 bits": (one(money(0, 9999, 2)), f"x\n{SEEN}000000000000000000000\n", "INP-107", 1),
    "no date": (one(dates(0, 9)), "x\n1970-01-01\n7373-02-30\n", "INP-106", 2),
    "another form of date": (one(dates(0, 9)), "x\n1.1.7373\n", "INP-106", 1),
    "date outside": (one(dates(0, 9)), "x\n1970-01-10\n7373-01-01\n", "INP-107", 2),
    "fixed outside": (one(fixed(0, 9 << 16)), f"x\n9.0\n9.00{SEEN}\n", "INP-107", 2),
    "twice in unique": (one(IDENTIFIER, unique=True), f"x\na\n{SEEN}\nb\n{SEEN}\n", "INP-108", 4),
    "unknown label": (one(BAND), f"x\ncalm\nx{SEEN}\n", "INP-109", 2),
    "a field too many": (one(integer(0, 9)), f"x,y\n1,2\n1,{SEEN},3\n", "INP-114", 2),
    "two columns of one name": (one(integer(0, 9)), "x,x\n1,2\n", "INP-114", None),
    "an empty file": (one(integer(0, 9)), "", "INP-114", None),
    "not utf-8": (one(integer(0, 9)), b"x\n1\n7373\xff\n", "INP-102", 2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_names_the_place_and_never_the_value(tmp_path: Path, name: str) -> None:
    table, text, expected, row = BROKEN[name]
    with pytest.raises(InputError) as caught:
        load(tmp_path, table, text)
    error = caught.value
    assert (error.code, error.row, error.exit_code) == (expected, row, 12)
    assert 'table "t"' in str(error)
    assert (f"row {row}" in str(error)) == (row is not None)
    assert SEEN not in str(error)
    assert SEEN not in repr(error)
    assert error.__cause__ is None
    assert error.remedy == FAULTS[expected].remedy


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("none.csv", "INP-101"),
        ("none.parquet", "INP-101"),
        (".", "INP-112"),
        ("folder.csv", "INP-101"),
        ("text.parquet", "INP-101"),
        ("text.duckdb#f", "INP-101"),
        ("text.sqlite#f", "INP-111"),
        ("text.sqlite", "INP-112"),
        ("notes.txt", "INP-112"),
        ("select nonsense 7373", "INP-111"),
        ("select cast('a7373' as int) as x", "INP-111"),
        ("select 1 as x; select 2 as x", "INP-111"),
        ("with a as (select 1 as y) select * from a", "INP-103"),
        ("select * from read_csv('https://example.org/x.csv')", "INP-111"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_read(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    for ending in ("parquet", "duckdb", "sqlite"):
        (tmp_path / f"text.{ending}").write_text("7373")
    with pytest.raises(InputError) as caught:
        load_table(one(integer(0, 9)), source, SALT, tmp_path)
    assert caught.value.code == expected
    assert SEEN not in str(caught.value)


def test_a_floating_point_number_between_two_amounts_and_a_time_of_day_are_refused() -> None:
    noon = "select timestamp '2013-05-01 12:00:00' as x"
    for elem, source in ((money(0, 99_999, 2), "select 12.345::double as x"), (money(0, 99, 1), "select 1.25 as x"),
                         (dates(0, 20_000), noon), (dates(0, 20_000), "select date 'infinity' as x")):  # fmt: skip
        with pytest.raises(InputError) as caught:
            load_table(one(elem), source, SALT, Path())
        assert caught.value.code == "INP-106"


def test_columns_that_are_unique_together(tmp_path: Path) -> None:
    columns = (Column("a", integer(-9, 9), True), Column("b", IDENTIFIER), Column("c", integer(0, 9999)))
    table = Table("t", "owner", 9, columns, (("a", "b"),))
    assert load(tmp_path, table, "a,b,c\n1,x,5\n1,y,5\n-1,x,5\n,x,5\n,x,5\n").count == 5
    with pytest.raises(InputError, match="no two rows may have the same a, b") as caught:
        load(tmp_path, table, f"a,b,c\n-1,y,5\n1,x,5\n1,y,5\n1,x,{SEEN}\n-1,y,5\n")
    assert (caught.value.code, caught.value.row) == ("INP-108", 4)
    assert SEEN not in str(caught.value)


def test_a_query_cannot_write(tmp_path: Path) -> None:
    for query in ("select 1 as x; copy (select 1) to 'out.csv'", "from (copy (select 1) to 'out.csv')"):
        with pytest.raises(InputError):
            load_table(one(integer(0, 9)), query, SALT, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_frames_of_unequal_columns_or_unknown_kind_are_refused() -> None:
    for frame in ({"hour": ["a"], "delay": [1, 2]}, 17):
        with pytest.raises(InputError) as caught:
            load_frame(FLIGHTS, frame, SALT)
        assert caught.value.code == "INP-112"


def test_floats_are_no_identifiers() -> None:
    with pytest.raises(InputError) as caught:
        load_frame(one(IDENTIFIER), {"x": np.array([1.5])}, SALT)
    assert caught.value.code == "INP-106"


def test_a_third_of_a_million_rows_load_in_seconds(tmp_path: Path) -> None:
    n = 336_776
    columns = (Column("hour", IDENTIFIER), Column("delay", integer(0, 10**6), optional=True))
    query = f"select 'JFK ' || (i % 26000) as hour, i as delay from range({n}) r(i)"
    duckdb.connect().execute(f"copy ({query}) to '{tmp_path / 'f.csv'}'")
    start = time.perf_counter()
    rows = load_table(Table("flights", "airline", n, columns), "f.csv", SALT, tmp_path)
    assert time.perf_counter() - start < 10, "about 1 s on two quiet cores"
    assert rows.values["delay"].sum() == n * (n - 1) // 2
