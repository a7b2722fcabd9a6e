"""Other systems beside ours: what is said of them, and what if they are not there."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.side_by_side import PEERS, SIZES, Line, shown, theirs


def test_a_system_that_is_not_installed_is_told_by_a_dash() -> None:
    found = theirs("chain", "mpyc", sys.executable)
    assert found.seconds is None
    assert shown(found, Line("chain", "secfuse", 1000, 0.1, None)) == "mpyc -"
    assert theirs("chain", "mpyc", "/nowhere/python").seconds is None


def test_a_script_that_answers_is_heard(tmp_path: Path) -> None:
    told = theirs(
        "chain", "mpyc", str(_speaker(tmp_path, 'print("starting")\nprint(\'{"seconds": 2.0, "error": 0.5}\')'))
    )
    assert (told.seconds, told.error) == (2.0, 0.5)
    assert theirs("chain", "mpyc", str(_speaker(tmp_path, "raise SystemExit(1)"))).seconds is None


def test_times_are_for_as_many_elements() -> None:
    own = Line("multiply", "secfuse", 10**6, 0.05, None)
    assert shown(Line("multiply", "mpyc", 10**6, 0.1, 0.0), own) == "mpyc 0.100 s: 2.0 times"
    assert shown(Line("multiply", "mpyc", 10**5, 0.1, 0.0), own) == "mpyc 0.100 s for 100,000: 20.0 times"


def test_every_system_has_its_script() -> None:
    systems = {system for sizes in SIZES.values() for system in sizes} - {"secfuse"}
    assert {f"{system}_peer.py" for system in systems} == {path.name for path in PEERS.glob("*_peer.py")}


def _speaker(folder: Path, code: str) -> Path:
    """Something that is called like a Python and does that, whatever it is given."""
    script = folder / "python"
    script.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    script.chmod(0o755)
    return script
