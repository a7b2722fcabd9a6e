"""The same curves from both hospitals' records put together, without any secrecy: writes expected.json.

One patient after the other, as in a textbook: the share that survives falls by the share of those at risk who die.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUARTERS = range(12)
LEAST = 10


def expected(folder: Path) -> dict[str, Any]:
    """A curve for each treatment."""
    patients = []
    for hospital in ("north", "south"):
        with (folder / f"{hospital}.csv").open(newline="", encoding="utf-8") as rows:
            patients += list(csv.DictReader(rows))
    names = {"standard": "surviving_standard", "new": "surviving_new"}
    return {
        output: {"columns": [output], "rows": [[round(100 * share)] for share in curve(patients, treatment)]}
        for treatment, output in names.items()
    }


def curve(patients: list[dict[str, str]], treatment: str) -> list[float]:
    """The share that survives each quarter; it stays where fewer than 10 are at risk."""
    share, shares = 1.0, []
    mine = [patient for patient in patients if patient["treatment"] == treatment]
    for quarter in QUARTERS:
        at_risk = [patient for patient in mine if int(patient["quarter"]) >= quarter]
        died = [p for p in at_risk if int(p["quarter"]) == quarter and p["died"] == "true"]
        if len(at_risk) >= LEAST:
            share *= 1 - len(died) / len(at_risk)
        shares.append(share)
    return shares


if __name__ == "__main__":
    (HERE / "expected.json").write_text(json.dumps({"outputs": expected(HERE / "data")}, indent=2) + "\n")
