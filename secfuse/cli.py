"""The command line's front desk: which commands there are, and what a process returns.

Lives here: the list of commands and the last resort for mistakes. Not here: the commands (cli_*.py), how results look
(show*.py). Only the cli files and show files print, and only they read the clock or the environment.

Commands are imported when they are called: `secfuse --version` must not wait for NumPy and DuckDB.
"""

from __future__ import annotations

import gc
import signal
import sys
from importlib import import_module

import click

from secfuse import __version__

COMMANDS = {
    "check": "secfuse.cli_check",
    "circuit": "secfuse.cli_circuit",
    "compile": "secfuse.cli_compile",
    "cost": "secfuse.cli_cost",
    "unseal": "secfuse.cli_unseal",
    "demo": "secfuse.cli_demo",
    "diff": "secfuse.cli_diff",
    "explain": "secfuse.cli_explain",
    "fmt": "secfuse.cli_fmt",
    "leaks": "secfuse.cli_leaks",
    "new": "secfuse.cli_new",
    "run": "secfuse.cli_run",
    "test": "secfuse.cli_test",
}
USAGE = 2
CANCELLED = 130


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command), f"{COMMANDS[cmd_name]}.command is no command"
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="secfuse")
def group() -> None:
    """Compute over several organisations' tables without showing anybody's rows.

    Start with `secfuse demo`. Exit codes: 0 ok, 2 usage, 10 program error, 11 discloses more, 12 bad input data,
    20 peer lost, 21 stalled, 22 mismatch, 23 identity, 30 consistency, 40 local resource, 50 our bug, 130 cancelled.
    """


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    try:
        code = group.main(arguments, prog_name="secfuse", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as mistake:
        mistake.show()
        return USAGE
    except click.Abort:
        click.echo("cancelled", err=True)
        return CANCELLED
    return code if isinstance(code, int) else 0


def main() -> None:
    """The console script. A request to terminate ends like Ctrl-C: nothing that was started stays behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # The trees of a program are many small objects that live to the end: to look for garbage among them again and again
    # takes a quarter of a large check.
    gc.set_threshold(100_000, 50, 100)
    sys.exit(run())
