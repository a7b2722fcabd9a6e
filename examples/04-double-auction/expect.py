"""What DuckDB says of the same bids, without any secrecy: writes expected.json next to this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
QUERY = """
with grid as (select unnest([20, 25, 30, 35, 40, 45, 50, 55, 60]) as price),
     offers as (from read_csv('{folder}/offers.csv')),
     orders as (from read_csv('{folder}/orders.csv')),
     volumes as (
       select price, least(
         (select coalesce(sum(tonnes), 0) from orders where orders.price >= grid.price),
         (select coalesce(sum(tonnes), 0) from offers where offers.price <= grid.price)) as tonnes
       from grid)
select price, tonnes from volumes order by tonnes desc, price limit 1
"""


def expected(folder: Path) -> dict[str, Any]:
    """The price at which most changes hands, and how much that is."""
    found = duckdb.connect().execute(QUERY.format(folder=folder)).fetchone()
    assert found is not None, "the grid has prices"
    price, tonnes = found
    return {
        "price": {"columns": ["price"], "rows": [[int(price)]]},
        "tonnes": {"columns": ["tonnes"], "rows": [[int(tonnes)]]},
    }


if __name__ == "__main__":
    (HERE / "expected.json").write_text(json.dumps({"outputs": expected(HERE / "data")}, indent=2) + "\n")
