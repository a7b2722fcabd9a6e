"""What DuckDB says about the same rows, without any secrecy: writes expected.json next to this file.

python load.py && python expect.py
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
QUERY = """
with flights as (select hour, cast(delay as int) as delay from read_csv('{folder}/flights.csv', all_varchar = true)),
     hours as (select hour, cast(wind as double) as wind from read_csv('{folder}/weather.csv', all_varchar = true)),
     banded as (
       select delay, case when wind < 5 then 1 when wind < 15 then 2 when wind < 30 then 3 else 4 end as band
       from flights join hours using (hour)
       where wind is not null)
select 'WindBand.' || ['calm', 'breeze', 'strong', 'gale'][band], count(*), avg(delay)
from banded group by band order by band
"""


def expected(folder: Path) -> list[tuple[str, int, float]]:
    """One row per band: label, number of flights, mean delay in minutes."""
    return duckdb.connect().execute(QUERY.format(folder=folder)).fetchall()


if __name__ == "__main__":
    outputs = {"result": {"columns": ["band", "flights", "delay"], "rows": expected(HERE / "data")}}
    (HERE / "expected.json").write_text(json.dumps({"outputs": outputs}, indent=2) + "\n")
