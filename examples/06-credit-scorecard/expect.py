"""What DuckDB says of the same customers, one pair at a time, without any secrecy: writes expected.json.

The area under the ROC curve is the share of pairs, one that repaid and one that did not, in which the first has more
points; a draw counts half.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
POINTS = """
create or replace temp table scored as
select repaid,
  case when income < 1500 then 5 when income < 3000 then 15 else 25 end
  + case when years < 2 then 5 when years < 6 then 10 else 20 end as bank,
  bank
  + case when late_bills = 0 then 30 when late_bills < 3 then 20 when late_bills < 6 then 10 else 0 end
  + case when months < 12 then 5 when months < 48 then 15 else 25 end as joint
from read_csv('{folder}/loans.csv') join read_csv('{folder}/contracts.csv') using (customer)
"""
AREA = """
select avg(case when good.{points} > bad.{points} then 1 when good.{points} = bad.{points} then 0.5 else 0 end)
from scored as good, scored as bad where good.repaid and not bad.repaid
"""
DISTANCE = """
select max(abs(avg_bad - avg_good)) from (
  select step,
    (select avg(case when joint <= step then 1 else 0 end) from scored where not repaid) as avg_bad,
    (select avg(case when joint <= step then 1 else 0 end) from scored where repaid) as avg_good
  from range(0, 101) as steps(step))
"""


def expected(folder: Path) -> dict[str, Any]:
    """Both areas, and the greatest distance of the two groups."""
    connection = duckdb.connect()
    connection.execute(POINTS.format(folder=folder))
    queries = {
        "auc_of_bank": AREA.format(points="bank"),
        "auc_of_both": AREA.format(points="joint"),
        "ks_of_both": DISTANCE,
    }
    found = {name: connection.execute(query).fetchall()[0][0] for name, query in queries.items()}
    return {name: {"columns": [name], "rows": [[round(value, 12)]]} for name, value in found.items()}


if __name__ == "__main__":
    (HERE / "expected.json").write_text(json.dumps({"outputs": expected(HERE / "data")}, indent=2) + "\n")
