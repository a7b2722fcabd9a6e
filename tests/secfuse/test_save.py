"""Result files: whole or not there at all."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from secfuse.compiler.circuit.released import Released
from secfuse.compiler.circuit.types import category, dates, fixed, integer, money
from secfuse.runtime.errors import RunError
from secfuse.save import check_target, save

RELEASED = Released(
    "result", ("c",), "p", (), "why", ("band", "flights", "delay"),
    (category("Band", ("calm", "gale")), integer(0, 9), fixed(0, 9 << 16)),
    (("Band.calm", 3, 1.5), None), (("Band.calm",), ("Band.gale",)), False,
)  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_keeps_its_markers(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"it's.{ending}"
    save(target, {}, (RELEASED,))
    relation = duckdb.connect().from_csv_auto(str(target)) if ending == "csv" else duckdb.read_parquet(str(target))
    assert relation.columns == ["band", "flights", "delay", "suppressed"]
    assert relation.fetchall() == [("Band.calm", 3, 1.5, False), ("Band.gale", None, None, True)]


def test_amounts_of_money_and_dates_keep_their_types(tmp_path: Path) -> None:
    columns, elems = ("day", "sum"), (dates(0, 20_000), money(0, 999, 2))
    released = Released("r", ("c",), "p", (), "why", columns, elems, (("2013-05-01", "1.50"),), ((),), False)
    save(tmp_path / "r.parquet", {}, (released,))
    (row,) = duckdb.read_parquet(str(tmp_path / "r.parquet")).fetchall()
    assert row == (date(2013, 5, 1), Decimal("1.50"), False)


def test_the_json_file_is_the_whole_document(tmp_path: Path) -> None:
    save(tmp_path / "r.json", {"outputs": {"x": 1}}, (RELEASED,))
    assert json.loads((tmp_path / "r.json").read_text()) == {"outputs": {"x": 1}}


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.write_text("old")
    with pytest.raises(TypeError):
        save(target, {"not plain": object()}, (RELEASED,))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(("name", "outputs"), [("r.txt", 1), ("r.csv", 2), ("r.parquet", 0), ("none/r.json", 1)])
def test_a_target_is_refused_before_anything_runs(tmp_path: Path, name: str, outputs: int) -> None:
    with pytest.raises(RunError) as caught:
        check_target(tmp_path / name, outputs)
    assert caught.value.exit_code == 2
