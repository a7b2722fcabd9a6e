"""Completion in the shell: click's own, as docs/tools.md says how to enable it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from secfuse.cli import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tools.md"


def completions(words: str) -> list[str]:
    """What a shell is offered for the last of these words."""
    asked = {"_SECFUSE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "secfuse"], env={**os.environ, **asked, "PYTHONPATH": str(PAGE.parents[1])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_commands_and_options_are_completed() -> None:
    assert completions("secfuse ") == sorted(COMMANDS)
    assert completions("secfuse check --s") == ["--sarif"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_page_names_what_the_program_answers_to(shell: str) -> None:
    asked = f"_SECFUSE_COMPLETE={shell}_source"
    assert asked in PAGE.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "secfuse"],
        env={**os.environ, "_SECFUSE_COMPLETE": f"{shell}_source", "PYTHONPATH": str(PAGE.parents[1])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.search(r"_SECFUSE_COMPLETE=\w+_complete", done.stdout)
