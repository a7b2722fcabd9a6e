"""What DuckDB says of the same people, without any secrecy: writes expected.json next to this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
CAMPAIGNS = ["summer", "newsletter", "video", "pilot", "none"]
LEAST = 20
QUERY = """
select campaign, count(*), sum(cast(spent as decimal(12, 2)))
from read_csv('{folder}/seen.csv') join read_csv('{folder}/spending.csv') using (person) group by campaign
"""


def expected(folder: Path) -> dict[str, Any]:
    """One row a campaign; those with fewer than 20 buyers show nothing."""
    found = {name: (many, total) for name, many, total in duckdb.sql(QUERY.format(folder=folder)).fetchall()}
    rows: list[list[Any]] = []
    for name in CAMPAIGNS:
        many, total = found.get(name, (0, 0))
        rows.append([f"Campaign.{name}", *([many, str(total)] if many >= LEAST else [None, None])])
    return {"result": {"columns": ["campaign", "buyers", "revenue"], "rows": rows}}


if __name__ == "__main__":
    (HERE / "expected.json").write_text(json.dumps({"outputs": expected(HERE / "data")}, indent=2) + "\n")
