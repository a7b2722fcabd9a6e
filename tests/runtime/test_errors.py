"""Codes of runs: what is raised stands in the table, and nothing stands there that is never raised."""

from __future__ import annotations

import re
from pathlib import Path

from secfuse.runtime.errors import FAULTS

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = re.compile(r"\"([A-Z]{3}-\d{3})\"")


def test_the_table_holds_what_is_raised() -> None:
    files = [path for folder in ("runtime", "secfuse") for path in (ROOT / folder).rglob("*.py")]
    table = ROOT / "runtime" / "errors.py"
    raised = {code for path in files if path != table for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert raised == set(FAULTS)
