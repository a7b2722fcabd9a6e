"""The public names: few, lazy, and there."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

import secfuse


def test_about_ten_names_are_public() -> None:
    assert len(secfuse.__all__) <= 12
    assert secfuse.__all__ == sorted(secfuse.__all__)
    assert dir(secfuse) == secfuse.__all__


@pytest.mark.parametrize("name", secfuse.__all__)
def test_every_public_name_can_be_used_and_says_what_it_is(name: str) -> None:
    assert getattr(secfuse, name).__doc__


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no public name 'utils'"):
        secfuse.utils  # noqa: B018


def test_the_front_door_does_not_wait_for_numpy() -> None:
    code = "import sys, secfuse.cli; print([m for m in ('numpy', 'duckdb', 'lark', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_check_computes_nothing_and_does_not_wait_for_numpy() -> None:
    program = Path(__file__).parent / "programs" / "good" / "matrices.sec"
    code = (
        "import sys; from secfuse.cli import run; code = run(['check', sys.argv[1]])\n"
        "print(code, [m for m in ('numpy', 'duckdb', 'lark') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(program)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_the_version_is_told_at_once() -> None:
    """Measured in processor time, which other work on the machine hardly changes."""
    times_s = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "secfuse", "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times_s.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        assert done.stdout.strip() == f"secfuse, version {secfuse.__version__}"
    assert min(times_s) < 0.5, "about 0.1 s"
